#!/usr/bin/python3 -B
"""What of the messages that others collected to break readers? Each of them as an answer, by the suite of peers; the sample in
`make test` is that suite's own."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(os.path.dirname(HERE), "peers")
ALL = {**os.environ, "EDGEPROBE_REQUESTS_BY": "1"}
COUNT = ("import shared_data as s; c = {'shared-sip-torture': s.sip_scripts, 'shared-dns-answers': s.dns_scripts}"
         "[%r](); print(-1 if c is None else len(c))")


def attack(context, name):
    counted = subprocess.run([sys.executable, "-B", "-c", COUNT % name], cwd=PEERS, env=ALL, capture_output=True, text=True, check=True)
    count = int(counted.stdout)
    if count < 0:
        return 0, [], "the shared data are not there"
    done = subprocess.run([os.path.join(PEERS, "run.py"), "--edgeprobe", context.edgeprobe, name], env=ALL, capture_output=True,
                          text=True, check=False)
    return count, [] if done.returncode == 0 else [done.stdout[-3000:] + done.stderr[-500:]], None


def attacks(context):
    for name in ("shared-sip-torture", "shared-dns-answers") if context.whole else ():
        yield name, lambda n=name: attack(context, n)
