#!/usr/bin/python3 -B
"""Does edgeprobe still say the same? The report of every lab scenario and peer script, beside the committed one.

    run.py [--edgeprobe PATH] [--update] [SUITE/NAME…]

What a report says (outcomes; of each finding status, check, cause, subject, address, summary; of what is good only
that) is one line each in tests/golden/SUITE/NAME.txt; what differs from run to run (times, hashes, serials, ports) is masked by the order of
its appearance. Guidance is not in it: that is the catalogue's, docs/CHECKS.md shows it.

The suites hand their reports over into $EDGEPROBE_REPORTS while they run (tests/run.sh sets it), so that nothing
runs twice; without it they are run here. --update writes the files: look at the difference before it is committed."""

import difflib
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(TESTS, "lab"))

from lab import scenario_names  # noqa: E402
from launch import REPORTS  # noqa: E402
from suite import UPDATE, command_line, indented, run_main, say, tally  # noqa: E402

SUITES = {"lab": None, "peers": None}
# Whether a reset or a close comes before or after our first byte is the peer's own affair.
UNSTEADY = [("peers", "reset-on-accept"), ("peers", "close-on-accept")]
EXAMPLE = 12  # lines of a difference that are shown

# What a run never gives twice. Each kind is numbered by first appearance, so that what is the same stays the same.
MASKS = [
    ("time", r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z| UTC)?)?"),
    ("days", r"\b\d+(?= days?\b)"),
    ("ms", r"\b\d+(?:\.\d+)?(?= ?(?:ms|s)\b)"),
    ("id", r"\b(?:[0-9A-Fa-f]{2}:){7,}[0-9A-Fa-f]{2}\b"),
    ("hash", r"\b[0-9a-fA-F]{16,}\b"),
    ("port", r"(?<=:)[2-6]\d{4}\b"),
    ("version", r"(?<=\bOpenSSL/)\d+\.\d+\.\d+"),
]
WORK = re.compile(r"/\S*/edgeprobe-lab-\w+")
NET = re.compile(r"\b127\.(\d+)\.(\d+\.\d+)\b")


class Masker:
    """One report's: the same value gets the same mask wherever it stands."""

    def __init__(self):
        self.seen = {}

    def mask(self, text):
        text = WORK.sub("WORK", text)
        for kind, pattern in MASKS:
            text = re.sub(pattern, lambda m, k=kind: self.name(k, m.group()), text)
        return NET.sub(lambda m: self.address(m.group(2)) if int(m.group(1)) > 0 else m.group(), text)

    def address(self, host):
        """NET.3 are addresses by position: the scripts' of tests/peers, which a new one moves."""
        return f"NET.{self.name('peer', host) if host.startswith('3.') else host}"

    def name(self, kind, value):
        if kind in ("ms", "days"):  # how long is never the same
            return f"<{kind}>"
        names = self.seen.setdefault(kind, {})
        return f"<{kind}{names.setdefault(value, len(names) + 1)}>"


def lines_of(report):
    masker = Masker()
    lines = [f"status {report['status']}"]
    for o in report["outcomes"]:
        of = f" of {o['subject']}" if "subject" in o else ""
        lines.append(f"outcome {o['outcome']}{of}: {o['state']} | {o['summary']}")
    good = {}
    for f in report["findings"]:
        subject = f["subject"] + (f" ({f['address']})" if f.get("address") else "")
        if f["status"] in ("pass", "skip"):
            good.setdefault(f"{f['status']} {f['check']}", []).append(subject)
        else:
            cause = f"/{f['cause']}" if f["cause"] else ""
            lines.append(f"{f['status']} {f['check']}{cause} | {subject} | {f['summary']}")
    lines += [f"{what} | {', '.join(subjects)}" for what, subjects in good.items()]
    return [masker.mask(line).replace("\n", " ") for line in lines]


def run_suites(edgeprobe, wanted):
    """Where nobody handed reports over: run what they come from."""
    for suite in SUITES:
        names = [name for s, name in wanted if s == suite]
        if names:
            subprocess.run([os.path.join(TESTS, suite, "run.py"), "--edgeprobe", edgeprobe] + names,
                           stdout=subprocess.DEVNULL, check=False)


def golden_path(suite, name):
    return os.path.join(HERE, suite, name + ".txt")


def known():
    """Everything that should be there: the scenarios and scripts of today, and the files of those that are gone."""
    scripts = sorted(n[:-5] for n in os.listdir(os.path.join(TESTS, "peers", "scripts")) if n.endswith(".yaml"))
    names = [("lab", n) for n in scenario_names()] + [("peers", n) for n in scripts]
    files = [(s, n[:-4]) for s in SUITES for n in sorted(os.listdir(os.path.join(HERE, s))) if n.endswith(".txt")]
    return [n for n in names + [f for f in files if f not in names] if n not in UNSTEADY]


def compare(suite, name, reports, update):
    handed, path = os.path.join(reports, suite, name + ".json"), golden_path(suite, name)
    if not os.path.exists(handed):
        if not os.path.exists(path) and suite == "peers":
            return "passed"  # a script of several runs hands nothing over
        say(f"skipped {suite}/{name}: no report was handed over")
        return "skipped"
    with open(handed, encoding="utf-8") as file:
        now = lines_of(json.load(file))
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(now) + "\n")
        return "passed"
    if not os.path.exists(path):
        say(f"FAILED {suite}/{name}\n    no {os.path.relpath(path)}; --update writes it")
        return "failed"
    with open(path, encoding="utf-8") as file:
        before = file.read().splitlines()
    if before == now:
        return "passed"
    changed = [l for l in difflib.unified_diff(before, now, lineterm="", n=0) if not l.startswith(("---", "+++", "@@"))]
    more = [f"… {len(changed) - EXAMPLE} more"] if len(changed) > EXAMPLE else []
    say(f"FAILED {suite}/{name}\n" + indented(changed[:EXAMPLE] + more))
    return "failed"


def update_runs(edgeprobe):
    """The saves that unit tests judge are other runs of the same: what is said of them changes along."""
    top = os.path.dirname(TESTS)
    for folder in (os.path.dirname(edgeprobe), os.path.join(top, "build")):
        program = os.path.join(folder, "unit", "test_runs")
        if os.path.exists(program):
            subprocess.run([program], cwd=top, env={**os.environ, "EDGEPROBE_UPDATE": "1"}, stdout=subprocess.DEVNULL, check=True)
            return
    say("tests/unit/runs: there is no unit/test_runs beside the program, so they stay as they are")


def main():
    arguments = command_line("Compare reports with the committed ones: SUITE/NAME, as lab/healthy.", more=[UPDATE])
    wanted = [tuple(n.split("/", 1)) for n in arguments.names] or known()
    reports = os.environ.get(REPORTS)
    with tempfile.TemporaryDirectory() as scratch:
        if not reports or not os.path.isdir(reports):
            reports = os.environ[REPORTS] = scratch
            run_suites(arguments.edgeprobe, wanted)
        if arguments.update and not arguments.names:
            update_runs(arguments.edgeprobe)
        return tally([compare(suite, name, reports, arguments.update) for suite, name in wanted])


if __name__ == "__main__":
    run_main(main)
