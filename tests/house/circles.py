#!/usr/bin/python3 -B
"""Do the files of a room, its folders' among them, call each other in circles? circles.py BUILD-DIR

A file that calls another which calls it back is no module: neither can be read, tested or moved alone. Read from the
symbols of the object files, so that neither comments nor headers can hide it. Prints each circle with the symbols
that close it."""

import os
import subprocess
import sys

LEAST = 10  # rooms, or nothing was looked at
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def symbols(path):
    """(defined, wanted) global symbols of one object."""
    defined, wanted = set(), set()
    out = subprocess.run(["nm", "-g", path], stdout=subprocess.PIPE, check=True, text=True).stdout
    for line in out.splitlines():
        kind, name = line.split()[-2:]
        (wanted if kind in "Uw" else defined).add(name)
    return defined, wanted


def calls_of(build, names):
    """{file: {file it calls: a symbol}} among these objects."""
    found = {n: symbols(os.path.join(build, n + ".o")) for n in names}
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


def rooms_of(build):
    """{room: its files with those of its folders, without ending}."""
    rooms = {}
    for folder, _, files in sorted(os.walk(build)):
        path = os.path.relpath(folder, build)
        names = [os.path.join(path, f[:-2]) for f in files if f.endswith(".o")]
        rooms.setdefault(path.split(os.sep)[0], []).extend(n for n in names if os.path.exists(os.path.join(PROJECT, n + ".c")))
    return {room: names for room, names in rooms.items() if names and room not in (".", "tests")}


def main():
    build, wrong, rooms = sys.argv[1], 0, rooms_of(sys.argv[1])
    for room, names in rooms.items():
        calls = calls_of(build, names)
        for circle in circles(calls):
            wrong += 1
            print(f"{room}: {', '.join(sorted(circle))} call each other in a circle")
            for name in sorted(circle):
                for other in sorted(set(calls[name]) & circle):
                    print(f"    {name}.c calls {calls[name][other]}() of {other}.c")
    if len(rooms) < LEAST:
        print(f"{build} has objects of {len(rooms)} rooms: build it first")
    return 1 if wrong or len(rooms) < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
