"""What the cases cannot say."""

import copy
import json
import pickle
import subprocess
import sys
import traceback
import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from action_links import ActionLinks, Answer, ApiKey, InputError, InvokeError, RefusedError, SignedLink, Signer
from action_links.testing import TEST_KEY, FakeActionLinks

KEY = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718"
BASE = "https://links.example"


class Secrets(unittest.TestCase):
    def test_a_key_is_in_no_text(self):
        for thing in (ApiKey(KEY), Signer(KEY, BASE), Signer(ApiKey(KEY), BASE)):
            for text in (repr(thing), str(thing), f"{thing!r:>200}", repr([thing]), repr(getattr(thing, "__dict__", ""))):
                self.assertNotIn("test_api_key", text)
            for write in (pickle.dumps, json.dumps, copy.deepcopy):
                with self.assertRaises(TypeError):
                    write(thing)

    def test_a_token_is_in_no_repr(self):
        link = Signer(KEY, BASE).sign("b-17", "confirm")
        self.assertEqual(eval(repr(link).replace(", expires_at=None", ""), {"SignedLink": lambda link_id: link_id}), link.link_id)

    def test_an_error_quotes_nothing(self):
        answers = [lambda _: Answer(b'{"url": "secret-token'), lambda _: Answer(b'"secret-token"'), lambda _: Answer(b"secret-token", "Unhandled")]
        calls = [lambda: Signer(KEY, BASE).sign("secret-token ", "a"), lambda: ApiKey("secret-token"), lambda: ApiKey(f"secret-token {KEY}")]
        calls += [lambda answer=answer: ActionLinks("f", transport=answer).sign("b", "a") for answer in answers]
        for call in calls:
            try:
                call()
            except (InputError, InvokeError) as error:
                whole = "".join(traceback.format_exception_only(error)) + repr(error) + repr(error.__cause__)
                self.assertNotIn("secret-token", whole)
            else:
                self.fail("nothing was raised")


class Signing(unittest.TestCase):
    def test_times_may_be_datetimes_with_a_zone(self):
        now = datetime(2026, 11, 23, 8, 0, 0, 999_999, tzinfo=timezone.utc)
        later = now.astimezone(timezone(timedelta(hours=9))) + timedelta(days=7)
        link = Signer(KEY, BASE).sign("b-17", "confirm", expires_at=later, now=now)
        self.assertEqual(link, Signer(KEY, BASE).sign("b-17", "confirm", expires_in=604800, now=int(now.timestamp())))
        self.assertEqual(link.expires_at, "2026-11-30T08:00:00Z")
        with self.assertRaises(InputError) as caught:
            Signer(KEY, BASE).sign("b-17", "confirm", expires_at=datetime(2100, 1, 1))
        self.assertIn("time zone", caught.exception.message)

    def test_other_types_are_refused(self):
        for members in ({"confirm": 1}, {"expires_in": True}, {"expires_in": "60"}, {"sub": 7}, {"jti": b"1"}, {"redirect": 1}, {"sub": "\ud800"}):
            with self.assertRaises(InputError, msg=members):
                Signer(KEY, BASE).sign("b-17", "confirm", **members)

    def test_it_needs_neither_network_nor_sdk(self):
        program = (
            "import sys; sys.modules['boto3'] = sys.modules['socket'] = None\n"
            "from action_links import Signer; from action_links.testing import FakeActionLinks\n"
            f"Signer({KEY!r}, {BASE!r}).sign('b-17', 'confirm'); FakeActionLinks().sign('b-17', 'confirm')"
        )
        subprocess.run([sys.executable, "-c", program], check=True)


class Client(unittest.TestCase):
    def test_without_the_sdk_the_message_says_what_to_install(self):
        program = (
            "import sys; sys.modules['boto3'] = None\n"
            "from action_links import ActionLinks, InvokeError\n"
            "try: ActionLinks('f').sign('b', 'a')\n"
            "except InvokeError as error: print(error, error.retryable)"
        )
        said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
        self.assertEqual(said, 'sdk_missing: pip install "action-links[lambda]", or give `transport` False\n')

    def test_what_json_cannot_hold_is_refused(self):
        for response in ({"price": Decimal("1.5")}, {"a": {1}}, {"a": float("nan")}):
            with self.assertRaises(InputError):
                FakeActionLinks().decorate(response)


class Fake(unittest.TestCase):
    def test_it_signs_links_and_records_what_was_asked(self):
        links = FakeActionLinks(app_id="salon", now=lambda: datetime(2026, 11, 23, tzinfo=timezone.utc))
        link = links.sign("b-17", "confirm", expires_in=60, short=True)
        self.assertEqual(link.url, Signer(TEST_KEY, BASE).sign("b-17", "confirm", expires_in=60, now=links._now()).url)
        self.assertEqual((link.expires_at, link.short_url), ("2026-11-23T00:01:00Z", f"{BASE}/l/{link.link_id[:12]}"))
        self.assertEqual(links.calls, [{"operation": "sign", "app_id": "salon", "booking_id": "b-17", "action": "confirm", "expires_in": 60, "short": True}])
        good, bad = links.sign_many([{"booking_id": "b-17", "action": "confirm"}, {"booking_id": "b 17", "action": "confirm"}])
        self.assertTrue(isinstance(good, SignedLink) and isinstance(bad, RefusedError) and bad.code == "invalid_request")
        self.assertEqual(links.act("b-17", "timeout", request_id="1").state, "timeout")

    def test_it_decorates_every_shape(self):
        links = FakeActionLinks()
        booking = {"id": "b-17", "price": 1}
        [decorated] = links.decorate({"data": [booking]}, include=["customer_action_links", "action_links"])["data"]
        self.assertEqual(set(decorated["customer_action_links"]), {"cancel_by_customer", "reschedule_by_customer"})
        self.assertEqual(set(decorated["action_links"]), set(decorated["available_actions"]))
        self.assertEqual(decorated["price"], 1)
        without = FakeActionLinks(links_unavailable="too_late").decorate(booking)
        self.assertEqual(without, booking | {"available_actions": [], "customer_action_links": {}, "links_unavailable": "too_late"})

    def test_it_fails_once_when_asked_to(self):
        links = FakeActionLinks()
        for fail, kind, code, retryable in (
            (lambda: links.fail_next("unknown_app"), RefusedError, "unknown_app", False),
            (lambda: links.fail_next("temporarily_unavailable"), RefusedError, "temporarily_unavailable", True),
            (lambda: links.fail_next_invoke("no_answer", True), InvokeError, "no_answer", True),
        ):
            fail()
            with self.assertRaises(kind) as caught:
                links.sign("b-17", "confirm")
            self.assertEqual((caught.exception.code, caught.exception.retryable), (code, retryable))
            links.sign("b-17", "confirm")


if __name__ == "__main__":
    unittest.main()
