"""What lies in the folder of an engineer with a change window tonight? Certificates, keys, requests and lists in all
the coats that tools give them, made with openssl at the time of the test. Keys are P-256, because they are quick."""

import os
import subprocess

PASSWORD = "open sesame"
LEAF_EKU = "serverAuth,clientAuth"


class Folder:
    """A folder in which openssl works; names are relative to it."""

    def __init__(self, path):
        self.path = path
        self.serial = 100

    def file(self, name):
        return os.path.join(self.path, name)

    def openssl(self, *arguments, given=None):
        run = subprocess.run(["openssl", *arguments], cwd=self.path, input=given, capture_output=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(arguments)}: {run.stderr.decode(errors='replace')}")
        return run.stdout

    def write(self, name, data, mode=0o600):
        os.makedirs(os.path.dirname(self.file(name)), exist_ok=True)
        with open(os.open(self.file(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
            out.write(data if isinstance(data, bytes) else data.encode())

    def read(self, name):
        with open(self.file(name), "rb") as data:
            return data.read()

    def key(self, name, kind="P-256"):
        if kind.startswith("RSA"):
            self.openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + kind[4:], "-out", name)
        else:
            self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + kind, "-out", name)
        os.chmod(self.file(name), 0o600)

    def request(self, name, subject, san=None, eku=LEAF_EKU, key=None):
        """NAME.key (unless one is given) and NAME.csr"""
        if key is None:
            key = name + ".key"
            self.key(key)
        extra = []
        for what, value in (("subjectAltName", san), ("extendedKeyUsage", eku)):
            extra += ["-addext", f"{what}={value}"] if value else []
        self.openssl("req", "-new", "-key", key, "-subj", subject, "-out", name + ".csr", *extra)

    def sign(self, name, by, san=None, eku=LEAF_EKU, csr=None, ca=False, days=300, digest="-sha256", aia=None, more=()):
        """NAME.pem from NAME.csr (or csr), signed by BY.pem and BY.key"""
        lines = ["subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid", *more]
        if ca:
            lines += ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]
        else:
            lines += [f"subjectAltName={san}"] if san else []
            lines += [f"extendedKeyUsage={eku}"] if eku else []
        lines += [f"authorityInfoAccess=caIssuers;URI:{aia}"] if aia else []
        self.write("extensions", "\n".join(lines) + "\n")
        self.serial += 1
        self.openssl("x509", "-req", "-in", csr or name + ".csr", "-CA", by + ".pem", "-CAkey", by + ".key",
                     "-set_serial", str(self.serial), "-days", str(days), digest, "-extfile", "extensions",
                     "-out", name + ".pem")
        os.unlink(self.file("extensions"))

    def root(self, name, subject, days=3650):
        self.key(name + ".key")
        self.openssl("req", "-x509", "-new", "-key", name + ".key", "-subj", subject, "-days", str(days), "-out", name + ".pem")

    def ca(self, name, subject, by, aia=None):
        self.request(name, subject, eku=None)
        self.sign(name, by, ca=True, aia=aia)

    def leaf(self, name, host, by, san=None, **more):
        san = san or f"DNS:{host}"
        asked = {k: more[k] for k in ("eku",) if k in more}
        self.request(name, f"/O=Lab/CN={host}", san, key=more.pop("key", None), **asked)
        self.sign(name, by, san, **more)

    def join(self, name, *parts):
        self.write(name, b"".join(self.read(p) for p in parts))

    def crl(self, name, by, days=10, ended=False):
        """A CRL without entries in PEM; ended: its nextUpdate is over"""
        self.write("index", "")
        self.write("ca.cnf", "[ca]\ndefault_ca=one\n[one]\ndatabase=index\ndefault_md=sha256\n")
        when = ["-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20200201000000Z"] if ended else ["-crldays", str(days)]
        self.openssl("ca", "-config", "ca.cnf", "-gencrl", "-keyfile", by + ".key", "-cert", by + ".pem", "-out", name, *when)
        for left in ("index", "ca.cnf"):
            os.unlink(self.file(left))


def pki(folder):
    """root > iss > e, c; the chain of e in chain.pem, its CAs in cas.pem"""
    folder.root("root", "/O=Lab/CN=Lab Root")
    folder.ca("iss", "/O=Lab/CN=Lab Issuing", "root")
    folder.leaf("e", "expe1.example.com", "iss", "DNS:expe1.example.com,DNS:example.com", aia="http://pki.example.com/iss.cer")
    folder.leaf("c", "expc1.example.local", "iss")
    folder.key("rsa.key", "RSA:2048")
    folder.request("rsa", "/O=Lab/CN=expe2.example.com", "DNS:expe2.example.com", key="rsa.key")
    folder.join("cas.pem", "iss.pem", "root.pem")
    folder.join("chain.pem", "e.pem", "iss.pem", "root.pem")
    folder.join("mixed.pem", "iss.pem", "e.pem", "root.pem")


def coats(folder):
    """The certificate of e in every coat; all names begin with coat/"""
    os.makedirs(folder.file("coat"), exist_ok=True)
    pem = folder.read("e.pem")
    word = "pass:" + PASSWORD
    folder.openssl("x509", "-in", "e.pem", "-outform", "DER", "-out", "coat/e.cer")
    folder.openssl("crl2pkcs7", "-nocrl", "-certfile", "mixed.pem", "-out", "coat/e.p7b")
    folder.openssl("crl2pkcs7", "-nocrl", "-certfile", "mixed.pem", "-outform", "DER", "-out", "coat/e-der.p7b")
    folder.openssl("crl2pkcs7", "-nocrl", "-certfile", "cas.pem", "-out", "coat/cas.p7b")
    folder.write("coat/label.pem", folder.read("coat/e.p7b").replace(b"PKCS7", b"CERTIFICATE"))
    folder.openssl("pkcs12", "-export", "-in", "e.pem", "-inkey", "e.key", "-certfile", "cas.pem", "-passout", word, "-out", "coat/e.pfx")
    folder.openssl("pkcs12", "-export", "-legacy", "-in", "e.pem", "-inkey", "e.key", "-passout", word, "-out", "coat/old.pfx")
    folder.openssl("pkcs12", "-export", "-in", "e.pem", "-inkey", "e.key", "-passout", "pass:", "-out", "coat/open.pfx")
    folder.openssl("x509", "-in", "e.pem", "-trustout", "-out", "coat/trusted.pem")
    folder.write("coat/text.pem", folder.openssl("x509", "-in", "e.pem", "-text"))
    folder.write("coat/decoded.txt", folder.openssl("x509", "-in", "e.pem", "-noout", "-text"))
    folder.write("coat/bom.pem", b"\xef\xbb\xbf" + pem)
    folder.write("coat/cr.pem", pem.replace(b"\n", b"\r"))
    folder.write("coat/crlf.pem", pem.replace(b"\n", b"\r\n"))
    folder.write("coat/utf16.pem", b"\xff\xfe" + pem.decode().encode("utf-16-le"))
    folder.write("coat/utf16 be's.pem", pem.decode().encode("utf-16-be"))
    folder.write("coat/indented.pem", pem.replace(b"\n", b"\n    ").join([b"    ", b""]))
    folder.write("coat/bare.txt", b"".join(pem.splitlines(True)[1:-1]))
    folder.write("coat/both.pem", folder.read("e.key") + pem)
    folder.openssl("req", "-in", "e.csr", "-outform", "DER", "-out", "coat/csr.der")
    folder.openssl("pkey", "-in", "e.key", "-outform", "DER", "-out", "coat/key.der")
    folder.openssl("pkcs8", "-topk8", "-in", "e.key", "-passout", word, "-out", "coat/locked.key")
    folder.openssl("pkcs8", "-topk8", "-in", "e.key", "-passout", word, "-outform", "DER", "-out", "coat/locked.der")
    folder.openssl("ec", "-in", "e.key", "-aes128", "-passout", word, "-out", "coat/old-locked.key")
    folder.crl("coat/iss.crl", "iss")
    folder.openssl("crl", "-in", "coat/iss.crl", "-outform", "DER", "-out", "coat/iss-der.crl")
    folder.write("coat/empty", b"")
    folder.write("coat/blank", b" \r\n\n")
    folder.write("coat/page.html", b"<!DOCTYPE html><title>Sign in</title>")
    folder.write("coat/broken.pem", b"\n".join(pem.splitlines()[:3] + [b"!!! not base64 !!!"] + pem.splitlines()[3:]) + b"\n")
