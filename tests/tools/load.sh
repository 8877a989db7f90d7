#!/usr/bin/env bash
# Load on both functions of the demo, in `local`, for the given seconds. The figures are those of the
# development profile and the embedded engine, so they can only be compared with each other.
set -euo pipefail
cd "$(dirname "$0")/../.."

command -v wrk >/dev/null || { echo "there is no wrk: install it (apt-get install wrk)"; exit 1; }
cargo build --locked --all-features --example local
log=$(mktemp)
"${CARGO_TARGET_DIR:-target}/debug/examples/local" --port 0 >"$log" 2>&1 &
local=$!
trap 'kill "$local" 2>/dev/null || true; rm "$log"' EXIT
until base=$(sed -n 's|^Inbox: \(http://[^ ]*\)/ .*|\1|p' "$log") && [ -n "$base" ]; do
    kill -0 "$local" || { cat "$log"; exit 1; }
    sleep 0.1
done

# Key and links are passed in the environment, so that no list of processes and no report shows them.
key=$(sed -n 's/^ *API key *//p' "$log")
AUTHORIZATION="Basic $(printf ':%s' "$key" | base64 | tr -d '\n')"
LINKS=$(curl --silent --fail --header @- "$base/v2/bookings?include=customer_action_links,action_links" \
    <<<"Authorization: $AUTHORIZATION" | grep -o '/v2/bookings/[^"]*/external_action/[^"]*')
export AUTHORIZATION LINKS

echo "local, development profile, bookings in memory:"
# The time-out is the same as in template.yaml.
wrk --threads 2 --connections 16 --duration "$1" --timeout 10s --latency --script tests/tools/load.lua "$base" || {
    grep '"level":"ERROR"' "$log" | tail -5
    exit 1
}

kill -INT "$local"
wait "$local" || { echo "local did not stop cleanly"; exit 1; }
