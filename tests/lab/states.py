#!/usr/bin/python3 -B
"""Which states do the facts of a report hold? Each record of the evidence with the words of its enumerations, as
`endpoints[].tls client_auth=none ended_by=nobody state=established`: the same lines that tests/unit/held.c makes of
the facts of a row. Which fields are enumerations is told by docs/report.schema.json."""

import functools
import json
import os

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@functools.lru_cache(None)
def schema():
    with open(os.path.join(PROJECT, "docs", "report.schema.json"), encoding="utf-8") as text:
        return json.load(text)["$defs"]


def resolved(node):
    """The schema that speaks of the value: behind references, and the side of a choice that is not null."""
    while True:
        if "$ref" in node:
            node = schema()[node["$ref"].rsplit("/", 1)[1]]
        elif "oneOf" in node or "anyOf" in node:
            choices = [c for c in node.get("oneOf", node.get("anyOf")) if c.get("type") != "null"]
            if len(choices) != 1:
                return node
            node = choices[0]
        else:
            return node


def walk(value, node, path):
    node = resolved(node)
    if isinstance(value, list):
        for item in value:
            yield from walk(item, node.get("items", {}), path + "[]")
    elif isinstance(value, dict):
        words = []
        for key, inner in value.items():
            of = resolved(node.get("properties", {}).get(key, {}))
            if isinstance(inner, str) and "enum" in of:
                words.append(f"{key}={inner}")
            elif isinstance(inner, (dict, list)):
                yield from walk(inner, of, f"{path}.{key}" if path else key)
        if words:
            yield f"{path} {' '.join(sorted(words))}"


def of(evidence):
    return set(walk(evidence, {"$ref": "#/$defs/evidence"}, ""))
