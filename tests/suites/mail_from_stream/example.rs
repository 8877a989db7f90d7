//! The example `mail-from-stream`, beside a world of its own.

use std::process::Stdio;

use action_links::emulator::Pipe;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::{BOOKING_LINKS, FUNCTION, Program, SECRET, World, booking, extended, lambda_api};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/mail-from-stream");

/// A name as people have them, and as attackers do.
const NAME: &str = "O'Brien & \"Sons\" <b>\nCancel: https://evil.example {{decline}}";

/// A world with the business of `businesses.json`, and the example beside it.
pub(super) struct Example {
    pub(super) world: World,
    pub(super) lambda: String,
}

/// What a run of the example did.
pub(super) struct Run(pub(super) Value);

impl Example {
    pub(super) async fn new() -> Self {
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

    pub(super) async fn book(&self, id: &str, more: Value) {
        self.world.put(extended(full_booking(id), more)).await;
    }

    /// The records of the stream that pass the filter of the example's template. `None` if the engine is another one.
    pub(super) fn records(&self) -> Option<Vec<Value>> {
        let template: serde_yaml_ng::Value =
            serde_yaml_ng::from_str(include_str!("../../../examples/mail-from-stream/template.yaml")).unwrap();
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

    pub(super) async fn run(&self, batches: Value) -> Run {
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
    pub(super) fn sent(&self) -> &[Value] {
        self.0["sent"].as_array().unwrap()
    }

    /// Who got a mail, about which booking.
    pub(super) fn recipients(&self) -> Vec<(String, String)> {
        let of = |mail: &Value| {
            let text = text_of(mail);
            let (_, id) = text.split_once("ooking: ").unwrap();
            (mail["Destination"]["ToAddresses"][0].as_str().unwrap().to_owned(), id.lines().next().unwrap().to_owned())
        };
        self.sent().iter().map(of).collect()
    }

    /// The outcomes of the log, in order.
    pub(super) fn outcomes(&self) -> Vec<String> {
        let lines = self.0["log"].as_str().unwrap().lines();
        lines.map(|line| serde_json::from_str::<Value>(line).unwrap()["outcome"].as_str().unwrap().to_owned()).collect()
    }

    pub(super) fn letters(&self) -> Vec<(&str, &str)> {
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

pub(super) fn text_of(mail: &Value) -> &str {
    mail["Content"]["Simple"]["Body"]["Text"]["Data"].as_str().unwrap()
}

/// The link below a line of the plain text that begins with this.
pub(super) fn link_of(mail: &Value, label: &str) -> String {
    let mut lines = text_of(mail).lines().skip_while(|line| !line.starts_with(label));
    lines.nth(1).unwrap_or_else(|| panic!("no {label} in {mail}")).to_owned()
}

pub(super) fn header(mail: &Value, name: &str) -> Option<String> {
    let headers = mail["Content"]["Simple"]["Headers"].as_array().unwrap();
    headers.iter().find(|header| header["Name"] == name).map(|header| header["Value"].as_str().unwrap().to_owned())
}

pub(super) fn sequence(record: &Value) -> Value {
    json!({ "itemIdentifier": record["dynamodb"]["SequenceNumber"] })
}

/// A record as the README makes it, to send a mail by hand, for that reason.
pub(super) fn by_hand(record: &Value, again: &str) -> Value {
    let image = &record["dynamodb"]["NewImage"];
    let change = json!({ "Keys": { "id": image["id"] }, "NewImage": image, "SequenceNumber": "0" });
    json!({ "again": again, "eventName": "INSERT", "dynamodb": change })
}
