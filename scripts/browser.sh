#!/usr/bin/env bash
# Runs the browser tests: Debian's Chromium against the binary of the last debug build. Installs what is missing, and
# says so; with everything there it needs no network. Pictures of every page go to target/screenshots.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/as-root.sh

has_chromium() { [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }

wanted=()
has_chromium || wanted+=(chromium)
command -v node >/dev/null || wanted+=(nodejs)
command -v npm >/dev/null || wanted+=(npm)
if [ ${#wanted[@]} -gt 0 ]; then
    echo "browser: missing, and installed now with the system's package manager: ${wanted[*]}" >&2
    command -v apt-get >/dev/null || { echo "browser: no apt-get; please install them, or set CHROMIUM" >&2; exit 1; }
    install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${wanted[@]}")
    as_root "${install[@]}" >&2 || { as_root apt-get update >&2 && as_root "${install[@]}" >&2; }
fi

cd tests/browser
if ! cmp -s package-lock.json node_modules/.of-lock; then
    echo "browser: installing the Node packages of tests/browser/package-lock.json" >&2
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefer-offline --ignore-scripts --no-audit --no-fund >&2
    cp package-lock.json node_modules/.of-lock
fi
cd ../..
[ "${1:-}" = setup ] && exit
"${CARGO:-cargo}" build --quiet --package vouchsafe-server
exec timeout 900 node --test --test-concurrency=1 tests/browser/*.test.mjs
