#!/usr/bin/python3 -B
"""Does each port stand once? facts/services.h names the product's ports; no other C file has a number of its own.

Comments and texts may say "8443": they are for readers. Numbers that are no ports and happen to look like one (a table of
cipher suites) are left alone by looking only for the numbers of that header that are above 1024."""

import glob
import os
import re
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TABLE = "facts/services.h"
WORDS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def code_of(path):
    """The file's text with comments and literals blanked, line by line as it was."""
    with open(os.path.join(PROJECT, path), encoding="utf-8") as file:
        return WORDS.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), file.read())


def main():
    ports = {n for n in re.findall(r"\bPORT_\w+ = (\d+)", code_of(TABLE)) if int(n) > 1024}
    number = re.compile(r"\b(%s)\b" % "|".join(sorted(ports)))
    with open(os.path.join(PROJECT, "Makefile"), encoding="utf-8") as makefile:
        rooms = re.search(r"^ROOMS\s*:=\s*(.*)$", makefile.read(), re.MULTILINE).group(1).split()
    wrong = 0 if ports else 1
    for room in rooms:
        for path in sorted(glob.glob(f"{PROJECT}/{room}/**/*.[ch]", recursive=True)):
            path = os.path.relpath(path, PROJECT)
            if path == TABLE:
                continue
            for at, line in enumerate(code_of(path).split("\n"), 1):
                for found in number.findall(line):
                    print(f"{path}:{at}: {found} has a name in {TABLE}")
                    wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
