"""`make run`, as a reader starts it beside a page."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from docs_reader import environment

READY = r"^Inbox: |starting Runtime server"


class Demo:
    """`make run`, until it is left. A page may end it early."""

    def __enter__(self) -> "Demo":
        self.log = tempfile.NamedTemporaryFile("w+")
        self.process = subprocess.Popen(["make", "run"], stdout=self.log, stderr=self.log, start_new_session=True,
                                        env=environment(""))
        while not re.search(READY, self.said(), re.MULTILINE):
            if self.process.poll() is not None:
                sys.exit(f"make run ended:\n{self.said()}")
            time.sleep(0.2)
        return self

    def said(self) -> str:
        return Path(self.log.name).read_text()

    def exports(self) -> str:
        return "\n".join(re.findall(r"^  (export .*)$", self.said(), re.MULTILINE))

    def __exit__(self, *_: object) -> None:
        # As Ctrl-C in a terminal reaches it.
        os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(timeout=20)
        # GNU make 4.3 may lose its child when both get the signal at once.
        lost = "wait: No child processes" in self.said()
        if code not in (0, -signal.SIGINT) and not lost:
            sys.exit(f"make run did not stop cleanly:\n{self.said()}")
