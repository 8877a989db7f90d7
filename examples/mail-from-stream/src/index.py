"""Reads the stream of the bookings table, and mails each new request and each confirmed booking, once."""

import json
import os
import time
from datetime import datetime, timezone
from pathlib import Path
from traceback import extract_tb
from typing import Any

import boto3
from action_links import ActionLinks, ActionLinksError, RefusedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import once
from booking import Booking, Undeliverable, current, is_news
from mails import BUSINESSES, KINDS, Business, Kind, compose

LINKS = ActionLinks(os.environ["BOOKING_LINKS_FUNCTION"])
# SES has no idempotency token: a call that is repeated after a time-out is a second mail. So boto3 makes one attempt,
# and the stream repeats the record.
SES = boto3.client("sesv2", config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20))
SQS = boto3.client("sqs")

# What SES says of one mail: the same mail is refused again. All else (a throttle, a domain that is not verified, an
# account that is paused) concerns every mail, and is retried until someone has mended it.
REFUSES_THIS_MAIL = {"MessageRejected", "BadRequestException"}


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Handles every record, also after one that failed: Lambda repeats all from the first failed one on, and the
    table of mails knows those that were sent."""
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            outcome = deliver(record, context, comes_again=bool(failures))
        except (ActionLinksError, BotoCoreError, ClientError, once.Busy) as error:
            # It may pass: the stream's record is repeated.
            outcome = f"failed: {code_of(error)}"
            failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
        # The id and a code, and nothing else: a message of SES's has addresses, and a link in a log could be clicked.
        print(json.dumps({"booking_id": id_of(record), "outcome": outcome}))
    return {"batchItemFailures": failures}


def deliver(record: dict[str, Any], context: Any, comes_again: bool) -> str:
    try:
        return mail_about(record, context)
    except Undeliverable as fault:
        reason = str(fault)
    except (ActionLinksError, BotoCoreError, ClientError, once.Busy):
        raise
    except Exception as error:  # A record that this program does not understand must not hold up those behind it.
        at = extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} in {Path(at.filename).name}:{at.lineno}"
    # Behind a record that failed, this one comes again, and would write its letter each time.
    if comes_again:
        return f"undeliverable for now: {reason}"
    letter = {"booking_id": id_of(record), "reason": reason}
    SQS.send_message(QueueUrl=os.environ["DEAD_LETTERS_URL"], MessageBody=json.dumps(letter))
    return f"undeliverable: {reason}"


def mail_about(record: dict[str, Any], context: Any) -> str:
    """Sends the mail that a booking's new state asks for. Returns what happened, in a word."""
    if id_of(record).startswith("doctor-"):
        return "a booking of `action-links doctor`"
    if not is_news(record):
        return "the state is as before"
    booking = Booking.read(record["dynamodb"]["NewImage"], only_app=next(iter(BUSINESSES)) if len(BUSINESSES) == 1 else None)
    kind = KINDS.get((booking.graph, booking.state))
    if kind is None:
        return "no mail for this state"
    if kind.to_customer and not booking.email:
        return "no e-mail address"
    if booking.starts_at <= datetime.now(timezone.utc):
        return "it is over"
    business = BUSINESSES.get(booking.app_id)
    if business is None:
        raise Undeliverable("businesses.json does not have the app")
    # The record may be old: it was repeated, or sent again by hand.
    now = current(booking)
    if now is None or now.state != booking.state:
        return "the state has changed since"
    booking = now
    message = compose(booking, business, kind, sign(booking, business, kind))
    # A booking that is put back needs a new mail, since a link that was used stays used. So does one whose links were
    # revoked: then a record that is sent by hand says why, and each reason is a mail of its own.
    mail = f"{booking.id}#{kind.template}#{booking.change}"
    if record.get("again"):
        mail += f"#{record['again']}"
    if not once.claim(mail, until=time.time() + context.get_remaining_time_in_millis() / 1000):
        return "sent before"
    once.sent(mail, send(mail, message), booking.starts_at)
    return f"sent to the {kind.template}"


def sign(booking: Booking, business: Business, kind: Kind) -> dict[str, str]:
    """The links of a mail, by placeholder. They expire when the appointment begins: a mail is kept for years."""
    expires_in = max(1, int(booking.starts_at.timestamp() - time.time()))
    wanted: list[Any] = [
        # Who has rescheduled needs a page to choose a new time. Without `redirect`, the app's own settings count.
        {"booking_id": booking.id, "action": action, "expires_in": expires_in, "confirm": asks, "sub": kind.template}
        | ({"redirect": business["reschedule_at"]} if placeholder == "reschedule" else {})
        for placeholder, (action, asks) in kind.links.items()
    ]
    links = {}
    try:
        for placeholder, signed in zip(kind.links, LINKS.sign_many(wanted, app_id=booking.app_id)):
            if isinstance(signed, RefusedError):
                raise signed
            links[placeholder] = signed.url
    except RefusedError as error:
        if error.retryable:
            raise
        raise Undeliverable(f"booking-links: {error.code}") from None
    return links


def send(mail: str, message: dict[str, Any]) -> str:
    try:
        answer = SES.send_email(**message)
    except ClientError as error:
        # SES has said no, so the next attempt need not wait. After a 5xx or no answer at all, the mail may have gone out.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
            once.release(mail)
        # SES says `MessageRejected` of an identity that is not verified, too, and that is mended in SES.
        unverified = "not verified" in error.response["Error"].get("Message", "")
        if code_of(error) in REFUSES_THIS_MAIL and not unverified:
            raise Undeliverable(f"SES: {code_of(error)}") from None
        raise
    return str(answer["MessageId"])


def id_of(record: dict[str, Any]) -> str:
    return str(next(iter(next(iter(record["dynamodb"]["Keys"].values())).values())))


def code_of(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return error.code if isinstance(error, ActionLinksError) else type(error).__name__
