#!/usr/bin/python3 -B
"""Does a report say what a scenario expects? Comparing only: no servers, no processes.

Expected findings are rows {check, subject, status, cause, address, evidence}; a list of subjects (or of causes: any of
them) stands for several. `findings` is the exact set of all warn, fail and unknown; `also` must be there besides."""

import json
import os
import unicodedata

LOUD = ("warn", "fail", "unknown")
ORDER = ("fail", "warn", "unknown", "info", "pass", "skip")
EXIT = {"fail": 2, "warn": 1, "unknown": 3, "pass": 0, "info": 0, "skip": 0}
WIDTH = 80


def rows_of(expected):
    out = []
    for row in expected or []:
        subjects = row["subject"] if isinstance(row["subject"], list) else [row["subject"]]
        out += [dict(row, subject=s) for s in subjects]
    return out


def one_of(wanted, found):
    return found in wanted if isinstance(wanted, list) else found == wanted


def contains(found, wanted):
    """Every key of a mapping, every item of a list, wherever it stands; texts and numbers whole."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(k in found and contains(found[k], v) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and all(any(contains(f, w) for f in found) for w in wanted)
    return found == wanted


def is_match(row, finding):
    return (finding["check"] == row["check"] and finding["subject"] == row["subject"]
            and one_of(row["status"], finding["status"])
            and ("cause" not in row or one_of(row["cause"], finding.get("cause")))
            and ("address" not in row or finding.get("address") == row["address"])
            and contains(finding["evidence"], row.get("evidence", {})))


def text_of(row):
    where = f" at {row['address']}" if row.get("address") else ""
    return f"{row['status']!s:8} {row['check']!s:24} {row['subject']}{where}  {row.get('cause')}"


def compare_findings(expected, findings):
    """Lines of difference: '- ' wanted and absent, '+ ' there and not wanted."""
    left = [f for f in findings if f["status"] in LOUD]
    out = []
    for row in rows_of(expected.get("findings")):
        found = next((f for f in left if is_match(row, f)), None)
        if found is None:
            out.append("- " + text_of(row))
        else:
            left.remove(found)
    out += [f"+ {text_of(f)}   ({f['summary']})" for f in left]
    for row in rows_of(expected.get("also")):
        if not any(is_match(row, f) for f in findings):
            near = [text_of(f) for f in findings if f["check"] == row["check"]]
            out.append("- " + text_of(row) + "".join("\n    there is " + n for n in near))
    return out


def outcome_key(outcome):
    return outcome["outcome"] + (" " + outcome["subject"] if outcome.get("subject") else "")


def compare_outcomes(expected, outcomes):
    wanted = expected.get("outcomes", {})
    found = {outcome_key(o): o for o in outcomes}
    out = [f"- outcome {k}: {v}" for k, v in wanted.items() if k not in found]
    for key, outcome in found.items():
        if key not in wanted:
            out.append(f"+ outcome {key}: {outcome['state']}")
        elif outcome["state"] != wanted[key]:
            reasons = ", ".join(f"{b['check']} {b['subject']}" for b in outcome["because"]) or "nothing"
            out.append(f"- outcome {key}: {wanted[key]}\n+ outcome {key}: {outcome['state']} because of {reasons}")
    return out


def invariants(report, status):
    """What every report must keep to, whatever it says (cli.md)."""
    out = []
    findings = report["findings"]
    ranks = [ORDER.index(f["status"]) for f in findings]
    if ranks != sorted(ranks):
        out.append("findings do not come worst first")
    worst = next((s for s in ("fail", "warn", "unknown") if any(f["status"] == s for f in findings)), "pass")
    if report["status"] != worst:
        out.append(f"status is {report['status']}, the worst finding is {worst}")
    if status != EXIT[worst]:
        out.append(f"exit status {status}, the worst finding is {worst}")
    known = {(f["check"], f["subject"]) for f in findings}
    for outcome in report["outcomes"]:
        if outcome["state"] in ("fails", "at-risk") and not outcome["because"]:
            out.append(f"outcome {outcome['outcome']} {outcome['state']} because of nothing")
        for b in outcome["because"]:
            if (b["check"], b["subject"]) not in known:
                out.append(f"outcome {outcome['outcome']} because of {b['check']} {b['subject']}: no such finding")
    for f in findings:
        if f["status"] in ("warn", "fail") and not (f["cause"] and f["fix"] and f["affects"] and f["source"]):
            out.append(f"{f['check']} {f['cause']}: no cause, fix, affects or source")
        if f["status"] == "pass" and f["cause"] is not None:
            out.append(f"{f['check']} {f['subject']} passes with cause {f['cause']}")
    return out + harmless_strings(report)


# Which checks must have spoken of an endpoint whose handshake was whole, be it to say that all is well: a judge that is
# silent tells nothing of the fault that it stands for. By the leg, and for the client's also by the protocol.
OF_TLS = ["net.connect", "tls.handshake", "tls.version", "tls.sni", "tls.client-auth", "cert.validity", "cert.key", "cert.eku",
          "cert.signature"]
OF_EXPRESSWAY = OF_TLS + ["cert.default-certificate", "cert.self-signed", "cert.unknown-oid", "chain.served", "name.common-name",
                          "name.wildcard"]
OF_CLIENT = OF_EXPRESSWAY + ["chain.client", "name.mra-domain", "name.srv-target"]
OF_UCM = OF_TLS + ["chain.ucm-trust", "cipher.accepted", "cipher.certificate-type", "cipher.overlap", "ucm.certificate"]
MUST_SPEAK = {("client", "https"): OF_CLIENT + ["mra.edge-sso", "mra.edge-config"], ("client", "sip"): OF_CLIENT + ["sip.options"],
              ("client", "xmpp"): OF_CLIENT + ["xmpp.stream"], ("admin", "tls"): OF_EXPRESSWAY, ("ucm", "tls"): OF_UCM,
              ("imp", "tls"): OF_UCM}


# And of the run, of whatever subject: where a domain's edge was reached, where it showed a certificate that somebody else has
# issued, where its SIP answered, and of a zone, whose certificate was seen or given.
OF_EDGE = ["dns.srv-port", "dns.srv-target", "dns.srv-target-domain", "name.host-underscore", "name.san-fqdn", "net.all-addresses",
           "chain.zone", "chain.ssh-tunnel"]
OF_ISSUED = ["revocation.verdict", "revocation.ocsp", "revocation.crl"]
OF_ZONE = ["cert.default-certificate", "cert.eku", "cert.key", "cert.self-signed", "cert.unknown-oid", "cert.validity", "chain.zone",
           "name.peer-address", "name.tls-verify", "revocation.verdict"]
OF_ZONE_SEEN = ["chain.own", "chain.served", "chain.trust-list", "revocation.crl", "revocation.ocsp", "tls.version"]


def of_the_run(report):
    """The checks that this kind of run must have said something of."""
    evidence = report["evidence"]
    if evidence["run"]["scope"]["is_lone"]:
        return []
    whole = [e for e in evidence["endpoints"] if e["leg"] == "client" and (e["tls"] or {}).get("state") == "established"]
    is_issued = any(e["chain"] and e["chain"][0]["subject"] != e["chain"][0]["issuer"] for e in whole)
    has_sip = any((e["sip"] or {}).get("state") == "answered" for e in evidence["endpoints"])
    is_zone = report["command"] == "zone"
    is_zone_seen = is_zone and any(e["chain"] for e in evidence["endpoints"] if e["leg"] == "zone")
    return ((OF_EDGE if whole else []) + (OF_ISSUED if is_issued else []) + (["mra.release"] if whole and has_sip else [])
            + (OF_ZONE if is_zone else []) + (OF_ZONE_SEEN if is_zone_seen else []))


def silent_judges(report):
    """Lines about judges that said nothing of an endpoint that was seen, of a domain that was asked, of the run."""
    out = []
    spoken = {(f["check"], f["subject"]) for f in report["findings"]}
    checks = {f["check"] for f in report["findings"]}
    if report["command"] not in ("check", "zone"):
        return []
    for domain in report["evidence"]["domains"] if report["command"] == "check" else []:
        out += [f"silent: {check} about {domain}" for check in ("dns.collab-edge-srv", "dns.uds-not-external")
                if (check, domain) not in spoken]
    out += [f"silent: {check}" for check in of_the_run(report) if check not in checks]
    for endpoint in report["evidence"]["endpoints"]:
        wanted = MUST_SPEAK.get((endpoint["leg"], endpoint["protocol"]), [])
        if (endpoint["tls"] or {}).get("state") == "established":
            out += [f"silent: {check} about {endpoint['id']}" for check in wanted if (check, endpoint["id"]) not in spoken]
    return out


def strings_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings_of(item)


def harmless_strings(report):
    """No string of a report holds a control character, even unescaped from JSON (cli.md)."""
    bad = [s for s in strings_of(report) if any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in s)]
    return [f"a control character in the report: {s!r}" for s in bad[:3]]


def validate(report, project):
    """Against docs/report.schema.json."""
    import jsonschema
    path = os.path.join(project, "docs", "report.schema.json")
    if not os.path.exists(path):
        return ["docs/report.schema.json is missing"]
    with open(path, encoding="utf-8") as text:
        schema = json.load(text)
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f"schema: {'/'.join(map(str, e.path))}: {e.message[:200]}" for e in list(validator.iter_errors(report))[:5]]


def width_of(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def harmless_text(text):
    """A report for people: no control characters, no text direction tricks, 80 columns."""
    out = []
    for number, line in enumerate(text.split("\n"), 1):
        bad = [c for c in line if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
        if bad:
            out.append(f"text line {number} holds {bad[0]!r}: {line!r}")
        longest = max((width_of(w) for w in line.split()), default=0)
        if width_of(line) > WIDTH and longest < WIDTH - 12:
            out.append(f"text line {number} is {width_of(line)} columns wide: {line!r}")
    return out[:5]
