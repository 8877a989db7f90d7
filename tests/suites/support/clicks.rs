//! Clicks at given times, without HTTP: links that are opened, and buttons that are pressed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use action_links::click::{
    Button, Click, ClickKind, Clicks, FormSubmission, Outcome, Prompt, PromptButton, PromptReason,
};
use action_links::domain::CustomerMessage;
use action_links::link::UnverifiedLink;
use url::Url;

use super::http::Address;
use super::jws::at;
use super::world::BASE;

/// Clicks whose time the test sets.
pub(crate) struct TimedClicks(pub(super) Clicks);

/// What a click has come to.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The outcome's stable name.
    pub(crate) code: &'static str,
    /// The button of the page that is shown.
    pub(crate) offer: Option<Offer>,
    pub(crate) outcome: Outcome,
}

/// A button of a page.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    button: Button,
    stamp: String,
    /// Whether it has been pressed, too soon or too late.
    pub(crate) is_again: bool,
    /// Until when it undoes.
    pub(crate) until: Option<SystemTime>,
}

impl Offer {
    /// When the page was made, which is what its stamp says.
    pub(crate) fn made_at(&self) -> SystemTime {
        at(0) + Duration::from_millis(self.stamp.split('.').next().unwrap().parse().unwrap())
    }
}

impl TimedClicks {
    /// Opens a link at that time.
    pub(crate) async fn open(&self, link: impl Address, now: SystemTime) -> Decided {
        self.decide(link, ClickKind::Open, now).await
    }

    /// Presses a button at that time. Without one, it submits the form of a page that was not opened.
    pub(crate) async fn press(&self, link: impl Address, offer: Option<Offer>, now: SystemTime) -> Decided {
        let (button, stamp) = offer.map_or((Button::Act, None), |offer| (offer.button, Some(offer.stamp)));
        let form = FormSubmission { button, form_token: stamp, message: CustomerMessage::default() };
        self.decide(link, ClickKind::Submit(form), now).await
    }

    async fn decide(&self, link: impl Address, kind: ClickKind, now: SystemTime) -> Decided {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let url = Url::parse(BASE).unwrap().join(link.address()).unwrap();
        let click = Click {
            link: UnverifiedLink::parse(url.path(), url.query_pairs()).unwrap(),
            kind,
            request_id: format!("r-{}", NEXT.fetch_add(1, Ordering::Relaxed)),
            source_ip: None,
            user_agent: None,
            now,
        };
        let outcome = self.0.decide(&click).await.outcome;
        Decided { code: outcome.code(), offer: offer(&outcome), outcome }
    }
}

fn offer(outcome: &Outcome) -> Option<Offer> {
    let (button, stamp) = match outcome {
        Outcome::Asked(Prompt { button: PromptButton::Act { form_token, .. }, .. }) => {
            (Button::Act, form_token.clone())
        }
        outcome if let Some(moved) = outcome.moved() => (Button::Act, moved.form_token.clone()),
        outcome => match (outcome.undo(), outcome.new_link()) {
            (Some(undo), _) => (Button::Undo, undo.form_token.clone()),
            (None, new_link) => (Button::NewLink, new_link?.to_owned()),
        },
    };
    let is_again = matches!(outcome, Outcome::Asked(Prompt { reason: PromptReason::Again, .. }));
    Some(Offer { button, stamp, is_again, until: outcome.undo().map(|undo| undo.until) })
}
