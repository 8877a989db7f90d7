"""Makes one book of README and docs/, and checks every link in it.

Usage: book.py MDBOOK MERMAID FOLDER; MERMAID is the file mermaid.min.js. The book is in FOLDER/book.
"""

import re
import shutil
import subprocess
import sys
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Files of docs/ that are about the book.
BOOK = ("SUMMARY.md", "book.toml", "reader.css", "reader.js")
REPOSITORY = "https://github.com/action-links/action-links/blob/main/"
MARKDOWN_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s]+)\)")
TAG_LINK = re.compile(r"(src|href)=\"(?![a-z]+:|#)([^\"]+)\"")


def sources() -> list[Path]:
    """What is in the book: its pages, and the pictures and files of docs/."""
    docs = [path for path in (ROOT / "docs").rglob("*") if path.is_file() and path.name not in BOOK]
    return [*sorted(ROOT.glob("*.md")), *docs]


def write_sources(folder: Path) -> None:
    """Copies the sources, as they lie in the repository. Links to what is not in the book lead to the repository."""
    inside = {path.relative_to(ROOT) for path in sources()}
    for path in inside:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix != ".md":
            shutil.copy(ROOT / path, target)
            continue

        def outside(link: str) -> str:
            name, hash_, anchor = link.partition("#")
            file = (ROOT / path.parent / name).resolve().relative_to(ROOT)
            return link if file in inside else f"{REPOSITORY}{file}{hash_}{anchor}"

        text = (ROOT / path).read_text()
        text = MARKDOWN_LINK.sub(lambda found: f"]({outside(found[1])})", text)
        target.write_text(TAG_LINK.sub(lambda found: f'{found[1]}="{outside(found[2])}"', text))
    summary = (ROOT / "docs/SUMMARY.md").read_text()
    summary = re.sub(r"\]\((?!\.\./)", "](docs/", summary).replace("](../", "](")
    (folder / "SUMMARY.md").write_text(summary)
    pages = {path for path in inside if path.suffix == ".md"}
    listed = {Path(link) for link in MARKDOWN_LINK.findall(summary)}
    if pages != listed:
        sys.exit(f"docs/SUMMARY.md differs from the pages that there are: {sorted(map(str, pages ^ listed))}")


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.links.append(value)
            if name in ("id", "name") and value:
                self.anchors.add(value)


def broken(book: Path, sources: Path) -> list[str]:
    # What mdBook made of pages, not what it copied.
    made = [path for path in book.rglob("*.html") if (sources / path.relative_to(book)).with_suffix(".md").exists()]
    pages = {path: Page(path.read_text()) for path in [*made, book / "index.html"]}
    faults = []
    for path, page in pages.items():
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else set()
            if not target.exists() or (parts.fragment and target in pages and urllib.parse.unquote(parts.fragment) not in anchors):
                faults.append(f"{path.relative_to(book)}: {link}")
    return faults


def main() -> None:
    mdbook, mermaid, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    write_sources(folder / "src")
    for file in (*(ROOT / "docs" / name for name in BOOK if name != "SUMMARY.md"), mermaid):
        shutil.copy(file, folder)
    subprocess.run([mdbook, "build", str(folder)], check=True)
    faults = broken(folder / "book", folder / "src")
    if faults:
        sys.exit("links that lead nowhere:\n" + "\n".join(faults))
    print(f"{folder / 'book/index.html'}: every link leads somewhere")


main()
