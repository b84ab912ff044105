#!/bin/bash
# Does any input crash, hang or fool a reader? Builds every tests/fuzz/fuzz_*.c with libFuzzer, ASan and UBSan into
# build-fuzz/ and runs each for SECONDS on its corpus, and on the shared data where that is there.
#
#   tests/fuzz/run.sh [SECONDS] [TARGET...]         a TARGET is fuzz_sip, or sip
#   tests/fuzz/run.sh --keep [TARGET...]            what build-fuzz/corpus/ has found goes into tests/fuzz/corpus/, as few
#                                                   and small files as reach the same code
#
# Words that a format is made of are in dict/; saves and DNS answers are changed by their structure (the targets do).
# FUZZ_SEED=N begins where N did before (CI does: what fails there by chance would come from no change); without it
# each run begins elsewhere. One line per target, then "N passed, N failed, N skipped". New inputs that reach new code
# are kept in build-fuzz/corpus/; inputs that fail in build-fuzz/TARGET-crash-*, and small ones are printed.
set -u
cd "$(dirname "$0")/../.." || exit 2
seconds=${1:-10} keeps=no
shift
[ "$seconds" != --keep ] || { keeps=yes seconds=0; }
build=${FUZZ_BUILD:-build-fuzz}
data=${EDGEPROBE_DATA:-../shared/data}
passed=0 failed=0 skipped=0

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

targets=("${@/#fuzz_/}")
targets=("${targets[@]/#/fuzz_}")
if [ ${#targets[@]} -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        targets+=("$(basename "$source" .c)")
    done
fi

clang=$(command -v clang-14 || command -v clang)
if [ -z "$clang" ]; then
    for target in "${targets[@]}"; do
        echo "skipped $target: no clang"
        skipped=$((skipped + 1))
    done
    finish
fi

mkdir -p "$build"
sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all"
flags="-O1 -g -fno-omit-frame-pointer"
read -r -a libraries <<<"$(pkg-config --libs "$(sed -n 's/^PKGS *:= *//p' Makefile) libarchive")" # targets make archives
if ! make -s BUILD="$build" CC="$clang" OPT="$flags -fsanitize=fuzzer-no-link $sanitizers" \
    "$build/libedgeprobe.a" >"$build/library.log" 2>&1; then
    echo "FAILED: the library does not build:"
    tail -n 20 "$build/library.log"
    failed=${#targets[@]}
    finish
fi

shared=$(mktemp -d)
trap 'rm -rf "$shared"' EXIT

# Folders of the shared data that are seeds for a target, extracted where they are archives.
seeds_of() {
    local archive="$data/fuzz/openssl-fuzz-corpora.tar.gz" kind
    case $1 in
    fuzz_cert) set -- x509 ;;
    fuzz_*crl* | fuzz_revocation*) set -- crl ;;
    fuzz_tls | fuzz_hello*) set -- client server ;;
    fuzz_sip | fuzz_conversation)
        [ -f "$data/sip/jain-sip-torture/src/test/torture/torture.xml" ] || return
        mkdir -p "$shared/sip"
        python3 -c 'import re, sys
for n, m in enumerate(re.findall(rb"<message>\s*<!\[CDATA\[(.*?)\]\]>", open(sys.argv[1], "rb").read(), re.S)):
    open(f"{sys.argv[2]}/{n}", "wb").write(re.sub(rb"\r?\n", b"\r\n", m))' "$data/sip/jain-sip-torture/src/test/torture/torture.xml" "$shared/sip"
        echo "$shared/sip"
        return
        ;;
    fuzz_capture | fuzz_stream) set -- captures ;;
    fuzz_log | fuzz_log_records | fuzz_dump) set -- expressway ;;
    fuzz_pem | fuzz_file) set -- certificates/zlint field ;;
    fuzz_dns)
        for kind in fuzzinput fuzznames; do
            [ -d "$data/dns/c-ares-fuzz/test/$kind" ] && echo "$data/dns/c-ares-fuzz/test/$kind"
        done
        return
        ;;
    *) return ;;
    esac
    for kind in "$@"; do
        [ ! -d "$data/$kind" ] || { echo "$data/$kind"; continue; }
        [ -f "$archive" ] || return
        [ -d "$shared/openssl-fuzz-corpora/$kind" ] ||
            tar -xzf "$archive" -C "$shared" "openssl-fuzz-corpora/$kind"
        echo "$shared/openssl-fuzz-corpora/$kind"
    done
}

# The fewest inputs that reach what all reach; of these some two dozen, of every size.
keep_few() {
    local target=$1 few count step
    few=$(mktemp -d)
    "$build/$target" -set_cover_merge=1 -max_len=4096 -timeout=10 "$few" "$build/corpus/$target" tests/fuzz/corpus/"$target" || return 1
    mkdir -p "tests/fuzz/corpus/$target"
    count=$(find "$few" -type f | wc -l)
    step=$(((count + 23) / 24))
    find "$few" -type f -printf '%s %p\n' | sort -n | awk -v step="$step" 'NR % step == 0 { print $2 }' |
        xargs -r cp -t "tests/fuzz/corpus/$target/"
    rm -rf "$few"
}

run_target() {
    local target=$1 log="$build/$1.log" seeds=()
    shift
    # shellcheck disable=SC2086 # flags are lists
    "$clang" -std=c11 -D_GNU_SOURCE -Werror -I. -I"$build" $flags -fsanitize=fuzzer $sanitizers -o "$build/$target" \
        "tests/fuzz/$target.c" "$build/libedgeprobe.a" "${libraries[@]}" >"$log" 2>&1 || return 1
    mkdir -p "$build/corpus/$target"
    [ -d "tests/fuzz/corpus/$target" ] && seeds+=("tests/fuzz/corpus/$target")
    while read -r folder; do
        seeds+=("$folder")
    done < <(seeds_of "$target")
    [ ! -f "tests/fuzz/dict/$target.dict" ] || set -- "-dict=tests/fuzz/dict/$target.dict"
    [ "$keeps" = no ] || { keep_few "$target" >>"$log" 2>&1; return; }
    "$build/$target" "$@" -max_total_time="$seconds" -seed="${FUZZ_SEED:-0}" -timeout=10 \
        -rss_limit_mb=2048 -verbosity=1 -artifact_prefix="$build/$target-" "$build/corpus/$target" "${seeds[@]}" >>"$log" 2>&1
}

for target in "${targets[@]}"; do
    if run_target "$target"; then
        echo "ok $target: $(sed -n 's/^Done \(.*\)/\1/p' "$build/$target.log" | tail -n 1)"
        passed=$((passed + 1))
    else
        echo "FAILED $target: see $build/$target.log"
        grep -m 12 -E 'ERROR|SUMMARY|error:|^ +#[0-9]+ .* (wire|facts|probe|capture|bundle|checks|outcomes|tests)/' "$build/$target.log"
        for input in "$build/$target"-*; do # where only what is printed outlives the machine
            [ ! -f "$input" ] || [ "$(stat -c %s "$input")" -gt 3000 ] || { echo "$input in base64:" && base64 -w 120 "$input"; }
        done
        failed=$((failed + 1))
    fi
done
finish
