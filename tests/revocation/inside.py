#!/usr/bin/python3 -B
"""Does a certificate lead edgeprobe into the network that it stands in? A network of our own (run.py starts this in a
namespace, where any address may be ours), an edge at a public address whose certificates name sources inside, by every
way there is, and a server at all addresses that says what it was asked.

    inside.py EDGEPROBE     prints `ok NAME`, `FAILED NAME`, and at the end a line of counts"""

import http.server
import json
import os
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

from lab import keys_for_run  # noqa: E402
from launch import PATIENCE  # noqa: E402
from pki import Pki  # noqa: E402

KINDS = {"root": {"parent": None, "title": "Lab Root"}, "issuing": {"parent": "root", "title": "Lab Issuing"}}
PUBLIC, INSIDE = "198.51.100.1", "10.1.2.3"
OURS = [PUBLIC, INSIDE, "192.168.7.7", "169.254.1.1", "172.31.0.1", "100.64.0.1", "fd00::7", "2001:db8::1"]
NAMES = {"inside.test": ["192.168.7.7"], "both.test": [PUBLIC, INSIDE], "six.test": ["fd00::7"], "public.test": [PUBLIC]}
WORDS = "--no-private-fetch"
# Where the certificate at this port leads: URI, what it is (inside: refused; asked; or words of the error).
CERTIFICATES = {
    4431: [("http://127.0.0.1/loopback", "inside"), ("http://0x7f.1/spelled", "inside"), (f"http://{INSIDE}/ten", "inside"),
           ("http://[::1]/loopback6", "inside"), (f"http://[::ffff:{INSIDE}]/mapped", "inside"), ("http://[fd00::7]/ula", "inside"),
           ("http://169.254.1.1/link-local", "inside"), ("http://inside.test/by-name", "inside")],
    4432: [("http://172.31.0.1/twelve", "inside"), ("http://100.64.0.1/shared", "inside"), ("http://[64:ff9b::a01:203]/nat64", "inside"),
           ("http://six.test/by-name6", "inside"), (f"http://{PUBLIC}/to-loopback", "inside"), (f"http://{PUBLIC}/to-name", "inside"),
           ("http://[fe80::1]/link-local6", "inside"), ("http://2130706433/number", "inside")],
    4433: [("http://both.test/both", "asked"), (f"http://{PUBLIC}/plain", "asked"), ("http://public.test/by-public-name", "asked"),
           (f"http://{PUBLIC}/to-file", "not followed: not HTTP"), (f"http://{PUBLIC}/loop", "too many in a row"),
           (f"ftp://{PUBLIC}/ftp", "wanted http or https"), ("ldap:///cn=x?certificateRevocationList", "wanted http or https"),
           (f"http://{PUBLIC}/eighth", "asked"), (f"http://{PUBLIC}/ninth", "never"), (f"http://{PUBLIC}/tenth", "never")],
}
REDIRECTS = {"/to-loopback": "http://127.0.0.1/behind-redirect", "/to-name": "http://inside.test/behind-redirect-by-name",
             "/to-file": "file:///etc/passwd", "/loop": "/loop"}


class Sources:
    """HTTP at port 80 of every address: (local address, path) of each question."""

    def __init__(self):
        self.asked = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                local = self.connection.getsockname()[0].removeprefix("::ffff:")
                outer.asked.append((local, self.path))
                to = REDIRECTS.get(self.path)
                self.send_response(302 if to else 200)
                if to:
                    self.send_header("Location", to)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            address_family, daemon_threads = socket.AF_INET6, True

        server = Server(("::", 80), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def names_serve():
    """DNS at the public address."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((PUBLIC, 53))

    def serve():
        while True:
            question, who = udp.recvfrom(4096)
            end = question.index(b"\0", 12) + 5
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1:at + 1 + question[at]].decode("ascii", "replace"))
                at += 1 + question[at]
            kind = struct.unpack(">H", question[end - 4:end - 2])[0]
            found = [a for a in NAMES.get(".".join(labels).lower(), []) if (28 if ":" in a else 1) == kind]
            body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(d)) + d for d in
                            (socket.inet_pton(socket.AF_INET6 if ":" in a else socket.AF_INET, a) for a in found))
            udp.sendto(question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(found), 0, 0) + question[12:end] + body, who)

    threading.Thread(target=serve, daemon=True).start()


def edge_serve(port, leaf, folder):
    path = os.path.join(folder, f"{port}.pem")
    with open(path, "w", encoding="utf-8") as out:
        out.write(leaf.sent_pem + leaf.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    listener = socket.create_server(("", port), backlog=32)

    def serve():
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=play, args=(plain,), daemon=True).start()

    def play(plain):
        try:
            plain.settimeout(5)
            with context.wrap_socket(plain, server_side=True) as secure:
                secure.recv(4096)
        except OSError:
            plain.close()

    threading.Thread(target=serve, daemon=True).start()


class Tests:
    def __init__(self, edgeprobe, folder, sources):
        self.edgeprobe, self.folder, self.sources, self.failed, self.passed = edgeprobe, folder, sources, 0, 0

    def tell(self, name, problems):
        self.failed, self.passed = self.failed + bool(problems), self.passed + (not problems)
        print(f"FAILED {name}\n    " + "\n    ".join(problems) if problems else f"ok {name}", flush=True)

    def run(self, where, *more):
        """(fetches by URI of the leaf, what the sources were asked)"""
        self.sources.asked.clear()
        done = subprocess.run([self.edgeprobe, "revocation", where, "--resolver", f"{PUBLIC}:53", "--format", "json", "--no-cache",
                               "--no-progress", "--timeout", f"{2 * PATIENCE:g}", "--deadline", f"{10 * PATIENCE:g}", *more],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if not done.stdout:
            return {}, [f"status {done.returncode}: {done.stderr}"]
        report = json.loads(done.stdout)
        return {f["uri"]: f for f in report["evidence"]["fetches"]}, list(self.sources.asked)


def problem(what, uri, fetch, asked):
    path = "/" + uri.split("/", 3)[-1]
    at = [where for where, p in asked if p == path]
    if what == "never":
        return [f"{uri}: was asked"] if at or fetch is not None else []
    if fetch is None:
        return [f"{uri}: is not among the fetches"]
    if what == "asked":
        return [] if at and set(at) == {PUBLIC} else [f"{uri}: asked at {at}"]
    if what != "inside":
        return [] if what in (fetch["error"] or "") else [f"{uri}: {fetch['error']}"]
    out = [] if fetch["state"] == "not-tried" and WORDS in (fetch["error"] or "") else [f"{uri}: {fetch['state']}, {fetch['error']}"]
    return out + [f"{uri}: asked at {a}" for a in at if a != PUBLIC]


def refused(tests, how, *more):
    for port, rows in CERTIFICATES.items():
        fetches, asked = tests.run(f"{PUBLIC}:{port}", *more)
        problems = [p for uri, what in rows for p in problem(what, uri, fetches.get(uri), asked)]
        problems += [f"the machine {where} inside was asked for {path}" for where, path in asked if where != PUBLIC]
        tests.tell(f"{how}, certificate at port {port}", problems)


def main():
    edgeprobe = os.path.abspath(sys.argv[1])
    for command in [["ip", "link", "set", "lo", "up"]] + [["ip", "address", "add", a, "dev", "lo", *(["nodad"] if ":" in a else [])]
                                                          for a in OURS]:
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(prefix="edgeprobe-inside-") as folder:
        pki = Pki(keys_for_run(), KINDS)
        for port, rows in CERTIFICATES.items():
            edge_serve(port, pki.leaf("edge.test", {"names": ["edge.test"], "cdp": [uri for uri, _ in rows]}), folder)
        names_serve()
        tests = Tests(edgeprobe, folder, Sources())
        refused(tests, "--no-private-fetch", "--no-private-fetch")
        if os.geteuid() == 0:
            refused(tests, "root without a terminal")
        _, asked = tests.run(f"{PUBLIC}:4431", "--private-fetch")
        wanted = {("127.0.0.1", "/loopback"), (INSIDE, "/ten"), ("192.168.7.7", "/by-name"), ("169.254.1.1", "/link-local"), ("fd00::7", "/ula")}
        tests.tell("--private-fetch asks all of them", [f"not asked: {w}" for w in wanted - set(asked)])
        _, asked = tests.run(f"{INSIDE}:4431", "--no-private-fetch")
        tests.tell("a host inside may name sources inside", [f"not asked: {w}" for w in wanted - set(asked)])
        _, asked = tests.run(f"{PUBLIC}:4431", "--no-private-fetch", "--connect-to", "169.254.1.1:80:127.0.0.1:80")
        tests.tell("where the user leads is asked", [] if asked == [("127.0.0.1", "/link-local")] else [str(asked)])
    print(f"{tests.passed} passed, {tests.failed} failed, 0 skipped")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
