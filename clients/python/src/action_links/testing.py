"""A fake for tests: no network, no AWS."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from ._client import ActionLinks
from ._signer import Signer
from .errors import ActionLinksError, InputError, InvokeError, RefusedError, refused
from .transport import Answer

TEST_KEY = "test_api_key_of_the_fake_0nly_f0r_tests_5up3rp0ubl1c"
"""The key that the fake signs with. It is no secret: no app must have it."""


class FakeActionLinks(ActionLinks):
    """An `ActionLinks` for tests. It signs with `TEST_KEY`, records what was asked, and fails on demand.

    It has no graphs: `act` answers with the action as the state.

    Args:
        app_id: As in `ActionLinks`.
        base: The start of the links.
        customer_actions: The actions that decorated bookings have links for.
        owner_actions: The actions of the business, which `action_links` has, too.
        links_unavailable: If set, decorated bookings have no links, and this as `links_unavailable`.
        now: The time of issue of links. By default, the clock's.
    """

    calls: list[dict[str, Any]]
    """The calls so far, as they would have been sent. `sign_many` makes one a batch."""

    def __init__(
        self,
        *,
        app_id: str | None = None,
        base: str = "https://links.example",
        customer_actions: Sequence[str] = ("cancel_by_customer", "reschedule_by_customer"),
        owner_actions: Sequence[str] = ("cancel", "complete"),
        links_unavailable: str | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__("fake", app_id=app_id, transport=self._answer, pause=lambda: None)
        self.calls = []
        self.links_unavailable = links_unavailable
        self._failures: list[ActionLinksError] = []
        self._signer, self._now = Signer(TEST_KEY, base), now
        self._customer_actions, self._owner_actions = list(customer_actions), list(owner_actions)

    def fail_next(self, code: str, message: str = "the test asked for it") -> None:
        """Lets the next call be refused by the service. A code that may pass outlasts the client's retry, too."""
        self._fail(refused(code, message))

    def fail_next_invoke(self, code: str, retryable: bool, message: str = "the test asked for it") -> None:
        """Lets the next call fail in Lambda: `no_answer`, `TooManyRequestsException`, `ResourceNotFoundException`, ..."""
        self._fail(InvokeError(code, message, retryable))

    def _fail(self, error: ActionLinksError) -> None:
        self._failures += [error, error] if error.retryable else [error]

    def _answer(self, payload: bytes, /) -> Answer:
        call = json.loads(payload)
        self.calls.append(call)
        if self._failures:
            raise self._failures.pop(0)
        return Answer(json.dumps(self._answer_to(call)).encode())

    def _answer_to(self, call: dict[str, Any]) -> Any:
        if call["operation"] == "act":
            return {"data": {"id": call["booking_id"], "state": call["action"], "action": call["action"]}}
        if call["operation"] == "decorate":
            return self._decorated(call["response"], call)
        return {"links": [self._one_of_many(link) for link in call["links"]]} if "links" in call else self._signed(call)

    def _one_of_many(self, link: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._signed(link)
        except RefusedError as error:
            return {"error": {"code": error.code, "message": error.message}}

    def _signed(self, request: dict[str, Any]) -> dict[str, Any]:
        link = {name: value for name, value in request.items() if name not in ("operation", "app_id", "short")}
        try:
            signed = self._signer.sign(**link, now=self._now() if self._now else None)
        except (InputError, TypeError) as error:
            raise refused(getattr(error, "code", "invalid_request"), getattr(error, "message", str(error))) from None
        short_url = f"{self._signer.base}/l/{signed.link_id[:12]}" if request.get("short") else None
        reply = {"url": signed.url, "signature": signed.signature, "link_id": signed.link_id, "expires_at": signed.expires_at}
        return {name: value for name, value in (reply | {"short_url": short_url}).items() if value is not None}

    def _decorated(self, response: Any, call: dict[str, Any]) -> Any:
        """A booking, a list of them, or an object that has either as `data`."""
        if isinstance(response, list):
            return [self._decorated(booking, call) for booking in response]
        if isinstance(response.get("data"), (dict, list)):
            return response | {"data": self._decorated(response["data"], call)}
        return response | self._links(response, call)

    def _links(self, booking: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
        every = [] if self.links_unavailable else self._customer_actions + self._owner_actions
        options: dict[str, Any] = {name: call[name] for name in ("redirect", "expires_in", "lang") if name in call}
        of = {action: self._signed({"booking_id": booking.get("id"), "action": action, **options})["url"] for action in every}
        added: dict[str, Any] = {"available_actions": every}
        for name in call.get("include", "customer_action_links").split(","):
            if name == "customer_action_links":
                added[name] = {action: url for action, url in of.items() if action in self._customer_actions}
            if name == "action_links":
                added[name] = of
        return added | ({"links_unavailable": self.links_unavailable} if self.links_unavailable else {})
