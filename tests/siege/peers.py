#!/usr/bin/python3 -B
"""What do peers send that are no servers? Anything, cut anywhere: the run ends in its time, and nothing is good."""

import json
import struct

from listener import Listener, reset_at_close
from peer import PORTS

PROTOCOLS = ("https", "sip", "xmpp", "ssh")


def record(kind, body, version=0x0303):
    return struct.pack(">BHH", kind, version, len(body) & 0xffff) + body


def hello(chance):
    """A ServerHello that is nearly one."""
    suite = chance.choice([0xc02f, 0x1301, 0x0000, 0x5600, 0xffff, chance.randrange(65536)])
    extensions = b"".join(struct.pack(">HH", chance.choice([0, 10, 13, 16, 35, 43, 51, 65281, chance.randrange(65536)]),
                                      len(e)) + e for e in [chance.randbytes(chance.randrange(12)) for _ in range(4)])
    body = struct.pack(">H", chance.choice([0x0303, 0x0301, 0x0304, 0x0200])) + chance.randbytes(32) + b"\0" + \
        struct.pack(">HB", suite, 0) + struct.pack(">H", len(extensions)) + extensions
    return b"\x02" + struct.pack(">I", len(body))[1:] + body


def piece(chance):
    what = chance.randrange(9)
    if what == 0:
        return chance.randbytes(chance.randrange(1, 600))
    if what == 1:
        return record(21, bytes([chance.choice([1, 2, 77]), chance.randrange(256)]))
    if what == 2:
        return record(22, hello(chance))
    if what == 3:
        return record(22, hello(chance) + b"\x0b\0\0\x07\0\0\x04\0\0\x01\x30")
    if what == 4:
        return record(22, b"\0\0\0\0" * chance.randrange(1, 2000))  # HelloRequest
    if what == 5:
        return record(chance.randrange(256), chance.randbytes(chance.randrange(200)), chance.randrange(65536))
    if what == 6:
        return chance.choice([b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n", b"220 mail\r\n", b"SIP/2.0 200 OK\r\n\r\n",
                              b"<?xml version='1.0'?><stream:stream>", b"\r\n" * 400, b"A" * 70000])
    if what == 7:
        return record(22, chance.randbytes(chance.randrange(1, 16000)))
    return struct.pack(">BHH", 22, 0x0303, 0xffff) + chance.randbytes(100)


class Peer:
    def __init__(self, chance, port, where):
        self.pieces = [piece(chance) for _ in range(chance.randrange(0, 5))]
        self.cut, self.end = chance.random() < 0.3, chance.choice(["close", "reset", "hang", "again"])
        self.waits = chance.random() < 0.7
        self.listener = Listener(where, port, self.play)

    def play(self, connection):
        connection.settimeout(3)
        if self.waits:
            connection.recv(4096)
        for i, data in enumerate(self.pieces):
            connection.sendall(data[:len(data) // 2] if self.cut and i == len(self.pieces) - 1 else data)
        if self.end == "again" and self.pieces:
            while not self.listener.stopping.is_set():
                connection.sendall(self.pieces[0])
        elif self.end == "hang":
            self.listener.stopping.wait(4)
        elif self.end == "reset":
            reset_at_close(connection)


def attack(context, protocol):
    problems, count, chance = [], context.count(4, 180), context.random(protocol)
    for i in range(count):
        where = f"127.{chance.randrange(32, 250)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
        peer = Peer(chance, PORTS[protocol], where)
        done = context.run(["check", f"{where}:{PORTS[protocol]}", "--resolver", "127.0.0.1:9", "--timeout", "0.4",
                            "--deadline", "1.5", "--no-progress", "--format", "json"])
        peer.listener.stop()
        found = done.problems(statuses=(1, 2, 3), seconds=3.0)
        if not found and done.out:
            json.loads(done.out)
        problems += [f"peer {i}: {p}" for p in found]
    return count, problems, None


def attacks(context):
    for protocol in PROTOCOLS:
        yield protocol, lambda p=protocol: attack(context, p)
