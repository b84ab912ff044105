#!/usr/bin/python3 -B
"""How did one edgeprobe go, and how is a test told? Runs edgeprobe to the end and keeps exit status, output and
time; what the runners (lab, peers, cli) print they print alike."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import states
from lab import edgeprobe_path, terminate_on_signal

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
    """One finished edgeprobe: exit status, output, what it wrote on stderr. It counts for tests/seen, unless it stands
    on data that are not part of the project."""

    def __init__(self, argv, environment=None, counts=True):
        started = time.monotonic()
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=TIMEOUT, env={**os.environ, **SURROUNDINGS, **(environment or {})})
        self.seconds = time.monotonic() - started
        self.argv, self.status = argv, done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")
        if counts:
            note_run(argv, self.out)

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


def findings_in(value):
    """Every finding in it, wherever a format puts them."""
    if isinstance(value, dict):
        if "check" in value and "status" in value:
            yield value
        for inner in value.values():
            if isinstance(inner, (dict, list)):
                yield from findings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from findings_in(inner)


def reports_in(out):
    """What a run wrote, where it is JSON: one report, or one on each line."""
    if not out.lstrip().startswith(("{", "[")):
        return
    try:
        yield json.loads(out)
    except ValueError:
        for line in out.splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                pass


def note_run(argv, out):
    """Leaves for tests/seen what a real run said and saw: (status, check, cause) of each finding, and the states of the
    facts. A replay says what another run has said, so it does not count; nor does what was never asked as JSON."""
    folder = os.environ.get(REPORTS)
    if not folder or {"replay", "diff", "explain"} & set(argv[1:4]):
        return
    said, facts = set(), set()
    for report in reports_in(out):
        said.update((f["status"], f["check"], f.get("cause") or "") for f in findings_in(report)
                    if isinstance(f["check"], str))
        if isinstance(report, dict) and isinstance(report.get("evidence"), dict):
            facts.update(states.of(report["evidence"]))
    if not said and not facts:
        return
    suite = os.path.basename(os.path.dirname(os.path.abspath(sys.argv[0])))
    line = json.dumps({"suite": suite, "said": sorted(said), "facts": sorted(facts)}) + "\n"
    path = os.path.join(folder, "seen", f"{suite}-{os.getpid()}-{threading.get_ident()}.ndjson")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "a", encoding="utf-8") as file:
        file.write(line)


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


SKIPPED = ["the shared test data are not there"]  # what a test returns that cannot run without them


def run_tests(suite, about, tests, prepare):
    """A suite of functions, one after the other: {name: function of the context}, each returns what is wrong, or None where the
    namespaces that it needs cannot be had. prepare(path of edgeprobe, folder) gives the context; the folder goes with the run."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--edgeprobe")
    parser.add_argument("--jobs", type=int, help="ignored: the tests share one folder")
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()
    unknown = set(arguments.tests) - set(tests)
    if unknown:
        parser.error(f"no test '{sorted(unknown)[0]}'; there are {', '.join(sorted(tests))}")
    terminate_on_signal()
    top = tempfile.mkdtemp(prefix=f"edgeprobe-{suite}-")
    results = []
    try:
        context = prepare(os.path.abspath(edgeprobe_path(arguments.edgeprobe)), top)
        for name in arguments.tests or tests:
            problems = tests[name](context)
            is_left_out = problems is None or problems is SKIPPED
            results.append("skipped" if is_left_out else "failed" if problems else "passed")
            skipped = "skipped, without namespaces" if problems is None else "skipped: no shared data,"
            words = {"skipped": skipped, "failed": "not ok", "passed": "ok"}
            say(f"{words[results[-1]]} {name}")
            if results[-1] == "failed":
                say(indented(problems))
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return tally(results)


def run_main(main):
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(141)
