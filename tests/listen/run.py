#!/usr/bin/python3 -B
"""Does `edgeprobe listen` learn what callers show? Each row: how we listen, who dials in (openssl s_client,
Kamailio, or a few lines of Python), and what must be found. Every report is judged again by `replay`.

    run.py [--edgeprobe PATH] [TEST…]

The last line counts."""

import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
import servers  # noqa: E402
from lab import Network  # noqa: E402
from launch import PATIENCE, Run, note_run  # noqa: E402
from suite import command_line, run_each, run_main, tally  # noqa: E402
from pki import Pki, write  # noqa: E402

C_NAMES = ["expc1.example.local", "expc.example.local"]
JUDGED = ["--tls-verify-name", "expc.example.local", "--e-trust", "{dir}/trust.pem"]
SHOWN = ["--cert", "{dir}/expe.pem", "--key", "{dir}/expe.key"]
C = "expressway-c:127.0.0.1"  # what loopback connections come from
FINDS_NOTHING = {"exit": 0, "findings": []}


class Place:
    """The certificates of all tests, and an address of our own."""

    def __init__(self):
        self.network = Network()
        self.listening = {}  # by port
        self.address = self.network.prefix + ".7.1"
        self.dir = tempfile.mkdtemp(prefix="edgeprobe-listen-")
        self.pki = Pki()
        self.leaf("expe", "expe1.example.com", names=["expe1.example.com"])
        self.leaf("expc", "expc1.example.local", names=C_NAMES)
        self.leaf("expc-alone", "expc1.example.local", names=C_NAMES, send=[])
        self.leaf("expc-server-only", "expc1.example.local", names=C_NAMES, eku=["server"])
        self.leaf("expc-other-name", "expc9.example.local", names=["expc9.example.local"])
        self.leaf("expc-expired", "expc1.example.local", names=C_NAMES, not_after="-2d", not_before="-400d")
        self.leaf("expc-rsa", "expc1.example.local", names=C_NAMES, key="rsa")
        self.leaf("expc-stranger", "expc1.example.local", names=C_NAMES, issuer="stranger")
        for name, bundle in (("root", ["root-ec"]), ("trust", ["root-ec", "issuing-ec"]), ("trust-rsa", ["root", "issuing"]), ("stranger", ["stranger-ec"])):
            write(f"{self.dir}/{name}.pem", self.pki.bundle(bundle), 0o644)
        write(f"{self.dir}/empty.pem", "", 0o644)
        encrypt = ["openssl", "pkey", "-aes256", "-passout", "pass:secret", "-in", f"{self.dir}/expe.key",
                   "-out", f"{self.dir}/expe-encrypted.key"]
        subprocess.run(encrypt, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.chmod(self.dir, 0o755)

    def leaf(self, name, host, **spec):
        leaf = self.pki.leaf(host, {"key": "ecdsa", **spec})
        write(f"{self.dir}/{name}.pem", leaf.sent_pem, 0o644)
        write(f"{self.dir}/{name}.key", leaf.key_pem, 0o644)

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)
        self.network.close()


class Listening:
    """One edgeprobe that listens; ready when it says so."""

    def __init__(self, edgeprobe, place, port, arguments, deadline):
        self.place, self.port = place, port
        self.save = f"{place.dir}/save-{port}.json"
        argv = [edgeprobe, "listen", "--listen", f"{place.address}:{port}", "--format", "json", "--save", self.save,
                "--deadline", f"{deadline * PATIENCE:g}", "--timeout", f"{2 * PATIENCE:g}"]
        argv += [a.replace("{dir}", place.dir) for a in arguments]
        self.child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      env=dict(os.environ, LC_ALL="C.UTF-8"), start_new_session=True)
        self.first = self.child.stderr.readline().decode()

    def finish(self, seconds=30 * PATIENCE):
        out, err = self.child.communicate(timeout=seconds)
        self.status, self.out, self.err = self.child.returncode, out.decode(), self.first + err.decode()
        note_run(["edgeprobe", "listen", "--save", self.save], self.out)
        return self


# ---- who dials in ----

def s_client(*more):
    def dial(place, port):
        argv = ["openssl", "s_client", "-connect", f"{place.address}:{port}", "-quiet",
                *[a.replace("{dir}", place.dir) for a in more]]
        done = subprocess.run(argv, input=b"", stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20 * PATIENCE)
        if b"reset" in done.stderr.lower() or b"unexpected eof" in done.stderr.lower():
            return "s_client was not let go politely: " + done.stderr.decode(errors="replace")[-300:]
        return None
    return dial


def with_cert(name, *more):
    return s_client("-cert", f"{{dir}}/{name}.pem", "-cert_chain", f"{{dir}}/{name}.pem", "-key",
                    f"{{dir}}/{name}.key", *more)


def says(*chunks, wait=0.0):
    """Connects, sends bytes, waits for the other side's end (or a moment)."""
    def dial(place, port):
        with socket.create_connection((place.address, port), timeout=5) as s:
            for chunk in chunks:
                s.sendall(chunk)
            if wait:
                time.sleep(wait * PATIENCE)
                return None
            try:
                while s.recv(4096):
                    pass
            except OSError:
                pass
        return None
    return dial


def resets(place, port):
    """A whole ClientHello, and a reset when it was answered."""
    context, said = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.MemoryBIO()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        context.wrap_bio(ssl.MemoryBIO(), said).do_handshake()
    except ssl.SSLWantReadError:
        pass
    with socket.create_connection((place.address, port), timeout=5) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.sendall(said.read())
        s.recv(1)


def both(*dials):
    def dial(place, port):
        for d in dials:
            problem = d(place, port)
            if problem:
                return problem
        return None
    return dial


KAMAILIO = servers.KAMAILIO_HEAD + """listen=tls:{address}:5071
mpath="{modules}"
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "dispatcher.so"
modparam("tls", "config", "{folder}/tls.cfg")
modparam("dispatcher", "list_file", "{folder}/dispatcher.list")
modparam("dispatcher", "ds_ping_interval", 1)
modparam("dispatcher", "ds_probing_mode", 1)
request_route {{ exit; }}
"""

KAMAILIO_TLS = """[server:default]
method = TLSv1.2+
certificate = {dir}/expc.pem
private_key = {dir}/expc.key
[client:default]
method = TLSv1.2+
certificate = {dir}/expc.pem
private_key = {dir}/expc.key
verify_certificate = yes
require_certificate = yes
ca_list = {dir}/root.pem
"""


def kamailio(place, port):
    """Kamailio as the dialling side: its dispatcher pings the listener with OPTIONS over TLS, with a client
    certificate, and checks ours as Expressway-C would."""
    folder = tempfile.mkdtemp(prefix="kamailio-", dir=place.dir)
    os.chmod(folder, 0o777)
    write(folder + "/tls.cfg", KAMAILIO_TLS.format(dir=place.dir), 0o644)
    write(folder + "/dispatcher.list", f"1 sip:{place.address}:{port};transport=tls\n", 0o644)
    write(folder + "/kamailio.cfg", KAMAILIO.format(address=place.address, modules=servers.kamailio_modules(),
                                                    folder=folder), 0o644)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{servers.NOBODY}:{servers.NOBODY}", folder], check=True)
    argv = [servers.program("kamailio"), "-DD", "-E", "-m", "16", "-M", "4", "-w", folder, "-Y", folder, "-f",
            folder + "/kamailio.cfg"]
    process = servers.Process("kamailio", argv, [], folder)
    process.start()
    try:
        deadline = time.monotonic() + 12 * PATIENCE
        while time.monotonic() < deadline and process.is_alive():
            time.sleep(0.1)
            if place.listening[port].child.poll() is not None:
                return None
        return "Kamailio did not dial: " + process.tail()
    finally:
        servers.stop_all([process])


# ---- what must be found ----

def fail(check, cause, subject=C, status="fail"):
    return {"check": check, "subject": subject, "status": status, "cause": cause}


TESTS = {
    # name: (listen's options, who dials, expected, deadline)
    "tls12": (SHOWN + JUDGED, with_cert("expc", "-tls1_2"), FINDS_NOTHING, 10),
    "tls13": (SHOWN + JUDGED, with_cert("expc", "-tls1_3", "-alpn", "sip", "-servername", "expe1.example.com"),
              FINDS_NOTHING, 10),
    "rsa": (SHOWN + JUDGED[:2] + ["--e-trust", "{dir}/trust-rsa.pem"], with_cert("expc-rsa"), FINDS_NOTHING, 10),
    "throw-away-certificate": (JUDGED, with_cert("expc"), FINDS_NOTHING, 10),
    "ca-names": (SHOWN + JUDGED + ["--ca-names", "{dir}/root.pem"], with_cert("expc"), FINDS_NOTHING, 10),
    "kamailio": (SHOWN + JUDGED, kamailio, FINDS_NOTHING, 15),
    "no-certificate-tls12": (SHOWN + JUDGED, s_client("-tls1_2"), {"exit": 2, "findings": [
        fail("tls.client-auth", "presented-none"),
        fail("name.tls-verify", "certificate-not-visible", "zone:{address}:{port}", "unknown"),
        fail("chain.zone", None, "zone:{address}:{port}", "unknown"),
        fail("chain.ssh-tunnel", None, "zone:{address}:{port}", "unknown")],
        "outcomes": {"traversal-zone": "fails"}}, 2),
    "no-certificate-tls13": (SHOWN, s_client("-tls1_3"), {"exit": 2, "findings": [
        fail("tls.client-auth", "presented-none")]}, 2),
    "no-certificate-first": (SHOWN + JUDGED, both(s_client("-tls1_2"), with_cert("expc")), FINDS_NOTHING, 10),
    "wrong-name": (SHOWN + JUDGED, with_cert("expc-other-name"), {"exit": 2, "findings": [
        fail("name.tls-verify", "no-match")], "outcomes": {"traversal-zone": "fails"}}, 10),
    "zone-up-tunnel-down": (SHOWN + JUDGED[:2] + ["--e-trust", "{dir}/root.pem"], with_cert("expc"), {
        "exit": 2, "findings": [fail("chain.ssh-tunnel", "missing-intermediate")],
        "outcomes": {"traversal-zone": "works", "ssh-tunnel": "fails"}}, 10),
    "traversal-without-tunnel": (SHOWN + JUDGED[:2] + ["--e-trust", "{dir}/root.pem", "--type", "traversal"],
                                 with_cert("expc"), FINDS_NOTHING, 10),
    "intermediate-not-sent": (SHOWN + JUDGED[:2] + ["--e-trust", "{dir}/root.pem"], with_cert("expc-alone"), {
        "exit": 2, "findings": [fail("chain.zone", "missing-intermediate"),
                                fail("chain.ssh-tunnel", "missing-intermediate"),
                                {"check": "chain.served", "status": "fail", "cause": "incomplete", "optional": True}],
        "outcomes": {"traversal-zone": "fails", "ssh-tunnel": "fails"}}, 10),
    "stranger": (SHOWN + JUDGED, with_cert("expc-stranger"), {"exit": 2, "findings": [
        fail("chain.zone", "missing-intermediate"), fail("chain.ssh-tunnel", "missing-intermediate")]}, 10),
    "server-only": (SHOWN + JUDGED + ["--release", "X14.3"], with_cert("expc-server-only"), {"exit": 2, "findings": [
        fail("cert.eku", "missing-client")], "outcomes": {"traversal-zone": "fails", "ssh-tunnel": "fails"}}, 10),
    "expired": (SHOWN + JUDGED, with_cert("expc-expired"), {"exit": 2, "findings": [
        fail("cert.validity", "expired")]}, 10),
    "refuses-ours": (SHOWN + JUDGED, with_cert("expc", "-tls1_3", "-verify_return_error", "-CAfile", "{dir}/stranger.pem"),
                     {"exit": 2, "findings": [fail("tls.handshake", "alert-unknown-ca"), "more"]}, 10),
    "refuses-throw-away": ([], with_cert("expc", "-tls1_2", "-verify_return_error", "-CAfile", "{dir}/root.pem"),
                           {"exit": 3, "findings": [fail("tls.handshake", None, status="unknown")]}, 10),
    "two-callers": (SHOWN + JUDGED + ["--count", "2"], both(with_cert("expc"), with_cert("expc-other-name")), {
        "exit": 2, "findings": [fail("name.tls-verify", "missing-on-node", "*")]}, 10),
    "silent": (SHOWN, says(wait=3), {"exit": 2, "findings": [fail("tls.handshake", "caller-silent")]}, 3),
    "speaks-http": (SHOWN, says(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), {"exit": 2, "findings": [
        fail("tls.handshake", "caller-not-tls")]}, 2),
    "speaks-sip-in-clear": (SHOWN, says(b"OPTIONS sip:x SIP/2.0\r\n\x1b[31m"), {"exit": 2, "findings": [
        fail("tls.handshake", "caller-not-tls")]}, 2),
    "nonsense-in-tls": (SHOWN, says(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"), {"exit": 2, "findings": [
        {"check": "tls.handshake", "status": "fail", "cause": "malformed"}]}, 2),
    "health-check-first": (SHOWN + JUDGED, both(says(b"GET / HTTP/1.1\r\n\r\n"), says(b"", wait=0.1), with_cert("expc")),
                           FINDS_NOTHING, 10),
    "resets": (SHOWN, resets, {"exit": 2, "findings": [fail("tls.handshake", "reset")]}, 2),
    "half-a-hello": (SHOWN, says(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", wait=3), {
        "exit": 2, "findings": [fail("tls.handshake", "caller-silent")]}, 3),
}


def compare(expected, report, place, port):
    """The warn, fail and unknown findings are exactly the expected ones ("more": others may be there, too)."""
    problems, rows = [], list(expected["findings"])
    allows_more = "more" in rows
    rows = [r for r in rows if r != "more"]
    left = [f for f in report["findings"] if f["status"] in ("fail", "warn", "unknown")]
    for row in rows:
        subject = row.get("subject", "*").replace("{address}", place.address).replace("{port}", str(port))
        hits = [f for f in left if f["check"] == row["check"] and f["status"] == row["status"]
                and f["cause"] in (row["cause"], None if row["status"] == "unknown" else row["cause"])
                and subject in ("*", f["subject"])]
        if not hits and not row.get("optional"):
            problems.append(f"no {row['status']} {row['check']}/{row['cause']} of {subject}")
        for hit in hits:
            left.remove(hit)
    if not allows_more:
        problems += [f"unexpected {f['status']} {f['check']}/{f['cause']} {f['subject']}: {f['summary']}" for f in left]
    states = {o["outcome"]: o["state"] for o in report["outcomes"]}
    for outcome, state in expected.get("outcomes", {}).items():
        if states.get(outcome) != state:
            problems.append(f"outcome {outcome} is {states.get(outcome)}, wanted {state}")
    return problems


def try_replay(edgeprobe, listening, report):
    again = Run([edgeprobe, "replay", listening.save, "--format", "json"])
    problems = again.trouble()
    try:
        other = json.loads(again.out)
    except ValueError:
        return problems + ["replay wrote no JSON: " + again.err]
    if [other["findings"], other["outcomes"]] != [report["findings"], report["outcomes"]]:
        problems.append("replay judges differently")
    text = Run([edgeprobe, "replay", listening.save, "-v"])
    return problems + text.trouble() + expect.harmless_text(text.out)


def try_one(edgeprobe, place, port, row):
    arguments, dial, expected, deadline = row
    listening = Listening(edgeprobe, place, port, arguments, deadline)
    if "listening on" not in listening.first:
        return ["did not listen: " + listening.finish().err]
    place.listening[port] = listening
    try:
        problem = dial(place, port)
    finally:
        listening.finish()
    problems = [problem] if problem else []
    if "Sanitizer" in listening.err or listening.status < 0:
        problems.append(listening.err[-3000:])
    try:
        report = json.loads(listening.out)
    except ValueError:
        return problems + [f"no JSON (status {listening.status}): {listening.err[-500:]}"]
    if listening.status != expected["exit"]:
        problems.append(f"exit status {listening.status}, wanted {expected['exit']}")
    problems += compare(expected, report, place, port) + expect.invariants(report, listening.status)
    problems += expect.validate(report, PROJECT)
    return problems + try_replay(edgeprobe, listening, report)


# ---- what ends before anybody is judged ----

def one_line(edgeprobe, argv, words):
    run = Run([edgeprobe, "listen"] + argv)
    problems = run.trouble()
    lines = [line for line in run.err.strip().split("\n") if "listening on" not in line]
    if run.status != 3 or len(lines) != 1 or run.out:
        problems.append(f"status {run.status}, wanted 3 and one line: {run.err!r} {run.out[:200]!r}")
    return problems + [f"'{w}' is not in: {run.err!r}" for w in words if w not in "".join(lines)]


def try_bad(edgeprobe, place, port, name):
    at = f"{place.address}:{port}"
    if name == "port-in-use":
        with socket.socket() as taken:
            taken.bind((place.address, port))
            taken.listen(1)
            return one_line(edgeprobe, ["--listen", at], [at, "in use"])
    argv, words = BAD[name]
    argv = [a.replace("{dir}", place.dir).replace("{at}", at) for a in argv]
    return one_line(edgeprobe, argv, words)


BAD = {
    "port-in-use": None,
    "nobody-comes": (["--listen", "{at}", "--deadline", "1"], ["nobody connected", "1 s"]),
    "not-our-address": (["--listen", "192.0.2.1:7001"], ["192.0.2.1", "no address of this host"]),
    "name-for-address": (["--listen", "expe1.example.com:7001"], ["--listen", "expe1.example.com"]),
    "port-word": (["--listen", "127.0.0.1:sip"], ["--listen"]),
    "key-of-another": (["--listen", "{at}", "--cert", "{dir}/expe.pem", "--key", "{dir}/expc.key"],
                       ["expc.key", "another certificate"]),
    "key-alone": (["--listen", "{at}", "--key", "{dir}/expe.key"], ["--key", "--cert"]),
    "key-missing": (["--listen", "{at}", "--cert", "{dir}/expe.pem"], ["expe.pem", "key"]),
    "key-encrypted": (["--listen", "{at}", "--cert", "{dir}/expe.pem", "--key", "{dir}/expe-encrypted.key"],
                      ["encrypted", "terminal"]),
    "trust-empty": (["--listen", "{at}", "--e-trust", "{dir}/empty.pem"], ["--e-trust", "empty.pem"]),
    "ca-names-empty": (["--listen", "{at}", "--ca-names", "{dir}/empty.pem"], ["--ca-names", "empty.pem"]),
    "count-zero": (["--listen", "{at}", "--count", "0"], ["--count", "1"]),
    "type-unknown": (["--listen", "{at}", "--type", "tunnel"], ["--type", "neighbor"]),
    "deployment-file": (["--listen", "{at}", "--deadline", "2", "-f", "{dir}/trust.pem"], ["-f", "--e-trust"]),
    "operand": (["now"], ["now", "--listen"]),
}


def try_health_check(edgeprobe, place, port):
    """Who only connects and closes says nothing about the zone, even where nobody else comes."""
    listening = Listening(edgeprobe, place, port, [], 1)
    if "listening on" not in listening.first:
        return ["did not listen: " + listening.finish().err]
    with socket.create_connection((place.address, port)):
        pass
    run = listening.finish()
    problems = [] if listening.status == 3 else [f"ended with {listening.status}, wanted 3"]
    return problems + [f"'{w}' is not in {run.err!r}" for w in ("nobody spoke TLS", place.address) if w not in run.err]


def try_interrupt(edgeprobe, place, port):
    """^C ends it at once, by SIGINT."""
    listening = Listening(edgeprobe, place, port, [], 30)
    if "listening on" not in listening.first:
        return ["did not listen: " + listening.finish().err]
    threading.Timer(0.2, lambda: os.killpg(listening.child.pid, 2)).start()
    started = time.monotonic()
    listening.finish()
    problems = [] if listening.status == -2 else [f"ended with {listening.status}, wanted SIGINT"]
    return problems + (["took too long"] if time.monotonic() - started > 5 else [])


OTHERS = {"interrupt": try_interrupt, "health-check-alone": try_health_check}


def try_named(edgeprobe, place, port, name):
    if name in TESTS:
        return try_one(edgeprobe, place, port, TESTS[name])
    if name in OTHERS:
        return OTHERS[name](edgeprobe, place, port)
    return try_bad(edgeprobe, place, port, name)


def main():
    known = list(TESTS) + list(BAD) + list(OTHERS)
    arguments, place = command_line("Tests of edgeprobe listen.", known=known), Place()
    tests = [(name, lambda n=name, at=17001 + i: try_named(arguments.edgeprobe, place, at, n))
             for i, name in enumerate(arguments.names or known)]
    try:
        return tally(run_each(tests, 4))  # they mostly wait
    finally:
        place.close()


if __name__ == "__main__":
    run_main(main)
