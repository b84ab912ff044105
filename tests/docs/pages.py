"""Which commands do the pages tell people to type, and what do they show as the answer?"""

import glob
import os
import re
import typing

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Generated or about other things: CHECKS.md is the catalogue's guidance (guidance()), PERFORMANCE.md has rows of tables.
OTHERS = {"docs/CHECKS.md", "docs/PERFORMANCE.md"}
REMARK = re.compile(r"(?:\s{2,}|\s+#\s)\S.*$")  # behind a command: columns of a table, or a shell's comment
OPERAND = re.compile(r"^(-.*|[A-Z][A-Z_:.\[\]/]*|<.*|\{.*|\S*[./*]\S*|purposes|words)$")


class Told(typing.NamedTuple):
    """A command of a page, in this line; what is shown as its answer, and as its exit status."""
    line: int
    command: str
    answer: list
    status: int


def read(path):
    with open(os.path.join(PROJECT, path), encoding="utf-8") as page:
        return page.read()


def pages():
    found = ["README.md"] + sorted(os.path.relpath(p, PROJECT) for p in glob.glob(f"{PROJECT}/docs/*.md"))
    return [p for p in found if p not in OTHERS]


def command_of(line):
    """The command in a line of a code block, else None. Words before `edgeprobe` belong to it where a shell has them."""
    text = line.strip()
    if re.match(r"(\$ )?(\S+/)?edgeprobe( |$)", text) or re.match(r"(xargs|mkdir|cat|/usr/bin/time) .*edgeprobe ", text):
        return text.removeprefix("$ ")
    return None


def quoted(lines):
    """(line, words) between two backticks, a paragraph after the other."""
    for start, paragraph in paragraphs(lines):
        for number, piece in enumerate(paragraph.split("`")):
            if number % 2:
                yield start, " ".join(piece.split())


def paragraphs(lines):
    start, held = 0, []
    for at, line in enumerate(lines + [""], 1):
        if line and not (line.startswith("    ") and command_of(line)):
            held = held or []
            start = start if held else at
            held.append(line)
        elif held:
            yield start, "\n".join(held)
            held = []


def of_page(path):
    """In the page's order: the code blocks, then `…` with an operand."""
    out, lines, at = [], read(path).split("\n"), 0
    while at < len(lines):
        start, line = at, lines[at]
        at += 1
        if not line.startswith("    "):
            continue
        text = line.strip()
        while text.endswith("\\") and at < len(lines):
            text = text[:-1].rstrip() + " " + lines[at].strip()
            at += 1
        command = command_of(text)
        if command is None:
            continue
        answer = []
        while line.strip().startswith("$ ") and at < len(lines) and (lines[at].startswith("    ") or not lines[at]) \
                and not lines[at].strip().startswith("$ ") and command_of(lines[at]) is None:
            answer.append(lines[at][4:])
            at += 1
        while answer and not answer[-1].strip():
            answer.pop()
        status = None
        if [line.strip() for line in lines[at:at + 1]] == ["$ echo $?"]:
            status = int(lines[at + 1])
        out.append(Told(start + 1, REMARK.sub("", command), answer, status))
    for at, command in quoted(lines):
        words = command.partition("edgeprobe ")[2].split()
        if len(words) > 1 and OPERAND.match(words[1]):
            out.append(Told(at, command, [], None))
    return out


def of_man():
    """The same of the manual: what stands behind a prompt or as a quoted command with an operand."""
    out, lines, at = [], read("docs/edgeprobe.1").split("\n"), 0
    while at < len(lines):
        start, text = at, lines[at].removeprefix(".Dl ").removeprefix(".Ql ")
        at += 1
        while text.endswith("\\e"):
            text = text[:-2].rstrip() + " " + lines[at].strip()
            at += 1
        if text.startswith("$ ") or re.match(r"edgeprobe \S+ -", text):
            out.append(Told(start + 1, text.removeprefix("$ ").replace("\\(dq", '"'), [], None))
    return out


WORD = re.compile(r"^(--?[a-z][-\w=|]*|'.*|[A-Z][\w:.\[\]/=…-]*|<[^>]+>|\{[^}]+\}|[a-z]+\.[a-z0-9-]+(/[a-z0-9-]+)?|\S+\.(yaml|pem|json|tar\.gz))$")


def in_prose(text, commands):
    """The commands in a sentence of guidance: as far as their words look like operands and options of that command."""
    for match in re.finditer(r"\bedgeprobe (" + "|".join(commands) + r")(?=((?: [^ \n]+)*))", text):
        words, before = [], ""
        for word in re.findall(r"'[^']*'|\S+", match.group(2)):
            bare = word.rstrip(",;:.)`\"")
            is_value = before.startswith("--") and re.fullmatch(r"[a-z0-9-]+", bare)
            if not bare or not (WORD.match(bare) or is_value) or bare in ("A", "I", "Yes", "No", "Then", "The", "Firewall"):
                break
            words.append(bare)
            before = bare
            if bare != word:
                break
        if words:
            yield " ".join(["edgeprobe", match.group(1)] + words)


def guidance(commands):
    """{command: a line where it stands} of the catalogue."""
    out = {}
    for path in sorted(glob.glob(f"{PROJECT}/catalogue/*.yaml")):
        with open(path, encoding="utf-8") as file:
            text = " ".join(re.sub(r"\n\s+", " ", line) for line in [file.read()])
        for command in in_prose(text, commands):
            out.setdefault(command, os.path.relpath(path, PROJECT))
    return out
