"""Who is compared: the programs, and how they are started."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tables import KEY
from tls import TlsProxy

PROJECT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
BUILT = PROJECT / "target" / "bench" / "peers" / "release"
OURS = PROJECT / "target" / "release"
LOCAL = PROJECT / "target" / "debug" / "examples" / "local"


@dataclass
class Contender:
    """A bootstrap, how it is started, and what was seen of it."""

    name: str
    command: list[str]
    env: dict[str, str]
    seen: dict[str, list[float]] = field(default_factory=dict)

    def saw(self, **values: float) -> None:
        for name, value in values.items():
            self.seen.setdefault(name, []).append(value)

    def median(self, name: str) -> float:
        return median(self.seen[name])


@contextmanager
def on_engine(port: int = 3100) -> Iterator[tuple[TlsProxy, str]]:
    """The embedded engine, with TLS in front of it, and its own address without."""
    command = [str(LOCAL), "--port", str(port)]
    with TemporaryDirectory() as folder, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            if not any(line.startswith("Inbox: ") for line in server.stdout):
                raise SystemExit("`local` did not start")
            yield TlsProxy(port + 1, Path(folder)), f"http://127.0.0.1:{port + 1}"
        finally:
            server.terminate()


def of_ours(name: str, engine: TlsProxy, called: str | None = None) -> Contender:
    """One of our functions, on the tables behind `engine`."""
    env = {"APPS_TABLE": "bench-apps", "BOOKINGS_TABLE": "bench-bookings", "KEYRING_TTL_SECONDS": "3600"}
    env |= {"AWS_ENDPOINT_URL_DYNAMODB": engine.url, "AWS_CA_BUNDLE": str(engine.ca)}
    env |= {"LINK_BASE_URL": "https://links.hairbyada.example"}
    return Contender(called or name, [str(OURS / name)], env)


def contenders(engine: TlsProxy) -> list[Contender]:
    """Ours, the floor, plain Rust, Node and Python, each of which trusts the engine's certificate in its own
    way."""
    env = {"AWS_ENDPOINT_URL_DYNAMODB": engine.url, "TABLE": "bench-bookings", "API_KEY": KEY}
    ca = str(engine.ca)
    node = ["node", str(PEERS / "node" / "index.js")]
    python = [sys.executable, str(PEERS / "python" / "function.py")]
    return [
        of_ours("action-link", engine, "Action Links"),
        Contender("the floor", [str(BUILT / "floor")], env | {"SSL_CERT_FILE": ca}),
        Contender("plain Rust", [str(BUILT / "plain-rust")], env | {"SSL_CERT_FILE": ca}),
        Contender("Node", node, env | {"NODE_EXTRA_CA_CERTS": ca, "NODE_NO_WARNINGS": "1"}),
        Contender("Python", python, env | {"AWS_CA_BUNDLE": ca}),
    ]
