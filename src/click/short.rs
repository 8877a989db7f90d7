//! A click on a short link: the link is looked up by its code, and then clicked.

use std::time::SystemTime;

use tokio::time::Instant;

use super::{Click, ClickResult, Clicks, Outcome};
use crate::link::{ParseLinkError, UnverifiedLink, path};
use crate::store::{ShortCode, within};

impl Clicks {
    /// The code in a path, if it is that of a short link and there is a table of them.
    pub fn short_code(&self, path: &str) -> Option<ShortCode> {
        self.short_links.as_ref().and(path::short_code(path)).and_then(ShortCode::parse)
    }

    /// Decides a click on the link that is stored under a code, which costs one read more. `query` is what was added to
    /// the short link. An unknown code tells nothing.
    pub async fn decide_short(
        &self,
        code: &ShortCode,
        query: &[(String, String)],
        now: SystemTime,
        click: impl FnOnce(UnverifiedLink) -> Click,
    ) -> ClickResult {
        let (begun, deadline) = (Instant::now(), self.deadlines.begin());
        let result = match self.find(code, query, now, deadline).await {
            Ok(link) => self.decide_since(begun, deadline, &click(link)).await,
            Err(outcome) => outcome.into(),
        };
        ClickResult { is_short: true, ..result }
    }

    async fn find(
        &self,
        code: &ShortCode,
        query: &[(String, String)],
        now: SystemTime,
        deadline: Instant,
    ) -> Result<UnverifiedLink, Outcome> {
        let store = self.short_links.as_ref().ok_or(Outcome::MalformedLink(ParseLinkError::Path))?;
        let stored = within(deadline, store.link(code, now)).await;
        let stored =
            stored.map_err(|fault| Outcome::TemporarilyUnavailable { fault: fault.to_string(), retry: None })?;
        let stored = stored.ok_or(Outcome::BookingNotFound)?;
        let added = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        stored.link(added).map_err(Outcome::MalformedLink)
    }
}
