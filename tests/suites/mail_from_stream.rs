//! The example `mail-from-stream`: the records of the embedded engine's stream become mails at an emulator of SES, and
//! the links of these mails are clicked.

use std::process::Stdio;

use action_links::emulator::Pipe;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::{BASE, BOOKING_LINKS, FUNCTION, Program, SECRET, World, booking, extended, lambda_api};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/mail-from-stream");

/// A name as people have them, and as attackers do.
const NAME: &str = "O'Brien & \"Sons\" <b>\nCancel: https://evil.example {{decline}}";

/// A world with the business of `businesses.json`, and the example beside it.
struct Example {
    world: World,
    lambda: String,
}

/// What a run of the example did.
struct Run(Value);

impl Example {
    async fn new() -> Self {
        let keys = json!([{ "secret": SECRET, "created_at": "2026-01-01T00:00:00Z" }]);
        let app = json!({
            "id": "hair-by-ada", "name": "Hair by Ada", "keys": keys, "min_dwell_ms": 0, "undo_seconds": 600,
            "redirect_url": "https://hairbyada.example/thanks",
        });
        // With events, the table has a stream.
        let world = World::builder().without_ada().another_app(app).setting("EVENTS", "on").start().await;
        let lambda = lambda_api::start(Program::start(BOOKING_LINKS, &world.env).await).await;
        Self { world, lambda }
    }

    async fn book(&self, id: &str, more: Value) {
        self.world.put(extended(full_booking(id), more)).await;
    }

    /// The records of the stream that pass the filter of the example's template. `None` if the engine is another one.
    fn records(&self) -> Option<Vec<Value>> {
        let template: serde_yaml_ng::Value =
            serde_yaml_ng::from_str(include_str!("../../examples/mail-from-stream/template.yaml")).unwrap();
        let source = &template["Resources"]["MailFunction"]["Properties"]["Events"]["Bookings"]["Properties"];
        let pattern = source["FilterCriteria"]["Filters"][0]["Pattern"].clone();
        let pattern: String = serde_yaml_ng::from_value(pattern).unwrap();
        let filter: Pipe = serde_json::from_value(json!({
            "pattern": pattern.replace("${StateAttribute}", "state"),
            "source": "", "detailType": "$.eventName", "time": "$.eventName", "inputTemplate": "{}",
        }))
        .unwrap();
        let records = self.world.stream()?;
        Some(records.into_iter().filter(|record| filter.pass(record).unwrap().is_some()).collect())
    }

    async fn run(&self, batches: Value) -> Run {
        let python = std::env::var("TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/mail_from_stream.py");
        let mut command = Command::new(python);
        command.args([driver, &format!("{EXAMPLE}/src")]).env_clear().envs(&self.world.env).kill_on_drop(true);
        command.envs([
            ("AWS_ENDPOINT_URL_LAMBDA", self.lambda.as_str()),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("BOOKING_LINKS_FUNCTION", FUNCTION),
            ("MAILS_TABLE", &format!("mails-{}", self.world.env["BOOKINGS_TABLE"])),
            ("CONFIGURATION_SET", "mails"),
            ("TEMPLATES", concat!(env!("CARGO_MANIFEST_DIR"), "/docs/mail")),
            // No files beside the example.
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(batches.to_string().as_bytes()).await.unwrap();
        let output = child.wait_with_output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let run: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
        for private in ["@", "://", "eyJ", "signature", "O'Brien", "Analytical"] {
            assert!(!run["log"].as_str().unwrap().contains(private), "{private} in the log: {}", run["log"]);
            assert!(!run["letters"].to_string().contains(private), "{private} in {}", run["letters"]);
        }
        Run(run)
    }
}

impl Run {
    fn sent(&self) -> &[Value] {
        self.0["sent"].as_array().unwrap()
    }

    /// Who got a mail, about which booking.
    fn recipients(&self) -> Vec<(String, String)> {
        let of = |mail: &Value| {
            let text = text_of(mail);
            let (_, id) = text.split_once("ooking: ").unwrap();
            (mail["Destination"]["ToAddresses"][0].as_str().unwrap().to_owned(), id.lines().next().unwrap().to_owned())
        };
        self.sent().iter().map(of).collect()
    }

    /// The outcomes of the log, in order.
    fn outcomes(&self) -> Vec<String> {
        let lines = self.0["log"].as_str().unwrap().lines();
        lines.map(|line| serde_json::from_str::<Value>(line).unwrap()["outcome"].as_str().unwrap().to_owned()).collect()
    }

    fn letters(&self) -> Vec<(&str, &str)> {
        let letters = self.0["letters"].as_array().unwrap().iter();
        letters.map(|of| (of["booking_id"].as_str().unwrap(), of["reason"].as_str().unwrap())).collect()
    }
}

fn full_booking(id: &str) -> Value {
    booking(json!({
        "id": id, "app_id": "hair-by-ada", "starts_at": "2099-12-04T14:30:00Z", "ends_at": "2099-12-04T15:30:00Z",
        "attributes": { "event_info": { "what": "Cut & color" } },
        "customers": [{ "name": NAME, "email": "grace@customers.example" }],
    }))
}

fn text_of(mail: &Value) -> &str {
    mail["Content"]["Simple"]["Body"]["Text"]["Data"].as_str().unwrap()
}

/// The link below a line of the plain text that begins with this.
fn link_of(mail: &Value, label: &str) -> String {
    let mut lines = text_of(mail).lines().skip_while(|line| !line.starts_with(label));
    lines.nth(1).unwrap_or_else(|| panic!("no {label} in {mail}")).to_owned()
}

fn header(mail: &Value, name: &str) -> Option<String> {
    let headers = mail["Content"]["Simple"]["Headers"].as_array().unwrap();
    headers.iter().find(|header| header["Name"] == name).map(|header| header["Value"].as_str().unwrap().to_owned())
}

fn sequence(record: &Value) -> Value {
    json!({ "itemIdentifier": record["dynamodb"]["SequenceNumber"] })
}

/// A record as the README makes it, to send a mail by hand.
fn by_hand(record: &Value) -> Value {
    let image = &record["dynamodb"]["NewImage"];
    json!({ "eventName": "INSERT", "dynamodb": { "Keys": { "id": image["id"] }, "NewImage": image, "SequenceNumber": "0" } })
}

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
    let again = json!([{ "records": records }, { "records": [edited, by_hand(&records[2])] }]);
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
    let first = example.run(json!([{ "records": records }])).await;
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
async fn what_passes_is_reported_and_sent_in_the_next_attempt_and_holds_up_no_other_record_of_its_batch() {
    let example = Example::new().await;
    for id in ["b-1", "b-2", "b-3", "b-4"] {
        example.book(id, json!({})).await;
    }
    let Some(records) = example.records() else { return };
    let faults =
        json!(["TooManyRequestsException", null, "MailFromDomainNotVerifiedException", "AccountSuspendedException"]);
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
    let Some(records) = example.records() else { return };
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
        ]
    );
    // Mended, and sent by hand.
    let run = example.run(json!([{ "records": [by_hand(&records[4])] }])).await;
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
    // By telephone: the business hears of it all the same.
    example.book("b-5", json!({ "customers": [{ "name": "Grace" }] })).await;
    let Some(records) = example.records() else { return };
    let run = example.run(json!([{ "records": records }])).await;
    let none = ["no e-mail address", "it is over", "no mail for this state", "the state has changed since"];
    assert_eq!(run.outcomes()[..4], none);
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
