//! What a direct invocation of `booking-links` takes and returns: the JSON of `sign`, `decorate` and `act`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// A link to be signed.
// Unknown members are refused, because a misspelt `expires_in` would make links that never expire.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// The app. It may be left out when there is one app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// The booking: 1 to 128 characters of `A–Z a–z 0–9 - _ . :`.
    pub booking_id: String,
    /// The action: 1 to 64 characters of `a–z 0–9 _`.
    pub action: String,
    /// Where the click redirects to: an https URL of at most 2,048 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// Seconds until the link expires, up to 100 years. Without it, the app's own setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// Whether the link asks before it acts. Without it, the app's own setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// The language of the pages, a tag such as `da` or `pt-BR` (BCP 47), at most 35 characters. Without it, that of
    /// the reader's browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// An opaque id of the person to whom the link is sent, at most 256 characters. It is kept in the
    /// booking's log when the link is used. It proves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Whether the link is also stored under a short one, for a text message. Without it, it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<bool>,
    /// `sign`, which the client writes.
    #[doc(hidden)]
    #[serde(default, skip_serializing)]
    pub operation: IgnoredAny,
}

impl fmt::Debug for SignRequest {
    /// Without what may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { booking_id, action, .. } = self;
        f.debug_struct("SignRequest").field("booking_id", booking_id).field("action", action).finish_non_exhaustive()
    }
}

/// A signed link.
#[derive(Clone, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SignReply {
    /// The whole link.
    pub url: String,
    /// Its token alone.
    pub signature: String,
    /// Its id, which the booking's log has once the link has been used.
    pub link_id: String,
    /// When it expires (RFC 3339), if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The short link, if one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_url: Option<String>,
}

impl fmt::Debug for SignReply {
    /// Without the token and the URL, which contains it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignReply").field("link_id", &self.link_id).finish_non_exhaustive()
    }
}

/// Many links to be signed at once.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignManyRequest<T> {
    /// The app of the links that do not name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// The links, at most [`MAX_LINKS`].
    pub links: Vec<T>,
    /// `sign`, which the client writes.
    #[doc(hidden)]
    #[serde(default, skip_serializing)]
    pub operation: IgnoredAny,
}

/// The most links in one request.
pub const MAX_LINKS: usize = 10_000;

/// The most links in one request that are also stored under short ones.
pub const MAX_SHORT_LINKS: usize = 1_000;

/// One of many links, or why it was not signed. A faulty one does not affect the others.
#[derive(Clone, Deserialize, Serialize)]
#[serde(untagged)]
pub enum OneOfMany {
    /// The link.
    Signed {
        /// The whole link.
        url: String,
        /// Its id.
        link_id: String,
        /// When it expires (RFC 3339), if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<String>,
        /// The short link, if one was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        short_url: Option<String>,
    },
    /// The fault.
    Refused {
        /// Its code and its message.
        error: RefusedLink,
    },
}

impl fmt::Debug for OneOfMany {
    /// Without the URL, which contains the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signed { link_id, .. } => f.debug_struct("Signed").field("link_id", link_id).finish_non_exhaustive(),
            Self::Refused { error } => f.debug_struct("Refused").field("error", error).finish(),
        }
    }
}

/// Why one of many links was not signed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RefusedLink {
    /// The code, as in [`ErrorCode`].
    pub code: String,
    /// What is wrong.
    pub message: String,
}

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

/// Defines the codes once, for both directions.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// Why an invocation was refused: `errorType` of the function error.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A code that this version does not know, or an error of Lambda's own.
            Other(String),
        }

        impl ErrorCode {
            /// The codes that this version knows, as they stand in `errorType`.
            #[doc(hidden)]
            pub const ALL: &[&str] = &[$($code),*];

            /// The code as it stands in `errorType`.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Other(code) => code,
                }
            }
        }

        impl From<String> for ErrorCode {
            fn from(code: String) -> Self {
                match &*code {
                    $($code => Self::$name,)*
                    _ => Self::Other(code),
                }
            }
        }
    };
}

codes! {
    /// The request has a member that is missing, unknown, or makes no sense.
    InvalidRequest = "invalid_request",
    /// There is no app with that id.
    UnknownApp = "unknown_app",
    /// There are several apps, and the request names none.
    AppRequired = "app_required",
    /// Every key of the app is retired or revoked.
    NoSigningKey = "no_signing_key",
    /// A setting of the app cannot be read, and signing without it would make links more dangerous.
    SettingInvalid = "setting_invalid",
    /// No graph has the action or, for `sign`, has it for a link.
    UnknownAction = "unknown_action",
    /// `include` has a word that is not known.
    UnknownInclude = "unknown_include",
    /// The redirect is not an https URL, or is too long.
    RedirectNotAllowed = "redirect_not_allowed",
    /// `LINK_BASE_URL` is not set.
    LinkBaseUrlRequired = "link_base_url_required",
    /// `SHORT_LINKS_TABLE` is not set.
    ShortLinksTableRequired = "short_links_table_required",
    /// There is no such booking, or it belongs to another app.
    BookingNotFound = "booking_not_found",
    /// The booking's state does not allow the action.
    ActionNotAvailable = "action_not_available",
    /// The booking's record cannot be changed: it is too large, or an attribute has the wrong type.
    BookingUnusable = "booking_unusable",
    /// The answer would be larger than Lambda allows. Send fewer links at a time.
    AnswerTooLarge = "answer_too_large",
    /// A table does not answer now. Try again.
    TemporarilyUnavailable = "temporarily_unavailable",
    /// The event is neither a direct invocation nor one of a gateway.
    UnknownEvent = "unknown_event",
    /// A fault of the function.
    InternalError = "internal_error",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
