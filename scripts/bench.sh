#!/usr/bin/env bash
# Builds everything in release mode and measures it; prints a table of rates and ratios.
set -eu
cd "$(dirname "$0")/.."
memory=/dev/shm
[ -d "$memory" ] || memory=$(mktemp -d)
mkdir -p target/bench
cc -shared -fPIC -O2 -o target/bench/slow_sync.so scripts/slow_sync.c
export SLOW_SYNC=$PWD/target/bench/slow_sync.so
cargo build --release --package vouchsafe-server
scripts/with-postgres.sh cargo bench --package vouchsafe-tests --bench http -- "$memory" target/bench "$@"
