"""API keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata

from ._text import BLANK, is_text
from .errors import InputError

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


class ApiKey:
    """An app's API key. It is the HMAC secret as it stands: nothing is decoded.

    It cannot be printed, pickled or written as JSON.

    Args:
        text: The key as a key file holds it: a byte order mark before it and white space behind it are dropped.

    Raises:
        InputError: `invalid_key`: it is shorter than 32 bytes, or there is something else beside the key, such as white
            space, quotes, `NAME=` or an invisible character.
    """

    MIN_LENGTH = 32
    """HMAC-SHA256 needs a key of at least the hash's size (RFC 7518 section 3.2), in bytes."""

    __slots__ = ("_mac", "id")

    id: str
    """The key's id: the first 16 hexadecimal digits of its SHA-256. It does not lead back to the key."""

    def __init__(self, text: str) -> None:
        secret = _alone(text).encode()
        self.id = hashlib.sha256(secret).hexdigest()[:16]
        # The state of the hash, from which the secret cannot be read.
        self._mac = hmac.new(secret, digestmod=hashlib.sha256)

    def __repr__(self) -> str:
        return f"ApiKey({self.id})"

    def __reduce__(self) -> str:
        raise TypeError("an API key cannot be pickled")


def mac(key: ApiKey, message: str) -> str:
    """base64url(HMAC-SHA256) of a message."""
    state = key._mac.copy()
    state.update(message.encode())
    return base64url(state.digest())


def base64url(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _alone(text: str) -> str:
    """The key in a text. The messages quote nothing."""
    if not is_text(text):
        raise InputError("invalid_key", "the API key must be a string")
    key = text.lstrip("\ufeff").rstrip(BLANK)
    before, _, behind = key.partition("=")
    words = re.split(f"[{BLANK}]+", before.strip(BLANK))
    fault = None
    if "\n" in key or "\r" in key:
        fault = "more than one line"
    elif "=" in key and re.fullmatch(r"[A-Za-z0-9_.-]+", words[-1]) and behind.strip("="):  # base64 may end in `=`.
        fault = "`NAME=` before it"
    elif re.search("[\"'`<>«»‹›‘’‚“”„]", key):
        fault = "quotes in it"
    elif any(c in BLANK or unicodedata.category(c) == "Cc" for c in key):
        fault = "white space in it"
    elif _INVISIBLE.search(key):
        fault = "an invisible character in it"
    if fault:
        raise InputError("invalid_key", f"this is not an API key alone: it has {fault}")
    length = len(key.encode())
    if length < ApiKey.MIN_LENGTH:
        raise InputError("invalid_key", f"an API key must have at least {ApiKey.MIN_LENGTH} bytes; this one has {length}")
    return key
