#!/usr/bin/python3 -B
"""Does `edgeprobe renew` tell what a new certificate breaks, and does its plan mend it?

    run.py [--edgeprobe PATH] [TEST…]

Certificates are made with openssl at the time of the test; openssl says, too, whether a list trusts them. The plan is worked
off: what it says to upload is put into the lists, and the question asked again. No connection is made. The last line counts."""

import json
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "files"))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
import make  # noqa: E402
from launch import Run  # noqa: E402
from suite import run_main, run_tests  # noqa: E402

BAD = 3
PROJECT = os.path.dirname(os.path.dirname(HERE))
SAN_E = "DNS:expe1.example.com,DNS:example.com"
E, C, UCM1, UCM2 = "expe1.example.com", "expc1.example.local", "ucm1.example.local", "ucm2.example.local"
DEPLOYMENT = """
release: X14.3
domains: [example.com]
expressway-e:
  nodes: [{name: expe1.example.com, certificate: e.pem, trust: e.trust}]
expressway-c:
  nodes: [{name: expc1.example.local, certificate: c.pem, trust: c.trust}]
zones: [{name: mra, type: uc-traversal, peers: [expe1.example.com], tls-verify-name: expc1.example.local}]
ucm:
  sso: on
  nodes:
    - {name: ucm2.example.local, trust: {tomcat-trust: u.trust, callmanager-trust: u.trust}}
    - {name: ucm1.example.local, publisher: true, trust: {tomcat-trust: u.trust, callmanager-trust: u.trust},
       certificates: {tomcat: t.pem}}
imp: {ha: on, nodes: [{name: imp1.example.local, publisher: true}, {name: imp2.example.local}]}
"""
LISTS = ("e.trust", "c.trust", "u.trust")


class Context:
    def __init__(self, edgeprobe, folder):
        self.edgeprobe, self.folder = edgeprobe, folder

    def run(self, *arguments):
        before = os.getcwd()
        os.chdir(self.folder.path)
        try:
            return Run(["setsid", "--wait", self.edgeprobe, *arguments])
        finally:
            os.chdir(before)

    def renew(self, *arguments):
        """(problems, report)"""
        run = self.run("renew", "--format", "json", "--trust", "cas.pem", *arguments)
        try:
            report = json.loads(run.out)
        except ValueError:
            return run.trouble() + [f"{arguments}: no JSON, status {run.status}: {run.err[:300]}"], None
        return run.trouble() + expect.validate(report, PROJECT), report


def world(folder):
    """The PKI of the files suite, a second one, new certificates of each kind, and a deployment."""
    make.pki(folder)
    folder.root("root2", "/O=New/CN=New Root")
    folder.ca("iss2", "/O=New/CN=New Issuing", "root2")
    folder.join("cas2.pem", "root2.pem", "iss2.pem")
    folder.leaf("e-same", E, "iss", SAN_E, days=400)
    folder.leaf("e-other", E, "iss2", SAN_E, days=400)
    folder.leaf("e-lost", E, "iss", f"DNS:{E}", days=400)
    folder.leaf("c-other", C, "iss2", days=400)
    folder.leaf("c-server", C, "iss", days=400, eku="serverAuth")
    folder.leaf("t", UCM1, "iss", f"DNS:{UCM1},DNS:{UCM2}")
    folder.leaf("t-other", UCM1, "iss2", f"DNS:{UCM1},DNS:{UCM2}", days=400)
    folder.write("d.yaml", DEPLOYMENT)
    for name in LISTS:
        folder.join(name, "cas.pem")


def table(report):
    return {row["outcome"]: (row["before"], row["after"]) for row in report["evidence"]["before_after"]}


def steps(report, *actions):
    return [(s["box"], s["object"]) for s in report["evidence"]["plan"] if s["action"] in actions]


def causes(report, family="renew."):
    return {(f["check"], f["cause"]) for f in report["findings"] if f["check"].startswith(family)}


# (arguments, exit status, causes of renew.* that must be there, outcomes of the table)
FLAGS = ["--role", "expressway-e", "--own-trust", "e.trust", "--peer-trust", f"{C}=c.trust"]
CASES = [
    (["--old", "e.pem", "--new", "e-same.pem", *FLAGS], 0, {("renew.predict", None), ("renew.issuer", None)},
     {"traversal-zone": ("works", "works"), "jabber-login": ("works", "works"), "tc-endpoint-login": ("works", "works")}),
    (["--old", "e.pem", "--new", "e-other.pem", *FLAGS], 2, {("renew.predict", "would-break"), ("renew.issuer", "issuer-changed")},
     {"traversal-zone": ("works", "fails"), "ssh-tunnel": ("works", "fails"), "phone-login": ("works", "fails")}),
    (["--old", "e.pem", "--new", "e-lost.pem", *FLAGS], 2, {("renew.names", "names-lost"), ("renew.predict", "would-break")},
     {"traversal-zone": ("works", "works"), "jabber-login": ("works", "at-risk"), "tc-endpoint-login": ("works", "fails")}),
    (["-f", "d.yaml", "--node", C, "--new", "c-server.pem"], 2, {("renew.eku", "eku-lost")},
     {"traversal-zone": ("works", "fails"), "ssh-tunnel": ("works", "fails"), "sip-registration": ("works", "fails")}),
    (["-f", "d.yaml", "--old", "c.pem", "--new", "c-other.pem"], 2, {("renew.predict", "would-break")},
     {"traversal-zone": ("works", "fails"), "ucm-connection": ("works", "fails")}),
    (["-f", "d.yaml", "--role", "ucm-tomcat", "--node", UCM1, "--new", "t-other.pem"], 2, {("renew.predict", "would-weaken")},
     {"traversal-zone": ("works", "works"), "ucm-connection": ("works", "at-risk")}),
    (["--old", "e.pem", "--new", "e-same.pem"], 0, {("renew.names", None)}, {}),
    (["--old", "e.pem", "--new", "e.pem"], 2, {("renew.validity", "same-certificate")}, {}),
]


def test_what_changes(context):
    problems = []
    for arguments, status, wanted, outcomes in CASES:
        wrong, report = context.renew(*arguments)
        problems += wrong
        if report is None:
            continue
        found = table(report)
        problems += [f"{arguments}: no {w} in {sorted(causes(report), key=str)}" for w in wanted if w not in causes(report)]
        problems += [f"{arguments}: {o} is {found.get(o)}, not {w}" for o, w in outcomes.items() if found.get(o) != w]
        run = context.run("renew", "--trust", "cas.pem", *arguments)
        problems += [f"{arguments}: status {run.status}, not {status}"] if run.status != status else []
    return problems


def test_openssl_agrees(context):
    """The zone's verdict on Expressway-E is openssl's: Expressway-C's list, and what Expressway-E's own list lets it send."""
    problems = []
    for new in ("e-same", "e-other"):
        verify = subprocess.run(["openssl", "verify", "-CAfile", "c.trust", "-untrusted", "e.trust", new + ".pem"],
                                cwd=context.folder.path, capture_output=True, check=False)
        wrong, report = context.renew("--old", "e.pem", "--new", new + ".pem", *FLAGS)
        problems += wrong
        works = report is not None and table(report)["traversal-zone"][1] == "works"
        if works != (verify.returncode == 0):
            problems.append(f"{new}: works {works}, openssl verify ends with {verify.returncode}")
    return problems


# (arguments, box to list, stores of Unified CM that are filled)
PLANS = [
    (["-f", "d.yaml", "--old", "c.pem", "--new", "c-other.pem", "--ca", "cas2.pem"]),
    (["-f", "d.yaml", "--node", E, "--new", "e-other.pem", "--ca", "cas2.pem"]),
    (["-f", "d.yaml", "--role", "ucm-tomcat", "--node", UCM1, "--new", "t-other.pem", "--ca", "root2.pem", "--ca", "iss2.pem"]),
]


def test_the_plan_mends_it(context):
    """What the plan says to upload is put into the lists; then nothing gets worse, and there is nothing left to upload."""
    problems = []
    by_subject = {"CN=New Root,O=New": "root2.pem", "CN=New Issuing,O=New": "iss2.pem"}
    lists = {E: "e.trust", C: "c.trust", UCM1: "u.trust", UCM2: "u.trust"}
    for arguments in PLANS:
        wrong, report = context.renew(*arguments)
        problems += wrong
        if report is None:
            continue
        uploads = steps(report, "ca-upload")
        problems += [f"{arguments}: {u} twice" for u in set(uploads) if uploads.count(u) > 1]
        for box, subject in uploads:
            context.folder.join(lists[box], lists[box], by_subject[subject])
        if steps(report, "ucm-trust-upload"):
            context.folder.join("u.trust", "u.trust", "cas2.pem")
        context.folder.join("cas-all.pem", "cas.pem", "cas2.pem")
        wrong, again = context.renew(*arguments, "--trust", "cas-all.pem")
        problems += wrong
        if again is not None:
            problems += [f"{arguments}: still {c}" for c in causes(again) if c[0] == "renew.predict" and c[1] is not None]
            left = steps(again, "ca-upload", "ucm-trust-upload", "client-ca-distribute")
            left = [step for step in left if "ucm-tomcat" not in arguments or step[0] != "clients"]
            problems += [f"{arguments}: still to upload: {left}"] if left else []
        for name in LISTS:
            context.folder.join(name, "cas.pem")
    return problems


def test_order(context):
    """Trust before the certificate, the certificate before the restart, the check last."""
    _, report = context.renew(*PLANS[0])
    actions = [s["action"] for s in report["evidence"]["plan"]]
    first, last = actions.index("certificate-upload"), max(i for i, a in enumerate(actions) if a in ("ca-upload", "ucm-trust-upload"))
    problems = ["a CA comes after the certificate"] if last > first else []
    problems += ["the restart comes before the certificate"] if actions.index("restart-expressway") < first else []
    problems += [] if actions[-1] == "verify" else [f"the last step is {actions[-1]}"]
    numbers = [s["step"] for s in report["evidence"]["plan"]]
    return problems + ([] if numbers == list(range(1, len(numbers) + 1)) else [f"steps are numbered {numbers}"])


ROLES = ["expressway-e", "expressway-c", "ucm-callmanager", "ucm-tomcat", "imp-tomcat", "imp-cup", "imp-cup-xmpp",
         "imp-cup-xmpp-s2s", "imp-ipsec", "capf"]


def test_commands_are_commands(context):
    """Every command that a plan gives is one that edgeprobe takes; those that need no network are run."""
    problems, seen = [], set()
    asked = [["--role", r] for r in ROLES] + [["-f", "d.yaml", "--role", r] for r in ROLES if r != "capf"] + PLANS + [CASES[1][0]]
    for arguments in asked:
        wrong, report = context.renew(*arguments)
        problems += wrong
        plan = report["evidence"]["plan"] if report else []
        problems += [f"{arguments}: no plan"] if not plan else []
        problems += [f"{s['text']}: a blank is left" for s in plan if re.search(r"[{}$]", s["text"] + (s["why"] or ""))]
        problems += [f"'set cert regenerate' is no command: {s['text']}" for s in plan if "set cert regenerate" in s["text"]]
        seen |= {s["verify"] for s in plan if s["verify"]}
    for command in sorted(seen):
        words = shlex.split(command)
        if words[0] != "edgeprobe":
            problems.append(f"{command}: not ours")
        elif words[1] in ("cert", "renew") and not any(w in ("old.pem", "new.pem", "deployment.yaml") for w in words):
            run = context.run(*words[1:])
            problems += run.trouble() + ([f"{command}: {run.err}"] if run.err else [])
        else:
            run = context.run(*words[1:], "--help")
            problems += [f"{command}: {run.err}"] if run.status != 0 else []
    return problems + ([] if len(seen) > 10 else [f"only {len(seen)} commands"])


def test_markdown(context):
    run = context.run("renew", "--format", "markdown", *PLANS[0])
    wanted = ["### What changes", "| Traversal zone, expe1\\.example\\.com | works | fails |", "### Plan", "1. [ ] **"]
    text = run.out.replace("expe1.example.com", "expe1\\.example\\.com") if "expe1\\." not in run.out else run.out
    return run.trouble() + [f"no {w!r}" for w in wanted if w not in text]


def test_replay(context):
    run = context.run("renew", "--format", "json", "--trust", "cas.pem", "--save", "saved.json", "--at", "2027-01-01", *PLANS[0])
    again = context.run("replay", "saved.json", "--format", "json")
    os.unlink(context.folder.file("saved.json"))
    first, second = json.loads(run.out), json.loads(again.out)
    return [f"{k} differs" for k in ("findings", "outcomes", "status") if first[k] != second[k]] + [
        f"{k} differs" for k in ("before_after", "plan") if first["evidence"][k] != second["evidence"][k]]


BAD_INPUT = [
    ([], ["--old", "--role"]),
    (["e.pem"], ["e.pem", "--old and --new"]),
    (["--old", "e.pem"], ["--old", "--new"]),
    (["--new", "e-same.pem"], ["--new", "--old"]),
    (["--old", "none.pem", "--new", "e-same.pem"], ["--old", "none.pem"]),
    (["--old", "e.pem", "--new", "e.key"], ["--new", "e.key", "certificate"]),
    (["--old", "e.pem", "--new", "."], ["--new", "folder"]),
    (["--role", "edge"], ["--role", "expressway-e"]),
    (["--node", "x"], ["--node", "-f"]),
    (["-f", "d.yaml", "--node", "nobody", "--new", "e-same.pem"], ["--node", "nobody"]),
    (["-f", "d.yaml", "--new", "e-same.pem"], ["--node"]),
    (["-f", "d.yaml", "--node", E, "--role", "expressway-c", "--new", "e-same.pem"], ["--role", E]),
    (["--old", "e.pem", "--new", "e-same.pem", "--peer-trust", "c.trust"], ["--peer-trust", "NODE=FILE"]),
    (["--old", "e.pem", "--new", "e-same.pem", "--role", "expressway-e", "--own-trust", "none.pem"], ["--own-trust", "none.pem"]),
    (["--old", "e.pem", "--new", "e-same.pem", "--ca", "none.pem"], ["--ca", "none.pem"]),
    (["-f", "d.yaml", "--node", E, "--new", "e-same.pem", "--peer-trust", "nobody=c.trust"], ["--peer-trust", "nobody"]),
    (["--role", "imp-cup", "--csr", "e.csr"], ["--csr", "--new"]),
]


def test_bad_input(context):
    problems = []
    for arguments, words in BAD_INPUT:
        run = context.run("renew", *arguments)
        problems += run.trouble()
        if run.status != BAD or run.out or run.err.count("\n") != 1:
            problems.append(f"{arguments}: status {run.status}, {run.out[:60]!r}, {run.err[:300]!r}")
        problems += [f"{arguments}: no {w!r} in {run.err!r}" for w in words if w not in run.err]
    return problems


def test_request_and_key(context):
    """The new certificate answers its request and fits its key; another's does not."""
    problems = []
    for csr, key, wanted in (("e-same.csr", "e-same.key", set()),
                             ("e.csr", "e.key", {("file.csr", "key-mismatch"), ("file.key", "mismatch")})):
        wrong, report = context.renew("--old", "e.pem", "--new", "e-same.pem", "--csr", csr, "--key", key)
        found = {c for c in causes(report, "file.") if c[1] is not None} if report else set()
        problems += wrong + ([f"{csr}: {found}"] if found != wanted else [])
    return problems


TESTS = {name[5:].replace("_", "-"): value for name, value in list(globals().items()) if name.startswith("test_")}


def prepare(edgeprobe, top):
    folder = make.Folder(top)
    world(folder)
    return Context(edgeprobe, folder)


if __name__ == "__main__":
    run_main(lambda: run_tests("renew", "Renewals.", TESTS, prepare))
