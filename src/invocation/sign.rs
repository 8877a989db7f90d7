//! `sign`: one link, or many.

use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

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
    /// The code, as in [`ErrorCode`](super::ErrorCode).
    pub code: String,
    /// What is wrong.
    pub message: String,
}
