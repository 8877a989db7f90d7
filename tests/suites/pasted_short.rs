//! Short links as people paste them: each is told as the link that it stands for.

use std::time::SystemTime;

use action_links::inspect::{InspectionContext, Pasted, inspect};
use action_links::link::BaseUrl;
use serde_json::json;

use crate::cli;
use crate::inspect::look;
use crate::support::{BASE, Fault, Heard, StoreReply, World, graphs};

const WORKS: &str = "This link would work now: opening it at once takes the booking b-1 from tentative to confirmed.";

async fn world() -> World {
    let world = World::builder().app(json!({ "redirect_hosts": ["hairbyada.example"] })).booking(json!({}));
    world.start().await
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_short_link_is_told_as_the_link_that_it_stands_for() {
    let world = world().await;
    let path = world.shorten("b-1", "confirm").await;
    let (short, signature) = (format!("{BASE}{path}"), world.short_link(&path).await["signature"].clone());
    let secrets = [path.strip_prefix("/l/").unwrap(), signature.as_str().unwrap()];
    let works = format!("{WORKS} It is a short link.");
    let put_right = works.replace("This link", "Put right, it");
    let as_pasted = "This link does not work as it was pasted:";
    let bare = short.trim_start_matches("https://");
    for (pasted, told) in [
        (short.clone(), works.clone()),
        (format!("Hi, {short}. Thanks!"), works.clone()),
        (format!("Our site: https://hairbyada.example/help\nYour link: {short}"), works.clone()),
        (format!("<a href=\"{short}\">Confirm</a>"), works.clone()),
        (format!("{short}?utm_source=sms"), works.clone()),
        (format!("[Confirm]({short})"), works.clone()),
        (bare.to_owned(), format!("{as_pasted} it has no https:// before it. {put_right}")),
        (format!("GET {path} 200"), format!("{as_pasted} it is a path without its host. {put_right}")),
        (
            format!("https://eur01.safelinks.protection.outlook.com/?url={}&data=05", percent(&short)),
            format!(
                "{works} Microsoft Safe Links has wrapped it, which matters: it may open the link before the recipient does, and then the link is used."
            ),
        ),
        (
            format!("https://track.pstmrk.it/3s/{}/abc/def", percent(bare)),
            format!(
                "{works} Postmark's click tracking has wrapped it, which matters: that service keeps links that work, and may open them. Switch click tracking off for them."
            ),
        ),
        (
            format!("{short}?redirect=https%3A%2F%2Felse.example%2F"),
            "A click is refused: the redirect's host is not one of the app's (to else.example). It is a short link."
                .to_owned(),
        ),
        (
            format!("{short}/calendar.ics"),
            format!("This is the address of a calendar file: opening it never acts. Of its link: {works}"),
        ),
        (
            short.replace(BASE, "https://staging.example"),
            format!("{as_pasted} the link leads to staging.example, and this deployment is {BASE}. {put_right}"),
        ),
    ] {
        let found = look(&world, &pasted).await;
        assert_eq!(found.verdict, told, "{pasted}: {:?}", found.lines);
        assert_eq!(found.works, told.starts_with(WORKS) || pasted.ends_with(".ics"), "{pasted}");
        let shown = serde_json::to_string(&found).unwrap();
        assert!(!secrets.into_iter().any(|secret| shown.contains(secret)), "{shown}");
    }
    assert_eq!(world.click(&path).await.status, 200);
    let used = look(&world, &short).await;
    assert_eq!(used.code, Some("link_used"));
    assert!(used.verdict.starts_with("This link was used"), "{}", used.verdict);
}

#[tokio::test]
async fn what_is_not_known_of_a_short_link_is_said() {
    let world = world().await;
    let unknown = format!("{BASE}/l/aB3dE6gH9jK2");
    let found = look(&world, &unknown).await;
    assert_eq!(found.verdict, "A click is refused: this is a short link, and no link is stored under its code.");
    assert_eq!(found.code, Some(world.json().click("/l/aB3dE6gH9jK2").await.told().1));
    let elsewhere = look(&world, "https://bit.example/l/aB3dE6gH9jK2").await;
    assert!(elsewhere.verdict.contains("it is not one of this deployment"), "{}", elsewhere.verdict);
    world.proxy.always(Fault(Heard::Never, StoreReply::Error(400, "AccessDeniedException")));
    let failed = look(&world, &unknown).await;
    assert!(failed.lines.iter().any(|line| line.text.contains("could not be looked up: GetItem on")), "{failed:?}");
    // Without the table, what to give is said.
    let (graphs, base) = (graphs(), BaseUrl::parse(BASE).unwrap());
    let context = InspectionContext::offline(&graphs, Some(&base), None, SystemTime::now());
    let offline = inspect(&Pasted::read(&unknown), &context);
    assert_eq!(offline.verdict, "This is a short link, and what it stands for was not looked up.");
    assert!(offline.lines.iter().any(|line| line.advice.is_some_and(|advice| advice.contains("--short-links-table"))));
    for found in [found, elsewhere, failed, offline] {
        assert!(!found.works && !serde_json::to_string(&found).unwrap().contains("aB3dE6gH9jK2"), "{found:?}");
    }
}

#[tokio::test]
async fn the_command_line_looks_a_short_link_up() {
    let world = world().await;
    let short = format!("{BASE}{}", world.shorten("b-1", "confirm").await);
    let told = cli::run(Some(&world), &["link", "inspect", &short]).await.unwrap();
    assert!(told.starts_with(&format!("{WORKS} It is a short link.")), "{told}");
}
