"""Lints docs/deploy-policy.json and docs/permissions-boundary.json with parliament: whether each action exists, and
whether it can be allowed on the resources and under the conditions of its statement.

Usage: lint_policies.py (needs parliament)
"""

from parliament import analyze_policy_string

# What parliament finds and we keep, each with the reason.
KEPT = (
    "'arn:aws:cloudformation:*:aws:transform/",  # AWS's own transform has no account.
    "Unknown action apigateway:",  # The actions for tags are newer than its list. CloudFormation's handler needs them.
    "['cloudwatch:DescribeAlarms']",  # CloudFormation and CodeDeploy ask for several alarms at once.
    "StringEquals requires a value of type String but given Arn",  # As in AWS's examples: the ARN has no wildcard.
    "['ec2:AssignPrivateIpAddresses'",  # On every resource, as AWS's own AWSLambdaVPCAccessExecutionRole has it.
    "'dynamodb:ListStreams'",  # The role of the pipe has it on the stream, as in AWS's examples.
)


def main():
    found = []
    for name in ("deploy-policy", "permissions-boundary"):
        with open(f"docs/{name}.json", encoding="utf-8") as file:
            policy = analyze_policy_string(file.read().replace("ACCOUNT", "123456789012"))
        found += [f"docs/{name}.json: {finding}" for finding in policy.findings if not any(kept in str(finding) for kept in KEPT)]
    if found:
        raise SystemExit("\n".join(found))
    print("docs/deploy-policy.json, docs/permissions-boundary.json: parliament finds nothing")


main()
