"""The URLs of a link: its redirect and its base."""

from __future__ import annotations

import re
import unicodedata

from ._text import BLANK, is_text
from ._url import parse
from .errors import InputError

_MAX_BYTES = 2048


def checked_redirect(text: str) -> str:
    """Checks a redirect as the service does, and returns it as browsers parse it."""
    fault = None
    if not is_text(text):
        raise _refused("is not a string")
    if len(text.encode()) > _MAX_BYTES:
        raise _refused(f"is longer than {_MAX_BYTES} bytes")
    if text.strip(BLANK) != text or any(c == "\\" or unicodedata.category(c) == "Cc" for c in text):
        raise _refused("has characters that are not allowed in a URL")
    url = parse(text)
    if isinstance(url, str):
        raise _refused(url)
    if len(url.text) > _MAX_BYTES:  # Percent-encoding makes it longer.
        fault = f"is longer than {_MAX_BYTES} bytes"
    elif url.scheme != "https" and not _is_this_machine(url.host):
        fault = "is not https"
    elif url.has_user_info:
        fault = "has user info"
    if fault:
        raise _refused(fault)
    return url.text


def checked_base(text: str) -> str:
    """Checks the start of links, and returns it without a slash at its end."""
    url = parse(text) if is_text(text) and not re.search(r"[?#\\\x00-\x20\x7f]", text) else "has other characters"
    if isinstance(url, str) or url.has_user_info:
        raise InputError("invalid_base_url", "the base is not an http(s) URL without user info, query and fragment")
    return url.text.rstrip("/")


def _is_this_machine(host: str) -> bool:
    return host in ("localhost", "[::1]") or re.fullmatch(r"127\.\d+\.\d+\.\d+", host) is not None


def _refused(fault: str) -> InputError:
    return InputError("redirect_not_allowed", f"the redirect {fault}")
