"""Each mail once: a table that knows which were sent, and a conditional write before each.

An invocation claims a mail for as long as it may live, sends it, and notes that. It sends twice only if it dies, or
loses SES's answer or the table, after SES has taken the mail and before that is noted: then the claim ends, and the
stream's next attempt sends again. A customer with two mails is better off than one with none.
"""

import os
import time
from datetime import datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError

TABLE: Any = boto3.resource("dynamodb").Table(os.environ["MAILS_TABLE"])
YEAR = 365 * 24 * 3600
# Longer than a stream keeps its records.
WEEK = 7 * 24 * 3600


class Busy(Exception):
    """Another invocation has claimed the mail, or died over it. Later will tell."""


def claim(mail: str, until: float) -> bool:
    """Whether the mail is to be sent, by this invocation alone until that time."""
    try:
        TABLE.update_item(
            Key={"id": mail},
            UpdateExpression="SET claimed_until = :until, expires_at = :expires_at",
            ConditionExpression="attribute_not_exists(sent_at)"
            " AND (attribute_not_exists(claimed_until) OR claimed_until < :now)",
            ExpressionAttributeValues={":until": int(until) + 1, ":now": int(time.time()), ":expires_at": int(until) + WEEK},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        if "sent_at" in error.response.get("Item", {}):
            return False
        raise Busy from None
    return True


def release(mail: str) -> None:
    TABLE.update_item(Key={"id": mail}, UpdateExpression="REMOVE claimed_until")


def sent(mail: str, message_id: str, starts_at: datetime) -> None:
    """Notes it, until long after the appointment: of one that is over no mail is sent anyway."""
    TABLE.update_item(
        Key={"id": mail},
        UpdateExpression="SET sent_at = :now, message_id = :message_id, expires_at = :expires_at REMOVE claimed_until",
        ExpressionAttributeValues={
            ":now": int(time.time()),
            ":message_id": message_id,
            ":expires_at": int(starts_at.timestamp()) + YEAR,
        },
    )
