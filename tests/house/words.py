#!/usr/bin/python3 -B
"""Does each word stand once, and decide nothing where it is only told? Beside ports.py and numbers.sh:

- what a run was asked is facts->run.scope: no judge, outcome or format compares the command's name;
- what a step, a title or a summary says is for people: no such text is searched for words (docs/HACKING.md: `on`, `unless`,
  `alert`, `options`);
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
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def code_of(path):
    with open(os.path.join(PROJECT, path), encoding="utf-8") as file:
        return COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), file.read())


def rooms():
    with open(os.path.join(PROJECT, "Makefile"), encoding="utf-8") as makefile:
        return re.search(r"^ROOMS\s*:=\s*(.*)$", makefile.read(), re.MULTILINE).group(1).split()


def found_in(path, text):
    room = path.split(os.sep)[0]
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
    wrong, met = 0, set()
    for room in rooms():
        for path in sorted(glob.glob(f"{PROJECT}/{room}/**/*.[ch]", recursive=True)):
            path = os.path.relpath(path, PROJECT)
            text = code_of(path)
            if PROTOCOLS.search(text):
                met.add(path)
            for at, what in found_in(path, text):
                print(f"{path}:{at}: {what}")
                wrong += 1
    for path in sorted((TABLES | set(OTHER_WORDS)) - met):
        print(f"{path} writes no protocol any more: it needs no exception")
        wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
