#!/usr/bin/env bash
# Does tests/run.sh notice what a suite can do wrong? It runs here over made-up suites and unit tests, in a folder of its own:
# one that passes, and others that hang, die, lose tests, skip them or say nothing.
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/tests/unit" "$place/build/unit"
cp "$here/run.sh" "$here/tally.sh" "$here/skips.txt" "$place/tests/"
export EDGEPROBE_PATIENCE=1
unset EDGEPROBE_KNOWN_SKIPS EDGEPROBE_REPORTS JOBS
problems=0

suite() { # NAME LEAST SECONDS COMMAND: a suite that does so
    mkdir -p "$place/tests/$1"
    printf '#!/usr/bin/env bash\n%s\n' "$4" >"$place/tests/$1/run.py"
    chmod +x "$place/tests/$1/run.py"
    echo "$1 $2 $3" >>"$place/tests/suites.txt"
}

unit() { # NAME COMMAND: the program of a unit test
    printf '#!/usr/bin/env bash\n%s\n' "$2" >"$place/build/unit/$1"
    chmod +x "$place/build/unit/$1"
}

holds() { # WHAT passes|fails WORDS SUITE…: how run.sh ends, and what it says
    local what=$1 wanted=$2 words=$3 ended=passes said
    shift 3
    said=$("$place/tests/run.sh" build "$@" 2>&1) || ended=fails
    if [ "$ended" != "$wanted" ] || ! grep -qF -- "$words" <<<"$said"; then
        printf '%s: it %s; wanted: %s, with "%s"\n%s\n' "$what" "$ended" "$wanted" "$words" "$said"
        problems=$((problems + 1))
    fi
}

suite good 3 5 'echo "3 passed, 0 failed, 0 skipped"'
suite fewer 3 5 'echo "2 passed, 0 failed, 0 skipped"'
suite silent 1 5 'echo "all is well"'
suite dies 3 5 'echo "3 passed, 0 failed, 0 skipped"; kill -9 $$'
suite fails 3 5 'echo "3 passed, 1 failed, 0 skipped"'
suite hangs 1 1 'echo "1 passed, 0 failed, 0 skipped"; exec sleep 60'
suite whim 3 5 'echo "skipped all: not today"; echo "0 passed, 0 failed, 3 skipped"'
suite poor 3 5 'echo "skipped all: no shared data"; echo "0 passed, 0 failed, 3 skipped"'
suite lean 3 5 'echo "skipped a: no shared data"; echo "2 passed, 0 failed, 1 skipped"'
suite mute 3 5 'echo "2 passed, 0 failed, 1 skipped"'
holds "a suite that passes" passes "3 passed, 0 failed, 0 skipped" good
holds "a suite that has lost tests" fails "fewer ran 2 tests; 3 is the least" fewer good
holds "a suite without a count" fails "silent ran 0 tests; 1 is the least" silent good
holds "a suite that dies behind its count" fails "exit status 137" dies good
holds "a suite whose count alone tells of a failure" fails "6 passed, 1 failed" fails good
holds "a suite that hangs" fails "the suite was still running after 1 seconds" hangs good
holds "a suite that skips all for a reason of its own" fails "skipped for no known reason" whim good
holds "a suite that skips all for want of data" passes "nothing of poor ran" poor good
holds "nothing but skipped tests" fails "0 passed, 0 failed, 3 skipped" poor
holds "a suite that is not there" fails "no suite 'gone'" gone good

export EDGEPROBE_KNOWN_SKIPS=$place/tests/skips.txt # as .ci/run has it
holds "CI, a skip that is known" passes "skipped a: no shared data" lean good
holds "CI, a skip without a word" fails "1 skipped without a word" mute good
holds "CI, all skipped" fails "all of it was skipped" poor good
unset EDGEPROBE_KNOWN_SKIPS

echo 'unit 2 20' >>"$place/tests/suites.txt"
touch "$place/tests/unit/test_one.c" "$place/tests/unit/test_two.c"
unit test_one 'echo "[  PASSED  ] 2 test(s)."'
unit test_two 'echo "[  PASSED  ] 1 test(s)."'
unit test_gone 'echo "the leftover ran"; exit 1'
holds "the program of a test that is gone" passes "3 passed, 0 failed" unit
unit test_two 'echo "[  PASSED  ] 1 test(s)."; kill -SEGV $$'
holds "a unit test that crashes" fails "exit status 139" unit
unit test_two 'true'
holds "a unit test that runs nothing" fails "unit two ran 0 tests" unit
rm "$place/build/unit/test_two"
holds "a unit test that was not built" fails "exit status 127" unit
[ "$problems" -eq 0 ]
