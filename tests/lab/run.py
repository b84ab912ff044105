#!/usr/bin/python3 -B
"""Does edgeprobe tell the truth about real servers? Every scenario: start its lab, run edgeprobe, compare with
what the scenario says must be found, and replay the save offline.

    run.py [--jobs N] [--edgeprobe PATH] [SCENARIO…]

Prints `ok NAME`, `FAILED NAME` with the difference, `skipped NAME: why`; the last line counts them."""

import argparse
import json
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import expect
import oracle
import servers
from launch import TIMEOUT, Run, hand_over, indented, patient, run_main, say, tally
from lab import PROJECT, Lab, edgeprobe_path, fill, keys_for_run, scenario_load, scenario_names, terminate_on_signal

def judged(report):
    """The part of a report that a replay must give again, byte for byte."""
    return json.dumps([report["findings"], report["outcomes"], report["status"]], ensure_ascii=False)


def try_replay(edgeprobe, save, first, report):
    again = Run([edgeprobe, "replay", save, "--format", "json"])
    problems = again.trouble()
    if again.status != first.status:
        problems.append(f"replay ends with {again.status}, the run with {first.status}: {again.err.strip()[:300]}")
    try:
        other = json.loads(again.out)
    except ValueError:
        return problems + ["replay wrote no JSON"]
    if judged(other) != judged(report):
        problems.append("replay judges differently:")
        pairs = zip(report["findings"] + report["outcomes"], other["findings"] + other["outcomes"])
        problems += [f"  run    {json.dumps(a)[:400]}\n  replay {json.dumps(b)[:400]}" for a, b in pairs if a != b][:3]
        if len(report["findings"]) != len(other["findings"]):
            problems.append(f"  {len(report['findings'])} findings in the run, {len(other['findings'])} in the replay")
    text = Run([edgeprobe, "replay", save])
    problems += text.trouble() + expect.harmless_text(text.out)
    if not text.out.strip():
        problems.append("the text report is empty: " + text.err.strip()[:300])
    return problems


def try_scenario(name, edgeprobe, keys):
    """(problems, skipped, seconds): problems empty when all is as expected."""
    scenario = scenario_load(name)
    with Lab(scenario, keys) as lab:
        expected = fill(scenario["expected"], lab.names())
        save = os.path.join(lab.work, "save.json")
        run = Run([edgeprobe] + patient(lab.command()) + ["--format", "json", "--save", save, "--no-progress"])
        problems = run.trouble()
        try:
            report = json.loads(run.out)
        except ValueError:
            return problems + [f"no JSON (status {run.status}): {run.err.strip()[:500]}"], run.seconds
        hand_over("lab", name, report, save)
        if run.err.strip():
            problems.append("wrote to stderr: " + run.err.strip()[:300])
        if run.status != expected["exit"]:
            problems.append(f"exit status {run.status}, wanted {expected['exit']}")
        problems += expect.compare_findings(expected, report["findings"])
        problems += expect.compare_outcomes(expected, report["outcomes"])
        problems += expect.invariants(report, run.status) + expect.validate(report, PROJECT)
        problems += expect.silent_judges(report)
        problems += try_replay(edgeprobe, save, run, report)
        problems += oracle.compare(lab, report, ["chains"] + scenario.get("oracle", []))
        return problems, run.seconds


def report_one(name, edgeprobe, keys, verbose):
    started = time.monotonic()
    try:
        problems, seconds = try_scenario(name, edgeprobe, keys)
    except servers.Missing as missing:
        say(f"skipped {name}: {missing}")
        return "skipped"
    except subprocess.TimeoutExpired:
        problems, seconds = [f"did not end within {TIMEOUT} s"], TIMEOUT
    except Exception as error:  # a lab that does not come up is a failure of this scenario, not of the others
        problems, seconds = [f"{type(error).__name__}: {error}"], 0
    if problems:
        say(f"FAILED {name}\n" + indented(problems))
        return "failed"
    times = f" ({seconds:.2f} s of {time.monotonic() - started:.2f} s)" if verbose else ""
    say(f"ok {name}{times}")
    return "passed"


def main():
    parser = argparse.ArgumentParser(description="Run edgeprobe against the lab's scenarios.")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--edgeprobe")
    parser.add_argument("-v", "--verbose", action="store_true", help="how long each took")
    parser.add_argument("scenario", nargs="*")
    arguments = parser.parse_args()
    terminate_on_signal()
    edgeprobe = edgeprobe_path(arguments.edgeprobe)
    unknown = set(arguments.scenario) - set(scenario_names())
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    if not os.access(edgeprobe, os.X_OK):
        parser.error(f"{edgeprobe} is not there: build it first (make)")
    keys = keys_for_run()
    names = arguments.scenario or scenario_names()
    with ThreadPoolExecutor(max(1, arguments.jobs)) as pool:
        results = list(pool.map(lambda n: report_one(n, edgeprobe, keys, arguments.verbose), names))
    if not arguments.scenario:
        wanted = len(names) // 4  # that many scenarios at least have a zone
        say(f"{'ok' if len(oracle.CHAINS) >= wanted else 'FAILED'} openssl verify was asked about {len(oracle.CHAINS)} chains of zones")
        results.append("passed" if len(oracle.CHAINS) >= wanted else "failed")
    return tally(results)


if __name__ == "__main__":
    run_main(main)
