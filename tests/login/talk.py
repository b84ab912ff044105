#!/usr/bin/python3 -B
"""What do servers say to a log-in that no real server will say for us? A peer of tests/peers that knows the talk up to
where its story begins; stories are in talks.yaml. Steps besides those of tests/peers/peer.py:

    serve: {OPTIONS: "200 OK"}    SIP requests of these methods are answered so; the first of another goes on with the story
    request: true                 the next SIP request
    reply: "401 Unauthorized"     to the request that was read last, with its Via, From, To, Call-ID and CSeq; header: "X: y"
                                  lines more (text or list), body: text, edit: {from: to} changes in the finished bytes
    opened: "<mechanisms…>"       XMPP: stream, STARTTLS, stream, and these features

Does not: judge anything."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers"))

from peer import Gone, TcpPeer, value_bytes  # noqa: E402

STREAM = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
          "from='example.com' id='1' version='1.0'><stream:features>{}</stream:features>")
STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
ECHOED = ("Via", "From", "To", "Call-ID", "CSeq")


class TalkPeer(TcpPeer):
    """`heard` has the SIP methods and XMPP elements that came, of all connections, in their order."""

    def __init__(self, script, address, port, certificate=None):
        self.heard = []
        super().__init__(script, address, port, certificate)

    def step(self, held, step):
        for verb in ("serve", "request", "reply", "opened"):
            if verb in step:
                getattr(self, "do_" + verb)(held, step[verb], step)
                return
        super().step(held, step)

    def do_expect(self, held, wanted, step):
        super().do_expect(held, wanted, step)
        self.heard.append(self.got.data.decode("utf-8", "replace"))

    def do_request(self, held, wanted, step):
        self.do_expect(held, "\r\n\r\n", step)

    def do_serve(self, held, answers, step):
        while True:
            self.do_request(held, True, step)
            method = self.got.data.split(b" ", 1)[0].decode("ascii", "replace")
            if method not in answers:
                return
            self.do_reply(held, answers[method], {})

    def do_reply(self, held, status, step):
        got = self.got.data.decode("utf-8", "replace")
        lines = [f"SIP/2.0 {status}"]
        for name in ECHOED:
            found = re.search(rf"(?m)^{name}: *(.*?)\r$", got)
            if found is None:
                raise Gone
            lines.append(f"{name}: {found.group(1)}" + (";tag=lab" if name == "To" and "tag=" not in found.group(1) else ""))
        header, body = step.get("header", []), value_bytes(step.get("body", ""))
        lines += [header] if isinstance(header, str) else header
        data = ("\r\n".join(lines + [f"Content-Length: {len(body)}"]) + "\r\n\r\n").encode() + body
        for old, new in step.get("edit", {}).items():
            data = data.replace(old.encode(), value_bytes(new))
        held[0].sendall(data)

    def do_opened(self, held, features, step):
        self.do_expect(held, "stream", step)
        held[0].sendall(STREAM.format(STARTTLS).encode())
        self.do_expect(held, "starttls", step)
        held[0].sendall(PROCEED.encode())
        self.do_starttls(held, True, step)
        self.do_expect(held, "<stream:stream", step)
        held[0].sendall(STREAM.format(features).encode())
