#!/usr/bin/env bash
# Refuses what the build must not depend on: other TLS stacks with long C builds, and licences that bind the product.
set -euo pipefail
tree=$(cargo tree --workspace --edges normal,build --prefix none --format '{p} | {l}')
refuse() { # what is wrong, the lines that are
    [ -z "$2" ] && return
    printf 'check: %s:\n%s\n' "$1" "$2" >&2
    exit 1
}
refuse "dependencies that must not be there" \
    "$(awk '$1 ~ /^(openssl-sys|aws-lc-sys|native-tls)$/' <<<"$tree" | sort -u)"
refuse "licences that bind the product" \
    "$(awk -F' [|] ' '$2 ~ /(^|[^L])GPL-|AGPL/ && $2 !~ /MIT|Apache/' <<<"$tree" | sort -u)"
