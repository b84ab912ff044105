#!/usr/bin/python3 -B
"""Do tools that nobody here wrote see the same as edgeprobe? openssl s_client and dig against a running lab,
compared with the evidence of edgeprobe's report.

`chains`: what `openssl verify` says of every chain.zone and chain.ssh-tunnel. `tls`: for every endpoint that
speaks TLS the leaf's SHA-256, the number of certificates sent and the version. `dns`: the SRV records.
`keys`: the leaves that an RSA-only and an ECDSA-only client get. `ssh`: the host keys as ssh-keyscan gets them.
`revocation`: `openssl ocsp` of every OCSP finding, `openssl verify -crl_check_all` with the lists that were fetched."""

import datetime
import hashlib
import io
import re
import shutil
import ssl
import subprocess
import urllib.request
import zipfile

PEM_BLOCK = "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----"
ALL_VERSIONS = ["-cipher", "ALL:@SECLEVEL=0"]  # as edgeprobe does: offer everything to learn what there is


def s_client(address, port, options):
    host = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    argv = ["openssl", "s_client", "-connect", host, "-showcerts"] + ALL_VERSIONS + options
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    return done.stdout.decode("utf-8", "replace")


def what_openssl_sees(endpoint, lab, options=()):
    options = list(options) + ["-servername", endpoint["host"]]
    if endpoint["protocol"] == "xmpp":
        options += ["-starttls", "xmpp", "-xmpphost", lab.domain]
    text = s_client(endpoint["address"], endpoint["port"], options)
    blocks = re.findall(PEM_BLOCK, text, re.S)
    version = re.search(r"^New, (\S+), Cipher is (\S+)", text, re.M)
    return {"sha256": [hashlib.sha256(ssl.PEM_cert_to_DER_cert(b)).hexdigest() for b in blocks],
            "version": re.search(r"Protocol  ?: (\S+)", text).group(1) if "Protocol  " in text
            else (version.group(1) if version else None),
            "cipher": version.group(2) if version else None}


def compare_tls(lab, report):
    out = []
    compared = 0
    for endpoint in report["evidence"]["endpoints"]:
        if endpoint["tls"]["state"] != "established":
            continue
        seen = what_openssl_sees(endpoint, lab)
        ours = [c["sha256"] for c in endpoint["chain"]]
        where = f"{endpoint['id']} at {endpoint['address']}"
        if ours != seen["sha256"]:
            out.append(f"{where}: openssl sees the chain {seen['sha256']}, the report {ours}")
        if endpoint["tls"]["version"] != seen["version"]:
            out.append(f"{where}: openssl negotiates {seen['version']}, the report says {endpoint['tls']['version']}")
        compared += 1
    return out or ([] if compared else ["the oracle found no TLS endpoint to compare"])


def compare_keys(lab, report):
    """Both certificates of a server that has two: as openssl gets them by signature algorithm."""
    out = []
    endpoint = next(e for e in report["evidence"]["endpoints"] if e["protocol"] == "https")
    by_key = {}
    for chain in [endpoint["chain"]] + [v["chain"] for v in endpoint["variants"]]:
        if chain:
            by_key[chain[0]["key"]["type"]] = chain[0]["sha256"]
    for key, algorithms in (("RSA", "RSA-PSS+SHA256:RSA+SHA256"), ("ECDSA", "ECDSA+SHA256")):
        seen = what_openssl_sees(endpoint, lab, ["-sigalgs", algorithms])
        if not seen["sha256"] or by_key.get(key) != seen["sha256"][0]:
            out.append(f"{key}: openssl gets {seen['sha256'][:1]}, the report has {by_key.get(key)}")
    return out


def compare_dns(lab, report):
    resolver = lab.model["dns"][lab.model["resolvers"][0]]
    name = f"_collab-edge._tls.{lab.domain}"
    done = subprocess.run(["dig", "+short", "+time=2", "-p", str(resolver.get("port", 5353)),
                           "@" + lab.address(resolver["address"]), name, "SRV"],
                          stdout=subprocess.PIPE, timeout=20, check=True)
    seen = sorted(line.rstrip(".") for line in done.stdout.decode().splitlines())
    query = next(q for q in report["evidence"]["dns"] if q["name"] == name and q["type"] == "SRV")
    ours = sorted(f"{r['priority']} {r['weight']} {r['port']} {r['target']}".rstrip(".") for r in query["records"])
    return [] if ours == seen else [f"dig sees {seen}, the report has {ours}"]


def compare_ssh(lab, report):
    """The fingerprint of every host key, as `ssh-keyscan | ssh-keygen -l` prints it."""
    out, compared = [], 0
    for endpoint in report["evidence"]["endpoints"]:
        if not endpoint["ssh"] or endpoint["ssh"]["state"] != "ready":
            continue
        scan = subprocess.run(["ssh-keyscan", "-T", "5", "-p", str(endpoint["port"]), endpoint["address"]],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20)
        said = subprocess.run(["ssh-keygen", "-l", "-f", "-"], input=scan.stdout, stdout=subprocess.PIPE, timeout=20)
        seen = [line.split()[1] for line in said.stdout.decode().splitlines()]
        if endpoint["ssh"]["host_key_fingerprint"] not in seen:
            out.append(f"{endpoint['id']}: ssh-keyscan sees {seen}, the report {endpoint['ssh']['host_key_fingerprint']}")
        compared += 1
    return out or ([] if compared else ["the oracle found no SSH endpoint to compare"])


# ---- chain.zone and chain.ssh-tunnel, asked of `openssl verify` ----

def chain_of(lab, report, finding):
    """The leaf, what comes with it, and the trust list, as files; from the lab, not from the report's evidence."""
    evidence = finding["evidence"]
    sent = []
    if "file" in evidence:
        with open(evidence["file"], encoding="utf-8") as text:
            blocks = re.findall(PEM_BLOCK, text.read(), re.S)
    else:
        host = finding["subject"].partition(":")[2].lower().rstrip(".")
        edge = next(e for e in lab.edges.values() if host in (e.host, *map(str, e.addresses({}))))
        blocks = re.findall(PEM_BLOCK, edge.leaves[0].sent_pem, re.S)
    leaf, sent = blocks[0], blocks[1:]
    if evidence.get("sent", "").startswith("predicted"):  # of its own list it sends the path: ask with all of it
        served = next(f for f in report["findings"] if f["check"] == "chain.served" and f["subject"] == finding["subject"])
        with open(served["evidence"]["trust_list"], encoding="utf-8") as text:
            sent = re.findall(PEM_BLOCK, text.read(), re.S)
    return leaf, sent if finding["check"] == "chain.zone" else [], evidence["trust_list"]


def openssl_verifies(lab, leaf, sent, trust, at):
    files = []
    for name, blocks in (("leaf", [leaf]), ("sent", sent)):
        files.append(lab.path("oracle", name + ".pem"))
        with open(files[-1], "w", encoding="utf-8") as out:
            out.write("\n".join(blocks) + "\n")
    argv = ["openssl", "verify", "-no-CAfile", "-no-CApath", "-no-CAstore", "-CAfile", trust, "-attime", str(at)]
    argv += (["-untrusted", files[1]] if sent else []) + [files[0]]
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


CHAINS = []  # the subject of every chain compared, over all scenarios of a run: none at all would be no oracle


def compare_chains(lab, report):
    """The one difference that is meant: BasicConstraints, which Expressway wants of every CA, the root too."""
    out = []
    at = int(datetime.datetime.fromisoformat(report["evidence"]["run"]["at"].replace("Z", "+00:00")).timestamp())
    for finding in report["findings"]:
        if finding["check"] not in ("chain.zone", "chain.ssh-tunnel") or finding["status"] not in ("pass", "fail"):
            continue
        is_own_rule = finding["cause"] == "not-a-ca" and "openssl" not in finding["evidence"]
        good, said = openssl_verifies(lab, *chain_of(lab, report, finding), at)
        CHAINS.append(finding["subject"])
        if good != (finding["status"] == "pass" or is_own_rule):
            out.append(f"{finding['check']} {finding['subject']} is {finding['status']}, openssl verify says: {said}")
    return out


# ---- revocation, asked of `openssl ocsp` and `openssl verify -crl_check_all` ----

def leaf_of(lab):
    blocks = re.findall(PEM_BLOCK, next(iter(lab.edges.values())).leaves[0].sent_pem, re.S)
    files = {}
    for name, text in (("leaf", blocks[0]), ("issuing", lab.pki.ca("issuing").pem), ("root", lab.pki.ca("root").pem)):
        files[name] = lab.path("oracle", name + ".pem")
        with open(files[name], "w", encoding="utf-8") as out:
            out.write(text + "\n")
    return files


def openssl_ocsp_says(files, uri):
    argv = ["openssl", "ocsp", "-issuer", files["issuing"], "-sha256", "-cert", files["leaf"], "-url", uri, "-no_nonce",
            "-CAfile", files["root"], "-verify_other", files["issuing"]]
    said = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20).stdout.decode()
    status = re.search(r"leaf.pem: (\w+)", said)
    return status.group(1) if status and "Response verify OK" in said else said


def openssl_crl_verifies(files, lab, uris, at):
    lists = lab.path("oracle", "crls.pem")
    with open(lists, "wb") as out:
        for uri in uris:
            with urllib.request.urlopen(uri, timeout=10) as answer:
                data = answer.read()
            if data[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    parts = [archive.read(name) for name in archive.namelist()]
            else:
                parts = [data]
            for part in parts:
                out.write(subprocess.run(["openssl", "crl", "-inform", "DER"], input=part, stdout=subprocess.PIPE,
                                         check=True, timeout=20).stdout)
    argv = ["openssl", "verify", "-no-CApath", "-CAfile", files["root"], "-untrusted", files["issuing"], "-crl_check_all",
            "-CRLfile", lists, "-attime", str(at), files["leaf"]]
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


def compare_revocation(lab, report):
    files = leaf_of(lab)
    out, asked, uris, all_good = [], 0, [], True
    for finding in report["findings"]:
        evidence, cause = finding["evidence"], finding["cause"]
        if finding["check"] == "revocation.ocsp" and "uri" in evidence:
            asked += 1
            ours = {None: "good"}.get(cause, cause)
            said = openssl_ocsp_says(files, evidence["uri"])
            if said != ours:
                out.append(f"{evidence['uri']} is {ours}, openssl ocsp says: {said}")
        if finding["check"] == "revocation.crl" and "uri" in evidence:
            uris.append(evidence["uri"])
            all_good = all_good and finding["status"] == "pass"
    at = int(datetime.datetime.fromisoformat(report["evidence"]["run"]["at"].replace("Z", "+00:00")).timestamp())
    good, said = openssl_crl_verifies(files, lab, uris, at)
    if good != all_good:
        out.append(f"the lists are {'good' if all_good else 'bad'}, openssl verify -crl_check_all says: {said}")
    return out if asked and uris else out + ["the oracle found no source to compare"]


def compare(lab, report, wanted):
    parts = {"tls": (compare_tls, "openssl"), "dns": (compare_dns, "dig"), "keys": (compare_keys, "openssl"),
             "chains": (compare_chains, "openssl"), "ssh": (compare_ssh, "ssh-keyscan"),
             "revocation": (compare_revocation, "openssl")}
    out = []
    for name in wanted:
        judge, tool = parts[name]
        if shutil.which(tool) is None:
            out.append(f"the oracle {tool} is not installed")
        else:
            out += [f"oracle {name}: {line}" for line in judge(lab, report)]
    return out
