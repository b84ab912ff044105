#!/usr/bin/python3 -B
"""What has no real run ever shown? Reads what the suites of this run left ($EDGEPROBE_REPORTS, tests/run.sh sets it):
which findings were said of real servers, scripted peers and real files, and which states their facts were in.

    run.py [--edgeprobe PATH] [--update] [--reports FOLDER]

causes.txt lists the causes of the catalogue, and the checks' passes, that no run shows: a line with a reason behind a tab
cannot be shown on loopback; one without is owed. A cause that is shown leaves the list, and none may come to it.
(What can be shown and is listed still is told, and --update takes it out.) states.txt lists the states of facts that runs hold: unit rows use no others (tests/unit/held.h), except those of
by-hand.txt. --update (make facts) writes states.txt, and drops from causes.txt what is shown."""

import glob
import json
import os
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(TESTS, "lab"))

from launch import REPORTS  # noqa: E402
from suite import DATA, UPDATE, command_line, indented, run_main, say, skip_all, skipped, tally, told  # noqa: E402

CAUSES, STATES = os.path.join(HERE, "causes.txt"), os.path.join(HERE, "states.txt")
BY_HAND = os.path.join(HERE, "by-hand.txt")


def catalogue():
    """Every `check/cause`, and `check/pass`."""
    out = []
    for path in sorted(glob.glob(os.path.join(os.path.dirname(TESTS), "catalogue", "*.yaml"))):
        with open(path, encoding="utf-8") as text:
            family = yaml.safe_load(text)
        for check in family.get("checks", []) if isinstance(family, dict) and "family" in family else []:
            name = check["check"]
            out += [f"{name}/{cause['cause']}" for cause in check.get("causes", [])] + [f"{name}/pass"]
    return out


def read(folder):
    """(what was said, which states were held)"""
    said, facts = set(), set()
    for path in glob.glob(os.path.join(folder, "seen", "*.ndjson")):
        with open(path, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                said.update(f"{check}/{cause or status}" for status, check, cause in line["said"])
                facts.update(line["facts"])
    return said, facts


def table(path):
    """{line: reason or ''}"""
    with open(path, encoding="utf-8") as text:
        rows = [l.rstrip("\n").split("\t", 1) for l in text if l.strip() and not l.startswith("#")]
    return {row[0]: row[1].strip() if len(row) > 1 else "" for row in rows}


def head_of(path):
    with open(path, encoding="utf-8") as text:
        return [l for l in text if l.startswith("#")]


def table_write(path, rows):
    head = head_of(path)
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(head + [line + ("\t" + reason if reason else "") + "\n" for line, reason in rows])


BY_CHANCE = 3  # so many may be missing: whether a reset comes before or after our first byte is its own affair


def compare_causes(said):
    listed, known = table(CAUSES), catalogue()
    missing = [c for c in known if c not in said]
    cannot = [c for c in missing if listed.get(c)]
    problems = [f"no run shows {c} any longer, and {os.path.basename(CAUSES)} does not list it"
                for c in missing if c not in listed]
    if len(problems) <= BY_CHANCE:
        say(indented(problems) if problems else "every cause that is not listed was shown")
        problems = []
    shown = [c for c in listed if c in said]
    if shown:
        say(f"shown by now, so they leave {os.path.basename(CAUSES)} (make facts): {', '.join(shown)}")
    problems += [f"{c} is not in the catalogue" for c in listed if c not in known]
    causes = [c for c in missing if not c.endswith("/pass")]
    total = len([c for c in known if not c.endswith("/pass")])
    say(f"causes without a real run: {len(causes)} of {total}, {len([c for c in causes if c in cannot])} of them "
        f"cannot be shown on loopback; checks that no run passes: {len(missing) - len(causes)}")
    return problems


def compare_states(facts):
    listed, by_hand = table(STATES), table(BY_HAND)
    gone = [s for s in listed if s not in facts]  # some a peer's timing decides: told, not failed
    if gone:
        say(indented(["states that this run did not hold (make facts, where they are gone for good):"] + gone))
    problems = [f"by-hand.txt: \"{s}\" has no reason" for s, reason in by_hand.items() if not reason]
    say(f"states that runs hold: {len(facts)}; by hand: {len(by_hand)}")
    return problems


def update(said, facts):
    listed = table(CAUSES)
    table_write(CAUSES, [(c, listed.get(c, "")) for c in catalogue() if c not in said])
    table_write(STATES, [(s, "") for s in sorted(facts)])
    table_write(BY_HAND, [(s, r) for s, r in table(BY_HAND).items() if s not in facts])


def main():
    arguments = command_line("Count what no real run shows.",
                             more=[UPDATE, (("--reports",), {"default": os.environ.get(REPORTS)})])
    if not arguments.reports or not glob.glob(os.path.join(arguments.reports, "seen", "*.ndjson")):
        return skip_all("no suite has left what it saw; run them all (make test)", 2)
    said, facts = read(arguments.reports)
    if arguments.update:
        update(said, facts)
    results = []
    for name, problems in (("causes", compare_causes(said)), ("states", compare_states(facts))):
        if name == "causes" and problems and not os.path.isdir(DATA):
            why = "the shared test data are not there, and these are theirs to show\n" + indented(problems)
            results.append(skipped(name, why))
        else:
            results.append(told(name, problems))
    return tally(results)


if __name__ == "__main__":
    run_main(main)
