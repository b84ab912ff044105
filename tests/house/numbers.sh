#!/usr/bin/env bash
# Is every number that comes as text read with its bounds? number_read() (facts/text.h), JSON and YAML readers do; of the C
# library's own, atoi() and its kin are undefined beyond an int, and a new strtol() is one more place to forget the end.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

# file: why it may. Lengths are bounded before the call, or the saturated value is compared with a bound behind it.
allowed='
facts/text.c            two and four digits, of a shape that was looked at
wire/cookie.c           two digits; Max-Age of at most 19 characters saturates, and is clamped
wire/sip.c              ten digits
wire/sip_register.c     nine digits
wire/dump.c             saturates, and is compared
probe/revocation/cache.c our own file; sizes are compared with the file
probe/revocation/fetch.c a port that libcurl has read
config/common_options.c seconds of the command line, compared
commands/monitor.c      of the command line, compared
monitor/query.c         digits and a point, compared; six digits
'
wrong=0
while IFS=: read -r file line text; do
    grep -q "^$file " <<<"$allowed" || { echo "$file:$line: read it with number_read() (facts/text.h): $text"; wrong=$((wrong + 1)); }
done < <(grep -rnE --include='*.c' '\b(ato[ilf]|atoll|strto(l|ll|ul|ull|d|f|imax|umax)|sscanf)\(' facts wire probe capture bundle config expressway \
    checks outcomes report monitor commands edgeprobe.c)
[ "$wrong" -eq 0 ]
