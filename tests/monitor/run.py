#!/usr/bin/python3 -B
"""Does the monitor keep its word to cron, to monitoring systems and to Prometheus, and lose nothing whatever happens to
it? Against the lab's edges, with the real programs that it is for.

    run.py [--edgeprobe PATH] [--jobs N] [TEST…]"""

import os
import shutil
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("lab", "formats", "bench"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), folder))

import exporter_tests  # noqa: E402
import integration_tests  # noqa: E402
import round_tests  # noqa: E402
import servers  # noqa: E402
from lab import Lab, keys_for_run, scenario_load  # noqa: E402
from suite import Skipped, chosen, command_line, run_each, run_main, skip_all, tally  # noqa: E402

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


def try_one(place, test):
    problems = test(place, place.folder())
    if isinstance(problems, str):
        raise Skipped(problems)
    return problems


def main():
    arguments, keys = command_line("Look at many targets, again and again.", jobs=4), keys_for_run()
    try:
        with Lab(scenario_load("healthy"), keys) as good, Lab(scenario_load("demo-broken"), keys) as broken:
            place = Place(arguments.edgeprobe, good, broken)
            tests = chosen(arguments, [(name, lambda t=test: try_one(place, t)) for name, test in TESTS])
            try:
                return tally(run_each(tests, arguments.jobs, True))
            finally:
                place.remove()
    except servers.Missing as missing:
        return skip_all(missing)


if __name__ == "__main__":
    run_main(main)
