#!/usr/bin/python3 -B
"""Would the unit tests notice if a judge were wrong? One small change at a time, in what decides verdicts.

    mutants.py [--count N] [--seed N] [--rooms ROOM,…] [--jobs N] [--again]

A mutant is one file with one place changed (OPERATORS below). It is compiled, linked in place of the original, and the unit
tests that reach its line run; a test that fails, crashes or hangs kills it. Which tests reach a line is measured once
(gcov) and kept in build-mutants/, as is what has become of each mutant: only mutants of files that have changed, and those
that survived, are tried again (--again: all). Which places are changed follows from the seed alone.

Prints each survivor with its line, and the figures. A survivor may be equivalent to the original: read before believing.
Touches no source file. Does not: run suites with servers; what only they hold shows as a survivor."""

import argparse
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PLACE = "build-mutants"
FLAGS = {"plain": "-O1", "reached": "-O0 --coverage"}
PATIENCE = 60 * float(os.environ.get("EDGEPROBE_PATIENCE") or 1)  # seconds for one test; a mutant may never end
# What is looked for, outside comments, strings and directives, and what it becomes.
OPERATORS = [(r"==", "!="), (r"!=", "=="), (r"<=", "<"), (r">=", ">"), (r"(?<![<\-=>])<(?![<=])(?=[^;]*;|[^>]*\))", "<="),
             (r"(?<![\->=])>(?![>=])(?=\s*[\w(])", ">="), (r"&&", "||"), (r"\|\|", "&&"), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
             (r"(?<=[\s(])!(?=[\w(])", ""), (r"\bcontinue;", "break;"), (r"(?<= )\+ 1\b", "+ 2"), (r"(?<= )- 1\b", "- 2"),
             (r"\breturn NULL;", "return (void *)1;"), (r"(?<=return )(?=[a-z_]+\()", "!"), (r"\+\+;", "+= 2;")]
CAUSE = r"\bCAUSE_[A-Z0-9_]+\b"  # becomes the next of the same file


def build(kind):
    make = ["make", "-s", f"-j{os.cpu_count()}", f"BUILD={PLACE}/{kind}", f"OPT={FLAGS[kind]}", "EXTRA=-fPIC -w", "CC=" + os.environ.get("CC", "cc")]
    listing = subprocess.run(make + ["--eval=mutant-list:;@echo $(OBJECTS) :: $(UNIT_HELPERS) :: $(patsubst %,$(BUILD)/tests/unit/%.o,"
                                     "$(notdir $(UNITS))) :: $(LDLIBS)", "mutant-list"], cwd=TOP, capture_output=True, text=True, check=True)
    objects, helpers, tests, libraries = (part.split() for part in listing.stdout.split("::"))
    subprocess.run(make + objects + helpers + tests, cwd=TOP, check=True)
    return objects, helpers, tests, libraries


def run(argv, **more):
    return subprocess.run(argv, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def link_library(path, objects, libraries, coverage=False):
    os.makedirs(os.path.join(TOP, os.path.dirname(path)), exist_ok=True)
    done = run(["cc", "-shared", "-o", path, *objects, *libraries, *(["--coverage"] if coverage else [])])
    if done.returncode != 0:
        raise RuntimeError(done.stdout.decode())


class Tests:
    """The unit tests, linked against the library, so that another library can take its place."""

    def __init__(self):
        self.made = {}
        for kind in FLAGS:
            objects, helpers, tests, libraries = build(kind)
            library = f"{PLACE}/{kind}/lib/libedgeprobe-mutant.so"
            link_library(library, objects, libraries, kind == "reached")
            for test in tests:
                program = self.program(kind, os.path.basename(test)[:-2])
                run(["cc", "-o", program, test, *helpers, "-L" + os.path.dirname(library), "-ledgeprobe-mutant", *libraries, "-lcmocka",
                     "-larchive", *(["--coverage"] if kind == "reached" else [])], check=True)
            self.made[kind] = (objects, libraries, sorted(os.path.basename(t)[:-2] for t in tests))

    @staticmethod
    def program(kind, name):
        return f"{PLACE}/{kind}/{name}"

    def names(self):
        return self.made["plain"][2]

    def passes(self, kind, name, library, environment=None):
        try:
            done = run([self.program(kind, name)], timeout=PATIENCE,
                       env={**os.environ, "LD_LIBRARY_PATH": os.path.join(TOP, library), **(environment or {})})
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def digest(*paths):
    out = hashlib.sha256()
    for path in paths:
        with open(os.path.join(TOP, path), "rb") as data:
            out.update(data.read())
    return out.hexdigest()[:16]


def kept(name):
    path = os.path.join(TOP, PLACE, name)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as text:
        return json.load(text)


def keep(name, value):
    with open(os.path.join(TOP, PLACE, name + ".new"), "w", encoding="utf-8") as out:
        json.dump(value, out)
    os.replace(os.path.join(TOP, PLACE, name + ".new"), os.path.join(TOP, PLACE, name))


def reached_lines(tests, sources):
    """{test: {source: [lines]}}, and the tests that pass at all."""
    library = tests.made["plain"][0]
    version = digest(*library, *(t for t in (f"{PLACE}/plain/tests/unit/{n}.o" for n in tests.names())))
    old = kept("reached.json")
    if old.get("version") == version:
        return old["lines"]
    lines = {}
    for name in tests.names():
        for counts in subprocess.run(["find", f"{PLACE}/reached", "-name", "*.gcda"], cwd=TOP, capture_output=True, text=True, check=True).stdout.split():
            os.unlink(os.path.join(TOP, counts))
        if not tests.passes("reached", name, f"{PLACE}/reached/lib"):
            print(f"{name} does not pass unchanged: left out", flush=True)
            continue
        lines[name] = {}
        objects = [f"{PLACE}/reached/{s[:-2]}.gcda" for s in sources]
        done = subprocess.run(["gcov", "--json-format", "--stdout", *[o for o in objects if os.path.exists(os.path.join(TOP, o))]],
                              cwd=TOP, capture_output=True, text=True, check=False)
        for document in done.stdout.splitlines():
            for file in json.loads(document)["files"] if document.startswith("{") else []:
                hit = [line["line_number"] for line in file["lines"] if line["count"] > 0]
                if file["file"] in sources and hit:
                    lines[name][file["file"]] = sorted(set(lines[name].get(file["file"], [])) | set(hit))
    keep("reached.json", {"version": version, "lines": lines})
    return lines


def blanked(text):
    """The same text with comments, strings, characters and directives blank, so that places stay where they are."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*'
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S | re.M)


def mutants_of(source):
    """[(source, start, end, replacement)]"""
    with open(os.path.join(TOP, source), encoding="utf-8") as data:
        text = data.read()
    plain = blanked(text)
    out = [(source, m.start(), m.end(), new) for pattern, new in OPERATORS for m in re.finditer(pattern, plain)]
    causes = list(re.finditer(CAUSE, plain))
    names = sorted({m.group() for m in causes} - {"CAUSE_NONE"})
    for m in causes:
        if m.group() in names and len(names) > 1:
            out.append((source, m.start(), m.end(), names[(names.index(m.group()) + 1) % len(names)]))
    return sorted(out)


def told(mutant):
    """(line number, the line before, the line after)"""
    source, start, end, new = mutant
    with open(os.path.join(TOP, source), encoding="utf-8") as data:
        text = data.read()
    begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return text.count("\n", 0, start) + 1, text[begin:stop].strip(), (text[begin:start] + new + text[end:stop]).strip()


class Trial:
    """One worker's place: a mutated object, a library with it."""

    def __init__(self, tests, number):
        self.tests, self.folder = tests, f"{PLACE}/trial-{number}"
        os.makedirs(os.path.join(TOP, self.folder), exist_ok=True)

    def fate(self, mutant, names):
        source, start, end, new = mutant
        with open(os.path.join(TOP, source), encoding="utf-8") as data:
            text = data.read()
        changed, made = f"{self.folder}/changed.c", f"{self.folder}/changed.o"
        with open(os.path.join(TOP, changed), "w", encoding="utf-8") as out:
            out.write(text[:start] + new + text[end:])
        done = run(["cc", *FLAGS["plain"].split(), "-w", "-std=c11", "-D_GNU_SOURCE", "-I.", f"-I{PLACE}/plain", "-I" + os.path.dirname(source),
                    "-fPIC", "-c", "-o", made, changed])
        if done.returncode != 0:
            return "stillborn"
        objects, libraries, _ = self.tests.made["plain"]
        link_library(f"{self.folder}/libedgeprobe-mutant.so", [made if o == f"{PLACE}/plain/{source[:-2]}.o" else o for o in objects], libraries)
        for name in names:
            if not self.tests.passes("plain", name, self.folder):
                return "killed by " + name
        return "survived"


def try_all(tests, chosen, lines, jobs, again):
    results = {} if again else kept("results.json")
    trials = [Trial(tests, i) for i in range(jobs)]

    def one(mutant):
        source = mutant[0]
        key = f"{source} {digest(source)} {mutant[1]} {mutant[3]}"
        if results.get(key, "survived") != "survived":
            return results[key]
        line = told(mutant)[0]
        names = [n for n in lines if line in lines[n].get(source, [])]
        trial = trials.pop()
        try:
            results[key] = trial.fate(mutant, names) if names else "not reached"
        finally:
            trials.append(trial)
        return results[key]

    with ThreadPoolExecutor(jobs) as pool:
        fates = list(pool.map(one, chosen))
    keep("results.json", results)
    return fates


def main():
    parser = argparse.ArgumentParser(description="Change what decides verdicts, one place at a time; the unit tests must notice.")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rooms", default="checks,expressway,outcomes")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--again", action="store_true", help="believe nothing that earlier runs found")
    arguments = parser.parse_args()
    os.makedirs(os.path.join(TOP, PLACE), exist_ok=True)
    tests = Tests()
    rooms = arguments.rooms.split(",")
    sources = [o[len(f"{PLACE}/plain/"):-2] + ".c" for o in tests.made["plain"][0]]
    sources = sorted(s for s in sources if s.split("/")[0] in rooms)
    lines = reached_lines(tests, sources)
    every = [m for s in sources for m in mutants_of(s)]
    chosen = sorted(random.Random(arguments.seed).sample(every, min(arguments.count, len(every))))
    fates = try_all(tests, chosen, lines, max(1, arguments.jobs), arguments.again)
    for mutant, fate in zip(chosen, fates):
        if fate in ("survived", "not reached"):
            number, before, after = told(mutant)
            print(f"{fate:12} {mutant[0]}:{number}\n    - {before}\n    + {after}")
    born = [f for f in fates if f != "stillborn"]
    left = [f for f in born if f in ("survived", "not reached")]
    print(f"{len(every)} places in {len(sources)} files; {len(born)} mutants (seed {arguments.seed}): {len(born) - len(left)} killed, "
          f"{left.count('survived')} survived, {left.count('not reached')} stand where no unit test comes: "
          f"{100 * len(left) / max(1, len(born)):.0f} % are left")
    return 0


if __name__ == "__main__":
    sys.exit(main())
