#!/usr/bin/python3 -B
"""Can what the pages tell people to type be typed? Every command of README.md, docs/*.md and the manual runs as it stands there,
in the page's order and in one folder a page, so that a page must make what it uses; where it shows an answer, that is today's. So
do the examples of each --help, the commands in the catalogue's guidance, and each `Next:` of the saves in tests/unit/runs.

commands.yaml says what a command needs. `edgeprobe` on the PATH adds what leads to the lab, as a user's own options would.

    run.py [--edgeprobe PATH] [--jobs N] [TEST…]        tests are pages, and the functions below"""

import contextlib
import glob
import gzip
import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
for beside in ("bundle", "lab", "login"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), beside))

import kit  # noqa: E402
import pages  # noqa: E402
import servers  # noqa: E402
from lab import PROJECT, fill  # noqa: E402
from launch import SURROUNDINGS, TIMEOUT  # noqa: E402
from suite import command_line, run_each, run_main, skip_all, tally  # noqa: E402

COMMANDS = ("check", "zone", "listen", "login", "ciphers", "revocation", "cert", "renew", "monitor", "diff", "capture",
            "bundle", "replay", "explain")
# Commands that meet somebody: they get what leads to the lab.
LIVE = ("check", "zone", "login", "ciphers", "revocation", "monitor")
BAD = 3
FEW = 1 if os.environ.get("EDGEPROBE_DOCS_ALL") else 5  # of the saves, whose Next is run
VERDICT = r"^(PASS|WARN|FAIL|UNKNOWN|AT RISK)\b"
# What the answer of a command must have, when the page shows none.
FITS = {"check": VERDICT, "zone": VERDICT, "login": VERDICT, "revocation": VERDICT, "replay": VERDICT, "capture": r"connection",
        "bundle": r"bundle", "ciphers": r"TLSv1\.2|TLS 1\.2", "cert": VERDICT, "renew": r"plan|Plan|renew", "monitor": r".", "diff": r"^(SAME|CHANGED|BETTER|WORSE)\b"}
# What differs from run to run in what a page shows.
VARIES = [(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"), (r"\d{4}-\d\d-\d\d", "DATE"), (r", \d+\.\d s\b", ""),
          (r"--(resolver|vantage|timeout|trust|connect-to)=\S+ ?", "")]


WRAPPER = """#!/bin/sh
given=" $* "
case $1 in {live}) ;; *) exec {edgeprobe} "$@" ;; esac
case $given in *" --help "* | *" --history "* | *" --list-profiles "* | *" --server-profile "*) exec {edgeprobe} "$@" ;; esac
case $given in *" --offline "*) ;; *) set -- "$@" {ways} ;; esac
case $given in *" --trust "*) ;; *) set -- "$@" --trust {trust} ;; esac
case $given in *" --vantage "*) ;; *) set -- "$@" --vantage lab ;; esac
exec {edgeprobe} "$@"
"""


def plain(lines):
    """Words alone: the options that lead to the lab move the breaks of a line."""
    text = " ".join(" ".join(lines).split()) + " "
    for pattern, instead in VARIES:
        text = re.sub(pattern, instead, text)
    return text.strip()


class Place:
    def __init__(self, edgeprobe, labs, top):
        self.edgeprobe, self.labs, self.top = edgeprobe, labs, top
        with open(os.path.join(HERE, "commands.yaml"), encoding="utf-8") as file:
            self.table = yaml.safe_load(file)
        self.names = labs["mra"].names()
        for name, lab in labs.items():
            self.wrap(name, lab)
        kit.make(os.path.join(top, "kit"), labs)

    def wrap(self, name, lab):
        """bin-NAME/edgeprobe: the program, told where the lab is."""
        words = lab.command()[2:]
        given = dict(zip(words[::2], words[1::2]))
        ways = ["--resolver", given["--resolver"], "--timeout", given["--timeout"], "--connect-to", ":443::10443", "--connect-to",
                f"crl.example.com:80:{lab.network.prefix}.3.2:8881"]
        folder = os.path.join(self.top, "bin-" + name)
        os.makedirs(folder)
        path = os.path.join(folder, "edgeprobe")
        with open(path, "w", encoding="utf-8") as out:
            out.write(WRAPPER.format(edgeprobe=shlex.quote(self.edgeprobe), live="|".join(LIVE), ways=shlex.join(ways),
                                     trust=shlex.quote(given["--trust"])))
        os.chmod(path, 0o755)

    def folder(self, page):
        path = os.path.join(self.top, re.sub(r"\W", "-", page))
        if not os.path.exists(path):
            shutil.copytree(os.path.join(self.top, "kit"), path)
            if page == "docs/login.md":  # whose servers are others
                shutil.copy(os.path.join(path, "deployment-login.yaml"), os.path.join(path, "deployment.yaml"))
        return path

    def surroundings(self, row):
        ways = os.path.join(self.top, "bin-" + row.get("in", "mra"))
        return {**os.environ, **SURROUNDINGS, "PATH": ways + os.pathsep + os.environ["PATH"], "EDGEPROBE_CONFINE": "", "COLUMNS": ""}

    def written(self, row, command):
        return fill(row.get("as", command), self.names)


def run(place, folder, row, command):
    """(status, stdout, stderr) of a command as a shell runs it."""
    done = subprocess.run(["bash", "-c", place.written(row, command)], cwd=folder, env=place.surroundings(row), capture_output=True,
                          stdin=subprocess.DEVNULL, text=True, errors="replace", timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout, done.stderr


# ---- commands that wait for somebody ----

def until(ready, process, seconds=20):
    end = time.monotonic() + min(seconds, TIMEOUT)
    while time.monotonic() < end and process.poll() is None:
        try:
            return ready()
        except OSError:
            time.sleep(0.02)
    return None


def dialled(address, folder):
    """As Expressway-C would: with its own certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(os.path.join(folder, "expc1.pem"), os.path.join(folder, "expc1.key"))
    with socket.create_connection(address, timeout=5) as plain_socket, context.wrap_socket(plain_socket) as s:
        with contextlib.suppress(OSError):
            s.recv(1)
        return s.version()


def waits(place, folder, row, command):
    process = subprocess.Popen(["bash", "-c", "exec " + place.written(row, command)], cwd=folder, env=place.surroundings(row),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        if "serves" in row:
            told = until(lambda: urllib.request.urlopen(row["serves"], timeout=5).read().decode(), process)
            process.send_signal(signal.SIGTERM)
        else:
            host, port = fill(row["dials"], place.names).split(":")
            told = until(lambda: dialled((host, int(port)), folder), process)
        out, err = process.communicate(timeout=TIMEOUT)
    finally:
        process.kill()
    return process.returncode, out + (told or ""), err


# ---- a page ----

def answer_of(folder, command, out):
    """What a command told, wherever it was told to."""
    match = re.search(r"(?:^| )-o (\S+)", command)
    path = os.path.join(folder, match.group(1)) if match else None
    if path and os.path.isfile(path):
        with open(path, encoding="utf-8") as file:
            return out + file.read()
    return out


def judge(place, page, told, row, folder):
    where = f"{page}:{told.line}: {told.command}"
    if "not" in row:
        return []
    status, out, err = (waits if "serves" in row or "dials" in row else run)(place, folder, row, told.command)
    wanted = told.status if told.status is not None else row.get("exit", 0)
    problems = [] if status in (wanted if isinstance(wanted, list) else [wanted]) else [f"status {status}, wanted {wanted}: {' '.join(out.split())[:300]}"]
    problems += [f"stderr: {err.strip()[:300]}"] if err.strip() and not {"serves", "dials"} & set(row) else []
    ran = place.written(row, told.command)
    if "makes" in row and not os.path.getsize(os.path.join(folder, row["makes"])):
        problems.append(f"{row['makes']} is empty")
    out = answer_of(folder, ran, out)
    if told.answer:
        wanted, have = plain(told.answer), plain(out.split("\n"))
        is_cut = wanted.endswith("...")
        wanted = wanted.removesuffix("...").rstrip()
        if not (have.startswith(wanted) if is_cut else have == wanted):
            at = next((i for i, (a, b) in enumerate(zip(wanted, have)) if a != b), min(len(wanted), len(have)))
            problems.append(f"the page shows …{wanted[max(0, at - 60):at + 80]!r}\n and it is now …{have[max(0, at - 60):at + 80]!r}")
    elif "-q" not in ran.split() or "says" in row:
        name = re.search(r"edgeprobe (\S+)", ran)
        fits = row.get("says") or ("^(SAME|CHANGED|WORSE|BETTER)" if "--baseline" in ran else None) or FITS.get(name and name.group(1), r".")
        if not re.search(fits, out, re.MULTILINE):
            problems.append(f"nothing like {fits!r} in {out[:400]!r}")
    return [where + "\n  " + "\n  ".join(problems)] if problems else []


def test_page(place, page, commands):
    """Each command with its row, by the order of the table where the same stands twice."""
    rows, problems = [dict(r) for r in place.table.get(page) or []], []
    folder = place.folder(page)
    for told in commands:
        row = next((r for r in rows if r["run"] == told.command), None)
        if row is not None:
            rows.remove(row)
        problems += judge(place, page, told, row or {}, folder)
    return problems + [f"commands.yaml: no such command in {page} any more: {r['run']}" for r in rows]


# ---- what the program itself tells to type ----

def test_examples_of_help(place):
    problems, folder = [], place.folder("help")
    for name in COMMANDS:
        text = subprocess.run([place.edgeprobe, name, "--help"], capture_output=True, text=True, check=True).stdout
        examples = re.findall(r"^Example: (.*)$", text, re.MULTILINE)
        rows = {r["run"]: r for r in place.table.get("help") or []}
        for command in examples:
            problems += judge(place, f"{name} --help", pages.Told(0, command, [], None), rows.get(command, {}), folder)
    return problems


def refused(place, folder, words):
    """What is said when the command itself is wrong: not what is met, nor files that nobody has."""
    done = subprocess.run([place.edgeprobe, *words], cwd=folder, env={**os.environ, **SURROUNDINGS}, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, errors="replace", timeout=TIMEOUT, check=False)
    return done.stderr.strip() if done.returncode == BAD and not done.stdout and done.stderr else None


SUITABLE = {"check": ["example.com"], "zone": ["--peer-address", "a.example.com"], "login": ["example.com"],
            "ciphers": ["a.example.com"], "revocation": ["a.example.com:5061"], "cert": ["e.pem"], "renew": ["--old", "old.pem"],
            "monitor": ["-f", "targets.yaml"], "diff": ["a", "b"], "capture": ["eth0.pcap"], "bundle": ["expe.tar.gz"],
            "replay": ["a"], "explain": ["dns"], "listen": []}
HELP_ROW = re.compile(r"^  (?:-\w, |    )(--[\w-]+)(?: (\S+))?", re.MULTILINE)


def test_every_option_of_help(place):
    """Each is known; without a value, or with one that it does not take, it is refused by name. No help is wider than 80 columns."""
    problems, folder = [], place.folder("options")
    for name in COMMANDS:
        text = subprocess.run([place.edgeprobe, name, "--help"], capture_output=True, text=True, check=True).stdout
        problems += [f"{name} --help: {line!r} is too wide" for line in text.split("\n") if len(line) > 80]
        rows = HELP_ROW.findall(text)
        problems += [] if len(rows) >= 4 else [f"{name} --help: {len(rows)} options"]
        for option, argument in rows:
            if option == "--log":  # may be empty
                continue
            said = refused(place, folder, nowhere([name, *SUITABLE[name]]) + [f"{option}={'' if argument else 'x'}"])
            if said is None or option not in said or "\n" in said:
                problems.append(f"{name} {option}: {said}")
    top = subprocess.run([place.edgeprobe, "--help"], capture_output=True, text=True, check=True).stdout
    return problems + [f"--help: {line!r} is too wide" for line in top.split("\n") if len(line) > 80]


def sections(man):
    """{name of a subsection or section: its text}."""
    return {name.strip('"'): text for name, text in re.findall(r"^\.S[sh] (.*?)\n(.*?)(?=^\.S[sh] |\Z)", man, re.MULTILINE | re.DOTALL)}


def flags(text):
    return {f"--{name}" for name in re.findall(r"(?:Fl (?:\w , )?|, )-([a-z][\w-]+)", text)}


def test_manual_has_each_option(place):
    """Each command in the synopsis, and each option of its help in its section or among the common ones; no others."""
    problems, parts = [], sections(pages.read("docs/edgeprobe.1"))
    common = flags(parts["COMMON OPTIONS"])
    for name in COMMANDS:
        text = subprocess.run([place.edgeprobe, name, "--help"], capture_output=True, text=True, check=True).stdout
        offered = {option for option, _ in HELP_ROW.findall(text)} - {"--help"}
        told = flags(parts.get(name, ""))
        problems += [f"{name}: the manual lacks {o}" for o in sorted(offered - told - common)]
        forms = len(re.findall(rf"^\.Cm {name}\b", parts["SYNOPSIS"], re.MULTILINE))
        usages = len(re.findall(rf"^(?:Usage:|      ) edgeprobe {name}\b", text, re.MULTILINE))
        if forms == 0 or name not in parts:
            problems.append(f"{name}: {forms} forms in the manual's synopsis, {usages} in the help")
        for option in sorted(told - offered):
            said = refused(place, place.top, [name, option])
            if said and re.search("unknown option|no meaning", said) and f"{name} {option}" not in place.table["manual"]:
                problems.append(f"{name}: the manual has {option}: {said}")
    return problems


NOBODY = ["--resolver", "127.0.0.1:9", "--timeout", "0.3", "--deadline", "0.5"]


def nowhere(words):
    """The same with options that let nobody be met; operands stay."""
    if words[0] not in LIVE or "--list-profiles" in words or "--server-profile" in words:
        return words
    words = [w for w in words if not w.startswith(("--resolver=", "--timeout=", "--connect-to="))]
    return words + NOBODY


def test_guidance_of_the_catalogue(place):
    problems, folder = [], place.folder("guidance")
    for command, path in sorted(pages.guidance(COMMANDS).items()):
        text = kit.with_words(command)
        words = shlex.split(text)[1:]
        if words[0] == "login" and "--user" in words:
            words += ["--password-file", "F"]
        said = refused(place, folder, nowhere(words))
        if said:
            problems.append(f"{path}: {command}\n  {said[:300]}")
    return problems


def next_commands(place):
    """{command: save}: of every fault of every save, one of each form."""
    out, forms = {}, set()
    saves = sorted(glob.glob(os.path.join(PROJECT, "tests", "unit", "runs", "*.json.gz")))[::FEW]
    for path in saves:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            text = '{"schema": "edgeprobe.report/1", "evidence": ' + file.read() + "}"
        with open(os.path.join(place.top, "save.json"), "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([place.edgeprobe, "replay", os.path.join(place.top, "save.json"), "--format", "json"],
                              capture_output=True, text=True, check=False)
        for fault in json.loads(done.stdout)["faults"] if done.stdout else []:
            command = fault["next"]
            form = re.sub(r"(?<=[ =])[^- =]\S*", "", command or "")
            if command and form not in forms:
                forms.add(form)
                out[command] = os.path.basename(path)
    return out


def test_next_of_every_fault(place):
    problems, folder, commands = [], place.folder("next"), next_commands(place)
    for command, save in commands.items():
        said = refused(place, folder, nowhere(shlex.split(kit.with_words(command))[1:]))
        if said and not re.search(r"No such file|no such folder", said):
            problems.append(f"{save}: {command}\n  {said[:300]}")
    return problems if len(commands) > 15 else problems + [f"{len(commands)} forms of Next alone"]


TESTS = {"the manual has each option": test_manual_has_each_option, "every option of --help": test_every_option_of_help, "examples of --help": test_examples_of_help, "guidance of the catalogue": test_guidance_of_the_catalogue,
         "next of every fault": test_next_of_every_fault}


def main():
    told = {page: pages.of_page(page) for page in pages.pages()}
    told["docs/edgeprobe.1"] = pages.of_man()
    tests = {page: lambda place, page=page: test_page(place, page, told[page]) for page in told if told[page]}
    tests.update(TESTS)
    arguments = command_line("Type what the pages say.", jobs=2, known=tests)
    top = tempfile.mkdtemp(prefix="edgeprobe-docs-")
    try:
        with contextlib.ExitStack() as stack:
            labs = {name: stack.enter_context(lab) for name, lab in kit.labs().items()}
            place = Place(arguments.edgeprobe, labs, top)
            return tally(run_each([(name, lambda n=name: tests[n](place)) for name in arguments.names or tests], arguments.jobs, True))
    except servers.Missing as missing:
        return skip_all(missing)
    finally:
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    run_main(main)
