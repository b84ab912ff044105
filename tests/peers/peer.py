#!/usr/bin/python3 -B
"""What do servers do that no real server will do for us? A peer that plays a script, on one loopback address.

A script is data (tests/peers/scripts/*.yaml). TCP scripts are a list of steps, played anew for every connection:

    expect: N | "text"      read at least N bytes, or until the text came
    send: VALUE             VALUE: "text", or {hex: "16 03 …"}, {text: …, times: N}, or a list of those; {branch} and
                            {call-id} stand for those of the SIP request that was read last
    trickle: VALUE, each: S one byte (or `piece: N` bytes) every S seconds; without `each` as soon as the other side's
                            kernel has the piece before
    forever: VALUE          again and again until the other side goes away
    starttls: true          TLS from here on, with the lab's own good certificate
    delay: S · close: true · reset: true · hang: true (read on, say nothing)
    relay: {end: WHEN}      the real server behind it answers, but connections that are so end without a word:
                            WHEN is {offers: "0304"} (a version of TLS), {newest: "0303"} (none is newer), {ecdsa: true} (no suite
                            is for RSA), {name: true} (a server name, or false: none) or
                            {after: N} (all but the first N); with first: N those N alone; or {beside: N} (more than N stand);
                            by: silence leaves them open instead of resetting them, by: {send: VALUE} answers so

At the end of a script the connection is closed. DNS scripts answer questions, see `DnsPeer`. `python3 peer.py
SCRIPT ADDRESS` plays one by hand. Does not: judge anything."""

import array
import fcntl
import os
import re
import socket
import ssl
import struct
import sys
import termios
import threading
import time

import yaml

from listener import Listener, hello_offers, pack, pass_on, passing, read_exactly, read_record, reset_at_close

PORTS = {"https": 8443, "sip": 5061, "xmpp": 5222, "ssh": 2222, "dns": 5353, "acme": 10080}
LIFETIME = 30.0  # of one connection: a peer must never outlive the test that it serves


def script_load(path):
    with open(path, encoding="utf-8") as text:
        script = yaml.safe_load(text)
    script["name"] = os.path.basename(path)[:-5]
    return script


def value_bytes(value):
    if isinstance(value, list):
        return b"".join(value_bytes(v) for v in value)
    if isinstance(value, str):
        return value.encode("utf-8")
    times = int(value.get("times", 1))
    data = bytes.fromhex(value["hex"]) if "hex" in value else value["text"].encode("utf-8")
    return data * times


class Gone(Exception):
    """The other side left, or the peer is being stopped."""


class TcpPeer:
    def __init__(self, script, address, port, certificate=None, real=None):
        self.script, self.certificate, self.real = script, certificate, real
        self.count, self.ended, self.counting = 0, 0, threading.Lock()  # connections, and those that a relay ended
        self.standing = 0  # relayed now
        self.got = threading.local()  # each connection plays in a thread of its own
        if script.get("accept") == "never":
            self.listener = FullBacklog(address, port)
        else:
            self.listener = Listener(address, port, self.play)
        self.stopping = self.listener.stopping

    def play(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(LIFETIME)
        held = [connection]
        try:
            for step in self.script["steps"]:
                self.step(held, step)
        except Gone:
            pass
        finally:
            held[0].close()

    def step(self, held, step):
        for verb in ("expect", "send", "trickle", "forever", "starttls", "relay", "delay", "close", "reset", "hang"):
            if verb in step:
                getattr(self, "do_" + verb)(held, step[verb], step)
                return
        raise SystemExit(f"unknown step {step}")

    def pause(self, seconds):
        if self.stopping.wait(seconds):
            raise Gone

    def do_expect(self, held, wanted, step):
        got = b""
        while (len(got) < wanted) if isinstance(wanted, int) else (wanted.encode() not in got):
            data = held[0].recv(65536)
            if not data:
                raise Gone
            got += data
        self.got.data = got

    def answer(self, value):
        """What is sent, with {branch} and {call-id} of the request that the last `expect` read."""
        data, got = value_bytes(value), getattr(self.got, "data", b"")
        for token, pattern in ((b"{branch}", rb"branch=([^;\r\n]+)"), (b"{call-id}", rb"\r\nCall-ID: *([^\r\n]+)")):
            found = re.search(pattern, got)
            data = data.replace(token, found.group(1) if found else b"none")
        return data

    def do_send(self, held, value, step):
        held[0].sendall(self.answer(value))

    def do_trickle(self, held, value, step):
        data, piece = self.answer(value), step.get("piece", 1)
        for start in range(0, len(data), piece):
            held[0].sendall(data[start:start + piece])
            if "each" in step:
                self.pause(step["each"])
            else:
                self.taken(held[0])

    def taken(self, connection):
        """Until nothing of what we sent is on its way: the next piece is a segment of its own."""
        waiting = array.array("i", [1])
        while not self.stopping.is_set():
            fcntl.ioctl(connection, termios.TIOCOUTQ, waiting)
            if waiting[0] == 0:
                return
            time.sleep(0)

    def do_forever(self, held, value, step):
        data = value_bytes(value)
        data *= max(1, 65536 // len(data))
        deadline = time.monotonic() + LIFETIME
        while time.monotonic() < deadline and not self.stopping.is_set():
            held[0].sendall(data)

    def do_starttls(self, held, value, step):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate)
        held[0] = context.wrap_socket(held[0], server_side=True)

    def do_relay(self, held, how, step):
        with self.counting:
            self.count += 1
            self.standing += 1
            number, standing = self.count, self.standing
        try:
            self.relay(held, how, step, number, standing)
        finally:
            with self.counting:
                self.standing -= 1

    def relay(self, held, how, step, number, standing):
        hello = hello_of(held[0])
        when = how.get("end", {})
        ends = is_so(when, hello, number) or standing > when.get("beside", standing)
        with self.counting:
            self.ended += ends
            ends = ends and self.ended <= when.get("first", self.ended)
        if ends:
            by = how.get("by")
            if isinstance(by, dict):
                held[0].sendall(self.answer(by["send"]))
                self.do_hang(held, True, step)
            (self.do_hang if by == "silence" else self.do_reset)(held, True, step)
        with socket.create_connection(self.real, timeout=LIFETIME) as server:
            server.sendall(hello)
            with passing(held[0], server):
                pass_on(server, held[0])

    def do_delay(self, held, seconds, step):
        self.pause(seconds)

    def do_close(self, held, value, step):
        raise Gone

    def do_reset(self, held, value, step):
        reset_at_close(held[0])
        raise Gone

    def do_hang(self, held, value, step):
        deadline = time.monotonic() + LIFETIME
        while time.monotonic() < deadline and not self.stopping.is_set():
            if not held[0].recv(65536):
                raise Gone

    def stop(self):
        self.listener.stop()


class FullBacklog:
    """Takes nothing: the kernel drops further SYNs, as a firewall does."""

    def __init__(self, address, port):
        self.stopping = threading.Event()
        self.sockets = [socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) for _ in range(5)]
        self.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sockets[0].bind((address, port))
        self.sockets[0].listen(0)
        for filler in self.sockets[1:]:
            filler.setblocking(False)
            filler.connect_ex((address, port))

    def stop(self):
        self.stopping.set()
        for s in self.sockets:
            s.close()


# ---- what a box in the path looks at ----

def hello_of(connection):
    """The first record whole, as it came."""
    record = read_record(connection)
    if record is None:
        raise Gone
    return pack(*record)


RSA_SUITES = {0xc02f, 0xc030, 0xc027, 0xc028, 0xc013, 0xc014, 0xcca8, 0x009c, 0x002f, 0x1301}  # 0x1301: whoever signs


def is_so(when, hello, number):
    suites, extensions = hello_offers(hello)
    versions = extensions.get(43, b"\0")[1:]
    offered = {versions[i:i + 2].hex() for i in range(0, len(versions), 2)}
    newest = max((v for v in offered if v[0] == "0"), default=hello[9:11].hex())  # others are GREASE (RFC 8701)
    return (("offers" in when and when["offers"] in offered) or ("newest" in when and when["newest"] == newest)
            or ("ecdsa" in when and not RSA_SUITES.intersection(suites)) or ("name" in when and (0 in extensions) == when["name"])
            or ("after" in when and number > when["after"]))


def read_message(connection):
    """A DNS message over TCP (RFC 1035 4.2.2); None when it ends before."""
    head = read_exactly(connection, 2)
    return None if head is None else read_exactly(connection, struct.unpack(">H", head)[0])


class DnsPeer:
    """A name server that lies. `udp` and `tcp` are each one answer, for questions whose name begins with `only`
    (default _collab-edge); all others go on to the real server.

        silence: true · forward: true · raw: {hex: …} · refuse: true (tcp: nothing listens) · late: true (answers what is asked again)
        answer: {id: same|wrong, flags: 8180, question: same|none|{hex}, counts: [1,1,0,0], body: {hex}, cut: N}
        length: N    tcp: the length prefix, instead of the true one"""

    def __init__(self, script, address, port, real):
        self.script, self.real, self.stopping, self.heard = script, real, threading.Event(), set()
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((address, port))
        self.udp.settimeout(0.2)
        threading.Thread(target=self.udp_loop, daemon=True).start()
        self.tcp = None
        if not script.get("tcp", {}).get("refuse", True) or "tcp" in script and "refuse" not in script["tcp"]:
            self.tcp = Listener(address, port, self.tcp_play)

    def concerns(self, question):
        wanted = self.script.get("only", "_collab-edge").encode()
        return bytes([len(wanted)]) + wanted in question

    @staticmethod
    def question_of(query):
        """The first question's bytes, as sent."""
        end = 12
        while end < len(query) and query[end] != 0:
            end += query[end] + 1
        return query[12:end + 5]

    def forward(self, query, over_tcp):
        if over_tcp:
            with socket.create_connection(self.real, timeout=2) as s:
                s.sendall(struct.pack(">H", len(query)) + query)
                return read_message(s) or b""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(2)
            s.sendto(query, self.real)
            return s.recv(65536)

    def is_new(self, query):
        """What the client repeats has the same number."""
        is_new = query not in self.heard
        self.heard.add(query)
        return is_new

    def reply(self, query, how, over_tcp):
        if how.get("forward") or not self.concerns(self.question_of(query)):
            return self.forward(query, over_tcp)
        if how.get("silence") or how.get("late") and self.is_new(query):
            return None
        if how.get("late"):
            return self.forward(query, over_tcp)
        if "raw" in how:
            return value_bytes(how["raw"])
        return self.built(query, how["answer"])

    def built(self, query, answer):
        number = struct.unpack(">H", query[:2])[0]
        if answer.get("id") == "wrong":
            number ^= 0x5555
        question = answer.get("question", "same")
        shown = (self.question_of(query) if question == "same" else b"" if question == "none"
                 else value_bytes(question))
        counts = answer.get("counts", [1, 1, 0, 0])
        data = struct.pack(">HH4H", number, int(str(answer.get("flags", "8180")), 16), *counts) + shown
        data += value_bytes(answer.get("body", ""))
        return data[:answer["cut"]] if "cut" in answer else data

    def udp_loop(self):
        while not self.stopping.is_set():
            try:
                query, sender = self.udp.recvfrom(4096)
                data = self.reply(query, self.script.get("udp", {"silence": True}), False)
                if data is not None:
                    self.udp.sendto(data, sender)
            except socket.timeout:
                continue
            except OSError:
                if self.stopping.is_set():
                    return

    def tcp_play(self, connection):
        how = self.script["tcp"]
        connection.settimeout(LIFETIME)
        query = read_message(connection)
        if query is None:
            return
        reply = self.reply(query, how, True)
        if reply is None:
            self.stopping.wait(LIFETIME)
            return
        connection.sendall(struct.pack(">H", how.get("length", len(reply))) + reply)
        connection.settimeout(2)
        connection.recv(1)

    def stop(self):
        self.stopping.set()
        self.udp.close()
        if self.tcp:
            self.tcp.stop()


def main():
    script, address = script_load(sys.argv[1]), sys.argv[2]
    port = script.get("port", PORTS[script["at"]])
    certificate = sys.argv[3:5] if len(sys.argv) > 4 else None
    peer = (DnsPeer(script, address, port, ("127.0.0.1", 53)) if script["at"] == "dns"
            else TcpPeer(script, address, port, certificate))
    print(f"{script['title']}: {address}:{port}, ^C ends it", file=sys.stderr)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        peer.stop()


if __name__ == "__main__":
    main()
