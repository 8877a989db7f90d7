//! The demo's page that says why a link does not work: what `link inspect` prints. Nothing of it is
//! stored or logged.

use std::time::SystemTime;

use maud::{Markup, html};

use super::examples::Example;
use super::inbox::document;
use crate::domain::Graphs;
use crate::inspect::{Inspection, InspectionContext, Mark, Pasted, inspect};
use crate::link::BaseUrl;
use crate::store::{AppStore, BookingStore, ShortLinkStore};

/// What the page compares a link with.
pub(super) struct Debugger {
    pub(super) apps: AppStore,
    pub(super) bookings: BookingStore,
    pub(super) short_links: Option<ShortLinkStore>,
    pub(super) graphs: Graphs,
    pub(super) base: Option<BaseUrl>,
    pub(super) examples: Vec<Example>,
}

impl Debugger {
    /// The page about a link that was pasted, or the empty form.
    pub(super) async fn page(&self, text: Option<&str>) -> Markup {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return self.render("", None) };
        let mut pasted = Pasted::read(text);
        let mut context = InspectionContext::offline(&self.graphs, self.base.as_ref(), None, SystemTime::now());
        context.read_apps(&self.apps).await;
        if let Some(short_links) = &self.short_links {
            context.read_short_link(&mut pasted, short_links).await;
        }
        context.read_booking(&pasted, &self.bookings).await;
        self.render(text, Some(&inspect(&pasted, &context)))
    }

    fn render(&self, text: &str, inspection: Option<&Inspection>) -> Markup {
        document(
            "Why does this link not work?",
            &html! {
                h1 { "Why does this link not work?" }
                @if let Some(inspection) = inspection {
                    p role="status" { strong { (inspection.verdict) } }
                    @if let Some(answer) = inspection.answer() { p { (answer) } }
                }
                form method="post" action="/debug" {
                    label for="link" { "Paste the link, or the text or the mail's source that it is in." }
                    textarea id="link" name="link" rows="6" style="width:100%" required autofocus { (text) }
                    p { button { "Inspect" } }
                }
                @if let Some(inspection) = inspection {
                    h2 { "Line by line" }
                    dl.findings {
                        @for line in &inspection.lines {
                            dt { (line.mark.sign()) " " (line.subject) @if line.mark == Mark::Bad { " (wrong)" } }
                            dd { (line.text) @if let Some(advice) = line.advice { br; em { (advice) } } }
                        }
                    }
                }
                h2 { "Try it" }
                p { "Texts as people paste them. The links are those of the inbox." }
                @for example in &self.examples {
                    form method="post" action="/debug" {
                        input type="hidden" name="link" value=(example.text);
                        p { button { (example.label) } }
                    }
                }
                p { a href="/" { "Back to the inbox" } }
            },
        )
    }
}
