#!/usr/bin/env bash
# Makes a Debian package of what `make install` installs: deb.sh OUTPUT-FOLDER. Needs dpkg-dev; run by `make deb`.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-build}
version=$(sed -n 's/.*EDGEPROBE_VERSION "\(.*\)".*/\1/p' facts/version.h)
arch=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
umask 022
make --no-print-directory -s install DESTDIR="$root" PREFIX=/usr
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/edgeprobe"
gzip -9n "$root/usr/share/man/man1/edgeprobe.1"
mkdir -p "$root/usr/share/zsh/vendor-completions" "$root/lib/systemd/system" "$root/DEBIAN"
mv "$root/usr/share/zsh/site-functions/_edgeprobe" "$root/usr/share/zsh/vendor-completions/"
rm -r "$root/usr/share/zsh/site-functions"
doc=$root/usr/share/doc/edgeprobe
mv "$doc"/monitoring/*.service "$doc"/monitoring/*.timer "$root/lib/systemd/system/"
mkdir "$doc/examples" && mv "$doc"/monitoring/* "$doc/examples/" && rmdir "$doc/monitoring"
if [ -f LICENSE ]; then cp LICENSE "$doc/copyright"; else
    printf 'Copyright (C) 2026 the maintainers of edgeprobe\n\nThe source tree says under which terms it may be used.\n' >"$doc/copyright"
fi
printf 'edgeprobe (%s) unstable; urgency=medium\n\n  * Built from the source tree.\n\n -- %s  %s\n' "$version" \
    "edgeprobe maintainers <maintainers@users.noreply.example.org>" "$(date -R -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}")" |
    gzip -9n >"$doc/changelog.gz"
# What the program is linked with, and what it loads when it needs it.
mkdir -p "$root.src/debian" && printf 'Source: edgeprobe\n\nPackage: edgeprobe\nArchitecture: any\n' >"$root.src/debian/control"
depends=$(cd "$root.src" && dpkg-shlibdeps -O -e"$root/usr/bin/edgeprobe" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
rm -rf "$root.src"
cat >"$root/DEBIAN/control" <<X
Package: edgeprobe
Version: $version
Architecture: $arch
Maintainer: edgeprobe maintainers <maintainers@users.noreply.example.org>
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: $depends, libcurl4, libarchive13, libyaml-0-2, libosip2-15, libexpat1, libidn2-0, ca-certificates
Recommends: libsqlite3-0, libmicrohttpd12
Section: net
Priority: optional
Description: TLS and SIP connectivity diagnosis for Cisco Expressway and MRA
 Finds out what is broken between Jabber, phones and Unified CM at a Cisco
 Expressway: it asks DNS as clients do, connects, shakes hands, judges names,
 chains, dates and revocation by the rules of the release in use, and says
 what users notice and what to do about it.
 .
 Its reports are for people, monitoring systems and build pipelines.
X
(cd "$root" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
mkdir -p "$out"
dpkg-deb --root-owner-group --build "$root" "$out/edgeprobe_${version}_$arch.deb"
