#!/bin/sh
# Writes docs/CHECKS.md anew from the catalogue: after every change of a row in checks/catalogue_*.c.
# usage: scripts/checks-md.sh [BUILD]   (the Makefile's build directory, default build)
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
make --no-print-directory BUILD="$build" "$build/libedgeprobe.a"
# jansson alone is needed: the linker takes the catalogue and its writer out of the archive
${CC:-cc} -std=c11 -D_GNU_SOURCE -I. -o "$build/checks_md" scripts/checks_md.c "$build/libedgeprobe.a" \
    -ljansson
temporary=$(mktemp docs/CHECKS.md.XXXXXX)
trap 'rm -f "$temporary"' EXIT
"$build/checks_md" >"$temporary"
chmod 644 "$temporary"
mv "$temporary" docs/CHECKS.md
