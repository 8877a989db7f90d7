//! `act`: an action of the business itself.

use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// An action that the business takes itself, without a link.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ActRequest {
    /// The app. It may be left out when there is one app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// The booking: 1 to 128 characters of `A–Z a–z 0–9 - _ . :`.
    pub booking_id: String,
    /// The action: 1 to 64 characters of `a–z 0–9 _`. It may be one of the system's, such as `timeout`.
    pub action: String,
    /// Your id for this request: 1 to 256 printable characters of ASCII, without spaces. The same one again for the
    /// same booking is a success that changes nothing. Without it, the id of the invocation, which Lambda repeats
    /// when it tries an asynchronous one again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Why, for the booking's log: at most 1,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `act`, which the client writes.
    #[doc(hidden)]
    #[serde(default, skip_serializing)]
    pub operation: IgnoredAny,
}

impl fmt::Debug for ActRequest {
    /// Without what may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { booking_id, action, .. } = self;
        f.debug_struct("ActRequest").field("booking_id", booking_id).field("action", action).finish_non_exhaustive()
    }
}

/// The booking after an action.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ActReply {
    /// The booking.
    pub data: ActedOn,
}

/// A booking after an action.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActedOn {
    /// Its id.
    pub id: String,
    /// The state to which the action led.
    pub state: String,
    /// The action.
    pub action: String,
}

impl ActReply {
    /// The reply for a booking that an action led to `state`.
    #[cfg(feature = "lambda")]
    pub(crate) fn new(id: &str, state: &str, action: &str) -> Self {
        Self { data: ActedOn { id: id.to_owned(), state: state.to_owned(), action: action.to_owned() } }
    }
}
