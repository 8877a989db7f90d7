//! Rules over the attributes of a booking, as data.
//!
//! A rule is a predicate, and the reason for refusing a booking that fails it. The store renders a list
//! of rules as the condition of a write, and evaluates the same list on the booking that a refused
//! write returns: the first rule that fails is the reason. So condition and reason cannot disagree.

/// An attribute of a booking that rules speak of. Its name in the table is a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// The booking's id, which every booking has.
    Id,
    /// The app that it belongs to.
    App,
    /// Its graph.
    Graph,
    /// Its state.
    State,
    /// The ids of the links that have been used, a string set.
    UsedLinks,
    /// The second from which on links are valid, a number. Links signed before it are revoked.
    LinksValidAfter,
    /// When the appointment starts, a string (RFC 3339).
    StartsAt,
    /// The state before the last click, a string, while that click can be undone.
    PreviousState,
    /// The id of the link whose click can be undone, a string.
    UndoOf,
    /// When the booking was last changed, a string (RFC 3339).
    UpdatedAt,
    /// When somebody last asked for a new link, a string (RFC 3339).
    LinkRequestedAt,
}

/// A predicate over a booking's attributes. An attribute of a type that the predicate does not speak of fails
/// it, as in DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predicate<'a> {
    /// The attribute is there, with a value of any type.
    Exists(Attribute),
    /// The attribute is not there, or is null, as many libraries write absent values.
    Absent(Attribute),
    /// The attribute is this string.
    Equals(Attribute, &'a str),
    /// The attribute is one of these strings.
    OneOf(Attribute, Vec<&'a str>),
    /// The attribute is not a set with this string in it, nor a string of which it is a part.
    Lacks(Attribute, &'a str),
    /// The attribute is not a string.
    NotText(Attribute),
    /// The attribute is this string, or one that comes after it.
    AtLeast(Attribute, String),
    /// The attribute is this string, or one that comes before it.
    Until(Attribute, String),
    /// The attribute is a number, and not greater than this one.
    AtMost(Attribute, u64),
    /// Every one of these holds.
    All(Vec<Predicate<'a>>),
    /// At least one of these holds.
    Any(Vec<Predicate<'a>>),
}

/// A rule: a booking that fails the predicate is refused for the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule<'a, R> {
    /// Why a booking that fails the predicate is refused.
    pub reason: R,
    /// What must hold.
    pub predicate: Predicate<'a>,
}

/// A rule.
pub fn rule<R>(reason: R, predicate: Predicate<'_>) -> Rule<'_, R> {
    Rule { reason, predicate }
}
