//! Why a booking has no links.

/// Why links that were asked for are not there. A booking has the first reason that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinksUnavailable {
    RepeatedMember,
    InvalidId,
    InvalidState,
    UnknownGraph,
    AnotherApp,
    /// Links that are signed now are revoked already.
    Revoked,
    TooLate,
    NoAction,
}

impl LinksUnavailable {
    /// The value of `links_unavailable`.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::RepeatedMember => "repeated_member",
            Self::InvalidId => "invalid_id",
            Self::InvalidState => "invalid_state",
            Self::UnknownGraph => "unknown_graph",
            Self::AnotherApp => "another_app",
            Self::Revoked => "revoked",
            Self::TooLate => "too_late",
            Self::NoAction => "no_action",
        }
    }

    /// What is wrong with the booking, for the log. `None` if nothing is.
    pub(super) fn fault(self) -> Option<&'static str> {
        Some(match self {
            Self::RepeatedMember => "it has a repeated member",
            Self::InvalidId => "it has no id that a link could name",
            Self::InvalidState => "it has no state, or one that is not the name of a state",
            Self::UnknownGraph => "its graph is unknown",
            Self::AnotherApp => "it belongs to another app",
            Self::Revoked => "its `links_valid_after` is in the future, or is not a number",
            Self::TooLate | Self::NoAction => return None,
        })
    }
}
