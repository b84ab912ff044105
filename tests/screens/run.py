#!/usr/bin/python3 -B
"""Do the first 24 lines still say what is broken, on which box, and what to do first?

    run.py [--edgeprobe PATH] [--update] [NAME…]

The save of a run is replayed as text on 80 columns; its first 24 lines are compared with tests/screens/NAME.txt. Which runs
there are, is which files there are:

    NAME            a lab scenario; login/NAME: a log-in story. Their suites hand the saves over in $EDGEPROBE_REPORTS while
                    they run (tests/run.sh sets it); without it they are run here.
    bundle/NAME     a story of tests/bundle, its two bundles made here
    captures/NAME   the capture of that story
    runs/NAME       a save of tests/unit/runs
    diff/A..B       the comparison of two of these

Addresses, folders and times of the run are made the same in the save, so
that lines break where they did; what differs otherwise is masked as tests/golden does. The whole report is looked at, too: a
block takes 15 lines, what has no room in it stands below, and on terminals of 40, 60 and 200 columns no line is wider. docs/TRIAL.md tells what each
screen was read for. --update writes the files: read them before they are committed."""

import difflib
import functools
import glob
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(TESTS, "lab"))
sys.path.insert(0, os.path.join(TESTS, "golden"))
sys.path.insert(0, os.path.join(TESTS, "bundle"))

import maker  # noqa: E402
import yaml  # noqa: E402
from lab import keys_for_run  # noqa: E402
from launch import REPORTS, Run  # noqa: E402
from pki import Pki  # noqa: E402
from stories import STORIES  # noqa: E402
from suite import UPDATE, command_line, indented, run_main, say, tally  # noqa: E402

sys.path.insert(0, TESTS)
from terminal.run import judge_lines, seen_at  # noqa: E402

LINES, COLUMNS, BLOCK_LINES = 24, 80, 15
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


# A command is there to be pasted: it is not broken into lines.
COMMAND = re.compile(r": {4,}(openssl|edgeprobe|base64|tr|sed|awk|iconv) ")


def too_wide(argv):
    return [p for width in (40, 60, COLUMNS, 200) for p in judge_lines(f"at {width}", seen_at(argv, columns=width), width)
            if not COMMAND.search(p)]


def masked(lines):
    lines = lines[:LINES]
    for pattern, mask in MASKS:
        lines = [re.sub(pattern, mask, line) for line in lines]
    return lines


def screen(edgeprobe, save):
    with open(save, encoding="utf-8") as file:
        text = steady(file.read())
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as again:
        again.write(text)
        again.flush()
        run = Run([edgeprobe, "replay", again.name, "--color", "never"])
        wide = too_wide([edgeprobe, "replay", again.name])
    whole = run.out.splitlines()
    return masked(whole), run.trouble() + ([run.err] if run.err else []) + judge_blocks(whole) + wide


# ---- where a save comes from: each leaves it in the folder, and gives its path or None ----


def handed_over(suite, name, reports):
    save = os.path.join(reports, suite, "saves", name + ".json")
    return save if os.path.exists(save) else None


@functools.lru_cache
def pki():
    return Pki(keys_for_run(), maker.KINDS)


def saved(argv, folder, cwd):
    save = os.path.join(folder, "save.json")
    subprocess.run(argv + ["--save", save], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False,
                   env={**os.environ, "LC_ALL": "C.UTF-8"})
    return save if os.path.exists(save) else None


def of_bundle(edgeprobe, name, folder):
    paths = [os.path.basename(p) for p in STORIES[name]["make"](pki()).write(folder)]
    return saved([edgeprobe, "bundle", *paths], folder, folder)


def of_capture(edgeprobe, name, folder):
    story = os.path.join(os.path.dirname(TESTS), "captures", name)
    with open(os.path.join(story, "expected.yaml"), encoding="utf-8") as file:
        options = [str(o).replace("{here}/", "") for o in yaml.safe_load(file).get("options") or []]
    paths = [os.path.basename(p) for p in sorted(glob.glob(os.path.join(story, "capture.pcap*")))]
    return saved([edgeprobe, "capture", *paths, *options], folder, story)


def of_run(name, folder):
    path = os.path.join(TESTS, "unit", "runs", name + ".json.gz")
    save = os.path.join(folder, name + ".json")
    if not os.path.exists(path):
        return None
    with gzip.open(path, "rt", encoding="utf-8") as run, open(save, "w", encoding="utf-8") as file:
        json.dump({"schema": "edgeprobe.report/1", "evidence": json.load(run)}, file)
    return save


def compared(edgeprobe, name, folder):
    """(lines, problems) of a comparison, which has no save of its own; None: a run is not there."""
    paths = []
    for side in name.split(".."):
        save = of_run(side, folder)
        if save is None:
            return None
        paths.append(os.path.join(folder, f"{len(paths)}.json"))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(steady(Run([edgeprobe, "replay", save, "--format", "json"]).out))
    argv = [edgeprobe, "diff", *paths]
    run = Run(argv + ["--color", "never"])
    return masked(run.out.splitlines()), run.trouble() + ([run.err] if run.err else []) + too_wide(argv)


def screen_of(edgeprobe, name, reports, folder):
    kind, _, rest = name.rpartition("/")
    if kind == "diff":
        return compared(edgeprobe, rest, folder)
    save = (of_bundle(edgeprobe, rest, folder) if kind == "bundle"
            else of_capture(edgeprobe, rest, folder) if kind == "captures"
            else of_run(rest, folder) if kind == "runs"
            else handed_over(kind or "lab", rest, reports))
    return None if save is None else screen(edgeprobe, save)


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
    path = os.path.join(HERE, name + ".txt")
    with tempfile.TemporaryDirectory(prefix="edgeprobe-lab-") as folder:
        found = screen_of(edgeprobe, name, reports, folder)
    if found is None:
        say(f"skipped {name}: there is no save of it")
        return "skipped"
    now, problems = found
    if update:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(now) + "\n")
        return "passed"
    with open(path, encoding="utf-8") as file:
        before = file.read().splitlines()
    if before != now:
        problems += [l for l in difflib.unified_diff(before, now, lineterm="", n=0)
                     if not l.startswith(("---", "+++", "@@"))][:16]
    if problems:
        say(f"FAILED {name}\n" + indented(problems))
    return "failed" if problems else "passed"


def known():
    paths = glob.glob(os.path.join(HERE, "**", "*.txt"), recursive=True)
    return sorted(os.path.relpath(path, HERE)[:-4] for path in paths)


def run_suites(edgeprobe, names):
    """Where nobody handed saves over: what they come from is run. A story of the log-in does not go alone."""
    of_lab = [n for n in names if "/" not in n]
    for suite, wanted in (("lab", of_lab), ("login", [n for n in names if n.startswith("login/")])):
        if wanted:
            subprocess.run([os.path.join(TESTS, suite, "run.py"), "--edgeprobe", edgeprobe] + (of_lab if suite == "lab" else []),
                           stdout=subprocess.DEVNULL, check=False)


def main():
    arguments = command_line("Compare first screens with the committed ones.", more=[UPDATE])
    arguments.edgeprobe = os.path.abspath(arguments.edgeprobe)
    names = arguments.names or known()
    reports = os.environ.get(REPORTS)
    with tempfile.TemporaryDirectory() as scratch:
        if not reports or not os.path.isdir(os.path.join(reports, "lab", "saves")):
            reports = os.environ[REPORTS] = scratch
            run_suites(arguments.edgeprobe, names)
        return tally([compare(arguments.edgeprobe, name, reports, arguments.update) for name in names])


if __name__ == "__main__":
    run_main(main)
