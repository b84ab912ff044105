"""One round over many targets: lists, order, limits, changes, and what may happen in the middle."""

import datetime
import json
import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

import scale

BAD = 3
PATIENCE = 60
DOCS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "docs", "monitoring")


def doc(name):
    with open(os.path.join(DOCS, name), encoding="utf-8") as text:
        return text.read()


class Ran:
    """A finished run: status, out, err."""

    def __init__(self, place, arguments, lab=None, **more):
        lab = lab or place.good
        done = subprocess.run([place.edgeprobe, "monitor"] + arguments + (place.options(lab) if lab != "none" else []),
                              capture_output=True, timeout=PATIENCE, text=True, **more)
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def targets_write(folder, text, name="targets.yaml"):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def names_of(count):
    return "targets:\n" + "".join(f"  - {{domain: example.com, name: t{i}}}\n" for i in range(count))


def expect(problems, holds, words):
    if not holds:
        problems.append(words)


def integrity(problems, path):
    with sqlite3.connect(path) as db:
        said = db.execute("PRAGMA integrity_check").fetchall()
    expect(problems, said == [("ok",)], f"the database is damaged: {said[:3]}")


# ---- lists ----

BAD_ENTRIES = """defaults: {timeout: 3}
targets:
  - {domain: example.com}
  - {domain: example.com, name: wrong option, warn-days: soon}
  - {domain: example.com, name: no trust, trust: none.pem}
  - {name: nothing}
  - {domain: example.com, name: not ours, output: x}
  - {domain: "ex ample.com"}
  - {zone: {peer-address: expe1.example.com, type: sideways}, name: odd zone}
  - {endpoint: "expe1.example.com:8443", name: port}
  - {endpoint: "expe1.example.com:8443", name: wrong name, expect-name: other.example.org}
  - {deployment: none.yaml}
"""


def a_bad_entry_spoils_no_other(place, folder):
    problems, path = [], targets_write(folder, BAD_ENTRIES)
    run = Ran(place, ["-f", path, "--format", "ndjson"])
    lines = run.lines()
    told = {line["name"]: line for line in lines if line["type"] == "target"}
    summary = lines[-1]
    expect(problems, run.status == 2, f"status {run.status}, wanted 2: one fails")
    expect(problems, summary == {**summary, "type": "summary", "targets": 10, "pass": 2, "fail": 1, "not_run": 7}, f"{summary}")
    expect(problems, told["example.com"]["status"] == "pass" and told["port"]["status"] == "pass", "the good ones are not good")
    expect(problems, told["wrong name"]["status"] == "fail", "a wrong name is good")
    for name, line, words in (("wrong option", 4, "--warn-days"), ("no trust", 5, "none.pem"), ("nothing", 6, "wanted domain"),
                              ("not ours", 7, "output"), ("ex ample.com", 8, "space"), ("odd zone", 9, "--type"),
                              ("none.yaml", 12, "none.yaml")):
        found = [e for e in run.err.splitlines() if f"targets.yaml:{line}:" in e and words in e]
        expect(problems, len(found) == 1, f"{name}: line {line} is not named: {run.err}")
    expect(problems, run.err.count("\n") == 7, f"stderr: {run.err}")
    broken = Ran(place, ["-f", path], lab=place.broken)
    expect(problems, broken.status == 2, f"beside a failure: status {broken.status}")
    return problems


def lists_of_every_kind(place, folder):
    problems = []
    run = Ran(place, ["-", "--format", "ndjson"], input="\ufeffexample.com\r\n# no\r\n\nexample.com\nother.example # REFUSED\n")
    names = sorted(line["name"] for line in run.lines() if line["type"] == "target")
    expect(problems, names == ["example.com", "other.example"], f"from stdin: {names}")
    os.makedirs(os.path.join(folder, "sites"))
    for site in ("a", "b"):
        targets_write(folder, "domains: [example.com]\n", f"sites/{site}.yaml")
    run = Ran(place, [os.path.join(folder, "sites"), "--format", "ndjson"])
    lines = run.lines()
    expect(problems, run.status == 0 and sorted(x["name"] for x in lines[:-1]) == ["a.yaml", "b.yaml"], f"folder: {lines}")
    run = Ran(place, ["-f", os.path.join(folder, "sites/a.yaml")])
    expect(problems, run.status == 0 and "1 target: 1 pass" in run.out, f"one deployment: {run.status} {run.out}{run.err}")
    empty = os.path.join(folder, "empty")
    os.makedirs(empty)
    for arguments, words in ((["-f", "/none.yaml"], "/none.yaml"), (["-f", empty], "no deployment"), ([], "-f FILE"),
                             (["a", "b"], "too much"), (["-", "--confirm", "2"], "--changes"),
                             (["-f", targets_write(folder, "targets: {a: b}\n")], "targets.yaml:1:"),
                             (["-", "--jobs", "0"], "--jobs"), (["-", "--rate", "fast"], "--rate"),
                             (["--history", "x"], "--changes"), (["-", "--format", "yaml"], "--format"),
                             (["--listen", ":1"], "-f FILE"), (["-", "--save", "x"], "--save"), (["-"], "no targets"),
                             (["-f", targets_write(folder, "targets: []\n", "none.yaml")], "none.yaml: no targets")):
        run = Ran(place, arguments, lab="none", input="")
        expect(problems, run.status == BAD and words in run.err and run.err.count("\n") == 1 and not run.out,
               f"{arguments}: {run.status} {run.err}")
    return problems


def bad_entries_of_one_host_hold_nobody_up(place, folder):
    """Whatever the order: an entry that cannot be begun does not keep the place that it was called to."""
    good = "".join(f"  - {{endpoint: '127.0.0.1:1', name: g{i}}}\n" for i in range(3))
    bad = "".join(f"  - {{endpoint: '127.0.0.1:1', name: b{i}, bogus: 1}}\n" for i in range(2))
    path, problems = targets_write(folder, "targets:\n" + good + bad), []
    for seed in range(1, 7):
        run = Ran(place, ["-f", path, "--format", "ndjson", "--seed", str(seed)], lab="none")
        counted = [line["status"] for line in run.lines() if line["type"] == "target" and line["name"].startswith("g")]
        expect(problems, counted == ["fail"] * 3, f"seed {seed}: {counted} {run.err}")
    return problems


def the_nearer_option_wins(place, folder):
    """Expiry within warn-days: each entry's word over the command line's over the defaults'."""
    path = targets_write(folder, "defaults: {warn-days: 4000}\ntargets:\n  - {domain: example.com}\n"
                         "  - {domain: example.com, name: own, warn-days: 2}\n")
    problems = []
    for given, wanted in (([], {"example.com": "warn", "own": "pass"}),
                          (["-w", "1"], {"example.com": "pass", "own": "pass"}),
                          (["-w", "3000"], {"example.com": "warn", "own": "pass"})):
        run = Ran(place, ["-f", path, "--format", "ndjson"] + given)
        told = {line["name"]: line["status"] for line in run.lines()[:-1]}
        expect(problems, told == wanted, f"{given}: {told}")
    return problems


def order_and_pace(place, folder):
    path, problems, orders = targets_write(folder, "targets:\n" + "".join(f"  - {{domain: d{i}.example}}\n" for i in range(30))), [], []
    for seed in ("1", "1", "2"):
        run = Ran(place, ["-f", path, "--seed", seed, "--jobs", "1", "--format", "ndjson"])
        orders.append([line["name"] for line in run.lines()[:-1]])
    expect(problems, orders[0] == orders[1], "one seed gives two orders")
    expect(problems, orders[0] != orders[2] and sorted(orders[0]) == sorted(orders[2]), "two seeds give one order")
    expect(problems, orders[0] != sorted(orders[0], key=lambda n: int(n[1:-8])), "the order is that of the file")
    run = Ran(place, ["-f", path, "--rate", "20", "--format", "ndjson"])
    took = run.lines()[-1]["duration_ms"]
    expect(problems, took >= 29 * 50, f"30 targets at 20 a second took {took} ms")
    run = Ran(place, ["-f", path, "--rate", "1", "--within", "0.3", "--format", "ndjson"])
    summary = run.lines()[-1]
    expect(problems, summary["not_run"] == 29 and summary["targets"] == 30 and len(run.lines()) == 31, f"--within: {summary}")
    return problems


class Gate:
    """with Gate() as gate: a server that keeps every connection until so many stand at once, or a moment has passed without
    another, and remembers the most that stood. They end with bytes that are no TLS."""

    def __init__(self, holds=3):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port, self.holds, self.most, self.all = self.socket.getsockname()[1], holds, 0, 0
        threading.Thread(target=self.serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def serve(self):
        standing = []
        while True:
            self.socket.settimeout(0.1 if standing else None)
            try:
                standing.append(self.socket.accept()[0])
                self.all += 1
                self.most = max(self.most, len(standing))
            except socket.timeout:
                for s in standing:
                    s.sendall(b"220 no TLS here\r\n")
                    s.close()
                standing = []
            except OSError:
                return


def polite_to_one_address(place, folder):
    """Many names, one address: never more connections at once than allowed, and as many as that."""
    problems = []
    for most, given in ((3, ["--per-address", "3"]), (16, [])):
        with Gate() as gate:
            path = targets_write(folder, "targets:\n" + "".join(
                f"  - {{endpoint: 'e{i}.example:{gate.port}', connect-to: 'e{i}.example:{gate.port}:127.0.0.1:{gate.port}'}}\n" for i in range(24)))
            run = Ran(place, ["-f", path, "--format", "ndjson", "--no-revocation"] + given)
            summary = run.lines()[-1]
            expect(problems, summary["fail"] == 24 and gate.all >= 24, f"{summary} {run.err[:200]}, {gate.all} connections")
            expect(problems, gate.most == most, f"{given}: {gate.most} connections at once, wanted {most}")
    with Gate() as gate:  # and of one host never more than two targets at a time
        path = targets_write(folder, "targets:\n" + "".join(
            f"  - {{endpoint: 'e.example:{gate.port}', name: t{i}, connect-to: 'e.example:{gate.port}:127.0.0.1:{gate.port}'}}\n" for i in range(6)))
        summary = Ran(place, ["-f", path, "--format", "ndjson", "--no-revocation"]).lines()[-1]
        expect(problems, summary["fail"] == 6 and gate.most == 2, f"one host: {summary}, {gate.most} at once, wanted 2")
    run = Ran(place, ["-", "--per-address", "0"], lab="none", input="")
    expect(problems, run.status == BAD and "--per-address" in run.err, f"--per-address 0: {run.status} {run.err}")
    return problems


def nobody_waits_for_the_silent(place, folder):
    """An address that answers nothing, two turns, twelve targets of four seconds: in line, most would run out of time."""
    problems, clients = [], []
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        port = silent.getsockname()[1]
        for _ in range(3):  # fill its queue: from then on it drops what comes
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", port))
            clients.append(s)
        path = targets_write(folder, "targets:\n" + "".join(
            f"  - {{endpoint: 'e{i}.example:{port}', connect-to: 'e{i}.example:{port}:127.0.0.1:{port}', timeout: 1}}\n" for i in range(12)))
        run = Ran(place, ["-f", path, "--format", "ndjson", "--per-address", "2", "-t", "4"])
        for line in run.lines()[:-1]:
            causes = [(f["check"], f["cause"]) for f in line["findings"]]
            expect(problems, ("net.connect", "timeout") in causes, f"{line['name']}: {causes}")
        for s in clients:
            s.close()
    return problems


def two_hundred_targets(place, folder):
    """Names, addresses and certificates of their own: all good, told as they come, in memory that does not grow with them."""
    problems, rows = [], {}
    with tempfile.TemporaryDirectory(prefix="edgeprobe-scale-") as own, scale.Farm(own, 200, addresses=50, key="ecdsa") as farm:
        for count in (40, 200):
            row = rows[count] = scale.Row(farm.command(place.edgeprobe, count, 8))
            expect(problems, row.summary["pass"] == count, f"{count} targets: {row.summary}")
    growth = (rows[200].mib or 0) - (rows[40].mib or 0)
    expect(problems, growth < 3, f"{rows[40].mib} MiB with 40 targets, {rows[200].mib} with 200")
    return problems


# ---- formats ----

def formats_of_many(place, folder):
    path, problems = targets_write(folder, BAD_ENTRIES), []
    texts = {form: Ran(place, ["-f", path, "--format", form], lab=place.broken)
             for form in ("text", "json", "ndjson", "markdown", "html", "nagios", "prometheus", "junit")}
    for form, run in texts.items():
        expect(problems, run.status == 2 and run.out, f"{form}: status {run.status}")
    whole = json.loads(texts["json"].out)
    expect(problems, whole["schema"] == "edgeprobe.monitor/1" and len(whole["targets"]) == 10 and whole["summary"]["fail"] == 3,
           "json: not what was told")
    first = texts["nagios"].out.splitlines()[0]
    expect(problems, first.startswith("EDGEPROBE CRITICAL - 10 targets: ") and " | pass=0;;;0 warn=0;0;;0 " in first, f"nagios: {first}")
    expect(problems, 'edgeprobe_status{target="example.com"} 2' in texts["prometheus"].out
           and 'edgeprobe_targets{status="not_run"} 7' in texts["prometheus"].out, "prometheus: series are missing")
    for program, form in ((["promtool", "check", "metrics"], "prometheus"), (["xmllint", "--noout", "-"], "junit")):
        try:
            done = subprocess.run(program, input=texts[form].out, capture_output=True, text=True, timeout=PATIENCE)
            expect(problems, done.returncode == 0 and not done.stderr, f"{form}: {done.stderr[:300]}")
        except FileNotFoundError:
            pass  # tests/formats says that it is not there
    expect(problems, texts["junit"].out.count("<testsuite ") == 10, "junit: a suite a target")
    output = os.path.join(folder, "edgeprobe.prom")
    run = Ran(place, ["-f", path, "--format", "prometheus", "-o", output], lab=place.broken)
    with open(output, encoding="utf-8") as text:
        expect(problems, text.read().count("edgeprobe_status{") == 3 and not run.out, "-o: not what was told")
    full = Ran(place, ["-f", path, "--format", "ndjson", "-o", "/dev/full"])
    expect(problems, full.status == BAD and "/dev/full" in full.err, f"a full disk: {full.status} {full.err}")
    return problems


# ---- changes ----

def what_is_about_to_end(place, folder):
    """The day on which a certificate enters the last thirty of its days, and that on which it enters the last seven, are told once."""
    problems, state = [], os.path.join(folder, "state.db")
    path = targets_write(folder, "targets:\n  - {domain: example.com, no-revocation: true}\n")
    seen = subprocess.run([place.edgeprobe, "check", "example.com", "--no-revocation", "--format", "json"] + place.options(place.good),
                          capture_output=True, timeout=PATIENCE, text=True).stdout
    ends = min(c["not_after"] for e in json.loads(seen)["evidence"]["endpoints"] for c in e["chain"][:1])
    day = datetime.datetime.fromisoformat(ends.replace("Z", "+00:00"))
    for before, status, words in ((100, 0, ""), (99, 0, ""), (29, 1, "example.com: new: cert.validity/"), (28, 0, ""), (6, 2, "example.com: worse: cert.validity/"),
                                  (5, 0, ""), (-1, 2, "cert.validity/expired")):
        at = (day - datetime.timedelta(days=before)).strftime("%Y-%m-%dT%H:%M:%SZ")
        ran = Ran(place, ["-f", path, "--changes", state, "--at", at])
        expect(problems, ran.status == status and bool(ran.out) == bool(words) and words in ran.out, f"{before} days before: {ran.status} {ran.out[:200]!r} {ran.err}")
    return problems


def changes_are_told_once(place, folder):
    problems, state = [], os.path.join(folder, "state.db")
    path = targets_write(folder, "targets:\n  - {domain: example.com}\n")
    run = ["-f", path, "--changes", state]
    steps = ((place.good, 0, 0, ""), (place.good, 0, 0, ""), (place.broken, 2, 1, "example.com: new: name.mra-domain/no-match "),
             (place.broken, 0, 0, ""), (place.good, 0, 1, "example.com: better: name.mra-domain/no-match "), (place.good, 0, 0, ""))
    for number, (lab, status, speaks, words) in enumerate(steps):
        ran = Ran(place, run, lab=lab)
        expect(problems, ran.status == status and not ran.err, f"step {number}: status {ran.status}, wanted {status} {ran.err}")
        expect(problems, bool(ran.out) == bool(speaks) and words in ran.out, f"step {number} says {ran.out[:300]!r}")
        for line in ran.out.splitlines():
            expect(problems, re.match(r"example\.com: (new|worse|better|gone): [a-z.-]+(/[a-z0-9-]+)? \S.*: \S", line), f"odd line {line!r}")
    history = Ran(place, ["--history", "example.com", "--changes", state], lab="none")
    expect(problems, history.status == 0 and " new: name.mra-domain" in history.out and " better: name.mra-domain" in history.out,
           f"history: {history.out[:300]}{history.err}")
    ran = Ran(place, ["--history", "nobody", "--changes", state], lab="none")
    expect(problems, ran.status == BAD and "nobody" in ran.err, f"history of nobody: {ran.status}")
    Ran(place, run, lab=place.broken)
    lines = Ran(place, run + ["--format", "ndjson"]).lines()
    expect(problems, {c["change"] for c in lines[0]["changes"]} == {"better"}, f"ndjson: {lines[0].get('changes')}")
    integrity(problems, state)
    return problems


def what_no_connection_shows_is_not_mended(place, folder):
    """An edge that goes away takes no fault of its certificate with it: one line when it goes, one when it is back."""
    problems, state = [], os.path.join(folder, "state.db")
    path = targets_write(folder, "targets:\n  - {endpoint: 'expe1.example.com:8443', name: e}\n")
    for more, told in (([], ["new"]), (["--connect-to", "expe1.example.com:8443:127.0.0.1:1"], ["new: net.connect"]), ([], ["better: net.connect"])):
        ran = Ran(place, ["-f", path, "--changes", state] + more, lab=place.broken)
        lines = ran.out.splitlines()
        expect(problems, lines and all(any(line.startswith("e: " + t) for t in told) for line in lines), f"{more}: {lines}")
    return problems


def flapping_is_held_back(place, folder):
    problems, state = [], os.path.join(folder, "state.db")
    run = ["-f", targets_write(folder, "targets:\n  - {domain: example.com}\n"), "--changes", state, "--confirm", "2"]
    for number, (lab, speaks) in enumerate(((place.good, 0), (place.broken, 0), (place.good, 0), (place.broken, 0), (place.broken, 1),
                                            (place.good, 0), (place.broken, 0), (place.good, 0), (place.good, 1))):
        ran = Ran(place, run, lab=lab)
        expect(problems, bool(ran.out) == bool(speaks), f"step {number} says {ran.out[:200]!r}")
    return problems


def a_target_that_went(place, folder):
    problems, state = [], os.path.join(folder, "state.db")
    path = targets_write(folder, names_of(2))
    Ran(place, ["-f", path, "--changes", state])
    targets_write(folder, names_of(1) + "  - {name: unreadable}\n")
    ran = Ran(place, ["-f", path, "--changes", state])
    expect(problems, not ran.out and ran.status == BAD, f"forgotten although an entry could not be read: {ran.out}")
    targets_write(folder, names_of(1))
    ran = Ran(place, ["-f", path, "--changes", state])
    expect(problems, ran.out.startswith("t1: gone: - t1: ") and ran.out.count("\n") == 1 and ran.status == 0, f"{ran.status} {ran.out!r}")
    ran = Ran(place, ["-f", path, "--changes", state])
    expect(problems, not ran.out, "it is told twice that a target went")
    return problems


def databases_that_are_not_ours(place, folder):
    problems, path = [], targets_write(folder, "targets:\n  - {domain: example.com}\n")
    damaged = os.path.join(folder, "damaged.db")
    Ran(place, ["-f", path, "--changes", damaged], lab=place.broken)
    with open(damaged, "r+b") as file:
        file.seek(100)
        file.write(b"\xa5" * 20000)
    ran = Ran(place, ["-f", path, "--changes", damaged], lab=place.broken)
    aside = [name for name in os.listdir(folder) if name.startswith("damaged.db.damaged-")]
    expect(problems, ran.status == 2 and "set aside" in ran.err and len(aside) == 1 and "new:" in ran.out, f"{ran.status} {ran.err} {aside}")
    newer, foreign = os.path.join(folder, "newer.db"), os.path.join(folder, "foreign.db")
    Ran(place, ["-f", path, "--changes", newer])
    for name, words, says in ((newer, "PRAGMA user_version = 99", "newer"), (foreign, "CREATE TABLE mine (x)", "no database of edgeprobe")):
        with sqlite3.connect(name) as db:
            db.execute(words)
        db.close()
        with open(name, "rb") as file:
            before = file.read()
        ran = Ran(place, ["-f", path, "--changes", name])
        with open(name, "rb") as file:
            expect(problems, file.read() == before, f"{name} was touched")
        expect(problems, ran.status == BAD and says in ran.err and not ran.out, f"{ran.status} {ran.err}")
    ran = Ran(place, ["--history", "example.com", "--changes", os.path.join(folder, "none.db")], lab="none")
    expect(problems, ran.status == BAD and ran.err.count("\n") == 1 and not os.path.exists(os.path.join(folder, "none.db")),
           f"history of no database: {ran.status} {ran.err}")
    ran = Ran(place, ["-f", path, "--changes", path])
    expect(problems, ran.status == BAD and "no database" in ran.err, f"the list as database: {ran.err}")
    return problems


def several_runs_at_once(place, folder):
    """Each change is told by exactly one of them."""
    problems, state = [], os.path.join(folder, "state.db")
    path = targets_write(folder, names_of(6))
    alone = Ran(place, ["-f", path, "--changes", os.path.join(folder, "alone.db")], lab=place.broken).out
    processes = [subprocess.Popen([place.edgeprobe, "monitor", "-f", path, "--changes", state] + place.options(place.broken),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(5)]
    told = []
    for process in processes:
        out, err = process.communicate(timeout=PATIENCE)
        told += out.splitlines()
        expect(problems, not err, f"one of them says {err}")
    expect(problems, sorted(told) == sorted(alone.splitlines()), f"{len(told)} changes told, {len(alone.splitlines())} there are")
    integrity(problems, state)
    return problems


# ---- faults ----

def has_begun(process):
    """A report under way is a file without a name (facts/replace.h)."""
    until, fds = time.monotonic() + PATIENCE, f"/proc/{process.pid}/fd"
    while process.poll() is None and time.monotonic() < until:
        for fd in os.listdir(fds):
            try:
                if os.readlink(os.path.join(fds, fd)).startswith("/memfd:"):
                    return True
            except OSError:
                pass  # closed again
        time.sleep(0.001)
    return False


def killed_in_the_middle(place, folder):
    """kill -9 as soon as something was told: what was not told comes in the next run."""
    problems, state, told = [], os.path.join(folder, "state.db"), set()
    path = targets_write(folder, names_of(5))
    whole = set(Ran(place, ["-f", path, "--changes", os.path.join(folder, "whole.db")], lab=place.broken).out.splitlines())
    for number in range(4):
        process = subprocess.Popen([place.edgeprobe, "monitor", "-f", path, "--changes", state, "--jobs", "1"]
                                   + place.options(place.broken), stdout=subprocess.PIPE, text=True)
        told.add(process.stdout.readline().rstrip("\n"))
        process.kill()
        told.update(line.rstrip("\n") for line in process.stdout if line.endswith("\n"))
        process.wait(timeout=PATIENCE)
    told.discard("")
    told.update(Ran(place, ["-f", path, "--changes", state], lab=place.broken).out.splitlines())
    expect(problems, told == whole, f"lost: {sorted(whole - told)[:3]}, invented: {sorted(told - whole)[:3]}")
    expect(problems, not Ran(place, ["-f", path, "--changes", state], lab=place.broken).out, "told again")
    integrity(problems, state)
    output = os.path.join(folder, "out.ndjson")
    process = subprocess.Popen([place.edgeprobe, "monitor", "-f", path, "-o", output, "--jobs", "1", "--rate", "5", "--changes", state,
                                "--format", "ndjson"] + place.options(place.good), stderr=subprocess.DEVNULL)
    expect(problems, has_begun(process), "it never began to write")
    process.kill()
    process.wait(timeout=PATIENCE)
    expect(problems, not os.path.exists(output), "half a report has the name of a whole one")
    ran = Ran(place, ["-f", path, "--changes", state])
    expect(problems, {line.split(":")[0] for line in ran.out.splitlines()} == {f"t{i}" for i in range(5)},
           "changes of a report that never came to be are lost")
    return problems


def no_room_for_the_database(place, folder):
    """A file size limit stands for the full disk: the write fails, and everything is told again."""
    problems, state = [], os.path.join(folder, "state.db")
    path = targets_write(folder, names_of(14))
    Ran(place, ["-f", targets_write(folder, names_of(1), "one.yaml"), "--changes", state])

    def small():
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))
    ran = Ran(place, ["-f", path, "--changes", state], lab=place.broken, preexec_fn=small)
    expect(problems, ran.status == BAD and "--changes:" in ran.err and ran.err.count("\n") == 1, f"status {ran.status} {ran.err[:200]}")
    integrity(problems, state)
    first = set(ran.out.splitlines())
    again = set(Ran(place, ["-f", path, "--changes", state], lab=place.broken).out.splitlines())
    whole = set(Ran(place, ["-f", path, "--changes", os.path.join(folder, "whole.db")], lab=place.broken).out.splitlines())
    expect(problems, first | again == whole, f"lost: {sorted(whole - first - again)[:3]}")
    return problems


def sixty_four_descriptors(place, folder):
    def few():
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    path = targets_write(folder, "targets:\n" + "".join(f"  - {{deployment: d.yaml, name: t{i}}}\n" for i in range(6)))
    targets_write(folder, "domains: [example.com]\n", "d.yaml")
    ran = Ran(place, ["-f", path, "--format", "ndjson", "--jobs", "64"], preexec_fn=few)
    summary = ran.lines()[-1]
    return [] if summary["pass"] == 6 else [f"{summary} {ran.err[:300]} {ran.out[:300]}"]


def rest_of(process, first):
    """(lines, stderr) after the first line was read: communicate() would lose what was read ahead of it."""
    rest, err = process.stdout.read(), process.stderr.read()
    process.wait(timeout=PATIENCE)
    return [json.loads(line) for line in (first + rest).splitlines()], err


def ended_by_sigterm(place, folder):
    """What runs comes to its end, what waits is counted, the report is whole."""
    problems, path = [], targets_write(folder, names_of(40))
    process = subprocess.Popen([place.edgeprobe, "monitor", "-f", path, "--jobs", "2", "--format", "ndjson"] + place.options(place.good),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    lines, err = rest_of(process, first)
    summary = lines[-1]
    ran = [line for line in lines[:-1] if line["status"] != "not_run"]
    expect(problems, summary["type"] == "summary" and len(lines) == 41, f"{len(lines)} lines, the last {summary}")
    expect(problems, summary["not_run"] == 40 - len(ran) and 1 <= len(ran) < 40, f"{summary}, {len(ran)} ran")
    expect(problems, all(line["status"] == "pass" for line in ran), "a target that ran was cut short")
    expect(problems, process.returncode == BAD and not err, f"status {process.returncode} {err}")
    return problems


class Relay:
    """DNS that goes silent after so many questions."""

    def __init__(self, to, answers):
        self.to, self.left = to, answers
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                question, who = self.socket.recvfrom(4096)
            except OSError:
                return
            if self.left <= 0:
                continue
            self.left -= 1
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.settimeout(5)
                out.sendto(question, self.to)
                self.socket.sendto(out.recv(4096), who)


def the_resolver_dies(place, folder):
    problems, path = [], targets_write(folder, names_of(20))
    options = place.options(place.good)
    host, port = options[options.index("--resolver") + 1].split(":")
    relay = Relay((host, int(port)), 60)
    options[options.index("--resolver") + 1] = relay.address
    done = subprocess.run([place.edgeprobe, "monitor", "-f", path, "--format", "ndjson", "--jobs", "4"] + options + ["--timeout", "0.5", "-t", "3"],
                          capture_output=True, text=True, timeout=PATIENCE)
    relay.socket.close()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    summary = lines[-1]
    expect(problems, len(lines) == 21 and summary["type"] == "summary", f"{len(lines)} lines, the last {lines[-1]}")
    expect(problems, summary["pass"] > 0 and summary["fail"] + summary["unknown"] > 0, f"{summary}")
    expect(problems, done.returncode in (2, BAD), f"status {done.returncode}")
    failing = [line for line in lines[:-1] if line["status"] != "pass"]
    blaming = [line for line in failing if any(f["check"].startswith("dns.") for f in line["findings"])]
    expect(problems, blaming, f"nobody blames DNS: {[line['findings'] for line in failing]}")
    for line in failing:  # half a second can pass on a busy machine before an edge has answered: then that is what is told
        expect(problems, line in blaming or any(f["cause"] in ("no-answer", "timeout") for f in line["findings"]),
               f"{line['name']} blames neither DNS nor silence: {[(f['check'], f['cause'], f['subject']) for f in line['findings']]}")
    return problems


def the_clock_jumps(place, folder):
    """Back and forth, with nothing changed: nothing is told."""
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
    if not os.path.exists(library):
        return "no libfaketime"
    problems, state = [], os.path.join(folder, "state.db")
    path = targets_write(folder, "targets:\n  - {domain: example.com, at: 2026-12-01T00:00:00Z, name: x}\n")
    for jump in ("+0", "-2d", "+3d", "-400d", "+0"):
        ran = Ran(place, ["-f", path, "--changes", state], lab=place.broken,
                  env={**os.environ, "LD_PRELOAD": library, "FAKETIME": jump, "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
        expect(problems, not ran.err, f"{jump}: {ran.err}")
        expect(problems, bool(ran.out) == (jump == "+0" and not problems and not os.path.exists(state + ".seen")), f"{jump} says {ran.out[:200]!r}")
        open(state + ".seen", "w").close()
    integrity(problems, state)
    return problems


def no_room_for_the_report(place, folder):
    """-o where there is no room: status 3 and the file by name, and what stood there before stays as it was. By a limit on file
    sizes, on a full device, and on a small file system where one may be made."""
    problems, path = [], targets_write(folder, names_of(30))

    def small():
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    for form in ("json", "html", "prometheus", "junit"):
        output = targets_write(folder, "as before\n", "report." + form)
        ran = Ran(place, ["-f", path, "--format", form, "-o", output], lab=place.broken, preexec_fn=small)
        expect(problems, ran.status == BAD and ran.err.count("\n") == 1, f"{form}: {ran.status} {ran.err[:200]!r}")
        with open(output, encoding="utf-8") as report:
            expect(problems, report.read() == "as before\n", f"{form}: the report before is gone")
    with open("/dev/full", "w", encoding="utf-8") as full:
        for more in ([], ["--changes", os.path.join(folder, "full.db")]):
            done = subprocess.run([place.edgeprobe, "monitor", "-f", path, "--format", "ndjson"] + more + place.options(place.good), stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
            expect(problems, done.returncode == BAD and done.stderr.count("\n") == 1 and "No space left" in done.stderr,
                   f"stdout on a full device, {more}: {done.returncode} {done.stderr}")
    mount = os.path.join(folder, "mount")
    os.makedirs(mount)
    inside = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=40k none "$0" && echo before >"$0/r" && { "$@"; echo "status $?"; cat "$0/r"; }', mount]
    done = subprocess.run(inside + [place.edgeprobe, "monitor", "-f", path, "--format", "html", "-o", os.path.join(mount, "r")]
                          + place.options(place.broken), capture_output=True, text=True, timeout=PATIENCE)
    if "status " in done.stdout:  # else nobody may mount here
        expect(problems, done.stdout == "status 3\nbefore\n" and "No space left" in done.stderr, f"a full file system: {done.stdout[:100]} {done.stderr[:300]}")
    return problems


def the_clock_jumps_in_the_middle(place, folder):
    """A year back while a round is going on: every target is told, and no duration shows it."""
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
    if not os.path.exists(library):
        return "no libfaketime"
    problems, jump = [], targets_write(folder, "+0\n", "jump")
    path = targets_write(folder, "targets:\n" + "".join(f"  - {{domain: example.com, at: 2026-12-01T00:00:00Z, name: t{i}}}\n" for i in range(8)))
    process = subprocess.Popen([place.edgeprobe, "monitor", "-f", path, "--format", "ndjson", "--jobs", "1"] + place.options(place.good),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": jump, "FAKETIME_NO_CACHE": "1",
                                    "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
    first = process.stdout.readline()
    targets_write(folder, "-400d\n", "jump")
    lines, err = rest_of(process, first)
    expect(problems, process.returncode == 0 and not err and lines[-1]["pass"] == 8, f"{process.returncode} {lines[-1]} {err}")
    expect(problems, all(0 <= line["duration_ms"] < 60000 for line in lines), f"durations: {[line['duration_ms'] for line in lines]}")
    expect(problems, len({line["started"][:4] for line in lines[:-1]}) == 2, "the clock never jumped")
    return problems


class Mute:
    """with Mute() as mute: a server that accepts and says nothing."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port, self.met, self.kept = self.socket.getsockname()[1], threading.Semaphore(0), []
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self):
        try:
            while True:
                self.kept.append(self.socket.accept()[0])
                self.met.release()
        except OSError:
            pass

    def __exit__(self, *_):
        self.socket.close()
        for s in self.kept:
            s.close()


def pending(process):
    """A signal that was sent and not taken yet."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return any(int(line.split()[1], 16) for line in status if line.startswith(("SigPnd", "ShdPnd")))


def sigterm_and_those_that_hang(place, folder):
    """What hangs ends with its deadline, or at once with a second signal; either way the report is whole and in its place."""
    problems = []
    for deadline, signals in (("2", 1), ("60", 2)):
        with Mute() as mute:
            path = targets_write(folder, "targets:\n" + "".join(
                f"  - {{endpoint: 'e{i}.example:{mute.port}', connect-to: 'e{i}.example:{mute.port}:127.0.0.1:{mute.port}'}}\n" for i in range(6)))
            output = os.path.join(folder, f"{deadline}.json")
            process = subprocess.Popen([place.edgeprobe, "monitor", "-f", path, "--jobs", "3", "--format", "json", "-o", output] + place.options(place.good)
                                       + ["-t", deadline, "--timeout", "60"], stderr=subprocess.PIPE, text=True)
            for _ in range(3):  # until all three hang
                expect(problems, mute.met.acquire(timeout=PATIENCE), "nobody came")
            process.send_signal(signal.SIGTERM)
            if signals == 2:
                while pending(process):  # two that come as one would be one
                    time.sleep(0.001)
                expect(problems, process.poll() is None and not os.path.exists(output), "it did not wait for those that run")
                process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=20)
            with open(output, encoding="utf-8") as report:
                whole = json.load(report)
            ran = [t for t in whole["targets"] if t["status"] != "not_run"]
            expect(problems, len(whole["targets"]) == 6 and len(ran) == 3 and whole["summary"]["not_run"] == 3, f"{deadline}: {whole['summary']}")
            expect(problems, process.returncode in (2, BAD) and not err, f"{deadline}: status {process.returncode} {err}")
    return problems


def progress_on_a_terminal(place, folder):
    """Counts, and the time left, on stderr alone, where that is a terminal; not else, and not with --no-progress."""
    problems, path = [], targets_write(folder, names_of(12))
    for more, speaks in (([], True), (["--no-progress"], False)):
        ours, theirs = pty.openpty()
        process = subprocess.Popen([place.edgeprobe, "monitor", "-f", path] + (["--rate", "4"] if speaks else []) + more + place.options(place.good),
                                   stdout=subprocess.PIPE, stderr=theirs, text=True)
        os.close(theirs)
        shown = b""
        try:
            while True:
                got = os.read(ours, 65536)
                if not got:
                    break
                shown += got
        except OSError:
            pass  # the other side is closed
        out, _ = process.communicate(timeout=PATIENCE)
        os.close(ours)
        text = shown.decode()
        expect(problems, "of 12 done" not in out and process.returncode == 0, f"{more}: {process.returncode} {out[:100]}")
        if speaks:
            counts = [int(n) for n in re.findall(r"(\d+) of 12 done", text)]
            expect(problems, counts and counts == sorted(counts) and re.search(r"about \d+ s left", text), f"progress: {text[-200:]!r}")
            expect(problems, text.endswith("\r\033[K"), "it does not clear its line")
        else:
            expect(problems, not text, f"--no-progress: {text[:100]!r}")
    return problems


TESTS = [("bad-entries", a_bad_entry_spoils_no_other), ("bad-of-one-host", bad_entries_of_one_host_hold_nobody_up),
         ("lists", lists_of_every_kind), ("precedence", the_nearer_option_wins),
         ("order-and-pace", order_and_pace), ("polite", polite_to_one_address), ("silent-address", nobody_waits_for_the_silent),
         ("two-hundred", two_hundred_targets), ("formats", formats_of_many), ("changes", changes_are_told_once), ("about-to-end", what_is_about_to_end),
         ("confirm", flapping_is_held_back),
         ("not-shown", what_no_connection_shows_is_not_mended), ("gone", a_target_that_went), ("databases", databases_that_are_not_ours),
         ("several-at-once", several_runs_at_once), ("killed", killed_in_the_middle), ("no-room", no_room_for_the_database),
         ("64-descriptors", sixty_four_descriptors), ("sigterm", ended_by_sigterm), ("resolver-dies", the_resolver_dies),
         ("clock", the_clock_jumps), ("clock-in-a-round", the_clock_jumps_in_the_middle), ("no-room-for-the-report", no_room_for_the_report),
         ("sigterm-hangs", sigterm_and_those_that_hang), ("progress", progress_on_a_terminal)]
