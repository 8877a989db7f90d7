"""A program that uses the types. It is checked with `mypy --strict` against the packed package."""

from typing import Any

from action_links import (
    ActionLinks, ActionLinksError, Answer, ApiKey, InvokeError, Links, RefusedError, SignedLink, Signer, SignRequest, verify_webhook,
)
from action_links.testing import FakeActionLinks


class Booking(Links, total=False):
    id: str
    customers: list[dict[str, str]]


def mail(links: ActionLinks, booking: Booking) -> str:
    one = links.decorate(booking, include=["customer_action_links", "logs"])
    if "links_unavailable" in one:
        return one["links_unavailable"]
    [first] = links.decorate([booking], redirect="https://salon.example/", lang="da", expires_in=60)
    plain: dict[str, Any] = {"id": "b-17"}
    return one["customer_action_links"]["cancel_by_customer"] + first["id"] + str(links.decorate(plain)["action_links"])


def many(links: ActionLinks, requests: list[SignRequest]) -> list[str]:
    return [link.url if isinstance(link, SignedLink) else link.code for link in links.sign_many(requests, app_id="salon")]


def act(links: ActionLinks) -> str:
    try:
        return links.act("b-17", "timeout", request_id="1").state
    except (RefusedError, InvokeError) as error:
        return f"{error.code} {error.retryable} {error.message}"
    except ActionLinksError as error:
        return error.code


def transport(payload: bytes, /) -> Answer:
    return Answer(payload)


CLIENTS: list[ActionLinks] = [FakeActionLinks(links_unavailable="too_late"), ActionLinks("f", transport=transport, app_id="salon")]
LINK: SignedLink = Signer(ApiKey("k" * 32), "https://links.example").sign("b", "a", expires_in=60)
REST = (LINK.short_url, verify_webhook("{}", "s" * 32).sub)
Signer("k", "https://links.example").sign("b", "a", expire_in=60)  # type: ignore[call-arg]
CLIENTS[0].sign("b-17")  # type: ignore[call-arg]
MISSPELT: SignRequest = {"booking_id": "b", "action": "a", "expire_in": 60}  # type: ignore[typeddict-unknown-key]
