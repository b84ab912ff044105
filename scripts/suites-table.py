#!/usr/bin/python3
"""Writes facts/suites_table.c: every cipher suite by number, from what the tools on this machine know.

    suites-table.py > facts/suites_table.c      (needs tshark and openssl)

IANA's names come from tshark's table, OpenSSL's from `openssl ciphers`; the names of suites that OpenSSL has
dropped since are made by its own naming rules. The table is committed; this runs again when the registry grows."""

import re
import subprocess
import sys

HEAD = """/* Which cipher suites are there? The rows of facts/suites.h, by number. Made by scripts/suites-table.py from the
 * IANA registry (as tshark has it) and the names OpenSSL gives or gave. */
#include "facts/ciphers.h"
#include "facts/suites.h"

/* clang-format off */
const struct suite suites[] = {"""

NOT_SUITES = re.compile(r"Reserved|GREASE|_SCSV|TLS_NULL_WITH_NULL_NULL|SALSA20|^(ECC|ECDHE|IBC|IBSDH|RSA)_SM")
RENAMED = {  # drafts that shipped under a name which the RFC gave to another number
    0xCC13: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD", 0xCC14: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256_OLD",
    0xCC15: "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD",
    0xFFE0: "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA_2", 0xFFE1: "SSL_RSA_FIPS_WITH_DES_CBC_SHA_2",
    0x0080: "TLS_GOSTR341094_WITH_28147_CNT_IMIT", 0x0081: "TLS_GOSTR341001_WITH_28147_CNT_IMIT"}
ADDED = {0x1306: "TLS_AEGIS_256_SHA512", 0x1307: "TLS_AEGIS_128L_SHA256"}  # younger than the tool
SPECIAL = {0x0080: "GOST94-GOST89-GOST89", 0x0081: "GOST2001-GOST89-GOST89", 0x0082: "GOST94-NULL-GOST94",
           0x0083: "GOST2001-NULL-GOST94", 0xC100: "GOST2012-KUZNYECHIK-KUZNYECHIKOMAC",
           0xC101: "GOST2012-MAGMA-MAGMAOMAC", 0xC102: "IANA-GOST2012-GOST8912-GOST8912",
           0x1304: "TLS_AES_128_CCM_SHA256", 0x1305: "TLS_AES_128_CCM_8_SHA256",
           0xC0B4: "TLS_SHA256_SHA256", 0xC0B5: "TLS_SHA384_SHA384",
           0xC001: "ECDH-ECDSA-NULL-SHA", 0xC00B: "ECDH-RSA-NULL-SHA", 0x001C: "FZA-NULL-SHA", 0x001D: "FZA-FZA-CBC-SHA",
           0xCC13: "ECDHE-RSA-CHACHA20-POLY1305-OLD", 0xCC14: "ECDHE-ECDSA-CHACHA20-POLY1305-OLD",
           0xCC15: "DHE-RSA-CHACHA20-POLY1305-OLD", 0x0061: "EXP1024-RC2-CBC-MD5", 0x0060: "EXP1024-RC4-MD5",
           0x0064: "EXP1024-RC4-SHA", 0x0065: "EXP1024-DHE-DSS-RC4-SHA"}

KEYS = [  # (prefix of the IANA name without TLS_, kx, auth, OpenSSL's prefix)
    ("ECDHE_ECDSA", "KX_ECDHE", "AUTH_ECDSA", "ECDHE-ECDSA-"), ("ECDHE_RSA", "KX_ECDHE", "AUTH_RSA", "ECDHE-RSA-"),
    ("ECDHE_PSK", "KX_ECDHE_PSK", "AUTH_PSK", "ECDHE-PSK-"), ("ECDH_anon", "KX_ECDHE", "AUTH_NONE", "AECDH-"),
    ("ECDH_ECDSA", "KX_ECDH", "AUTH_ECDSA", "ECDH-ECDSA-"), ("ECDH_RSA", "KX_ECDH", "AUTH_RSA", "ECDH-RSA-"),
    ("DHE_PSK", "KX_DHE_PSK", "AUTH_PSK", "DHE-PSK-"), ("PSK_DHE", "KX_DHE_PSK", "AUTH_PSK", "DHE-PSK-"),
    ("DHE_DSS", "KX_DHE", "AUTH_DSS", "DHE-DSS-"), ("DHE_RSA", "KX_DHE", "AUTH_RSA", "DHE-RSA-"),
    ("DH_anon", "KX_DHE", "AUTH_NONE", "ADH-"), ("DH_DSS", "KX_DH", "AUTH_DH", "DH-DSS-"),
    ("DH_RSA", "KX_DH", "AUTH_DH", "DH-RSA-"), ("RSA_PSK", "KX_RSA_PSK", "AUTH_RSA", "RSA-PSK-"),
    ("PSK", "KX_PSK", "AUTH_PSK", "PSK-"), ("SRP_SHA_RSA", "KX_SRP", "AUTH_RSA", "SRP-RSA-"),
    ("SRP_SHA_DSS", "KX_SRP", "AUTH_DSS", "SRP-DSS-"), ("SRP_SHA", "KX_SRP", "AUTH_SRP", "SRP-"),
    ("KRB5", "KX_KRB5", "AUTH_KRB5", "KRB5-"), ("GOST", "KX_GOST", "AUTH_GOST", None),
    ("ECCPWD", "KX_OTHER", "AUTH_OTHER", None), ("ECJPAKE", "KX_OTHER", "AUTH_OTHER", None),
    ("FORTEZZA", "KX_OTHER", "AUTH_OTHER", None), ("RSA_FIPS", "KX_RSA", "AUTH_RSA", None),
    ("RSA", "KX_RSA", "AUTH_RSA", "")]

CIPHERS = [  # (pattern in the IANA name, cipher, bits, class); {n} is its first group
    (r"AEGIS_(128|256)", "AEGIS", 0, "HIGH"), (r"AES_(\d+)_GCM", "AESGCM", 0, "HIGH"),
    (r"AES_(\d+)_CCM_8", "AESCCM8", 0, "HIGH"), (r"AES_(\d+)_CCM", "AESCCM", 0, "HIGH"),
    (r"AES_(\d+)_CBC", "AES", 0, "HIGH"), (r"CAMELLIA_(\d+)_GCM", "CAMELLIAGCM", 0, "HIGH"),
    (r"CAMELLIA_(\d+)_CBC", "CAMELLIA", 0, "HIGH"), (r"ARIA_(\d+)_GCM", "ARIAGCM", 0, "HIGH"),
    (r"ARIA_(\d+)_CBC", "ARIA", 0, "HIGH"), (r"CHACHA20", "CHACHA20", 256, "HIGH"), (r"SM4", "SM4", 128, "HIGH"),
    (r"3DES_EDE", "3DES", 168, "MEDIUM"), (r"RC4_40", "RC4", 40, "EXPORT"), (r"RC4_56", "RC4", 56, "EXPORT"),
    (r"RC4_128", "RC4", 128, "MEDIUM"), (r"RC2_CBC_40", "RC2", 40, "EXPORT"), (r"RC2_CBC_56", "RC2", 56, "EXPORT"),
    (r"DES40_CBC|DES_CBC_40", "DES", 40, "EXPORT"), (r"EXPORT1024_WITH_DES_CBC", "DES", 56, "EXPORT"),
    (r"DES_CBC", "DES", 56, "LOW"), (r"IDEA", "IDEA", 128, "MEDIUM"),
    (r"SEED", "SEED", 128, "MEDIUM"), (r"FORTEZZA_CBC", "FORTEZZA", 80, "MEDIUM"),
    (r"28147|KUZNYECHIK|MAGMA", "GOST", 256, "HIGH"), (r"NULL|_SHA(256|384)_SHA", "NULL", -1, "NULL")]


def registry():
    out = subprocess.run(["tshark", "-G", "values"], capture_output=True, text=True, check=True).stdout
    rows = dict(ADDED)
    for line in out.splitlines():
        part = line.split("\t")
        if part[:2] == ["V", "tls.handshake.ciphersuite"] and not NOT_SUITES.search(part[3]):
            rows[int(part[2])] = RENAMED.get(int(part[2]), part[3])
    return dict(sorted(rows.items()))


def openssl_names():
    out = subprocess.run(["openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
                         capture_output=True, text=True, check=True).stdout
    names = {}
    for line in out.splitlines():
        number, _, _, _, name = line.split()[:5]
        high, low = number.split(",")
        names[int(high, 16) << 8 | int(low, 16)] = name
    return names


def mac_of(name, cipher):
    if cipher in ("AESGCM", "AESCCM", "AESCCM8", "CAMELLIAGCM", "ARIAGCM", "CHACHA20", "SM4", "AEGIS"):
        return "AEAD"
    for end, mac in (("_SHA256", "SHA256"), ("_SHA384", "SHA384"), ("_SHA", "SHA1"), ("_SHA_2", "SHA1"), ("_MD5", "MD5")):
        if name.endswith(end):
            return mac
    return "OTHER"


def since_of(number, name, kx, mac):
    if number >> 8 == 0x13 or number in (0xC6, 0xC7, 0xC0B4, 0xC0B5, 0xC103, 0xC104, 0xC105, 0xC106):
        return "TLS13"
    if mac == "AEAD" or name.startswith("TLS_GOSTR341112"):
        return "TLS12"
    if mac in ("SHA256", "SHA384"):
        return "TLS10" if kx.endswith("PSK") else "TLS12"  # RFC 5487, RFC 5489: CBC ones with any version
    return "TLS10" if kx.startswith("KX_ECDH") else "SSL3"


def dropped_name(number, name, prefix, cipher, strength):
    """OpenSSL's name for what its releases up to 1.1.1 had and this one has not; None for what it never had."""
    if number in SPECIAL:
        return SPECIAL[number]
    tail = name.split("_WITH_")[-1]
    psk = "PSK" in name or "SRP" in name
    if prefix is None or cipher not in ("RC4", "RC2", "DES", "3DES", "IDEA", "SEED", "AES", "AESGCM", "CAMELLIA"):
        return None
    if cipher == "CAMELLIA" and (psk or "ECDH" in name) and prefix not in ("ECDH-ECDSA-", "ECDH-RSA-"):
        return None
    mac = tail.rsplit("_", 1)[1]
    bits = re.search(r"\d+", tail)
    body = {"RC4": "RC4", "RC2": "RC2-CBC", "DES": "DES-CBC", "IDEA": "IDEA-CBC", "SEED": "SEED",
            "3DES": "3DES-EDE-CBC" if psk else "DES-CBC3", "AES": f"AES{bits and bits[0]}" + ("-CBC" if psk else ""),
            "AESGCM": f"AES{bits and bits[0]}-GCM", "CAMELLIA": f"CAMELLIA{bits and bits[0]}"}[cipher]
    export = "EXP1024-" if "EXPORT1024" in name else "EXP-" if strength == "EXPORT" else ""
    return f"{export}{prefix}{body}-{mac}"


def row(number, name, known):
    bare = re.sub(r"^(TLS|SSL)_", "", name)
    kx, auth, prefix = next((k[1:] for k in KEYS if bare.startswith(k[0]) and "_WITH_" in bare),
                            ("KX_ANY", "AUTH_ANY", None))
    cipher, bits, strength = next((c[1], c[2] or int(re.search(c[0], name)[1]), c[3]) for c in CIPHERS
                                  if re.search(c[0], name))
    mac = mac_of(name, cipher)
    openssl = known.get(number) or dropped_name(number, name, prefix, cipher, strength)
    shown = f'"{openssl}"' if openssl else "NULL"
    return (f'    {{0x{number:04X}, "{name}", {shown}, {kx}, {auth}, CIPHER_{cipher}, {max(bits, 0)}, MAC_{mac}, '
            f"STRENGTH_{strength}, {since_of(number, name, kx, mac)}}},")


def main():
    known = openssl_names()
    print(HEAD)
    for number, name in registry().items():
        print(row(number, name, known))
    print("};\n/* clang-format on */\n\nconst size_t suite_count = sizeof suites / sizeof *suites;")


if __name__ == "__main__":
    sys.exit(main())
