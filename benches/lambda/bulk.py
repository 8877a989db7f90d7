"""What signing and listing cost, here and in other languages."""

import json
import os
import resource
import subprocess
from base64 import b64encode
from pathlib import Path
from statistics import median

from contenders import Contender
from function import Function
from tables import KEY

PROJECT = Path(__file__).parents[2]
LIST = json.loads((PROJECT / "events" / "http_api_list.json").read_text())


def sign(program: Path) -> float:
    """Seconds of CPU that the link library takes to sign a link."""

    def took(times: int) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        subprocess.run([program, "sign", str(times)], check=True)
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before

    return median((took(200_001) - took(1)) / 200_000 for _ in range(7))


def response(count: int) -> str:
    """A response with as many bookings, each with two actions open to its customer."""
    return json.dumps(
        {
            "data": [
                {
                    "id": f"3fa85f64-5717-4562-b3fc-{number:012}",
                    "app_id": "app-0",
                    "graph": "confirm_decline",
                    "state": "confirmed",
                    "completed": False,
                    "created_at": "2026-11-01T08:00:00Z",
                    "attributes": {"event_info": {"what": "Cut", "where": "1 Main Street"}},
                    "customers": [{"name": "Grace", "email": "grace@example.com", "timezone": "Europe/Dublin"}],
                }
                for number in range(count)
            ]
        }
    )


def listed(booking_links: Contender, rounds: int) -> tuple[float, float]:
    """Of a list of 1,000 bookings from the table: seconds of CPU with links, and without them."""
    took: dict[str, list[float]] = {"include=customer_action_links&limit=1000": [], "limit=1000": []}
    headers = LIST["headers"] | {"authorization": "Basic " + b64encode(f":{KEY}".encode()).decode()}
    with Function(booking_links.command, booking_links.env) as function:
        for _ in range(rounds):
            for query, seen in took.items():
                before = function.cpu_seconds()
                _, answer = function.invoke(json.dumps(LIST | {"rawQueryString": query, "headers": headers}).encode())
                bookings = json.loads(answer["body"])["data"]
                assert len(bookings) == 1000, answer
                assert all(len(booking.get("customer_action_links", {})) == 2 for booking in bookings) == ("include" in query)
                seen.append(function.cpu_seconds() - before)
    with_links, without = map(median, took.values())
    return with_links, without


def peers(folder: Path, python: str) -> dict[str, tuple[float, float | None]]:
    """Seconds of CPU that the other languages take to sign a link, and Node to decorate 1,000 bookings."""
    env = {"API_KEY": KEY, "PATH": os.environ["PATH"]}
    run = lambda *command, **more: subprocess.run(command, env=env, check=True, capture_output=True, text=True, **more).stdout
    node = json.loads(run("node", folder / "node" / "bulk.js", input=response(1000)))
    of_node = lambda key: (node[key]["sign_us"] / 1e6, node[key]["decorate_ms"] / 1e3)
    return {
        "Node, key as a string": of_node("string"),
        "Node, key as a KeyObject": of_node("key_object"),
        "Python": (float(run(python, folder / "python" / "sign.py")) / 1e6, None),
    }
