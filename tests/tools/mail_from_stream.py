"""Runs the function of examples/mail-from-stream on batches of stream records, with an emulator of SES and SQS.

Reads from its input a list of batches: `records`, `faults` (what SES answers instead, one for each call; `lost` takes
the mail and loses the answer), and `later` (seconds to add to the clock). Prints what was sent, what each batch reported,
the dead letters, and the log. The tables and booking-links are those of the environment.

Usage: mail_from_stream.py EXAMPLE (needs boto3 and moto)
"""

import contextlib
import io
import json
import os
import sys
import time
import types

import boto3
import moto
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

# As Lambda gives it.
CONTEXT = types.SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)


def make_table():
    """The table of mails, with the key that template.yaml says."""
    dynamodb = boto3.client("dynamodb")
    with contextlib.suppress(dynamodb.exceptions.ResourceInUseException):
        dynamodb.create_table(
            TableName=os.environ["MAILS_TABLE"],
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )


def refusal(fault):
    """What SES answers: a code and, behind a colon, a message. Without one, the message has an address."""
    code, _, message = fault.partition(": ")
    status = {"TooManyRequestsException": 429, "InternalServiceErrorException": 500}.get(code, 400)
    body = json.dumps({"message": message or "grace@customers.example is refused"}).encode()
    raw = types.SimpleNamespace(stream=lambda **_: iter([body]))
    return AWSResponse("https://email.example", status, {"x-amzn-errortype": code}, raw)


def watch(client, faults, sent):
    """Lets the next calls fail, and keeps the mails that SES has taken."""
    send = client.send_email

    def fault(**_):
        return refusal(faults.pop(0)) if faults and faults[0] not in (None, "lost") else None

    def send_and_keep(**mail):
        answer = send(**mail)
        sent.append(mail)
        if faults and faults.pop(0) == "lost":
            raise ReadTimeoutError(endpoint_url="https://email.example")
        return answer

    client.meta.events.register_first("before-send.sesv2.SendEmail", fault)
    client.send_email = send_and_keep


def main():
    sys.path.insert(0, sys.argv[1])
    faults, sent, reports, log = [], [], [], io.StringIO()
    with moto.mock_aws():
        make_table()
        queue = boto3.client("sqs").create_queue(QueueName="dead-letters")["QueueUrl"]
        boto3.client("sesv2").create_email_identity(EmailIdentity="hairbyada.example")
        os.environ["DEAD_LETTERS_URL"] = queue
        import index

        watch(index.SES, faults, sent)
        now = time.time
        for batch in json.load(sys.stdin):
            faults[:] = batch.get("faults", [])
            time.time = lambda later=batch.get("later", 0): now() + later
            with contextlib.redirect_stdout(log):
                reports.append(index.handler({"Records": batch["records"]}, CONTEXT))
        letters = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    outcome = {"sent": sent, "reports": reports, "letters": [json.loads(letter["Body"]) for letter in letters]}
    print(json.dumps(outcome | {"log": log.getvalue()}))


main()
