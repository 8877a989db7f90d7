//! The demo's page that says why a link does not work: what `link inspect` prints. Nothing of it is
//! stored or logged.

use std::time::SystemTime;

use maud::{Markup, html};

use super::inbox::document;
use crate::domain::Graphs;
use crate::inspect::{Inspection, InspectionContext, Mark, Pasted, inspect};
use crate::link::BaseUrl;
use crate::store::{AppStore, BookingStore};

/// What the page compares a link with.
pub(super) struct Debugger {
    pub(super) apps: AppStore,
    pub(super) bookings: BookingStore,
    pub(super) graphs: Graphs,
    pub(super) base: Option<BaseUrl>,
}

impl Debugger {
    /// The page about a link that was pasted, or the empty form.
    pub(super) async fn page(&self, text: Option<&str>) -> Markup {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return page("", None) };
        let pasted = Pasted::read(text);
        let mut context = InspectionContext::offline(&self.graphs, self.base.as_ref(), None, SystemTime::now());
        context.read_apps(&self.apps).await;
        context.read_booking(&pasted, &self.bookings).await;
        page(text, Some(&inspect(&pasted, &context)))
    }
}

fn page(text: &str, inspection: Option<&Inspection>) -> Markup {
    document(
        "Why does this link not work?",
        &html! {
            h1 { "Why does this link not work?" }
            form method="post" action="/debug" {
                label for="link" { "Paste a link, as it is in the mail or in its source." }
                textarea id="link" name="link" rows="6" style="width:100%" required autofocus { (text) }
                p { button { "Inspect" } }
            }
            @if let Some(inspection) = inspection {
                h2 role="status" { (inspection.verdict()) }
                dl.findings {
                    @for line in &inspection.lines {
                        dt { (line.mark.sign()) " " (line.subject) @if line.mark == Mark::Bad { " (wrong)" } }
                        dd { (line.text) @if let Some(advice) = line.advice { br; em { (advice) } } }
                    }
                }
            }
            p { a href="/" { "Back to the inbox" } }
        },
    )
}
