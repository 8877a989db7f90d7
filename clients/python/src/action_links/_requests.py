"""What is asked of `booking-links`, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

Include = Literal["customer_action_links", "action_links", "logs"]
"""What can be added to bookings: the customer's links, every link, the log of actions."""


class _Named(TypedDict):
    booking_id: str
    action: str


class SignRequest(_Named, total=False):
    """One of many links to be signed. `ActionLinks.sign` says what each member is."""

    app_id: str | None
    redirect: str | None
    expires_in: int | None
    confirm: bool | None
    lang: str | None
    sub: str | None
    short: bool | None


class Links(TypedDict, total=False):
    """What a booking gets by `decorate`. The members that `include` asked for are always there.

    A type of yours for bookings can begin with it: `class Booking(Links, total=False): ...`.
    """

    available_actions: list[str]
    """The actions that are available in the booking's state. Always there."""
    customer_action_links: dict[str, str]
    """The customer's links, by action. Empty if there are none."""
    action_links: dict[str, str]
    """Every link, by action. Empty if there are none."""
    action_log: list[dict[str, Any]]
    """What was done with the booking."""
    links_unavailable: str
    """One word why there are no links, when there are none. Write no mail then, or one without links."""


@dataclass(frozen=True)
class Acted:
    """What `ActionLinks.act` has done."""

    id: str
    """The booking."""
    state: str
    """Its state now."""
    action: str
    """The action."""
