//! The example `mail-from-stream`: the records of the embedded engine's stream become mails at an emulator of SES, and
//! the links of these mails are clicked.

mod example;

use serde_json::{Value, json};

use self::example::{Example, by_hand, header, link_of, sequence, text_of};
use crate::support::{BASE, BOOKING_LINKS, Program, lambda_api};

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn a_request_is_mailed_to_the_business_and_what_it_confirms_to_the_customer_each_once() {
    let example = Example::new().await;
    example.book("b-1", json!({})).await;
    let Some(records) = example.records() else { return };
    let run = example.run(json!([{ "records": records }, { "records": records }])).await;
    assert_eq!(run.outcomes(), ["sent to the business", "sent before"]);
    let [request] = run.sent() else { panic!("{:?}", run.sent()) };
    assert_eq!(request["Destination"]["ToAddresses"], json!(["hello@hairbyada.example"]));
    assert_eq!(request["ReplyToAddresses"], json!(["grace@customers.example"]));
    assert_eq!(header(request, "List-Unsubscribe"), None);
    let confirm = link_of(request, "Confirm.");
    assert!(example.world.click(&link_of(request, "Decline.")).await.stamp("stamp").is_some(), "it asks first");
    assert_eq!(example.world.click(&confirm).await.status, 302);
    assert_eq!(example.world.state("b-1").await, "confirmed");

    // The first record comes again. What the owner edits a minute later is no news, whichever images the stream has.
    example.world.set_text("b-1", "note", "window seat").await;
    let mut records = example.records().unwrap();
    let written = records[2]["dynamodb"]["ApproximateCreationDateTime"].as_f64().unwrap();
    records[2]["dynamodb"]["ApproximateCreationDateTime"] = json!(written + 61.0);
    let mut edited = records[2].clone();
    edited["dynamodb"]["OldImage"] = records[1]["dynamodb"]["NewImage"].clone();
    let again = json!([{ "records": records }, { "records": [edited, by_hand(&records[2], "")] }]);
    let run = example.run(again).await;
    let (edit, sent) = ("the state is as before", "sent to the customer");
    assert_eq!(run.outcomes(), ["the state has changed since", sent, edit, edit, "sent before"]);
    let [confirmed] = run.sent() else { panic!("{:?}", run.sent()) };
    assert_eq!(confirmed["Destination"]["ToAddresses"], json!(["grace@customers.example"]));
    let calendar = example.world.click(&link_of(confirmed, "Add to calendar")).await;
    assert!(calendar.header("content-type").unwrap().starts_with("text/calendar"), "{}", calendar.body);
    let reschedule = link_of(confirmed, "Reschedule:");
    let page = example.world.click(&reschedule).await;
    assert_eq!(example.world.state("b-1").await, "confirmed", "it asks first");
    let done = example.world.press(&reschedule, &page, "stamp").await;
    assert!(done.body.contains("https://hairbyada.example/book"), "{}", done.body);
    assert_eq!(example.world.state("b-1").await, "rescheduled_by_customer");
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn a_booking_that_is_confirmed_from_the_start_can_be_canceled_and_no_header_does_it() {
    let example = Example::new().await;
    example.book("b-1", json!({ "state": "confirmed", "graph": "instant" })).await;
    let Some(records) = example.records() else { return };
    let run = example.run(json!([{ "records": records }])).await;
    let [mail] = run.sent() else { panic!("{:?}", run.sent()) };
    let unsubscribe = header(mail, "List-Unsubscribe").unwrap();
    assert!(unsubscribe.starts_with("<https://hairbyada.example/"), "{unsubscribe}");
    assert!(!mail["Content"]["Simple"]["Headers"].to_string().contains(BASE), "{unsubscribe}");
    // A name is text: no tag, no line, no placeholder, no header.
    let html = mail["Content"]["Simple"]["Body"]["Html"]["Data"].as_str().unwrap();
    assert!(html.contains("O&#x27;Brien &amp; &quot;Sons&quot; &lt;b&gt; Cancel: ") && !html.contains("<b>"), "{html}");
    assert!(html.contains("{{decline}}, we look forward") && text_of(mail).contains("O'Brien & \"Sons\" <b> Cancel"));
    let (_, markup) = html.split_once("<script type=\"application/ld+json\">").unwrap();
    let markup: Value = serde_json::from_str(markup.split_once("</script>").unwrap().0).unwrap();
    assert_eq!(markup["reservationNumber"], "b-1", "{markup}");
    assert!(text_of(mail).contains("When:  Friday, 4 December 2099, 14:30, London time\n"), "{}", text_of(mail));
    assert_eq!(mail["Content"]["Simple"]["Subject"]["Data"], "Your appointment is confirmed: Cut & color");
    let cancel = link_of(mail, "Cancel:");
    let page = example.world.click(&cancel).await;
    assert_eq!(example.world.press(&cancel, &page, "stamp").await.status, 200);
    assert_eq!(example.world.state("b-1").await, "cancelled_by_customer");
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn a_booking_that_is_put_back_gets_a_mail_with_new_links() {
    let example = Example::new().await;
    example.book("b-1", json!({})).await;
    let Some(records) = example.records() else { return };
    // Two links of one second and one expiry are one text. So this mail was sent a minute ago.
    let first = example.run(json!([{ "records": records, "later": -60 }])).await;
    let confirm = link_of(&first.sent()[0], "Confirm.");
    example.world.click(&confirm).await;
    let page = example.world.click(&confirm).await;
    assert_eq!(example.world.press(&confirm, &page, "undo").await.status, 200);
    let records = example.records().unwrap();
    let run = example.run(json!([{ "records": records }, { "records": records }])).await;
    let [again] = run.sent() else { panic!("{:?}", run.sent()) };
    let another = link_of(again, "Confirm.");
    assert_ne!(another, confirm);
    assert_eq!(example.world.click(&another).await.status, 302);
    assert_eq!(example.world.state("b-1").await, "confirmed");
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn where_links_were_revoked_each_mail_is_sent_again_once_for_each_reason() {
    let example = Example::new().await;
    example.book("b-1", json!({})).await;
    let Some(records) = example.records() else { return };
    let leaked = by_hand(&records[0], "leaked");
    let batches = json!([{ "records": records }, { "records": [leaked, leaked, by_hand(&records[0], "restored")] }]);
    let run = example.run(batches).await;
    let sent = "sent to the business";
    assert_eq!(run.outcomes(), [sent, sent, "sent before", sent]);
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn a_click_after_a_backup_was_restored_is_news_again() {
    let example = Example::new().await;
    example.book("b-1", json!({})).await;
    let Some(records) = example.records() else { return };
    let run = example.run(json!([{ "records": records }])).await;
    let [request] = run.sent() else { panic!("{:?}", run.sent()) };
    assert_eq!(example.world.click(&link_of(request, "Confirm.")).await.status, 302);
    let confirmed = example.records().unwrap()[1..].to_vec();
    // The backup has no log of the click, and so the next one is again the first.
    example.world.delete("b-1").await;
    example.book("b-1", json!({})).await;
    assert_eq!(example.world.click(&link_of(request, "Confirm.")).await.status, 302);
    let once_more = example.records().unwrap()[3..].to_vec();
    let run = example.run(json!([{ "records": confirmed }, { "records": once_more }, { "records": once_more }])).await;
    let sent = "sent to the customer";
    assert_eq!(run.outcomes(), [sent, sent, "sent before"]);
    // So is a booking that was lost and is made again.
    example.world.delete("b-1").await;
    example.book("b-1", json!({ "created_at": "2026-11-29T08:00:00Z" })).await;
    let made_again = example.records().unwrap()[4..].to_vec();
    let run = example.run(json!([{ "records": made_again }, { "records": made_again }])).await;
    assert_eq!(run.outcomes(), ["sent to the business", "sent before"]);
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn what_passes_is_reported_and_sent_in_the_next_attempt_and_holds_up_no_other_record_of_its_batch() {
    let example = Example::new().await;
    for id in ["b-1", "b-2", "b-3", "b-4"] {
        example.book(id, json!({})).await;
    }
    let Some(records) = example.records() else { return };
    let unverified = "MessageRejected: Email address is not verified. The following identities failed the check";
    let faults = json!(["TooManyRequestsException", null, unverified, "AccountSuspendedException"]);
    let run = example.run(json!([{ "records": records, "faults": faults }, { "records": records }])).await;
    let failed = [&records[0], &records[2], &records[3]].map(sequence);
    assert_eq!(run.0["reports"], json!([{ "batchItemFailures": failed }, { "batchItemFailures": [] }]));
    assert_eq!(run.outcomes()[0], "failed: TooManyRequestsException");
    let about: Vec<_> = run.recipients().into_iter().map(|(_, booking)| booking).collect();
    assert_eq!(about, ["b-2", "b-1", "b-3", "b-4"]);
    assert!(run.letters().is_empty());
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn a_mail_whose_answer_was_lost_waits_for_the_end_of_its_claim() {
    let example = Example::new().await;
    example.book("b-1", json!({})).await;
    let Some(records) = example.records() else { return };
    let batches = json!([
        { "records": records, "faults": ["lost"] }, { "records": records }, { "records": records, "later": 122 },
        { "records": records, "later": 122 },
    ]);
    let run = example.run(batches).await;
    // The one case of two mails.
    assert_eq!(run.outcomes(), ["failed: ReadTimeoutError", "failed: Busy", "sent to the business", "sent before"]);
    assert_eq!(run.sent().len(), 2);
    example.book("b-2", json!({})).await;
    let records = &example.records().unwrap()[1..];
    let run = example
        .run(json!([{ "records": records, "faults": ["InternalServiceErrorException"] }, { "records": records }]))
        .await;
    assert_eq!(run.outcomes(), ["failed: InternalServiceErrorException", "failed: Busy"]);
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn what_does_not_pass_goes_to_the_dead_letters_and_holds_up_nothing() {
    let example = Example::new().await;
    example.book("b-1", json!({ "app_id": "nobody" })).await;
    example.book("b-2", json!({ "starts_at": "tomorrow" })).await;
    example.book("b-3", json!({ "customers": "Grace" })).await;
    example.book("b-4", json!({ "attributes": {} })).await;
    example.book("b-5", json!({})).await;
    example.book("b-6", json!({})).await;
    example.book("b-7", json!({ "customers": [{ "name": "Grace", "email": 5 }] })).await;
    let Some(mut records) = example.records() else { return };
    // Lambda gives binary values as text.
    records[5]["dynamodb"]["NewImage"]["photo"] = json!({ "B": "aGVsbG8=" });
    let run = example.run(json!([{ "records": records, "faults": ["MessageRejected"] }])).await;
    assert_eq!(run.recipients(), [("hello@hairbyada.example".to_owned(), "b-6".to_owned())]);
    assert_eq!(run.0["reports"], json!([{ "batchItemFailures": [] }]));
    let mut letters = run.letters();
    letters.sort();
    assert!(letters[2].1.starts_with("AttributeError in booking.py:"), "{letters:?}");
    letters.remove(2);
    assert_eq!(
        letters,
        [
            ("b-1", "businesses.json does not have the app"),
            ("b-2", "starts_at is not a time with an offset, such as 2026-12-04T14:30:00Z"),
            ("b-4", "the booking has no what"),
            ("b-5", "SES: MessageRejected"),
            ("b-7", "the customer's email is not a string"),
        ]
    );
    // Mended, and sent by hand.
    let run = example.run(json!([{ "records": [by_hand(&records[4], "")] }])).await;
    assert_eq!(run.recipients(), [("hello@hairbyada.example".to_owned(), "b-5".to_owned())]);
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn no_mail_where_none_is_due() {
    let example = Example::new().await;
    example.book("b-1", json!({ "state": "confirmed", "customers": [{ "name": "Grace" }] })).await;
    example.book("b-2", json!({ "starts_at": "2026-01-01T08:00:00Z" })).await;
    example.book("b-3", json!({ "graph": "instant_payment" })).await;
    example.book("b-4", json!({})).await;
    example.world.delete("b-4").await;
    example.book("doctor-1796000000", json!({ "attributes": {} })).await;
    // By telephone: the business hears of it all the same.
    example.book("b-5", json!({ "customers": [{ "name": "Grace" }] })).await;
    let Some(records) = example.records() else { return };
    let run = example.run(json!([{ "records": records }])).await;
    let none = [
        "no e-mail address",
        "it is over",
        "no mail for this state",
        "the state has changed since",
        "a booking of `action-links doctor`",
    ];
    assert_eq!(run.outcomes()[..5], none);
    assert_eq!(run.recipients(), [("hello@hairbyada.example".to_owned(), "b-5".to_owned())]);
    assert_eq!(run.sent()[0]["ReplyToAddresses"], json!([]));
    assert!(run.letters().is_empty());
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn without_booking_links_every_record_waits_and_what_it_refuses_does_not() {
    let mut example = Example::new().await;
    example.book("b-1", json!({})).await;
    let Some(records) = example.records() else { return };
    let lambda = std::mem::replace(&mut example.lambda, "http://127.0.0.1:9".to_owned());
    let run = example.run(json!([{ "records": records }])).await;
    assert_eq!(run.outcomes(), ["failed: no_answer"]);
    assert_eq!(run.0["reports"], json!([{ "batchItemFailures": [sequence(&records[0])] }]));
    example.lambda = lambda;
    assert_eq!(example.run(json!([{ "records": records }])).await.outcomes(), ["sent to the business"]);
    // The app has no key any more.
    example.book("b-2", json!({})).await;
    example.world.put_app(json!({ "id": "hair-by-ada", "name": "Hair by Ada", "keys": [] })).await;
    example.lambda = lambda_api::start(Program::start(BOOKING_LINKS, &example.world.env).await).await;
    let run = example.run(json!([{ "records": &example.records().unwrap()[1..] }])).await;
    assert_eq!(run.letters(), [("b-2", "booking-links: no_signing_key")]);
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn a_mail_has_the_time_that_the_booking_has_now_in_whatever_form() {
    let example = Example::new().await;
    example.book("b-1", json!({ "starts_at": "2098-12-04T14:30:00Z" })).await;
    example.world.delete("b-1").await;
    example.book("b-1", json!({ "starts_at": "2098-12-05 09:15:00+00:00[Europe/London]" })).await;
    example.book("b-2", json!({ "starts_at": 4_068_000_000_u64, "ends_at": null })).await;
    let Some(records) = example.records() else { return };
    let run = example.run(json!([{ "records": [records[0], records.last()] }])).await;
    assert_eq!(run.outcomes(), ["sent to the business", "sent to the business"]);
    assert!(text_of(&run.sent()[0]).contains("5 December 2098, 09:15"), "{}", text_of(&run.sent()[0]));
    assert!(text_of(&run.sent()[1]).contains("2098"), "{}", text_of(&run.sent()[1]));
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn a_record_behind_one_that_waits_writes_its_dead_letter_once() {
    let example = Example::new().await;
    example.book("b-1", json!({})).await;
    example.book("b-2", json!({ "starts_at": "tomorrow" })).await;
    let Some(records) = example.records() else { return };
    let throttled = json!({ "records": records, "faults": ["TooManyRequestsException"] });
    let run = example.run(json!([throttled, throttled, { "records": records }])).await;
    assert_eq!(run.letters().len(), 1);
}
