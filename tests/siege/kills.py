#!/usr/bin/python3 -B
"""What is left when a run is ended while it works? Whole files or none, and never a draft."""

import json
import os
import signal
import subprocess
import time

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)


def one(context, number, delay):
    folder = context.fresh("kill")
    save, report = os.path.join(folder, "save.json"), os.path.join(folder, "report.html")
    child = subprocess.Popen([context.edgeprobe] + context.live + ["--no-progress", "--save", save, "-o", report,
                                                                    "--format", "html"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(delay)
    child.send_signal(number)
    try:
        _, err = child.communicate(timeout=10 * context.patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return [f"{number.name} after {delay * 1000:.0f} ms did not end it"]
    problems = []
    if child.returncode not in (0, 1, 2, 3, -number, 128 + number):
        problems.append(f"{number.name} after {delay * 1000:.0f} ms: status {child.returncode}, {err[-300:]!r}")
    extra = set(os.listdir(folder)) - {"save.json", "report.html"}
    if extra and number != signal.SIGKILL:
        problems.append(f"{number.name} after {delay * 1000:.0f} ms left {sorted(extra)}")
    if os.path.exists(save):
        with open(save, encoding="utf-8") as text:
            json.load(text)
    if os.path.exists(report):
        with open(report, encoding="utf-8") as text:
            if not text.read().rstrip().endswith("</html>"):
                problems.append("half a page")
    return problems


def attack(context, number):
    began = time.monotonic()
    whole = context.run(context.live + ["--no-progress", "--save", context.path("whole.json")])
    took = time.monotonic() - began
    problems, count = whole.problems(), context.count(5, 100)
    chance = context.random(number.name)
    for i in range(count): # most of them near the end, where files are written
        part = chance.uniform(0, 1) if i % 3 == 0 else chance.uniform(0.7, 1.1)
        problems += one(context, number, took * part)
    return count, problems, None


def attacks(context):
    for number in SIGNALS:
        yield number.name.lower(), lambda n=number: attack(context, n)
