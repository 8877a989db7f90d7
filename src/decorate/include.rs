//! What a request asks to include.

/// What an answer includes beside the booking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Include {
    /// `customer_action_links`: links for the customer's actions.
    pub customer_action_links: bool,
    /// `action_links`: links for every action but the system's.
    pub action_links: bool,
    /// `logs`: the `action_log`.
    pub logs: bool,
}

impl Include {
    /// Whether links are included.
    pub fn links(self) -> bool {
        self.customer_action_links || self.action_links
    }

    /// Reads a comma-separated list.
    ///
    /// # Errors
    ///
    /// The unknown names.
    pub fn parse(list: &str) -> Result<Self, Vec<String>> {
        let mut include = Self::default();
        let mut unknown = Vec::new();
        for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "customer_action_links" => include.customer_action_links = true,
                "action_links" => include.action_links = true,
                "logs" => include.logs = true,
                _ => unknown.push(name.to_owned()),
            }
        }
        if unknown.is_empty() { Ok(include) } else { Err(unknown) }
    }
}
