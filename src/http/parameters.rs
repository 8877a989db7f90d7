//! What the query of a request for bookings asks for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lambda_http::http::StatusCode;

use super::problem::Problem;
use crate::decorate::Include;
use crate::link::{BaseUrl, Redirect};
use crate::store::Position;

/// How many bookings a page has unless the caller says.
const DEFAULT_LIMIT: usize = 50;
/// How many it may have at most.
const MAX_LIMIT: usize = 1000;

/// What a query asks for.
pub(super) struct Parameters {
    pub(super) include: Include,
    include_text: Option<String>,
    pub(super) redirect: Option<Redirect>,
    pub(super) limit: usize,
    pub(super) after: Option<Cursor>,
}

/// Where a list goes on, as the caller holds it: base64url of `[app, created_at, id]`.
pub(super) struct Cursor {
    pub(super) app_id: String,
    pub(super) position: Position,
}

impl Parameters {
    pub(super) fn read(query: &[(String, String)]) -> Result<Self, Problem> {
        let one = |name: &str| {
            let mut values = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            let value = values.next();
            if values.next().is_some() { Err(invalid(name, "is given twice")) } else { Ok(value) }
        };
        let include_text = one("include")?;
        let include = Include::parse(include_text.unwrap_or_default()).map_err(|unknown| {
            let names = unknown.join(", ");
            Problem::new(
                StatusCode::BAD_REQUEST,
                "unknown_include",
                format!("There is nothing to include that is called: {names}."),
            )
        })?;
        let redirect = one("redirect")?
            .map(Redirect::trusted)
            .transpose()
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "redirect_not_allowed", format!("{error}.")))?;
        let limit = one("limit")?.map_or(Ok(DEFAULT_LIMIT), str::parse).ok();
        let limit = limit
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| invalid("limit", "is not from 1 to 1000"))?;
        let after =
            one("cursor")?.map(|text| Cursor::decode(text).ok_or_else(|| invalid("cursor", "is none of this list's")));
        Ok(Self { include, include_text: include_text.map(str::to_owned), redirect, limit, after: after.transpose()? })
    }

    pub(super) fn next_page_url(&self, base: &BaseUrl, cursor: &Cursor) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(include) = &self.include_text {
            query.append_pair("include", include);
        }
        if let Some(redirect) = &self.redirect {
            query.append_pair("redirect", redirect.as_str());
        }
        query.append_pair("limit", &self.limit.to_string()).append_pair("cursor", &cursor.encode());
        format!("{}/v2/bookings?{}", base.as_str(), query.finish())
    }
}

impl Cursor {
    fn encode(&self) -> String {
        let parts = [&self.app_id, &self.position.created_at, &self.position.id];
        URL_SAFE_NO_PAD.encode(serde_json::json!(parts).to_string())
    }

    fn decode(text: &str) -> Option<Self> {
        let json = URL_SAFE_NO_PAD.decode(text).ok()?;
        let [app_id, created_at, id]: [String; 3] = serde_json::from_slice(&json).ok()?;
        Some(Self { app_id, position: Position { id, created_at } })
    }
}

pub(super) fn invalid(parameter: &str, fault: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_parameter", format!("The parameter `{parameter}` {fault}."))
}
