//! What can be wrong with a request for bookings.

use lambda_http::http::StatusCode;
use lambda_http::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};

use crate::gateway::Problem;
use crate::store::StoreError;

pub(super) fn unauthorized() -> Problem {
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "The password must be an app's API key.");
    problem.header(WWW_AUTHENTICATE, r#"Basic realm="bookings", charset="UTF-8""#)
}

pub(super) fn unavailable(fault: &StoreError) -> Problem {
    tracing::error!(%fault, "the store failed");
    let detail = "The store does not answer. Try again.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", detail).header(RETRY_AFTER, "5")
}

pub(super) fn unknown_path() -> Problem {
    let detail = "This path does not exist. Use /v2/bookings or /v2/bookings/{id}.";
    Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
}

pub(super) fn no_base() -> Problem {
    let detail = "Links cannot be signed behind this gateway unless LINK_BASE_URL is set.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "link_base_url_required", detail)
}

pub(super) fn unsealed() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "The cursor of the next page could not be made.")
}

pub(super) fn unwritable() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "A booking could not be written as JSON.")
}

pub(super) fn no_index(fault: &StoreError) -> Problem {
    tracing::error!(%fault, "the bookings cannot be listed");
    let detail =
        "The bookings table has no index of the name that BOOKINGS_INDEX gives (by-app), or one with other keys.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "index_required", detail)
}

pub(super) fn no_position() -> Problem {
    tracing::error!("the bookings cannot be listed: the sort key of the index is neither a string nor a number");
    let detail = "The sort key of the index (BOOKINGS_INDEX) must be a string or a number.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "index_required", detail)
}

pub(super) fn invalid(parameter: &str, fault: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_parameter", format!("The parameter `{parameter}` {fault}."))
}
