#!/usr/bin/env bash
# Runs tests against one build: run.sh BUILD-DIR [SUITE…]. Suites: house, unit, valgrind, and every folder of tests/ with a
# run.py (lab, peers, cli, …). Default: all of them. A suite's last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
build=${1:?run.sh: wanted a build directory}
shift
# shellcheck source=tests/tally.sh
. tests/tally.sh

case "$build" in
/*) export EDGEPROBE="$build/edgeprobe" ;;
*) export EDGEPROBE="$PWD/$build/edgeprobe" ;;
esac
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}

if [ $# -eq 0 ]; then
    set -- house unit valgrind
    for runner in tests/*/run.py; do
        suite=$(basename "$(dirname "$runner")")
        case "$suite" in
        bench | golden) ;;
        *) set -- "$@" "$suite" ;;
        esac
    done
    set -- "$@" golden # last: it compares what the others hand over
    export EDGEPROBE_REPORTS=${EDGEPROBE%/*}/reports
    rm -rf "$EDGEPROBE_REPORTS"
    mkdir -p "$EDGEPROBE_REPORTS"
fi

for suite in "$@"; do
    case "$suite" in
    house)
        tally_step "include layers" tests/house/includes.sh
        tally_step "catalogue page" scripts/checks-md.sh --check "$EDGEPROBE"
        ;;
    unit)
        for test in "$build"/unit/test_*; do
            case "$test" in *.d | *.o) continue ;; esac
            tally "unit ${test##*/test_}" "$test"
        done
        ;;
    valgrind)
        EDGEPROBE_REAL=$EDGEPROBE tally valgrind tests/lab/run.py --edgeprobe tests/house/under-valgrind.sh \
            healthy demo-broken hostile-names
        ;;
    *)
        if [ ! -x "tests/$suite/run.py" ]; then
            echo "run.sh: no suite '$suite'" >&2
            exit 2
        fi
        tally "$suite" "tests/$suite/run.py" --edgeprobe "$EDGEPROBE"
        ;;
    esac
done
tally_close
