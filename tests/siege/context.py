#!/usr/bin/python3 -B
"""What do all attacks share? Where edgeprobe is, a folder of their own, a rich save, how much is wanted, and what no
run may do, whatever it is given."""

import json
import os
import random
import resource
import subprocess
import tempfile
import time

from launch import is_sanitized

SEED = int(os.environ.get("EDGEPROBE_SEED", "20261128"))
SURROUNDINGS = {"LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": "/dev/null"}
MEMORY_MOST = 400 * 1024  # kB of one run; a sanitizer keeps what was freed for a while


class Done:
    """One run that has ended, or was still running when its time was over."""

    def __init__(self, argv, status, out, err, seconds, memory):
        self.argv, self.status, self.out, self.err = argv, status, out, err
        self.seconds, self.memory = seconds, memory

    def problems(self, statuses=(0, 1, 2, 3), seconds=8.0):
        """What no run may do: hang, crash, eat the memory, end without a word."""
        out = []
        if self.status is None:
            out.append(f"did not end within {self.seconds:.1f} s")
        elif self.status not in statuses:
            out.append(f"status {self.status}, stderr {self.err[-400:]!r}")
        elif self.status == 3 and not self.out and self.err.count(b"\n") != 1:
            out.append(f"status 3 wants one line, stderr {self.err[-400:]!r}")
        if self.seconds > seconds:
            out.append(f"took {self.seconds:.1f} s")
        if b"Sanitizer" in self.err or b"runtime error:" in self.err:
            out.append(self.err[-3000:].decode("utf-8", "replace"))
        if self.memory > MEMORY_MOST and self.memory > MEMORY_MOST * (2 if is_sanitized(self.argv[0]) else 1):
            out.append(f"took {self.memory // 1024} MiB")
        return [f"{p}: {' '.join(map(str, self.argv))}" for p in out]


class Context:
    def __init__(self, edgeprobe, folder, save, live, whole):
        self.edgeprobe, self.folder, self.save, self.live = edgeprobe, folder, save, live
        self.whole = whole  # all that there is, not a sample
        self.patience = float(os.environ.get("EDGEPROBE_PATIENCE") or 1)

    def random(self, name):
        """The same numbers each time, so that what failed can be run again."""
        return random.Random(f"{SEED} {name}")

    def count(self, sample, whole):
        return whole if self.whole else sample

    def path(self, name):
        return os.path.join(self.folder, name)

    def fresh(self, name):
        return tempfile.mkdtemp(prefix=name + "-", dir=self.folder)

    def run(self, arguments, limit=10.0, environment=None, stdin=subprocess.DEVNULL):
        argv = [self.edgeprobe] + [str(a) for a in arguments]
        began = time.monotonic()
        child = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env={**os.environ, **SURROUNDINGS, **(environment or {})})
        try:
            out, err = child.communicate(timeout=limit * self.patience)
            status = child.returncode
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            status = None
        seconds = (time.monotonic() - began) / self.patience
        return Done(argv, status, out, err, seconds, 0)

    def run_measured(self, arguments, limit=10.0):
        """With the largest resident set, in kB."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = self.run(arguments, limit)
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done.memory = after if after > before else 0
        return done


def told(report):
    """What a report decides: findings and outcomes, without times."""
    report = json.loads(report)
    findings = [(f["check"], f["subject"], f["status"], f.get("cause")) for f in report.get("findings", [])]
    return findings, [(o["outcome"], o["subject"], o["state"]) for o in report.get("outcomes", [])]


def note(text):
    print(f"   {text}", flush=True)
