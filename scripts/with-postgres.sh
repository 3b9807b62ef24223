#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own: in a temporary directory, on a socket, never as root; both are
# gone when the command ends, or when this script does, however it ends. The command finds the server under
# VOUCHSAFE_TEST_PG_URL. With that set already, it is just run.
set -euo pipefail
[ -n "${VOUCHSAFE_TEST_PG_URL:-}" ] && exec "$@"

bin=${PG_BINDIR:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] || { echo "with-postgres: no initdb and postgres; run \`make setup\`" >&2; exit 1; }

dir=$(mktemp -d /tmp/vouchsafe-pg.XXXXXX) # short: the path of a socket ends at 107 bytes
as=()
if [ "$(id -u)" = 0 ]; then
    chown 65534:65534 "$dir"
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
fi

# Cleans up when nobody holds the other end of its pipe any more, which nobody but this script does. It is told whom to
# end, and is in a session of its own, so that what kills this script leaves it alone.
clean='
    trap "" HUP INT TERM
    while read -r pid; do pids="${pids:-} $pid"; done
    for pid in ${pids:-}; do
        kill -INT "$pid" 2>/dev/null
        for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
        kill -KILL "$pid" 2>/dev/null
    done
    for _ in $(seq 20); do rm -rf "$1" && break; sleep 0.1; done
'
exec 9> >(exec setsid bash -c "$clean" clean "$dir" >/dev/null 2>&1)
cleaner=$!
stop() {
    exec 9>&-
    # The server is a child of this script: who ends it sees it gone only when it has been waited for.
    [ -n "${server:-}" ] && wait "$server" 2>/dev/null
    wait "$cleaner" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$dir"
HOME=$dir "${as[@]}" "$bin/initdb" -D "$dir/data" -U vouchsafe -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions \
    >"$dir/initdb.log" 2>&1 9>&- || { cat "$dir/initdb.log" >&2; exit 1; }
"${as[@]}" "$bin/postgres" -D "$dir/data" -F -k "$dir" -c listen_addresses= -c synchronous_commit=off \
    -c full_page_writes=off -c autovacuum=off -c max_connections=300 >"$dir/server.log" 2>&1 9>&- &
server=$!
echo "$server" >&9
for _ in $(seq 1200); do
    "$bin/pg_isready" -q -h "$dir" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
done
"$bin/pg_isready" -q -h "$dir" || { cat "$dir/server.log" >&2; exit 1; }
cd - >/dev/null
export VOUCHSAFE_TEST_PG_URL="postgres:///postgres?host=$dir&user=vouchsafe" VOUCHSAFE_TEST_PG_BIN="$bin"
"$@" 9>&-
