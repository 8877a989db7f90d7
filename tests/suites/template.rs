//! `template.yaml` agrees with the code.

use std::collections::BTreeSet;

use action_links::config::Config;
use serde_yaml_ng::Value;

use crate::support::{Keys, World};

fn template() -> Value {
    serde_yaml_ng::from_str(include_str!("../../template.yaml")).unwrap()
}

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
    for (resource_name, table) in [("AppsTable", "APPS_TABLE"), ("BookingsTable", "BOOKINGS_TABLE")] {
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
    let read = std::cell::RefCell::new(BTreeSet::new());
    let _ = Config::read(|name| {
        read.borrow_mut().insert(name.to_owned());
        None
    });
    // Lambda itself sets the others.
    let own: BTreeSet<String> = read.into_inner().into_iter().filter(|name| !name.starts_with("AWS_")).collect();
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
            "BOOKING_ID_ATTRIBUTE" => default("BookingIdAttribute"),
            "STATE_ATTRIBUTE" => default("StateAttribute"),
            "GRAPH_ATTRIBUTE" => default("GraphAttribute"),
            "APP_ATTRIBUTE" => default("AppAttribute"),
            _ => return least(name),
        })
    };
    let (deployed, bare) = (Config::read(given).unwrap(), Config::read(least).unwrap());
    assert_eq!(deployed.attributes, bare.attributes);
    assert_eq!(deployed.keyring_ttl, bare.keyring_ttl);
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
