#!/usr/bin/env bash
# Writes docs/CHECKS.md from the catalogue that is built into edgeprobe; with --check, says whether the page
# lags behind instead. usage: checks-md.sh [--check] [EDGEPROBE]
set -euo pipefail

check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
edgeprobe=${1:-build/edgeprobe}
case "$edgeprobe" in /*) ;; *) edgeprobe="$PWD/$edgeprobe" ;; esac
cd "$(dirname "$0")/.."

page=$(mktemp docs/.CHECKS.md.XXXXXX)
trap 'rm -f "$page"' EXIT
"$edgeprobe" explain --format json | /usr/bin/python3 scripts/checks_md.py >"$page"

if [ "$check" = yes ]; then
    diff -u docs/CHECKS.md "$page" || {
        echo "docs/CHECKS.md lags behind the catalogue: run scripts/checks-md.sh" >&2
        exit 1
    }
    exit 0
fi
chmod 644 "$page"
mv "$page" docs/CHECKS.md
