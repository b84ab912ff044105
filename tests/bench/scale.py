#!/usr/bin/python3 -B
"""How does `monitor` grow with the number of targets? Endpoints of names of their own, each looked up in DNS, connected to,
shaken hands with and judged, in one process: 10, 100, 1,000 and 10,000 of them. The server is nginx on 250 loopback addresses,
the names come from Knot; both share the cores with the client, as does `openssl s_time`, which does nothing but handshakes.
Called by run.py; alone: scale.py [--most N] [--jobs N] [--edgeprobe PATH]."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import servers  # noqa: E402
from lab import edgeprobe_path, keys_for_run, terminate_on_signal  # noqa: E402
from pki import Pki, write  # noqa: E402

COUNTS, JOBS = (10, 100, 1000, 10000), 64
ADDRESSES, PORT, NET = 250, 8443, "127.250"  # above those that labs take (tests/lab/lab.py)
DOMAIN = "scale.example"
ASKED_MS = 1.9  # CPU that the client of one handshake takes (targets: 90 % of the rate that this allows)

NGINX = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr warn;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_timeout 0;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    ssl_certificate_key {folder}/key; ssl_protocols TLSv1.2 TLSv1.3;
{servers}}}
"""
SERVER = "    server {{ listen {address}:{port} ssl; ssl_certificate {folder}/{number}.pem; return 404; }}\n"


def address_of(number):
    return f"{NET}.{1 + number}.1"


class Farm:
    """with Farm(folder, most) as farm: names t0 to t(most-1) of one domain, all of them served."""

    def __init__(self, folder, most, addresses=ADDRESSES, key="rsa"):
        os.chmod(folder, 0o755)
        self.folder, self.most, self.addresses = folder, most, min(addresses, most)
        pki = Pki(keys_for_run())
        for number in range(self.addresses):  # each with a certificate for the names that lead there
            names = [f"t{n}.{DOMAIN}" for n in range(number, most, self.addresses)]
            leaf = pki.leaf(names[0], {"names": names, "key_name": "all", "key": key, "issuer": "issuing"})
            write(os.path.join(folder, f"{number}.pem"), leaf.sent_pem, 0o644)
        write(os.path.join(folder, "key"), leaf.key_pem, 0o644)
        write(os.path.join(folder, "trust.pem"), pki.ca("root").pem + pki.ca("root-ec").pem, 0o644)
        self.trust = os.path.join(folder, "trust.pem")
        self.processes = [self.nginx(), self.knot()]

    def nginx(self):
        each = "".join(SERVER.format(folder=self.folder, address=address_of(n), port=PORT, number=n) for n in range(self.addresses))
        write(os.path.join(self.folder, "nginx.conf"), NGINX.format(folder=self.folder, servers=each), 0o644)
        return servers.Process("nginx", [servers.program("nginx"), "-p", self.folder, "-c", os.path.join(self.folder, "nginx.conf")],
                               [("tcp", address_of(0), PORT)], self.folder)

    def knot(self):
        records = {f"t{n}.{DOMAIN} A": [address_of(n % self.addresses)] for n in range(self.most)}
        text = servers.zone_text(DOMAIN, records)
        write(os.path.join(self.folder, "zone"), text, 0o644)
        conf = (f'server:\n    rundir: "{self.folder}"\n    listen: {NET}.0.53@5353\n    udp-workers: 1\n    tcp-workers: 1\n'
                f'    background-workers: 1\n    async-start: off\ndatabase:\n    storage: "{self.folder}"\nzone:\n  - domain: {DOMAIN}\n'
                f'    storage: "{self.folder}"\n    file: zone\n    zonefile-sync: -1\n    journal-content: none\n')
        write(os.path.join(self.folder, "knot.conf"), conf, 0o644)
        return servers.Process("knot", [servers.program("knotd"), "-c", os.path.join(self.folder, "knot.conf")],
                               [("dns", f"{NET}.0.53", 5353)], self.folder)

    def __enter__(self):
        try:
            os.chown(self.folder, servers.NOBODY, servers.NOBODY)
        except PermissionError:
            pass
        for process in self.processes:
            process.start()
        try:
            servers.wait_ready(self.processes, 30)
        except BaseException:
            servers.stop_all(self.processes)
            raise
        return self

    def __exit__(self, *_):
        servers.stop_all(self.processes)

    def targets(self, count):
        path = os.path.join(self.folder, f"targets-{count}.yaml")
        write(path, "targets:\n" + "".join(f"  - {{endpoint: 't{n}.{DOMAIN}:{PORT}'}}\n" for n in range(count)), 0o644)
        return path

    def command(self, edgeprobe, count, jobs, *more):
        return [edgeprobe, "monitor", "-f", self.targets(count), "--vantage", "lab", "--trust", self.trust, "--no-revocation",
                "--resolver", f"{NET}.0.53:5353", "--jobs", str(jobs), "--format", "ndjson", "--no-progress", *more]


class Row:
    """One run: wall and CPU seconds, MiB at the most (by GNU time: a child of Python would inherit Python's own peak), and what
    the summary says."""

    def __init__(self, argv):
        with tempfile.NamedTemporaryFile(mode="r") as peak:
            self.run(["/usr/bin/time", "-q", "-f", "%U %S %M", "-o", peak.name] + argv)
            user, system, kib = peak.read().split()[-3:]
        self.cpu, self.mib = float(user) + float(system), int(kib) / 1024

    def run(self, argv):
        began = time.perf_counter()
        child = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        self.first = None
        for line in child.stdout:
            self.first = self.first or time.perf_counter() - began
        child.wait()
        self.wall = time.perf_counter() - began
        self.summary = json.loads(line)


def handshakes_alone(seconds):
    """What openssl s_time makes of the same server in the same place: new handshakes a second."""
    done = subprocess.run(["openssl", "s_time", "-connect", f"{address_of(0)}:{PORT}", "-new", "-time", str(seconds)],
                          capture_output=True, text=True, timeout=seconds * 4 + 30)
    found = re.search(r"(\d+) connections in (\d+) real seconds", done.stdout)
    return int(found.group(1)) / int(found.group(2)) if found else 0


def table(edgeprobe, farm, counts, jobs):
    print(f"\nMany targets in one process, {jobs} at a time: one DNS name, one handshake and a verdict each")
    print(f"  {'targets':>8} {'good':>7} {'wall s':>8} {'first s':>8} {'a second':>9} {'CPU s':>8} {'ms CPU each':>12} {'peak MiB':>9}")
    rows = []
    for count in counts:
        row = Row(farm.command(edgeprobe, count, jobs))
        rows.append(row)
        print(f"  {count:8} {row.summary['pass']:7} {row.wall:8.2f} {row.first:8.3f} {count / row.wall:9.0f} {row.cpu:8.2f} "
              f"{row.cpu * 1000 / count:12.2f} {row.mib:9.1f}", flush=True)
    return rows


def in_flight(edgeprobe, farm, most):
    """Memory that one more target under way costs, by running few and many at a time of the same list."""
    few, many = 8, 512
    rows = [Row(farm.command(edgeprobe, most, jobs)) for jobs in (few, many)]
    each = (rows[1].mib - rows[0].mib) * 1024 / (many - few)
    print(f"  in flight: {rows[0].mib:.1f} MiB with {few} at a time, {rows[1].mib:.1f} MiB with {many}: {each:.0f} KiB each; asked: 150")


def rate(edgeprobe, farm, count, jobs, what):
    """Beside openssl s_time with the same server, before and after: what is left of the machine is the same for both."""
    before = handshakes_alone(2)
    row = Row(farm.command(edgeprobe, count, jobs))
    after = handshakes_alone(2)
    print(f"  {what}: {count / row.wall:.0f} targets a second with {row.cpu * 1000 / count:.2f} ms CPU each, {100 * row.cpu / row.wall:.0f} % of a core; "
          f"openssl s_time -new before and after: {before:.0f} and {after:.0f} handshakes a second; asked: {900 / ASKED_MS:.0f} ({ASKED_MS} ms CPU, 90 %)",
          flush=True)


def run(edgeprobe, counts=COUNTS, jobs=JOBS):
    most = counts[-1]
    with tempfile.TemporaryDirectory(prefix="edgeprobe-scale-") as folder, Farm(folder, most) as farm:
        table(edgeprobe, farm, counts, jobs)
        in_flight(edgeprobe, farm, min(2000, most))
        rate(edgeprobe, farm, min(2000, most), jobs, "RSA 2048")
    with tempfile.TemporaryDirectory(prefix="edgeprobe-scale-") as folder, Farm(folder, most, key="ecdsa") as farm:
        rate(edgeprobe, farm, min(2000, most), jobs, "ECDSA P-256")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--edgeprobe")
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--most", type=int, default=COUNTS[-1])
    options = parser.parse_args()
    terminate_on_signal()
    run(edgeprobe_path(options.edgeprobe), [n for n in COUNTS if n <= options.most], options.jobs)


if __name__ == "__main__":
    main()
