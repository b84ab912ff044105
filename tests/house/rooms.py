#!/usr/bin/python3 -B
"""Is the table of rooms in docs/ARCHITECTURE.md true? Each room of the Makefile stands in it, each folder in it is there, and
what it may include is what includes.sh lets it."""

import os
import re
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROW = re.compile(r"^\| (`[^|]*`) \| [^|]* \| ([^|]*) \|$", re.MULTILINE)


def read(path):
    with open(os.path.join(PROJECT, path), encoding="utf-8") as file:
        return file.read()


def told():
    """{folder: what the page says it may include}; "all" is None. Words in brackets and behind ";" are for readers."""
    out = {}
    for folders, cell in ROW.findall(read("docs/ARCHITECTURE.md")):
        cell = re.sub(r"\([^)]*\)", "", cell).split(";")[0].replace("`", "").strip()
        for folder in re.findall(r"`([a-z]+)/`", folders):
            out[folder] = None if cell == "all" else {w.strip() for w in cell.split(",")} - {"", "nothing"}
    return out


def checked():
    """{room: what includes.sh lets it include}."""
    layers = re.search(r"^layers='\n(.*?)^'$", read("tests/house/includes.sh"), re.MULTILINE | re.DOTALL).group(1)
    rows = [line.split("|") for line in layers.strip().split("\n")]
    return {row[0].strip(): set(row[1].split()) - {row[0].strip()} for row in rows}


def main():
    page, arrows, wrong = told(), checked(), []
    rooms = re.search(r"^ROOMS\s*:=\s*(.*)$", read("Makefile"), re.MULTILINE).group(1).split()
    wrong += [f"{room}/ stands in no row of docs/ARCHITECTURE.md" for room in rooms if room not in page]
    wrong += [f"{room}/ has no row in tests/house/includes.sh" for room in rooms if room not in arrows]
    wrong += [f"docs/ARCHITECTURE.md speaks of {folder}/, which is not there" for folder in page
              if not os.path.isdir(os.path.join(PROJECT, folder))]
    for room in rooms:
        if page.get(room) is not None and room in arrows and page[room] != arrows[room]:
            wrong.append(f"{room}/ may include {' '.join(sorted(arrows[room]))} (includes.sh); the page says "
                         f"{' '.join(sorted(page[room]))}")
    print("\n".join(wrong))
    return 1 if wrong or not rooms else 0


if __name__ == "__main__":
    sys.exit(main())
