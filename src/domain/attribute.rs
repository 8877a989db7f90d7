//! The attributes of a booking that this service knows: one table of their names, of who may see them, and of
//! who writes them.

use std::borrow::Cow;

/// Who may see an attribute in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone who may read the booking.
    Shown,
    /// Only who asks for the log (`include=logs`).
    Log,
    /// Nobody.
    Private,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The owner of the table, and nobody else.
    Owner,
    /// A click, and its undo.
    Click,
    /// A request for a new link.
    NewLink,
    /// Every write, where `EVENTS` is on.
    Event,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct AttributeRow {
    pub attribute: Attribute,
    /// Its name in the table, unless a setting replaces it.
    pub name: &'static str,
    /// The environment variable that replaces the name. Such a name may be a word that DynamoDB reserves.
    pub setting: Option<&'static str>,
    /// What stands for such a name in an expression.
    pub placeholder: &'static str,
    pub visibility: Visibility,
    pub writer: Writer,
}

macro_rules! attributes {
    ($($attribute:ident, $name:literal, $setting:expr, $visibility:ident, $writer:ident;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Attribute { $($attribute),* }

        impl Attribute {
            /// All attributes, in the order of the enum.
            pub const ALL: &[AttributeRow] = &[$(AttributeRow {
                attribute: Attribute::$attribute,
                name: $name,
                setting: $setting,
                placeholder: concat!("#", $name),
                visibility: Visibility::$visibility,
                writer: Writer::$writer,
            }),*];
        }
    };
}

attributes! {
    Id, "id", Some("BOOKING_ID_ATTRIBUTE"), Shown, Owner;
    App, "app_id", Some("APP_ATTRIBUTE"), Shown, Owner;
    Graph, "graph", Some("GRAPH_ATTRIBUTE"), Shown, Owner;
    State, "state", Some("STATE_ATTRIBUTE"), Shown, Click;
    CreatedAt, "created_at", None, Shown, Owner;
    UpdatedAt, "updated_at", None, Shown, Click;
    Completed, "completed", None, Shown, Click;
    UsedLinks, "used_links", None, Private, Click;
    ActionLog, "action_log", None, Log, Click;
    LinksValidAfter, "links_valid_after", None, Shown, Owner;
    StartsAt, "starts_at", None, Shown, Owner;
    EndsAt, "ends_at", None, Shown, Owner;
    RescheduledTo, "rescheduled_to", None, Shown, Owner;
    PreviousState, "previous_state", None, Private, Click;
    UndoOf, "undo_of", None, Private, Click;
    LinkRequestedAt, "link_requested_at", None, Shown, NewLink;
    EventId, "event_id", None, Private, Event;
    EventType, "event_type", None, Private, Event;
    EventAppId, "event_app_id", None, Private, Event;
    EventBookingId, "event_booking_id", None, Private, Event;
    EventAction, "event_action", None, Private, Event;
    EventFrom, "event_from", None, Private, Event;
    EventTo, "event_to", None, Private, Event;
    EventAt, "event_at", None, Private, Event;
    EventLinkId, "event_link_id", None, Private, Event;
    EventSub, "event_sub", None, Private, Event;
}

impl Attribute {
    pub fn row(self) -> &'static AttributeRow {
        &Self::ALL[self as usize]
    }
}

/// The names of a booking's attributes in the table, which may exist already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeNames {
    names: Vec<Cow<'static, str>>,
    /// The lengths of the names. Every attribute of every listed booking is looked up, and lengths are compared
    /// faster than names.
    by_length: Vec<(usize, Attribute)>,
}

/// The members that an answer adds to a booking, and the one that holds bookings.
const ADDED: [&str; 5] = ["action_links", "available_actions", "customer_action_links", "data", "links_unavailable"];

impl AttributeNames {
    /// The names, each replaced by its setting if `setting` has it.
    pub fn new(setting: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let name = |row: &AttributeRow| row.setting.and_then(&setting).map_or(Cow::Borrowed(row.name), Cow::Owned);
        let names: Vec<_> = Attribute::ALL.iter().map(name).collect();
        let mut sorted: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        sorted.sort_unstable();
        let twice = sorted.windows(2).filter(|pair| pair[0] == pair[1]);
        let faults: Vec<_> = twice.map(|pair| format!("two attributes have the name `{}`", pair[0])).collect();
        let added = names.iter().filter(|name| ADDED.contains(&name.as_ref()));
        let faults: Vec<_> =
            faults.into_iter().chain(added.map(|name| format!("no attribute can have the name `{name}`"))).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let by_length = names.iter().zip(Attribute::ALL).map(|(name, row)| (name.len(), row.attribute)).collect();
        Ok(Self { names, by_length })
    }

    /// Whether no setting has replaced a name.
    pub(crate) fn are_default(&self) -> bool {
        self.names.iter().all(|name| matches!(name, Cow::Borrowed(_)))
    }

    pub fn name(&self, attribute: Attribute) -> &str {
        &self.names[attribute as usize]
    }

    /// Who may see the attribute with that name.
    pub fn visibility(&self, name: &str) -> Visibility {
        self.attribute(name).map_or(Visibility::Shown, |attribute| attribute.row().visibility)
    }

    /// The attribute with that name, if this service knows it.
    pub fn attribute(&self, name: &str) -> Option<Attribute> {
        let of_length = self.by_length.iter().filter(|(length, _)| *length == name.len());
        of_length.map(|(_, attribute)| *attribute).find(|attribute| self.name(*attribute) == name)
    }
}

impl Default for AttributeNames {
    fn default() -> Self {
        // The names of the table differ.
        Self::new(|_| None).unwrap_or(Self { names: Vec::new(), by_length: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_answers_add_is_not_an_attribute() {
        let named = |name: &str| AttributeNames::new(|setting| (setting == "STATE_ATTRIBUTE").then(|| name.to_owned()));
        assert!(named("status").is_ok());
        for name in ADDED {
            assert_eq!(named(name).unwrap_err(), [format!("no attribute can have the name `{name}`")]);
        }
    }

    #[test]
    fn each_attribute_finds_its_own_row() {
        for row in Attribute::ALL {
            assert_eq!(row.attribute.row().name, row.name);
            assert_eq!(AttributeNames::default().attribute(row.name), Some(row.attribute));
        }
    }
}
