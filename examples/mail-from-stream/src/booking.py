"""What the stream says of a booking. If your bookings look different, this is the file to change."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

# As in the stack of Action Links.
ID = os.environ.get("BOOKING_ID_ATTRIBUTE", "id")
STATE = os.environ.get("STATE_ATTRIBUTE", "state")
GRAPH = os.environ.get("GRAPH_ATTRIBUTE", "graph")
APP = os.environ.get("APP_ATTRIBUTE", "app_id")
DEFAULT_GRAPH = os.environ.get("DEFAULT_GRAPH", "confirm_decline")

# No others: Lambda gives binary values in another form than boto3 reads.
READ = {ID, STATE, GRAPH, APP, "starts_at", "ends_at", "attributes", "customers", "action_log", "created_at"}

BOOKINGS: Any = boto3.resource("dynamodb").Table(os.environ["BOOKINGS_TABLE"])


class Undeliverable(Exception):
    """Why there can be no mail, however often it is tried. The text has no personal data."""


@dataclass(frozen=True)
class Booking:
    id: str
    app_id: str
    graph: str
    state: str
    starts_at: datetime
    ends_at: datetime
    what: str
    where: str | None
    customer: str
    email: str | None
    change: str
    """Which click, `act` or undo has changed its state last. If none has, when the booking was made."""

    @classmethod
    def read(cls, image: dict[str, Any], only_app: str | None) -> Booking:
        item = plain(image)
        customer = (item.get("customers") or [{}])[0]
        event = item.get("attributes", {}).get("event_info", {})
        last = (item.get("action_log") or [{}])[-1]
        starts_at = time_of(item, "starts_at")
        email = customer.get("email")
        if not isinstance(email, str | None):
            raise Undeliverable("the customer's email is not a string")
        return cls(
            id=required(item, ID),
            app_id=item.get(APP) or only_app or required(item, APP),
            graph=item.get(GRAPH, DEFAULT_GRAPH),
            state=required(item, STATE),
            starts_at=starts_at,
            # The mail's markup must have an end.
            ends_at=time_of(item, "ends_at") if item.get("ends_at") else starts_at,
            what=required(event, "what"),
            where=event.get("where"),
            customer=required(customer, "name"),
            email=email,
            change=str(last.get("request_id") or last.get("at") or item.get("created_at", "")),
        )


def required(item: dict[str, Any], name: str) -> str:
    if not item.get(name):
        raise Undeliverable(f"the booking has no {name}")
    return str(item[name])


def time_of(item: dict[str, Any], name: str) -> datetime:
    value = item.get(name)
    try:
        if isinstance(value, Decimal):
            # Seconds since 1970, or milliseconds.
            return datetime.fromtimestamp(float(value / 1000 if value >= 10**11 else value), timezone.utc)
        # A zone's name may stand behind the offset, which is what counts.
        time = datetime.fromisoformat(required(item, name).partition("[")[0].upper())
    except (ValueError, OverflowError):
        time = None
    if time is None or time.utcoffset() is None:
        raise Undeliverable(f"{name} is not a time with an offset, such as 2026-12-04T14:30:00Z")
    return time


def is_news(record: dict[str, Any]) -> bool:
    """Whether this write brought the booking into its state. An edit of a booking that was confirmed before this
    function was deployed is none."""
    if record["eventName"] == "INSERT":
        return True
    new = plain(record["dynamodb"]["NewImage"])
    if "OldImage" in record["dynamodb"]:
        return bool(new.get(STATE) != plain(record["dynamodb"]["OldImage"]).get(STATE))
    # The stream has new images only, as that of Action Links: then the last entry of the log is of this very write.
    last = (new.get("action_log") or [{}])[-1]
    if last.get("to") != new.get(STATE):
        return False
    written = float(record["dynamodb"]["ApproximateCreationDateTime"])
    return abs(written - time_of(last, "at").timestamp()) < 60


def current(booking: Booking) -> Booking | None:
    """The booking with the state and the times that it has now. `None` if it is gone."""
    names = {"#id": ID, "#state": STATE, "#starts_at": "starts_at", "#ends_at": "ends_at"}
    answer = BOOKINGS.get_item(
        Key={ID: booking.id},
        ConsistentRead=True,
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
    )
    item = answer.get("Item")
    if item is None or STATE not in item:
        return None
    starts_at = time_of(item, "starts_at")
    ends_at = time_of(item, "ends_at") if item.get("ends_at") else starts_at
    return replace(booking, state=str(item[STATE]), starts_at=starts_at, ends_at=ends_at)


def plain(image: dict[str, Any]) -> dict[str, Any]:
    """What is read of an image, as JSON has it: `{"S": "b-1"}` becomes `"b-1"`."""
    return {name: TypeDeserializer().deserialize(value) for name, value in image.items() if name in READ}
