"""The programs of README and docs: what they print are links, which work once."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

from docs_demo import Demo
from docs_reader import BLOCK, environment

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


def text_of_mail(mail: EmailMessage) -> str:
    """Its plain text, whose links are all in its HTML. A calendar file is one, of the method that its part names."""
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert all(link in html for link in text.split() if "://" in link), "the two parts differ"
    assert "{{" not in text + html, "a value is missing"
    for part in mail.iter_attachments():
        method = part["content-type"].params["method"]
        assert f"METHOD:{method}" in part.get_content().splitlines(), "the file has another method than its part"
    return text


def links_of(language: str, code: str, shell: dict[str, str]) -> list[str]:
    """Runs a snippet, and returns the links that it prints: those of a line, or those in mails."""
    printed = program(language, code, [], shell)
    if printed.startswith("Subject: "):
        mails = re.split(r"^(?=Subject: )", printed, flags=re.MULTILINE)[1:]
        printed = "\n".join(text_of_mail(message_from_string(mail, policy=policy.default)) for mail in mails)
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
        assert first[0] == 302 and first[1].partition("?")[0].endswith("/thanks"), f"not applied: {name}: {first}"
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
            (applied, location), (used, _) = status(link), status(link)
        answers = [applied, location.partition("?")[0], used]
        assert answers == [302, "https://hairbyada.example/b-1001/thanks", 410], f"{language}: {answers}"
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
