#!/usr/bin/env bash
# Runs the commands of README and docs, and looks for what they name. Needs npm, curl, Python 3.
set -euo pipefail
cd "$(dirname "$0")/../.."

# What the clients' packages of a release have.
npm ci --ignore-scripts --silent --no-audit --no-fund --prefix clients/typescript
npm run --silent build --prefix clients/typescript
exec python3 tests/tools/docs.py "$@"
