"""Checks that README and docs/ are true: `make test-docs`.

- Every relative link and image leads to a file, and to a heading if it names one. Every path in
  backticks exists. Every test that a table of docs/ names exists.
- Every command runs, top to bottom, in a shell that has what the page has told its reader so far
  (docs_reader.py), beside a `make run` of the page's own. A line that ends with
  `# Runs until Ctrl-C.` runs in the background.
- A block that begins with `# Needs an AWS account.`, `# Needs a release.`, `# Needs a quiet machine.`
  or `# Needs Docker.` runs with stand-ins: its programs do nothing, but each must be there, and each
  variable must be set.
- Every link that a Python or JavaScript snippet prints works, and works once. So do those of the
  programs of docs/clients.md, in every language that is installed.
- What the README shows of `make run` is printed by it.
"""

import fcntl
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docs_demo import READY, Demo
from docs_links import broken_links, tests, unknown_tests
from docs_reader import BLOCK, EXPORTS, ONLY_TRIED, ROOT, environment, prose, shell_blocks, try_blocks
from docs_snippets import check_clients, check_links, snippets

PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), ROOT / "tests/fixtures/README.md"]
# Only their links are looked at: `make test-clients` runs what they say.
CLIENTS = [ROOT / "clients/README.md", *sorted(ROOT.glob("clients/*/README.md")), *sorted(ROOT.glob("examples/*/README.md"))]


def shell_script(text: str, demo: Demo) -> str:
    """The commands of a page that can run here, as one script."""
    # A background job is a process group of its own, all of which is ended.
    script = ["set -euo pipefail", "trap 'for job in $(jobs -p); do kill -INT -- -$job; done' EXIT"]
    known, is_told = environment(""), False
    for so_far, block in shell_blocks(text):
        if block.startswith(ONLY_TRIED):
            continue
        now = environment(so_far)
        script += [f"export {name}='{value}'" for name, value in now.items() if known.get(name) != value]
        known = now
        if EXPORTS.search(prose(so_far)) and not is_told:
            script.append(demo.exports())
            is_told = True
        for line in block.splitlines():
            if line in ("make run", "make test"):  # One runs already, and the other is a check of its own.
                continue
            if line.endswith("# Runs until Ctrl-C."):
                line = f"""log=$(mktemp); set -m; ( {line}\n) >$log 2>&1 & set +m
                    until grep -qE '{READY}' $log; do kill -0 $! || {{ cat $log >&2; exit 1; }}; sleep 0.2; done"""
            script.append(line)
    return "\n".join(script) + "\n"


def check_page(page: Path) -> None:
    text = page.read_text()
    with tempfile.TemporaryDirectory() as folder:
        try_blocks(page, Path(folder))
    if page.name == "clients.md":
        check_clients(page)
        return
    is_run = any(not block.startswith(ONLY_TRIED) for _, block in shell_blocks(text))
    if page.parent.name == "fixtures" or not (is_run or snippets(text, ("python", "js"))):
        return
    started = time.monotonic()
    with Demo() as demo, tempfile.TemporaryDirectory() as folder:
        if page.name == "README.md":
            shown = next(code for _, language, code in BLOCK.findall(text) if language == "text")
            printed = "Action Links, with" + re.sub(r"=eyJ\S+", "=…", demo.said().partition("Action Links, with")[2])
            assert shown in printed, f"make run prints something else than the README:\n{printed}"
        links = check_links(text, demo.said() if page.name == "README.md" else "")
        done = subprocess.run(["bash", "-c", shell_script(text, demo)], stdin=subprocess.DEVNULL, text=True, timeout=300,
                              env=environment(""), stdout=Path(folder, "out").open("w"), stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"{page.relative_to(ROOT)}: exit code {done.returncode}\n{done.stderr}")
    print(f"{page.relative_to(ROOT)}: commands run, {links} links clicked ({time.monotonic() - started:.0f} s)", flush=True)


def own_network() -> list[str]:
    """What a page's own network begins with, so that the ports of `make run` are free and pages run side by side.
    Empty where the system does not allow it: then one page runs after the other."""
    command = ["unshare", "--net", *([] if os.getuid() == 0 else ["--map-root-user"])]
    allowed = shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0
    return command if allowed else []


def start_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up_and_running = struct.pack("16sh", b"lo", 0x1 | 0x40)
        fcntl.ioctl(any_socket, 0x8914, up_and_running)  # SIOCSIFFLAGS


def check_pages(pages: list[Path]) -> list[str]:
    """Each in a process of its own. Returns the faults."""
    for page in pages:  # What needs the network.
        for found in BLOCK.finditer(page.read_text()):
            environment(page.read_text()[: found.start()])
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--all-features", "--bins", "--example", "local"], check=True)
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--example", "event", "--example", "sign"], check=True)
    network = own_network()
    before = set(ROOT.iterdir())

    def check(page: Path) -> str | None:
        command = [*network, sys.executable, __file__, "--page", str(page), *(["--loopback"] if network else [])]
        done = subprocess.run(command, capture_output=True, text=True)
        print(f"✗ {page.name}" if done.returncode else done.stdout.strip() or f"{page.name}: nothing runs here", flush=True)
        return done.stderr if done.returncode else None

    try:
        with ThreadPoolExecutor(os.cpu_count() if network else 1) as workers:
            return [fault for fault in workers.map(check, pages) if fault]
    finally:  # Files that the commands made do not stay in the project.
        for file in set(ROOT.iterdir()) - before:
            file.unlink()


def main() -> None:
    os.chdir(ROOT)
    wanted = sys.argv[1:]
    if "--page" in wanted:
        if "--loopback" in wanted:
            start_loopback()
        check_page(Path(wanted[1]))
        return
    faults = []
    if not wanted:
        names = tests()
        faults += [f"{page.relative_to(ROOT)}: no such {link}" for page in PAGES + CLIENTS for link in broken_links(page)]
        faults += [f"{page.relative_to(ROOT)}: no test {name}" for page in PAGES for name in unknown_tests(page, names)]
        print(f"{len(PAGES)} pages: links, and tests that are named, of {len(names)}", flush=True)
    pages = [page for page in PAGES if BLOCK.search(page.read_text()) and (not wanted or page.name in wanted)]
    # The longest first.
    faults += check_pages(sorted(pages, key=lambda page: page.name != "clients.md"))
    if faults:
        sys.exit("\n".join(["", *faults]))


main()
