//! `decorate`: bookings with links added.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// Bookings that get links.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DecorateRequest<T> {
    /// The app. It may be left out when there is one app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// What to add, separated by commas: `customer_action_links` (without it, this one),
    /// `action_links`, `logs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<String>,
    /// Where clicks redirect to: an https URL of at most 2,048 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// Seconds until the links expire, up to 100 years. Without it, the app's own setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// The language of the links' pages, a tag such as `da` or `pt-BR` (BCP 47), at most 35 characters. Without it, that
    /// of the reader's browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// A booking, a list of bookings, or an object that has either as `data`.
    pub response: T,
    /// `decorate`, which the client writes.
    #[doc(hidden)]
    #[serde(default, skip_serializing)]
    pub operation: IgnoredAny,
}

impl<T> DecorateRequest<T> {
    /// A request for the customer's links of `response`.
    pub fn new(response: T) -> Self {
        Self {
            app_id: None,
            include: None,
            redirect: None,
            expires_in: None,
            lang: None,
            response,
            operation: IgnoredAny,
        }
    }
}

/// What `decorate` adds to a booking. A type of one's own can have it as a flattened member.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BookingLinks {
    /// The actions that the booking's state allows now.
    pub available_actions: Vec<String>,
    /// The links of the customer's actions, by action.
    #[serde(deserialize_with = "or_none")]
    pub customer_action_links: BTreeMap<String, String>,
    /// The links of every action but the system's, by action. They are there if `include` asks for them.
    #[serde(deserialize_with = "or_none")]
    pub action_links: BTreeMap<String, String>,
    /// Why links that were asked for are not there: `invalid_id`, `invalid_state`, `unknown_graph`, `another_app`,
    /// `revoked` or `repeated_member` if the booking cannot have any; `too_late` or `no_action` if it has none now.
    pub links_unavailable: Option<String>,
}

/// Reads `null` as none. A caller's own member that was not asked for comes back as it was.
fn or_none<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl fmt::Debug for BookingLinks {
    /// Without the links, which contain tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { available_actions, links_unavailable, .. } = self;
        f.debug_struct("BookingLinks")
            .field("available_actions", available_actions)
            .field("links_unavailable", links_unavailable)
            .finish_non_exhaustive()
    }
}
