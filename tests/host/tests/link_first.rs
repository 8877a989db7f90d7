//! A process has one provider, so each order is a program of its own.

use action_links_host::{use_a_link, use_own_tokens};

#[test]
fn the_programs_own_tokens_work_after_a_link() {
    use_a_link();
    use_own_tokens();
    use_a_link();
}
