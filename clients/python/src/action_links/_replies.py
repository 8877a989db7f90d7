"""The replies of `booking-links`."""

from __future__ import annotations

import json
from typing import Any

from ._link import SignedLink
from ._requests import Acted
from .errors import InvokeError, RefusedError, refused


def parse(reply: bytes) -> Any:
    """Reads JSON. A parser's own message could quote it, and with it a token."""
    try:
        return json.loads(reply)
    except ValueError:
        raise _invalid("is not JSON") from None


def refusal(reply: bytes, function_error: str) -> RefusedError:
    """The error of a function that refused, or that failed: then Lambda's runtime says so in the same form."""
    error = _members(parse(reply))
    code, message = error.get("errorType"), error.get("errorMessage")
    return refused(code if isinstance(code, str) else function_error, message if isinstance(message, str) else "")


def signed(reply: Any) -> SignedLink:
    """The link of a `sign`."""
    link = _members(reply)
    url, link_id, expires_at, short_url = (link.get(name) for name in ("url", "link_id", "expires_at", "short_url"))
    if not isinstance(url, str) or not isinstance(link_id, str):
        raise _invalid("has no link")
    # One of many links has no `signature` of its own.
    return SignedLink(link_id, url, link.get("signature") or url.rpartition("=")[2], expires_at, short_url)


def signed_many(reply: Any, count: int) -> list[SignedLink | RefusedError]:
    """The links of a `sign` of many."""
    links = _members(reply).get("links")
    if not isinstance(links, list) or len(links) != count:
        raise _invalid("has another number of links")

    def one(link: Any) -> SignedLink | RefusedError:
        error = _members(link).get("error")
        return signed(link) if error is None else refused(str(_members(error).get("code")), str(_members(error).get("message")))

    return [one(link) for link in links]


def acted(reply: Any) -> Acted:
    """The state after an `act`."""
    data = _members(_members(reply).get("data"))
    id_, state, action = (data.get(name) for name in ("id", "state", "action"))
    if not isinstance(id_, str) or not isinstance(state, str) or not isinstance(action, str):
        raise _invalid("has no state")
    return Acted(id_, state, action)


def decorated(reply: Any) -> Any:
    """The bookings of a `decorate`."""
    if not isinstance(reply, (dict, list)):
        raise _invalid("has no booking")
    return reply


def _members(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _invalid(fault: str) -> InvokeError:
    return InvokeError("invalid_reply", f"the reply {fault}: is that the function booking-links?")
