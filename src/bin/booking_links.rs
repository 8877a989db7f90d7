//! Lambda bootstrap: bookings, decorated.

use std::process::ExitCode;

use action_links::http::{BookingLinksFunction, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One invocation at a time is all that a sandbox serves: one thread.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run::<BookingLinksFunction>().await
}
