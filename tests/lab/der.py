#!/usr/bin/python3 -B
"""How is DER put together that no library writes? Elements, and signatures over them; nothing is checked."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding


def der(tag, *parts):
    """One element."""
    body = b"".join(parts)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (size if len(body) < 128 else bytes([0x80 + len(size)]) + size) + body


def der_items(data):
    """The elements that stand one behind the other in data, each whole; der_body: what stands in one."""
    out = []
    while data:
        start = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
        size = int.from_bytes(data[2:start], "big") if data[1] & 0x80 else data[1]
        out.append(data[:start + size])
        data = data[start + size:]
    return out


def der_body(element):
    return element[2 + (element[1] & 0x7F if element[1] & 0x80 else 0):]


def signature(key, data):
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(hashes.SHA256()))
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
