//! The events that came out of the clicks, the newest first.

use jiff::Timestamp;
use maud::{Markup, html};

use super::layout::{Section, document};
use super::words;
use crate::emulator::{Event, Pipe, Streams};

/// How many events the page shows.
const MAX_EVENTS: usize = 20;

/// Where the events come from.
pub(super) struct Events {
    pub(super) streams: Streams,
    pub(super) pipe: Pipe,
    pub(super) table: String,
}

impl Events {
    pub(super) fn page(&self, now: Timestamp) -> Markup {
        let events = self.newest();
        document(
            Section::Events,
            "Events",
            &html! {
                h1 { "Events" }
                p.lead { "With " code { "EVENTS=on" } ", other systems hear of each click on an EventBridge bus. These events have passed the deployed filter and transformer." }
                @if events.is_empty() {
                    p.empty { "There is none yet. " a href="/" { "Click a button of a mail" } ", and come back." }
                }
                @for event in &events {
                    article.event {
                        header {
                            h2 { (event.detail_type) }
                            p { (event.source) " · " time datetime=(event.time) { (event.time.parse().map_or_else(|_| event.time.clone(), |at| words::ago(at, now))) } }
                        }
                        pre tabindex="0" { (format!("{:#}", event.detail)) }
                    }
                }
            },
        )
    }

    fn newest(&self) -> Vec<Event> {
        let records = self.streams.records(&self.table).unwrap_or_default();
        let events = records.iter().rev().filter_map(|record| self.pipe.pass(record).ok().flatten());
        events.take(MAX_EVENTS).collect()
    }
}
