"""Many links in batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ._requests import SignRequest
from .errors import ActionLinksError

_Result = TypeVar("_Result")

# The most links in one invocation, and of those that also get a short one.
_MAX_LINKS = 10_000
_MAX_SHORT_LINKS = 1_000

# The answer, or the request, is over Lambda's 6 MB.
_TOO_LARGE = ("answer_too_large", "RequestEntityTooLargeException", "RequestTooLargeException")


def in_batches(links: list[SignRequest], sign: Callable[[list[SignRequest]], list[_Result]]) -> list[_Result]:
    """Calls `sign` with the links in batches, in order, and returns what it returns, in order.

    A batch that is too large is halved, and so are those that follow.
    """
    results: list[_Result] = []
    size = _MAX_SHORT_LINKS if any(link.get("short") for link in links) else _MAX_LINKS
    while len(results) < len(links):
        batch = links[len(results) : len(results) + size]
        try:
            results += sign(batch)
        except ActionLinksError as error:
            if len(batch) < 2 or error.code not in _TOO_LARGE:
                raise
            size = (len(batch) + 1) // 2
    return results
