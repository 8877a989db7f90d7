"""A function under a Runtime API, as Lambda runs it: one process, one invocation at a time."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from queue import SimpleQueue

import http1

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:bench"


class Function:
    """A bootstrap, from its start to its end (`with`).

    `init_seconds` is the time from its start to its first request for an event.
    """

    def __init__(self, command: list[str], env: dict[str, str]):
        self._events: SimpleQueue[bytes] = SimpleQueue()
        self._answers: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
        self._asked = threading.Event()
        self._sent = self._asked_at = 0.0
        self._cgroup: Path | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        began = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            env={
                "PATH": os.environ["PATH"],
                "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % self._listener.getsockname()[1],
                "AWS_LAMBDA_FUNCTION_NAME": "bench",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
                "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/bench",
                "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
                "AWS_REGION": "eu-west-1",
                "AWS_DEFAULT_REGION": "eu-west-1",
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "secret",
                **env,
            },
            stdout=subprocess.DEVNULL,
        )
        if not self._asked.wait(120):
            raise SystemExit(f"{command} asks for no event")
        self.init_seconds = self._asked_at - began

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # shut down
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        try:
            while request := http1.read(stream):
                now = time.perf_counter()
                if request.start_line.startswith(b"POST "):
                    connection.sendall(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
                    self._answers.put((now, request.body))
                    continue
                if not self._asked.is_set():
                    self._asked_at = now
                    self._asked.set()
                event = self._events.get()
                head = [
                    "HTTP/1.1 200 OK",
                    "content-type: application/json",
                    f"content-length: {len(event)}",
                    f"lambda-runtime-aws-request-id: {os.urandom(16).hex()}",
                    f"lambda-runtime-deadline-ms: {int(time.time() * 1000) + 60_000}",
                    f"lambda-runtime-invoked-function-arn: {ARN}",
                    "lambda-runtime-trace-id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
                ]
                self._sent = time.perf_counter()
                connection.sendall("\r\n".join([*head, "", ""]).encode() + event)
        except ConnectionError:
            pass  # killed

    def invoke(self, event: bytes) -> tuple[float, dict]:
        """How many seconds the answer took, and the answer."""
        self._events.put(event)
        answered, body = self._answers.get(timeout=120)
        return answered - self._sent, json.loads(body)

    def cpu_seconds(self) -> float:
        """Of all its threads, by the scheduler's own count in nanoseconds."""
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def peak_bytes(self) -> int:
        """The most memory that it has held."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def limit(self, processors: float) -> None:
        """From now on a share of one processor, in slices of 20 ms, as Lambda's."""
        period, quota = 20_000, int(20_000 * processors)
        name, pid = f"bench-{self._process.pid}", self._process.pid
        v1, v2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")
        self._cgroup = (v1 if v1.is_dir() else v2) / name
        self._cgroup.mkdir()
        if v1.is_dir():
            (self._cgroup / "cpu.cfs_period_us").write_text(str(period))
            (self._cgroup / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (self._cgroup / "cpu.max").write_text(f"{quota} {period}")
        (self._cgroup / "cgroup.procs").write_text(str(pid))

    def end(self, with_signal: signal.Signals = signal.SIGKILL) -> float:
        """Ends it, and returns the seconds of CPU that it took in all."""
        self._process.send_signal(with_signal)
        _, _, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = 0
        if self._cgroup:
            self._cgroup.rmdir()
        return usage.ru_utime + usage.ru_stime

    def __enter__(self) -> "Function":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self.end()
