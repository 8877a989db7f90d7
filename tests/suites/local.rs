//! `local`, as a developer runs it.

use std::collections::HashSet;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::LazyLock;

use action_links::pages::LOCALES;
use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::support::{assert_styled, basic};

/// The example `local`, built first: `cargo test --test suites` builds no examples.
pub(super) static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let tests = std::env::current_exe().unwrap();
    let target = tests.ancestors().nth(3).unwrap();
    let mut build = std::process::Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--locked", "--all-features", "--example", "local", "--target-dir"]);
    // What cargo sets for a test would make it build ring, and all that needs it, again.
    for name in std::env::vars_os().map(|(name, _)| name) {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_")) {
            build.env_remove(name);
        }
    }
    assert!(build.arg(target).current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
    target.join("debug/examples/local")
});

struct Local {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// What it printed before it was ready.
    said: String,
}

impl Local {
    /// Starts it on any free port.
    async fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(&*PROGRAM)
            .args(arguments)
            .env("PORT", "0")
            .env("AWS_LAMBDA_LOG_LEVEL", "error")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = String::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            said += &(line + "\n");
            if said.contains("Inbox: ") {
                return Self { child, lines, said };
            }
        }
        panic!("it ended: {said}");
    }

    fn find(&self, what: &str) -> String {
        let words = self.said.split_whitespace().map(|word| word.trim_matches('\''));
        words
            .filter(|word| word.contains(what))
            .map(str::to_owned)
            .next()
            .unwrap_or_else(|| panic!("no {what} in {}", self.said))
    }

    fn inbox(&self) -> String {
        self.said.rsplit_once("Inbox: ").unwrap().1.split_whitespace().next().unwrap().to_owned()
    }

    /// Sends Ctrl-C. It must end by itself with success.
    async fn interrupt(mut self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
        assert!(self.child.wait().await.unwrap().success());
        assert_eq!(self.lines.next_line().await.unwrap(), None);
    }
}

async fn get(url: &str) -> Response<String> {
    fetch(Request::get(url).body(Body::empty()).unwrap()).await
}

async fn fetch(request: Request<Body>) -> Response<String> {
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    let (parts, body) = client.request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, String::from_utf8(body.to_vec()).unwrap())
}

/// The links of an inbox page, unescaped.
fn links(page: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|url| url.replace("&amp;", "&"))
        .collect()
}

#[tokio::test]
async fn the_inbox_leads_through_the_whole_story() {
    let local = Local::start(&[]).await;
    let inbox = get(&local.inbox()).await;
    assert_eq!(inbox.status(), 200);
    assert_eq!(inbox.headers()["cache-control"], "no-store");
    let confirm = links(inbox.body()).into_iter().find(|url| url.contains("b-1001/external_action/confirm")).unwrap();

    let clicked = get(&confirm).await;
    assert_eq!(clicked.status(), 302);
    let thanks = get(clicked.headers()["location"].to_str().unwrap()).await;
    assert!(thanks.body().contains("<h1>Thank you</h1>"), "{}", thanks.body());

    // The mail is the same, and the state beside it is new.
    let after = get(&local.inbox()).await;
    assert!(links(after.body()).contains(&confirm));
    let beside = |page: &str| {
        let mail = page.split("To the business, Ada</b> · b-1001").nth(1)?;
        mail.split(['<', '>']).nth(4).map(str::to_owned)
    };
    assert_eq!(
        (beside(inbox.body()).as_deref(), beside(after.body()).as_deref()),
        (Some("tentative"), Some("confirmed"))
    );
    let again = get(&confirm).await;
    assert_eq!(again.status(), 410);
    assert!(again.body().contains("This link has already been used"), "{}", again.body());
    local.interrupt().await;
}

#[tokio::test]
async fn the_inbox_has_a_text_message_a_calendar_file_and_a_desk() {
    let local = Local::start(&[]).await;
    let inbox = get(&local.inbox()).await;
    let links = links(inbox.body());
    let short = links.iter().find(|url| url.contains("/l/")).unwrap();
    assert!(inbox.body().contains("class=\"phone\""), "{}", inbox.body());
    let page = get(short).await;
    assert!(page.status() == 200 && page.body().contains("The booking is canceled"), "{}", page.body());
    let calendar = links.iter().find(|url| url.contains("/calendar.ics?")).unwrap();
    assert!(get(calendar).await.body().starts_with("BEGIN:VCALENDAR"));
    let form = Request::post(format!("{}desk", local.inbox()));
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let acted = fetch(form.body(Body::from("booking_id=b-1004&action=timeout")).unwrap()).await;
    assert_eq!((acted.status().as_u16(), acted.headers()["location"].to_str().unwrap()), (303, "/"));
    let after = get(&local.inbox()).await;
    let event = "&quot;action&quot;: &quot;timeout&quot;";
    assert!(after.body().contains(event) && !inbox.body().contains(event), "{}", after.body());
    local.interrupt().await;
}

#[tokio::test]
async fn graphs_of_ones_own_work_by_setting_one_variable() {
    let graphs = r#"{"tour": {"initial": "open", "transitions": [
        {"action": "join", "from": "open", "to": "on_the_list", "by": "customer"},
        {"action": "call_off", "from": "open", "to": "called_off", "by": "owner"}]}}"#;
    let local = Local::start(&["--graphs", graphs]).await;
    let inbox = get(&local.inbox()).await;
    let links = links(inbox.body());
    assert!(links.iter().any(|url| url.contains("/call_off?")), "{links:?}");
    let join = links.into_iter().find(|url| url.contains("/join?")).unwrap();
    // Whatever it is called, a page asks first.
    let asks = get(&join).await;
    assert!(asks.status() == 200 && asks.body().contains("Would you like to go ahead?"), "{}", asks.body());
}

#[tokio::test]
async fn what_it_prints_works() {
    let local = Local::start(&[]).await;
    assert_eq!(get(&local.find("/external_action/")).await.status(), 302);
    let key = local.find("test_api_key_");
    let credentials = basic(&format!(":{}", key.trim_start_matches(':')));
    let request = Request::get(local.find("/v2/bookings/b-1003?")).header("authorization", credentials);
    let answer = fetch(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(get(&format!("{}favicon.ico", local.inbox())).await.status(), 404);
}

#[tokio::test]
async fn doctor_says_that_it_works() {
    let local = Local::start(&[]).await;
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_action-links"));
    // The variables that it prints.
    let exports = local.said.lines().filter_map(|line| line.trim().strip_prefix("export "));
    let variables = exports.flat_map(str::split_whitespace).filter_map(|variable| variable.split_once('='));
    let output = doctor.arg("doctor").env_clear().envs(variables).output().await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("It works."), "{said}");
    local.interrupt().await;
}

#[tokio::test]
async fn the_debugger_says_what_the_command_line_says() {
    let local = Local::start(&[]).await;
    let page = |link: String| {
        let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("link", &link).finish();
        let request = Request::post(format!("{}debug", local.inbox()));
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(form)).unwrap();
        async move { fetch(request).await.into_body() }
    };
    let link = local.find("b-1001/external_action/confirm");
    let works = page(link.clone()).await;
    assert!(works.contains("This link would work now: ") && works.contains("of the app hair-by-ada"), "{works}");
    get(&link).await;
    let used = page(link.replace('&', "&amp;")).await;
    assert!(
        used.contains("This link was used") && used.contains("link_used") && used.contains("<script").eq(&false),
        "{used}"
    );
    // The examples to try, and what is told of one that a service has wrapped.
    assert!(used.contains("Wrapped by Microsoft Safe Links"), "{used}");
    let wrapped = page(format!(
        "https://eur01.safelinks.protection.outlook.com/?url={}",
        url::form_urlencoded::byte_serialize(link.as_bytes()).collect::<String>()
    ))
    .await;
    assert!(
        wrapped.contains("This link was used") && wrapped.contains("Microsoft Safe Links has wrapped it"),
        "{wrapped}"
    );
    let short = page(format!("{}l/aB3dE6gH9jK2", local.inbox())).await;
    assert!(short.contains("this is a short link, and no link is stored under its code"), "{short}");
    let hostile = page("<script>alert(1)</script>".to_owned()).await;
    assert!(hostile.contains("neither a link nor a token") && !hostile.contains("<script"), "{hostile}");
    local.interrupt().await;
}

#[tokio::test]
async fn the_gallery_has_every_page_in_every_language() {
    let local = Local::start(&[]).await;
    let gallery = format!("{}pages", local.inbox());
    let overview = get(&gallery).await;
    let mut languages = HashSet::new();
    let mut names = HashSet::new();
    for link in links(overview.body()) {
        match link.strip_prefix("/pages/") {
            Some(page) => names.insert(page.split('?').next().unwrap().to_owned()),
            None => languages.insert(link.strip_prefix("/pages?lang=").unwrap().to_owned()),
        };
    }
    let table = include_str!("../../docs/pages.md").split("## Your brand").next().unwrap();
    let pictured =
        table.lines().filter(|line| line.starts_with("| ")).filter_map(|row| row.split("src=\"pages/").nth(1));
    let pictured: HashSet<String> = pictured.map(|rest| rest.split(".png").next().unwrap().to_owned()).collect();
    assert_eq!(names, pictured, "the gallery, and the table of docs/pages.md");
    assert_eq!(languages.len(), LOCALES.iter().filter(|locale| locale.parent().is_none()).count());
    let mut seen = HashSet::new();
    for language in &languages {
        assert!(get(&format!("{gallery}?lang={language}")).await.body().contains(r#"aria-current="page""#));
        for name in &names {
            let page = get(&format!("{gallery}/{name}?lang={language}")).await;
            let of = format!("{name} in {language}: {}", page.body());
            assert!(page.body().len() < 14_000, "{} bytes of {of}", page.body().len());
            assert!(page.body().contains(&format!("<html lang=\"{language}\"")), "{of}");
            assert!(!page.body().contains("<script") && !page.body().contains("src="), "{of}");
            assert_eq!(page.body().matches("<h1>").count(), 1, "{of}");
            let policy = page.headers()["content-security-policy"].to_str().unwrap();
            assert_styled(policy, page.body());
            seen.insert(page.into_body());
        }
    }
    assert_eq!(seen.len(), languages.len() * names.len(), "no page is another");
    assert_eq!(get(&format!("{gallery}/none")).await.status(), 404);
}

#[tokio::test]
async fn data_that_is_kept_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.sqlite");
    let path = path.to_str().unwrap();
    let first = Local::start(&["--data", path]).await;
    let link = first.find("b-1001/external_action/confirm");
    assert_eq!(get(&link).await.status(), 302);
    first.interrupt().await;
    let second = Local::start(&["--data", path]).await;
    // The app is told its new address.
    let inbox = get(&second.inbox()).await;
    let other = links(inbox.body()).into_iter().find(|url| url.contains("b-1006/external_action/confirm")).unwrap();
    assert_eq!(get(&other).await.headers()["location"].to_str().unwrap(), format!("{}thanks", second.inbox()));
    let token = link.rsplit_once('?').unwrap().1;
    let again = format!("{}v2/bookings/b-1001/external_action/confirm?{token}", second.inbox());
    assert_eq!(get(&again).await.status(), 410);
}

#[tokio::test]
async fn a_taken_port_is_a_clear_message() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(&*PROGRAM).args(["--port", &port]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("local: port {port} is taken")), "{said}");
}

#[tokio::test]
async fn no_web_page_reaches_the_demo_or_its_dynamodb() {
    let local = Local::start(&[]).await;
    let dynamodb = local.find("AWS_ENDPOINT_URL_DYNAMODB=").split_once('=').unwrap().1.to_owned();
    let ask = async |url: &str, host: Option<&str>, origin: Option<&str>| {
        let mut request = Request::post(url).header("x-amz-target", "DynamoDB_20120810.ListTables");
        request = request.header("content-type", "application/x-amz-json-1.0");
        request = request.header("authorization", "AWS4-HMAC-SHA256 Credential=local/20261123/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        request = request.header("x-amz-date", "20261123T080000Z");
        if let Some(host) = host {
            request = request.header("host", host);
        }
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        fetch(request.body(Body::from("{}")).unwrap()).await
    };
    let answer = ask(&dynamodb, None, None).await;
    assert!(answer.status() == 200 && answer.body().contains("bookings"), "{}", answer.body());
    let inbox = local.inbox();
    for (url, kind) in [(&*dynamodb, "DynamoDB"), (&inbox, "inbox"), (&format!("{inbox}debug"), "debugger")] {
        for (host, origin) in [
            (Some("evil.example"), None),
            (Some("127.0.0.1.evil.example"), None),
            (None, Some("https://evil.example")),
            (None, Some("null")),
        ] {
            let answer = ask(url, host, origin).await;
            assert_eq!(answer.status(), 403, "{kind} {host:?} {origin:?}");
            assert!(answer.headers().get("access-control-allow-origin").is_none());
        }
    }
    local.interrupt().await;
}
