#!/usr/bin/env bash
# Runs $EDGEPROBE_REAL under valgrind, with the exit status 88 when it finds anything: stands in for the program.
exec valgrind -q --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=88 "${EDGEPROBE_REAL:?}" "$@"
