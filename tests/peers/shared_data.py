#!/usr/bin/python3 -B
"""Which answers did others collect that break readers? Peers that play files from the shared data beside the
project (c-ares' fuzz inputs as DNS answers, jain-sip's torture messages as answers to OPTIONS).

Raises what suite.shared_data() does where they are missing."""

import os
import re

import suite

REQUESTS_BY = int(os.environ.get("EDGEPROBE_REQUESTS_BY", "12"))  # all answers, and every twelfth request: make siege takes all


def files_below(*parts):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(suite.shared_data(*parts)) for name in names)


def behind_the_question(data):
    """What follows the first question of a DNS message, as far as it can be told."""
    end = 12
    while end < len(data) and 0 < data[end] < 64:
        end += data[end] + 1
    return data[end + 5:]


def dns_scripts():
    """Each file's flags, counts and records behind the question that was asked, so that a client looks at them."""
    files = files_below("dns", "c-ares-fuzz", "test", "fuzzinput")
    out = []
    for path in files:
        with open(path, "rb") as source:
            data = source.read().ljust(12, b"\0")
        counts = [int.from_bytes(data[i:i + 2], "big") for i in (4, 6, 8, 10)]
        flags = f"{int.from_bytes(data[2:4], 'big') | 0x8000:04x}"
        out.append({"title": os.path.basename(path), "name": os.path.basename(path), "at": "dns",
                    "udp": {"answer": {"flags": flags, "counts": counts,
                                       "body": {"hex": behind_the_question(data).hex()}}}})
    return out


def sip_scripts():
    files = files_below("sip", "jain-sip-torture", "src", "test", "torture")
    path = next(f for f in files if f.endswith("torture.xml"))
    with open(path, "rb") as source:
        messages = re.findall(rb"<message>\s*<!\[CDATA\[(.*?)\]\]>", source.read(), re.S)
    return [{"title": f"message {n}", "name": f"message-{n}", "at": "sip",
             "steps": [{"starttls": True}, {"expect": "\r\n\r\n"},
                       {"send": {"hex": re.sub(rb"\r?\n", b"\r\n", m).hex()}}, {"hang": True}]}
            for n, m in enumerate(messages) if m.startswith(b"SIP/2.0") or n % REQUESTS_BY == 0]
