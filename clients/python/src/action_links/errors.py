"""Errors: why a call has no result."""


class ActionLinksError(Exception):
    """The base of every error of this package. Catch a class below to tell where the fault is."""

    code: str
    """A code for programs, such as `unknown_app`. A code that this version does not know is kept as it is."""
    message: str
    """What is wrong. It has no token and no key."""
    retryable: bool
    """Whether the same call may succeed later. The client has already tried twice."""

    def __init__(self, code: str, message: str, retryable: bool = False) -> None:
        super().__init__(code, message, retryable)
        self.code, self.message, self.retryable = code, message, retryable

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class RefusedError(ActionLinksError):
    """The function ran, and refused the request or failed. `code` is its `errorType`."""


class InvokeError(ActionLinksError):
    """Lambda did not run the function, or its answer was lost.

    `code` is Lambda's own (`ResourceNotFoundException`, `TooManyRequestsException`, ...), `no_answer` (no connection, a
    time-out), or `invalid_reply` (another function has answered).
    """


class InputError(ActionLinksError, ValueError):
    """What was given cannot be signed or sent.

    `code` is `invalid_request`, `redirect_not_allowed`, `link_too_long`, `invalid_key` or `invalid_base_url`.
    """


class WebhookError(ActionLinksError):
    """A webhook is not to be trusted: `malformed`, `invalid_signature` or `outside_time_window`."""


def refused(code: str, message: str) -> RefusedError:
    """The refusal with this code."""
    return RefusedError(code, message, code == "temporarily_unavailable")
