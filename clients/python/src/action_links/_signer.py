"""Signing offline."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone

from ._claims import checked_claims
from ._key import ApiKey, base64url, mac
from ._link import SignedLink
from ._redirect import checked_base
from .errors import InputError

_MAX_TOKEN = 4096
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Signer:
    """Signs links offline: no network, no SDK.

    It does not read an app's settings: a link without `expires_in` never expires, and a revoked key is not noticed.

    Args:
        key: The API key, or its text as a key file holds it.
        base: The start of every link: `https://links.salon.example`, with a stage or a base path if there is one.

    Raises:
        InputError: `invalid_key` or `invalid_base_url`.
    """

    def __init__(self, key: ApiKey | str, base: str) -> None:
        self._key = key if isinstance(key, ApiKey) else ApiKey(key)
        self.base = checked_base(base)

    @property
    def key_id(self) -> str:
        """The id of the key that signs: the `kid` of the links."""
        return self._key.id

    def __repr__(self) -> str:
        return f"Signer({self._key!r}, {self.base!r})"

    def sign(
        self,
        booking_id: str,
        action: str,
        *,
        expires_in: int | None = None,
        expires_at: datetime | int | None = None,
        nbf: datetime | int | None = None,
        redirect: str | None = None,
        confirm: bool | None = None,
        lang: str | None = None,
        jti: str | None = None,
        sub: str | None = None,
        now: datetime | int | None = None,
    ) -> SignedLink:
        """Signs one link. Links that are signed in different seconds are different links.

        Args:
            booking_id: 1 to 128 characters of `A-Z a-z 0-9 - _ . :`, not `.` or `..`.
            action: 1 to 64 characters of `a-z 0-9 _`. Whether a graph has it, only the service knows.
            expires_in: Seconds until the link expires, from 1 to 100 years. Without it and `expires_at`, it never does.
            expires_at: When the link expires: a datetime with a zone, or seconds since 1970. Not beside `expires_in`.
            nbf: From when on the link is valid. The service gives it 60 seconds of leeway.
            redirect: Where the click redirects to: an `https` URL (or `http` to this machine) of at most 2,048 bytes,
                without user info.
            confirm: Whether the link asks before it acts. Without it, the app's own setting.
            lang: The language of the pages: a BCP 47 tag of at most 35 characters.
            jti: Makes the link different from one that is otherwise the same: 1 to 256 characters.
            sub: An opaque id of the person to whom the link is sent: 1 to 256 characters. It proves nothing.
            now: The time of issue (`iat`). By default, the clock's.

        Raises:
            InputError: `invalid_request`, `redirect_not_allowed`, or `link_too_long` (a token over 4,096 bytes).
        """
        claims = checked_claims(booking_id, action, expires_in, expires_at, nbf, redirect, confirm, lang, jti, sub, now)
        header = f'{{"typ":"JWT","alg":"HS256","kid":"{self._key.id}"}}'
        payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":"))
        signing_input = f"{base64url(header.encode())}.{base64url(payload.encode())}"
        signature = f"{signing_input}.{mac(self._key, signing_input)}"
        if len(signature) > _MAX_TOKEN:
            raise InputError("link_too_long", f"the token is longer than {_MAX_TOKEN} bytes")
        expires = None if "exp" not in claims else (_EPOCH + timedelta(seconds=claims["exp"])).strftime("%Y-%m-%dT%H:%M:%SZ")
        return SignedLink(
            link_id=base64url(hashlib.sha256(signing_input.encode()).digest())[:22],
            url=f"{self.base}/v2/bookings/{booking_id}/external_action/{action}?signature={signature}",
            signature=signature,
            expires_at=expires,
        )
