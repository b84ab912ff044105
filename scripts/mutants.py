#!/usr/bin/python3 -B
"""Would the unit tests notice if a judge were wrong? One small change at a time, in what decides verdicts.

    mutants.py [--count N] [--seed N] [--minutes N] [--rooms ROOM,…] [--files PATTERN,…] [--jobs N] [--again] [--at FILE:LINE,…]

A mutant is one file with one place changed (OPERATORS below). It alone is compiled, and laid over the library when a test starts
(LD_PRELOAD), so nothing is linked anew. The unit tests that reach its line run, those first that have found most in this file,
until one fails, crashes or hangs: that kills it. They run without the shared test data: what the project brings must do.

What has been found is kept in build-mutants/: which tests reach a line (gcov), and what became of each mutant. A mutant is tried
again when its file has changed, when the test that killed it has, or, if it survived, when any test has (--again: in any case).
Which places are changed follows from the seed, the rooms and the files alone; --at tries every change on the lines that it names instead.

Prints each survivor with its line, and the figures of each room. What is the same program as before is listed, with the
reason, in tests/mutants.txt, and not counted; a line there that fits no place any longer is told.
Touches no source file. Does not: run suites with servers; what only they hold shows as a survivor."""

import argparse
import collections
import fnmatch
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PLACE = "build-mutants"
EQUIVALENT = os.path.join(TOP, "tests", "mutants.txt")
COMPILER = (["ccache"] if shutil.which("ccache") else []) + ["cc"]
ROOMS = "checks,expressway,outcomes"
PATIENCE = float(os.environ.get("EDGEPROBE_PATIENCE") or 1)
NO_DATA = {"EDGEPROBE_DATA": os.path.join(TOP, PLACE, "no-data")}
TRAPS = ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]  # what `make asan` would see of it ends the test
# What is looked for, outside comments, strings and directives, and what it becomes.
OPERATORS = [(r"==", "!="), (r"!=", "=="), (r"<=", "<"), (r">=", ">"), (r"(?<![<\-=>])<(?![<=])(?=[^;]*;|[^>]*\))", "<="),
             (r"(?<![\->=])>(?![>=])(?=\s*[\w(])", ">="), (r"&&", "||"), (r"\|\|", "&&"), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
             (r"(?<=[\s(])!(?=[\w(])", ""), (r"\bcontinue;", "break;"), (r"\bcontinue;", ";"), (r"\breturn;", ";"), (r"(?<= )\+ 1\b", "+ 2"),
             (r"(?<= )- 1\b", "- 2"), (r"\breturn NULL;", "return (void *)1;"), (r"(?<=return )(?=[a-z_]+\()", "!"), (r"\+\+;", "+= 2;"),
             (r"(?<=\n)    [ ]*\{[^{}\n]*\},(?=[^\n]*\n)", ""), (r"(?<=\n)    [ ]*(?!return)[a-z_]+\([^\n]*\);(?=\n)", ";")]
CAUSE = r"\bCAUSE_[A-Z0-9_]+\b"  # becomes the next of the same file
NUMBER = r"(?<![\w.\[])\d+(?![\w.\]])"  # becomes the next


def run(argv, **more):
    return subprocess.run(argv, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def must(argv):
    done = run(argv)
    if done.returncode != 0:
        raise RuntimeError(done.stdout.decode(errors="replace"))


def at_top(*parts):
    return os.path.join(TOP, PLACE, *parts)


def digest(*paths):
    out = hashlib.sha256()
    for path in paths:
        with open(os.path.join(TOP, path), "rb") as data:
            out.update(data.read())
    return out.hexdigest()[:16]


def kept(name):
    if not os.path.exists(at_top(name)):
        return {}
    with open(at_top(name), encoding="utf-8") as text:
        return json.load(text)


def keep(name, value):
    with open(at_top(name + ".new"), "w", encoding="utf-8") as out:
        json.dump(value, out)
    os.replace(at_top(name + ".new"), at_top(name))


# ---- the library, the tests, and what is laid over the library ----


STOP = """#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
void _fail(const char *file, int line);
void _fail(const char *file, int line) { dprintf(2, "%s:%d: failed\\n", file, line); _exit(1); }
static void __attribute__((constructor)) alone(void) { unsetenv("LD_PRELOAD"); }
"""  # the first assertion of cmocka that fails ends the test; what a test starts (rm) cannot load what is laid over our library


class Tests:
    def __init__(self, jobs):
        make = ["make", "-s", f"-j{jobs}", f"BUILD={PLACE}/plain", "OPT=-O1", "EXTRA=-fPIC -w -DLIST_UNTAKEN=0xa5", "CC=" + " ".join(COMPILER)]
        listing = subprocess.run(make + ["--eval=mutant-list:;@echo $(OBJECTS) :: $(UNIT_HELPERS) :: $(patsubst %,$(BUILD)/tests/unit/%.o,"
                                         "$(notdir $(UNITS))) :: $(LDLIBS)", "mutant-list"], cwd=TOP, capture_output=True, text=True, check=True)
        objects, helpers, tests, libraries = (part.split() for part in listing.stdout.split("::"))
        subprocess.run(make + objects + helpers + tests, cwd=TOP, check=True)
        self.sources = sorted(o[len(f"{PLACE}/plain/"):-2] + ".c" for o in objects)
        library, stop = f"{PLACE}/libedgeprobe-mutant.so", at_top("stop.c")
        with open(stop, "w", encoding="utf-8") as out:
            out.write(STOP)
        must(["cc", "-shared", "-fPIC", "-o", at_top("stop.so"), stop])
        must(["cc", "-shared", "-o", library, *objects, *libraries])
        self.library = digest(library)
        self.versions = {}
        for test in sorted(tests):
            name = os.path.basename(test)[:-2]
            self.versions[name] = digest(test, *helpers)
            must(["cc", "-o", f"{PLACE}/{name}", test, *helpers, f"-L{PLACE}", "-ledgeprobe-mutant", *libraries, "-lcmocka", "-larchive"])
        self.ms = {}

    def run_over(self, name, overlay, environment=None, limit=60):
        """None when it passed, else what was said"""
        try:
            done = run([f"{PLACE}/{name}"], timeout=limit * PATIENCE, env={**os.environ, **NO_DATA, "LD_LIBRARY_PATH": at_top(),
                       "LD_PRELOAD": " ".join([os.path.join(TOP, overlay), at_top("stop.so")]), **(environment or {})})
        except subprocess.TimeoutExpired:
            return "hangs"
        return None if done.returncode == 0 else done.stdout.decode(errors="replace")

    def fails(self, name, overlay):
        return self.run_over(name, overlay, limit=10 + 10 * self.ms[name] / 1000) is not None


def compiled(source, out, *flags, text=None):
    """The file as a library of its own; text: what it holds instead. The compiler's word, NULL when it took it."""
    path = source
    if text is not None:
        path = os.path.splitext(out)[0] + ".c"
        with open(os.path.join(TOP, path), "w", encoding="utf-8") as changed:
            changed.write(text)
    done = run(["cc", "-O0", *flags, "-w", "-std=c11", "-D_GNU_SOURCE", "-I.", f"-I{PLACE}/plain", "-I" + os.path.dirname(source), "-fPIC",
                "-o", out, path])
    return None if done.returncode == 0 else done.stdout.decode(errors="replace")


# ---- which tests reach a line ----


def reached_lines(tests, sources, jobs):
    """{test: {source: [lines]}} and {source: [lines that count at all]}; a test that does not pass unchanged is left out"""
    old, known = kept("reached.json"), kept("lines.json")
    out = {}
    wanted = []
    for name, version in tests.versions.items():
        entry = old.get(name)
        if entry and entry["version"] == f"{version} {tests.library} {len(sources)}":
            out[name] = entry
        else:
            wanted.append(name)
    if wanted:
        os.makedirs(at_top("reached"), exist_ok=True)
        objects = {s: f"{PLACE}/reached/" + s.replace("/", "-")[:-2] + ".o" for s in sources}
        with ThreadPoolExecutor(jobs) as pool:
            said = list(pool.map(lambda s: compiled(s, objects[s], "-c", "--coverage"), sources))
        if any(said):
            raise RuntimeError(next(s for s in said if s))
        must(["cc", "-shared", "--coverage", "-o", at_top("reached.so"), *objects.values()])
        with ThreadPoolExecutor(jobs) as pool:
            for name, entry in zip(wanted, pool.map(lambda n: reach_of(tests, n, sources), wanted)):
                if isinstance(entry, str):
                    print(f"{name} does not pass unchanged, without the shared data: left out\n    {entry}", flush=True)
                else:
                    known.update(entry.pop("known"))
                    out[name] = {**entry, "version": f"{tests.versions[name]} {tests.library} {len(sources)}"}
        keep("lines.json", known)
    keep("reached.json", out)
    tests.ms = {name: entry["ms"] for name, entry in out.items()}
    return {name: entry["lines"] for name, entry in out.items()}, known


def reach_of(tests, name, sources):
    folder = at_top("counts-" + name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    strip = str(len([p for p in at_top("reached").split("/") if p]))
    began = time.monotonic()
    said = tests.run_over(name, f"{PLACE}/reached.so", {"GCOV_PREFIX": folder, "GCOV_PREFIX_STRIP": strip})
    if said is not None:
        return next((line for line in said.splitlines() if line and not re.match(r"\[(===|[ A-Z]*(RUN|OK) )", line)), "said nothing")
    took = int((time.monotonic() - began) * 1000)
    counts = [f for f in os.listdir(folder) if f.endswith(".gcda")]
    for count in counts:
        os.symlink(at_top("reached", count[:-5] + ".gcno"), os.path.join(folder, count[:-5] + ".gcno"))
    lines, known = {}, {}
    done = subprocess.run(["gcov", "--json-format", "--stdout", *[os.path.join(folder, c) for c in counts]], cwd=TOP, capture_output=True,
                          text=True, check=False) if counts else None
    for document in done.stdout.splitlines() if done else []:
        for file in json.loads(document)["files"] if document.startswith("{") else []:
            hit = [line["line_number"] for line in file["lines"] if line["count"] > 0]
            if file["file"] in sources:
                known[file["file"]] = sorted(line["line_number"] for line in file["lines"])
            if file["file"] in sources and hit:
                lines[file["file"]] = sorted(set(lines.get(file["file"], [])) | set(hit))
    shutil.rmtree(folder)
    return {"ms": took, "lines": lines, "known": known}


# ---- the mutants ----


def blanked(text):
    """The same text with comments, strings, characters and directives blank, so that places stay where they are."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*'
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S | re.M)


def conditions(plain):
    """Where each condition of an `if` begins and ends, parentheses left out."""
    for m in re.finditer(r"\bif \(", plain):
        depth, at = 1, m.end()
        while depth > 0 and at < len(plain):
            depth += {"(": 1, ")": -1}.get(plain[at], 0)
            at += 1
        yield m.end(), at - 1


def read_source(source):
    with open(os.path.join(TOP, source), encoding="utf-8") as data:
        return data.read()


def mutants_of(source):
    """[(source, start, end, replacement)]"""
    text = read_source(source)
    plain = blanked(text)
    out = [(source, m.start(), m.end(), new) for pattern, new in OPERATORS for m in re.finditer(pattern, plain)]
    out += [(source, m.start(), m.end(), str(int(m.group()) + 1)) for m in re.finditer(NUMBER, plain)]
    out += [(source, start, end, f"!({text[start:end]})") for start, end in conditions(plain)]
    causes = list(re.finditer(CAUSE, plain))
    names = sorted({m.group() for m in causes} - {"CAUSE_NONE"})
    for m in causes:
        if m.group() in names and len(names) > 1:
            out.append((source, m.start(), m.end(), names[(names.index(m.group()) + 1) % len(names)]))
    return sorted(out)


def told(mutant):
    """(line number, the line before, the line after)"""
    source, start, end, new = mutant
    text = read_source(source)
    number = text.count("\n", 0, start) + 1
    begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    flat = lambda t: re.sub(r"\s+", " ", t).strip()  # noqa: E731
    return number, flat(text[begin:stop]), flat(text[begin:start] + new + text[end:stop])


def equivalents():
    """{(source, before, after): why}"""
    out = {}
    with open(EQUIVALENT, encoding="utf-8") as text:
        for number, line in enumerate(text, 1):
            if not line.strip() or line.startswith("#"):
                continue
            parts = line.rstrip("\n").split("\t")
            if len(parts) != 4 or not all(parts):
                raise SystemExit(f"{EQUIVALENT}:{number}: wanted file, line before, line after and reason, tabs between them")
            out[tuple(parts[:3])] = parts[3]
    return out


# ---- their fate ----


class Trials:
    def __init__(self, tests, reached, again, minutes):
        self.tests, self.again = tests, again
        self.lines, self.known = reached
        self.results = {k: r for k, r in kept("results.json").items() if isinstance(r, dict)}  # not those of an older form
        self.ends = time.monotonic() + 60 * minutes
        self.kills = collections.Counter((k.split(" ")[0], r["by"]) for k, r in self.results.items() if r.get("by"))
        self.digests = {}
        self.lock = threading.Lock()
        self.free = []

    def keep(self):
        with self.lock:
            keep("results.json", self.results)

    def digest_of(self, source):
        if source not in self.digests:
            self.digests[source] = digest(source)
        return self.digests[source]

    def still_holds(self, result, names):
        if self.again or result is None:
            return False
        if result["fate"] == "killed":
            return self.tests.versions.get(result["by"]) == result["version"]
        return result["fate"] == "stillborn" or result["version"] == self.version_of(names)

    def version_of(self, names):
        return hashlib.sha256(" ".join(self.tests.versions[n] for n in sorted(names)).encode()).hexdigest()[:16]

    def one(self, mutant):
        source, start, end, new = mutant
        key = f"{source} {self.digest_of(source)} {start} {end} {new}"
        first = told(mutant)[0]
        here = range(first, first + read_source(source)[start:end].count("\n") + 1)
        names = [] if first in self.known.get(source, []) else self.of_data(source, first)
        if first not in self.known.get(source, []):  # the line goes on with what began above it
            here = range(max([n for n in self.known.get(source, []) if n < first], default=first), here.stop)
        if not names:
            names = [n for n in self.lines if not set(here).isdisjoint(self.lines[n].get(source, []))]
        old = self.results.get(key)
        if self.still_holds(old, names):
            return old["fate"] if old["fate"] != "killed" else "killed by " + old["by"]
        if time.monotonic() > self.ends:
            return "not tried"
        if old and old.get("by") in names:
            names = [old["by"]] + [n for n in names if n != old["by"]]
        else:
            names = sorted(names, key=lambda n: (-self.kills[source, n] * 1000 / (50 + self.tests.ms[n]), self.tests.ms[n]))
        with self.lock:
            number = self.free.pop() if self.free else len(os.listdir(at_top("trials")))
            os.makedirs(at_top("trials", str(number)), exist_ok=True)
        try:
            result = self.fate(mutant, names, f"{PLACE}/trials/{number}/changed.so")
        finally:
            with self.lock:
                self.free.append(number)
        with self.lock:
            self.results[key] = result
            if result["fate"] == "killed":
                self.kills[source, result["by"]] += 1
        return result["fate"] if result["fate"] != "killed" else "killed by " + result["by"]

    def of_data(self, source, line):
        """A line of a table, which gcov does not count: every test that comes to this file at all, or to any where it has no code."""
        code = read_source(source).splitlines()[line - 1]
        is_data = (re.match(r"\s*(static const|enum|[A-Z0-9_]+ = \d|\{|[}\"]|.*\}[,;])", code) or "= {" in code or
                   code.startswith("#"))
        has_code = any(l.get(source) for l in self.lines.values())
        return [n for n in self.lines if self.lines[n] and (not has_code or self.lines[n].get(source))] if is_data or not has_code else []

    def fate(self, mutant, names, overlay):
        source, start, end, new = mutant
        text = read_source(source)
        if not names:
            return {"fate": "not reached", "version": self.version_of(names)}
        if compiled(source, overlay, "-shared", *TRAPS, text=text[:start] + new + text[end:]) is not None:
            return {"fate": "stillborn", "version": ""}
        for name in names:
            if self.tests.fails(name, overlay):
                return {"fate": "killed", "by": name, "version": self.tests.versions[name]}
        return {"fate": "survived", "version": self.version_of(names)}


def chosen_of(arguments, every):
    if not arguments.at:
        return sorted(random.Random(arguments.seed).sample(every, min(arguments.count, len(every))))
    places = {tuple(p.rsplit(":", 1)) for p in arguments.at.split(",")}
    return [m for m in every if (m[0], str(told(m)[0])) in places]


def figures(room, chosen, fates, same):
    mine = [(m, f) for m, f in zip(chosen, fates) if room in (None, m[0].split("/")[0]) and f not in ("stillborn", "not tried")]
    equal = sum(1 for m, f in mine if same(m) and not f.startswith("killed"))
    left = collections.Counter(f for m, f in mine if not f.startswith("killed") and not same(m))
    count = len(mine) - equal
    print(f"{room or 'all':12} {len(mine):5} mutants, {equal:4} equivalent; of the other {count:5}: {count - left.total():5} killed, "
          f"{left['survived']:4} survived, {left['not reached']:3} where no unit test comes: {100 * left.total() / max(1, count):.1f} % are left")


def main():
    parser = argparse.ArgumentParser(description="Change what decides verdicts, one place at a time; the unit tests must notice.")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="start no mutant after so long")
    parser.add_argument("--rooms", default=ROOMS)
    parser.add_argument("--files", default="*", help="of the rooms only these: outcomes/fault*.c,…")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--again", action="store_true", help="believe nothing that earlier runs found")
    parser.add_argument("--at", default="", help="every change on these lines: FILE:LINE,…")
    arguments = parser.parse_args()
    jobs = max(1, arguments.jobs)
    os.makedirs(at_top("trials"), exist_ok=True)
    tests = Tests(jobs)
    rooms = arguments.rooms.split(",")
    patterns = arguments.files.split(",")
    sources = [s for s in tests.sources if s.split("/")[0] in rooms and any(fnmatch.fnmatch(s, p) for p in patterns)]
    measured = {*ROOMS.split(","), *rooms}  # all at once, so that another room asks for nothing new
    reached = reached_lines(tests, [s for s in tests.sources if s.split("/")[0] in measured], jobs)
    every = [m for s in sources for m in mutants_of(s)]
    chosen = chosen_of(arguments, every)
    trials = Trials(tests, reached, arguments.again, arguments.minutes)
    shutil.rmtree(at_top("trials"), ignore_errors=True)
    os.makedirs(at_top("trials"))
    with ThreadPoolExecutor(jobs) as pool:
        fates = []
        for fate in pool.map(trials.one, chosen):
            fates.append(fate)
            if len(fates) % 10 == 0:
                trials.keep()
    trials.keep()

    listed = equivalents()

    def same(mutant):
        return (mutant[0], *told(mutant)[1:]) in listed

    for mutant, fate in zip(chosen, fates):
        number, before, after = told(mutant)
        if same(mutant) and fate.startswith("killed"):
            print(f"listed as equivalent, and {fate}: {mutant[0]}:{number}\n    - {before}\n    + {after}")
        if (fate in ("survived", "not reached") and not same(mutant)) or (arguments.at and fate != "stillborn"):
            print(f"{fate:12} {mutant[0]}:{number}\n    - {before}\n    + {after}")
    places = {(m[0], *told(m)[1:]) for m in every if m[0] in {l[0] for l in listed}}
    for source, before, _ in [l for l in listed if l not in places and l[0] in sources]:
        print(f"tests/mutants.txt: no place fits this line any longer: {source}: {before}")
    print(f"{len(every)} places in {len(sources)} files, seed {arguments.seed}" +
          (f"; {fates.count('not tried')} not tried in {arguments.minutes:g} minutes" if "not tried" in fates else ""))
    for room in rooms + [None]:
        figures(room, chosen, fates, same)
    return 0


if __name__ == "__main__":
    sys.exit(main())
