#!/usr/bin/python3
"""Are revocation sources asked as they must be? One lab with real and scripted sources; what edgeprobe kept of each
is compared with what that source did. What the answers mean is judged elsewhere (tests/unit, tests/lab).

    run.py [--edgeprobe PATH]

Prints `ok NAME`, `FAILED NAME` with the difference; the last line counts them."""

import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

sys.path.append(os.path.join(os.path.dirname(HERE), "peers"))

import servers  # noqa: E402
import sources  # noqa: E402
from lab import Lab, keys_for_run, scenario_load  # noqa: E402
from launch import PATIENCE, Run, is_sanitized  # noqa: E402
from suite import command_line, run_main, skip_all, skipped, tally, told as tell_one  # noqa: E402
from peer import TcpPeer  # noqa: E402

# Sources by the edge whose certificate names them, at most eight fetches each: URI, then what must become of it: state, and more of
# {status, answers, form, error (a part of it), redirects (how many), per hash: sha1, sha256}.
OCSP = {
    "expe1": [
        ("{ocsp:main}/", {"state": "answered", "status": 200, "answers": 1}),
        ("{scripted}/sha1-only", {"state": "answered", "answers": 1}),
        ("http://Ocsp.{domain}:8882/named", {"state": "answered", "answers": 1}),
        ("http://nowhere.{domain}/", {"state": "unreachable", "error": "no address for nowhere.example.com (DNS: nxdomain)"}),
    ],
    "expe3": [
        ("http://{net}.3.3:9/", {"state": "unreachable", "error": "no connection"}),
        ("{scripted}/silent", {"state": "unreachable", "error": "no answer in time"}),
        ("{scripted}/close", {"state": "unreachable", "error": "closed without an answer"}),
        ("{scripted}/big", {"state": "too-large", "answers": 0}),
    ],
    "expe2": [
        ("{scripted}/try-later", {"state": "answered", "answers": 1}),
        ("{scripted}/error", {"state": "http-error", "status": 500, "error": "HTTP 500"}),
        ("{scripted}/not-http", {"state": "http-error", "error": "not HTTP"}),
        ("{scripted}/to-good", {"state": "http-error", "status": 302, "error": "not followed", "redirects": 0}),
    ],
    "expe4": [
        ("{scripted}/empty", {"state": "unparsable", "error": "empty"}),
        ("{scripted}/cut", {"state": "unreachable", "error": "closed in the middle"}),
        ("{scripted}/endless-head", {"state": "too-large"}),
        ("ftp://{net}.3.3/", {"state": "unsupported-scheme", "error": "wanted http or https"}),
    ],
    "expe7": [("{scripted-bad}/ocsp", {"state": "tls-failed", "answers": 0})],
}
CDP = {
    "expe5": [
        ("{crls}/issuing.crl", {"state": "answered", "status": 200, "answers": 1, "form": "DER"}),
        ("{crls}/issuing.pem", {"state": "answered", "answers": 1, "form": "PEM"}),
        ("{crls}/all.zip", {"state": "answered", "answers": 2, "form": "ZIP"}),
        ("{crls}/all.dat", {"state": "answered", "answers": 2, "form": "GZIP"}),
        ("{crls}/one.txt", {"state": "answered", "answers": 1, "form": "GZIP"}),
        ("{scripted}/to-crl", {"state": "answered", "answers": 1, "redirects": 1}),
        ("{scripted-tls}/crl", {"state": "answered", "answers": 1}),
        ("{scripted-bad}/crl", {"state": "tls-failed", "answers": 0}),
    ],
    "expe6": [
        ("ldap:///CN=Lab?certificateRevocationList", {"state": "unsupported-scheme"}),
        ("{crls}/missing.crl", {"state": "http-error", "status": 404}),
        ("{crls}/page.crl", {"state": "unparsable", "error": "not a CRL"}),
        ("{scripted}/loop", {"state": "http-error", "status": 302, "redirects": 3, "error": "too many in a row"}),
        ("{scripted}/to-file", {"state": "http-error", "error": "not followed: not HTTP"}),
        ("{scripted}/endless", {"state": "too-large"}),
        ("{scripted}/drip", {"state": "unreachable", "error": "did not end in time"}),
        ("{scripted}/huge", {"state": "too-large"}),
    ],
}
FLOODING = {"steps": [{"expect": 100}, {"forever": [{"hex": "16 03 03 40 00"}, {"hex": "00", "times": 16384}]}]}
SCRIPTED = {
    "/sha1-only": {"do": "ocsp", "about": "expe1", "status": "good", "hashes": ["sha1"]},
    "/named": {"do": "ocsp", "about": "expe1", "status": "good"},
    "/silent": {"do": "silent"},
    "/close": {"do": "close"},
    "/big": {"do": "bytes", "size": 70000},
    "/try-later": {"do": "ocsp", "about": "expe2", "status": "try-later"},
    "/error": {"do": "bytes", "status": 500},
    "/not-http": {"do": "raw", "text": "SSH-2.0-none\r\n"},
    "/to-good": {"do": "redirect", "to": "{scripted}/named"},
    "/empty": {"do": "bytes", "text": "x", "size": 0},
    "/cut": {"do": "bytes", "size": 100, "length": 2000},
    "/endless-head": {"do": "endless", "head": True},
    "/to-crl": {"do": "redirect", "to": "{crls}/issuing.crl"},
    "/crl": {"do": "bytes", "file": "issuing.crl"},
    "/loop": {"do": "redirect", "to": "/loop"},
    "/to-file": {"do": "redirect", "to": "file:///etc/passwd"},
    "/endless": {"do": "endless"},
    "/drip": {"do": "endless", "drip": 0.2},
    "/huge": {"do": "bytes", "size": 1000, "length": 1 << 40},
    "/root.crl": {"do": "bytes", "file": "root.crl"},
}
CRLS = {
    "issuing.crl": {"ca": "issuing", "form": "der", "revoked": ["expe6"]},
    "root.crl": {"ca": "root", "form": "der"},
    "issuing.pem": {"ca": "issuing", "form": "pem"},
    "readme": {"text": "These are the lists.\n"},
    "all.zip": {"form": "zip", "of": ["readme", "issuing.crl", "root.crl"]},
    "all.dat": {"form": "tar.gz", "of": ["root.crl", "issuing.pem", "readme"]},
    "one.txt": {"form": "gzip", "of": ["issuing.crl"]},
    "page.crl": {"text": "<html>moved</html>"},
}
EDGES = range(1, 8)
TIMEOUT = 1
FLOOD_AT, FLOOD_PORT = "3.4", 8885  # HelloRequest without end, which libssl skips inside a handshake
FLOOD = f"https://{{net}}.{FLOOD_AT}:{FLOOD_PORT}/crl"
SHORT = ["--deadline", "2"]  # where endless sources are not the point


def edge(name, number):
    return {"host": name + ".{domain}", "address": f"1.{number}",
            "certificates": {"rsa": {"key": "rsa", "names": [name + ".{domain}", "{domain}"],
                                     "ocsp": [uri for uri, _ in OCSP.get(name, [])], "cdp": [uri for uri, _ in CDP.get(name, [])]}},
            "ports": {8443: {"server": "nginx"}, 5061: None, 5222: None}}


def scenario():
    out = scenario_load("healthy")
    model = out["model"]
    model["edges"] = {f"expe{n}": edge(f"expe{n}", n) for n in EDGES}
    records = model["dns"]["main"]["records"]
    records["_collab-edge._tls.{domain} SRV"] = [f"10 10 8443 expe{n}.{{domain}}." for n in EDGES]
    records.update({f"expe{n}.{{domain}} A": [f"{{net}}.1.{n}"] for n in EDGES})
    records["ocsp.{domain} A"] = ["{net}.3.3"]
    records["ocsp.{domain} AAAA"] = ["::1"]  # where nobody listens
    model["authorities"] = {"issuing": {"ocsp": ["{ocsp:upper}/"], "cdp": ["{scripted}/root.crl", FLOOD]}}
    model["revocation"] = {"ocsp": {"main": {"ca": "issuing"}, "upper": {"ca": "root"}}, "crls": CRLS, "scripted": SCRIPTED}
    model["command"] = ["check", "{domain}", "--vantage", "lab", "--trust", "{trust}", "--resolver", "{resolver}",
                        "--timeout", str(TIMEOUT)]
    return out


class Suite:
    def __init__(self, lab, edgeprobe):
        self.lab, self.edgeprobe, self.results = lab, edgeprobe, []

    def tell(self, name, problems):
        self.results.append(tell_one(name, problems))

    def names(self, text):
        for name, value in self.lab.names().items():
            text = text.replace("{" + name + "}", value)
        return text

    def run(self, *more, cache=None):
        save = self.lab.path("out", "save.json")
        run = Run([self.edgeprobe] + self.lab.command() + ["--format", "json", "--save", save, "--no-progress", *more],
                  {"XDG_CACHE_HOME": cache} if cache else None)
        problems = run.trouble()
        if problems or run.err.strip():
            self.tell("run", problems or [run.err.strip()])
        with open(save, encoding="utf-8") as text:
            return run, json.load(text)["evidence"]["fetches"]

    def asked(self):
        """Questions that reached the scripted server since the last time we looked."""
        log = os.path.join(self.lab.work, "scripted", "asked.log")
        lines = open(log, encoding="utf-8").read().split("\n") if os.path.exists(log) else []
        new = [line for line in lines[getattr(self, "seen", 0):] if line]
        self.seen = len(lines) - 1
        return new


def differences(wanted, fetch):
    found = {"state": fetch["state"], "status": fetch["http_status"], "answers": len(fetch["answers"]),
             "form": fetch["form"], "redirects": len(fetch["redirects"]), "error": fetch["error"] or ""}
    return [f"{key}: wanted {value!r}, found {found[key]!r} ({fetch['error']})" for key, value in wanted.items()
            if (value not in found[key] if key == "error" else value != found[key])]


def each_source(suite, fetches):
    for kind, table in (("ocsp", OCSP), ("crl", CDP)):
        for _, sources in table.items():
            for uri, wanted in sources:
                mine = [f for f in fetches if f["kind"] == kind and f["uri"] == suite.names(uri)]
                times = 2 if kind == "ocsp" else 1
                problems = [] if len(mine) == times else [f"asked {len(mine)} times, wanted {times}"]
                if kind == "ocsp" and {f["hash"] for f in mine} != {"sha1", "sha256"}:
                    problems.append("not asked with both hashes")
                suite.tell(f"{kind} {uri}", problems + [d for f in mine for d in differences(wanted, f)])


def whole_run(suite, run, fetches):
    leaf = [f for f in fetches if f["kind"] == "ocsp" and "main" not in f["uri"]]
    above = [f for f in fetches if f["uri"] == suite.names("{ocsp:upper}/")]
    suite.tell("the issuing CA is asked about, the root is not",
               [] if [f["hash"] for f in above] == ["sha1", "sha256"] and all(f["state"] == "answered" for f in above)
               else [json.dumps(above)[:300]])
    most = 4 * TIMEOUT + (6 if is_sanitized(suite.edgeprobe) else 1.5)
    suite.tell("dead and endless sources delay nobody",
               [] if run.seconds < most * PATIENCE else [f"{run.seconds:.1f} s, wanted {most} at most"])
    firm = [f for f in leaf if f["state"] == "answered" and f["ms"] > 800 * TIMEOUT * PATIENCE]
    suite.tell("answers come while others are silent", [f"{f['uri']}: {f['ms']} ms" for f in firm])
    places = [(f["host"], f["port"]) for f in fetches if f["uri"].startswith("http")]
    suite.tell("host and port of every source are told", [] if all(h and p for h, p in places) else [str(places)])


def flood(suite, fetches):
    mine = [f for f in fetches if f["uri"] == suite.names(FLOOD)]
    suite.tell("a flood of handshake messages from an https:// source is ended",
               [] if len(mine) == 1 and mine[0]["state"] == "tls-failed" and "100 handshake messages" in mine[0]["error"]
               and mine[0]["ms"] < 1000 * TIMEOUT * PATIENCE else [json.dumps(mine)[:300]])


def order(suite, fetches, again):
    keys = [[(f["kind"], f["uri"], f["hash"], f["certificate"]) for f in run] for run in (fetches, again)]
    suite.tell("the order is that of certificates and URIs", [] if keys[0] == keys[1] else ["two runs differ"])
    uris = [f["uri"] for f in fetches if f["kind"] == "ocsp" and f["hash"] == "sha1"][:len(OCSP["expe1"])]
    suite.tell("the first certificate's URIs come first",
               [] if uris == [suite.names(u) for u, _ in OCSP["expe1"]] else uris)


def published(suite, name, spec):
    """The CA publishes a list anew: other bytes, other ETag."""
    path = os.path.join(suite.lab.work, "crls", "www", name)
    with open(path + ".new", "wb") as out:
        out.write(sources.crl_bytes(suite.lab, {name: spec}, name))
    os.replace(path + ".new", path)


def cache(suite):
    folder = os.path.join(suite.lab.work, "cache")
    crl = suite.names("{crls}/issuing.crl")
    suite.run(*SHORT, cache=folder)
    first = suite.asked()
    _, fetches = suite.run(*SHORT, cache=folder)
    kept = {f["uri"]: f for f in fetches if f["from_cache"]}
    suite.tell("every source is asked again", sorted(set(first) ^ set(suite.asked())))
    suite.tell("what has not changed is not sent again", [] if crl in kept and kept[crl]["fetched"] and
               kept[crl]["answers"] and suite.names("{ocsp:main}/") not in kept else [str(sorted(kept))])
    published(suite, "issuing.crl", {"ca": "issuing", "revoked": ["expe5", "expe6"], "number": 2})
    _, fetches = suite.run(*SHORT, cache=folder)
    again = [f for f in fetches if f["uri"] == crl]
    suite.tell("a list that was published anew is believed",
               [] if again and not again[0]["from_cache"] and again[0]["answers"] != kept[crl]["answers"] else [str(again)[:200]])
    host, port = crl.split("/")[2].split(":")
    run, fetches = suite.run(*SHORT, "--connect-to", f"{host}:{port}:127.0.0.1:1", cache=folder)
    dead = [f for f in fetches if f["uri"] == crl]
    suite.tell("a dead source is dead, and what it said last stands beside it",
               [] if dead and dead[0]["state"] == "unreachable" and not dead[0]["answers"] and dead[0]["kept"] and dead[0]["fetched"]
               else [str(dead)[:200]])
    told = [f for f in json.loads(run.out)["findings"]
            if f["check"] == "revocation.crl" and f["evidence"].get("uri") == crl and f["cause"] == "unreachable"]
    says = {f["evidence"].get("cached", {}).get("says") for f in told}
    suite.tell("the finding tells what it said", [] if told and says <= {"revoked", "good"} and "revoked" in says else [str(says)])
    for name in os.listdir(folder + "/edgeprobe"):
        path = f"{folder}/edgeprobe/{name}"
        with open(path, "r+b") as entry:
            entry.seek(os.path.getsize(path) // 2)
            entry.write(b"damage")
    _, fetches = suite.run(*SHORT, cache=folder)
    suite.tell("damaged entries are not believed", [f["uri"] for f in fetches if f["from_cache"]])
    _, fetches = suite.run(*SHORT, cache=folder)
    suite.tell("damaged entries are replaced", [] if any(f["from_cache"] for f in fetches) else ["nothing kept"])
    left = [n for n in os.listdir(folder + "/edgeprobe") if n.startswith(".")]
    suite.tell("no half-written file is left", left)
    _, fetches = suite.run(*SHORT, "--no-cache", cache=folder)
    suite.tell("--no-cache takes all of it anew", [f["uri"] for f in fetches if f["from_cache"]])


def inside(suite):
    """In a network of its own: inside.py."""
    there = subprocess.run(["unshare", "-rn", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    if not there:
        suite.results.append(skipped("inside", "no network namespace may be made here"))
        return
    how = "-n" if os.geteuid() == 0 else "-rn"
    done = subprocess.run(["unshare", how, sys.executable, "-B", os.path.join(HERE, "inside.py"), suite.edgeprobe],
                          stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.strip().split("\n")
    print("\n".join(lines[:-1]), flush=True)
    told = re.match(r"(\d+) passed, (\d+) failed", lines[-1])
    suite.results += ["passed"] * int(told.group(1)) + ["failed"] * int(told.group(2)) if told else ["failed"]


def left_out(suite):
    suite.asked()
    _, fetches = suite.run("--no-revocation", *SHORT)
    suite.tell("--no-revocation asks nobody", suite.asked() + [f["uri"] for f in fetches])


def main():
    arguments = command_line("Ask revocation sources of every kind.", known=[])
    try:
        with Lab(scenario(), keys_for_run()) as lab:
            suite = Suite(lab, arguments.edgeprobe)
            TcpPeer(FLOODING, lab.address(FLOOD_AT), FLOOD_PORT)
            run, fetches = suite.run()
            each_source(suite, fetches)
            whole_run(suite, run, fetches)
            flood(suite, fetches)
            order(suite, fetches, suite.run(*SHORT)[1])
            cache(suite)
            left_out(suite)
            inside(suite)
    except servers.Missing as missing:
        return skip_all(missing)
    return tally(suite.results)


if __name__ == "__main__":
    run_main(main)
