#!/usr/bin/env bash
# Installs what the tests need and is missing, and says so. With everything there it does nothing, and needs no network.
set -eu
. "$(dirname "$0")/as-root.sh"
missing=0
need() { # command, what it is
    command -v "$1" >/dev/null 2>&1 && return
    echo "setup: $2 is missing (no \`$1\` on the PATH)" >&2
    missing=1
}
need cargo "the Rust toolchain, see https://rustup.rs"
need cc "a C compiler"

has_postgres() {
    local bin
    for bin in "${PG_BINDIR:-}" /usr/lib/postgresql/*/bin "$(dirname "$(command -v initdb || echo /)")"; do
        [ -n "$bin" ] && [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] && return
    done
    return 1
}

install_postgres() {
    echo "setup: PostgreSQL is missing; installing it with the system's package manager." >&2
    echo "setup: the tests start a server of their own with it, in a temporary directory, never as root." >&2
    if command -v apt-get >/dev/null 2>&1; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql ||
            { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; }
    elif command -v dnf >/dev/null 2>&1; then
        as_root dnf install -y postgresql-server postgresql
    elif command -v pacman >/dev/null 2>&1; then
        as_root pacman -S --needed --noconfirm postgresql
    elif command -v apk >/dev/null 2>&1; then
        as_root apk add postgresql setpriv
    elif command -v brew >/dev/null 2>&1; then
        brew install postgresql
    else
        echo "setup: no package manager that we know; please install PostgreSQL, or set PG_BINDIR" >&2
        return 1
    fi
}

if ! has_postgres; then
    install_postgres >&2 || missing=1
    has_postgres || { echo "setup: PostgreSQL is still missing" >&2 && missing=1; }
fi
exit "$missing"
