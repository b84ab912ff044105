#!/usr/bin/python3 -B
"""Do the files of a folder call each other in circles? circles.py BUILD-DIR

A file that calls another which calls it back is no module: neither can be read, tested or moved alone. Read from the
symbols of the object files, so that neither comments nor headers can hide it. Prints each circle with the symbols
that close it."""

import os
import subprocess
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def symbols(path):
    """(defined, wanted) global symbols of one object."""
    defined, wanted = set(), set()
    out = subprocess.run(["nm", "-g", path], stdout=subprocess.PIPE, check=True, text=True).stdout
    for line in out.splitlines():
        kind, name = line.split()[-2:]
        (wanted if kind in "Uw" else defined).add(name)
    return defined, wanted


def calls_of(folder, names):
    """{file: {file it calls: a symbol}} among the objects of one folder."""
    found = {n: symbols(os.path.join(folder, n + ".o")) for n in names}
    owner = {s: n for n, (defined, _) in found.items() for s in defined}
    calls = {n: {} for n in names}
    for name, (_, wanted) in found.items():
        for symbol in wanted:
            if owner.get(symbol, name) != name:
                calls[name].setdefault(owner[symbol], symbol)
    return calls


def reach(calls, start):
    seen, todo = set(), list(calls[start])
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += calls[name]
    return seen


def circles(calls):
    """Sets of files in which each reaches each."""
    far = {n: reach(calls, n) for n in calls}
    out = []
    for name in sorted(calls):
        circle = {n for n in calls if n in far[name] and name in far[n]}
        if name in far[name] and circle not in out:
            out.append(circle)
    return out


def main():
    build, wrong = sys.argv[1], 0
    for folder, _, files in sorted(os.walk(build)):
        room = os.path.relpath(folder, build)
        names = [f[:-2] for f in files if f.endswith(".o") and os.path.exists(os.path.join(PROJECT, room, f[:-2] + ".c"))]
        if room == "." or room.startswith("tests"):
            continue
        calls = calls_of(folder, names)
        for circle in circles(calls):
            wrong += 1
            print(f"{room}: {', '.join(sorted(circle))} call each other in a circle")
            for name in sorted(circle):
                for other in sorted(set(calls[name]) & circle):
                    print(f"    {name}.c calls {calls[name][other]}() of {other}.c")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
