"""What if the server does not play fair? A proxy before a good server that spoils what comes back, and what must be
found all the same. Rows: name, how it spoils, what must be true of the survey (see EXPECTATIONS in run.py)."""

import socket
import ssl
import struct
import threading
import time

from listener import Listener, hello_offers, pack, passing, read_record, reset_at_close

HANDSHAKE, ALERT = 22, 21
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


class Proxy:
    """One listener. `spoil(records)` maps the (type, version, payload) of what the server sends; None closes."""

    def __init__(self, address, port, target, spoil=None, limit=None, forgives=None, by_reset=False, answers=None, plays=None, bears=None):
        self.target, self.spoil, self.limit, self.forgives, self.by_reset = target, spoil, limit, forgives, by_reset
        self.answers = answers or plays  # plays alone: hello bytes to answer bytes
        self.bears = bears  # suites in one hello: (most, what it says to more; b"": it just closes)
        self.count, self.closed_at, self.lock = 0, None, threading.Lock()
        self.listener = Listener(address, port, self.serve)

    def has_had_enough(self):
        with self.lock:
            self.count += 1
            if self.limit is None or self.count <= self.limit:
                return False
            if self.closed_at is None:
                self.closed_at = time.monotonic()
            if self.forgives is not None and time.monotonic() - self.closed_at > self.forgives:
                self.limit = None
                return False
            return True

    def end(self, client):
        if self.by_reset:
            reset_at_close(client)
        client.close()

    def serve(self, client):
        client.settimeout(10)
        if self.has_had_enough():
            self.end(client)
        elif self.answers is not None:
            self.play(client)
        else:
            self.relay(client)

    def play(self, client):
        while True:
            data = client.recv(65536)
            if not data:
                return
            client.sendall(self.answers(data))

    def relay(self, client):
        with socket.create_connection(self.target, timeout=10) as server:
            if self.bears is not None and not self.takes_hello(client, server):
                return
            with passing(client, server):
                self.spoil_all(client, server)

    def spoil_all(self, client, server):
        while True:
            record = read_record(server)
            if record is None:
                return
            out = self.spoil(*record) if self.spoil else pack(*record)
            if out is None:
                if self.by_reset:
                    reset_at_close(client)
                return
            client.sendall(out)

    def takes_hello(self, client, server):
        record = read_record(client)
        if record is None:
            return False
        suites, _ = hello_offers(pack(*record))
        if len(suites) > self.bears[0]:
            client.sendall(self.bears[1])
            return False
        server.sendall(pack(*record))
        return True

    def stop(self):
        self.listener.stop()


# ---- ways to spoil ----

def single_bytes(kind, version, payload):
    if kind != HANDSHAKE:
        return pack(kind, version, payload)
    return b"".join(pack(kind, version, payload[i:i + 1]) for i in range(len(payload)))


def is_server_hello(kind, payload):
    return kind == HANDSHAKE and len(payload) > 40 and payload[0] == 2


def suite_at(payload):
    return 39 + payload[38]


def other_suite(kind, version, payload):
    if not is_server_hello(kind, payload):
        return pack(kind, version, payload)
    at = suite_at(payload)
    return pack(kind, version, payload[:at] + b"\xfe\x01" + payload[at + 2:])


def other_version(kind, version, payload):
    if not is_server_hello(kind, payload):
        return pack(kind, version, payload)
    return pack(kind, version, payload[:4] + b"\x07\x07" + payload[6:])


def no_alerts(kind, version, payload):
    return None if kind == ALERT else pack(kind, version, payload)


def silent_alerts(kind, version, payload):
    return b"" if kind == ALERT else pack(kind, version, payload)


def cut_hello(kind, version, payload):
    return pack(kind, version, payload[:20]) if is_server_hello(kind, payload) else pack(kind, version, payload)


def retry_for_ever(hello):
    """Whatever comes, HelloRetryRequest for another group, TLS 1.3; to older hellos an alert."""
    if b"\x00\x2b\x00\x03\x02\x03\x04" not in hello and b"\x00\x2b" not in hello[40:]:
        return pack(ALERT, b"\x03\x03", b"\x02\x46")
    body = b"\x03\x03" + RETRY + b"\x00" + b"\x13\x01" + b"\x00"
    extensions = b"\x00\x2b\x00\x02\x03\x04" + b"\x00\x33\x00\x02\x00\x17"
    body += struct.pack(">H", len(extensions)) + extensions
    return pack(HANDSHAKE, b"\x03\x03", b"\x02" + struct.pack(">I", len(body))[1:] + body)


EXPORT_SUITES = (0x0003, 0x0008)  # RSA_EXPORT with RC4_40 and DES40: no library of today has them


def takes_export(folder):
    """A server of 1999: TLS 1.0 with its two suites, by its own order."""
    with open(folder + "/rsa.pem", encoding="ascii") as pem:
        der = ssl.PEM_cert_to_DER_cert(pem.read())
    chain = struct.pack(">I", len(der))[1:] + der
    body = struct.pack(">I", len(chain))[1:] + chain
    rest = b"\x0b" + struct.pack(">I", len(body))[1:] + body + b"\x0e\0\0\0"

    def answer(hello):
        if hello[0] != HANDSHAKE:
            return b""
        offered, _ = hello_offers(hello)
        suite = next((s for s in EXPORT_SUITES if s in offered), None)
        if suite is None or hello[9:11] < b"\x03\x01":
            return pack(ALERT, b"\x03\x01", b"\x02\x28")
        first = b"\x03\x01" + bytes(32) + b"\0" + struct.pack(">H", suite) + b"\0"
        return pack(HANDSHAKE, b"\x03\x01", b"\x02" + struct.pack(">I", len(first))[1:] + first + rest)
    return answer


ROWS = [
    ("closes-on-large-hellos", {"bears": (128, b"")}, {"complete": True, "same": True}),
    ("decode-error-on-large-hellos", {"bears": (128, pack(ALERT, b"\x03\x03", b"\x02\x32"))}, {"complete": True, "same": True}),
    ("takes-export", {"plays": takes_export}, {"complete": True, "most": 60}),
    ("one-byte-records", {"spoil": single_bytes}, {"complete": True, "same": True}),
    ("suite-not-offered", {"spoil": other_suite}, {"complete": False, "error": "suite that was not offered", "most": 30}),
    ("version-not-known", {"spoil": other_version}, {"complete": False, "error": "version", "most": 30}),
    ("hello-cut-short", {"spoil": cut_hello}, {"complete": False, "most": 30}),
    ("retry-for-ever", {"answers": retry_for_ever}, {"most": 130}),
    ("refuses-by-closing", {"spoil": no_alerts}, {"complete": True, "same": True, "limited": False}),
    ("refuses-by-reset", {"spoil": no_alerts, "by_reset": True}, {"complete": True, "same": True, "limited": False}),
    ("closes-after-12", {"limit": 12, "forgives": 2}, {"complete": True, "same": True, "limited": True}),
    ("resets-after-20", {"limit": 20, "forgives": 2, "by_reset": True}, {"complete": True, "same": True, "limited": True}),
    ("closes-after-15-for-ever", {"limit": 15}, {"complete": False, "limited": True, "error": "limit on connections",
                                                 "most": 130}),
    ("speaks-http", {"answers": lambda hello: b"HTTP/1.1 400 Bad Request\r\n\r\n"},
     {"complete": False, "error": "not TLS: http", "most": 30}),
    ("garbage", {"answers": lambda hello: b"\x16\x03\x03\x00\x04\xff\xff\xff\xff" * 3}, {"complete": False, "most": 30}),
]
