"""The shell in which a reader types the commands of a page.

It knows what the page has told its reader so far, top to bottom, and nothing else:

- "`pip install X`" and "`npm install X`" install X;
- "`make run` prints" (the variables) sets what that has printed;
- a program of TOLD is there once the page or README names it.

All that is replaced is listed here: STAND_INS, UNRELEASED, and the demo, which runs already where a page says `make run`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "target/docs"
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INSTALL = re.compile(r"`(pip|npm) install ([^`]+)`")
EXPORTS = re.compile(r"`make run`\s+prints")
# Programs that a reader has only if the page says so, by what it says.
TOLD = {
    "aws": r"AWS CLI",
    "docker": r"\bDocker\b",
    "gh": r"GitHub CLI",
    "sam": r"pip install aws-sam-cli|PATH=\$PWD/\.venv/bin",
    "cargo-lambda": r"pip install cargo-lambda|PATH=\$PWD/\.venv/bin",
    "cargo-audit": r"cargo install .*cargo-audit\b",
}
# What stands for itself in a block that is only tried: what it does needs an account, a release or a container.
ONLY_TRIED = tuple(f"# Needs {what}." for what in ("an AWS account", "a release", "a quiet machine", "Docker"))
STAND_INS = ("action-links", "aws", "cargo", "cargo-audit", "cargo-lambda", "curl", "docker", "gh", "git", "make", "npm", "npx", "sam",
             "sha256sum", "unzip")
UNTOLD = '#!/bin/sh\necho "$(basename "$0"): no page has said that it is needed" >&2\nexit 127\n'
STAND_IN = """#!/bin/sh
case "$(basename "$0") $1" in
    # A subcommand of cargo is a program of its own.
    "cargo lambda" | "cargo audit") exec "cargo-$1" ;;
    "git clone") mkdir -p "$(basename "$(eval "echo \\${$#}")")" ;;
    "unzip "*) mkdir -p "$(basename "$(eval "echo \\${$#}")" .zip)" ;;
esac
cat >/dev/null
echo stand-in
"""
# Packages that are not published yet, by what is in their place. No snippet uses those without.
UNRELEASED = {"action-links": "clients/python/src", "@action-links/client": "clients/typescript", "action-links-cdk": "",
              "target/clients/*.tgz": "", "target/clients/*.whl": ""}
# What a login shell has. Everything else a page must say.
KEPT = ("HOME", "USER", "LANG", "TERM", "CARGO_HOME", "RUSTUP_HOME", "CARGO_TARGET_DIR", "JAVA_HOME")


def prose(text: str) -> str:
    return BLOCK.sub("", text)


def installed(kind: str, package: str) -> Path:
    """Where a package is, installed by itself: pip's folder, or the one above node_modules."""
    name = re.sub(r"\[.*", "", package)
    folder = TOOLS / kind / re.sub(r"\W", "_", package)
    if name in UNRELEASED:
        if kind == "pip":
            return ROOT / UNRELEASED[name]
        link = folder / "node_modules" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(ROOT / UNRELEASED[name])
    elif not folder.exists():
        if not (TOOLS / "venv").exists():
            subprocess.run(["python3", "-m", "venv", str(TOOLS / "venv")], check=True)
        command = {
            "pip": [str(TOOLS / "venv/bin/pip"), "install", "--quiet", "--no-warn-conflicts", "--target", str(folder), package],
            "npm": ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund",
                    "--prefix", str(folder), package],
        }
        subprocess.run(command[kind], check=True)
    return folder


def search_path() -> str:
    """The search path without what make, or a check, has put before it."""
    return os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if not Path(part).is_relative_to(ROOT))


def has(program: str, told: str) -> bool:
    return program not in TOLD or re.search(TOLD[program], told) is not None


def environment(so_far: str) -> dict[str, str]:
    """The variables of a shell after that much of a page."""
    told = prose(so_far)
    packages = {(kind, name.strip('"')) for kind, names in INSTALL.findall(told) for name in names.split()}
    folders = [(kind, installed(kind, name)) for kind, name in sorted(packages) if UNRELEASED.get(name, name)]
    python = [str(folder) for kind, folder in folders if kind == "pip"]
    node = [str(folder / "node_modules") for kind, folder in folders if kind == "npm"]
    shell = {name: os.environ[name] for name in KEPT if name in os.environ}
    programs = [f"{folder}/bin" for folder in python]
    if has("aws", told):
        programs.append(f"{installed('pip', 'awscli>=1.45,<2')}/bin")
        python.append(str(installed("pip", "awscli>=1.45,<2")))
    shell["PATH"] = os.pathsep.join([*programs, search_path()])
    return shell | {"PYTHONPATH": os.pathsep.join(python), "NODE_PATH": os.pathsep.join(node)}


def shell_blocks(text: str) -> list[tuple[str, str]]:
    """The blocks of commands, each with the text before it."""
    found = [found for found in BLOCK.finditer(text) if found[2] == "sh"]
    blocks = [(text[: one.start()], re.sub(rf"^{one[1]}", "", one[3], flags=re.MULTILINE)) for one in found]
    for _, block in blocks:
        subprocess.run(["bash", "-n"], input=block, check=True, text=True)
        # Other users of a machine can read arguments.
        assert not re.search(r"\bcurl\b.*\s(-u|--user|-H|--header)\b", block), f"curl gets a key as an argument: {block}"
    return blocks


def unknown_names(block: str) -> list[str]:
    """What a block asks a stack for that its template does not have."""
    webhook = "--stack-name booking-webhook" in block
    template = (ROOT / ("docs/events/webhook.yaml" if webhook else "template.yaml")).read_text()
    faults = []
    for section, pattern in (("Outputs", r"OutputKey=='(\w+)'"), ("Resources", r"--logical-resource-id (\w+)")):
        names = re.findall(r"^  (\w+):", re.split(rf"^{section}:$", template, flags=re.MULTILINE)[1], re.MULTILINE)
        faults += [name for name in re.findall(pattern, block) if name not in names]
    return faults


def try_blocks(page: Path, folder: Path) -> None:
    """Runs the blocks that cannot work here with stand-ins, in one shell: their variables are set by the page, their
    programs are those that it or README names, and their files exist."""
    readme = (ROOT / "README.md").read_text()
    for entry in ROOT.iterdir():
        if entry.name not in (".venv", "target"):
            (folder / entry.name).symlink_to(entry)
    script = "set -euo pipefail\n"
    for number, (so_far, block) in enumerate(shell_blocks(page.read_text())):
        if not block.startswith(ONLY_TRIED):
            continue
        if "test_api_key_demo" in block or ("make event" in block and "ACTION_LINKS_API_KEY=" not in so_far + block):
            sys.exit(f"{page.name}: the key of the demo is sent to what is not the demo:\n{block}")
        if unknown := unknown_names(block):
            sys.exit(f"{page.name}: the stack has no {', '.join(unknown)}:\n{block}")
        told = prose(readme) + so_far + block
        programs = folder / f"programs-{number}"
        # `make` installs the last one.
        for path in [*(programs / name for name in STAND_INS), folder / ".venv/bin/sam"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(STAND_IN if path.parent != programs or has(path.name, told) else UNTOLD)
            path.chmod(0o755)
        script += f"export PATH={programs}:/usr/bin:/bin\n{block}"
    done = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, text=True, capture_output=True, cwd=folder,
                          env={"HOME": str(folder)})
    if done.returncode:
        sys.exit(f"{page.name}, in a block that is only tried:\n{done.stderr}in:\n{script}")
