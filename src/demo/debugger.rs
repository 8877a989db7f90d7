//! The demo's page that says why a link does not work: what `link inspect` prints. Nothing of it is
//! stored or logged.

use std::time::SystemTime;

use maud::{Markup, html};

use super::examples::Example;
use super::layout::{Section, document};
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
            Section::Debug,
            "Why does this link not work?",
            &html! {
                h1 { "Why does this link not work?" }
                p.lead { "Paste a link, or the text or the mail’s source that it is in. Nothing of it is stored." }
                @if let Some(inspection) = inspection {
                    div.verdict.works[inspection.works] role="status" {
                        p { strong { (inspection.verdict) } }
                        @if let Some(answer) = inspection.answer() { p { (answer) } }
                    }
                }
                form.paste method="post" action="/debug" {
                    label for="link" { "Link, text or source" }
                    textarea id="link" name="link" rows="6" required { (text) }
                    p { button.button.main { "Inspect" } }
                }
                @if let Some(inspection) = inspection {
                    h2 { "Line by line" }
                    dl.findings {
                        @for line in &inspection.lines {
                            div.bad[line.mark == Mark::Bad] {
                                dt { (line.mark.sign()) " " (line.subject) @if line.mark == Mark::Bad { " (wrong)" } }
                                dd { (line.text) @if let Some(advice) = line.advice { br; em { (advice) } } }
                            }
                        }
                    }
                }
                h2 { "Try it" }
                p { "Texts as people paste them. The links are those of the inbox." }
                div.examples {
                    @for example in &self.examples {
                        form method="post" action="/debug" {
                            input type="hidden" name="link" value=(example.text);
                            button.button { (example.label) }
                        }
                    }
                }
            },
        )
    }
}
