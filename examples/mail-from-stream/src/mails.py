"""Which mail there is for which state, and its text.

The function fills in the templates itself. A template of SES's takes one set of values for both parts, and SES escapes
none: the plain text would show `&amp;`, or the HTML would have a customer's tags. And SES takes a mail whose value is
missing, and does not send it later.
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr
from html import escape
from pathlib import Path
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from booking import Booking

TEMPLATES = Path(os.environ["TEMPLATES"])


class Business(TypedDict):
    """What mails say of an app. It is not read from the apps table, since that has the keys."""

    business: str
    sender: str
    business_email: str
    business_phone: str
    business_url: str
    business_address: str
    imprint_url: str
    time_zone: str
    reschedule_at: str
    list_unsubscribe: str


BUSINESSES: dict[str, Business] = json.loads(Path(__file__).with_name("businesses.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Kind:
    template: str
    subject: str
    links: dict[str, tuple[str, bool]]
    """By placeholder: the action, and whether the link asks first, whatever the app's settings are."""

    @property
    def to_customer(self) -> bool:
        return self.template == "customer"


NEW_REQUEST = Kind(
    "business", "New request from {customer}: {what}", {"confirm": ("confirm", False), "decline": ("decline", True)}
)
CONFIRMED = Kind(
    "customer",
    "Your appointment is confirmed: {what}",
    {"reschedule": ("reschedule_by_customer", True), "cancel": ("cancel_by_customer", True)},
)
# By graph and state. A graph of another kind has other actions, and so needs other templates.
KINDS = {
    ("confirm_decline", "tentative"): NEW_REQUEST,
    ("confirm_decline", "confirmed"): CONFIRMED,
    ("instant", "confirmed"): CONFIRMED,
}


def compose(booking: Booking, business: Business, kind: Kind, links: dict[str, str]) -> dict[str, Any]:
    """What SES is asked to send."""
    values = facts(booking, business, links)
    markup = fill(f"{kind.template}.jsonld", values, in_json)
    to = booking.email if kind.to_customer else business["business_email"]
    reply_to = business["business_email"] if kind.to_customer else booking.email
    headers = [{"Name": "Auto-Submitted", "Value": "auto-generated"}]  # No out-of-office replies.
    if kind.to_customer:
        # Where the business's mails are stopped. Never an action link: a mail program shows this as "Unsubscribe", and
        # may send a POST to it without a question. With an action link, that would cancel the appointment.
        headers.append({"Name": "List-Unsubscribe", "Value": business["list_unsubscribe"]})
    subject = kind.subject.format_map(values)
    text = fill(f"{kind.template}.txt", values, str)
    html = fill(f"{kind.template}.html", values | {"markup": markup}, escape)
    return {
        "FromEmailAddress": formataddr((business["business"], business["sender"])),
        "Destination": {"ToAddresses": [to]},
        "ReplyToAddresses": [reply_to] if reply_to else [],
        # It has no tracking of clicks, which would lead each link over a server that sees the token.
        "ConfigurationSetName": os.environ["CONFIGURATION_SET"],
        "Content": {
            "Simple": {
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": text, "Charset": "UTF-8"}, "Html": {"Data": html, "Charset": "UTF-8"}},
                "Headers": headers,
            }
        },
    }


def facts(booking: Booking, business: Business, links: dict[str, str]) -> dict[str, str]:
    """The values of the templates, each on one line: a line break in a name would make lines of its own in the text,
    or a header."""
    values = {
        **{name: str(value) for name, value in business.items()},
        **links,
        "booking_id": booking.id,
        "customer": booking.customer,
        "what": booking.what,
        "where": booking.where or business["business_address"],
        "when": in_words(booking.starts_at, business["time_zone"]),
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        # Any link of the booking leads to its calendar file, and this one never acts.
        "calendar": next(iter(links.values())).replace("?", "/calendar.ics?", 1),
    }
    return {name: " ".join(value.split()) for name, value in values.items()}


def in_words(time: datetime, zone: str) -> str:
    """As the pages of Action Links have it: "Friday, 4 December 2026, 14:30, London time"."""
    local = time.astimezone(ZoneInfo(zone))
    place = zone.rpartition("/")[2].replace("_", " ")
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M}, {place} time"


def in_json(value: str) -> str:
    """A value between the quotes of JSON that stands in a script element, which would end at `</script`."""
    return json.dumps(value)[1:-1].replace("<", "\\u003c")


def fill(template: str, values: dict[str, str], change: Callable[[str], str]) -> str:
    """A template with its values: those in three braces as they are. One that is missing is an error, before anything
    is sent."""

    def value(name: re.Match[str]) -> str:
        return values[name[1]] if name[1] else change(values[name[2]])

    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return re.sub(r"{{{(\w+)}}}|{{(\w+)}}", value, text)
