"""Runs both bootstraps under AWS's Runtime Interface Emulator, which `aws-sam-cli` brings: a click and a list each."""

import base64
import contextlib
import json
import os
import pathlib
import platform
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import samcli.local.rapid

ROOT = pathlib.Path(__file__).parents[2]
BUILT = ROOT / "target" / "debug"
KEY = "test_api_key_demo_0nly_f0r_make_run_5up3rp0ubl1c"


def emulator(folder):
    """A copy of the emulator that may be run: pip does not keep that it is a program."""
    machine = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
    packaged = pathlib.Path(samcli.local.rapid.__path__[0]) / f"aws-lambda-rie-{machine}"
    copy = pathlib.Path(folder) / "aws-lambda-rie"
    copy.write_bytes(packaged.read_bytes())
    copy.chmod(0o700)
    return copy


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def invoke(emulator, program, env, event):
    """Starts the program under the emulator, and returns its answer to one event."""
    address, runtime = (f"127.0.0.1:{free_port()}" for _ in range(2))
    command = [emulator, "--runtime-interface-emulator-address", address, "--runtime-api-address", runtime]
    with tempfile.TemporaryFile() as log:
        running = subprocess.Popen([*command, program], env=env, stdout=log, stderr=log)
        try:
            request = urllib.request.Request(
                f"http://{address}/2015-03-31/functions/function/invocations", json.dumps(event).encode()
            )
            for _ in range(100):
                try:
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        return json.loads(answer.read())
                except urllib.error.URLError as error:
                    # Until the emulator listens.
                    if not isinstance(error.reason, ConnectionRefusedError):
                        raise
                    time.sleep(0.1)
            log.seek(0)
            sys.exit(f"{program} did not start under the emulator:\n{log.read().decode()}")
        finally:
            running.kill()
            running.wait()


def event(path, query, headers):
    event = json.loads((ROOT / "events" / "http_api_list.json").read_text())
    event |= {"rawPath": path, "rawQueryString": query, "headers": headers}
    event["requestContext"]["http"]["path"] = path
    return event


@contextlib.contextmanager
def local():
    """Runs `make run` on a free port. Gives the environment of a function beside it, and what it printed."""
    running = subprocess.Popen(
        [BUILT / "examples" / "local"], env=os.environ | {"PORT": "0"}, stdout=subprocess.PIPE, text=True
    )
    try:
        said = ""
        while "Inbox: " not in said:
            line = running.stdout.readline()
            if not line:
                sys.exit(f"`local` ended: {said}")
            said += line
        names = ["AWS_ENDPOINT_URL_DYNAMODB", "APPS_TABLE", "BOOKINGS_TABLE", "LINK_BASE_URL", "AWS_REGION"]
        names += ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        env = {name: re.search(rf"\b{name}=(\S+)", said)[1] for name in names}
        # As Lambda gives it to a function.
        yield env | {"AWS_LAMBDA_FUNCTION_NAME": "function", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}, said
    finally:
        running.kill()
        running.wait()


def basic(key):
    """The header of an API key."""
    return {"authorization": f"Basic {base64.b64encode(f':{key}'.encode()).decode()}"}


def main():
    with local() as (env, said), tempfile.TemporaryDirectory() as folder:
        base = env["LINK_BASE_URL"]
        link = re.search(rf"^  {re.escape(base)}(/v2/bookings/\S+/external_action/\w+)\?(\S+)$", said, re.M)
        program = emulator(folder)
        for expected in [302, 410]:
            answer = invoke(program, BUILT / "action-link", env, event(link[1], link[2], {}))
            if answer["statusCode"] != expected:
                sys.exit(f"a click answers {answer['statusCode']}, not {expected}: {answer}")
        answer = invoke(program, BUILT / "booking-links", env, event("/v2/bookings", "limit=2", basic(KEY)))
        bookings = json.loads(answer["body"]).get("data", [])
        if answer["statusCode"] != 200 or len(bookings) != 2:
            sys.exit(f"a list answers {answer}")
    print("both bootstraps answer under AWS's Runtime Interface Emulator")


if __name__ == "__main__":
    main()
