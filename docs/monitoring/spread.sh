#!/bin/sh
# Spread a long list of domains over machines that are there already: each takes every Nth line, and the reports, a line
# a target, come together here. spread.sh LIST HOST...   (ssh must reach each HOST without a password)
set -eu
list=$1
shift
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
count=$#
# shellcheck disable=SC2016 # for the shells that xargs starts: $0 is the host, $1 its part
run='${SPREAD_SHELL:-ssh} "$0" edgeprobe monitor - --format ndjson <"$1" >"$1.told" || true' # its status is in the lines
number=0
for host in "$@"; do
    number=$((number + 1))
    awk -v n="$number" -v of="$count" 'NR % of == n % of' "$list" >"$parts/$number"
    echo "$host $parts/$number"
done | xargs -P "$count" -L 1 sh -c "$run"
cat "$parts"/*.told | grep -v '"type":"summary"'
