"""What the stream says of a booking. If your bookings look different, this is the file to change."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
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
READ = {ID, STATE, GRAPH, APP, "starts_at", "ends_at", "attributes", "customers", "action_log"}

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
    changes: int
    """How often its state was changed by a link, `act` or undo."""

    @classmethod
    def read(cls, image: dict[str, Any], only_app: str | None) -> Booking:
        item = plain(image)
        customer = (item.get("customers") or [{}])[0]
        event = item.get("attributes", {}).get("event_info", {})
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
            changes=len(item.get("action_log") or []),
        )


def required(item: dict[str, Any], name: str) -> str:
    if not item.get(name):
        raise Undeliverable(f"the booking has no {name}")
    return str(item[name])


def time_of(item: dict[str, Any], name: str) -> datetime:
    try:
        time = datetime.fromisoformat(required(item, name))
    except ValueError:
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


def current_state(booking_id: str) -> str | None:
    """The booking's state now. `None` if the booking is gone."""
    answer = BOOKINGS.get_item(
        Key={ID: booking_id}, ConsistentRead=True, ProjectionExpression="#state", ExpressionAttributeNames={"#state": STATE}
    )
    state = answer.get("Item", {}).get(STATE)
    return None if state is None else str(state)


def plain(image: dict[str, Any]) -> dict[str, Any]:
    """What is read of an image, as JSON has it: `{"S": "b-1"}` becomes `"b-1"`."""
    return {name: TypeDeserializer().deserialize(value) for name, value in image.items() if name in READ}
