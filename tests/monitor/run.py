#!/usr/bin/python3 -B
"""Does the monitor keep its word to cron, to monitoring systems and to Prometheus, and lose nothing whatever happens to
it? Against the lab's edges, with the real programs that it is for.

    run.py [--edgeprobe PATH] [--jobs N] [TEST…]"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("lab", "formats", "bench"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), folder))

import exporter_tests  # noqa: E402
import integration_tests  # noqa: E402
import round_tests  # noqa: E402
import servers  # noqa: E402
from lab import Lab, edgeprobe_path, keys_for_run, scenario_load, terminate_on_signal  # noqa: E402
from launch import indented, run_main, say, tally  # noqa: E402

TESTS = round_tests.TESTS + exporter_tests.TESTS + integration_tests.TESTS


class Place:
    """What a test gets: the program, two edges of one domain, and a folder of its own."""

    def __init__(self, edgeprobe, good, broken):
        self.edgeprobe, self.good, self.broken = edgeprobe, good, broken
        self.commands = {id(lab): lab.command()[2:] for lab in (good, broken)}  # it writes files: once
        self.base = tempfile.mkdtemp(prefix="edgeprobe-monitor-")
        self.lock, self.count = threading.Lock(), 0

    def folder(self):
        with self.lock:
            self.count += 1
            path = os.path.join(self.base, str(self.count))
        os.makedirs(path)
        return path

    def options(self, lab):
        """How that lab is reached: all of its command line but command and operand."""
        return list(self.commands[id(lab)])

    def remove(self):
        shutil.rmtree(self.base, ignore_errors=True)


def report_one(place, name, test):
    began = time.monotonic()
    try:
        problems = test(place, place.folder())
    except Exception as error:  # noqa: BLE001  a test that breaks has failed, the others go on
        problems = [f"{type(error).__name__}: {error}"]
    if isinstance(problems, str):
        say(f"skipped {name}: {problems}")
        return "skipped"
    say(f"ok {name} ({time.monotonic() - began:.1f} s)" if not problems else f"FAILED {name}\n" + indented(problems[:30]))
    return "failed" if problems else "passed"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--edgeprobe")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("test", nargs="*")
    arguments = parser.parse_args()
    terminate_on_signal()
    edgeprobe = edgeprobe_path(arguments.edgeprobe)
    keys = keys_for_run()
    try:
        with Lab(scenario_load("healthy"), keys) as good, Lab(scenario_load("demo-broken"), keys) as broken:
            place = Place(edgeprobe, good, broken)
            chosen = [(n, t) for n, t in TESTS if not arguments.test or n in arguments.test]
            try:
                with ThreadPoolExecutor(max(1, arguments.jobs)) as pool:
                    results = list(pool.map(lambda nt: report_one(place, *nt), chosen))
            finally:
                place.remove()
    except servers.Missing as missing:
        say(f"skipped all: {missing}")
        results = ["skipped"]
    return tally(results)


if __name__ == "__main__":
    run_main(main)
