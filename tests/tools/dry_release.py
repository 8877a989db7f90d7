"""Makes a release twice, in the order of the workflow, with programs that stand in for gh, docker, cargo, node and sam, and a
server that stands in for PyPI. Its client, uv, is the real one.

Each stand-in notes its command, and refuses what the real one refuses the second time: a release, a crate or a package
that is there already.

Usage: dry_release.py (needs the uv of .github/uv.txt beside this Python)
"""

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import registries
from registries import Registries

ROOT = Path(__file__).parents[2]
TAG = "v1.2.3"

# A program as a script: `state` has what is public already.
STAND_IN = """#!{python}
import json, os, pathlib, sys
name, arguments, state = {name!r}, sys.argv[1:], pathlib.Path({state!r})
with open(state / "calls", "a") as calls:
    calls.write(json.dumps([name, *arguments]) + "\\n")
def once(what, says):
    if (state / what).exists():
        sys.exit(says)
    (state / what).touch()
match [name, *arguments]:
    case ["gh", "release", "create", *_]: once("release", "a release with the same tag name already exists: v1.2.3")
    case ["gh", "release", "view", *_]:
        if not (state / "release").exists():
            sys.exit("release not found")
        print(json.dumps({{"isDraft": not (state / "public").exists()}}))
    case ["gh", "release", "upload", _, "--clobber", *files]:
        if (state / "gh-fails").exists():
            sys.exit("HTTP 502")
        for file in files:
            (state / "assets" / pathlib.Path(file).name).write_bytes(pathlib.Path(file).read_bytes())
    case ["gh", "release", "edit", _, "--draft=false"]: (state / "public").touch()
    case ["gh", "release", "download", _, "--pattern", file, "--dir", folder]:
        pathlib.Path(folder, file).write_bytes((state / "assets" / file).read_bytes())
    case ["docker", "build", *_, context]:
        name = [of for of in arguments if of.startswith("NAME=")][0].removeprefix("NAME=")
        assert all(os.access(f"{{context}}/{{name}}-{{of}}/bootstrap", os.X_OK) for of in [arguments[3].split("/")[1]]), arguments
    case ["docker", "save", "--output", file, _]: pathlib.Path(file).write_text("image")
    case ["docker", "manifest", "create", *of]:
        if "--amend" not in of:
            once(of[0], "refusing to amend an existing manifest list with no --amend flag")
    case ["docker", "manifest", "push", _]: print("sha256:0123")
    case ["cargo", "package", *_]:
        os.makedirs("target/package", exist_ok=True)
        pathlib.Path("target/package/action-links-1.2.3.crate").write_text("crate")
    case ["cargo", "publish", *_]: once("crate", "error: crate action-links@1.2.3 already exists on crates.io index")
    case ["node", _, "publish", tarball, *_]: once(pathlib.Path(tarball).name, "403 You cannot publish over the previously published versions: 1.2.3.")
"""

# What a step may run: the first words of a command.
MAY = {
    "images": ("docker build", "docker save"),
    "publish": ("gh release",),
    "push": ("docker load", "docker push", "docker manifest"),
    "crate": ("cargo package --locked --no-verify --package action-links", "cargo publish --locked --no-verify --package action-links"),
    "construct": ("node package/bin/npm-cli.js publish ./dist/action-links-cdk-1.2.3.tgz --ignore-scripts",),
    "typescript": ("node package/bin/npm-cli.js publish ./dist/action-links-client-1.2.3.tgz --ignore-scripts",),
    "python": (),
    "application": ("sam package", "sam publish"),
}


WHEEL = "action_links-1.2.3-py3-none-any.whl"
SDIST = "action_links-1.2.3.tar.gz"
METADATA = "Metadata-Version: 2.4\nName: action-links\nVersion: 1.2.3\n"


class DryRelease:
    def __init__(self):
        self.root = Path(tempfile.mkdtemp())
        self.state = self.root / "state"
        (self.state / "assets").mkdir(parents=True)
        (self.root / "bin").mkdir()
        for name in ("gh", "docker", "cargo", "node", "sam"):
            program = self.root / "bin" / name
            program.write_text(STAND_IN.format(python=sys.executable, name=name, state=str(self.state)))
            program.chmod(0o755)
        shutil.copytree(ROOT / ".github", self.root / ".github", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(Path(sys.executable).parent / "uv", self.root)
        for name in ("template.yaml", "LICENSE-APACHE", "LICENSE-MIT"):
            shutil.copy(ROOT / name, self.root)
        (self.root / "CHANGELOG.md").write_text("# Changelog\n\n## [1.2.3] - 2026-12-01\n\n- A thing.\n")
        identity, pypi, certificate = registries.start(self.root)
        self.environment = os.environ | {
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}", "GITHUB_REPOSITORY": "action-links/action-links",
            "GITHUB_OUTPUT": str(self.root / "outputs"), "SERVERLESS_REPO_ROLE": "role", "SERVERLESS_REPO_BUCKET": "bucket",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{identity}/?a=b", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
            "GITHUB_ACTIONS": "true",
        }
        self.environment |= {"UV_PUBLISH_URL": f"{pypi}/legacy/", "PYPI_SIMPLE": f"{pypi}/simple/", "SSL_CERT_FILE": str(certificate)}

    def python(self, *arguments):
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)

    def right(self, *arguments):
        done = self.python(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def step(self, name, *folders):
        before = self.calls()
        self.right(".github/steps.py", name, TAG, *folders)
        for call in self.calls()[len(before):]:
            assert call.startswith(MAY[name]), f"{name} runs {call}"

    def calls(self):
        file = self.state / "calls"
        return [" ".join(json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []

    def build(self):
        """The files of a release, as jobs of their own hand them on, and their checksums."""
        for name in ("files", "images", "crates", "packages", "npm", "pypi"):
            shutil.rmtree(self.root / name, ignore_errors=True)
            (self.root / name).mkdir()
        (self.root / "bootstrap").write_bytes(b"\x7fELF")
        for name in ("action-link", "booking-links"):
            for architecture in ("arm64", "x86_64"):
                self.right(".github/release.py", "zip", "bootstrap", f"files/{name}-{architecture}.zip")
        self.right(".github/sam_folder.py", TAG, "files")
        (self.root / "crates/action-links-1.2.3.crate").write_text("crate")
        (self.root / "packages/action-links-cdk-1.2.3.tgz").write_text("package")
        (self.root / "npm/action-links-client-1.2.3.tgz").write_text("client")
        self.build_python(self.root / "pypi")
        sums = {"files": self.right(".github/release.py", "sums", "files")}
        self.step("images", "files", "images")
        return sums | {of: self.right(".github/release.py", "sums", of) for of in ("images", "crates", "packages", "npm", "pypi")}

    def build_python(self, folder):
        """A wheel and an sdist as small as they may be, always the same."""
        info = "action_links-1.2.3.dist-info"
        wheel = {f"{info}/METADATA": METADATA, f"{info}/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n", f"{info}/RECORD": ""}
        with zipfile.ZipFile(folder / WHEEL, "w") as file:
            for name, text in wheel.items():
                file.writestr(zipfile.ZipInfo(name), text)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as file:
            entry = tarfile.TarInfo("action_links-1.2.3/PKG-INFO")
            entry.size = len(METADATA)
            file.addfile(entry, io.BytesIO(METADATA.encode()))
        (folder / SDIST).write_bytes(gzip.compress(packed.getvalue(), mtime=0))

    def publish(self, sums):
        steps = {"publish": "files", "push": "images", "crate": "crates", "construct": "packages", "typescript": "npm", "python": "pypi",
                 "application": "files"}
        for name, folder in steps.items():
            shutil.rmtree(self.root / "dist", ignore_errors=True)
            shutil.copytree(self.root / folder, self.root / "dist")
            self.right(".github/release.py", "verify", "dist", sums[folder])
            self.step(name, "dist")


def main():
    release = DryRelease()
    sums = release.build()
    # A fault on the way leaves a draft, and the next attempt completes it.
    (release.state / "gh-fails").touch()
    assert release.python(".github/steps.py", "publish", TAG, "files").returncode != 0
    assert not (release.state / "public").exists(), "a release is public before it has its files"
    (release.state / "gh-fails").unlink()
    release.publish(sums)
    assert (release.state / "public").exists()
    public = {file.name for file in (release.state / "assets").iterdir()}
    assert {"action-links-sam.zip", "action-link-arm64.zip", "SHA256SUMS"} <= public, public
    assert release.build() == sums, "the same files have the same checksums"
    release.publish(sums)
    assert set(Registries.files) == {WHEEL, SDIST}, Registries.files
    # PyPI has another file of that name.
    Registries.files[WHEEL] = "0" * 64
    shutil.rmtree(release.root / "dist")
    shutil.copytree(release.root / "pypi", release.root / "dist")
    done = release.python(".github/steps.py", "python", TAG, "dist")
    assert done.returncode != 0 and "do not match" in done.stderr, done.stderr
    # Other files are not put into a release that is public.
    (release.root / "files/SHA256SUMS").write_text("other")
    done = release.python(".github/steps.py", "publish", TAG, "files")
    assert done.returncode != 0 and "public already, with other files" in done.stderr, done.stderr
    with zipfile.ZipFile(release.state / "assets/action-links-sam.zip") as file:
        assert "action-links-sam/template.yaml" in file.namelist()
    print(f"a dry release: every step twice, {len(release.calls())} commands")


main()
