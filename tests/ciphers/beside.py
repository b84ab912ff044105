"""Does an enumeration wait for what it does not need? One Unified CM node answers, another takes connections and says
nothing until the first has been enumerated: who waits for the silent one before asking the other never gets there. Both
put what happens to them into one list, so that the order decides and no clock."""

import json
import threading

import hostile
from launch import Run, patient
from listener import Listener

ENOUGH = 20  # more connections than the story of one endpoint takes
DEPLOYMENT = """release: X15.0
ucm:
  nodes: [{{name: ucm1.example.com, address: "{address}"}}, {{name: ucm2.example.com, address: "{address}"}}]
"""


class Watched(hostile.Proxy):
    """Before the good server: says when it was asked often enough."""

    def __init__(self, address, port, target, events):
        self.events, self.enough = events, threading.Event()
        super().__init__(address, port, target)

    def has_had_enough(self):
        super().has_had_enough()
        self.events.append("asked")
        if self.count >= ENOUGH:
            self.enough.set()
        return False


class Silent:
    """Holds each connection without a word until it may go."""

    def __init__(self, address, port, events, until):
        self.events, self.until = events, until
        self.listener = Listener(address, port, self.hold)

    def hold(self, _):
        self.events.append("taken")
        if self.until.wait(30):
            self.events.append("let go")


def problems_of(events, survey, silent):
    if silent["tls"]["state"] == "timeout" or "let go" not in events:
        return [f"the enumeration waited for the silent node: {events.count('asked')} connections before its time was over"]
    before = events[:events.index("let go")].count("asked")
    out = [] if "taken" in events[:events.index("let go")] else ["nobody was silent"]
    out += [] if before >= ENOUGH - 1 else [f"{before} connections while the other was silent, wanted {ENOUGH}"]
    return out + ([] if survey["complete"] else [f"not complete: {survey['error']}"])


def try_beside(place, edgeprobe, target, port):
    """What is wrong. `target` is the good server, `port` the first of three that are free."""
    events, path = [], f"{place.dir}/beside.yaml"
    with open(path, "w", encoding="utf-8") as out:
        out.write(DEPLOYMENT.format(address=place.address))
    good = Watched(place.address, port, target, events)
    silent = Silent(place.address, port + 1, events, good.enough)
    maps = [f"ucm1.example.com:8443:{place.address}:{port}", f"ucm2.example.com:8443:{place.address}:{port + 1}",
            f"::{place.address}:{port + 2}"]
    try:
        run = Run([edgeprobe, "check", "-f", path, "--vantage", "lab", "--resolver", f"{place.address}:{port + 2}", "--format", "json"]
                  + [word for m in maps for word in ("--connect-to", m)] + patient(["--timeout", "8", "--no-progress"]))
    finally:
        good.stop()
        silent.listener.stop()
    if run.trouble() or not run.out.startswith("{"):
        return run.trouble() or [f"no JSON, status {run.status}: {run.err[-500:]}"]
    evidence = json.loads(run.out)["evidence"]
    ports = {e["id"]: e for e in evidence["endpoints"]}
    if [s["endpoint"] for s in evidence["ciphers"]] != ["ucm1.example.com:8443"]:
        return [f"enumerated: {[s['endpoint'] for s in evidence['ciphers']]}"]
    return problems_of(events, evidence["ciphers"][0], ports["ucm2.example.com:8443"])
