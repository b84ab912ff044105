#!/usr/bin/python3 -B
"""What is said where no way leads? Two network namespaces of our own, a router between them that answers for addresses that it
cannot reach with ICMP's "host unreachable", and edgeprobe on this side of it.

    run.py [--edgeprobe PATH] [name …]"""

import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

from launch import Run, patient  # noqa: E402
from suite import run_main, run_tests, skip_all  # noqa: E402

INSIDE = "EDGEPROBE_ROUTES_INSIDE"  # set once we are in a namespace
HERE_ADDRESS, ROUTER, GONE, NO_ROUTE = "198.51.100.2", "198.51.100.1", "192.0.2.9", "203.0.113.9"
EDGE = "expe1.example.com"
DEPLOYMENT = f"""domains: [example.com]
features: [mra, acme]
expressway-e:
  nodes: [{{name: {EDGE}, address: {GONE}}}]
"""


def commands(*lines):
    for line in lines:
        subprocess.run(line.split(), check=True)


def router_start():
    """A namespace beyond the link; it ends with the process that is returned."""
    router = subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE)
    ours = os.readlink("/proc/self/ns/net")
    while os.readlink(f"/proc/{router.pid}/ns/net") == ours:
        time.sleep(0.01)
    commands("ip link set lo up", "ip link add here type veth peer name there", f"ip link set there netns {router.pid}",
             f"ip addr add {HERE_ADDRESS}/24 dev here", "ip link set here up")
    beyond = f"nsenter -t {router.pid} -n "
    commands(beyond + f"ip addr add {ROUTER}/24 dev there", beyond + "ip link set there up", beyond + "ip link set lo up",
             beyond + "ip route add unreachable 192.0.2.0/24", f"ip route add 192.0.2.0/24 via {ROUTER}")
    forwards = "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/icmp_ratelimit"
    subprocess.run([*beyond.split(), "sh", "-c", forwards], check=True)
    return router


def report_of(context, *arguments):
    run = Run([context["edgeprobe"], "check"] + patient([*arguments, "--vantage", "lab", "--timeout", "5", "--deadline", "15"])
              + ["--format", "json", "--no-progress"])
    return run.trouble(), json.loads(run.out)


def wanted(report, *rows):
    found = {(f["check"], f["subject"], f["status"], f["cause"]) for f in report["findings"]}
    return [f"no {' '.join(map(str, row))}" for row in rows if row not in found] and [
        f"wanted {rows}", *(str(row) for row in sorted(found, key=str) if row[2] not in ("pass", "skip"))]


def states(report):
    return {e["tcp"]["state"] for e in report["evidence"]["endpoints"]}


def test_router_says_so(context):
    problems, report = report_of(context, f"{EDGE}:8443", "--connect-to", f"::{GONE}:")
    return problems + wanted(report, ("net.connect", f"{EDGE}:8443", "fail", "unreachable")) + (
        [] if states(report) == {"unreachable"} else [f"states {states(report)}"])


def test_deployment(context):
    """There is no route to the resolver."""
    file = os.path.join(context["folder"], "deployment.yaml")
    with open(file, "w", encoding="utf-8") as out:
        out.write(DEPLOYMENT)
    problems, report = report_of(context, "-f", file, "--resolver", f"{NO_ROUTE}:53")
    dns = {q["state"] for q in report["evidence"]["dns"]}
    return problems + wanted(report, ("net.connect", f"{EDGE}:8443", "fail", "unreachable"),
                             ("net.acme-http", f"{EDGE}:80", "warn", "unreachable")) + (
        [] if dns == {"unreachable"} else [f"the resolver's answers are {dns}"])


def test_no_route(context):
    """This host's own lack says nothing about the other side."""
    problems, report = report_of(context, f"{EDGE}:8443", "--connect-to", f"::{NO_ROUTE}:")
    return problems + wanted(report, ("net.connect", f"{EDGE}:8443", "unknown", None)) + (
        [] if states(report) == {"error"} else [f"states {states(report)}"])


TESTS = {"router-says-so": test_router_says_so, "deployment": test_deployment, "no-route": test_no_route}


def main():
    if not os.environ.get(INSIDE):
        own = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
        if subprocess.run(own + ["true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            return skip_all("no network namespace may be made here", len(TESTS))
        os.environ[INSIDE] = "1"
        os.execvp("unshare", own + [sys.executable, "-B", os.path.abspath(__file__), *sys.argv[1:]])
    router = router_start()
    try:
        return run_tests("routes", __doc__.split("\n", maxsplit=1)[0], TESTS, lambda edgeprobe, folder: {"edgeprobe": edgeprobe, "folder": folder})
    finally:
        router.terminate()
        router.wait()


if __name__ == "__main__":
    run_main(main)
