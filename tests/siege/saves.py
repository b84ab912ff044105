#!/usr/bin/python3 -B
"""What does a replay make of a save that somebody has changed? Judged, or refused in one line."""

import copy
import json

WEIRD = [None, True, -1, 0, 1.5, 2**31 - 1, -2**31, 2**31, 2**63 - 1, 2**63, "", "x" * 70000, "\x00", "\u202e", "../..", [], {}, [[]], [None] * 3000,
         {"": {}}, "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-1", "%s%n"]


def places(value, path=()):
    """Every place of the tree, as (container, key)."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from places(inner, path + (key,))


def changed(chance, report):
    report = copy.deepcopy(report)
    for _ in range(chance.randint(1, 4)):
        all_places = list(places(report["evidence"] if chance.random() < 0.95 else report))
        container, key = chance.choice(all_places)
        what = chance.randint(0, 5)
        if what == 0:
            del container[key]
        elif what == 1:
            container[key] = copy.deepcopy(chance.choice(WEIRD))
        elif what == 2 and isinstance(container, list):
            container.extend([container[key]] * chance.randint(1, 300))
        elif what == 3:
            other, at = chance.choice(all_places)
            container[key] = copy.deepcopy(other.get(at) if isinstance(other, dict) else chance.choice(WEIRD))
        elif isinstance(container[key], str):
            container[key] = mangled(chance, container[key])
        else:
            container[key] = copy.deepcopy(chance.choice(WEIRD))
    return json.dumps(report).encode()


def mangled(chance, text):
    letters = list(text) or ["x"]
    for _ in range(chance.randint(1, 3)):
        letters[chance.randrange(len(letters))] = chance.choice("\x00\x1b\n:.*@/\\\u202e0Az")
    return "".join(letters)


def bytes_changed(chance, whole):
    data = bytearray(whole)
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[:chance.randrange(len(data))] if chance.random() < 0.3 else data)


def attack(context, name, make, whole_count):
    with open(context.save, "rb") as file:
        whole = file.read()
    report, chance, problems = json.loads(whole), context.random(name), []
    count = context.count(12, whole_count)
    formats = ("json", "text", "html", "markdown", "prometheus", "nagios", "junit")
    for i in range(count):
        path = context.path(f"{name}.json")
        with open(path, "wb") as out:
            out.write(make(chance, report if make is changed else whole))
        done = context.run(["replay", path, "--format", formats[i % len(formats)]])
        found = done.problems()
        if found:
            kept = context.path(f"{name}-{i}.json")
            with open(path, "rb") as made, open(kept, "wb") as out:
                out.write(made.read())
            problems += [f"number {i} (EDGEPROBE_SEED): {p}" for p in found]
    return count, problems, None


def attacks(context):
    yield "values", lambda: attack(context, "values", changed, 1600)
    yield "bytes", lambda: attack(context, "bytes", bytes_changed, 600)
