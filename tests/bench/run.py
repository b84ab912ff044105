#!/usr/bin/python3
"""How fast is edgeprobe, beside the tools people use today? Ratios on this machine, now.

    run.py [--runs N] [--edgeprobe PATH]

Starts the lab's healthy edge of two peers, then times whole processes, the compared ones in turns (A B A B), and prints
medians. Once on loopback, and once through a proxy that holds everything 25 ms each way (tests/bench/delay.c; the TCP
handshake itself is not delayed, so a real link costs one round trip more per connection). Nothing fails by the clock."""

import argparse
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "lab"))

from lab import Lab, edgeprobe_path, keys_for_run, scenario_load, terminate_on_signal  # noqa: E402

ONE_WAY_MS = 25
PLUGIN = "/usr/lib/nagios/plugins/check_http"


def once(argv):
    """Wall and CPU seconds of one run of a command."""
    start = time.perf_counter()
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = 0
    return wall, usage.ru_utime + usage.ru_stime


def peak_mib(argv, work):
    """Peak memory by GNU time: a child of Python would inherit Python's own peak. None without it."""
    if not os.access("/usr/bin/time", os.X_OK):
        return None
    out = os.path.join(work, "peak")
    subprocess.run(["/usr/bin/time", "-q", "-f", "%M", "-o", out] + argv, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    with open(out, encoding="ascii") as file:
        return int(file.read().split()[-1]) / 1024


def in_turns(commands, runs, work):
    """{name: (wall, cpu, peak)} as medians; one warm-up each."""
    seen = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, argv in commands.items():
            figures = once(argv)
            if turn > 0:
                seen[name].append(figures)
    return {name: tuple(statistics.median(column) for column in zip(*rows)) + (peak_mib(commands[name], work),)
            for name, rows in seen.items()}


def table(title, figures, first):
    print(f"\n{title}")
    print(f"  {'':34} {'wall s':>8} {'CPU s':>8} {'MiB':>6}   wall and CPU of {first} to it")
    base = figures[first]
    for name, (wall, cpu, peak) in figures.items():
        ratio = "" if name == first else f"{base[0] / wall:8.2f} {base[1] / max(cpu, 0.001):8.2f}"
        memory = "-" if peak is None else f"{peak:.1f}"
        print(f"  {name:34} {wall:8.3f} {cpu:8.3f} {memory:>6}   {ratio}")


class Delay:
    """The delaying proxy before the lab: the same ports on addresses of its own."""

    def __init__(self, lab, edges, resolver):
        self.work = lab.folder("bench")
        program = os.path.join(self.work, "delay")
        subprocess.run(["cc", "-O2", "-std=c11", "-D_GNU_SOURCE", "-o", program, os.path.join(HERE, "delay.c"), "-luv"],
                       check=True)
        self.connect_to, routes = [], []
        for number, (host, address) in enumerate(edges):
            front = lab.address(f"200.{number + 1}")
            for port in (8443, 5061, 5222):
                routes.append(f"tcp:{front}:{port}={address}:{port}")
                self.connect_to += ["--connect-to", f"{host}:{port}:{front}:{port}"]
        self.front = lab.address("200.1")
        self.resolver = f"{lab.address('200.53')}:5353"
        routes.append(f"udp:{self.resolver}={resolver}")
        self.process = subprocess.Popen([program, str(ONE_WAY_MS)] + routes, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"ready\n":
            sys.exit("bench: the delaying proxy did not start")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def replaced(words, option, value):
    at = words.index(option)
    return words[:at + 1] + [value] + words[at + 2:]


def bench(edgeprobe, runs):
    keys = keys_for_run()
    with Lab(scenario_load("healthy"), keys) as lab:
        edges = [(edge.host, lab.address(edge.spec["address"])) for edge in lab.edges.values()]
        host, address = edges[0]
        trust, resolver = lab.names()["trust"], lab.names()["resolver"].split(",")[0]
        check = [edgeprobe] + lab.command() + ["--no-revocation", "--format", "json"]
        saved = os.path.join(lab.folder("bench"), "saved.json")
        subprocess.run(check + ["--save", saved], stdout=subprocess.DEVNULL, check=False)
        peers = {"edgeprobe check, 2 edges, all": check}
        peers["edgeprobe replay"] = [edgeprobe, "replay", saved]
        peers["edgeprobe explain (start alone)"] = [edgeprobe, "explain", "name.wildcard/wildcard"]
        if os.access(PLUGIN, os.X_OK):
            peers["check_http -S -C, 1 handshake"] = [PLUGIN, "-H", host, "-I", address, "-p", "8443", "-S", "-C", "7"]
        peers["openssl s_client, 1 handshake"] = ["openssl", "s_client", "-connect", f"{address}:8443", "-servername",
                                                  host, "-CAfile", trust]
        if shutil.which("sslscan"):
            peers["sslscan, ciphers and certificate"] = ["sslscan", "--no-colour", f"--sni-name={host}", f"{address}:8443"]
        table("On loopback", in_turns(peers, runs, lab.folder("bench")), "edgeprobe check, 2 edges, all")
        delay = Delay(lab, edges, resolver)
        try:
            far = {"edgeprobe check, 2 edges, all": replaced(check, "--resolver", delay.resolver) + delay.connect_to,
                   "openssl s_client, 1 handshake": ["openssl", "s_client", "-connect", f"{delay.front}:8443",
                                                     "-servername", host, "-CAfile", trust]}
            if shutil.which("sslscan"):
                far["sslscan, ciphers and certificate"] = ["sslscan", "--no-colour", f"--sni-name={host}",
                                                           f"{delay.front}:8443"]
            figures = in_turns(far, max(2, runs // 2), lab.folder("bench"))
            table(f"With {2 * ONE_WAY_MS} ms round trips", figures, "edgeprobe check, 2 edges, all")
            trips = figures["edgeprobe check, 2 edges, all"][0] / (2 * ONE_WAY_MS / 1000)
            print(f"\n  edgeprobe check took {trips:.1f} round trips in all; asked: 8 and 60 ms (TCP handshakes not counted here)")
        finally:
            delay.close()


def capture_make(path, copies):
    """A story of captures/ so many times over, each from another port and later than the one before."""
    with open(os.path.join(ROOT, "captures", "zone-up", "capture.pcap"), "rb") as file:
        data = file.read()
    packets, at = [], 24
    while at + 16 <= len(data):
        size = struct.unpack("<I", data[at + 8:at + 12])[0]
        packets.append(data[at:at + 16 + size])
        at += 16 + size
    zone = [p for p in packets if 7001 in struct.unpack(">HH", p[50:54])]
    with open(path, "wb") as out:
        out.write(data[:24])
        for i in range(copies):
            port = struct.pack(">H", 1024 + i)
            for p in zone:
                where = 52 if struct.unpack(">H", p[50:52])[0] == 7001 else 50
                seconds = struct.unpack("<I", p[:4])[0] + i // 100
                out.write(struct.pack("<I", seconds) + p[4:where] + port + p[where + 2:])


def captures(edgeprobe, runs):
    """A capture of 5,000 handshakes, beside tshark taking the certificates out of it and tcpdump that only reads it."""
    with tempfile.TemporaryDirectory(prefix="edgeprobe-bench-") as work:
        path = os.path.join(work, "zones.pcap")
        capture_make(path, 5000)
        commands = {"edgeprobe capture": [edgeprobe, "capture", path]}
        if shutil.which("tshark"):
            commands["tshark, certificates"] = ["tshark", "-n", "-r", path, "-Y", "tls.handshake.type==11", "-T", "fields", "-e",
                                                "tls.handshake.certificate"]
        if shutil.which("tcpdump"):
            commands["tcpdump -r -w"] = ["tcpdump", "-n", "-r", path, "-w", "/dev/null"]
        title = f"A capture of 5,000 handshakes, {os.path.getsize(path) / 1e6:.1f} MB"
        table(title, in_turns(commands, min(runs, 3), work), "edgeprobe capture")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--edgeprobe")
    options = parser.parse_args()
    terminate_on_signal()
    bench(edgeprobe_path(options.edgeprobe), options.runs)
    captures(edgeprobe_path(options.edgeprobe), options.runs)
    sys.modules["run"] = sys.modules[__name__]
    import ciphers  # pylint: disable=import-outside-toplevel  # it uses what is above
    ciphers.run(edgeprobe_path(options.edgeprobe), options.runs)


if __name__ == "__main__":
    main()
