#!/usr/bin/env bash
# Creates what template.yaml becomes, in an emulator of CloudFormation.
#
# Usage: template.sh SAM_PYTHON MOTO_SERVER
set -euo pipefail
cd "$(dirname "$0")/../.."
log=$(mktemp)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$2" -H 127.0.0.1 -p "$port" >"$log" 2>&1 &
server=$!
trap 'kill $server; rm -f "$log"' EXIT
for _ in $(seq 100); do
    if curl -s -o /dev/null "http://127.0.0.1:$port"; then
        break
    fi
    sleep 0.2
done
if ! "$1" tests/tools/template.py "http://127.0.0.1:$port"; then
    tail -n 30 "$log"
    exit 1
fi
