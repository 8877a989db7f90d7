"""A client of `booking-links`."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from ._batches import in_batches
from ._link import SignedLink
from ._replies import acted, decorated, parse, refusal, signed, signed_many
from ._requests import Acted, Include, SignRequest
from .errors import ActionLinksError, InputError, RefusedError
from .transport import LambdaTransport, Transport

_Response = TypeVar("_Response")


def _short_pause() -> None:
    time.sleep(random.uniform(0.1, 0.4))


class ActionLinks:
    """Asks `booking-links` for links, by direct invocation. The caller's role needs `lambda:InvokeFunction` on it.

    What may pass (`retryable`) is tried once more.

    Args:
        function_name: The name or the ARN of `booking-links`: the output `BookingLinksFunctionName` of the deployment.
        app_id: The app of calls that name none. It may be left out when there is one app.
        lambda_client: A `boto3.client("lambda")`. Configure it for one attempt: the one retry is made here. By default,
            one of its own.
        timeout: Seconds for one attempt of a client of its own. `booking-links` itself answers within 10 s.
        transport: In place of boto3.
        pause: Waits before the one retry. By default, 100 to 400 ms.
    """

    def __init__(
        self,
        function_name: str,
        *,
        app_id: str | None = None,
        lambda_client: Any = None,
        timeout: float = 20.0,
        transport: Transport | None = None,
        pause: Callable[[], None] = _short_pause,
    ) -> None:
        self._invoke: Transport = transport or LambdaTransport(function_name, lambda_client, timeout)
        self._app_id, self._pause = app_id, pause

    def sign(
        self,
        booking_id: str,
        action: str,
        *,
        app_id: str | None = None,
        redirect: str | None = None,
        expires_in: int | None = None,
        confirm: bool | None = None,
        lang: str | None = None,
        sub: str | None = None,
        short: bool | None = None,
    ) -> SignedLink:
        """Signs one link.

        Args:
            booking_id: 1 to 128 characters of `A-Z a-z 0-9 - _ . :`.
            action: 1 to 64 characters of `a-z 0-9 _`. One that no graph has for a link is `unknown_action`.
            app_id: The app. It may be left out when there is one app, or when the client has one.
            redirect: Where the click redirects to: an `https` URL of at most 2,048 bytes.
            expires_in: Seconds until the link expires, from 1 to 100 years. Without it, the app's own setting.
            confirm: Whether the link asks before it acts. Without it, the app's own setting.
            lang: The language of the pages: a BCP 47 tag of at most 35 characters.
            sub: An opaque id of the person to whom the link is sent: 1 to 256 characters. It proves nothing.
            short: Whether to make a short link, too (`short_url`). The deployment must have them turned on.

        Raises:
            RefusedError: The service refuses the request: `unknown_app`, `unknown_action`, `redirect_not_allowed`, ...
            InvokeError: Lambda does not run the function, or does not answer.
        """
        request: dict[str, Any] = {"booking_id": booking_id, "action": action, "redirect": redirect, "expires_in": expires_in}
        request |= {"confirm": confirm, "lang": lang, "sub": sub, "short": short}
        return signed(self._call("sign", app_id, request))

    def sign_many(self, links: Iterable[SignRequest], *, app_id: str | None = None) -> list[SignedLink | RefusedError]:
        """Signs any number of links, in their order.

        They are sent in batches of 10,000 at most (1,000 with `short`), and smaller ones when Lambda's 6 MB would be too
        little. A link that cannot be signed has its `RefusedError` in its place.

        Args:
            links: The links.
            app_id: The app of the links that name none.

        Raises:
            RefusedError: A whole batch is refused.
            InvokeError: Lambda does not run the function, or does not answer.
        """

        def sign(batch: list[SignRequest]) -> list[SignedLink | RefusedError]:
            return signed_many(self._call("sign", app_id, {"links": [_given(dict(link)) for link in batch]}), len(batch))

        return in_batches(list(links), sign)

    def decorate(
        self,
        response: _Response,
        *,
        app_id: str | None = None,
        include: Sequence[Include] | None = None,
        redirect: str | None = None,
        expires_in: int | None = None,
        lang: str | None = None,
    ) -> _Response:
        """Adds links to a booking, a list of bookings, or an object that has either as `data`.

        Everything else comes back as it was given. Every booking then has the members that `include` asked for. Where
        there are no links, they are empty, and `links_unavailable` says why in one word. `Links` has their types.

        Args:
            response: What JSON can hold. A `Decimal`, as boto3's tables return them, must be made an `int` or a `float`.
            app_id: The app. It may be left out when there is one app, or when the client has one.
            include: What to add. By default, `["customer_action_links"]`.
            redirect: Where clicks redirect to: an `https` URL of at most 2,048 bytes.
            expires_in: Seconds until the links expire, from 1 to 100 years. Without it, the app's own setting.
            lang: The language of the pages: a BCP 47 tag of at most 35 characters.

        Raises:
            RefusedError: `unknown_app`, `unknown_include`, `answer_too_large` (give fewer bookings at a time), ...
            InvokeError: Lambda does not run the function, or does not answer.
        """
        request: dict[str, Any] = {"include": None if include is None else ",".join(include), "redirect": redirect}
        request |= {"expires_in": expires_in, "lang": lang, "response": response}
        reply: _Response = decorated(self._call("decorate", app_id, request))
        return reply

    def act(
        self,
        booking_id: str,
        action: str,
        *,
        app_id: str | None = None,
        request_id: str | None = None,
        message: str | None = None,
    ) -> Acted:
        """Takes any action of a booking's graph, also those of the system (`timeout`, `complete`).

        Args:
            booking_id: The booking.
            action: Any action of the booking's graph.
            app_id: The app. It may be left out when there is one app, or when the client has one.
            request_id: Makes a repeated call change nothing: 1 to 256 printable ASCII characters, such as the id of the
                event that your function handles. By default, a new UUID.
            message: Why: kept in the booking's log. What is longer than 1,000 characters is cut.

        Raises:
            RefusedError: `booking_not_found`, `action_not_available`, `unknown_action`, ...
            InvokeError: Lambda does not run the function, or does not answer. Only the same `request_id` can tell then
                whether the booking was changed.
        """
        request: dict[str, Any] = {"booking_id": booking_id, "action": action, "request_id": request_id or str(uuid.uuid4())}
        return acted(self._call("act", app_id, request | {"message": message}))

    def _call(self, operation: str, app_id: str | None, request: dict[str, Any]) -> Any:
        request = _given({"operation": operation, "app_id": app_id or self._app_id, **request})
        try:
            payload = json.dumps(request, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        except (TypeError, ValueError, RecursionError):
            raise InputError("invalid_request", "the request has something that JSON cannot hold, such as a Decimal or a set") from None
        try:
            return self._once(payload)
        except ActionLinksError as error:
            if not error.retryable:
                raise
        self._pause()
        return self._once(payload)

    def _once(self, payload: bytes) -> Any:
        answer = self._invoke(payload)
        if answer.function_error is not None:
            raise refusal(answer.payload, answer.function_error)
        return parse(answer.payload)


def _given(request: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if value is not None}
