"""Whether README and docs/ name what exists: files, headings, tests."""

import re
import subprocess
from pathlib import Path

from docs_reader import ROOT, prose

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
TEST = re.compile(r"`((?:lib )?[a-z_]+(?:::[a-z0-9_*]+)+)`")
COMMAND = re.compile(r"`[^`\n]*cargo test(?: --\S*locked| --all-features)*"
                     r" (--lib|--test link|--test suites)((?: --)?(?: (?!--)[\w:]+)+)[^`\n]*`")


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
        headings = re.findall(r"^#+ (.*)$", prose(file.read_text()), re.MULTILINE) if anchor else []
        return not anchor or anchor in map(slug, headings)

    text = prose(page.read_text())
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
