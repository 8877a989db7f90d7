//! The HTTP interface, described: `openapi.yaml` in Swagger UI, on a page of the demo.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};
use utoipa_swagger_ui::{Config, serve};

use super::layout::{Section, document};

pub(super) const OPENAPI: &str = include_str!("../../openapi.yaml");

/// Swagger UI itself looks at the reader's preference only in a layout with a bar of its own.
const DARK: &str =
    "matchMedia('(prefers-color-scheme: dark)').matches && document.documentElement.classList.add('dark-mode')";

/// The page that the files of Swagger UI fill.
pub(super) fn page() -> Markup {
    document(
        Section::Api,
        "API",
        &html! {
            h1 { "API" }
            p.lead {
                "What programs may ask. To try it, press " strong { "Authorize" } " and give the API key, which "
                code { "make run" } " prints, as the password. " a href="/openapi.yaml" { "openapi.yaml" }
            }
            link rel="stylesheet" href="/docs/swagger-ui.css";
            div #swagger-ui {}
            script { (PreEscaped(DARK)) }
            script src="/docs/swagger-ui-bundle.js" {}
            script src="/docs/swagger-ui-standalone-preset.js" {}
            script src="/docs/swagger-initializer.js" {}
        },
    )
}

/// A file of Swagger UI. It asks nobody else, not even for a validation.
pub(super) fn file(name: &str) -> Response {
    let config = Config::from("/openapi.yaml").validator_url("none").use_base_layout();
    let Ok(Some(file)) = serve(name, Arc::new(config)) else { return StatusCode::NOT_FOUND.into_response() };
    let encoding = file.gzpipped.then_some([(CONTENT_ENCODING, "gzip")]);
    ([(CONTENT_TYPE, file.content_type)], encoding, file.bytes.into_owned()).into_response()
}
