//! The one place where a result becomes an answer.

use lambda_http::http::header::{ALLOW, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION, RETRY_AFTER};
use lambda_http::http::{Method, Response, StatusCode};

use super::calendar::file;
use super::json::{data, members};
use crate::app::OnReplay;
use crate::click::{ClickResult, Outcome, OutcomeRow};
use crate::gateway::{Pairs, Problem, answer, json_answer, languages, wants_json, with};
use crate::link::Redirect;
use crate::pages::{self, Language, Page};

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
        let row = result.outcome.row();
        let redirect = self.redirect_of(result, row);
        if let Some(redirect) = redirect.as_ref().filter(|_| !result.is_pressed) {
            return self.redirect(redirect);
        }
        let language = self.language(result);
        let status = match redirect {
            Some(_) if !wants_json(self.headers) => StatusCode::OK,
            _ => StatusCode::from_u16(row.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        };
        let page = |redirect: Option<&Redirect>| {
            with(html(status, Page::new(result, &language, redirect)), CONTENT_LANGUAGE, &language.tag())
        };
        match &result.outcome {
            Outcome::Prefetched => answer(status, None, String::new()),
            Outcome::Headed => with(html(status, Page::empty()), CONTENT_LANGUAGE, &language.tag()),
            Outcome::Calendar(entry) => answer(status, Some("text/calendar; charset=utf-8"), file(result, entry)),
            Outcome::Previewed => page(None),
            outcome => {
                let response = match (wants_json(self.headers), result.link()) {
                    (true, Some(link)) if status.is_success() => json_answer(data(link, result)),
                    (true, _) => {
                        let problem = Problem::new(status, row.code, pages::summary(result, &language));
                        with(problem.with(members(result)).respond(), CONTENT_LANGUAGE, &language.tag())
                    }
                    (false, _) => page(redirect.as_ref()),
                };
                match outcome {
                    Outcome::MethodNotAllowed { allowed } => with(response, ALLOW, allowed),
                    Outcome::TemporarilyUnavailable { .. } => with(response, RETRY_AFTER, "5"),
                    _ => response,
                }
            }
        }
    }

    /// Where the answer redirects to, or the page after a button leads on to, if it does. A page that offers something is shown in place of a redirect.
    fn redirect_of(&self, result: &ClickResult, row: OutcomeRow) -> Option<Redirect> {
        let app = result.app().filter(|_| !self.is_one_click)?;
        match &result.outcome {
            Outcome::Applied { redirect, .. } => redirect.clone(),
            Outcome::LinkUsed { redirect: Some(redirect), undo: None, .. }
            | Outcome::AlreadyDone { redirect: Some(redirect), .. }
                if app.clicks.on_replay == OnReplay::Redirect =>
            {
                Some(redirect.clone())
            }
            outcome if row.has_failure_redirect && !outcome.offers() && !wants_json(self.headers) => {
                let link = result.link()?;
                let link = [("booking_id", link.booking_id().as_str()), ("action", link.action().as_str())];
                Some(app.redirects.failure.clone()?.with_query([("code", row.code)].into_iter().chain(link)))
            }
            _ => None,
        }
    }

    /// Redirects to `redirect`: with 303 after a POST, so that the browser sends a GET.
    fn redirect(&self, redirect: &Redirect) -> Response<String> {
        let status = if *self.method == Method::POST { StatusCode::SEE_OTHER } else { StatusCode::FOUND };
        with(answer(status, None, String::new()), LOCATION, redirect.as_str())
    }

    /// The language of the link comes first, then the reader's, then the app's.
    fn language<'r>(&self, result: &'r ClickResult) -> Language<'r> {
        let of_link = result.link().and_then(|link| link.claims().lang.as_deref());
        let of_app = result.app().and_then(|app| app.brand.locale.as_deref());
        let of_reader = languages(self.headers);
        let language = Language::choose(of_link.into_iter().chain(of_reader).chain(of_app));
        language.with_texts(result.app().map(|app| &app.brand.texts))
    }
}

fn html(status: StatusCode, page: Page) -> Response<String> {
    with(answer(status, Some("text/html; charset=utf-8"), page.html), CONTENT_SECURITY_POLICY, &page.policy)
}
