"""What a click costs, beside the least that it could cost and beside the same click with the
libraries as they come: `make bench`.

Writes the figures into `docs/performance.md`, and draws its plots.
"""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import boto3
import bulk
import growth
import measure
import plot
from contenders import OURS, PEERS, contenders, of_ours, on_engine
from report import Report
from tables import Tables
from tls import TlsProxy

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
COLD_ROUNDS, SHARE_ROUNDS, WARM_ROUNDS, PER_ROUND, INSTRUCTIONS_OF = 15, 7, 10, 200, 200


def version(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[0]


def progress(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr)


def main(engine: TlsProxy, on: Tables) -> None:
    everyone = contenders(engine)
    ours, floor, plain, *_ = everyone
    booking_links = of_ours("booking-links", engine)
    report = Report(ours=ours, floor=floor, plain=plain)

    progress("bookings to list")
    on.bookings(1000, state="confirmed")
    with_links, without_links = bulk.listed(booking_links, rounds=15)
    progress("warm clicks")
    measure.warm(everyone, on.clicks((WARM_ROUNDS * PER_ROUND + PER_ROUND // 4) * len(everyone)), engine, WARM_ROUNDS, PER_ROUND)
    progress("cold clicks")
    measure.cold(everyone, on.clicks(COLD_ROUNDS * len(everyone)), engine, COLD_ROUNDS)
    measure.cold_at_128_mb(everyone, on.clicks(SHARE_ROUNDS * len(everyone)), SHARE_ROUNDS)
    progress("instructions")
    measure.instructions([ours, floor, plain], on.clicks(4 * INSTRUCTIONS_OF), INSTRUCTIONS_OF)
    progress("links and lists")
    decorated = growth.over_bookings(booking_links, [1, 10, 100, 1000, 5000])
    signed = bulk.peers(PEERS, sys.executable)
    progress("growth")
    used, refused = growth.over_used_links(ours, on, [1, 10, 100, 1000])
    apps = growth.over_apps(ours, on, engine, [1, 10, 100, 1000, 10_000, 100_000])

    machine = f"{platform.machine()}, {os.cpu_count()} processors, {version('rustc', '--version')}, "
    machine += f"Node {version('node', '--version')}, Python {platform.python_version()}, boto3 {boto3.__version__}"
    report.machine(machine, time.strftime("%Y-%m-%d"))
    report.clicks(everyone)
    report.sizes(ours, booking_links, plain)
    report.bulk(signed, bulk.sign(OURS / "instructions"), decorated[1000][0], with_links, without_links)
    report.growth(apps, used, refused, decorated)
    report.write(DOCS / "performance.md")
    plot.cold_start(everyone, DOCS / "performance" / "cold_start.svg")
    plot.apps(apps, DOCS / "performance" / "apps.svg")
    plot.used_links(used, refused, DOCS / "performance" / "used_links.svg")
    plot.decorated(decorated, DOCS / "performance" / "decorate.svg")


if __name__ == "__main__":
    with on_engine() as (engine, endpoint):
        main(engine, Tables(endpoint))
