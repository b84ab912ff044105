#!/usr/bin/python3 -B
"""Can somebody else's phone register at the lab's registrar? SIPp, which is no client of ours, with a bridge into TLS
since Debian's is built without it."""

import socket
import ssl
import threading

import servers
from pki import write

REGISTER = """REGISTER sip:{domain} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:alice@{domain}>;tag=[call_number]
To: <sip:alice@{domain}>
Call-ID: [call_id]
CSeq: {number} REGISTER
Contact: <sip:alice@[local_ip]:[local_port];transport=tcp>
Max-Forwards: 70
Expires: {expires}
{more}Content-Length: 0

"""
AUTHENTICATION = "[authentication username=alice password={password}]\n"


def scenario(domain, password):
    """The challenge, the digest, the registration; and all of it taken back."""
    def ask(number, expires, more, code, auth=""):
        text = REGISTER.format(domain=domain, number=number, expires=expires, more=more)
        return f'<send><![CDATA[\n{text}]]></send><recv response="{code}"{auth}/>'
    with_digest = AUTHENTICATION.format(password=password)
    steps = (ask(1, 60, "", 401, ' auth="true"') + ask(2, 60, with_digest, 200) + ask(3, 0, "", 401, ' auth="true"')
             + ask(4, 0, with_digest, 200))
    return f'<?xml version="1.0" encoding="ISO-8859-1"?><scenario name="register">{steps}</scenario>\n'


class Bridge:
    """One TCP connection, carried on in TLS to a server whose certificate is verified."""

    def __init__(self, address, port, host, trust):
        self.context = ssl.create_default_context(cafile=trust)
        self.to, self.host = (address, port), host
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            with self.listener, self.listener.accept()[0] as near, self.context.wrap_socket(
                    socket.create_connection(self.to), server_hostname=self.host) as far:
                threading.Thread(target=self.carry, args=(near, far), daemon=True).start()
                self.carry(far, near)
        except OSError:
            pass

    @staticmethod
    def carry(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def command(lab, folder, edge, password):
    """(argv, bridge) of one SIPp run; the bridge is to be closed."""
    path = f"{folder}/register-{password}.xml"
    write(path, scenario(lab.domain, password), 0o644)
    bridge = Bridge(lab.address_of(edge), 5061, lab.edges[edge].host, lab.trust_file("root"))
    argv = [servers.program("sipp"), "-sf", path, "-t", "t1", "-m", "1", "-timeout", "10", "-timeout_error", "-nostdin",
            "-i", "127.0.0.1", f"127.0.0.1:{bridge.port}"]
    return argv, bridge
