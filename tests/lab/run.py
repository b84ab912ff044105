#!/usr/bin/python3 -B
"""Does edgeprobe tell the truth about real servers? Every scenario: start its lab, run edgeprobe, compare with
what the scenario says must be found, and replay the save offline.

    run.py [--jobs N] [--edgeprobe PATH] [SCENARIO…]

Prints `ok NAME`, `FAILED NAME` with the difference, `skipped NAME: why`; the last line counts them."""

import json
import os

import expect
import oracle
from launch import Run, hand_over, patient
from suite import VERBOSE, command_line, run_each, run_main, tally, told
from lab import PROJECT, Lab, fill, keys_for_run, scenario_load, scenario_names

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
    scenario = scenario_load(name)
    with Lab(scenario, keys) as lab:
        expected = fill(scenario["expected"], lab.names())
        save = os.path.join(lab.work, "save.json")
        run = Run([edgeprobe] + patient(lab.command()) + ["--format", "json", "--save", save, "--no-progress"])
        problems = run.trouble()
        try:
            report = json.loads(run.out)
        except ValueError:
            return problems + [f"no JSON (status {run.status}): {run.err.strip()[:500]}"]
        hand_over("lab", name, report, save)
        if run.err.strip():
            problems.append("wrote to stderr: " + run.err.strip()[:300])
        if run.status != expected["exit"]:
            problems.append(f"exit status {run.status}, wanted {expected['exit']}")
        problems += expect.compare_findings(expected, report["findings"])
        problems += expect.compare_outcomes(expected, report["outcomes"])
        problems += expect.invariants(report, run.status) + expect.validate(report, PROJECT)
        if "--symptom" not in run.argv:  # which asks some judges alone
            problems += expect.silent_judges(report)
        problems += try_replay(edgeprobe, save, run, report)
        problems += oracle.compare(lab, report, ["chains"] + scenario.get("oracle", []))
        return problems


def main():
    arguments = command_line("Run edgeprobe against the lab's scenarios.", jobs=2, known=scenario_names(), more=[VERBOSE])
    keys = keys_for_run()
    names = arguments.names or scenario_names()
    results = run_each([(n, lambda n=n: try_scenario(n, arguments.edgeprobe, keys)) for n in names], arguments.jobs,
                       arguments.verbose)
    if not arguments.names:
        wanted, asked = len(names) // 4, len(oracle.CHAINS)  # that many scenarios at least have a zone
        results.append(told(f"openssl verify was asked about {asked} chains of zones",
                            [] if asked >= wanted else [f"wanted {wanted}"]))
    return tally(results)


if __name__ == "__main__":
    run_main(main)
