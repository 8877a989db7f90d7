//! What is at which path.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Response as HttpResponse, StatusCode, Uri};
use axum::middleware::from_fn;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use jiff::Timestamp;
use maud::Markup;
use serde_json::json;

use super::debugger::Debugger;
use super::docs::{self, OPENAPI};
use super::error::DemoError;
use super::events::Events;
use super::gallery::Gallery;
use super::inbox::inbox;
use super::landing::landing;
use super::mail::{Recipient, href};
use super::mailbox::Mailbox;
use crate::emulator::{LocalGateway, guard};

pub(super) struct Demo {
    pub(super) gateway: Arc<LocalGateway>,
    pub(super) mailbox: Mailbox,
    pub(super) gallery: Gallery,
    pub(super) debugger: Debugger,
    pub(super) events: Events,
}

type Shared = State<Arc<Demo>>;

pub(super) fn router(demo: Demo) -> Router {
    Router::new()
        .route("/", get(|demo: Shared, uri: Uri| tab(demo, uri, Recipient::Business)))
        .route("/phone", get(|demo: Shared, uri: Uri| tab(demo, uri, Recipient::Customer)))
        .route("/desk", post(desk))
        .route("/thanks", get(thanks))
        .route("/events", get(async |State(demo): Shared| present(&demo.events.page(Timestamp::now()))))
        .route(
            "/pages",
            get(async |State(demo): Shared, uri: Uri| {
                Html(demo.gallery.overview(field(&uri, "lang").as_deref()).into_string())
            }),
        )
        .route("/pages/{name}", get(gallery_page))
        // A form in a POST, so that the link is in no URL, which browsers keep.
        .route("/debug", any(debug))
        .route("/docs", get(async || Redirect::to("/docs/")))
        .route("/docs/", get(async || Html(docs::page().into_string())))
        .route("/docs/{*name}", get(async |Path(name): Path<String>| docs::file(&name)))
        .route("/openapi.yaml", get(async || ([(CONTENT_TYPE, "application/yaml")], OPENAPI)))
        .route("/v2/{*path}", any(function))
        .route("/l/{*path}", any(function))
        .layer(from_fn(guard))
        .with_state(Arc::new(demo))
}

async fn tab(State(demo): Shared, uri: Uri, tab: Recipient) -> Result<Response, DemoError> {
    let letters = demo.mailbox.open().await?;
    Ok(present(&inbox(tab, &letters, field(&uri, "mail").as_deref(), Timestamp::now())))
}

async fn thanks(State(demo): Shared, uri: Uri) -> Result<Response, DemoError> {
    Ok(present(&landing(&demo.mailbox, uri.query().unwrap_or_default()).await?))
}

async fn gallery_page(State(demo): Shared, Path(name): Path<String>, uri: Uri) -> Result<Response, StatusCode> {
    demo.gallery.page(&name, field(&uri, "lang").as_deref()).ok_or(StatusCode::NOT_FOUND)
}

async fn debug(State(demo): Shared, form: Bytes) -> Response {
    present(&demo.debugger.page(value(&form, "link").as_deref()).await)
}

/// Takes an action on behalf of the business, as its own functions do: by direct invocation.
async fn desk(State(demo): Shared, form: Bytes) -> Redirect {
    let id = value(&form, "booking_id").unwrap_or_default();
    let Some(booking) = demo.mailbox.booking(&id) else { return Redirect::to(Recipient::Business.path()) };
    let event = json!({
        "operation": "act", "app_id": booking.app, "booking_id": id, "action": value(&form, "action"),
    });
    // The inbox shows what it came to.
    let _ = demo.gateway.invoke_booking_links(event).await;
    Redirect::to(&href(Recipient::Business, &booking.id))
}

async fn function(
    State(demo): Shared,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> HttpResponse<Body> {
    demo.gateway.answer(method, uri, headers, body).await
}

/// A page that is not stored, so that going back shows the present states.
fn present(page: &Markup) -> Response {
    ([(CACHE_CONTROL, "no-store")], Html(page.0.clone())).into_response()
}

/// A parameter of the query.
fn field(uri: &Uri, name: &str) -> Option<String> {
    value(uri.query()?.as_bytes(), name)
}

/// A field of a form.
fn value(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

impl IntoResponse for DemoError {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{self}\n")).into_response()
    }
}
