#!/usr/bin/python3 -B
"""Does each word stand once, and decide nothing where it is only told? Beside ports.py and numbers.sh:

- what a run was asked is facts->run.scope: no judge, outcome or format compares the command's name;
- what a step, a title or a summary says is for people: no such text is searched for words (docs/HACKING.md: `on`, `unless`,
  `alert`, `options`);
- a check or cause is known by its name where findings are made and weighed; others ask for a trait (catalogue/traits.h);
- a file that a comment names is there;
- protocols have their words in facts/: who writes one elsewhere means something else by it, and is listed with what;
- a header that several files need says its question: none is called *_parts.h."""

import glob
import os
import re
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TABLES = {"facts/names.c", "facts/services.c"}
PROTOCOLS = re.compile(r'"(https|sip|xmpp|ssh|xmpp-server)"')
# file: what the same letters mean there
OTHER_WORDS = {
    "bundle/box.c": "Expressway's own names of its services' settings",
    "bundle/deployment.c": "a feature of the deployment file",
    "catalogue/log_words.h": "a leg in the rows of logs",
    "checks/box_log.c": "a leg in the rows of logs",
    "checks/cipher_box.c": "Expressway's own names of its services' settings",
    "checks/log_read.c": "a part of a log's module name",
    "checks/reach.c": "a feature of the deployment file",
    "commands/login.c": "an option",
    "config/schema.c": "a feature of the deployment file",
    "outcomes/compare_facts.c": "a key of evidence",
    "probe/http.c": "libcurl's name of a protocol",
    "probe/revocation/fetch.c": "the scheme of a URL",
    "redact/pseudonym_text.c": "the scheme of a URI",
    "redact/pseudonyms.c": "labels of names",
    "wire/plaintext.c": "what bytes look like that are no TLS",
    "wire/ssh.c": "what bytes look like that are no TLS",
}
COMMAND = re.compile(r"\bstr(?:n?case)?n?cmp\([^;]*\brun(?:\.|->)command\b|\btext_same\w*\([^;]*\brun(?:\.|->)command\b")
GUIDANCE = re.compile(r"\b(?:strn?str|str(?:n?case)?n?cmp|strcasestr|text_(?:starts|ends))\([^;]*?"
                      r"\b(?:(?:f|finding|root|fault|cause|steps?)(?:\[\w+\])?(?:\.|->))(?:fix|affects|restart|summary|title|words)\b"
                      r"[^;]*?\"|\b(?:strn?str|strcasestr|text_(?:starts|ends))\(step, ")
JUDGING = ("catalogue", "checks", "expressway", "outcomes")
BY_NAME = re.compile(r"\b(?:CAUSE|CHECK)_(?!NONE\b|COUNT\b)[A-Z0-9]+_[A-Z0-9_]+\b"
                     r"|\b(?:strn?cmp|text_\w+)\([^;{]*?\bcause->id, *\"")
LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
SCOPES = "facts/facts.c"  # which checks a command tells: words of a save
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


NAMED = re.compile(r"(?<![\w/.*-])((?:[a-z_]+/)*[a-z][a-z_0-9]*\.[ch])\b")
ELSEWHERE = {"causes.h", "table.c", "curl.h", "malloc/malloc.c"}  # made, or of libraries


def code_of(path):
    with open(os.path.join(PROJECT, path), encoding="utf-8") as file:
        return COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), file.read())


def files():
    """Every file as a comment may name it: with all of its folders, some of them, or none."""
    paths = [os.path.relpath(p, PROJECT).split(os.sep) for room in [*rooms(), "tests"] for p in
             glob.glob(f"{PROJECT}/{room}/**/*.[ch]", recursive=True)]
    return {"/".join(path[i:]) for path in paths for i in range(len(path))} | ELSEWHERE | {"edgeprobe.c"}


def missing_files(path, there):
    with open(os.path.join(PROJECT, path), encoding="utf-8") as file:
        text = file.read()
    for comment in COMMENT.finditer(text):
        for match in NAMED.finditer(comment.group()):
            if match.group(1) not in there:
                yield text.count("\n", 0, comment.start()) + 1, f"{match.group(1)} is not there"


def rooms():
    with open(os.path.join(PROJECT, "Makefile"), encoding="utf-8") as makefile:
        return re.search(r"^ROOMS\s*:=\s*(.*)$", makefile.read(), re.MULTILINE).group(1).split()


def names():
    """Matches a text that names a check, or is a family with a dot behind."""
    with open(os.path.join(PROJECT, "catalogue/shared.yaml"), encoding="utf-8") as file:
        families = re.search(r"^families: \[(.*?)\]", file.read(), re.MULTILINE | re.DOTALL).group(1).replace(",", " ").split()
    ids = []
    for family in families:
        with open(os.path.join(PROJECT, f"catalogue/{family}.yaml"), encoding="utf-8") as file:
            ids += re.findall(r"^  - check: (\S+)$", file.read(), re.MULTILINE)
    prefixes = sorted({i.split(".")[0] for i in ids})
    return re.compile(r"^(?:%s)\.$|(?:^|[ (])(?:%s)(?![\w.-])" % ("|".join(prefixes), "|".join(map(re.escape, ids))))


def known_by_name(text, ids):
    yield from (m for m in LITERAL.finditer(text) if ids.search(m.group(1)))
    yield from BY_NAME.finditer(text)


def found_in(path, text, ids):
    room = path.split(os.sep)[0]
    for match in [] if room in JUDGING or path == SCOPES else known_by_name(text, ids):
        yield text.count("\n", 0, match.start()) + 1, f"{match.group()} is known by its name: give its row a word of `traits`"
    if path.endswith("_parts.h"):
        yield 1, "a header of fragments; wanted one that says its question"
    for at, line in enumerate(text.split("\n"), 1):
        for word in PROTOCOLS.findall(line):
            if path not in TABLES and path not in OTHER_WORDS:
                yield at, f'"{word}" has its name in facts/names.c or facts/services.c'
    for match in COMMAND.finditer(text) if room in ("checks", "outcomes", "report", "expressway") else ():
        yield text.count("\n", 0, match.start()) + 1, "the command decides nothing here: facts->run.scope says what was asked"
    for match in GUIDANCE.finditer(text) if room in ("checks", "outcomes", "report", "commands", "monitor") else ():
        yield text.count("\n", 0, match.start()) + 1, "guidance is for people: give its row a key"


def main():
    wrong, met, ids, there = 0, set(), names(), files()
    for room in rooms():
        for path in sorted(glob.glob(f"{PROJECT}/{room}/**/*.[ch]", recursive=True)):
            path = os.path.relpath(path, PROJECT)
            text = code_of(path)
            if PROTOCOLS.search(text):
                met.add(path)
            for at, what in [*found_in(path, text, ids), *missing_files(path, there)]:
                print(f"{path}:{at}: {what}")
                wrong += 1
    for path in sorted((TABLES | set(OTHER_WORDS)) - met):
        print(f"{path} writes no protocol any more: it needs no exception")
        wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
