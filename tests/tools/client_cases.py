"""Compares clients/cases.json with judges that are not ours.

- PyJWT makes the same tokens of the same claims, in the same order.
- The function of docs/events/webhook.yaml signs the same webhooks.
- What is sent and answered is what docs/schemas/invocation.json says.

Usage: client_cases.py (needs jsonschema, PyJWT and PyYAML)
"""

import base64
import hashlib
import json
import os
import sys
import types
from pathlib import Path

import jsonschema
import jwt
import yaml

ROOT = Path(__file__).parents[2]
CASES = json.loads((ROOT / "clients/cases.json").read_text())
DEFAULTS = CASES["defaults"]
REPLIES = {"sign": "signReply", "sign_many": "signManyReply", "decorate": "decorateReply", "act": "actReply"}


class Utf8(json.JSONEncoder):
    def __init__(self, **options):
        super().__init__(**options | {"ensure_ascii": False})


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def check_signing():
    signed = [case for case in CASES["signing"] if "error" not in case]
    for case in signed:
        key, claims = case.get("key", DEFAULTS["key"]), case["claims"]
        kid = hashlib.sha256(key.encode()).hexdigest()[:16]
        token = jwt.encode(claims, key, "HS256", {"kid": kid}, json_encoder=Utf8, sort_headers=False)
        path = f"/v2/bookings/{claims['booking_id']}/external_action/{claims['action']}?signature={token}"
        assert case["url"].endswith(path), case["name"]
        signing_input = token.rpartition(".")[0]
        assert case["link_id"] == base64url(hashlib.sha256(signing_input.encode()).digest())[:22], case["name"]
    return len(signed)


class Loader(yaml.SafeLoader):
    """CloudFormation's tags as what stands behind them."""


Loader.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))


def check_webhooks():
    stack = yaml.load((ROOT / "docs/events/webhook.yaml").read_text(), Loader)
    secrets = types.SimpleNamespace(get_secret_value=lambda SecretId: {"SecretString": DEFAULTS["secret"]})
    sys.modules["boto3"] = types.SimpleNamespace(client=lambda _: secrets)
    os.environ["SECRET"] = "arn"
    names = {}
    exec(stack["Resources"]["Signer"]["Properties"]["Code"]["ZipFile"], names)  # noqa: S102
    count = 0
    for case in CASES["webhooks"]:
        body = json.loads(case["body"]) if "event" in case else {}
        if body.get("event", {}).get("action") != case.get("event", {}).get("action", "none"):
            continue
        claims = dict(body["event"])
        message = {"body": json.dumps({"detail-type": claims.pop("type"), "detail": claims})}
        assert names["handler"]([message], None) == [body], case["name"]
        count += 1
    return count


def validates(schema, value):
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def check_schema():
    schema = json.loads((ROOT / "docs/schemas/invocation.json").read_text())
    count = 0
    for case in CASES["calls"]:
        for exchange in case["exchanges"]:
            sent = {name: "1" if value == "$uuid" else value for name, value in exchange["sent"].items()}
            assert validates(schema, sent), f"{case['name']}: sends what the schema does not have"
            reply = exchange["answer"].get("body")
            if "result" in case and exchange["answer"].get("status") == 200:
                name = "error" if "errorType" in reply else REPLIES[case["call"]["method"]]
                definition = {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}
                assert validates(definition, reply), f"{case['name']}: an answer that the schema does not have"
            count += 1
    return count


def main():
    signed, webhooks, exchanges = check_signing(), check_webhooks(), check_schema()
    assert min(signed, webhooks, exchanges) > 5
    print(f"clients/cases.json: PyJWT makes the same {signed} tokens, the stack the same {webhooks} webhooks; the schema has {exchanges} exchanges")


main()
