"""Reads what callgrind writes: instructions by function, with all that it calls.

Format: <https://valgrind.org/docs/manual/cl-format.html>
"""

import re
from collections import Counter
from pathlib import Path

Profile = dict[str, float]
TOTAL = "the whole program"


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
