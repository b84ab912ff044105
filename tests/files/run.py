#!/usr/bin/python3 -B
"""Does `edgeprobe cert` know what the files of a folder are, what fits what, and how to make them uploadable?

    run.py [--edgeprobe PATH] [TEST…]

Every file is made with openssl at the time of the test (make.py), and openssl has the last word on what a file is and
on whether the conversion that edgeprobe gives does what it says. No connection is made. The last line counts."""

import functools
import hashlib
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
import make  # noqa: E402
from launch import Run  # noqa: E402
from suite import run_main, run_tests, shared_data  # noqa: E402

BAD = 3
PROJECT = os.path.dirname(os.path.dirname(HERE))


class Context:
    def __init__(self, edgeprobe, folder):
        self.edgeprobe, self.folder = edgeprobe, folder

    def run(self, *arguments, terminal=False):
        argv = [self.edgeprobe, *arguments]
        before = os.getcwd()
        os.chdir(self.folder.path)
        try:
            return Run(argv if terminal else ["setsid", "--wait"] + argv)
        finally:
            os.chdir(before)

    def report(self, *arguments):
        """(problems, report, run)"""
        run = self.run(arguments[0], "--format", "json", *arguments[1:])
        try:
            report = json.loads(run.out)
        except ValueError:
            return run.trouble() + [f"no JSON, status {run.status}: {run.err[:300]}"], None, run
        return run.trouble() + expect.validate(report, PROJECT), report, run

    @functools.lru_cache(maxsize=None)
    def files(self, *arguments):
        """{path: file} of a run over these"""
        problems, report, _ = self.report("cert", *arguments)
        return problems, {f["path"]: f for f in report["evidence"]["files"]} if report else {}


def sha256(folder, name):
    return hashlib.sha256(folder.openssl("x509", "-in", name, "-outform", "DER")).hexdigest()


# ---- what is a file? ----

# (path, kind, encoding, certificates, oddities besides crlf, openssl's word: a command that must succeed; None: none does)
KINDS = [
    ("e.pem", "certificate", "pem", 1, [], "x509 -noout"),
    ("iss.pem", "certificate", "pem", 1, [], "x509 -noout"),
    ("chain.pem", "chain", "pem", 3, [], "x509 -noout"),
    ("mixed.pem", "chain", "pem", 3, [], "x509 -noout"),
    ("cas.pem", "trust-list", "pem", 2, [], "x509 -noout"),
    ("e.key", "key", "pem", 0, [], "pkey -noout"),
    ("e.csr", "csr", "pem", 0, [], "req -noout -verify"),
    ("rsa.key", "key", "pem", 0, [], "pkey -noout"),
    ("rsa.csr", "csr", "pem", 0, [], "req -noout -verify"),
    ("coat/e.cer", "certificate", "der", 1, [], "x509 -noout -inform DER"),
    ("coat/e.p7b", "pkcs7", "pem", 3, [], "pkcs7 -noout"),
    ("coat/e-der.p7b", "pkcs7", "der", 3, [], "pkcs7 -noout -inform DER"),
    ("coat/cas.p7b", "pkcs7", "pem", 2, [], "pkcs7 -noout"),
    ("coat/label.pem", "pkcs7", "pem", 3, ["pkcs7-label"], "pkcs7 -noout"),
    ("coat/e.pfx", "pkcs12", "der", 3, [], "pkcs12 -noout -passin file:password"),
    ("coat/old.pfx", "pkcs12", "der", 1, ["legacy-encryption"], "pkcs12 -legacy -noout -passin file:password"),
    ("coat/open.pfx", "pkcs12", "der", 1, [], "pkcs12 -noout -passin pass:"),
    ("coat/trusted.pem", "certificate", "pem", 1, ["trusted-certificate"], "x509 -noout"),
    ("coat/text.pem", "certificate", "pem", 1, ["text-around"], "x509 -noout"),
    ("coat/decoded.txt", "other", None, 0, [], None),
    ("coat/bom.pem", "certificate", "pem", 1, ["bom"], "x509 -noout"),
    ("coat/cr.pem", "certificate", "pem", 1, ["cr-line-ends"], None),
    ("coat/crlf.pem", "certificate", "pem", 1, [], "x509 -noout"),
    ("coat/utf16.pem", "certificate", "pem", 1, ["utf-16"], None),
    ("coat/utf16 be's.pem", "certificate", "pem", 1, ["utf-16be"], None),
    ("coat/indented.pem", "certificate", "pem", 1, ["indented"], None),
    ("coat/bare.txt", "certificate", "pem", 1, ["no-pem-lines"], None),
    ("coat/both.pem", "certificate", "pem", 1, ["has-private-key"], "x509 -noout"),
    ("coat/csr.der", "csr", "der", 0, [], "req -noout -inform DER"),
    ("coat/key.der", "key", "der", 0, [], "pkey -noout -inform DER"),
    ("coat/locked.key", "key", "pem", 0, [], "pkey -noout -passin file:password"),
    ("coat/locked.der", "key", "der", 0, [], "pkey -noout -inform DER -passin file:password"),
    ("coat/old-locked.key", "key", "pem", 0, [], "pkey -noout -passin file:password"),
    ("coat/iss.crl", "crl", "pem", 0, [], "crl -noout"),
    ("coat/iss-der.crl", "crl", "der", 0, [], "crl -noout -inform DER"),
    ("coat/empty", "other", None, 0, [], None),
    ("coat/blank", "other", None, 0, [], None),
    ("coat/page.html", "other", None, 0, [], None),
    ("coat/broken.pem", "other", "pem", 0, [], None),
]

OPENSSL_TRIES = ["x509 -noout", "x509 -noout -inform DER", "req -noout", "pkey -noout", "crl -noout", "pkcs7 -noout"]


def everything(context):
    return context.files("--password-file", "password", ".", "coat")


def openssl_reads(context, command, path):
    argv = ["openssl", *command.split(), "-in", path]
    return subprocess.run(argv, cwd=context.folder.path, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0


def test_kinds(context):
    problems, files = everything(context)
    for path, kind, encoding, count, oddities, word in KINDS:
        found = files.get(path) or files.get("./" + path)
        if found is None:
            problems.append(f"{path} is not told")
            continue
        told = (found["kind"], found["encoding"], len(found["certificates"]), [o for o in found["oddities"] if o != "crlf"])
        if told != (kind, encoding, count, oddities):
            problems.append(f"{path}: {told}, wanted {(kind, encoding, count, oddities)}")
        if word is not None and not openssl_reads(context, word, path):
            problems.append(f"{path}: openssl {word} does not read it")
        if word is None and any(openssl_reads(context, w, path) for w in OPENSSL_TRIES):
            problems.append(f"{path}: openssl reads it")
    known = {p for p, *_ in KINDS}
    return problems + [f"{p} has no row" for p in files if p.startswith("coat/") and p not in known]


# ---- the conversion that is given ----

def convert(context, command):
    """Runs it in a shell as a user would, the password typed; the files that are new."""
    before = set(all_files(context.folder.path))
    typed = "-passin pass:" if "open.pfx" in command else "-passin file:password"
    argv = ["bash", "-c", "set -o pipefail; " + re.sub(r"openssl (pkcs12|pkey)", rf"openssl \1 {typed}", command)]
    run = subprocess.run(argv, cwd=context.folder.path, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    made = sorted(set(all_files(context.folder.path)) - before)
    return run.returncode, run.stderr.decode(errors="replace"), made


def all_files(top):
    return [os.path.relpath(os.path.join(where, name), top) for where, _, names in os.walk(top) for name in names]


PLAIN = {"certificate": "CERTIFICATE", "chain": "CERTIFICATE", "pkcs7": "CERTIFICATE", "pkcs12": "CERTIFICATE",
         "csr": "CERTIFICATE REQUEST", "crl": "X509 CRL", "key": "PRIVATE KEY"}


def judge_conversion(context, found, leaf):
    status, err, made = convert(context, found["convert"])
    path = found["path"]
    if status != 0 or len(made) != 1:
        return [f"{path}: {found['convert']!r} ended with {status}, made {made}: {err[:300]}"]
    text = context.folder.read(made[0])
    os.unlink(context.folder.file(made[0]))
    blocks = re.findall(rb"-----BEGIN ([A-Z0-9 ]+)-----", text)
    if found["leaf"] < 0 and found["kind"] == "pkcs7":
        return [] if len(blocks) == len(found["certificates"]) else [f"{path}: {len(blocks)} blocks"]
    problems = [] if [b.decode() for b in blocks] == [PLAIN[found["kind"]]] else [f"{path}: made {blocks}"]
    if found["certificates"] or found["kind"] == "pkcs12":
        context.folder.write("made", text)
        if sha256(context.folder, "made") != leaf:
            problems.append(f"{path}: the conversion gives another certificate")
        if context.run("cert", "made", "--format", "json").out.find('"convert": null') < 0:
            problems.append(f"{path}: what the conversion made is to be converted again")
        os.unlink(context.folder.file("made"))
    return problems


def test_conversions(context):
    problems, files = everything(context)
    leaf, done = sha256(context.folder, "e.pem"), 0
    problems = list(problems)
    for found in files.values():
        if found["convert"] is not None:
            problems += judge_conversion(context, found, leaf)
            done += 1
    if done < 20:
        problems.append(f"only {done} conversions are given")
    for path in ("./e.pem", "./e.key", "./e.csr", "coat/crlf.pem", "coat/iss.crl", "./cas.pem", "coat/empty"):
        if files[path]["convert"] is not None:
            problems.append(f"{path}: nothing to convert, but {files[path]['convert']!r}")
    return problems


def test_conversion_of_a_locked_file(context):
    """Without its password a PKCS#12 file is known for what it is, and the command asks for it."""
    problems, files = context.files("coat/e.pfx", "coat/old.pfx")
    leaf = sha256(context.folder, "e.pem")
    problems = list(problems)
    for found in files.values():
        if found["kind"] != "pkcs12" or "passphrase" not in (found["trouble"] or "") or found["certificates"]:
            problems.append(f"{found}")
        problems += judge_conversion(context, found, leaf)
    return problems


def test_name_with_a_dash(context):
    context.folder.write("-dash.cer", context.folder.read("coat/e.cer"))
    problems, files = context.files("--", "-dash.cer")
    problems = list(problems) + judge_conversion(context, files["-dash.cer"], sha256(context.folder, "e.pem"))
    os.unlink(context.folder.file("-dash.cer"))
    return problems


# ---- what belongs together ----

FITS = [("./e.key", "./e.pem"), ("./e.csr", "./e.pem"), ("./c.key", "./c.pem"), ("./iss.key", "./iss.pem"),
        ("coat/key.der", "./e.pem"), ("coat/locked.key", "./e.pem"), ("coat/old-locked.key", "./e.pem"),
        ("coat/csr.der", "./e.pem"), ("./e.pem", None)]
ISSUED = [("./e.pem", "./iss.pem"), ("./iss.pem", "./root.pem"), ("./root.pem", None), ("./chain.pem", "./chain.pem"),
          ("coat/e.cer", "./iss.pem"), ("./e.key", None)]


def test_what_fits(context):
    problems, files = everything(context)
    problems = list(problems)
    for key, table in (("belongs_to", FITS), ("issued_by", ISSUED)):
        problems += [f"{path}: {key} {files[path][key]}, wanted {wanted}" for path, wanted in table if files[path][key] != wanted]
    chain = [link["path"] for link in files["./e.pem"]["chain"]]
    return problems + ([] if chain == ["./e.pem", "./iss.pem", "./root.pem"] else [f"chain of e.pem: {chain}"])


def test_what_is_missing(context):
    """An issuer that is not there is named, with its key identifier and where to fetch it."""
    problems, files = context.files("e.pem", "root.pem")
    link = files["e.pem"]["chain"][-1]
    said = context.folder.openssl("x509", "-in", "e.pem", "-noout", "-ext", "authorityKeyIdentifier").decode()
    wanted = {"subject": "CN=Lab Issuing,O=Lab", "sha256": None, "path": None, "aia": "http://pki.example.com/iss.cer",
              "key_id": said.split()[-1]}
    text = context.run("cert", "e.pem", "root.pem").out
    problems = list(problems) + ([] if link == wanted else [f"{link}, wanted {wanted}"])
    return problems + ([] if "MISSING: CN=Lab Issuing,O=Lab" in text else [text])


def test_same_name_other_key(context):
    """A CA of the same name that did not sign it is not its issuer."""
    context.folder.root("same/root", "/O=Lab/CN=Lab Issuing")
    problems, files = context.files("e.pem", "same/root.pem")
    return list(problems) + ([] if files["e.pem"]["issued_by"] is None else ["the other CA is taken for the issuer"])


# ---- what is wrong with it? ----

def has(report, check, subject, status, cause):
    return any((f["check"], f["subject"], f["status"], f["cause"]) == (check, subject, status, cause) for f in report["findings"])


# (arguments, check, subject, status, cause): each a real run
FINDINGS = [
    (["coat/e.cer"], "file.format", "coat/e.cer", "fail", "der"),
    (["coat/e.p7b"], "file.format", "coat/e.p7b", "fail", "pkcs7"),
    (["coat/label.pem"], "file.format", "coat/label.pem", "fail", "pkcs7"),
    (["coat/e.pfx"], "file.format", "coat/e.pfx", "fail", "pkcs12"),
    (["coat/page.html"], "file.format", "coat/page.html", "fail", "not-a-certificate"),
    (["coat/decoded.txt"], "file.format", "coat/decoded.txt", "fail", "not-a-certificate"),
    (["coat/bare.txt"], "file.format", "coat/bare.txt", "fail", "not-a-certificate"),
    (["coat/broken.pem"], "file.format", "coat/broken.pem", "fail", "not-a-certificate"),
    (["coat/empty"], "file.format", "coat/empty", "fail", "empty"),
    (["coat/blank"], "file.format", "coat/blank", "fail", "empty"),
    (["chain.pem"], "file.format", "chain.pem", "fail", "chain-included"),
    (["coat/utf16.pem"], "file.format", "coat/utf16.pem", "fail", "utf-16"),
    (["coat/cr.pem"], "file.format", "coat/cr.pem", "fail", "cr-line-ends"),
    (["coat/trusted.pem"], "file.format", "coat/trusted.pem", "fail", "trusted-certificate"),
    (["coat/indented.pem"], "file.format", "coat/indented.pem", "fail", "indented"),
    (["coat/both.pem"], "file.format", "coat/both.pem", "warn", "has-private-key"),
    (["coat/bom.pem"], "file.format", "coat/bom.pem", "warn", "bom"),
    (["coat/text.pem"], "file.format", "coat/text.pem", "warn", "text-around"),
    (["e.pem"], "file.format", "e.pem", "pass", None),
    (["e.pem", "--key", "e.key"], "file.key", "e.key", "pass", None),
    (["e.pem", "--key", "c.key"], "file.key", "c.key", "fail", "mismatch"),
    (["coat/e.p7b", "--key", "e.key"], "file.key", "e.key", "pass", None),
    (["coat/locked.key"], "file.key", "coat/locked.key", "fail", "encrypted"),
    (["e.pem", "--key", "coat/locked.key", "--password-file", "password"], "file.key", "coat/locked.key", "fail", "encrypted"),
    (["coat/key.der"], "file.key", "coat/key.der", "fail", "unreadable"),
    (["--key", "e.pem"], "file.key", "e.pem", "fail", "unreadable"),
    (["odd/unended.key"], "file.key", "odd/unended.key", "fail", "no-trailing-newline"),
    (["odd/open.key"], "file.key", "odd/open.key", "warn", "world-readable"),
    (["odd/lonely"], "file.key", "odd/lonely/c.key", "fail", "mismatch"),
    (["e.pem", "--csr", "e.csr"], "file.csr", "e.csr", "pass", None),
    (["c.pem", "--csr", "e.csr"], "file.csr", "e.csr", "fail", "key-mismatch"),
    (["odd/dropped.pem", "--csr", "e.csr"], "file.csr", "e.csr", "fail", "names-dropped"),
    (["odd/server.pem", "--csr", "e.csr"], "file.csr", "e.csr", "fail", "eku-missing"),
    (["odd/renamed.pem", "--csr", "odd/renamed.csr"], "file.csr", "odd/renamed.csr", "pass", None),
    (["odd/renamed.pem", "--csr", "e.csr"], "file.csr", "e.csr", "warn", "attributes-changed"),
    (["odd/oid.csr"], "file.csr", "odd/oid.csr", "fail", "unknown-oid"),
    (["odd/bad.csr"], "file.csr", "odd/bad.csr", "fail", "bad-signature"),
    (["coat/iss.crl"], "file.crl", "coat/iss.crl", "pass", None),
    (["coat/iss-der.crl"], "file.crl", "coat/iss-der.crl", "fail", "der"),
    (["odd/ended.crl"], "file.crl", "odd/ended.crl", "fail", "expired"),
    (["odd/huge.crl"], "file.crl", "odd/huge.crl", "fail", "too-large"),
    (["--crl", "coat/page.html"], "file.crl", "coat/page.html", "fail", "unparsable"),
    (["e.pem", "--expect", "example.com"], "name.expected", "e.pem", "pass", None),
    (["e.pem", "--expect", "other.example.com"], "name.expected", "e.pem", "fail", "no-match"),
    (["e.pem", "--at", "2030-01-01"], "cert.validity", "e.pem", "fail", "expired"),
    (["cas.pem"], "chain.trust-list", "cas.pem", "pass", None),
    (["odd/list.pem"], "chain.trust-list", "odd/list.pem", "warn", "duplicate-name"),
    (["odd/list.pem"], "chain.trust-list", "odd/list.pem", "warn", "no-basic-constraints"),
    (["cas.pem", "--at", "2050-01-01"], "chain.trust-list", "cas.pem", "warn", "expired"),
    (["odd/short.pem", "--role", "expressway-e"], "name.san-fqdn", "odd/short.pem", "fail", "hostname"),
    (["odd/nocn.pem", "--role", "expressway-c"], "name.common-name", "odd/nocn.pem", "fail", "missing"),
    (["odd/wild.pem", "--role", "expressway-e"], "name.wildcard", "odd/wild.pem", "fail", "wildcard"),
    (["odd/server.pem", "--role", "expressway-c"], "cert.eku", "odd/server.pem", "fail", "missing-client"),
    (["odd/server.pem", "--role", "expressway-e", "--release", "X15.5"], "cert.eku", "odd/server.pem", "pass", None),
    (["odd/server.pem", "--role", "expressway-e", "--release", "X14.3"], "cert.eku", "odd/server.pem", "fail", "missing-client"),
    (["odd/server.pem", "--role", "ucm-callmanager"], "cert.eku", "odd/server.pem", "fail", "missing-client"),
    (["odd/server.pem", "--role", "ucm-tomcat"], "cert.eku", "odd/server.pem", "warn", "missing-client-soon"),
    (["odd/server.pem", "--role", "capf"], "cert.eku", "odd/server.pem", "pass", None),
    (["e.pem", "--role", "expressway-e", "--release", "X14.2"], "cert.key", "e.pem", "fail", "ecdsa-before-x14.3"),
    (["root.pem", "--role", "expressway-e"], "cert.self-signed", "root.pem", "fail", "self-signed"),
]


def strange(folder):
    """What the rows above are about, in odd/"""
    os.makedirs(folder.file("odd/lonely"))
    folder.write("odd/unended.key", folder.read("e.key").rstrip(b"\n"))
    folder.write("odd/open.key", folder.read("e.key"), 0o644)
    os.chmod(folder.file("odd/open.key"), 0o644)
    folder.write("odd/lonely/c.key", folder.read("c.key"))
    folder.write("odd/lonely/e.pem", folder.read("e.pem"))
    folder.sign("odd/dropped", "iss", "DNS:expe1.example.com", csr="e.csr")
    folder.sign("odd/server", "iss", "DNS:expe1.example.com,DNS:example.com", eku="serverAuth", csr="e.csr")
    folder.request("odd/renamed", "/O=Lab/OU=Voice/CN=expe1.example.com", "DNS:expe1.example.com,DNS:example.com", key="e.key")
    folder.sign("odd/renamed", "iss", "DNS:expe1.example.com,DNS:example.com")
    folder.write("oid.cnf", "oid_section=more\n[more]\nodd=1.3.6.1.4.1.6449.1.2.1.5.1\n[req]\nprompt=no\ndistinguished_name=d\n"
                 "[d]\nCN=expe1.example.com\nodd=x\n")
    folder.openssl("req", "-new", "-key", "e.key", "-config", "oid.cnf", "-out", "odd/oid.csr")
    der = folder.openssl("req", "-in", "e.csr", "-outform", "DER")
    folder.write("odd/bad.der", der[:-4] + bytes(4 * [1]))
    folder.openssl("req", "-inform", "DER", "-in", "odd/bad.der", "-out", "odd/bad.csr")
    folder.crl("odd/ended.crl", "iss", ended=True)
    folder.write("odd/huge.crl", folder.read("coat/iss.crl") + b"\n" * (16 * 1024 * 1024))
    folder.root("odd/twin", "/O=Lab/CN=Lab Root")
    folder.write("v1.cnf", "[req]\ndistinguished_name=d\n[d]\n")
    folder.openssl("req", "-x509", "-new", "-key", "root.key", "-subj", "/O=Lab/CN=Old", "-days", "9", "-config", "v1.cnf", "-out", "odd/v1.pem")
    folder.join("odd/list.pem", "root.pem", "iss.pem", "odd/twin.pem", "odd/v1.pem")
    folder.leaf("odd/short", "expe1.example.com", "iss", "DNS:expe1.example.com,DNS:expe1")
    folder.request("odd/nocn", "/O=Lab", "DNS:expc1.example.local")
    folder.sign("odd/nocn", "iss", "DNS:expc1.example.local")
    folder.leaf("odd/wild", "expe1.example.com", "iss", "DNS:expe1.example.com,DNS:*.example.com")


def test_findings(context):
    problems = []
    strange(context.folder)
    for arguments, check, subject, status, cause in FINDINGS:
        told, report, run = context.report("cert", *arguments)
        problems += told
        if report is None or has(report, check, subject, status, cause):
            continue
        found = [(f["check"], f["subject"], f["status"], f["cause"]) for f in report["findings"] if f["check"] == check]
        problems.append(f"{' '.join(arguments)}: no {check} {subject} {status}/{cause}, but {found}")
    return problems


# ---- would Expressway take it? ----

NOT_PEM = "The file provided is not a valid X.509 PEM certificate file"
NO_CA = "Unrecognized CA"
# (arguments, state of certificate-upload, words that its summary carries)
UPLOADS = [
    (["e.pem", "--role", "expressway-e", "--trust", "cas.pem"], "works", ""),
    (["e.pem", "--role", "expressway-e", "--trust", "cas.pem", "--key", "e.key", "--csr", "e.csr"], "works", ""),
    (["coat/e.cer", "--role", "expressway-e", "--trust", "cas.pem"], "fails", NOT_PEM),
    (["coat/e.p7b", "--role", "expressway-c", "--trust", "cas.pem"], "fails", NOT_PEM),
    (["coat/page.html", "--role", "expressway-c"], "fails", NOT_PEM),
    (["coat/cr.pem", "--role", "expressway-c"], "fails", NOT_PEM),
    (["coat/bom.pem", "--role", "expressway-e", "--trust", "cas.pem"], "at-risk", ""),
    (["chain.pem", "--role", "expressway-e", "--trust", "cas.pem"], "fails", "chain"),
    (["e.pem", "--role", "expressway-e", "--trust", "root.pem"], "fails", NO_CA),
    (["e.pem", "--role", "expressway-e", "--trust", "iss.pem"], "fails", NO_CA),
    (["odd/short.pem", "--role", "expressway-e", "--trust", "cas.pem"], "fails", "Subject alternative name must be a valid FQDN"),
    (["odd/shortcn.pem", "--role", "expressway-e", "--trust", "cas.pem"], "fails", "Common name must be a valid FQDN"),
    (["odd/server.pem", "--role", "expressway-c", "--trust", "cas.pem"], "fails", "Client"),
    (["odd/server.pem", "--role", "expressway-e", "--trust", "cas.pem", "--release", "X15.3"], "fails", "Client"),
    (["odd/server.pem", "--role", "expressway-e", "--trust", "cas.pem", "--release", "X15.4"], "works", ""),
    (["e.pem", "--role", "expressway-e", "--trust", "cas.pem", "--key", "c.key"], "fails", "key"),
    (["odd/lonely", "--role", "expressway-e", "--trust", "cas.pem"], "works", ""),
    (["e.pem", "--role", "ucm-tomcat"], None, ""),
    (["e.pem"], None, ""),
]


def test_uploads(context):
    problems = []
    context.folder.leaf("odd/shortcn", "expe1", "iss", "DNS:expe1.example.com")
    for arguments, state, words in UPLOADS:
        told, report, run = context.report("cert", *arguments)
        problems += told
        outcome = next((o for o in report["outcomes"] if o["outcome"] == "certificate-upload"), {"state": None, "summary": ""})
        if outcome["state"] != state or words not in outcome["summary"] or len(report["outcomes"]) > 1:
            problems.append(f"{' '.join(arguments)}: {outcome['state']}, {outcome['summary']!r}; wanted {state}, {words!r}")
        if outcome["state"] == "fails" and run.status != 2:
            problems.append(f"{' '.join(arguments)}: exit status {run.status}")
    return problems


# ---- a node of a deployment ----

DEPLOYMENT = """release: X14.3
domains: [example.com]
features: [mra, xmpp-federation]
expressway-e:
  cluster: expe.example.com
  trust: cas.pem
  nodes: [{name: expe1.example.com, certificate: e.pem, key: e.key}]
  xmpp-federation-domains: [fed.example.com]
expressway-c:
  cluster: expc.example.local
  trust: cas.pem
  nodes: [{name: expc1.example.local, certificate: c.pem}, {name: expc2.example.local}]
  phone-profiles: [jabbersecure.example.com, no_fqdn]
  chat-aliases: [chat1.example.com]
zones: [{name: mra, type: uc-traversal, peers: [expe1.example.com], tls-verify-name: expc.example.local}]
ucm: {nodes: [{name: ucm1.example.local, publisher: true, certificates: {tomcat: odd/server.pem}}]}
"""

REQUIRED = {
    "expe1.example.com": [("expe1.example.com", "peer-fqdn"), ("expe.example.com", "cluster"), ("example.com", "mra-domain"),
                          ("fed.example.com", "xmpp-federation"), ("chat1.example.com", "chat-alias")],
    "expc2.example.local": [("expc2.example.local", "peer-fqdn"), ("expc.example.local", "cluster"),
                            ("jabbersecure.example.com", "phone-profile"), ("chat1.example.com", "chat-alias")],
    "ucm1.example.local": [("ucm1.example.local", "peer-fqdn")],
}


def test_required_names(context):
    problems = []
    context.folder.write("d.yaml", DEPLOYMENT)
    for node, wanted in REQUIRED.items():
        told, report, _ = context.report("cert", "-f", "d.yaml", "--node", node)
        found = [(n["name"], n["why"]) for n in report["evidence"]["required_names"]]
        problems += told + ([] if found == wanted else [f"{node}: {found}"])
        others = {f["node"] for f in report["findings"] if "node" in f and f["node"] not in (None, node)}
        problems += [f"{node}: also about {others}"] if others else []
    return problems


def test_node_gets_a_certificate(context):
    """The new file is judged in the place of the node's own."""
    told, report, _ = context.report("cert", "-f", "d.yaml", "--node", "expe1.example.com", "odd/server.pem", "--csr", "e.csr")
    wanted = [("name.cluster", "expe1.example.com", "warn", "cluster-name-missing-on-e"),
              ("name.mra-domain", "expe1.example.com", "pass", None),
              ("cert.eku", "expe1.example.com", "fail", "missing-client"),
              ("file.csr", "e.csr", "fail", "eku-missing"),
              ("chain.own", "expe1.example.com", "pass", None),
              ("chain.zone", "expressway-e:expe1.example.com", "pass", None)]
    problems = told + [f"no {row}" for row in wanted if not has(report, *row)]
    fits = next(f for f in report["evidence"]["files"] if f["path"] == "odd/server.pem")
    return problems + ([] if fits["issued_by"] is None and fits["meant_as"] == "certificate" else [f"{fits}"])


def test_whole_deployment(context):
    """With -f alone every file that the deployment names is judged; what cannot be read is told, not fatal."""
    context.folder.write("broken.yaml", DEPLOYMENT.replace("certificate: c.pem", "certificate: coat/e.cer, key: coat/locked.key"))
    told, report, _ = context.report("cert", "-f", "broken.yaml")
    wanted = [("file.format", "coat/e.cer", "fail", "der"), ("file.key", "coat/locked.key", "fail", "encrypted"),
              ("file.key", "e.key", "pass", None), ("file.format", "e.pem", "pass", None),
              ("file.format", "odd/server.pem", "pass", None), ("chain.trust-list", "cas.pem", "pass", None)]
    return told + [f"no {row}" for row in wanted if not has(report, *row)]


def test_request(context):
    """What --request writes openssl req takes, and the request has the names, usages and digest."""
    problems, folder = [], context.folder
    folder.write("later.yaml", DEPLOYMENT.replace("certificate: e.pem", "certificate: not-yet.pem"))
    for node, names in REQUIRED.items():
        run = context.run("cert", "--request", "-f", "later.yaml", "--node", node, "-o", "asked.cnf")
        if run.status != 0 or run.out:
            problems.append(f"{node}: status {run.status}: {run.out[:200]} {run.err[:300]}")
            continue
        folder.openssl("req", "-new", "-config", "asked.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                       "-keyout", "asked.key", "-out", "asked.csr")
        text = folder.openssl("req", "-in", "asked.csr", "-noout", "-text", "-verify").decode()
        wanted = [", ".join("DNS:" + n for n, _ in names), "TLS Web Server Authentication, TLS Web Client Authentication",
                  "ecdsa-with-SHA256", "CA:FALSE", "CN = " + {"expe1.example.com": "expe.example.com",
                                                              "expc2.example.local": "expc.example.local"}.get(node, node)]
        problems += [f"{node}: {w!r} is not in the request" for w in wanted if w not in text]
        told, report, _ = context.report("cert", "asked.csr")
        problems += told + ([] if has(report, "file.csr", "asked.csr", "pass", None) else ["the request is not good"])
    if "no_fqdn" not in context.run("cert", "--request", "-f", "later.yaml", "--node", "expc1.example.local").out:
        problems.append("a profile that is no FQDN is left out without a word")
    return problems


# ---- bad input ----

BAD_INPUT = [
    (["cert"], ["FILE"]),
    (["cert", "none.pem"], ["none.pem", "No such file"]),
    (["cert", "e.pem", "--role", "expressway"], ["--role", "expressway-e", "capf"]),
    (["cert", "e.pem", "--node", "x"], ["--node", "-f"]),
    (["cert", "--request", "-f", "d.yaml"], ["--request", "--node"]),
    (["cert", "--request", "-f", "d.yaml", "--node", "x", "e.pem"], ["--request", "files"]),
    (["cert", "-f", "d.yaml", "--node", "nobody"], ["--node", "nobody", "d.yaml"]),
    (["cert", "-f", "d.yaml", "--node", "expe1.example.com", "--role", "ucm-tomcat"], ["--role", "expressway-e"]),
    (["cert", "-f", "d.yaml", "--node", "expe1.example.com", "e.pem", "c.pem"], ["--node", "e.pem", "c.pem"]),
    (["cert", "e.pem", "--csr", "e.key"], ["--csr", "e.key", "private key", "signing request"]),
    (["cert", "e.pem", "--key", "none"], ["--key", "none", "No such file"]),
    (["cert", "e.pem", "--role", "expressway-e", "--trust", "e.key"], ["--trust", "e.key", "private key"]),
    (["cert", "e.pem", "--expect", "exa mple"], ["--expect", "exa mple"]),
    (["cert", "e.pem", "--password-file", "none"], ["--password-file", "none", "No such file"]),
    (["cert", "e.pem", "--password-file", "coat/long-line"], ["--password-file", "long-line"]),
]


def test_bad_input(context):
    problems = []
    context.folder.write("coat/long-line", b"x" * 5000)
    for arguments, words in BAD_INPUT:
        run = context.run(*arguments)
        problems += run.trouble()
        if run.status != BAD or run.out or run.err.count("\n") != 1:
            problems.append(f"{arguments}: status {run.status}, {run.out[:80]!r}, {run.err[:300]!r}")
        problems += [f"{arguments}: no {w!r} in {run.err!r}" for w in words if w not in run.err]
    os.unlink(context.folder.file("coat/long-line"))
    return problems


def test_password_stays_out(context):
    run = context.run("cert", "coat", "--password-file", "password", "--format", "json", "--save", "saved.json")
    saved = context.folder.read("saved.json").decode()
    os.unlink(context.folder.file("saved.json"))
    key = "".join(context.folder.read("e.key").decode().splitlines()[1:-1])
    return [f"{what} is in the report" for what, text in (("the password", make.PASSWORD), ("the private key", key))
            if text in run.out or text in saved]


def test_replay(context):
    """A save has all that the files told: judged again it gives the same."""
    run = context.run("cert", ".", "coat", "--password-file", "password", "--format", "json", "--save", "saved.json", "--at", "2027-01-01")
    again = context.run("replay", "saved.json", "--format", "json")
    os.unlink(context.folder.file("saved.json"))
    first, second = json.loads(run.out), json.loads(again.out)
    return [f"{key} differs" for key in ("findings", "outcomes", "status") if first[key] != second[key]] + [
        "files differ"] * (first["evidence"]["files"] != second["evidence"]["files"])


# ---- public certificates, which nobody here made ----

SAMPLE = 40  # of those that are said to be certificates, one in so many is shown to openssl, too
# What openssl x509 refuses and we read: both say what is in the bytes, and no upload takes it.
EXPLAINED = {
    "subCertLocalityNameDoesNotNeedToAppear.pem": "openssl's decoder refuses the empty RDN of its subject; the certificate has "
                                                  "whole bytes, and its names are told",
}
KINDS_KNOWN = {"certificate", "chain", "trust-list", "key", "csr", "crl", "pkcs7", "pkcs12", "other"}


def public_folders():
    folders = []
    for folder, _, names in os.walk(shared_data("certificates")):
        if any(not n.startswith(".") for n in names):
            folders.append(folder)
    return sorted(folders)


def test_public_vectors(context):
    """Every public certificate is read without a crash or a hang, is called what it is, and as openssl calls it."""
    folders, problems, asked = public_folders(), [], 0
    if not folders:
        return ["no public certificate is there"]
    for folder in folders:
        before = len(problems)
        run = context.run("cert", folder, "--format", "json", "--at", "2026-01-01")
        problems += run.trouble()
        if run.status not in (0, 1, 2, 3) or not run.out:
            problems.append(f"{folder}: status {run.status}, {run.err[:200]!r}")
        if len(problems) > before:
            continue
        for i, file in enumerate(json.loads(run.out)["evidence"]["files"]):
            name, is_certificate = os.path.basename(file["path"]), file["kind"] in ("certificate", "chain", "trust-list")
            if file["kind"] not in KINDS_KNOWN or (file["kind"] != "other" and not file["what"]):
                problems.append(f"{name}: kind {file['kind']}, {file['what']}")
            if is_certificate != bool(file["certificates"]) and file["kind"] not in ("pkcs7", "pkcs12"):
                problems.append(f"{name}: {file['kind']} with {len(file['certificates'])} certificates")
            is_pem = file["encoding"] == "pem" and not {"utf-16", "no-pem-lines", "cr-line-ends"} & set(file["oddities"])
            if name in EXPLAINED or (is_certificate and (i % SAMPLE != 0 or not is_pem)) or file["kind"] == "crl":
                continue
            asked += 1
            reads = subprocess.run(["openssl", "x509", "-noout", "-in", file["path"]], capture_output=True, check=False)
            if (reads.returncode == 0) != is_certificate:
                problems.append(f"{name}: a {file['kind']} ({file['what']}), openssl x509 ends with {reads.returncode}")
    return problems + [f"openssl was asked about {asked} files alone"] * (asked < 40)


TESTS = {name[5:].replace("_", "-"): value for name, value in list(globals().items()) if name.startswith("test_")}


def prepare(edgeprobe, top):
    folder = make.Folder(top)
    make.pki(folder)
    make.coats(folder)
    folder.write("password", make.PASSWORD + "\n")
    os.makedirs(folder.file("same"))
    return Context(edgeprobe, folder)


if __name__ == "__main__":
    run_main(lambda: run_tests("files", "Files before an upload.", TESTS, prepare))
