//! An app's record: whatever its settings are, a page of the app is one document that loads and runs nothing.
#![no_main]

use std::sync::Arc;

use action_links::app::{App, AppRecord};
use action_links::click::{ClickResult, Outcome};
use action_links::domain::{BookingSummary, Graphs};
use action_links::link::{UnverifiedLink, Verifier};
use action_links::pages::{Language, Page};
use action_links_fuzz::{KEY, NOW, PATH, SECRET, sign_claims};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

fuzz_target!(|input: &str| {
    let Ok(mut record) = serde_json::from_str::<Map<String, Value>>(input) else { return };
    record.insert("id".to_owned(), json!("ada"));
    record.insert("keys".to_owned(), json!([{ "secret": SECRET }]));
    let Ok((app, _)) = App::from_record(AppRecord::from(record), &Graphs::built_in(None).unwrap()) else { return };
    let token = sign_claims(r#"{"booking_id":"b-1","action":"confirm"}"#);
    let link = UnverifiedLink::parse(PATH, [("signature", token.as_str())]).unwrap();
    let link = Verifier::new([&*KEY]).verify(&link, NOW).unwrap().authentic().clone();
    let app = Arc::new(app);
    for outcome in [Outcome::BookingNotFound, Outcome::ActionNotAvailable { state: None, moved: None }] {
        let result = ClickResult::new(outcome, BookingSummary::default(), link.clone(), app.clone());
        let language = Language::choose(["de"]).with_texts(Some(&app.brand.texts));
        let page = Page::new(&result, &language, None);
        assert!(!page.html.contains("<script") && page.policy.starts_with("default-src 'none';"));
        for once in ["<h1>", "<title>", "</style>", "</html>"] {
            assert_eq!(page.html.matches(once).count(), 1, "{once}");
        }
        assert!(
            page.policy.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
                && page.policy.matches(';').count() <= 5
        );
    }
});
