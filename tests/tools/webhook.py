"""Checks docs/events/webhook.yaml: what its function signs, what is sent, and when an event is given up."""

import base64
import hashlib
import hmac
import json
import os
import re

from emulated import REGION, client
from samtranslator.yaml_helper import yaml_parse

# What the header of an API destination may have, by the quotas of EventBridge.
LONGEST_HEADER = 512
SECRET = "s" * 64


def stack():
    with open("docs/events/webhook.yaml", encoding="utf-8") as file:
        return {name: of["Properties"] for name, of in yaml_parse(file.read())["Resources"].items()}


def documented():
    """The event of docs/events.md, and with the longest values of a usual booking."""
    with open("docs/events.md", encoding="utf-8") as file:
        text = file.read()
    event = json.loads(text.split("```json\n")[1].split("```")[0])
    long = json.loads(json.dumps(event))
    long["detail"] |= {"booking_id": "8c1b0d0e-5f0e-4a55-9d43-0c3a6f0f6f0e", "action": "reschedule_by_customer"}
    return text, event, long


def sent(target, message):
    """The body and the headers that the pipe sends for what the function returns."""
    body = re.sub(r"<\$\.(\w+)>", lambda found: json.dumps(message[found[1]]), target["InputTemplate"])
    headers = target.get("HttpParameters", {}).get("HeaderParameters", {})
    return json.loads(body), {name: message[path.removeprefix("$.")] for name, path in headers.items()}


def check_signature(token, claims):
    head, payload, mac = token.split(".")
    expected = hmac.new(SECRET.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    decoded = [base64.urlsafe_b64decode(part + "==") for part in (head, payload, mac)]
    # With `typ` JWT it could be taken for an action link.
    assert json.loads(decoded[0]) == {"alg": "HS256", "typ": "event+jwt"}, decoded[0]
    assert decoded[2] == expected and json.loads(decoded[1]) == claims


def check_queue(found, text):
    """An event goes to the dead letters after the days that docs/events.md names, and before it is deleted."""
    queue, dead = found["Queue"], found["DeadLetters"]
    seconds = queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"]
    words = {1: "one day", 2: "two days", 3: "three days", 4: "four days"}
    assert f"After {words.get(seconds / 86400)} it goes to the stack's dead letters" in text, f"{seconds / 86400} days"
    assert seconds < queue["MessageRetentionPeriod"] - 86400, "it is deleted before it is moved"
    assert seconds < dead["MessageRetentionPeriod"] - 86400, "the retention counts from the event on, in the dead letters, too"
    assert queue["RedrivePolicy"]["maxReceiveCount"] <= 1000


def check_webhook(endpoint):
    found, (text, *events) = stack(), documented()
    made = client(endpoint, "secretsmanager").create_secret(Name="webhook", SecretString=SECRET)
    os.environ.update(SECRET=made["ARN"], AWS_ENDPOINT_URL=endpoint, AWS_DEFAULT_REGION=REGION)
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    names = {}
    exec(found["Signer"]["Code"]["ZipFile"], names)  # noqa: S102
    for event in events:
        [message] = names["handler"]([{"body": json.dumps(event)}], None)
        body, headers = sent(found["Pipe"]["TargetParameters"], message)
        for name, value in headers.items():
            assert len(value) <= LONGEST_HEADER, f"{name} has {len(value)} characters"
        claims = {"type": event["detail-type"], **event["detail"]}
        assert body["event"] == claims, body
        check_signature(body["signature"], claims)
    assert found["Rule"]["EventPattern"].get("account") == [{"Ref": "AWS::AccountId"}], "another account could put events"
    check_queue(found, text)
    print("docs/events/webhook.yaml: signs, sends and gives up as docs/events.md says")
