#!/usr/bin/python3 -B
"""Does edgeprobe stand what is thrown at it? A sample in `make test`; all of it, in minutes, with --all (`make siege`).

    run.py [--edgeprobe PATH] [--all] [SUITE…]      allocations files kills names peers saves shared steady

Each attack says how often it struck. EDGEPROBE_SEED chooses others than the usual ones. Does not: judge what is told
(that is what the other suites do); here nothing may hang, crash, leak files, lie about memory, or call anything good
that never answered."""

import importlib
import json
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE] + [os.path.join(os.path.dirname(HERE), beside) for beside in ("lab", "peers")]

import servers  # noqa: E402
from context import Context  # noqa: E402
from lab import Lab, keys_for_run, scenario_load  # noqa: E402
from launch import Run  # noqa: E402
from suite import command_line, run_main, say, skip_all, skipped, tally, told  # noqa: E402

SUITES = ("allocations", "files", "kills", "names", "peers", "saves", "shared", "steady")
JOBS = 6
LOG = ('2026-11-21T10:00:00+00:00 expe1 tvcs: Event="Inbound TLS Negotiation Error" Service="SIP" Dst-port="7001" '
       'Detail="unable to get local issuer certificate" Common-name="expc.example.local" Level="1"\n')


def prepare(edgeprobe, folder, lab, whole):
    """A rich save, and what the attacks begin from."""
    save = os.path.join(folder, "healthy.json")
    Run([edgeprobe] + lab.command() + ["--save", save, "--no-progress"])
    shutil.copy(lab.edges["expe1"].leaves[0].sent_file, os.path.join(folder, "chain.pem"))
    for name, text in (("box.log", LOG * 50), ("targets.yaml", "targets:\n  - {domain: a.example.com}\n  - {domain: b.example.com}\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.write(text)
    with open(save, encoding="utf-8") as text:
        json.load(text)
    return Context(edgeprobe, folder, save, lab.command(), whole)


def report_one(name, attack):
    began = time.monotonic()
    try:
        count, problems, why = attack()
    except Exception as error:  # one attack's trouble is not the others'
        count, problems, why = 0, [f"{type(error).__name__}: {error}"], None
    took = f": {count} attacks, {time.monotonic() - began:.0f} s"
    return skipped(name, why) if why else told(name, problems, took), count


def main():
    arguments = command_line("Attack edgeprobe.", known=SUITES, more=[
        (("--all",), {"action": "store_true", "help": "all attacks, not a sample"}),
        (("--keep",), {"action": "store_true", "help": "keep the folder with what was thrown"})])
    began = time.monotonic()
    folder, attacks, results, struck = tempfile.mkdtemp(prefix="edgeprobe-siege-"), [], [], 0
    try:
        with Lab(scenario_load("healthy"), keys_for_run()) as lab:
            context = prepare(arguments.edgeprobe, folder, lab, arguments.all)
            for suite in arguments.names or SUITES:
                attacks += [(f"{suite}/{name}", attack) for name, attack in importlib.import_module(suite).attacks(context)]
            with ThreadPoolExecutor(JOBS if arguments.all else 1) as pool:  # most of them wait
                for result, count in pool.map(lambda one: report_one(*one), attacks):
                    results.append(result)
                    struck += count
    except servers.Missing as missing:
        return skip_all(missing)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    say(f"{struck} attacks in all, {time.monotonic() - began:.0f} s")
    return tally(results)


if __name__ == "__main__":
    run_main(main)
