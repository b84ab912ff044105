#!/usr/bin/python3 -B
"""How were the captures in captures/ made? Each with real servers of the lab, real clients and tcpdump, in a network
namespace of its own in which 10.99.0.0/16 is this machine.

    make.py [STORY…]        makes captures/STORY/*.pcap* anew (root, or a user who may have namespaces)

expected.yaml and README of a story are written by hand and stay. What is random in a handshake is new each time; what a
story must show is not, so run.py holds the program to the same expectations before and after."""

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import lab as lab_module  # noqa: E402
import servers  # noqa: E402
from lab import PROJECT, Lab, keys_for_run, merge  # noqa: E402

STORIES = os.path.join(PROJECT, "captures")
PREFIX = "10.99"
E, C = PREFIX + ".1.1", PREFIX + ".2.2"  # Expressway-E; Expressway-C
PHONE = PREFIX + ".77.10"                # a client on the Internet
DNS = PREFIX + ".0.53"

SIP = ("OPTIONS sip:expe1.example.com SIP/2.0\r\nVia: SIP/2.0/TLS 10.99.2.2:25001;branch=z9hG4bK1\r\nMax-Forwards: 1\r\n"
       "From: <sip:expc1.example.com>;tag=1\r\nTo: <sip:expe1.example.com>\r\nCall-ID: 1@10.99.2.2\r\nCSeq: 1 OPTIONS\r\n"
       "Contact: <sip:10.99.2.2:25001;transport=tls>\r\nContent-Length: 0\r\n\r\n")

ZONE = {
    "edges": {"expe1": {"certificates": {"rsa": {"names": ["expe1.{domain}"]}},
                        "ports": {8443: None, 5061: None, 5222: None, 7001: {"server": "kamailio", "mutual": True, "method": "TLSv1.2",
                                                                               "trust": ["root", "inner"]}}}},
    "authorities": {"inner": {"parent": "root"}, "other": {}},
    "leaves": {"expc1.pem": {"host": "expc1.{domain}", "issuer": "inner", "key_name": "expc1",
                             "names": ["expc1.{domain}", "expc.{domain}"], "send": ["inner"]}},
    "trust_lists": {"expe-trust.pem": ["root", "issuing", "inner"], "expc-trust.pem": ["root", "inner", "issuing"]},
}
EDGE = {"edges": {"expe1": {"certificates": {"rsa": {"names": ["expe1.{domain}", "{domain}"]}}}}}
TRUST = ["expe-trust.pem", "expc-trust.pem"]


def changed(base, *changes):
    for change in changes:
        base = merge(base, change)
    return base


def port(number, spec):
    return {"edges": {"expe1": {"ports": {number: spec}}}}


def certificate(**how):
    return {"edges": {"expe1": {"certificates": {"rsa": how}}}}


# ---- clients: each takes the lab and does one thing ----

def s_client(to, *options, sends=SIP, source=C, name="expe1.example.com", shows=True, checks="expc-trust.pem", secrets=None,
             waits=0.3):
    """OpenSSL's client in the part of an Expressway-C, or of a phone."""
    def run(lab):
        files = lab.path("files", "")
        argv = ["openssl", "s_client", "-connect", to, "-bind", source + ":0", "-quiet", "-ign_eof", *options]
        argv += ["-servername", name] if name else ["-noservername"]
        if shows:
            argv += ["-cert", files + "expc1.pem", "-cert_chain", files + "expc1.pem", "-key", files + "expc1.pem.key"]
        if checks:
            argv += ["-CAfile", files + checks, "-verify_return_error", "-verify", "5"]
        if secrets:
            argv += ["-keylogfile", lab.path(secrets)]
        child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(sends.encode())
            child.stdin.flush()
        time.sleep(waits)
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
        child.terminate()
        child.wait(5)
    return run


def ssh(source=C):
    def run(lab):
        subprocess.run(["ssh", "-b", source, "-p", "2222", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                        "-o", "BatchMode=yes", "-o", "ConnectTimeout=2", "tunnel@" + E], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20, check=False)
    return run


def asks(*names):
    """DNS questions as a client asks them before it connects."""
    def run(lab):
        for name, kind in names:
            subprocess.run(["dig", "@" + DNS, "-p", "5353", "-b", PHONE, "+tries=1", name, kind], stdout=subprocess.DEVNULL,
                           timeout=10, check=False)
    return run


def curl(path, *options):
    def run(lab):
        subprocess.run(["curl", "-sk", "--interface", PHONE, "--resolve", f"expe1.example.com:8443:{E}", "--max-time", "3",
                        *options, "https://expe1.example.com:8443" + path], stdout=subprocess.DEVNULL, timeout=10, check=False)
    return run


def xmpp_in_clear(lab):
    """Opens a stream, reads what is offered, and goes."""
    with socket.socket() as s:
        s.bind((PHONE, 0))
        s.settimeout(3)
        s.connect((E, 5222))
        s.sendall(b"<?xml version='1.0'?><stream:stream to='example.com' xmlns='jabber:client' "
                  b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>")
        answer = b""
        while b"</stream:features>" not in answer:
            answer += s.recv(4096) or b"</stream:features>"
        s.sendall(b"</stream:stream>")


def dials_only(number, source=C, waits=1.2):
    """A SYN, and again, until somebody gives up."""
    def run(lab):
        with socket.socket() as s:
            s.bind((source, 0))
            s.settimeout(waits)
            with contextlib.suppress(OSError):
                s.connect((E, number))
    return run


# ---- what stands on the path ----

@contextlib.contextmanager
def silent(number):
    """Takes connections and never says a word."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((E, number))
        listener.listen(5)
        yield


@contextlib.contextmanager
def full(number):
    """Nothing answers the SYN: a queue of one that is taken, as good as a firewall that drops."""
    with socket.socket() as listener, socket.socket() as first:
        listener.bind((E, number))
        listener.listen(0)
        first.connect((E, number))
        yield


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def packet(source, target, ports, numbers, flags, ttl):
    """One IPv4 packet with a TCP header and no data."""
    tcp = struct.pack("!HHIIBBHHH", *ports, *numbers, 5 << 4, flags, 0, 0, 0)
    pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, ttl, 6, 0, socket.inet_aton(source), socket.inet_aton(target)) + tcp


@contextlib.contextmanager
def middlebox(number):
    """Reads along; a ClientHello gets a reset in the server's name, from seven hops nearer."""
    with silent(number), socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800)) as ear, \
            socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as mouth:
        ear.bind(("lo", 0))

        def listen():
            while True:
                data = ear.recv(65535)
                head = (data[0] & 15) * 4
                tcp = data[head:]
                ports = struct.unpack("!HH", tcp[:4])
                payload = tcp[(tcp[12] >> 4) * 4:]
                if ports[1] != number or payload[:1] != b"\x16":
                    continue
                seq, ack = struct.unpack("!II", tcp[4:12])
                target = socket.inet_ntoa(data[12:16])
                mouth.sendto(packet(E, target, ports[::-1], (ack, seq + len(payload)), 0x14, 57), (target, 0))
                return

        threading.Thread(target=listen, daemon=True).start()
        yield


# ---- the stories ----

LOGIN = [asks(("_collab-edge._tls.example.com", "SRV"), ("expe1.example.com", "A"))]
STORY = {
    "zone-up": dict(change=changed(ZONE, port(2222, {"server": "sshd"})), does=[s_client(E + ":7001"), ssh()], trust=TRUST),
    "zone-down-by-name": dict(change=changed(ZONE, certificate(names=["edge-old.{domain}"], cn="edge-old.{domain}")),
                              does=[s_client(E + ":7001", "-verify_hostname", "expe1.example.com")], trust=TRUST),
    "zone-e-not-trusted": dict(change=changed(ZONE, {"trust_lists": {"expc-trust.pem": ["inner", "other"]}}),
                               does=[s_client(E + ":7001")], trust=TRUST),
    "zone-c-not-trusted": dict(change=changed(ZONE, port(7001, {"trust": ["other"]}),
                                              {"trust_lists": {"expe-trust.pem": ["other"]}}),
                               does=[s_client(E + ":7001")], trust=TRUST),
    "zone-c-server-auth-only": dict(change=changed(ZONE, {"leaves": {"expc1.pem": {"eku": ["server"]}}}),
                                    does=[s_client(E + ":7001")]),
    "zone-c-shows-nothing": dict(change=ZONE, does=[s_client(E + ":7001", shows=False)]),
    "zone-expired": dict(change=changed(ZONE, certificate(not_before="-400d", not_after="-3d")),
                         does=[s_client(E + ":7001")] * 3),
    "zone-no-overlap": dict(change=changed(ZONE, port(7001, {"ciphers": "ECDHE-RSA-AES256-GCM-SHA384"})),
                            does=[s_client(E + ":7001", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA")]),
    "zone-up-ssh-refused": dict(change=ZONE, does=[s_client(E + ":7001"), dials_only(2222)]),
    "zone-up-ssh-dropped": dict(change=ZONE, does=[s_client(E + ":7001"), dials_only(2222)], path=full(2222)),
    "zone-tls13-keys": dict(change=changed(ZONE, port(7001, {"method": "TLSv1.2+"})), secrets=True,
                            does=[s_client(E + ":7001", "-tls1_3", secrets="secrets.log")]),
    "zone-tls13-refused": dict(change=changed(ZONE, port(7001, {"method": "TLSv1.2+", "trust": ["other"]})),
                               does=[s_client(E + ":7001", "-tls1_3")]),
    "zone-size-not-all": dict(change=ZONE, does=[s_client(E + ":7001")], snap=128, file="eth0.cap"),
    "login-healthy": dict(change=EDGE, does=LOGIN + [
        curl("/ZXhhbXBsZS5jb20/get_edge_sso", "--tlsv1.2", "--tls-max", "1.2"), curl("/ZXhhbXBsZS5jb20/get_edge_sso"),
        s_client(E + ":5061", "-tls1_2", source=PHONE, shows=False, checks=None)]),
    "login-intermediate-missing": dict(change=changed(EDGE, certificate(send=[])), does=LOGIN + [
        curl("/", "--tlsv1.2", "--tls-max", "1.2"), s_client(E + ":5061", "-tls1_2", source=PHONE, shows=False, checks=None)]),
    "login-old-client": dict(change=changed(EDGE, port(8443, {"protocols": ["TLSv1.2"]})), does=LOGIN + [
        s_client(E + ":8443", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", source=PHONE, shows=False, checks=None)]),
    "login-plaintext": dict(change=changed(EDGE, port(8443, {"tls": False})), does=LOGIN + [curl("/")]),
    "login-silent": dict(change=changed(EDGE, port(8443, None)), path=silent(8443),
                         does=LOGIN + [s_client(E + ":8443", source=PHONE, shows=False, checks=None, waits=1.5)]),
    "middlebox-resets": dict(change=changed(EDGE, port(8443, None)), path=middlebox(8443),
                             does=LOGIN + [s_client(E + ":8443", source=PHONE, shows=False, checks=None)]),
    "xmpp-starttls": dict(change=EDGE, does=[
        s_client(E + ":5222", "-tls1_2", "-starttls", "xmpp", "-xmpphost", "example.com", source=PHONE, shows=False,
                 checks=None, sends="<presence/>")]),
    "xmpp-no-starttls": dict(change=changed(EDGE, port(5222, {"starttls": False})), does=[
        xmpp_in_clear]),
    "began-too-late": dict(change=ZONE, does=[s_client(E + ":7001")], skip=5),
}


class Sniffer:
    """tcpdump on the namespace's loopback interface."""

    def __init__(self, path, snap):
        self.child = subprocess.Popen(
            [servers.program("tcpdump"), "-i", "lo", "-n", "-U", "--immediate-mode", "-Z", "root", "-s", str(snap or 0), "-w", path,
             f"net {PREFIX}.0.0/16"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while b"listening on" not in self.child.stderr.readline():
            if self.child.poll() is not None:
                raise RuntimeError("tcpdump does not run")

    def stop(self):
        time.sleep(0.3)
        self.child.send_signal(signal.SIGINT)
        self.child.wait(10)


class Network:
    """In place of the lab's 127.N: the namespace is ours alone."""

    prefix = PREFIX

    def close(self):
        pass


def story_make(name, keys):
    story, folder = STORY[name], os.path.join(STORIES, name)
    with open(os.path.join(lab_module.HERE, "base.yaml"), encoding="utf-8") as text:
        model = merge(yaml.safe_load(text), story["change"])
    os.makedirs(folder, exist_ok=True)
    with Lab({"name": name, "model": model}, keys) as lab, tempfile.TemporaryDirectory() as work:
        raw = os.path.join(work, "raw.pcap")
        with story.get("path") or contextlib.nullcontext():
            sniffer = Sniffer(raw, story.get("snap"))
            for client in story["does"]:
                client(lab)
            sniffer.stop()
        target = os.path.join(folder, story.get("file") or ("capture.pcapng" if story.get("secrets") else "capture.pcap"))
        if story.get("secrets"):
            subprocess.run([servers.program("editcap"), "--inject-secrets", "tls," + lab.path("secrets.log"), raw, target], check=True)
        elif story.get("skip"):
            subprocess.run([servers.program("editcap"), "-F", "pcap", raw, target, f"1-{story['skip']}"], check=True)
        else:
            shutil.copyfile(raw, target)
        for trust in story.get("trust", []):
            shutil.copyfile(lab.path("files", trust), os.path.join(folder, trust))
    print(f"{name}: {os.path.getsize(target)} bytes")


def main():
    if os.environ.get("EDGEPROBE_IN_NAMESPACE") != "1":
        os.environ["EDGEPROBE_IN_NAMESPACE"] = "1"
        own = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
        os.execvp("unshare", own + [sys.executable, "-B", os.path.abspath(__file__), *sys.argv[1:]])
    for command in (["ip", "link", "set", "lo", "mtu", "1500", "up"], ["ip", "route", "add", "local", PREFIX + ".0.0/16", "dev", "lo"]):
        subprocess.run(command, check=True)
    lab_module.Network = Network
    names = sys.argv[1:] or sorted(STORY)
    unknown = set(names) - set(STORY)
    if unknown:
        sys.exit(f"make.py: no such story: {', '.join(sorted(unknown))}; there are {', '.join(sorted(STORY))}")
    keys = keys_for_run()
    for name in names:
        story_make(name, keys)


if __name__ == "__main__":
    main()
