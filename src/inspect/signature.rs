//! Which key has signed a token.

use std::sync::Arc;

use super::context::InspectionContext;
use super::finding::Finding;
use crate::app::App;
use crate::domain::{Attribute, Record};
use crate::link::{ApiKey, KeyHint, KeyMistake, UnverifiedLink};

/// The key that a link is signed with, and its app.
pub(super) struct Signer<'e> {
    pub(super) app: Option<&'e Arc<App>>,
    pub(super) key: &'e ApiKey,
}

/// The line about the key that the header names.
pub(super) fn named_key(link: &UnverifiedLink, context: &InspectionContext<'_>) -> Option<Finding> {
    let key_id = match link.unverified_key() {
        KeyHint::Named(key_id) => key_id,
        KeyHint::Missing => return Some(Finding::note("key", "the header names none (`kid`)")),
        KeyHint::Unknown => return None,
    };
    let signer = known(context).into_iter().find(|signer| signer.key.id() == key_id);
    let of = match signer.map(|signer| signer.app.map(|app| app.id.to_string())) {
        Some(Some(app)) => format!(", of the app {app}"),
        Some(None) => ", the given one".to_owned(),
        None if context.revoked.contains(&key_id) => ", which is revoked".to_owned(),
        None if context.apps.is_some() => ", which no app has".to_owned(),
        None => String::new(),
    };
    Some(Finding::note("key", format!("the header names the key {key_id}{of}")))
}

/// The line about the signature, and the signer if the key that the link names has signed it.
pub(super) fn signature<'e>(
    link: &UnverifiedLink,
    context: &'e InspectionContext<'_>,
) -> (Finding, Option<Signer<'e>>) {
    let known: Vec<Signer<'e>> = known(context);
    let hint = link.unverified_key();
    let is_named = |signer: &Signer<'_>| matches!(hint, KeyHint::Named(key_id) if signer.key.id() == key_id);
    if known.is_empty() {
        let line = Finding::note("signature", "no key is known to compare it with");
        return (line.advise("Name the apps table, or give a key: --apps-table, --api-key-file."), None);
    }
    let fitting = known.iter().position(|signer| link.is_signed_with(signer.key));
    match (hint, fitting) {
        (KeyHint::Unknown, _) => (Finding::bad("signature", "the token names no key that could exist"), None),
        (KeyHint::Named(_) | KeyHint::Missing, Some(index)) => {
            let signer = known.into_iter().nth(index);
            let Some(signer) = signer else { return (Finding::bad("signature", "unknown"), None) };
            let is_right = hint == KeyHint::Missing || is_named(&signer);
            let by = told(&signer);
            if is_right && hint == KeyHint::Missing && is_of_another_app(&signer, context) {
                let text = format!("signed with {by}, but the booking belongs to another app");
                let line = Finding::bad("signature", text);
                return (line.advise("Without `kid`, only the keys of the booking's app are tried. Set `kid`."), None);
            }
            if is_right {
                return (Finding::good("signature", format!("signed with {by}")), Some(signer));
            }
            let text = format!("signed with {by}, but the header names another key");
            (
                Finding::bad("signature", text).advise("Set `kid` to the id of the key that signs, or leave it out."),
                None,
            )
        }
        (KeyHint::Named(key_id), None) if context.revoked.contains(&key_id) => {
            let line = Finding::bad("signature", format!("the key {key_id} is revoked"));
            (line.advise("Sign with the app's newest key, and send the mail again."), None)
        }
        (_, None) => (mistake(link, &known).unwrap_or_else(|| unfit(hint, known.iter().any(is_named))), None),
    }
}

/// Whether a link without a `kid` would be compared with the keys of another app.
fn is_of_another_app(signer: &Signer<'_>, context: &InspectionContext<'_>) -> bool {
    let several = context.apps.as_ref().is_some_and(|apps| apps.len() > 1);
    let (Some(app), Some(Some(booking))) = (signer.app, &context.booking) else { return false };
    several && booking.text(Attribute::App) != Some(app.id.as_str())
}

/// A mistake that explains why no key fits.
fn mistake(link: &UnverifiedLink, known: &[Signer<'_>]) -> Option<Finding> {
    let all = known.iter().flat_map(|signer| signer.key.mistaken().map(move |mistaken| (signer, mistaken)));
    let (signer, (mistake, _)) = all.into_iter().find(|(_, (_, key))| link.is_signed_with(key))?;
    let (how, advice) = match mistake {
        KeyMistake::LineBreak => {
            (" and a line break at its end", "Remove the line break when you read the key from a file.")
        }
        KeyMistake::WhiteSpace => (" and white space around it", "Remove the space or the tab at the ends of the key."),
        KeyMistake::ByteOrderMark => {
            (" and a byte order mark before it", "Save the file of the key as UTF-8 without a byte order mark (BOM).")
        }
        KeyMistake::Quotes => {
            (" in quotes", "The quotes are not part of the key: give the program the text between them.")
        }
        KeyMistake::Name => {
            (" and the name of a variable before it", "Give the program the value alone, without `NAME=`.")
        }
        KeyMistake::Base64Encoded => {
            (", encoded in base64", "The secret is the key's text as it stands. Do not encode it.")
        }
        KeyMistake::Base64Decoded => {
            (", decoded from base64", "The secret is the key's text as it stands. Do not decode it.")
        }
        KeyMistake::HexDecoded => {
            (", decoded from hexadecimal digits", "The secret is the key's text as it stands. Do not decode it.")
        }
    };
    Some(Finding::bad("signature", format!("signed with {}{how}", told(signer))).advise(advice))
}

fn unfit(hint: KeyHint, is_known: bool) -> Finding {
    match hint {
        KeyHint::Named(key_id) if is_known => {
            Finding::bad("signature", format!("the header names the key {key_id}, and the signature does not fit it"))
                .advise("The token was altered, or signed with another secret. Copy the link from the mail again.")
        }
        KeyHint::Named(key_id) => Finding::bad("signature", format!("no known key has the id {key_id}, and none fits"))
            .advise("`app list` lists the key ids. The link may be for another deployment."),
        _ => Finding::bad("signature", "no known key fits")
            .advise("The token was altered, signed with another secret, or is for another deployment."),
    }
}

fn told(signer: &Signer<'_>) -> String {
    let Some(app) = signer.app else { return format!("the given key {}", signer.key.id()) };
    let retired = if app.keys.active(signer.key.id()).is_none() { ", which is retired" } else { "" };
    format!("the key {} of the app {}{retired}", signer.key.id(), app.id)
}

/// All keys: those of the apps, and the one that was given.
fn known<'e>(context: &'e InspectionContext<'_>) -> Vec<Signer<'e>> {
    let of_apps = context.apps.iter().flatten();
    let of_apps = of_apps.flat_map(|app| app.keys.iter().map(move |key| Signer { app: Some(app), key }));
    let given = context.key.iter().map(|key| Signer { app: None, key });
    of_apps.chain(given).collect()
}
