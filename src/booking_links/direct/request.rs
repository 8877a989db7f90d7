//! The JSON of a request.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::refusal::Refusal;
use crate::invocation::ErrorCode;

/// Parses a request. Messages name members, so that a misspelt one is found, and never quote
/// values, which may be secret.
pub(super) fn parse<'de, T: Deserialize<'de>>(json: &'de RawValue) -> Result<T, Refusal> {
    serde_json::from_str(json.get()).map_err(|e| {
        let said = e.to_string();
        let of_a_name =
            ["unknown field", "missing field", "duplicate field"].iter().any(|start| said.starts_with(start));
        let wrong_type = || format!("a member is of the wrong type, at line {} column {}", e.line(), e.column());
        Refusal::new(ErrorCode::InvalidRequest, if of_a_name { said } else { wrong_type() })
    })
}
