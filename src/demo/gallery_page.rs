//! The gallery's own page, with all pages in frames, and each page by itself.

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

use super::gallery::Gallery;
use super::layout::{Section, document};
use super::words::humanized;
use crate::click::{Outcome, Tone};
use crate::pages::{LOCALES, Language, Page};

/// What a click came to, as far as a reader cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Worked,
    Nothing,
    Over,
    Refused,
    Wrong,
    Later,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Worked, Self::Nothing, Self::Over, Self::Refused, Self::Wrong, Self::Later];

    fn of(outcome: &Outcome) -> Self {
        let row = outcome.row();
        match (row.status, row.tone) {
            (200, Tone::Good) => Self::Worked,
            (500.., _) | (_, Tone::Wait) => Self::Later,
            (200, _) | (_, Tone::Ask) => Self::Nothing,
            (410, _) => Self::Over,
            (409, _) => Self::Refused,
            _ => Self::Wrong,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Worked => ("It worked", "The click changed the booking, or its request was passed on."),
            Self::Nothing => ("Nothing has happened yet", "The page asks first, or the link was only looked at."),
            Self::Over => ("The link is over", "It was used, has expired, or was withdrawn."),
            Self::Refused => ("The booking does not allow it", "Its state, its time or another change is in the way."),
            Self::Wrong => ("The link is wrong", "It is not complete, not genuine, or leads to nothing."),
            Self::Later => ("Not now", "It can work later, and nothing happens twice."),
        }
    }
}

impl Gallery {
    /// All pages in one language, by kind, each as on a phone.
    pub(super) fn overview(&self, tag: Option<&str>) -> Markup {
        let language = Language::choose(tag);
        let tag = language.locale.parent().unwrap_or(language.locale).tag;
        document(
            Section::Pages,
            "Pages",
            &html! {
                h1 { "Pages" }
                p.lead { "Every page that a click can lead to, as the customers of Hair by Ada see it. They are plain HTML without scripts." }
                nav.languages aria-label="Languages" {
                    @for locale in LOCALES.iter().filter(|locale| locale.parent().is_none()) {
                        a lang=(locale.tag) href={ "/pages?lang=" (locale.tag) }
                            aria-current=[(locale.tag == tag).then_some("page")] { (locale.text("language").unwrap_or(locale.tag)) }
                    }
                }
                @for kind in Kind::ALL {
                    @let (title, meaning) = kind.words();
                    section.kind {
                        h2 { (title) }
                        p { (meaning) }
                        div.pages {
                            @for (name, result) in self.pages.iter().filter(|(_, result)| Kind::of(&result.outcome) == kind) {
                                figure {
                                    figcaption { a href={ "/pages/" (name) "?lang=" (tag) } { (humanized(name)) } }
                                    iframe title=(humanized(name)) loading="lazy" srcdoc=(Page::new(result, &language, None).html) {}
                                }
                            }
                        }
                    }
                }
            },
        )
    }

    /// One page, with the policy that it really has.
    pub(super) fn page(&self, name: &str, tag: Option<&str>) -> Option<Response> {
        let (_, result) = self.pages.iter().find(|(of, _)| *of == name)?;
        let page = Page::new(result, &Language::choose(tag), None);
        let policy = HeaderValue::from_str(&page.policy).ok()?;
        let headers = [(CONTENT_SECURITY_POLICY, policy), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        Some((headers, Html(page.html)).into_response())
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::demo::data::Data;
    use crate::domain::Graphs;

    #[test]
    fn each_page_stands_under_what_the_click_came_to() {
        let graphs = Graphs::built_in(None).unwrap();
        let record = Data::load(&graphs).unwrap().apps[0].record("https://demo.example", SystemTime::UNIX_EPOCH);
        let gallery = Gallery::new(record, &graphs).unwrap();
        let kind = |name: &str| {
            let (_, result) = gallery.pages.iter().find(|(of, _)| *of == name).unwrap();
            Kind::of(&result.outcome)
        };
        for (expected, names) in [
            (Kind::Worked, ["applied", "undone", "link_requested"]),
            (Kind::Nothing, ["asked", "undo_again", "previewed"]),
            (Kind::Over, ["link_used", "link_expired_with_new_link", "link_revoked"]),
            (Kind::Refused, ["action_not_available", "moved", "too_late"]),
            (Kind::Wrong, ["invalid_signature", "booking_not_found", "malformed_link"]),
            (Kind::Later, ["temporarily_unavailable", "link_not_yet_valid", "booking_unusable"]),
        ] {
            assert_eq!(names.map(kind), [expected; 3], "{names:?}");
        }
    }
}
