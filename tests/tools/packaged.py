"""Takes action-links-sam.zip as far as it goes without an account: SAM and CloudFormation's linter check the template, and
SAM packages the folder into an emulated S3. The bootstraps are files that stand in for them. And the same of an example.
"""

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from emulated import REGION, client
from samtranslator.yaml_helper import yaml_parse

sys.path.insert(0, str(Path(__file__).parents[2] / ".github"))
import release  # noqa: E402
import sam_folder  # noqa: E402

BUCKET = "release"


def package(endpoint, folder):
    """The template of a folder as SAM packages it, after its linters."""
    environment = os.environ | {
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }
    output = Path(tempfile.mkdtemp()) / "packaged.yaml"
    for command in (
        "sam validate --lint", "cfn-lint template.yaml", f"sam package --s3-bucket {BUCKET} --output-template-file {output}",
    ):
        done = subprocess.run(command.split(), cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return yaml_parse(output.read_text())


def check_mails(endpoint):
    """examples/mail-from-stream gets the templates of docs/mail as a layer, which Lambda unpacks into /opt."""
    root = Path(__file__).parents[2]
    packaged = package(endpoint, root / "examples/mail-from-stream")
    key = packaged["Resources"]["Templates"]["Properties"]["ContentUri"].removeprefix(f"s3://{BUCKET}/")
    layer = client(endpoint, "s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    files = set(zipfile.ZipFile(io.BytesIO(layer)).namelist())
    assert files == {f"{mail}.{kind}" for mail in ("business", "customer") for kind in ("html", "jsonld", "txt")}, files
    print("examples/mail-from-stream: SAM packages it, with the mails")


def check_sam_folder(endpoint):
    root = Path(tempfile.mkdtemp())
    (root / "bootstrap").write_bytes(b"\x7fELF")
    for name in release.NAMES:
        release.pack(root / "bootstrap", root / f"{name}-arm64.zip")
    made = sam_folder.make("v1.2.3", root)
    first = made.read_bytes()
    assert sam_folder.make("v1.2.3", root).read_bytes() == first, "the same files make the same zip"
    zipfile.ZipFile(made).extractall(root)
    folder = root / "action-links-sam"
    assert len([line for line in (folder / "README.md").read_text().splitlines() if line]) <= 5
    client(endpoint, "s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    packaged = package(endpoint, folder)
    about = packaged["Metadata"]["AWS::ServerlessRepo::Application"]
    assert about["SemanticVersion"] == "1.2.3" and about["ReadmeUrl"].startswith("s3://"), about
    keys = {each["Key"] for each in client(endpoint, "s3").list_objects_v2(Bucket=BUCKET)["Contents"]}
    for name in ("ActionLinkFunction", "BookingLinksFunction"):
        function = packaged["Resources"][name]
        assert "BuildMethod" not in function["Metadata"] and "CodeUri" not in packaged["Globals"]["Function"]
        assert function["Properties"]["CodeUri"].removeprefix(f"s3://{BUCKET}/") in keys, function["Properties"]["CodeUri"]
    print(f"action-links-sam.zip: SAM packages it, {len(keys)} files")
