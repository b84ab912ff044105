#!/usr/bin/python3 -B
"""How fast is edgeprobe on a link that delays everything, the SYN and the DNS too? Two network namespaces joined by a
link that holds each packet 25 ms each way: ../shared/tools/delaynet.c, where that and namespaces are to be had. The
lab in one, the commands in the other. Called by run.py; alone: far.py [--runs N] [--edgeprobe PATH]."""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import run as bench

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SOURCE = os.path.join(os.environ.get("EDGEPROBE_TOOLS", os.path.join(ROOT, "..", "shared", "tools")), "delaynet.c")
NET, SILENT, US, THEM = "10.77", "10.78.0.9", "10.9.0.1", "10.9.0.2"
TIMEOUT_S = 2


def why_not():
    if not os.path.exists(SOURCE):
        return "no delaynet.c beside the project (EDGEPROBE_TOOLS says where it is)"
    if os.geteuid() != 0 or not os.access("/dev/net/tun", os.W_OK):
        return "it takes root and /dev/net/tun"
    return None


# ---- the far side ----


def with_silent(scenario):
    """One edge has a second address, which nothing answers."""
    for server in scenario["model"]["dns"].values():
        for name, value in server["records"].items():
            if name.startswith("expe1.") and name.endswith(" A"):
                server["records"][name] = (value if isinstance(value, list) else [value]) + [SILENT]
    return scenario


def serve(folder):
    """A lab a scenario on addresses of the link, until the other side is done."""
    from lab import Lab, keys_for_run, scenario_load  # pylint: disable=import-outside-toplevel

    def labs():
        yield "healthy", scenario_load("healthy")
        yield "silent", with_silent(scenario_load("healthy"))
        yield "revocation", scenario_load("revocation-good")

    subprocess.run(["ip", "route", "add", "local", f"{NET}.0.0/16", "dev", "lo"], check=True)
    for name, scenario in labs():
        with Lab(scenario, keys_for_run()) as lab:
            with open(os.path.join(folder, "said.json"), "w", encoding="ascii") as out:
                edges = [(edge.host, lab.address(edge.spec["address"])) for edge in lab.edges.values()]
                json.dump({"name": name, "command": lab.command(), "names": lab.names(), "edges": edges}, out, default=str)
            with socket.create_server((THEM, 1)) as ready:
                with ready.accept()[0] as peer:
                    ready.close()  # the next one opens when the next lab is there
                    peer.recv(1)  # it is done
    return 0


# ---- the near side ----


def rows_of_check(edgeprobe, lab):
    return {"edgeprobe check, 2 edges": [edgeprobe] + lab["command"] + ["--no-revocation", "--format", "json"]}


def tell_trips(wall, asked):
    trips = (wall - bench.START_S) / (2 * bench.ONE_WAY_MS / 1000)
    print(f"\n  that is {trips:.1f} round trips beside {bench.START_S * 1000:.0f} ms of its own; asked: {asked} and 60 ms", flush=True)


def healthy(edgeprobe, lab, runs, folder):
    host, address = lab["edges"][0]
    check = rows_of_check(edgeprobe, lab)["edgeprobe check, 2 edges"]
    bench.table("One endpoint by its address, 50 ms round trips, SYN too",
                bench.in_turns(bench.one_endpoint(edgeprobe, check, host, address, 8443), runs, folder), "edgeprobe check HOST:PORT")
    figures = bench.in_turns(rows_of_check(edgeprobe, lab), runs, folder)
    bench.table("A domain of two edges, all services, 50 ms round trips, SYN and DNS too", figures)
    tell_trips(figures["edgeprobe check, 2 edges"].wall, 8)
    there = {"edgeprobe ciphers": [edgeprobe, "ciphers", f"{host}:8443", "--connect-to", f"{host}:8443:{address}:8443"]}
    if shutil.which("sslscan"):
        there["sslscan, suites and certificate alone"] = ["sslscan", "--no-colour", "--no-fallback", "--no-renegotiation", "--no-groups",
                                                          "--no-compression", "--no-heartbleed", f"{address}:8443"]
    bench.table("Ciphers, 50 ms round trips, SYN too", bench.in_turns(there, min(runs, 3), folder), "edgeprobe ciphers")


def live_times(path, address):
    """Milliseconds of TCP and TLS at one address, by the report itself."""
    with open(path, encoding="utf-8") as file:
        endpoints = json.load(file)["evidence"]["endpoints"]
    return max(e["tcp"]["ms"] + e["tls"].get("ms", 0) for e in endpoints if e["address"] == address and e["port"] == 8443)


def silent(edgeprobe, lab, runs, folder, before):
    """One address that drops everything: the others as fast as without it, the whole as long as the time-out."""
    host, address = lab["edges"][0]
    whole, times = [], []
    for turn in range(runs):
        path = os.path.join(folder, f"silent-{turn}.json")
        start = time.perf_counter()
        subprocess.run([edgeprobe] + lab["command"] + ["--no-revocation", "--timeout", str(TIMEOUT_S), "--save", path],
                       stdout=subprocess.DEVNULL, check=False)
        whole.append(time.perf_counter() - start)
        times.append(live_times(path, address))
    print(f"\nOne address that drops everything, --timeout {TIMEOUT_S}\n  the live address of {host}: {sorted(times)[runs // 2]} ms for TCP and TLS on 8443;"
          f" without the silent one {before} ms\n  the whole run: {min(whole):.3f} to {max(whole):.3f} s", flush=True)


def revocation(edgeprobe, lab, runs, folder):
    figures = bench.in_turns(bench.with_revocation(edgeprobe, lab["names"]), runs, folder)
    bench.table("Revocation, 50 ms round trips, SYN and DNS too", figures)
    more = (figures["edgeprobe check"].wall - figures["edgeprobe check --no-revocation"].wall) / (2 * bench.ONE_WAY_MS / 1000)
    print(f"\n  that is {more:.1f} round trips more; asked: 4", flush=True)


def come():
    """A connection to the far side, as soon as its lab is ready."""
    while True:
        try:
            return socket.create_connection((THEM, 1))
        except OSError:
            time.sleep(0.05)


def labs_of(folder):
    """What the far side has ready, one lab after the other."""
    path = os.path.join(folder, "said.json")
    while True:
        with come() as control:
            with open(path, encoding="ascii") as file:
                lab = json.load(file)
            yield lab
            control.sendall(b".")
            control.recv(1)
        if lab["name"] == "revocation":
            return


def ask(folder, edgeprobe, runs):
    for net in (f"{NET}.0.0/16", "10.78.0.0/16"):
        subprocess.run(["ip", "route", "add", net, "via", THEM], check=True)
    before = 0
    for lab in labs_of(folder):
        if lab["name"] == "healthy":
            healthy(edgeprobe, lab, runs, folder)
            path = os.path.join(folder, "before.json")
            subprocess.run([edgeprobe] + lab["command"] + ["--no-revocation", "--save", path], stdout=subprocess.DEVNULL, check=False)
            before = live_times(path, lab["edges"][0][1])
        elif lab["name"] == "silent":
            silent(edgeprobe, lab, min(runs, 3), folder, before)
        else:
            revocation(edgeprobe, lab, runs, folder)
    return 0


def run(edgeprobe, runs):
    reason = why_not()
    if reason is not None:
        print(f"\nA link that delays the SYN as well: left out, {reason}", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="edgeprobe-far-") as folder:
        link = os.path.join(folder, "delaynet")
        subprocess.run(["cc", "-O2", "-o", link, SOURCE], check=True)
        me = f"exec {sys.executable} -B {os.path.abspath(__file__)} --folder {folder} --edgeprobe {edgeprobe} --runs {runs}"
        with subprocess.Popen([link, str(bench.ONE_WAY_MS), f"EDGEPROBE_LAB_NET={NET} {me} serve", f"{me} ask"], stderr=subprocess.PIPE) as child:
            _, said = child.communicate()
        if child.returncode != 0:
            sys.exit("bench: the delaying link failed: " + said.decode(errors="replace")[-400:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--edgeprobe")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("side", nargs="?", choices=["serve", "ask"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    path = bench.edgeprobe_path(options.edgeprobe)
    if options.side == "serve":
        sys.exit(serve(options.folder))
    if options.side == "ask":
        sys.exit(ask(options.folder, path, options.runs))
    run(path, options.runs)


if __name__ == "__main__":
    main()
