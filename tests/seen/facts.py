#!/usr/bin/python3 -B
"""Which facts do unit tests begin from? Those of real runs: writes tests/unit/facts/*.json from reports of lab scenarios.

    facts.py --reports FOLDER

Loopback addresses become those of documentation, the lab's names Example's; how long something took goes to a fixed number.
The evidence stays as the run wrote it otherwise, and holds no key and no bytes. `make facts` calls this."""

import argparse
import calendar
import json
import os
import re
import time

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(os.path.dirname(HERE), "unit", "facts")
FACTS = {"mra-outside": ("lab", "healthy"), "mra-inside": ("lab", "mra-whole")}  # file: the run
TIMES = {"ms": 34, "connect_ms": 11, "duration_ms": 412}
LEFT_OUT = ("ciphers", "trust_lists")  # their judges' tests bring their own, with bytes
AT = "2026-11-21T21:00:00Z"  # what `at` becomes; the certificates' dates move with it

WORDS = [(r"127\.\d+\.0\.53:5353", "192.0.2.53:53"), (r"127\.\d+\.1\.1\b", "203.0.113.10"),
         (r"127\.\d+\.1\.2\b", "203.0.113.11"), (r"127\.\d+\.2\.(\d+)\b", r"192.0.2.2\1"),
         (r"/[\w/.-]*/edgeprobe-lab-\w+/(?:\w+/)*", ""), (r"\bLab (Issuing|Root) CA\b", r"Example \1 CA"),
         (r"\bO=Lab\b", "O=Example")]


def words(text):
    for pattern, to in WORDS:
        text = re.sub(pattern, to, text)
    return text


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def moved(text, by):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds(text) + by))


def steady(value, by, key=None):
    if isinstance(value, dict):
        return {k: None if k in ("trust", "client_trust") else steady(v, by, k) for k, v in value.items() if k != "words"}
    if isinstance(value, list):
        return [steady(v, by, key) for v in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value):
        return moved(value, by)
    if isinstance(value, str):
        return words(value)
    if key in TIMES and not isinstance(value, bool):
        return TIMES[key]
    return value


def main():
    parser = argparse.ArgumentParser(description="Write the facts that unit tests begin from.")
    parser.add_argument("--reports", required=True)
    arguments = parser.parse_args()
    for name, (suite, run) in FACTS.items():
        with open(os.path.join(arguments.reports, suite, run + ".json"), encoding="utf-8") as text:
            evidence = json.load(text)["evidence"]
        evidence = steady(evidence, seconds(AT) - seconds(evidence["run"]["at"]))
        evidence = {k: v for k, v in evidence.items() if v not in ([], None) and k not in LEFT_OUT}
        with open(os.path.join(OUT, name + ".json"), "w", encoding="utf-8") as out:
            json.dump(evidence, out, separators=(",", ":"))
            out.write("\n")


if __name__ == "__main__":
    main()
