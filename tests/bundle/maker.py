#!/usr/bin/python3 -B
"""Diagnostic bundles as Expressways make them, with certificates and trust lists of the lab's CAs.

    maker.py DIR [--release X12.6|X15.2] [--story NAME]     writes expe.tar.gz and expc.tar.gz there

Files and lines have the vendor's forms (see docs/bundle.md for which of them were seen in public)."""

import argparse
import io
import os
import sys
import tarfile
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

from pki import Pki, pem_of  # noqa: E402

TIME = "2026-11-27_10_00_00"
E, C = "expe1.example.com", "expc1.example.local"
KINDS = {"public-root": {"parent": None, "title": "Lab Public Root"},
         "public": {"parent": "public-root", "title": "Lab Public Issuing"},
         "inside-root": {"parent": None, "title": "Lab Inside Root"},
         "inside": {"parent": "inside-root", "title": "Lab Inside Issuing"}}
SECRET, USER = "{cipher}Zm9vYmFyc2VjcmV0c2VjcmV0c2VjcmV0", "zone-account-name"


def quoted(release, value):
    """X7 leaves numbers and enumerations bare; X8 on quotes all, and writes nothing for an empty value."""
    if release.startswith("X7"):
        return value if value.isdigit() or value in ("On", "Off") else f'"{value}"'
    return f'"{value}"' if value else ""


def dump_text(release, settings):
    return "".join(f"*c xConfiguration {path}: {quoted(release, value)}\n" for path, value in settings.items())


def dump_xml(settings):
    """Elements named like the words of the text; numbers become item="N" of the word before."""
    tree = {}
    for path, value in settings.items():
        at, words = tree, path.split()
        for word, following in zip(words, words[1:] + [""]):
            if not word.isdigit():
                at = at.setdefault((word, following if following.isdigit() else ""), {})
        at[""] = value

    def write(node):
        return escape(node.get("", "")) + "".join(
            f"<{name}" + (f' item="{item}"' if item else "") + f">{write(child)}</{name}>"
            for (name, item), child in ((key, child) for key, child in node.items() if key))
    return f'<?xml version="1.0"?>\n<Configuration>{write(tree)}</Configuration>\n'


def common(host, domain, cluster=None, peers=()):
    out = {"SystemUnit Name": host, "IP DNS Hostname": host, "IP DNS Domain Name": domain,
           "Alternates Cluster Name": cluster or "", "CollaborationEdge Enabled": "On",
           "NTP Server 1 Address": "ntp.example.com", "SIP TLS Mode": "On", "SIP TLS Port": "5061",
           "SIP TLS Certificate Revocation Checking Mode": "Off",
           "SIP TLS Certificate Revocation Checking OCSP Mode": "On",
           "SIP TLS Certificate Revocation Checking CRL Mode": "On",
           "SIP TLS Certificate Revocation Checking CRL Network Fetch Mode": "On",
           "SIP TLS Certificate Revocation Checking Source Inaccessibility Behavior": "Fail",
           "SNMP CommunityName": "very-secret-community",
           "Authentication Password": SECRET}
    for i in range(1, 7):
        out[f"Alternates Peer {i} Address"] = peers[i - 1] if i <= len(peers) else ""
    return out


def zone(index, kind, name, values):
    out = {f"Zones Zone {index} Name": name, f"Zones Zone {index} Type": kind}
    out.update({f"Zones Zone {index} {kind} {path}": value for path, value in values.items()})
    return out


class Box:
    """One box: settings, status, certificate, trust list, log; told apart by `host`."""

    def __init__(self, host, domain, release, settings, leaf, trust, expressway):
        self.host, self.fqdn, self.release = host, f"{host}.{domain}", release
        self.settings, self.leaf, self.trust, self.log = settings, leaf, trust, []
        self.status, self.more, self.expressway = "", {}, expressway

    def status_text(self):
        return (f'*s SystemUnit: \n  Product: "Cisco TelePresence Video Communication Server"\n  Uptime: 86400\n'
                f'  SystemTime: "2026-11-27 09:59:58"\n  TimeZone: "Etc/UTC"\n  Software: \n'
                f'    Version: "{self.release}"\n    Build: "oak"\n  Configuration: \n'
                f'    Expressway: {self.expressway}\n*s/end\n*s NTP: \n  Status: "Synchronized"\n*s/end\n' + self.status)

    def files(self):
        at = f"{self.host}_{TIME}"
        out = {f"loggingsnapshot_{at}.txt": "".join(line + "\n" for line in self.log),
               f"xconf_dump_{at}.txt": dump_text(self.release, self.settings),
               f"xstat_dump_{at}.txt": self.status_text(),
               f"ca_{at}.pem": self.trust,
               f"server_{at}.pem": self.leaf.pem if hasattr(self.leaf, "pem") else pem_of(self.leaf.certificate)}
        out.update(self.more)
        return {name: text.encode() if isinstance(text, str) else text for name, text in out.items() if text is not None}

    def write(self, path):
        tar_write(path, self.files(), f"diagnostic_log_{self.host}_{TIME}")
        return path


def tar_write(path, files, folder=""):
    with tarfile.open(path, "w:gz" if path.endswith("gz") else "w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"{folder}/{name}" if folder else name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))


class Pair:
    """An Expressway-E and an Expressway-C that fit, until a story breaks something."""

    def __init__(self, pki=None, release_e="X15.2.1", release_c="X15.2.1", e_trust=None, c_trust=None, e_leaf=None,
                 c_leaf=None, peer=E, verify=C, port="7001"):
        pki = self.pki = pki or Pki(kinds=KINDS)
        e_cert = pki.leaf(E, {"issuer": "public", "names": [E, "example.com", "collab-edge.example.com"], **(e_leaf or {})})
        c_cert = pki.leaf(C, {"issuer": "inside", "names": [C], **(c_leaf or {})})
        whole = ["public-root", "public", "inside-root", "inside"]
        edge = {} if release_e.startswith(("X7", "X8.1")) else {"Collaboration Edge": "On"}
        c = common("expc1", "example.local")
        c.update({"SIP Domain 1 Name": "example.com", "SIP Domain 1 Edge": "On"})
        c.update(zone(1, "TraversalClient", "To Expressway-E",
                      {"Peer 1 Address": peer, "Peer 2 Address": "", "SIP Port": "7001", "SIP Transport": "TLS",
                       "SIP TLS Verify Mode": "On", "Authentication UserName": USER,
                       "Authentication Password": SECRET, "RetryInterval": "120", **edge}))
        c.update(zone(2, "Neighbor", "CEtcp-ucm1.example.local",
                      {"Peer 1 Address": "ucm1.example.local", "SIP Port": "5060", "SIP Transport": "TCP"}))
        e = common("expe1", "example.com")
        e.update({"Ethernet 1 IP V4 Address": "192.0.2.10", "Ethernet 2 IP V4 Address": "198.51.100.10"})
        e.update(zone(1, "TraversalServer", "From Expressway-C",
                      {"SIP Port": port, "SIP Transport": "TLS", "SIP TLS Verify Mode": "On",
                       "SIP TLS Verify Subject Name": verify, "Authentication UserName": USER, **edge}))
        self.e = Box("expe1", "example.com", release_e, e, e_cert, pki.bundle(e_trust or whole), True)
        self.c = Box("expc1", "example.local", release_c, c, c_cert, pki.bundle(c_trust or whole), False)
        self.others = []  # more boxes: peers of clusters, another pair

    def write(self, folder):
        others = [box.write(os.path.join(folder, f"{box.host}.tar.gz")) for box in self.others]
        return [self.e.write(os.path.join(folder, "expe.tar.gz")), self.c.write(os.path.join(folder, "expc.tar.gz"))] + others


def main():
    import stories
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder")
    parser.add_argument("--story", default="healthy")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    print(*stories.STORIES[options.story]["make"](None).write(options.folder))


if __name__ == "__main__":
    main()
