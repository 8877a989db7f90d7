//! Reads the settings of an app's record, as the table of settings has them.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use super::keys::AppKey;
use super::settings::{Setting, SettingKind, Unreadable};
use crate::booking::Action;
use crate::domain::Graphs;
use crate::link::{ApiKey, Redirect};

/// The record that is being read, and its faults so far.
pub(super) struct Reader<'g> {
    record: Map<String, Value>,
    graphs: &'g Graphs,
    pub(super) faults: Vec<String>,
    /// Whether a value that cannot be read makes every action ask first.
    pub(super) asks_first: bool,
}

impl<'g> Reader<'g> {
    pub(super) fn new(record: Map<String, Value>, graphs: &'g Graphs) -> Self {
        Self { record, graphs, faults: Vec::new(), asks_first: false }
    }

    /// A setting, if it is there and not null.
    fn take(&mut self, setting: Setting) -> Option<Value> {
        self.record.remove(setting.name).filter(|value| !value.is_null())
    }

    /// Notes that a value, or the part of it at `place`, cannot be read.
    fn fault<T>(&mut self, setting: Setting, place: &str) -> Option<T> {
        self.asks_first |= setting.unreadable == Unreadable::AsksFirst;
        self.faults.push(setting.fault(place));
        None
    }

    pub(super) fn read<T>(&mut self, setting: Setting, parse: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.take(setting)?;
        parse(&value).or_else(|| self.fault(setting, setting.name))
    }

    pub(super) fn text<T>(&mut self, setting: Setting, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.read(setting, |value| parse(value.as_str()?))
    }

    /// A setting whose values are those of an enum.
    pub(super) fn choice<T: DeserializeOwned>(&mut self, setting: Setting) -> Option<T> {
        self.read(setting, |value| T::deserialize(value).ok())
    }

    /// `false` if it is not set.
    pub(super) fn flag(&mut self, setting: Setting) -> bool {
        self.read(setting, Value::as_bool).unwrap_or_default()
    }

    /// A number within the limits of the setting. It may stand in a string.
    pub(super) fn number(&mut self, setting: Setting) -> Option<u64> {
        self.read(setting, |value| number(value, setting.kind))
    }

    pub(super) fn url(&mut self, setting: Setting) -> Option<Redirect> {
        let SettingKind::Url(most) = setting.kind else { return None };
        self.text(setting, |text| Redirect::trusted(text).ok().filter(|url| url.as_str().len() <= most))
    }

    /// A list of strings, each parsed by itself. One string counts as a list of one.
    pub(super) fn list<T>(&mut self, setting: Setting, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let values = match self.take(setting) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values,
            Some(value @ Value::String(_)) => vec![value],
            Some(_) => return self.fault(setting, setting.name).unwrap_or_default(),
        };
        let mut read = |(index, value): (usize, &Value)| {
            let parsed = value.as_str().and_then(&parse);
            parsed.or_else(|| self.fault(setting, &format!("{}[{index}]", setting.name)))
        };
        values.iter().enumerate().filter_map(&mut read).collect()
    }

    /// A list of actions, of which each has a link in some graph.
    pub(super) fn actions(&mut self, setting: Setting) -> Vec<Action> {
        let graphs = self.graphs;
        self.list(setting, |name| action(name, graphs))
    }

    /// A number of seconds for each action. One number is that of every action.
    pub(super) fn seconds_by_action(&mut self, setting: Setting) -> BTreeMap<Action, Duration> {
        let SettingKind::NumberByAction(most) = setting.kind else { return BTreeMap::new() };
        let kind = SettingKind::Number(0, most);
        let Some(value) = self.take(setting) else { return BTreeMap::new() };
        let Value::Object(entries) = value else {
            let Some(seconds) = number(&value, kind) else {
                return self.fault(setting, setting.name).unwrap_or_default();
            };
            let actions = self.graphs.all_routes().map(|(action, _)| action.clone());
            return actions.map(|action| (action, Duration::from_secs(seconds))).collect();
        };
        let graphs = self.graphs;
        let mut read = |(name, seconds): (String, Value)| {
            let Some(action) = action(&name, graphs) else {
                let name = Action::parse(&name).map_or("a name", |_| name.as_str()); // anything else may be anything
                self.faults
                    .push(format!("`{name}` in `{}` is not an action of the graphs; it is left out", setting.name));
                return None;
            };
            let seconds = number(&seconds, kind);
            let seconds = seconds.or_else(|| self.fault(setting, &format!("{}.{action}", setting.name)))?;
            Some((action, Duration::from_secs(seconds)))
        };
        entries.into_iter().filter_map(&mut read).collect()
    }

    /// The keys that can be loaded. `None` if there is no list of keys.
    pub(super) fn keys(&mut self) -> Option<Vec<AppKey>> {
        let Value::Array(keys) = self.take(Setting::KEYS)? else { return None };
        Some(keys.into_iter().enumerate().filter_map(|(index, key)| self.key(index, key)).collect())
    }

    fn key(&mut self, index: usize, record: Value) -> Option<AppKey> {
        #[derive(Deserialize)]
        struct Record {
            secret: Option<SecretString>,
            created_at: Option<Value>,
            retired_at: Option<IgnoredAny>,
        }
        if is_revoked(&record) {
            return None;
        }
        let mut fault = |fault: &str| self.faults.push(format!("`keys[{index}]` is not loaded: {fault}"));
        let Ok(record) = serde_json::from_value::<Record>(record) else {
            fault("it is not a key record");
            return None;
        };
        let Some(secret) = record.secret else {
            fault("it has no secret");
            return None;
        };
        // What only orders the keys does not stop one from being loaded.
        let created_at = record.created_at.and_then(|at| at.as_str()?.parse().ok());
        match ApiKey::new(secret.expose_secret()) {
            Ok(key) => Some(AppKey {
                key,
                created_at: created_at.unwrap_or(jiff::Timestamp::MIN),
                active: record.retired_at.is_none(),
            }),
            Err(error) => {
                fault(&error.to_string());
                None
            }
        }
    }
}

/// An action that has a link in some graph.
fn action(name: &str, graphs: &Graphs) -> Option<Action> {
    Action::parse(name).ok().filter(|action| graphs.routes(action).is_some())
}

/// A whole number within the limits of the kind, as a number or in a string.
fn number(value: &Value, kind: SettingKind) -> Option<u64> {
    let SettingKind::Number(least, most) = kind else { return None };
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    };
    number.filter(|number| (least..=most).contains(number))
}

/// Whether a key record is revoked.
pub(super) fn is_revoked(key: &Value) -> bool {
    key.get("revoked_at").is_some_and(|at| !at.is_null())
}
