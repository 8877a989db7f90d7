//! The deployment's address: whether the two functions answer there.

use url::Url;

use super::http::{Answer, Http};
use super::report::Report;
use crate::app::App;
use crate::cli::place::Place;
use crate::link::{ApiKey, BaseUrl, Signer, UnsignedLink};

const SUBJECT: &str = "address";

/// A key of nobody, so that its links have a signature that is wrong.
const NOBODY: &str = "test_api_key_that_no_app_has_so_that_its_links_are_refused";

/// Whether the functions answer at the address.
pub(super) async fn check(http: &Http, base: Option<&BaseUrl>, place: &Place, report: &mut Report) -> bool {
    let Some(base) = base else {
        report.bad(SUBJECT, "it is not known", "Give --base-url or set LINK_BASE_URL, or name the stack: --stack.");
        return false;
    };
    let lists = place.stack.as_ref().and_then(|stack| stack.output("BookingLinksUrl"));
    let lists = format!("{}/v2/bookings", lists.unwrap_or(base.as_str()).trim_end_matches('/'));
    let answer = http.get(&lists).await;
    let is_list = match &answer {
        Ok(answer) if answer.status == 401 && answer.headers.contains_key("www-authenticate") => {
            report.good(SUBJECT, format!("{lists} asks for an API key"));
            true
        }
        answer => {
            wrong(&lists, answer, "401", report);
            false
        }
    };
    // One fault is told once.
    if answer.is_err() {
        return false;
    }
    refuses(http, base, report).await && is_list
}

/// Whether a link with a wrong signature is refused there.
async fn refuses(http: &Http, base: &BaseUrl, report: &mut Report) -> bool {
    let Some(url) = forged(base) else { return false };
    let path = format!("{}/v2/bookings/…", base.as_str().trim_end_matches('/'));
    match http.get(&url).await {
        Ok(answer) if answer.status == 403 && answer.code().as_deref() == Some("invalid_signature") => {
            report.good(SUBJECT, format!("{path} refuses a link with a wrong signature"));
            true
        }
        answer => {
            wrong(&path, &answer, "403 invalid_signature", report);
            false
        }
    }
}

/// The addresses that apps have for their links.
pub(super) async fn check_apps(http: &Http, apps: &[App], report: &mut Report) {
    let mut bases: Vec<&BaseUrl> = apps.iter().filter_map(|app| app.link_base.as_ref()).collect();
    bases.dedup_by_key(|base| base.as_str());
    for base in bases {
        refuses(http, base, report).await;
    }
}

/// A link with a signature of nobody.
fn forged(base: &BaseUrl) -> Option<String> {
    let key = ApiKey::new(NOBODY).ok()?;
    let link = UnsignedLink::new("doctor".parse().ok()?, "confirm".parse().ok()?);
    Some(Signer::new(&key, base).sign(&link, std::time::SystemTime::now()).ok()?.url)
}

/// Says what was answered in place of what should have been.
fn wrong(url: &str, answer: &Result<Answer, String>, expected: &str, report: &mut Report) {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let (text, advice) = match answer {
        Err(cause) => (
            format!("{url} cannot be reached: {cause}"),
            format!(
                "Is {host} the address of this deployment? Its record, its certificate and its port must be right."
            ),
        ),
        Ok(answer) => {
            let advice = match answer.status {
                301..=308 => {
                    "Something before the functions redirects. Give the address to which it leads as the base."
                }
                404 => {
                    "Another service answers there, or the API's own address is switched off (DisableExecuteApiEndpoint), or \
                     the stage is missing from the base."
                }
                403 => {
                    "Something before the functions refuses: a firewall, the function URL's auth type, or another stage."
                }
                429 => "Requests are throttled: ReservedConcurrency, or the API's throttling.",
                500 | 502 => "The function does not start, or fails: its log says why.",
                503 => "The function does not reach DynamoDB: its log says why.",
                _ => "Is it the address of this deployment?",
            };
            (format!("{url} answers {}, and should answer {expected}", answer.told()), advice.to_owned())
        }
    };
    report.bad(SUBJECT, text, advice);
}
