//! HS256, in the traits of `jsonwebtoken`.
//!
//! `jsonwebtoken`'s own functions take their cryptography from a provider of the process. A library that
//! installs one, or lets one be chosen, decides for the whole program, so this type is called directly.

use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use sha2::Sha256;
use signature::{Error, Signer, Verifier};

/// HMAC-SHA256 with its key. Wiped when it is dropped.
#[derive(Clone)]
pub(super) struct Hs256(Hmac<Sha256>);

impl Hs256 {
    /// HMAC takes a secret of any length, so this does not fail.
    pub(super) fn new(secret: &[u8]) -> Result<Self, InvalidLength> {
        Hmac::new_from_slice(secret).map(Self)
    }

    fn over(&self, message: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(message)
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.over(message).finalize().into_bytes().to_vec())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    /// In constant time, and the whole MAC: `verify_slice` accepts no shortened one.
    fn verify(&self, message: &[u8], mac: &Vec<u8>) -> Result<(), Error> {
        self.over(message).verify_slice(mac).map_err(|_| Error::new())
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
