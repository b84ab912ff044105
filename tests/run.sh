#!/usr/bin/env bash
# Runs tests against one build: run.sh BUILD-DIR [SUITE…]. Suites: house, unit, valgrind, and every folder of tests/
# with a run.py (lab, peers, cli, …), two at a time (JOBS=n: n). Default: all of them. A suite's last line is "N passed,
# N failed, N skipped"; tests/suites.txt says how many it must be and how long they may take.
#
# EDGEPROBE_PATIENCE multiplies every time limit: for slow builds and busy machines. Without it the load decides.
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
if [ -z "${EDGEPROBE_PATIENCE:-}" ]; then
    read -r load _ </proc/loadavg
    EDGEPROBE_PATIENCE=$((1 + ${load%.*} / $(nproc)))
fi
export EDGEPROBE_PATIENCE

# ---- what each suite runs ----

suite_house() {
    tally_step "include layers" tests/house/includes.sh
    tally_step "rooms as the page has them" tests/house/rooms.py
    tally_step "ports once" tests/house/ports.py
    tally_step "numbers" tests/house/numbers.sh
    tally_step "words once" tests/house/words.py
    tally_step "what the catalogue refuses" tests/house/refusals.py "$build"
    tally_step "circles of calls" tests/house/circles.py "$build"
    tally_step "the runner of suites" tests/house/runner.sh
    tally_step "catalogue page" scripts/checks-md.sh --check "$EDGEPROBE"
    tally_close
}

# Only what has a source: a test that was removed leaves its program behind.
suite_unit() {
    local source test
    for source in tests/unit/test_*.c; do
        test=$(basename -s .c "$source")
        tally "unit ${test#test_}" "$build/unit/$test"
    done
    tally_close
}

suite_valgrind() {
    EDGEPROBE_REAL=$EDGEPROBE EDGEPROBE_PATIENCE=$((EDGEPROBE_PATIENCE * 8)) EDGEPROBE_REPORTS='' \
        tests/lab/run.py --edgeprobe tests/house/under-valgrind.sh healthy demo-broken hostile-names
}

suite_run() {
    case "$1" in
    house | unit | valgrind) "suite_$1" ;;
    *) "tests/$1/run.py" --edgeprobe "$EDGEPROBE" ;;
    esac
}

if [ "${1:-}" = --one ]; then # what this script starts for each suite
    suite_run "$2"
    exit
fi

# ---- the suites, a few at a time ----

is_facts=
if [ "${1:-}" = --facts ]; then # make facts: the suites run for what they leave, and nothing is compared
    is_facts=1
    shift
fi
suites=("$@")
if [ ${#suites[@]} -eq 0 ]; then
    suites=(lab ciphers peers unit) # the longest first
    for runner in tests/*/run.py; do
        suite=$(basename "$(dirname "$runner")")
        case " bench golden screens seen ${suites[*]} " in
        *" $suite "*) ;;
        *) suites+=("$suite") ;;
        esac
    done
    suites+=(house valgrind golden screens seen) # the last three look at what the others hand over
    [ -z "$is_facts" ] || suites=(lab ciphers peers zone files revocation cli listen diff bundle capture login pki renew routes siege)
    export EDGEPROBE_REPORTS=${EDGEPROBE%/*}/reports
    rm -rf "$EDGEPROBE_REPORTS"
    mkdir -p "$EDGEPROBE_REPORTS"
fi

logs=$(mktemp -d)
trap 'rm -rf "$logs" "$tally_log"' EXIT

of_table() { # COLUMN SUITE DEFAULT
    awk -v suite="$2" -v column="$1" -v otherwise="$3" \
        '$1 == suite {found = $column} END {print found == "" ? otherwise : found}' tests/suites.txt
}

# A suite that is not in the table must run one test, in 120 seconds.
start() {
    local limit=$(($(of_table 3 "$1" 120) * EDGEPROBE_PATIENCE)) began=$SECONDS status=0
    timeout -k 5 "$limit" "$0" "$build" --one "$1" >"$logs/$1" 2>&1 || status=$?
    [ $((SECONDS - began)) -lt "$limit" ] || echo "the suite was still running after $limit seconds" >>"$logs/$1"
    echo "$status $((SECONDS - began))" >"$logs/$1.ended"
}

finish() {
    local status took
    read -r status took <"$logs/$1.ended"
    tally_add "$1" "$logs/$1" "$status" "$took" "$(of_table 2 "$1" 1)"
}

if [ -n "$is_facts" ]; then
    existing=()
    for suite in "${suites[@]}"; do [ ! -x "tests/$suite/run.py" ] || existing+=("$suite"); done
    suites=("${existing[@]}")
fi
for suite in "${suites[@]}"; do
    case "$suite" in
    house | unit | valgrind) ;;
    *) [ -x "tests/$suite/run.py" ] || { echo "run.sh: no suite '$suite'" >&2; exit 2; } ;;
    esac
done

pending=()
reap() { # tells of the suites that have ended
    local left=() name
    for name in "${pending[@]}"; do
        if [ -e "$logs/$name.ended" ]; then finish "$name"; else left+=("$name"); fi
    done
    pending=("${left[@]+"${left[@]}"}")
}

for suite in "${suites[@]}"; do
    while [ ${#pending[@]} -ge "${JOBS:-2}" ] || { [[ $suite == golden || $suite == screens || $suite == seen ]] && [ ${#pending[@]} -gt 0 ]; }; do
        wait -n
        reap
    done
    start "$suite" &
    pending+=("$suite")
done
while [ ${#pending[@]} -gt 0 ]; do
    wait -n
    reap
done
if [ -n "$is_facts" ]; then
    tests/seen/facts.py --reports "$EDGEPROBE_REPORTS"
    tests/seen/saves.py --reports "$EDGEPROBE_REPORTS"
    EDGEPROBE_UPDATE=1 "$build/unit/test_runs" >/dev/null || echo "run.sh: $build/unit/test_runs could not judge the saves" >&2
    tests/seen/run.py --update --reports "$EDGEPROBE_REPORTS"
fi
tally_close
