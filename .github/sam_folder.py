"""Makes action-links-sam.zip: the template with the zips of the functions beside it, to deploy without building.

    sam_folder.py v1.2.3 FOLDER   from the zips in FOLDER, into FOLDER/action-links-sam.zip

Deploying it from the folder needs the SAM CLI and an AWS account, and no Rust.
"""

import re
import sys
import zipfile
from pathlib import Path

from release import NAMES, ROOT, version_of

HOME = "https://github.com/action-links/action-links"
README = f"""# Action Links

One-time action links for bookings, on AWS Lambda and DynamoDB. This folder is ready to deploy: install the SAM CLI, sign in to AWS, and run

    sam deploy --guided

It asks for each parameter and makes two functions for arm64, their tables and an HTTP API. What comes next: {HOME}/blob/main/docs/operations.md
"""
SAMCONFIG = """version = 0.1

[default.global.parameters]
stack_name = "action-links"

[default.deploy.parameters]
capabilities = "CAPABILITY_IAM"
resolve_s3 = true
"""
# For the AWS Serverless Application Repository.
METADATA = """  AWS::ServerlessRepo::Application:
    Name: action-links
    Description: One-time, signed links that change the state of a booking.
    Author: Action Links contributors
    SpdxLicenseId: Apache-2.0
    LicenseUrl: LICENSE-APACHE
    ReadmeUrl: README.md
    Labels: [booking, email, links, dynamodb]
    HomePageUrl: {home}
    SemanticVersion: {version}
    SourceCodeUrl: {home}/tree/v{version}
"""


def replaced(text: str, pattern: str, by: str) -> str:
    found, number = re.subn(pattern, by, text, flags=re.MULTILINE)
    if number != 1:
        raise SystemExit(f"template.yaml has {number} times what is replaced here: {pattern}")
    return found


def template(version: str, root: Path = ROOT) -> str:
    text = (root / "template.yaml").read_text()
    text = replaced(text, r"^Metadata:\n", "Metadata:\n" + METADATA.format(home=HOME, version=version))
    text = replaced(text, r"^    # The feature `lambda` comes from .*\n    # .*\n    CodeUri: \.\n", "")
    text = replaced(text, r"AllowedValues: \[arm64, x86_64\]", "AllowedValues: [arm64]")
    for name in NAMES:
        text = replaced(text, rf"^      BuildMethod: rust-cargolambda\n      BuildProperties: {{ Binary: {name} }}\n(      cfn-lint: .*\n    Properties:\n)",
                        rf"\1      CodeUri: {name}-arm64.zip\n")
    return text


def make(tag: str, folder: Path, root: Path = ROOT) -> Path:
    version = version_of(tag)
    files = {
        "template.yaml": template(version, root).encode(),
        "samconfig.toml": SAMCONFIG.encode(),
        "README.md": README.encode(),
        "LICENSE-APACHE": (root / "LICENSE-APACHE").read_bytes(),
        "LICENSE-MIT": (root / "LICENSE-MIT").read_bytes(),
        **{f"{name}-arm64.zip": (folder / f"{name}-arm64.zip").read_bytes() for name in NAMES},
    }
    made = folder / "action-links-sam.zip"
    with zipfile.ZipFile(made, "w") as file:
        for name, content in files.items():
            # The time is always the same, so that the same files make the same zip.
            entry = zipfile.ZipInfo(f"action-links-sam/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, content, compresslevel=9)
    return made


if __name__ == "__main__":
    match sys.argv[1:]:
        case [tag, folder]:
            print(make(tag, Path(folder)))
        case _:
            raise SystemExit(__doc__)
