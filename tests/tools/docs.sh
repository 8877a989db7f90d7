#!/usr/bin/env bash
# Runs the commands of README and docs, and looks for what they name. Needs npm, curl, Python 3.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=$PWD/target/docs
[ -x "$tools/venv/bin/cargo-lambda" ] || {
    python3 -m venv "$tools/venv"
    "$tools/venv/bin/pip" install --quiet pyjwt==2.15.1 'awscli>=1.45,<2' 'cargo-lambda>=1.9.2,<2'
}
npm ci --ignore-scripts --silent --no-audit --no-fund --prefix clients/typescript
npm run --silent build --prefix clients/typescript
npm install --silent --no-save --ignore-scripts --no-audit --no-fund --install-links --prefix "$tools" jsonwebtoken@9 jose@6 "$PWD/clients/typescript"
"$tools/venv/bin/pip" install --quiet --no-deps "$PWD/clients/python"
export PATH=$tools/venv/bin:$PATH NODE_PATH=$tools/node_modules
exec python3 tests/tools/docs.py "$@"
