#!/usr/bin/python3 -B
"""Does edgeprobe stand peers that misbehave? Every script of tests/peers/scripts is played against it.

    run.py [--jobs N] [--edgeprobe PATH] [--update] [SCRIPT…]

Real servers (tests/lab) stand behind; --connect-to or --resolver leads edgeprobe to the scripted peer instead of
one of them. It must end in time (`within`, by --timeout 1), not crash, not eat memory, write a whole report, and
find what the script expects. What else it warns of, calls a fault or leaves unknown is in besides.txt, a line each, no more and no
less; --update writes what these runs found (look at the difference). The last line counts."""

import json
import os
import re
import resource
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
import servers  # noqa: E402
from lab import PROJECT, Lab, keys_for_run, merge, scenario_load  # noqa: E402
from peer import PORTS, DnsPeer, TcpPeer, script_load  # noqa: E402
from shared_data import dns_scripts, sip_scripts  # noqa: E402
from launch import PATIENCE, Run, hand_over, is_sanitized, patient  # noqa: E402
from suite import VERBOSE, Skipped, attempt, command_line, run_each, run_main, skip_all, tally  # noqa: E402

SCRIPTS = os.path.join(HERE, "scripts")
EDGE = "expe1.example.com"
BESIDES = os.path.join(HERE, "besides.txt")
UPDATE = (("--update",), {"action": "store_true", "help": "write besides.txt as these runs have it"})
WITHIN = 8.0  # seconds for a whole run with --timeout 1
MEMORY_MIB = 160
ALERT_PORT = 8443
ASKED = {10080: 80}  # what edgeprobe asks for, where an ordinary user cannot take the port
MANY = 70  # addresses of one target: more than are looked at
TARGETS = 71  # of one SRV record
ALERTS_AT_ONCE = 16  # SRV targets of one domain

DEPLOYMENT = {"domains": ["{domain}"], "expressway-e": {"nodes": [{"name": EDGE, "address": "{net}.1.1"}]},
              "zones": [{"name": "mra", "type": "uc-traversal", "peers": [EDGE], "port": 7001}]}

# The healthy edge with the ports of a zone, so that the tunnel port can be replaced too.
CHANGE = {
    "edges": {"expe1": {"ports": {7001: {"server": "kamailio", "mutual": True}, 2222: {"server": "sshd"}}}},
    "files": {"deployment.yaml": DEPLOYMENT, "federation.yaml": {
        **DEPLOYMENT, "features": ["mra", "xmpp-federation"],
        "expressway-e": {**DEPLOYMENT["expressway-e"], "xmpp-federation-domains": ["fed.{domain}"]}},
        "acme.yaml": {**DEPLOYMENT, "features": ["mra", "acme"]}},
    "dns": {"main": {"zones": {"alerts.example": "served", "many.example": "served", "targets.example": "served"},
                     "records": {"_xmpp-server._tcp.fed.{domain} SRV": ["0 0 5269 " + EDGE + "."]}}},
}


def script_names():
    return sorted(name[:-5] for name in os.listdir(SCRIPTS) if name.endswith(".yaml"))


def load(name):
    return script_load(os.path.join(SCRIPTS, name + ".yaml"))


def alert_domains(script):
    """(domain, {name: number}): the alerts spread over domains, since one domain has only so many edges."""
    names = list(script["alerts"])
    for start in range(0, len(names), ALERTS_AT_ONCE):
        yield f"part{start}.alerts.example", {n: script["alerts"][n] for n in names[start:start + ALERTS_AT_ONCE]}


def lab_scenario():
    scenario = scenario_load("healthy")
    change = merge(CHANGE, {})
    records = change["dns"]["main"]["records"]
    for domain, alerts in alert_domains(load("alerts")):
        records[f"_collab-edge._tls.{domain} SRV"] = [f"10 10 {ALERT_PORT} a{n}.{domain}." for n in alerts.values()]
        records.update({f"a{n}.{domain} A": [f"{{net}}.4.{n + 1}"] for n in alerts.values()})
    records["_collab-edge._tls.targets.example SRV"] = [f"10 10 {ALERT_PORT} t{n}.targets.example." for n in range(TARGETS)]
    records["_collab-edge._tls.many.example SRV"] = [f"10 10 {ALERT_PORT} all.many.example."]
    records["all.many.example A"] = [f"{{net}}.5.{n + 1}" for n in range(MANY)]
    scenario["model"] = merge(merge(scenario["model"], change), {"edges": {"expe2": None}})
    scenario["model"]["dns"]["main"]["records"]["_collab-edge._tls.{domain} SRV"] = [f"10 10 8443 {EDGE}."]
    return scenario


class Bench:
    """The one lab behind all scripts, and an address for each peer."""

    def __init__(self, lab, edgeprobe, besides):
        self.lab, self.edgeprobe, self.besides = lab, edgeprobe, besides
        leaf = next(iter(lab.edges.values())).leaves[0]
        self.patience = PATIENCE * (4 if is_sanitized(edgeprobe) else 1)
        self.certificate = (leaf.sent_file, leaf.key_file)
        self.names = lab.names()
        host, _, port = self.names["resolver"].rpartition(":")
        self.real_dns = (host, int(port))

    def command(self, script, address, timeout="1"):
        names = self.names
        peer = f"{address}:{PORTS['dns']}"
        beside = f"{names['resolver']},{peer}" if script.get("beside") else peer  # the real one first
        resolver = beside if script["at"] == "dns" else names["resolver"]
        file = script.get("file") or ("deployment.yaml" if script["at"] == "ssh" else None)
        what = ["-f", self.lab.path("files", file)] if file else [script.get("domain", "example.com")]
        asked = [script["with"], f"{EDGE}:{PORTS[script['at']]}"] if "with" in script else ["check"] + what
        out = asked + ["--vantage", "lab", "--trust", names["trust"], "--resolver", resolver,
                                  "--timeout", timeout, "--deadline", "10", "--format", "json", "--no-progress"]
        if script["at"] != "dns":
            port = PORTS[script["at"]]
            out += ["--connect-to", f"{EDGE}:{ASKED.get(port, port)}:{address}:{port}"]
        return [self.edgeprobe] + patient(out)

    def peer(self, script, address):
        port = PORTS[script["at"]]
        if script["at"] == "dns":
            return DnsPeer(script, address, port, self.real_dns)
        return TcpPeer(script, address, port, self.certificate, (self.lab.address("1.1"), port))


def is_row(row, finding):
    checks = row["check"] if isinstance(row["check"], list) else [row["check"]]
    return any(expect.is_match(dict(row, check=c), finding) for c in checks)


class Besides:
    """What runs find besides what their scripts expect: {script: lines}. As the file has it, or as the runs are to write it."""

    def __init__(self, is_written):
        self.is_written, self.guard = is_written, threading.Lock()
        self.lines = {}
        if os.path.exists(BESIDES):
            with open(BESIDES, encoding="utf-8") as text:
                for line in text:
                    name, _, told = line.rstrip("\n").partition("\t")
                    self.lines.setdefault(name, set()).add(told)

    def compare(self, name, expected, findings):
        found = {self.told(f) for f in findings if f["status"] in expect.LOUD and not any(is_row(row, f) for row in expected)}
        if self.is_written:
            with self.guard:
                self.lines[name] = found
            return []
        wanted = self.lines.get(name, set())
        return [f"besides: + {line}" for line in sorted(found - wanted)] + [f"besides: - {line}" for line in sorted(wanted - found)]

    @staticmethod
    def told(finding):
        cause = "/" + finding["cause"] if finding.get("cause") else ""
        return re.sub(r"\b127(\.\d+){3}\b", "ADDRESS", f"{finding['status']} {finding['check']}{cause} {finding['subject']}")

    def write(self):
        if not self.is_written:
            return
        with open(BESIDES, "w", encoding="utf-8") as out:
            out.writelines(f"{name}\t{line}\n" for name in sorted(self.lines) for line in sorted(self.lines[name]))


def judge(run, expected, status, within, name=None, besides=None):
    """The problems. `name` is the script whose report this is, `besides` knows what else it finds."""
    problems = run.trouble()
    if run.seconds > within:
        problems.append(f"took {run.seconds:.1f} s, at most {within:.1f} were allowed")
    if run.status not in (0, 1, 2, 3):
        problems.append(f"exit status {run.status}")
    if status is not None and run.status != status:
        problems.append(f"exit status {run.status}, wanted {status}")
    try:
        report = json.loads(run.out)
    except ValueError:
        return problems + [f"no JSON (status {run.status}): {run.err.strip()[:300]}"]
    if name is not None:
        hand_over("peers", name, report)
    problems += expect.invariants(report, run.status) + expect.validate(report, PROJECT)
    for row in expected:
        if not any(is_row(row, f) for f in report["findings"]):
            near = [expect.text_of(f) for f in report["findings"]
                    if f["check"] in row["check"] and f["subject"] == row["subject"]]
            problems.append("- " + expect.text_of(row) + "".join("\n    there is " + n for n in near))
    if besides is not None:
        problems += besides.compare(name, expected, report["findings"])
    if "\x1b" in run.out or "\x07" in run.out:
        problems.append("a control character from the network stands in the report")
    return problems


def try_alerts(bench, script):
    peers = []
    try:
        for number in script["alerts"].values():
            steps = json.loads(json.dumps(script["steps"]).replace("{alert}", f"{number:02x}"))
            peers.append(TcpPeer(dict(script, steps=steps), bench.lab.address(f"4.{number + 1}"), ALERT_PORT))
        return [p for domain, alerts in alert_domains(script) for p in try_alert_domain(bench, domain, alerts)]
    finally:
        for peer in peers:
            peer.stop()


def try_alert_domain(bench, domain, alerts):
    names = bench.names
    run = Run([bench.edgeprobe, "check", domain, "--vantage", "lab", "--trust", names["trust"], "--resolver",
               names["resolver"], "--timeout", "1", "--deadline", "20", "--format", "json", "--no-progress"])
    expected = [{"check": "tls.handshake", "subject": f"a{n}.{domain}:{ALERT_PORT}", "status": "fail",
                 "cause": f"alert-{name}" if n else ["alert-close-notify", "closed"]}
                for name, n in alerts.items()]
    return judge(run, expected, 2, WITHIN * bench.patience)


def try_script(bench, name, number):
    script = load(name)
    if "alerts" in script:
        return try_alerts(bench, script)
    problems = play_script(bench, script, name, number)
    # one second for a handshake is little on a busy machine: what only comes once is no finding of this peer
    return play_script(bench, script, name, number) if problems and all(p.startswith("besides:") for p in problems) else problems


def play_script(bench, script, name, number):
    address = bench.lab.address(f"3.{number + 1}")
    peer = bench.peer(script, address)
    try:
        run = Run(bench.command(script, address, str(script.get("timeout", 1))))
    finally:
        peer.stop()
    within = script.get("within", WITHIN) * bench.patience
    return judge(run, script["expected"], script.get("exit"), within, name, bench.besides)


SHARED = {"shared-dns-answers": dns_scripts, "shared-sip-torture": sip_scripts}


def try_shared(bench, name):
    """Every file of a collection, one after the other: whatever it says, the run ends well and in time."""
    problems = []
    wanted = {"dns": "dns.collab-edge-srv", "sip": "sip.options"}
    scripts = SHARED[name]()
    if not scripts:
        return ["no file is there"]
    for i, script in enumerate(scripts):
        address = bench.lab.address(f"{10 + i // 200 + 10 * (script['at'] == 'sip')}.{i % 200 + 1}")
        peer = bench.peer(script, address)
        try:
            run = Run(bench.command(script, address, "0.2"), counts=False)
        finally:
            peer.stop()
        found = judge(run, [], None, WITHIN * bench.patience)
        if not found and wanted[script["at"]] not in run.out:
            found = [f"no {wanted[script['at']]} in the report"]
        problems += [f"{script['name']}: {p}" for p in found]
    return problems[:20]


def try_named(bench, name, number):
    if name not in SHARED:
        return try_script(bench, name, number)
    return try_shared(bench, name)


def try_memory(edgeprobe):
    """The hungriest child of all runs: no peer may make us keep what it sends."""
    if is_sanitized(edgeprobe):
        raise Skipped("the sanitizer's own need hides it")
    mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [f"{mib:.0f} MiB, at most {MEMORY_MIB} were allowed"] if mib > MEMORY_MIB else []


def main():
    known = sorted(SHARED) + script_names()
    arguments = command_line("Run edgeprobe against scripted peers that misbehave.", jobs=6, known=known, more=[VERBOSE, UPDATE])
    names = arguments.names or known
    besides = Besides(arguments.update)
    try:
        with Lab(lab_scenario(), keys_for_run()) as lab:
            bench = Bench(lab, arguments.edgeprobe, besides)
            tests = [(name, lambda n=name, i=i: try_named(bench, n, i)) for i, name in enumerate(names)]
            results = run_each(tests, arguments.jobs, arguments.verbose)
            besides.write()
    except servers.Missing as missing:
        return skip_all(missing, len(names))
    return tally(results + [attempt("memory", lambda: try_memory(arguments.edgeprobe))])


if __name__ == "__main__":
    run_main(main)
