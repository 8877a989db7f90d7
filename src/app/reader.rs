//! Reads the settings of an app's record, as the table of settings has them.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use super::keys::AppKey;
use super::settings::{Setting, SettingKind, Unreadable};
use super::texts::OwnTexts;
use crate::booking::Action;
use crate::characters::is_harmless;
use crate::domain::{Actor, Graphs};
use crate::link::{ApiKey, HostPattern, Redirect, RedirectError};

/// How many faults of one setting are named.
const NAMED_FAULTS: usize = 3;

/// The record that is being read, and its faults so far.
pub(super) struct Reader<'g> {
    record: Map<String, Value>,
    graphs: &'g Graphs,
    /// The setting, and what is wrong with it.
    faults: Vec<(&'static str, String)>,
    /// What the values mean that cannot be read.
    consequences: Vec<Unreadable>,
}

impl<'g> Reader<'g> {
    pub(super) fn new(record: Map<String, Value>, graphs: &'g Graphs) -> Self {
        Self { record, graphs, faults: Vec::new(), consequences: Vec::new() }
    }

    /// A setting, if it is there and not null.
    fn take(&mut self, setting: Setting) -> Option<Value> {
        self.record.remove(setting.name).filter(|value| !value.is_null())
    }

    /// Notes that a value, or the part of it at `place`, cannot be read.
    fn fault<T>(&mut self, setting: Setting, place: &str) -> Option<T> {
        self.consequences.push(setting.unreadable);
        self.faults.push((setting.name, setting.fault(place)));
        None
    }

    /// The faults, a few of each setting: a list may have thousands.
    pub(super) fn into_faults(self) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut named = Vec::new();
        for (setting, fault) in self.faults {
            let count = counts.entry(setting).or_default();
            *count += 1;
            if *count <= NAMED_FAULTS {
                named.push(fault);
            }
        }
        let more = counts.into_iter().filter(|(_, count)| *count > NAMED_FAULTS);
        named.extend(more.map(|(setting, count)| format!("`{setting}` has {} more such faults", count - NAMED_FAULTS)));
        named
    }

    /// Whether a value that cannot be read has that consequence.
    pub(super) fn found(&self, consequence: Unreadable) -> bool {
        self.consequences.contains(&consequence)
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
        let text = self.text(setting, |text| (text.len() <= most).then(|| text.to_owned()))?;
        // The reason contains no value.
        let fault = |error: RedirectError| {
            self.faults.push((setting.name, format!("`{}` {}: {error}", setting.name, setting.unreadable)))
        };
        Redirect::trusted(&text).map_err(fault).ok()
    }

    /// The URL of an image. Its origin becomes a part of the pages' policy, where `;` would begin another part.
    pub(super) fn image(&mut self, setting: Setting) -> Option<Redirect> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '_' | '[' | ']');
        let url = self.url(setting)?;
        if url.origin().chars().all(is_plain) { Some(url) } else { self.fault(setting, setting.name) }
    }

    /// Texts by language and name. One that is not a string, is blank, is longer than 500 characters or has a
    /// placeholder that no text has is left out.
    pub(super) fn texts(&mut self, setting: Setting) -> OwnTexts {
        let SettingKind::Texts(most) = setting.kind else { return OwnTexts::default() };
        let Some(value) = self.take(setting) else { return OwnTexts::default() };
        let Value::Object(languages) = &value else { return self.fault(setting, setting.name).unwrap_or_default() };
        if value.to_string().len() > most {
            return self.fault(setting, setting.name).unwrap_or_default();
        }
        let mut read = OwnTexts::default();
        for (tag, texts) in languages {
            let Value::Object(texts) = texts else {
                self.fault::<()>(setting, setting.name);
                continue;
            };
            for (name, text) in texts {
                let text = text.as_str().map(clean).filter(|text| is_text(text));
                // Neither the language nor the name is quoted, because each may be anything.
                let text = text.or_else(|| self.fault(setting, &format!("{}.…", setting.name)));
                if let Some(text) = text {
                    read.0.entry(tag.clone()).or_default().insert(name.clone(), text);
                }
            }
        }
        read
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

    /// The hosts of redirects. One that is a whole top-level domain is noted, and stays, because links that were sent
    /// rest on it.
    pub(super) fn hosts(&mut self, setting: Setting) -> Vec<HostPattern> {
        let hosts = self.list(setting, |host| HostPattern::parse(host).ok());
        if hosts.iter().any(HostPattern::is_top_level) {
            let fault = format!("`{}` has a top-level domain, below which anybody may have a site", setting.name);
            self.faults.push((setting.name, fault));
        }
        hosts
    }

    /// A list of actions of the graphs. One that never has a link is harmless.
    pub(super) fn actions(&mut self, setting: Setting) -> Vec<Action> {
        let graphs = self.graphs;
        self.list(setting, |name| Action::parse(name).ok().filter(|action| graphs.has_action(action)))
    }

    /// A number of seconds for each action. One number is that of every action of the customer.
    pub(super) fn seconds_by_action(&mut self, setting: Setting) -> BTreeMap<Action, Duration> {
        let SettingKind::NumberByAction(most) = setting.kind else { return BTreeMap::new() };
        let kind = SettingKind::Number(0, most);
        let Some(value) = self.take(setting) else { return BTreeMap::new() };
        let Value::Object(entries) = value else {
            let Some(seconds) = number(&value, kind) else {
                return self.fault(setting, setting.name).unwrap_or_default();
            };
            let actions = self.graphs.actions_of(Actor::Customer);
            return actions.map(|action| (action.clone(), Duration::from_secs(seconds))).collect();
        };
        let graphs = self.graphs;
        let mut read = |(name, seconds): (String, Value)| {
            let action = Action::parse(&name).ok().filter(|action| graphs.has_action(action));
            let Some(action) = action else {
                // The name is not quoted, because it may be anything.
                let name = setting.name;
                let fault = format!("an entry of `{name}` is not named after an action of the graphs; it is left out");
                self.faults.push((name, fault));
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
        let mut fault = |fault: &str| {
            self.faults.push((Setting::KEYS.name, format!("`keys[{index}]` is not loaded: {fault}")));
        };
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
        match ApiKey::stored(secret.expose_secret()) {
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

/// A whole number within the limits of the kind, as a number or in a string.
fn number(value: &Value, kind: SettingKind) -> Option<u64> {
    let SettingKind::Number(least, most) = kind else { return None };
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    };
    number.filter(|number| (least..=most).contains(number))
}

/// Without characters that act on other texts of a page, or cannot be seen.
fn clean(text: &str) -> String {
    text.chars().filter(|c| is_harmless(*c)).collect()
}

/// Whether it can be a text of a page: it is not blank or too long, and has no placeholder that none of these has.
fn is_text(text: &str) -> bool {
    const KNOWN: [&str; 6] = ["business", "city", "deadline", "host", "minutes", "time"];
    let names = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
    !text.trim().is_empty() && text.chars().count() <= 500 && names.into_iter().all(|name| KNOWN.contains(&name))
}

/// Whether a key record is revoked.
pub(super) fn is_revoked(key: &Value) -> bool {
    key.get("revoked_at").is_some_and(|at| !at.is_null())
}
