"""A click in Python, with the libraries as they come. `handler` is what one would deploy; the loop
below it stands in for Lambda's own, which has to be compiled where it is installed."""

import json
import os
from http.client import HTTPConnection

import boto3
import jwt
from botocore.exceptions import ClientError

KEY = os.environ["API_KEY"]
ROUTES = {"confirm": ("tentative", "confirmed"), "decline": ("tentative", "declined")}
TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event):
    query = event["queryStringParameters"]
    claims = jwt.decode(query["signature"], KEY, algorithms=["HS256"])
    before, after = ROUTES[claims["action"]]
    try:
        TABLE.update_item(
            Key={"id": claims["booking_id"]},
            UpdateExpression="SET #state = :to",
            ConditionExpression="#state = :from",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":from": before, ":to": after},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return {"statusCode": 410}
        raise
    return {"statusCode": 302, "headers": {"location": query["redirect"]}}


api = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def call(method, path, body=None):
    api.request(method, f"/2018-06-01/runtime/invocation/{path}", body)
    response = api.getresponse()
    return response.headers["lambda-runtime-aws-request-id"], response.read()


while True:
    request_id, event = call("GET", "next")
    call("POST", f"{request_id}/response", json.dumps(handler(json.loads(event))))
