"""The steps of a release that reach other systems. Each can be repeated: what is there already and is the same is left alone.

    steps.py images v1.2.3 FILES DIST   builds the images of the zips in FILES, into DIST
    steps.py publish v1.2.3 DIST        the release on GitHub: a draft until it has every file
    steps.py push v1.2.3 DIST           the images
    steps.py crate v1.2.3 DIST          the crate
    steps.py construct v1.2.3 DIST      the npm package of the construct, with the npm client that is unpacked in package/
    steps.py typescript v1.2.3 DIST     the npm package of the client, likewise
    steps.py python v1.2.3 DIST         the Python package, with the uv that is unpacked here
    steps.py application v1.2.3 DIST    the application of the AWS Serverless Application Repository

`make release-check` runs all of them twice, with programs that stand in for gh, docker, cargo, node, sam and PyPI.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from release import NAMES, notes, version_of

PROCESSORS = {"amd64": "x86_64", "arm64": "arm64"}
# What the registries say of a version that is there already.
THERE = ("already exists", "cannot publish over the previously published version")


def run(*command: str, **options) -> None:
    subprocess.run(command, check=True, **options)


def publish_once(*command: str) -> None:
    """Runs a command that publishes a version. One that is there already is no failure."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    print(said)
    if done.returncode != 0 and not any(text in said for text in THERE):
        raise SystemExit(f"{' '.join(command)}: {done.returncode}")


def image(name: str, tag: str) -> str:
    return f"ghcr.io/{os.environ['GITHUB_REPOSITORY']}/{name}:{version_of(tag)}"


def images(tag: str, files: Path, dist: Path) -> None:
    dist.mkdir(exist_ok=True)
    context = Path(tempfile.mkdtemp())
    for name in NAMES:
        for processor, architecture in PROCESSORS.items():
            folder = context / f"{name}-{processor}"
            folder.mkdir()
            # The mode of the file gets lost here.
            zipfile.ZipFile(files / f"{name}-{architecture}.zip").extract("bootstrap", folder)
            (folder / "bootstrap").chmod(0o755)
            built = f"{image(name, tag)}-{processor}"
            run("docker", "build", "--provenance=false", "--platform", f"linux/{processor}", "--file", ".github/Dockerfile",
                "--build-arg", f"NAME={name}", "--tag", built, str(context))
            run("docker", "save", "--output", str(dist / f"{name}-{processor}.tar"), built)
    shutil.rmtree(context)


def publish(tag: str, dist: Path) -> None:
    files = sorted(str(file) for file in dist.iterdir())
    seen = subprocess.run(["gh", "release", "view", tag, "--json", "isDraft"], capture_output=True, text=True, check=False)
    if seen.returncode != 0:
        with tempfile.NamedTemporaryFile("w", suffix=".md") as text:
            text.write(notes(tag))
            text.flush()
            run("gh", "release", "create", tag, "--draft", "--verify-tag", "--title", tag, "--notes-file", text.name)
    elif not json.loads(seen.stdout)["isDraft"]:
        with tempfile.TemporaryDirectory() as folder:
            run("gh", "release", "download", tag, "--pattern", "SHA256SUMS", "--dir", folder)
            if (Path(folder) / "SHA256SUMS").read_bytes() != (dist / "SHA256SUMS").read_bytes():
                raise SystemExit(f"{tag} is public already, with other files. It is not changed.")
        print(f"{tag} is public already, with these files")
        return
    run("gh", "release", "upload", tag, "--clobber", *files)
    run("gh", "release", "edit", tag, "--draft=false")


def push(tag: str, dist: Path) -> None:
    for name in NAMES:
        whole = image(name, tag)
        parts = [f"{whole}-{processor}" for processor in PROCESSORS]
        for processor, part in zip(PROCESSORS, parts, strict=True):
            run("docker", "load", "--input", str(dist / f"{name}-{processor}.tar"))
            run("docker", "push", part)
        run("docker", "manifest", "create", "--amend", whole, *parts)
        pushed = subprocess.run(["docker", "manifest", "push", whole], check=True, capture_output=True, text=True)
        with open(os.environ["GITHUB_OUTPUT"], "a") as outputs:
            outputs.write(f"{name}={pushed.stdout.strip()}\n")


def crate(tag: str, dist: Path) -> None:
    # With --no-verify, cargo packs and builds nothing. What it packs here must be what the build has compiled.
    run("cargo", "package", "--locked", "--no-verify", "--package", "action-links")
    name = f"action-links-{version_of(tag)}.crate"
    if (dist / name).read_bytes() != (Path("target/package") / name).read_bytes():
        raise SystemExit(f"{name} is not what the build has made")
    publish_once("cargo", "publish", "--locked", "--no-verify", "--package", "action-links")


def publish_to_npm(tarball: str) -> None:
    publish_once("node", "package/bin/npm-cli.js", "publish", tarball, "--ignore-scripts", "--provenance", "--access", "public")


def construct(tag: str, dist: Path) -> None:
    publish_to_npm(f"./{dist}/action-links-cdk-{version_of(tag)}.tgz")


def typescript(tag: str, dist: Path) -> None:
    publish_to_npm(f"./{dist}/action-links-client-{version_of(tag)}.tgz")


def python(tag: str, dist: Path) -> None:
    # The same file again is left alone; another one of the same name is refused.
    names = (f"action_links-{version_of(tag)}-py3-none-any.whl", f"action_links-{version_of(tag)}.tar.gz")
    index = os.environ.get("PYPI_SIMPLE", "https://pypi.org/simple/")
    run("./uv", "publish", "--no-cache", "--trusted-publishing", "always", "--check-url", index, *(str(dist / name) for name in names))


def application(tag: str, dist: Path) -> None:
    folder = Path(tempfile.mkdtemp())
    zipfile.ZipFile(dist / "action-links-sam.zip").extractall(folder)
    # GitHub's word for this job is exchanged for the role's credentials by AWS's own client.
    asked = urllib.request.Request(
        os.environ["ACTIONS_ID_TOKEN_REQUEST_URL"] + "&audience=sts.amazonaws.com",
        headers={"Authorization": f"Bearer {os.environ['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"},
    )
    with urllib.request.urlopen(asked) as answer:
        token = json.load(answer)["value"]
    (folder / "token").touch(mode=0o600)
    (folder / "token").write_text(token)
    credentials = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(folder / "token"), "AWS_ROLE_ARN": os.environ["SERVERLESS_REPO_ROLE"]}
    os.environ.update(credentials)
    here = {"cwd": folder / "action-links-sam"}
    run("sam", "package", "--s3-bucket", os.environ["SERVERLESS_REPO_BUCKET"], "--output-template-file", "packaged.yaml", **here)
    # A version that is there already stays as it is.
    run("sam", "publish", "--template", "packaged.yaml", "--semantic-version", version_of(tag), **here)
    shutil.rmtree(folder)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["images", tag, files, dist]:
            images(tag, Path(files), Path(dist))
        case [("publish" | "push" | "crate" | "construct" | "typescript" | "python" | "application") as step, tag, dist]:
            globals()[step](tag, Path(dist))
        case _:
            raise SystemExit(__doc__)
