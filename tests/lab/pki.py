#!/usr/bin/python3 -B
"""Whose certificates do the lab's servers show? A three-level PKI of our own, made anew for every run.

Root, issuing CA, leaf; RSA 2048 and ECDSA P-256. What a leaf looks like is data (a mapping from a scenario,
see `Pki.leaf`). RSA keys are slow to make, so each is made once per run and used again under its name.
Does not: talk to a network, or judge anything."""

import base64
import datetime
import ipaddress
import os
import threading
from concurrent.futures import ThreadPoolExecutor

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from der import der, der_body, der_items, signature

OID_SRV_NAME = ObjectIdentifier("1.3.6.1.5.5.7.8.7")  # RFC 4985
OID_XMPP_ADDR = ObjectIdentifier("1.3.6.1.5.5.7.8.5")  # RFC 6120 13.7.1.4
EKUS = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH,
        "ocsp": ExtendedKeyUsageOID.OCSP_SIGNING}
DIGESTS = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384}
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
CA_NAMES = {"root": "Lab Root CA", "issuing": "Lab Issuing CA", "stranger": "Lab Stranger CA"}


MAKERS = {"rsa": lambda bits: rsa.generate_private_key(65537, bits),
          "ecdsa": lambda bits: ec.generate_private_key(ec.SECP384R1() if bits == 384 else ec.SECP256R1()),
          "ed25519": lambda _: ed25519.Ed25519PrivateKey.generate(), "dsa": dsa.generate_private_key}


class KeyStore:
    """Private keys by name, made once; safe to ask from several threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.keys = {}

    def get(self, name, kind="rsa", bits=2048):
        wanted = (name, kind, bits)
        with self.lock:
            if wanted not in self.keys:
                self.keys[wanted] = MAKERS[kind](bits)
            return self.keys[wanted]

    def warm(self, names):
        """RSA keys made side by side: libcrypto lets go of the interpreter lock while it searches primes."""
        def make(name):
            return name, rsa.generate_private_key(65537, 2048)
        with ThreadPoolExecutor(2) as pool:
            for name, key in pool.map(make, names):
                with self.lock:
                    self.keys.setdefault((name, "rsa", 2048), key)


def serial_number():
    """Random, and always of forty digits: lines of a screen break by its length."""
    return x509.random_serial_number() | 1 << 158


def offset(text):
    """'-30d', '400d', '90m' to a timedelta; a number is days."""
    text = str(text)
    unit = UNITS.get(text[-1])
    if unit is None:
        return datetime.timedelta(days=float(text))
    return datetime.timedelta(seconds=float(text[:-1]) * unit)


def ia5(text):
    """DER of an IA5String, for the value of an otherName."""
    data = text.encode("latin-1")
    assert len(data) < 128, "the lab writes short names only"
    return bytes([0x16, len(data)]) + data


def utf8(text):
    data = text.encode("utf-8")
    assert len(data) < 128, "the lab writes short names only"
    return bytes([0x0C, len(data)]) + data


def general_name(text):
    """'example.com', 'IP:127.0.0.1', 'SRV:_collab-edge._tls.example.com', 'XMPP:example.com', 'email:…', 'URI:…'."""
    kind, colon, value = text.partition(":")
    if colon and kind == "IP":
        return x509.IPAddress(ipaddress.ip_address(value))
    if colon and kind == "SRV":
        return x509.OtherName(OID_SRV_NAME, ia5(value))
    if colon and kind == "XMPP":
        return x509.OtherName(OID_XMPP_ADDR, utf8(value))
    if colon and kind == "email":
        return x509.RFC822Name(value)
    if colon and kind == "URI":
        return x509.UniformResourceIdentifier(value)
    if colon and kind == "DNS":
        text = value
    return x509.DNSName(text)


def subject_of(cn, extra, organisation="Lab"):
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    for oid, value in extra or []:
        parts.append(x509.NameAttribute(ObjectIdentifier(oid), value))
    if cn is not None:
        parts.append(x509.NameAttribute(NameOID.COMMON_NAME, cn))
    return x509.Name(parts)


def pem_of(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption()).decode()


# ---- what no sane CA issues ----

UNKNOWN_OID = ObjectIdentifier("1.3.6.1.4.1.99999.1")
PROXY_INFO = (ObjectIdentifier("1.3.6.1.5.5.7.1.14"), bytes.fromhex("300c300a06082b06010505071501"))  # RFC 3820 3.8


class Odd:
    """A certificate that the library here refuses to read: other bytes, all else as the one it was made from."""

    def __init__(self, certificate, data):
        self.certificate, self.data = certificate, data

    def public_bytes(self, encoding):
        if encoding == serialization.Encoding.DER:
            return self.data
        lines = base64.encodebytes(self.data).decode()
        return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n".encode()

    def fingerprint(self, algorithm):
        digest = hashes.Hash(algorithm)
        digest.update(self.data)
        return digest.finalize()

    def __getattr__(self, name):
        return getattr(self.certificate, name)


def with_fraction(certificate, key):
    """The same certificate with a fraction of a second in its notAfter, which RFC 5280 4.1.2.5.2 forbids."""
    fields = der_items(der_body(certificate.tbs_certificate_bytes))
    start, _ = der_items(der_body(fields[4]))
    fields[4] = der(0x30, start, der(0x18, certificate.not_valid_after.strftime("%Y%m%d%H%M%S.5Z").encode()))
    body, algorithm = der(0x30, *fields), der_items(der_body(certificate.public_bytes(serialization.Encoding.DER)))[1]
    return Odd(certificate, der(0x30, body, algorithm, der(0x03, b"\0", signature(key, body))))


def spoiled(builder, how):
    """Extensions that make a certificate unfit: critical (one that nobody knows), proxy (RFC 3820), permitted
    (name constraints)."""
    if how.get("critical"):
        builder = builder.add_extension(x509.UnrecognizedExtension(UNKNOWN_OID, b"\x05\0"), True)
    if how.get("proxy"):
        builder = builder.add_extension(x509.UnrecognizedExtension(*PROXY_INFO), True)
    if how.get("permitted"):
        builder = builder.add_extension(x509.NameConstraints([x509.DNSName(n) for n in how["permitted"]], None), True)
    return builder


class Authority:
    def __init__(self, name, key, certificate):
        self.name, self.key, self.certificate = name, key, certificate
        self.pem = pem_of(certificate)


class Leaf:
    """A certificate, its key, and what the server sends: all as PEM text."""

    def __init__(self, certificate, key, sent):
        self.certificate, self.key = certificate, key
        self.pem, self.key_pem = pem_of(certificate), key_pem(key)
        self.sent_pem = self.pem + "".join(pem_of(c) for c in sent)
        self.sent = [certificate] + list(sent)

    def sha256(self):
        return self.certificate.fingerprint(hashes.SHA256()).hex()


class Pki:
    """CAs by name: 'root' signs 'issuing'; 'stranger' is a root that nobody trusts. With '-ec' behind: ECDSA.
    `kinds` describes further ones: {parent: NAME or null, title: CN, key_name (of another CA: the same key),
    org, not_before, not_after, basic_constraints, ca (false: they say it is none), path_length, ids (false: no key identifiers), eku, and of what is unfit:
    critical, permitted: [DNS…], signer: CA (whose key signs in the parent's place), fraction (in its notAfter)}."""

    def __init__(self, keys=None, kinds=None):
        self.keys, self.kinds = keys or KeyStore(), kinds or {}
        self.now = datetime.datetime.utcnow().replace(microsecond=0)
        self.authorities = {}
        self.lock = threading.RLock()

    def ca(self, name):
        with self.lock:
            if name not in self.authorities:
                self.authorities[name] = self._make_ca(name)
            return self.authorities[name]

    def _make_ca(self, name):
        kind = "ecdsa" if name.endswith("-ec") else "rsa"
        plain = name[:-3] if kind == "ecdsa" else name
        how = self.kinds.get(plain, {})
        key = self.keys.get("ca-" + how.get("key_name", plain), how.get("key", kind))
        title = how.get("title") or CA_NAMES.get(plain, "Lab CA " + plain) + (" ECDSA" if kind == "ecdsa" else "")
        subject = subject_of(title, None, how.get("org", "Lab"))
        parent_name = how.get("parent", "root" if plain == "issuing" else None)
        parent = self.ca(parent_name + ("-ec" if kind == "ecdsa" else "")) if parent_name else None
        builder = (x509.CertificateBuilder().subject_name(subject)
                   .issuer_name(parent.certificate.subject if parent else subject)
                   .public_key(key.public_key()).serial_number(serial_number())
                   .not_valid_before(self.now + offset(how.get("not_before", "-400d")))
                   .not_valid_after(self.now + offset(how.get("not_after", "3650d")))
                   .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), True))
        if how.get("ids", True):
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        if how.get("basic_constraints", True):
            builder = builder.add_extension(x509.BasicConstraints(how.get("ca", True), how.get("path_length")), True)
        if parent and how.get("ids", True):
            builder = builder.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(parent.key.public_key()), False)
        if how.get("eku"):
            builder = builder.add_extension(x509.ExtendedKeyUsage([EKUS[e] for e in how["eku"]]), False)
        builder = self._sources(spoiled(builder, how), how)
        return Authority(name, key, self._signed(builder, how, parent.key if parent else key, hashes.SHA256()))

    def _signed(self, builder, how, key, digest):
        if how.get("signer"):
            key = self.ca(how["signer"]).key
        is_edwards = isinstance(key, ed25519.Ed25519PrivateKey)  # which brings its digest
        certificate = builder.sign(key, None if is_edwards else digest)
        return with_fraction(certificate, key) if how.get("fraction") else certificate

    def leaf(self, host, spec):
        """One leaf as a scenario describes it:

        key: rsa|ecdsa|ed25519, bits, cn (default the host; null: none), subject: [[oid, value]…], names: [...] (none:
        no SAN), eku: [server, client] (empty: none), not_before, not_after ('-30d' from now), issuer: issuing |
        root | stranger | self, ids (false: no issuer's key identifier), digest, aia, ocsp, cdp: [URI…], send: list
        of 'issuing', 'root', … (default: the issuer unless it is a root or the leaf itself), nocheck: true (for a
        signer of OCSP answers), modulus: N (a public key of so many bits that nobody holds), and of what is unfit: critical, proxy, signer, fraction (see `Pki`)."""
        kind = spec.get("key", "rsa")
        suffix = "-ec" if kind == "ecdsa" else ""
        key = self.keys.get("leaf-" + spec.get("key_name", host), kind, spec.get("bits", 2048 if kind == "rsa" else 256))
        public = key.public_key()
        if spec.get("modulus"):
            public = rsa.RSAPublicNumbers(65537, (1 << spec["modulus"] - 1) + 1).public_key()
        issuer_name = spec.get("issuer", "issuing")
        issuer = None if issuer_name == "self" else self.ca(issuer_name + suffix)
        subject = subject_of(spec.get("cn", host), spec.get("subject"))
        builder = (x509.CertificateBuilder().subject_name(subject)
                   .issuer_name(issuer.certificate.subject if issuer else subject)
                   .public_key(public).serial_number(serial_number())
                   .not_valid_before(self.now + offset(spec.get("not_before", "-30d")))
                   .not_valid_after(self.now + offset(spec.get("not_after", "335d"))))
        builder = self._extensions(builder, spec, key, issuer)
        digest = DIGESTS[spec.get("digest", "sha256")]()
        certificate = self._signed(builder, spec, issuer.key if issuer else key, digest)
        above = issuer and issuer.certificate.subject != issuer.certificate.issuer
        default = [issuer_name] if above else []
        sent = [self.ca(name + suffix).certificate for name in spec.get("send", default)]
        return Leaf(certificate, key, sent)

    @staticmethod
    def _extensions(builder, spec, key, issuer):
        if spec.get("names"):
            names = x509.SubjectAlternativeName([general_name(n) for n in spec["names"]])
            builder = builder.add_extension(names, False)
        if spec.get("eku", ["server", "client"]):
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([EKUS[e] for e in spec.get("eku", ["server", "client"])]), False)
        builder = builder.add_extension(x509.BasicConstraints(False, None), True)
        builder = builder.add_extension(
            x509.KeyUsage(True, False, True, False, False, False, False, False, False), True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        if issuer and spec.get("ids", True):
            builder = builder.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False)
        if spec.get("nocheck"):
            builder = builder.add_extension(x509.OCSPNoCheck(), False)  # RFC 6960 4.2.2.2.1
        return Pki._sources(spoiled(builder, spec), spec)

    @staticmethod
    def _sources(builder, spec):
        """Where it can be asked whether a certificate is still good, and where its issuer is to be had."""
        uri = x509.UniformResourceIdentifier
        access = [x509.AccessDescription(oid, uri(u))
                  for oid, key_ in ((x509.oid.AuthorityInformationAccessOID.CA_ISSUERS, "aia"),
                                    (x509.oid.AuthorityInformationAccessOID.OCSP, "ocsp"))
                  for u in spec.get(key_, [])]
        if access:
            builder = builder.add_extension(x509.AuthorityInformationAccess(access), False)
        if spec.get("cdp"):
            builder = builder.add_extension(x509.CRLDistributionPoints(
                [x509.DistributionPoint([uri(u)], None, None, None) for u in spec["cdp"]]), False)
        return builder

    def bundle(self, names):
        """PEM of several CAs: a trust list."""
        return "".join(self.ca(name).pem for name in names)


def write(path, text, mode=0o600):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as out:
        out.write(text)
