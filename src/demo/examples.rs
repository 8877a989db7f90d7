//! Texts to try on the page that says why a link does not work.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::mail::{Button, Mail};

/// A text as somebody may paste it, and what it is.
pub(super) struct Example {
    pub(super) label: String,
    pub(super) text: String,
}

/// The links of the first mail in several forms, and those of the mails that show a feature.
pub(super) fn examples(mails: &[Mail]) -> Vec<Example> {
    let example = |label: &str, text: String| Example { label: label.to_owned(), text };
    let first = mails.iter().find_map(|mail| mail.buttons.first());
    let mut examples = Vec::new();
    if let Some(Button { url, .. }) = first {
        let encoded = utf8_percent_encode(url, NON_ALPHANUMERIC);
        let safe_links = format!("https://eur01.safelinks.protection.outlook.com/?url={encoded}&data=05&reserved=0");
        examples.extend([
            example("A link in a sentence", format!("Hello, what does {url}. do? I have not clicked it yet.")),
            example("Wrapped by Microsoft Safe Links", safe_links),
            example("From a mail's source", format!("<a href=3D\"{}\">Confirm</a>", url.replace('=', "=3D"))),
            example("Without its end", url.get(..url.len().saturating_sub(9)).unwrap_or_default().to_owned()),
            example("For another booking", url.replace("/v2/bookings/b-", "/v2/bookings/c-")),
        ]);
    }
    let features = mails.iter().filter(|mail| mail.feature.is_some());
    examples.extend(features.filter_map(|mail| Some(example(&mail.subject, mail.buttons.first()?.url.clone()))));
    examples
}
