"""Holds terraform/ against Terraform and its provider, so far as neither needs the network.

- Every argument and block is one that the provider has, and none that it requires is missing.
  tests/facts/terraform-arguments.json has them.
- Terraform itself validates and plans the variables and locals, which need no provider. Inputs that contradict each
  other are refused. Without the command `terraform` this part is left out.

Usage: terraform_judged.py (needs python-hcl2)
"""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from terraform import ROOT, module

ARNS = "arn:aws:{}:eu-west-1:123456789012:{}"
STREAM = ARNS.format("dynamodb", "table/reservations/stream/2026-11-01T08:00:00.000")
BUS = ARNS.format("events", "event-bus/business")
ZIPS = {"action_link_zip": "a.zip", "booking_links_zip": "b.zip"}

# Arguments that Terraform itself knows in every block.
OWN = {"count", "for_each", "depends_on", "lifecycle", "provider"}
# What other providers have. hashicorp/time has one resource that we use.
OTHERS = {"resource time_sleep": {name: {"required": False} for name in ("create_duration", "destroy_duration", "triggers")}}
WITHOUT_ARGUMENTS = {"data aws_caller_identity", "data aws_partition"}
# What an attribute of a data source must not be, since version 6 of the provider.
DEPRECATED = {"data.aws_region.this.name": "data.aws_region.this.region"}

GOOD = [
    {},
    {"events": "on"},
    {"events": "on", "bookings_table_name": "reservations", "bookings_stream_arn": STREAM, "event_bus_arn": BUS},
    {"bookings_table_name": "reservations", "booking_id_attribute": "uuid", "app_attribute": "tenant"},
    {"domain_name": "links.example.com", "certificate_arn": ARNS.format("acm", "certificate/1"), "hosted_zone_id": "Z1",
     "disable_execute_api_endpoint": "true"},
    {"architecture": "x86_64", "action_link_zip": "x/action-link-x86_64.zip", "booking_links_zip": "booking-links-x86_64.zip"},
    {"http_api_id": "a1b2c3d4e5", "link_base_url": "https://links.example.com"},
    {"provisioned_concurrency": "2", "vpc_subnet_ids": '["subnet-1"]', "vpc_security_group_ids": '["sg-1"]'},
    {"bookings_table_name": "reservations", "index_name": "by-salon", "alarm_topic_arn": ARNS.format("sns", "operations"),
     "reserved_concurrency": "5", "provisioned_concurrency": "5"},
]
# Inputs that contradict each other, and what the message must say.
CONTRADICTIONS = [
    ({"app_attribute": "tenant"}, "bookings_table_name"),
    ({"booking_id_attribute": "uuid"}, "bookings_table_name"),
    ({"index_name": "by-salon"}, "bookings_table_name"),
    ({"action_link_zip": "action-link-x86_64.zip"}, "another processor"),
    ({"architecture": "x86_64", "booking_links_zip": "booking-links-arm64.zip"}, "another processor"),
    ({"http_api_id": "a1b2c3d4e5"}, "link_base_url"),
    ({"vpc_subnet_ids": '["subnet-1"]'}, "vpc_subnet_ids"),
    ({"vpc_security_group_ids": '["sg-1"]'}, "vpc_subnet_ids"),
    ({"reserved_concurrency": "1", "provisioned_concurrency": "2"}, "at most reserved_concurrency"),
    ({"domain_name": "links.example.com"}, "certificate_arn"),
    ({"certificate_arn": ARNS.format("acm", "certificate/1")}, "certificate_arn"),
    ({"hosted_zone_id": "Z1"}, "domain_name"),
    ({"disable_execute_api_endpoint": "true"}, "domain_name"),
    ({"events": "maybe"}, "on or off"),
    ({"events": "on", "bookings_table_name": "reservations"}, "bookings_stream_arn"),
    ({"events": "on", "bookings_stream_arn": STREAM}, "bookings_table_name"),
    ({"event_bus_arn": BUS}, "events"),
]


def faults_of(where, block, known):
    """What the provider would refuse of a block."""
    given = {name: value for name, value in block.items() if name not in OWN | {"dynamic", "__comments__"}}
    for dynamic in block.get("dynamic", []):
        [(name, of)] = dynamic.items()
        given[name] = [of["content"][0]]
    found = [f"{where}: there is no {name}" for name in given.keys() - known.keys()]
    found += [f"{where}: {name} is required" for name, of in known.items() if of["required"] and name not in given]
    for name in given.keys() & known.keys():
        inner = known[name].get("block")
        for each in given[name] if inner and isinstance(given[name], list) else []:
            found += faults_of(f"{where}.{name}", each, inner)
    return found


def check_arguments():
    blocks, text = module()
    facts = json.loads((ROOT / "tests/facts/terraform-arguments.json").read_text())
    known = facts["types"] | OTHERS | {name: {} for name in WITHOUT_ARGUMENTS}
    ours = {key: block for key, block in blocks.items() if key[0] in ("resource", "data")}
    faults = []
    for (kind, name, label), block in ours.items():
        of = known.get(f"{kind} {name}")
        faults += faults_of(f"{name}.{label}", block, of) if of is not None else [f"{name}: there is no such {kind}"]
    faults += [f"{old} is deprecated: {new}" for old, new in DEPRECATED.items() if old in text]
    version = re.search(r'source\s+= "hashicorp/aws".*?version = "([^"]*)"', text, re.DOTALL)[1]
    if not re.fullmatch(r">= 6\.\d+, < 7\.0", version):
        faults.append(f'the provider has no upper bound, or one that was not looked at: "{version}"')
    assert not faults, "terraform/:\n" + "\n".join(sorted(faults))
    # The check finds an argument that does not exist, and one that is missing.
    of = known["resource aws_pipes_pipe"]
    assert len(faults_of("x", {"role_arn": "", "source": "", "target": "", "sources": ""}, of)) == 1
    assert len(faults_of("x", {"role_arn": "", "source": "", "log_configuration": [{"levels": ""}]}, of)) == 3
    return len(ours), facts["provider"]


def run(folder, *arguments):
    command = ["terraform", f"-chdir={folder}", *arguments, "-no-color"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, re.sub(r"\s+", " ", (done.stdout + done.stderr).replace("│", " "))


def check_variables():
    """Terraform's own opinion of variables.tf and locals.tf."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        folder = root / "terraform"
        folder.mkdir()
        (root / "cdk").symlink_to(ROOT / "cdk")
        for name in ("variables.tf", "locals.tf"):
            shutil.copy(ROOT / "terraform" / name, folder)
        locals_ = re.findall(r"^  (\w+) += ", (folder / "locals.tf").read_text(), re.MULTILINE)
        (folder / "outputs.tf").write_text("".join(f'output "{name}" {{ value = local.{name} }}\n' for name in locals_))
        code, said = run(folder, "validate")
        assert code == 0, said
        for inputs, says in [*((inputs, None) for inputs in GOOD), *CONTRADICTIONS]:
            given = [f"-var={name}={value}" for name, value in (ZIPS | inputs).items()]
            code, said = run(folder, "plan", "-input=false", "-state=none", *given)
            assert (code == 0) == (says is None) and (says or "") in said, (inputs, said)


def main():
    number, provider = check_arguments()
    print(f"terraform/: {number} resources and data sources have the arguments of {provider}")
    if shutil.which("terraform"):
        check_variables()
        print(f"terraform/: Terraform takes {len(GOOD)} sets of inputs, and refuses {len(CONTRADICTIONS)} that contradict each other")
    else:
        print("there is no Terraform here: its variables are not validated")


if __name__ == "__main__":
    main()
