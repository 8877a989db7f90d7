"""A function that is handed a new booking, and lets it time out unless it has been paid by then.

It makes a schedule that runs once and then deletes itself. The schedule invokes `booking-links`, which takes the
action `timeout`. If the booking has been paid meanwhile, its state does not allow that, and nothing happens to it."""

import hashlib
import json
import os
from datetime import datetime, timedelta, timezone

import boto3

SCHEDULER = boto3.client("scheduler")


def handler(booking: dict, _context: object) -> dict:
    # The name of a schedule is shorter than an id of a booking may be, and has fewer characters.
    name = "timeout-" + hashlib.sha256(booking["id"].encode()).hexdigest()[:32]
    at = datetime.now(timezone.utc) + timedelta(minutes=int(os.environ["MINUTES"]))
    request = {
        "operation": "act",
        "app_id": booking["app_id"],
        "booking_id": booking["id"],
        "action": "timeout",
        # The same request twice is a success that changes nothing, so that it may be tried again.
        "request_id": name,
    }
    try:
        SCHEDULER.create_schedule(
            Name=name,
            GroupName=os.environ["SCHEDULE_GROUP"],
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": os.environ["BOOKING_LINKS_FUNCTION_ARN"],
                "RoleArn": os.environ["SCHEDULER_ROLE_ARN"],
                "Input": json.dumps(request),
                "DeadLetterConfig": {"Arn": os.environ["DEAD_LETTERS_ARN"]},
            },
        )
    except SCHEDULER.exceptions.ConflictException:
        pass  # This function has been invoked for the booking before.
    return {"schedule": name, "at": at.isoformat(timespec="seconds")}
