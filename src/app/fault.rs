//! What is wrong with the records of the apps table.

use crate::booking::AppId;
use crate::link::KeyId;

/// A fault of a record. It contains no value of a record other than ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// A setting cannot be read.
    Setting(String),
    /// A record is not an app.
    NoApp(String),
    /// Two apps have the same key, so it is unclear whose links are signed with it.
    SharedKey(KeyId),
    /// A key would not be found any more if the table grew past a page.
    NotIndexed(AppId, KeyId),
}
