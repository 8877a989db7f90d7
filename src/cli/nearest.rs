//! Misspelt names: which one was probably meant.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::app::{Setting, SettingKind};
use crate::booking::Action;
use crate::domain::{Graphs, time_zone};
use crate::pages::{LOCALES, Language};

/// How alike two names are at least, from 0 to 1, for one to be proposed in place of the other.
const ALIKE: f64 = 0.7;

/// A sentence that proposes the most similar of the known names, or else lists them.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    most_similar(name, known.clone()).unwrap_or_else(|| format!("There are: {}.", known.collect::<Vec<_>>().join(", ")))
}

fn most_similar<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let similarity = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), &known.to_lowercase());
    let known = known.map(|known| (similarity(known), known));
    let (similarity, nearest) = known.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (similarity >= ALIKE).then(|| format!("Did you mean `{nearest}`?"))
}

/// The most similar action that a link can have.
pub(super) fn nearest_action(action: &Action, graphs: &Graphs) -> String {
    let known: BTreeSet<&str> = graphs.all_routes().map(|(action, _)| action.as_str()).collect();
    nearest(action.as_str(), known.iter().copied())
}

/// What to do about a language that the pages do not have. `None` if they have it.
pub(super) fn unknown_locale(tag: &str) -> Option<String> {
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    let is_known = !Language::choose([tag]).locale.tag.starts_with("en") || language.eq_ignore_ascii_case("en");
    (!is_known).then(|| nearest(tag, LOCALES.iter().map(|locale| locale.tag)))
}

/// What was probably meant by a setting's value that cannot be read, if it is a misspelt name.
pub(super) fn nearest_value(setting: Setting, value: &Value, graphs: &Graphs) -> Option<String> {
    let actions: BTreeSet<&str> = graphs.all_routes().map(|(action, _)| action.as_str()).collect();
    let is_unknown = |name: &&str| !actions.contains(name);
    let unknown = |name: &str| Some(nearest(name, actions.iter().copied()));
    match (setting.kind, value) {
        (SettingKind::TimeZone, Value::String(name)) if time_zone(name).is_none() => zone(name),
        (SettingKind::Choice(names), Value::String(name)) if !names.contains(&name.as_str()) => {
            Some(nearest(name, names.iter().copied()))
        }
        (SettingKind::Actions, Value::String(name)) if is_unknown(&name.as_str()) => unknown(name),
        (SettingKind::Actions, Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(is_unknown).and_then(unknown)
        }
        (SettingKind::NumberByAction(_), Value::Object(by_action)) => {
            by_action.keys().map(String::as_str).find(is_unknown).and_then(unknown)
        }
        (SettingKind::Language, Value::String(tag)) => unknown_locale(tag),
        _ => None,
    }
}

/// The most similar time zone, by its name or by its city.
fn zone(name: &str) -> Option<String> {
    let zones: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
    let city = |zone: &&String| zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name));
    let of_city = zones.iter().find(city).map(|zone| format!("Did you mean `{zone}`?"));
    of_city.or_else(|| most_similar(name, zones.iter().map(String::as_str)))
}
