//! A key, a clock, and tokens made without the code under test.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use action_links::link::ApiKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};

/// The key of the app `ada`.
pub(crate) const SECRET: &str = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718";

/// The same as an [`ApiKey`].
pub(crate) fn key() -> &'static ApiKey {
    static KEY: LazyLock<ApiKey> = LazyLock::new(|| ApiKey::new(SECRET).unwrap());
    &KEY
}

/// A moment, in seconds since 1970.
pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A JWS over any header and payload, unchanged.
pub(crate) fn hs256(secret: impl AsRef<[u8]>, header: &str, payload: &str) -> String {
    mac(secret, &format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload)))
}

/// A signing input with its MAC.
pub(crate) fn mac(secret: impl AsRef<[u8]>, input: &str) -> String {
    let mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_ref()).unwrap().chain_update(input).finalize();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(mac.into_bytes()))
}
