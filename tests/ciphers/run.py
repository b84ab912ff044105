#!/usr/bin/python3 -B
"""Does `edgeprobe ciphers` find what other tools find? Real servers in many configurations (configs.py); versions,
suites, their order, groups and signature algorithms must be those of sslscan, and what sslscan does not see must
come about in a handshake of `openssl s_client`, `gnutls-cli` or NSS's `tstclnt` that offers nothing else.

    run.py [--jobs N] [--edgeprobe PATH] [--show] [CONFIGURATION…]

The last line counts."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.hazmat.primitives.serialization import Encoding, ParameterFormat

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), beside) for beside in ("lab", "peers")]

import servers  # noqa: E402
import beside  # noqa: E402
import hostile  # noqa: E402
import same  # noqa: E402
from configs import FINDS, ROWS  # noqa: E402
from lab import Network  # noqa: E402
from launch import Run, patient  # noqa: E402
from suite import attempt, command_line, names_check, run_each, run_main, say, skip_all, tally  # noqa: E402

VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1.0", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}
S_CLIENT = {"SSLv3": None, "TLSv1.0": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3"}
DOMAIN = "example.com"

NGINX = """pid {dir}/nginx.pid;
error_log stderr;
daemon off;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3;
    uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5;
{servers}}}
"""


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def shell(*argv, **keywords):
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=8,
                              **keywords)
        return done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace")


# ---- certificates ----

OAKLEY_2 = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F"
               "14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFF"
               "FFFFFFFF", 16)  # 1024 bits, RFC 2409 6.2

KEYS = {"rsa": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "ec": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "ec384": ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "ec521": ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
        "pss": ["RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"], "ed": ["ED25519"]}

def make_keys(folder):
    for name, how in KEYS.items():
        shell("openssl", "genpkey", "-algorithm", *how, "-out", f"{folder}/{name}.key")
        shell("openssl", "req", "-x509", "-new", "-key", f"{folder}/{name}.key", "-subj", f"/CN=c.{DOMAIN}/O={name}",
              "-addext", f"subjectAltName=DNS:c.{DOMAIN}", "-days", "30", "-out", f"{folder}/{name}.pem")
        os.chmod(f"{folder}/{name}.key", 0o644)
    shell("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:modp_2048", "-out", f"{folder}/dh2048.pem")
    write(f"{folder}/dh1024.pem", dh.DHParameterNumbers(OAKLEY_2, 2).parameters().parameter_bytes(Encoding.PEM, ParameterFormat.PKCS3).decode())


# ---- servers ----

class Place:
    """Where everything runs: a loopback network of our own, a port for each row, one folder."""

    def __init__(self):
        self.network = Network()
        self.address = self.network.prefix + ".8.1"
        self.base = 10000 + int(self.network.prefix.split(".")[1]) * 80  # gnutls-serv and selfserv know no address
        self.dir = tempfile.mkdtemp(prefix="edgeprobe-ciphers-")
        os.chmod(self.dir, 0o777)
        make_keys(self.dir)

    def folder(self, name):
        path = f"{self.dir}/{name}"
        os.makedirs(path, exist_ok=True)
        os.chmod(path, 0o777)
        return path

    def close(self):
        self.network.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def start_nginx(place, rows):
    text = ""
    for _, port, settings in rows:
        text += f"    server {{ listen {place.address}:{port} ssl;\n"
        for cert in settings["certs"].split():
            text += f"        ssl_certificate {place.dir}/{cert}.pem; ssl_certificate_key {place.dir}/{cert}.key;\n"
        text += f"        ssl_protocols {' '.join(settings['protocols'])};\n"
        if settings["ciphers"]:
            text += f"        ssl_ciphers '{settings['ciphers']}';\n"
        text += f"        ssl_prefer_server_ciphers {'on' if settings['server'] else 'off'};\n"
        text += f"        {settings['more'].format(dir=place.dir)}\n    }}\n"
    folder = place.folder("nginx")
    write(folder + "/nginx.conf", NGINX.format(dir=folder, servers=text))
    return [servers.Process("nginx", [servers.program("nginx"), "-p", folder, "-c", folder + "/nginx.conf"],
                            [("tcp", place.address, port) for _, port, _ in rows], folder)]


def start_openssl(place, rows):
    out = []
    for name, port, settings in rows:
        certs = []
        for cert in settings["certs"].split():
            certs += ["-cert", f"{place.dir}/{cert}.pem", "-key", f"{place.dir}/{cert}.key"]
        argv = ["openssl", "s_server", "-accept", f"{place.address}:{port}", "-www"] + certs
        argv += [a.format(dir=place.dir) for a in settings["arguments"]]
        out.append(servers.Process(name, argv, [("tcp", place.address, port)], place.folder(name)))
    return out


def start_gnutls(place, rows):
    out = []
    for name, port, settings in rows:
        argv = [servers.program("gnutls-serv"), "--http", "-p", str(port), "--priority", settings["priority"], "--quiet",
                "--disable-client-cert"]
        for cert in settings["certs"].split():
            argv += ["--x509certfile", f"{place.dir}/{cert}.pem", "--x509keyfile", f"{place.dir}/{cert}.key"]
        argv += [a.format(dir=place.dir) for a in settings["arguments"]]
        out.append(servers.Process(name, argv, [("tcp", place.address, port)], place.folder(name)))
    return out


def start_nss(place, rows):
    program = servers.program("selfserv")
    out = []
    for name, port, settings in rows:
        folder = place.folder(name)
        shell("certutil", "-N", "-d", "sql:" + folder, "--empty-password")
        names = []
        for cert in settings["certs"].split():
            shell("openssl", "pkcs12", "-export", "-in", f"{place.dir}/{cert}.pem", "-inkey", f"{place.dir}/{cert}.key",
                  "-name", cert, "-passout", "pass:x", "-out", f"{folder}/{cert}.p12")
            shell("pk12util", "-i", f"{folder}/{cert}.p12", "-d", "sql:" + folder, "-W", "x", "-K", "")
            names += ["-n" if cert == "rsa" else "-e", cert]
        for entry in os.listdir(folder):
            os.chmod(f"{folder}/{entry}", 0o666)
        argv = [program, "-d", "sql:" + folder, "-p", str(port)] + names + settings["arguments"]
        out.append(servers.Process(name, argv, [("tcp", place.address, port)], folder))
    return out


def start_kamailio(place, rows):
    out = []
    for name, port, settings in rows:
        folder = place.folder(name)
        listen = f"listen=tls:{place.address}:{port}\n"
        tls = servers.KAMAILIO_TLS.format(address=place.address, port=port, certificate=f"{place.dir}/rsa.pem",
                                          key=f"{place.dir}/rsa.key", verify="no", method=settings["method"])
        if settings["ciphers"]:
            tls += f"cipher_list = {settings['ciphers']}\n"
        for side in ("server", "client"):
            tls += f"[{side}:default]\nverify_certificate = no\nrequire_certificate = no\n"
            tls += f"certificate = {place.dir}/rsa.pem\nprivate_key = {place.dir}/rsa.key\n"
        write(folder + "/tls.cfg", tls)
        write(folder + "/kamailio.cfg", servers.KAMAILIO.format(listen=listen, release="X15.5.0", modules=servers.kamailio_modules(),
                                                                folder=folder, routes=""))
        argv = [servers.program("kamailio"), "-DD", "-E", "-m", "16", "-M", "4", "-w", folder, "-Y", folder, "-f",
                folder + "/kamailio.cfg"]
        out.append(servers.Process(name, argv, [("tcp", place.address, port)], folder))
    return out


def start_prosody(place, rows):
    out = []
    for name, port, settings in rows:
        folder = place.folder(name)
        text = servers.PROSODY.format(folder=folder, port=port, interfaces=f'"{place.address}"', modules='"saslauth", "tls"',
                                      certificate=f"{place.dir}/rsa.pem", key=f"{place.dir}/rsa.key", encrypted="true",
                                      hosts=f'VirtualHost "{DOMAIN}"\nVirtualHost "{place.address}"\n')  # sslscan's stream
        more = "".join(f', {key} = "{settings[key]}"' for key in ("ciphers", "protocol") if settings.get(key))
        write(folder + "/prosody.cfg.lua", text.replace('.key" }', f'.key"{more} }}'))
        argv = [servers.program("prosody"), "--config", folder + "/prosody.cfg.lua", "-F"]
        out.append(servers.Process(name, argv, [("tcp", place.address, port)], folder))
    return out


STARTS = {"nginx": start_nginx, "openssl": start_openssl, "gnutls": start_gnutls, "nss": start_nss,
          "kamailio": start_kamailio, "prosody": start_prosody}


# ---- what the tools see ----

def sslscan(address, port, starttls, with_groups):
    argv = ["sslscan", "--xml=-", "--no-heartbleed", "--no-compression", "--no-renegotiation", "--no-fallback",
            "--no-check-certificate", "--show-sigs", f"--sni-name={DOMAIN}"]
    argv += ["--starttls-xmpp"] if starttls else []
    argv += [] if with_groups else ["--no-groups"]
    test = None
    for _ in range(3):  # now and then it dies on the way
        out = subprocess.run(argv + [f"{address}:{port}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, timeout=120).stdout
        try:
            test = ElementTree.fromstring(out).find("ssltest")
        except ElementTree.ParseError:
            continue
        if test is not None:
            break
    if test is None:
        raise RuntimeError(f"sslscan sees nothing: {out[-200:]}")
    suites, groups, signatures = {}, {"TLSv1.2": set(), "TLSv1.3": set()}, set()
    for cipher in test.findall("cipher"):
        suites.setdefault(cipher.get("sslversion"), []).append(int(cipher.get("id"), 16))
    for group in test.findall("group"):
        groups.setdefault(group.get("sslversion"), set()).add(group.get("name").split(" ")[0])
    for signature in test.findall("connection-signature-algorithm"):
        signatures.add(signature.get("name"))
    versions = {f"{p.get('type').upper()}v{p.get('version')}" for p in test.findall("protocol") if p.get("enabled") == "1"}
    return {"suites": suites, "groups": groups, "signatures": signatures,
            "versions": versions}


def shakes_hands(place, port, version, suite, starttls, tables):
    """A handshake that offers just this suite: does the server choose it?"""
    address = f"{place.address}:{port}"
    openssl = tables["openssl"].get(suite)
    if openssl and S_CLIENT[version]:
        argv = ["openssl", "s_client", "-connect", address, S_CLIENT[version]]
        argv += ["-ciphersuites", openssl] if version == "TLSv1.3" else ["-cipher", openssl + ":@SECLEVEL=0"]
        argv += ["-starttls", "xmpp", "-xmpphost", DOMAIN] if starttls else []
        if re.search(r"New, .*Cipher is " + re.escape(openssl) + "$", shell(*argv), re.M):
            return True
    gnutls = tables["gnutls"].get(suite)
    if gnutls and not starttls:
        name = {"TLSv1.0": "TLS1.0", "TLSv1.1": "TLS1.1", "TLSv1.2": "TLS1.2", "TLSv1.3": "TLS1.3", "SSLv3": "SSL3.0"}[version]
        everything = "NORMAL:+3DES-CBC:+ARCFOUR-128:+MD5:+NULL:+ANON-ECDH:+ANON-DH:+AES-128-CCM-8:+AES-256-CCM-8:+CAMELLIA-128-CBC" \
                     ":+CAMELLIA-256-CBC:+CAMELLIA-128-GCM:+CAMELLIA-256-GCM:+AES-128-CBC:+AES-256-CBC:+SHA1:+SHA256:+SHA384:+DHE-RSA"
        kx, cipher, mac = gnutls
        priority = f"{everything}:-VERS-ALL:+VERS-{name}:-KX-ALL:+{kx}:-CIPHER-ALL:+{cipher}:-MAC-ALL:+{mac}:%VERIFY_ALLOW_BROKEN"
        if version == "TLSv1.3":
            return False
        out = shell("gnutls-cli", "--insecure", "--priority", priority, "-p", str(port), place.address)
        if "Handshake was completed" in out or f"-({cipher})-" in out:
            return True
    if shutil.which("tstclnt") and not starttls and suite < 0x1300:
        span = version.replace("SSLv3", "ssl3").replace("TLSv", "tls")
        out = shell("tstclnt", "-h", place.address, "-p", str(port), "-o", "-D", "-Q", "-V", f"{span}:{span}", "-c", f":{suite:04X}")
        return "subject DN:" in out and "failed" not in out
    return False


def cipher_tables():
    openssl, gnutls = {}, {}
    for line in shell("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").splitlines():
        part = line.split()
        if len(part) > 4 and part[0].startswith("0x"):
            openssl[int(part[0].replace(",0x", ""), 16)] = part[4]
    for name, number in (("TLS_AES_128_CCM_SHA256", 0x1304), ("TLS_AES_128_CCM_8_SHA256", 0x1305)):
        openssl[number] = name
    kinds = {"ECDHE_RSA": "ECDHE-RSA", "ECDHE_ECDSA": "ECDHE-ECDSA", "DHE_RSA": "DHE-RSA", "RSA": "RSA",
             "DH_ANON": "ANON-DH", "ECDH_ANON": "ANON-ECDH"}
    ciphers = {"3DES_EDE_CBC": "3DES-CBC", "ARCFOUR_128": "ARCFOUR-128"}
    for line in shell("gnutls-cli", "--list").splitlines():
        found = re.match(r"TLS_(\w+?)_((?:AES|CAMELLIA|3DES|ARCFOUR|CHACHA20|NULL)\w*?)_(SHA1|SHA256|SHA384|MD5)?\s+0x(..), 0x(..)",
                         line)
        if found and found[1] in kinds:
            cipher = ciphers.get(found[2], found[2].replace("_", "-"))
            mac = "AEAD" if re.search("GCM|CCM|CHACHA", cipher) else found[3]
            gnutls[int(found[4] + found[5], 16)] = (kinds[found[1]], cipher, mac)
    return {"openssl": openssl, "gnutls": gnutls}


# ---- the comparison ----

def report_of(place, edgeprobe, port, starttls):
    # What a busy server answers late is no refusal by silence, which none of these makes: so nobody waits that long.
    argv = [edgeprobe, "ciphers", f"c.{DOMAIN}:{port}", "--connect-to", f"::{place.address}:", "--vantage", "lab", "--format",
            "json", "--no-progress"] + patient(["--timeout", "20", "--deadline", "100"])
    run = Run(argv + (["--starttls", "xmpp", "--xmpp-domain", DOMAIN] if starttls else []))
    if run.trouble() or not run.out.startswith("{"):
        raise RuntimeError("\n".join(run.trouble()) or f"no JSON, status {run.status}: {run.err[-500:]}")
    return json.loads(run.out)


def survey_of(place, edgeprobe, port, starttls):
    return report_of(place, edgeprobe, port, starttls)["evidence"]["ciphers"][0]


def compare_findings(name, report):
    """What FINDS wants of this row."""
    found = [(f["cause"], f["summary"]) for f in report["findings"] if f["check"] == "cipher.accepted"]
    return [f"no cipher.accepted/{cause} with '{words}' in {found}" for cause, words in FINDS.get(name, [])
            if not any(c == cause and words in summary for c, summary in found)]


def names(suites, tables):
    return " ".join(tables["openssl"].get(s, f"0x{s:04X}") for s in suites)


def compare_suites(place, port, starttls, survey, seen, tables):
    problems = []
    orders = {VERSIONS[v["version"]]: v["preference"] for v in survey["versions"]}
    for version in VERSIONS.values():
        ours = [a["suite"] for a in survey["accepted"] if VERSIONS[a["version"]] == version]
        theirs = seen["suites"].get(version, [])
        missing = [s for s in theirs if s not in ours]
        extra = [s for s in ours if s not in theirs]
        if missing:
            problems.append(f"{version}: sslscan also found {names(missing, tables)}")
        false = [s for s in extra if not shakes_hands(place, port, version, s, starttls, tables)]
        if false:
            problems.append(f"{version}: no other tool gets {names(false, tables)}")
        common = [s for s in ours if s in theirs and s in tables["openssl"]]  # sslscan's own order only where OpenSSL asks
        if orders[version] == "server" and common != [s for s in theirs if s in common]:
            problems.append(f"{version}: order {names(common, tables)}\nsslscan {names(theirs, tables)}")
    return problems


def compare_rest(survey, seen):
    problems = []
    for version, key in (("TLSv1.2", "groups12"), ("TLSv1.3", "groups13")):
        missing = seen["groups"][version] - set(survey[key])
        if missing:
            problems.append(f"{version}: sslscan also found groups {' '.join(sorted(missing))}; we {survey[key]}")
    is_signed = any(a["signature_algorithm"] or a["version"] == 0x304 for a in survey["accepted"])
    missing = {s for s in seen["signatures"] if not s.startswith("dsa")} - set(survey["signature_algorithms"])
    if missing and is_signed and "ANY" not in seen["signatures"]:
        problems.append(f"sslscan also found signature algorithms {' '.join(sorted(missing))}; we "
                        f"{survey['signature_algorithms']}")
    return problems


def compare_row(place, edgeprobe, row, port, tables, show):
    name, kind, settings, order = row
    starttls = kind == "prosody"
    report = report_of(place, edgeprobe, port, starttls)
    survey = report["evidence"]["ciphers"][0]
    seen = sslscan(place.address, port, starttls, kind != "nss")  # whose groups take it a minute
    problems = [] if survey["complete"] else [f"not complete: {survey['error']}"]
    problems += compare_suites(place, port, starttls, survey, seen, tables)
    problems += compare_rest(survey, seen) + compare_findings(name, report)
    found = [v["preference"] for v in survey["versions"] if v["state"] == "accepted" and v["version"] < 0x304]
    if order and any(p not in (order, None) for p in found) or order and not any(p == order for p in found):
        problems.append(f"order of suites: wanted {order}, found {found}")
    if {"SSLv3"} & seen["versions"] != {VERSIONS[v["version"]] for v in survey["versions"]
                                        if v["version"] == 0x300 and v["state"] == "accepted"}:
        problems.append("SSLv3: sslscan says otherwise")
    certs = set(settings.get("certs", "rsa").split())
    if "rsa" in certs and not survey["chain_rsa"] or "ec" in certs and not survey["chain_ecdsa"]:
        problems.append("not all certificates were seen")
    kinds = {a["certificate"] for a in survey["accepted"]} & {"RSA-PSS", "Ed25519"}
    if kinds != {kind for cert, kind in (("pss", "RSA-PSS"), ("ed", "Ed25519")) if cert in certs}:
        problems.append(f"kinds of keys: {kinds}")
    if settings.get("most") and survey["connections"] > settings["most"]:
        problems.append(f"{survey['connections']} connections")
    if show:
        say(f"{name}: {len(survey['accepted'])} suites, {survey['connections']} connections, {survey['ms']} ms, "
            f"sslscan {sum(len(v) for v in seen['suites'].values())}")
    return problems


# ---- the same answer each time ----

CLIENTS = ("expressway-x15.0", "ucm-all-ecdsa-preferred", "ucm-all-rsa-preferred-15su2", "jabber")


def steady(place, edgeprobe, port, starttls, times):
    """Does the server get one verdict, however often and however many ask at once?"""
    argv = [edgeprobe, "ciphers", f"c.{DOMAIN}:{port}", "--connect-to", f"::{place.address}:", "--vantage", "lab"]
    argv += [word for client in CLIENTS for word in ("--client", client)]
    return same.compare(argv + (["--starttls", "xmpp", "--xmpp-domain", DOMAIN] if starttls else []), times)


# ---- servers that do not play fair ----

BEHIND = "nginx-ucm"  # the good server behind the proxies
BESIDE = "beside-a-silent-node"


def accepted(survey):
    return sorted((a["version"], a["suite"]) for a in survey["accepted"])


def compare_hostile(place, edgeprobe, row, reference):
    name, how, wanted = row
    port = place.base + len(ROWS) + hostile.ROWS.index(row)
    target = (place.address, place.base + [r[0] for r in ROWS].index(BEHIND))
    how = {key: value(place.dir) if key == "plays" else value for key, value in how.items()}
    proxy = hostile.Proxy(place.address, port, target, **how)
    try:
        report = report_of(place, edgeprobe, port, False)
        survey = report["evidence"]["ciphers"][0]
    finally:
        proxy.stop()
    problems = compare_findings(name, report)
    # on a busy machine the server may have forgiven before all short waits were over: then it is known to limit, and not for how long
    limits = survey["rate_limited"] or (bool(wanted.get("limited")) and survey["limits_connections"])
    for key, fact in (("complete", survey["complete"]), ("limited", limits)):
        if wanted.get(key, fact) != fact:
            problems.append(f"{key}: {fact} ({survey['error']})")
    if wanted.get("error", "") not in (survey["error"] or ""):
        problems.append(f"error: {survey['error']}")
    if wanted.get("same") and accepted(survey) != accepted(reference):
        problems.append(f"other suites than without it: {accepted(survey)}")
    if survey["connections"] > wanted.get("most", 150):
        problems.append(f"{survey['connections']} connections")
    if not survey["complete"] and not set(accepted(survey)) <= set(accepted(reference)) and "same" in wanted:
        problems.append("suites that are not there")
    believed = [v for v in survey["versions"] if v["state"] == "refused" and v["version"] in (0x303, 0x304)]
    if wanted.get("limited") and believed:
        problems.append(f"a limit was taken for a refusal: {believed}")
    return problems


def try_hostile(place, edgeprobe, rows, jobs):
    if not rows:
        return []
    reference = survey_of(place, edgeprobe, place.base + [r[0] for r in ROWS].index(BEHIND), False)
    return run_each([(row[0], lambda row=row: compare_hostile(place, edgeprobe, row, reference)) for row in rows], jobs)


def try_beside(place, edgeprobe):
    behind = (place.address, place.base + [r[0] for r in ROWS].index(BEHIND))
    return beside.try_beside(place, edgeprobe, behind, place.base + len(ROWS) + len(hostile.ROWS))


def start_all(place, rows):
    """(processes, rows that cannot be tried)"""
    processes, skipped = [], []
    for kind, start in STARTS.items():
        own = [(row[0], place.base + ROWS.index(row), row[2]) for row in rows if row[1] == kind]
        try:
            processes += start(place, own) if own else []
        except servers.Missing as missing:
            say("".join(f"skipped {name}: {missing}\n" for name, _, _ in own).rstrip())
            skipped += [name for name, _, _ in own]
    return processes, skipped


def main():
    arguments = command_line("Compare `edgeprobe ciphers` with other tools.", jobs=6, more=[
        (("--show",), {"action": "store_true", "help": "what was found"}),
        (("--steady",), {"type": int, "metavar": "N", "help": "only this: does each server get one verdict in N runs?"})])
    wanted, edgeprobe = arguments.names, arguments.edgeprobe
    names_check(wanted, [row[0] for row in ROWS + hostile.ROWS] + [BESIDE])
    unfair = [row for row in hostile.ROWS if not wanted or row[0] in wanted]
    is_beside = not wanted or BESIDE in wanted
    rows = [row for row in ROWS if not wanted or row[0] in wanted or ((unfair or is_beside) and row[0] == BEHIND)]
    if not shutil.which("sslscan"):
        return skip_all("sslscan is not installed", len(rows) + len(unfair) + is_beside)
    place, processes = Place(), []
    try:
        processes, missing = start_all(place, rows)
        for process in processes:
            process.start()
        servers.wait_ready(processes, 15)
        todo = [(row, place.base + ROWS.index(row)) for row in rows if row[0] not in missing]
        if arguments.steady:
            return tally(run_each([(f"steady {row[0]}", lambda row=row, port=port: steady(
                place, edgeprobe, port, row[1] == "prosody", arguments.steady)) for row, port in todo])
                + ["skipped"] * len(missing))
        tables = cipher_tables()
        if BEHIND in missing:
            unfair, is_beside = [], False
        with ThreadPoolExecutor(1) as other_pool:  # most of their time is waiting
            others = other_pool.submit(try_hostile, place, edgeprobe, unfair, len(unfair))
            results = run_each([(row[0], lambda row=row, port=port: compare_row(
                place, edgeprobe, row, port, tables, arguments.show)) for row, port in todo], arguments.jobs) + others.result()
        if is_beside:
            results.append(attempt(BESIDE, lambda: try_beside(place, edgeprobe)))
    finally:
        servers.stop_all(processes)
        place.close()
    return tally(results + ["skipped"] * len(missing))


if __name__ == "__main__":
    run_main(main)
