//! `GET /v2/bookings` and `GET /v2/bookings/{id}`: bookings, decorated.

use std::time::{Duration, SystemTime};

use lambda_http::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use lambda_http::http::{Method, Response, StatusCode};
use percent_encoding::percent_decode_str;
use tokio::time::Instant;

use super::auth;
use super::booking_links::BookingLinksFunction;
use super::event::{Gateway, HttpRequest};
use super::list::page;
use super::parameters::Parameters;
use super::respond::{Problem, json_answer, with};
use crate::booking::BookingId;
use crate::decorate::Decorator;
use crate::link::Signer;

/// A list is answered in less than 8 s, if need be with the bookings that have come by then.
const BUDGET: Duration = Duration::from_millis(7500);

/// Which bookings a path asks for.
enum Wanted {
    All,
    One(BookingId),
}

pub(super) async fn answer(
    function: &BookingLinksFunction,
    request: &HttpRequest,
    gateway: Gateway,
) -> Response<String> {
    decorated(function, request, gateway).await.unwrap_or_else(|problem| match problem.code() {
        "unauthorized" => with(problem.respond(), WWW_AUTHENTICATE, r#"Basic realm="bookings", charset="UTF-8""#),
        "method_not_allowed" => with(problem.respond(), ALLOW, "GET"),
        "temporarily_unavailable" => with(problem.respond(), RETRY_AFTER, "5"),
        _ => problem.respond(),
    })
}

async fn decorated(
    function: &BookingLinksFunction,
    request: &HttpRequest,
    gateway: Gateway,
) -> Result<Response<String>, Problem> {
    let deadline = Instant::now() + BUDGET;
    let problem = |status, code, detail: &str| Problem::new(status, code, detail.to_owned());
    if request.method != Method::GET {
        return Err(problem(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "Bookings can be read, and nothing else.",
        ));
    }
    let now = SystemTime::now();
    let (app, sole_app) = auth::app(&request.headers, &function.keyring, now)
        .await
        .ok_or_else(|| problem(StatusCode::UNAUTHORIZED, "unauthorized", "The password is to be an app's API key."))?;
    let wanted = wanted(&request.path)
        .ok_or_else(|| problem(StatusCode::NOT_FOUND, "not_found", "There is /v2/bookings, and /v2/bookings/{id}."))?;
    let parameters = Parameters::read(&request.query)?;
    let base = function.base.as_ref().or(request.base.as_ref());
    let signer = match parameters.include.links() {
        false => None,
        true => {
            let key = app.signing_key().ok_or_else(|| {
                problem(StatusCode::CONFLICT, "no_signing_key", "Every key of this app is retired or revoked.")
            })?;
            Some(Signer::new(key, base.ok_or_else(no_base)?))
        }
    };
    let decorator = Decorator {
        graphs: &function.graphs,
        names: function.bookings.names(),
        app: &app,
        signer,
        sole_app,
        include: parameters.include,
        redirect: parameters.redirect.clone(),
        now,
    };
    match wanted {
        Wanted::One(id) => one(function, &decorator, &id).await,
        Wanted::All => {
            let page = page(function, &decorator, &parameters, deadline, gateway.max_bytes()).await?;
            let next = page.next.map(|cursor| Ok(parameters.next_page_url(base.ok_or_else(no_base)?, &cursor)));
            let rest =
                serde_json::json!({ "per_page": parameters.limit, "next_page_url": next.transpose()? }).to_string();
            let bookings: Vec<&str> = page.bookings.iter().map(|booking| booking.get()).collect();
            Ok(json_answer(format!(r#"{{"data":[{}],{}"#, bookings.join(","), &rest[1..])))
        }
    }
}

async fn one(
    function: &BookingLinksFunction,
    decorator: &Decorator<'_>,
    id: &BookingId,
) -> Result<Response<String>, Problem> {
    let record = function.bookings.get(id).await.map_err(unavailable)?;
    let own = |app: Option<&str>| app.map_or(decorator.sole_app, |app| app == decorator.app.id);
    let record = record.filter(|record| own(record.app_id())).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "booking_not_found", "There is no such booking.".to_owned())
    })?;
    let booking = decorator.record(&record).map_err(|_| unwritable())?;
    Ok(json_answer(format!(r#"{{"data":{}}}"#, booking.get())))
}

/// The path, with or without a stage.
fn wanted(path: &str) -> Option<Wanted> {
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    match segments[..] {
        ["v2", "bookings"] | [_, "v2", "bookings"] => Some(Wanted::All),
        ["v2", "bookings", id] | [_, "v2", "bookings", id] => {
            BookingId::parse(&percent_decode_str(id).decode_utf8().ok()?).ok().map(Wanted::One)
        }
        _ => None,
    }
}

pub(super) fn unavailable(fault: impl std::fmt::Display) -> Problem {
    tracing::error!(%fault, "the store failed");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "temporarily_unavailable",
        "The store does not answer. Try again.".to_owned(),
    )
}

fn no_base() -> Problem {
    let detail = "Behind this gateway LINK_BASE_URL has to be set.".to_owned();
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "link_base_url_required", detail)
}

pub(super) fn unwritable() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal_error",
        "A booking could not be written as JSON.".to_owned(),
    )
}
