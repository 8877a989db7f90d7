"""A function that is handed a booking and writes the mail about it, and one that lets a booking time out.

They ask `booking-links`.
"""

import json
import os
import sys
from dataclasses import asdict
from typing import Any

from action_links import ActionLinks

LINKS = ActionLinks(os.environ["BOOKING_LINKS_FUNCTION"])
LABELS = {"confirm": "Confirm", "decline": "Decline", "cancel_by_customer": "Cancel", "reschedule_by_customer": "Move"}


def handler(booking: dict[str, Any], _context: object) -> dict[str, str] | None:
    decorated = LINKS.decorate(booking, app_id=booking.get("app_id"))
    if "links_unavailable" in decorated:
        why = {"booking": booking["id"], "links_unavailable": decorated["links_unavailable"]}
        print(json.dumps({"message": "no mail was written", **why}), file=sys.stderr)
        return None
    customer = booking["customers"][0]
    lines = [f"{LABELS.get(action, action)}: {url}" for action, url in decorated["customer_action_links"].items()]
    text = [f"Dear {customer['name']},", "we look forward to seeing you. Have your plans changed?", *lines, ""]
    return {
        "to": customer["email"],
        "subject": f"Your booking: {booking['attributes']['event_info']['what']}",
        "text": "\n\n".join(text),
    }


def time_out(event: dict[str, str], _context: object) -> dict[str, str]:
    """A handler for a schedule. The event's id makes a repeated call change nothing."""
    acted = LINKS.act(event["booking_id"], "timeout", app_id=event.get("app_id"), request_id=event["id"])
    return asdict(acted)
