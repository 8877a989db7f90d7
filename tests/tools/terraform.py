"""Checks that terraform/ deploys what template.yaml does, by reading both. terraform_judged.py has what Terraform and
its provider say.

Usage: terraform.py (needs python-hcl2 and cfn-flip's reader of CloudFormation's tags)
"""

import json
import re
from pathlib import Path

import hcl2
import yaml

ROOT = Path(__file__).parents[2]
# Parameters that Terraform has no use for, with the reason.
LEFT_OUT = {
    "Revision": "Terraform sees changed settings by itself",
    "Gateway": "a URL needs the permission InvokedViaFunctionUrl, which the provider does not have; the module has an HTTP API",
    "CanaryDeployments": "CodeDeploy moves the alias, and Terraform would move it back",
}
# Inputs whose names differ from the parameter's.
NAMES = {"PermissionsBoundary": "permissions_boundary_arn"}
OWN = {"name", "action_link_zip", "booking_links_zip"}


def template():
    def tagged(loader, tag, node):
        if isinstance(node, yaml.ScalarNode):
            return {tag: loader.construct_scalar(node)}
        if isinstance(node, yaml.SequenceNode):
            return {tag: loader.construct_sequence(node, deep=True)}
        return {tag: loader.construct_mapping(node, deep=True)}

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", tagged)
    return yaml.load((ROOT / "template.yaml").read_text(), Loader)


def plain(value):
    """A value of the parser, without the quotation marks that it keeps."""
    if isinstance(value, str):
        return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {plain(name): plain(each) for name, each in value.items() if name != "__is_block__"}
    return value


def module():
    """Every block by its kind and labels, and the text of all files."""
    blocks, text = {}, ""
    for file in sorted((ROOT / "terraform").glob("*.tf")):
        text += file.read_text()
        for kind, found in hcl2.loads(file.read_text()).items():
            if kind in ("locals", "terraform"):
                continue
            for block in map(plain, found):
                blocks[kind, *labels(block)] = inner(block)
    return blocks, text


def labels(block):
    found = []
    while len(block) == 1 and isinstance(next(iter(block.values())), dict):
        [(label, block)] = block.items()
        found.append(label)
        if len(found) == 2:
            break
    return found


def inner(block):
    for label in labels(block):
        block = block[label]
    return block


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def same(what, ours, wanted):
    assert ours == wanted, f"{what}: terraform/ has {ours}, and template.yaml {wanted}"


def actions(text):
    return set(re.findall(r"\b(?:dynamodb|logs|kms|xray|events|sqs|ec2):[A-Z][A-Za-z]*\*?", text))


def main():
    sam, (blocks, text) = template(), module()
    parameters = {NAMES.get(name, snake(name)): of for name, of in sam["Parameters"].items() if name not in LEFT_OUT}
    variables = {key[1]: block for key, block in blocks.items() if key[0] == "variable"}
    same("inputs", set(variables) - OWN, set(parameters))
    for name, parameter in parameters.items():
        default, wanted = variables[name].get("default"), parameter["Default"]
        default = "" if default == [] else default
        default = {None: "", "null": "", True: "true", False: "false", '""': ""}.get(default, default)
        same(f"the default of {name}", str(default), str(wanted))
        ours = variables[name]["description"].split(" (")[0].split(". ")[0].rstrip(".")
        assert len(ours) > 10, f"{name} has no description"
    outputs = {key[1] for key in blocks if key[0] == "output"}
    same("outputs", outputs, {snake(name) for name in sam["Outputs"]} - {"booking_links_url"})
    environment = re.search(r"variables = \{(.*?)\n\s+\}", text, re.DOTALL)[1]
    same("variables", set(re.findall(r"^\s+([A-Z_]+) ", environment, re.MULTILINE)),
         set(sam["Globals"]["Function"]["Environment"]["Variables"]))
    function, wanted = blocks["resource", "aws_lambda_function", "this"], sam["Globals"]["Function"]
    same("a function", [function["runtime"], function["handler"], int(function["timeout"])],
         [wanted["Runtime"], wanted["Handler"], wanted["Timeout"]])
    roles = json.dumps([sam["Resources"][f"{role}Role"]["Properties"]["Policies"] for role in ("ActionLink", "BookingLinks", "Events")])
    same("permissions", actions(text), actions(roles))
    for name, role in (("action-link", "ActionLinkRole"), ("booking-links", "BookingLinksRole")):
        block = re.search(rf"^    {name} = \{{(.*?)^    \}}", text, re.DOTALL | re.MULTILINE)[1]
        [policy] = sam["Resources"][role]["Properties"]["Policies"]
        # Statements that depend on a parameter are tagged.
        statements = [each for each in policy["PolicyDocument"]["Statement"] if "Effect" in each]
        for index in (True, False):
            on_bookings = [each for each in statements if "BookingsTable" in str(each) and ("/index/" in str(each)) == index]
            lines = [line for line in block.splitlines() if "bookings_arn" in line and ("/index/" in line) == index]
            same(f"what {name} may do", actions(" ".join(lines)), actions(json.dumps(on_bookings)))
    roles = [block for key, block in blocks.items() if key[:2] == ("resource", "aws_iam_role")]
    same("boundaries", [role.get("permissions_boundary") for role in roles], ["${local.permissions_boundary}"] * 2)
    same("the API's own address", blocks["resource", "aws_apigatewayv2_api", "this"].get("disable_execute_api_endpoint"),
         "${var.disable_execute_api_endpoint}")
    routes = set(re.findall(r'"((?:ANY|GET) /[^"]*)"', text))
    same("routes", routes, {of["Properties"]["RouteKey"] for of in sam["Resources"].values() if of["Type"] == "AWS::ApiGatewayV2::Route"})
    format_of = sam["Resources"]["HttpStage"]["Properties"]["AccessLogSettings"]["Format"]
    same("the access log", set(re.findall(r"\$context\.[A-Za-z.]+", text)), set(re.findall(r"\$context\.[A-Za-z.]+", format_of)))
    index = sam["Resources"]["BookingsTable"]["Properties"]["GlobalSecondaryIndexes"][0]
    ours = blocks["resource", "aws_dynamodb_table", "bookings"]["global_secondary_index"][0]
    same("the index", [ours["name"], ours["hash_key"], ours["range_key"], ours["projection_type"]],
         [index["IndexName"], *(key["AttributeName"] for key in index["KeySchema"]), index["Projection"]["ProjectionType"]])
    pipe = sam["Resources"]["EventsPipe"]["Properties"]["SourceParameters"]["DynamoDBStreamParameters"]
    stream = blocks["resource", "aws_pipes_pipe", "events"]["source_parameters"][0]["dynamodb_stream_parameters"][0]
    same("the pipe", [int(stream["batch_size"]), int(stream["maximum_retry_attempts"]), stream["starting_position"]],
         [pipe["BatchSize"], pipe["MaximumRetryAttempts"], pipe["StartingPosition"]])
    for file in re.findall(r"path\.module\}/(\.\./[\w./-]+\.json)", text):
        assert (ROOT / "terraform" / file).exists(), file
    known = {"HttpApi", "ActionLinkFunction", "BookingLinksFunction", "EventsDeadLetters.QueueName"}
    for file in ("alarms.json", "pipe.json"):
        alarms = json.loads((ROOT / "cdk/lib" / file).read_text())["alarms"]
        named = set(re.findall(r"\$\{([\w.]+)\}", json.dumps(alarms)))
        assert named <= known and all(f'"$${{{name}}}"' in text for name in named), named
    print(f"terraform/: {len(variables)} inputs, {len(outputs)} outputs, {len(blocks)} blocks, as in template.yaml")


if __name__ == "__main__":
    main()
