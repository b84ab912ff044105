#!/usr/bin/python3 -B
"""What could a stranger's code do that got into edgeprobe? It stands in the process (attempts.c), and tries, in every
command: starting programs, writing elsewhere, touching other processes; and what must go on to work works.

    run.py [--edgeprobe PATH] [COMMAND…]

Skipped as far as the kernel has no seccomp or no Landlock."""

import contextlib
import errno
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TESTS, "lab"), os.path.join(TESTS, "bundle")]

import maker  # noqa: E402
from lab import keys_for_run  # noqa: E402
from launch import PATIENCE, is_sanitized  # noqa: E402
from suite import chosen, command_line, run_each, run_main, say, skip_all, tally  # noqa: E402
from pki import Pki  # noqa: E402

REFUSED = {errno.EPERM, errno.EACCES, errno.EXDEV}
BY_LANDLOCK = {"make", "write", "append", "truncate", "mkdir", "symlink", "mkfifo", "rename", "unlink", "temporary", "signal"}
BY_SECCOMP = {"chmod", "chown", "xattr", "times", "fork", "clone3", "trace", "packets", "type", "mount", "unshare",
              "execveat", "exec"}
SINCE = {"truncate": 3, "signal": 6}  # ABI of Landlock
LISTEN_PORT = 7401
OTHER_ERRNO = {"clone3": errno.ENOSYS, "packets": errno.EAFNOSUPPORT}


class Place:
    def __init__(self, edgeprobe, top):
        self.edgeprobe, self.top = edgeprobe, top
        self.here, self.elsewhere = self.at("here"), self.at("elsewhere")
        self.library = self.at("attempts.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.library, os.path.join(HERE, "attempts.c")], check=True)
        told = subprocess.run([edgeprobe, "version", "-v"], capture_output=True, text=True, check=True).stdout
        abi = re.search(r"ABI (\d+)", told)
        self.abi = int(abi.group(1)) if abi else 0
        self.has_seccomp = "starts no program" in told
        self.told = told

    def at(self, *names):
        return os.path.join(self.top, *names)

    def fresh(self):
        for folder in (self.here, self.elsewhere):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
        with open(os.path.join(self.elsewhere, "there"), "w", encoding="utf-8") as out:
            out.write("as it was\n")

    def start(self, arguments, tell):
        return subprocess.Popen([self.edgeprobe] + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, pass_fds=[tell], text=True,
                                env={**os.environ, "LC_ALL": "C.UTF-8", "LD_PRELOAD": self.library, "EDGEPROBE_TELL": str(tell),
                                     "EDGEPROBE_HERE": self.here, "EDGEPROBE_ELSEWHERE": self.elsewhere,
                                     "XDG_CACHE_HOME": self.at("cache")})

    def run(self, arguments, during=None):
        """(problems, what was tried)"""
        self.fresh()
        with tempfile.TemporaryFile("w+") as tell:
            child = self.start(arguments, tell.fileno())
            try:
                if during is not None:
                    during(child)
                _, err = child.communicate(timeout=30 * PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.communicate()
                return ["did not end"], {}
            tell.seek(0)
            tried = {what: int(number) for what, number in (line.split() for line in tell)}
        problems = [] if child.returncode in (0, 1, 2, 3) else [f"status {child.returncode}: {err[-300:]}"]
        return problems + ([] if "end" in tried else [f"not all was tried: {err[-300:]}"]), tried

    def wanted(self):
        out = {what for what in BY_LANDLOCK if self.abi >= SINCE.get(what, 1)}
        return out | (BY_SECCOMP if self.has_seccomp else set())

    def judge(self, tried):
        problems = []
        for what in sorted(self.wanted()):
            allowed = {OTHER_ERRNO[what]} if what in OTHER_ERRNO else REFUSED
            if tried.get(what) not in allowed:
                problems.append(f"{what}: errno {tried.get(what)}, wanted {sorted(allowed)}")
        problems += [f"{what}: errno {number}, must work" for what, number in tried.items() if what[:4] == "may-" and number]
        if self.abi and os.listdir(self.elsewhere) != ["there"]:
            problems.append(f"elsewhere there is {os.listdir(self.elsewhere)}")
        return problems


def scrape(child):
    """The exporter is asked once, and then told to end."""
    where = child.stderr.readline().split()[-1]
    with contextlib.suppress(OSError):
        with urllib.request.urlopen(where + "probe?target=example.com", timeout=20) as answer:
            answer.read()
    child.send_signal(signal.SIGTERM)


def call(child):
    """Somebody dials in, as soon as it listens."""
    child.stderr.readline()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", LISTEN_PORT), 5) as plain:
        with context.wrap_socket(plain) as secure:
            secure.recv(1)


def commands(place):
    """name: (arguments, what happens while it runs, files that must be there afterwards)"""
    here = lambda name: os.path.join(place.here, name)  # noqa: E731
    pair = maker.Pair(Pki(keys_for_run(), maker.KINDS))
    bundle, pem = pair.e.write(place.at("e.tar.gz")), place.at("c.pem")
    targets, log = place.at("targets.yaml"), place.at("box.log")
    for path, text in ((targets, "targets:\n  - {domain: example.com}\n"), (log, "2026-11-21T10:00:00+00:00 e tvcs: Event=\"x\"\n")):
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    with open(pem, "w", encoding="utf-8") as out:
        out.write(next(iter(pair.pki.authorities.values())).pem)
    capture = os.path.join(os.path.dirname(TESTS), "captures", "zone-up", "capture.pcap")
    save = place.at("save.json")
    subprocess.run([place.edgeprobe, "cert", pem, "--save", save], stdout=subprocess.DEVNULL, check=False)
    quick = ["--resolver", "127.0.0.1:9", "--timeout", "0.5", "--deadline", "2", "--no-progress"]
    told = ["-o", here("report")]
    live = quick + told + ["--save", here("save.json"), "--record", here("record.pcapng")]
    both = ["report", "save.json", "record.pcapng"]
    return {
        "check": (["check", "example.com"] + live, None, both),
        "zone": (["zone", "--peer-address", "127.0.0.1:9"] + live, None, both),
        "login": (["login", "example.com"] + live, None, both),
        "ciphers": (["ciphers", "127.0.0.1:9"] + live, None, both),
        "revocation": (["revocation", "127.0.0.1:9"] + live, None, both),
        "listen": (["listen", "--listen", f"127.0.0.1:{LISTEN_PORT}"] + live[2:], call, both),
        "monitor": (["monitor", "-f", targets, "--format", "html", "--changes", here("state.db")] + quick + told, None,
                    ["report", "state.db"]),
        "exporter": (["monitor", "-f", targets, "--listen", ":0", "--changes", here("state.db")] + quick[:-1], scrape,
                     ["state.db"]),
        "capture": (["capture", capture, "--export", here("certs"), "--save", here("save.json")] + told, None,
                    ["report", "save.json", "certs"]),
        "bundle": (["bundle", bundle, "--write-deployment", here("deployment.yaml")] + told, None, ["report", "deployment.yaml"]),
        "cert": (["cert", pem] + told, None, ["report"]),
        "renew": (["renew", "--old", pem, "--new", pem, "--role", "expressway-e"] + told, None, ["report"]),
        "diff": (["diff", save, save] + told, None, ["report"]),
        "replay": (["replay", save] + told, None, ["report"]),
        "explain": (["explain", "--log-file", log] + told, None, ["report"]),
    }


def try_one(place, how):
    arguments, during, made = how
    problems, tried = place.run(arguments, during)
    missing = [file for file in made if not os.path.exists(os.path.join(place.here, file))]
    return problems + place.judge(tried) + ([f"not written: {missing}"] if missing else [])


def main():
    arguments = command_line("Try what a stranger's code in edgeprobe could do.")
    with tempfile.TemporaryDirectory(prefix="edgeprobe-confine-") as top:
        if is_sanitized(arguments.edgeprobe):
            return skip_all("built with sanitizers")
        place = Place(arguments.edgeprobe, top)
        say(place.told.strip())
        if not place.wanted():
            return skip_all("this kernel has neither")
        tests = [(name, lambda how=how: try_one(place, how)) for name, how in commands(place).items()]
        return tally(run_each(chosen(arguments, tests)))


if __name__ == "__main__":
    run_main(main)
