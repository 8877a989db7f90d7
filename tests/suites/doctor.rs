//! `doctor`: a deployment that works, and each that does not, told exactly.

use std::process::Stdio;

use action_links::link::KeyId;
use aws_sdk_dynamodb::types::StreamViewType;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{
    Deployment, Fault, Heard, SECRET, StoreReply, TableShape, World, bob, serve_functions, serve_status,
};

/// What doctor says: whether it succeeded, and each line's mark, subject, text and advice.
async fn doctor(deployment: &Deployment, arguments: &[&str]) -> (bool, Vec<[String; 4]>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_action-links"));
    command.args(["doctor", "--json"]).args(arguments).env_clear().stdin(Stdio::null());
    command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", &deployment.aws).env("AWS_ENDPOINT_URL_LAMBDA", &deployment.aws);
    let env = deployment.world.env.iter().filter(|(name, _)| name.starts_with("AWS_"));
    let output = command.envs(env).output().await.unwrap();
    let told: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let line =
        |check: &Value| ["mark", "subject", "text", "advice"].map(|name| plain(deployment, check[name].as_str()));
    let lines = told["checks"].as_array().unwrap().iter().map(line).collect();
    assert_eq!(told["works"], output.status.success());
    (output.status.success(), lines)
}

/// A text without the names that differ from run to run.
fn plain(deployment: &Deployment, text: Option<&str>) -> String {
    let mut text = text.unwrap_or_default().to_owned();
    for (variable, name) in [("APPS_TABLE", "apps"), ("BOOKINGS_TABLE", "bookings"), ("SHORT_LINKS_TABLE", "codes")] {
        text = text.replace(&deployment.world.env[variable], name);
    }
    let text = text.replace(&deployment.base, "BASE").replace(&KeyId::of(SECRET).to_string(), "KEY");
    match text.split_once("doctor-") {
        Some((before, behind)) if behind.len() > 16 => format!("{before}ID{}", &behind[16..]),
        _ => text,
    }
}

fn bad(lines: &[[String; 4]]) -> Vec<String> {
    let bad = lines.iter().filter(|[mark, ..]| mark == "bad");
    bad.map(|[_, subject, text, advice]| {
        assert!(!advice.is_empty(), "{subject}: {text}");
        format!("{subject}: {text}")
    })
    .collect()
}

/// An app with everything that a page needs.
fn ada() -> Value {
    json!({ "time_zone": "Europe/Berlin", "support_email": "hello@hairbyada.example" })
}

async fn deployment() -> Deployment {
    Deployment::of(World::builder().app(ada()).start().await).await
}

#[tokio::test]
async fn a_deployment_that_works_is_said_to_work_and_nothing_is_left() {
    let deployment = deployment().await;
    let (works, lines) = doctor(&deployment, &["--stack", "action-links"]).await;
    assert!(works, "{lines:?}");
    let texts: Vec<&str> = lines.iter().map(|line| line[2].as_str()).collect();
    for text in [
        "action-links: CREATE_COMPLETE",
        "it runs, and its settings make sense",
        "the key KEY signs",
        "its index `by-app` has the keys `app_id` and `created_at`",
        "codes: its key is `code`, a string",
        "old ones are deleted",
        "BASE/v2/bookings asks for an API key",
        "BASE/v2/bookings/… refuses a link with a wrong signature",
        "a link to confirm the booking ID of ada was applied",
        "a second click on it changed nothing",
        "the booking is confirmed, and its log has the click",
        "the booking ID was removed again",
    ] {
        assert!(texts.contains(&text), "{text}: {texts:#?}");
    }
    assert_eq!(deployment.world.count_bookings().await, 0);
    assert!(!format!("{lines:?}").contains(SECRET));
}

#[tokio::test]
async fn with_read_only_nothing_is_written() {
    let deployment = deployment().await;
    deployment.world.proxy.take();
    let (works, lines) = doctor(&deployment, &["--stack", "action-links", "--read-only"]).await;
    assert!(works && lines.iter().any(|line| line[2] == "not tried: --read-only"), "{lines:?}");
    let requests = deployment.world.proxy.take();
    assert!(
        !requests.is_empty()
            && !requests.iter().any(|operation| operation.contains("Put") || operation.contains("Update"))
    );
}

#[tokio::test]
async fn apps_that_redirect_or_ask_first_are_tried_all_the_same() {
    for settings in [
        json!({ "redirect_url": "https://hairbyada.example/thanks" }),
        json!({ "redirect_url": "https://hairbyada.example/thanks", "on_replay": "redirect" }),
        json!({ "click_mode": "confirm", "failure_redirect_url": "https://hairbyada.example/oops" }),
    ] {
        let deployment = Deployment::of(World::builder().app(settings).start().await).await;
        let (works, lines) = doctor(&deployment, &["--stack", "action-links"]).await;
        assert!(works, "{lines:#?}");
    }
}

#[tokio::test]
async fn each_broken_deployment_is_told_exactly() {
    let other = World::builder().without_ada().another_app(bob()).start().await;
    let base_of_another = serve_functions(&other).await;
    let nowhere = serve_status(404, [("x-any", "x")]).await;
    let redirecting = serve_status(301, [("location", "https://hairbyada.example/")]).await;
    let failing = serve_status(502, [("x-any", "x")]).await;
    let same_key = "it has no key that signs: its links cannot be made, and those of revoked keys do not work";
    let cases: &[(&str, &[&str])] = &[
        ("no stack", &["stack: there is no stack `action-links` (--stack) in eu-west-1"]),
        ("another account", &["stack: DescribeStacks of action-links: InvalidClientTokenId: refused"]),
        ("expired", &["stack: DescribeStacks of action-links: ExpiredToken: refused"]),
        ("no permission", &["stack: DescribeStacks of action-links: AccessDenied: refused"]),
        ("failed stack", &["stack: action-links: ROLLBACK_COMPLETE: the deployment failed"]),
        (
            "no outputs",
            &[
                "apps table: the apps table is not named: the stack `action-links` has no output for it",
                "bookings table: the bookings table is not named: the stack `action-links` has no output for it",
                "address: it is not known",
            ],
        ),
        ("no apps table", &["apps table: DescribeTable on apps: ResourceNotFoundException"]),
        ("no bookings table", &["bookings table: DescribeTable on bookings: ResourceNotFoundException"]),
        ("no table of short links", &["short links: DescribeTable on codes: ResourceNotFoundException"]),
        (
            "codes keyed otherwise",
            &["short links: codes: its key is `id`, a string, and must be `code`, a string, alone"],
        ),
        (
            "codes without an end",
            &["short links: old ones are not deleted: the table has no time to live on `expires_at`"],
        ),
        (
            "functions of another table of short links",
            &[
                "action-link: it uses the table bookings (SHORT_LINKS_TABLE), and this deployment's is codes",
                "booking-links: it uses the table bookings (SHORT_LINKS_TABLE), and this deployment's is codes",
                "short links: bookings: its key is `id`, a string, and must be `code`, a string, alone",
            ],
        ),
        (
            "one function without short links",
            &[
                "functions: they differ in SHORT_LINKS_TABLE",
                "booking-links: it uses the table none (SHORT_LINKS_TABLE), and this deployment's is codes",
            ],
        ),
        ("apps keyed otherwise", &["apps table: apps: its key is `app`, a string, and must be `id`, a string, alone"]),
        (
            "bookings keyed otherwise",
            &["bookings table: bookings: its key is `booking`, a string, and must be `id`, a string, alone"],
        ),
        (
            "bookings keyed by a number",
            &["bookings table: bookings: its key is `id`, a number, and must be `id`, a string, alone"],
        ),
        ("no index", &["bookings table: it has no index `by-app`: GET /v2/bookings answers 500"]),
        (
            "index keyed otherwise",
            &[
                "bookings table: its index `by-app` has the keys `owner`, a string and `created_at`, a string, and must have \
             `app_id` and `created_at`, and all attributes",
            ],
        ),
        ("events without stream", &["bookings table: EVENTS is on, and the table has no stream: no event is sent"]),
        (
            "events with a stream of keys",
            &[
                "bookings table: EVENTS is on, and the table's stream has KEYS_ONLY, without the new image: no event is sent",
            ],
        ),
        (
            "unprotected",
            &["apps table: not protected against deletion", "bookings table: not protected against deletion"],
        ),
        ("no app", &["apps: there is no app, so no link can be verified"]),
        ("no signing key", &[&format!("app ada: {same_key}")]),
        (
            "short key",
            &[
                "app ada: `keys[0]` is not loaded: API key: must have at least 32 bytes; this one has 5",
                &format!("app ada: {same_key}"),
            ],
        ),
        ("senseless setting", &["app ada: `time_zone` is not a time zone"]),
        ("shared key", &["keys: the key KEY is in several apps: ada, twin"]),
        ("no pointer", &["keys: 1 are not in the index: they would not be found if the table grew past a page"]),
        (
            "no function",
            &[
                "action-link: there is no function arn:aws:lambda:eu-west-1:123456789012:function:clicks:live in eu-west-1",
            ],
        ),
        (
            "failed function",
            &[
                "action-link: it cannot run: its state is Failed, its last update Successful. the reason",
                "booking-links: it cannot run: its state is Failed, its last update Successful. the reason",
            ],
        ),
        (
            "senseless variable",
            &[
                "action-link: it does not start: KEYRING_TTL_SECONDS must be a whole number from 1 to 3600, not `soon`",
                "booking-links: it does not start: KEYRING_TTL_SECONDS must be a whole number from 1 to 3600, not `soon`",
            ],
        ),
        ("functions differ", &["functions: they differ in KEYRING_TTL_SECONDS"]),
        (
            "functions of another table",
            &[
                "action-link: it uses the table bookings-of-last-year (BOOKINGS_TABLE), and this deployment's is bookings",
                "booking-links: it uses the table bookings-of-last-year (BOOKINGS_TABLE), and this deployment's is bookings",
            ],
        ),
        (
            "links of another address",
            &[
                "action-link: the links that it signs begin with https://links.example (LINK_BASE_URL), and this deployment \
             answers at BASE",
            ],
        ),
        (
            "address of another deployment",
            &["click: a link to confirm the booking ID of ada is answered with 403 invalid_signature"],
        ),
        ("address of nobody", &["address: BASE/v2/bookings cannot be reached: Connection refused (os error 111)"]),
        (
            "address of another service",
            &[
                "address: BASE/v2/bookings answers 404, and should answer 401",
                "address: BASE/v2/bookings/… answers 404, and should answer 403 invalid_signature",
            ],
        ),
        (
            "address that redirects",
            &[
                "address: BASE/v2/bookings answers 301, and should answer 401",
                "address: BASE/v2/bookings/… answers 301, and should answer 403 invalid_signature",
            ],
        ),
        (
            "function that does not start",
            &[
                "address: BASE/v2/bookings answers 502, and should answer 401",
                "address: BASE/v2/bookings/… answers 502, and should answer 403 invalid_signature",
            ],
        ),
        ("address without a host", &["address: LINK_BASE_URL must be an http(s) URL"]),
        ("no access to a table", &["apps table: DescribeTable on apps: AccessDeniedException"]),
    ];
    assert!(cases.len() >= 20);
    let mut faults = Vec::new();
    for (name, expected) in cases {
        let mut deployment = deployment().await;
        let mut arguments = vec!["--stack", "action-links"];
        let at = |deployment: &mut Deployment, base: &str| {
            deployment.base = base.to_owned();
            deployment.describe(|described| _ = described.outputs.insert("ApiUrl".to_owned(), base.to_owned()));
            deployment.set_variable("LINK_BASE_URL", base);
        };
        let (world, shape) = (&deployment.world, TableShape::default());
        match *name {
            "no stack" => deployment.describe(|described| described.stack = None),
            "another account" => deployment.describe(|described| described.refused = Some("InvalidClientTokenId")),
            "expired" => deployment.describe(|described| described.refused = Some("ExpiredToken")),
            "no permission" => deployment.describe(|described| described.refused = Some("AccessDenied")),
            "failed stack" => deployment.describe(|d| d.stack.as_mut().unwrap().1 = "ROLLBACK_COMPLETE".to_owned()),
            "no outputs" => deployment.describe(|described| {
                described.outputs.clear();
                described.functions.clear();
            }),
            "no apps table" => world.drop_apps().await,
            "no bookings table" => world.drop_bookings().await,
            "no table of short links" => world.drop_short_links().await,
            "codes keyed otherwise" => {
                world.drop_short_links().await;
                world.make_table("SHORT_LINKS_TABLE", TableShape { index: None, ..shape }).await;
            }
            "codes without an end" => {
                world.drop_short_links().await;
                world.make_table("SHORT_LINKS_TABLE", TableShape { key: ("code", 'S'), index: None, ..shape }).await;
            }
            "one function without short links" => deployment.describe(|described| {
                described.functions.get_mut("lists").unwrap().insert("SHORT_LINKS_TABLE".to_owned(), String::new());
            }),
            "functions of another table of short links" => {
                let table = world.env["BOOKINGS_TABLE"].clone();
                deployment.set_variable("SHORT_LINKS_TABLE", &table);
            }
            "apps keyed otherwise" => {
                world.drop_apps().await;
                world.make_table("APPS_TABLE", TableShape { key: ("app", 'S'), index: None, ..shape }).await;
            }
            "bookings keyed otherwise" => {
                world.replace_bookings(TableShape { key: ("booking", 'S'), ..shape }).await;
            }
            "bookings keyed by a number" => world.replace_bookings(TableShape { key: ("id", 'N'), ..shape }).await,
            "no index" => world.replace_bookings(TableShape { index: None, ..shape }).await,
            "index keyed otherwise" => {
                world.replace_bookings(TableShape { index: Some(("owner", "created_at")), ..shape }).await;
            }
            "events without stream" => deployment.set_variable("EVENTS", "on"),
            "events with a stream of keys" => {
                deployment.set_variable("EVENTS", "on");
                world.replace_bookings(TableShape { stream: Some(StreamViewType::KeysOnly), ..shape }).await;
            }
            "unprotected" => arguments.push("--endpoint-url"),
            "no app" => world.delete_app("ada").await,
            "no signing key" => {
                let keys = json!([{ "secret": SECRET, "retired_at": "2026-11-01T08:00:00Z" }]);
                world.put_app(json!({ "id": "ada", "name": "Ada", "keys": keys })).await;
            }
            "short key" => {
                world.put_app(json!({ "id": "ada", "name": "Ada", "keys": [{ "secret": "short" }] })).await;
            }
            "senseless setting" => {
                let keys = json!([{ "secret": SECRET }]);
                world.put_app(json!({ "id": "ada", "name": "Ada", "keys": keys, "time_zone": "Europe/Berlyn" })).await;
            }
            "shared key" => {
                world.put_app(json!({ "id": "twin", "name": "Twin", "keys": [{ "secret": SECRET }] })).await;
            }
            "no pointer" => world.delete_pointer(SECRET).await,
            "no function" => deployment.describe(|described| _ = described.functions.remove("clicks")),
            "failed function" => deployment.describe(|described| described.function_state = ("Failed", "Successful")),
            "senseless variable" => deployment.set_variable("KEYRING_TTL_SECONDS", "soon"),
            "functions differ" => deployment.describe(|described| {
                let lists = described.functions.get_mut("lists").unwrap();
                lists.insert("KEYRING_TTL_SECONDS".to_owned(), "5".to_owned());
            }),
            "functions of another table" => deployment.set_variable("BOOKINGS_TABLE", "bookings-of-last-year"),
            "links of another address" => deployment.set_variable("LINK_BASE_URL", "https://links.example"),
            "address of another deployment" => at(&mut deployment, &base_of_another),
            "address of nobody" => at(&mut deployment, "http://127.0.0.1:9"),
            "address of another service" => at(&mut deployment, &nowhere),
            "address that redirects" => at(&mut deployment, &redirecting),
            "function that does not start" => at(&mut deployment, &failing),
            "address without a host" => deployment.describe(|described| {
                described.parameters.insert("LinkBaseUrl".to_owned(), "links.example".to_owned());
            }),
            "no access to a table" => {
                world.proxy.play(&[Fault(Heard::Never, StoreReply::Error(400, "AccessDeniedException"))]);
            }
            other => panic!("{other}"),
        }
        let not_loopback = deployment.world.env["AWS_ENDPOINT_URL_DYNAMODB"].replace("127.0.0.1", "[::ffff:127.0.0.1]");
        if *name == "unprotected" {
            arguments.push(&not_loopback);
        }
        let (works, lines) = doctor(&deployment, &arguments).await;
        let told = bad(&lines);
        let fits = told.len() == expected.len()
            && told.iter().zip(*expected).all(|(told, expected)| told.starts_with(expected));
        if works || !fits {
            faults.push(format!("{name}\n  expected {expected:#?}\n  told {told:#?}"));
        }
        let left = if name.contains("no bookings table") || name.contains("keyed") {
            0
        } else {
            deployment.world.count_bookings().await
        };
        assert_eq!(left, 0, "{name}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[tokio::test]
async fn without_region_or_credentials_that_is_told() {
    let deployment = deployment().await;
    for (variable, expected) in [("AWS_REGION", "no AWS region"), ("AWS_ACCESS_KEY_ID", "no AWS credentials")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_action-links"));
        let env = deployment.world.env.iter().filter(|(name, _)| *name != variable);
        command.arg("doctor").env_clear().envs(env).env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nowhere");
        let output = command.output().await.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!output.status.success() && said.contains(expected), "{said}");
    }
}
