//! Requests of machines: none of them acts, in either mode.

use serde_json::json;

use crate::support::{World, ada, booking};

/// What browsers and mail programs send with a prefetch or a preview.
const PREFETCHES: [(&str, &str); 8] = [
    ("sec-purpose", "prefetch"),
    ("sec-purpose", "prefetch;prerender"),
    ("sec-purpose", "prefetch;anonymous-client-ip"),
    ("purpose", "prefetch"),
    ("purpose", "preview"),
    ("x-purpose", "preview"),
    ("x-purpose", "Prefetch"),
    ("x-moz", "prefetch"),
];

/// Runs in both modes; the booking stays as it is and no request reaches its table.
async fn in_both_modes(check: impl AsyncFn(&World, &str)) {
    for click_mode in ["direct", "confirm"] {
        let mut app = ada();
        app["click_mode"] = json!(click_mode);
        let world = World::with(&[app], &[]).await;
        world.put(booking("b-1", "confirm_decline", "tentative")).await;
        let before = world.item("b-1").await;
        check(&world, &world.sign("b-1", "confirm").url).await;
        assert_eq!(world.proxy.take(), Vec::<String>::new(), "{click_mode}");
        assert_eq!(world.item("b-1").await, before, "{click_mode}");
    }
}

#[tokio::test]
async fn head_never_acts() {
    in_both_modes(async |world, link| {
        for link in [link, "/v2/bookings/b-1/external_action/confirm?signature=x"] {
            let answer = world.send("HEAD", link, &[("accept-language", "da")]).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
            assert_eq!(answer.header("content-language"), Some("da"));
        }
    })
    .await;
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    in_both_modes(async |world, link| {
        for method in ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"] {
            let answer = world.send(method, link, &[("accept", "application/json")]).await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET, HEAD, POST")), "{method}");
            assert_eq!(answer.json()["code"], "method_not_allowed");
        }
    })
    .await;
}

#[tokio::test]
async fn prefetches_are_asked_to_come_again() {
    in_both_modes(async |world, link| {
        for header in PREFETCHES {
            for method in ["GET", "POST"] {
                let answer = world.send(method, link, &[header]).await;
                assert_eq!(answer.status, 503, "{method} {header:?}");
            }
            assert_eq!(world.send("HEAD", link, &[header]).await.status, 200, "{header:?}");
        }
    })
    .await;
}
