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
facts      | facts                                   | jansson.h
wire       | facts wire                              | openssl/* osip* osipparser2/* zlib.h archive*.h
catalogue  | facts catalogue                         | yaml.h
expressway | facts wire catalogue expressway         | openssl/*
probe      | facts wire probe                        | jansson.h uv.h ares*.h openssl/* curl/* netinet/* arpa/* sys/socket.h netdb.h sys/un.h poll.h
capture    | facts wire capture                      | openssl/*
bundle     | facts wire capture config catalogue checks/log.h probe/input.h bundle |
redact     | facts wire catalogue redact             | jansson.h openssl/*
config     | facts wire config probe/probe.h probe/input.h | yaml.h idn2.h getopt.h dirent.h openssl/*
checks     | facts catalogue expressway checks       | jansson.h openssl/*
outcomes   | facts catalogue expressway checks outcomes | jansson.h
report     | facts catalogue checks outcomes report  | jansson.h
monitor    | facts wire probe config catalogue expressway checks outcomes report monitor | jansson.h sqlite3.h microhttpd.h uv.h zlib.h
commands   | facts wire probe capture bundle redact config catalogue expressway checks outcomes report monitor commands | jansson.h openssl/crypto.h openssl/x509.h
'
network='sys/socket.h netdb.h netinet/* arpa/* poll.h sys/epoll.h sys/un.h uv.h ares*.h curl/* openssl/ssl.h'

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
        if [ "$room" != probe ] && [ "$room" != commands ] && [ "$room" != monitor ] && matches "$header" $network; then
            case "$room:$header" in
            *:arpa/inet.h | *:netinet/in.h) ;; # textual addresses, no sockets
            *) complain "$file" "$room/ must not touch the network: <$header>" ;;
            esac
        fi
        case "$header" in openssl/* | jansson.h | uv.h | ares* | curl/* | osip* | yaml.h | idn2.h | zlib.h | archive*)
            matches "$header" $libraries || complain "$file" "$room/ must not include <$header>"
            ;;
        esac
        case "$room:$header" in
        catalogue:time.h | expressway:time.h | checks:time.h | outcomes:time.h)
            complain "$file" "$room/ must not know the clock: <time.h>"
            ;;
        esac
    done < <(set +f; grep -rHoE --include='*.[ch]' '^ *# *include *<[^>]+>' "$room" | sed -E 's/: *# *include *<([^>]+)>/:\1/')
done <<<"$layers"
set +f

# Dates are turned into seconds in several rooms; what the time is now, only the world's rooms may ask.
while IFS=: read -r file line; do
    complain "$file" "only probe/ and commands/ may ask what the time is: $line"
done < <(grep -rHoE --include='*.[ch]' '\b(time\((NULL|&)|clock_gettime\(|gettimeofday\()' facts wire config catalogue expressway checks outcomes report)

[ "$wrong" -eq 0 ] || echo "$wrong includes break the layers"
[ "$wrong" -eq 0 ]
