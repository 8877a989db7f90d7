//! The metrics on the log lines of the real programs.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{
    ACTION_LINK, BOOKING_LINKS, Fault, Program, SECRET, World, booking, event, http_api, link, template,
};

/// A week.
const AGE: u64 = 7 * 24 * 3600;

/// An app whose key is a week old.
async fn world() -> World {
    let made_at = Timestamp::try_from(SystemTime::now() - Duration::from_secs(AGE)).unwrap();
    let settings = json!({
        "keys": [{ "secret": SECRET, "created_at": made_at.to_string() }],
        "redirect_hosts": ["hairbyada.example"],
    });
    World::builder().app(settings).start().await
}

/// A metric as CloudWatch reads it: name, unit, value, and dimensions with their values.
type Metric = (String, String, f64, Vec<(String, String)>);

/// The metrics of a line.
fn metrics(line: &Value) -> Vec<Metric> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut found = Vec::new();
    for directive in line["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
        assert_eq!(directive["Namespace"], "ActionLinks");
        for set in directive["Dimensions"].as_array().unwrap() {
            let dimensions = set.as_array().unwrap().iter().map(|name| (text(name), text(&line[text(name)])));
            let dimensions: Vec<_> = dimensions.collect();
            for metric in directive["Metrics"].as_array().unwrap() {
                let value = line[text(&metric["Name"])].as_f64().unwrap();
                found.push((text(&metric["Name"]), text(&metric["Unit"]), value, dimensions.clone()));
            }
        }
    }
    found
}

fn value(line: &Value, name: &str) -> Option<f64> {
    metrics(line).into_iter().find(|(found, ..)| found == name).map(|(_, _, value, _)| value)
}

#[tokio::test]
async fn a_click_counts_by_outcome_and_by_action() {
    let world = world().await;
    world.book(json!({ "id": "b-http-api-click" })).await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    let before = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as u64;
    // The same link twice: one that is signed a second later is another one.
    let click = event("http_api_click");
    program.invoke(&click).await;
    program.invoke(&click).await;
    let lines = program.end_with_lines("click").await;
    let [first, second] = &lines[..] else { panic!("{lines:?}") };
    let dimensions = |of: &[(&str, &str)]| of.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let metric = |name: &str, unit: &str, value, of: &[(&str, &str)]| {
        (name.to_owned(), unit.to_owned(), value, dimensions(&[&[("function", "function")], of].concat()))
    };
    let found = metrics(first);
    for expected in [
        metric("Clicks", "Count", 1.0, &[("outcome", "applied")]),
        metric("Actions", "Count", 1.0, &[("action", "confirm"), ("outcome", "applied")]),
        metric("ColdStarts", "Count", 1.0, &[]),
        metric("StoreFaults", "Count", 0.0, &[]),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    assert_eq!(found.len(), 6, "{found:?}");
    assert_eq!(first["cold_start"], true);
    assert_eq!((value(second, "ColdStarts"), value(second, "Clicks")), (Some(0.0), Some(1.0)));
    assert_eq!(second["outcome"], "link_used");
    let age = value(first, "KeyAge").unwrap();
    assert!((AGE as f64..AGE as f64 + 600.0).contains(&age), "{age}");
    let latency = value(first, "StoreLatency").unwrap();
    assert!(latency > 0.0 && latency <= first["ms"].as_f64().unwrap(), "{first}");
    assert!((before..before + 600_000).contains(&first["_aws"]["Timestamp"].as_u64().unwrap()), "{first}");
}

#[tokio::test]
async fn what_is_refused_without_the_store_has_no_store_latency() {
    let world = world().await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    program.invoke(&event("http_api_head")).await;
    let lines = program.end_with_lines("click").await;
    assert_eq!((value(&lines[0], "Clicks"), value(&lines[0], "StoreLatency")), (Some(1.0), None));
    assert_eq!((value(&lines[0], "Actions"), value(&lines[0], "KeyAge")), (None, None));
}

#[tokio::test]
async fn a_name_that_no_graph_has_makes_no_metric() {
    let world = world().await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    for exp in [1e12, 0.0] {
        let link = link(json!({ "action": "anything", "exp": exp }));
        program.invoke(&http_api("GET", link, json!({}), "")).await;
    }
    let lines = program.end_with_lines("click").await;
    assert_eq!((&lines[0]["outcome"], &lines[1]["outcome"]), (&json!("unknown_action"), &json!("link_expired")));
    for line in lines {
        assert_eq!(line["action"], "anything");
        assert!(metrics(&line).iter().all(|(.., dimensions)| dimensions.iter().all(|(name, _)| name != "action")));
        assert_eq!(value(&line, "Clicks"), Some(1.0));
    }
}

#[tokio::test]
async fn short_links_and_unknown_codes_are_counted_and_no_code_is_logged() {
    let world = world().await;
    world.book(json!({})).await;
    let mut lists = Program::start(BOOKING_LINKS, &world.env).await;
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "confirm", "short": true });
    let signed = lists.answer(&sign.to_string()).await;
    let line = lists.end_with_lines("booking links").await.remove(0);
    assert_eq!((&line["LinksSigned"], &line["short_links"]), (&json!(1), &json!(1)));
    let links = [signed["short_url"].as_str().unwrap(), "/l/aB3dE6gH9jK2"];
    let mut clicks = Program::start(ACTION_LINK, &world.env).await;
    for link in links {
        clicks.answer(&http_api("GET", format!("{link}?"), json!({}), "")).await;
    }
    let lines = clicks.end_with_lines("click").await;
    for (line, (outcome, unknown)) in lines.iter().zip([("applied", None), ("booking_not_found", Some(1.0))]) {
        assert_eq!((value(line, "ShortLinks"), value(line, "UnknownCodes")), (Some(1.0), unknown), "{line}");
        assert_eq!(line["outcome"], outcome);
        let is_in = |link: &str| line.to_string().contains(link.rsplit('/').next().unwrap());
        assert!(!links.iter().any(|link| is_in(link)), "{line}");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_counted_with_the_time_that_it_took() {
    let world = world().await;
    world.book(json!({ "id": "b-http-api-click" })).await;
    let mut program = Program::start(ACTION_LINK, &world.env).await;
    program.invoke(&event("http_api_head")).await;
    world.proxy.always(Fault::THROTTLED);
    program.invoke(&event("http_api_click")).await;
    let lines = program.end_with_lines("click").await;
    assert_eq!(lines[1]["outcome"], "temporarily_unavailable");
    assert_eq!(value(&lines[1], "StoreFaults"), Some(1.0));
    assert!(value(&lines[1], "StoreLatency").unwrap() > 0.0);
}

#[tokio::test]
async fn every_link_that_is_signed_is_counted_once() {
    let world = world().await;
    let bookings: Vec<_> = (0..3).map(|n| booking(json!({ "id": format!("b-{n}"), "state": "confirmed" }))).collect();
    world.put_bookings(&bookings).await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    let sign = json!({ "operation": "sign", "booking_id": "b-1", "action": "cancel" });
    let many = json!({ "operation": "sign", "links": [sign, { "booking_id": "b-2", "action": "no_such" }, sign] });
    // Each has four links. The customer's two are in both includes. The list has two bookings.
    let decorate =
        json!({ "operation": "decorate", "include": "customer_action_links,action_links", "response": bookings });
    for event in [sign.to_string(), many.to_string(), decorate.to_string(), event("http_api_list")] {
        program.invoke(&event).await;
    }
    let lines = program.end_with_lines("booking links").await;
    let signed: Vec<_> = lines.iter().map(|line| value(line, "LinksSigned").unwrap()).collect();
    assert_eq!(signed, [1.0, 2.0, 12.0, 4.0]);
    let ages = lines.iter().map(|line| value(line, "KeyAge").is_some());
    assert_eq!(ages.collect::<Vec<_>>(), [true, false, true, true]);
    assert!(value(&lines[3], "StoreLatency").unwrap() > 0.0);
    assert_eq!(value(&lines[0], "StoreLatency"), None);
}

/// The metrics of ours that the template's alarms and dashboard show, each with its dimensions.
fn shown() -> BTreeSet<(String, BTreeSet<String>)> {
    let template = template();
    let mut shown = BTreeSet::new();
    let resources = template["Resources"].as_mapping().unwrap().values();
    for alarm in resources.filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm") {
        for query in alarm["Properties"]["Metrics"].as_sequence().unwrap() {
            let metric = &query["MetricStat"]["Metric"];
            if metric["Namespace"] == "ActionLinks" {
                let dimensions = metric["Dimensions"].as_sequence().unwrap().iter();
                let dimensions = dimensions.map(|dimension| dimension["Name"].as_str().unwrap().to_owned());
                shown.insert((metric["MetricName"].as_str().unwrap().to_owned(), dimensions.collect()));
            }
        }
    }
    let body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"][0].as_str().unwrap();
    let dashboard: Value = serde_json::from_str(body).unwrap();
    for widget in dashboard["widgets"].as_array().unwrap() {
        for metric in widget["properties"]["metrics"].as_array().into_iter().flatten() {
            if metric[0] == "ActionLinks" {
                let dimension = metric[2].as_str().unwrap().to_owned();
                shown.insert((metric[1].as_str().unwrap().to_owned(), [dimension].into()));
            } else if let Some(search) =
                metric[0]["expression"].as_str().and_then(|e| e.strip_prefix("SEARCH('{ActionLinks,"))
            {
                let (dimensions, rest) = search.split_once('}').unwrap();
                let name = rest.split('"').nth(1).unwrap().to_owned();
                shown.insert((name, dimensions.split(',').map(str::to_owned).collect()));
            }
        }
    }
    shown
}

#[tokio::test]
async fn alarms_and_dashboard_show_metrics_that_there_are() {
    let world = world().await;
    world.book(json!({ "id": "b-http-api-click" })).await;
    let mut made = BTreeSet::new();
    for (path, name) in [(ACTION_LINK, "click"), (BOOKING_LINKS, "booking links")] {
        let mut program = Program::start(path, &world.env).await;
        program.invoke_every_event().await;
        for (name, _, _, dimensions) in program.end_with_lines(name).await.iter().flat_map(metrics) {
            made.insert((name, dimensions.into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>()));
        }
    }
    assert_eq!(shown(), made);
}
