#!/usr/bin/env bash
# Runs every test against one build: run.sh BUILD-DIR [unit] [lab] [peers] [cli] [listen] [houses]. Default: all.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
build=${1:?run.sh: wanted a build directory}
shift
suites=${*:-house unit cli peers listen lab}
# shellcheck source=tests/tally.sh
. tests/tally.sh

export EDGEPROBE="$PWD/$build/edgeprobe"
case "$build" in /*) EDGEPROBE="$build/edgeprobe" ;; esac
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}

for suite in $suites; do
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
    cli | peers | listen | lab)
        tally "$suite" "tests/$suite/run.py" --edgeprobe "$EDGEPROBE"
        ;;
    *)
        echo "run.sh: no suite '$suite'" >&2
        exit 2
        ;;
    esac
done
tally_close
