//! Hosts of redirects that are no host of anybody's.

use serde_json::{Map, Value};

use crate::app::Setting;
use crate::cli::failure::{CliError, failure};

/// The hosts of a record's `redirect_hosts` that are whole public suffixes: below `com`, `co.uk` or `github.io` is
/// everybody's site.
pub(super) fn public_suffixes(record: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let hosts = record.get(Setting::REDIRECT_HOSTS.name).into_iter();
    let hosts = hosts.flat_map(|hosts| hosts.as_array().map_or(std::slice::from_ref(hosts), Vec::as_slice));
    hosts.filter_map(Value::as_str).filter(|host| is_public_suffix(host))
}

/// Such a host is refused, because a link could then lead to anybody's site.
pub(super) fn no_ones_host(host: &str, consequence: &str) -> CliError {
    failure(
        format!("{consequence}: `{host}` of redirect_hosts is a public suffix, below which anybody may have a site"),
        "Name your own host, such as `salon.example` or `*.salon.example`.",
    )
}

/// Whether everything below a host, or the host of a pattern `*.host`, is not of one owner.
fn is_public_suffix(pattern: &str) -> bool {
    let host = pattern.strip_prefix("*.").unwrap_or(pattern).trim_end_matches('.').to_lowercase();
    let host = idna::domain_to_ascii(&host).unwrap_or(host);
    let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    host != "localhost" && !is_address && psl::suffix_str(&host) == Some(host.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_suffixes_are_told_from_hosts() {
        for host in [
            "com",
            "*.com",
            "co.uk",
            "*.co.uk",
            "*.github.io",
            "github.io",
            "*.COM",
            "intranet",
            "公司.cn",
            "*.s3.amazonaws.com",
        ] {
            assert!(is_public_suffix(host), "{host}");
        }
        for host in
            ["salon.example", "*.salon.co.uk", "ada.github.io", "localhost", "127.0.0.1", "[::1]", "*.ada.github.io"]
        {
            assert!(!is_public_suffix(host), "{host}");
        }
    }
}
