#!/usr/bin/python3 -B
"""What do name servers answer that lie, or want to hurt? Judged in the time that was given, in harmless words."""

import json
import re
import socket
import struct
import threading

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def labels(*parts):
    return b"".join(bytes([len(p)]) + p for p in parts) + b"\0"


def srv(target, port=8443, priority=10, weight=10):
    return 33, struct.pack(">HHH", priority, weight, port) + target


def address(text):
    return 1, socket.inet_aton(text)


EXAMPLE = (b"example", b"com")
HOST = labels(b"expe", *EXAMPLE)
TRICKS = {  # name: records of the answer
    "escape": [srv(labels(b"ex\x1b[31mp", *EXAMPLE))],
    "space": [srv(labels(b"exp e", *EXAMPLE))],
    "nul": [srv(labels(b"ex\0pe", *EXAMPLE))],
    "newline": [srv(labels(b"expe\nfake: line", *EXAMPLE))],
    "bidi": [srv(labels("e\u202exp".encode(), *EXAMPLE))],
    "not-utf8": [srv(labels(b"\xff\xfe\xc0\x80", *EXAMPLE))],
    "dots": [srv(labels(b"a.b.c", *EXAMPLE))],
    "markup": [srv(labels(b"<script>alert(1)</script>", *EXAMPLE))],
    "quote": [srv(labels(b"\"';--", *EXAMPLE))],
    "percent": [srv(labels(b"%s%n%x", *EXAMPLE))],
    "slash": [srv(labels(b"../../etc", *EXAMPLE))],
    "at": [srv(labels(b"user@host", *EXAMPLE))],
    "star": [srv(labels(b"*", *EXAMPLE))],
    "root": [srv(b"\0")],
    "address-as-name": [srv(labels(b"127", b"0", b"0", b"1"))],
    "localhost": [srv(labels(b"localhost"))],
    "long": [srv(labels(*[b"a" * 63] * 3, b"b" * 61))],
    "too-long": [srv(labels(*[b"a" * 63] * 5))],
    "port-0": [srv(HOST, port=0)],
    "port-dns": [srv(HOST, port=53)],
    "self": [srv(labels(b"_collab-edge", b"_tls", *EXAMPLE))],
    "pointer-loop": [srv(b"\xc0\x3f")],
    "pointer-out": [srv(b"\xff\xff")],
    "reserved-label": [srv(b"\x80abc\0")],
    "cut-label": [srv(b"\x3fabc")],
    "short-record": [(33, b"\0\1")],
    "empty-record": [(33, b"")],
    "other-type": [(16, b"\x04text")],
    "alias-to-self": [(5, labels(b"_collab-edge", b"_tls", *EXAMPLE))],
    "alias-to-dark": [(5, labels(b"x\x1by", *EXAMPLE))],
    "thousand": [srv(labels(b"e%d" % i, *EXAMPLE)) for i in range(1000)],
    "same-thousand": [srv(HOST)] * 1000,
    "private-target": [srv(HOST), ],
}


class Server:
    """Answers SRV questions of _collab-edge with the trick, and A questions with a refusing address; every
    answer also mangled when there is chance."""

    def __init__(self, records, chance=None):
        self.records, self.chance = records, chance
        self.udp, self.tcp = self.both_bound()
        self.port = self.udp.getsockname()[1]
        self.tcp.listen(16)
        for serve in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    @staticmethod
    def both_bound():
        """A port that is free for UDP may be somebody's for TCP."""
        for _ in range(100):
            udp, tcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()
            udp.bind(("127.0.0.1", 0))
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tcp.bind(("127.0.0.1", udp.getsockname()[1]))
                return udp, tcp
            except OSError:
                udp.close()
                tcp.close()
        raise OSError("no port is free for both")

    def answer(self, question, limit):
        end = question.index(b"\0", 12) + 5
        kind = struct.unpack(">H", question[end - 4:end - 2])[0]
        records = []
        if kind == 33 and b"_collab-edge" in question:
            records = self.records
        elif kind == 1:
            records = [address(f"127.7.{i}.1") for i in range(40 if len(self.records) > 100 else 1)]
        body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", t, 1, 60, len(d)) + d for t, d in records)
        answer = question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(records), 0, 0) + question[12:end] + body
        if len(answer) > limit:
            answer = question[:2] + struct.pack(">HHHHH", 0x8380, 1, 0, 0, 0) + question[12:end]
        if self.chance is not None and records:
            data = bytearray(answer)
            for _ in range(self.chance.randint(1, 6)):
                data[self.chance.randrange(2, len(data))] = self.chance.randrange(256)
            answer = bytes(data[:self.chance.randrange(12, len(data))] if self.chance.random() < 0.2 else data)
        return answer

    def serve_udp(self):
        try:
            while True:
                question, who = self.udp.recvfrom(4096)
                self.udp.sendto(self.answer(question, 1200), who)
        except (OSError, ValueError):
            pass

    def serve_tcp(self):
        try:
            while True:
                connection, _ = self.tcp.accept()
                with connection:
                    connection.settimeout(2)
                    size = connection.recv(2)
                    answer = self.answer(connection.recv(4096), 65535) if len(size) == 2 else b""
                    connection.sendall(struct.pack(">H", len(answer)) + answer)
        except (OSError, ValueError):
            pass

    def close(self):
        for one in (self.udp, self.tcp):
            one.shutdown(socket.SHUT_RDWR) if one is self.tcp else None
            one.close()


def ask(context, name, server):
    done = context.run(["check", "example.com", "--resolver", f"127.0.0.1:{server.port}", "--timeout", "1", "--deadline",
                        "3", "--no-progress", "--no-revocation", "--format", "json"])
    server.close()
    problems = [f"{name}: {p}" for p in done.problems(statuses=(2, 3), seconds=4.5)]
    if done.status in (2, 3) and done.out:
        text = done.out.decode("utf-8")
        report = json.loads(text)
        if CONTROL.search("".join(f["summary"] for f in report["findings"])):
            problems.append(f"{name}: control characters in what is told")
        works = [o["id"] for o in report["outcomes"] if o["state"] == "works"]
        if works:
            problems.append(f"{name}: {works} work, and there is nothing that answers")
        if len(report["evidence"]["endpoints"]) > 64:
            problems.append(f"{name}: {len(report['evidence']['endpoints'])} endpoints of one domain")
    return problems


def tricks(context):
    problems = []
    names = list(TRICKS) if context.whole else ["escape", "nul", "space", "pointer-loop", "thousand", "root"]
    for name in names:
        problems += ask(context, name, Server(TRICKS[name]))
    return len(names), problems, None


def mangled(context):
    problems, count, chance = [], context.count(8, 200), context.random("dns")
    for i in range(count):
        name = chance.choice([n for n in TRICKS if "thousand" not in n])
        problems += ask(context, f"{name} {i}", Server(TRICKS[name], chance))
    return count, problems, None


def attacks(context):
    yield "tricks", lambda: tricks(context)
    yield "mangled", lambda: mangled(context)
