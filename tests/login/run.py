#!/usr/bin/python3 -B
"""Does `edgeprobe login` get in where a client gets in, say what stops it where not, and keep its secrets? Against the
edge of edge.py: real nginx, OpenSSH tunnels, Kamailio and Prosody, and the scripted Unified CM of backend.py.

    run.py [--edgeprobe PATH] [TEST…]        tests are the functions below, the stories of stories.yaml and
                                             the talks of talks.yaml

The last line counts."""

import base64
import itertools
import json
import os
import pty
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
from concurrent.futures import ThreadPoolExecutor

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
for beside in ("lab", "peers"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), beside))

import expect  # noqa: E402
import servers  # noqa: E402
import sipp  # noqa: E402
from backend import COOKIE, DEVICE, PASSWORD, TOKEN  # noqa: E402
from edge import LoginLab  # noqa: E402
from lab import PROJECT, fill, keys_for_run  # noqa: E402
from launch import SURROUNDINGS, TIMEOUT, Run, hand_over, is_sanitized, patient  # noqa: E402
from suite import VERBOSE, command_line, indented, run_each, run_main, say, skip_all, tally  # noqa: E402
from peer import PORTS  # noqa: E402
from shared_data import sip_scripts  # noqa: E402
from talk import TalkPeer  # noqa: E402

GOOD, WARN, FAIL, UNKNOWN = 0, 1, 2, 3
AT_ONCE = 4
TORTURES_BY = 5  # the unit tests and tests/peers read more of them
JABBER_STEPS = ["srv", "connect", "tls", "edge-sso", "edge-config", "cluster-user", "servers", "user", "devices",
                "sip-options", "sip-register", "xmpp-stream", "xmpp-auth"]
LOGINS = ("jabber-login", "tc-endpoint-login", "phone-login")
OTHERS = ("sip-registration", "xmpp-messaging")
SECRETS = (PASSWORD, TOKEN, COOKIE)


class Context:
    """One edgeprobe, one lab, and what went wrong in the test under way."""

    def __init__(self, edgeprobe, lab, folder):
        self.edgeprobe, self.lab, self.folder = edgeprobe, lab, folder
        self.problems = []

    def wants(self, holds, otherwise):
        if not holds:
            self.problems.append(otherwise)
        return bool(holds)

    def file(self, name):
        return os.path.join(self.folder, name)

    def login(self, *arguments, wanted=None, name=None):
        """(report, run): the log-in as JSON, held to what every report must keep to; nothing secret in any of it."""
        save = self.file("save.json")
        self.lab.backend.forget()
        run = Run([self.edgeprobe] + patient(self.lab.login(*arguments)) +
                  ["--format", "json", "--save", save, "--no-progress"])
        self.problems += run.trouble()
        try:
            report = json.loads(run.out)
        except ValueError:
            self.problems.append(f"no JSON (status {run.status}): {run.err.strip()[:400]}")
            return None, run
        if wanted is not None:
            self.wants(run.status == wanted, f"exit status {run.status}, wanted {wanted}")
        self.problems += expect.invariants(report, run.status) + expect.validate(report, PROJECT)
        self.no_secrets(run.out + run.err, "the report")
        with open(save, encoding="utf-8") as text:
            self.no_secrets(text.read(), "the save")
        if name:
            hand_over("login", name, report, save)
        return report, run

    def no_secrets(self, text, where):
        for secret in SECRETS:
            forms = [secret, secret.encode().hex(), base64.b64encode(secret.encode()).decode().rstrip("=")]
            forms += [base64.b64encode(f"{u}:{secret}".encode()).decode() for u in ("alice", "bob")]
            self.wants(not any(form in text for form in forms), f"{where} holds a secret")

    def steps(self, report, edge="expe1"):
        return {s["step"]: s for s in report["evidence"]["login"] if s["edge"].startswith(edge)}

    def all_works(self, report, wanted=JABBER_STEPS, edge="expe1"):
        self.wants(list(self.steps(report, edge)) == JABBER_STEPS, f"steps {list(self.steps(report, edge))}")
        self.all_steps(report, edge, wanted)
        states = {o["outcome"]: o["state"] for o in report["outcomes"]}
        self.wants(set(states.values()) == {"works"}, f"outcomes {states}")

    def all_steps(self, report, edge, wanted):
        steps = self.steps(report, edge)
        for name in wanted:
            self.wants(steps[name]["state"] == "works", f"{edge} {name}: {steps[name]}")

    def sent(self, edge=None):
        """The requests that came with credentials."""
        return [a for a in self.lab.backend.asked if "authorization" in a["headers"] and edge in (None, a["edge"])]

    def with_password(self, *more, user="alice", secret="password"):
        return ["--user", user, "--password-file", self.lab.secret(secret), *more]



# ---- the lab itself, by clients that are not ours ----

def real_clients_get_in(context):
    """SIPp registers, go-sendxmpp logs in, curl reads the configuration: what edgeprobe says of this lab is held against
    what they can do in it."""
    lab, address = context.lab, context.lab.address_of("expe1")
    url = f"https://expe1.{lab.domain}:8443/ZXhhbXBsZS5jb20/get_edge_config?service_name=_cisco-uds"
    curl = [servers.program("curl"), "-sSi", "--cacert", lab.trust_file("root"), "--resolve", f"expe1.{lab.domain}:8443:{address}"]
    tell = [servers.program("go-sendxmpp"), "-n", "-u", f"alice@{lab.domain}", "-j", f"{address}:5222"]
    rows = [(curl + ["-u", f"alice:{PASSWORD}", url], 0, "X-Auth="), (curl + ["-u", "alice:wrong", url], 0, "Cisco-Edge"),
            (tell + ["-p", PASSWORD, f"bob@{lab.domain}"], 0, ""),
            (tell + ["-p", "wrong", f"bob@{lab.domain}"], 1, "auth failure")]
    for password, status in ((PASSWORD, 0), ("wrong", 1)):
        argv, bridge = sipp.command(lab, context.folder, "expe1", password)
        rows.append((argv, status, ""))
    for argv, status, words in rows:
        done = subprocess.run(argv, input="hello", capture_output=True, text=True, timeout=TIMEOUT, cwd=context.folder,
                              env={**os.environ, "TERM": "dumb"}, check=False)
        told = done.stdout + done.stderr
        context.wants(done.returncode == status and words in told, f"{argv[0]}: {done.returncode}, wanted {status}: {told[-300:]}")
    context.wants(lab.registrations() == [], f"left registered: {lab.registrations()}")


# ---- the healthy edge, with each kind of credential ----

def no_credentials(context):
    report, _ = context.login(wanted=GOOD, name="healthy")
    for edge in ("expe1", "expe2"):
        context.all_works(report, ["srv", "connect", "tls", "edge-sso", "edge-config", "sip-options", "xmpp-stream"], edge)
    context.wants(not context.sent(), "credentials were sent, and none were given")
    asked = [a["step"] for a in context.lab.backend.asked if a["edge"] == "expe1"]
    context.wants(sorted(asked) == ["edge-config", "edge-config", "edge-sso"], f"asked {asked}")


def password_from_file(context):
    before = len(context.lab.registrar_log())
    report, _ = context.login(*context.with_password("--sip", "--xmpp"), wanted=GOOD, name="password")
    context.all_works(report)
    asked = [a for a in context.lab.backend.asked if a["edge"] == "expe1"]
    context.wants([a["step"] for a in context.sent()] == ["edge-config", "user", "devices"], f"sent with {context.sent()}")
    context.wants(not context.sent("expe2"), "the other edge got credentials, too")
    context.wants(all("cookie" in a["headers"] for a in asked if a["step"] in ("cluster-user", "servers", "user", "devices")),
                  "UDS was asked without the cookie")
    lines = context.lab.registrar_log()[before:]
    context.wants([line.split(" ", 1)[1] for line in lines if line.startswith("SAVED")] ==
                  ["alice expires=120", "alice expires=0"], f"the registrar says {lines}")
    context.wants(all("zone-id=1;directed;lr" in line and DEVICE in line and "agent=edgeprobe" in line
                      for line in lines if line.startswith("REGISTER")), f"REGISTER was {lines}")
    context.wants(context.lab.registrations() == [], f"left registered: {context.lab.registrations()}")
    context.wants("Authenticated as alice@" in context.lab.prosody_log("expe1"), "Prosody knows of nobody")
    xmpp = report["evidence"]["logins"][0]["xmpp"]
    context.wants(xmpp["closed"] and xmpp["jid"].startswith("alice@example.com/"), f"not closed cleanly: {xmpp}")


def password_of_an_editor(context):
    """What an editor of Windows puts around a password is no part of it: it would be a wrong one, and counted."""
    path = context.file("windows")
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(f"\ufeff{PASSWORD}\r\n")
    context.login("--user", "alice", "--password-file", path, wanted=GOOD)
    with open(path, "w", encoding="utf-16") as out:
        out.write(f"{PASSWORD}\n")
    run = Run([context.edgeprobe] + context.lab.login("--user", "alice", "--password-file", path))
    context.wants(run.status == UNKNOWN and "UTF-16" in run.err and run.err.count("\n") == 1, f"UTF-16: {run.status} {run.err}")


def every_edge(context):
    report, _ = context.login(*context.with_password("--sip", "--xmpp", "--every-edge"), wanted=GOOD)
    for edge in ("expe1", "expe2"):
        context.all_works(report, edge=edge)
        context.wants(len(context.sent(edge)) == 3, f"{edge} got credentials {len(context.sent(edge))} times")


def token(context):
    """UDS takes it; the registrar asks for one as Unified CM does; XMPP has no place for it."""
    report, _ = context.login("--user", "oauth", "--token-file", context.lab.secret("token"), "--sip", "--xmpp",
                              wanted=GOOD, name="token")
    context.all_works(report, [s for s in JABBER_STEPS if s != "xmpp-auth"])
    context.wants(context.steps(report)["xmpp-auth"]["state"] == "skipped", f"{context.steps(report)['xmpp-auth']}")
    context.wants([a["headers"]["authorization"] for a in context.sent()] == [f"Bearer {TOKEN}"] * 3, f"{context.sent()}")
    context.wants(context.lab.registrations() == [], f"left registered: {context.lab.registrations()}")
    report, _ = context.login("--token-file", context.lab.secret("token"), wanted=GOOD)
    steps = context.steps(report)
    context.wants({steps[s]["state"] for s in ("cluster-user", "user", "devices")} == {"skipped"} and
                  steps["servers"]["state"] == "works", f"a token without a name: {steps}")


def on_terminal(context, argv, typed):
    """(status, output, seen): edgeprobe with a terminal of its own, where `typed` is typed at the prompt. seen: what the
    system told of it meanwhile."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(context.edgeprobe, [context.edgeprobe] + argv, {**os.environ, **SURROUNDINGS})
    out, seen, deadline = b"", "", time.monotonic() + TIMEOUT
    try:
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 1)[0]:
                try:
                    data = os.read(terminal, 65536)
                except OSError:  # the other end is closed
                    data = b""
                if not data:
                    break
                out += data
            if typed is not None and b"Password of alice" in out:
                seen = everywhere_else(child)
                os.write(terminal, typed.encode() + b"\n")
                typed = None
    finally:
        if time.monotonic() >= deadline:
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        context.wants(termios.tcgetattr(terminal)[3] & termios.ECHO, f"no echo after {typed!r}")
        os.close(terminal)
    return os.waitstatus_to_exitcode(status), out.decode("utf-8", "replace"), seen


def everywhere_else(process):
    text = ""
    for name in ("cmdline", "environ"):
        with open(f"/proc/{process}/{name}", "rb") as file:
            text += file.read().decode("utf-8", "replace")
    return text


def password_from_terminal(context):
    argv = context.lab.login("--user", "alice", "--sip", "--xmpp", "--color", "never")
    status, out, seen = on_terminal(context, argv, PASSWORD)
    context.wants(status == GOOD and "xmpp-auth" in out, f"ended with {status}: {out[-600:]}")
    context.no_secrets(out + seen, "the terminal, argv or the environment")
    status, out, _ = on_terminal(context, argv, "")
    context.wants(status == UNKNOWN and "no password was given" in out, f"an empty password: {status} {out[-300:]}")
    for typed, ended, words in (("\x04", UNKNOWN, "no password was given"), ("a\x01b", UNKNOWN, "control characters"),
                                ("x" * 1100, UNKNOWN, "1024 bytes"), ("\x03", -signal.SIGINT, ""), ("\x1c", -signal.SIGQUIT, "")):
        status, out, _ = on_terminal(context, argv, typed)
        context.wants(status == ended and words in out, f"{typed[:9]!r}: {status} {out[-300:]}")
    run = Run(["setsid", "-w", context.edgeprobe] + argv)
    context.wants(run.status == UNKNOWN and run.err.count("\n") == 1 and "--password-file" in run.err,
                  f"without a terminal: {run.status} {run.err}")


def nothing_in_a_core(context):
    """Killed in the middle, with credentials in libcurl's buffers: no core, whatever the limits allow."""
    context.lab.backend.forget()
    context.lab.backend.say = {"user": {"silence": True}}

    def unlimited():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    argv = [context.edgeprobe] + context.lab.login(*context.with_password())
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=context.folder,
                             preexec_fn=unlimited, env={**os.environ, **SURROUNDINGS})
    context.lab.backend.wait_for("user", TIMEOUT)
    context.no_secrets(everywhere_else(child.pid) if os.geteuid() == 0 else "", "argv or the environment")
    child.send_signal(signal.SIGABRT)
    _, status = os.waitpid(child.pid, 0)
    child.returncode = -1
    context.wants(os.WIFSIGNALED(status) and not os.WCOREDUMP(status), f"a core was written: {status:#x}")


def timelines(context):
    """Each outcome's own, in every format for people."""
    context.lab.backend.say = {"servers": {"status": 503, "server": "CE_C ECS"}}
    report, _ = context.login(*context.with_password("--sip", "--xmpp"), wanted=FAIL)
    own = {o: [s["step"] for s in context.steps(report).values() if o in s["outcomes"]] for o in LOGINS + OTHERS}
    context.wants(own["jabber-login"] == JABBER_STEPS[:9] and "edge-sso" not in own["phone-login"] == own["tc-endpoint-login"]
                  and own["sip-registration"][-1] == "sip-register" and own["xmpp-messaging"][-1] == "xmpp-auth", f"{own}")
    for form in ("text", "markdown", "html"):
        out = Run([context.edgeprobe, "replay", context.file("save.json"), "--format", form]).out
        for edge in ("expe1", "expe2"):
            context.wants(f"{edge}.example.com:8443" in out, f"{form}: no {edge}")
        for words in JABBER_STEPS + ["Expressway-C", "503", "Jabber log-in", "TC/CE endpoint log-in", "Phone log-in",
                                     "SIP registration:", "XMPP messaging:", "servers fails"]:
            context.wants(words in out, f"{form}: no {words}")


def leftovers(context, argv, patterns):
    """How often each pattern is still in the memory of that edgeprobe when it ends."""
    library, told = context.file("leftover.so"), context.file("leftover.txt")
    if os.path.exists(told):
        os.remove(told)
    if not os.path.exists(library):
        subprocess.run([servers.program("cc"), "-O1", "-shared", "-fPIC", "-o", library, os.path.join(HERE, "leftover.c")], check=True)
    masked = " ".join(bytes(b ^ 0x5a for b in p.encode()).hex() for p in patterns)
    run = Run([context.edgeprobe] + argv + ["-v"],
              {"LD_PRELOAD": library, "LEFTOVER_FILE": told, "LEFTOVER_PATTERNS": masked})
    context.no_secrets(run.out + run.err, "-v")
    context.wants(run.status in (GOOD, WARN), f"ended with {run.status}: {run.err}")
    with open(told, encoding="ascii") as counts:
        return dict(zip(patterns, map(int, counts.read().split())))


def wiped(context):
    """Nothing secret is left in the memory of a process that has done its work, nor in what it recorded."""
    if is_sanitized(context.edgeprobe):
        raise servers.Missing("a build without sanitizers")
    lab = context.lab
    control = "/secret/"  # of an argument: it must be found, or the search finds nothing
    secrets = {"password": [PASSWORD, COOKIE, base64.b64encode(f"alice:{PASSWORD}".encode()).decode().rstrip("="),
                            base64.b64encode(f"\0alice\0{PASSWORD}".encode()).decode().rstrip("=")],
               "token": [TOKEN, COOKIE]}
    record = context.file("login.pcapng")
    for kind, user, more in (("password", "alice", ["--sip", "--xmpp", "--record", record]), ("password", "alice", []),
                             ("password", "alice", ["--every-edge"]), ("token", "oauth", ["--sip", "--record", record])):
        found = leftovers(context, lab.login("--user", user, f"--{kind}-file", lab.secret(kind), *more),
                          secrets[kind] + [control])
        context.wants(found.pop(control) > 0, "the search finds nothing")
        context.wants(not any(found.values()), f"{kind} {more}: left in memory: {found}")
        with open(record, "rb") as capture:
            context.no_secrets(capture.read().decode("latin-1"), "the recording")


# ---- who gets them ----

def certificate_fails(context):
    """A chain that clients do not trust: nothing is sent, unless the user insists."""
    usual, other = context.lab.names()["trust"], context.lab.trust_file("root-ec")
    login = context.lab.login
    context.lab.login = lambda *more: [other if a == usual else a for a in login(*more)]
    try:
        report, _ = context.login(*context.with_password("--sip", "--xmpp"), wanted=FAIL, name="certificate-fails")
        context.wants(not context.sent(), f"credentials were sent: {context.sent()}")
        context.wants({e["withheld"] is not None and "--insist" in e["withheld"] for e in report["evidence"]["logins"]} == {True},
                      "not told why nothing was sent")
        report, _ = context.login(*context.with_password("--insist"), wanted=FAIL)
        context.wants([a["step"] for a in context.sent()] == ["edge-config", "user", "devices"], f"{context.sent()}")
    finally:
        context.lab.login = login


# ---- the tunnel, really cut ----

def tunnel_cut(context):
    """One cluster peer's tunnel goes: 502 there, and the log-in goes on through the other; then all of them."""
    lab = context.lab
    try:
        lab.cut_tunnel("expe1")
        report, _ = context.login(*context.with_password(), wanted=FAIL, name="tunnel-of-one-cut")
        context.wants(expect.one_of(["path-down"], cause_of(report, "mra.edge-config", "expe1")), f"{loud(report)}")
        context.wants(outcome(report, "jabber-login") == "at-risk", f"{report['outcomes']}")
        context.all_steps(report, "expe2", ["edge-config", "cluster-user", "servers", "user", "devices"])
        lab.cut_tunnel("expe2")
        report, _ = context.login(*context.with_password(), wanted=FAIL, name="tunnels-cut")
        context.wants(outcome(report, "jabber-login") == "fails", f"{report['outcomes']}")
        context.wants(not context.sent(), "credentials went into a cut tunnel")
    finally:
        for edge in set(lab.front) - set(lab.tunnels):
            lab.join_tunnel(edge)
    report, _ = context.login(*context.with_password(), wanted=GOOD)


# ---- from inside: each node behind ----

def every_node(context, **more):
    host = "{}." + context.lab.domain
    return {"ucm": {n: host.format(n) for n in ("ucm1", "ucm2")}, "imp": {"imp1": host.format("imp1")}, **more}


def judged(report, check):
    """{host: statuses and causes, of all its ports and certificates}"""
    out = {}
    for f in report["findings"]:
        if f["check"] == check:
            out.setdefault(f["subject"].split(":")[0].split(".")[0], []).append((f["status"], f.get("cause")))
    return out


def nodes_behind_are_good(context):
    nodes = {"ucm": {"ucm1": "ucm1." + context.lab.domain}, "imp": {"imp1": "imp1." + context.lab.domain}}
    report, _ = context.login(*context.with_password("-f", context.lab.deployment("good", "X15.0", **nodes)), wanted=GOOD)
    trusted, named = judged(report, "chain.ucm-trust"), judged(report, "name.ucm-node")
    context.wants({n: set(v) for n, v in trusted.items()} == {"ucm1": {("pass", None)}, "imp1": {("pass", None)}}, f"{trusted}")
    context.wants(len(trusted["ucm1"]) >= 4, f"RSA and ECDSA of tomcat and CallManager: {trusted}")
    context.wants({n: set(v) for n, v in named.items()} == {"ucm1": {("pass", None)}, "imp1": {("pass", None)}}, f"{named}")
    context.wants(outcome(report, "ucm-connection") == "works" and outcome(report, "jabber-login") == "works",
                  f"{report['outcomes']}")


def each_node_behind(context):
    """Not only the publisher: the subscriber's ECDSA certificate, the name that IM and Presence is known by."""
    nodes = every_node(context, imp={"imp1": "presence." + context.lab.domain}, unity={"cuc1": "voicemail." + context.lab.domain})
    report, _ = context.login(*context.with_password("-f", context.lab.deployment("each", "X15.0", **nodes)), wanted=FAIL,
                              name="each-node-behind")
    trusted, named = judged(report, "chain.ucm-trust"), judged(report, "name.ucm-node")
    context.wants(set(trusted["ucm1"]) == {("pass", None)}, f"{trusted}")
    context.wants(set(trusted["ucm2"]) == {("pass", None), ("fail", "not-in-expressway-c")}, f"{trusted}")
    context.wants(set(named["ucm1"]) == set(named["ucm2"]) == {("pass", None)} and
                  set(named["presence"]) == set(named["voicemail"]) == {("fail", "no-match")}, f"{named}")
    ports = {e["port"] for e in report["evidence"]["endpoints"] if e["host"].startswith("voicemail")}
    context.wants(ports == {8443} and set(trusted["voicemail"]) == {("pass", None)}, f"Unity Connection: {ports} {trusted}")
    context.wants(outcome(report, "ucm-connection") in ("fails", "at-risk"), f"{report['outcomes']}")


def upgrade_to_x14_2(context):
    """Before: what Unified CM shows is not verified. After: Traffic Server refuses the subscriber's ECDSA certificate, and the
    edge configuration ends in 503. Then its CA is put into the trust list. The difference tells each story."""
    lab, saves, reports = context.lab, {}, {}
    mended = lab.trust_file("root", "issuing", "root-ec", "issuing-ec", "stranger-ec")
    for name, release, trust, answers, status in (
            ("before", "X14.0", None, {}, None), ("again", "X14.0", None, {}, None),
            ("after", "X14.2", None, {"edge-config": {"status": 503, "server": "CE_C ECS"}}, FAIL),
            ("mended", "X14.2", mended, {}, None)):
        lab.backend.say = answers
        report, _ = context.login(*context.with_password("-f", lab.deployment(name, release, trust, **every_node(context))),
                                  wanted=status, name="upgrade-" + name)
        saves[name] = context.file(name + ".json")
        os.replace(context.file("save.json"), saves[name])
        reports[name] = report
    context.wants({c for _, _, c in loud(reports["before"])} == {"other-type-untrusted"}, f"before: {loud(reports['before'])}")
    context.wants({c for _, _, c in loud(reports["after"])} == {"not-in-expressway-c", "presented-type-untrusted", "status-503"},
                  f"after: {loud(reports['after'])}")
    context.wants([outcome(reports[n], "jabber-login") for n in saves] == ["works", "works", "fails", "works"],
                  "what users feel is another story")
    lab.backend.say = {"edge-config": {"status": 503, "server": "CE_C ECS"}}
    run = Run([context.edgeprobe] + lab.login(*context.with_password("--baseline", saves["mended"], "--format", "json",
              "-f", lab.deployment("mended", "X14.2", mended, **every_node(context)))))
    context.wants(run.status == FAIL and json.loads(run.out)["status"] == "worse", f"--baseline: {run.status} {run.out}")
    for before, after, status, words in (("before", "again", 0, "same"), ("before", "after", 2, "worse"),
                                         ("after", "mended", 1, "better")):
        run = Run([context.edgeprobe, "diff", saves[before], saves[after], "--format", "json"])
        told = json.loads(run.out)
        slow = status == GOOD and told["facts"] and {f["what"] for f in told["facts"]} == {"latency"}  # of a busy machine
        context.wants(slow or (run.status == status and told["status"] == words), f"{before} to {after}: {run.status} {run.out}")
        if status == FAIL:
            context.wants({"jabber-login works fails", "sip-registration works fails"} <=
                          {f"{o['outcome']} {o['before']} {o['after']}" for o in told["outcomes"]}, f"{told['outcomes']}")
            context.wants({"chain.ucm-trust", "cipher.certificate-type", "mra.edge-config"} <=
                          {f["check"] for f in told["findings"] if f["change"] == "worse"}, f"{told['findings']}")


def loud(report):
    return [(f["check"], f["subject"], f["cause"]) for f in report["findings"] if f["status"] in expect.LOUD]


def cause_of(report, check, edge):
    return next((f["cause"] for f in report["findings"] if f["check"] == check and f["subject"].startswith(edge)), None)


def outcome(report, name):
    return next((o["state"] for o in report["outcomes"] if o["outcome"] == name), None)


# ---- stories: one answer changed ----

def stories_load(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as text:
        return yaml.safe_load(text)


def play_story(context, name, story):
    lab = context.lab
    names = {**lab.names(), "password": lab.secret("password"), "wrong": lab.secret("wrong"), "token": lab.secret("token")}
    story = fill(story, names)
    lab.backend.say = story.get("say") or {}
    arguments = story.get("with", ["--user", "alice", "--password-file", lab.secret("password")])
    report, run = context.login(*arguments, wanted=story["exit"], name=name)
    if report is None:
        return
    context.problems += expect.compare_findings(story, report["findings"])
    states = {expect.outcome_key(o): o["state"] for o in report["outcomes"]}
    login = story.get("login", "works")
    wanted = ({k: login if login == "fails" else "works" for k in states} | {k: login for k in LOGINS} |
              story.get("outcomes", {}))
    context.wants(states == wanted, f"outcomes {states}, wanted {wanted}")
    for step, state in (story.get("steps") or {}).items():
        edge, _, step = step.rpartition(" ")
        found = context.steps(report, edge or "expe1").get(step, {}).get("state")
        context.wants(found == state, f"step {step}: {found}, wanted {state}")
    if "sent" in story:
        context.wants([a["step"] for a in context.sent()] == story["sent"], f"credentials went with {[a['step'] for a in context.sent()]}")
    replay = Run([context.edgeprobe, "replay", context.file("save.json"), "--format", "json"])
    context.wants(replay.status == run.status and json.loads(replay.out)["findings"] == report["findings"], "the replay differs")


# ---- talks: one port played by a script ----

NUMBERS = itertools.count()  # each peer has an address of its own: what lingers at one is nobody else's


def talk(context, script, arguments):
    """(report, run, what the peer heard)"""
    lab, port = context.lab, PORTS[script["at"]]
    number = next(NUMBERS)
    address, host = lab.address(f"{3 + number // 200}.{number % 200 + 1}"), lab.edges["expe1"].host
    leaf = lab.edges["expe1"].leaves[0]
    peer = TalkPeer({**script, "steps": [{"starttls": True}] * (script["at"] == "sip") + script["steps"]}, address, port,
                    (leaf.sent_file, leaf.key_file))
    try:
        report, run = context.login(*arguments, "--connect-to", f"{host}:{port}:{address}:{port}", "--timeout", "2",
                                    wanted=script.get("exit", FAIL))
    finally:
        peer.stop()
    return report, run, "".join(peer.heard)


def play_talk(context, name, story):
    story = fill(story, context.lab.names())
    report, _, heard = talk(context, story, context.with_password("--" + story["at"]))
    if report is None:
        return
    hand_over("login", name, report)
    context.problems += expect.compare_findings(story, report["findings"])
    states = {expect.outcome_key(o): o["state"] for o in report["outcomes"]}
    wanted = {k: "works" for k in states} | story.get("outcomes", {})
    context.wants(states == wanted, f"outcomes {states}, wanted {wanted}")
    got = "\nAuthorization:" in heard or "<auth " in heard
    context.wants(got == story.get("credentials", got), f"credentials reached the peer: {heard}")


def torture_as_answers(context):
    """RFC 4475's kind of messages, as others collected them, as answers to REGISTER: none is taken for a registration."""
    scripts = sip_scripts()
    if scripts is None:
        raise servers.Missing("the shared data")
    told = set()

    def one(script):
        own = Context(context.edgeprobe, context.lab, tempfile.mkdtemp(dir=context.folder))
        story = {"at": "sip", "exit": None, "steps": [{"serve": {"OPTIONS": "200 OK"}}, script["steps"][2], {"close": True}]}
        report, _, _ = talk(own, story, own.with_password("--sip"))
        found = [(f["status"], f["cause"]) for f in report["findings"]
                 if f["check"] == "sip.register" and f["subject"].startswith("expe1")] if report else []
        own.wants(len(found) == 1 and found[0][0] in ("fail", "unknown"), f"told as {found}")
        told.update(found)
        return [f"{script['name']}: {p}" for p in own.problems]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        context.problems += [p for problems in pool.map(one, scripts[::TORTURES_BY]) for p in problems]
    context.wants(("fail", "malformed") in told, f"none is malformed: {told}")


TESTS = [real_clients_get_in, no_credentials, password_from_file, password_of_an_editor, every_edge, token, password_from_terminal, nothing_in_a_core,
         wiped, timelines, certificate_fails, tunnel_cut, nodes_behind_are_good, each_node_behind, upgrade_to_x14_2]


def revive(context, name):
    """Kamailio has been seen to die once in some 400 log-ins: told, and the test that met it is done again. False: all live."""
    dead = [p for p in context.lab.processes if not p.is_alive()]
    for process in dead:
        say(f"{name}: {process.name} has ended, and is started again:\n" + indented([process.tail()]))
        process.signal(signal.SIGKILL)
        process.start()
    servers.wait_ready(dead, 20)
    return bool(dead)


def try_once(context, test, arguments):
    context.problems, context.lab.backend.say = [], {}
    try:
        test(context, *arguments)
    finally:
        context.lab.backend.say = {}


def try_one(context, name, test, arguments):
    try_once(context, test, arguments)
    if revive(context, name):
        try_once(context, test, arguments)
    return context.problems


def main():
    tests = [(t.__name__.replace("_", "-"), t, ()) for t in TESTS]
    tests += [(name, play_story, (name, story)) for name, story in stories_load("stories.yaml").items()]
    talks = [("torture-as-answers", torture_as_answers, ())]
    talks += [(name, play_talk, (name, story)) for name, story in stories_load("talks.yaml").items()]
    arguments = command_line("Hold `edgeprobe login` to its contract.", known=[t[0] for t in tests + talks], more=[VERBOSE])
    folder = tempfile.mkdtemp(prefix="edgeprobe-login-")
    try:
        with LoginLab(keys_for_run()) as lab:
            def one(name, test, more):
                return try_one(Context(arguments.edgeprobe, lab, tempfile.mkdtemp(dir=folder)), name, test, more)

            def asked(tests):
                return [(name, lambda n=name, t=test, m=more: one(n, t, m)) for name, test, more in tests
                        if not arguments.names or name in arguments.names]

            # Most of a talk is waiting, and the backend is not told other answers.
            return tally(run_each(asked(tests), 1, arguments.verbose) + run_each(asked(talks), AT_ONCE, arguments.verbose))
    except servers.Missing as missing:
        return skip_all(missing)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run_main(main)
