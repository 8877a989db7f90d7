//! The stamp of a form: when its page was made, so that a press by a machine can be told from one
//! by a person.

use std::time::{Duration, SystemTime};

use super::verify::VerifiedLink;

impl VerifiedLink<'_> {
    /// The stamp of a page for this link, made at `shown_at`: milliseconds since 1970, a dot, and
    /// base64url(HMAC-SHA256) over that time and the link's id, with the key that signed the link.
    /// ASCII.
    pub fn stamp(&self, shown_at: SystemTime) -> String {
        let millis = shown_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis().to_string();
        let seal = self.key.seal("stamp", &self.stamped(&millis));
        format!("{millis}.{seal}")
    }

    /// When the page with this `stamp` was made. Returns `None` if it is not a stamp of this link.
    /// Compared in constant time.
    pub fn stamped_at(&self, stamp: &str) -> Option<SystemTime> {
        let (millis, mac) = stamp.split_once('.')?;
        let fits = self.key.is_seal(mac, "stamp", &self.stamped(millis));
        // A stamp that fits was made by `stamp`, so it has a valid time.
        let since_1970 = fits.then(|| millis.parse().ok().map(Duration::from_millis))??;
        SystemTime::UNIX_EPOCH.checked_add(since_1970)
    }

    fn stamped(&self, millis: &str) -> String {
        format!("{}\n{millis}", self.link_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{ApiKey, BaseUrl, Signer, UnsignedLink, UnverifiedLink, Verifier};

    const TIME: SystemTime = SystemTime::UNIX_EPOCH;

    /// The link of a booking, signed with 32 times that letter.
    fn link<'k>(booking: &str, key: &'k ApiKey) -> VerifiedLink<'k> {
        let base = BaseUrl::parse("https://links.example").unwrap();
        let link = UnsignedLink::new(booking.parse().unwrap(), "cancel".parse().unwrap());
        let link: UnverifiedLink = Signer::new(key, &base).sign(&link, TIME).url.parse().unwrap();
        Verifier::new([key]).verify(&link, TIME).unwrap()
    }

    fn key(letter: &str) -> ApiKey {
        ApiKey::new(&letter.repeat(ApiKey::MIN_LENGTH)).unwrap()
    }

    #[test]
    fn a_stamp_tells_its_time_to_its_own_key_and_link_alone() {
        let shown_at = TIME + Duration::from_millis(1_795_420_800_123);
        let (own, other) = (key("k"), key("o"));
        let stamp = link("b-1", &own).stamp(shown_at);
        assert_eq!(link("b-1", &own).stamped_at(&stamp), Some(shown_at));
        assert_eq!(link("b-2", &own).stamped_at(&stamp), None);
        assert_eq!(link("b-1", &other).stamped_at(&stamp), None);
    }

    #[test]
    fn an_altered_stamp_is_invalid() {
        let key = key("k");
        let link = link("b-1", &key);
        let stamp = link.stamp(TIME + Duration::from_millis(1_000));
        let (_, mac) = stamp.split_once('.').unwrap();
        for altered in [
            "",
            ".",
            "1000.",
            mac,
            &format!("999.{mac}"),
            &format!("01000.{mac}"),
            &format!("+1000.{mac}"),
            &format!("1000.{mac}="),
            &format!("1000.{}", &mac[..42]),
        ] {
            assert_eq!(link.stamped_at(altered), None, "{altered}");
        }
    }
}
