"""Checks, by SAM's own parser, that the parameters of samconfig.toml arrive whole, JSON too.

Usage: samconfig.py, with the Python that has the SAM CLI
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path

import tomlkit
from samcli.cli.types import CfnParameterOverridesType

ROOT = Path(__file__).parents[2]
FROM = '[production.global.parameters]\n'


def read(overrides):
    return CfnParameterOverridesType().convert(overrides, None, None)


def deployed(config):
    """What `make deploy` passes to SAM, and what `sam deploy` reads from the file alone."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(config)
        file.flush()
        made = subprocess.run(["make", "--silent", "parameters", f"SAMCONFIG={file.name}"], cwd=ROOT, capture_output=True, text=True)
    alone = read(tomlkit.parse(config)["production"]["global"]["parameters"]["parameter_overrides"].unwrap())
    return (read(f"file://{ROOT}/target/parameters.yaml") if made.returncode == 0 else made.stderr), alone


def main():
    settings = (ROOT / "docs/settings.md").read_text()
    documented = re.search(r"```toml\n(parameter_overrides = .*?)```", settings, re.DOTALL)[1]
    # The line of samconfig.toml that is commented out is the same.
    line = re.search(r"^ *(\{ Graphs.*),$", documented, re.MULTILINE)[1]
    config = (ROOT / "samconfig.toml").read_text()
    assert f"    # {line},\n" in config
    graphs = json.loads(re.search(r"'(.*)'", line)[1])
    for text in (FROM + documented, config.replace(f"# {line}", line)):
        for given in deployed(text):
            assert json.loads(given["Graphs"]) == graphs, given
            assert given["Architecture"] == "arm64"
    ours, alone = deployed(config)
    assert ours.pop("Revision") and ours == alone, (ours, alone)
    # What is built and what is deployed have one processor, whatever the stack had before.
    ours, _ = deployed(FROM + "parameter_overrides = ['MemorySize=512']")
    assert (ours["Architecture"], ours["MemorySize"]) == ("arm64", "512"), ours
    # As it was written before, SAM takes one character of it. `make deploy` says so.
    ours, alone = deployed(FROM + "parameter_overrides = ['Graphs={\"tour\": 1}']")
    assert alone["Graphs"] == "{" and "write JSON as a table" in ours, (ours, alone)
    print("samconfig.toml: every parameter arrives whole")


main()
