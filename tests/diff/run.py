#!/usr/bin/python3 -B
"""Does a comparison of two reports tell what really happened between them? Runs against the lab before and after
something was done to it, `diff` over their saves, `--baseline` in one go, and bad input.

    run.py [--edgeprobe PATH] [TEST…]

The last line counts."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
import servers  # noqa: E402
from lab import PROJECT, Lab, keys_for_run, scenario_load  # noqa: E402
from launch import Run  # noqa: E402
from suite import command_line, names_check, run_each, run_main, skip_all, tally  # noqa: E402

SAME, CHANGED, WORSE, BAD = 0, 1, 2, 3

BAD_USAGE = [  # arguments, words of the one line on stderr
    (["diff"], ["BEFORE.json", "AFTER.json"]),
    (["diff", "{healthy}"], ["BEFORE.json"]),
    (["diff", "{healthy}", "{dir}/none.json"], ["none.json", "No such file"]),
    (["diff", "{dir}/text.json", "{healthy}"], ["text.json:1:"]),
    (["diff", "{dir}/other.json", "{healthy}"], ["other.json", "edgeprobe.report/1"]),
    (["diff", "{dir}/bare.json", "{healthy}"], ["bare.json", "evidence"]),
    (["diff", "{dir}/half.json", "{healthy}"], ["half.json", "findings"]),
    (["diff", "{dir}/deep.json", "{healthy}"], ["deep.json"]),
    (["diff", "{healthy}", "{dir}/zone.json"], ["zone.json", "'zone'"]),
    (["diff", "{healthy}", "{dir}/elsewhere.json"], ["elsewhere.example", "--any-target"]),
    (["diff", "{healthy}", "{dir}/narrow.json"], ["--symptom"]),
    (["diff", "{healthy}", "{healthy}", "--format", "yaml"], ["yaml", "text, json, markdown"]),
    (["diff", "{healthy}", "{dir}/elsewhere.json", "-o", "{dir}/elsewhere.json"], ["--output", "what is to be read"]),
    (["check", "example.com", "--resolver", "127.0.0.1:9", "--baseline", "{healthy}", "-o", "{healthy}"], ["--output", "what is to be read"]),
    (["check", "example.com", "--resolver", "127.0.0.1:9", "--trust", "{dir}/text.json", "--save", "{dir}/text.json"], ["--save", "what is to be read"]),
    (["login", "example.com", "--user", "u", "--password-file", "{dir}/text.json", "-o", "{dir}/text.json"], ["--output", "what is to be read"]),
    (["cert", "--request", "-f", "{dir}/text.json", "--node", "n", "-o", "{dir}/text.json"], ["--output", "what is to be read"]),
    (["monitor", "-", "--changes", "{dir}/text.json", "-o", "{dir}/text.json"], ["--output", "what is to be read"]),
    (["check", "example.com", "--resolver", "127.0.0.1:9", "--baseline", "{dir}/none.json"], ["none.json"]),
    (["check", "example.org", "--resolver", "127.0.0.1:9", "--baseline", "{healthy}"], ["example.com", "--any-target"]),
    (["check", "example.com", "--resolver", "127.0.0.1:9", "--baseline", "{healthy}", "--format", "html"],
     ["html", "markdown"]),
]


def only_slower(out):
    told = json.loads(out)
    return not told["outcomes"] + told["findings"] and {f["what"] for f in told["facts"]} == {"latency"}


class Context:
    def __init__(self, edgeprobe, folder, keys):
        self.edgeprobe, self.folder, self.keys = edgeprobe, folder, keys
        self.problems = []

    def file(self, name):
        return os.path.join(self.folder, name)

    def run(self, arguments, wanted, is_timed=False):
        run = Run([self.edgeprobe] + arguments)
        self.problems += run.trouble()
        if is_timed and run.status == CHANGED and only_slower(run.out):
            return run  # a busy machine is no change of what is tested
        self.wants(run.status == wanted, f"{' '.join(arguments)}: exit status {run.status}, wanted {wanted}: {run.err}{run.out[:1500]}")
        return run

    def diff(self, arguments, wanted):
        """The comparison as JSON, held to its schema; the same as text and Markdown ends alike."""
        run = self.run(arguments + ["--format", "json"], wanted, is_timed=wanted == SAME)
        if not run.out:
            return {"outcomes": [], "findings": [], "facts": [], "status": None}
        told = json.loads(run.out)
        self.problems += validate(told) + expect.harmless_strings(told)
        return told

    def wants(self, holds, otherwise):
        if not holds:
            self.problems.append(otherwise)


def validate(told):
    import jsonschema
    with open(os.path.join(PROJECT, "docs", "diff.schema.json"), encoding="utf-8") as text:
        schema = json.load(text)
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f"schema: {'/'.join(map(str, e.path))}: {e.message[:200]}" for e in list(validator.iter_errors(told))[:5]]


def finding(told, check, change):
    return [f for f in told["findings"] if f["check"] == check and f["change"] == change]


def fact(told, what):
    return [f for f in told["facts"] if f["what"] == what]


def server(lab, name):
    return next(p for p in lab.processes if p.name.startswith(name))


# ---- with one lab: what is done to it between two runs ----

def same_twice(context, lab, healthy):
    told = context.diff(["diff", healthy, healthy], SAME)
    context.wants(told["status"] == "same", f"not the same: {told}")
    told = context.diff(lab.command() + ["--baseline", healthy], SAME)
    context.wants(not told["outcomes"] + told["findings"] + fact(told, "certificate"), f"a second run differs: {told}")


def kamailio_stopped(context, lab, healthy):
    """The registrar went down since: worse, in one go with --baseline and by diff over the save it keeps."""
    process, after = server(lab, "kamailio"), context.file("stopped.json")
    process.signal(signal.SIGTERM)
    process.wait(10)
    try:
        told = context.diff(lab.command() + ["--baseline", healthy, "--save", after], WORSE)
    finally:
        process.start()
        servers.wait_ready([process], 20)
    context.wants(told["status"] == "worse" and finding(told, "net.connect", "worse"), f"not told: {told}")
    outcomes = {o["outcome"]: (o["before"], o["after"], o["change"]) for o in told["outcomes"]}
    context.wants(outcomes == {"sip-registration": ("works", "fails", "worse")}, f"outcomes {outcomes}")
    context.wants(context.diff(["diff", healthy, after], WORSE)["findings"] == told["findings"], "diff tells otherwise")
    back = context.diff(["diff", after, healthy], CHANGED)
    context.wants(back["status"] == "better", f"mended is not better: {back['status']}")
    text = context.run(["diff", healthy, after], WORSE).out
    context.wants("sip-registration" in text and text.startswith("WORSE"), text)
    context.problems.extend(expect.harmless_text(text))
    page = context.run(["diff", healthy, after, "--format", "markdown"], WORSE).out
    context.wants("| sip-registration | works | fails | worse |" in page, page)
    quiet = context.run(["diff", healthy, healthy, "-q"], SAME).out
    context.wants(quiet == "", f"-q says {quiet!r}")


def rolling_baseline(context, lab, healthy):
    """--save over the very baseline: compared with what stood there, then replaced."""
    path = context.file("rolling.json")
    shutil.copy(healthy, path)
    told = context.diff(lab.command() + ["--at", "2200-01-01T00:00:00Z", "--baseline", path, "--save", path], WORSE)
    context.wants(bool(finding(told, "cert.validity", "worse")), f"not told: {told['findings']}")
    with open(path, encoding="utf-8") as text:
        context.wants(json.load(text)["status"] == "fail", "the baseline was not replaced")


def output_is_whole(context, lab, healthy):
    path = context.file("told.md")
    context.run(["diff", healthy, healthy, "--format", "markdown", "-o", path], SAME)
    with open(path, encoding="utf-8") as text:
        context.wants("Nothing changed" in text.read(), "-o holds no comparison")
    full = context.run(["diff", healthy, healthy, "-o", "/dev/full"], BAD)
    context.wants("/dev/full" in full.err, full.err)


def report_without_bytes(context, lab, healthy):
    """--format json is enough for a comparison; the bytes of --save are not needed."""
    path = context.file("plain.json")
    context.run(lab.command() + ["--format", "json", "-o", path], SAME)
    context.diff(["diff", path, healthy], SAME)
    context.diff(["diff", healthy, path], SAME)


def bad_usage(context, lab, healthy):
    with open(healthy, encoding="utf-8") as text:
        report = json.load(text)
    run = report["evidence"]["run"]
    files = {"text": "these are words", "other": '{"schema": "edgeprobe.report/99"}', "deep": "[" * 100000,
             "bare": json.dumps({**report, "evidence": {}}), "half": json.dumps({**report, "findings": 7}),
             "zone": json.dumps({**report, "evidence": {**report["evidence"], "run": {**run, "command": "zone"}}}),
             "elsewhere": json.dumps({**report, "evidence": {**report["evidence"], "run": {**run, "target": "elsewhere.example"}}}),
             "narrow": json.dumps({**report, "evidence": {**report["evidence"], "run": {**run, "symptom": "ssh-down"}}})}
    for name, content in files.items():
        with open(context.file(name + ".json"), "w", encoding="utf-8") as out:
            out.write(content)
    for arguments, words in BAD_USAGE:
        filled = [a.replace("{dir}", context.folder).replace("{healthy}", healthy) for a in arguments]
        run = context.run(filled, BAD)
        context.wants(run.out == "" and run.err.count("\n") == 1, f"{arguments}: {run.err!r} {run.out[:200]!r}")
        context.wants(all(word in run.err for word in words), f"{arguments}: {run.err!r} lacks one of {words}")
    context.diff(["diff", healthy, context.file("elsewhere.json"), "--any-target"], SAME)


# ---- with labs of their own ----

def tunnel_cut_and_edge_retired(context, healthy):
    """Between two labs nearly everything moved; the verdicts must tell the one thing that matters."""
    after = context.file("cut.json")
    with Lab(scenario_load("edge-answers-502"), context.keys) as lab:
        context.run(lab.command() + ["--save", after], WORSE)
    told = context.diff(["diff", healthy, after], WORSE)
    context.wants([(f["check"], f["after"]["cause"]) for f in finding(told, "mra.edge-config", "worse")] ==
                  [("mra.edge-config", "path-down")], f"findings {told['findings']}")
    answered = [(f["before"], f["after"]) for f in fact(told, "answered-by")]
    context.wants(("expressway-c", "expressway-e") in answered, f"answered-by {answered}")
    context.wants(bool(fact(told, "addresses")), "the new addresses are not told")


def upgrade_to_x14_2(context, healthy):
    """The same Unified CM, before and after the upgrade of Expressway that prefers ECDSA (field-facts 3)."""
    before = context.file("x14.0.json")
    with Lab(scenario_load("ucm-ecdsa-untrusted"), context.keys) as lab:
        context.run(lab.command() + ["--release", "X14.0", "--save", before], WORSE)
        told = context.diff(lab.command() + ["--release", "X14.2", "--baseline", before], WORSE)
    worse = {(f["subject"], f["before"]["cause"], f["after"]["cause"])
             for f in finding(told, "cipher.certificate-type", "worse")}
    context.wants(worse == {(f"ucm1.example.com:{port}", "other-type-untrusted", "presented-type-untrusted")
                            for port in (8443, 6972)}, f"{worse}")
    context.wants((told["before"]["release"], told["after"]["release"]) == ("X14.0", "X14.2"), f"{told['before']}")


def captures_and_files(context, healthy):
    """What was captured, and what lies in files, before and after: the same file name with other content."""
    capture, certificate = context.file("seen.pcap"), context.file("server.pem")
    saves = {name: context.file(name + ".json") for name in ("good", "refused", "one", "other")}
    for story, name in (("login-healthy", "good"), ("login-old-client", "refused")):
        shutil.copyfile(os.path.join(PROJECT, "captures", story, "capture.pcap"), capture)
        Run([context.edgeprobe, "capture", capture, "--save", saves[name]])
    for name in ("one", "other"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", context.file("key.pem"), "-out",
                        certificate, "-subj", "/CN=expe1.example.com", "-days", "300"] +
                       (["-addext", "subjectAltName=DNS:expe1.example.com"] if name == "one" else []),
                       check=True, capture_output=True)
        Run([context.edgeprobe, "cert", certificate, "--role", "expressway-e", "--save", saves[name]])
    for before, after, status in (("good", "good", SAME), ("good", "refused", WORSE), ("one", "one", SAME),
                                  ("one", "other", CHANGED), ("good", "one", BAD)):
        told = context.diff(["diff", saves[before], saves[after]], status)
        if after == "refused":
            context.wants(bool(finding(told, "tls.version", "worse")), f"{told['findings']}")
        if after == "other":
            context.wants(bool(fact(told, "certificate")) and bool(fact(told, "names")), f"{told['facts']}")


IN_ONE_LAB = [same_twice, report_without_bytes, kamailio_stopped, rolling_baseline, output_is_whole, bad_usage]
ALONE = [tunnel_cut_and_edge_retired, upgrade_to_x14_2, captures_and_files]


def try_one(context, test, *more):
    context.problems = []
    test(context, *more)
    return context.problems


def main():
    arguments = command_line("Hold `edgeprobe diff` and --baseline to their contract.")
    folder = tempfile.mkdtemp(prefix="edgeprobe-diff-")
    context = Context(arguments.edgeprobe, folder, keys_for_run())
    healthy = os.path.join(folder, "healthy.json")

    def named(tests, *more):
        return [(t.__name__.replace("_", "-"), lambda t=t: try_one(context, t, *more)) for t in tests]

    names_check(arguments.names, [name for name, _ in named(IN_ONE_LAB + ALONE)])
    asked = lambda tests: [t for t in tests if not arguments.names or t[0] in arguments.names]
    try:
        with Lab(scenario_load("healthy"), context.keys) as lab:
            context.run(lab.command() + ["--save", healthy], SAME)
            if context.problems:
                print(f"the healthy run: {context.problems}", file=sys.stderr)
            results = run_each(asked(named(IN_ONE_LAB, lab, healthy)))
        return tally(results + run_each(asked(named(ALONE, healthy))))
    except servers.Missing as missing:
        return skip_all(missing)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run_main(main)
