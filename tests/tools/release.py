"""Tries `.github/release.py` on a project of its own, in a temporary folder."""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / ".github"))
sys.dont_write_bytecode = True
import release  # noqa: E402

CHANGELOG = """# Changelog

## [Unreleased]

### Added

- Not yet.

## [1.2.3] - 2026-12-01

### Fixed

- A thing.

## [1.2.2] - 2026-11-01

- Old.
"""


def refused(call, says):
    try:
        call()
    except SystemExit as error:
        assert says in str(error), error
    else:
        raise AssertionError(f"nothing says: {says}")


def main():
    versions = {file: release.version_in(release.ROOT / file) for file in release.VERSIONED}
    assert len(set(versions.values())) == 1, f"one version everywhere: {versions}"
    root = Path(tempfile.mkdtemp())
    for folder in ("cdk/lib", "clients/typescript", "clients/python"):
        (root / folder).mkdir(parents=True)
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    (root / "Cargo.toml").write_text('[package]\nname = "x"\nversion = "1.2.3"\n')
    for folder in ("cdk", "clients/typescript"):
        (root / folder / "package.json").write_text('{"version": "1.2.3"}')
    (root / "clients/python/pyproject.toml").write_text('[project]\nname = "x"\nversion = "1.2.3"\n')
    (root / "openapi.yaml").write_text("openapi: 3.1.0\ninfo:\n  title: X\n  version: 1.2.3\n")
    assert release.notes("v1.2.3", root) == "### Fixed\n\n- A thing."
    release.check("v1.2.3", root)
    refused(lambda: release.check("v1.2.2", root), "Cargo.toml has the version 1.2.3")
    refused(lambda: release.check("v2.0.0", root), "nothing under ## [2.0.0]")
    refused(lambda: release.check("1.2.3", root), "such as v1.2.3")
    for name in ("cdk/package.json", "clients/typescript/package.json", "clients/python/pyproject.toml", "openapi.yaml"):
        right = (root / name).read_text()
        (root / name).write_text(right.replace("1.2.3", "1.2.2"))
        refused(lambda: release.check("v1.2.3", root), f"{name} has the version 1.2.2")
        (root / name).write_text(right)

    bootstrap = root / "bootstrap"
    bootstrap.write_bytes(b"\x7fELF" * 1000)
    zips = root / "zips"
    zips.mkdir()
    for name in release.NAMES:
        for architecture in release.ARCHITECTURES:
            release.pack(bootstrap, zips / f"{name}-{architecture}.zip")
    sums = {hashlib.sha256(file.read_bytes()).hexdigest() for file in zips.iterdir()}
    assert len(sums) == 1, "the same bootstrap makes the same zip"
    [entry] = zipfile.ZipFile(zips / "action-link-arm64.zip").infolist()
    assert (entry.filename, entry.external_attr >> 16) == ("bootstrap", 0o100755), entry
    (zips / "inner").mkdir()
    (zips / "inner/file").write_text("x")
    wanted = release.sums(zips)
    listed = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=zips, capture_output=True, text=True, check=True)
    assert listed.stdout.count(": OK\n") == 5, listed.stdout
    release.verify(zips, wanted)
    refused(lambda: release.verify(zips, ""), "must be given")
    refused(lambda: release.verify(zips, "0" * 64), "must be 000")
    for change in (lambda: (zips / "more").write_text("y"), lambda: (zips / "inner/file").write_text("z"), (zips / "inner/file").unlink):
        change()
        refused(lambda: release.verify(zips, wanted), "differ from SHA256SUMS")
        (zips / "more").unlink(missing_ok=True)
    (zips / "inner").rmdir()

    release.pin("v1.2.3", zips, root)
    pinned = json.loads((root / "cdk/lib/release.json").read_text())
    assert (pinned["version"], len(pinned["sha256"]), set(pinned["sha256"].values())) == ("1.2.3", 4, sums)
    assert pinned["url"].endswith("/releases/download/v1.2.3"), pinned
    print("release.py: notes, checks, zips and checksums are right")


main()
