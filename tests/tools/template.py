"""Creates what `template.yaml` becomes, in a CloudFormation emulator, so far as that knows the resources.

Usage: template.py ENDPOINT, the address of a moto server.
"""

import json
import subprocess
import sys
import tempfile

import canary
import policies
from emulated import ALL, REGION, Stack, client, template, translated
from packaged import check_mails, check_sam_folder
from webhook import check_webhook

READS_STREAM = {
    f"dynamodb:{action}" for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
}

BASE, API = "https://links.example.com", "a1b2c3d4e5"

# Parameters that contradict each other, and what the answer must say.
CONTRADICTIONS = [
    ({"AppAttribute": "tenant"}, "BookingsTableName"),
    ({"IndexName": "by-salon"}, "BookingsTableName"),
    ({"BookingIdAttribute": "uuid"}, "BookingsTableName"),
    ({"DomainName": "links.example.com"}, "CertificateArn"),
    ({"CertificateArn": ALL["CertificateArn"]}, "DomainName"),
    ({"HostedZoneId": "Z1"}, "DomainName"),
    ({"DisableExecuteApiEndpoint": "true"}, "DomainName"),
    ({"Events": "on", "BookingsTableName": "reservations"}, "BookingsStreamArn"),
    ({"Events": "on", "BookingsStreamArn": ALL["BookingsStreamArn"]}, "BookingsTableName"),
    ({"EventBusArn": ALL["EventBusArn"]}, "Events"),
    ({"Gateway": "FunctionUrl", "CanaryDeployments": "true"}, "Gateway"),
    ({"Gateway": "None"}, "LinkBaseUrl"),
    ({"HttpApiId": API}, "LinkBaseUrl"),
    ({"HttpApiId": API, "LinkBaseUrl": BASE, "Gateway": "FunctionUrl"}, "HttpApiId"),
    ({"HttpApiId": API, "LinkBaseUrl": BASE, "DomainName": "links.example.com", "CertificateArn": ALL["CertificateArn"]}, "HttpApiId"),
    ({"VpcSubnetIds": ALL["VpcSubnetIds"]}, "VpcSecurityGroupIds"),
    ({"VpcSecurityGroupIds": ALL["VpcSecurityGroupIds"]}, "VpcSubnetIds"),
    ({"Gateway": "FunctionUrl", "DomainName": "links.example.com", "CertificateArn": ALL["CertificateArn"]}, "Gateway"),
]


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


def check_rules():
    found = template()
    for parameters in ({}, ALL):
        assert refusals(found, parameters) == [], parameters
    for parameters, says in CONTRADICTIONS:
        said = refusals(found, parameters)
        assert len(said) == 1 and says in said[0], (parameters, said)


def check_translated():
    """CloudFormation's linter on what SAM makes, where it sees circles that the template hides. It does not know that a
    role is there whenever there are canaries (E3003)."""
    for parameters in ({}, {"CanaryDeployments": "true"}, {"Gateway": "FunctionUrl"}, {"Gateway": "None", "LinkBaseUrl": BASE}, {"HttpApiId": API, "LinkBaseUrl": BASE}, ALL):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(translated(parameters), file)
            file.flush()
            done = subprocess.run(["cfn-lint", "--ignore-checks", "W", "E3003", "--", file.name], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{parameters}: {done.stdout}"


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
    assert {stack.boundary(role) for role in stack.roles()} == {None}
    assert "AlarmTopic" not in stack.made
    assert any(stack.made["ActionLinkFunction"] in json.dumps(widget) for widget in stack.dashboard())
    assert stack.set_alarms() == 11
    assert not [name for name in stack.made if name and name.startswith("Event")]
    assert "StreamSpecification" not in stack.table("BookingsTable")


def check_events(stack):
    assert stack.table("BookingsTable")["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert stack.client("events").describe_event_bus(Name=stack.name)["Name"] == stack.name, stack.made["EventBus"]
    assert stack.allowed("EventsRole") == READS_STREAM | {"events:PutEvents", "sqs:SendMessage"}
    assert stack.retention("EventsLogs") == 30
    for name in ("ActionLink", "BookingLinks"):
        assert stack.function(f"{name}Function")[0]["Environment"]["Variables"]["EVENTS"] == "on"


def check_everything(stack):
    assert {stack.boundary(role) for role in stack.roles()} == {ALL["PermissionsBoundary"]}
    assert len(stack.roles()) == 4, stack.roles()
    assert not {"AppsTable", "BookingsTable"} & set(stack.made) and "EventBus" not in stack.made
    assert stack.allowed("EventsRole") == READS_STREAM | {"events:PutEvents", "sqs:SendMessage", "kms:Decrypt"}
    assert "AlarmTopic" in stack.made
    for name in ("ActionLink", "BookingLinks"):
        configuration, reserved = stack.function(f"{name}Function")
        assert (configuration["MemorySize"], reserved) == (512, 5)
        assert "two" in configuration["Description"]
        environment = configuration["Environment"]["Variables"]
        assert (environment["BOOKINGS_TABLE"], environment["APP_ATTRIBUTE"]) == ("reservations", "tenant")
        assert environment["APPS_TABLE"] == "salons"
        assert (environment["LINK_BASE_URL"], environment["BOOKINGS_INDEX"]) == (BASE, "by-salon")
        network = configuration["VpcConfig"]
        assert ",".join(network["SubnetIds"]) == ALL["VpcSubnetIds"], network
        assert ",".join(network["SecurityGroupIds"]) == ALL["VpcSecurityGroupIds"], network
        query = [each for each in stack.statements(f"{name}Role") if each["Action"] == "dynamodb:Query"]
        assert all(each["Resource"].endswith("table/reservations/index/by-salon") for each in query), query
        allowed = stack.allowed(f"{name}Role")
        assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= set(allowed)
        assert stack.retention(f"{name}Logs") == 7
    for name in ("ActionLinkFunction", "BookingLinksFunction"):
        alias = stack.plain["Resources"][f"{name}Aliaslive"]
        assert "CodeDeployLambdaAliasUpdate" in alias["UpdatePolicy"]
        assert "ProvisionedConcurrency" in str(alias["Properties"]["ProvisionedConcurrencyConfig"])
    for name, resource in stack.plain["Resources"].items():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            for actions in ("AlarmActions", "OKActions"):
                assert "AlarmTopicArn" in str(resource["Properties"][actions]), name


def main():
    [_, endpoint] = sys.argv
    check_webhook(endpoint)
    check_sam_folder(endpoint)
    check_mails(endpoint)
    check_rules()
    check_translated()
    canary.check_canary()
    canary.check_versions()
    policies.check_handlers()
    policies.check_commands()
    policies.check_escalations()
    client(endpoint, "s3").create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": REGION})
    stacks = [
        Stack(endpoint, "action-links", {}),
        Stack(endpoint, "action-links-events", {"Events": "on"}),
        Stack(endpoint, "action-links-everything", ALL),
    ]
    for check, stack in zip((check_plain, check_events, check_everything), stacks, strict=True):
        check(stack)
    policies.check_boundary(stacks)


main()
