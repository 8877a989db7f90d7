"""Runs instrumented functions as a day would, for profile-guided optimisation: `make profile`.

`train.py FOLDER OUTPUT`: FOLDER has `action-link` and `booking-links`, OUTPUT becomes the profile.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import bulk
from contenders import Contender, of_ours, on_engine
from function import Function
from tables import KEY, Tables


def clicks(on: Tables) -> Iterator[tuple[bytes, int]]:
    """Clicks, and the status of their answers: most act, some come again, a few are forged, and some
    have no redirect, so that a page answers."""
    events = list(on.clicks(700))
    yield from ((event, 302) for event in events)
    yield from ((event, 410) for event in events[:70])
    forged = [event.replace(b"signature=ey", b"signature=ex") for event in events[:20]]
    yield from ((event, 403) for event in forged)
    paged = [json.loads(event) for event in on.clicks(70)]
    for event in paged:
        event["rawQueryString"] = event["rawQueryString"].split("&redirect=")[0]
        yield json.dumps(event).encode(), 200


def lists() -> Iterator[bytes]:
    headers = bulk.LIST["headers"] | {"authorization": "Basic " + base64.b64encode(f":{KEY}".encode()).decode()}
    page = bulk.LIST | {"rawQueryString": "include=customer_action_links&limit=100", "headers": headers}
    yield from [json.dumps(page).encode()] * 20
    decorate = {"operation": "decorate", "include": "customer_action_links", "response": json.loads(bulk.response(100))}
    yield from [json.dumps(decorate).encode()] * 50
    sign = {"operation": "sign", "booking_id": "b-17", "action": "confirm"}
    yield from [json.dumps(sign).encode()] * 20


def run(contender: Contender, events: list[tuple[bytes, int | None]]) -> None:
    with Function(contender.command, contender.env) as function:
        for event, status in events:
            _, answer = function.invoke(event)
            assert status is None or answer["statusCode"] == status, answer
        function.shut_down()


def main(folder: Path, output: Path) -> None:
    with TemporaryDirectory() as raw, on_engine() as (engine, endpoint):
        on = Tables(endpoint)
        action_link, booking_links = (of_ours(name, engine) for name in ["action-link", "booking-links"])
        for contender in [action_link, booking_links]:
            contender.command = [str(folder / contender.name)]
            contender.env |= {"LLVM_PROFILE_FILE": f"{raw}/%p.profraw"}
        run(action_link, list(clicks(on)))
        for _ in range(10):  # cold starts
            run(action_link, [(event, 302) for event in on.clicks(1)])
        on.bookings(300, state="confirmed")
        run(booking_links, [(event, None) for event in lists()])
        for _ in range(5):
            run(booking_links, [(next(lists()), None)])
        profiles = list(Path(raw).iterdir())
        subprocess.run([llvm_profdata(), "merge", "--output", str(output), *map(str, profiles)], check=True)


def llvm_profdata() -> str:
    """The tool of the compiler's own LLVM: `rustup component add llvm-tools`."""
    rustc = lambda *arguments: subprocess.run(["rustc", *arguments], check=True, capture_output=True, text=True).stdout
    host = next(line.split()[1] for line in rustc("-vV").splitlines() if line.startswith("host: "))
    path = Path(rustc("--print", "sysroot").strip()) / "lib" / "rustlib" / host / "bin"
    found = shutil.which("llvm-profdata", path=str(path)) or shutil.which("llvm-profdata", path=os.environ["PATH"])
    return found or sys.exit("there is no llvm-profdata: rustup component add llvm-tools")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
