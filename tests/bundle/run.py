#!/usr/bin/python3 -B
"""Does `edgeprobe bundle` tell what happened to two boxes, from their bundles alone? The stories of stories.py, whole
archives, folders and pastes, what may not leave, and archives that mean harm.

    run.py [--edgeprobe PATH] [--jobs N] [TEST…]

No connection is made. The last line counts."""

import base64
import functools
import gzip
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import time
import zipfile

from cryptography import x509

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
from launch import hand_over, Run  # noqa: E402
from suite import run_main, run_tests  # noqa: E402
from lab import keys_for_run  # noqa: E402
from pki import Pki  # noqa: E402

import maker  # noqa: E402
from stories import STORIES, ssl_failed  # noqa: E402

BAD = 3


class Context:
    """One folder, one set of keys and CAs for all tests."""

    def __init__(self, edgeprobe, top):
        self.edgeprobe, self.top = edgeprobe, top
        self.pki = Pki(keys_for_run(), maker.KINDS)
        self.count = 0

    def folder(self):
        self.count += 1
        path = os.path.join(self.top, str(self.count))
        os.makedirs(path)
        return path

    def pair(self, **how):
        return maker.Pair(self.pki, **how)

    def run(self, *arguments):
        return Run([self.edgeprobe, *arguments])

    def report(self, *arguments):
        """(problems, report)"""
        run = self.run("bundle", "--format", "json", *arguments)
        try:
            report = json.loads(run.out)
        except ValueError:
            return run.trouble() + [f"no JSON, status {run.status}: {run.err[:300]}"], None
        problems = run.trouble() + expect.validate(report, PROJECT) + expect.invariants(report, run.status)
        return problems, report


def found(report, check, cause=None, subject=None):
    return [f for f in report["findings"] if f["check"] == check and (cause is None or f["cause"] == cause)
            and (subject is None or subject in f["subject"])]


def loud(report):
    return [f"{f['check']}/{f['cause']} {f['subject']}" for f in report["findings"] if f["status"] in ("fail", "warn")]


def test_story(context, name):
    story = STORIES[name]
    problems, report = context.report(*story["make"](context.pki).write(context.folder()), *story.get("options", []))
    if report is None:
        return problems
    hand_over("bundle", name, report)
    status = {"pass": 0, "warn": 1, "fail": 2, "unknown": 3}[report["status"]]
    if status != story["status"]:
        problems.append(f"status {report['status']}: {loud(report)}")
    if not story.get("finds"):
        problems += [f"not silent: {what}" for what in loud(report)]
    for check, cause, subject, evidence in story.get("finds", []):
        these = found(report, check, cause, subject)
        if not these:
            problems.append(f"no {check}/{cause} at {subject}; there is {loud(report)}")
            continue
        text = json.dumps([these[0]["summary"], these[0]["evidence"]])
        problems += [f"{check}: no {word!r} in {text[:600]}" for word in evidence if word not in text]
    problems += [f"{check}/{cause} is there" for check, cause in story.get("lacks", []) if found(report, check, cause)]
    for check, subject, word in story.get("passes", []):
        if not any(f["status"] == "pass" and word in f["summary"] for f in found(report, check, None, subject)):
            problems.append(f"no pass of {check} at {subject} with {word!r}: {[f['summary'] for f in found(report, check)]}")
    if "faults" in story and [f["root"]["check"] for f in report["faults"]] != story["faults"]:
        problems.append(f"faults: {[(f['root'], f['consequences']) for f in report['faults']]}, wanted {story['faults']}")
    for outcome, subject, state in story.get("outcome_of", []):
        states = {o["state"] for o in report["outcomes"] if o["outcome"] == outcome and o["subject"] == subject}
        if states != {state}:
            problems.append(f"{outcome} of {subject}: {states}, wanted {state}")
    for outcome, state in story.get("outcomes", {}).items():
        states = {o["state"] for o in report["outcomes"] if o["outcome"] == outcome}
        if states != {state}:
            problems.append(f"{outcome}: {states}, wanted {state}")
    return problems


def test_sources(context):
    """The same verdict of archives, folders, archives in archives, ZIP, a twice-named one."""
    pair, here = context.pair(), context.folder()
    both = pair.write(here)
    unpacked = os.path.join(here, "unpacked")
    for path, sub in zip(both, ("e", "c")):
        with tarfile.open(path) as tar:
            tar.extractall(os.path.join(unpacked, sub))
    together = os.path.join(here, "case.zip")
    with zipfile.ZipFile(together, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in both:
            archive.write(path, os.path.basename(path))
    plain = os.path.join(here, "plain.tar")
    maker.tar_write(plain, pair.e.files())
    bundles = os.path.join(here, "bundles")
    os.makedirs(bundles)
    for path in both:
        shutil.copy(path, bundles)
    problems = []
    for sources in (both, [unpacked], [together], [plain, both[1]], [bundles], both + [bundles]):
        trouble, report = context.report(*sources)
        problems += trouble
        if report is None:
            continue
        names = sorted(b["node"] for b in report["evidence"]["bundles"])
        if report["status"] != "pass" or names != sorted([maker.E, maker.C]):
            problems.append(f"{sources}: {report['status']}, boxes {names}, {loud(report)}")
    return problems


def test_bundles_told(context):
    pair, here = context.pair(), context.folder()
    pair.e.more["core_dump.bin"] = b"\0\1\2\3"
    problems, report = context.report(*pair.write(here))
    if report is None:
        return problems
    by_role = {b["role"]: b for b in report["evidence"]["bundles"]}
    e = by_role["expressway-e"]
    if e["node"] != maker.E or e["release"] != "X15.2.1" or len(e["files_read"]) != 5:
        problems.append(f"{e}")
    if not any("core_dump.bin" in left["name"] and left["why"] for left in e["files_left_out"]):
        problems.append(f"left out: {e['files_left_out']}")
    zones = [z for z in e["zones"] if z["type"] == "TraversalServer"]
    if len(zones) != 1 or zones[0]["partner"] != f"{maker.C}/To Expressway-E":
        problems.append(f"zones: {zones}")
    return problems


def test_file_order(context):
    """Archives stream in any order: the log may come before the settings that tell whose it is."""
    problems, told = [], []
    line = ('2026-11-27T10:00:01.000+00:00 expc1 tvcs: Event="Outbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.161" '
            'Src-port="25697" Dst-ip="192.0.2.215" Dst-port="5061" Detail="self signed certificate in certificate chain" '
            'Protocol="TLS" Level="1" UTCTime="2026-11-27 10:00:01,000"')
    for order in (1, -1):
        pair, here = context.pair(), context.folder()
        pair.c.log.append(line)
        files = pair.c.files
        pair.c.files = lambda files=files, order=order: dict(sorted(files().items())[::order])
        trouble, report = context.report(*pair.write(here))
        problems += trouble
        if report is None:
            return problems
        told.append([f for f in report["findings"] if f["status"] in ("fail", "warn", "unknown")])
        legs = {s["leg"] for b in report["evidence"]["bundles"] for s in b["log"]}
        if legs != {"ucm"} or not found(report, "chain.ucm-trust", "not-in-expressway-c"):
            problems.append(f"5061 dialled by Expressway-C is of {legs}")
    cut = [[(f["check"], f["cause"], f["subject"]) for f in findings] for findings in told]
    return problems + ([] if cut[0] == cut[1] else [f"{cut[0]}; the other way round {cut[1]}"])


def test_rotated_logs(context):
    """Older logs beside the newest, one of them packed alone, in an archive and in a folder: one box, all times in one line."""
    pair, here = context.pair(), context.folder()
    line = ssl_failed("error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca", "true", "192.0.2.10:7001",
                              "203.0.113.7:25001") + "\n"
    name = f"loggingsnapshot_expe1_{maker.TIME}.txt"
    pair.e.more = {name: line, name + ".1": line.replace("10:00:00", "09:00:00"),
                   name + ".2.gz": gzip.compress(line.replace("10:00:00", "08:00:00").encode())}
    both, unpacked, problems = pair.write(here), os.path.join(here, "unpacked"), []
    with tarfile.open(both[0]) as tar:
        tar.extractall(unpacked)
    for sources in (both, [unpacked, both[1]]):
        trouble, report = context.report(*sources)
        problems += trouble
        if report is None:
            continue
        nodes = sorted(b["node"] for b in report["evidence"]["bundles"])
        told = [f["summary"] for f in report["findings"] if f["check"] == "tls.handshake" and f["status"] == "fail"]
        if nodes != [maker.C, maker.E] or not told or "3 times, 2026-11-27T08:00:00Z to 2026-11-27T10:00:00Z" not in told[0]:
            problems.append(f"{sources}: boxes {nodes}, {told}")
    return problems


def test_log_alone(context):
    """After a restart while logging only the log is left: whose it is, its lines tell."""
    pair, here = context.pair(), context.folder()
    pair.c.log.append('2026-11-27T10:00:01.000+00:00 expc1 tvcs: Event="Outbound TLS Negotiation Error" Service="SIP" '
                      'Src-ip="192.0.2.161" Src-port="25697" Dst-ip="192.0.2.10" Dst-port="7001" Detail="self signed certificate '
                      'in certificate chain" Protocol="TLS" Level="1" UTCTime="2026-11-27 10:00:01,000"')
    pair.c.files = lambda: {f"loggingsnapshot_expc1_{maker.TIME}.txt": "\n".join(pair.c.log).encode() + b"\n"}
    problems, report = context.report(*pair.write(here))
    if report is None:
        return problems
    box = [b for b in report["evidence"]["bundles"] if not b["has_settings"]][0]
    if (box["role"], box["role_from"]) != ("expressway-c", "log"):
        problems.append(f"{box['role']} by {box['role_from']}")
    return problems + ([] if found(report, "host.bundle", "incomplete") and found(report, "chain.zone") else [f"{loud(report)}"])


def test_secrets_stay(context):
    """Neither in a report, nor in a save, whatever the format."""
    pair, here = context.pair(), context.folder()
    pair.e.log += ['2026-11-27T10:00:01.000+00:00 expe1 tvcs: Event="Authentication Failed" Service="SIP" Src-ip="192.0.2.5" '
                   'Src-port="25001" Detail="Incorrect authentication credential for user" Username="login-of-a-user" '
                   'Protocol="TLS" Method="OPTIONS" Level="1" UTCTime="2026-11-27 10:00:01,000"',
                   '2026-11-27T10:00:02.000+00:00 expe1 traffic_server[7]: Event="Sending HTTP error response" Status="403" '
                   'Cookie="X-Auth=cookie-of-a-user" Reason="Forbidden" Dst-ip="192.0.2.80" Dst-port="50314"']
    sources = pair.write(here)
    secrets = [maker.SECRET, maker.SECRET[8:], "very-secret-community", maker.USER, "login-of-a-user", "cookie-of-a-user"]
    save, problems = os.path.join(here, "saved.json"), []
    for form in ("text", "json", "ndjson", "markdown", "html", "junit", "prometheus", "nagios"):
        run = context.run("bundle", *sources, "--format", form, "-v", "--save", save)
        problems += run.trouble()
        if not os.path.exists(save):
            return problems + [f"{form}: no save, status {run.status}: {run.err[:500]}"]
        with open(save, encoding="utf-8") as file:
            both = run.out + run.err + file.read()
        problems += [f"{form}: {secret} leaves" for secret in secrets if secret in both]
    return problems


PLANTED = [  # what a log may hold; %s is the secret or the name
    "password=%s", "Password: %s", "login with password=\\\"%s\\\" refused", "{'password':'%s'}", "pwd=%s", "passphrase: %s",
    "zone_password = %s", "<password>%s</password>", "<auth mechanism='PLAIN'>%s</auth>", "X-Auth=%s", "X-Auth: %s; Path=/",
    "Cookie: X-Auth=%s; Secure", "Set-Cookie: JSESSIONID=%s", "Authorization: Basic %s", "Proxy-Authorization: Bearer token='%s'",
    "Authorization: Digest username='x', realm='y', response='%s'", "Digest realm='y', nonce='%s'", "cnonce=%s, nc=00000001",
    "opaque='%s'", "response='%s'", "access_token=%s&x=1", "refresh-token: %s", "id_token='%s'", "token %s expired", "session_id=%s",
    "Session-ID: %s ended", "api_key=%s", "SAMLResponse=%s", "community: %s", "Server certificate uploaded by %s",
    "certificate uploaded by user %s at noon", "user \\\"%s\\\" was refused", "User '%s' logged in", "credential for user %s",
    "username=%s", "UserID='%s'", "logged in as %s from 192.0.2.1", "administrator %s changed it", "sip:%s@example.com",
    "https://x:%s@example.com/", "get_edge_sso?email=%s", "{cipher}%s", "-----BEGIN PRIVATE KEY----- %s"]


def test_planted_secrets_stay(context):
    """Each kind of secret, wherever words of a log or a status become evidence: in no format, save or written file."""
    pair, here = context.pair(), context.folder()
    secrets, problems = [], []
    for i, form in enumerate(PLANTED):
        words = []
        for place in "abcdef":
            secrets.append(f"zq{i:02}{place}Geheim")
            words.append(form % secrets[-1])
        at = f"2026-11-27T10:{i:02}:01.000+00:00 expc1 "
        utc = f'UTCTime="2026-11-27 10:{i:02}:01,000"'
        pair.c.log += [
            f'{at}tvcs: Event="Outbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.161" Src-port="25697" '
            f'Dst-ip="192.0.2.{i}" Dst-port="7001" Detail="{words[0]}" Reason="{words[1]}" Protocol="TLS" Level="1" {utc}',
            f'{at}alarm: Level="ERROR" Event="Alarm Raised" Id="{35013 + i}" Severity="error" Detail="{words[2]}" {utc}',
            f'{at}web: Event="Certificate Management" Detail="{words[3]}" {utc}',
            f"{at}traffic_server[7]: [ET_NET 0] ERROR: SSL connection failed for '{words[4]}': certificate verify failed"]
        title = words[5].replace('\\"', "'")
        pair.c.status += f'*s Alarm {i + 1}: \n  ID: "{35013 + i}"\n  Severity: "error"\n  Title: "{title}"\n*s/end\n'
    pair.c.more["server_expc1_key.pem"] = b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(b"zq99Geheim" * 9) + b"\n"
    sources = pair.write(here)
    for form in ("text", "json", "ndjson", "markdown", "html", "junit", "prometheus", "nagios"):
        for redact in ([], ["--redact"]) if form == "json" else ([],):
            out = os.path.join(context.folder(), "out")
            os.makedirs(out)
            run = context.run("bundle", *sources, "--format", form, "-v", "--save", os.path.join(out, "saved.json"),
                              "--write-deployment", os.path.join(out, "deployment.yaml"), *redact)
            problems += run.trouble()
            texts = {form: re.sub(r"\s+", "", run.out + run.err)}
            for name in os.listdir(out):
                with open(os.path.join(out, name), encoding="utf-8") as file:
                    texts[name] = name + file.read()
            if len(texts) < 5 or texts["saved.json"].count("<concealed>") < 3 * len(PLANTED):
                problems.append(f"{form}: {run.status} {run.err[:300]}")
            problems += [f"{form} {redact} {name}: {secret}" for name, text in texts.items() for secret in secrets if secret in text]
    return problems[:20]


def verdict(report):
    return (sorted((f["check"], f["cause"] or "", f["status"]) for f in report["findings"]),
            sorted((o["outcome"], o["state"]) for o in report["outcomes"]))


REDACTED = ["healthy", "ssh-down-with-alarm", "zone-down-e-lacks-ca", "peer-is-address-and-logged", "verify-name-wrong",
            "c-without-client-use", "ucm-known-by-address", "xcp-refused", "webex-verify-name-typo", "ports-differ",
            "tls-suites-apart", "changed-after-the-dump"]


def test_redact_same(context):
    """With pseudonyms, and certificates that bear them, a story has the verdict that it had; a save of it, too."""
    problems = []
    for name in REDACTED:
        story, here = STORIES[name], context.folder()
        sources, save = story["make"](context.pki).write(here), os.path.join(here, "saved.json")
        plain = context.report(*sources)[1]
        trouble, other = context.report(*sources, "--redact", "--save", save)
        if plain is None or other is None:
            return problems + [f"{name}: {trouble}"]
        again = json.loads(context.run("replay", save, "--format", "json").out)
        problems += [f"{name}: {word}" for word in trouble]
        for wrong in (other, again):
            problems += [f"{name}: {sorted(set(a) ^ set(b))}" for a, b in zip(verdict(plain), verdict(wrong)) if a != b]
    return problems


# Certificates and keys as text: four letters stand there by chance. What they hold is looked at as DER; digests are no such run.
BASE64_RUN = r"[A-Za-z0-9+/]{40,}={0,2}"


def test_redact_leaves_nothing(context):
    """Every format, the save and the written files: no name, address, serial number, key identifier or fingerprint."""
    here, problems = os.path.join(context.folder(), "customer-of-ours"), []
    os.makedirs(here)
    pair = STORIES["webex-verify-name-typo"]["make"](context.pki)
    pair.c.log += [f"{line.replace('cucm.example.lab', 'cucm7.example.lab')}" for line in (
        "2026-11-27T10:00:03.016+00:00 expc1 traffic_server[18242]: [ET_NET 0] ERROR: SSL connection failed for 'cucm.example.lab': "
        "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed",)]
    pair.c.log += STORIES["xcp-refused"]["make"](context.pki).c.log
    pair.c.log += STORIES["ssh-down-with-alarm"]["make"](context.pki).c.log
    pair.e.log += STORIES["webex-root-missing"]["make"](context.pki).e.log
    pair.e.log.append('2026-11-27T10:00:05.000+00:00 expe1 web: Event="Certificate Management" Detail="Server certificate of '
                      'expe1.example.com uploaded by admin@example.com" UTCTime="2026-11-27 10:00:05,000"')
    with open(os.path.join(PROJECT, "captures", "zone-up-ssh-refused", "capture.pcap"), "rb") as file:
        pair.c.more[f"eth0_diagnostic_logging_tcpdump0_expc1_{maker.TIME}.pcap"] = file.read()
    for box in (pair.e, pair.c):
        box.settings["Zones Zone 1 Name"] = "Customer North"
    pair.e.more["notes of customer-of-ours.bin"] = b"\0\1"
    sources = pair.write(here)
    plain = context.report(*sources)[1]
    originals = {"expe1", "expc1", "ucm1", "cucm7", "example.com", "example.local", "example.lab", "customer-of-ours",
                 "lab public", "lab inside", "customer north", "hybrid call services", "192.0.2.10", "198.51.100.10",
                 "203.0.113.45", "203.0.113.73", "192.0.2.161", "jabberd-port-1.expc1", "o=lab"}
    for cert in all_certificates(plain):
        originals |= {cert[key].lower() for key in ("serial", "sha256", "ski", "aki") if cert.get(key)}
        originals |= {name.split(":", 1)[1].lower() for name in cert["names"]}
    originals |= {e[key].lower() for e in plain["evidence"]["endpoints"] for key in ("host", "address") if e[key]}
    written = os.path.join(os.path.dirname(here), "out")
    for form in ("text", "json", "ndjson", "markdown", "html", "junit", "prometheus", "nagios"):
        shutil.rmtree(written, ignore_errors=True)
        os.makedirs(written)
        run = context.run("bundle", *sources, "--redact", "--format", form, "-v", "--save", os.path.join(written, "saved.json"),
                          "--write-deployment", os.path.join(written, "deployment.yaml"))
        problems += run.trouble()
        texts = {form: run.out + run.err}
        for name in os.listdir(written):
            with open(os.path.join(written, name), encoding="utf-8") as file:
                texts[name] = name + file.read()
            if name.endswith(".pem"):
                texts[name] += "".join(text_of_der(base64.b64decode(block)) for block in
                                       re.findall(r"-----BEGIN CERTIFICATE-----([^-]+)-----", texts[name]))
            if name.endswith(".json"):
                texts[name] += "".join(text_of_der(base64.b64decode(der)) for der in ders_in(json.loads(texts[name][len(name):])))
        for name, text in texts.items():
            text = re.sub(BASE64_RUN, lambda m: m.group() if re.fullmatch("[0-9A-Fa-f]+", m.group()) else " ", text)
            joined = re.sub(r"\s+", "", text.lower()) if name == "text" else text.lower()
            found_in = [o for o in originals if (o.replace(" ", "") if name == "text" else o) in joined]
            problems += [f"{form}, {name}: {found_in}"] if found_in else []
    if len(os.listdir(written)) < 6:
        problems.append(f"written: {os.listdir(written)}")
    return problems


def all_certificates(report):
    evidence = report["evidence"]
    sides = [evidence["deployment"][key]["nodes"] for key in ("e", "c")]
    return ([c for nodes in sides for node in nodes for c in node["certificate"]]
            + [c for e in evidence["endpoints"] for c in e["chain"]])


def ders_in(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "der" or (isinstance(inner, str) and inner.startswith("MII")) else ders_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from ders_in(inner)


def text_of_extensions(cert):
    return " ".join(str(e.value) for e in cert.extensions)


def text_of_der(der):
    cert = x509.load_der_x509_certificate(der)
    return der.decode("latin-1") + format(cert.serial_number, "X") + text_of_extensions(cert)


def test_write_deployment(context):
    """What is written judges as the bundles did, and holds no secret."""
    here, problems = context.folder(), []
    for name in ("healthy", "ssh-down", "peer-name-wrong", "zone-down-e-lacks-ca"):
        sources = STORIES[name]["make"](context.pki).write(here)
        out = os.path.join(here, name, "deployment.yaml")
        os.makedirs(os.path.dirname(out))
        first = json.loads(context.run("bundle", *sources, "--format", "json", "--write-deployment", out).out)
        run = context.run("check", "-f", out, "--offline", "--format", "json")
        problems += run.trouble()
        if not run.out:
            problems.append(f"{name}: {run.err}")
            continue
        again = json.loads(run.out)
        wrong = [{(f["check"], f["cause"], f["subject"]) for f in report["findings"] if f["status"] == "fail"}
                 for report in (first, again)]
        # What clients trust, no bundle knows.
        wrong = [{f for f in those if f[0] != "chain.client"} for those in wrong]
        if wrong[0] != wrong[1]:
            problems.append(f"{name}: {wrong[0]}, from the file {wrong[1]}")
        for file in os.listdir(os.path.dirname(out)):
            with open(os.path.join(os.path.dirname(out), file), encoding="utf-8") as text:
                written = text.read()
            problems += [f"{file}: {secret}" for secret in (maker.SECRET[8:], maker.USER, "PRIVATE KEY") if secret in written]
    return problems


REAL = {  # story: the root of its one fault, and what each source says of it
    "up": None,
    "e-not-trusted": (("chain.zone", "expressway-e:expe1.example.com"), ["predicted", "log of expc1.example.com, 3 times",
                                                                          "alert unknown_ca by the client, 3 connections"]),
    "c-not-trusted": (("chain.zone", "expressway-c:expc1.example.com"), ["predicted", "log of expe1.example.com, 2 times",
                                                                          "alert unknown_ca by the server, 2 connections"]),
    "c-serves-only": (("cert.eku", "expc1.example.com"), ["predicted", "log of expc1.example.com, once", "log of expe1.example.com, once",
                                                          "alert unsupported_certificate by the server"]),
    "other-name": (("name.peer-address", "expressway-e:expe1.example.com"), ["predicted", "log of expc1.example.com, once",
                                                                             "alert bad_certificate by the client"]),
    "expired": (("cert.validity", "expe1.example.com"), ["predicted", "log of expc1.example.com, 2 times", "alert certificate_expired"]),
    "tunnel-refused": (("net.connect", "expe1.example.com:2222"), ["capture, expe1.example.com:2222: connection refused",
                                                                   "alarm 35013 of expc1.example.com, \"Unified Communications SSH tunnel failure\", once"]),
}
RELEASES = [("X15.2.1", "X15.2.1"), ("X14.3.1", "X15.2.1")]


def test_real_failures(context):
    """What Kamailio, OpenSSH and OpenSSL really did to each other: of all sources one fault, and each connection once."""
    if subprocess.run(["unshare", "--net", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "true"], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        return None  # no namespaces here
    problems, top = [], context.folder()
    for i, (release_e, release_c) in enumerate(RELEASES):
        stories = list(REAL) if i == 0 else ["c-not-trusted"]
        done = subprocess.run([sys.executable, "-B", os.path.join(HERE, "real.py"), os.path.join(top, str(i)), *stories, "--release-e",
                               release_e, "--release-c", release_c], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240, check=False)
        if done.returncode != 0:
            return problems + [f"real.py: {done.stderr.decode()[-1500:]}"]
        for name in stories:
            folder = os.path.join(top, str(i), name)
            trouble, report = context.report(os.path.join(folder, "expe.tar.gz"), os.path.join(folder, "expc.tar.gz"))
            problems += [f"{name}: {word}" for word in trouble]
            if report is None:
                return problems
            problems += [f"{name}: {word}" for word in real_problems(report, REAL[name])]
    return problems


def real_problems(report, wanted):
    faults = [(f["root"]["check"], f["root"]["subject"]) for f in report["faults"]]
    if faults != ([] if wanted is None else [wanted[0]]):
        return [f"faults {faults}, {loud(report)}"]
    if wanted is None:
        return [] if report["status"] == "pass" else [f"{report['status']}: {loud(report)}"]
    seen = report["faults"][0]["seen"]
    return [f"no {words!r} in {seen}" for words in wanted[1] if not any(words in line for line in seen)]


def test_paste(context):
    """xConfiguration lines as an engineer pastes them, on standard input."""
    pair = context.pair()
    text = maker.dump_text("X15.2.1", pair.e.settings).replace("*c ", "")
    done = subprocess.run([context.edgeprobe, "bundle", "-", "--format", "json"], input=text.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    report = json.loads(done.stdout or "{}")
    boxes = report.get("evidence", {}).get("bundles", [])
    if len(boxes) != 1 or boxes[0]["role"] != "expressway-e" or boxes[0]["node"] != maker.E:
        return [f"{done.stderr} {boxes}"]
    lacks = {f["cause"] for f in found(report, "host.bundle")}
    return [] if lacks == {"incomplete", "other-side-missing"} else [f"{lacks}"]


def test_pastes(context):
    """Two boxes in one paste, three, or in the files of one folder: each is told. The same words twice are one box."""
    pair, here, problems = context.pair(), context.folder(), []
    third = {**pair.e.settings, "SystemUnit Name": "third", "IP DNS Hostname": "third"}
    e, c, t = (maker.dump_text("X15.2.1", settings) for settings in (pair.e.settings, pair.c.settings, third))
    os.makedirs(os.path.join(here, "two"))
    for name, text in (("e.txt", e), ("c.txt", c), ("two/e.txt", e), ("two/c.txt", c)):
        with open(os.path.join(here, name), "w", encoding="utf-8") as file:
            file.write(text)
    names = [maker.E, maker.C, "third.example.com"]
    for text, arguments, wanted in ((e + c, ["-"], names[:2]), (e + c + t, ["-"], names), (e + e, ["-"], names[:1]),
                                    (e, ["-", "-"], names[:1]), ("", [os.path.join(here, "two")], names[:2]),
                                    ("", [os.path.join(here, n) for n in ("e.txt", "c.txt")], names[:2])):
        done = subprocess.run([context.edgeprobe, "bundle", *arguments, "--format", "json"], input=text.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
        boxes = json.loads(done.stdout or "{}").get("evidence", {}).get("bundles", [])
        if sorted(b["node"] for b in boxes) != sorted(wanted) or any(len(b["zones"]) > 2 for b in boxes):
            problems.append(f"{arguments}: {done.stderr} {[(b['node'], len(b['zones'])) for b in boxes]}, wanted {wanted}")
    return problems


def test_named_twice(context):
    """The same path, another path of it, or a link: once; nothing of its log counts twice."""
    pair, here = context.pair(), context.folder()
    pair.c.log.append(STORIES["ssh-down-with-alarm"]["make"](context.pki).c.log[0])
    e, c = pair.write(here)
    link = os.path.join(here, "link.tar.gz")
    os.symlink(c, link)
    again = [c, os.path.join(here, "..", os.path.basename(here), "expc.tar.gz"), link]
    at = ["--at", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())]  # both: the second may come a second later
    once, more = context.report(e, c, *at)[1], context.report(e, c, *again, *at)[1]
    if once is None or more is None:
        return ["no report"]
    told = [[(f["check"], f["cause"], f["status"], f["summary"], f["evidence"]) for f in report["findings"]] for report in (once, more)]
    return ([] if told[0] == told[1] else [f"{told}"]) + [key for key in ("status", "outcomes") if once[key] != more[key]]


def test_pipes_end(context):
    """What never ends is waited for as long as the run may take, and said."""
    here, problems = context.folder(), []
    fifo = os.path.join(here, "pipe")
    os.mkfifo(fifo)
    problems += bad(context, [fifo, "-t", "0.5"], ["pipe", "within 0.5 s"], 5)
    idle = subprocess.Popen([context.edgeprobe, "bundle", "-", "-t", "0.5"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)
    try:
        said = idle.wait(5), idle.stderr.read().decode()
    except subprocess.TimeoutExpired:
        idle.kill()
        said = (None, "")
    finally:
        for pipe in (idle.stdin, idle.stdout, idle.stderr):
            pipe.close()
    return problems + ([] if said[0] == BAD and "within 0.5 s" in said[1] else [f"idle: {said}"])


def test_places(context):
    """A place where no deployment can be written is refused before anything is read, and nothing is left behind."""
    here, problems = context.folder(), []
    e, c = context.pair().write(here)
    at = lambda name: os.path.join(here, "out", name)  # noqa: E731
    os.makedirs(at("folder"))
    for name in ("there.yaml", "new-expc1.example.local-ca.pem"):
        with open(at(name), "w", encoding="utf-8") as file:
            file.write("mine\n")
    for place, more, words in (("/dev/stdout", [], ["/dev/stdout", "no regular file"]), (at("folder"), [], ["folder"]),
                               (at("there.yaml"), [], ["already"]), ("-", [], ["wanted"]), (at("no/x.yaml"), [], ["no such folder"]),
                               (at("x.yaml"), ["--save", os.path.join(here, "out", "folder", "..", "x.yaml")], ["two files"]),
                               (at("x.yaml"), ["--release", "X12.5"], ["X12.5", "X12.6"]),
                               (at("x.yaml"), ["--expect-cert", "/nonexistent"], ["--expect-cert"]),
                               (at("new.yaml"), [], ["new-expc1.example.local-ca.pem", "already"])):
        problems += bad(context, [e, c, "--write-deployment", place, *more], words)
    left = sorted(os.listdir(at("")))
    return problems + ([] if left == ["folder", "new-expc1.example.local-ca.pem", "there.yaml"] else [f"left behind: {left}"])


def test_odd_values(context):
    """Ports that are none, a certificate of nobody, a role said twice."""
    here, problems = context.folder(), []
    for port in ("99999", "-1", "7001x", "99999999999999999999"):
        pair = context.pair()
        pair.c.settings["Zones Zone 1 TraversalClient SIP Port"] = port
        pair.c.more["server_old.pem"] = pair.e.leaf.pem if hasattr(pair.e.leaf, "pem") else maker.pem_of(pair.e.leaf.certificate)
        trouble, report = context.report(*pair.write(here))
        problems += trouble
        boxes = {} if report is None else {b["node"]: b for b in report["evidence"]["bundles"]}
        told = [left["why"] for left in boxes.get(maker.C, {}).get("files_left_out", [])]
        if len(boxes) != 2 or not any("no port" in why for why in told) or not any("one of its own" in why for why in told):
            problems.append(f"{port}: {sorted(boxes)} {told}")
    e = os.path.join(here, "expe.tar.gz")
    return (problems + bad(context, [e, "--role-of", f"{e}=expressway-e", "--role-of", f"{e}=expressway-c"], ["was said to be"])
            + bad(context, [e, "--role-of", f"{e}=expressway-e", "--role-of", f"{maker.E}=expressway-c"], ["one box"]))


def test_many_files(context):
    """A hundred thousand files, and a bomb: said, and soon."""
    here, problems = context.folder(), []
    pair = context.pair()
    path, bomb = os.path.join(here, "many.tar.gz"), os.path.join(here, "bomb.tar.gz")
    block = b"".join(tarfile.TarInfo(f"f{i:06}").tobuf() for i in range(100000))
    with gzip.open(path, "wb", 1) as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            for name, data in pair.e.files().items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
            tar.fileobj.write(block)
    entry = tarfile.TarInfo(f"loggingsnapshot_expe1_{maker.TIME}.txt")
    entry.size = 8 * 1024 ** 3 - 1
    with open(bomb, "wb") as out:  # members of gzip follow each other
        out.write(gzip.compress(entry.tobuf()) + gzip.compress(bytes(10 * 1024 ** 2), 9) * 60)
    for file, words in ((path, "more files"), (bomb, "unpacks to more")):
        started = time.monotonic()
        trouble, report = context.report(file)
        problems += trouble
        if report is not None and words not in json.dumps(report["evidence"]["bundles"]):
            problems.append(f"{words} is not said: {report['evidence']['bundles'][0]['files_left_out']}")
        if time.monotonic() - started > 30:
            problems.append(f"{file}: {time.monotonic() - started:.0f} s")
    return problems


def test_capture_inside(context):
    """What the capture in a bundle shows is judged for the zone of the settings, and what differs from them is told."""
    pair, here = context.pair(), context.folder()
    with open(os.path.join(PROJECT, "captures", "zone-up-ssh-refused", "capture.pcap"), "rb") as file:
        pair.c.more[f"eth0_diagnostic_logging_tcpdump0_expc1_{maker.TIME}.pcap"] = file.read()
    problems, report = context.report(*pair.write(here))
    if report is None:
        return problems
    ports = {e["port"]: (e["zone"], e["tcp"]["state"]) for e in report["evidence"]["endpoints"]}
    for port, state in ((7001, "connected"), (2222, "refused")):
        if ports.get(port) != ("To Expressway-E", state):
            problems.append(f"{port}: {ports.get(port)}")
    for check, cause in (("net.connect", "refused"), ("host.bundle", "outdated"), ("chain.zone", "no-trusted-root")):
        if not found(report, check, cause):
            problems.append(f"no {check}/{cause}: {loud(report)}")
    return problems


def shifted(packets, seconds):
    """A pcap of another box, whose clock is apart: the same packets at other times."""
    out, at = packets[:24], 24
    while at + 16 <= len(packets):
        second, micro, size, whole = struct.unpack("<IIII", packets[at:at + 16])
        out += struct.pack("<IIII", second + seconds, micro, size, whole) + packets[at + 16:at + 16 + size]
        at += 16 + size
    return out


def test_captured_twice(context):
    """Both boxes looked on, with clocks that differ, and one has the file twice: each connection counts once."""
    problems, counts = [], []
    with open(os.path.join(PROJECT, "captures", "zone-c-not-trusted", "capture.pcap"), "rb") as file:
        packets = file.read()
    for times in (1, 2, 3):
        pair, here = context.pair(), context.folder()
        pair.c.more[f"eth0_diagnostic_logging_tcpdump0_expc1_{maker.TIME}.pcap"] = packets
        if times > 1:
            pair.e.more[f"eth0_diagnostic_logging_tcpdump0_expe1_{maker.TIME}.pcap"] = shifted(packets, 2)
        if times > 2:
            pair.c.more[f"eth1_diagnostic_logging_tcpdump0_expc1_{maker.TIME}.pcap"] = packets
        trouble, report = context.report(*pair.write(here))
        problems += trouble
        if report is None:
            return problems
        counts.append(([(c["client"], c["server"], c["state"]) for c in report["evidence"]["connections"]],
                       [f["connections"] for f in report["findings"] if f.get("connections")]))
    return problems + ([] if counts[0] == counts[1] == counts[2] and counts[0][0] else [f"{counts}"])


def test_replay(context):
    here = context.folder()
    save = os.path.join(here, "saved.json")
    sources = STORIES["ssh-down"]["make"](context.pki).write(here)
    first = json.loads(context.run("bundle", *sources, "--format", "json", "--save", save).out)
    again = json.loads(context.run("replay", save, "--format", "json").out)
    return [f"{key} differs" for key in ("findings", "outcomes", "status") if first[key] != again[key]]


def bad(context, arguments, words, limit=10):
    started = time.monotonic()
    run = context.run("bundle", *arguments)
    problems = run.trouble()
    if run.status != BAD or run.out or run.err.count("\n") != 1:
        problems.append(f"{arguments}: status {run.status}, {run.out[:80]!r}, {run.err[:300]!r}")
    if time.monotonic() - started > limit:
        problems.append(f"{arguments}: {time.monotonic() - started:.0f} s")
    return problems + [f"{arguments}: no {w!r} in {run.err!r}" for w in words if w not in run.err]


def test_inputs_are_not_written_over(context):
    """What is to be read is refused as a place to write, and so is one file for two outputs; the bundle stays as it was."""
    here, problems = context.folder(), []
    source = next(iter(STORIES.values()))["make"](context.pki).write(here)[0]
    with open(source, "rb") as file:
        before = file.read()
    for option in ("--save", "-o", "--write-deployment"):
        run = context.run("bundle", source, option, source)
        problems += [] if run.status == 3 and run.err.count("\n") == 1 and not run.out else [f"{option}: {run.status} {run.err}"]
    run = context.run("bundle", source, "--save", os.path.join(here, "x"), "-o", os.path.join(here, "x"))
    problems += [] if run.status == 3 else [f"one file for two: {run.status}"]
    with open(source, "rb") as file:
        return problems + ([] if file.read() == before else ["the bundle was written over"])


def test_bad_input(context):
    here = context.folder()
    at = lambda name: os.path.join(here, name)  # noqa: E731
    with open(at("empty"), "wb"):
        pass
    with open(at("text.txt"), "w", encoding="utf-8") as file:
        file.write("dear colleague\n")
    with open(at("X14.3_1_backup.tar.gz.enc"), "wb") as file:
        file.write(b"Salted__" + os.urandom(200))
    shutil.copy(at("X14.3_1_backup.tar.gz.enc"), at("renamed.tar.gz"))
    with gzip.open(at("no.tar.gz"), "wb") as file:
        file.write(os.urandom(5000))
    os.makedirs(at("hollow"))
    pair = context.pair()
    first = pair.e.write(at("first.tar.gz"))
    pair.e.settings["NTP Server 1 Address"] = "other.example.com"
    second = pair.e.write(at("second.tar.gz"))
    return (bad(context, [], ["wanted"]) + bad(context, [at("none")], ["No such file"])
            + bad(context, [at("empty")], ["empty", "wanted"]) + bad(context, [at("text.txt")], ["text.txt", "wanted"])
            + bad(context, [at("X14.3_1_backup.tar.gz.enc")], ["encrypted backup", "Diagnostic logging"])
            + bad(context, [at("renamed.tar.gz")], ["renamed.tar.gz", "encrypted backup"])
            + bad(context, [at("no.tar.gz")], ["no.tar.gz"]) + bad(context, [at("hollow")], ["hollow"])
            + bad(context, [first, second], ["first.tar.gz", "second.tar.gz", maker.E])
            + bad(context, [first, "--role-of", "x"], ["--role-of", "expressway-e"])
            + bad(context, [first, "--role-of", "other.tar.gz=expressway-c"], ["--role-of", "other.tar.gz"]))


def test_hostile_archives(context):
    """Told, bounded, and nothing written anywhere."""
    here, problems = context.folder(), []
    before = os.path.join(here, "inside")
    os.makedirs(before)
    pair = context.pair()
    files = pair.e.files()
    path = os.path.join(before, "hostile.tar.gz")
    with tarfile.open(path, "w:gz") as tar:
        for name, kind, link in (("../escaped.txt", tarfile.REGTYPE, ""), ("/tmp/edgeprobe-escaped", tarfile.REGTYPE, ""),
                                 ("xconf_dump_evil.txt", tarfile.SYMTYPE, "/etc/passwd"),
                                 ("server_evil.pem", tarfile.LNKTYPE, "/etc/shadow"), ("null", tarfile.CHRTYPE, ""),
                                 ("pipe", tarfile.FIFOTYPE, "")):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, link
            entry.size = 4 if kind == tarfile.REGTYPE else 0
            tar.addfile(entry, io.BytesIO(b"evil") if entry.size else None)
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    trouble, report = context.report(path)
    problems += trouble
    if report is not None:
        left = report["evidence"]["bundles"][0]["files_left_out"]
        for word in ("escaped.txt", "edgeprobe-escaped", "xconf_dump_evil", "server_evil", "null", "pipe"):
            if not any(word in one["name"] for one in left):
                problems.append(f"{word} is not told: {left}")
    if os.listdir(before) != ["hostile.tar.gz"] or os.path.exists(os.path.join(here, "escaped.txt")) \
            or os.path.exists("/tmp/edgeprobe-escaped"):
        problems.append("something was written")
    return problems


def test_nested(context):
    """Archives in archives are opened three deep; what is deeper, and a backup inside, is told."""
    here, pair = context.folder(), context.pair()
    inner, problems = os.path.join(here, "diagnostic.tar.gz"), []
    for depth in range(1, 6):
        path = os.path.join(here, f"level{depth}.tar.gz")
        with open(inner, "rb") if depth > 1 else open(pair.e.write(inner), "rb") as file:
            whole = file.read()
        maker.tar_write(path, {os.path.basename(inner): whole, "X14.3_1_backup.tar.gz.enc": b"Salted__" + os.urandom(40)})
        inner = path
        run = context.run("bundle", path, "--format", "json")
        problems += run.trouble()
        if depth <= 3 and "an encrypted backup" not in run.out:
            problems.append(f"depth {depth}: the backup is not told")
        if depth > 3 and (run.status != BAD or "encrypted backup" not in run.err):
            problems.append(f"depth {depth}: status {run.status}, {run.err[:300]}")
    return problems


def test_truncated(context):
    """What could be read is judged, and the rest is said."""
    here = context.folder()
    pair = context.pair()
    e, c = pair.write(here)
    with open(c, "rb") as file:
        whole = file.read()
    with open(c, "wb") as file:
        file.write(whole[:len(whole) * 2 // 3])
    problems, report = context.report(e, c)
    if report is None:
        return problems
    cut = [b for b in report["evidence"]["bundles"] if b["is_cut"]]
    if len(cut) != 1 or not any("damaged or cut off" in left["why"] for left in cut[0]["files_left_out"]):
        problems.append(f"{report['evidence']['bundles']}")
    if report["status"] == "pass":
        problems.append("a cut bundle passes")
    return problems


def test_damaged(context):
    """Cut at each tenth, a wrong sum, a bit that turned: what is whole is judged, the rest said, nothing called good or accused."""
    here, problems, pair = context.folder(), [], context.pair()
    e, c = pair.write(here)
    with open(e, "rb") as file:
        whole = file.read()
    sick = os.path.join(here, "sick.tar.gz")
    for name, data in ([(f"cut at {i}0 %", whole[:len(whole) * i // 10]) for i in range(1, 10)]
                       + [("sum", whole[:-6] + bytes([whole[-6] ^ 0xff]) + whole[-5:])]):
        with open(sick, "wb") as file:
            file.write(data)
        trouble, report = context.report(sick, c)
        problems += [f"{name}: {word}" for word in trouble]
        if report is None:
            continue
        cut = [b for b in report["evidence"]["bundles"] if b["is_cut"]]
        accused = [what for what in loud(report) if what.split("/")[0].startswith(("chain", "cert", "name"))]
        if len(cut) != 1 or not any("cut off" in left["why"] for left in cut[0]["files_left_out"]) or accused:
            problems.append(f"{name}: {report['status']}, {accused}, {cut and cut[0]['files_left_out']}")
        if report["status"] == "pass":
            problems.append(f"{name}: passes")
    with open(sick, "wb") as file:  # GZIP's own tool says so much: "trailing garbage ignored"
        file.write(whole + b"garbage" * 100)
    trouble, report = context.report(sick, c)
    return problems + trouble + ([] if report and report["status"] == "pass" else ["with garbage behind it"])


def test_closed_zip(context):
    """Files that are encrypted are told as that, beside others that are not."""
    here, pair = context.folder(), context.pair()
    path = os.path.join(here, "closed.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pair.e.files().items():
            archive.writestr(name, data)
    with open(path, "rb") as file:
        data = bytearray(file.read())
    for mark, flag in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + flag] |= 1
    with open(path, "wb") as file:
        file.write(data)
    return bad(context, [path], ["closed.zip", "encrypted"])


def test_encodings(context):
    """UTF-16 with and without its mark, NUL bytes, ends of lines of three kinds, paths in any case, files that come twice."""
    problems = []
    for name, change in (("utf-16-be", lambda text: b"\xfe\xff" + text.encode("utf-16-be")),
                         ("utf-16-le, no mark", lambda text: text.encode("utf-16-le")),
                         ("NUL", lambda text: text.encode().replace(b"\n", b"\0\n")),
                         ("CR LF", lambda text: text.encode().replace(b"\n", b"\r\n")),
                         ("CR", lambda text: text.encode().replace(b"\n", b"\r")),
                         ("case", lambda text: text.replace("xConfiguration", "XCONFIGURATION").replace("Zones Zone", "zones ZONE").encode())):
        pair, here = context.pair(), context.folder()
        for box in (pair.e, pair.c):
            box.more[f"xconf_dump_{box.host}_{maker.TIME}.txt"] = change(maker.dump_text("X15.2.1", box.settings))
        trouble, report = context.report(*pair.write(here))
        problems += trouble
        if report is not None and report["status"] != "pass":
            problems.append(f"{name}: {report['status']}: {loud(report)}")
    pair, here = context.pair(), context.folder()
    pair.e.more[f"loggingsnapshot_expe1_{maker.TIME}.txt"] = b"\xff\xfe" + "x\n".encode("utf-16-le")
    e, c = pair.write(here)
    with tarfile.open(e, "w:gz") as tar:
        for name, data in 2 * list(pair.e.files().items()):
            entry = tarfile.TarInfo(name.upper())
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    trouble, report = context.report(e, c)
    if report is None or len(report["evidence"]["bundles"]) != 2 or "UTF-16" not in json.dumps(report["evidence"]["bundles"]):
        problems.append(f"twice: {report and report['evidence']['bundles']}")
    return problems + trouble


def test_hostile_names(context):
    """Escapes, controls, turned writing and bytes that are no text reach no format; nothing takes long over a long one."""
    here, problems, pair = context.folder(), [], context.pair()
    path = os.path.join(here, "names.tar.gz")
    with tarfile.open(path, "w:gz", format=tarfile.GNU_FORMAT, errors="surrogateescape") as tar:
        for name, data in list(pair.e.files().items()) + [
                ("\x1b[31mred\x07\n.bin", b"x"), ("bad\udcff\udcfe.bin", b"x"), ("\u202egpj.exe", b"x"), ("d/" * 20000 + "x.txt", b"x"),
                ("loggingsnapshot_\x1b[2J_2026.txt.gz", gzip.compress(bytes(50_000_000)))]:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    for form in ("text", "json", "ndjson", "markdown", "html", "junit", "prometheus", "nagios"):
        run = subprocess.run([context.edgeprobe, "bundle", path, "-v", "--format", form], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, timeout=30, check=False)
        said = run.stdout + run.stderr
        problems += [f"{form}: {byte!r}" for byte in (b"\x1b", b"\x07", b"\xff", "\u202e".encode()) if byte in said]
        if form == "json" and "nothing in it" not in run.stdout.decode():
            problems.append("an archive of zeros is not told")
    return problems


def test_junk(context):
    """Long lines, wrong encodings, bytes of all kinds, in every file."""
    here, problems = context.folder(), []
    pair = context.pair()
    text = maker.dump_text("X15.2.1", pair.c.settings)
    pair.c.more = {f"xconf_dump_expc1_{maker.TIME}.txt": b"\xff\xfe" + text.encode("utf-16-le"),
                   f"loggingsnapshot_expc1_{maker.TIME}.txt": b"x" * 10_000_000 + b"\n" + bytes(range(256)) * 4000}
    pair.e.more = {f"xconf_dump_expe1_{maker.TIME}.txt":
                   b"\xef\xbb\xbf" + maker.dump_text("X15.2.1", pair.e.settings).replace("\n", "\r\n").encode()
                   + b"*c xConfiguration " + b"A" * 10_000_000 + b"\n" + os.urandom(100000)}
    trouble, report = context.report(*pair.write(here))
    problems += trouble
    if report is not None and report["status"] != "pass":
        problems.append(f"{report['status']}: {loud(report)}")
    return problems


def test_course_of_things(context):
    """-v: restarts, uploads, alarms and failures of both boxes, in one order of time."""
    here, pair = context.folder(), STORIES["changed-after-the-dump"]["make"](context.pki)
    pair.c.log += STORIES["alarm-of-tunnels-alone"]["make"](context.pki).c.log
    run = context.run("bundle", *pair.write(here), "-v", "--format", "text")
    text, at, problems = " ".join(run.out.split()), 0, run.trouble()
    at = max(text.find("Time line"), text.find("Course"), 0)
    for word in ("10:00:07", "Certificate Management", "10:00:09", "System Configuration Changed", "10:00:12"):
        found = text.find(word, at)
        if found < 0:
            problems.append(f"no {word} behind {text[at:at + 60]!r}")
        else:
            at = found
    return problems


TESTS = {name[5:].replace("_", "-"): value for name, value in list(globals().items())
         if name.startswith("test_") and name != "test_story"}


if __name__ == "__main__":
    run_main(lambda: run_tests("bundle", "Diagnostic bundles.",
                               {**{name: functools.partial(test_story, name=name) for name in STORIES}, **TESTS}, Context))
