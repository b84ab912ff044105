#!/usr/bin/python3 -B
"""Are the verdicts right on certificates, lists and logs that others sent in? verdicts.yaml has a row for each: what to run
on files of the shared data or on certificates of our own CAs, and what must be told, no less and no more.

    run.py [--edgeprobe PATH] [ROW…]

No connection is made. A row whose files are not there is skipped, and said. The last line counts."""

import functools
import json
import os
import shutil
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
from launch import Run, hand_over  # noqa: E402
from lab import keys_for_run  # noqa: E402
from pki import Pki  # noqa: E402
from suite import run_main, run_tests, shared_data  # noqa: E402

BEGIN = "-----BEGIN CERTIFICATE-----\n"


def shown_wrong(row, run):
    """Words that the text must and must not have."""
    text = " ".join(run.out.split())
    return [f"does not say: {words}" for words in row.get("says", []) if words not in text] + [
        f"says: {words}" for words in row.get("never", []) if words in text]


def write_own(folder, files):
    """Certificates and lists of our own CAs: {file: {host, …as Pki.leaf has it}} or {bundle: [CA…], loses: number of a
    certificate whose BEGIN line goes}."""
    pki = Pki(keys_for_run())
    for name, spec in files.items():
        text = pki.bundle(spec["bundle"]) if "bundle" in spec else pki.leaf(spec["host"], spec).pem
        if "loses" in spec:
            parts = text.split(BEGIN)
            text = BEGIN.join(parts[:spec["loses"]]) + "".join(parts[spec["loses"]:spec["loses"] + 1]) + "".join(
                BEGIN + part for part in parts[spec["loses"] + 1:])
        with open(os.path.join(folder, name), "w", encoding="ascii") as out:
            out.write(text)


def try_row(row, context):
    edgeprobe, top = context
    folder = os.path.join(top, row["name"])
    if "own" in row:
        os.mkdir(folder)
        write_own(folder, row["own"])
    else:
        shutil.copytree(shared_data(row.get("data", "field")), folder)  # paths in findings are short, and nothing is written beside the data
    for made in row.get("made", []):
        with open(os.path.join(folder, made["file"]), "w", encoding="utf-8") as out:
            out.write("".join(part_of(folder, part) for part in made["of"]))
    before = os.getcwd()
    os.chdir(folder)
    try:
        command = [edgeprobe] + [str(word) for word in row["command"]]
        text = Run(command)
        problems = text.trouble() + shown_wrong(row, text)
        if text.status != row["exit"]:
            problems.append(f"exit status {text.status}, wanted {row['exit']}: {text.err.strip()[:200]}")
        if "findings" not in row:
            return problems
        run = Run(command + ["--format", "json"])
    finally:
        os.chdir(before)
    try:
        report = json.loads(run.out)
    except ValueError:
        return problems + [f"no JSON, status {run.status}: {run.err.strip()[:200]}"]
    hand_over("field", row["name"], report)
    return (problems + expect.compare_findings(row, report["findings"]) + expect.compare_outcomes(row, report["outcomes"])
            + expect.invariants(report, run.status) + expect.validate(report, PROJECT))


def part_of(folder, part):
    """Text of a file of the row, or lines of it: [file, first, last] from 1, or words as they stand."""
    if isinstance(part, str):
        return part
    with open(os.path.join(folder, part[0]), encoding="utf-8") as text:
        lines = text.readlines()
    return "".join(lines[part[1] - 1:part[2]] if len(part) == 3 else lines)


def rows():
    with open(os.path.join(HERE, "verdicts.yaml"), encoding="utf-8") as text:
        return {row["name"]: row for row in yaml.safe_load(text)}


def main():
    return run_tests("field", __doc__.splitlines()[0], {n: functools.partial(try_row, r) for n, r in rows().items()},
                     lambda edgeprobe, top: (edgeprobe, top))


if __name__ == "__main__":
    run_main(main)
