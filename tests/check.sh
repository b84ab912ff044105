#!/usr/bin/env bash
# One test by its name: check.sh BUILD-DIR NAME. A unit test (text, test_text), a scenario of the lab, a script of a
# peer, a suite of tests/; what all of these are called is listed when NAME is none.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
build=${1:?check.sh: wanted a build directory}
name=${2:-}
program=$build/edgeprobe

made() {
    make --no-print-directory BUILD="$build" "$@"
}

unit=${name#test_}
if [ -n "$name" ] && [ -f "tests/unit/test_$unit.c" ]; then
    made "$build/unit/test_$unit" && exec "$build/unit/test_$unit"
elif [ -n "$name" ] && [ -f "tests/lab/scenarios/$name.yaml" ]; then
    made "$program" && exec tests/lab/run.py --edgeprobe "$program" -v "$name"
elif [ -n "$name" ] && [ -f "tests/peers/scripts/$name.yaml" ]; then
    made "$program" && exec tests/peers/run.py --edgeprobe "$program" -v "$name"
elif [ -n "$name" ] && { [ -x "tests/$name/run.py" ] || [ "$name" = house ] || [ "$name" = unit ]; }; then
    made "$program" units && exec tests/run.sh "$build" "$name"
fi
echo "wanted TEST=name of a unit test, scenario, script or suite:" >&2
{
    basename -s .c -a tests/unit/test_*.c
    basename -s .yaml -a tests/lab/scenarios/*.yaml tests/peers/scripts/*.yaml
    for runner in tests/*/run.py; do basename "$(dirname "$runner")"; done
} | column -c 110 >&2
exit 2
