#!/usr/bin/python3 -B
"""What stands behind one scenario? A whole edge made of real servers on loopback, in a temporary directory.

    with Lab(scenario_load("healthy")) as lab:
        lab.command()            the edgeprobe arguments of the scenario

Every lab takes a 127.N network of its own, so several run side by side; the product's port numbers are real.
Nothing outside the work directory is written; the servers end with the `with` block, with ^C, and with us."""

import copy
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

import yaml

import other_servers
import servers
import sources
from pki import KeyStore, Pki, write

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
SCENARIOS = os.path.join(HERE, "scenarios")
LOCK_PORT = 40999  # held on 127.N.255.254 as long as the network is ours
USUAL_KEYS = ["ca-root", "ca-issuing", "leaf-expe1", "leaf-expe2"]  # RSA, slow to make: before all else


def edgeprobe_path(given=None):
    """--edgeprobe, else the environment's EDGEPROBE, else the one just built."""
    return os.path.abspath(given or os.environ.get("EDGEPROBE") or os.path.join(PROJECT, "edgeprobe"))


def merge(base, change):
    """Mappings are merged key by key, all else is replaced; a null in the change removes."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return copy.deepcopy(change)
    out = copy.deepcopy(base)
    for key, value in change.items():
        out[key] = merge(out[key], value) if key in out else copy.deepcopy(value)
    return out


def fill(value, names):
    """{name} in every text, keys too."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, list):
        return [fill(v, names) for v in value]
    if isinstance(value, dict):
        return {fill(k, names): fill(v, names) for k, v in value.items()}
    return value


def scenario_names():
    return sorted(name[:-5] for name in os.listdir(SCENARIOS) if name.endswith(".yaml"))


def scenario_load(name):
    """The base with the scenario's `change` merged over it; the rest (title, story, expected) beside it."""
    with open(os.path.join(HERE, "base.yaml"), encoding="utf-8") as text:
        base = yaml.safe_load(text)
    with open(os.path.join(SCENARIOS, name + ".yaml"), encoding="utf-8") as text:
        scenario = yaml.safe_load(text)
    scenario["name"] = name
    for parent in scenario.get("like", []):
        base = merge(base, scenario_change(parent))
    scenario["model"] = merge(base, scenario.get("change") or {})
    return scenario


def scenario_change(name):
    with open(os.path.join(SCENARIOS, name + ".yaml"), encoding="utf-8") as text:
        return yaml.safe_load(text).get("change") or {}


class Network:
    """A 127.N that nobody else's lab uses: a bound socket is the lock. EDGEPROBE_LAB_NET: the two numbers of a
    network that is this lab's alone, such as one behind a link."""

    def __init__(self):
        if "EDGEPROBE_LAB_NET" in os.environ:
            self.lock, self.prefix = socket.socket(), os.environ["EDGEPROBE_LAB_NET"]
            return
        choice = list(range(32, 250))
        random.shuffle(choice)
        for n in choice:
            lock = socket.socket()
            try:
                lock.bind((f"127.{n}.255.254", LOCK_PORT))
                self.lock, self.prefix = lock, f"127.{n}"
                return
            except OSError:
                lock.close()
        raise RuntimeError("no free loopback network: too many labs run")

    def close(self):
        self.lock.close()


class Edge:
    def __init__(self, lab, name, spec):
        self.lab, self.name, self.host, self.spec = lab, name, spec["host"], spec
        self.ports = {int(p): s for p, s in spec.get("ports", {}).items() if s}
        self.leaves, self.staple_file = [], None

    def addresses(self, port_spec):
        given = port_spec.get("addresses") or self.spec.get("addresses") or [self.spec["address"]]
        return [self.lab.address(a) for a in given]

    def make_certificates(self):
        for label, spec in self.spec["certificates"].items():
            if spec is None:
                continue
            spec = dict(spec, key_name=spec.get("key_name", self.name))
            leaf = self.lab.pki.leaf(self.host, spec)
            leaf.sent_file, leaf.key_file = (self.lab.path("certs", f"{self.name}-{label}.{end}") for end in ("pem", "key"))
            write(leaf.sent_file, leaf.sent_pem, 0o644)
            write(leaf.key_file, leaf.key_pem, 0o600)
            self.leaves.append(leaf)
        if self.spec.get("staple"):
            self.staple_file = self.lab.path("certs", self.name + ".ocsp")


class Lab:
    def __init__(self, scenario, keys=None, progress=None):
        self.scenario, self.progress = scenario, progress or (lambda text: None)
        self.pki = Pki(keys, scenario["model"].get("authorities"))
        self.processes, self.network, self.work = [], None, None
        self.ip6_lock = None

    # ---- places ----

    def address(self, text):
        """'1.1' is {net}.1.1; whole addresses stay."""
        text = str(text)
        return text if text.count(".") == 3 or ":" in text else f"{self.network.prefix}.{text}"

    def path(self, *parts):
        path = os.path.join(self.work, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def folder(self, name):
        os.makedirs(os.path.join(self.work, name), exist_ok=True)
        return os.path.join(self.work, name)

    def trust_file(self, *names):
        return self.trust_named("-".join(names) + ".pem", names)

    def trust_named(self, file, names):
        path = self.path("trust", file)
        part = f"{path}.{threading.get_ident()}"
        write(part, self.pki.bundle(names), 0o644)
        os.replace(part, path)  # who reads it meanwhile reads all of it
        return path

    def resolver(self, name):
        spec = self.model["dns"][name]
        return f"{self.address(spec['address'])}:{spec.get('port', 5353)}"

    def names(self):
        """What {…} stands for in commands and expectations."""
        m = self.model
        return {"net": self.network.prefix, "domain": self.domain, "work": self.work,
                **sources.names(m, self.network.prefix),
                "trust": self.trust_named("clients.pem", m["trust"]),
                "resolver": ",".join(self.resolver(name) for name in m["resolvers"])}

    # ---- life ----

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *unused):
        self.stop()

    def start(self):
        self.network = Network()
        self.work = tempfile.mkdtemp(prefix="edgeprobe-lab-")
        model = self.scenario["model"]
        self.domain = model["domain"]
        self.model = fill(model, {"net": self.network.prefix, "domain": self.domain,
                                  **sources.names(model, self.network.prefix)})
        self.pki.kinds = self.model.get("authorities") or {}
        if self.scenario.get("exclusive") == "ipv6":
            self.take_ip6()
        self.edges = {name: Edge(self, name, spec) for name, spec in self.model["edges"].items() if spec}
        for edge in self.edges.values():
            edge.make_certificates()
        sources.staples(self)
        self.write_files()
        self.processes = self.plan()
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{servers.NOBODY}:{servers.NOBODY}", self.work], check=True)
        for process in self.processes:
            process.start()
        self.progress("starting " + ", ".join(p.name for p in self.processes))
        servers.wait_ready(self.processes, 20)
        self.progress(f"ready on {self.network.prefix}.0.0/16")

    def take_ip6(self):
        """::1 is one for the whole machine: labs that need it, or need it dead, go one after the other."""
        if not servers.has_ipv6():
            raise servers.Missing("this machine has no IPv6 loopback address")
        self.ip6_lock = socket.socket(socket.AF_INET6)
        deadline = servers.time.monotonic() + 60
        while True:
            try:
                self.ip6_lock.bind(("::1", LOCK_PORT))
                return
            except OSError:
                if servers.time.monotonic() > deadline:
                    raise
                servers.time.sleep(0.1)

    def plan(self):
        """Which server processes this lab needs, each with its configuration written."""
        ports = [(edge, port, spec) for edge in self.edges.values() for port, spec in edge.ports.items()]
        by_server = {}
        for edge, port, spec in ports:
            by_server.setdefault(spec["server"], []).append((edge, port, spec))
        unknown = set(by_server) - {"nginx", "kamailio", "prosody", "sshd", "apache", "haproxy", "traffic", "ejabberd", "jsse"}
        if unknown:
            raise ValueError(f"no such server in the lab: {unknown}")
        out = [servers.knot(self, name, spec) for name, spec in self.model["dns"].items() if spec]
        if "prosody" in by_server:
            out += [servers.prosody(self, *port) for port in by_server["prosody"]]
        for edge in {id(port[0]): port[0] for port in by_server.get("ejabberd", [])}.values():
            out.append(other_servers.ejabberd(self, edge, [port for port in by_server["ejabberd"] if port[0] is edge]))
        for name, make in (("kamailio", servers.kamailio), ("nginx", servers.nginx), ("sshd", servers.sshd),
                           ("apache", other_servers.apache), ("haproxy", other_servers.haproxy),
                           ("traffic", other_servers.traffic_server), ("jsse", other_servers.jsse)):
            if name in by_server:
                out.append(make(self, by_server[name]))
        return out + sources.plan(self)

    def write_files(self):
        """Certificates, trust lists and other files that the scenario's command line names."""
        for name, spec in (self.model.get("leaves") or {}).items():
            leaf = self.pki.leaf(spec.get("host", name), dict(spec, key_name=spec.get("key_name", "expe1")))
            write(self.path("files", name), leaf.sent_pem, 0o644)
            key = leaf.key_pem if spec.get("key_newline", True) else leaf.key_pem.rstrip("\n")
            write(self.path("files", name + ".key"), key, 0o600)
        for name, cas in (self.model.get("trust_lists") or {}).items():
            write(self.path("files", name), self.pki.bundle(cas), 0o644)
        for edge in self.edges.values():
            write(self.path("files", f"{edge.name}.pem"), edge.leaves[0].sent_pem, 0o644)
        for name, content in (self.model.get("files") or {}).items():
            text = fill(content, {"work": self.work})
            if not isinstance(text, str):
                text = yaml.safe_dump(text, allow_unicode=True, sort_keys=False)
            write(self.path("files", name), text, 0o644)

    def stop(self):
        if self.processes:
            servers.stop_all(self.processes)
            self.processes = []
        if self.work and not os.environ.get("EDGEPROBE_LAB_KEEP_FILES"):
            shutil.rmtree(self.work, ignore_errors=True)
        for held in (self.network, self.ip6_lock):
            if held is not None:
                held.close()
        self.network = self.ip6_lock = None

    def command(self):
        """The scenario's edgeprobe arguments, ready to run."""
        model = self.model
        command = list(model["command"]) + list(model.get("options") or [])
        return fill(command, self.names())


def keys_for_run():
    """RSA keys shared by all labs of one run: made once, side by side."""
    keys = KeyStore()
    keys.warm(USUAL_KEYS)
    return keys


def terminate_on_signal():
    """SIGTERM ends us like ^C does, so that `with Lab()` stops its servers."""
    import signal

    def stop(number, frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


if __name__ == "__main__":
    sys.exit("lab.py is a library: see run.py and demo.py")
