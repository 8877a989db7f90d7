//! Short links of `link sign`.

use std::time::SystemTime;

use crate::cli::failure::{CliError, failure, store as fault};
use crate::link::SignedLink;
use crate::store::{ShortLink, ShortLinkStore};

/// The most links that are stored at once.
pub(super) const MAX_AT_ONCE: usize = 1_000;

/// How often codes are drawn anew because one of them is taken.
const MAX_DRAWS: usize = 3;

/// Stores links, and returns their short URLs.
pub(super) async fn keep(
    store: &ShortLinkStore,
    links: &[SignedLink],
    now: SystemTime,
) -> Result<Vec<String>, CliError> {
    for _ in 0..MAX_DRAWS {
        let drawn = links.iter().map(|link| ShortLink::new(link, now));
        let drawn = drawn.collect::<Result<Vec<_>, _>>().map_err(fault)?;
        if drawn.is_empty() || store.keep(&drawn).await.map_err(fault)? {
            return Ok(drawn.iter().map(ShortLink::url).collect());
        }
    }
    Err(failure("no code for a short link is free", "Run the command again."))
}
