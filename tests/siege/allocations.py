#!/usr/bin/python3 -B
"""What if one request for memory fails? The n-th of a run of each command: the same report, or status 3 and one line."""

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import threading

import context as siege

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), "bundle"))

import maker  # noqa: E402
from lab import keys_for_run  # noqa: E402
from pki import Pki  # noqa: E402

CAPTURES = os.path.join(os.path.dirname(os.path.dirname(HERE)), "captures")
LISTEN_PORT = 7402
WHOLE, WHOLE_OF = 300, {"ciphers": 40}  # which waits a second between its questions
OUT_OF_MEMORY, LISTENS = b"edgeprobe: out of memory\n", b"edgeprobe: listening on "


def commands(context):
    pem = context.path("chain.pem")
    nowhere = ["--resolver", "127.0.0.1:9", "--timeout", "1", "--no-progress", "--format", "json"]
    yield "replay", ["replay", context.save, "--format", "json"]
    yield "replay-text", ["replay", context.save]
    yield "replay-html", ["replay", context.save, "--format", "html"]
    yield "cert", ["cert", pem, "--format", "json"]
    yield "diff", ["diff", context.save, context.save]
    yield "explain", ["explain"]
    yield "log", ["explain", "--log-file", context.path("box.log"), "--format", "json"]
    yield "check", ["check", "example.com"] + nowhere
    yield "zone", ["zone", "--peer-address", "127.0.0.1:9", "--no-revocation"] + nowhere
    yield "ciphers", ["ciphers", "127.0.0.1:9"] + nowhere
    yield "revocation", ["revocation", "127.0.0.1:9"] + nowhere
    yield "monitor", ["monitor", "-f", context.path("targets.yaml")] + nowhere[:-2]
    yield "changes", ["monitor", "-f", context.path("targets.yaml"), "--changes", context.path("state.db")] + nowhere[:-2]
    yield "listen", ["listen", "--listen", f"127.0.0.1:{LISTEN_PORT}", "--deadline", "5"] + nowhere[2:]
    yield "login", ["login"] + context.live[1:] + ["--no-progress", "--format", "json"]
    yield "renew", ["renew", "--old", pem, "--new", pem, "--role", "expressway-e", "--format", "json"]
    yield "capture", ["capture", os.path.join(CAPTURES, "zone-up", "capture.pcap"), "--format", "json"]
    yield "bundle", ["bundle", bundle(context), "--format", "json"]
    yield "live", context.live + ["--no-progress", "--format", "json", "--save", context.path("again.json"),
                                  "--record", context.path("again.pcapng")]


def bundle(context):
    path = context.path("e.tar.gz")
    return path if os.path.exists(path) else maker.Pair(Pki(keys_for_run(), maker.KINDS)).e.write(path)


def own_certificate(context):
    """Certificate and key in one file."""
    path = context.path("caller.pem")
    if not os.path.exists(path):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=expc.example.local",
                        "-days", "30", "-keyout", path + ".key", "-out", path], stderr=subprocess.DEVNULL, check=True)
        with open(path, "a", encoding="ascii") as both, open(path + ".key", encoding="ascii") as key:
            both.write(key.read())
    return path


def call(certificate, stopped):
    """Somebody dials in as soon as `listen` listens. With a certificate, so that one call is all that it waits for: how many
    others get through before its deadline, and what they make it allocate, is a matter of the machine's load."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(certificate)
    while not stopped.wait(0.02):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", LISTEN_PORT), 2) as plain:
            with context.wrap_socket(plain) as secure:
                secure.recv(1)


@contextlib.contextmanager
def surroundings(context, name):
    stopped = threading.Event()
    if name == "listen":
        threading.Thread(target=call, args=(own_certificate(context), stopped), daemon=True).start()
    yield
    stopped.set()


def run(context, name, arguments, environment):
    """As if it were the first time; the line that tells that `listen` listens is none of its complaints."""
    for file in [f for f in os.listdir(context.folder) if name == "changes" and f.startswith("state.db")]:
        os.remove(context.path(file))
    done = context.run(arguments, environment=environment)
    done.err = b"".join(line for line in done.err.splitlines(True) if not line.startswith(LISTENS))
    return done


def library(context):
    path = context.path("fail_alloc.so")
    if not os.path.exists(path):
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", path, os.path.join(HERE, "fail_alloc.c"), "-ldl"],
                       check=True)
    return path


def same(name, plain, done):
    if done.status != plain.status:
        return False
    if name in ("replay", "log", "diff", "explain", "replay-text", "replay-html"):
        return done.out == plain.out
    try:
        return siege.told(done.out) == siege.told(plain.out)
    except ValueError:
        return name in ("monitor", "changes")  # another form; the status is the verdict


def attack(context, name, arguments):
    with open(context.edgeprobe, "rb") as binary:
        if b"__asan_init" in binary.read():
            return 0, [], "sanitizers have an allocator of their own"
    preload = {"LD_PRELOAD": library(context), "EDGEPROBE_COUNT": context.path(f"count-{name}")}
    plain = run(context, name, arguments, preload)
    if plain.status not in (0, 1, 2, 3):
        return 0, plain.problems(), None
    with open(context.path(f"count-{name}"), encoding="ascii") as text:
        asked = int(text.read())
    wanted = min(asked, context.count(4, WHOLE_OF.get(name, WHOLE)))
    chance = context.random(name)
    numbers = range(1, asked + 1) if wanted == asked else sorted(chance.sample(range(1, asked + 1), wanted))
    problems = []
    for n in numbers:
        done = run(context, name, arguments, {"LD_PRELOAD": preload["LD_PRELOAD"], "EDGEPROBE_FAIL_AT": str(n)})
        if not (done.status == 3 and done.err == OUT_OF_MEMORY) and not same(name, plain, done):
            problems.append(f"allocation {n} of {asked}: status {done.status} (without: {plain.status}), "
                            f"stderr {done.err[-200:]!r}")
    if context.whole or plain.status == 3:
        siege.note(f"{name}: status {plain.status}, {asked} allocations")
    return len(numbers), problems, None


def attacks(context):
    library(context)
    for name, arguments in commands(context):
        def struck(name=name, arguments=arguments):
            with surroundings(context, name):
                return attack(context, name, arguments)
        yield name, struck
