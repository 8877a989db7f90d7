"""TLS in front of the engine, as in front of DynamoDB: it counts the requests, and times the engine."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import http1
import trustme


class TlsProxy:
    """`https://localhost:port`, whose certificate is signed by the authority in `ca`.

    A key of 2,048 bits for RSA, as DynamoDB's. `engine_seconds` has the time that each request
    spent in the engine, `last_request_bytes` the size of the last one, its head included.
    """

    def __init__(self, engine_port: int, folder: Path):
        self.engine_seconds: list[float] = []
        self.last_request_bytes = 0
        self._engine = ("127.0.0.1", engine_port)
        self._idle: list[socket.socket] = []
        authority = trustme.CA(key_type=trustme.KeyType.RSA)
        self.ca = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", key_type=trustme.KeyType.RSA).configure_cert(self._context)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A client that is killed, as each is in the end, leaves its connection as it is.
        try:
            with self._context.wrap_socket(connection, server_side=True) as client, self._connected() as engine:
                requests, answers = client.makefile("rb"), engine.makefile("rb")
                while request := http1.read(requests):
                    self.last_request_bytes = len(request.raw)
                    began = time.perf_counter()
                    engine.sendall(request.raw)
                    answer = http1.read(answers)
                    self.engine_seconds.append(time.perf_counter() - began)
                    client.sendall(answer.raw)
        except (ConnectionError, ssl.SSLError):
            pass

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        """A connection to the engine, left open for the next client: what it takes to open one is
        no cost of theirs."""
        engine = self._idle.pop() if self._idle else socket.create_connection(self._engine)
        engine.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            yield engine
        finally:
            self._idle.append(engine)
