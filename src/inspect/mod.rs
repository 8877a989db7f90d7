//! Why does this link not work? The same answer for the command line and for the demo's page.

mod booking;
mod context;
mod finder;
mod finding;
mod inspector;
mod pasted;
mod signature;
mod source;
mod time;
mod token;
mod verdict;
mod wrapper;

pub use context::InspectionContext;
pub use finding::{Finding, Inspection, Mark, OnOpen};
pub use inspector::inspect;
pub use pasted::Pasted;
#[cfg(feature = "cli")]
pub(crate) use time::distance;
