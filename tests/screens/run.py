#!/usr/bin/python3 -B
"""Do the first 24 lines still say what is broken, on which box, and what to do first?

    run.py [--edgeprobe PATH] [--update] [NAME…]

The save of a lab scenario is replayed as text on 80 columns; its first 24 lines are compared with tests/screens/NAME.txt.
Which scenarios there are, is which files there are. The lab hands its saves over in $EDGEPROBE_REPORTS while it runs
(tests/run.sh sets it); without it they are run here. Addresses, folders and times of the run are made the same in the save, so
that lines break where they did; what differs otherwise is masked as tests/golden does. The whole report is looked at, too: a
block takes 15 lines, what has no room in it stands below, and on terminals of 40, 60 and 200 columns no line is wider. docs/TRIAL.md tells what each
screen was read for. --update writes the files: read them before they are committed."""

import difflib
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(TESTS, "lab"))
sys.path.insert(0, os.path.join(TESTS, "golden"))

from launch import REPORTS, Run  # noqa: E402
from suite import UPDATE, command_line, indented, run_main, say, tally  # noqa: E402

sys.path.insert(0, TESTS)
from terminal.run import judge_lines, seen_at  # noqa: E402

LINES, BLOCK_LINES = 24, 15
BLOCK = re.compile(r"^\[\d+\] (FAIL|WARN) ")
MASKS = [
    (r"\d{4}-\d\d-\d\dT[\d:]{8}Z", "<time>"),
    (r"\d{4}-\d\d-\d\d", "<date>"),
    (r"\b\d+(\.\d)? s\b", "<s>"),
    (r"<time>, <s>", "<time>"),  # told from a tenth of a second on
    (r"\b\d+ ms\b", "<ms>"),
    (r"\b\d+(?= (day|hour)s?\b)", "<n>"),
    (r"\b(?:[0-9A-F]{2}:){7,}[0-9A-F]{2}\b", "<id>"),
    (r"\b[0-9A-Fa-f]{16,}\b", "<hash>"),
    (r"(?<=:)[2-6]\d{4}\b", "<port>"),
]


def steady(text):
    """A save whose addresses, folder and patience are those of every run, and which took as long: a line breaks by how many
    digits stand in it."""
    text = re.sub(r"--timeout=\d+", "--timeout=3", text)
    text = re.sub(r'("duration_ms":\s*)\d+', r"\g<1>0", text)
    text = re.sub(r'("(?:connect_|sha1_)?ms":\s*)\d+', r"\g<1>7", text)
    text = re.sub(r"/[^\s\"]*?/edgeprobe-lab-\w+", "/lab", text)
    return re.sub(r"\b127\.\d+\.(?=\d+\.\d+)", lambda m: m.group() if m.group() == "127.0." else "127.99.", text)


def screen(edgeprobe, save):
    with open(save, encoding="utf-8") as file:
        text = steady(file.read())
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as again:
        again.write(text)
        again.flush()
        run = Run([edgeprobe, "replay", again.name, "--color", "never"])
        wide = [p for width in (40, 60, 200)
                for p in judge_lines(f"at {width}", seen_at([edgeprobe, "replay", again.name], columns=width), width)]
    whole = run.out.splitlines()
    lines = whole[:LINES]
    for pattern, mask in MASKS:
        lines = [re.sub(pattern, mask, line) for line in lines]
    return lines, run.trouble() + ([run.err] if run.err else []) + judge_blocks(whole) + wide


def judge_blocks(lines):
    """A fault takes 15 lines; what it has no room for is told below, so that no step is lost."""
    problems = []
    for at, line in enumerate(lines):
        if not BLOCK.match(line):
            continue
        end = next((i for i in range(at + 1, len(lines)) if not lines[i] or BLOCK.match(lines[i])), len(lines))
        block = lines[at:end]
        if len(block) > BLOCK_LINES:
            problems.append(f"a block of {len(block)} lines: {line}")
        number = line[:line.index("]") + 1]
        referred = any('under "Further steps" below' in text for text in block)
        told = "Further steps" in lines and any(
            text.startswith("  " + number) for text in lines[lines.index("Further steps"):])
        if referred != told:
            problems.append(f"{number}: further steps are {'not ' if referred else ''}told")
    return problems


def compare(edgeprobe, name, reports, update):
    save, path = os.path.join(reports, "lab", "saves", name + ".json"), os.path.join(HERE, name + ".txt")
    if not os.path.exists(save):
        say(f"skipped {name}: no save was handed over")
        return "skipped"
    now, problems = screen(edgeprobe, save)
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(now) + "\n")
        return "passed"
    with open(path, encoding="utf-8") as file:
        before = file.read().splitlines()
    if before != now:
        problems += [l for l in difflib.unified_diff(before, now, lineterm="", n=0)
                     if not l.startswith(("---", "+++", "@@"))][:16]
    if any(len(line) > 80 for line in now):
        problems.append("a line is longer than 80 columns")
    if problems:
        say(f"FAILED {name}\n" + indented(problems))
    return "failed" if problems else "passed"


def main():
    arguments = command_line("Compare first screens with the committed ones.", more=[UPDATE])
    names = arguments.names or sorted(n[:-4] for n in os.listdir(HERE) if n.endswith(".txt"))
    reports = os.environ.get(REPORTS)
    with tempfile.TemporaryDirectory() as scratch:
        if not reports or not os.path.isdir(os.path.join(reports, "lab", "saves")):
            reports = os.environ[REPORTS] = scratch
            subprocess.run([os.path.join(TESTS, "lab", "run.py"), "--edgeprobe", arguments.edgeprobe] + names,
                           stdout=subprocess.DEVNULL, check=False)
        return tally([compare(arguments.edgeprobe, name, reports, arguments.update) for name in names])


if __name__ == "__main__":
    run_main(main)
