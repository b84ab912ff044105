#!/usr/bin/python3 -B
"""Who takes connections in a test? A listener that plays each in a thread of its own, and what players have in common:
records of TLS and what a ClientHello offers, bytes passed on, an end by reset. Does not: know what is played."""

import contextlib
import socket
import struct
import threading

LINGER_RST = struct.pack("ii", 1, 0)
STEP = 0.2  # seconds until a listener that is stopped has noticed it


class Listener:
    """play(connection) is called for every connection, which is closed when it returns; what the other side does to it
    (OSError, and what is not TLS: ValueError) is no error of the test."""

    def __init__(self, address, port, play):
        self.play, self.stopping = play, threading.Event()
        self.socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.listen(64)
        self.socket.settimeout(STEP)
        threading.Thread(target=self.accept_loop, daemon=True).start()

    def accept_loop(self):
        while not self.stopping.is_set():
            try:
                connection, _ = self.socket.accept()
            except socket.timeout:
                continue
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                self.play(connection)
            except (OSError, ValueError):
                pass

    def stop(self):
        self.stopping.set()
        self.socket.close()


def reset_at_close(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RST)


def read_exactly(connection, size):
    """None when it ends before."""
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            return None
        data += more
    return data


def read_record(connection):
    """(type, version, payload) of the next TLS record; None when it ends."""
    head = read_exactly(connection, 5)
    payload = None if head is None else read_exactly(connection, struct.unpack(">H", head[3:])[0])
    return None if payload is None else (head[0], head[1:3], payload)


def pack(kind, version, payload):
    return bytes([kind]) + version + struct.pack(">H", len(payload)) + payload


# ---- a ClientHello: a whole record, as read_record() and pack() have it (RFC 8446 4.1.2) ----

def sized(hello, at, width):
    """(what stands behind a length of so many bytes, where it ends)."""
    begin = at + width
    end = begin + int.from_bytes(hello[at:begin], "big")
    return hello[begin:end], end


def hello_offers(hello):
    """([suites], {type of extension: data}); numbers of suites in the order of the client."""
    _, at = sized(hello, 5 + 4 + 2 + 32, 1)  # record, message, version, random; then the session's ID
    suites, at = sized(hello, at, 2)
    _, at = sized(hello, at, 1)  # compression
    rest, extensions = hello[at + 2:], {}
    while len(rest) >= 4:
        extensions[int.from_bytes(rest[:2], "big")], end = sized(rest, 2, 2)
        rest = rest[end:]
    return [int.from_bytes(suites[i:i + 2], "big") for i in range(0, len(suites), 2)], extensions


def pass_on(source, sink):
    """All that comes, until it ends."""
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextlib.contextmanager
def passing(source, sink):
    """pass_on() in a thread meanwhile, which has ended before anybody closes these sockets: a connection that is closed while a
    thread waits for it stands until that thread gives up, and so does another that got its number meanwhile."""
    thread = threading.Thread(target=pass_on, args=(source, sink), daemon=True)
    thread.start()
    try:
        yield
    finally:
        for end, how in ((source, socket.SHUT_RD), (sink, socket.SHUT_RDWR)):
            with contextlib.suppress(OSError):
                end.shutdown(how)
        thread.join()
