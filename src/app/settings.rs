//! The settings of an app: one table of their names, types, limits and defaults, and of what a value means that
//! cannot be read: it never makes a link act without asking, or lead elsewhere.

use std::fmt;
use std::time::Duration;

use crate::link::UnsignedLink;

use crate::domain::MAX_NOTICE;

/// A hundred years. A longer lifetime is probably a mistake of the unit.
pub const MAX_LINK_LIFETIME: Duration = UnsignedLink::MAX_LIFETIME;

/// A longer time is probably a mistake of the unit.
const MAX_MIN_DWELL: Duration = Duration::from_secs(60);

/// A day.
const MAX_UNDO: Duration = Duration::from_secs(86_400);

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    pub kind: SettingKind,
    /// What its absence means, in words.
    pub default: &'static str,
    pub unreadable: Unreadable,
}

/// The type of a setting, with its limits.
#[derive(Clone, Copy, Debug)]
pub enum SettingKind {
    Text,
    Keys,
    /// An https URL of at most so many bytes.
    Url(usize),
    Hosts,
    Boolean,
    Choice(&'static [&'static str]),
    Actions,
    /// From the first number to the second.
    Number(u64, u64),
    /// A number for each action, from 0 to this one.
    NumberByAction(u64),
    Color,
    Email,
    Language,
    TimeZone,
    Base,
    Phone,
    /// Texts by language and name, of at most so many bytes as JSON.
    Texts(usize),
}

/// What a value means that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The app is not loaded.
    NoApp,
    /// As if it were not set. Of a list or a map, what can be read counts.
    LeftOut,
    AsksFirst,
    /// The service signs no links for the app (`setting_invalid`).
    NothingSigned,
}

macro_rules! settings {
    ($($setting:ident: $name:literal, $kind:expr, $default:literal, $unreadable:ident;)*) => {
        impl Setting {
            $(pub const $setting: Self =
                Self { name: $name, kind: $kind, default: $default, unreadable: Unreadable::$unreadable };)*

            /// The whole table, in the order in which settings are shown.
            pub const ALL: &[Self] = &[$(Self::$setting),*];
        }
    };
}

use SettingKind::{
    Actions, Base, Boolean, Choice, Color, Email, Hosts, Keys, Language, Number, NumberByAction, Phone, Text, Texts,
    TimeZone, Url,
};

/// The longest URL that a browser surely takes.
const URL: SettingKind = Url(crate::link::Redirect::MAX_LENGTH);

/// A URL that is part of a page, which must stay small.
const PAGE_URL: SettingKind = Url(300);

settings! {
    ID: "id", Text, "required", NoApp;
    NAME: "name", Text, "required", NoApp;
    KEYS: "keys", Keys, "required", NoApp;
    REDIRECT_URL: "redirect_url", URL, "none: a page is shown", LeftOut;
    REDIRECT_HOSTS: "redirect_hosts", Hosts, "none", LeftOut;
    REDIRECT_PARAMS: "redirect_params", Boolean, "`false`", LeftOut;
    FAILURE_REDIRECT_URL: "failure_redirect_url", URL, "none: a page is shown", LeftOut;
    CLICK_MODE: "click_mode", Choice(&["direct", "confirm"]), "`direct`", AsksFirst;
    CONFIRM_ACTIONS: "confirm_actions", Actions, "none", AsksFirst;
    MIN_DWELL_MS: "min_dwell_ms", Number(0, MAX_MIN_DWELL.as_millis() as u64), "1,250", LeftOut;
    ON_REPLAY: "on_replay", Choice(&["page", "redirect"]), "`page`", LeftOut;
    UNDO_SECONDS: "undo_seconds", Number(0, MAX_UNDO.as_secs()), "0: off", LeftOut;
    OFFER_NEW_LINK: "offer_new_link", Boolean, "`false`", LeftOut;
    LINK_LIFETIME_SECONDS: "link_lifetime_seconds", Number(1, MAX_LINK_LIFETIME.as_secs()), "links do not expire", NothingSigned;
    LINK_BASE_URL: "link_base_url", Base, "`LINK_BASE_URL`", LeftOut;
    BRAND_COLOR: "brand_color", Color, "black, or white on a dark screen", LeftOut;
    LOGO_URL: "logo_url", PAGE_URL, "the first letter of the name", LeftOut;
    HOMEPAGE_URL: "homepage_url", PAGE_URL, "none", LeftOut;
    SUPPORT_EMAIL: "support_email", Email, "none", LeftOut;
    SUPPORT_URL: "support_url", PAGE_URL, "none", LeftOut;
    PHONE: "phone", Phone, "none", LeftOut;
    IMPRINT_URL: "imprint_url", PAGE_URL, "none", LeftOut;
    PRIVACY_URL: "privacy_url", PAGE_URL, "none", LeftOut;
    TERMS_URL: "terms_url", PAGE_URL, "none", LeftOut;
    TEXTS: "texts", Texts(8 * 1024), "none", LeftOut;
    LOCALE: "locale", Language, "`en`", LeftOut;
    TIME_ZONE: "time_zone", TimeZone, "UTC", LeftOut;
    ASK_REASON: "ask_reason", Actions, "none", AsksFirst;
    MIN_NOTICE_SECONDS: "min_notice_seconds", NumberByAction(MAX_NOTICE.as_secs()), "none", LeftOut;
    LOG_CLIENT: "log_client", Boolean, "`false`", LeftOut;
}

impl Setting {
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|setting| setting.name == name)
    }

    /// A message about an unreadable value at `place`: the name, or a part of the value.
    pub(super) fn fault(&self, place: &str) -> String {
        let kind = if place == self.name { self.kind.to_string() } else { self.kind.part() };
        format!("`{place}` is not {kind}; {}", self.unreadable)
    }
}

impl SettingKind {
    /// What an element of a list or a map is.
    fn part(self) -> String {
        match self {
            Hosts => "a host".to_owned(),
            Actions => "an action of the graphs".to_owned(),
            Texts(_) => "a text without placeholders of its own".to_owned(),
            NumberByAction(most) => Number(0, most).to_string(),
            kind => kind.to_string(),
        }
    }
}

impl fmt::Display for SettingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Text => f.write_str("a string"),
            Keys => f.write_str("a list of maps"),
            Url(most) => write!(f, "an https URL of at most {} bytes", grouped(*most as u64)),
            Hosts => f.write_str("a list of hosts"),
            Boolean => f.write_str("a boolean"),
            Choice(choices) => write!(f, "`{}`", choices.join("` or `")),
            Actions => f.write_str("a list of actions of the graphs"),
            Number(least, most) => write!(f, "a whole number from {least} to {}", grouped(*most)),
            NumberByAction(most) => {
                write!(f, "a map of actions of the graphs to whole numbers from 0 to {}", grouped(*most))
            }
            Color => f.write_str("`#` and six hexadecimal digits"),
            Email => f.write_str("an e-mail address of at most 254 bytes"),
            Base => f.write_str("an http(s) URL without a query"),
            Phone => f.write_str("a telephone number of at most 32 characters"),
            Texts(most) => {
                write!(f, "a map of languages to maps of texts, of at most {} bytes as JSON", grouped(*most as u64))
            }
            Language => f.write_str("a language tag, such as `de`"),
            TimeZone => {
                f.write_str("a time zone: an IANA name such as `Europe/Berlin`, an offset (`+02:00`) or Windows' name")
            }
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoApp => "the app is not loaded",
            Self::LeftOut => "ignored",
            Self::AsksFirst => "every action asks first",
            Self::NothingSigned => "nothing is signed",
        })
    }
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |index: usize| if index > 0 && (digits.len() - index).is_multiple_of(3) { "," } else { "" };
    digits.chars().enumerate().map(|(index, digit)| format!("{}{digit}", comma(index))).collect()
}
