"""Counts the instructions of what the functions do, and compares them with `instructions.json`:
`make instructions`. `make instructions UPDATE=1` writes them there.

`start` is what the function takes until it asks for an event. Instructions are the same on a busy machine and on an idle one. They depend on the compiler and on the
crates, so a new one of those may need an update.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import callgrind
import http1
from function import Function
from tables import KEY, KID, THEN, click

PROJECT = Path(__file__).parents[2]
BASELINE = Path(__file__).with_name("instructions.json")
MARGIN = 0.03

APP = {
    "id": {"S": "app-0"},
    "name": {"S": "Hair by Ada"},
    "redirect_hosts": {"L": [{"S": "hairbyada.example"}]},
    "keys": {"L": [{"M": {"kid": {"S": KID}, "secret": {"S": KEY}, "created_at": {"S": THEN}}}]},
}
# Parts of a warm click: functions with all that they call. What is left is Lambda's runtime, tokio and
# what one of these hands to another.
PARTS = {
    "the AWS SDK, from the request's data to its answer": r"UpdateItemFluentBuilder::send::",
    "  signing it": r"SigV4Signer as .*::sign_http_request$",
    "    SHA-256, which most processors do in hardware": r"^sha2::sha256::compress256$",
    "HTTP connections, to the runtime and to DynamoDB": r"^<hyper::client::conn::http1::upgrades::UpgradeableConnection",
    "the log line with its metrics": r"ActionLinkFunction::log$",
    "reading the event": r"^action_links::gateway::event::read$",
    "verifying the link": r"^action_links::link::verify::Verifier::verify$",
    "condition and update, written": r"^action_links::store::write::.*::render$",
}
ANSWERS = {b"Scan": {"Items": [APP], "Count": 1, "ScannedCount": 1}}


def engine() -> str:
    """The address of something that answers as DynamoDB when every write is applied. What it does is
    not counted, and its answers have the same length in each run."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while request := http1.read(stream):
                operation = re.search(rb"x-amz-target: \w+\.(\w+)", request.raw).group(1)
                body = json.dumps(ANSWERS.get(operation, {})).encode()
                head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: %d\r\n\r\n"
                connection.sendall((head % len(body)).encode() + body)

    def accept() -> None:
        while True:
            threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return "http://127.0.0.1:%d" % listener.getsockname()[1]


def built() -> Path:
    """Builds both programs, and returns where they are."""
    command = ["cargo", "build", "--locked", "--profile", "instructions", "--workspace", "--features", "action-links/lambda"]
    subprocess.run([*command, "--bin", "action-link", "--bin", "instructions"], cwd=PROJECT, check=True)
    return PROJECT / "target" / "instructions"


def warm_clicks(bootstrap: str) -> Callable[[list[str], int], None]:
    env = {"APPS_TABLE": "apps", "BOOKINGS_TABLE": "bookings", "KEYRING_TTL_SECONDS": "3600"}
    env |= {"AWS_ENDPOINT_URL_DYNAMODB": engine(), "LINK_BASE_URL": "https://links.hairbyada.example"}

    def run(valgrind: list[str], times: int) -> None:
        with Function([*valgrind, bootstrap], env) as function:
            for number in range(times):
                _, answer = function.invoke(click(f"{number:032x}"))
                assert answer["statusCode"] == 302, answer
            function.end(signal.SIGTERM)

    return run


def main() -> None:
    folder = built()
    run = lambda what: lambda valgrind, times: subprocess.run([*valgrind, str(folder / "instructions"), what, str(times)], check=True)
    clicks = warm_clicks(str(folder / "action-link"))
    profile = callgrind.counted(clicks, 200)
    profiles = {what: callgrind.counted(run(what), 1000) for what in ["sign", "verify", "decide", "page"]}
    profiles |= {"start": callgrind.profiled(lambda valgrind: clicks(valgrind, 0)), "warm click": profile}
    seen = {what: round(of[callgrind.TOTAL]) for what, of in profiles.items()}
    if os.environ.get("UPDATE"):
        BASELINE.write_text(json.dumps(seen, indent=2) + "\n")
    baseline = json.loads(BASELINE.read_text())
    for what, count in seen.items():
        print(f"{what:10} {count:10,} instructions, {count / baseline[what] - 1:+.1%}")
    print("\nof a warm click:")
    for part, functions in PARTS.items():
        count = sum(of for name, of in profile.items() if re.search(functions, name))
        print(f"{part:50} {count / seen['warm click']:6.1%}")
    worse = [what for what, count in seen.items() if count > baseline[what] * (1 + MARGIN)]
    if worse:
        sys.exit(f"more than {MARGIN:.0%} over {BASELINE.name}: {', '.join(worse)}. If that is meant: make instructions UPDATE=1")
    if any(count < baseline[what] * (1 - MARGIN) for what, count in seen.items()):
        print("less than before by more than the margin: make instructions UPDATE=1 keeps it so")


if __name__ == "__main__":
    main()
