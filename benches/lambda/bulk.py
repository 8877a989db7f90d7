"""What signing, decorating and listing cost, and how costs grow."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from function import Function
from measure import Contender
from tables import KEY, Tables

PROJECT = Path(__file__).parents[2]
LIST = json.loads((PROJECT / "events" / "http_api_list.json").read_text())


def criterion(name: str) -> float:
    """The median of a benchmark of `cargo bench`, in seconds."""
    estimates = PROJECT / "target" / "criterion" / name / "new" / "estimates.json"
    return json.loads(estimates.read_text())["median"]["point_estimate"] / 1e9


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


def decorated(booking_links: Contender, counts: list[int]) -> Iterator[tuple[int, tuple[float, int]]]:
    """Of a direct invocation with so many bookings: seconds of CPU, and the most bytes held."""
    for count in counts:
        event = f'{{"operation":"decorate","include":"customer_action_links","response":{response(count)}}}'.encode()
        with Function(booking_links.command, booking_links.env) as function:
            took = []
            for _ in range(8):
                before = function.cpu_seconds()
                _, answer = function.invoke(event)
                assert all(len(booking["customer_action_links"]) == 2 for booking in answer["data"]), answer
                took.append(function.cpu_seconds() - before)
            yield count, (median(took), function.peak_bytes())


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


def over_used_links(action_link: Contender, on: Tables, sizes: list[int]) -> tuple[dict[int, float], dict[int, float]]:
    """Seconds of CPU by the number of links that were used on the booking before: per click that
    acts, and per click on the same link once more, which is refused."""
    acts: dict[int, list[float]] = {size: [] for size in sizes}
    refused: dict[int, list[float]] = {size: [] for size in sizes}
    with Function(action_link.command, action_link.env) as function:
        for _ in range(12):
            for size in sizes:
                clicks = list(on.clicks(30, used_links=size))
                acts[size].append(_cpu(function, clicks, 302))
                refused[size].append(_cpu(function, clicks, 410))
    return {size: median(seen) for size, seen in acts.items()}, {size: median(seen) for size, seen in refused.items()}


def _cpu(function: Function, clicks: list[bytes], status: int) -> float:
    """Of one of these clicks, each of which must be answered with `status`."""
    before = function.cpu_seconds()
    for click in clicks:
        _, answer = function.invoke(click)
        assert answer["statusCode"] == status, answer
    return (function.cpu_seconds() - before) / len(clicks)


def peers(folder: Path, python: str) -> dict[str, float]:
    """Seconds that the other languages take to sign a link, and Node to decorate 1,000 bookings."""
    env = {"API_KEY": KEY, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    run = lambda *command, **more: subprocess.run(command, env=env, check=True, capture_output=True, text=True, **more).stdout
    node = json.loads(run("node", folder / "node" / "bulk.js", input=response(1000)))
    return {
        "node_sign": node["sign_us"] / 1e6,
        "node_decorate": node["decorate_ms"] / 1e3,
        "python_sign": float(run(python, folder / "python" / "sign.py")) / 1e6,
    }
