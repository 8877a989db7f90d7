//! An app: one business that sends e-mails, its settings and its keys.

use std::time::{Duration, SystemTime};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::link::{ApiKey, HostPattern, Redirect, RedirectPolicy};

/// A hundred years: whoever asks for links that live longer has mistaken the unit.
pub const MAX_LINK_LIFETIME: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// An app as it is held in memory. It cannot be printed with its secrets: [`ApiKey`] does not
/// show them.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id, which bookings name.
    pub id: String,
    /// What its customers call it.
    pub name: String,
    /// Keys that verify, the newest first; revoked ones are not among them.
    pub keys: Vec<AppKey>,
    /// Where clicks may go on to, and go on to by default.
    pub redirects: RedirectPolicy,
    /// Where a browser goes when a verified link does not work.
    pub failure_redirect: Option<Redirect>,
    /// Whether a click acts at once.
    pub click_mode: ClickMode,
    /// What a link that was used before answers.
    pub on_replay: OnReplay,
    /// How long the links that the service signs are good for; `None`: they do not expire.
    pub link_lifetime: Option<Duration>,
    /// Where its customers find help.
    pub support_email: Option<String>,
    /// The pages' language (BCP 47).
    pub locale: Option<String>,
    /// Whether the booking's log keeps who clicked: address and user agent.
    pub log_client: bool,
    /// Whether it is the deployment's only app, to which bookings without an app belong.
    pub sole: bool,
}

/// One of an app's keys.
#[derive(Clone, Debug)]
pub struct AppKey {
    /// The secret.
    pub key: ApiKey,
    /// When it was made.
    created_at: jiff::Timestamp,
    /// Active keys sign; retired ones only verify.
    active: bool,
}

/// Whether a click acts at once or asks first.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ClickMode {
    /// A GET acts.
    #[default]
    Direct,
    /// A GET shows a page with a button; its POST acts.
    Confirm,
}

/// What a link that was used before answers.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OnReplay {
    /// A page that says what it did and when.
    #[default]
    Page,
    /// The redirect, as if it had been applied now.
    Redirect,
}

/// A record that is no app.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("app {id}: {fault}; it is not loaded")]
pub struct NoApp {
    id: String,
    fault: String,
}

impl App {
    /// Reads a record of the apps table, one of several. What is wrong with an optional setting, or with one
    /// key of several, is said in the second part of the answer, and the app does without it.
    ///
    /// # Errors
    ///
    /// [`NoApp`], when `id`, `name` or `keys` is missing or of the wrong type. No message holds
    /// a value of the record other than its id.
    pub fn from_record(record: Map<String, Value>) -> Result<(Self, Vec<String>), NoApp> {
        let id = record.get("id").and_then(Value::as_str).unwrap_or("without an id").to_owned();
        let mut record = Settings { record, faults: Vec::new() };
        let no_app = |fault: &str| NoApp { id: id.clone(), fault: fault.to_owned() };
        let required = |setting: Option<String>, name| setting.ok_or_else(|| no_app(&format!("has no text `{name}`")));
        let name = required(record.take("name"), "name")?;
        let id = required(record.take("id"), "id")?;
        let keys: Vec<Value> = record.take("keys").ok_or_else(|| no_app("has no list `keys`"))?;
        let keys = keys.into_iter().enumerate().filter_map(|(index, key)| record.key(index, key)).collect();
        let app = Self {
            keys: newest_first(keys),
            redirects: RedirectPolicy { hosts: record.hosts(), default: record.redirect("redirect_url") },
            failure_redirect: record.redirect("failure_redirect_url"),
            click_mode: record.take("click_mode").unwrap_or_default(),
            on_replay: record.take("on_replay").unwrap_or_default(),
            link_lifetime: record.lifetime(),
            support_email: record.take("support_email"),
            locale: record.take("locale"),
            log_client: record.take("log_client").unwrap_or_default(),
            sole: false,
            name,
            id,
        };
        let faults = record.faults.into_iter().map(|fault| format!("app {}: {fault}", app.id)).collect();
        Ok((app, faults))
    }

    /// Whether a booking that names this app, or none, is its own.
    pub fn owns(&self, named: Option<&str>) -> bool {
        named.map_or(self.sole, |id| id == self.id)
    }

    /// The key that signs: the newest active one. `None`: every key is retired or revoked.
    pub fn signing_key(&self) -> Option<&ApiKey> {
        self.keys.iter().find(|key| key.active).map(|key| &key.key)
    }

    /// The second from which a link signed `now` is refused, when the app wants its links to
    /// expire.
    pub fn links_expire_at(&self, now: SystemTime) -> Option<SystemTime> {
        now.checked_add(self.link_lifetime?)
    }
}

fn newest_first(mut keys: Vec<AppKey>) -> Vec<AppKey> {
    keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
    keys
}

/// A record being read, and what was wrong with it.
struct Settings {
    record: Map<String, Value>,
    faults: Vec<String>,
}

impl Settings {
    /// The setting `name`; `None` when it is absent, null, or, which is noted, senseless.
    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        match serde_json::from_value(self.record.remove(name)?) {
            Ok(setting) => setting,
            Err(_) => {
                self.faults.push(format!("`{name}` makes no sense and is left out"));
                None
            }
        }
    }

    fn lifetime(&mut self) -> Option<Duration> {
        let lifetime = self.take("link_lifetime_seconds").map(Duration::from_secs)?;
        let sensible = (Duration::from_secs(1)..=MAX_LINK_LIFETIME).contains(&lifetime);
        if !sensible {
            self.faults.push("`link_lifetime_seconds` is not from 1 second to 100 years and is left out".to_owned());
        }
        sensible.then_some(lifetime)
    }

    fn redirect(&mut self, name: &str) -> Option<Redirect> {
        let url: String = self.take(name)?;
        Redirect::trusted(&url).map_err(|error| self.faults.push(format!("`{name}` is left out: {error}"))).ok()
    }

    fn hosts(&mut self) -> Vec<HostPattern> {
        let hosts: Vec<String> = self.take("redirect_hosts").unwrap_or_default();
        let mut pattern = |(index, text): (usize, &String)| {
            let pattern = HostPattern::parse(text);
            if pattern.is_none() {
                self.faults.push(format!("`redirect_hosts[{index}]` is no host and is left out"));
            }
            pattern
        };
        hosts.iter().enumerate().filter_map(&mut pattern).collect()
    }

    fn key(&mut self, index: usize, record: Value) -> Option<AppKey> {
        #[derive(Deserialize)]
        struct Record {
            secret: Option<String>,
            created_at: Option<jiff::Timestamp>,
            retired_at: Option<IgnoredAny>,
            revoked_at: Option<IgnoredAny>,
        }
        let mut fault = |fault: &str| self.faults.push(format!("`keys[{index}]` is not loaded: {fault}"));
        let Ok(record) = serde_json::from_value::<Record>(record) else {
            fault("it is no key record, or its created_at no RFC 3339 time");
            return None;
        };
        if record.revoked_at.is_some() {
            return None;
        }
        let Some(secret) = record.secret else {
            fault("it has no secret");
            return None;
        };
        match ApiKey::new(&secret) {
            Ok(key) => Some(AppKey {
                key,
                created_at: record.created_at.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
                active: record.retired_at.is_none(),
            }),
            Err(error) => {
                fault(&error.to_string());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718";

    fn app(record: Value) -> Result<(App, Vec<String>), NoApp> {
        App::from_record(record.as_object().unwrap().clone())
    }

    #[test]
    fn three_fields_make_an_app() {
        let (app, faults) = app(json!({"id": "ada", "name": "Ada", "keys": [{"secret": SECRET}]})).unwrap();
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!((app.click_mode, app.on_replay, app.log_client), (ClickMode::Direct, OnReplay::Page, false));
        assert_eq!(app.links_expire_at(SystemTime::UNIX_EPOCH), None);
        assert_eq!(app.signing_key().unwrap().id(), crate::link::KeyId::of(SECRET));
    }

    #[test]
    fn without_one_of_the_three_it_is_none() {
        for missing in ["id", "name", "keys"] {
            let mut record = json!({"id": "ada", "name": "Ada", "keys": []});
            record.as_object_mut().unwrap().remove(missing);
            assert!(app(record).unwrap_err().to_string().contains(missing));
        }
    }

    #[test]
    fn the_newest_active_key_signs_and_retired_ones_verify() {
        let secret = |n: u8| format!("test_api_key_{n:032}");
        let (app, _) = app(json!({"id": "ada", "name": "Ada", "keys": [
            {"secret": secret(1), "created_at": "2026-01-01T00:00:00Z"},
            {"secret": secret(2), "created_at": "2026-03-01T00:00:00Z", "retired_at": "2026-05-01T00:00:00Z"},
            {"secret": secret(3), "created_at": "2026-02-01T00:00:00Z"},
            {"secret": secret(4), "created_at": "2026-04-01T00:00:00Z", "revoked_at": "2026-05-01T00:00:00Z"},
        ]}))
        .unwrap();
        let id = |n| ApiKey::new(&secret(n)).unwrap().id();
        assert_eq!(app.signing_key().unwrap().id(), id(3));
        assert_eq!(app.keys.iter().map(|k| k.key.id()).collect::<Vec<_>>(), [id(2), id(3), id(1)]);
    }

    #[test]
    fn links_live_for_a_sensible_time() {
        for (seconds, sensible) in
            [(0, false), (1, true), (3_153_600_000, true), (3_153_600_001, false), (u64::MAX, false)]
        {
            let record = json!({"id": "ada", "name": "Ada", "keys": [], "link_lifetime_seconds": seconds});
            let (app, faults) = app(record).unwrap();
            assert_eq!((app.link_lifetime.is_some(), faults.is_empty()), (sensible, sensible), "{seconds}");
        }
    }

    #[test]
    fn a_senseless_setting_is_named_and_left_out() {
        let (app, faults) = app(json!({"id": "ada", "name": "Ada", "click_mode": "sometimes", "log_client": "yes",
            "link_lifetime_seconds": -1, "redirect_url": "http://ada.example", "redirect_hosts": ["ada.example", "https://x"],
            "support_email": null,
            "keys": [{"secret": "short"}, {"secret": SECRET}, {"secret": SECRET, "created_at": "yesterday"}, 7]})).unwrap();
        let all = faults.join("\n");
        for name in [
            "click_mode",
            "log_client",
            "link_lifetime_seconds",
            "redirect_url",
            "redirect_hosts[1]",
            "keys[0]",
            "keys[2]",
            "keys[3]",
        ] {
            assert!(all.contains(&format!("`{name}`")), "{name} in {all}");
        }
        assert_eq!(faults.len(), 8, "{all}");
        assert!(!all.contains("`short`") && !all.contains(SECRET), "{all}");
        assert_eq!((app.keys.len(), app.redirects.hosts.len(), app.click_mode), (1, 1, ClickMode::Direct));
    }
}
