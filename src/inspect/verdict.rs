//! The result of an inspection in a sentence or two: what would happen, and whether what wrapped the link matters.

use super::finding::{Finding, Mark, OnOpen};
use super::pasted::{Pasted, Short};
use super::wrapper::Purpose;
use crate::link::ParseLinkError;

/// How the sentence begins about a link that works.
pub(super) const WORKS: &str = "This link would work now";

/// What is known when everything was looked at.
pub(super) struct Verdict<'a> {
    pub(super) pasted: &'a Pasted,
    pub(super) lines: &'a [Finding],
    /// Why a click would be refused, or what it would do.
    pub(super) sentence: Option<String>,
    pub(super) on_open: Option<OnOpen>,
}

impl Verdict<'_> {
    pub(super) fn told(&self) -> String {
        let wrong = self.lines.iter().find(|line| line.subject == "form" && line.mark == Mark::Bad);
        let as_pasted = wrong.filter(|_| self.pasted.link.is_ok()).map(|line| match &self.pasted.url {
            None => "This is a token alone, which works only in a link.".to_owned(),
            Some(_) => format!("This link does not work as it was pasted: {}.", line.text),
        });
        let sentence = self.sentence.clone().unwrap_or_else(|| self.unsure());
        let sentence = match (&as_pasted, sentence.strip_prefix(WORKS)) {
            (Some(_), Some(how)) => format!("Put right, it would work now{how}"),
            _ => sentence,
        };
        let calendar = "This is the address of a calendar file: opening it never acts. Of its link:".to_owned();
        let calendar = self.pasted.is_calendar().then_some(calendar);
        let is_short = matches!(self.pasted.short, Some(Short::Found));
        let short = is_short.then(|| "It is a short link.".to_owned());
        let sentences = calendar.into_iter().chain(as_pasted).chain([sentence]).chain(short).chain(self.wrapped());
        sentences.collect::<Vec<_>>().join(" ")
    }

    /// The sentence where no click would tell more.
    fn unsure(&self) -> String {
        match &self.pasted.link {
            Err(_) if matches!(self.pasted.short, Some(Short::Unread(_) | Short::Failed)) => {
                "This is a short link, and what it stands for was not looked up.".to_owned()
            }
            Err(_) if self.pasted.is_api_key => {
                "This is an API key and not a link. Whoever has it can sign links: if others have seen it, revoke it."
                    .to_owned()
            }
            Err(ParseLinkError::Path) if self.pasted.url.is_none() => {
                "There is no link and no token in this text.".to_owned()
            }
            Err(ParseLinkError::Path) if !self.pasted.wrappers.is_empty() => {
                "The link inside cannot be read from here: only the service that has wrapped it knows it.".to_owned()
            }
            Err(error) => format!("This is not an action link: {error}."),
            Ok(_) => format!("It is not certain that this link works: {}.", self.unseen()),
        }
    }

    /// What could not be looked at.
    fn unseen(&self) -> &'static str {
        let is_signed = self.lines.iter().any(|line| line.subject == "signature" && line.mark == Mark::Good);
        match is_signed {
            true => "its signature is valid, but its booking was not looked at",
            false => "no key is known to compare its signature with",
        }
    }

    /// What wrapped the link, and whether that matters.
    fn wrapped(&self) -> Option<String> {
        let wrapper = self.pasted.wrappers.first()?;
        let name = &wrapper.name;
        if self.pasted.link.is_err() {
            return Some(format!("{name} has wrapped it."));
        }
        let acts = self.on_open == Some(OnOpen::Acts);
        Some(match (wrapper.purpose, self.on_open) {
            (Purpose::Scanner, Some(OnOpen::Acts)) => format!(
                "{name} has wrapped it, which matters: it may open the link before the recipient does, and then the link is used."
            ),
            (Purpose::Scanner, Some(OnOpen::Asks)) => {
                format!(
                    "{name} has wrapped it, which does not matter: if it opens the link, a page asks and nothing changes."
                )
            }
            (Purpose::Scanner, None) => {
                format!(
                    "{name} has wrapped it, which matters only for a link that acts at once: it may open the link first."
                )
            }
            (Purpose::Tracker, _) => format!(
                "{name} has wrapped it, which matters: that service keeps links that work{}. Switch click tracking off for them.",
                if acts { ", and may open them" } else { "" }
            ),
            (Purpose::Exit, _) => format!("{name} has wrapped it, which does not matter: it leads on to the link."),
            (Purpose::Unknown, _) => format!(
                "{name} has wrapped it, which matters if it opens links or keeps them: switch click tracking off for them."
            ),
        })
    }
}
