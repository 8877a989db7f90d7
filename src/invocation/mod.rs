//! What a direct invocation of `booking-links` takes and returns: the JSON of `sign`, `decorate` and `act`.

mod act;
mod code;
mod decorate;
mod sign;

pub use act::{ActReply, ActRequest, ActedOn};
pub use code::ErrorCode;
pub use decorate::{BookingLinks, DecorateRequest};
pub use sign::{MAX_LINKS, MAX_SHORT_LINKS, OneOfMany, RefusedLink, SignManyRequest, SignReply, SignRequest};
