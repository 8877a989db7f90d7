//! What the functions' own work costs, without runtime and network: `cargo bench --bench function
//! --features lambda`.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to measure")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::SystemTime;

use action_links::app::{App, AppRecord};
use action_links::booking::{Action, BookingId};
use action_links::click::rules;
use action_links::config::Attributes;
use action_links::decorate::{Decorator, Include};
use action_links::graph::Graphs;
use action_links::keyring::Tenant;
use action_links::link::{BaseUrl, Signer, UnsignedLink, UnverifiedLink, Verifier};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;
use serde_json::value::to_raw_value;

const BOOKINGS: usize = 1000;

fn app() -> App {
    let app = json!({
        "id": "ada", "name": "Hair by Ada",
        "keys": [{ "secret": "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718", "created_at": "2026-01-01T00:00:00Z" }],
    });
    App::from_record(AppRecord::from(app.as_object().unwrap().clone()), &Graphs::built_in(None).unwrap()).unwrap().0
}

fn function(c: &mut Criterion) {
    let tenant = Tenant { app: Arc::new(app()), is_only: false };
    let graphs = Graphs::built_in(None).unwrap();
    let key = tenant.app.keys.signing().unwrap();
    let base = BaseUrl::parse("https://links.hairbyada.example").unwrap();
    let signer = Signer::new(key, &base);
    let now = SystemTime::now();

    let names = Attributes {
        id: "id".to_owned(),
        state: "state".to_owned(),
        graph: "graph".to_owned(),
        app: "app_id".to_owned(),
    };
    let include = Include { customer_action_links: true, ..Include::default() };
    let decorator = Decorator {
        graphs: &graphs,
        names: &names,
        tenant: &tenant,
        signer: Some(signer),
        include,
        redirect: None,
        now,
    };
    let booking = |number| {
        json!({
            "id": format!("3fa85f64-5717-4562-b3fc-{number:012}"), "app_id": "ada", "graph": "confirm_decline",
            "state": "confirmed", "completed": false, "created_at": "2026-11-01T08:00:00Z",
            "attributes": { "event_info": { "what": "Cut", "where": "1 Main Street" } },
            "customers": [{ "name": "Grace", "email": "grace@example.com", "timezone": "Europe/Dublin" }],
        })
    };
    let response = to_raw_value(&json!({ "data": (0..BOOKINGS).map(booking).collect::<Vec<_>>() })).unwrap();
    let mut group = c.benchmark_group("decorate");
    group.throughput(Throughput::Elements(BOOKINGS as u64)).sample_size(20);
    group.bench_function("1000 bookings, two links each", |b| {
        b.iter(|| decorator.response(black_box(&response)).unwrap())
    });
    group.finish();

    let (booking, action) = (BookingId::parse("b-17").unwrap(), Action::parse("confirm").unwrap());
    let routes = graphs.routes(&action).unwrap();
    let signature = signer.sign(&UnsignedLink::new(booking, action.clone()), now).signature;
    let link = UnverifiedLink::parse("/v2/bookings/b-17/external_action/confirm", [("signature", signature.as_str())]);
    let verifier = Verifier::new([key]);
    let link = verifier.verify(&link.ok().unwrap(), now).unwrap();
    let route = &routes[0];
    let read = || rules(black_box(&link), &tenant, route, graphs.default_name(), SystemTime::UNIX_EPOCH);
    c.bench_function("rules", |b| b.iter(read));
}

criterion_group!(benches, function);
criterion_main!(benches);
