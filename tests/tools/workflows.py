"""Checks that no other people's code runs with the right to publish, and what runs is pinned.

- Every action is pinned by a digest that tests/facts/action-digests.json has for the tag in its comment.
- A job with any other right than `contents: read` runs GitHub's actions, .github/release.py and .github/steps.py, and
  nothing else. It verifies what it gets from the build.
- npm runs no install script. The base of the images is pinned by its digest. No artefact gets into the crate.

Usage: workflows.py (needs PyYAML)
"""

import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

# What a job that publishes may run: whole commands.
ALLOWED = [
    re.compile(pattern)
    for pattern in (
        r'python3 \.github/release\.py verify dist "\$SUMS"',
        # tests/tools/dry_release.py has the programs that these run.
        r'python3 \.github/steps\.py (publish|push|crate|construct|typescript|python|application) "\$GITHUB_REF_NAME" dist',
        r'echo "\$GH_TOKEN"', r'docker login ghcr\.io [^(`]* --password-stdin',
        r"curl --fail --silent --show-error --output npm\.tgz https://registry\.npmjs\.org/npm/-/npm-[\d.]+\.tgz",
        r'echo "[0-9a-f]{64}  npm\.tgz"', r"sha256sum --check --strict", r"tar -xzf npm\.tgz",
        r"python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes --requirement \.github/uv\.txt",
        r'unzip -q -j uv-\*\.whl "uv-\*\.data/scripts/uv"',
    )
]
# No container, no service, no shell of its own.
KEYS = {"name", "needs", "runs-on", "timeout-minutes", "environment", "permissions", "steps", "if"}
PUBLISHERS = ("actions/", "rust-lang/crates-io-auth-action@")


def jobs(workflow):
    return yaml.safe_load(workflow.read_text())["jobs"].items()


def commands(script):
    """The commands of a script, one by one. A `|`, `;` or `&&` in quotes would be taken for the end of one: there is none."""
    joined = script.replace("\\\n", " ")
    return [part.strip() for part in re.split(r"\n|;|&&|\|\|?", joined) if part.strip()]


def faults_of(job):
    """Why a job that may publish must not."""
    faults = [f"it has {key}" for key in job.keys() - KEYS]
    for step in job["steps"]:
        faults += [f"a step has {key}" for key in step.keys() - {"uses", "with", "run", "env", "id"}]
        uses, run = step.get("uses", ""), step.get("run", "")
        if uses and not uses.startswith(PUBLISHERS):
            faults.append(f"it uses {uses}")
        faults += [f"it runs: {command}" for command in commands(run) if not any(each.fullmatch(command) for each in ALLOWED)]
    runs = [step.get("run", "") for step in job["steps"]]
    for index, step in enumerate(job["steps"]):
        if "download-artifact" in step.get("uses", "") and not runs[index + 1].startswith("python3 .github/release.py verify dist"):
            faults.append("it does not verify what it downloads")
        elif "checkout" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False:
            faults.append("it leaves its credentials beside what it checks out")
    return faults


def check_rights():
    publishing = []
    for workflow in WORKFLOWS:
        assert yaml.safe_load(workflow.read_text())["permissions"] == {}, f"{workflow.name}: a job says what it may do"
        for name, job in jobs(workflow):
            if job["permissions"] in ({}, {"contents": "read"}):
                assert "secrets." not in json.dumps(job) and job.get("secrets") is None, f"{workflow.name}: {name} has a secret"
                continue
            faults = faults_of(job)
            assert not faults, f"{workflow.name}: {name}: " + "; ".join(faults)
            publishing.append(name)
    assert publishing == ["attest", "publish", "images", "crate", "construct", "typescript", "python", "application"], publishing
    # Nothing is public before it is built, checked and attested.
    of = dict(jobs(ROOT / ".github/workflows/release.yml"))
    assert of["attest"]["needs"] == "build" and of["publish"]["needs"] == ["build", "attest"], of["publish"]["needs"]
    for name in publishing[2:]:
        assert of[name]["needs"] == ["build", "publish"], name
    return publishing


def check_the_check():
    """What the release did before is found."""
    for script in ("cargo install --locked cargo-cyclonedx@0.5.9", "cargo publish --locked", "npm ci --ignore-scripts", "make x",
                   "npx --yes npm@11 publish", "gh release create && curl https://x.example", 'echo "$GH_TOKEN" | sh',
                   "python3 .github/steps.py images x", "docker buildx build ."):
        assert faults_of({"steps": [{"run": script}]}), script
    assert faults_of({"steps": [{"uses": "somebody/action@0"}]})
    assert faults_of({"steps": [{"run": 'python3 .github/release.py verify dist "$SUMS"', "shell": "sh -c evil {0}"}]})
    assert faults_of({"container": "somebody/image", "steps": []})
    assert faults_of({"steps": [{"uses": "actions/download-artifact@0"}, {"run": "tar -xzf npm.tgz"}]})


def check_digests():
    facts = json.loads((ROOT / "tests/facts/action-digests.json").read_text())
    used = set()
    for workflow in WORKFLOWS:
        for line in re.findall(r"uses: (.*)", workflow.read_text()):
            if line.startswith("./"):
                continue
            found = re.fullmatch(r"([\w./-]+)@([0-9a-f]{40}) # (v[\d.]+)", line)
            assert found, f"{workflow.name}: {line}: an action has a digest, and its tag in a comment"
            action, digest, tag = found.groups()
            assert facts.get(action, {}).get(tag) == digest, f"{workflow.name}: {action} {tag} is not {digest}"
            newest = max(int(of[1:].split(".")[0]) for of in facts[action])
            assert tag.startswith(f"v{newest}."), f"{workflow.name}: {action} has a version {newest}"
            used.add((action, tag))
    assert len({action for action, _ in used}) == len(used), f"one version of each action: {sorted(used)}"
    return used


def check_installs():
    files = [*WORKFLOWS, ROOT / "Makefile", ROOT / ".ci/run", *sorted((ROOT / "tests/tools").glob("*.sh"))]
    for file in files:
        for command in re.findall(r"\bnpm (?:ci|install|exec)\b.*", file.read_text()):
            assert "--ignore-scripts" in command, f"{file.relative_to(ROOT)}: {command}"
    # cargo packs what git does not ignore, and what a job of the release downloads is beside the sources.
    assert "/dist\n" in (ROOT / ".gitignore").read_text()
    for base in re.findall(r"^FROM (.*)$", (ROOT / ".github/Dockerfile").read_text(), re.MULTILINE):
        assert re.search(r"@sha256:[0-9a-f]{64}$", base), f".github/Dockerfile: {base} has no digest"


def main():
    check_the_check()
    publishing, used = check_rights(), check_digests()
    check_installs()
    print(f"workflows: {', '.join(publishing)} publish and build nothing; {len(used)} actions are the ones of their tags")


main()
