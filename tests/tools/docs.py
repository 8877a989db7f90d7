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
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from email import message_from_string, policy
from pathlib import Path

from docs_links import broken_links, tests, unknown_tests
from docs_reader import BLOCK, EXPORTS, ONLY_TRIED, ROOT, environment, prose, shell_blocks, try_blocks

PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), ROOT / "tests/fixtures/README.md"]
# Only their links are looked at: `make test-clients` runs what they say.
CLIENTS = [ROOT / "clients/README.md", *sorted(ROOT.glob("clients/*/README.md"))]
# A file's name, and the commands that run it; `@` is its folder.
PROGRAMS = {
    "python": ("link.py", "python3 @link.py"),
    "js": ("link.js", "node @link.js"),
    "ruby": ("link.rb", "ruby @link.rb"),
    "php": ("link.php", "php @link.php"),
    "go": ("link.go", "go run @link.go"),
    "java": ("Links.java", "java @Links.java"),
    "csharp": ("Links.cs", "mcs -out:@Links.exe @Links.cs", "mono @Links.exe"),
    "elixir": ("link.exs", "elixir @link.exs"),
    "bash": ("link.sh", "bash @link.sh"),
}
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


def status(url: str) -> tuple[int, str]:
    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        answer = urllib.request.build_opener(NoRedirect).open(url, timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers.get("location", "")


def program(language: str, code: str, arguments: list[str], shell: dict[str, str]) -> str:
    """What a snippet prints. Some languages compile a file."""
    name, *commands = PROGRAMS[language]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_text(code)
        for command in commands:
            words = command.replace("@", f"{folder}/").split()
            done = subprocess.run(words + arguments, capture_output=True, text=True, timeout=120, env=shell)
            if done.returncode:
                raise RuntimeError(f"{command}: {done.stderr}")
            printed = done.stdout
    return printed


def snippets(text: str, languages: tuple[str, ...]) -> list[tuple[str, str, dict[str, str]]]:
    """The snippets in these languages: each with its language and the variables of its reader's shell."""
    found = [one for one in BLOCK.finditer(text) if one[2] in languages]
    return [(one[2], one[3], environment(text[: one.start()])) for one in found]


def links_of(language: str, code: str, shell: dict[str, str]) -> list[str]:
    """Runs a snippet, and returns the links that it prints: those of a line, or those in a mail."""
    printed = program(language, code, [], shell)
    if printed.startswith("Subject: "):
        mail = message_from_string(printed, policy=policy.default)
        printed = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        assert all(link in html for link in printed.split() if "://" in link), "the two parts differ"
    return [word for word in printed.split() if "/external_action/" in word]


def check_links(text: str, printed: str) -> int:
    """Clicks the first link that `make run` printed, and those of the page's snippets, each twice."""
    links = re.findall(r"http://\S+/external_action/\S+", printed)[:1]
    for snippet in snippets(text, ("python", "js")):
        links += links_of(*snippet)
    for link in links:
        name = link.partition("?")[0]
        first, second = status(link), status(link)
        if name.endswith("/calendar.ics"):
            assert first[0] == second[0] == 200, f"no calendar file: {name}: {first}"
            continue
        # One that asks first, or whose turn has not come, is genuine all the same.
        if '"confirm"' not in name and first[0] in (200, 409):
            continue
        assert first[0] == 302 and first[1].endswith("/thanks"), f"not applied: {name}: {first}"
        assert second[0] == 410, f"works twice: {name}: {second}"
    return len(links)


def check_clients(page: Path) -> None:
    """Every program of docs/clients.md, each against a demo of its own, since all click the same bookings."""
    started = time.monotonic()
    text = page.read_text()
    signing = text.partition("## Verify a link")[0]
    ran, missing = [], []
    for language, code, shell in snippets(signing, tuple(PROGRAMS)):
        if not shutil.which(PROGRAMS[language][1].split()[0]):
            missing.append(language)
            continue
        with Demo():
            [link] = links_of(language, code, shell)
            answers = [status(link), status(link)[0]]
        assert answers == [(302, "https://hairbyada.example/b-1001/thanks"), 410], f"{language}: {answers}"
        ran.append(language)
    url = subprocess.run(["cargo", "run", "--quiet", "--locked", "--example", "sign"],
                         check=True, capture_output=True, text=True).stdout.strip()
    verifying = snippets(text, tuple(PROGRAMS))[len(ran) + len(missing):]
    for language, code, shell in verifying:
        claims = json.loads(program(language, code, [url], shell))
        assert (claims["booking_id"], claims["action"]) == ("b-1001", "confirm"), claims
        try:
            program(language, code, [url[:-1] + ("A" if url[-1] != "A" else "Q")], shell)
        except RuntimeError:
            continue
        sys.exit(f"{language}: a link that was altered is taken for valid")
    print(f"docs/clients.md: links in {', '.join(ran)} clicked ({time.monotonic() - started:.0f} s)", flush=True)
    if missing and "EVERY_LANGUAGE" in os.environ:
        sys.exit(f"not installed: {', '.join(missing)}")
    if missing:
        print(f"docs/clients.md: not installed, and so not run: {', '.join(missing)}", flush=True)


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
