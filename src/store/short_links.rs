//! The table of short links.

use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, PutRequest, WriteRequest};
use tokio::time::sleep;

use super::client::Client;
use super::error::{Answered, StoreError};
use crate::link::path::{self, SHORT_CODE_LENGTH};
use crate::link::{ParseLinkError, SignedLink, UnverifiedLink};

/// The partition key.
pub(super) const CODE: &str = "code";

/// The attribute that is the table's time to live.
pub(super) const EXPIRES_AT: &str = "expires_at";

/// How long a link without an expiry is kept.
const ENDLESS: Duration = Duration::from_secs(90 * 24 * 3600);

/// How much longer than it works a link is kept, so that it can say that it has expired.
const AFTERWARDS: Duration = Duration::from_secs(30 * 24 * 3600);

/// The most items in a `BatchGetItem` and in a `BatchWriteItem`.
const MAX_KEYS: usize = 100;
const MAX_PUTS: usize = 25;

/// How often DynamoDB may leave a part of a batch undone.
const MAX_ROUNDS: u32 = 6;

/// The letters and digits of a code.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The code of a short link. It is as secret as the link's token, so printing it shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ShortCode(String);

impl ShortCode {
    /// Takes 12 letters and digits of ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = text.len() == SHORT_CODE_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_code.then(|| Self(text.to_owned()))
    }

    /// Draws a code from the system's cryptographic random numbers, each of 62^12 (2^71) with the same probability.
    pub fn random() -> Result<Self, StoreError> {
        let mut code = String::with_capacity(SHORT_CODE_LENGTH);
        while code.len() < SHORT_CODE_LENGTH {
            let mut bytes = [0; 2 * SHORT_CODE_LENGTH];
            getrandom::fill(&mut bytes).map_err(StoreError::client)?;
            // The last bytes would make some letters more frequent than others.
            let fair =
                bytes.into_iter().filter(|byte| *byte < 248).map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
            code.extend(fair.take(SHORT_CODE_LENGTH - code.len()));
        }
        Ok(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortCode(…)")
    }
}

/// A link to be stored under a code.
#[derive(Clone)]
pub struct ShortLink {
    base: String,
    code: ShortCode,
    link: StoredLink,
    expires_at: SystemTime,
}

impl ShortLink {
    /// A new code for a link that was signed `now`.
    pub fn new(signed: &SignedLink, now: SystemTime) -> Result<Self, StoreError> {
        let end = signed.expires_at.or(now.checked_add(ENDLESS)).and_then(|end| end.checked_add(AFTERWARDS));
        let (url, _) = signed.url.split_once('?').unwrap_or((&signed.url, ""));
        let (base, path) = url.split_at(path::prefix(url).map_or(0, str::len));
        Ok(Self {
            base: base.to_owned(),
            code: ShortCode::random()?,
            link: StoredLink { path: path.to_owned(), signature: signed.signature.clone() },
            expires_at: end.unwrap_or(now),
        })
    }

    /// The short link, with the base of the long one.
    pub fn url(&self) -> String {
        format!("{}{}", self.base, path::of_short_link(self.code.as_str()))
    }

    fn item(&self) -> HashMap<String, AttributeValue> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        HashMap::from([
            (CODE.to_owned(), text(self.code.as_str())),
            ("path".to_owned(), text(&self.link.path)),
            ("signature".to_owned(), text(&self.link.signature)),
            (EXPIRES_AT.to_owned(), AttributeValue::N(seconds(self.expires_at).to_string())),
        ])
    }
}

/// A link without its base. It cannot be printed, because it contains a token.
#[derive(Clone)]
pub struct StoredLink {
    pub path: String,
    pub signature: String,
}

impl StoredLink {
    /// The link, with the parameters that were added to the short one. It is not verified.
    pub fn link<'a>(
        &'a self,
        added: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<UnverifiedLink, ParseLinkError> {
        UnverifiedLink::parse(&self.path, [("signature", self.signature.as_str())].into_iter().chain(added))
    }
}

/// The table of short links.
#[derive(Clone, Debug)]
pub struct ShortLinkStore {
    client: Client,
    table: String,
}

impl ShortLinkStore {
    /// The table named `table`, whose partition key is `code`.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// The link of a code. DynamoDB deletes an item some time after its end, so that is looked at here.
    pub async fn link(&self, code: &ShortCode, now: SystemTime) -> Result<Option<StoredLink>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let get = get.key(CODE, AttributeValue::S(code.as_str().to_owned())).send().await;
        let Some(mut item) = get.answered("GetItem", &self.table)?.item else { return Ok(None) };
        let end = item.get(EXPIRES_AT).and_then(|end| end.as_n().ok()?.parse().ok());
        if end.is_some_and(|end: u64| end <= seconds(now)) {
            return Ok(None);
        }
        let mut text = |name: &str| match item.remove(name) {
            Some(AttributeValue::S(text)) => Some(text),
            _ => None,
        };
        Ok(text("path").zip(text("signature")).map(|(path, signature)| StoredLink { path, signature }))
    }

    /// Stores links. Returns `false` if one of their codes is taken: then other codes have to be drawn. One link is one
    /// conditional `PutItem`. `BatchWriteItem` knows no conditions, so before it `BatchGetItem` looks whether a code is
    /// taken; two invocations that draw the same of 2^71 codes within the same moment are not excluded.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. After a [temporary](StoreError::is_temporary) one, some of the links may have been stored. Nobody
    /// has their codes, and the time to live deletes them.
    pub async fn keep(&self, links: &[ShortLink]) -> Result<bool, StoreError> {
        if let [link] = links {
            let put = self.client.put_item().table_name(&self.table).set_item(Some(link.item()));
            let put = put.condition_expression("attribute_not_exists(#code)").expression_attribute_names("#code", CODE);
            return put.send().await.written("PutItem", &self.table);
        }
        for part in links.chunks(MAX_KEYS) {
            if self.is_one_taken(part).await? {
                return Ok(false);
            }
        }
        for part in links.chunks(MAX_PUTS) {
            self.put_all(part).await?;
        }
        Ok(true)
    }

    async fn is_one_taken(&self, links: &[ShortLink]) -> Result<bool, StoreError> {
        let key =
            |link: &ShortLink| HashMap::from([(CODE.to_owned(), AttributeValue::S(link.code.as_str().to_owned()))]);
        let keys = KeysAndAttributes::builder().set_keys(Some(links.iter().map(key).collect()));
        let keys = keys.projection_expression("#code").expression_attribute_names("#code", CODE).consistent_read(true);
        let mut rest = HashMap::from([(self.table.clone(), keys.build().map_err(StoreError::client)?)]);
        for round in 0..MAX_ROUNDS {
            let get = self.client.batch_get_item().set_request_items(Some(rest)).send().await;
            let answer = get.answered("BatchGetItem", &self.table)?;
            if answer.responses.is_some_and(|found| found.values().any(|items| !items.is_empty())) {
                return Ok(true);
            }
            rest = answer.unprocessed_keys.unwrap_or_default();
            if rest.is_empty() {
                return Ok(false);
            }
            pause(round).await;
        }
        Err(StoreError::unprocessed("BatchGetItem", &self.table))
    }

    async fn put_all(&self, links: &[ShortLink]) -> Result<(), StoreError> {
        let put = |link: &ShortLink| {
            let put = PutRequest::builder().set_item(Some(link.item())).build().map_err(StoreError::client)?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let puts = links.iter().map(put).collect::<Result<_, _>>()?;
        let mut rest = HashMap::from([(self.table.clone(), puts)]);
        for round in 0..MAX_ROUNDS {
            let write = self.client.batch_write_item().set_request_items(Some(rest)).send().await;
            rest = write.answered("BatchWriteItem", &self.table)?.unprocessed_items.unwrap_or_default();
            if rest.is_empty() {
                return Ok(());
            }
            pause(round).await;
        }
        Err(StoreError::unprocessed("BatchWriteItem", &self.table))
    }
}

/// Waits longer from round to round: 50 ms, 100 ms, 200 ms, …
async fn pause(round: u32) {
    sleep(Duration::from_millis(50 << round)).await;
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::link::{ApiKey, BaseUrl, Signer, UnsignedLink};

    #[test]
    fn codes_differ_have_every_letter_and_are_not_printed() {
        let codes: Vec<ShortCode> = (0..10_000).map(|_| ShortCode::random().unwrap()).collect();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), 10_000);
        let mut counts = HashMap::new();
        for byte in codes.iter().flat_map(|code| code.as_str().bytes()) {
            *counts.entry(byte).or_insert(0_u32) += 1;
        }
        // 120,000 letters, 1,935 of each: ten times their deviation, so that this never fails by chance.
        assert!(counts.len() == 62 && counts.values().all(|count| (1500..2400).contains(count)), "{counts:?}");
        assert_eq!(ShortCode::parse(codes[0].as_str()).as_ref(), Some(&codes[0]));
        assert_eq!(format!("{:?}", codes[0]), "ShortCode(…)");
        assert!(
            ["", "aB3dE6gH9jK", "aB3dE6gH9jK2x", "aB3dE6gH9jKé"]
                .into_iter()
                .all(|text| ShortCode::parse(text).is_none())
        );
    }

    #[test]
    fn a_link_is_kept_for_thirty_days_more_than_it_works() {
        let day = |days: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(days * 24 * 3600);
        let (key, base) =
            (ApiKey::new(&"k".repeat(32)).unwrap(), BaseUrl::parse("https://links.example/prod").unwrap());
        let link = UnsignedLink::new("b-1".parse().unwrap(), "confirm".parse().unwrap());
        let short = |link: &UnsignedLink| {
            ShortLink::new(&Signer::new(&key, &base).sign(link, day(100)).unwrap(), day(100)).unwrap()
        };
        let ends = short(&link.clone().expires_at(day(107))).expires_at;
        assert_eq!((ends, short(&link).expires_at), (day(137), day(220)));
        let short = short(&link);
        assert_eq!(short.link.path, "/v2/bookings/b-1/external_action/confirm");
        assert_eq!(short.url(), format!("https://links.example/prod/l/{}", short.code.as_str()));
    }
}
