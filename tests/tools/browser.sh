#!/usr/bin/env bash
# The pages in real browsers: the demo's, in Chromium and Firefox. Needs npm, both browsers, and `cargo`.
# With the argument `screenshots` it takes pictures of them instead, for docs/pages.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=$PWD/target/browser
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v google-chrome || true)}
[ -n "$CHROMIUM" ] || { echo "there is no Chromium: name one in CHROMIUM"; exit 1; }
FIREFOX=${FIREFOX:-$(command -v firefox || command -v firefox-esr || true)}
[ -n "$FIREFOX" ] || { echo "there is no Firefox: name one in FIREFOX"; exit 1; }
[ -d "$tools/node_modules/caniemail" ] ||
    npm install --silent --no-save --ignore-scripts --prefix "$tools" playwright-core@1.65.1 puppeteer-core@25.16.0 axe-core@4.14.1 caniemail@2.0.2 mermaid@11
cargo build --locked --all-features --example local
export CHROMIUM FIREFOX LOCAL=${CARGO_TARGET_DIR:-target}/debug/examples/local NODE_PATH=$tools/node_modules
case ${1-} in
    screenshots)
        node tests/browser/screenshots.cjs
        pngquant --force --ext .png --speed 1 --strip docs/pages/*.png
        ;;
    *) node --test --test-timeout=300000 tests/browser/*.test.cjs ;;
esac
