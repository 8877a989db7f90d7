//! An app: one business that sends e-mails, its settings and its keys.

mod color;
mod fault;
mod groups;
mod keys;
mod loaded;
mod reader;
mod record;
mod settings;
mod texts;

pub use color::{BrandColor, BrandColorError};
pub use fault::Fault;
pub use groups::{Brand, ClickMode, ClickSettings, OnReplay, Redirects};
pub use keys::{AppKey, Keys};
pub use loaded::{App, LinkLifetime, SettingInvalid};
pub use record::{AppRecord, NoApp};
pub use settings::{MAX_LINK_LIFETIME, Setting, SettingKind, Unreadable};
pub use texts::OwnTexts;
