#!/usr/bin/python3 -B
"""Does the command line keep its contract on bad input? Bad names, files and options, outputs that cannot be
written, closed pipes, ^C, exit statuses, help and explain.

    run.py [--edgeprobe PATH] [--jobs N] [TEST…]

Each test is one function, or one row of a table. The last line counts."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import jsonschema  # noqa: E402

import expect  # noqa: E402
import seeds  # noqa: E402
import servers  # noqa: E402
from lab import Lab, keys_for_run, scenario_load  # noqa: E402
from launch import Run  # noqa: E402
from suite import chosen, command_line, run_each, run_main, skip_all, tally  # noqa: E402

BAD = 3
SILENT = "127.0.0.1:9"  # a resolver that nobody runs: no test may reach the system's
COMMANDS = ("check", "zone", "listen", "login", "ciphers", "revocation", "cert", "renew", "monitor", "diff", "capture",
            "bundle", "replay", "explain")

# (name, arguments, words that the one line on stderr must hold)
BAD_USAGE = [
    ("no-domain", ["check"], ["DOMAIN"]),
    ("offline-without-file", ["check", "--offline", "example.com"], ["--offline", "-f"]),
    ("unknown-command", ["chekc"], ["chekc"]),
    ("secret-as-argument", ["login", "example.com", "--user", "u", "--password", "hidden"], ["--password'", "--password-file"]),
    ("token-as-argument", ["login", "example.com", "--user", "u", "--token=hidden"], ["--token'", "--token-file"]),
    ("two-files", ["check", "-f", "a.yaml", "-f", "b.yaml"], ["--file", "once", "b.yaml"]),
    ("address-of-the-other-family", ["check", "[::1]:8443", "-4"], ["-4", "[::1]:8443", "IPv6"]),
    ("address-of-the-other-family-v4", ["ciphers", "127.0.0.1:8443", "-6"], ["-6", "127.0.0.1:8443", "IPv4"]),
    ("history-in-a-format", ["monitor", "--history", "x", "--changes", "none.db", "--format", "json"], ["--history", "--format"]),
    ("unknown-option", ["check", "example.com", "--bogus"], ["--bogus"]),
    ("option-without-value", ["check", "example.com", "--timeout"], ["--timeout"]),
    ("timeout-word", ["check", "example.com", "--timeout", "soon"], ["--timeout", "soon", "seconds"]),
    ("timeout-negative", ["check", "example.com", "--timeout", "-1"], ["--timeout"]),
    ("timeout-zero", ["check", "example.com", "--timeout", "0"], ["--timeout"]),
    ("timeout-nan", ["check", "example.com", "--timeout", "nan"], ["--timeout"]),
    ("timeout-huge", ["check", "example.com", "--timeout", "1e300"], ["--timeout"]),
    ("deadline-word", ["check", "example.com", "--deadline", "x"], ["--deadline"]),
    ("format-unknown", ["check", "example.com", "--format", "yaml"], ["--format", "yaml", "json"]),
    ("vantage-unknown", ["check", "example.com", "--vantage", "moon"], ["--vantage", "moon", "internal"]),
    ("release-unknown", ["check", "example.com", "--release", "X99.9"], ["--release", "X99.9", "X15.5"]),
    ("release-old", ["check", "example.com", "--release", "X7.0"], ["--release", "X7.0"]),
    ("time-word", ["check", "example.com", "--at", "yesterday"], ["--at", "yesterday", "RFC 3339"]),
    ("time-impossible", ["check", "example.com", "--at", "2026-02-30T00:00:00Z"], ["--at"]),
    ("warn-days-word", ["check", "example.com", "--warn-days", "x"], ["--warn-days"]),
    ("warn-days-negative", ["check", "example.com", "--warn-days", "-3"], ["--warn-days"]),
    ("resolver-word", ["check", "example.com", "--resolver", "nonsense"], ["--resolver", "nonsense"]),
    ("resolver-port", ["check", "example.com", "--resolver", "127.0.0.1:99999"], ["--resolver"]),
    ("resolver-empty", ["check", "example.com", "--resolver", ""], ["--resolver"]),
    ("connect-to-short", ["check", "example.com", "--connect-to", "a:b"], ["--connect-to"]),
    ("symptom-unknown", ["check", "example.com", "--symptom", "tired"], ["--symptom", "tired", "ssh-down"]),
    ("color-unknown", ["check", "example.com", "--color", "blue"], ["--color", "blue"]),
    ("edge-of-an-endpoint", ["check", "a.example:443", "--edge", "b.example"], ["--edge", "DOMAIN"]),
    ("list-profiles-of-a-host", ["ciphers", "--list-profiles", "a.example"], ["--list-profiles", "HOST"]),
    ("save-to-a-folder", ["check", "example.com", "--save", "{dir}"], ["--save", "folder"]),
    ("output-empty", ["check", "example.com", "--output", ""], ["--output", "FILE"]),
    ("key-is-a-folder", ["cert", "{dir}/stranger.pem", "--key", "{dir}"], ["--key", "folder"]),
    ("explain-to-a-folder", ["explain", "dns", "--output", "{dir}"], ["--output", "folder"]),
    ("monitor-release-once", ["monitor", "-f", "{dir}/none.yaml", "--release", "X99"], ["--release", "X99"]),
    ("trust-missing", ["check", "example.com", "--trust", "{dir}/none.pem"], ["none.pem", "No such file"]),
    ("trust-directory-empty", ["check", "example.com", "--trust", "{dir}/empty.d"], ["empty.d"]),
    ("trust-empty", ["check", "example.com", "--trust", "{dir}/empty.pem"], ["empty.pem", "empty"]),
    ("trust-text", ["check", "example.com", "--trust", "{dir}/text.pem"], ["text.pem"]),
    ("trust-der", ["check", "example.com", "--trust", "{dir}/root.der"], ["root.der", "DER"]),
    ("trust-pkcs12", ["check", "example.com", "--trust", "{dir}/root.p12"], ["root.p12"]),
    ("trust-key-only", ["check", "example.com", "--trust", "{dir}/key.pem"], ["key.pem", "private key"]),
    ("trust-broken-base64", ["check", "example.com", "--trust", "{dir}/broken.pem"], ["broken.pem", "line"]),
    ("expect-cert-missing", ["check", "example.com", "--expect-cert", "{dir}/none.pem"], ["none.pem"]),
    ("expect-cert-text", ["check", "example.com", "--expect-cert", "{dir}/text.pem"], ["text.pem"]),
    ("file-missing", ["check", "-f", "{dir}/none.yaml"], ["none.yaml", "No such file"]),
    ("file-directory", ["check", "-f", "{dir}"], ["{dir}"]),
    ("domain-empty", ["check", ""], ["empty"]),
    ("domain-dot", ["check", "."], ["'.'"]),
    ("domain-empty-label", ["check", "a..example.com"], ["empty label"]),
    ("domain-long-label", ["check", "a" * 64 + ".example.com"], ["63"]),
    ("domain-long", ["check", "abcdefg." * 40 + "com"], ["253"]),
    ("domain-space", ["check", "exa mple.com"], ["space"]),
    ("domain-escape", ["check", "ex\x1b[31mample.com"], ["control"]),
    ("domain-newline", ["check", "example.com\nfake: line"], ["control"]),
    ("domain-not-utf8", ["check", b"ex\xff\xfeample.com"], ["ample.com"]),
    ("domain-bidi", ["check", "ex\u202eample.com"], ["ample.com"]),
    ("domain-address", ["check", "192.0.2.1"], ["192.0.2.1"]),
    ("domain-address-6", ["check", "2001:db8::1"], ["2001:db8::1"]),
    ("domain-url", ["check", "https://example.com/"], ["https"]),
    ("endpoint-and-file", ["check", "a.example:443", "-f", "x.yaml"], ["HOST:PORT alone", "-f"]),
    ("endpoint-and-more", ["check", "a.example:443", "b.example:443"], ["HOST:PORT alone"]),
    ("endpoint-empty-label", ["check", "a..example:443"], ["empty label"]),
    ("expect-name-of-a-domain", ["check", "a.example", "--expect-name", "b.example"], ["--expect-name", "HOST:PORT"]),
    ("starttls-of-a-domain", ["check", "a.example", "--starttls", "xmpp"], ["--starttls", "HOST:PORT"]),
    ("starttls-smtp", ["check", "a.example:25", "--starttls", "smtp"], ["--starttls", "xmpp"]),
    ("replay-nothing", ["replay"], ["SAVED"]),
    ("replay-missing", ["replay", "{dir}/none.json"], ["none.json", "No such file"]),
    ("replay-empty", ["replay", "{dir}/empty.pem"], ["empty.pem"]),
    ("replay-text", ["replay", "{dir}/text.pem"], ["text.pem:1:"]),
    ("replay-other-json", ["replay", "{dir}/other.json"], ["other.json"]),
    ("replay-other-schema", ["replay", "{dir}/schema.json"], ["schema.json", "edgeprobe.report/1"]),
    ("replay-deep", ["replay", "{dir}/deep.json"], ["deep.json"]),
    ("revocation-nothing", ["revocation"], ["HOST:PORT", "--cert"]),
    ("revocation-no-port", ["revocation", "a.example"], ["a.example", "HOST:PORT"]),
    ("revocation-both", ["revocation", "a.example:443", "--cert", "x.pem"], ["--cert", "not both"]),
    ("revocation-issuer-alone", ["revocation", "a.example:443", "--issuer", "x.pem"], ["--issuer", "--cert"]),
    ("revocation-switch", ["revocation", "a.example:443", "--ocsp", "yes"], ["--ocsp", "on or off"]),
    ("revocation-fallback", ["revocation", "a.example:443", "--fallback", "deny"], ["--fallback", "treat-as-revoked"]),
    ("revocation-connection", ["revocation", "a.example:443", "--connection", "smtp"], ["--connection", "sip-tls"]),
    ("revocation-auto-crl", ["revocation", "a.example:443", "--auto-crl", "ldap://x/"], ["--auto-crl", "http"]),
    ("revocation-no-crl", ["revocation", "a.example:443", "--crl-file", "/nowhere/x.crl"], ["--crl-file", "/nowhere/x.crl"]),
    ("revocation-no-cert", ["revocation", "--cert", "/nowhere/x.pem"], ["--cert", "/nowhere/x.pem"]),
    ("ciphers-nothing", ["ciphers"], ["HOST"]),
    ("ciphers-two-hosts", ["ciphers", "a.example", "b.example"], ["one HOST"]),
    ("ciphers-port", ["ciphers", "a.example:99999"], ["a.example:99999", "HOST:PORT"]),
    ("ciphers-host", ["ciphers", "bad host:443"], ["bad host"]),
    ("ciphers-starttls", ["ciphers", "a.example", "--starttls", "smtp"], ["--starttls", "smtp", "xmpp"]),
    ("ciphers-profile-slip", ["ciphers", "--server-profile", "ucm-al-rsa-preferred"], ["ucm-all-rsa-preferred"]),
    ("ciphers-client-slip", ["ciphers", "a.example", "--client", "expressway-x99"], ["--client", "expressway-x99"]),
    ("ciphers-parallel", ["ciphers", "a.example", "--parallel", "0"], ["--parallel"]),
    ("ciphers-list-format", ["ciphers", "--list-profiles", "--format", "yaml"], ["yaml", "json"]),
    ("explain-unknown", ["explain", "nosuch.check"], ["nosuch.check"]),
    ("explain-unknown-cause", ["explain", "tls.sni/nosuch"], ["tls.sni/nosuch"]),
    ("explain-log-file-missing", ["explain", "--log-file", "{dir}/none.log"], ["none.log", "No such file"]),
    ("explain-log-file-directory", ["explain", "--log-file", "{dir}"], ["--log-file", "directory"]),
    ("explain-log-twice", ["explain", "--log", "x", "--log-file", "y"], ["--log", "not both"]),
    ("explain-log-and-check", ["explain", "--log", "x", "tls.sni"], ["explain"]),
]

# (name, text of deployment.yaml, where (line, or line:column, or None), words)
HEAD = "domains: [example.com]\n"
BAD_YAML = [
    ("unknown-key", HEAD + "domain-list: [a.example]\n", "2:1", ["domain-list"]),
    ("misspelt-key", HEAD + "expresway-e: {nodes: []}\n", "2:1", ["expresway-e"]),
    ("unknown-nested-key", HEAD + "zones:\n  - {name: mra, peers: [a.example], tls-verify: x}\n", "3:", ["tls-verify"]),
    ("unknown-node-key", HEAD + "expressway-e:\n  nodes:\n    - name: a.example.com\n      adress: 127.0.0.1\n", "5:7", ["adress"]),
    ("wrong-type-scalar", "domains: {a: b}\n", "1:", ["domains"]),
    ("wrong-type-list", HEAD + "release: [X14.3]\n", "2:", ["release"]),
    ("wrong-type-port", HEAD + "zones:\n  - name: mra\n    peers: [a.example.com]\n    port: high\n", "5:", ["port"]),
    ("port-too-large", HEAD + "zones:\n  - name: mra\n    peers: [a.example.com]\n    port: 70000\n", "5:", ["port"]),
    ("wrong-type-boolean", HEAD + "ucm:\n  nodes:\n    - {name: u.example.com, publisher: maybe}\n", "4:", ["publisher"]),
    ("wrong-enum", HEAD + "zones:\n  - {name: mra, type: sideways, peers: [a.example.com]}\n", "3:", ["sideways", "uc-traversal"]),
    ("wrong-vantage", HEAD + "vantage: moon\n", "2:", ["moon"]),
    ("wrong-release", HEAD + "release: X99\n", None, ["X99"]),
    ("wrong-feature", HEAD + "features: [mra, coffee]\n", "2:", ["coffee"]),
    ("duplicate-node", HEAD + "expressway-e:\n  nodes:\n    - {name: a.example.com}\n    - {name: A.example.com}\n", "5:", ["A.example.com"]),
    ("duplicate-key", HEAD + "domains: [b.example]\n", "2:1", ["domains"]),
    ("node-without-name", HEAD + "expressway-e:\n  nodes:\n    - {address: 127.0.0.1}\n", "4:", ["name"]),
    ("address-no-address", HEAD + "expressway-e:\n  nodes:\n    - {name: a.example.com, address: nowhere}\n", "4:", ["nowhere"]),
    ("domain-with-control", "domains: [\"ex\\x1bample.com\"]\n", "1:", ["domains"]),
    ("domain-empty", "domains: ['']\n", "1:", ["domains"]),
    ("trust-file-missing", HEAD + "expressway-e:\n  trust: none.pem\n  nodes: [{name: a.example.com}]\n", "3:", ["none.pem"]),
    ("certificate-missing", HEAD + "expressway-e:\n  nodes: [{name: a.example.com, certificate: none.pem}]\n", "3:", ["none.pem"]),
    ("certificate-no-certificate", HEAD + "expressway-e:\n  nodes: [{name: a.example.com, certificate: text.pem}]\n", "3:", ["text.pem"]),
    ("syntax", HEAD + "zones: [unclosed\n", None, ["yaml"]),
    ("tab", "domains:\n\t- example.com\n", "2:", []),
    ("empty", "", None, ["empty"]),
    ("only-a-comment", "# nothing\n", None, []),
    ("a-list", "- example.com\n", "1:1", []),
    ("a-word", "example.com\n", "1:1", []),
    ("binary", "\x00\x01\x02\x7f", None, []),
    ("not-utf8", b"domains: [ex\xff\xfeample.com]\n", None, []),
    ("alias-bomb", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
     "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ndomains: *d\n", None, []),
    ("deep", HEAD + "zones: " + "[" * 20000 + "]" * 20000 + "\n", None, []),
    ("two-documents", HEAD + "---\n" + HEAD, None, []),
    ("nothing-to-do", "release: X14.3\n", None, []),
]


class Place:
    """A directory with the bad files that the tables name."""

    def __init__(self, keys):
        self.keys = keys
        self.path = tempfile.mkdtemp(prefix="edgeprobe-cli-")
        self.fill()

    def write(self, name, data):
        with open(os.path.join(self.path, name), "wb") as out:
            out.write(data if isinstance(data, bytes) else data.encode("utf-8"))

    def fill(self):
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.serialization import pkcs12
        from pki import Pki, key_pem
        root = Pki(self.keys).ca("root")
        lines = root.pem.splitlines()
        os.mkdir(os.path.join(self.path, "empty.d"))
        self.write("stranger.pem", Pki(self.keys).ca("stranger").pem)
        self.write("empty.pem", "")
        self.write("text.pem", "these are words\n")
        self.write("root.der", root.certificate.public_bytes(serialization.Encoding.DER))
        self.write("root.p12", pkcs12.serialize_key_and_certificates(
            b"x", root.key, root.certificate, None, serialization.NoEncryption()))
        self.write("key.pem", key_pem(root.key))
        self.write("broken.pem", "\n".join(lines[:5] + ["!!! not base64 !!!"] + lines[6:]) + "\n")
        self.write("other.json", '{"hello": "world"}')
        self.write("schema.json", '{"schema": "edgeprobe.report/99", "evidence": {}}')
        self.write("deep.json", "[" * 100000)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Context:
    def __init__(self, edgeprobe, place, lab, save):
        self.edgeprobe, self.place, self.lab, self.save = edgeprobe, place, lab, save
        self.live = lab.command()  # a run that ends with 0 in a tenth of a second

    def run(self, arguments, **how):
        return Run([self.edgeprobe] + arguments, **how)

    def file(self, name):
        return os.path.join(self.place.path, name)


def shown(text):
    return repr(text if len(text) < 300 else text[:300] + "…")


def judge_bad(run, words):
    """Bad input: status 3, nothing on stdout, one harmless line on stderr with these words."""
    problems = run.trouble()
    if run.status != BAD:
        problems.append(f"exit status {run.status}, wanted {BAD}")
    if run.out:
        problems.append(f"wrote to stdout: {shown(run.out)}")
    lines = run.err.rstrip("\n").split("\n")
    if len(lines) != 1 or not lines[0]:
        problems.append(f"wanted one line on stderr, got {shown(run.err)}")
    if re.search("[\x00-\x09\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]", run.err):
        problems.append(f"control characters on stderr: {shown(run.err)}")
    problems += [f"{word!r} is not in {shown(run.err)}" for word in words if word not in run.err]
    if run.seconds > 5:
        problems.append(f"took {run.seconds:.1f} s")
    return problems


def test_bad_usage(context, arguments, words):
    where = context.place.path
    arguments = [a.replace("{dir}", where) if isinstance(a, str) else a for a in arguments]
    if arguments[0] == "check" and "--resolver" not in arguments:
        arguments[1:1] = ["--resolver", SILENT, "--timeout", "1"]
    return judge_bad(context.run(arguments), [w.replace("{dir}", where) for w in words])


def test_bad_yaml(context, name, text, where, words):
    path = context.file(f"bad-{name}.yaml")
    context.place.write(f"bad-{name}.yaml", text)
    run = context.run(["check", "-f", path, "--resolver", SILENT, "--timeout", "1"])
    problems = judge_bad(run, words + [os.path.basename(path)])
    if where is not None and f".yaml:{where}" not in run.err:
        problems.append(f"wanted …yaml:{where}, got {shown(run.err)}")
    if where is not None and not re.search(r"\.yaml:\d+:\d+: ", run.err):
        problems.append(f"wanted file:line:column, got {shown(run.err)}")
    return problems


# ---- outputs ----

def leftovers(folder, expected):
    extra = sorted(set(os.listdir(folder)) - set(expected))
    return [f"left behind: {extra}"] if extra else []


def fresh_folder(context, name):
    folder = context.file(name)
    os.mkdir(folder)
    return folder


def test_output_written(context):
    folder = fresh_folder(context, "out-good")
    path = os.path.join(folder, "report.json")
    with open(path, "w", encoding="utf-8") as old:
        old.write("old")
    run = context.run(["replay", context.save, "--format", "json", "-o", path])
    problems = run.trouble() + leftovers(folder, ["report.json"])
    with open(path, encoding="utf-8") as text:
        json.load(text)
    if run.out or run.err or run.status != 0:
        problems.append(f"status {run.status}, stdout {shown(run.out)}, stderr {shown(run.err)}")
    return problems


def test_output_is_what_stdout_gets(context):
    path = context.file("same.json")
    to_file = context.run(["replay", context.save, "--format", "json", "-o", path])
    to_stdout = context.run(["replay", context.save, "--format", "json"])
    with open(path, encoding="utf-8") as text:
        same = text.read() == to_stdout.out
    return [] if same and to_file.status == to_stdout.status == 0 else ["-o and stdout differ"]


def test_output_folder_missing(context):
    path = context.file("no-such-folder/report.json")
    return judge_bad(context.run(["replay", context.save, "-o", path]), ["no-such-folder"])


def test_output_is_a_folder(context):
    folder = fresh_folder(context, "out-folder")
    run = context.run(["replay", context.save, "-o", folder])
    return judge_bad(run, ["out-folder"]) + leftovers(folder, [])


def test_output_below_a_file(context):
    return judge_bad(context.run(["replay", context.save, "-o", context.file("text.pem/x")]), ["text.pem/"])


def test_output_dev_full(context):
    return judge_bad(context.run(["replay", context.save, "-o", "/dev/full"]), ["/dev/full", "No space left"])


def limited(argv, limit):
    """The run with a limit on file size: the disk that fills up in the middle of a report."""
    import resource

    def before():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          preexec_fn=before, timeout=20, check=False)


def test_output_disk_full_keeps_the_old(context):
    folder = fresh_folder(context, "out-full")
    path = os.path.join(folder, "report.json")
    with open(path, "w", encoding="utf-8") as old:
        old.write("old")
    done = limited([context.edgeprobe, "replay", context.save, "--format", "json", "-o", path], 4096)
    problems = leftovers(folder, ["report.json"])
    with open(path, encoding="utf-8") as text:
        if text.read() != "old":
            problems.append("the old report was damaged")
    if done.returncode != BAD or b"report.json" not in done.stderr:
        problems.append(f"status {done.returncode}, stderr {done.stderr!r}")
    return problems


def test_save_disk_full_leaves_nothing(context):
    folder = fresh_folder(context, "save-full")
    path = os.path.join(folder, "save.json")
    done = limited([context.edgeprobe] + context.live + ["--save", path], 4096)
    problems = leftovers(folder, [])
    if done.returncode != BAD or b"save.json" not in done.stderr:
        problems.append(f"status {done.returncode}, stderr {done.stderr!r}")
    return problems


def test_save_folder_missing(context):
    run = context.run(context.live + ["--save", context.file("no-such-folder/s.json")])
    problems = run.trouble()
    if run.status != BAD or "no-such-folder" not in run.err or run.err.count("\n") != 1:
        problems.append(f"status {run.status}, stderr {shown(run.err)}")
    return problems


def test_stdout_dev_full(context):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([context.edgeprobe, "replay", context.save], stdout=full, stderr=subprocess.PIPE,
                              timeout=20, check=False)
    good = done.returncode == BAD and b"No space left" in done.stderr
    return [] if good else [f"status {done.returncode}, stderr {done.stderr!r}"]


def test_seeds(context):
    """docs/SEEDS.md names only what there is."""
    commands = {name: Run([context.edgeprobe, name, "--help"]).out for name in COMMANDS}
    pages = []
    for path in ("docs/SEEDS.md", "docs/CHECKS.md", "catalogue/plan.yaml", "catalogue/words.yaml"):
        with open(os.path.join(PROJECT, path), encoding="utf-8") as page:
            pages.append(page.read())
    lies = seeds.problems(pages[0].replace("`cert.key`", "`cert.kex`"), *pages[1:], commands)
    return seeds.problems(*pages, commands) + ([] if lies else ["a check that does not exist passes"])


def test_ciphers_list_profiles(context):
    """What cli.md promises of the list, and that docs/ciphers.md has a row for each."""
    problems = []
    run = Run([context.edgeprobe, "ciphers", "--list-profiles", "--format", "json"])
    profiles = json.loads(run.out)["profiles"]
    with open(os.path.join(HERE, "../../docs/ciphers.md"), encoding="utf-8") as page:
        text = page.read()
    for profile in profiles:
        for key in ("name", "versions", "suites", "groups", "signature_algorithms", "source", "confidence"):
            if not profile.get(key):
                problems.append(f"{profile.get('name')}: no {key}")
        if any(not re.fullmatch("0x[0-9A-F]{4}", suite) for suite in profile["suites"]):
            problems.append(f"{profile['name']}: suites are no ids")
        if f"`{profile['name']}`" not in text or profile["source"] not in text:
            problems.append(f"{profile['name']}: not in docs/ciphers.md as it is")
    names = {profile["name"].split("-")[0] for profile in profiles}
    if run.status != 0 or not {"expressway", "ucm", "imp"} <= names:
        problems.append(f"status {run.status}, families {names}")
    return problems


def test_stdout_dev_full_explain_and_help(context):
    out = []
    for arguments in (["explain"], ["--help"], ["check", "--help"], ["--version"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([context.edgeprobe] + arguments, stdout=full, stderr=subprocess.PIPE, timeout=20,
                                  check=False)
        if done.returncode != BAD:
            out.append(f"{arguments}: status {done.returncode}, stderr {done.stderr!r}")
    return out


def test_stdout_pipe_closed(context):
    """As `edgeprobe … | head -1` does: an end without noise."""
    out = []
    for arguments in (["replay", context.save, "--format", "json"], ["replay", context.save], ["explain"]):
        reader, writer = os.pipe()
        os.close(reader)
        try:
            done = subprocess.run([context.edgeprobe] + arguments, stdout=writer, stderr=subprocess.PIPE, timeout=20,
                                  check=False)
        finally:
            os.close(writer)
        if done.returncode not in (0, 1, 2, 3, -signal.SIGPIPE) or b"Broken pipe" in done.stderr:
            out.append(f"{arguments}: status {done.returncode}, stderr {done.stderr!r}")
    return out


def test_stdout_not_open(context):
    """`>&-`: the file that is opened next must not become stdout."""
    path = context.file("closed-save.json")
    command = subprocess.list2cmdline([context.edgeprobe] + context.live + ["--format", "json", "--save", path])
    done = subprocess.run(["/bin/sh", "-c", command + " >&-"], stderr=subprocess.PIPE, timeout=20, check=False)
    problems = []
    if done.returncode != BAD or not done.stderr:
        problems.append(f"status {done.returncode}, stderr {done.stderr!r}")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as text:
            try:
                json.load(text)
            except ValueError:
                problems.append("the save is damaged: the report went into it")
    return problems


def test_stderr_not_open(context):
    path = context.file("closed-stderr.json")
    command = subprocess.list2cmdline([context.edgeprobe] + context.live + ["--format", "json", "--save", path])
    done = subprocess.run(["/bin/sh", "-c", command + " 2>&-"], stdout=subprocess.PIPE, timeout=20, check=False)
    problems = [] if done.returncode == 0 else [f"status {done.returncode}"]
    json.loads(done.stdout)
    with open(path, encoding="utf-8") as text:
        json.load(text)
    return problems


# ---- ending early ----

def interrupted(context, number, arguments=()):
    """A run that waits for a silent name server, ended by a signal after 0.3 s."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = f"127.0.0.1:{silent.getsockname()[1]}"
        child = subprocess.Popen([context.edgeprobe, "check", "example.com", "--resolver", resolver, "--timeout",
                                  "20"] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        silent.settimeout(5)
        silent.recvfrom(512)  # it has begun
        started = time.monotonic()
        child.send_signal(number)
        try:
            out, err = child.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return None, b"", b"", 5.0
        return child.returncode, out, err, time.monotonic() - started


def judge_interrupted(number, status, err, seconds):
    problems = []
    if status not in (-number, 128 + number):
        problems.append(f"status {status}, wanted the end by signal {number}")
    if seconds > 0.5:
        problems.append(f"ended {seconds:.1f} s after the signal")
    if err.count(b"\n") > 1:
        problems.append(f"stderr: {err!r}")
    return problems


def test_interrupt(context):
    status, out, err, seconds = interrupted(context, signal.SIGINT)
    return judge_interrupted(signal.SIGINT, status, err, seconds) + ([f"half a report: {out!r}"] if out else [])


def test_terminate(context):
    status, out, err, seconds = interrupted(context, signal.SIGTERM)
    return judge_interrupted(signal.SIGTERM, status, err, seconds) + ([f"half a report: {out!r}"] if out else [])


def test_interrupt_leaves_no_file(context):
    folder = fresh_folder(context, "interrupted")
    status, _, err, seconds = interrupted(context, signal.SIGINT,
                                          ["-o", folder + "/report.txt", "--save", folder + "/save.json"])
    return judge_interrupted(signal.SIGINT, status, err, seconds) + leftovers(folder, [])


def test_interrupt_ignored_by_parent(context):
    """`nohup`-like callers set SIGINT to ignored; a background run must then go on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        command = (f"trap '' INT; exec {context.edgeprobe} check example.com --resolver "
                   f"127.0.0.1:{silent.getsockname()[1]} --timeout 1 --format json")
        child = subprocess.Popen(["/bin/sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        silent.settimeout(5)
        silent.recvfrom(512)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=20)
    return [] if child.returncode == 2 and json.loads(out) else [f"status {child.returncode}"]


def test_deadline(context):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        run = context.run(["check", "example.com", "--resolver", f"127.0.0.1:{silent.getsockname()[1]}",
                           "--timeout", "20", "--deadline", "0.5", "--format", "json"])
    problems = run.trouble()
    if run.seconds > 1.5:
        problems.append(f"took {run.seconds:.1f} s with a deadline of 0.5 s")
    told = json.loads(run.out)
    if run.status != 3 or "--deadline" not in told["findings"][0]["summary"] or told["outcomes"][0]["state"] != "unknown":
        problems.append(f"status {run.status}: {shown(run.out)}")
    return problems


# ---- exit statuses ----

def status_of(context, arguments, wanted):
    run = context.run(context.live + ["--format", "json"] + arguments)
    problems = run.trouble()
    if run.status != wanted:
        problems.append(f"{arguments}: exit status {run.status}, wanted {wanted}: {run.err.strip()}")
    return problems


def test_exit_0(context):
    return status_of(context, [], 0)


def test_proxies_of_the_environment_are_not_used(context):
    nowhere = "http://127.0.0.1:9"
    names = ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY")
    run = context.run(context.live + ["--format", "json"], environment={n: nowhere for n in names})
    return run.trouble() + ([] if run.status == 0 else [f"exit status {run.status}: a proxy was used"])


def test_exit_1(context):
    return status_of(context, ["--warn-days", "400", "--crit-days", "1"], 1)


def test_exit_2(context):
    return status_of(context, ["--at", "2200-01-01T00:00:00Z"], 2)


def test_exit_2_of_unknown_domain(context):
    command = [a if a != "example.com" else "nosuch.example.com" for a in context.live]
    run = context.run(command + ["--format", "json"])
    problems = run.trouble()
    causes = [(f["check"], f["cause"]) for f in json.loads(run.out)["findings"] if f["status"] == "fail"]
    if run.status != 2 or causes != [("dns.collab-edge-srv", "nxdomain")]:
        problems.append(f"status {run.status}, {causes}")
    return problems


# What one endpoint alone is asked: (arguments, exit status, causes, checks that have spoken).
LONE = [
    (["expe1.example.com:8443"], 0, [], {"net.connect", "tls.handshake", "name.expected", "cert.validity", "cert.key",
                                         "chain.client", "chain.served"}),
    (["expe1.example.com:8443", "--trust", "{dir}/stranger.pem"], 2, ["chain.client/no-trusted-root"], {"name.expected"}),
    (["expe1.example.com:8443", "--at", "2200-01-01T00:00:00Z"], 2, ["cert.validity/expired", "chain.client/expired-ca"],
     {"name.expected"}),
    (["expe1.example.com:5061", "--expect-name", "other.example.org"], 2, ["name.expected/no-match"], {"chain.client"}),
    (["expe1.example.com:5222", "--expect-name", "example.com"], 0, [], {"xmpp.stream", "name.expected", "chain.client"}),
    (["expe1.example.com:9"], 2, ["net.connect/refused"], set()),
    (["nosuch.example.com:443"], 2, ["net.connect/unresolved"], set()),
]


def test_one_endpoint_alone(context):
    """HOST:PORT: one connection, the certificate judged by name, chain, key and dates; a replay says the same."""
    problems = []
    common = context.live[2:]
    saved = context.file("lone.json")
    for arguments, status, causes, spoken in LONE:
        words = [word.replace("{dir}", context.place.path) for word in arguments]
        rest = common[:common.index("--trust")] + common[common.index("--trust") + 2:] if "--trust" in words else common
        run = context.run(["check"] + words + rest + ["--format", "json", "--save", saved])
        report = json.loads(run.out)
        found = sorted(f"{f['check']}/{f['cause']}" for f in report["findings"] if f["status"] in ("fail", "warn", "unknown"))
        silent = spoken - {f["check"] for f in report["findings"] if f["status"] != "skip"}
        if run.status != status or found != causes or silent:
            problems.append(f"{words}: status {run.status}, {found}; silent: {sorted(silent)}")
        if len(report["evidence"]["endpoints"]) != 1 or report["outcomes"]:
            problems.append(f"{words}: not one endpoint, or outcomes: {report['outcomes']}")
        again = context.run(["replay", saved, "--format", "json"])
        if json.loads(again.out)["findings"] != report["findings"] or again.status != status:
            problems.append(f"{words}: a replay tells something else")
        problems += run.trouble()
    return problems


def test_exit_3_when_nobody_knows(context):
    """A zone whose Expressway-C certificate nobody can see, and nothing worse: unknown."""
    run = context.run(["replay", context.save, "--format", "json"])
    report = json.loads(run.out)
    report["evidence"]["run"]["at"] = report["evidence"]["run"]["started"]
    for query in report["evidence"]["dns"]:
        if query["name"].startswith(("_cisco-uds", "_cuplogin")):
            query.update(state="servfail", rcode=2, records=[])
    with open(context.save, encoding="utf-8") as text:
        whole = json.load(text)
    whole["evidence"]["dns"] = report["evidence"]["dns"]
    path = context.file("unknown.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(whole, out)
    run = context.run(["replay", path, "--format", "json"])
    loud = [(f["check"], f["status"]) for f in json.loads(run.out)["findings"] if f["status"] in expect.LOUD]
    return [] if run.status == 3 and loud == [("dns.uds-not-external", "unknown")] else [f"{run.status}: {loud}"]


def test_replay_of_a_damaged_save(context):
    """Each damage alone: refused in one line that names the file and the key, never a crash."""
    damages = {"endpoints": lambda e: e.update(endpoints=5),
               "port": lambda e: e["endpoints"][0].update(port="x"),
               "protocol": lambda e: e["endpoints"][0].update(protocol="smoke"),
               "state": lambda e: e["dns"][0].update(state=7),
               "not_after": lambda e: e["endpoints"][0]["chain"][0].update(not_after="never"),
               "chain": lambda e: e["endpoints"][0].update(chain=[[]]),
               "base64": lambda e: e["certificates"].update({k: "!" for k in e["certificates"]}),
               "id": lambda e: e["endpoints"][0].update(id=None)}
    problems = []
    for word, damage in damages.items():
        with open(context.save, encoding="utf-8") as text:
            report = json.load(text)
        damage(report["evidence"])
        context.place.write(f"damaged-{word}.json", json.dumps(report))
        run = context.run(["replay", context.file(f"damaged-{word}.json")])
        problems += [f"{word}: {p}" for p in judge_bad(run, [f"damaged-{word}.json", word])]
    return problems


def test_replay_with_other_parameters(context):
    later = context.run(["replay", context.save, "--at", "2200-01-01T00:00:00Z", "--format", "json"])
    other = context.run(["replay", context.save, "--trust", context.file("stranger.pem"), "--format", "json"])
    problems = later.trouble() + other.trouble()
    causes = {f["cause"] for f in json.loads(later.out)["findings"]}
    if later.status != 2 or "expired" not in causes:
        problems.append(f"--at: status {later.status}, causes {causes}")
    causes = {(f["check"], f["cause"]) for f in json.loads(other.out)["findings"]}
    if other.status != 2 or ("chain.client", "no-trusted-root") not in causes:
        problems.append(f"--trust: status {other.status}")
    return problems


# ---- telling ----

def test_help(context):
    problems = []
    top = context.run(["--help"])
    for command in COMMANDS:
        run = context.run([command, "--help"])
        if run.status != 0 or run.err or "--format" not in run.out or command not in run.out.split("\n")[0]:
            problems.append(f"{command} --help: status {run.status}, {shown(run.out)}")
        problems += [f"{command} --help: {line}" for line in expect.harmless_text(run.out)]
        problems += [f"{command} --help ends a line with blanks" for line in run.out.split("\n") if line != line.rstrip()][:1]
        if command not in top.out:
            problems.append(f"--help does not name {command}")
    if top.status != 0 or top.err:
        problems.append(f"--help: status {top.status}, stderr {shown(top.err)}")
    return problems

def test_version(context):
    run = context.run(["--version"])
    return [] if run.status == 0 and re.fullmatch(r"edgeprobe \d+\.\d+\.\d+\S*\n", run.out) else [shown(run.out)]


# ---- manners ----

OFFLINE = ("capture", "bundle", "cert", "renew", "diff", "replay", "explain")
# Options that a command does not look at: refused by name, and in no help of it. (commands, options with an argument)
IGNORED = [
    (OFFLINE, ["--resolver=192.0.2.1", "--connect-to=a:1:b:2", "--ipv4", "--ipv6", "--timeout=3", "--no-cache",
               "--record=x.pcapng"]),
    (("listen",), ["--resolver=192.0.2.1", "--ipv4", "--connect-to=a:1:b:2"]),
    (("capture", "bundle", "listen", "diff", "replay", "explain"), ["--file=/nonexistent"]),
    (("diff", "replay", "explain"), ["--deadline=3", "--no-revocation"]),
    (("cert", "renew", "diff", "explain"), ["--expect-cert=x"]),
    (("monitor", "diff", "explain"), ["--save=x.json", "--baseline=x.json"]),
    (("diff", "explain"), ["--trust=x", "--symptom=ssh-down", "--vantage=lab", "--release=X14.3", "--warn-days=3"]),
]


def test_options_without_meaning_are_refused(context):
    problems, helps = [], {c: context.run([c, "--help"]).out for c in COMMANDS}
    for commands, options in IGNORED:
        for command in commands:
            for option in options:
                name = option.split("=")[0]
                run = context.run([command, "operand", option])
                said = f"edgeprobe: {command}: option '{name}' has no meaning here"
                if run.status != 3 or run.out or not run.err.startswith(said) or run.err.count("\n") != 1:
                    problems.append(f"{command} {option}: status {run.status}, {shown(run.err)}")
                if re.search(rf"{name}\b", helps[command]):
                    problems.append(f"{command} --help offers {name}")
    for command in ("check", "zone", "login", "ciphers", "revocation"):
        problems += [f"{command} --help lacks {o}" for o in ("--resolver", "--connect-to", "--timeout") if o not in helps[command]]
    return problems


def test_help_for_people(context):
    """help COMMAND, slips of the pen, version; a usage line and an example in each help."""
    problems = []
    for command in COMMANDS:
        run, same = context.run(["help", command]), context.run([command, "--help"])
        if run.out != same.out or run.status != 0:
            problems.append(f"help {command} is not {command} --help")
        lines = same.out.splitlines()
        examples = [line for line in lines if line.startswith(f"Example: edgeprobe {command}")]
        if not lines[0].startswith(f"Usage: edgeprobe {command}") or len(examples) != 1:
            problems.append(f"{command} --help: no usage, or no example")
    for words, said in [(["help", "chek"], "did you mean 'check'"), (["chek"], "did you mean 'check'"),
                        (["help", "foo"], "'foo' is no command"), (["check", "--timout", "3"], "did you mean '--timeout'"),
                        (["explain", "dns.srv-prot"], "did you mean dns.srv-port")]:
        run = context.run(words)
        if run.status != 3 or said not in run.err or run.out:
            problems.append(f"{words}: status {run.status}, {shown(run.err)}")
    version = context.run(["version"])
    return problems + ([] if version.out == context.run(["--version"]).out and version.status == 0 else ["version"])


def test_files_that_cannot_be_kept(context):
    """--save, --record, -o to a folder that does not exist: refused before the run."""
    problems = []
    for option in ("--save", "--record", "--output"):
        run = context.run(context.live + [option, context.file("no-such-folder/x")])
        if run.status != 3 or run.out or f"{option}: " not in run.err or "no such folder" not in run.err or run.seconds > 5:
            problems.append(f"{option}: status {run.status}, {shown(run.err)}")
    return problems


def test_refused_port_of_ciphers(context):
    """A port that refuses is a failure for ciphers as it is for check."""
    problems = []
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{closed.getsockname()[1]}"
        for command in ("ciphers", "check"):
            run = context.run([command, target, "--format", "json", "--vantage", "lab"])
            loud = {(f["check"], f["cause"]) for f in json.loads(run.out)["findings"] if f["status"] == "fail"}
            if run.status != 2 or ("net.connect", "refused") not in loud:
                problems.append(f"{command}: status {run.status}, {loud}")
    return problems


def test_edges_by_name(context):
    """--edge looks at edges that no SRV record leads to; the name of an edge is no domain, and the report says so."""
    problems = []
    rest = context.live[2:]
    named = context.run(["check", "nosuch.example.com", "--edge", "expe1.example.com"] + rest + ["--format", "json"])
    report = json.loads(named.out)
    hosts = {e["host"] for e in report["evidence"]["endpoints"]}
    dns = [f for f in report["findings"] if f["check"] == "dns.collab-edge-srv"]
    if hosts != {"expe1.example.com"} or [f["status"] for f in dns] != ["skip"] or \
            not any(f["check"] == "name.mra-domain" and f["status"] == "fail" for f in report["findings"]):
        problems.append(f"--edge: {hosts}, {dns}, status {named.status}")
    if not all("--edge=expe1.example.com" in fault["next"] for fault in report["faults"] if "zone" not in fault["next"]):
        problems.append("the next command forgets --edge")
    edge = context.run(["check", "expe1.example.com"] + rest)
    if "is it the edge?" not in " ".join(edge.out.split()):
        problems.append(f"no hint at an edge's own name: {shown(edge.out[:600])}")
    return problems


# ---- words people bring ----

# What stands on pages, in pop-ups and other people's mails; the first hit must be this. The list is the troubleshooting
# notes' and the users'.
WORDS = [
    ("No SSH tunnels have been established", "chain.ssh-tunnel/missing-intermediate"),
    ("cannot find your services automatically", "dns.collab-edge-srv/nxdomain"),
    ("Invalid certificate: Unrecognized CA", "chain.own/no-trusted-root"),
    ("The file provided is not a valid X.509 PEM certificate file", "file.format/der"),
    ("is not a valid X.509 PEM certificate file", "file.format/der"),
    ("Subject alternative name must be a valid FQDN", "name.san-fqdn/hostname"),
    ("Common name must be a valid FQDN", "name.common-name/not-fqdn"),
    ("failed to update database TXT_DB error number 2", "no check"),
    ("port 7400 :(111) Connection refused", "net.xcp/refused"),
    ("unsafe legacy renegotiation disabled", "tls.handshake"),
    ("alarm 35013", "zone.status/tunnels-down"),
    ("unknown_ca", "alert 48"),
    ("phones-not-registering", None),
]
# Lines of logs: the token, and the check that it leads to.
LINES = [
    ('Event="Sending HTTP error response" Status="403"', "http-error-403", "mra.edge-config"),
    ('Event="Sending HTTP error response" Status="502"', "http-error-502", "mra.edge-config"),
    ("port 7400 :(111) Connection refused", "xcp-refused", "net.xcp"),
    ("Unable to connect to host '192.0.2.1', port 7400:(111) Connection refused", "xcp-refused", "net.xcp"),
    ("unsafe legacy renegotiation disabled", "legacy-renegotiation", "tls.handshake"),
    ('Event="Alarm Raised" Id="35013" Severity="warning" Detail="Unified Communications SSH tunnel failure: hosts"',
     "alarm-35013", "chain.ssh-tunnel"),
    ('Method="::TTSSL_continueHandshake" Detail="Failed to establish SSL connection" remoteAddress="192.0.2.1:7001"',
     "handshake-failed", "tls.handshake"),
    ("InvalidX509NameInCertificate: Will check SAN the next", "subject-alt-names-next", "name.phone-profile"),
    ("InvalidX509NameInCertificate", "phone-profile-refused", "name.phone-profile"),
    ('Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="198.51.100.1" Src-port="25001" Dst-ip="192.0.2.1" '
     'Dst-port="5062" Detail="peer did not return a certificate"', "client-certificate-missing", "tls.client-auth"),
]


# What pages show, copied whole: more than the words that are known of it.
QUOTED = [
    ("Invalid certificate: Unrecognized CA. This certificate is not currently trusted by the Expressway. This is because the "
     "CA certificate is not in the trust store.", "chain.own/no-trusted-root"),
    ("Invalid certificate: The file provided is not a valid X.509 PEM certificate file.", "file.format/der"),
    ("Error: Subject alternative name must be a valid FQDN, and here it is none", "name.san-fqdn/hostname"),
]


def test_words_people_bring(context):
    problems = []
    for words, wanted in WORDS:
        run = context.run(["explain"] + words.split() + ["--format", "json"])
        hits = json.loads(run.out).get("hits", []) if run.status == 0 else []
        if not hits or (wanted is not None and hits[0]["name"] != wanted):
            problems.append(f"{words!r}: {[h['name'] for h in hits[:3]]}, wanted {wanted}")
        if hits and (not hits[0]["next"] or not hits[0]["next"].startswith("edgeprobe ")):
            problems.append(f"{words!r}: no command to run next")
        if hits != sorted(hits, key=lambda h: -h["score"]):
            problems.append(f"{words!r}: not the best first")
    for words, wanted in QUOTED:
        for arguments in ([words], ["--log", words]):
            said = " ".join(context.run(["explain"] + arguments).out.split())
            if f"best first: 1. {wanted} " not in said:
                problems.append(f"{arguments}: {said[:200]}, wanted {wanted}")
    if "No known token" not in context.run(["explain", "--log", "nothing at all of what is known"]).out:
        problems.append("words that are nobody's are no token")
    for line, token, check in LINES:
        entries = json.loads(context.run(["explain", "--log", line, "--format", "json"]).out)["entries"]
        if [(e["token"], e["check"]) for e in entries] != [(token, check)]:
            problems.append(f"{line!r}: {[(e['token'], e['check']) for e in entries]}")
    inbound = json.loads(context.run(["explain", "--log", LINES[-1][0], "--format", "json"]).out)["entries"][0]
    if inbound["leg"] not in ("webex", "b2b", "partner"):
        problems.append(f"5062 inbound is Webex or a partner, not {inbound['leg']}")
    return problems


def validated(context, schema, words):
    with open(os.path.join(PROJECT, "docs", schema), encoding="utf-8") as text:
        validator = jsonschema.Draft202012Validator(json.load(text))
    run = context.run(words + ["--format", "json"])
    try:
        return [f"{words}: {error.message[:200]}" for error in validator.iter_errors(json.loads(run.out))][:3]
    except ValueError as error:
        return [f"{words}: {error}, {shown(run.err)}"]


def test_json_of_explain_has_a_schema(context):
    problems = validated(context, "profiles.schema.json", ["ciphers", "--list-profiles"])
    for words in ([], ["purposes"], ["chain.zone"], ["chain.zone/expired-ca"], ["dns"], ["--log", LINES[0][0]], ["--log", "nothing"],
                  *([w] for w, _ in WORDS)):
        problems += validated(context, "explain.schema.json", ["explain"] + words)
    return problems


def test_installed_page_names_installed_files(context):
    root = context.file("root")
    subprocess.run(["make", "-s", "-C", PROJECT, "-o", "edgeprobe", "install", f"DESTDIR={root}", "PREFIX=/usr"], check=True,
                   capture_output=True)
    problems = []
    with open(os.path.join(root, "usr/share/man/man1/edgeprobe.1"), encoding="utf-8") as page:
        named = re.findall(r"^\.Pa (\S+\.(?:md|json|1))", page.read(), re.MULTILINE)
    problems += [f"{path} is named and not installed" for path in named if not os.path.exists(root + path)]
    if not any(path.startswith("/usr/share/doc/edgeprobe/") for path in named):
        problems.append("the page names no installed document")
    for path in ("bash-completion/completions/edgeprobe", "zsh/site-functions/_edgeprobe", "fish/vendor_completions.d/edgeprobe.fish"):
        if not os.path.exists(os.path.join(root, "usr/share", path)):
            problems.append(f"{path} is not installed")
    return problems


def explained(context, *what):
    run = context.run(["explain", "--format", "json"] + list(what))
    return run, json.loads(run.out) if run.status == 0 else None


def checks_in(listing):
    """The checks of `explain --format json`, whether it gives a list or an object that holds one."""
    if isinstance(listing, dict):
        listing = listing.get("checks", [listing])
    return listing


def test_explain_lists_the_catalogue(context):
    run, listing = explained(context)
    text = context.run(["explain"])
    if listing is None:
        return [f"status {run.status}: {run.err}"]
    ids = [c.get("check") or c.get("id") for c in checks_in(listing)]
    problems = [f"{i} is missing in the text" for i in ids if i not in text.out]
    problems += [f"{want} is not in the catalogue" for want in
                 ("dns.collab-edge-srv", "net.connect", "tls.handshake", "name.mra-domain", "cert.validity",
                  "chain.client", "sip.options", "mra.edge-sso", "xmpp.stream", "ssh.service") if want not in ids]
    return problems + expect.harmless_text(text.out)


def test_explain_every_cause(context):
    _, listing = explained(context)
    problems = []
    for check in checks_in(listing):
        name = check.get("check") or check.get("id")
        for cause in check["causes"]:
            what = f"{name}/{cause.get('cause') or cause.get('id')}"
            text = context.run(["explain", what])
            run, one = explained(context, what)
            if text.status != 0 or one is None or len(text.out) < 200:
                problems.append(f"{what}: status {text.status}, {run.status}: {shown(text.out)}")
            problems += [f"{what}: {line}" for line in expect.harmless_text(text.out)]
    return problems[:10]


LOG_LINE = ('2026-11-21T10:00:00+00:00 expe1 tvcs: Event="Inbound TLS Negotiation Error" Service="SIP" Dst-port="7001" '
            'Detail="unable to get local issuer certificate" Common-name="expc%d.example.local" Level="1"\n')


def test_explain_log_words(context):
    _, told = explained(context, "--log", "Detail=\"Peer's TLS certificate identity was unacceptable\"")
    _, alert = explained(context, "--log", 'Event="Outbound TLS Negotiation Error" Detail="tlsv1 alert unknown ca"')
    _, nothing = explained(context, "--log", "nothing of that kind")
    text = context.run(["explain", "--log", "nothing of that kind"])
    problems = []
    if told["schema"] != "edgeprobe.log/1" or told["entries"][0]["check"] != "name.peer-address":
        problems.append(f"identity: {told}")
    entry = alert["entries"][0]
    if (entry["direction"], entry["cause"]) != ("outbound", "alert-unknown-ca") or not entry["guidance"]:
        problems.append(f"alert: {entry}")
    if nothing["entries"] or "No known token" not in text.out or text.status != 0:
        problems.append(f"nothing: {nothing} {text.out}")
    return problems + text.trouble()


def test_explain_log_file(context):
    """Counted by what was said, whatever stands between: binary, an endless line, no newline at the end."""
    path = context.file("expressway.log")
    with open(path, "wb") as out:
        for i in range(3000):
            out.write((LOG_LINE % (i % 2)).encode() if i % 3 == 0 else b"\x00\xff\x1b[31m nothing\n")
        out.write(b"A" * 1000000 + b"\nGot EOF on socket")
    run, told = explained(context, "--log-file", path)
    text = context.run(["explain", "--log-file", path])
    counts = sorted((e["count"], e["line"], e["common_name"]) for e in told["entries"])
    wanted = [(1, 3002, None), (500, 1, "expc0.example.local"), (500, 4, "expc1.example.local")]
    problems = run.trouble() + text.trouble() + expect.harmless_text(text.out)
    if [tuple(c) for c in counts] != wanted or (told["lines"], told["matched"]) != (3002, 1001):
        problems.append(f"{counts} {told['lines']} {told['matched']}")
    if "500 times" not in text.out or "as in line 1 above" not in text.out:
        problems.append(text.out[-500:])
    return problems


def test_explain_log_of_many_kinds(context):
    """What is kept is bounded, and what is left out is told."""
    path = context.file("many.log")
    with open(path, "w", encoding="utf-8") as out:
        for i in range(1500):
            out.write(LOG_LINE % i)
    _, told = explained(context, "--log-file", path)
    return [] if len(told["entries"]) == 1000 and told["left_out"] == 500 else [f"{told['left_out']} left out"]


def test_json_unmoved_by_locale(context):
    """Numbers and cases must not follow the user's language."""
    plain = context.run(["replay", context.save, "--format", "json"])
    other = context.run(["replay", context.save, "--format", "json"], environment={"LC_ALL": "tr_TR.UTF-8"})
    return [] if plain.out == other.out else ["the JSON changes with the locale"]


def test_color_only_when_asked(context):
    plain = context.run(["replay", context.save])
    forced = context.run(["replay", context.save, "--color", "always"])
    never = context.run(["replay", context.save, "--color", "never"])
    problems = []
    if "\x1b" in plain.out or "\x1b" in never.out:
        problems.append("colour without a terminal")
    if "\x1b[" not in forced.out:
        problems.append("no colour with --color always")
    if re.sub(r"\x1b\[[0-9;]*m", "", forced.out) != plain.out:
        problems.append("colour changes more than colour")
    return problems


def tests_of(context):
    for name, arguments, words in BAD_USAGE:
        yield "usage-" + name, lambda a=arguments, w=words: test_bad_usage(context, a, w)
    for name, text, where, words in BAD_YAML:
        yield "yaml-" + name, lambda n=name, t=text, p=where, w=words: test_bad_yaml(context, n, t, p, w)
    for name, test in sorted(globals().items()):
        if name.startswith("test_") and name not in ("test_bad_usage", "test_bad_yaml"):
            yield name[5:].replace("_", "-"), lambda t=test: t(context)


def main():
    arguments = command_line("Hold edgeprobe's command line to its contract.", jobs=2)
    keys = keys_for_run()
    place = Place(keys)
    try:
        with Lab(scenario_load("healthy"), keys) as lab:
            save = os.path.join(place.path, "healthy.json")
            first = Run([arguments.edgeprobe] + lab.command() + ["--save", save, "--no-progress"])
            context = Context(arguments.edgeprobe, place, lab, save)
            if first.status != 0:
                print(f"the healthy run ends with {first.status}: what builds on it will fail", file=sys.stderr)
            return tally(run_each(chosen(arguments, list(tests_of(context))), arguments.jobs))
    except servers.Missing as missing:
        return skip_all(missing)
    finally:
        place.remove()


if __name__ == "__main__":
    run_main(main)
