"""A function that is handed a booking and writes the mail about it. It asks `booking-links` for the links."""

import json
import os

import boto3

LAMBDA = boto3.client("lambda")
LABELS = {"confirm": "Confirm", "decline": "Decline", "cancel_by_customer": "Cancel", "reschedule_by_customer": "Move"}


class Refused(Exception):
    """`booking-links` refused the request: its `errorType` and `errorMessage`."""

    def __init__(self, error_type: str, message: str):
        super().__init__(f"{error_type}: {message}")
        self.error_type = error_type


def handler(booking: dict, _context: object) -> dict:
    reply = invoke({"operation": "decorate", "app_id": booking.get("app_id"), "response": booking})
    customer = booking["customers"][0]
    lines = [f"{LABELS.get(action, action)}: {url}" for action, url in reply["customer_action_links"].items()]
    text = [f"Dear {customer['name']},", "we look forward to seeing you. Have your plans changed?", *lines, ""]
    return {
        "to": customer["email"],
        "subject": f"Your booking: {booking['attributes']['event_info']['what']}",
        "text": "\n\n".join(text),
    }


def invoke(request: dict) -> dict:
    reply = LAMBDA.invoke(FunctionName=os.environ["BOOKING_LINKS_FUNCTION"], Payload=json.dumps(request))
    payload = json.load(reply["Payload"])
    if "FunctionError" in reply:
        raise Refused(payload.get("errorType", "Unhandled"), payload.get("errorMessage", ""))
    return payload
