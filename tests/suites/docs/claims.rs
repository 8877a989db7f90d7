//! docs/claims.md: the claims that are read, and what each of them does.

use action_links::link::Claims;
use serde_json::{Value, json};

use super::{bare, rows};
use crate::support::{SECRET, World, at, path, plain, token_of};

const PAGE: &str = include_str!("../../../docs/claims.md");
const NOW: u64 = 1_800_000_000;

/// What a click comes to on a token with these claims beside those of the path, and with this header.
async fn click(world: &World, header: &Value, claims: Value) -> &'static str {
    world.set_state("b-1", "tentative").await;
    let clicks = world.clicks(at(NOW)).await;
    clicks.open(path("b-1", "confirm", &token_of(SECRET, header, claims)), at(NOW)).await.code
}

#[test]
fn the_page_has_every_claim_and_no_other() {
    let names: Vec<_> = rows(PAGE, "## The claims").iter().map(|row| bare(row[0])).collect();
    assert_eq!(names, Claims::NAMES);
}

#[tokio::test]
async fn each_token_of_the_page_is_answered_as_it_says() {
    let world = World::builder().app(json!({ "redirect_hosts": ["salon.example"] })).booking(json!({})).start().await;
    let tried = rows(PAGE, "## Tried");
    for row in &tried {
        let claims: Value = serde_json::from_str(bare(row[0])).unwrap();
        assert_eq!(click(&world, &plain(), claims).await, bare(row[1]), "{}", row[0]);
    }
    // Each claim is tried with a value that is refused.
    for name in Claims::NAMES {
        let is_refused = |row: &&Vec<&str>| row[0].contains(name) && bare(row[1]) == "invalid_signature";
        assert!(tried.iter().any(|row| is_refused(&row)), "{name}");
        assert_eq!(click(&world, &plain(), json!({ name: null })).await, "invalid_signature", "{name}");
    }
}

#[tokio::test]
async fn each_member_of_a_header_that_the_page_has_is_read() {
    let world = World::builder().booking(json!({})).start().await;
    let members: Vec<_> = rows(PAGE, "## The header").iter().map(|row| bare(row[0])).collect();
    assert_eq!(members, ["alg", "typ", "kid"]);
    for name in members.iter().chain(&["crit"]) {
        let mut header = plain();
        header[*name] = json!("other");
        assert_eq!(click(&world, &header, json!({})).await, "invalid_signature", "{name}");
    }
    assert_eq!(click(&world, &json!({ "alg": "HS256", "x5u": "other" }), json!({})).await, "applied");
}

#[tokio::test]
async fn a_token_of_two_claims_is_one_link_and_is_revoked_for_good() {
    let world = World::builder().booking(json!({})).start().await;
    let header = plain();
    let claims = |more| click(&world, &header, more);
    assert_eq!(claims(json!({})).await, "applied");
    assert_eq!(claims(json!({})).await, "link_used");
    assert_eq!(claims(json!({ "iat": NOW })).await, "applied");
    assert_eq!(claims(json!({ "iat": NOW, "jti": "2" })).await, "applied");
    world.set_valid_after("b-1", NOW).await;
    assert_eq!(claims(json!({ "jti": "3" })).await, "link_revoked");
    assert_eq!(claims(json!({ "iat": NOW - 1 })).await, "link_revoked");
    assert_eq!(claims(json!({ "iat": NOW, "jti": "4" })).await, "applied");
}
