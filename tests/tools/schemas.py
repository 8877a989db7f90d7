"""What generators of code make of docs/schemas/invocation.json, tried with what clients/cases.json sends and answers.

- json-schema-to-typescript: the requests and replies compile as the generated types, with `tsc --strict`.
- datamodel-code-generator: the generated models of pydantic take them, and keep what they say. Requests and programs that
  read replies pass `mypy --strict` with its TypedDicts.

Usage: schemas.py (needs npm, and datamodel-code-generator, mypy and pydantic in this Python)
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs/schemas/invocation.json"
REPLIES = {"sign": "SignReply", "sign_many": "SignManyReply", "decorate": "DecorateReply", "act": "ActReply"}
JSON2TS = "npm exec --ignore-scripts --yes --package=json-schema-to-typescript@16.0.0 -- json2ts --input".split()
CODEGEN = [sys.executable, "-m", "datamodel_code_generator", "--input-file-type", "jsonschema", "--target-python-version", "3.10",
           "--use-annotated", "--formatters", "builtin", "--input", SCHEMA, "--output"]


def run(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def examples():
    """Requests and replies, each with the name of its type."""
    for case in json.loads((ROOT / "clients/cases.json").read_text())["calls"]:
        for exchange in case["exchanges"]:
            yield "Request", exchange["sent"]
            reply = exchange["answer"].get("body")
            if "result" in case and exchange["answer"].get("status") == 200:
                yield "FunctionError" if "errorType" in reply else REPLIES[case["call"]["method"]], reply


def check_typescript(folder):
    (folder / "invocation.ts").write_text(run(*JSON2TS, SCHEMA))
    names = sorted({name for name, _ in examples()})
    lines = [f'import type {{ {", ".join(names)} }} from "./invocation.js";']
    lines += [f"const x{n}: {name} = {json.dumps(value)};\nvoid x{n};" for n, (name, value) in enumerate(examples())]
    lines += [
        'export const url = (reply: SignReply): string => reply.url + (reply.expires_at ?? "never");',
        "export const state = (reply: ActReply): string => reply.data.state;",
        'export const codes = (reply: SignManyReply) => reply.links.map((link) => ("error" in link ? link.error : link.url));',
        "// @ts-expect-error -- a request is closed, so that a misspelt member is found",
        'export const misspelt: Request = { operation: "sign", booking_id: "b", action: "a", expire_in: 60 };',
    ]
    (folder / "program.ts").write_text("\n".join(lines))
    tsc = ROOT / "clients/typescript/node_modules/.bin/tsc"
    run(tsc, "--strict", "--noEmit", "--module", "nodenext", "--lib", "es2022", folder / "program.ts", folder / "invocation.ts")


def check_models(folder):
    run(*CODEGEN, folder / "models.py", "--output-model-type", "pydantic_v2.BaseModel", "--use-title-as-name")
    spec = importlib.util.spec_from_file_location("models", folder / "models.py")
    models = sys.modules["models"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(models)
    for name, value in examples():
        model = getattr(models, name).model_validate(value)
        said = json.loads(model.model_dump_json(exclude_unset=True))
        # A member that is new in a reply may be dropped, but none of a booking.
        assert said == value or (name == "SignReply" and said.items() <= value.items()), f"{name}: {value} is {said}"
    try:
        models.Request.model_validate({"operation": "sign", "booking_id": "b", "action": "a", "expire_in": 60})
    except ValueError:
        return
    raise SystemExit("a misspelt member of a request is taken")


def check_typed_dicts(folder):
    run(*CODEGEN, folder / "types_.py", "--output-model-type", "typing.TypedDict", "--use-title-as-name")
    lines = ["import types_", ""]
    # Replies are read: a TypedDict has no open members.
    lines += [f"x{n}: types_.{name} = {value!r}" for n, (name, value) in enumerate(examples()) if name == "Request"]
    lines += ["def url(reply: types_.SignReply) -> str: return reply['url'] + reply.get('expires_at', '')"]
    lines += ["def state(reply: types_.ActReply) -> str: return reply['data']['state']"]
    (folder / "program.py").write_text("\n".join(lines) + "\n")
    run(sys.executable, "-m", "mypy", "--strict", folder / "program.py")


def main():
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as root:
        folder = Path(root)
        check_typescript(folder)
        check_models(folder)
        check_typed_dicts(folder)
    print(f"docs/schemas/invocation.json: {len(list(examples()))} requests and replies fit what generators make of it")


main()
