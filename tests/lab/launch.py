#!/usr/bin/python3
"""How did one edgeprobe go? Runs it to the end and keeps exit status, output and time."""

import os
import subprocess
import time

TIMEOUT = 60


def is_sanitized(edgeprobe):
    """Built with AddressSanitizer: slower, and hungrier on purpose."""
    with open(edgeprobe, "rb") as binary:
        return b"__asan_init" in binary.read()


class Run:
    """One finished edgeprobe: exit status, output, what it wrote on stderr."""

    def __init__(self, argv, environment=None):
        started = time.monotonic()
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=TIMEOUT, env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})})
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
