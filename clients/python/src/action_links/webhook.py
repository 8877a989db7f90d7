"""Webhooks: the events of a deployment, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from ._key import base64url
from .errors import InputError, WebhookError

_MAX_AGE = 345_600.0  # 4 days.
_LEEWAY = 300  # How far an event's clock may be ahead.


@dataclass(frozen=True)
class WebhookEvent:
    """An event, as `docs/events.md` describes it."""

    type: str
    """`Booking Action Taken`, `Booking Action Undone` or `Action Link Requested`."""
    version: str
    """The version of the format: `1`."""
    id: str
    """The same event may come again, with the same id: ignore an id that you have seen."""
    app_id: str
    booking_id: str
    action: str
    from_: str
    """The state before, or empty."""
    to: str
    """The state after, or empty."""
    at: str
    """When it happened (RFC 3339, to the second). The order of arrival says nothing."""
    link_id: str
    sub: str
    """To whom the link was sent, or empty."""
    claims: Mapping[str, Any] = field(repr=False)
    """Every member, also those that later versions add."""


def verify_webhook(
    body: str | bytes, secret: str, *, max_age: float = _MAX_AGE, now: datetime | float | None = None
) -> WebhookEvent:
    """Verifies a webhook and returns its event. Use nothing of the body but what this returns.

    Args:
        body: The body of the request as it came.
        secret: The secret of the webhook's stack, never an app's API key. White space at its end is dropped.
        max_age: How many seconds old an event may be: 4 days by default, since a webhook is tried again for three.
            `math.inf`: any age.
        now: The present time: a datetime with a zone, or seconds since 1970. By default, the clock's.

    Raises:
        WebhookError: `malformed`, `invalid_signature` or `outside_time_window`.
    """
    secret = secret.rstrip()
    if len(secret) < 32:
        raise InputError("invalid_key", "the secret of a webhook has at least 32 characters")
    signature = _object(body).get("signature")
    parts = signature.split(".") if isinstance(signature, str) and signature.isascii() else []
    if len(parts) != 3:
        raise _malformed()
    head, payload, mac = parts
    expected = base64url(hmac.digest(secret.encode(), f"{head}.{payload}".encode(), hashlib.sha256))
    if not hmac.compare_digest(mac, expected):
        raise WebhookError("invalid_signature", "the signature is not of this secret")
    header = _object(_decoded(head))
    # An action link has another `typ`, so that neither passes for the other.
    if header.get("alg") != "HS256" or header.get("typ") != "event+jwt" or "crit" in header:
        raise WebhookError("invalid_signature", "the signature is not that of an event")
    # The pipe puts values into JSON as they stand, so what JSON would escape is percent-encoded in them.
    claims = {name: unquote(value) if isinstance(value, str) else value for name, value in _object(_decoded(payload)).items()}
    names = ("type", "version", "id", "app_id", "booking_id", "action", "to", "at", "link_id", "sub")
    texts = {name: claims.get(name, "") for name in names} | {"from_": claims.get("from", "")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise _malformed()
    event = WebhookEvent(**texts, claims=claims)
    try:
        at = datetime.fromisoformat(event.at.replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise _malformed() from None
    present = time.time() if now is None else now.timestamp() if isinstance(now, datetime) else now
    if not event.id or not -_LEEWAY <= present - at <= max_age:
        raise WebhookError("outside_time_window", "the event is too old, or its time is in the future")
    return event


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "==")
    except ValueError:
        raise _malformed() from None


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _malformed()
    return value


def _malformed() -> WebhookError:
    return WebhookError("malformed", "the body is not that of an event")
