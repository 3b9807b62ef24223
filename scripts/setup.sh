#!/usr/bin/env bash
# Says what the tests need and is missing. Today they need a Rust toolchain and a C compiler, and nothing else.
set -eu
missing=0
need() { # command, what it is
    command -v "$1" >/dev/null 2>&1 && return
    echo "setup: $2 is missing (no \`$1\` on the PATH)" >&2
    missing=1
}
need cargo "the Rust toolchain, see https://rustup.rs"
need cc "a C compiler"
exit "$missing"
