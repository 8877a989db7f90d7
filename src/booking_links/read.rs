//! `GET /v2/bookings` and `GET /v2/bookings/{id}`: bookings, decorated.

use std::time::SystemTime;

use lambda_http::http::header::ALLOW;
use lambda_http::http::{Method, Response};
use tokio::time::Instant;

use super::auth::{self, Caller};
use super::cursor;
use super::list::page;
use super::parameters::{OF_LIST, OF_ONE, Parameters};
use super::problems::{ProblemKind, no_base, unauthorized, unavailable, unknown_path, unsealed, unwritable};
use super::service::Service;
use crate::app::App;
use crate::booking::BookingId;
use crate::click::owns;
use crate::decorate::{Decorator, Options};
use crate::gateway::{Gateway, HttpRequest, Problem, json_answer};
use crate::link::Signer;
use crate::link::path::Resource;
use crate::store::within;

/// An answer, and what the log tells of it.
pub(super) struct Answer {
    pub(super) response: Response<String>,
    pub(super) caller: Option<Caller>,
    /// How many links were signed.
    pub(super) links: usize,
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        Self { response: problem.respond(), caller: None, links: 0 }
    }
}

pub(super) async fn answer(service: &Service, request: &HttpRequest<'_>, gateway: Gateway) -> Answer {
    let deadline = service.deadlines.begin();
    if ![Method::GET, Method::HEAD].contains(&request.method) {
        let detail = "Only GET and HEAD are supported here.";
        let problem = ProblemKind::METHOD_NOT_ALLOWED.with(detail);
        return problem.header(ALLOW, "GET, HEAD").into();
    }
    let mut answer = to_get(service, request, gateway, deadline).await;
    if request.method == Method::HEAD {
        answer.response.body_mut().clear();
    }
    answer
}

async fn to_get(service: &Service, request: &HttpRequest<'_>, gateway: Gateway, deadline: Instant) -> Answer {
    let now = SystemTime::now();
    let caller = match within(deadline, auth::caller(&request.headers, &service.keyring, now)).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return unauthorized().into(),
        Err(fault) => return unavailable(&fault).into(),
    };
    let answer = decorated(service, request, gateway, &caller, now, deadline).await;
    let (response, links) = answer.unwrap_or_else(|problem| (problem.respond(), 0));
    Answer { response, caller: Some(caller), links }
}

async fn decorated(
    service: &Service,
    request: &HttpRequest<'_>,
    gateway: Gateway,
    Caller { app, key_id }: &Caller,
    now: SystemTime,
    deadline: Instant,
) -> Result<(Response<String>, usize), Problem> {
    let wanted = Resource::parse(&request.path).map_err(|_| unknown_path())?;
    let known = if wanted == Resource::Bookings { OF_LIST } else { OF_ONE };
    let parameters = Parameters::read(&request.query, known)?;
    let base = service.base.clone().or_else(|| request.base());
    let base = base.as_ref();
    let signer = match parameters.include.links() {
        false => None,
        true => {
            app.may_sign().map_err(|error| ProblemKind::SETTING_INVALID.with(format!("{error}.")))?;
            // Signed with the caller's key, not with the app's newest, so that links that a leaked
            // key has fetched stop working with it.
            let key = app
                .keys
                .active(*key_id)
                .ok_or_else(|| ProblemKind::NO_SIGNING_KEY.with("This API key is retired: it signs no links."))?;
            Some(Signer::new(key, app.link_base.as_ref().or(base).ok_or_else(no_base)?))
        }
    };
    let decorator = Decorator::new(Options {
        graphs: &service.graphs,
        names: service.bookings.names(),
        app,
        signer,
        include: parameters.include,
        redirect: parameters.redirect.clone(),
        expires_at: app.links_expire_at(now),
        lang: None,
        now,
    });
    match wanted {
        Resource::Link(..) => Err(unknown_path()),
        Resource::Booking(id) => one(service, app, &decorator, &id, deadline).await,
        Resource::Bookings => {
            let page = page(service, app, &decorator, &parameters, deadline, gateway.max_bytes()).await?;
            let next = page.next.map(|position| {
                // The caller has just been found by this key.
                let key = app.keys.get(*key_id).ok_or_else(unsealed)?;
                let cursor = cursor::encode(&position, key);
                Ok(parameters.next_page_url(base, &cursor))
            });
            let rest =
                serde_json::json!({ "per_page": parameters.limit, "next_page_url": next.transpose()? }).to_string();
            let bookings: Vec<&str> = page.bookings.iter().map(|booking| booking.get()).collect();
            let answer = json_answer(format!(r#"{{"data":[{}],{}"#, bookings.join(","), &rest[1..]));
            Ok((answer, page.links))
        }
    }
}

async fn one(
    service: &Service,
    app: &App,
    decorator: &Decorator<'_>,
    id: &BookingId,
    deadline: Instant,
) -> Result<(Response<String>, usize), Problem> {
    let record = within(deadline, service.bookings.get(id)).await.map_err(|fault| unavailable(&fault))?;
    let record = record
        .filter(|record| owns(app, record))
        .ok_or_else(|| ProblemKind::BOOKING_NOT_FOUND.with("There is no such booking."))?;
    let booking = decorator.record(&record).map_err(|_| unwritable())?;
    Ok((json_answer(format!(r#"{{"data":{}}}"#, booking.json.get())), booking.links))
}
