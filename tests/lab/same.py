"""Does one server get one answer, however often it is asked, and by however many at once?

Asked with 1, 3 and 8 runs at a time, a server that is the same must be told the same; what only says how that was
learned (times, how many connections it took) is left out of the comparison."""

import difflib
import json
from concurrent.futures import ThreadPoolExecutor

from launch import Run

AT_ONCE = (1, 3, 8)
VARIES = ("connections", "limits_connections", "rate_limited", "ms", "connect_ms", "duration_ms", "started", "at", "tool")


def without(keys, value):
    if isinstance(value, dict):
        return {k: without(keys, v) for k, v in value.items() if k not in keys}
    return [without(keys, v) for v in value] if isinstance(value, list) else value


def answer_of(argv, but=()):
    """One run's report, as text that can be compared."""
    run = Run(argv + ["--format", "json", "--no-progress"])
    if run.trouble() or not run.out.startswith("{"):
        raise RuntimeError("\n".join(run.trouble()) or f"no JSON, status {run.status}: {run.err[-500:]}")
    return json.dumps(without(VARIES + tuple(but), json.loads(run.out)), sort_keys=True, indent=1)


def difference(one, other):
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=1)
    return [line for line in lines if line[:3] not in ("---", "+++")][:12]


def compare(argv, times, at_once=AT_ONCE, but=()):
    """What is wrong when `times` runs, spread over the numbers at once, do not all say the same; `but`: keys left out."""
    answers = {}
    for number in at_once:
        with ThreadPoolExecutor(number) as pool:
            for answer in pool.map(lambda _: answer_of(argv, but), range(max(times // len(at_once), number))):
                answers[answer] = answers.get(answer, 0) + 1
    if len(answers) == 1:
        return []
    usual = max(answers, key=answers.get)
    other = next(a for a in answers if a != usual)
    return [f"{len(answers)} different answers: {sorted(answers.values(), reverse=True)}"] + difference(usual, other)
