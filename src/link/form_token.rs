//! The token of a form: when its page was made and what its button is for, signed. So a press by a
//! machine can be told from one by a person, and nobody can make up a form.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::id::LinkId;
use super::key::ApiKey;
use super::verify::AuthenticLink;

/// Makes and reads the form tokens of one link's forms.
#[derive(Clone, Copy, Debug)]
pub struct FormTokens<'a> {
    key: &'a ApiKey,
    link_id: &'a LinkId,
}

/// What a valid form token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormToken {
    /// When its page was made.
    pub shown_at: SystemTime,
    /// The facts that were signed with it.
    pub facts: String,
}

impl<'a> FormTokens<'a> {
    /// The form tokens of `link`, signed with the key that signed the link. `None` if that is none of
    /// `keys`.
    pub fn new(link: &'a AuthenticLink, keys: impl IntoIterator<Item = &'a ApiKey>) -> Option<Self> {
        let key = keys.into_iter().find(|key| key.id() == link.key_id())?;
        Some(Self { key, link_id: link.link_id() })
    }

    /// The form token of a `button` on a page that is made at `shown_at`, with any `facts` that its press
    /// needs: milliseconds since 1970, base64url of the facts if there are any, and
    /// base64url(HMAC-SHA256) over both, the button and the link's id, with dots between them. ASCII.
    pub fn issue(self, button: &str, facts: &str, shown_at: SystemTime) -> String {
        let millis = shown_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        let stamped = match facts {
            "" => millis.to_string(),
            facts => format!("{millis}.{}", URL_SAFE_NO_PAD.encode(facts)),
        };
        let seal = self.key.seal(button, &self.of_link(&stamped));
        format!("{stamped}.{seal}")
    }

    /// Reads a form token. Returns `None` if it is not one of this link and this button. Compared in
    /// constant time.
    pub fn read(self, button: &str, stamp: &str) -> Option<FormToken> {
        let (stamped, mac) = stamp.rsplit_once('.')?;
        if !self.key.is_seal(mac, button, &self.of_link(stamped)) {
            return None;
        }
        // A form token that fits was made by `issue`, so its parts are valid.
        let (millis, facts) = stamped.split_once('.').unwrap_or((stamped, ""));
        let since_1970 = millis.parse().ok().map(Duration::from_millis)?;
        let facts = String::from_utf8(URL_SAFE_NO_PAD.decode(facts).ok()?).ok()?;
        Some(FormToken { shown_at: SystemTime::UNIX_EPOCH.checked_add(since_1970)?, facts })
    }

    fn of_link(self, stamped: &str) -> String {
        format!("{}\n{stamped}", self.link_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{BaseUrl, Signer, UnsignedLink, UnverifiedLink, Verifier};

    const TIME: SystemTime = SystemTime::UNIX_EPOCH;

    /// The link of a booking, signed with that key.
    fn link(booking: &str, key: &ApiKey) -> AuthenticLink {
        let base = BaseUrl::parse("https://links.example").unwrap();
        let link = UnsignedLink::new(booking.parse().unwrap(), "cancel".parse().unwrap());
        let link: UnverifiedLink = Signer::new(key, &base).sign(&link, TIME).unwrap().url.parse().unwrap();
        Verifier::new([key]).verify(&link, TIME).unwrap().authentic().clone()
    }

    /// A key of 32 times that letter.
    fn key(letter: &str) -> ApiKey {
        ApiKey::new(&letter.repeat(ApiKey::MIN_LENGTH)).unwrap()
    }

    #[test]
    fn a_stamp_is_read_with_its_own_key_link_and_button_alone() {
        let shown_at = TIME + Duration::from_millis(1_795_420_800_123);
        let (own, other) = (key("k"), key("o"));
        let read = |booking: &str, key: &ApiKey, button: &str, stamp: &str| {
            let link = link(booking, key);
            FormTokens::new(&link, [key]).unwrap().read(button, stamp)
        };
        let own_link = link("b-1", &own);
        for facts in ["", "{\"state\":\"größer.\"}"] {
            let stamp = FormTokens::new(&own_link, [&other, &own]).unwrap().issue("act", facts, shown_at);
            assert_eq!(read("b-1", &own, "act", &stamp), Some(FormToken { shown_at, facts: facts.to_owned() }));
            assert_eq!(read("b-1", &own, "undo", &stamp), None);
            assert_eq!(read("b-2", &own, "act", &stamp), None);
            assert_eq!(read("b-1", &other, "act", &stamp), None);
        }
        assert!(FormTokens::new(&own_link, [&other]).is_none());
    }

    #[test]
    fn an_altered_stamp_is_invalid() {
        let key = key("k");
        let link = link("b-1", &key);
        let form_tokens = FormTokens::new(&link, [&key]).unwrap();
        let stamp = form_tokens.issue("act", "", TIME + Duration::from_millis(1_000));
        let (_, mac) = stamp.split_once('.').unwrap();
        let with_facts = form_tokens.issue("act", "a", TIME + Duration::from_millis(1_000));
        let (_, mac_of_facts) = with_facts.rsplit_once('.').unwrap();
        for altered in [
            "",
            ".",
            "1000.",
            mac,
            &format!("999.{mac}"),
            &format!("01000.{mac}"),
            &format!("+1000.{mac}"),
            &format!("1000.{mac}="),
            &format!("1000.YQ.{mac}"),
            &format!("1000..{mac}"),
            &format!("1000.{}", &mac[..42]),
            &format!("1000.{mac_of_facts}"),
            &format!("1000.Yg.{mac_of_facts}"),
        ] {
            assert_eq!(form_tokens.read("act", altered), None, "{altered}");
        }
    }
}
