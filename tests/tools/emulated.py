"""What `template.yaml` becomes, and stacks of it in a CloudFormation emulator, so far as that knows the resources."""

import ast
import json
import re

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

REGION, ACCOUNT = "eu-west-1", "123456789012"

# Every option at once.
ALL = {
    "ShortLinks": "on",
    "BookingsTableName": "reservations",
    "AppsTableName": "salons",
    "IndexName": "by-salon",
    "BookingIdAttribute": "reservation_id",
    "AppAttribute": "tenant",
    "DomainName": "links.example.com",
    "CertificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0123abcd",
    "HostedZoneId": "Z0123456789",
    "DisableExecuteApiEndpoint": "true",
    "MemorySize": "512",
    "ReservedConcurrency": "5",
    "ProvisionedConcurrency": "2",
    "VpcSubnetIds": "subnet-0123abcd,subnet-4567cdef",
    "VpcSecurityGroupIds": "sg-0123abcd",
    "AppsTableKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123abcd",
    "BookingsTableKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/4567cdef",
    "PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/action-links-boundary",
    "AlarmEmail": "ops@example.com",
    "AlarmTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:operations",
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
    "AWS::Lambda::Url",
    "AWS::Pipes::",
    "AWS::Route53::",
    "AWS::SNS::Subscription",
    "AWS::SQS::QueuePolicy",
)


def template():
    """template.yaml, with code that needs no build."""
    with open("template.yaml", encoding="utf-8") as file:
        found = yaml_parse(file.read())
    del found["Globals"]["Function"]["CodeUri"]
    for resource in found["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://code/code.zip"
    return found


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

    def roles(self):
        """The names of the template's roles that the stack has."""
        return [name for name, of in self.plain["Resources"].items() if of["Type"] == "AWS::IAM::Role" and name in self.made]

    def boundary(self, role):
        """The ARN of a role's permissions boundary, or None."""
        found = self.client("iam").get_role(RoleName=self.made[role])["Role"]
        return found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")

    def statements(self, role):
        """What a role may do and on what, as its one inline policy says."""
        iam, name = self.client("iam"), self.made[role]
        [policy] = iam.list_role_policies(RoleName=name)["PolicyNames"]
        document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        # The emulator's text is Python's, and has None where the template has no value.
        statements = ast.literal_eval(document) if isinstance(document, str) else document
        statements = [statement for statement in statements["Statement"] if statement]
        assert all(statement["Effect"] == "Allow" for statement in statements)
        return statements

    def allowed(self, role):
        """What a role may do."""
        return actions_of(self.statements(role))

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
            named = {key: first(value) for key, value in properties.items() if key not in ("AlarmActions", "OKActions")}
            resolved = json.loads(re.sub(r'\{"(?:Ref|Fn::GetAtt|Fn::Sub)": (?:"|\[")(?:\$\{)?(\w+)[^"]*"[^}]*\}', r'"\1"', json.dumps(named)))
            cloudwatch.put_metric_alarm(AlarmName=name, **resolved)
        return len(alarms)


def first(value):
    """A value with the first branch of each condition."""
    if isinstance(value, list):
        return [first(each) for each in value]
    if isinstance(value, dict):
        return first(value["Fn::If"][1]) if "Fn::If" in value else {name: first(each) for name, each in value.items()}
    return value


def actions_of(statements):
    lists = [[actions] if isinstance(actions := statement["Action"], str) else actions for statement in statements]
    return {action for actions in lists for action in actions}


def client(endpoint, service):
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )
