"""URLs as browsers parse them (WHATWG URL), as far as redirects and bases need it. `urllib.parse` follows other rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from ._host import serialized_host

# What stays as it is in a part. `quote` always keeps letters, digits and `_.-~`.
_PATH = "!$%&'()*+,/:;=@[]|\\^"
_QUERY = "!$%&()*+,/:;=?@[]\\^`{|}"
_FRAGMENT = "!#$%&'()*+,/:;=?@[]\\^{|}"
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Url:
    """An absolute http or https URL."""

    scheme: str
    host: str
    has_user_info: bool
    text: str
    """The URL as browsers write it: ASCII."""


def parse(text: str) -> Url | str:
    """The URL, or what is wrong with it."""
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*):/*([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", text, re.DOTALL)
    if not found:
        return "is not an absolute URL"
    scheme, authority, path, query, fragment = found.groups()
    scheme = scheme.lower()
    if scheme not in _PORTS:
        return "is not https"
    user_info, at, host_and_port = authority.rpartition("@")
    host, port = re.fullmatch(r"(.*?)(?::([0-9]*))?", host_and_port, re.DOTALL).groups()  # type: ignore[union-attr]
    if not host or (port and int(port[-6:] if len(port.lstrip("0")) <= 5 else 99999) > 65535):
        return "is not an absolute URL"
    written = serialized_host(host)
    if written is None:
        return "has a host of an unusual spelling"
    shown_port = f":{int(port)}" if port and int(port) != _PORTS[scheme] else ""
    rest = quote(_without_dots(path), safe=_PATH)
    rest += "" if query is None else "?" + quote(query[1:], safe=_QUERY)
    rest += "" if fragment is None else "#" + quote(fragment[1:], safe=_FRAGMENT)
    return Url(scheme, written, bool(at), f"{scheme}://{written}{shown_port}{rest}")


def _without_dots(path: str) -> str:
    """The path with its segments `.` and `..` resolved; a dot may be percent-encoded."""
    kept: list[str] = []
    segments = path.split("/")[1:] or [""]
    for index, segment in enumerate(segments):
        dots = re.sub("%2e", ".", segment, flags=re.IGNORECASE)
        if dots == "..":
            del kept[-1:]
        elif dots != ".":
            kept.append(segment)
        if dots in (".", "..") and index == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)
