"""One-time action links for bookings: sign them offline, ask `booking-links` for them, verify webhooks."""

from ._client import ActionLinks
from ._key import ApiKey
from ._link import SignedLink
from ._requests import Acted, Include, Links, SignRequest
from ._signer import Signer
from .errors import ActionLinksError, InputError, InvokeError, RefusedError, WebhookError
from .transport import Answer, Transport
from .webhook import WebhookEvent, verify_webhook

__all__ = [
    "Acted",
    "ActionLinks",
    "ActionLinksError",
    "Answer",
    "ApiKey",
    "Include",
    "InputError",
    "InvokeError",
    "Links",
    "RefusedError",
    "SignRequest",
    "SignedLink",
    "Signer",
    "Transport",
    "WebhookError",
    "WebhookEvent",
    "verify_webhook",
]
