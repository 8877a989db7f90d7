"""Counts instructions by callgrind, and reads what it writes: instructions by function, with all that it calls.

Format: <https://valgrind.org/docs/manual/cl-format.html>
"""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

Profile = dict[str, float]
TOTAL = "the whole program"


def profiled(run: Callable[[list[str]], None]) -> Profile:
    """The instructions of one run, which begins a program by these arguments."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "profile"
        run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", f"--log-file={folder}/log"])
        return read(output)


def counted(run: Callable[[list[str], int], None], times: int) -> Profile:
    """The instructions of one of many: of `times` more, so that the start does not count."""
    few, many = (profiled(lambda valgrind: run(valgrind, count)) for count in [times // 10, times // 10 + times])
    return {name: (many[name] - few.get(name, 0)) / times for name in many}


def read(path: Path) -> Profile:
    """The instructions of each function. One that calls itself is counted more than once."""
    names: dict[str, str] = {}
    costs: Counter[str] = Counter()
    function, is_call = "", False
    for line in path.read_text().splitlines():
        if match := re.match(r"(c?)fn=\((\d+)\)(?: (.*))?", line):
            called, number, name = match.groups()
            if name:
                names[number] = name
            if not called:
                function = names[number]
        elif line.startswith("calls="):
            is_call = True
        elif re.match(r"[\d+*-]", line):
            cost = int(line.split()[1])
            costs[function] += cost
            costs[TOTAL] += 0 if is_call else cost
            is_call = False
    return costs
