#!/usr/bin/python3 -B
"""What does edgeprobe say about an edge? Starts real servers on loopback, runs edgeprobe, shows its words.

    demo.py [--keep] [--list] [SCENARIO]

Without a scenario: "zone up, SSH down", a healthy edge, the plan for renewing its certificate under a new CA, a capture, two
bundles, a log-in before and after an upgrade, and last a broken edge, whose first screen ends it. --keep leaves the servers
running until ^C and says what to try. Ends with 0 when edgeprobe ended as the scenario says it must."""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time

import servers
from suite import run_main
from lab import PROJECT, Lab, edgeprobe_path, fill, keys_for_run, scenario_load, scenario_names, terminate_on_signal
from pki import Pki, write


def say(text):
    print(text, file=sys.stderr, flush=True)


def bold(text):
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text


def wrapped(text, width=78):
    import textwrap
    return "\n".join(textwrap.wrap(" ".join(text.split()), width))


def shown(path):
    """The program as the user would type it."""
    here = os.path.relpath(path)
    return here if len(here) < len(path) and not here.startswith("../../") else path


def command_text(argv):
    """One command line, broken before options so that it can be read and pasted."""
    out, line = [], ""
    for word in map(shlex.quote, argv):
        if word.startswith("-") and len(line) + len(word) > 50:
            out.append(line + " \\")
            line = "    " + word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join(out + [line])


def first_screen(edgeprobe, save):
    """Once more what somebody reads first, after all that has scrolled by."""
    color = "always" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else "never"
    text = subprocess.run([edgeprobe, "replay", save, "--color", color], check=False, stdout=subprocess.PIPE, text=True).stdout
    print("\n" + bold("And once more the first screen of the broken edge") + "\n\n" + "\n".join(text.splitlines()[:24]), flush=True)


def demonstrate(name, edgeprobe, keys, keep, save):
    scenario = scenario_load(name)
    say(f"lab: making certificates for '{name}'")
    with Lab(scenario, keys, lambda text: say("lab: " + text)) as lab:
        argv = [edgeprobe] + lab.command() + (["--save", save] if save else [])
        print("\n" + bold(scenario["title"]) + "\n" + wrapped(scenario["story"]) + "\n")
        print("$ " + command_text([shown(edgeprobe)] + lab.command()) + "\n", flush=True)
        status = subprocess.run(argv, check=False).returncode
        wanted = fill(scenario["expected"], lab.names())["exit"]
        print(f"\n(exit status {status})\n", flush=True)
        if keep:
            keep_running(lab, edgeprobe)
    say("lab: stopped")
    if status != wanted:
        say(f"demo: '{name}' must end with exit status {wanted}, not {status}")
    return status == wanted


RENEWAL = """release: X14.3
domains: [example.com]
expressway-e:
  nodes: [{name: expe1.example.com, certificate: old.pem, trust: expe.pem}]
expressway-c:
  nodes: [{name: expc1.example.local, certificate: expc1.pem, trust: expc.pem}]
zones: [{name: mra, type: uc-traversal, peers: [expe1.example.com], tls-verify-name: expc1.example.local}]
"""


def demonstrate_renewal(edgeprobe, keys):
    """The edge's certificate is renewed, and the CA is another one: what would break, and the plan."""
    kinds = {"second-root": {"title": "Second Lab Root"}, "second": {"title": "Second Lab Issuing CA", "parent": "second-root"}}
    pki, host = Pki(keys, kinds), "expe1.example.com"
    edge = {"names": [f"DNS:{host}", "DNS:example.com"]}
    with tempfile.TemporaryDirectory(prefix="edgeprobe-demo-") as work:
        files = {"old.pem": pki.leaf(host, edge).pem,
                 "new.pem": pki.leaf(host, dict(edge, issuer="second", key_name="new", not_before="-1d", not_after="364d")).pem,
                 "expc1.pem": pki.leaf("expc1.example.local", {"names": ["DNS:expc1.example.local"]}).pem,
                 "new-cas.pem": pki.bundle(["second", "second-root"]), "deployment.yaml": RENEWAL}
        for name in ("expe.pem", "expc.pem", "clients.pem"):
            files[name] = pki.bundle(["issuing", "root"])
        for name, content in files.items():
            write(os.path.join(work, name), content)
        argv = ["renew", "-f", "deployment.yaml", "--node", host, "--new", "new.pem", "--ca", "new-cas.pem", "--trust", "clients.pem"]
        print("\n" + bold("A renewal, and the CA is a new one") + "\n" + wrapped(
            "The new certificate has the right names and usages. Uploaded tonight as it is, it would be refused by its own box, by "
            "Expressway-C and by clients; the plan says what has to go where before.") + "\n")
        print("$ " + command_text(["edgeprobe"] + argv) + "\n", flush=True)
        text = subprocess.run([os.path.abspath(edgeprobe)] + argv, cwd=work, check=False, stdout=subprocess.PIPE, text=True)
        print(text.stdout.partition("\n[1] FAIL")[0] + f"\n\n(… and the findings behind it; exit status {text.returncode})\n", flush=True)
    return text.returncode == 2 and "The plan" in text.stdout


def capture_show(edgeprobe):
    """No lab: a story that was captured in one."""
    file = os.path.relpath(os.path.join(PROJECT, "captures", "zone-e-not-trusted", "capture.pcap"))
    argv = [shown(edgeprobe), "capture", file, "--connection", "1"]
    print("\n" + bold("A packet capture of a zone that is down") + "\n" + wrapped("Expressway-C refuses Expressway-E's certificate, "
          "and never shows its own: that much is on the wire.") + "\n\n$ " + command_text(argv) + "\n", flush=True)
    subprocess.run([edgeprobe] + argv[1:], check=False)


def bundle_show(edgeprobe, keys):
    """Two boxes' diagnostic bundles, made here: zone up, SSH down, with the alarm in the log."""
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bundle"))
    import maker
    import stories
    from pki import Pki
    with tempfile.TemporaryDirectory(prefix="edgeprobe-demo-") as folder:
        sources = stories.STORIES["ssh-down-with-alarm"]["make"](Pki(keys, maker.KINDS)).write(folder)
        print("\n" + bold("Two diagnostic bundles, and no network") + "\n")
        argv = [edgeprobe, "bundle", *sources]
        print("$ " + command_text([shown(edgeprobe), "bundle", *sources]) + "\n", flush=True)
        return subprocess.run(argv, check=False).returncode == 2


def login_show(edgeprobe, keys):
    """A user's log-in through two edges before an upgrade and after it, and what changed."""
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "login"))
    from edge import LoginLab
    with LoginLab(keys) as lab:
        print("\n" + bold("A log-in before an upgrade, and after it") + "\n" + wrapped(
            "Two edges, real SSH tunnels, a registrar and an XMPP server. After the upgrade Expressway-C refuses the certificate of "
            "a Unified CM node, and the edge configuration ends in 503.") + "\n")
        saves = [lab.path("saves", name) for name in ("before.json", "after.json")]
        lab.backend.say = {}
        for save in saves:
            argv = lab.login("--user", "alice", "--password-file", lab.secret("password"), "--sip", "--xmpp", "--save", save)
            print("$ " + command_text([shown(edgeprobe)] + argv) + "\n", flush=True)
            out = subprocess.run([edgeprobe] + argv, check=False, stdout=subprocess.PIPE, text=True).stdout
            print(out.partition("\n  +--------+")[0] + "\n(…)\n", flush=True)
            lab.backend.say = {"edge-config": {"status": 503, "server": "CE_C ECS"}}
        print("$ " + command_text([shown(edgeprobe), "diff"] + saves) + "\n", flush=True)
        return subprocess.run([edgeprobe, "diff"] + saves, check=False).returncode == 2


def keep_running(lab, edgeprobe):
    names = lab.names()
    say("lab: still running; in another terminal, for example:\n")
    run = [shown(edgeprobe)] + lab.command()
    edge = next(iter(lab.edges.values()))
    host, resolver = lab.address(edge.spec["address"]), names["resolver"].split(",")[0]
    for argv in (run + ["-v"], run + ["--format", "json"],
                 ["openssl", "s_client", "-connect", f"{host}:8443", "-servername", edge.host, "-CAfile", names["trust"]],
                 ["dig", "-p", resolver.rpartition(":")[2], "@" + resolver.rpartition(":")[0],
                  f"_collab-edge._tls.{lab.domain}", "SRV"]):
        say(command_text(argv) + "\n")
    say("lab: ^C stops it")
    try:
        while all(p.is_alive() for p in lab.processes):
            time.sleep(0.5)
        say("lab: a server ended by itself")
    except KeyboardInterrupt:
        say("")


def main():
    parser = argparse.ArgumentParser(description="Show edgeprobe against a lab of real servers.")
    parser.add_argument("--keep", action="store_true", help="leave the servers running until ^C")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--edgeprobe")
    parser.add_argument("scenario", nargs="*", help="default: zone-up-ssh-down, healthy, demo-broken")
    arguments = parser.parse_args()
    if arguments.list:
        for name in scenario_names():
            print(f"{name:32} {scenario_load(name)['title']}")
        return 0
    unknown = set(arguments.scenario) - set(scenario_names())
    if unknown:
        parser.error(f"no scenario '{sorted(unknown)[0]}'; demo.py --list shows what there is")
    terminate_on_signal()
    edgeprobe = edgeprobe_path(arguments.edgeprobe)
    if not os.access(edgeprobe, os.X_OK):
        parser.error(f"{edgeprobe} is not there: build it first (make)")
    keys = keys_for_run()
    good = True
    with tempfile.TemporaryDirectory(prefix="edgeprobe-demo-") as folder:
        broken = os.path.join(folder, "broken.json")
        for name in arguments.scenario or ["zone-up-ssh-down", "healthy"]:
            good = demonstrate(name, edgeprobe, keys, arguments.keep, None) and good
        if not arguments.scenario:
            good = demonstrate_renewal(edgeprobe, keys) and good
            capture_show(edgeprobe)
            good = bundle_show(edgeprobe, keys) and good
            good = login_show(edgeprobe, keys) and good
            good = demonstrate("demo-broken", edgeprobe, keys, arguments.keep, broken) and good
            first_screen(edgeprobe, broken)
    return 0 if good else 1


if __name__ == "__main__":
    try:
        run_main(main)
    except servers.Missing as missing:
        sys.exit(f"demo: {missing}")
