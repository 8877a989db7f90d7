//! An app as the owner of bookings.

use std::sync::Arc;

use crate::app::App;
use crate::booking::Named;

/// An app, and whether it is the only one: both decide which bookings are its own.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The app.
    pub app: Arc<App>,
    /// Whether it is the deployment's only app, to which bookings without an app belong.
    pub is_only: bool,
}

impl Tenant {
    /// Whether a booking that names `app` belongs to this app.
    pub fn owns(&self, app: Named<&str>) -> bool {
        match app {
            Named::Absent => self.is_only,
            Named::Name(id) => id == self.app.id.as_str(),
            Named::Other => false,
        }
    }
}
