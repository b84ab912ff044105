#!/usr/bin/python3 -B
"""What if a path leads to something that is no file, never ends, or is not what it says? One line, soon."""

import os
import socket


def places(context):
    """name: path"""
    folder = context.fresh("bad")
    at = lambda name: os.path.join(folder, name)  # noqa: E731
    os.mkfifo(at("fifo"))
    os.symlink(at("loop"), at("loop"))
    os.symlink("/dev/zero", at("zero-link"))
    os.mkdir(at("empty.d"))
    os.mkdir(at("odd.d"))
    os.mkfifo(os.path.join(at("odd.d"), "a.yaml"))
    os.symlink("/dev/zero", os.path.join(at("odd.d"), "zero"))
    os.symlink("/proc/self/pagemap", os.path.join(at("odd.d"), "pagemap"))
    for name, size in (("sparse", 8 << 30), ("holes", 40 << 20)):
        with open(at(name), "wb") as out:
            out.truncate(size)
    with open(at("empty"), "wb"):
        pass
    with open(at("noise"), "wb") as out:
        out.write(context.random("noise").randbytes(1 << 20))
    with open(at("brackets"), "wb") as out:
        out.write(b"[" * (1 << 20))
    with open(at("commas"), "wb") as out:
        out.write(b"[" + b"1," * (20 << 20))
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(at("socket"))
    names = ["fifo", "loop", "zero-link", "empty.d", "odd.d", "sparse", "holes", "empty", "noise", "brackets", "commas",
             "socket", "missing"]
    return {**{name: at(name) for name in names}, "zero": "/dev/zero", "null": "/dev/null", "full": "/dev/full",
            "random": "/dev/urandom", "pagemap": "/proc/self/pagemap", "mem": "/proc/self/mem", "proc": "/proc/self",
            "long": "x" * 5000}


def uses(context):
    """name: arguments, with {} for the path"""
    short = ["--resolver", "127.0.0.1:9", "--timeout", "1", "--deadline", "1", "--no-progress"]
    pem = context.path("chain.pem")
    return {
        "deployment": ["check", "-f", "{}"] + short,
        "trust": ["check", "example.com", "--trust", "{}"] + short,
        "expect-cert": ["check", "example.com", "--expect-cert", "{}"] + short,
        "client-cert": ["zone", "--peer-address", "127.0.0.1:9", "--client-cert", "{}"] + short,
        "client-key": ["zone", "--peer-address", "127.0.0.1:9", "--client-cert", pem, "--client-key", "{}"] + short,
        "crl-file": ["revocation", "127.0.0.1:9", "--crl-file", "{}"] + short,
        "password-file": ["login", "example.com", "--user", "a", "--password-file", "{}"] + short,
        "targets": ["monitor", "-f", "{}"] + short[:-1],
        "cert": ["cert", "{}"],
        "capture": ["capture", "{}"],
        "keylog": ["capture", pem, "--keylog", "{}"],
        "log-file": ["explain", "--log-file", "{}"],
        "replay": ["replay", "{}"],
        "diff": ["diff", context.save, "{}"],
    }


def attack(context, arguments, bad):
    problems, count = [], 0
    for name, path in bad.items():
        if name == "fifo" and "--deadline" not in arguments:
            continue  # is waited for, a minute long; the others have shown that it ends
        # A log of gigabytes is read to its end, and of a device as much as of a pipe: as fast as it can be read.
        most = 60.0 if "--log-file" in arguments and name in ("sparse", "zero", "zero-link", "random") else 5.0
        done = context.run_measured([path if a == "{}" else a for a in arguments], most + 5)
        problems += [f"{name}: {p}" for p in done.problems(seconds=most)]
        count += 1
    return count, problems, None


def attacks(context):
    bad, all_uses = places(context), uses(context)
    names = list(all_uses) if context.whole else ["trust", "replay"]
    for name in names:
        yield name, lambda a=all_uses[name]: attack(context, a, bad)
