//! What all pages of the demo itself have in common.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// Where a reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Inbox,
    Pages,
    Debug,
    Api,
    Events,
}

impl Section {
    const ALL: [Self; 5] = [Self::Inbox, Self::Pages, Self::Debug, Self::Api, Self::Events];

    fn name_and_path(self) -> (&'static str, &'static str) {
        match self {
            Self::Inbox => ("Inbox", "/"),
            Self::Pages => ("Pages", "/pages"),
            Self::Debug => ("Debug", "/debug"),
            Self::Api => ("API", "/docs/"),
            Self::Events => ("Events", "/events"),
        }
    }
}

/// A page of the demo, with the way to all others at its top.
pub(super) fn document(section: Section, title: &str, body: &Markup) -> Markup {
    let content = html! {
        a.skip href="#content" { "Skip to the content" }
        header.top {
            p { a href="/" { svg viewBox="0 0 24 24" aria-hidden="true" { path d="M10 14a4.5 4.5 0 0 0 6.4 0l3.2-3.2a4.5 4.5 0 0 0-6.4-6.4L12 5.6M14 10a4.5 4.5 0 0 0-6.4 0l-3.2 3.2a4.5 4.5 0 0 0 6.4 6.4l1.2-1.2" {} } "Action Links" } " demo" }
            nav aria-label="Demo" {
                @for of in Section::ALL {
                    @let (name, path) = of.name_and_path();
                    a href=(path) aria-current=[(of == section).then_some("page")] { (name) }
                }
            }
        }
        main #content tabindex="-1" { (body) }
    };
    whole(title, "", &content)
}

/// A document with the demo's style, and more of it.
pub(super) fn whole(title: &str, style: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Action Links demo" }
                style { (PreEscaped(STYLE)) (PreEscaped(style)) }
            }
            body { (body) }
        }
    }
}
