#!/usr/bin/python3
"""What does a revocation source answer that no sane server would? An HTTP server whose answers are data.

    source_server.py CONFIG.json
Each route, by path, is {do: …}:
    ocsp      hashes: [sha1, sha256] that it knows (others: unauthorized), status: good | revoked | unknown, or a refusal
              (malformed-request, internal-error, try-later, sig-required, unauthorized), about: certificate (default:
              the one asked about, if it is here), ca, signer, this: -1h, next: 7d (null: none), headers, wait: S; of
              what no responder sends: also: a second status, critical: true, forger: a signer, junk: true, whatever: true
              (what it says is about, whatever was asked)
    bytes     hex | text | file, size: N (repeated to that size), status: 200, headers: {}, length: announced
    redirect  to: URL, status: 302
    endless   a body that never ends; drip: S between bytes; headers that never end with head: true
    silent    takes the question and says nothing
    close     closes without an answer
    raw       text: what goes out instead of HTTP
Every question is a line in `asked.log`: method and path."""

import base64
import datetime
import json
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from der import der, der_body, der_items, signature

REFUSALS = {"malformed-request": ocsp.OCSPResponseStatus.MALFORMED_REQUEST,
            "internal-error": ocsp.OCSPResponseStatus.INTERNAL_ERROR, "try-later": ocsp.OCSPResponseStatus.TRY_LATER,
            "sig-required": ocsp.OCSPResponseStatus.SIG_REQUIRED,
            "unauthorized": ocsp.OCSPResponseStatus.UNAUTHORIZED}
STATUSES = {"good": ocsp.OCSPCertStatus.GOOD, "revoked": ocsp.OCSPCertStatus.REVOKED,
            "unknown": ocsp.OCSPCertStatus.UNKNOWN}
DER = serialization.Encoding.DER
UNKNOWN_OID = bytes.fromhex("06082b06010401868d1f")  # 1.3.6.1.4.1.99999
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
LOCK = threading.Lock()


def moment(text):
    seconds = float(text[:-1]) * UNITS[text[-1]]
    return datetime.datetime.utcnow().replace(microsecond=0) + datetime.timedelta(seconds=seconds)


class Files:
    """Certificates and keys that the lab left in our folder."""

    def __init__(self, folder):
        self.folder = folder

    def certificate(self, name):
        with open(f"{self.folder}/{name.replace('/', '-')}.pem", "rb") as pem:
            return x509.load_pem_x509_certificate(pem.read())

    def signer(self, ca, kind):
        """(certificate, key) of whom answers of this CA are signed by"""
        label = f"signer-{ca}-{kind}"
        with open(f"{self.folder}/{label}.key", "rb") as pem:
            return self.certificate(label), serialization.load_pem_private_key(pem.read(), None)


def refusal(name):
    return ocsp.OCSPResponseBuilder.build_unsuccessful(REFUSALS[name]).public_bytes(DER)


def signed_answer(spec, algorithm, store, status):
    """DER of an answer as it should be, but for what its spec says."""
    authority = spec.get("ca", "issuing")
    revoked = status == "revoked"
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=store.certificate(spec["about"]), issuer=store.certificate(authority), algorithm=algorithm,
        cert_status=STATUSES[status], this_update=moment(spec.get("this", "-1h")),
        next_update=moment(spec.get("next", "7d")) if spec.get("next", "7d") else None,
        revocation_time=moment("-1d") if revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if revoked else None)
    signer, key = store.signer(authority, spec.get("signer"))
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, signer)
    if spec.get("signer"):
        builder = builder.certificates([signer])
    return builder.sign(key, hashes.SHA256()).public_bytes(DER), key


def parts_of(answer):
    """(status, OID, [tbs, algorithm, signature, …]) of the DER of an answer (RFC 6960 4.2.1)."""
    status, rest = der_items(der_body(answer))
    kind, octets = der_items(der_body(der_body(rest)))
    return status, kind, der_items(der_body(der_body(octets)))


def spoiled_answer(spec, answer, key, algorithm, store):
    """also: a second status in the same answer; critical: an extension that nobody knows; forger: who signs in the
    signer's name; junk: no answer inside the envelope."""
    status, kind, (tbs, how, signed, *more) = parts_of(answer)
    fields = der_items(der_body(tbs))
    if spec.get("also"):
        other, _ = signed_answer(spec, algorithm, store, spec["also"])
        theirs = der_items(der_body(parts_of(other)[2][0]))
        fields[2] = der(0x30, der_body(fields[2]), der_body(theirs[2]))  # behind responderID and producedAt
    if spec.get("critical"):
        fields.append(der(0xA1, der(0x30, der(0x30, UNKNOWN_OID, b"\x01\x01\xff", b"\x04\x02\x05\x00"))))
    if spec.get("forger"):
        key = store.signer(spec.get("ca", "issuing"), spec["forger"])[1]
    if {"also", "critical", "forger"} & set(spec):
        tbs = der(0x30, *fields)
        signed = der(0x03, b"\0", signature(key, tbs))
    inside = b"\x05\x00" if spec.get("junk") else der(0x30, tbs, how, signed, *more)
    return der(0x30, status, der(0xA0, der(0x30, kind, der(0x04, inside))))


def ocsp_answer(spec, asked, store):
    """DER of the answer to the DER of a request."""
    if spec["status"] in REFUSALS:
        return refusal(spec["status"])
    try:
        request = ocsp.load_der_ocsp_request(asked)
    except ValueError:
        return refusal("malformed-request")
    known = spec.get("hashes", ["sha1", "sha256"])
    if request.hash_algorithm.name not in known or (
            request.serial_number != store.certificate(spec["about"]).serial_number and not spec.get("whatever")):
        return refusal("unauthorized")
    answer, key = signed_answer(spec, request.hash_algorithm, store, spec["status"])
    return spoiled_answer(spec, answer, key, request.hash_algorithm, store)


class Answers:
    def __init__(self, config):
        self.config = config
        self.files = Files(config["folder"])

    def ocsp(self, spec, asked):
        return ocsp_answer(spec, asked, self.files)

    def bytes(self, spec):
        if "file" in spec:
            with open(f"{self.config['files']}/{spec['file']}", "rb") as data:
                data = data.read()
        else:
            data = bytes.fromhex(spec["hex"]) if "hex" in spec else spec.get("text", "x").encode()
        if "size" in spec:
            data = (data * (spec["size"] // len(data) + 1))[:spec["size"]]
        return data


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def log_message(self, *unused):
        pass

    def route(self):
        path = urllib.parse.urlsplit(self.path).path
        routes = self.server.answers.config["routes"]
        best = max((r for r in routes if path == r or path.startswith(r.rstrip("/") + "/")), key=len, default=None)
        with LOCK, open(self.server.answers.config["folder"] + "/asked.log", "a", encoding="utf-8") as log:
            log.write(f"{self.command} {best or path}\n")
        return (routes[best], path[len(best):].lstrip("/")) if best is not None else (None, "")

    def send(self, status, data, headers=None, length=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, body):
        spec, rest = self.route()
        if spec is None:
            return self.send(404, b"not here\n")
        if self.command == "GET" and rest:
            body = base64.b64decode(urllib.parse.unquote(rest))
        time.sleep(spec.get("wait", 0))
        return getattr(self, "do_" + spec["do"])(spec, body)

    def do_ocsp(self, spec, body):
        headers = {"Content-Type": "application/ocsp-response", **spec.get("headers", {})}
        self.send(200, self.server.answers.ocsp(spec, body), headers)

    def do_bytes(self, spec, _):
        data = self.server.answers.bytes(spec)
        self.send(spec.get("status", 200), data, spec.get("headers"), spec.get("length"))
        self.close_connection = self.close_connection or "length" in spec

    def do_redirect(self, spec, _):
        self.send(spec.get("status", 302), b"", {"Location": spec["to"]})

    def do_silent(self, *_):
        time.sleep(self.timeout)
        self.close_connection = True

    def do_close(self, *_):
        self.close_connection = True

    def do_raw(self, spec, _):
        self.wfile.write(spec["text"].encode())
        self.close_connection = True

    def do_endless(self, spec, _):
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if spec.get("head") else b"\r\n"))
        piece = b"X-Filler: " + b"x" * 1000 + b"\r\n" if spec.get("head") else b"0" * 65536
        if spec.get("drip"):
            piece = b"0"
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline:
            self.wfile.write(piece)
            time.sleep(spec.get("drip", 0))

    def guarded(self, body):
        try:
            self.answer(body)
        except OSError:  # the asker had enough
            self.close_connection = True

    def do_GET(self):
        self.guarded(b"")

    def do_POST(self):
        self.guarded(self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 1 << 20)))


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # a handshake given up: the asker does not trust us
            super().handle_error(request, client_address)


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        config = json.load(text)
    answers = Answers(config)
    threads = []
    for listener in config["listeners"]:
        server = Server((listener["address"], listener["port"]), Handler)
        server.answers = answers
        if listener["tls"]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(listener["tls"])
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threads.append(threading.Thread(target=server.serve_forever))
        threads[-1].start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
