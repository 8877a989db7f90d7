//! A request to a link, with nothing about HTTP.

use std::time::{Duration, SystemTime};

use crate::link::{UnverifiedLink, VerifiedLink};
use crate::reason::Reason;

/// A button that is pressed later than this after its page was made asks again.
const MAX_DWELL: Duration = Duration::from_secs(30 * 60);

/// One request to a link.
#[derive(Clone)]
pub struct Click {
    /// The link, unverified.
    pub link: UnverifiedLink,
    /// Whether the link was opened or its button pressed.
    pub gesture: Gesture,
    /// Unique for each click, so that a click can recognise its own write.
    pub request_id: String,
    /// The client's IP address, if the gateway gives it.
    pub source_ip: Option<String>,
    /// The client's user agent.
    pub user_agent: Option<String>,
    /// When.
    pub now: SystemTime,
}

/// How a person clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// The link was opened (GET). In `confirm` mode that only asks.
    Open,
    /// The button was pressed (POST).
    Press(Press),
}

/// What the form of a page sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// The stamp of the page's form, unverified.
    pub stamp: Option<String>,
    /// The text of the field for a reason.
    pub reason: Reason,
}

/// Why a page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// The link was opened.
    Opened,
    /// The button was pressed, but too soon or too late.
    Again,
    /// A form was sent without a valid stamp, so not by the page's button. It is told as an error, so
    /// that no program takes it for a success.
    Unconfirmed,
}

impl Click {
    /// The reason, if the button was pressed.
    pub(super) fn reason(&self) -> Option<&Reason> {
        match &self.gesture {
            Gesture::Open => None,
            Gesture::Press(press) => Some(&press.reason),
        }
    }

    /// Why a page must ask first. `None` if the button of our page was pressed within the time in which
    /// a person presses it. Some mail scanners open a page and submit its form at once.
    pub(super) fn asking(&self, link: &VerifiedLink<'_>, min_dwell: Duration) -> Option<Asking> {
        if self.gesture == Gesture::Open {
            return Some(Asking::Opened);
        }
        let Some(made_at) = self.made_at(link) else { return Some(Asking::Unconfirmed) };
        let dwell = self.now.duration_since(made_at).ok();
        let in_time = dwell.is_some_and(|dwell| (min_dwell..=MAX_DWELL).contains(&dwell));
        if in_time { None } else { Some(Asking::Again) }
    }

    /// The press, if its stamp is valid, so that it can be sent once more.
    pub(super) fn own_press(&self, link: &VerifiedLink<'_>) -> Option<Press> {
        match &self.gesture {
            Gesture::Press(press) if self.made_at(link).is_some() => Some(press.clone()),
            Gesture::Press(_) | Gesture::Open => None,
        }
    }

    /// When the page was made whose button was pressed, if its stamp is valid.
    fn made_at(&self, link: &VerifiedLink<'_>) -> Option<SystemTime> {
        match &self.gesture {
            Gesture::Press(Press { stamp: Some(stamp), .. }) => link.stamped_at(stamp),
            Gesture::Press(_) | Gesture::Open => None,
        }
    }
}
