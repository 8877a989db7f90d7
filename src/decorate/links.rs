//! The members that are added to a booking, and how they are written among the existing ones.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::unavailable::LinksUnavailable;
use crate::booking::Action;

const UNAVAILABLE: &str = "links_unavailable";

/// The members that are added to a booking.
#[derive(Debug)]
pub(super) struct Links<'g> {
    pub(super) available_actions: Vec<&'g Action>,
    pub(super) customer_action_links: Option<Vec<(&'g Action, String)>>,
    pub(super) action_links: Option<Vec<(&'g Action, String)>>,
    /// Why one of these is empty.
    pub(super) unavailable: Option<LinksUnavailable>,
    /// How many links were signed for them.
    pub(super) signed: usize,
    /// Whether an action has a notice, and the booking no start that can be read.
    pub(super) lacks_cut_off: bool,
}

impl Links<'_> {
    fn was_asked(&self) -> bool {
        self.customer_action_links.is_some() || self.action_links.is_some()
    }

    /// Whether there are links of every kind that was asked for.
    pub(super) fn is_complete(&self) -> bool {
        let mut kinds = [&self.customer_action_links, &self.action_links].into_iter().flatten();
        kinds.all(|links| !links.is_empty())
    }

    /// The members with their values.
    fn members(&self) -> impl Iterator<Item = (&'static str, Member<'_>)> {
        let all = [
            Some(("available_actions", Member::Actions(&self.available_actions))),
            self.customer_action_links.as_deref().map(|links| ("customer_action_links", Member::Links(links))),
            self.action_links.as_deref().map(|links| ("action_links", Member::Links(links))),
            self.unavailable.map(|reason| (UNAVAILABLE, Member::Word(reason.code()))),
        ];
        all.into_iter().flatten()
    }
}

enum Member<'a> {
    Actions(&'a [&'a Action]),
    Links(&'a [(&'a Action, String)]),
    Word(&'static str),
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Actions(actions) => serializer.collect_seq(actions.iter().map(|action| action.as_str())),
            Self::Links(links) => serializer.collect_map(links.iter().map(|(action, url)| (action.as_str(), url))),
            Self::Word(word) => serializer.serialize_str(word),
        }
    }
}

/// An object's members. Ours replace those of the same name, or come at the end.
pub(super) struct Decorated<'a, V> {
    pub(super) members: Vec<(&'a str, V)>,
    pub(super) links: &'a Links<'a>,
}

impl<V: Serialize> Serialize for Decorated<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ours: Vec<_> = self.links.members().map(|(name, own)| (name, Some(own))).collect();
        let mut map = serializer.serialize_map(None)?;
        // A reason of an earlier decoration is none of this one.
        let is_stale = |name: &str| name == UNAVAILABLE && self.links.was_asked() && self.links.unavailable.is_none();
        for (name, value) in self.members.iter().filter(|(name, _)| !is_stale(name)) {
            match ours.iter_mut().find(|(own, _)| own == name) {
                Some((_, own)) => own.take().map_or(Ok(()), |own| map.serialize_entry(name, &own))?,
                None => map.serialize_entry(name, value)?,
            }
        }
        ours.iter().try_for_each(|(name, own)| own.as_ref().map_or(Ok(()), |own| map.serialize_entry(name, own)))?;
        map.end()
    }
}
