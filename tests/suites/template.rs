//! `template.yaml` agrees with the code.

use std::collections::BTreeSet;
use std::time::Duration;

use action_links::config::Config;
use action_links::store::Deadlines;
use serde_json::json;
use serde_yaml_ng::Value;

use crate::support::{
    ACTION_LINK, BOOKING_LINKS, Keys, Program, World, event, every_event, extended, http_api, template, variables,
};

fn resource<'a>(template: &'a Value, name: &str) -> &'a Value {
    &template["Resources"][name]["Properties"]
}

/// Names and types of a list of keys, whichever case it is written in.
fn keys(list: &Value, name: &str, kind: &str) -> Keys {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_sequence().unwrap().iter().map(|key| (text(&key[name]), text(&key[kind]))).collect()
}

#[tokio::test]
async fn the_tables_are_those_that_local_makes() {
    let world = World::new().await;
    let template = template();
    for (resource_name, table) in
        [("AppsTable", "APPS_TABLE"), ("BookingsTable", "BOOKINGS_TABLE"), ("ShortLinksTable", "SHORT_LINKS_TABLE")]
    {
        let wanted = resource(&template, resource_name);
        let made = world.describe(table).await;
        assert_eq!(keys(&wanted["KeySchema"], "AttributeName", "KeyType"), made.keys, "{resource_name}");
        assert_eq!(
            keys(&wanted["AttributeDefinitions"], "AttributeName", "AttributeType"),
            made.attributes,
            "{resource_name}"
        );
        let indexes = wanted["GlobalSecondaryIndexes"].as_sequence().cloned().unwrap_or_default();
        let indexes: Vec<_> = indexes
            .iter()
            .map(|index| {
                let projection = index["Projection"]["ProjectionType"].as_str().unwrap().to_owned();
                (
                    index["IndexName"].as_str().unwrap().to_owned(),
                    keys(&index["KeySchema"], "AttributeName", "KeyType"),
                    projection,
                )
            })
            .collect();
        assert_eq!(indexes, made.indexes, "{resource_name}");
    }
}

#[test]
fn the_functions_environment_is_what_the_code_reads() {
    let template = template();
    let given: BTreeSet<String> = template["Globals"]["Function"]["Environment"]["Variables"]
        .as_mapping()
        .unwrap()
        .keys()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    // Lambda itself sets the others.
    let own: BTreeSet<String> = variables().into_iter().filter(|name| !name.starts_with("AWS_")).collect();
    assert_eq!(given, own);
}

#[test]
fn the_parameters_defaults_are_the_codes() {
    let template = template();
    let default = |parameter: &str| match &template["Parameters"][parameter]["Default"] {
        Value::Number(number) => number.to_string(),
        text => text.as_str().unwrap().to_owned(),
    };
    let given = |name: &str| {
        Some(match name {
            "GRAPHS" => default("Graphs"),
            "DEFAULT_GRAPH" => default("DefaultGraph"),
            "KEYRING_TTL_SECONDS" => default("KeyringTtlSeconds"),
            "EVENTS" => default("Events"),
            "BOOKINGS_INDEX" => default("IndexName"),
            "BOOKING_ID_ATTRIBUTE" => default("BookingIdAttribute"),
            "STATE_ATTRIBUTE" => default("StateAttribute"),
            "GRAPH_ATTRIBUTE" => default("GraphAttribute"),
            "APP_ATTRIBUTE" => default("AppAttribute"),
            _ => return least(name),
        })
    };
    let (deployed, bare) = (Config::read(given).unwrap(), Config::read(least).unwrap());
    assert_eq!(deployed.attributes, bare.attributes);
    assert_eq!(deployed.bookings_index, bare.bookings_index);
    assert_eq!((deployed.keyring_ttl, deployed.events), (bare.keyring_ttl, bare.events));
    assert_eq!(deployed.graphs.default_name(), bare.graphs.default_name());
}

/// The required settings.
fn least(name: &str) -> Option<String> {
    let required = ["APPS_TABLE", "BOOKINGS_TABLE", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    required.contains(&name).then(|| "x".to_owned())
}

#[test]
fn each_functions_binary_is_one_of_the_packages() {
    let manifest = include_str!("../../Cargo.toml");
    for function in ["ActionLinkFunction", "BookingLinksFunction"] {
        let template = template();
        let binary =
            template["Resources"][function]["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap().to_owned();
        assert!(manifest.contains(&format!("[[bin]]\nname = \"{binary}\"")), "{binary}");
    }
}

#[test]
fn the_gateways_log_holds_no_path_and_no_query() {
    let template = template();
    let stage =
        template["Resources"].as_mapping().unwrap().values().find(|r| r["Type"] == "AWS::ApiGatewayV2::Stage").unwrap();
    let format = stage["Properties"]["AccessLogSettings"]["Format"].as_str().unwrap();
    let facts = format.split("$context.").skip(1).map(|rest| rest.split('"').next().unwrap());
    for fact in facts {
        let lower = fact.to_lowercase();
        assert!(!["path", "query", "header", "body", "authorizer"].iter().any(|of| lower.contains(of)), "{fact}");
    }
}

/// A list, or a value alone.
fn each(value: &Value) -> Vec<&str> {
    let one = std::slice::from_ref(value);
    value.as_sequence().map_or(one, Vec::as_slice).iter().map(|value| value.as_str().unwrap()).collect()
}

/// The operations on tables that a role allows, each with its place, as the proxy notes it.
fn allowed(template: &Value, role: &str) -> BTreeSet<(String, String)> {
    let statements = &resource(template, role)["Policies"][0]["PolicyDocument"]["Statement"];
    // A statement that depends on a parameter is a tagged list, and is about keys, traces or short links.
    let statements = statements.as_sequence().unwrap().iter().filter_map(|statement| match statement {
        Value::Tagged(tagged) => Some(&tagged.value[1]).filter(|_| tagged.value[0] == "HasShortLinks"),
        statement => Some(statement),
    });
    let mut allowed = BTreeSet::new();
    for statement in statements {
        assert_eq!(statement["Effect"], "Allow");
        let resource = serde_yaml_ng::to_string(&statement["Resource"]).unwrap();
        let places = [
            ("index/${IndexName}", "bookings/index/by-app"),
            ("BookingsTable", "bookings"),
            ("AppsTable", "apps"),
            ("ShortLinksTable", "codes"),
        ];
        let place = places.iter().find(|(text, _)| resource.contains(text)).map(|(_, place)| *place);
        for action in each(&statement["Action"]) {
            if let Some(operation) = action.strip_prefix("dynamodb:") {
                allowed.insert((operation.to_owned(), place.unwrap().to_owned()));
            }
        }
    }
    allowed
}

#[tokio::test]
async fn each_function_may_do_what_it_does_and_nothing_else() {
    let template = template();
    for (role, path) in [("ActionLinkRole", ACTION_LINK), ("BookingLinksRole", BOOKING_LINKS)] {
        let mut made = BTreeSet::new();
        for large in [false, true] {
            let settings =
                json!({ "redirect_hosts": ["hairbyada.example"], "confirm_actions": ["cancel_by_customer"] });
            let world = World::builder().app(settings).start().await;
            if large {
                world.outgrow_a_page().await;
            }
            world.book(json!({ "id": "b-http-api-click" })).await;
            let (proxy, env) = world.behind_a_proxy().await;
            let mut program = Program::start(path, &env).await;
            program.invoke_every_event().await;
            if path == BOOKING_LINKS {
                let short = json!({ "booking_id": "b-http-api-click", "action": "confirm", "short": true });
                program.invoke(&json!({ "operation": "sign", "links": [short, short] }).to_string()).await;
                program.invoke(&extended(short, json!({ "operation": "sign" })).to_string()).await;
            } else {
                program.invoke(&http_api("GET", "/l/aB3dE6gH9jK2?", json!({}), "")).await;
            }
            let single = event("http_api_list");
            program.invoke(&single.replace(r#""/v2/bookings""#, r#""/v2/bookings/b-http-api-click""#)).await;
            made.extend(proxy.calls());
        }
        assert_eq!(allowed(&template, role), made, "{role}");
    }
}

/// Whether a route's or a permission's path fits a request's: `{name}` is one segment, and `{name+}` and `*`
/// are anything.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once(['{', '*']) {
        None => pattern == path,
        Some((start, rest)) => path.strip_prefix(start).is_some_and(|path| {
            let is_named = pattern[start.len()..].starts_with('{');
            let (name, rest) = if is_named { rest.split_once('}').unwrap() } else { ("+", rest) };
            let in_one_segment = !name.ends_with('+');
            // A name stands for one character at least.
            let mut ends = (usize::from(is_named)..=path.len()).filter(|end| path.is_char_boundary(*end));
            ends.any(|end| (!in_one_segment || !path[..end].contains('/')) && fits(rest, &path[end..]))
        }),
    }
}

#[test]
fn every_request_reaches_its_function() {
    let template = template();
    let resources = template["Resources"].as_mapping().unwrap();
    let of_type = |kind: &'static str| {
        resources.values().filter(move |resource| resource["Type"] == kind).map(|resource| &resource["Properties"])
    };
    let text = |value: &Value| serde_yaml_ng::to_string(value).unwrap();
    let routes: Vec<(&str, &str, &str)> = of_type("AWS::ApiGatewayV2::Route")
        .map(|route| {
            let (method, path) = route["RouteKey"].as_str().unwrap().split_once(' ').unwrap();
            let of_clicks = text(&route["Target"]).contains("ActionLinkIntegration");
            (method, path, if of_clicks { "ActionLink" } else { "BookingLinks" })
        })
        .collect();
    for function in ["ActionLink", "BookingLinks"] {
        let uri = text(&resource(&template, &format!("{function}Integration"))["IntegrationUri"]);
        assert!(uri.contains(&format!("{function}Function.Alias")), "{uri}");
    }
    let events = every_event().into_iter().filter(|(name, _)| name.starts_with("http_api_"));
    for (name, event) in events {
        let event: serde_json::Value = serde_json::from_str(&event).unwrap();
        let (method, path) = (event["requestContext"]["http"]["method"].as_str().unwrap(), event["rawPath"].as_str());
        let function = if name.ends_with("_list") { "BookingLinks" } else { "ActionLink" };
        let reached = |path: &str| {
            let fitting =
                routes.iter().filter(|(verb, route, _)| (*verb == method || *verb == "ANY") && fits(route, path));
            let (greedy, exact): (Vec<&_>, Vec<&_>) = fitting.partition(|(_, route, _)| route.contains('+'));
            // An exact route comes first, and then the most specific of the greedy ones.
            let most_specific = greedy.into_iter().max_by_key(|(_, route, _)| route.len());
            let exact: Vec<_> = exact.into_iter().map(|(.., function)| *function).collect();
            (exact, most_specific.map(|(.., function)| *function))
        };
        assert_eq!(reached(path.unwrap()).0, [function], "{name}");
        let with_a_slash = reached(&format!("{}/", path.unwrap()));
        // Whether a greedy name takes an empty rest is not known, so the list is not expected to be reached.
        let is_link = function == "ActionLink";
        assert_eq!(with_a_slash, (Vec::new(), is_link.then_some(function)), "{name}");
        let allowed = text(&resource(&template, &format!("{function}Permission"))["SourceArn"]);
        // The first of the two values of `!Sub`.
        let (_, arn) = allowed.split_once("${HttpApi}").unwrap();
        let arn = arn.lines().next().unwrap().trim_end_matches('\'');
        assert!(fits(arn, &format!("/$default/{method}{}", path.unwrap())), "{name}: {arn}");
    }
    for path in ["/l/aB3dE6gH9jK2", "/l/aB3dE6gH9jK2/"] {
        let mut fitting = routes.iter().filter(|(_, route, _)| fits(route, path)).peekable();
        assert!(fitting.peek().is_some() && fitting.all(|(.., function)| *function == "ActionLink"), "{path}");
    }
    assert_eq!(routes.len(), 7);
}

#[test]
fn the_pipe_has_the_texts_that_the_tests_of_events_use() {
    let template = template();
    let texts: serde_json::Value = serde_json::from_str(include_str!("../../cdk/lib/pipe.json")).unwrap();
    let pipe = resource(&template, "EventsPipe");
    let to = &pipe["TargetParameters"]["EventBridgeEventBusParameters"];
    for (deployed, name) in [
        (&pipe["SourceParameters"]["FilterCriteria"]["Filters"][0]["Pattern"], "pattern"),
        (&to["Source"], "source"),
        (&to["DetailType"], "detailType"),
        (&to["Time"], "time"),
        (&pipe["TargetParameters"]["InputTemplate"], "inputTemplate"),
    ] {
        assert_eq!(deployed.as_str(), texts[name].as_str(), "{name}");
    }
}

#[tokio::test]
async fn a_function_has_time_for_the_longest_answer() {
    let template = template();
    let timeout = Duration::from_secs(template["Globals"]["Function"]["Timeout"].as_u64().unwrap());
    let longest = Deadlines::default().begin() - tokio::time::Instant::now();
    assert!(longest + Duration::from_secs(1) < timeout, "{longest:?}, {timeout:?}");
}

#[test]
fn both_environments_set_parameters_that_there_are() {
    let template = template();
    let config = include_str!("../../samconfig.toml");
    let settings = config.lines().filter_map(|line| line.trim().trim_start_matches("# ").strip_prefix('"'));
    let names: Vec<_> = settings.map(|setting| setting.split('=').next().unwrap()).collect();
    assert!(names.contains(&"CanaryDeployments") && names.contains(&"AlarmEmail"), "{names:?}");
    for name in names {
        assert!(template["Parameters"].get(name).is_some(), "{name}");
    }
}
