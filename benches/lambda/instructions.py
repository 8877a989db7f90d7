"""Counts the instructions of signing, of verifying and of a warm click, and compares them with
`benches/instructions.json`: `make instructions`. Seconds depend on the machine, these hardly.

Takes the bootstrap of action-link and the executable of `benches/instructions.rs`; with `--write`
the counts become the new baseline.
"""

import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from function import Function
from measure import click
from tables import Tables
from tls import TlsProxy

BASELINE = Path(__file__).parents[1] / "instructions.json"
MARGIN = 0.05


def counted(log: Path) -> list[str]:
    return ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}"]


def collected(log: Path) -> int:
    return int(re.search(r"Collected : (\d+)", log.read_text())[1])


def of_library(executable: str, what: str, folder: Path) -> float:
    """Instructions of one call: what more calls take more."""

    def of(times: int) -> int:
        subprocess.run([*counted(folder / "log"), executable, what, str(times)], check=True)
        return collected(folder / "log")

    return (of(2000) - of(1000)) / 1000


def of_click(bootstrap: str, folder: Path) -> float:
    """Instructions of one warm click: what more clicks take more. The median of some, since no two
    connections wake a program equally often."""
    engine, on = TlsProxy(urlsplit(os.environ["TEST_DYNAMODB_ENDPOINT"]).port, folder), Tables(os.environ["TEST_DYNAMODB_ENDPOINT"])
    env = {"APPS_TABLE": "apps", "BOOKINGS_TABLE": "bookings", "KEYRING_TTL_SECONDS": "3600"}
    env |= {"AWS_ENDPOINT_URL_DYNAMODB": engine.url, "AWS_CA_BUNDLE": str(engine.ca)}

    def of(times: int) -> int:
        clicks = on.clicks(times)
        with Function([*counted(folder / "log"), bootstrap], env) as function:
            for _ in range(times):
                click(function, clicks)
            function.end(signal.SIGTERM)
        return collected(folder / "log")

    return median((of(250) - of(50)) / 200 for _ in range(3))


def main(bootstrap: str, executable: str, *options: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        counts = {what: round(of_library(executable, what, folder)) for what in ["sign", "verify"]}
        counts["click"] = round(of_click(bootstrap, folder))
    baselines = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    baseline = baselines.get(platform.machine(), {})
    for what, count in counts.items():
        before = baseline.get(what)
        print(f"{what:6} {count:>9,} instructions", f"({count / before - 1:+.1%})" if before else "")
    if "--write" in options:
        BASELINE.write_text(json.dumps(baselines | {platform.machine(): counts}, indent=2) + "\n")
    elif slower := [what for what in baseline if counts[what] > baseline[what] * (1 + MARGIN)]:
        sys.exit(f"slower by more than {MARGIN:.0%}: {', '.join(slower)}. If that is meant: `make instructions BASELINE=--write`")


main(*sys.argv[1:])
