//! The one place where an outcome becomes an answer.

use super::json::{data, members};
use crate::app::{App, OnReplay};
use crate::click::{ClickResult, Outcome, PromptReason};
use crate::gateway::{Pairs, Problem, answer, json_answer, languages, wants_json, with};
use crate::link::{AuthenticLink, ParseLinkError, Redirect};
use crate::pages::{self, Language, Page};
use lambda_http::http::header::{ALLOW, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION, RETRY_AFTER};
use lambda_http::http::{Method, Response, StatusCode};

/// The parts of a request that its answer depends on.
#[derive(Clone, Copy)]
pub(super) struct Responder<'a> {
    pub(super) method: &'a Method,
    pub(super) headers: &'a Pairs<'a>,
    /// Whether the request is a one-click POST, which is never redirected.
    pub(super) is_one_click: bool,
}

impl Responder<'_> {
    /// The answer to a request to a link.
    pub(super) fn respond(&self, result: &ClickResult) -> Response<String> {
        let failed = |status| self.failed(result, status);
        match &result.outcome {
            Outcome::Applied { redirect: Some(redirect), .. } if !self.is_one_click => self.redirect(redirect),
            outcome if outcome.asks() == Some(PromptReason::Unconfirmed) => failed(StatusCode::FORBIDDEN),
            Outcome::Applied { .. }
            | Outcome::Undone { .. }
            | Outcome::LinkRequested { .. }
            | Outcome::Asked { .. } => self.told(result),
            outcome if outcome.asks() == Some(PromptReason::Again) => self.told(result),
            Outcome::LinkUsed { redirect, undo, .. } => match (on_replay(result), redirect) {
                (OnReplay::Redirect, Some(redirect)) if !self.is_one_click && undo.is_none() => self.redirect(redirect),
                _ => self.failed_verified(result, StatusCode::GONE),
            },
            Outcome::LinkExpired { .. } | Outcome::LinkRevoked { .. } => self.failed_verified(result, StatusCode::GONE),
            Outcome::UndoNotPossible { .. } => failed(StatusCode::CONFLICT),
            Outcome::ActionNotAvailable { .. } | Outcome::TooLate => self.failed_verified(result, StatusCode::CONFLICT),
            Outcome::LinkNotYetValid | Outcome::InvalidSignature => failed(StatusCode::FORBIDDEN),
            Outcome::MalformedLink(ParseLinkError::TooLong) => failed(StatusCode::URI_TOO_LONG),
            Outcome::MalformedLink(_) | Outcome::RedirectNotAllowed(_) => failed(StatusCode::BAD_REQUEST),
            Outcome::BookingNotFound | Outcome::UnknownAction => failed(StatusCode::NOT_FOUND),
            Outcome::MethodNotAllowed => with(failed(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET, HEAD, POST"),
            Outcome::TemporarilyUnavailable { .. } => with(failed(StatusCode::SERVICE_UNAVAILABLE), RETRY_AFTER, "5"),
            Outcome::BookingUnusable { .. } => failed(StatusCode::INTERNAL_SERVER_ERROR),
            Outcome::Headed => {
                with(html(StatusCode::OK, Page::empty()), CONTENT_LANGUAGE, self.language(result).locale.tag)
            }
            Outcome::Prefetched => answer(StatusCode::SERVICE_UNAVAILABLE, None, String::new()),
        }
    }

    /// Redirects to `redirect`: with 303 after a POST, so that the browser sends a GET.
    fn redirect(&self, redirect: &Redirect) -> Response<String> {
        let status = if *self.method == Method::POST { StatusCode::SEE_OTHER } else { StatusCode::FOUND };
        with(answer(status, None, String::new()), LOCATION, redirect.as_str())
    }

    /// The answer to something that went as it should: data, or a page.
    fn told(&self, result: &ClickResult) -> Response<String> {
        match &result.authentic {
            Some((link, _)) if wants_json(self.headers) => json_answer(data(link, result)),
            _ => self.page(result, StatusCode::OK),
        }
    }

    /// The answer to a genuine link that does not work: a browser is redirected to the app's
    /// failure page, unless our own page offers something.
    fn failed_verified(&self, result: &ClickResult, status: StatusCode) -> Response<String> {
        if !wants_json(self.headers)
            && !self.is_one_click
            && !offers(&result.outcome)
            && let Some((link, app)) = &result.authentic
            && let Some(redirect) = failure_redirect(result.outcome.code(), link, app)
        {
            return self.redirect(&redirect);
        }
        self.failed(result, status)
    }

    fn failed(&self, result: &ClickResult, status: StatusCode) -> Response<String> {
        if !wants_json(self.headers) {
            return self.page(result, status);
        }
        let language = self.language(result);
        let problem = Problem::new(status, result.outcome.code(), pages::summary(result, &language));
        let response = problem.with(members(result)).respond();
        with(response, CONTENT_LANGUAGE, language.locale.tag)
    }

    fn page(&self, result: &ClickResult, status: StatusCode) -> Response<String> {
        let language = self.language(result);
        let response = html(status, Page::new(result, &language));
        with(response, CONTENT_LANGUAGE, language.locale.tag)
    }

    /// The language of the link comes first, then the reader's, then the app's.
    fn language(&self, result: &ClickResult) -> Language {
        let (link, app) = result.authentic.as_ref().map(|(link, app)| (link, app.as_ref())).unzip();
        let of_link = link.and_then(|link| link.claims().lang.as_deref());
        let of_app = app.and_then(|app| app.brand.locale.as_deref());
        let of_reader = languages(self.headers);
        Language::choose(of_link.into_iter().chain(of_reader).chain(of_app))
    }
}

fn on_replay(result: &ClickResult) -> OnReplay {
    result.authentic.as_ref().map(|(_, app)| app.clicks.on_replay).unwrap_or_default()
}

/// Whether the page of an outcome offers something: undo, a moved booking, a new link.
fn offers(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::LinkUsed { undo, .. } => undo.is_some(),
        Outcome::ActionNotAvailable { moved, .. } => moved.is_some(),
        Outcome::LinkExpired { new_link } | Outcome::LinkRevoked { new_link } => new_link.is_some(),
        _ => false,
    }
}

fn failure_redirect(code: &str, link: &AuthenticLink, app: &App) -> Option<Redirect> {
    let parameters = [("code", code), ("booking_id", link.booking_id().as_str()), ("action", link.action().as_str())];
    Some(app.redirects.failure.clone()?.with_query(parameters))
}

fn html(status: StatusCode, page: Page) -> Response<String> {
    with(answer(status, Some("text/html; charset=utf-8"), page.html), CONTENT_SECURITY_POLICY, &page.policy)
}
