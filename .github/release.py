"""What a release needs beside the builds.

    release.py check v1.2.3            the tag is the version of every package, of openapi.yaml and of CHANGELOG.md
    release.py notes v1.2.3            prints that version's part of CHANGELOG.md
    release.py zip BOOTSTRAP ZIP       a zip for Lambda, byte for byte the same for the same bootstrap
    release.py sums FOLDER             writes FOLDER/SHA256SUMS, and prints the checksum of that file
    release.py verify FOLDER CHECKSUM  the folder has what its SHA256SUMS says and no more, and that has this checksum
    release.py pin v1.2.3 FOLDER       writes the checksums of FOLDER's zips into cdk/lib/release.json
"""

import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMES = ("action-link", "booking-links")
ARCHITECTURES = ("arm64", "x86_64")
# The packages of a release, and what describes it. All have one version.
VERSIONED = ("Cargo.toml", "cdk/package.json", "clients/typescript/package.json", "clients/python/pyproject.toml", "openapi.yaml")


def version_of(tag: str) -> str:
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        raise SystemExit(f"{tag}: a release's tag is v and three numbers, such as v1.2.3")
    return tag.removeprefix("v")


def notes(tag: str, root: Path = ROOT) -> str:
    version = re.escape(version_of(tag))
    changelog = (root / "CHANGELOG.md").read_text()
    found = re.search(rf"^## \[{version}\].*?\n(.*?)(?=^## \[|^\[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if not found or not found[1].strip():
        raise SystemExit(f"CHANGELOG.md has nothing under ## [{version_of(tag)}]: move what is unreleased there")
    return found[1].strip()


def version_in(file: Path) -> str:
    text = file.read_text()
    if file.suffix == ".json":
        return json.loads(text)["version"]
    return re.search(r'^ *version(?: =|:) "?([^"\s]+)"?$', text, re.MULTILINE)[1]


def check(tag: str, root: Path = ROOT) -> None:
    version = version_of(tag)
    notes(tag, root)
    for file in VERSIONED:
        found = version_in(root / file)
        if found != version:
            raise SystemExit(f"{file} has the version {found}, and the tag is {tag}")


def pack(bootstrap: Path, target: Path) -> None:
    # Name, time and mode are always the same. Lambda needs the file to be executable.
    entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o100755 << 16
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w") as file:
        file.writestr(entry, bootstrap.read_bytes(), compresslevel=9)


def checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def listing(folder: Path) -> str:
    """The checksums of a folder's files, as `sha256sum` prints them."""
    files = sorted(file for file in folder.rglob("*") if not file.is_dir() and file != folder / "SHA256SUMS")
    return "".join(f"{checksum(file)}  {file.relative_to(folder)}\n" for file in files)


def sums(folder: Path) -> str:
    (folder / "SHA256SUMS").write_text(listing(folder))
    return checksum(folder / "SHA256SUMS")


def verify(folder: Path, wanted: str) -> None:
    if not wanted or checksum(folder / "SHA256SUMS") != wanted:
        raise SystemExit(f"{folder}/SHA256SUMS is not what the build has made: its SHA-256 must be {wanted or 'given'}")
    if (folder / "SHA256SUMS").read_text() != listing(folder):
        raise SystemExit(f"{folder} is not what the build has made: its files differ from SHA256SUMS")


def pin(tag: str, folder: Path, root: Path = ROOT) -> None:
    version = version_of(tag)
    names = [f"{name}-{architecture}.zip" for name in NAMES for architecture in ARCHITECTURES]
    checksums = {name: checksum(folder / name) for name in names}
    url = f"https://github.com/action-links/action-links/releases/download/{tag}"
    release = {"version": version, "url": url, "sha256": checksums}
    (root / "cdk/lib/release.json").write_text(json.dumps(release, indent=2) + "\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["check", tag]:
            check(tag)
        case ["notes", tag]:
            print(notes(tag))
        case ["zip", bootstrap, target]:
            pack(Path(bootstrap), Path(target))
        case ["sums", folder]:
            print(sums(Path(folder)))
        case ["verify", folder, wanted]:
            verify(Path(folder), wanted)
        case ["pin", tag, folder]:
            pin(tag, Path(folder))
        case _:
            raise SystemExit(__doc__)
