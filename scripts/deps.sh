#!/usr/bin/env bash
# Installs what edgeprobe needs on Debian 12, only what is missing: deps.sh [build] [lab] [ci] [monitor]
set -euo pipefail

build="build-essential pkg-config libuv1-dev libc-ares-dev libcurl4-openssl-dev libosip2-dev libjansson-dev
       libyaml-dev libidn2-dev libssl-dev zlib1g-dev libarchive-dev libsqlite3-dev libmicrohttpd-dev libexpat1-dev ca-certificates"
lab="libcmocka-dev nginx-light libnginx-mod-http-headers-more-filter kamailio kamailio-tls-modules prosody
     openssh-server openssh-client apache2-bin haproxy trafficserver ejabberd openjdk-17-jdk-headless knot knot-dnsutils bind9-dnsutils openssl curl valgrind
     sslscan gnutls-bin libnss3-tools tshark tcpdump iproute2 sip-tester go-sendxmpp
     python3 python3-cryptography python3-yaml python3-jsonschema"
# The programs that reports are for; tests that need one say that it is not there. Chromium alone takes 350 MB.
monitor="chromium chromium-driver poppler-utils libxml2-utils prometheus prometheus-node-exporter icinga2-bin nagios4-core
         monitoring-plugins-basic faketime time zsh fish bash-completion lintian dpkg-dev"
ci="gcovr clang clang-format libclang-rt-14-dev shellcheck man-db"

packages=""
for set in "$@"; do
    case "$set" in
    build) packages="$packages $build" ;;
    lab) packages="$packages $lab" ;;
    ci) packages="$packages $ci" ;;
    monitor) packages="$packages $monitor" ;;
    *) echo "deps.sh: unknown set '$set'; wanted build, lab, ci or monitor" >&2; exit 2 ;;
    esac
done

missing=""
for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "deps.sh: these packages are missing and installing needs root:$missing" >&2
        exit 1
    fi
    root=sudo
fi
echo "installing:$missing" >&2
# Servers are started by the lab itself: keep the packages from starting theirs.
policy=/usr/sbin/policy-rc.d
made_policy=no
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
    $root chmod 755 "$policy"
    made_policy=yes
fi
trap '[ "$made_policy" = no ] || $root rm -f "$policy"' EXIT
install() {
    # shellcheck disable=SC2086  # a list of package names
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}
log=$(mktemp)
if ! { $root apt-get update -q && install; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
fi
rm -f "$log"
