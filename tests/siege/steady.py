#!/usr/bin/python3 -B
"""Does every server of the lab get one answer, however often it is asked and by how many at once? A hundred runs each,
1, 3 and 8 at a time; of these a few in the sample. Configurations of one kind are tests/ciphers' (`run.py --steady N`)."""

import atexit
import threading

import same
from lab import Lab, keys_for_run, merge, scenario_load

CLIENTS = ["expressway-x15.2", "ucm-all-ecdsa-preferred", "ucm-all-rsa-preferred-15su2", "jabber"]

# Java's TLS takes an algorithm only from who offers also that of its certificate's signature, so which are found depends on
# what stood beside them in the questions: all but that list must be the same.
BUT = {"jsse": ("signature_algorithms",)}
ONLY_WHOLE = ("jsse",)  # 20 seconds of a sample's 30

# Who stands where, and how it is asked for its ciphers.
SERVERS = {
    "nginx": (8443, {"server": "nginx", "protocols": ["TLSv1.2"]}, []),
    "kamailio": (5061, {"server": "kamailio"}, []),
    "prosody": (5222, {"server": "prosody"}, ["--starttls", "xmpp", "--xmpp-domain", "example.com"]),
    "apache": (8443, {"server": "apache"}, []),
    "haproxy": (8443, {"server": "haproxy"}, []),
    "haproxy-limit": (8443, {"server": "haproxy", "limit": 3}, []),
    "traffic": (8443, {"server": "traffic"}, []),
    "ejabberd": (5269, {"server": "ejabberd"}, ["--starttls", "xmpp-server", "--xmpp-domain", "example.com"]),
    "jsse": (8443, {"server": "jsse"}, []),
}


def scenario():
    edges = {}
    for number, (name, (port, spec, _)) in enumerate(SERVERS.items()):
        host = name + ".{domain}"
        names = {"names": [host, "{domain}"]}
        edges[name] = {"host": host, "address": f"1.{number + 10}", "ports": {port: spec},
                       "certificates": {"rsa": {"key": "rsa", "key_name": "expe1", **names},
                                        "ecdsa": {"key": "ecdsa", **names}}}
    out = scenario_load("healthy")
    out["model"] = merge(out["model"], {"edges": {"expe1": None, "expe2": None, **edges}})
    return out


class Place:
    """The one lab with all of them, from the first that is asked to the end of the run."""

    def __init__(self):
        self.lab, self.lock = None, threading.Lock()

    def get(self):
        with self.lock:
            if self.lab is None:
                self.lab = Lab(scenario(), keys_for_run())
                self.lab.__enter__()
                atexit.register(self.lab.stop)
            return self.lab


def attack(context, place, name):
    lab = place.get()
    port, _, how = SERVERS[name]
    edge = lab.edges[name]
    argv = [context.edgeprobe, "ciphers", f"{edge.host}:{port}", "--connect-to", f"::{edge.addresses({})[0]}:", "--vantage", "lab",
            "--trust", lab.names()["trust"]] + how + [word for client in CLIENTS for word in ("--client", client)]
    times = context.count(3, 100)
    return times, same.compare(argv, times, same.AT_ONCE if context.whole else (1, 3), BUT.get(name, ())), None


def attacks(context):
    place = Place()
    for name in SERVERS if context.whole else [n for n in SERVERS if n not in ONLY_WHOLE]:
        yield name, lambda n=name: attack(context, place, n)
