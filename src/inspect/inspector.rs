//! Looks at a link in the order in which a click does.

use super::booking::{self, Refused};
use super::context::InspectionContext;
use super::finding::{Finding, Inspection, Mark, OnOpen};
use super::pasted::{Pasted, Short};
use super::signature::{self, Signer};
use super::time::{distance, time_of, times};
use super::token;
use super::verdict::{Verdict, WORKS};
use crate::app::App;
use crate::click::{Outcome, OutcomeRow};
use crate::domain::printable;
use crate::link::{AuthenticLink, Claims, Refusal, UnverifiedLink, Verifier};
use url::Url;

/// Looks at a link, in the order in which a click does, and goes on after a fault as far as it can.
pub fn inspect(pasted: &Pasted, context: &InspectionContext<'_>) -> Inspection {
    let mut inspector = Inspector { lines: pasted.repairs.clone(), code: None, sentence: None, on_open: None, context };
    inspector.form(pasted);
    if let (Ok(link), Some(token)) = (&pasted.link, &pasted.token) {
        inspector.token(link, token);
    }
    inspector.lines.extend(context.faults.iter().map(|fault| Finding::note("table", fault.clone())));
    let is_sure = inspector.lines.iter().all(|line| line.mark != Mark::Bad) && inspector.is_complete();
    let Inspector { lines, code, sentence, on_open, .. } = inspector;
    let verdict = Verdict { pasted, lines: &lines, sentence, on_open }.told();
    let wrapped_by = pasted.wrappers.iter().map(|wrapper| wrapper.name.to_string()).collect();
    Inspection { works: is_sure && code.is_none(), verdict, code, on_open, wrapped_by, lines }
}

struct Inspector<'a, 'c> {
    lines: Vec<Finding>,
    code: Option<&'static str>,
    /// What would happen.
    sentence: Option<String>,
    on_open: Option<OnOpen>,
    context: &'a InspectionContext<'c>,
}

impl Inspector<'_, '_> {
    /// Notes a code and why, unless an earlier one comes first.
    fn answers(&mut self, row: OutcomeRow, sentence: impl Into<String>) {
        if self.code.is_none() {
            (self.code, self.sentence) = (Some(row.code), Some(sentence.into()));
        }
    }

    /// Notes that a click would be refused because of the first of these lines that is wrong.
    fn is_invalid(&mut self, lines: &[Finding]) {
        if let Some(line) = lines.iter().find(|line| line.mark == Mark::Bad) {
            let sentence = format!("A click is refused, for {} is wrong: {}.", the(line.subject), line.text);
            self.answers(OutcomeRow::INVALID_SIGNATURE, sentence);
        }
    }

    /// Whether the key and the booking were found to be right. A link about which that is not known
    /// is not said to work.
    fn is_complete(&self) -> bool {
        let good = |subject| self.lines.iter().any(|line| line.subject == subject && line.mark == Mark::Good);
        good("signature") && good("booking")
    }

    fn form(&mut self, pasted: &Pasted) {
        for wrapper in &pasted.wrappers {
            let text = format!("by {}", wrapper.name);
            self.lines.push(Finding::note("wrapped", text));
        }
        match (&pasted.url, &pasted.link) {
            (Some(url), Err(_)) if matches!(pasted.short, Some(Short::Unread(_) | Short::Failed | Short::Unknown)) => {
                self.short(pasted, url);
            }
            (None, Ok(_)) => self.lines.push(
                Finding::bad("form", "this is a token alone; there is no path to compare it with")
                    .advise("Paste the whole link."),
            ),
            (None, Err(_)) if pasted.is_api_key => self.lines.push(
                Finding::bad("form", "this is an API key")
                    .advise("`key revoke` revokes it, and `key add` makes another one. Then paste the link."),
            ),
            (None, Err(_)) => {
                self.lines
                    .push(Finding::bad("form", "this is neither a link nor a token").advise("Paste the whole link."));
            }
            (Some(url), Err(_)) if !pasted.wrappers.is_empty() => {
                // Mimecast names the host.
                let host = url.query_pairs().find(|(name, _)| name == "domain");
                let host = host.map(|(_, host)| format!("; it leads to {}", printable(&host))).unwrap_or_default();
                self.lines.push(
                    Finding::bad("form", format!("the link inside cannot be read from here{host}"))
                        .advise("Take the link from the mail as it was sent, or from where that service leads."),
                );
            }
            (Some(url), Err(error)) => {
                let host = printable(url.host_str().unwrap_or_default());
                let text = if pasted.has_host { format!("{error}; it leads to {host}") } else { error.to_string() };
                self.lines.push(Finding::bad("form", text).advise("Copy the whole link from the mail."));
                let is_http = matches!(url.scheme(), "http" | "https");
                if is_http {
                    self.answers(
                        Outcome::MalformedLink(*error).row(),
                        format!("This is not a whole action link: {error}."),
                    );
                }
            }
            (Some(url), Ok(_)) => {
                if let Some(Short::Found) = pasted.short {
                    self.lines.push(Finding::good("short link", "a link is stored under its code"));
                }
                let elsewhere = self.elsewhere(pasted, url).map(|text| {
                    Finding::bad("form", text)
                        .advise("Sign with the base URL of this deployment, or look at the other one.")
                });
                self.lines
                    .push(elsewhere.unwrap_or_else(|| Finding::good("form", "it has the form of an action link")));
            }
        }
    }

    /// Where a link leads, if not to this deployment.
    fn elsewhere(&self, pasted: &Pasted, url: &Url) -> Option<String> {
        let base = self.context.base?.as_str().trim_end_matches('/');
        let path = if pasted.short.is_some() { "l" } else { "v2" };
        let is_elsewhere = pasted.has_host && !url.as_str().starts_with(&format!("{base}/{path}/"));
        let host = printable(url.host_str().unwrap_or_default());
        is_elsewhere.then(|| format!("the link leads to {host}, and this deployment is {base}"))
    }

    /// A short link, and nothing is known of the link that it stands for.
    fn short(&mut self, pasted: &Pasted, url: &Url) {
        if let Some(text) = self.elsewhere(pasted, url) {
            self.sentence = Some(format!("If this is a short link, it is not one of this deployment: {text}."));
            return self.lines.push(Finding::bad("short link", text).advise("Look at the other deployment."));
        }
        let line = match pasted.short {
            Some(Short::Unknown) => {
                let sentence = "A click is refused: this is a short link, and no link is stored under its code.";
                self.answers(OutcomeRow::BOOKING_NOT_FOUND, sentence);
                Finding::bad("short link", "no link is stored under its code").advise(
                    "Compare it with the message that was sent. A code is kept for 30 days more than its link works.",
                )
            }
            Some(Short::Failed) => Finding::note("short link", "its code could not be looked up"),
            _ => Finding::note("short link", "its code was not looked up")
                .advise("Name the table of short links: --short-links-table, SHORT_LINKS_TABLE, or --stack."),
        };
        self.lines.push(line);
    }

    fn token(&mut self, link: &UnverifiedLink, token: &str) {
        let (booking_id, action) = (link.unverified_booking_id().as_str(), link.unverified_action().as_str());
        let header = token::header(token);
        let is_read = header.iter().all(|line| line.mark != Mark::Bad);
        self.is_invalid(&header);
        self.lines.extend(header);
        let claims = token::claims(token, booking_id, action, self.context.now);
        let fit = claims.iter().all(|line| line.mark != Mark::Bad);
        self.lines.extend(signature::named_key(link, self.context));
        let mut signer = None;
        if is_read {
            let (line, found) = signature::signature(link, self.context);
            self.is_invalid(std::slice::from_ref(&line));
            self.lines.push(line);
            signer = found;
        }
        self.is_invalid(&claims);
        self.lines.extend(claims);
        if let Some(signer) = signer.filter(|_| fit) {
            self.verified(link, &signer);
        } else if let Some(host) = token::redirect_host(token) {
            self.lines.push(Finding::note("redirect", format!("to {host}")));
        }
    }

    /// What follows once the signature is known to be valid.
    fn verified(&mut self, link: &UnverifiedLink, signer: &Signer<'_>) {
        let context = self.context;
        // A link that has expired is looked at further, as of a time when it was valid.
        let verifier = Verifier::new([signer.key]);
        let (authentic, verified) = match verifier.verify(link, context.now) {
            Ok(verified) => (verified.authentic().clone(), Some(verified)),
            Err(Refusal::Expired(authentic)) => {
                // What it did comes before its expiry.
                match signer.app.and_then(|app| booking::used(&authentic, app, context)) {
                    Some(used) => self.refused(used),
                    None => {
                        let exp = authentic.claims().exp.and_then(|exp| time_of(exp.as_seconds()));
                        let ago = exp.map(|exp| distance(exp, context.now)).unwrap_or_default();
                        self.answers(OutcomeRow::LINK_EXPIRED, format!("This link expired {ago}, and was not used."));
                    }
                }
                (*authentic, None)
            }
            Err(Refusal::NotYetValid(authentic)) => {
                let nbf = authentic.claims().nbf.and_then(|nbf| time_of(nbf.as_seconds()));
                let from = nbf.map_or_else(|| "in a far future".to_owned(), |nbf| distance(nbf, context.now));
                self.answers(OutcomeRow::LINK_NOT_YET_VALID, format!("This link is not valid yet: it will be {from}."));
                (*authentic, None)
            }
            Err(Refusal::InvalidSignature) => {
                return self.answers(OutcomeRow::INVALID_SIGNATURE, "A click is refused: the signature is not valid.");
            }
        };
        self.lines.push(Finding::note("link id", authentic.link_id().to_string()));
        self.lines.extend(times(authentic.claims(), context.now));
        let Some(routes) = context.graphs.routes(authentic.action()) else {
            let line = Finding::bad("action", "no graph has it for a link");
            self.lines.push(line.advise("The README lists the actions; GRAPHS may have others."));
            let sentence = format!("A click is refused: no graph has the action `{}` for a link.", authentic.action());
            return self.answers(OutcomeRow::UNKNOWN_ACTION, sentence);
        };
        let Some(app) = signer.app else {
            let line = Finding::note("booking", "it was not looked at");
            return self.lines.push(line.advise("Name both tables: --apps-table, --bookings-table, or --stack."));
        };
        let asks = app.clicks.asks_first(authentic.action(), authentic.claims().confirm);
        self.on_open = Some(if asks { OnOpen::Asks } else { OnOpen::Acts });
        self.lines.push(if asks {
            Finding::note("opening it", "asks first: only the button of its page acts")
        } else {
            Finding::note("opening it", "acts at once, whoever opens it")
                .advise("Mail scanners open links. `confirm_actions` lets an action ask first.")
        });
        self.redirect(&authentic, app);
        if let Some(verified) = verified {
            match booking::booking(&verified, app, routes, context) {
                Ok((line, to)) => {
                    if let Some(to) = to {
                        let opens = if asks { "opening it asks first, and its button" } else { "opening it at once" };
                        self.sentence.get_or_insert(format!("{WORKS}: {opens} {to}."));
                    }
                    self.lines.push(line);
                }
                Err(refused) => self.refused(*refused),
            }
        }
    }

    fn refused(&mut self, refused: Refused) {
        self.answers(refused.row, refused.sentence);
        self.lines.push(refused.line);
    }

    fn redirect(&mut self, link: &AuthenticLink, app: &App) {
        let rule = if link.claims().redirect.as_deref().is_some_and(|url| !url.is_empty()) {
            "it is signed"
        } else if link.unverified_redirect().is_some() {
            "its host is one of the app's `redirect_hosts`"
        } else {
            "the app's `redirect_url`"
        };
        match link.redirect(&app.redirects.policy) {
            Ok(Some(redirect)) => {
                let host = token::host_of(redirect.as_str()).unwrap_or_default();
                self.lines.push(Finding::good("redirect", format!("to {host}: {rule}")));
            }
            Ok(None) => self.lines.push(Finding::note("redirect", "none: a click shows a page")),
            Err(error) => {
                let given = link.unverified_redirect().or(link.claims().redirect.as_deref());
                let to = given.and_then(token::host_of).map(|host| format!(" (to {host})")).unwrap_or_default();
                let line = Finding::bad("redirect", format!("{error}{to}"));
                self.lines.push(line.advise("Sign the redirect into the token, or add its host to `redirect_hosts`."));
                self.answers(OutcomeRow::REDIRECT_NOT_ALLOWED, format!("A click is refused: {error}{to}."));
            }
        }
    }
}

/// A subject in a sentence.
fn the(subject: &str) -> String {
    if Claims::NAMES.contains(&subject) { format!("the claim `{subject}`") } else { format!("the {subject}") }
}
