//! Lambda bootstrap: bookings, decorated.

use std::process::ExitCode;

use action_links::booking_links::BookingLinksFunction;
use action_links::runtime::run;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    run::<BookingLinksFunction>()
}
