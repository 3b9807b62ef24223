#!/usr/bin/env bash
# The long fault tests: the real process is killed 200 times on each database, two nodes are asked 10,000 rounds. How
# many of each may be set in the environment. They print what they did.
set -eu
cd "$(dirname "$0")/.."
export VOUCHSAFE_TEST_KILLS="${VOUCHSAFE_TEST_KILLS:-200}" VOUCHSAFE_TEST_ROUNDS="${VOUCHSAFE_TEST_ROUNDS:-10000}"
export VOUCHSAFE_TEST_STOPS="${VOUCHSAFE_TEST_STOPS:-20}"
run() { cargo test --workspace --test it -- --nocapture faults::; }
export -f run
echo "faults: on SQLite" >&2
run
echo "faults: on PostgreSQL" >&2
scripts/with-postgres.sh bash -c run
