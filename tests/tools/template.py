"""Creates what `template.yaml` becomes, in a CloudFormation emulator, so far as that knows the resources.

Usage: template.py ENDPOINT, the address of a moto server.
"""

import ast
import base64
import hashlib
import hmac
import json
import os
import re
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

REGION, ACCOUNT = "eu-west-1", "123456789012"

# Every option at once.
ALL = {
    "BookingsTableName": "reservations",
    "BookingIdAttribute": "reservation_id",
    "AppAttribute": "tenant",
    "DomainName": "links.example.com",
    "CertificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0123abcd",
    "HostedZoneId": "Z0123456789",
    "MemorySize": "512",
    "ReservedConcurrency": "5",
    "AppsTableKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123abcd",
    "BookingsTableKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/4567cdef",
    "AlarmEmail": "ops@example.com",
    "CanaryDeployments": "true",
    "LogRetentionDays": "7",
    "Events": "on",
    "BookingsStreamArn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/reservations/stream/2026-11-01T08:00:00.000",
    "EventBusArn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/business",
    "Revision": "two",
}

# What the emulator does not know, or knows only in part. CloudFormation's own linter checks these.
UNKNOWN = (
    "AWS::ApiGatewayV2::",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::CodeDeploy::",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Permission",
    "AWS::Pipes::",
    "AWS::Route53::",
    "AWS::SNS::Subscription",
    "AWS::SQS::QueuePolicy",
)

READS_STREAM = {
    f"dynamodb:{action}" for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
}

# Parameters that contradict each other, and what the answer must say.
CONTRADICTIONS = [
    ({"AppAttribute": "tenant"}, "BookingsTableName"),
    ({"BookingIdAttribute": "uuid"}, "BookingsTableName"),
    ({"DomainName": "links.example.com"}, "CertificateArn"),
    ({"CertificateArn": ALL["CertificateArn"]}, "DomainName"),
    ({"HostedZoneId": "Z1"}, "DomainName"),
    ({"Events": "on", "BookingsTableName": "reservations"}, "BookingsStreamArn"),
    ({"Events": "on", "BookingsStreamArn": ALL["BookingsStreamArn"]}, "BookingsTableName"),
    ({"EventBusArn": ALL["EventBusArn"]}, "Events"),
]


def webhook():
    """docs/events/webhook.yaml, and its function's code."""
    with open("docs/events/webhook.yaml", encoding="utf-8") as file:
        found = yaml_parse(file.read())
    return found, found["Resources"]["Signer"]["Properties"]["Code"]["ZipFile"]


def template():
    """template.yaml, with code that needs no build."""
    with open("template.yaml", encoding="utf-8") as file:
        found = yaml_parse(file.read())
    del found["Globals"]["Function"]["CodeUri"]
    for resource in found["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://code/code.zip"
    return found


def refusals(found, parameters):
    """What the template's rules say of the parameters, as CloudFormation evaluates them."""
    values = {name: str(parameter["Default"]) for name, parameter in found["Parameters"].items()} | parameters

    def holds(test):
        [(function, of)] = test.items()
        if function == "Fn::Equals":
            one, other = (values[side["Ref"]] if isinstance(side, dict) else side for side in of)
            return one == other
        return {"Fn::Not": lambda: not holds(of[0]), "Fn::And": lambda: all(map(holds, of))}[function]()

    said = []
    for rule in found["Rules"].values():
        if holds(rule["RuleCondition"]):
            said += [each["AssertDescription"] for each in rule["Assertions"] if not holds(each["Assert"])]
    return said


def translated(parameters):
    """What SAM makes of the template."""
    session = boto3.Session(region_name=REGION)
    return Translator({}, Parser(), boto_session=session).translate(template(), dict(parameters))


def known(plain):
    """The part of a template that the emulator knows."""
    resources = plain["Resources"]
    left = sorted(name for name, resource in resources.items() if resource["Type"].startswith(UNKNOWN))
    part = {name: resource for name, resource in resources.items() if name not in left}

    def without(value):
        """The value, with a word in place of each resource that is left out."""
        if isinstance(value, str):
            return re.sub(r"\$\{(" + "|".join(left) + r")(\.\w+)?\}", "left-out", value)
        if isinstance(value, list):
            return [without(each) for each in value]
        if isinstance(value, dict):
            if value.get("Ref") in left or (value.get("Fn::GetAtt") or [None])[0] in left:
                return "left-out"
            return {name: without(each) for name, each in value.items() if name != "UpdatePolicy"}
        return value

    rest = {name: plain[name] for name in ("Parameters", "Conditions")}
    return {**rest, "Resources": without(part)}, left


class Stack:
    """A stack in the emulator."""

    def __init__(self, endpoint, name, parameters):
        self.endpoint = endpoint
        self.plain = translated(parameters)
        body, left = known(self.plain)
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=name, TemplateBody=json.dumps(body), Parameters=given, Capabilities=["CAPABILITY_IAM"]
        )
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack
        made = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        # The emulator does not say the names of versions, nor what a dashboard became.
        self.made = {each.get("LogicalResourceId"): each.get("PhysicalResourceId") for each in made}
        self.name = name
        print(f"{name}: made {len(made)} resources; the emulator does not know {left}")

    def client(self, service):
        return client(self.endpoint, service)

    def table(self, name):
        return self.client("dynamodb").describe_table(TableName=self.made[name])["Table"]

    def function(self, name):
        """The configuration, and how many instances are reserved."""
        found = self.client("lambda").get_function(FunctionName=self.made[name])
        return found["Configuration"], found.get("Concurrency", {}).get("ReservedConcurrentExecutions")

    def allowed(self, role):
        """What a role may do."""
        iam, name = self.client("iam"), self.made[role]
        [policy] = iam.list_role_policies(RoleName=name)["PolicyNames"]
        document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        # The emulator's text is Python's, and has None where the template has no value.
        statements = ast.literal_eval(document) if isinstance(document, str) else document
        statements = [statement for statement in statements["Statement"] if statement]
        assert all(statement["Effect"] == "Allow" for statement in statements)
        return actions_of(statements)

    def retention(self, group):
        groups = self.client("logs").describe_log_groups(logGroupNamePrefix=self.made[group])["logGroups"]
        return groups[0]["retentionInDays"]

    def dashboard(self):
        body = self.client("cloudwatch").get_dashboard(DashboardName=self.name)["DashboardBody"]
        return json.loads(body)["widgets"]

    def set_alarms(self):
        """Makes each alarm by CloudWatch's own call, which checks its shape. Returns how many there are."""
        cloudwatch = self.client("cloudwatch")
        alarms = {
            name: resource["Properties"]
            for name, resource in self.plain["Resources"].items()
            if resource["Type"] == "AWS::CloudWatch::Alarm"
        }
        for name, properties in alarms.items():
            named = {key: value for key, value in properties.items() if key not in ("AlarmActions", "OKActions")}
            resolved = json.loads(re.sub(r'\{"(?:Ref|Fn::GetAtt)": (?:"|\[")(\w+)"[^}]*\}', r'"\1"', json.dumps(named)))
            cloudwatch.put_metric_alarm(AlarmName=name, **resolved)
        return len(alarms)


def actions_of(statements):
    lists = [[actions] if isinstance(actions := statement["Action"], str) else actions for statement in statements]
    return {action for actions in lists for action in actions}


def client(endpoint, service):
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


def check_rules():
    found = template()
    for parameters in ({}, ALL):
        assert refusals(found, parameters) == [], parameters
    for parameters, says in CONTRADICTIONS:
        said = refusals(found, parameters)
        assert len(said) == 1 and says in said[0], (parameters, said)


def check_policy():
    """docs/deploy-policy.json has something for each service of the template."""
    with open("docs/deploy-policy.json", encoding="utf-8") as file:
        statements = json.load(file)["Statement"]
    services = {action.split(":")[0] for action in actions_of(statements)}
    for resource in translated(ALL)["Resources"].values():
        service = resource["Type"].split("::")[1].lower().removesuffix("v2")
        assert service in services, resource["Type"]


def check_plain(stack):
    for name in ("AppsTable", "BookingsTable"):
        assert stack.table(name)["DeletionProtectionEnabled"] is True
    for name in ("ActionLink", "BookingLinks"):
        configuration, reserved = stack.function(f"{name}Function")
        assert (configuration["MemorySize"], configuration["Timeout"], reserved) == (256, 10, None)
        environment = configuration["Environment"]["Variables"]
        assert environment["BOOKINGS_TABLE"] == stack.made["BookingsTable"], environment
        assert environment["APPS_TABLE"] == stack.made["AppsTable"], environment
        assert stack.retention(f"{name}Logs") == 30
        allowed = stack.allowed(f"{name}Role")
        assert not any(action.startswith("kms:") for action in allowed) and "xray:PutTraceSegments" in allowed
    assert "AlarmTopic" not in stack.made
    assert any(stack.made["ActionLinkFunction"] in json.dumps(widget) for widget in stack.dashboard())
    assert stack.set_alarms() == 8
    assert not [name for name in stack.made if name and name.startswith("Event")]
    assert "StreamSpecification" not in stack.table("BookingsTable")


def check_events(stack):
    assert stack.table("BookingsTable")["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert stack.client("events").describe_event_bus(Name="events")["Name"] == "events", stack.made["EventBus"]
    assert stack.allowed("EventsRole") == READS_STREAM | {"events:PutEvents", "sqs:SendMessage"}
    assert stack.retention("EventsLogs") == 30
    for name in ("ActionLink", "BookingLinks"):
        assert stack.function(f"{name}Function")[0]["Environment"]["Variables"]["EVENTS"] == "on"


def check_everything(stack):
    assert "BookingsTable" not in stack.made and "EventBus" not in stack.made
    assert stack.allowed("EventsRole") == READS_STREAM | {"events:PutEvents", "sqs:SendMessage", "kms:Decrypt"}
    assert "AlarmTopic" in stack.made
    for name, writes in (("ActionLink", True), ("BookingLinks", False)):
        configuration, reserved = stack.function(f"{name}Function")
        assert (configuration["MemorySize"], reserved) == (512, 5)
        assert "two" in configuration["Description"]
        environment = configuration["Environment"]["Variables"]
        assert (environment["BOOKINGS_TABLE"], environment["APP_ATTRIBUTE"]) == ("reservations", "tenant")
        assert environment["LINK_BASE_URL"] == "https://links.example.com"
        allowed = stack.allowed(f"{name}Role")
        assert "kms:Decrypt" in allowed and ("kms:GenerateDataKey*" in allowed) == writes
        assert stack.retention(f"{name}Logs") == 7
    for name in ("ActionLinkFunction", "BookingLinksFunction"):
        alias = stack.plain["Resources"][f"{name}Aliaslive"]
        assert "CodeDeployLambdaAliasUpdate" in alias["UpdatePolicy"]


def check_webhook(endpoint):
    """The function signs an event of docs/events.md so that the secret verifies it."""
    found, code = webhook()
    secret = "s" * 64
    made = client(endpoint, "secretsmanager").create_secret(Name="webhook", SecretString=secret)
    pipe = found["Resources"]["Pipe"]["Properties"]["TargetParameters"]
    os.environ.update(SECRET=made["ARN"], AWS_ENDPOINT_URL=endpoint, AWS_DEFAULT_REGION=REGION)
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    names = {}
    exec(code, names)  # noqa: S102
    with open("docs/events.md", encoding="utf-8") as file:
        event = json.loads(file.read().split("```json\n")[1].split("```")[0])
    [sent] = names["handler"]([{"body": json.dumps(event)}], None)
    field = pipe["HttpParameters"]["HeaderParameters"]["Action-Links-Signature"].removeprefix("$.")
    head, payload, mac = sent[field].split(".")
    expected = hmac.new(secret.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    decoded = [base64.urlsafe_b64decode(part + "==") for part in (head, payload, mac)]
    assert decoded[2] == expected and json.loads(decoded[0])["alg"] == "HS256"
    claims = {"type": event["detail-type"], **event["detail"]}
    assert json.loads(decoded[1]) == claims == sent[pipe["InputTemplate"].strip("<>").removeprefix("$.")]


def main():
    [_, endpoint] = sys.argv
    check_webhook(endpoint)
    check_rules()
    check_policy()
    client(endpoint, "s3").create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": REGION})
    check_plain(Stack(endpoint, "plain", {}))
    check_events(Stack(endpoint, "events", {"Events": "on"}))
    check_everything(Stack(endpoint, "everything", ALL))


main()
