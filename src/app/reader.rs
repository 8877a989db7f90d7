//! Reads the settings of an app's record, one by one.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use super::MAX_LINK_LIFETIME;
use super::keys::AppKey;
use super::settings::{ClickMode, ClickSettings};
use crate::booking::Action;
use crate::domain::{Graphs, MAX_NOTICE};
use crate::link::{ApiKey, Redirect};

/// The record that is being read, and its faults so far.
pub(super) struct Reader<'g> {
    pub(super) record: Map<String, Value>,
    pub(super) graphs: &'g Graphs,
    pub(super) faults: Vec<String>,
}

impl Reader<'_> {
    /// The setting `name`. `None` if it is absent, null or invalid; the last is noted as a fault.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        match serde_json::from_value(self.record.remove(name)?) {
            Ok(setting) => setting,
            Err(_) => {
                self.faults.push(format!("`{name}` has an invalid value and is left out"));
                None
            }
        }
    }

    pub(super) fn lifetime(&mut self) -> Option<Duration> {
        let lifetime = self.take("link_lifetime_seconds").map(Duration::from_secs)?;
        let sensible = (Duration::from_secs(1)..=MAX_LINK_LIFETIME).contains(&lifetime);
        if !sensible {
            self.faults.push("`link_lifetime_seconds` is not from 1 second to 100 years and is left out".to_owned());
        }
        sensible.then_some(lifetime)
    }

    /// An invalid value counts as `confirm`: the person who set it did not want the default.
    pub(super) fn click_mode(&mut self) -> ClickMode {
        let is_set = self.record.get("click_mode").is_some_and(|mode| !mode.is_null());
        let unclear = if is_set { ClickMode::Confirm } else { ClickMode::default() };
        self.take("click_mode").unwrap_or(unclear)
    }

    pub(super) fn dwell(&mut self) -> Duration {
        let Some(dwell) = self.take("min_dwell_ms").map(Duration::from_millis) else {
            return ClickSettings::DEFAULT_MIN_DWELL;
        };
        if dwell > ClickSettings::MAX_MIN_DWELL {
            self.faults.push("`min_dwell_ms` is over 60,000 and is left out".to_owned());
            return ClickSettings::DEFAULT_MIN_DWELL;
        }
        dwell
    }

    /// `None` if undo is off, which 0 means.
    pub(super) fn undo(&mut self) -> Option<Duration> {
        let undo = self.take("undo_seconds").map(Duration::from_secs).filter(|time| !time.is_zero())?;
        if undo > ClickSettings::MAX_UNDO {
            self.faults.push("`undo_seconds` is over 86,400 and is left out".to_owned());
            return None;
        }
        Some(undo)
    }

    pub(super) fn redirect(&mut self, name: &str) -> Option<Redirect> {
        let url: String = self.take(name)?;
        Redirect::trusted(&url).map_err(|error| self.faults.push(format!("`{name}` is left out: {error}"))).ok()
    }

    /// The setting `name`, parsed by `parse`. If that fails, the fault is noted as `is_not`.
    pub(super) fn read<T>(&mut self, name: &str, is_not: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text: String = self.take(name)?;
        let read = parse(&text);
        if read.is_none() {
            self.faults.push(format!("`{name}` {is_not} and is left out"));
        }
        read
    }

    /// The same for a list of strings, each by itself.
    pub(super) fn read_list<T>(&mut self, name: &str, is_not: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let texts: Vec<String> = self.take(name).unwrap_or_default();
        let mut read = |(index, text): (usize, &String)| {
            let read = parse(text);
            if read.is_none() {
                self.faults.push(format!("`{name}[{index}]` {is_not} and is left out"));
            }
            read
        };
        texts.iter().enumerate().filter_map(&mut read).collect()
    }

    /// A list of actions, of which each has a link in some graph.
    pub(super) fn actions(&mut self, name: &str) -> Vec<Action> {
        let graphs = self.graphs;
        let known = |action: &Action| graphs.routes(action).is_some();
        self.read_list(name, "is not an action of a graph", |name| Action::parse(name).ok().filter(known))
    }

    pub(super) fn notice(&mut self) -> BTreeMap<Action, Duration> {
        let entries: Map<String, Value> = self.take("min_notice_seconds").unwrap_or_default();
        let mut read = |(name, seconds): (String, Value)| {
            let Ok(action) = Action::parse(&name) else {
                self.faults.push("`min_notice_seconds` has an entry that is not named after an action".to_owned());
                return None;
            };
            let mut fault = |fault| {
                self.faults.push(format!("`min_notice_seconds` of `{action}` {fault} and is left out"));
                None
            };
            if self.graphs.routes(&action).is_none() {
                return fault("is not an action of a graph");
            }
            match seconds.as_u64().map(Duration::from_secs) {
                Some(notice) if notice <= MAX_NOTICE => Some((action, notice)),
                _ => fault("is not a whole number of seconds from 0 to 31,536,000"),
            }
        };
        entries.into_iter().filter_map(&mut read).collect()
    }

    pub(super) fn key(&mut self, index: usize, record: Value) -> Option<AppKey> {
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

/// Whether a key record is revoked.
pub(super) fn is_revoked(key: &Value) -> bool {
    key.get("revoked_at").is_some_and(|at| !at.is_null())
}
