//! A process has one provider, so each order is a program of its own.

use action_links_host::{use_a_link, use_own_tokens};
#[cfg(feature = "aws_lc_rs")]
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
#[cfg(not(feature = "aws_lc_rs"))]
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;

#[test]
fn a_program_can_install_its_provider_after_a_link() {
    use_a_link();
    assert!(DEFAULT_PROVIDER.install_default().is_ok());
    use_own_tokens();
    use_a_link();
}
