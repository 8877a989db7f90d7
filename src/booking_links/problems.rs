//! What can be wrong with a request for bookings, and the one table of it.

use lambda_http::http::StatusCode;
use lambda_http::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};

use crate::gateway::Problem;
use crate::store::StoreError;

/// A kind of problem: its HTTP status and its stable code, as in openapi.yaml and docs/errors.md.
#[derive(Clone, Copy, Debug)]
pub struct ProblemKind {
    pub status: u16,
    pub code: &'static str,
}

macro_rules! problems {
    ($($name:ident: $status:literal, $code:literal;)*) => {
        impl ProblemKind {
            $(pub(super) const $name: Self = Self { status: $status, code: $code };)*

            /// The whole table.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

problems! {
    MALFORMED_REQUEST: 400, "malformed_request";
    UNKNOWN_PARAMETER: 400, "unknown_parameter";
    INVALID_PARAMETER: 400, "invalid_parameter";
    UNKNOWN_INCLUDE: 400, "unknown_include";
    REDIRECT_NOT_ALLOWED: 400, "redirect_not_allowed";
    UNAUTHORIZED: 401, "unauthorized";
    NOT_FOUND: 404, "not_found";
    BOOKING_NOT_FOUND: 404, "booking_not_found";
    METHOD_NOT_ALLOWED: 405, "method_not_allowed";
    NO_SIGNING_KEY: 409, "no_signing_key";
    SETTING_INVALID: 500, "setting_invalid";
    LINK_BASE_URL_REQUIRED: 500, "link_base_url_required";
    INDEX_REQUIRED: 500, "index_required";
    INTERNAL_ERROR: 500, "internal_error";
    TEMPORARILY_UNAVAILABLE: 503, "temporarily_unavailable";
}

impl ProblemKind {
    pub(super) fn with(self, detail: impl Into<String>) -> Problem {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Problem::new(status, self.code, detail)
    }
}

pub(super) fn unauthorized() -> Problem {
    let problem = ProblemKind::UNAUTHORIZED.with("The password must be an app's API key.");
    problem.header(WWW_AUTHENTICATE, r#"Basic realm="bookings", charset="UTF-8""#)
}

pub(super) fn unavailable(fault: &StoreError) -> Problem {
    tracing::error!(%fault, "the store failed");
    let detail = "The store does not answer. Try again.";
    ProblemKind::TEMPORARILY_UNAVAILABLE.with(detail).header(RETRY_AFTER, "5")
}

pub(super) fn unknown_path() -> Problem {
    let detail = "This path does not exist. Use /v2/bookings or /v2/bookings/{id}.";
    ProblemKind::NOT_FOUND.with(detail)
}

pub(super) fn no_base() -> Problem {
    let detail = "Links cannot be signed behind this gateway unless LINK_BASE_URL is set.";
    ProblemKind::LINK_BASE_URL_REQUIRED.with(detail)
}

pub(super) fn unsealed() -> Problem {
    ProblemKind::INTERNAL_ERROR.with("The cursor of the next page could not be made.")
}

pub(super) fn unwritable() -> Problem {
    ProblemKind::INTERNAL_ERROR.with("A booking could not be written as JSON.")
}

pub(super) fn no_index(fault: &StoreError) -> Problem {
    tracing::error!(%fault, "the bookings cannot be listed");
    let detail =
        "The bookings table has no index of the name that BOOKINGS_INDEX gives (by-app), or one with other keys.";
    ProblemKind::INDEX_REQUIRED.with(detail)
}

pub(super) fn no_position() -> Problem {
    tracing::error!("the bookings cannot be listed: the sort key of the index is neither a string nor a number");
    let detail = "The sort key of the index (BOOKINGS_INDEX) must be a string or a number.";
    ProblemKind::INDEX_REQUIRED.with(detail)
}

pub(super) fn invalid(parameter: &str, fault: &str) -> Problem {
    ProblemKind::INVALID_PARAMETER.with(format!("The parameter `{parameter}` {fault}."))
}
