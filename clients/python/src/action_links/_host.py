"""The host of a URL, as browsers write it (WHATWG URL, section 3)."""

from __future__ import annotations

import ipaddress
import re
import unicodedata


def serialized_host(written: str) -> str | None:
    """The host as browsers write it, if it is spelled so already, in upper or lower case. `None` if it is not.

    A name in its own script comes back in ASCII. What only the tables of UTS #46 could tell is refused.
    """
    host = written.lower()
    if host.startswith("["):
        address = _ipv6(host[1:-1]) if host.endswith("]") else None
        return host if address is not None and host == f"[{address}]" else None
    labels = host.split(".")
    last = labels[-2] if labels[-1] == "" and len(labels) > 1 else labels[-1]
    # A name whose last label is a number is an address.
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last):
        return host if re.fullmatch(r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}", host) else None
    shown = [_shown(label) for label in labels]
    in_ascii = [_in_ascii(label) for label in shown]
    # A label in punycode must be the only spelling of its text.
    is_the_one = all(label in (own, text) for label, own, text in zip(labels, in_ascii, shown, strict=True))
    return ".".join(label or "" for label in in_ascii) if is_the_one and None not in in_ascii and _is_bidi_safe(shown) else None


def _shown(label: str) -> str:
    """A label in its own script. What is not punycode stays as it is."""
    try:
        text = label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label
    return label if text.isascii() else text


def _in_ascii(label: str) -> str | None:
    """A label in ASCII. `None` if a browser would not take it, or would change it."""
    if label.isascii():
        return None if label.startswith("xn--") or re.search(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]", label) else label
    # Browsers keep these two, which other foldings replace.
    folded = re.sub("[ßς]", "", label)
    letters = all(c in "-_" or unicodedata.category(c) in ("Ll", "Lo", "Lm", "Mn", "Mc", "Nd") for c in label)
    is_invisible = re.search("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]", label)
    if not letters or is_invisible or unicodedata.category(label[0]).startswith("M") or unicodedata.normalize("NFKC", folded.casefold()) != folded:
        return None
    return "xn--" + label.encode("punycode").decode()


def _is_bidi_safe(labels: list[str]) -> bool:
    """A part of the Bidi rule (RFC 5893 section 2): with a label that runs from right to left, each runs one way only."""
    ways = [[unicodedata.bidirectional(c) for c in label] for label in labels]
    if not any(way in ("R", "AL", "AN") for of in ways for way in of):
        return True
    return all(set(of) <= {"R", "AL", "NSM"} or (of[0] == "L" and of[-1] in ("L", "EN") and set(of) <= {"L", "EN", "ES"}) for of in ways if of)


def _ipv6(text: str) -> str | None:
    """An IPv6 address in the one spelling that browsers write: the longest run of zeros shortened, no dotted end."""
    try:
        number = int(ipaddress.IPv6Address(text)) if re.fullmatch(r"[0-9a-f:.]+", text) else None
    except ValueError:
        return None
    if number is None:
        return None
    pieces = [f"{number >> shift & 0xFFFF:x}" for shift in range(112, -16, -16)]
    runs = [(length, -start) for start in range(8) for length in range(2, 9 - start) if pieces[start : start + length] == ["0"] * length]
    if not runs:
        return ":".join(pieces)
    length, start = max(runs)
    return ":".join(pieces[:-start]) + "::" + ":".join(pieces[-start + length :])
