//! `GET /v2/bookings` and `GET /v2/bookings/{id}`: bookings, decorated.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use lambda_http::http::{Method, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;
use tokio::time::{Instant, timeout_at};

use super::auth;
use super::booking_links::BookingLinksFunction;
use super::event::{Gateway, HttpRequest};
use super::respond::{Problem, json_answer, with};
use crate::booking::BookingId;
use crate::decorate::{Decorator, Include};
use crate::link::{BaseUrl, Redirect, Signer};
use crate::store::{Position, StoreError};

/// How many bookings a page has unless the caller says.
const DEFAULT_LIMIT: usize = 50;
/// How many it may have at most.
const MAX_LIMIT: usize = 1000;
/// A list is answered in less than 8 s, if need be with the bookings that have come by then.
const BUDGET: Duration = Duration::from_millis(7500);

/// Which bookings a path asks for.
enum Wanted {
    All,
    One(BookingId),
}

/// What a query asks for.
struct Parameters {
    include: Include,
    include_text: Option<String>,
    redirect: Option<Redirect>,
    limit: usize,
    after: Option<Cursor>,
}

/// Where a list goes on, as the caller holds it: base64url of `[app, created_at, id]`.
struct Cursor {
    app_id: String,
    position: Position,
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

/// A page of the list, and where the next one begins, when there may be more.
struct Page {
    bookings: Vec<Box<RawValue>>,
    next: Option<Cursor>,
}

/// Reads a page. It ends early rather than late or too large, and has one booking at least.
async fn page(
    function: &BookingLinksFunction,
    decorator: &Decorator<'_>,
    parameters: &Parameters,
    deadline: Instant,
    max_bytes: usize,
) -> Result<Page, Problem> {
    let foreign = || invalid("cursor", "is none of this list's");
    let mut after = match &parameters.after {
        Some(cursor) if cursor.app_id != decorator.app.id => return Err(foreign()),
        cursor => cursor.as_ref().map(|cursor| cursor.position.clone()),
    };
    let mut bookings: Vec<Box<RawValue>> = Vec::new();
    let mut bytes = 0;
    // DynamoDB's own pages are of 1 MB; ours may take several.
    let more = 'page: loop {
        let limit = i32::try_from(parameters.limit - bookings.len()).unwrap_or(i32::MAX);
        let records = function.bookings.list(&decorator.app.id, after.as_ref(), limit);
        let read = match timeout_at(deadline, records).await {
            Ok(Ok(read)) => read,
            Ok(Err(error)) if error.is_rejection() && parameters.after.is_some() => return Err(foreign()),
            Ok(Err(error)) if error.is_rejection() => return Err(no_index(&error)),
            _ if !bookings.is_empty() => break true,
            Ok(Err(error)) => return Err(unavailable(error)),
            Err(_) => return Err(unavailable(format!("no answer within {} ms", BUDGET.as_millis()))),
        };
        for record in &read.records {
            let booking = decorator.record(record).map_err(|_| unwritable())?;
            bytes += 1 + escaped_length(booking.get());
            if bytes > max_bytes && !bookings.is_empty() {
                break 'page true;
            }
            bookings.push(booking);
            // The index holds none without these two.
            if let (Some(id), Some(created_at)) = (record.id(), record.created_at()) {
                after = Some(Position { id: id.to_owned(), created_at: created_at.to_owned() });
            }
        }
        if !read.more || bookings.len() >= parameters.limit {
            break read.more;
        }
    };
    let next = after.filter(|_| more).map(|position| Cursor { app_id: decorator.app.id.clone(), position });
    Ok(Page { bookings, next })
}

/// How long compact JSON is as a JSON string, which is how Lambda hands an answer over.
fn escaped_length(json: &str) -> usize {
    json.len() + json.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

impl Parameters {
    fn read(query: &[(String, String)]) -> Result<Self, Problem> {
        let one = |name: &str| {
            let mut values = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            let value = values.next();
            if values.next().is_some() { Err(invalid(name, "is given twice")) } else { Ok(value) }
        };
        let include_text = one("include")?;
        let include = Include::parse(include_text.unwrap_or_default()).map_err(|unknown| {
            let names = unknown.join(", ");
            Problem::new(
                StatusCode::BAD_REQUEST,
                "unknown_include",
                format!("There is nothing to include that is called: {names}."),
            )
        })?;
        let redirect = one("redirect")?
            .map(Redirect::trusted)
            .transpose()
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "redirect_not_allowed", format!("{error}.")))?;
        let limit = one("limit")?.map_or(Ok(DEFAULT_LIMIT), str::parse).ok();
        let limit = limit
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| invalid("limit", "is not from 1 to 1000"))?;
        let after =
            one("cursor")?.map(|text| Cursor::decode(text).ok_or_else(|| invalid("cursor", "is none of this list's")));
        Ok(Self { include, include_text: include_text.map(str::to_owned), redirect, limit, after: after.transpose()? })
    }

    fn next_page_url(&self, base: &BaseUrl, cursor: &Cursor) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(include) = &self.include_text {
            query.append_pair("include", include);
        }
        if let Some(redirect) = &self.redirect {
            query.append_pair("redirect", redirect.as_str());
        }
        query.append_pair("limit", &self.limit.to_string()).append_pair("cursor", &cursor.encode());
        format!("{}/v2/bookings?{}", base.as_str(), query.finish())
    }
}

impl Cursor {
    fn encode(&self) -> String {
        let parts = [&self.app_id, &self.position.created_at, &self.position.id];
        URL_SAFE_NO_PAD.encode(serde_json::json!(parts).to_string())
    }

    fn decode(text: &str) -> Option<Self> {
        let json = URL_SAFE_NO_PAD.decode(text).ok()?;
        let [app_id, created_at, id]: [String; 3] = serde_json::from_slice(&json).ok()?;
        Some(Self { app_id, position: Position { id, created_at } })
    }
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

fn invalid(parameter: &str, fault: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_parameter", format!("The parameter `{parameter}` {fault}."))
}

fn unavailable(fault: impl std::fmt::Display) -> Problem {
    tracing::error!(%fault, "the store failed");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "temporarily_unavailable",
        "The store does not answer. Try again.".to_owned(),
    )
}

fn no_index(fault: &StoreError) -> Problem {
    tracing::error!(%fault, "the bookings cannot be listed");
    let detail = "The bookings table has no index by-app, or one with other keys.".to_owned();
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "index_required", detail)
}

fn no_base() -> Problem {
    let detail = "Behind this gateway LINK_BASE_URL has to be set.".to_owned();
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "link_base_url_required", detail)
}

fn unwritable() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal_error",
        "A booking could not be written as JSON.".to_owned(),
    )
}
