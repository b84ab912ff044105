#!/usr/bin/python3 -B
"""Bundles of what really happened: Kamailio, OpenSSH and OpenSSL meet with the certificates and trust lists of the lab,
tcpdump looks on, and what the programs said about it stands in the logs, in the vendor's line forms.

    real.py DIR STORY... [--release-e R] [--release-c R]       writes expe.tar.gz and expc.tar.gz of each to DIR/STORY

The addresses, ports, times, alerts and reasons are those of the run; only the form of the lines is the vendor's (see
docs/bundle.md for which of them were seen in public). Needs root, or a user who may have namespaces."""

import argparse
import contextlib
import datetime
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time
import types

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))
sys.path.insert(0, HERE)

import lab as lab_module  # noqa: E402
import servers  # noqa: E402
from lab import Lab, keys_for_run, merge  # noqa: E402

import maker  # noqa: E402

spec = importlib.util.spec_from_file_location("capture_make", os.path.join(os.path.dirname(HERE), "capture", "make.py"))
capture = importlib.util.module_from_spec(spec)
spec.loader.exec_module(capture)

E, C = capture.E, capture.C
NAME_WRONG = "Peer's TLS certificate identity was unacceptable"  # what Expressway says of OpenSSL's "hostname mismatch"


def stamp(moment):
    local = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    return local + "+00:00", moment.strftime("%Y-%m-%d %H:%M:%S,") + f"{moment.microsecond // 1000:03d}"


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def tvcs(host, moment, text, process="tvcs"):
    prefix, utc = stamp(moment)
    return f"{prefix} {host} {process}: {text}".replace("@UTC", f'UTCTime="{utc}"')


def socket_text(address, port):
    return f"['IPv4''TCP''{address}:{port}']"


def ssl_line(host, moment, server, local, remote, reason):
    return tvcs(host, moment,
                '@UTC Module="developer.ssl" Level="ERROR" CodeLocation="ppcmains/ssl/ttssl/ttssl_openssl.cpp(68)" '
                'Method="::TTSSLErrorOutput" Thread="0x7f29ddefa700": TTSSL_continueHandshake: Failed to establish SSL connection '
                f'iResult="-1" error="1" bServer="{server}" localAddress="{socket_text(*local)}" '
                f'remoteAddress="{socket_text(*remote)}" ssl_error_reason="{reason}"')


def event_line(host, moment, event, source, target, words):
    return tvcs(host, moment, f'Event="{event} TLS Negotiation Error" Service="SIP" Src-ip="{source[0]}" Src-port="{source[1]}" '
                f'Dst-ip="{target[0]}" Dst-port="{target[1]}" Detail="{words}" Protocol="TLS" Level="1" @UTC')


def closed_line(host, moment, source, target, words):
    return tvcs(host, moment, f'@UTC Module="network.tcp" Level="DEBUG": Src-ip="{source[0]}" Src-port="{source[1]}" '
                f'Dst-ip="{target[0]}" Dst-port="{target[1]}" Detail="TCP Connection Closed" Reason="{words}"')


def alarm_line(host, moment, number, words):
    return tvcs(host, moment, f'Level="WARN" Event="Alarm Raised" Id="{number}" UUID="0f96695e-d954-4f6f-85c1-2ef1eae6f764" '
                f'Severity="warning" Detail="{words}" @UTC', "alarm")


class Dialled:
    """One connection: from which port, when, and what the client said."""

    def __init__(self, port, moment, said):
        self.port, self.moment, self.said = port, moment, said

    def verify_words(self):
        found = re.search(r"verify error:num=(\d+):(.*)", self.said)
        if found is None:
            return None
        return NAME_WRONG if found.group(1) == "62" else found.group(2).strip()

    def reason(self):
        found = re.search(r"error:([0-9A-F]{8}):SSL routines:([^:]*):([^:]*):", self.said)
        return None if found is None else f"error:{found.group(1)}:SSL routines:{found.group(2)}:{found.group(3)}"


def dial(lab, port, *options):
    """OpenSSL's client as Expressway-C: its certificate, its trust list, an OPTIONS when the handshake is done."""
    files = lab.path("files", "")
    argv = ["openssl", "s_client", "-connect", f"{E}:7001", "-bind", f"{C}:{port}", "-quiet", "-ign_eof", "-servername",
            "expe1.example.com", "-tls1_2", "-cert", files + "expc1.pem", "-cert_chain", files + "expc1.pem", "-key",
            files + "expc1.pem.key", "-CAfile", files + "expc-trust.pem", "-verify_return_error", "-verify", "5", *options]
    moment = now()
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(capture.SIP.encode())
            child.stdin.flush()
        child.stdout.readline()  # the answer, or the end
        child.terminate()
        said = child.stderr.read().decode(errors="replace")
    return Dialled(port, moment, said)


class Sniffer(capture.Sniffer):
    """What passes between the two boxes, and nothing of the lab's own."""

    def __init__(self, path):
        self.child = subprocess.Popen([servers.program("tcpdump"), "-i", "lo", "-n", "-U", "--immediate-mode", "-Z", "root", "-w",
                                       path, f"host {C}"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while b"listening on" not in self.child.stderr.readline():
            if self.child.poll() is not None:
                raise RuntimeError("tcpdump does not run")


def tunnel(lab):
    """OpenSSH's client as Expressway-C's tunnel: its last words."""
    del lab
    moment = now()
    done = subprocess.run(["ssh", "-b", C, "-p", "2222", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
                           "BatchMode=yes", "-o", "ConnectTimeout=2", "tunnel@" + E], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=20, check=False)
    return moment, done.stderr.decode(errors="replace").strip().splitlines()[-1]


BASE = capture.changed(
    capture.ZONE, capture.certificate(names=["expe1.{domain}", "{domain}"]),
    capture.port(7001, {"trust": ["root", "issuing", "inside", "inner"]}), capture.port(2222, {"server": "sshd"}),
    {"authorities": {"inside": {}, "inner": {"parent": "inside"}, "other": {}},
     "trust_lists": {side: ["root", "issuing", "inside", "inner"] for side in ("expe-trust.pem", "expc-trust.pem")}})
STORY = {
    "up": {},
    "e-not-trusted": {"change": [{"trust_lists": {"expc-trust.pem": ["inside", "inner", "other"]}}], "times": 3},
    "c-not-trusted": {"change": [capture.port(7001, {"trust": ["root", "issuing", "other"]}),
                                 {"trust_lists": {"expe-trust.pem": ["root", "issuing", "other"]}}], "times": 2},
    "c-serves-only": {"change": [{"leaves": {"expc1.pem": {"eku": ["server"]}}}]},
    "other-name": {"change": [capture.certificate(names=["edge-old.{domain}", "{domain}"], cn="edge-old.{domain}")],
                   "options": ["-verify_hostname", "expe1.example.com"]},
    "expired": {"change": [capture.certificate(not_before="-400d", not_after="-3d")], "times": 2},
    "tunnel-refused": {"change": [capture.port(2222, None)]},
}


def c_lines(dialled):
    """What Expressway-C would write: it refused, or it was told an alert."""
    ends = (C, dialled.port), (E, 7001)
    words, reason, lines = dialled.verify_words(), dialled.reason(), []
    if reason is not None:
        lines.append(ssl_line("expc1", dialled.moment, "false", *ends, reason))
    if words is not None or reason is not None:
        shown = words or reason.rsplit(":", 1)[1]
        lines += [event_line("expc1", dialled.moment, "Outbound", *ends, shown), closed_line("expc1", dialled.moment, *ends, shown)]
    return lines


def e_lines(log, connections):
    """What Expressway-E would write of what Kamailio wrote: its library's reasons, in order."""
    reasons = re.findall(r"(error:[0-9A-F]{8}:SSL routines:[^\n(]*)", log)
    words = re.findall(r"verification failure: ([^\n]*)", log)
    lines = []
    for i, dialled in enumerate(connections):
        ends = (C, dialled.port), (E, 7001)
        if i < len(reasons):
            lines.append(ssl_line("expe1", dialled.moment, "true", ends[1], ends[0], reasons[i].strip()))
            said = words[i] if i < len(words) else reasons[i].rsplit(":", 1)[1].strip()
            lines.append(event_line("expe1", dialled.moment, "Inbound", *ends, said))
    return lines


def read(*path):
    with open(os.path.join(*path), encoding="utf-8", errors="replace") as file:
        return file.read()


def pair_of(lab, release_e, release_c):
    settings_c = maker.common("expc1", "example.com")
    settings_c.update({"SIP Domain 1 Name": "example.com", "SIP Domain 1 Edge": "On", "Ethernet 1 IP V4 Address": C})
    settings_c.update(maker.zone(1, "TraversalClient", "To Expressway-E", {
        "Peer 1 Address": "expe1.example.com", "SIP Port": "7001", "SIP Transport": "TLS", "SIP TLS Verify Mode": "On",
        "Authentication UserName": maker.USER, "Authentication Password": maker.SECRET, "Collaboration Edge": "On"}))
    settings_e = maker.common("expe1", "example.com")
    settings_e.update({"Ethernet 1 IP V4 Address": E})
    settings_e.update(maker.zone(1, "TraversalServer", "From Expressway-C", {
        "SIP Port": "7001", "SIP Transport": "TLS", "SIP TLS Verify Mode": "On", "SIP TLS Verify Subject Name": "expc1.example.com",
        "Authentication UserName": maker.USER, "Collaboration Edge": "On"}))
    leaf = types.SimpleNamespace(pem=read(lab.edges["expe1"].leaves[0].sent_file))
    own = types.SimpleNamespace(pem=read(lab.path("files", "expc1.pem")))
    return (maker.Box("expe1", "example.com", release_e, settings_e, leaf, read(lab.path("files", "expe-trust.pem")), True),
            maker.Box("expc1", "example.com", release_c, settings_c, own, read(lab.path("files", "expc-trust.pem")), False))


def story_make(name, folder, release_e, release_c, keys):
    story = STORY[name]
    with open(os.path.join(lab_module.HERE, "base.yaml"), encoding="utf-8") as text:
        model = merge(yaml.safe_load(text), capture.changed(BASE, *story.get("change", [])))
    with Lab({"name": name, "model": model}, keys) as lab, tempfile.TemporaryDirectory() as work:
        raw = os.path.join(work, "raw.pcap")
        sniffer = Sniffer(raw)
        connections = [dial(lab, 25001 + i, *story.get("options", [])) for i in range(story.get("times", 1))]
        refused = tunnel(lab)
        time.sleep(0.2)
        sniffer.stop()
        e, c = pair_of(lab, release_e, release_c)
        kamailio = [s for s in lab.processes if s.name.startswith("kamailio")]
        e.log += e_lines(read(kamailio[0].log), connections)
        for dialled in connections:
            c.log += c_lines(dialled)
        if "Permission denied" not in refused[1]:  # a tunnel of nobody: OpenSSH came as far as asking who it is
            c.log.append(alarm_line("expc1", refused[0], 35013, "Unified Communications SSH tunnel failure: This system cannot "
                                    "communicate with one or more remote hosts: expe1.example.com"))
        with open(raw, "rb") as file:
            packets = file.read()
        for box in (e, c):  # both looked on: the same connections twice
            box.more[f"eth0_diagnostic_logging_tcpdump0_{box.host}_{maker.TIME}.pcap"] = packets
        print(e.write(os.path.join(folder, "expe.tar.gz")), c.write(os.path.join(folder, "expc.tar.gz")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder")
    parser.add_argument("story", nargs="+", choices=sorted(STORY))
    parser.add_argument("--release-e", default="X15.2.1")
    parser.add_argument("--release-c", default="X15.2.1")
    options = parser.parse_args()
    if os.environ.get("EDGEPROBE_IN_NAMESPACE") != "1":
        os.environ["EDGEPROBE_IN_NAMESPACE"] = "1"
        own = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
        os.execvp("unshare", own + [sys.executable, "-B", os.path.abspath(__file__), *sys.argv[1:]])
    for command in (["ip", "link", "set", "lo", "mtu", "1500", "up"],
                    ["ip", "route", "add", "local", capture.PREFIX + ".0.0/16", "dev", "lo"]):
        subprocess.run(command, check=True)
    lab_module.Network = capture.Network
    keys = keys_for_run()
    for story in options.story:
        folder = os.path.join(options.folder, story)
        os.makedirs(folder, exist_ok=True)
        story_make(story, folder, options.release_e, options.release_c, keys)


if __name__ == "__main__":
    main()
