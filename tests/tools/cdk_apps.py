"""Goes the whole way of a user of the CDK construct, in TypeScript and in Python: an empty folder, `cdk init`, the packed
package, `cdk synth`, and then a link that is signed offline and clicked.

The packages are what `npm pack` and jsii-pacmak make of cdk/, which must be built. The functions are those of
target/debug, and run with the code and the environment that were synthesised: synthesised.py.

Usage: cdk_apps.py (needs npm, and the Python of the SAM CLI)
"""

import base64
import hashlib
import hmac
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import runtime
from synthesised import Running, Synthesised

ROOT = runtime.ROOT
CDK = ROOT / "cdk" / "node_modules" / ".bin" / "cdk"
MACHINE = "x86_64" if platform.machine() == "x86_64" else "arm64"
ARCHITECTURE = {"x86_64": "X86_64", "arm64": "ARM_64"}[MACHINE]
# The construct's default is arm64, on which these programs do not run.
REFUSAL = f"Set the prop architecture to lambda.Architecture.{ARCHITECTURE}"
KEY = "test_api_key_of_the_cdk_apps_0123456789abcdef"
APP = {"id": "salon", "name": "Salon", "keys": [{"kid": hashlib.sha256(KEY.encode()).hexdigest()[:16], "secret": KEY,
       "created_at": "2026-11-01T08:00:00Z"}], "redirect_url": "https://salon.example/thanks"}
BOOKING = {"id": "b-1", "app_id": "salon", "graph": "confirm_decline", "state": "tentative", "created_at": "2026-11-01T08:00:00Z"}
CLICK = "ANY /v2/bookings/{booking_id}/external_action/{action}"

TYPESCRIPT = """import * as cdk from 'aws-cdk-lib/core';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ActionLinks, Bootstraps } from 'action-links-cdk';
import { Construct } from 'constructs';

export class LinksStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const links = new ActionLinks(this, 'Links', {
      code: Bootstraps.fromFolder('bootstraps'),
      architecture: lambda.Architecture.ARCHITECTURE,
    });
    new cdk.CfnOutput(this, 'ApiUrl', { value: links.apiUrl });
  }
}
"""
PYTHON = """from action_links_cdk import ActionLinks, Bootstraps
from aws_cdk import CfnOutput, Stack, aws_lambda as lambda_
from constructs import Construct


class LinksStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        links = ActionLinks(
            self,
            "Links",
            code=Bootstraps.from_folder("bootstraps"),
            architecture=lambda_.Architecture.ARCHITECTURE,
        )
        CfnOutput(self, "ApiUrl", value=links.api_url)
"""


def run(folder, *command, fails=False, **environment):
    """Runs a command, which must succeed or fail. Returns what it printed."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if (done.returncode != 0) != fails:
        raise SystemExit(f"{' '.join(map(str, command))} in {folder}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def packed(pattern):
    """The package that was made last."""
    found = sorted((ROOT / "cdk" / "dist").rglob(pattern), key=lambda file: file.stat().st_mtime)
    if not found:
        raise SystemExit(f"there is no {pattern} in cdk/dist: run `make test-cdk-apps`")
    return found[-1]


def versions(dependencies):
    """The versions of CDK that the construct names: those that it is built with, or the oldest that it takes."""
    of = json.loads((ROOT / "cdk" / "package.json").read_text())[dependencies]
    return {name: of[name].removeprefix("^") for name in ("aws-cdk-lib", "constructs")}


def typescript(folder):
    """An app in TypeScript, without what would run its tests: the stack's file, its text, and the environment that it needs."""
    manifest = json.loads((folder / "package.json").read_text())
    manifest["dependencies"] = versions("devDependencies")
    wanted = ("@types/jest", "@types/node", "tsx", "typescript")
    manifest["devDependencies"] = {name: manifest["devDependencies"][name] for name in wanted}
    (folder / "package.json").write_text(json.dumps(manifest))
    run(folder, "npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", packed("*.tgz"))
    return folder / "lib" / "links-stack.ts", TYPESCRIPT, {}


def python(folder):
    """The same in Python, with the oldest CDK that the construct takes."""
    oldest = versions("peerDependencies").items()
    (folder / "requirements.txt").write_text("".join(f"{name}=={version}\n" for name, version in oldest))
    venv = folder / ".venv"
    run(folder, sys.executable, "-m", "venv", venv)
    run(folder, venv / "bin" / "pip", "install", "--quiet", "-r", "requirements.txt", packed("*.whl"))
    return folder / "links" / "links_stack.py", PYTHON, {"PATH": f"{venv / 'bin'}:{os.environ['PATH']}"}


def synthesise(language, prepare, root):
    """An app from an empty folder to its template. The first try has bootstraps of another processor than the functions."""
    folder = root / language / "links"
    folder.mkdir(parents=True)
    run(folder, CDK, "init", "app", "--language", language, "--generate-only")
    (folder / "bootstraps").symlink_to(root / "bootstraps")
    file, text, environment = prepare(folder)
    if ARCHITECTURE == "X86_64":
        file.write_text("".join(line for line in text.splitlines(keepends=True) if "ARCHITECTURE" not in line))
        said = run(folder, CDK, "synth", "--quiet", fails=True, **environment)
        assert REFUSAL in said, said
    file.write_text(text.replace("ARCHITECTURE", ARCHITECTURE))
    run(folder, CDK, "synth", "--quiet", **environment)
    return Synthesised(folder / "cdk.out", language)


def signed(**claims):
    """A link's path and query, signed as anyone with the key can sign it."""
    def encoded(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    signing_input = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    mac = encoded(hmac.new(KEY.encode(), signing_input.encode(), hashlib.sha256).digest())
    return f"/v2/bookings/{claims['booking_id']}/external_action/{claims['action']}", f"signature={signing_input}.{mac}"


def click(app, engine, folder):
    """Signs a link, clicks it twice, and looks at the booking as its owner does."""
    running = Running(app, engine, folder)
    running.put("APPS_TABLE", APP)
    running.put("BOOKINGS_TABLE", BOOKING)
    path, query = signed(booking_id="b-1", action="confirm")
    first, again = (running.request(CLICK, path, query, {}) for _ in range(2))
    assert (first["statusCode"], first["headers"]["location"]) == (302, APP["redirect_url"]), first
    assert again["statusCode"] == 410, again
    listed = running.request("ANY /v2/bookings", "/v2/bookings", "include=action_links", runtime.basic(KEY))
    assert listed["statusCode"] == 200, listed
    [booking] = json.loads(listed["body"])["data"]
    base = running.settings(CLICK)["LINK_BASE_URL"]
    assert booking["state"] == "confirmed", booking
    assert booking["action_links"]["cancel"].startswith(f"{base}/v2/bookings/b-1/external_action/cancel?"), booking


def main():
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor() as pool:
        root = Path(temporary)
        for name in ("action-link", "booking-links"):
            (root / "bootstraps" / name).mkdir(parents=True)
            shutil.copy(runtime.BUILT / name, root / "bootstraps" / name / "bootstrap")
        apps = {
            language: pool.submit(synthesise, language, prepare, root)
            for language, prepare in (("typescript", typescript), ("python", python))
        }
        with runtime.local() as (engine, _):
            for language, app in apps.items():
                click(app.result(), engine, root)
                print(f"{language}: an empty folder, the packed construct, and a clicked link ({time.monotonic() - begun:.0f} s)")


if __name__ == "__main__":
    main()
