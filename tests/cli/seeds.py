"""Does docs/SEEDS.md tell the truth? Its numbers are complete, what it names exists, and the words it quotes stand
in the guidance of the cause before them (docs/CHECKS.md, which is the catalogue's own)."""

import re

FACTS = 266
ROW = re.compile(r"\| (\d+)(?:-(\d+))? \| .+? \| (.+) \|$")
TOKEN = re.compile(r'(plan |command |words )?`([^`]+)`|"([^"]+)"')


def sections(checks):
    """{"check": text, "check/cause": text} of CHECKS.md, without its escapes."""
    out, check, at = {}, None, None
    for line in checks.replace("\\", "").splitlines():
        head = re.match(r"(###|####) `([^`]+)`", line)
        if head and head.group(1) == "###":
            check = at = head.group(2)
        elif head:
            at = f"{check}/{head.group(2)}"
        if at is not None:
            out[at] = out.get(at, "") + " " + line
    return out


def problems(page, checks, plan, words, commands):
    known, out, seen = sections(checks), [], []
    for line in page.splitlines():
        row = ROW.match(line)
        if row is None:
            continue
        first, last = int(row.group(1)), int(row.group(2) or row.group(1))
        seen += range(first, last + 1)
        held, before = row.group(3), None
        if "not held: " in held:
            continue
        named = 0
        for token in TOKEN.finditer(held):
            kind, name, quoted = token.groups()
            if quoted is not None:
                if before is None or quoted not in known.get(before, ""):
                    out.append(f"{first}: {before} does not say \"{quoted}\"")
                continue
            named += 1
            if kind == "plan ":
                good = f"action: {name}\n" in plan
            elif kind == "words ":
                good = f"words: {name}\n" in words
            elif kind == "command ":
                good = name.split()[0] in commands and all(word in checks or word in plan or word in commands[name.split()[0]]
                                                           for word in name.split()[1:])
            else:
                good, before = name in known, name
            out += [] if good else [f"{first}: there is no {kind or ''}{name}"]
        out += [] if named else [f"{first}: nothing is named"]
    if seen != list(range(1, FACTS + 1)):
        missing = sorted(set(range(1, FACTS + 1)) - set(seen))
        out.append(f"the numbers are not 1 to {FACTS} in order, each once; missing {missing}")
    return out
