#!/usr/bin/env bash
# Sends what schemathesis makes of openapi.yaml to a `make run` of its own.
#
# Usage: api.sh SCHEMATHESIS
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --quiet --locked --all-features --example local
log=$(mktemp)
PORT=3000 target/debug/examples/local >"$log" 2>&1 &
server=$!
trap 'kill -INT $server; rm -f "$log"' EXIT
until grep -q '^Inbox: ' "$log"; do
    kill -0 $server || { cat "$log"; exit 1; }
    sleep 0.2
done
"$1" --config-file schemathesis.toml run openapi.yaml --max-examples 50
