# Counts what test suites report. Source it; then: tally LABEL COMMAND…; at the end tally_close.
# A suite says how it went by cmocka's closing lines, or by "N passed, N failed, N skipped" as its last line.
# shellcheck shell=bash

tally_passed=0 tally_failed=0 tally_skipped=0
tally_log=$(mktemp)
trap 'rm -f "$tally_log"' EXIT

# The three counts of a suite's output: its own closing line, else cmocka's.
tally_counts() {
    sed -nE 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/own \1 \2 \3/p
             s/^\[  PASSED  \] ([0-9]+) test.*/passed \1/p
             s/^ *([0-9]+) FAILED TEST.*/failed \1/p
             s/^ *([0-9]+) SKIPPED TEST.*/skipped \1/p' "$1" |
        awk '$1 == "own" {passed = $2; failed = $3; skipped = $4}
             $1 == "passed" {passed += $2}
             $1 == "failed" {failed += $2}
             $1 == "skipped" {skipped += $2}
             END {print passed + 0, failed + 0, skipped + 0}'
}

tally() {
    local label=$1 status=0 started=$SECONDS
    shift
    "$@" >"$tally_log" 2>&1 || status=$?
    tally_add "$label" "$tally_log" "$status" $((SECONDS - started)) 1
}

# tally_unknown_skips LOG SKIPPED SKIPS: how many of the tests that a log says were skipped have no reason that SKIPS (a file of
# patterns) knows, or none at all; told in the log.
tally_unknown_skips() {
    local unknown reasons
    unknown=$(grep -E '^(skipped|SKIP)' "$1" | grep -vEf <(grep -v '^#' "$3"))
    reasons=$(grep -cE '^(skipped|SKIP)' "$1")
    [ "$reasons" -ge "$2" ] || grep -qE '^skipped all: ' "$1" || unknown+="${unknown:+$'\n'}$(($2 - reasons)) skipped without a word"
    [ -z "$unknown" ] || printf 'skipped for no known reason (%s):\n%s\n' "$3" "$unknown" >>"$1"
    printf '%s' "$unknown" | grep -c ''
}

# tally_add LABEL LOG STATUS SECONDS LEAST: counts what a finished suite wrote; LEAST is how many tests it must have run.
tally_add() {
    local label=$1 log=$2 status=$3 took=$4 least=$5 passed failed skipped
    echo "== $label"
    read -r passed failed skipped < <(tally_counts "$log")
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        failed=1 # it died, or failed without counting
    fi
    if [ "$((passed + failed + skipped))" -lt "$least" ]; then
        echo "$label ran $((passed + failed + skipped)) tests; $least is the least" >>"$log"
        failed=$((failed == 0 ? 1 : failed))
    fi
    if [ -n "${EDGEPROBE_KNOWN_SKIPS:-}" ] && [ "$failed" -eq 0 ]; then
        failed=$(tally_unknown_skips "$log" "$skipped" "$EDGEPROBE_KNOWN_SKIPS")
    fi
    if [ "$least" -gt 1 ] && [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then # a whole suite
        echo "   nothing of $label ran: all of it was skipped"
        if [ -n "${EDGEPROBE_KNOWN_SKIPS:-}" ]; then
            failed=1 && echo "all of it was skipped" >>"$log"
        else # an ordinary machine may lack what is known to be missing, nothing else
            failed=$(tally_unknown_skips "$log" "$skipped" "${BASH_SOURCE[0]%/*}/skips.txt")
        fi
    fi
    if [ "$failed" -ne 0 ]; then
        cat "$log"
        echo "exit status $status"
    else
        grep -iE '^(skipped|SKIP|causes without a real run)' "$log" || true
    fi
    echo "   $passed passed, $failed failed, $skipped skipped ($label, $took s)"
    tally_passed=$((tally_passed + passed))
    tally_failed=$((tally_failed + failed))
    tally_skipped=$((tally_skipped + skipped))
}

# One yes-or-no step counts as one test.
tally_step() {
    local label=$1
    shift
    tally "$label" one_step "$@"
}

one_step() {
    if "$@"; then echo "1 passed, 0 failed, 0 skipped"; else
        echo "0 passed, 1 failed, 0 skipped"
        return 1
    fi
}

tally_close() {
    echo
    echo "$tally_passed passed, $tally_failed failed, $tally_skipped skipped"
    [ "$tally_failed" -eq 0 ] && [ "$tally_passed" -gt 0 ]
}
