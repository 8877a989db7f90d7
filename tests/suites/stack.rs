//! Which deployment a command is about: `--stack`, `--region`, `--profile`, and the errors that name them.

use std::process::{Output, Stdio};

use action_links::link::UnverifiedLink;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{Deployment, SECRET, World};

/// Runs the program, with only AWS's variables.
async fn run(deployment: &Deployment, arguments: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_action-links"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", &deployment.aws);
    let of_aws = deployment.world.env.iter().filter(|(name, _)| name.starts_with("AWS_"));
    command.envs(of_aws).envs(env.iter().copied()).output().await.unwrap()
}

fn stdout(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn deployment() -> Deployment {
    Deployment::of(World::builder().booking(json!({ "state": "confirmed" })).start().await).await
}

#[tokio::test]
async fn a_stack_names_tables_address_and_attributes() {
    let deployment = deployment().await;
    let stack = ["--stack", "action-links"];
    let with = |words: &[&'static str]| [words, &stack].concat();
    assert!(stdout(run(&deployment, &with(&["app", "list"]), &[]).await).contains("Hair by Ada"));
    assert!(stdout(run(&deployment, &with(&["booking", "show", "b-1"]), &[]).await).contains("confirmed"));
    let sign = with(&["link", "sign", "--booking", "b-1", "--action", "cancel"]);
    let link = stdout(run(&deployment, &sign, &[("ACTION_LINKS_API_KEY", SECRET)]).await);
    assert!(link.starts_with(&deployment.base), "{link}");
    assert!(link.trim().parse::<UnverifiedLink>().is_ok());
    let inspect = ["link", "inspect", link.trim(), "--stack", "action-links"];
    let told = stdout(run(&deployment, &inspect, &[]).await);
    assert!(told.starts_with("This link would work now"), "{told}");
    // Nor does a short link need more.
    let short = [&sign[..], &["--short"]].concat();
    let short = stdout(run(&deployment, &short, &[("ACTION_LINKS_API_KEY", SECRET)]).await);
    assert!(short.starts_with(&format!("{}/l/", deployment.base)), "{short}");
    let inspect = ["link", "inspect", short.trim(), "--stack", "action-links"];
    let of_short = stdout(run(&deployment, &inspect, &[]).await);
    assert_eq!(of_short.lines().next().unwrap(), format!("{} It is a short link.", told.lines().next().unwrap()));
    // The variable does the same, and the parameters name the attributes.
    deployment.describe(|described| {
        described.parameters.insert("StateAttribute".to_owned(), "id".to_owned());
    });
    let said = stderr(&run(&deployment, &["booking", "show", "b-1"], &[("ACTION_LINKS_STACK", "action-links")]).await);
    assert!(said.contains("two attributes have the name `id`"), "{said}");
}

#[tokio::test]
async fn a_stack_comes_before_the_environment_and_an_option_before_both() {
    let deployment = deployment().await;
    let apps = deployment.world.env["APPS_TABLE"].clone();
    let elsewhere = [("APPS_TABLE", "elsewhere")];
    let list = ["app", "list", "--stack", "action-links"];
    assert!(stdout(run(&deployment, &list, &elsewhere).await).contains("Hair by Ada"));
    let said = stderr(&run(&deployment, &[&list[..], &["--apps-table", "nowhere"]].concat(), &[]).await);
    assert!(said.contains("Scan on nowhere"), "{said}");
    assert!(
        stdout(run(&deployment, &["app", "list", "--apps-table", &apps], &elsewhere).await).contains("Hair by Ada")
    );
}

#[tokio::test]
async fn what_a_stack_of_the_template_leaves_out_is_not_taken_from_the_environment() {
    let deployment = deployment().await;
    let graphs = json!({ "tour": { "initial": "open", "transitions": [
        { "action": "join", "from": "open", "to": "joined", "by": "customer" },
    ] } });
    let graphs = graphs.to_string();
    let of_the_demo = [("GRAPHS", graphs.as_str()), ("SHORT_LINKS_TABLE", "demo"), ("STATE_ATTRIBUTE", "id")];
    let show = ["booking", "show", "b-1", "--stack", "action-links"];
    // The construct's stacks have no parameters, so only the environment can tell.
    assert!(stderr(&run(&deployment, &show, &of_the_demo).await).contains("two attributes have the name `id`"));
    deployment.describe(|described| {
        described.parameters.extend([("Events", "off"), ("Graphs", "")].map(|(k, v)| (k.to_owned(), v.to_owned())));
        described.outputs.remove("ShortLinksTableName");
    });
    assert!(stdout(run(&deployment, &show, &of_the_demo).await).contains("confirmed"));
    let create = ["app", "create", "--id", "new", "--name", "New", "--time-zone", "UTC", "--stack", "action-links"];
    stdout(run(&deployment, &create, &of_the_demo).await);
    let app = stdout(run(&deployment, &["app", "show", "new", "--stack", "action-links"], &[]).await);
    assert!(app.contains("cancel_by_customer") && !app.contains("join"), "{app}");
    let sign = ["link", "sign", "--short", "--booking", "b-1", "--action", "cancel", "--stack", "action-links"];
    let key = ("ACTION_LINKS_API_KEY", SECRET);
    let said = stderr(&run(&deployment, &sign, &[&of_the_demo[..], &[key]].concat()).await);
    assert!(said.contains("`action-links` has no output for it") && !said.contains("set SHORT_LINKS_TABLE"), "{said}");
}

#[tokio::test]
async fn an_error_names_the_option_the_variable_the_region_and_the_endpoint() {
    let deployment = deployment().await;
    let endpoint = &deployment.world.env["AWS_ENDPOINT_URL_DYNAMODB"];
    for (arguments, env, expected) in [
        (&["app", "list"][..], &[][..], &["--stack", "--apps-table", "APPS_TABLE"][..]),
        (&["booking", "show", "b-1"], &[], &["--stack", "--bookings-table", "BOOKINGS_TABLE"]),
        (
            &["link", "sign", "--booking", "b-1", "--action", "cancel"],
            &[("ACTION_LINKS_API_KEY", SECRET)],
            &["--stack", "--base-url", "LINK_BASE_URL"],
        ),
        (
            &["app", "list", "--apps-table", "nope"],
            &[],
            &["--apps-table", "region eu-west-1 (AWS_REGION)", endpoint, "AWS_ENDPOINT_URL_DYNAMODB"],
        ),
        (&["app", "list", "--stack", "nope"], &[], &["there is no stack `nope`", "eu-west-1", "--region"]),
        (
            &["app", "list", "--apps-table", "a", "--region", "eu-north-1", "--endpoint-url", "http://127.0.0.1:9"],
            &[],
            &["region eu-north-1 (--region)", "http://127.0.0.1:9", "--endpoint-url"],
        ),
        (
            &["app", "list", "--apps-table", "a"],
            &[("AWS_ENDPOINT_URL_DYNAMODB", "")],
            &["AWS_ENDPOINT_URL_DYNAMODB is empty", "unset"],
        ),
        (
            &["app", "list", "--apps-table", "a", "--profile", "salon"],
            &[("AWS_ACCESS_KEY_ID", ""), ("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", "/nowhere")],
            &["no AWS credentials of the profile salon", "aws sso login"],
        ),
    ] {
        let said = stderr(&run(&deployment, arguments, env).await);
        for word in expected {
            assert!(said.contains(word), "{arguments:?}: {word}: {said}");
        }
    }
}

#[tokio::test]
async fn with_json_errors_are_json() {
    let deployment = deployment().await;
    for (arguments, code) in [
        (&["--json", "app", "list", "--apps-table", "nope"][..], 1),
        (&["app", "show", "nobody", "--stack", "action-links", "--json"], 1),
        (&["app", "lits", "--json"], 2),
        (&["link", "sign", "--json", "--booking", "a b"], 2),
    ] {
        let output = run(&deployment, arguments, &[]).await;
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let error: Value = serde_json::from_slice(&output.stderr)
            .unwrap_or_else(|_| panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)));
        assert!(error["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
        assert!(error["error"]["help"].is_string() && output.stdout.is_empty(), "{error}");
    }
}
