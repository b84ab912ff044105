#!/usr/bin/env bash
# Runs $EDGEPROBE_REAL under valgrind, with the exit status 88 when it finds anything: stands in for the program. Slow as it
# is there, it gets all the time it wants: what is looked for is not speed. A replay waits for nobody, and refuses limits.
limits=(--timeout 60 --deadline 300)
[ "${1:-}" != replay ] || limits=()
# Valgrind does not know the system calls by which it would be confined, and says so.
export EDGEPROBE_CONFINE=no
exec valgrind -q --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=88 "${EDGEPROBE_REAL:?}" "$@" "${limits[@]}"
