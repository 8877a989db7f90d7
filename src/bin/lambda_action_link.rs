//! Lambda bootstrap: clicks.

use std::process::ExitCode;

use action_links::action_link::ActionLinkFunction;
use action_links::runtime::run;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    run::<ActionLinkFunction>()
}
