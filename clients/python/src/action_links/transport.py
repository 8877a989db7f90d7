"""How the function is invoked."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from .errors import InvokeError


class Answer(NamedTuple):
    """What Lambda answers to an invocation."""

    payload: bytes
    """The function's reply, JSON."""
    function_error: str | None = None
    """Lambda's word that the function failed (`Unhandled`). The payload then has `errorType` and `errorMessage`."""


class Transport(Protocol):
    """Invokes the function with a JSON payload."""

    def __call__(self, payload: bytes, /) -> Answer:
        """Raises `InvokeError` when Lambda does not run the function."""
        ...


class LambdaTransport:
    """Invokes by boto3, which the extra `lambda` installs.

    Args:
        function_name: The name or the ARN of the function.
        client: A `boto3.client("lambda")`. By default, one of its own.
        timeout: Seconds for one attempt of a client of its own.
    """

    def __init__(self, function_name: str, client: Any = None, timeout: float = 20.0) -> None:
        self._function_name, self._client, self._timeout = function_name, client, timeout

    def __call__(self, payload: bytes, /) -> Answer:
        try:
            import boto3
            import botocore.config
            import botocore.exceptions as sdk
        except ImportError as error:
            raise InvokeError("sdk_missing", 'pip install "action-links[lambda]", or give `transport`') from error
        try:
            if self._client is None:
                # The one retry is this package's, so that its pause and its errors are the same with every SDK.
                config = botocore.config.Config(
                    retries={"total_max_attempts": 1}, connect_timeout=min(self._timeout, 5), read_timeout=self._timeout
                )
                self._client = boto3.client("lambda", config=config)
            reply = self._client.invoke(FunctionName=self._function_name, Payload=payload)
            return Answer(reply["Payload"].read(), reply.get("FunctionError"))
        except sdk.ClientError as error:
            code, message = error.response["Error"].get("Code", "Unknown"), error.response["Error"].get("Message", "")
            status = error.response["ResponseMetadata"].get("HTTPStatusCode", 500)
            may_pass = status >= 500 or status == 429 or "Throttl" in code or "TooManyRequests" in code
            raise InvokeError(code, message, may_pass) from error
        except (sdk.HTTPClientError, sdk.ConnectionError, sdk.ResponseStreamingError) as error:
            raise InvokeError("no_answer", str(error), True) from error
        except sdk.BotoCoreError as error:
            raise InvokeError(type(error).__name__, str(error)) from error
