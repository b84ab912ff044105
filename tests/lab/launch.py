#!/usr/bin/python3 -B
"""How did one edgeprobe go, and how is a test told? Runs edgeprobe to the end and keeps exit status, output and
time; what the runners (lab, peers, cli) print they print alike."""

import json
import os
import shutil
import subprocess
import sys
import time

PATIENCE = float(os.environ.get("EDGEPROBE_PATIENCE") or 1)  # one factor for every time limit, ours and edgeprobe's
TIMEOUT = 60 * PATIENCE
REPORTS = "EDGEPROBE_REPORTS"  # folder where suites leave what was reported, for tests/golden
SURROUNDINGS = {"LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": "/dev/null"}  # no cache: the lab's URLs come back with other CAs


def is_sanitized(edgeprobe):
    """Built with AddressSanitizer: slower, and hungrier on purpose."""
    with open(edgeprobe, "rb") as binary:
        return b"__asan_init" in binary.read()


def patient(argv):
    """The limits that edgeprobe is given, by the factor."""
    return [f"{float(a) * PATIENCE:g}" if PATIENCE != 1 and before in ("--timeout", "--deadline") else a
            for before, a in zip([""] + argv, argv)]


class Run:
    """One finished edgeprobe: exit status, output, what it wrote on stderr."""

    def __init__(self, argv, environment=None):
        started = time.monotonic()
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=TIMEOUT, env={**os.environ, **SURROUNDINGS, **(environment or {})})
        self.seconds = time.monotonic() - started
        self.argv, self.status = argv, done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    def trouble(self):
        """What no run may do: die of a signal, or be caught by a sanitizer."""
        out = []
        if self.status < 0:
            out.append(f"died of signal {-self.status}: {' '.join(self.argv)}\n{self.err[-2000:]}")
        if "Sanitizer" in self.err or "runtime error:" in self.err:
            out.append("sanitizer:\n" + self.err[-4000:])
        return out


def hand_over(suite, name, report, save=None):
    """Leaves a report for tests/golden, where that is wanted, and the save it came with for tests/screens."""
    folder = os.environ.get(REPORTS)
    if folder:
        os.makedirs(os.path.join(folder, suite), exist_ok=True)
        with open(os.path.join(folder, suite, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(report, file)
        if save:
            os.makedirs(os.path.join(folder, suite, "saves"), exist_ok=True)
            shutil.copyfile(save, os.path.join(folder, suite, "saves", name + ".json"))


def say(text):
    """One write, so that lines of several threads do not mix."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def indented(problems):
    return "\n".join("    " + line for p in problems for line in p.split("\n"))


def tally(results):
    """The last line, and the exit status."""
    count = {k: results.count(k) for k in ("passed", "failed", "skipped")}
    say(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if count["failed"] else 0


def run_main(main):
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(141)
