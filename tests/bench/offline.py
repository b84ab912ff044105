#!/usr/bin/python3 -B
"""How does what asks nothing grow with what it is given? Zones of a deployment judged by its files, saved reports
replayed, trust lists read: a row a size, so that a curve shows. Called by run.py; alone: offline.py [--runs N]
[--edgeprobe PATH]."""

import argparse
import os
import subprocess
import sys
import tempfile

import run as bench

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

from lab import edgeprobe_path, keys_for_run  # noqa: E402
from pki import Pki  # noqa: E402

ZONES, LISTS, REPORTS = (10, 100, 1000, 10000), (100, 1000, 10000, 100000), (10, 100, 1000, 4400)


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    return path


def deployment_make(folder, count, pki):
    """So many traversal zones, each to a peer of its own with a certificate of its own, and one Expressway-C."""
    def leaf(host):
        return write(folder, host + ".pem", pki.leaf(host, {"names": [host, "example.com"], "key_name": "all", "eku": ["server", "client"]}).pem)

    trust = write(folder, "trust.pem", pki.ca("root").pem + pki.ca("issuing").pem)
    hosts = [f"e{i}.example.com" for i in range(count)]
    lines = ["domains: [example.com]", "features: [mra]", "expressway-e:", f"  trust: {trust}", "  nodes:"]
    lines += [f"    - {{name: {host}, certificate: {leaf(host)}}}" for host in hosts]
    lines += ["expressway-c:", f"  trust: {trust}", "  nodes:",
              f"    - {{name: expc.example.com, certificate: {leaf('expc.example.com')}}}", "zones:"]
    lines += [f"  - {{name: {host}, type: uc-traversal, peers: [{host}], tls-verify-name: expc.example.com}}" for host in hosts]
    return write(folder, f"zones-{count}.yaml", "\n".join(lines) + "\n")


def zones(edgeprobe, runs, folder, pki):
    rows = {}
    for count in ZONES:
        path = deployment_make(folder, count, pki)
        rows[f"zone -f --offline, {count} zones"] = [edgeprobe, "zone", "-f", path, "--offline", "--format", "json"]
    bench.table("Zones judged by their files alone", bench.in_turns(rows, runs, folder))


def lists(edgeprobe, runs, folder, pki):
    """Thousands of different CAs would take longer to make than to read: the same one again and again."""
    rows = {}
    for count in LISTS:
        path = write(folder, f"list-{count}.pem", pki.ca("issuing").pem * count)
        rows[f"cert --trust, {count} certificates"] = [edgeprobe, "cert", os.path.join(folder, "expc.example.com.pem"), "--role",
                                                       "expressway-c", "--trust", path]
    bench.table("A trust list read", bench.in_turns(rows, runs, folder))


def reports(edgeprobe, runs, folder, pki):
    rows = {}
    for count in REPORTS:
        path, deployment = os.path.join(folder, f"saved-{count}.json"), os.path.join(folder, f"zones-{count}.yaml")
        if not os.path.exists(deployment):
            deployment_make(folder, count, pki)
        subprocess.run([edgeprobe, "zone", "-f", deployment, "--offline", "--save", path], stdout=subprocess.DEVNULL,
                       check=False)
        rows[f"replay -q, {os.path.getsize(path) / 1e6:.1f} MB"] = [edgeprobe, "replay", path, "-q"]
    bench.table("A saved report judged again", bench.in_turns(rows, runs, folder))


def run(edgeprobe, runs):
    pki, runs = Pki(keys_for_run()), min(runs, 3)
    with tempfile.TemporaryDirectory(prefix="edgeprobe-bench-") as folder:
        zones(edgeprobe, runs, folder, pki)
        lists(edgeprobe, runs, folder, pki)
        reports(edgeprobe, runs, folder, pki)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--edgeprobe")
    options = parser.parse_args()
    run(edgeprobe_path(options.edgeprobe), options.runs)


if __name__ == "__main__":
    main()
