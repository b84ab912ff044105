#!/usr/bin/python3 -B
"""Which runs do unit tests judge anew? One small save for each kind of endpoint and state: picks among what the suites have left
the fewest bytes that hold every state of the facts and every finding that any of these runs has shown, and writes them
to tests/unit/runs/. `make facts` calls this; tests/unit/test_runs.c judges them.

    saves.py --reports FOLDER [--add]

--add keeps the saves that are there, and adds what only these runs show. A save is the run's own, bytes of certificates with it where the suite leaves a save; paths of the run are taken out."""

import argparse
import glob
import gzip
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(os.path.dirname(HERE), "unit", "runs")
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import states  # noqa: E402
import suite  # noqa: E402
from launch import HANDED_OVER, findings_in  # noqa: E402

UNSTEADY = {"peers-reset-on-accept", "peers-close-on-accept"}  # what comes first there is the peer's own affair
PATH = re.compile(r"/[\w/.-]*/edgeprobe-[a-z]+-\w+/(?:\w+/)*")
PROJECT = os.path.dirname(os.path.dirname(HERE)) + "/"
DATA = os.path.realpath(suite.DATA)
LARGEST = 400_000
FINDING = re.compile(r"(pass|skip|info|warn|fail|unknown) ([\w-]+\.[\w-]+)(?:/(\S+))? \|")


def packed(evidence):
    """None for what stands on data that are not part of the project."""
    text = PATH.sub("", json.dumps(evidence, separators=(",", ":")).replace(PROJECT, ""))
    is_ours = DATA not in text and "shared/data" not in text and len(text) <= LARGEST
    return gzip.compress(text.encode(), 9, mtime=0) if is_ours else None


def candidates(folder):
    """{name: (bytes, {what it shows})}"""
    out = {}
    paths = glob.glob(os.path.join(folder, "*", "*.json")) + glob.glob(os.path.join(folder, "seen", "runs", "*.json"))
    for path in sorted(paths):
        suite, name = os.path.basename(os.path.dirname(path)), os.path.basename(path)[:-5]
        whole = name if suite == "runs" else f"{suite}-{name}"
        if suite not in (*HANDED_OVER, "runs") or whole in UNSTEADY:
            continue
        with open(path, encoding="utf-8") as text:
            report = json.load(text)
        if not isinstance(report, dict) or not isinstance(report.get("evidence"), dict):
            continue
        shows = set(states.of(report["evidence"]))
        shows.update((f["status"], f["check"], f.get("cause")) for f in findings_in(report) if isinstance(f["check"], str))
        save = os.path.join(folder, suite, "saves", name + ".json")
        if os.path.exists(save):
            with open(save, encoding="utf-8") as text:
                report = json.load(text)
        data = packed(report["evidence"])
        if data is not None:
            out[whole] = (data, shows)
    return out


def shown_already():
    """By the saves that are there: states of their facts, and the findings that are written of them beside."""
    out = set()
    for path in glob.glob(os.path.join(OUT, "*.json.gz")):
        with gzip.open(path) as data:
            out.update(states.of(json.load(data)))
        with open(path[:-8] + ".txt", encoding="utf-8") as lines:
            for found in filter(None, (FINDING.match(line) for line in lines)):
                out.add(found.groups())
    return out


def chosen(runs, already):
    """The best bargain first."""
    left, out = set().union(*(shows for _, shows in runs.values())) - already, []
    while left:
        best = max(sorted(runs), key=lambda n: len(runs[n][1] & left) / (500 + len(runs[n][0])))
        out.append(best)
        left -= runs[best][1]
    return sorted(out)


def main():
    parser = argparse.ArgumentParser(description="Write the saves that unit tests judge anew.")
    parser.add_argument("--reports", required=True)
    parser.add_argument("--add", action="store_true")
    arguments = parser.parse_args()
    runs = candidates(arguments.reports)
    os.makedirs(OUT, exist_ok=True)
    names = chosen(runs, shown_already() if arguments.add else set())
    for old in [] if arguments.add else glob.glob(os.path.join(OUT, "*.json.gz")) + glob.glob(os.path.join(OUT, "*.txt")):
        os.unlink(old)
    for name in names:
        with open(os.path.join(OUT, name + ".json.gz"), "wb") as out:
            out.write(runs[name][0])
    print(f"{len(names)} of {len(runs)} runs hold all that {'was not held' if arguments.add else 'they show'}, "
          f"in {sum(len(runs[n][0]) for n in names)} bytes")


if __name__ == "__main__":
    main()
