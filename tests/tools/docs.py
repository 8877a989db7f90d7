"""Checks that README and docs/ are true: `make test-docs`.

- Every relative link and image leads to a file, and to a heading if it names one. Every path in
  backticks exists.
- Every test that a table of docs/ names exists.
- Every command runs, in the order of its page, against a `make run` of its own. A block that
  begins with `# Needs an AWS account.`, `# Needs a release.`, `# Needs a quiet machine.` or
  `# Needs Docker.` and a line that ends with `# Needs Docker.` are only parsed.
  A line that ends with `# Runs until Ctrl-C.` runs in the background.
- Every link that a Python or JavaScript snippet prints works, and works once. So do those of the
  programs of docs/clients.md, in every language that is installed.
- What the README shows of `make run` is printed by it.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from email import message_from_string, policy
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), ROOT / "tests/fixtures/README.md"]
# Only their links are looked at: `make test-clients` runs what they say.
CLIENTS = [ROOT / "clients/README.md", *sorted(ROOT.glob("clients/*/README.md"))]
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
TEST = re.compile(r"`((?:lib )?[a-z_]+(?:::[a-z0-9_*]+)+)`")
COMMAND = re.compile(r"`[^`\n]*cargo test(?: --\S*locked| --all-features)*"
                     r" (--lib|--test link|--test suites)((?: --)?(?: (?!--)[\w:]+)+)[^`\n]*`")
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
ONLY_PARSED = tuple(f"# Needs {what}." for what in ["an AWS account", "a release", "a quiet machine", "Docker"])
READY = r"^Inbox: |starting Runtime server"


def slug(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def broken_links(page: Path) -> list[str]:
    def leads(target: str) -> bool:
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        if not file.exists():
            return False
        headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", file.read_text()), re.MULTILINE) if anchor else []
        return not anchor or anchor in map(slug, headings)

    text = BLOCK.sub("", page.read_text())
    targets = [first or second for first, second in LINK.findall(text)]
    paths = re.findall(r"`((?:src|tests|docs|events|examples|fuzz|benches|clients)/[\w./-]+)`", text)
    return [target for target in targets if not re.match(r"[a-z]+:", target) and not leads(target)] + [
        path for path in paths if not (ROOT / path).exists()
    ]


def tests() -> set[str]:
    """Every test, named as docs/security.md names them."""
    listed = subprocess.run(
        ["cargo", "test", "--locked", "--all-features", "--", "--list"], check=True, capture_output=True, text=True
    )
    names = set()
    # One list a binary, in the order in which cargo tells of them on the other stream.
    binaries = re.findall(r"Running (?:unittests )?(\S+)", listed.stderr)
    lists = re.split(r"^\d+ tests?, \d+ benchmarks?$", listed.stdout, flags=re.MULTILINE)
    for binary, text in zip(binaries, lists):
        prefix = {"src/lib.rs": "lib ", "main.rs": "link::"}.get(binary, "")
        names |= {prefix + name for name in re.findall(r"^(\S+): test$", text, re.MULTILINE)}
    return names


def unknown_tests(page: Path, names: set[str]) -> list[str]:
    rows = [line for line in page.read_text().splitlines() if line.lstrip().startswith("|")]
    named = {name for row in rows for name in TEST.findall(row)}

    def exists(name: str) -> bool:
        start = name.removesuffix("*")
        return any(test == name or test.startswith(start if start != name else name + "::") for test in names)

    # A command in a text must run something, too: `cargo test --lib wycheproof`.
    for target, filters in COMMAND.findall(page.read_text()):
        prefix = {"--lib": "lib ", "--test link": "link::", "--test suites": ""}[target]
        own = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
        named |= {f"{target} {word}" for word in filters.split() if not any(word in name for name in own + ["--"])}

    return sorted(name for name in named if not exists(name))


class Demo:
    """`make run`, until it is left. A page may end it early."""

    def __enter__(self) -> "Demo":
        self.log = tempfile.NamedTemporaryFile("w+")
        self.process = subprocess.Popen(["make", "run"], stdout=self.log, stderr=self.log, start_new_session=True)
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


def shell_script(page: Path, exports: str) -> str:
    """The page's commands as one script, those that cannot run here left out."""
    # A background job is a process group of its own, all of which is ended.
    script = ["set -euo pipefail", "trap 'for job in $(jobs -p); do kill -INT -- -$job; done' EXIT", exports]
    for indent, language, block in BLOCK.findall(page.read_text()):
        block = re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)
        if language != "sh":
            continue
        subprocess.run(["bash", "-n"], input=block, check=True, text=True)
        # Other users of a machine can read arguments.
        assert not re.search(r"\bcurl\b.*\s(-u|--user|-H|--header)\b", block), f"{page.name}: curl gets a key as an argument"
        if block.startswith(ONLY_PARSED):
            continue
        for line in block.splitlines():
            if line.endswith("# Needs Docker.") or line in ("make run", "make test"):
                continue
            if line.endswith("# Runs until Ctrl-C."):
                line = f"""log=$(mktemp); set -m; ( {line}\n) >$log 2>&1 & set +m
                    until grep -qE '{READY}' $log; do kill -0 $! || {{ cat $log; exit 1; }}; sleep 0.2; done"""
            script.append(line)
    return "\n".join(script) + "\n"


def status(url: str) -> tuple[int, str]:
    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        answer = urllib.request.build_opener(NoRedirect).open(url, timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers.get("location", "")


def program(language: str, code: str, arguments: list[str]) -> str:
    """What a snippet prints. Some languages compile a file."""
    name, *commands = PROGRAMS[language]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_text(code)
        for command in commands:
            words = command.replace("@", f"{folder}/").split()
            done = subprocess.run(words + arguments, check=True, capture_output=True, text=True, timeout=120)
            printed = done.stdout
    return printed


def run_snippet(language: str, code: str) -> list[str]:
    """Runs it, and returns the links that it prints: those of a line, or those in a mail."""
    printed = program(language, code, [])
    if printed.startswith("Subject: "):
        mail = message_from_string(printed, policy=policy.default)
        printed = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        assert all(link in html for link in printed.split() if "://" in link), "the two parts differ"
    return [word for word in printed.split() if "/external_action/" in word]


def check_links(page: Path, printed: str) -> int:
    """Clicks the first link that `make run` printed, and those of the page's snippets, each twice."""
    links = re.findall(r"http://\S+/external_action/\S+", printed)[:1]
    for _, language, code in BLOCK.findall(page.read_text()):
        if language in ("python", "js"):
            links += run_snippet(language, code)
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
    text, _, verifying = page.read_text().partition("## Verify a link")
    ran, missing = [], []
    for _, language, code in BLOCK.findall(text):
        if not shutil.which(PROGRAMS[language][1].split()[0]):
            missing.append(language)
            continue
        with Demo():
            links = run_snippet(language, code)
            [link] = links
            (applied, location), (used, _) = status(link), status(link)
        answers = [applied, location.partition("?")[0], used]
        assert answers == [302, "https://hairbyada.example/b-1001/thanks", 410], f"{language}: {answers}"
        ran.append(language)
    url = subprocess.run(["cargo", "run", "--quiet", "--locked", "--example", "sign"],
                         check=True, capture_output=True, text=True).stdout.strip()
    for _, language, code in BLOCK.findall(verifying):
        claims = json.loads(program(language, code, [url]))
        assert (claims["booking_id"], claims["action"]) == ("b-1001", "confirm"), claims
        refused = subprocess.CalledProcessError
        try:
            program(language, code, [url[:-1] + ("A" if url[-1] != "A" else "Q")])
        except refused:
            continue
        sys.exit(f"{language}: a link that was altered is taken for valid")
    print(f"docs/clients.md: links in {', '.join(ran)} clicked ({time.monotonic() - started:.0f} s)", flush=True)
    if missing and "EVERY_LANGUAGE" in os.environ:
        sys.exit(f"not installed: {', '.join(missing)}")
    if missing:
        print(f"docs/clients.md: not installed, and so not run: {', '.join(missing)}", flush=True)


def check_page(page: Path) -> None:
    if page.name == "clients.md":
        check_clients(page)
        return
    blocks = BLOCK.findall(page.read_text())
    if page.parent.name == "fixtures" or not any(language in ("sh", "python", "js") for _, language, _ in blocks):
        return
    started = time.monotonic()
    with Demo() as demo:
        if page.name == "README.md":
            shown = next(block for _, language, block in blocks if language == "text")
            printed = "Action Links, with" + re.sub(r"=eyJ\S+", "=…", demo.said().partition("Action Links, with")[2])
            assert shown in printed, f"make run prints something else than the README:\n{printed}"
        links = check_links(page, demo.said() if page.name == "README.md" else "")
        with tempfile.TemporaryDirectory() as folder:
            # Files that the commands make do not stay in the project.
            before = set(ROOT.iterdir())
            try:
                subprocess.run(["bash"], input=shell_script(page, demo.exports()), check=True, text=True, timeout=300,
                               stdout=Path(folder, "out").open("w"))
            finally:
                for file in set(ROOT.iterdir()) - before:
                    file.unlink()
    print(f"{page.relative_to(ROOT)}: commands run, {links} links clicked ({time.monotonic() - started:.0f} s)", flush=True)


def main() -> None:
    os.chdir(ROOT)
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):  # so that `make` is as in a reader's shell
        os.environ.pop(name, None)
    faults = [f"{page.relative_to(ROOT)}: no such {link}" for page in PAGES + CLIENTS for link in broken_links(page)]
    names = tests()
    faults += [f"{page.relative_to(ROOT)}: no test {name}" for page in PAGES for name in unknown_tests(page, names)]
    if faults:
        sys.exit("\n".join(faults))
    print(f"{len(PAGES)} pages: every link leads somewhere, every test that is named is one of {len(names)}", flush=True)
    wanted = sys.argv[1:]
    for page in PAGES:
        if not wanted or page.name in wanted:
            check_page(page)


main()
