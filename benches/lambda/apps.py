"""What a click costs by the number of apps: `make bench-apps`.

Prints Markdown, and draws `docs/apps.svg`.
"""

import subprocess
import tempfile
from pathlib import Path
from statistics import median

import plot
from function import Function
from tables import Tables
from tls import TlsProxy

PROJECT = Path(__file__).parents[2]
SIZES = [10, 1000, 2000, 10_000, 100_000]
PORT = 3100
COLD_ROUNDS, WARM_ROUNDS, PER_ROUND = 15, 10, 100


def main(folder: Path) -> None:
    engine = TlsProxy(PORT + 1, folder)
    on = Tables(f"http://127.0.0.1:{PORT + 1}", bookings="bench-bookings", apps="bench-apps")
    command = [str(PROJECT / "target" / "release" / "action-link")]
    env = {"BOOKINGS_TABLE": "bench-bookings", "KEYRING_TTL_SECONDS": "3600", "AWS_ENDPOINT_URL_DYNAMODB": engine.url}
    env |= {"AWS_CA_BUNDLE": str(engine.ca), "LINK_BASE_URL": "https://links.hairbyada.example"}
    envs = {size: env | {"APPS_TABLE": f"apps-{size}"} for size in SIZES}
    for size in SIZES:
        on.apps(f"apps-{size}", size)
    seen: dict[int, dict[str, list[float]]] = {size: {} for size in SIZES}

    def saw(size: int, **values: float) -> None:
        for name, value in values.items():
            seen[size].setdefault(name, []).append(value)

    def click(function: Function, event: bytes) -> float:
        seconds, answer = function.invoke(event)
        assert answer["statusCode"] == 302, answer
        return seconds

    functions = {size: Function(command, env) for size, env in envs.items()}
    for event, function in zip(on.clicks(len(SIZES)), functions.values(), strict=True):
        click(function, event)
    for _ in range(WARM_ROUNDS):
        for size, function in functions.items():
            events = list(on.clicks(PER_ROUND))
            before, asked = function.cpu_seconds(), len(engine.engine_seconds)
            for event in events:
                click(function, event)
            requests = (len(engine.engine_seconds) - asked) / PER_ROUND
            saw(size, cpu=(function.cpu_seconds() - before) / PER_ROUND, requests=requests, peak=function.peak_bytes())
    for function in functions.values():
        function.end()
    for _ in range(COLD_ROUNDS):
        for size, env in envs.items():
            [event] = on.clicks(1)
            asked = len(engine.engine_seconds)
            with Function(command, env) as function:
                init, first = function.init_seconds, click(function, event)
                asked, own = len(engine.engine_seconds) - asked, sum(engine.engine_seconds[asked:])
                saw(size, cold=init + first - own, cold_cpu=function.end(), cold_requests=asked)

    medians = {size: {name: median(values) for name, values in of.items()} for size, of in seen.items()}
    print("| apps |", " | ".join(f"{size:,}" for size in SIZES), "|")
    print("| --- |", " | ".join("---" for _ in SIZES), "|")
    for what, name, scale, digits in [
        ("start and first click without the engine's time, ms", "cold", 1e3, 1),
        ("CPU of both, ms", "cold_cpu", 1e3, 1),
        ("requests of both", "cold_requests", 1, 0),
        ("CPU of a warm click, µs", "cpu", 1e6, 0),
        ("requests of a warm click", "requests", 1, 2),
        ("peak memory, MB", "peak", 1e-6, 1),
    ]:
        print(f"| {what} |", " | ".join(f"{medians[size][name] * scale:,.{digits}f}" for size in SIZES), "|")
    plot.apps(medians, PROJECT / "docs" / "apps.svg")


# Not DynamoDB Local: with 100,000 apps it takes seconds for a page.
local = [str(PROJECT / "target" / "debug" / "local"), "--port", str(PORT)]
with tempfile.TemporaryDirectory() as folder, subprocess.Popen(local, stdout=subprocess.PIPE, text=True) as server:
    try:
        if not any(line.startswith("Inbox: ") for line in server.stdout):
            raise SystemExit("`local` did not start")
        main(Path(folder))
    finally:
        server.terminate()
