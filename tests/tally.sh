# Counts what test suites report. Source it; then: tally LABEL COMMAND…; at the end tally_close.
# A suite says how it went by cmocka's closing lines, or by "N passed, N failed, N skipped" as its last line.
# shellcheck shell=bash

tally_passed=0 tally_failed=0 tally_skipped=0
tally_log=$(mktemp)
trap 'rm -f "$tally_log"' EXIT

tally() {
    local label=$1 status=0 started=$SECONDS passed failed skipped
    shift
    echo "== $label"
    "$@" >"$tally_log" 2>&1 || status=$?
    passed=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) test.*/\1/p; s/^([0-9]+) passed, .*/\1/p' "$tally_log" | awk '{n+=$1} END {print n+0}')
    failed=$(sed -nE 's/.* ([0-9]+) FAILED TEST.*/\1/p; s/^[0-9]+ passed, ([0-9]+) failed.*/\1/p' "$tally_log" | awk '{n+=$1} END {print n+0}')
    skipped=$(sed -nE 's/^ *([0-9]+) SKIPPED TEST.*/\1/p; s/^[0-9]+ passed, [0-9]+ failed, ([0-9]+) skipped.*/\1/p' "$tally_log" | awk '{n+=$1} END {print n+0}')
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        failed=1 # it died, or failed without counting
    fi
    if [ "$((passed + failed + skipped))" -eq 0 ]; then
        echo "$label ran no test" >>"$tally_log"
        failed=1
    fi
    if [ "$failed" -ne 0 ]; then
        cat "$tally_log"
        echo "exit status $status"
    else
        grep -iE '^(skipped|SKIP)' "$tally_log" || true
    fi
    echo "   $passed passed, $failed failed, $skipped skipped ($label, $((SECONDS - started)) s)"
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
