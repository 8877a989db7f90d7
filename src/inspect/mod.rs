//! Why does this link not work? The same answer for the command line and for the demo's page.

mod booking;
mod context;
mod finding;
mod pasted;
mod signature;
mod time;
mod token;

use crate::click::{Outcome, OutcomeRow};
use crate::domain::printable;
use crate::link::{Refusal, UnverifiedLink, Verifier};
pub use context::InspectionContext;
pub use finding::{Finding, Inspection, Mark};
pub use pasted::Pasted;
use signature::Signer;

/// Looks at a link, in the order in which a click does, and goes on after a fault as far as it can.
pub fn inspect(pasted: &Pasted, context: &InspectionContext<'_>) -> Inspection {
    let mut inspector = Inspector { lines: pasted.repairs.clone(), code: None };
    inspector.form(pasted, context);
    if let (Ok(link), Some(token)) = (&pasted.link, &pasted.token) {
        inspector.token(link, token, context);
    }
    inspector.lines.extend(context.faults.iter().map(|fault| Finding::note("table", fault.clone())));
    let is_sure = inspector.lines.iter().all(|line| line.mark != Mark::Bad) && inspector.is_complete();
    Inspection { works: is_sure && inspector.code.is_none(), code: inspector.code, lines: inspector.lines }
}

struct Inspector {
    lines: Vec<Finding>,
    code: Option<&'static str>,
}

impl Inspector {
    /// Notes a code, unless an earlier one comes first.
    fn answers(&mut self, row: OutcomeRow) {
        self.code.get_or_insert(row.code);
    }

    /// Whether the key and the booking were found to be right. A link about which that is not known
    /// is not said to work.
    fn is_complete(&self) -> bool {
        let good = |subject| self.lines.iter().any(|line| line.subject == subject && line.mark == Mark::Good);
        good("signature") && good("booking")
    }

    fn form(&mut self, pasted: &Pasted, context: &InspectionContext<'_>) {
        match (&pasted.url, &pasted.link) {
            (None, Ok(_)) => self.lines.push(
                Finding::bad("form", "this is a token alone; there is no path to compare it with")
                    .advise("Paste the whole link."),
            ),
            (None, Err(_)) => {
                self.lines
                    .push(Finding::bad("form", "this is neither a link nor a token").advise("Paste the whole link."));
            }
            (Some(_), Err(error)) => {
                self.lines.push(Finding::bad("form", error.to_string()).advise("Copy the whole link from the mail."));
                self.answers(Outcome::MalformedLink(*error).row());
            }
            (Some(url), Ok(_)) => {
                let base = context.base.map(|base| base.as_str().trim_end_matches('/'));
                match base.filter(|base| !url.as_str().starts_with(&format!("{base}/v2/"))) {
                    Some(base) => {
                        let host = url.host_str().unwrap_or_default();
                        let text = format!("the link leads to {}, and this deployment is {base}", printable(host));
                        let line = Finding::bad("form", text);
                        self.lines
                            .push(line.advise("Sign with the base URL of this deployment, or look at the other one."));
                    }
                    None => self.lines.push(Finding::good("form", "it has the form of an action link")),
                }
            }
        }
    }

    fn token(&mut self, link: &UnverifiedLink, token: &str, context: &InspectionContext<'_>) {
        let (booking_id, action) = (link.unverified_booking_id().as_str(), link.unverified_action().as_str());
        let header = token::header(token);
        let is_read = header.iter().all(|line| line.mark != Mark::Bad);
        self.lines.extend(header);
        let claims = token::claims(token, booking_id, action, context.now);
        let fit = claims.iter().all(|line| line.mark != Mark::Bad);
        let signer = if is_read {
            let (line, signer) = signature::signature(link, context);
            if line.mark == Mark::Bad {
                self.answers(OutcomeRow::INVALID_SIGNATURE);
            }
            self.lines.push(line);
            signer
        } else {
            self.answers(OutcomeRow::INVALID_SIGNATURE);
            None
        };
        self.lines.extend(claims);
        if !fit {
            self.answers(OutcomeRow::INVALID_SIGNATURE);
        }
        if let Some(signer) = signer.filter(|_| fit) {
            self.verified(link, &signer, context);
        }
    }

    /// What follows once the signature is known to be valid.
    fn verified(&mut self, link: &UnverifiedLink, signer: &Signer<'_>, context: &InspectionContext<'_>) {
        // A link that has expired is looked at further, as of a time when it was valid.
        let verifier = Verifier::new([signer.key]);
        let (authentic, verified) = match verifier.verify(link, context.now) {
            Ok(verified) => (verified.authentic().clone(), Some(verified)),
            Err(Refusal::Expired(authentic)) => {
                // What it did comes before its expiry.
                let used = signer.app.and_then(|app| booking::used(&authentic, app, context));
                self.answers(if used.is_some() { OutcomeRow::LINK_USED } else { OutcomeRow::LINK_EXPIRED });
                self.lines.extend(used);
                (*authentic, None)
            }
            Err(Refusal::NotYetValid(authentic)) => {
                self.answers(OutcomeRow::LINK_NOT_YET_VALID);
                (*authentic, None)
            }
            Err(Refusal::InvalidSignature) => {
                self.answers(OutcomeRow::INVALID_SIGNATURE);
                return;
            }
        };
        self.lines.push(Finding::note("link id", authentic.link_id().to_string()));
        self.lines.extend(time::times(authentic.claims(), context.now));
        let Some(routes) = context.graphs.routes(authentic.action()) else {
            let line = Finding::bad("action", "no graph has it for a link");
            self.lines.push(line.advise("The README lists the actions; GRAPHS may have others."));
            return self.answers(OutcomeRow::UNKNOWN_ACTION);
        };
        let Some(app) = signer.app else {
            let line = Finding::note("booking", "it was not looked at");
            return self.lines.push(line.advise("Name both tables: --apps-table, --bookings-table."));
        };
        self.redirect(&authentic, app);
        if let Some(verified) = verified {
            let (line, refused) = booking::booking(&verified, app, routes, context);
            self.lines.push(line);
            if let Some(row) = refused {
                self.answers(row);
            }
        }
    }

    fn redirect(&mut self, link: &crate::link::AuthenticLink, app: &crate::app::App) {
        let rule = if link.claims().redirect.as_deref().is_some_and(|url| !url.is_empty()) {
            "it is signed"
        } else if link.unverified_redirect().is_some() {
            "its host is one of the app's `redirect_hosts`"
        } else {
            "the app's `redirect_url`"
        };
        match link.redirect(&app.redirects.policy) {
            Ok(Some(redirect)) => {
                self.lines.push(Finding::good("redirect", format!("{}: {rule}", printable(redirect.as_str()))));
            }
            Ok(None) => self.lines.push(Finding::note("redirect", "none: a click shows a page")),
            Err(error) => {
                let line = Finding::bad("redirect", error.to_string());
                self.lines.push(line.advise("Sign the redirect into the token, or add its host to `redirect_hosts`."));
                self.answers(OutcomeRow::REDIRECT_NOT_ALLOWED);
            }
        }
    }
}
