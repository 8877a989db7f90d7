"""What a click costs, beside the same click with the libraries as they come: `make bench`.

Prints Markdown, and draws the plots of `docs/performance.md`.
"""

import io
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import bulk
import measure
import plot
from measure import Contender
from tables import KEY, Tables
from tls import TlsProxy

PROJECT = Path(__file__).parents[2]
HERE = Path(__file__).parent
RELEASE = PROJECT / "target" / "release"
PLAIN = PROJECT / "target" / "bench" / "plain" / "release" / "plain-rust"

COLD_ROUNDS, SHARE_ROUNDS, WARM_ROUNDS, PER_ROUND = 15, 7, 10, 300


def table(*rows: list[str]) -> None:
    head, *body = rows
    for row in [head, ["---"] * len(head), *body]:
        print("|", " | ".join(row), "|")
    print()


def compare(contenders: list[Contender], *lines: tuple[str, str, float, int]) -> None:
    """A line per thing seen, a column per contender; the last column has ours over plain Rust's."""
    ours, plain = contenders[:2]
    table(
        ["", *(contender.name for contender in contenders), "ours ÷ plain Rust"],
        *(
            [what, *(f"{c.median(seen) * scale:,.{digits}f}" for c in contenders)]
            + [f"{ours.median(seen) / plain.median(seen):.3f}"]
            for what, seen, scale, digits in lines
        ),
    )


def zipped(bootstrap: Path) -> int:
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(bootstrap, "bootstrap")
        return file.tell()


def version(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[0]


def main(folder: Path) -> None:
    endpoint = os.environ["TEST_DYNAMODB_ENDPOINT"]
    engine = TlsProxy(urlsplit(endpoint).port, folder)
    on = Tables(endpoint)
    aws = {"AWS_ENDPOINT_URL_DYNAMODB": engine.url}
    our = {"APPS_TABLE": "apps", "BOOKINGS_TABLE": "bookings", "KEYRING_TTL_SECONDS": "3600"}
    our |= aws | {"AWS_CA_BUNDLE": str(engine.ca), "LINK_BASE_URL": "https://links.hairbyada.example"}
    peer = aws | {"TABLE": "bookings", "API_KEY": KEY}
    action_link = Contender("Action Links", [str(RELEASE / "action-link")], our)
    booking_links = Contender("booking-links", [str(RELEASE / "booking-links")], our)
    plain = Contender("plain Rust", [str(PLAIN)], peer | {"SSL_CERT_FILE": str(engine.ca)})
    node = Contender("Node", ["node", str(HERE / "peers/node/index.js")], peer | {"NODE_EXTRA_CA_CERTS": str(engine.ca), "NODE_NO_WARNINGS": "1"})
    python = Contender(
        "Python", [sys.executable, str(HERE / "peers/python/function.py")], peer | {"AWS_CA_BUNDLE": str(engine.ca)}
    )
    contenders = [action_link, plain, node, python]

    print(f"{platform.machine()}, {os.cpu_count()} processors, {version('rustc', '--version')},", end=" ")
    print(f"Node {version('node', '--version')}, Python {platform.python_version()}, boto3 {boto3.__version__}\n")

    on.bookings(1000, state="confirmed")
    with_links, without_links = bulk.listed(booking_links, rounds=30)

    # The warm clicks first: the engine, a Java program, is slow until it has been used.
    measure.warm(contenders, on.clicks((WARM_ROUNDS * PER_ROUND + PER_ROUND // 4) * 4), engine, WARM_ROUNDS, PER_ROUND)
    measure.cold(contenders, on.clicks(COLD_ROUNDS * 4), COLD_ROUNDS)
    measure.cold_at_128_mb(contenders, on.clicks(SHARE_ROUNDS * 4), SHARE_ROUNDS)
    for contender in contenders[:2]:
        bootstrap = Path(contender.command[0])
        contender.saw(size=bootstrap.stat().st_size, zip=zipped(bootstrap))

    print("A cold click\n")
    compare(
        contenders,
        ("init, ms", "init", 1e3, 1),
        ("first click, ms", "first", 1e3, 1),
        ("both, ms", "cold", 1e3, 1),
        ("CPU of both, ms", "cold_cpu", 1e3, 1),
        ("first click with the share of 128 MB, ms", "first_128", 1e3, 1),
    )
    print("A warm click\n")
    compare(
        contenders,
        ("CPU, µs", "cpu", 1e6, 0),
        ("p50, ms", "latency", 1e3, 2),
        ("p50 over the engine's own time, ms", "own", 1e3, 2),
        ("requests to DynamoDB", "requests", 1, 2),
        ("peak memory, MB", "peak", 1e-6, 1),
    )
    print("What is deployed\n")
    compare(contenders[:2], ("bootstrap, MB", "size", 1e-6, 2), ("zip, MB", "zip", 1e-6, 2))
    size, zip_size = Path(booking_links.command[0]).stat().st_size, zipped(Path(booking_links.command[0]))
    print(f"The bootstrap of booking-links: {size / 1e6:.2f} MB, its zip {zip_size / 1e6:.2f} MB.\n")

    counts = [10, 100, 1000, 10_000]
    decorated = dict(bulk.decorated(booking_links, counts))
    others = bulk.peers(HERE / "peers", sys.executable)
    sign, decorate = bulk.criterion("sign"), bulk.criterion("decorate/1000 bookings, two links each")
    print("Signing and decorating\n")
    table(
        ["CPU", "ours", "Node", "Python", "Node ÷ ours"],
        [
            "sign a link, µs",
            f"{sign * 1e6:.2f}",
            f"{others['node_sign'] * 1e6:.1f}",
            f"{others['python_sign'] * 1e6:.1f}",
            f"{others['node_sign'] / sign:.1f}",
        ],
        [
            "decorate 1,000 bookings, two links each, ms",
            f"{decorate * 1e3:.2f}",
            f"{others['node_decorate'] * 1e3:.1f}",
            "",
            f"{others['node_decorate'] / decorate:.1f}",
        ],
    )
    print(f"A list of 1,000 bookings: {with_links * 1e3:.1f} ms of CPU with two links on each,", end=" ")
    print(f"{without_links * 1e3:.1f} ms without: × {with_links / without_links:.2f}.\n")

    used, refused = bulk.over_used_links(action_link, on, [1, 10, 100, 1000])
    print("How it grows\n")
    table(
        ["used links on the booking", *(f"{n:,}" for n in used)],
        ["CPU of a click, µs", *(f"{s * 1e6:.0f}" for s in used.values())],
        ["CPU of a click that is refused, µs", *(f"{s * 1e6:.0f}" for s in refused.values())],
    )
    table(
        ["bookings to decorate", *(f"{n:,}" for n in decorated)],
        ["CPU of the invocation, ms", *(f"{seconds * 1e3:.2f}" for seconds, _ in decorated.values())],
        ["peak memory, MB", *(f"{peak / 1e6:.1f}" for _, peak in decorated.values())],
    )
    plot.cold_start(contenders, PROJECT / "docs" / "cold_start.svg")
    plot.growth(used, refused, decorated, PROJECT / "docs" / "growth.svg")


with tempfile.TemporaryDirectory() as folder:
    main(Path(folder))
