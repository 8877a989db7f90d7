"""Signed links."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SignedLink:
    """A signed link. Its `repr` has no token, so that no log has one."""

    link_id: str
    """The link's id: 22 characters, which the booking's log has once the link has been used."""
    url: str = field(repr=False)
    """The whole link, ASCII."""
    signature: str = field(repr=False)
    """The JWT in it."""
    expires_at: str | None = None
    """When the link expires (RFC 3339, UTC), if it does."""
    short_url: str | None = field(default=None, repr=False)
    """The short link, if `short` asked for one."""
