"""Checks docs/deploy-policy.json and docs/permissions-boundary.json.

- The deploy policy allows what CloudFormation's handlers need for every resource of the template, and for SAM's bucket.
  tests/facts/cloudformation-handlers.json has the permissions, from the registry's schemas.
- It makes no administrator: a role is made with the boundary only, and nothing takes the boundary away.
- The boundary allows what the roles of the template allow, and nothing else.
"""

import json
from fnmatch import fnmatchcase

from emulated import ACCOUNT, ALL, REGION, actions_of, translated

BOUNDARY = ALL["PermissionsBoundary"]
DEPLOYMENTS = "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"
# What this policy of AWS allows of what a canary deployment of a function without hooks and triggers uses.
OF_DEPLOYMENTS = {
    "cloudwatch:DescribeAlarms", "lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias",
}

# SAM's own stack, which has the bucket for code.
SAMS = {"SamCliSourceBucket": "AWS::S3::Bucket", "SamCliSourceBucketBucketPolicy": "AWS::S3::BucketPolicy"}

# Permissions that the policy leaves out while no resource of the type has the property.
UNUSED = {
    "AWS::ApiGatewayV2::Api": {"BodyS3Location": ["s3:*"]},
    "AWS::ApiGatewayV2::Integration": {"CredentialsArn": ["iam:PassRole"]},
    "AWS::CodeDeploy::DeploymentGroup": {"OnPremisesInstanceTagFilters": ["codedeploy:RegisterOnPremisesInstance"]},
    "AWS::DynamoDB::Table": {
        "ContributorInsightsSpecification": ["dynamodb:UpdateContributorInsights"],
        "ImportSourceSpecification": ["dynamodb:ImportTable", "dynamodb:DescribeImport", "logs:*", "s3:*"],
        "KinesisStreamSpecification": ["kinesis:*", "dynamodb:*KinesisStreamingDestination"],
        # A table with replicas is copied item by item, by a role of DynamoDB's.
        "Replicas": ["dynamodb:*Replica", "dynamodb:*Item", "dynamodb:Query", "dynamodb:Scan", "iam:CreateServiceLinkedRole"],
        "ResourcePolicy": ["dynamodb:*ResourcePolicy"],
        "TimeToLiveSpecification": ["dynamodb:UpdateTimeToLive"],
    },
    "AWS::Events::EventBus": {"KmsKeyIdentifier": ["kms:*"], "Policy": ["events:PutPermission", "events:RemovePermission"]},
    "AWS::Lambda::Function": {
        "CapacityProviderConfig": ["lambda:PassCapacityProvider", "lambda:PutFunctionScalingConfig"],
        "CodeSigningConfigArn": ["lambda:*CodeSigningConfig"],
        "FileSystemConfigs": ["elasticfilesystem:*", "s3files:*"],
        "KmsKeyArn": ["kms:*"],
        "Layers": ["lambda:GetLayerVersion"],
        "RecursiveLoop": ["lambda:PutFunctionRecursionConfig"],
        "RuntimeManagementConfig": ["lambda:PutRuntimeManagementConfig"],
    },
    "AWS::Lambda::Version": {
        "FunctionScalingConfig": ["lambda:PutFunctionScalingConfig"],
        "ProvisionedConcurrencyConfig": ["lambda:PutProvisionedConcurrencyConfig"],
        "RuntimePolicy": ["lambda:PutRuntimeManagementConfig"],
    },
    "AWS::Logs::LogGroup": {
        "BearerTokenAuthenticationEnabled": ["logs:PutBearerTokenAuthentication"],
        "DataProtectionPolicy": ["logs:*DataProtectionPolicy", "firehose:*", "s3:*"],
        "DeletionProtectionEnabled": ["logs:PutLogGroupDeletionProtection"],
        "FieldIndexPolicies": ["logs:*IndexPolicy"],
        "KmsKeyId": ["logs:*KmsKey"],
        "ResourcePolicyDocument": ["logs:*ResourcePolicy"],
    },
    "AWS::Pipes::Pipe": {"KmsKeyIdentifier": ["kms:*"]},
    "AWS::SNS::Subscription": {"SubscriptionRoleArn": ["iam:*Role"]},
    "AWS::SNS::Topic": {"DataProtectionPolicy": ["sns:PutDataProtectionPolicy"], "DeliveryStatusLogging": ["iam:*Role"]},
}

# Permissions that the policy leaves out on purpose.
NEVER = {
    "AWS::DynamoDB::Table": ["dynamodb:DeleteTable", "kms:ListAliases"],  # Tables are kept. A key is named by its ARN.
    "AWS::IAM::Role": ["iam:DeleteRolePermissionsBoundary"],
    # The pipe logs to CloudWatch, and no role of a service is its own.
    "AWS::Pipes::Pipe": ["firehose:*", "iam:CreateServiceLinkedRole", "s3:*"],
    # SAM makes the bucket once: private, encrypted, versioned and tagged, without any other setting.
    "AWS::S3::Bucket": ["iam:PassRole", "s3:Create*Table*", "s3:Delete*", "s3:Put[!E]*Configuration", "s3:PutBucketA*",
                        "s3:PutBucketCORS", "s3:PutBucketLogging", "s3:PutBucketNotification", "s3:PutBucketOwnershipControls",
                        "s3:PutBucketReplication", "s3:PutBucketWebsite", "s3:PutObjectAcl", "s3:Update*", "s3:UntagResource",
                        "s3tables:*"],
    "AWS::S3::BucketPolicy": ["s3:DeleteBucketPolicy"],
}

# What commands of SAM do beside the handlers, and on what: deploy.md and operations.md have these commands.
COMMANDS = {
    "sam deploy": [("s3:PutObject", "s3"), ("s3:GetObject", "s3"), ("s3:ListBucket", "s3"), *(
        (f"cloudformation:{action}", "cloudformation")
        for action in ("CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStacks", "DescribeStackEvents",
                       "GetTemplateSummary"))],
    "sam delete": [("s3:GetObject", "s3"), ("s3:DeleteObject", "s3"), ("cloudformation:GetTemplate", "cloudformation"),
                   ("cloudformation:DeleteStack", "cloudformation"), ("cloudformation:DescribeStacks", "cloudformation")],
    # The first domain of an account makes API Gateway's role.
    "the first DomainName": [("iam:CreateServiceLinkedRole", "api-role")],
}

PASSED_TO = {"AWS::CodeDeploy::DeploymentGroup": "codedeploy", "AWS::Pipes::Pipe": "pipes", "AWS::Lambda::Function": "lambda"}

# What a permission of a service is about, for a resource with this name.
ARNS = {
    "apigateway": "arn:aws:apigateway:{region}::/apis/{name}",
    "cloudwatch": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "codedeploy": "arn:aws:codedeploy:{region}:{account}:deploymentgroup:{name}/{name}",
    "dynamodb": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "events": "arn:aws:events:{region}:{account}:event-bus/{name}",
    "iam": "arn:aws:iam::{account}:role/{name}",
    "kms": "arn:aws:kms:{region}:{account}:key/0123abcd",
    "lambda": "arn:aws:lambda:{region}:{account}:function:{name}",
    "logs": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "pipes": "arn:aws:pipes:{region}:{account}:pipe/{name}",
    "s3": "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-0123",
    "sns": "arn:aws:sns:{region}:{account}:{name}",
    "sqs": "arn:aws:sqs:{region}:{account}:{name}",
}


def document(name):
    with open(f"docs/{name}.json", encoding="utf-8") as file:
        return json.loads(file.read().replace("ACCOUNT", ACCOUNT))["Statement"]


def listed(value):
    return value if isinstance(value, list) else [value]


def holds(conditions, context):
    """Whether the conditions of a statement hold, as IAM evaluates these four operators."""
    for operator, of in conditions.items():
        same = {"StringEquals": str.__eq__, "ArnEquals": fnmatchcase, "StringLike": fnmatchcase}[operator]
        for key, wanted in of.items():
            if key not in context or not any(same(context[key], each) for each in listed(wanted)):
                return False
    return True


def allows(statements, action, arn, context):
    return any(
        any(fnmatchcase(action.lower(), each.lower()) for each in listed(statement["Action"]))
        and any(fnmatchcase(arn, each) for each in listed(statement["Resource"]))
        and holds(statement.get("Condition", {}), context)
        for statement in statements
    )


def context_of(kind):
    return {
        "aws:ResourceAccount": ACCOUNT,
        "iam:PassedToService": f"{PASSED_TO.get(kind)}.amazonaws.com",
        "iam:PermissionsBoundary": BOUNDARY,
        "iam:PolicyARN": DEPLOYMENTS,
        "kms:ViaService": f"dynamodb.{REGION}.amazonaws.com",
    }


def name_of(logical, resource, kind):
    """The name that CloudFormation gives a resource, or the one of the template."""
    named = {"AWS::CloudWatch::Dashboard": "DashboardName", "AWS::Logs::LogGroup": "LogGroupName", "AWS::Events::EventBus": "Name"}
    given = resource.get("Properties", {}).get(named.get(kind))
    text = given.get("Fn::Sub") if isinstance(given, dict) and "Fn::Sub" in given else None
    if text:
        return text.replace("${AWS::StackName}", "action-links")
    return "action-links" if given else f"action-links-{logical}-0123"


def left_out(permission, kind, properties):
    unused = [pattern for name, patterns in UNUSED.get(kind, {}).items() if name not in properties for pattern in patterns]
    return any(fnmatchcase(permission, pattern) for pattern in unused + NEVER.get(kind, []))


def check_handlers():
    with open("tests/facts/cloudformation-handlers.json", encoding="utf-8") as file:
        handlers = json.load(file)
    statements, resources = document("deploy-policy"), {}
    for parameters in (ALL, {"Events": "on", "CanaryDeployments": "true"}):
        resources |= translated(parameters)["Resources"]
    resources |= {name: {"Type": kind} for name, kind in SAMS.items()}
    properties = {}
    for resource in resources.values():
        properties.setdefault(resource["Type"], set()).update(resource.get("Properties", {}))
    missing = set()
    for logical, resource in resources.items():
        kind, name = resource["Type"], name_of(logical, resource, resource["Type"])
        for permission in handlers[kind]:
            service = permission.split(":")[0].lower()
            arn = ARNS.get(service, "").format(region=REGION, account=ACCOUNT, name=name)
            if kind == "AWS::CloudWatch::Dashboard":
                arn = arn.replace(f"{REGION}:{ACCOUNT}:alarm:", f":{ACCOUNT}:dashboard/")
            if not allows(statements, permission, arn, context_of(kind)) and not left_out(permission, kind, properties[kind]):
                missing.add(f"{kind} ({name}) needs {permission}")
    assert not missing, "docs/deploy-policy.json:\n" + "\n".join(sorted(missing))
    services = {action.split(":")[0] for action in actions_of(statements)}
    # These have no handler in the registry.
    assert services >= {"cloudwatch", "route53"}
    print(f"docs/deploy-policy.json: enough for the {len(resources)} resources of the template and of SAM's stack")


def check_commands():
    statements = document("deploy-policy")
    arns = {
        "s3": ARNS["s3"] + "/0123.template",
        "cloudformation": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/action-links/0123",
        "api-role": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway",
    }
    context = context_of(None) | {"iam:AWSServiceName": "ops.apigateway.amazonaws.com"}
    for command, wanted in COMMANDS.items():
        for action, of in wanted:
            arn = ARNS["s3"] if action == "s3:ListBucket" else arns[of]
            assert allows(statements, action, arn, context), f"docs/deploy-policy.json: {command} needs {action} on {arn}"


def check_escalations():
    """What would make an administrator of the identity that deploys."""
    statements = document("deploy-policy")
    role, context = f"arn:aws:iam::{ACCOUNT}:role/action-links-A", context_of("AWS::Lambda::Function")
    bounded = ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary")
    for action in bounded:
        assert allows(statements, action, role, context), action
        for boundary in ({}, {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}):
            others = {key: value for key, value in context.items() if key != "iam:PermissionsBoundary"}
            assert not allows(statements, action, role, others | boundary), (action, boundary)
        assert not allows(statements, action, f"arn:aws:iam::{ACCOUNT}:role/admin", context), action
    admin = {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}
    assert not allows(statements, "iam:AttachRolePolicy", role, context | admin)
    assert not allows(statements, "iam:PassRole", role, context | {"iam:PassedToService": "ec2.amazonaws.com"})
    assert not allows(statements, "s3:PutObject", ARNS["s3"] + "/x", context | {"aws:ResourceAccount": "999999999999"})
    for action in ("iam:DeleteRolePermissionsBoundary", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion",
                   "iam:DeletePolicy", "iam:CreateUser", "iam:PutUserPolicy", "sts:AssumeRole", "dynamodb:GetItem"):
        for arn in (role, BOUNDARY, "*"):
            assert not allows(statements, action, arn, context), action
    # An inline policy of a role has at most 10,240 characters, white space not counted.
    assert len(json.dumps(statements, separators=(",", ":"))) < 10_000


def check_boundary(stacks):
    """The boundary beside what the roles of some stacks allow, with the names that the emulator made."""
    statements, used = document("permissions-boundary"), set(OF_DEPLOYMENTS)
    # Tables and a bus of one's own are not in it: docs/deploy.md says so.
    tables = [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}" for name in ("reservations*", "salons")]
    for own in (*tables, ALL["EventBusArn"]):
        [statement] = [each for each in statements if own.split(":")[2] + ":" in json.dumps(each["Action"])]
        statement["Resource"] = [*listed(statement["Resource"]), own]
    for stack in stacks:
        for role in stack.roles():
            if "ManagedPolicyArns" in stack.plain["Resources"][role]["Properties"]:
                continue
            for statement in stack.statements(role):
                for action in listed(statement["Action"]):
                    used.add(action)
                    for arn in listed(statement["Resource"]):
                        assert allows(statements, action, arn, context_of(None)), f"{stack.name}: {role}: {action} on {arn}"
    assert actions_of(statements) == used, actions_of(statements) ^ used
    assert len(json.dumps(statements, separators=(",", ":"))) < 6_000, "a managed policy has at most 6,144 characters"
    print("docs/permissions-boundary.json: what the roles allow, and nothing else")
