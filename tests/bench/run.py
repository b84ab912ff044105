#!/usr/bin/python3
"""How fast is edgeprobe, beside the tools people use today? Ratios on this machine, now.

    run.py [--runs N] [--edgeprobe PATH]

Starts the lab's healthy edge of two peers, then times whole processes, the compared ones in turns (A B A B), and prints
the median, the least and the most of each. Once on loopback, once through a proxy that holds everything 25 ms each way
(tests/bench/delay.c; the TCP handshake itself is not delayed, so a real link costs one round trip more per connection), and
where it can be had through a link that holds every packet (far.py). Nothing fails by the clock."""

import argparse
import os
import shutil
import socket
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
START_S = 0.06  # what a run may take beside its round trips
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


class Figures:
    """What the runs of one command took: medians, with the least and the most."""

    def __init__(self, rows, peak):
        self.walls, self.cpus = [sorted(column) for column in zip(*rows)]
        self.wall, self.cpu = statistics.median(self.walls), statistics.median(self.cpus)
        self.peak = peak


def in_turns(commands, runs, work):
    """{name: Figures}: the compared commands one after the other, round by round; one warm-up each."""
    seen = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, argv in commands.items():
            figures = once(argv)
            if turn > 0:
                seen[name].append(figures)
    return {name: Figures(rows, peak_mib(commands[name], work)) for name, rows in seen.items()}


def table(title, figures, first=None):
    """first: what the others are compared with; None: nothing is."""
    ratios = "" if first is None else f"   wall and CPU of {first} to it"
    print(f"\n{title}")
    print(f"  {'':40} {'wall s':>8} {'least':>8} {'most':>8} {'CPU s':>8} {'MiB':>7}{ratios}")
    for name, f in figures.items():
        ratio = ""
        if first is not None and name != first:
            ratio = f"   {figures[first].wall / f.wall:8.2f} {figures[first].cpu / max(f.cpu, 0.001):8.2f}"
        memory = "-" if f.peak is None else f"{f.peak:.1f}"
        print(f"  {name:40} {f.wall:8.3f} {f.walls[0]:8.3f} {f.walls[-1]:8.3f} {f.cpu:8.3f} {memory:>7}{ratio}", flush=True)


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


def one_endpoint(edgeprobe, check, host, address, port):
    """TCP, TLS, the certificate's name, chain and dates (check_http and s_client: less), one connection each."""
    trust = check[check.index("--trust") + 1]
    there = ["--connect-to", f"{host}:8443:{address}:{port}"]
    rows = {"edgeprobe check HOST:PORT": [edgeprobe, "check", f"{host}:8443"] + check[3:] + there}
    if os.access(PLUGIN, os.X_OK):
        rows["check_http -S -C (dates alone)"] = [PLUGIN, "-H", host, "-I", address, "-p", str(port), "-S", "-C", "7"]
    if shutil.which("check_ssl_cert"):
        rows["check_ssl_cert"] = ["check_ssl_cert", "-H", host, "--resolve", address, "-p", str(port), "-r", trust]
    rows["openssl s_client (handshake alone)"] = ["openssl", "s_client", "-connect", f"{address}:{port}", "-servername", host,
                                                  "-CAfile", trust]
    return rows


def first_packet(commands, runs):
    """Seconds from the start of a process to its first TCP connection here: what loading and reading costs."""
    rows = {}
    for name, argv in commands.items():
        walls = []
        for _ in range(runs + 1):
            with socket.create_server(("127.0.0.1", 0)) as server:
                server.settimeout(10)
                port = str(server.getsockname()[1])
                start = time.perf_counter()
                with subprocess.Popen([word.replace("PORT", port) for word in argv], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
                    server.accept()[0].close()
                    walls.append(time.perf_counter() - start)
                    child.kill()
        walls = sorted(walls[1:])
        rows[name] = f"{statistics.median(walls):8.3f} {walls[0]:8.3f} {walls[-1]:8.3f}"
    print(f"\nFrom the start of the process to its first connection\n  {'':40} {'wall s':>8} {'least':>8} {'most':>8}")
    for name, row in rows.items():
        print(f"  {name:40} {row}", flush=True)


def first_packets(edgeprobe, runs):
    commands = {"edgeprobe check HOST:PORT": [edgeprobe, "check", "e.example.com:PORT", "--connect-to",
                                              "e.example.com:PORT:127.0.0.1:PORT", "--resolver", "127.0.0.1:1"]}
    if os.access(PLUGIN, os.X_OK):
        commands["check_http -S -C"] = [PLUGIN, "-H", "e.example.com", "-I", "127.0.0.1", "-p", "PORT", "-S", "-C", "7"]
    first_packet(commands, runs)


def with_revocation(edgeprobe, names):
    """A domain whose certificates name an OCSP responder and CRLs, asked with them and without."""
    check = [edgeprobe, "check", names["domain"], "--vantage", "lab", "--trust", names["trust"], "--resolver", names["resolver"], "--format",
             "json"]
    return {"edgeprobe check": check + ["--no-cache"], "edgeprobe check --no-revocation": check + ["--no-revocation"]}


def sources(edgeprobe, runs):
    """What revocation adds."""
    with Lab(scenario_load("revocation-good"), keys_for_run()) as lab:
        figures = in_turns(with_revocation(edgeprobe, lab.names()), runs, lab.folder("bench"))
        table("A domain with OCSP and CRLs, on loopback", figures, "edgeprobe check")


def bench(edgeprobe, runs):
    keys = keys_for_run()
    with Lab(scenario_load("healthy"), keys) as lab:
        edges = [(edge.host, lab.address(edge.spec["address"])) for edge in lab.edges.values()]
        host, address = edges[0]
        work, resolver = lab.folder("bench"), lab.names()["resolver"].split(",")[0]
        check = [edgeprobe] + lab.command() + ["--no-revocation", "--format", "json"]
        saved = os.path.join(work, "saved.json")
        subprocess.run(check + ["--save", saved], stdout=subprocess.DEVNULL, check=False)
        start = {"edgeprobe --version": [edgeprobe, "--version"], "openssl version": ["openssl", "version"],
                 "edgeprobe explain CHECK/CAUSE": [edgeprobe, "explain", "name.wildcard/wildcard"],
                 "edgeprobe replay, 2 edges": [edgeprobe, "replay", saved]}
        table("Start, and what asks nothing", in_turns(start, runs, work))
        one = one_endpoint(edgeprobe, check, host, address, 8443)
        table("One endpoint, on loopback", in_turns(one, runs, work), "edgeprobe check HOST:PORT")
        whole = {"edgeprobe check, 2 edges": check}
        table("A domain of two edges, all services, on loopback: no peer does the same", in_turns(whole, runs, work))
        delay = Delay(lab, edges, resolver)
        try:
            far = replaced(check, "--resolver", delay.resolver)
            title = f"with {2 * ONE_WAY_MS} ms round trips (a proxy: the TCP handshake alone is not delayed)"
            one = one_endpoint(edgeprobe, far, host, delay.front, 8443)
            table(f"One endpoint, {title}", in_turns(one, max(2, runs // 2), work), "edgeprobe check HOST:PORT")
            whole = {"edgeprobe check, 2 edges": far + delay.connect_to}
            figures = in_turns(whole, max(2, runs // 2), work)
            table(f"A domain of two edges, {title}", figures)
            trips = (figures["edgeprobe check, 2 edges"].wall - START_S) / (2 * ONE_WAY_MS / 1000)
            print(f"\n  that is {trips:.1f} round trips beside {START_S * 1000:.0f} ms of its own; asked: 7 (8 with the TCP handshake) and 60 ms")
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
    first_packets(edgeprobe_path(options.edgeprobe), options.runs)
    bench(edgeprobe_path(options.edgeprobe), options.runs)
    sources(edgeprobe_path(options.edgeprobe), max(2, options.runs // 2))
    captures(edgeprobe_path(options.edgeprobe), options.runs)
    sys.modules["run"] = sys.modules[__name__]
    import ciphers  # pylint: disable=import-outside-toplevel  # it uses what is above
    ciphers.run(edgeprobe_path(options.edgeprobe), options.runs)
    import offline  # pylint: disable=import-outside-toplevel
    offline.run(edgeprobe_path(options.edgeprobe), options.runs)
    import far  # pylint: disable=import-outside-toplevel
    far.run(edgeprobe_path(options.edgeprobe), max(3, options.runs // 2))
    import scale  # pylint: disable=import-outside-toplevel
    scale.run(edgeprobe_path(options.edgeprobe))


if __name__ == "__main__":
    main()
