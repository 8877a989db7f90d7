//! The page that a click redirects to learns what has happened, if the app wants that.

use serde_json::{Value, json};
use url::Url;

use crate::support::{Address, World, extended};

async fn world(more: Value) -> World {
    let settings = json!({ "redirect_url": "https://hairbyada.example/thanks?from=mail#top" });
    World::builder().app(extended(settings, more)).booking(json!({})).start().await
}

/// The query and the fragment of where a GET redirects to.
async fn redirected(world: &World, link: impl Address) -> (Vec<(String, String)>, Option<String>) {
    let answer = world.click(link).await;
    let url = Url::parse(answer.location().unwrap()).unwrap();
    (url.query_pairs().into_owned().collect(), url.fragment().map(str::to_owned))
}

fn query(more: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = [("from", "mail")].iter().chain(more);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn the_first_click_and_the_second_are_told_apart() {
    let world = world(json!({ "redirect_params": true, "on_replay": "redirect" })).await;
    let link = world.sign("b-1", "confirm");
    let told =
        |state, outcome| query(&[("booking_id", "b-1"), ("action", "confirm"), ("state", state), ("outcome", outcome)]);
    assert_eq!(redirected(&world, &link).await, (told("confirmed", "applied"), Some("top".to_owned())));
    assert_eq!(redirected(&world, &link).await.0, told("confirmed", "already_used"));
    // The booking has moved on since.
    world.set_state("b-1", "cancelled").await;
    assert_eq!(redirected(&world, &link).await.0, told("cancelled", "already_used"));
}

#[tokio::test]
async fn the_page_of_a_used_link_goes_on_with_the_outcome() {
    let world = world(json!({ "redirect_params": true })).await;
    let link = world.sign("b-1", "confirm");
    world.click(&link).await;
    let page = world.click(&link).await;
    assert_eq!(page.status, 410);
    assert!(page.body.contains("action=confirm&amp;state=confirmed&amp;outcome=already_used#top"), "{}", page.body);
}

#[tokio::test]
async fn without_the_setting_a_redirect_is_as_it_stands() {
    let world = world(json!({})).await;
    assert_eq!(redirected(&world, world.sign("b-1", "confirm")).await.0, query(&[]));
}
