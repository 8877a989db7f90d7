//! Why an invocation was refused.

use std::fmt;

/// Defines the codes once, for both directions.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// Why an invocation was refused: `errorType` of the function error.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A code that this version does not know, or an error of Lambda's own.
            Other(String),
        }

        impl ErrorCode {
            /// The codes that this version knows, as they stand in `errorType`.
            #[doc(hidden)]
            pub const ALL: &[&str] = &[$($code),*];

            /// The code as it stands in `errorType`.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Other(code) => code,
                }
            }
        }

        impl From<String> for ErrorCode {
            fn from(code: String) -> Self {
                match &*code {
                    $($code => Self::$name,)*
                    _ => Self::Other(code),
                }
            }
        }
    };
}

codes! {
    /// The request has a member that is missing, unknown, or makes no sense.
    InvalidRequest = "invalid_request",
    /// There is no app with that id.
    UnknownApp = "unknown_app",
    /// There are several apps, and the request names none.
    AppRequired = "app_required",
    /// Every key of the app is retired or revoked.
    NoSigningKey = "no_signing_key",
    /// A setting of the app cannot be read, and signing without it would make links more dangerous.
    SettingInvalid = "setting_invalid",
    /// No graph has the action or, for `sign`, has it for a link.
    UnknownAction = "unknown_action",
    /// `include` has a word that is not known.
    UnknownInclude = "unknown_include",
    /// The redirect is not an https URL, or is too long.
    RedirectNotAllowed = "redirect_not_allowed",
    /// `LINK_BASE_URL` is not set.
    LinkBaseUrlRequired = "link_base_url_required",
    /// `SHORT_LINKS_TABLE` is not set.
    ShortLinksTableRequired = "short_links_table_required",
    /// There is no such booking, or it belongs to another app.
    BookingNotFound = "booking_not_found",
    /// The booking's state does not allow the action.
    ActionNotAvailable = "action_not_available",
    /// The booking's record cannot be changed: it is too large, or an attribute has the wrong type.
    BookingUnusable = "booking_unusable",
    /// The answer would be larger than Lambda allows. Send fewer links at a time.
    AnswerTooLarge = "answer_too_large",
    /// A table does not answer now. Try again.
    TemporarilyUnavailable = "temporarily_unavailable",
    /// The event is neither a direct invocation nor one of a gateway.
    UnknownEvent = "unknown_event",
    /// A fault of the function.
    InternalError = "internal_error",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
