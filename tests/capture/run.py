#!/usr/bin/python3 -B
"""Does `edgeprobe capture` say what a capture shows? Every story in captures/ against its expected.yaml; tshark over the
same files and over those that others collected; files that are cut, compressed, in pieces, or none.

    run.py [--edgeprobe PATH] [TEST…]

The last line counts."""

import gzip
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import expect  # noqa: E402
from lab import PROJECT, Lab, fill, keys_for_run, scenario_load  # noqa: E402
from launch import Run  # noqa: E402
from suite import command_line, run_each, run_main, shared_data, tally  # noqa: E402

STORIES = os.path.join(PROJECT, "captures")


def stories():
    return sorted(n for n in os.listdir(STORIES) if os.path.exists(os.path.join(STORIES, n, "expected.yaml")))


def captures_of(folder):
    return sorted(os.path.join(folder, n) for n in os.listdir(folder) if re.search(r"\.(pcap|pcapng|cap\d*)$", n))


class Context:
    def __init__(self, edgeprobe, folder):
        self.edgeprobe, self.folder = edgeprobe, folder

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(data)
        return path

    def run(self, *arguments, stdin=None):
        argv = [self.edgeprobe, "capture", *arguments]
        return Run(argv if stdin is None else ["sh", "-c", 'file=$1; shift; exec "$@" <"$file"', "sh", stdin, *argv])

    def report(self, *arguments, **how):
        run = self.run(*arguments, "--format", "json", **how)
        try:
            return run, json.loads(run.out)
        except ValueError:
            return run, None


# ---- stories ----

def brief(connection, wanted):
    server = connection["server"]
    whole = {"server": f"{server['name'] or server['address']}:{server['port']}", "protocol": connection["protocol"],
             "version": connection["version"], "state": connection["state"],
             "alerts": [{"by": a["by"], "name": a["name"]} for a in connection["alerts"]],
             "server_chain": len(connection["server_chain"]), "client_chain": len(connection["client_chain"])}
    empty = {"alerts": [], "server_chain": 0, "client_chain": 0}
    return {k: v for k, v in whole.items() if k in wanted or v != empty.get(k, object())}


def story(context, name):
    folder = os.path.join(STORIES, name)
    with open(os.path.join(folder, "expected.yaml"), encoding="utf-8") as text:
        expected = fill(yaml.safe_load(text), {"here": folder})
    arguments = captures_of(folder) + expected.get("options", [])
    run, report = context.report(*arguments)
    problems = run.trouble()
    if report is None:
        return problems + [f"no report, status {run.status}: {run.err.strip()[:300]}"]
    if run.status != expected["exit"]:
        problems.append(f"exit status {run.status}, wanted {expected['exit']}")
    found = [brief(c, w) for c, w in zip(report["evidence"]["connections"], expected["connections"])]
    if found != expected["connections"] or len(report["evidence"]["connections"]) != len(found):
        problems.append(f"connections:\n  wanted {expected['connections']}\n  found  {found}")
    problems += expect.compare_findings(expected, report["findings"])
    problems += expect.compare_outcomes(expected, report["outcomes"])
    problems += expect.invariants(report, run.status) + expect.validate(report, PROJECT)
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as text:
        if len(text.read().strip().split("\n")) != 3:
            problems.append("README.md is to have three lines")
    return problems + replayed(context, name, arguments, report)


def replayed(context, name, arguments, report):
    """A saved capture says the same; and the text report with the ladder harms no terminal."""
    save = os.path.join(context.folder, name + ".json")
    text = context.run(*arguments, "--save", save, "-v")
    problems = text.trouble() + expect.harmless_text(text.out)
    again = Run([context.edgeprobe, "replay", save, "--format", "json"])
    try:
        other = json.loads(again.out)
    except ValueError:
        return problems + ["replay wrote no JSON: " + again.err.strip()[:200]]
    if [other["findings"], other["outcomes"]] != [report["findings"], report["outcomes"]]:
        problems.append("a replay judges differently")
    return problems


# ---- tshark reads the same ----

FIELDS = ["tcp.stream", "tls.handshake.type", "tls.handshake.extensions_server_name", "tls.handshake.certificate",
          "tls.alert_message.desc", "tls.handshake.version"]


def tshark(path, *options):
    program = shutil.which("tshark")
    if program is None:
        raise Skipped("tshark is not installed (Debian: tshark)")
    argv = [program, "-n", "-r", path, "-o", "tls.desegment_ssl_records:TRUE", "-o", "tcp.desegment_tcp_streams:TRUE",
            "-o", "tcp.reassemble_out_of_order:TRUE", "-Y", "tls", "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=;"]
    for field in FIELDS:
        argv += ["-e", field]
    done = subprocess.run(argv + list(options), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=False)
    return [line.split("\t") for line in done.stdout.decode("utf-8", "replace").splitlines()]


def digest(hexes):
    import hashlib
    return hashlib.sha256(bytes.fromhex(hexes.replace(":", ""))).hexdigest()


def against_tshark(context, name):
    path = captures_of(os.path.join(STORIES, name))[0]
    rows = tshark(path)
    _, report = context.report(path)
    mine = report["evidence"]["connections"]
    wanted = {"sni": sorted(s for r in rows for s in r[2].split(";") if s),
              "certificates": sorted(digest(c) for r in rows for c in r[3].split(";") if c),
              "alerts": sorted(a for r in rows for a in r[4].split(";") if a and a != "0")}
    found = {"sni": sorted(c["sni"] for c in mine if c["sni"]),
             "certificates": sorted(h for c in mine for h in c["server_chain"] + c["client_chain"]),
             "alerts": sorted(str(a["number"]) for c in mine for a in c["alerts"])}
    hellos = {r[0] for r in rows if {"1", "2"} & set(re.split("[;,]", r[1]))}
    problems = [f"{k}: tshark {wanted[k]}, edgeprobe {found[k]}" for k in wanted if wanted[k] != found[k]]
    tls = [c for c in mine if c["protocol"] != "ssh" and c["version"] or c["versions_offered"]]
    if len(hellos) != len(tls):
        problems.append(f"tshark sees {len(hellos)} handshakes, edgeprobe {len(tls)}")
    return problems


# ---- what others collected ----

def short(wanted, found):
    """What is wanted and not there, as often as it is wanted."""
    left, out = list(found), []
    for item in wanted:
        if item in left:
            left.remove(item)
        else:
            out.append(item)
    return out


# The bytes listed for these two are what tshark took for a certificate inside a broken Certificate message.
BROKEN_DER = ("bug-1450-04", "bug-1450-05")


def one_of_theirs(context, line):
    path, streams = shared_data("captures", line["file"]), line["streams"]
    run, report = context.report(path)
    problems = run.trouble()
    mine = report["evidence"]["connections"] if report else []
    wanted = [h for s in streams for c in s["certificates"] for h in c["sha256"]]
    if not any(b in line["file"] for b in BROKEN_DER):
        problems += [f"certificate {h[:16]} is missing" for h in
                     short(wanted, [h for c in mine for h in c["server_chain"] + c["client_chain"]])]
    problems += [f"SNI {s} is missing" for s in short([s["sni"] for s in streams if s["sni"]], [c["sni"] for c in mine])]
    alerts = [a["desc"] for s in streams for a in s["alerts"] if a["desc"] != "0"]
    problems += [f"alert {a} is missing" for a in short(alerts, [str(a["number"]) for c in mine for a in c["alerts"]])]
    handshakes = sum(1 for s in streams if s["client_hello"] or s["server_hello"])
    if len(mine) < handshakes:
        problems.append(f"{handshakes} handshakes, {len(mine)} connections")
    return [f"{line['file']}: {p}" for p in problems]


def theirs(context):
    with open(shared_data("captures", "oracle.jsonl"), encoding="utf-8") as text:
        lines = [json.loads(line) for line in text]
    if not lines:
        return ["oracle.jsonl lists no capture"]
    with ThreadPoolExecutor(2) as pool:
        return [p for problems in pool.map(lambda line: one_of_theirs(context, line), lines) for p in problems]


# ---- files as they come ----

HEALTHY = os.path.join(STORIES, "zone-up", "capture.pcap")


def read(path):
    with open(path, "rb") as data:
        return data.read()


def packets(path):
    """The header and the packets of a little-endian pcap."""
    data, at, out = read(path), 24, []
    while at + 16 <= len(data):
        size = struct.unpack("<I", data[at + 8:at + 12])[0]
        out.append(data[at:at + 16 + size])
        at += 16 + size
    return data[:24], out


def same(context, *arguments, **how):
    _, wanted = context.report(HEALTHY)
    run, found = context.report(*arguments, **how)
    if found is None:
        return [f"no report, status {run.status}: {run.err.strip()[:200]}"]
    keys = ("client", "server", "state", "server_chain", "client_chain", "started", "packets")
    pairs = [[{k: c[k] for k in keys} for c in r["evidence"]["connections"]] for r in (wanted, found)]
    return [] if pairs[0] == pairs[1] else [f"wanted {pairs[0]}\nfound  {pairs[1]}"]


def compressed(context):
    return same(context, context.file("zone.pcap.gz", gzip.compress(read(HEALTHY))))


def from_stdin(context):
    return same(context, "-", stdin=HEALTHY)


def in_pieces(context):
    """Twenty files in the order of a shell's star, which is not that of time; endings of Unified CM."""
    head, all_packets = packets(HEALTHY)
    names = [f"eth0.cap{'0' * i}" for i in range(20)]
    step = (len(all_packets) + 19) // 20
    files = [context.file(n, head + b"".join(all_packets[i * step:(i + 1) * step])) for i, n in enumerate(names)]
    return same(context, *reversed(files))


def other_endian(context):
    head, all_packets = packets(HEALTHY)
    swap = lambda data: b"".join(data[i:i + 4][::-1] for i in range(0, len(data), 4))  # noqa: E731
    out = swap(head[:4]) + head[4:6][::-1] + head[6:8][::-1] + swap(head[8:])
    return same(context, context.file("big.pcap", out + b"".join(swap(p[:16]) + p[16:] for p in all_packets)))


def with_check_sequences(context):
    """The upper half of the link type says that each frame ends with four octets more."""
    head, all_packets = packets(HEALTHY)
    longer = [p[:8] + struct.pack("<II", *(n + 4 for n in struct.unpack("<II", p[8:16]))) + p[16:] + b"\x5a" * 4 for p in all_packets]
    return same(context, context.file("fcs.pcap", head[:23] + b"\x24" + b"".join(longer)))


def disordered(context):
    """Every packet twice, and pairs of them exchanged."""
    head, all_packets = packets(HEALTHY)
    for i in range(3, len(all_packets) - 1, 2):
        all_packets[i], all_packets[i + 1] = all_packets[i + 1], all_packets[i]
    path = context.file("twice.pcap", head + b"".join(p + p for p in all_packets))
    _, wanted = context.report(HEALTHY)
    _, found = context.report(path)
    keys = ("state", "server_chain", "client_chain", "missing_bytes", "overlaps")
    pairs = [[{k: c[k] for k in keys} for c in r["evidence"]["connections"]] for r in (wanted, found)]
    return [] if pairs[0] == pairs[1] else [f"wanted {pairs[0]}\nfound  {pairs[1]}"]


def sent_from(packet):
    return struct.unpack(">H", packet[16 + 34:16 + 36])[0]


def queues_apart(context):
    """Packets come a few places late, as from the queues of a network card, so that an answer stands before its question: nothing
    new is wrong with a healthy zone. And a keep-alive repeats the last octet as it likes."""
    head, whole = packets(HEALTHY)
    problems = []
    for seed in range(24):
        chance, parts = random.Random(seed), [p for p in whole for _ in range(1 + seed % 2)]
        width = 2 + seed % 3
        for i in range(0, len(parts) - width, width):
            some = parts[i:i + width]
            chance.shuffle(some)
            parts[i:i + width] = some
        run, report = context.report(context.file(f"queues{seed}.pcap", head + b"".join(parts)))
        problems += run.trouble() + [f"{seed}: {f['check']}/{f['cause']}" for f in (report or {}).get("findings", []) if f["status"] == "fail"]
    alive = [p for packet in whole for p in (packet, kept_alive(packet)) if p]
    _, report = context.report(context.file("alive.pcap", head + b"".join(alive)))
    return problems + [f"keep-alives disagree: {c}" for c in report["evidence"]["connections"] if c.get("overlaps")]


def kept_alive(packet):
    """Its last octet again, as another one; None where it has none."""
    total, at = struct.unpack(">H", packet[32:34])[0], 16 + 34
    size = total - 20 - (packet[at + 12] >> 4) * 4
    if size == 0:
        return None
    seq = struct.unpack(">I", packet[at + 4:at + 8])[0] + size - 1 & 0xffffffff
    tcp = packet[at:at + 4] + struct.pack(">I", seq) + packet[at + 8:at + 12] + b"\x50\x10" + packet[at + 14:at + 20] + b"\0"
    frame = packet[16:32] + struct.pack(">H", 20 + len(tcp)) + packet[34:at] + tcp
    return packet[:8] + struct.pack("<II", len(frame), len(frame)) + frame


def less_of_it(context):
    """Of a healthy zone, whatever a capture lacks of it, nothing is said to be broken: it began late, ended early, lost a
    packet, or saw one direction alone."""
    head, whole = packets(HEALTHY)
    parts = {}
    for i in range(1, len(whole)):
        parts[f"the first {i}"], parts[f"all but the first {i}"] = whole[:i], whole[i:]
        parts[f"all but number {i}"] = whole[:i] + whole[i + 1:]
    for number in (7001, 2222):
        parts[f"nothing from {number}"] = [p for p in whole if sent_from(p) != number]
        parts[f"only from {number}"] = [p for p in whole if sent_from(p) == number]
    parts["only to the ports"] = [p for p in whole if sent_from(p) not in (7001, 2222)]

    def failures(name):
        run, report = context.report(context.file(name.replace(" ", "-") + ".pcap", head + b"".join(parts[name])))
        return run.trouble() + [f"{name}: {f['check']}/{f['cause']} at {f['subject']}" for f in (report or {}).get("findings", [])
                                if f["status"] == "fail"]
    with ThreadPoolExecutor(2) as pool:
        return [p for problems in pool.map(failures, parts) for p in problems]


def cut(context):
    """However short: a report, or one line that says what is wrong."""
    whole, problems = read(HEALTHY), []
    for size in [0, 1, 4, 23, 24, 25, 39, 41, 100, 1000, 4000, 7777]:
        run = context.run(context.file("cut.pcap", whole[:size]))
        problems += run.trouble()
        if run.status == 3 and "cut.pcap" not in run.err + run.out:
            problems.append(f"{size} bytes: status 3 without the file's name: {run.err[:100]}")
    run, report = context.report(context.file("cut.pcap", whole[:7777]))
    if not any(f["cause"] == "damaged" for f in report["findings"]):
        problems.append("a cut file is not told")
    return problems


WRONG = [("certificate.pem", b"-----BEGIN CERTIFICATE-----\nMIIB\n", "PEM"), ("log.txt", b"2026-11-27 10:00:00 hello\n", "text"),
         ("bundle.zip", b"PK\x03\x04" + bytes(60), "ZIP"), ("zeros", bytes(100), "wanted a packet capture"), ("empty", b"", "empty"),
         ("bundle.tar.gz", gzip.compress(b"name" + bytes(253) + b"ustar" + bytes(300)), "tar")]


def wrong_type(context):
    problems = []
    for name, data, word in WRONG:
        run = context.run(context.file(name, data))
        if run.status != 3 or name not in run.err or word not in run.err or run.err.count("\n") != 1:
            problems.append(f"{name}: status {run.status}, {run.err.strip()!r}; wanted 3 and '{word}'")
    return problems


def usage(context):
    problems = []
    for arguments, words in [([], ["wanted packet captures"]), (["/nowhere.pcap"], ["nowhere.pcap", "No such file"]),
                             ([HEALTHY, "--record", "x.pcapng"], ["--record", "no meaning here"]),
                             ([context.folder], ["folder"]), ([HEALTHY, "--connection", "9"], ["9", "has 2"]),
                             ([HEALTHY, "--host", "expe1"], ["--host", "numeric"]),
                             ([HEALTHY, "--keylog", HEALTHY], ["--keylog"]), ([HEALTHY, "--e-trust", "/none"], ["--e-trust"])]:
        run = context.run(*arguments)
        if run.status != 3 or not all(w in run.err for w in words):
            problems.append(f"{arguments}: status {run.status}: {run.err.strip()}")
    return problems


def options(context):
    problems = []
    _, report = context.report(HEALTHY, "--host", "10.99.1.1:2222")
    if [c["protocol"] for c in report["evidence"]["connections"]] != ["ssh"]:
        problems.append("--host keeps something else")
    folder = os.path.join(context.folder, "new", )
    context.run(HEALTHY, "--export", folder)
    _, report = context.report(HEALTHY)
    wanted = sorted(h + ".pem" for h in report["evidence"]["certificates"])
    if sorted(os.listdir(folder)) != wanted:
        problems.append(f"--export wrote {os.listdir(folder)}, wanted {wanted}")
    for name in wanted:
        check = subprocess.run(["openssl", "x509", "-in", os.path.join(folder, name), "-noout", "-fingerprint", "-sha256"],
                               stdout=subprocess.PIPE, check=False).stdout.decode()
        if name[:-4] != check.strip().split("=")[-1].replace(":", "").lower():
            problems.append(f"{name} is another certificate: {check}")
    lines = context.run(HEALTHY, "--format", "ndjson").out.splitlines()
    if [json.loads(line)["type"] for line in lines] != ["connection", "connection", "report"]:
        problems.append("ndjson: " + str([line[:40] for line in lines]))
    drawn = context.run(HEALTHY, "--connection", "1").out
    for word in ("ClientHello", "CertificateRequest", "CN=expc1.example.com", "closes (FIN)"):
        if word not in drawn:
            problems.append(f"the ladder lacks {word}")
    return problems


def keys_change_all(context):
    """TLS 1.3: what cannot be told without secrets, and is told with them, from the file or beside it."""
    path = os.path.join(STORIES, "zone-tls13-keys", "capture.pcapng")
    data, at, bare, log = read(path), 0, b"", b""
    while at < len(data):
        kind, size = struct.unpack("<II", data[at:at + 8])
        if kind == 10:
            length = struct.unpack("<I", data[at + 12:at + 16])[0]
            log += data[at + 16:at + 16 + length]
        else:
            bare += data[at:at + size]
        at += size
    bare, log = context.file("bare.pcapng", bare), context.file("keys.log", log)
    _, without = context.report(bare)
    _, beside = context.report(bare, "--keylog", log)
    shown = [len(r["evidence"]["connections"][0]["client_chain"]) for r in (without, beside)]
    return [] if shown == [0, 3] else [f"client certificates {shown}, wanted none and 3"]


def many(context):
    """Ten thousand connections that fail alike read in one screen."""
    head, all_packets = packets(os.path.join(STORIES, "zone-expired", "capture.pcap"))
    one = [p for p in all_packets if len(p) > 16 + 40]
    ports = {struct.unpack(">H", p[16 + 34:16 + 36])[0] for p in one} | {struct.unpack(">H", p[16 + 36:16 + 38])[0] for p in one}
    first = min(p for p in ports if p != 7001)
    chosen = [p for p in one if first in struct.unpack(">HH", p[16 + 34:16 + 38])]
    out = [head]
    for i in range(10000):
        new = struct.pack(">HH", 1024 + i % 60000, 0)[:2]
        for p in chosen:
            at = 16 + (34 if struct.unpack(">H", p[16 + 34:16 + 36])[0] == first else 36)
            out.append(struct.pack("<I", struct.unpack("<I", p[:4])[0] + i) + p[4:at] + new + p[at + 2:])
    run = context.run(context.file("many.pcap", b"".join(out)))
    lines, problems = run.out.count("\n"), run.trouble()
    if "10000 connections" not in run.out or "10000 " not in run.out or "1-10000" not in run.out or lines > 150:
        problems.append(f"{lines} lines: {run.out[:600]}")
    return problems


# ---- what the probe records of itself ----

RECORDED = ["zone-wire", "expired", "chain-misordered", "provider-edge"]  # scenarios of the lab
JUDGED = ("tls.", "cert.", "chain.", "name.peer-address", "name.tls-verify", "ssh.", "xmpp.")


def loud(report):
    """What was found on connections and certificates, files of the user apart, which a capture has not."""
    return sorted({(f["check"], f["cause"], f["subject"]) for f in report["findings"]
                   if f["status"] in ("fail", "warn") and f["check"].startswith(JUDGED) and "/" not in f["subject"]})


def purposes(report):
    """What each handshake was for: a recording says it of every one."""
    return sorted((e["id"], a["purpose"]) for e in report["evidence"]["endpoints"] for a in [e["tls"], *e["variants"]]
                  if a and a["state"] != "not-tried")


def recorded_one(context, name, keys):
    with Lab(scenario_load(name), keys) as lab:
        command, file = lab.command(), os.path.join(context.folder, name + ".pcapng")
        live = Run([context.edgeprobe] + command + ["--record", file, "--format", "json", "--no-progress"])
        options = [w for a, b in zip(command, command[1:]) if a in ("--trust", "--e-trust", "--c-trust", "--peer-address",
                                                                    "--tls-verify-name") for w in (a, b)]
        run, again = context.report(file, *options)
    if again is None:
        return [f"{name}: no report of the recording: {live.err.strip()[:200]} {run.err.strip()[:200]}"]
    first = loud(json.loads(live.out))
    problems = [] if first == loud(again) else [f"{name}: live {first}\n  recorded {loud(again)}"]
    tried, read = purposes(json.loads(live.out)), purposes(again)
    problems += [] if tried == read else [f"{name}: tried {tried}, read in the recording {read}"]
    seen = {digest(c) for r in tshark(file) for c in r[3].split(";") if c}
    mine = {h for c in again["evidence"]["connections"] for h in c["server_chain"] + c["client_chain"]}
    if seen != mine or not any(c["version"] == "TLSv1.3" and c["server_chain"] for c in again["evidence"]["connections"]):
        problems.append(f"{name}: tshark sees {len(seen)} certificates in the recording, edgeprobe {len(mine)}")
    return problems


def recorded(context):
    keys = keys_for_run()
    return [p for name in RECORDED for p in recorded_one(context, name, keys)]


def recorded_passwords(context):
    """Of a log-in only handshakes can be read."""
    file, secret = os.path.join(context.folder, "login.pcapng"), context.file("password", b"lab-password\n")
    with Lab(scenario_load("healthy"), keys_for_run()) as lab:
        names = lab.names()
        run = Run([context.edgeprobe, "login", names["domain"], "--user", "alice", "--password-file", secret, "--resolver",
                   names["resolver"], "--trust", names["trust"], "--timeout", "3", "--record", file])
    data = read(file) if os.path.exists(file) else b""
    labels = {w.split(b" ")[0] for w in re.findall(rb"[A-Z0-9_]+ [0-9a-f]{64} [0-9a-f]{64,}", data)}
    problems = run.trouble()
    if labels != {b"CLIENT_HANDSHAKE_TRAFFIC_SECRET", b"SERVER_HANDSHAKE_TRAFFIC_SECRET"}:
        problems.append(f"secrets {labels}; status {run.status}: {run.err.strip()[:200]}")
    if b"lab-password" in data or b"YWxpY2U6bGFiLXBhc3N3b3Jk" in data:
        problems.append("the password stands in the recording")
    return problems


TESTS = {f.__name__.replace("_", "-"): f for f in
         (theirs, compressed, from_stdin, in_pieces, other_endian, with_check_sequences, disordered, queues_apart, less_of_it, cut, wrong_type, usage, options, keys_change_all,
          many, recorded, recorded_passwords)}


def in_folder(edgeprobe, test):
    with tempfile.TemporaryDirectory(prefix="edgeprobe-capture-") as folder:
        return test(Context(edgeprobe, folder))


def main():
    arguments = command_line("Run edgeprobe capture over captures.")
    tests = {"story " + n: lambda c, n=n: story(c, n) for n in stories()}
    tests.update({"tshark " + n: lambda c, n=n: against_tshark(c, n) for n in stories()})
    tests.update(TESTS)
    wanted = [(label, lambda test=test: in_folder(arguments.edgeprobe, test)) for label, test in tests.items()
              if not arguments.names or any(name in label for name in arguments.names)]
    if not wanted:
        sys.exit("no such test")
    return tally(run_each(wanted, 2))


if __name__ == "__main__":
    run_main(main)
