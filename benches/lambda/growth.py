"""How costs grow: with the apps, with the links that were used on a booking, with the bookings of a
list."""

from collections.abc import Sequence
from statistics import median

import bulk
from contenders import Contender
from function import Function
from measure import click
from tables import Tables
from tls import TlsProxy


def over_bookings(booking_links: Contender, counts: Sequence[int]) -> dict[int, tuple[float, int]]:
    """Of a direct invocation that decorates so many bookings: seconds of CPU, and the most bytes held."""
    seen = {}
    for count in counts:
        event = f'{{"operation":"decorate","include":"customer_action_links","response":{bulk.response(count)}}}'.encode()
        with Function(booking_links.command, booking_links.env) as function:
            took = []
            for _ in range(12):
                before = function.cpu_seconds()
                _, answer = function.invoke(event)
                took.append(function.cpu_seconds() - before)
                assert all(len(booking["customer_action_links"]) == 2 for booking in answer["data"]), answer
            seen[count] = median(took), function.peak_bytes()
    return seen


def over_used_links(ours: Contender, on: Tables, sizes: Sequence[int]) -> tuple[dict[int, float], dict[int, float]]:
    """Seconds of CPU by the number of links that were used on the booking before: per click that
    acts, and per click on the same link once more, which is refused."""
    acts: dict[int, list[float]] = {size: [] for size in sizes}
    refused: dict[int, list[float]] = {size: [] for size in sizes}
    with Function(ours.command, ours.env) as function:
        for _ in range(5):
            for size in sizes:
                clicks = list(on.clicks(15, used_links=size))
                acts[size].append(_cpu(function, clicks, 302))
                refused[size].append(_cpu(function, clicks, 410))
    return {size: median(seen) for size, seen in acts.items()}, {size: median(seen) for size, seen in refused.items()}


def _cpu(function: Function, clicks: list[bytes], status: int) -> float:
    """Of one of these clicks, each of which must be answered with `status`."""
    before = function.cpu_seconds()
    for event in clicks:
        _, answer = function.invoke(event)
        assert answer["statusCode"] == status, answer
    return (function.cpu_seconds() - before) / len(clicks)


def over_apps(ours: Contender, on: Tables, engine: TlsProxy, sizes: Sequence[int]) -> dict[int, dict[str, float]]:
    """By the number of apps: `cpu` seconds of a warm click, `cold_cpu` of a start and its first click,
    `requests` of both, and `peak` bytes."""
    envs = {size: ours.env | {"APPS_TABLE": f"apps-{size}"} for size in sizes}
    for size in sizes:
        on.apps(f"apps-{size}", size)
    seen = {size: Contender(str(size), ours.command, env) for size, env in envs.items()}
    for _ in range(7):
        for contender in seen.values():
            asked = len(engine.engine_seconds)
            with Function(contender.command, contender.env) as function:
                click(function, on.clicks(1))
                contender.saw(cold_cpu=function.end(), cold_requests=len(engine.engine_seconds) - asked)
    functions = {size: Function(ours.command, env) for size, env in envs.items()}
    for size, function in functions.items():
        click(function, on.clicks(1))
    for _ in range(7):
        for size, function in functions.items():
            events, asked = list(on.clicks(100)), len(engine.engine_seconds)
            each = _cpu(function, events, 302)
            seen[size].saw(cpu=each, requests=(len(engine.engine_seconds) - asked) / 100, peak=function.peak_bytes())
    for function in functions.values():
        function.end()
    names = ["cpu", "requests", "cold_cpu", "cold_requests", "peak"]
    return {size: {name: contender.median(name) for name in names} for size, contender in seen.items()}
