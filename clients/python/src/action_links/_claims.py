"""The claims of a link, checked."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Any, TypeGuard

from ._redirect import checked_redirect
from ._text import is_text
from .errors import InputError

_MAX_LIFETIME = 3_153_600_000  # 100 years, in seconds.

_LANGUAGE_TAG = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)  # RFC 5646 section 2.1.


def checked_claims(
    booking_id: str,
    action: str,
    expires_in: int | None,
    expires_at: datetime | int | None,
    nbf: datetime | int | None,
    redirect: str | None,
    confirm: bool | None,
    lang: str | None,
    jti: str | None,
    sub: str | None,
    now: datetime | int | None,
) -> dict[str, Any]:
    """The claims in the order in which they are written, so that nothing is signed that the service would refuse."""
    if not is_text(booking_id) or not re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", booking_id) or booking_id in (".", ".."):
        raise _invalid("`booking_id` must have 1 to 128 characters of A-Z a-z 0-9 - _ . : and be neither . nor ..")
    if not is_text(action) or not re.fullmatch(r"[a-z0-9_]{1,64}", action):
        raise _invalid("`action` must have 1 to 64 characters of a-z 0-9 _")
    if confirm is not None and not isinstance(confirm, bool):
        raise _invalid("`confirm` must be a boolean")
    if lang is not None and not (is_text(lang) and len(lang) <= 35 and _LANGUAGE_TAG.fullmatch(lang)):
        raise _invalid("`lang` must be a BCP 47 tag of at most 35 characters")
    if jti is not None and not (is_text(jti) and 1 <= len(jti) <= 256):
        raise _invalid("`jti` must have 1 to 256 characters")
    if sub is not None and not (is_text(sub) and 1 <= len(sub) <= 256):
        raise _invalid("`sub` must have 1 to 256 characters")
    iat = int(time.time()) if now is None else _seconds("now", now)
    exp = _expiry(expires_in, expires_at, iat)
    not_before = None if nbf is None else _seconds("nbf", nbf)
    if not_before is not None and exp is not None and not_before >= exp:
        raise _invalid("`nbf` must be before the expiry")
    claims = {
        "booking_id": booking_id,
        "action": action,
        "exp": exp,
        "nbf": not_before,
        "iat": iat,
        "redirect": None if redirect is None else checked_redirect(redirect),
        "confirm": confirm,
        "lang": lang,
        "jti": jti,
        "sub": sub,
    }
    return {name: value for name, value in claims.items() if value is not None}


def _expiry(expires_in: int | None, expires_at: datetime | int | None, now: int) -> int | None:
    if expires_at is not None:
        if expires_in is not None:
            raise _invalid("give `expires_in` or `expires_at`, not both")
        at = _seconds("expires_at", expires_at)
        if not 1 <= at - now <= _MAX_LIFETIME:
            raise _invalid("`expires_at` must be 1 second to 100 years ahead; a number is in seconds")
        return at
    if expires_in is None:
        return None
    if not _is_whole(expires_in) or not 1 <= expires_in <= _MAX_LIFETIME:
        raise _invalid("`expires_in` must be whole seconds, from 1 second to 100 years")
    return now + expires_in


def _seconds(name: str, value: datetime | int) -> int:
    """A time with its zone, or seconds since 1970, as whole seconds."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise _invalid(f"`{name}` must have a time zone: datetime.now(timezone.utc)")
        value = int(value.timestamp() // 1)
    # Up to here a double holds every integer, which is what the service takes.
    if not _is_whole(value) or not 0 <= value <= 2**53:
        raise _invalid(f"`{name}` must be a datetime or whole seconds since 1970")
    return value


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _invalid(message: str) -> InputError:
    return InputError("invalid_request", message)
