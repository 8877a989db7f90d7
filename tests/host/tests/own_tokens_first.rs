//! A process has one provider, so each order is a program of its own.

use action_links_host::{use_a_link, use_own_tokens};

#[test]
fn links_work_after_the_programs_own_tokens() {
    use_own_tokens();
    use_a_link();
    use_own_tokens();
}
