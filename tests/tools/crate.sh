#!/usr/bin/env bash
# The crate as others use it: packed, in an empty folder, by a program that signs links and by a function that asks for
# them. Ends with a click on a link that the first has signed, at a `make run` of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
export CARGO_TARGET_DIR=$root/target/outside
cargo build --quiet --locked --all-features --example local --target-dir "$root/target"
cargo package --quiet --locked --allow-dirty --no-verify --package action-links --target-dir "$root/target"

folder=$(mktemp -d)
log=$folder/log
trap 'rm -rf "$folder"; if [ -n "${server-}" ]; then kill -INT "$server"; fi' EXIT
tar -xzf "$root"/target/package/action-links-*.crate -C "$folder"
crate=$(echo "$folder"/action-links-*)

# A program: the library alone.
cargo init --quiet --vcs none --name sign "$folder/sign"
cp examples/sign.rs "$folder/sign/src/main.rs"
cargo add --quiet --manifest-path "$folder/sign/Cargo.toml" --path "$crate"
# A function: the client, with the example's own manifest.
cp -r examples/invoke-from-lambda/rust "$folder/function"
for program in sign function; do
    cp Cargo.lock "$folder/$program"
    (cd "$folder/$program" && cargo build --quiet --config "patch.crates-io.action-links.path = \"$crate\"")
done

PORT=${PORT-3000} target/debug/examples/local >"$log" 2>&1 &
server=$!
until grep -q '^Inbox: ' "$log"; do
    kill -0 "$server" || { cat "$log"; exit 1; }
    sleep 0.2
done
link=$(LINK_BASE_URL=http://127.0.0.1:${PORT-3000} "$CARGO_TARGET_DIR/debug/sign")
status=$(curl --silent --output /dev/null --write-out '%{http_code}' "$link")
[ "$status" = 302 ] || { echo "a click on the link that was signed outside the repository: $status"; exit 1; }
again=$(curl --silent --output /dev/null --write-out '%{http_code}' "$link")
[ "$again" = 410 ] || { echo "a second click: $again"; exit 1; }
echo "the crate compiles in an empty folder, and its link works once"
