#!/usr/bin/python3 -B
"""How fast is the enumeration of ciphers, beside the tools people use today? One nginx with an RSA and an ECDSA
certificate, TLS 1.2 and 1.3, 23 suites; all that are installed of sslscan, nmap and testssl.sh, on loopback and
through the delaying proxy. Called by run.py; alone: ciphers.py [--runs N] [--edgeprobe PATH]. Nothing fails by the
clock."""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys

import run as bench

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SUITES = "HIGH:!aNULL:!PSK:!SRP:!DSS:!CAMELLIA:!ARIA:!AESCCM:!DHE"
QUIET = ["--no-colour", "--no-fallback", "--no-renegotiation", "--no-groups", "--no-compression", "--no-heartbleed"]


def oracle_module():
    """tests/ciphers/run.py: keys, places and nginx configurations."""
    folder = os.path.join(ROOT, "tests", "ciphers")
    sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location("ciphers_oracle", os.path.join(folder, "run.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands(edgeprobe, address, port, slow):
    there = f"{address}:{port}"
    out = {"edgeprobe ciphers": [edgeprobe, "ciphers", there, "--vantage", "lab", "--no-progress", "--format", "json"]}
    if shutil.which("sslscan"):
        out["sslscan, suites and certificate alone"] = ["sslscan"] + QUIET + [there]
        out["sslscan, everything"] = ["sslscan", "--no-colour", "--show-sigs", there]
    if shutil.which("nmap"):
        out["nmap ssl-enum-ciphers"] = ["nmap", "-n", "-Pn", "-p", str(port), "--script", "ssl-enum-ciphers", address]
    testssl = shutil.which("testssl.sh") or shutil.which("testssl")
    if testssl and slow:
        out["testssl.sh -E"] = [testssl, "-E", "--color", "0", there]
    return out


def run(edgeprobe, runs):
    oracle = oracle_module()
    place, processes, delay = oracle.Place(), [], None
    dual = next(row for row in oracle.ROWS if row[0] == "nginx-dual")
    row = ("bench", place.base, dual[2] | {"ciphers": SUITES})
    try:
        processes = oracle.start_nginx(place, [row])
        for process in processes:
            process.start()
        oracle.servers.wait_ready(processes, 10)
        figures = bench.in_turns(commands(edgeprobe, place.address, place.base, True), runs, place.dir)
        bench.table("Ciphers of a dual server, on loopback", figures, "edgeprobe ciphers")
        program = os.path.join(place.dir, "delay")
        subprocess.run(["cc", "-O2", "-std=c11", "-D_GNU_SOURCE", "-o", program, os.path.join(HERE, "delay.c"), "-luv"],
                       check=True)
        front = place.network.prefix + ".8.2"
        delay = subprocess.Popen([program, str(bench.ONE_WAY_MS), f"tcp:{front}:{place.base}={place.address}:{place.base}"],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if delay.stdout.readline() == b"ready\n":
            figures = bench.in_turns(commands(edgeprobe, front, place.base, False), max(2, runs // 2), place.dir)
            bench.table(f"Ciphers of a dual server, {2 * bench.ONE_WAY_MS} ms round trips (TCP handshakes not delayed)", figures,
                        "edgeprobe ciphers")
    finally:
        if delay is not None:
            delay.stdin.close()
            delay.wait()
        oracle.servers.stop_all(processes)
        place.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--edgeprobe")
    options = parser.parse_args()
    run(bench.edgeprobe_path(options.edgeprobe), options.runs)


if __name__ == "__main__":
    main()
