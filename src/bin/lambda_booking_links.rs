//! Lambda bootstrap: bookings, decorated.

use std::process::ExitCode;

use action_links::booking_links::BookingLinksFunction;
use action_links::runtime::run;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A sandbox serves one invocation at a time, so one thread is enough.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run::<BookingLinksFunction>().await
}
