#!/usr/bin/env bash
# Do the arrows of the architecture hold? Each room may include only what docs/ARCHITECTURE.md allows it.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

wrong=0
complain() {
    echo "$1: $2"
    wrong=$((wrong + 1))
}

# room: rooms it may include | libraries it may include (patterns of the header's path)
layers='
facts  | facts                                    | jansson.h
probe  | facts probe                              | jansson.h uv.h ares*.h openssl/* curl/* osip* osipparser2/* zlib.h archive*.h netinet/* arpa/* sys/socket.h netdb.h sys/un.h poll.h
config | facts config probe/wire probe/probe.h    | yaml.h idn2.h getopt.h dirent.h openssl/*
checks | facts checks                             | jansson.h openssl/*
report | facts checks report                      | jansson.h
commands | facts probe config checks report commands | jansson.h
'
network='sys/socket.h netdb.h netinet/* arpa/* poll.h sys/epoll.h sys/un.h uv.h ares*.h curl/* openssl/ssl.h osip*'

matches() {
    local what=$1 pattern
    shift
    for pattern in "$@"; do
        # shellcheck disable=SC2053  # patterns are meant to match
        [[ $what == $pattern ]] && return 0
    done
    return 1
}

set -f # the lists below are patterns, split by blanks on purpose
# shellcheck disable=SC2086
while IFS='|' read -r room rooms libraries; do
    room=${room// /}
    [ -n "$room" ] || continue
    while IFS=: read -r file header; do
        allowed=no
        for r in $rooms; do
            [[ $header == "$r"/* || $header == "$r" ]] && allowed=yes
        done
        [ "$allowed" = yes ] || complain "$file" "$room/ must not include \"$header\""
    done < <(set +f; grep -rHoE --include='*.[ch]' '^ *# *include *"[^"]+"' "$room" | sed -E 's/: *# *include *"([^"]+)"/:\1/')
    while IFS=: read -r file header; do
        if [ "$room" != probe ] && [ "$room" != commands ] && matches "$header" $network; then
            case "$room:$header" in
            checks:arpa/inet.h | config:arpa/inet.h | config:netinet/in.h | checks:netinet/in.h) ;; # textual addresses, no sockets
            *) complain "$file" "$room/ must not touch the network: <$header>" ;;
            esac
        fi
        case "$header" in openssl/* | jansson.h | uv.h | ares* | curl/* | osip* | yaml.h | idn2.h | zlib.h | archive*)
            matches "$header" $libraries || complain "$file" "$room/ must not include <$header>"
            ;;
        esac
        if [ "$room" = checks ] && [ "$header" = time.h ]; then
            complain "$file" "checks/ must not know the clock: <time.h>"
        fi
    done < <(set +f; grep -rHoE --include='*.[ch]' '^ *# *include *<[^>]+>' "$room" | sed -E 's/: *# *include *<([^>]+)>/:\1/')
done <<<"$layers"
set +f

[ "$wrong" -eq 0 ] || echo "$wrong includes break the layers"
[ "$wrong" -eq 0 ]
