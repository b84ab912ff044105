#!/usr/bin/python3 -B
"""Does `edgeprobe zone` keep its contract on bad input? Files that are something else, keys that do not fit or are
encrypted (with and without a terminal), trust lists of a thousand and of a hundred thousand certificates, options.

    run.py [--edgeprobe PATH] [--jobs N] [TEST…]

What real servers show is in tests/lab; here no connection is made. The last line counts."""

import base64
import json
import os
import pty
import select
import shutil
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

from launch import Run  # noqa: E402
from suite import chosen, command_line, run_each, run_main, tally  # noqa: E402
from lab import keys_for_run  # noqa: E402
from pki import Pki  # noqa: E402

BAD = 3
PEER = ["zone", "--offline", "--peer-address", "expe1.example.com"]
PASSPHRASE = "open sesame"

# (name, arguments after `zone --offline --peer-address …`, words of the one line on stderr). {d} is the folder.
BAD_FILES = [
    ("c-trust-empty", ["--c-trust", "{d}/empty"], ["--c-trust", "empty"]),
    ("c-trust-missing", ["--c-trust", "{d}/none"], ["--c-trust", "none", "No such file"]),
    ("c-trust-der", ["--c-trust", "{d}/root.der"], ["root.der", "certificate in DER", "openssl x509"]),
    ("e-trust-pkcs12", ["--e-trust", "{d}/all.p12"], ["--e-trust", "all.p12", "PKCS#12"]),
    ("e-trust-key", ["--e-trust", "{d}/c.key"], ["c.key", "private key"]),
    ("e-trust-csr", ["--e-trust", "{d}/c.csr"], ["c.csr", "signing request"]),
    ("e-trust-text", ["--e-trust", "{d}/text"], ["text", "no certificate"]),
    ("e-cert-empty", ["--e-cert", "{d}/empty"], ["--e-cert", "empty"]),
    ("e-cert-der", ["--e-cert", "{d}/root.der"], ["--e-cert", "root.der", "DER"]),
    ("e-cert-broken", ["--e-cert", "{d}/broken.pem"], ["--e-cert", "broken.pem", "line"]),
    ("e-cert-twice", ["--e-cert", "{d}/e.pem", "--e-cert", "{d}/c.pem"], ["--e-cert", "one file"]),
    ("c-cert-key", ["--c-cert", "{d}/c.key"], ["--c-cert", "c.key", "private key"]),
    ("c-cert-second-bad", ["--c-cert", "{d}/c.pem", "--c-cert", "{d}/text"], ["--c-cert", "text"]),
    ("c-cert-name-control", ["--c-cert", "{d}/no\x1b[31msuch"], ["--c-cert", "control"]),
    ("client-cert-missing", ["--client-cert", "{d}/none"], ["--client-cert", "none"]),
    ("client-cert-der", ["--client-cert", "{d}/root.der", "--client-key", "{d}/c.key"], ["root.der", "DER"]),
    ("client-key-alone", ["--client-key", "{d}/c.key"], ["--client-key", "--client-cert"]),
    ("client-key-missing", ["--client-cert", "{d}/c.pem", "--client-key", "{d}/none"], ["none", "No such file"]),
    ("client-key-other", ["--client-cert", "{d}/c.pem", "--client-key", "{d}/e.key"], ["e.key", "another certificate", "c.pem"]),
    ("client-key-certificate", ["--client-cert", "{d}/c.pem", "--client-key", "{d}/e.pem"], ["e.pem", "it is a certificate"]),
    ("client-key-not-in-certificate", ["--client-cert", "{d}/c.pem"], ["c.pem", "private key"]),
    ("client-key-der", ["--client-cert", "{d}/c.pem", "--client-key", "{d}/c.key.der"], ["c.key.der", "private key in DER"]),
    ("client-key-empty", ["--client-cert", "{d}/c.pem", "--client-key", "{d}/empty"], ["empty"]),
    ("client-key-text", ["--client-cert", "{d}/c.pem", "--client-key", "{d}/text"], ["text", "no PEM"]),
    ("client-key-encrypted", ["--client-cert", "{d}/c.pem", "--client-key", "{d}/locked.key"], ["locked.key", "encrypted", "terminal"]),
    ("type", ["--type", "sideways"], ["--type", "sideways", "uc-traversal", "neighbor"]),
    ("ssh-port", ["--ssh-port", "0"], ["--ssh-port", "65535"]),
    ("verify-name", ["--tls-verify-name", "exa mple"], ["--tls-verify-name", "space"]),
    ("operand", ["expe1.example.com"], ["expe1.example.com", "--peer-address"]),
    ("file-too", ["-f", "{d}/text"], ["--peer-address or -f"]),
    ("two-ports", ["--peer-address", "expe2.example.com:7002"], ["--peer-address", "port"]),
    ("e-cert-of-two", ["--peer-address", "expe2.example.com", "--e-cert", "{d}/e.pem"], ["--e-cert", "--peer-address"]),
]

# (name, whole arguments, words)
BAD_USAGE = [
    ("nothing", ["zone"], ["--peer-address", "-f"]),
    ("peer-port", ["zone", "--offline", "--peer-address", "a.example.com:high"], ["--peer-address", "ADDR:PORT"]),
    ("peer-port-huge", ["zone", "--offline", "--peer-address", "a.example.com:70000"], ["--peer-address"]),
    ("peer-empty", ["zone", "--offline", "--peer-address", ""], ["--peer-address", "wanted ADDR[:PORT], got ''"]),
    ("peer-url", ["zone", "--offline", "--peer-address", "https://a.example.com/"], ["--peer-address"]),
    ("peer-control", ["zone", "--offline", "--peer-address", "a\x1b[31m.example.com"], ["--peer-address"]),
    ("trust-beside-file", ["zone", "-f", "x.yaml", "--e-trust", "y.pem"], ["--e-trust", "-f"]),
    ("file-without-zones", ["zone", "-f", "{d}/nozones.yaml"], ["nozones.yaml", "zones"]),
]


class Place:
    """The files that the tables name."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="edgeprobe-zone-")
        self.pki = Pki(keys_for_run(), {"inner": {"parent": "root"}, "filler": {"title": "Filler 000000"}})
        self.fill()

    def file(self, name):
        return os.path.join(self.path, name)

    def fill(self):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.serialization import pkcs12
        der, pem = serialization.Encoding.DER, serialization.Encoding.PEM
        e = self.pki.leaf("expe1.example.com", {"names": ["expe1.example.com"]})
        c = self.pki.leaf("expc1.example.com", {"issuer": "inner", "names": ["expc.example.com"]})
        root = self.pki.ca("root")
        pkcs8 = serialization.PrivateFormat.PKCS8
        self.write("e.pem", e.sent_pem)
        self.write("c.pem", c.sent_pem)
        self.write("e.key", e.key_pem)
        self.write("c.key", c.key_pem)
        self.write("both.pem", c.sent_pem + c.key_pem)
        self.write("locked.key", c.key.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(PASSPHRASE.encode())))
        self.write("c.key.der", c.key.private_bytes(der, pkcs8, serialization.NoEncryption()))
        self.write("root.der", root.certificate.public_bytes(der))
        self.write("all.p12", pkcs12.serialize_key_and_certificates(b"x", root.key, root.certificate, None, serialization.NoEncryption()))
        request = x509.CertificateSigningRequestBuilder().subject_name(c.certificate.subject)
        self.write("c.csr", request.sign(c.key, hashes.SHA256()).public_bytes(pem))
        self.write("trust.pem", self.pki.bundle(["root", "issuing", "inner"]))
        self.write("empty", "")
        self.write("text", "these are words\n")
        lines = e.pem.splitlines()
        self.write("broken.pem", "\n".join(lines[:4] + ["!!! not base64 !!!"] + lines[5:]) + "\n")
        self.write("nozones.yaml", "domains: [example.com]\n")
        rubbish = "subject=Root\n\nBag Attributes\n    friendlyName: x\n"
        self.write("rubbish.pem", "\ufeff" + rubbish + self.pki.bundle(["root"]).replace("\n", "\r\n") + rubbish +
                   self.pki.bundle(["issuing"]) + "-----END OF LIST-----\n" + self.pki.bundle(["inner"]) + "# end")

    def write(self, name, data):
        with open(self.file(name), "wb") as out:
            out.write(data if isinstance(data, bytes) else data.encode("utf-8"))

    def long_list(self, name, count):
        """Many CA certificates: one mould, each with a subject of its own; the real ones stand at the end."""
        from cryptography.hazmat.primitives import serialization
        mould = self.pki.ca("filler").certificate.public_bytes(serialization.Encoding.DER)
        with open(self.file(name), "w", encoding="ascii") as out:
            for i in range(count - 3):
                body = base64.encodebytes(mould.replace(b"Filler 000000", b"Filler %06d" % i)).decode()
                out.write(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
            out.write(self.pki.bundle(["root", "issuing", "inner"]))

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Context:
    def __init__(self, edgeprobe, place):
        self.edgeprobe, self.place = edgeprobe, place

    def filled(self, arguments):
        return [a.replace("{d}", self.place.path) for a in arguments]

    def run(self, arguments):
        return Run(["setsid", "--wait", self.edgeprobe] + self.filled(arguments))  # without a terminal to ask on

    def report(self, arguments):
        """(problems, report)"""
        run = self.run(arguments + ["--format", "json"])
        try:
            return run.trouble(), json.loads(run.out), run
        except ValueError:
            return run.trouble() + [f"no JSON, status {run.status}: {run.err[:300]}"], None, run


def judge_bad(run, words):
    """Status 3, nothing on stdout, one harmless line on stderr with these words."""
    problems = run.trouble()
    if run.status != BAD:
        problems.append(f"exit status {run.status}, wanted {BAD}")
    if run.out:
        problems.append(f"wrote to stdout: {run.out[:200]!r}")
    if run.err.count("\n") != 1 or any(ord(c) < 32 and c != "\n" for c in run.err):
        problems.append(f"wanted one harmless line on stderr, got {run.err[:300]!r}")
    return problems + [f"{word!r} is not in {run.err[:300]!r}" for word in words if word not in run.err]


def finding(report, check, **wanted):
    return next((f for f in report["findings"] if f["check"] == check and all(f[k] == v for k, v in wanted.items())), None)


# ---- a terminal ----

def on_terminal(argv, typed):
    """Runs argv with a terminal of its own; types when it is asked. (status, all that the terminal showed)"""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(argv[0], argv)
    shown, answered, deadline = b"", False, time.monotonic() + 20
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        shown += data
        if b"Passphrase of" in shown and not answered:
            answered = True
            os.write(terminal, typed.encode())
    if time.monotonic() >= deadline:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return status, shown.decode("utf-8", "replace")


def with_key(context, typed):
    argv = [context.edgeprobe] + PEER + context.filled(
        ["--e-cert", "{d}/e.pem", "--client-cert", "{d}/c.pem", "--client-key", "{d}/locked.key", "-o", "{d}/" + f"pty-{len(typed)}.json", "--format", "json"])
    return on_terminal(argv, typed)


def test_passphrase_is_asked_and_not_echoed(context):
    status, shown = with_key(context, PASSPHRASE + "\n")
    problems = []
    # Without trust lists nothing that decides is seen: unknown, and a whole report.
    if status != 3 or "Passphrase of" not in shown or "locked.key" not in shown:
        problems.append(f"status {status}, terminal: {shown!r}")
    if PASSPHRASE in shown:
        problems.append("the passphrase was echoed")
    with open(context.place.file(f"pty-{len(PASSPHRASE) + 1}.json"), encoding="utf-8") as text:
        if PASSPHRASE in text.read():
            problems.append("the passphrase is in the report")
    return problems


def test_wrong_passphrase(context):
    status, shown = with_key(context, "wrong\n")
    good = status == BAD and "the passphrase does not open" in shown and "locked.key" in shown
    return [] if good else [f"status {status}, terminal: {shown!r}"]


def test_interrupt_while_asked(context):
    """^C at the prompt ends it as a signal does, at once."""
    started = time.monotonic()
    status, shown = with_key(context, "\x03")
    problems = [] if status == -signal.SIGINT else [f"status {status}, terminal: {shown!r}"]
    return problems + (["it did not end at once"] if time.monotonic() - started > 5 else [])


# ---- trust lists ----

ALL = ["--e-cert", "{d}/e.pem", "--c-cert", "{d}/c.pem", "--tls-verify-name", "expc.example.com"]


def judged_by(context, name):
    return context.report(PEER + ALL + ["--e-trust", "{d}/" + name, "--c-trust", "{d}/" + name])


def test_rubbish_between_blocks(context):
    problems, report, run = judged_by(context, "rubbish.pem")
    if report is None or run.status != 0 or finding(report, "chain.trust-list")["evidence"].get("found") != 3:
        problems.append(f"status {run.status}: {run.out[:300]} {run.err[:300]}")
    return problems


def judge_long(context, count, seconds):
    name = f"{count}.pem"
    context.place.long_list(name, count)
    problems, report, run = judged_by(context, name)
    os.unlink(context.place.file(name))
    if report is None:
        return problems
    many = finding(report, "chain.trust-list", cause="too-many")
    if (many is not None) != (count > 1000):
        problems.append(f"{count} certificates: too-many is {'there' if many else 'not there'}")
    if many is not None and many["evidence"]["found"] != count:
        problems.append(f"found {many['evidence']['found']}, wanted {count}")
    if any(f["status"] != "pass" for f in report["findings"] if f["check"] in ("chain.zone", "chain.ssh-tunnel")):
        problems.append("the real CA certificates at the end of the list were not found")
    if run.seconds > seconds:
        problems.append(f"{count} certificates took {run.seconds:.1f} s")
    return problems


def test_trust_list_of_1000(context):
    return judge_long(context, 1000, 10)


def test_trust_list_of_1001(context):
    return judge_long(context, 1001, 10)


def test_trust_list_of_100000(context):
    return judge_long(context, 100000, 30)  # a second, where nothing else runs and no sanitizer does; not by the clock


# ---- keys ----

def test_key_in_the_certificate_file(context):
    problems, report, run = context.report(PEER + ["--client-cert", "{d}/both.pem"])
    if report is None or finding(report, "file.key", status="pass", subject=context.place.file("both.pem")) is None:
        problems.append(f"status {run.status}: {run.err[:300]}")
    return problems


def tests_of(context):
    for name, arguments, words in BAD_FILES:
        yield "file-" + name, lambda a=arguments, w=words: judge_bad(context.run(PEER + a), w)
    for name, arguments, words in BAD_USAGE:
        yield "usage-" + name, lambda a=arguments, w=words: judge_bad(context.run(a), w)
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            yield name[5:].replace("_", "-"), lambda t=test: t(context)


def main():
    arguments, place = command_line("Hold `edgeprobe zone` to its contract on bad input.", jobs=2), Place()
    try:
        return tally(run_each(chosen(arguments, list(tests_of(Context(arguments.edgeprobe, place)))), arguments.jobs))
    finally:
        place.remove()


if __name__ == "__main__":
    run_main(main)
