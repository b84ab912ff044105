#!/usr/bin/python3 -B
"""How did one edgeprobe go? Runs it to the end and keeps exit status, output and time. How a test is told is suite.py's."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import states

PATIENCE = float(os.environ.get("EDGEPROBE_PATIENCE") or 1)  # one factor for every time limit, ours and edgeprobe's
TIMEOUT = 60 * PATIENCE
HANDED_OVER = ("lab", "peers", "login", "bundle")  # by hand_over(), with names
SAVED = {"check", "zone", "ciphers", "revocation", "cert", "renew"}  # commands that are told to --save for tests/seen/saves.py …
SAVING = {"pki", "renew", "zone", "ciphers", "files", "revocation", "field"}  # … in these suites
LARGEST_SAVE = 2_000_000  # a longer one is cut short, so it is none
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
        with tempfile.TemporaryDirectory(prefix="edgeprobe-save-") as own:
            save = save_of(argv, own) if counts else []
            started = time.monotonic()
            done = subprocess.run(argv + save, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=TIMEOUT, env={**os.environ, **SURROUNDINGS, **(environment or {})})
            self.seconds = time.monotonic() - started
            self.argv, self.status = argv, done.returncode
            self.out = done.stdout.decode("utf-8", "replace")
            self.err = done.stderr.decode("utf-8", "replace")
            if counts:
                note_run(argv + save, self.out)

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


def suite_name():
    return os.path.basename(os.path.dirname(os.path.abspath(sys.argv[0])))


def save_of(argv, folder):
    """Options that make the run leave its facts with bytes: reports have none, and nobody judges a chain or a CRL without."""
    command = next((word for before, word in zip(argv, argv[1:]) if os.path.basename(before) == "edgeprobe"), None)
    is_wanted = os.environ.get(REPORTS) and suite_name() in SAVING and command in SAVED and "json" in argv and not {"--save", "--"} & set(argv)
    return ["--save", os.path.join(folder, "save.json")] if is_wanted else []


def evidence_of(argv, report):
    """The save's, where there is one that is not huge."""
    try:
        with open(argv[argv.index("--save") + 1], encoding="utf-8") as text:
            save = text.read(LARGEST_SAVE)
        return json.loads(save)["evidence"]
    except (OSError, ValueError, IndexError, KeyError):
        return report["evidence"]


def note_run(argv, out):
    """Leaves for tests/seen what a real run said and saw: (status, check, cause) of each finding, and the states of the
    facts. A replay says what another run has said, so it does not count; nor does what was never asked as JSON."""
    folder = os.environ.get(REPORTS)
    if not folder or {"replay", "diff", "explain"} & set(argv[1:4]):
        return
    said, facts = set(), set()
    reports = list(reports_in(out))
    for report in reports:
        said.update((f["status"], f["check"], f.get("cause") or "") for f in findings_in(report)
                    if isinstance(f["check"], str))
        if isinstance(report, dict) and isinstance(report.get("evidence"), dict):
            facts.update(states.of(report["evidence"]))
    if not said and not facts:
        return
    suite = suite_name()
    line = json.dumps({"suite": suite, "said": sorted(said), "facts": sorted(facts)}) + "\n"
    path = os.path.join(folder, "seen", f"{suite}-{os.getpid()}-{threading.get_ident()}.ndjson")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "a", encoding="utf-8") as file:
        file.write(line)
    leave_evidence(os.path.join(folder, "seen", "runs"), suite, line, reports, argv)


def leave_evidence(folder, suite, line, reports, argv):
    """For tests/seen/saves.py, of suites that hand nothing over: one report for all that say and hold the same, by whose name
    it is known."""
    if suite in HANDED_OVER or len(reports) != 1 or not isinstance(reports[0], dict) or "evidence" not in reports[0]:
        return
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{suite}-{hashlib.sha256(line.encode()).hexdigest()[:8]}.json")
    with open(f"{path}.{threading.get_ident()}", "w", encoding="utf-8") as file:
        json.dump({"findings": reports[0].get("findings"), "evidence": evidence_of(argv, reports[0])}, file)
    os.replace(f"{path}.{threading.get_ident()}", path)
