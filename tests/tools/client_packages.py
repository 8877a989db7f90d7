"""Uses the packed clients as a stranger would: in an empty folder, from the files that a release publishes.

- A program that uses the types compiles, as an ES module, as a CommonJS one, and in Python.
- A function in Node and one in Python ask `booking-links` for links, which answers under AWS's Runtime Interface Emulator.
  A link of each mail is clicked.

Usage: client_packages.py FOLDER (the tarball, the wheel and the sdist; needs npm, and mypy in this Python)

BUILT names the folder of the programs, by default target/debug.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from contextlib import contextmanager
from pathlib import Path

import runtime

ROOT = runtime.ROOT
BUILT = Path(os.environ.get("BUILT", ROOT / "target/debug"))
EXAMPLES = ROOT / "examples/invoke-from-lambda"
# The same for a program of either kind: no library but the language's own.
TSC = "--strict --exactOptionalPropertyTypes --module nodenext --target es2022 --lib es2022 --noEmit consumer.mts consumer.cts"
NODE = "import('./index.mjs').then(({ handler }) => handler(JSON.parse(process.argv[1]))).then((mail) => console.log(JSON.stringify(mail)))"
PYTHON = "import index, json, sys; print(json.dumps(index.handler(json.loads(sys.argv[1]), None)))"


def run(folder, *command, **environment):
    env = {name: os.environ[name] for name in os.environ if not name.startswith(("AWS_", "PYTHONPATH"))} | environment
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def the_only(packages, pattern):
    [found] = packages.glob(pattern)
    return found.resolve()


def check_node(packages, folder):
    tarball = the_only(packages, "*.tgz")
    listed = run(folder, "tar", "-tzf", tarball).split()
    for name in ("README.md", "LICENSE-APACHE", "LICENSE-MIT", "example/sign.mjs", "dist/index.d.mts"):
        assert f"package/{name}" in listed, f"{tarball.name} has no {name}"
    (folder / "package.json").write_text('{"private": true}')
    install = ("npm", "install", "--ignore-scripts", "--silent", "--no-audit", "--no-fund", "--prefer-offline")
    locked = json.loads((ROOT / "clients/typescript/package.json").read_text())["devDependencies"]
    # Without the SDK first: its types must not be needed.
    run(folder, *install, tarball, f"typescript@{locked['typescript']}")
    for kind in ("mts", "cts"):
        shutil.copy(ROOT / "clients/typescript/test/consumer.ts", folder / f"consumer.{kind}")
    run(folder, "node_modules/.bin/tsc", *TSC.split())
    run(folder, *install, f"@aws-sdk/client-lambda@{locked['@aws-sdk/client-lambda']}")
    shutil.copy(EXAMPLES / "node/index.mjs", folder)
    return ("node", "-e", NODE)


def check_python(packages, folder):
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv/bin/python"
    run(folder, python, "-m", "pip", "install", "--quiet", f"{the_only(packages, '*.whl')}[lambda]")
    shutil.copy(ROOT / "clients/python/tests/consumer.py", folder)
    shutil.copy(EXAMPLES / "python/index.py", folder)
    run(folder, sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "consumer.py", "index.py")
    return (python, "-c", PYTHON)


@contextmanager
def program(*command, **environment):
    with tempfile.TemporaryFile("w+") as log:
        running = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield running
        finally:
            running.kill()
            running.wait()
            running.stdout.close()


@contextmanager
def service(folder):
    """`booking-links` as Lambda runs it, beside a `make run`: the environment of a function that invokes it, and the base."""
    with program(BUILT / "examples/local", PORT="0") as local:
        said = ""
        while "Inbox: " not in said:
            line = local.stdout.readline()
            if not line:
                raise SystemExit(f"`local` ended: {said}")
            said += line
        env = dict(re.findall(r"\b([A-Z_]+)=(\S+)", said))
        address, internal = (f"127.0.0.1:{runtime.free_port()}" for _ in range(2))
        emulator = [runtime.emulator(folder), "--runtime-interface-emulator-address", address, "--runtime-api-address", internal]
        lambda_env = {"AWS_LAMBDA_FUNCTION_NAME": "function", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}
        with program(*emulator, BUILT / "booking-links", **env, **lambda_env):
            wait_for(address)
            caller = {"AWS_ENDPOINT_URL_LAMBDA": f"http://{address}", "BOOKING_LINKS_FUNCTION": "function"}
            caller |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
            yield caller, env["LINK_BASE_URL"]


def wait_for(address):
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://{address}/", timeout=1)
        except urllib.error.HTTPError:
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise SystemExit("the Runtime Interface Emulator does not listen")


def read(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return answer.status, json.load(answer)


def main(packages):
    with tempfile.TemporaryDirectory() as root:
        folders = {name: Path(root, name) for name in ("Node", "Python")}
        for folder in folders.values():
            folder.mkdir()
        handlers = {"Node": check_node(packages, folders["Node"]), "Python": check_python(packages, folders["Python"])}
        with service(root) as (env, base):
            password = base64.b64encode(f":{runtime.KEY}".encode()).decode()
            _, found = read(f"{base}/v2/bookings/b-1003", authorization=f"Basic {password}")
            for name, handler in handlers.items():
                mail = json.loads(run(folders[name], *handler, json.dumps(found["data"]), **env))
                link = re.search(r"^Cancel: (\S+)$", mail["text"], re.MULTILINE)[1]
                status, answer = read(link, accept="application/json")
                assert status == 200 and answer["data"]["action"] == "cancel_by_customer", answer
    print("the packed clients: types in Node (both kinds of modules) and Python, links of a function in each, clicked")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
