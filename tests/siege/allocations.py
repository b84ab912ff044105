#!/usr/bin/python3 -B
"""What if one request for memory fails? The n-th of a run of each command: the same report, or status 3 and one line."""

import os
import subprocess

import context as siege

HERE = os.path.dirname(os.path.abspath(__file__))
OUT_OF_MEMORY = b"edgeprobe: out of memory\n"


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
    yield "monitor", ["monitor", context.path("targets.txt")] + nowhere[:4]
    yield "live", context.live + ["--no-progress", "--format", "json"]


def library(context):
    path = context.path("fail_alloc.so")
    if not os.path.exists(path):
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", path, os.path.join(HERE, "fail_alloc.c"), "-ldl"],
                       check=True)
    return path


def same(name, plain, done):
    if done.status != plain.status:
        return False
    if name in ("replay", "cert", "log", "diff", "explain", "replay-text", "replay-html"):
        return done.out == plain.out
    try:
        return siege.told(done.out) == siege.told(plain.out)
    except (ValueError, KeyError):
        return name == "monitor"


def attack(context, name, arguments):
    with open(context.edgeprobe, "rb") as binary:
        if b"__asan_init" in binary.read():
            return 0, [], "sanitizers have an allocator of their own"
    preload = {"LD_PRELOAD": library(context), "EDGEPROBE_COUNT": context.path(f"count-{name}")}
    plain = context.run(arguments, environment=preload)
    if plain.status not in (0, 1, 2, 3):
        return 0, plain.problems(), None
    with open(context.path(f"count-{name}"), encoding="ascii") as text:
        asked = int(text.read())
    wanted = min(asked, context.count(4, 300))
    chance = context.random(name)
    numbers = range(1, asked + 1) if wanted == asked else sorted(chance.sample(range(1, asked + 1), wanted))
    problems = []
    for n in numbers:
        done = context.run(arguments, environment={"LD_PRELOAD": preload["LD_PRELOAD"], "EDGEPROBE_FAIL_AT": str(n)})
        if not (done.status == 3 and done.err == OUT_OF_MEMORY) and not same(name, plain, done):
            problems.append(f"allocation {n} of {asked}: status {done.status} (without: {plain.status}), "
                            f"stderr {done.err[-200:]!r}")
    return len(numbers), problems, None


def attacks(context):
    for name, arguments in commands(context):
        yield name, lambda n=name, a=arguments: attack(context, n, a)
