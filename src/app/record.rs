//! An app's record in the apps table, and how an [`App`] is read from it.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use super::color::BrandColor;
use super::groups::{Brand, ClickMode, ClickSettings, Redirects};
use super::keys::Keys;
use super::loaded::{App, LinkLifetime};
use super::reader::{Reader, is_revoked};
use super::settings::{Setting, Unreadable};
use crate::booking::AppId;
use crate::domain::{Graphs, time_zone};
use crate::link::{BaseUrl, KeyId, RedirectPolicy};

/// A person does not read a page and press its button sooner. Some mail scanners do.
const DEFAULT_MIN_DWELL: Duration = Duration::from_millis(1250);

/// A record of the apps table, with its secrets. It cannot be printed.
#[derive(Clone)]
pub struct AppRecord(pub(crate) Map<String, Value>);

impl From<Map<String, Value>> for AppRecord {
    fn from(record: Map<String, Value>) -> Self {
        Self(record)
    }
}

impl AppRecord {
    /// The app's id, if it is valid.
    pub fn id(&self) -> Option<AppId> {
        AppId::parse(self.0.get("id")?.as_str()?).ok()
    }

    /// The ids of all keys whose secret the record has, revoked ones too. Anyone can name a key by its id, so an
    /// entry without the secret says nothing about another app's key.
    pub fn key_ids(&self) -> impl Iterator<Item = KeyId> {
        self.keys().filter_map(secret_id)
    }

    /// Where the record lists a key, and the entry there.
    pub fn key_places(&self, id: KeyId) -> impl Iterator<Item = (usize, &Value)> {
        self.keys().enumerate().filter(move |(_, key)| key_id(key) == Some(id))
    }

    /// Whether this is one of its keys.
    pub fn has_key(&self, key: &Value) -> bool {
        self.keys().any(|own| own == key)
    }

    /// The ids of the revoked keys of this app, even if the rest of the record is invalid. Computed from the secret
    /// or, if that was removed, taken from `kid`.
    pub fn revoked_keys(&self) -> impl Iterator<Item = KeyId> {
        self.keys().filter(|key| is_revoked(key)).filter_map(key_id)
    }

    /// The ids of the revoked keys that are dead in every app: those whose secret the record has.
    pub fn leaked_keys(&self) -> impl Iterator<Item = KeyId> {
        self.keys().filter(|key| is_revoked(key)).filter_map(secret_id)
    }

    fn keys(&self) -> impl Iterator<Item = &Value> {
        self.0.get("keys").and_then(Value::as_array).into_iter().flatten()
    }
}

fn key_id(key: &Value) -> Option<KeyId> {
    secret_id(key).or_else(|| KeyId::parse(key.get("kid")?.as_str()?).ok())
}

fn secret_id(key: &Value) -> Option<KeyId> {
    key.get("secret")?.as_str().map(KeyId::of)
}

impl fmt::Debug for AppRecord {
    /// Without its content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppRecord").finish_non_exhaustive()
    }
}

/// The record is not a valid app.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("app {id}: {fault}; it is not loaded")]
pub struct NoApp {
    id: String,
    fault: String,
}

impl App {
    /// Reads a record of the apps table. Settings for actions name those of `graphs`. Faults of optional settings
    /// and of single keys are returned beside the app; the table of settings says what they mean.
    ///
    /// # Errors
    ///
    /// [`NoApp`] when `id`, `name` or `keys` is missing or of the wrong type. No message contains a
    /// value of the record other than its id.
    pub fn from_record(record: AppRecord, graphs: &Graphs) -> Result<(Self, Vec<String>), NoApp> {
        let revoked: Vec<KeyId> = record.revoked_keys().collect();
        let AppRecord(record) = record;
        let id = record.get("id").and_then(Value::as_str).unwrap_or("without an id").to_owned();
        let mut reader = Reader::new(record, graphs);
        let no_app = |fault: &str| NoApp { id: id.clone(), fault: fault.to_owned() };
        let required =
            |setting: Option<String>, name| setting.ok_or_else(|| no_app(&format!("has no string `{name}`")));
        let name = required(reader.text(Setting::NAME, owned), "name")?;
        let id = required(reader.text(Setting::ID, owned), "id")?;
        let id = AppId::parse(&id).map_err(|error| no_app(&format!("its `id` {error}")))?;
        let mut keys = reader.keys().ok_or_else(|| no_app("has no list `keys`"))?;
        // A key may be listed twice, and be revoked in one of the two entries.
        keys.retain(|key| !revoked.contains(&key.key.id()));
        let mut app = Self {
            is_only: false,
            keys: Keys::new(keys),
            redirects: Redirects {
                policy: RedirectPolicy {
                    hosts: reader.hosts(Setting::REDIRECT_HOSTS),
                    default: reader.url(Setting::REDIRECT_URL),
                },
                failure: reader.url(Setting::FAILURE_REDIRECT_URL),
                tell_outcome: reader.flag(Setting::REDIRECT_PARAMS),
            },
            clicks: ClickSettings {
                mode: reader.choice(Setting::CLICK_MODE).unwrap_or_default(),
                min_dwell: reader.number(Setting::MIN_DWELL_MS).map_or(DEFAULT_MIN_DWELL, Duration::from_millis),
                on_replay: reader.choice(Setting::ON_REPLAY).unwrap_or_default(),
                confirm_actions: reader.actions(Setting::CONFIRM_ACTIONS),
                min_notice: reader.seconds_by_action(Setting::MIN_NOTICE_SECONDS),
                ask_reason: reader.actions(Setting::ASK_REASON),
                undo: reader.number(Setting::UNDO_SECONDS).filter(|seconds| *seconds > 0).map(Duration::from_secs),
                offer_new_link: reader.flag(Setting::OFFER_NEW_LINK),
                log_client: reader.flag(Setting::LOG_CLIENT),
            },
            brand: Brand {
                color: reader.text(Setting::BRAND_COLOR, |text| BrandColor::parse(text).ok()),
                support_email: reader.text(Setting::SUPPORT_EMAIL, email),
                support_url: reader.url(Setting::SUPPORT_URL),
                logo: reader.image(Setting::LOGO_URL),
                homepage: reader.url(Setting::HOMEPAGE_URL),
                phone: reader.text(Setting::PHONE, phone),
                imprint: reader.url(Setting::IMPRINT_URL),
                privacy: reader.url(Setting::PRIVACY_URL),
                terms: reader.url(Setting::TERMS_URL),
                texts: reader.texts(Setting::TEXTS),
                locale: reader.text(Setting::LOCALE, language_tag),
                time_zone: reader.text(Setting::TIME_ZONE, time_zone),
            },
            link_base: reader.text(Setting::LINK_BASE_URL, |text| BaseUrl::parse(text).ok()),
            link_lifetime: match reader.number(Setting::LINK_LIFETIME_SECONDS) {
                Some(seconds) => LinkLifetime::Limited(Duration::from_secs(seconds)),
                None if reader.found(Unreadable::NothingSigned) => LinkLifetime::Unreadable,
                None => LinkLifetime::Endless,
            },
            name,
            id,
        };
        if reader.found(Unreadable::AsksFirst) {
            app.clicks.mode = ClickMode::Confirm;
        }
        let faults = reader.into_faults().into_iter().map(|fault| format!("app {}: {fault}", app.id)).collect();
        Ok((app, faults))
    }
}

fn owned(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A telephone number as people write it, with at least three digits.
fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let is_written =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | ' ' | '\u{a0}'));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (is_written && digits >= 3 && text.chars().count() <= 32).then(|| text.to_owned())
}

/// A language tag. Languages have codes of two or three letters; without this check any word of up
/// to eight letters would be accepted.
fn language_tag(text: &str) -> Option<String> {
    let tag = icu_locale_core::Locale::try_from_str(&text.replace('_', "-")).ok()?;
    (tag.id.language.as_str().len() <= 3).then(|| text.to_owned())
}

/// An e-mail address: `name@host`, at most 254 bytes (RFC 5321 §4.5.3.1).
fn email(text: &str) -> Option<String> {
    let (name, host) = text.rsplit_once('@')?;
    let is_written = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control());
    (is_written(name) && is_written(host) && text.len() <= 254).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use serde_json::json;

    use super::*;
    use crate::app::OnReplay;
    use crate::booking::Action;
    use crate::link::ApiKey;

    const SECRET: &str = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718";

    fn app(record: Value) -> Result<(App, Vec<String>), NoApp> {
        App::from_record(AppRecord(record.as_object().unwrap().clone()), &Graphs::built_in(None).unwrap())
    }

    #[test]
    fn three_fields_make_an_app() {
        let (app, faults) = app(json!({"id": "ada", "name": "Ada", "keys": [{"secret": SECRET}]})).unwrap();
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(
            (app.clicks.mode, app.clicks.on_replay, app.clicks.log_client),
            (ClickMode::Direct, OnReplay::Page, false)
        );
        assert_eq!(app.links_expire_at(SystemTime::UNIX_EPOCH), None);
        assert_eq!(app.keys.signing().unwrap().id(), crate::link::KeyId::of(SECRET));
    }

    #[test]
    fn a_top_level_domain_among_the_hosts_is_named_and_stays() {
        for host in ["com", "*.com"] {
            let record = json!({"id": "ada", "name": "Ada", "keys": [], "redirect_hosts": ["salon.example", host]});
            let (app, faults) = app(record).unwrap();
            assert!(app.redirects.policy.hosts.len() == 2 && faults[0].contains("top-level domain"), "{faults:?}");
        }
    }

    #[test]
    fn each_of_the_three_is_required() {
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
        assert_eq!(app.keys.signing().unwrap().id(), id(3));
        assert_eq!(app.keys.iter().map(ApiKey::id).collect::<Vec<_>>(), [id(2), id(3), id(1)]);
    }

    #[test]
    fn a_key_whose_time_cannot_be_read_counts_as_the_oldest() {
        let secret = |n: u8| format!("test_api_key_{n:032}");
        let (app, faults) = app(json!({"id": "ada", "name": "Ada", "keys": [
            {"secret": secret(1), "created_at": "yesterday"},
            {"secret": secret(2), "created_at": 7},
            {"secret": secret(3), "created_at": "1969-01-01T00:00:00Z"},
        ]}))
        .unwrap();
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(app.keys.signing().unwrap().id(), crate::link::KeyId::of(&secret(3)));
        assert_eq!(app.keys.iter().count(), 3);
    }

    #[test]
    fn links_live_for_a_sensible_time() {
        for (seconds, sensible) in
            [(0, false), (1, true), (3_153_600_000, true), (3_153_600_001, false), (u64::MAX, false)]
        {
            let record = json!({"id": "ada", "name": "Ada", "keys": [], "link_lifetime_seconds": seconds});
            let (app, faults) = app(record).unwrap();
            assert_eq!((app.may_sign().is_ok(), faults.is_empty()), (sensible, sensible), "{seconds}");
        }
    }

    #[test]
    fn help_is_at_an_address() {
        for (address, is_one) in [
            ("hello@ada.example", true),
            ("o'hara+help@ada.example", true),
            ("hello", false),
            ("@ada.example", false),
            ("hello@", false),
            ("a b@ada.example", false),
            ("a@ada.example\n", false),
        ] {
            let (app, faults) = app(json!({"id": "ada", "name": "Ada", "keys": [], "support_email": address})).unwrap();
            assert_eq!((app.brand.support_email.is_some(), faults.is_empty()), (is_one, is_one), "{address}");
        }
    }

    #[test]
    fn a_senseless_setting_is_named_and_left_out() {
        let (app, faults) = app(json!({"id": "ada", "name": "Ada", "click_mode": "sometimes", "log_client": "yes",
            "link_lifetime_seconds": -1, "min_dwell_ms": 60_001, "undo_seconds": 86_401, "offer_new_link": "yes", "redirect_url": "http://ada.example", "redirect_hosts": ["ada.example", "https://x"],
            "support_email": null, "support_url": "javascript:alert(1)", "brand_color": "plum", "time_zone": "Europe/Atlantis", "locale": "German",
            "ask_reason": ["cancel_by_customer", "Cancel!", "dance"], "confirm_actions": ["dance"], "redirect_params": 1,
            "min_notice_seconds": {"cancel": 60, "cancel_by_customer": -1, "confirm": 31_536_001, "dance": 1, "Cancel!": 1},
            "keys": [{"secret": "short"}, {"secret": SECRET}, {"secret": SECRET, "created_at": "yesterday"}, 7]})).unwrap();
        let all = faults.join("\n");
        for name in [
            "click_mode",
            "log_client",
            "link_lifetime_seconds",
            "min_dwell_ms",
            "undo_seconds",
            "offer_new_link",
            "redirect_url",
            "redirect_hosts[1]",
            "support_url",
            "brand_color",
            "time_zone",
            "locale",
            "ask_reason[1]",
            "ask_reason[2]",
            "min_notice_seconds.cancel_by_customer",
            "min_notice_seconds.confirm",
            "min_notice_seconds",
            "confirm_actions[0]",
            "redirect_params",
            "keys[0]",
            "keys[3]",
        ] {
            assert!(all.contains(&format!("`{name}`")), "{name} in {all}");
        }
        assert_eq!(faults.len(), 22, "{all}");
        assert!(!all.contains("`short`") && !all.contains(SECRET), "{all}");
        assert_eq!(
            (app.keys.iter().count(), app.redirects.policy.hosts.len(), app.clicks.mode),
            (2, 1, ClickMode::Confirm)
        );
        assert_eq!(app.clicks.ask_reason, [Action::parse("cancel_by_customer").unwrap()]);
        assert_eq!(app.clicks.min_notice, [(Action::parse("cancel").unwrap(), Duration::from_secs(60))].into());
    }

    #[test]
    fn what_was_meant_is_read_as_it_was_meant() {
        let (app, faults) = app(json!({"id": "ada", "name": "Ada", "keys": [], "undo_seconds": "600",
            "link_lifetime_seconds": " 3600", "min_notice_seconds": "86400", "redirect_hosts": "ada.example",
            "confirm_actions": "cancel"}))
        .unwrap();
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(app.clicks.undo, Some(Duration::from_secs(600)));
        assert_eq!(app.link_lifetime, LinkLifetime::Limited(Duration::from_secs(3600)));
        let customers = ["cancel_by_customer", "reschedule_by_customer"].map(|name| Action::parse(name).unwrap());
        assert!(
            app.clicks.min_notice.keys().eq(&customers)
                && app.clicks.min_notice.values().all(|notice| notice.as_secs() == 86_400)
        );
        assert_eq!((app.redirects.policy.hosts.len(), app.clicks.confirm_actions.len()), (1, 1));
        assert_eq!(app.clicks.mode, ClickMode::Direct);
    }

    #[test]
    fn every_action_asks_first_where_it_is_unclear_which_do() {
        for (name, value) in [
            ("confirm_actions", json!(["cancel", 7])),
            ("confirm_actions", json!(true)),
            ("confirm_actions", json!(["cancel_by_custmer", "timeout"])),
            ("ask_reason", json!({ "cancel": true })),
            ("click_mode", json!("Confirm")),
        ] {
            let mut record = json!({"id": "ada", "name": "Ada", "keys": []});
            record[name] = value.clone();
            let (app, faults) = app(record).unwrap();
            assert_eq!((app.clicks.mode, faults.len()), (ClickMode::Confirm, 1), "{name} {value}");
            assert!(faults[0].contains("every action asks first"), "{faults:?}");
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let record = json!({ "id": "ada", "name": "Ada", "keys": [{ "secret": SECRET }, { "secret": SECRET, "revoked_at": "" }] });
        let record = AppRecord(record.as_object().unwrap().clone());
        let printed =
            format!("{record:?} {:?}", App::from_record(record.clone(), &Graphs::built_in(None).unwrap()).unwrap());
        assert!(printed.contains("AppRecord") && printed.contains("Ada"), "{printed}");
        assert!(!printed.contains(SECRET), "{printed}");
    }
}
