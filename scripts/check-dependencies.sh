#!/usr/bin/env bash
# Refuses what the build must not depend on: other TLS stacks with long C builds, and licences that bind the product.
set -eu
for name in openssl-sys aws-lc-sys native-tls; do
    if cargo tree --workspace --edges normal,build --invert "$name" >/dev/null 2>&1; then
        echo "check: $name is in the dependency tree" >&2
        exit 1
    fi
done
bad=$(cargo tree --workspace --edges normal --prefix none --format '{p} {l}' | sort -u |
    grep -E '[^L]GPL-|AGPL' | grep -vE 'MIT|Apache' || true)
if [ -n "$bad" ]; then
    printf 'check: licences that bind the product:\n%s\n' "$bad" >&2
    exit 1
fi
