"""The tables that are clicked on, and the clicks."""

import hashlib
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import boto3
import jwt

KEY = "test_api_key_8c1f0e2ab94d4c67a1b2c3d4e5f60718"
KID = hashlib.sha256(KEY.encode()).hexdigest()[:16]
REDIRECT = "https://hairbyada.example/thanks?from=mail"
THEN = "2026-11-01T08:00:00Z"
EVENT = json.loads((Path(__file__).parents[2] / "events" / "http_api_click.json").read_text())


class Tables:
    """Tables of bookings and apps in the engine at `endpoint`; the same bookings in each run."""

    def __init__(self, endpoint: str, bookings: str = "bench-bookings", apps: str = "bench-apps"):
        self._random = random.Random(17)
        self._db = boto3.resource(
            "dynamodb",
            endpoint_url=endpoint,
            region_name="eu-west-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
        )
        self._bookings = self._create(
            bookings,
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ["id", "app_id", "created_at"]
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-app",
                    "KeySchema": [
                        {"AttributeName": "app_id", "KeyType": "HASH"},
                        {"AttributeName": "created_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        self.apps(apps, 1)

    def _create(self, name: str, **more: object):
        table = self._db.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            **{"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], **more},
        )
        table.wait_until_exists()
        return table

    def apps(self, name: str, count: int) -> None:
        """A table of `count` apps, one of them with the key of the clicks."""
        self._create(name)
        # The engine writes what one thread has sent while the other makes more.
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda first: self._write_apps(name, range(first, min(first + 12, count))), range(0, count, 12)))

    def _write_apps(self, name: str, numbers: range) -> None:
        items = []
        for number in numbers:
            secret = f"test_api_key_{number:032x}" if number else KEY
            kid = hashlib.sha256(secret.encode()).hexdigest()[:16]
            key = {"kid": kid, "secret": secret, "created_at": THEN}
            items.append({"id": f"app-{number}", "name": "Hair by Ada", "redirect_hosts": ["hairbyada.example"], "keys": [key]})
            items.append({"id": f"key#{kid}", "app_id": f"app-{number}"})
        # A client may be shared between threads, unlike a table.
        self._db.meta.client.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": item}} for item in items]})

    def bookings(self, count: int, state: str = "tentative", used_links: int = 0) -> list[str]:
        """Bookings in `state`, on which `used_links` links have been used before."""
        ids = [self._random.randbytes(16).hex() for _ in range(count)]
        with self._bookings.batch_writer() as batch:
            for booking in ids:
                item = {"id": booking, "app_id": "app-0", "graph": "confirm_decline", "state": state, "created_at": THEN}
                item |= {"updated_at": THEN, "what": "Cut and colour", "customer": {"name": "Grace", "timezone": "Europe/Dublin"}}
                if used_links:
                    used = [self._random.randbytes(11).hex() for _ in range(used_links)]
                    entry = {"action": "confirm", "from": "tentative", "to": "confirmed", "at": THEN}
                    item["used_links"] = set(used)
                    item["action_log"] = [{**entry, "link_id": link, "request_id": link} for link in used]
                batch.put_item(item)
        return ids

    def clicks(self, count: int, used_links: int = 0) -> Iterator[bytes]:
        """Events of clicks, each on another new booking's link to confirm."""
        return map(click, self.bookings(count, used_links=used_links))


def click(booking: str) -> bytes:
    """The event of a click on the link that confirms `booking`."""
    # With a `kid`, as the links that we sign: the app is known without a look at the booking.
    signature = jwt.encode({"booking_id": booking, "action": "confirm"}, KEY, algorithm="HS256", headers={"kid": KID})
    path, query = f"/v2/bookings/{booking}/external_action/confirm", {"signature": signature, "redirect": REDIRECT}
    return json.dumps(
        EVENT
        | {"rawPath": path, "rawQueryString": urlencode(query), "queryStringParameters": query}
        | {"pathParameters": {"bookingId": booking, "action": "confirm"}}
    ).encode()
