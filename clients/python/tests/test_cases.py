"""The cases that the clients in every language pass: clients/README.md."""

import base64
import json
import unittest
import uuid
from dataclasses import asdict
from pathlib import Path

from action_links import (
    ActionLinks,
    ActionLinksError,
    ApiKey,
    InputError,
    InvokeError,
    RefusedError,
    SignedLink,
    Signer,
    WebhookError,
    verify_webhook,
)
from lambda_api import lambda_client

CASES = json.loads((Path(__file__).parents[2] / "cases.json").read_text())
DEFAULTS = CASES["defaults"]
KINDS = {"refused": RefusedError, "invoke": InvokeError, "input": InputError}


def members(link):
    return {name: value for name, value in asdict(link).items() if value is not None}


def one_of_many(link):
    if isinstance(link, SignedLink):
        return members(link)
    return {"error": {"code": link.code, "message": link.message, "retryable": link.retryable}}


def made(links, call):
    """Makes the call of a case."""
    match call["method"]:
        case "sign":
            return members(links.sign(**call["request"]))
        case "sign_many":
            return [one_of_many(link) for link in links.sign_many(call["links"], app_id=call.get("app_id"))]
        case "decorate":
            return links.decorate(call["response"], **call.get("options", {}))
        case "act":
            return asdict(links.act(**call["request"]))


class Cases(unittest.TestCase):
    maxDiff = None

    def each(self, section, check):
        for case in CASES[section]:
            with self.subTest(f"{section}: {case['name']}"):
                check(case)

    def refused(self, kind, error, call):
        with self.assertRaises(kind) as caught:
            call()
        self.assertIsInstance(caught.exception, ActionLinksError)
        said = {name: getattr(caught.exception, name) for name in ("code", "message", "retryable") if name in error}
        self.assertEqual(said, {name: error[name] for name in said})

    def test_keys(self):
        self.each("keys", self.keys)

    def keys(self, case):
        if "error" in case:
            self.refused(InputError, {"code": case["error"]}, lambda: ApiKey(case["text"]))
        else:
            self.assertEqual(ApiKey(case["text"]).id, case["id"])

    def test_signing(self):
        self.each("signing", self.signing)

    def signing(self, case):
        def sign():
            signer = Signer(case.get("key", DEFAULTS["key"]), case.get("base", DEFAULTS["base"]))
            return signer.sign(**case["link"], now=case.get("now", DEFAULTS["now"]))

        if "error" in case:
            self.refused(InputError, {"code": case["error"]}, sign)
            return
        signed = members(sign())
        payload = signed.pop("signature").split(".")[1]
        self.assertEqual(signed, {name: case[name] for name in ("url", "link_id", "expires_at") if name in case})
        self.assertEqual(json.loads(base64.urlsafe_b64decode(payload + "==")), case["claims"])

    def test_calls(self):
        self.each("calls", self.calls)

    def calls(self, case):
        sent, pauses = [], []

        def answer(request):
            sent.append(request)
            return case["exchanges"][len(sent) - 1]["answer"]

        with lambda_client(answer) as client:
            app_id = case.get("client", {}).get("app_id")
            links = ActionLinks("booking-links", app_id=app_id, lambda_client=client, pause=lambda: pauses.append(1))
            if "error" in case:
                self.refused(KINDS[case["error"]["kind"]], case["error"], lambda: made(links, case["call"]))
            else:
                self.assertEqual(made(links, case["call"]), case["result"])
        self.assertLessEqual(len({request.get("request_id") for request in sent}), 1)
        expected = [exchange["sent"] for exchange in case["exchanges"]]
        for request, wanted in zip(sent, expected):
            if wanted.get("request_id") == "$uuid":
                uuid.UUID(request["request_id"])
                request["request_id"] = "$uuid"
        self.assertEqual(sent, expected)
        self.assertEqual(len(pauses), case["pauses"])

    def test_batches(self):
        self.each("batches", self.batches)

    def batches(self, case):
        def url(booking):
            return f"https://links.example/v2/bookings/{booking}/external_action/confirm?signature=a.b.c"

        def one(link):
            if " " in link["booking_id"]:
                return {"error": {"code": "invalid_request", "message": "no"}}
            return {"url": url(link["booking_id"]), "link_id": "A" * 22}

        sizes = []

        def answer(request):
            sizes.append(len(request["links"]))
            if len(request["links"]) <= case["fits"]:
                return {"status": 200, "body": {"links": [one(link) for link in request["links"]]}}
            if case["too_large"] == "request":
                return {"status": 413, "error_type": "RequestTooLargeException", "body": {"message": "6 MB"}}
            return {"status": 200, "function_error": "Unhandled", "body": {"errorType": "answer_too_large", "errorMessage": "6 MB"}}

        bad = case.get("bad", [])
        ids = [f"b {n}" if n in bad else f"b-{n}" for n in range(case["count"])]
        links = [{"booking_id": booking, "action": "confirm", "short": case.get("short")} for booking in ids]
        with lambda_client(answer) as client:
            results = ActionLinks("booking-links", lambda_client=client).sign_many(links)
        self.assertEqual(sizes, case["sent"])
        self.assertEqual([n for n, result in enumerate(results) if isinstance(result, RefusedError)], bad)
        self.assertEqual([r.url if isinstance(r, SignedLink) else None for r in results], [None if " " in b else url(b) for b in ids])

    def test_webhooks(self):
        self.each("webhooks", self.webhooks)

    def webhooks(self, case):
        def verify():
            window = {"max_age": case["max_age"]} if "max_age" in case else {}
            return verify_webhook(case["body"], case.get("secret", DEFAULTS["secret"]), now=case["now"], **window)

        if "error" in case:
            self.refused(WebhookError, {"code": case["error"]}, verify)
            return
        event = verify()
        self.assertEqual(event.claims, case["event"])
        self.assertEqual((event.type, event.id, event.from_, event.sub), tuple(case["event"][of] for of in ("type", "id", "from", "sub")))


if __name__ == "__main__":
    unittest.main()
