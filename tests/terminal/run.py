#!/usr/bin/python3 -B
"""What does somebody see who sits at a terminal? Real pseudo-terminals, of four widths, with colours and without, in a
C locale and in UTF-8; and pipes beside them, which must hold nothing that only a terminal understands.

    run.py [--edgeprobe PATH] [NAME…]

What is shown are the stories of captures/, a certificate with an umlaut, the catalogue, and a port that stays silent."""

import fcntl
import glob
import os
import pty
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(PROJECT, "tests", "lab"))

from launch import TIMEOUT  # noqa: E402
from suite import Skipped, chosen, command_line, run_each, run_main, say, tally  # noqa: E402

WIDTHS = (40, 60, 80, 200)
SGR = re.compile(r"\x1b\[[0-9;]*m")
STORIES = sorted(glob.glob(os.path.join(PROJECT, "captures", "*", "capture.pcap")))
UTF8 = {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
ASCII = {"LC_ALL": "C", "TERM": "xterm-256color"}
SHELLS = {"bash": "edgeprobe.bash", "zsh": "_edgeprobe", "fish": "edgeprobe.fish"}


def environment_of(changes):
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "COLUMNS", "TERM")}
    return {**kept, "XDG_CACHE_HOME": "/dev/null", **changes}


class Terminal:
    """A program on a pseudo-terminal of so many columns and lines; what it wrote, when it has ended."""

    def __init__(self, argv, columns=80, lines=1000, environment=UTF8):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, env=environment_of(environment),
                                        start_new_session=True)
        os.close(slave)
        self.bytes = b""

    def read_until(self, wanted=None):
        """Until it wrote the text, or ended; False when neither came in time."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            if wanted is not None and wanted in self.bytes:
                return True
            ready, _, _ = select.select([self.master], [], [], 0.5)
            if not ready:
                continue
            try:
                got = os.read(self.master, 65536)
            except OSError:  # EIO: nobody holds the other end any more
                got = b""
            if not got:
                return wanted is None
            self.bytes += got
        return False

    def type(self, text):
        os.write(self.master, text.encode())

    def close(self):
        if self.process.poll() is None and self.process.returncode is None:
            try:
                self.process.wait(1)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        os.close(self.master)


def seen_at(argv, **how):
    terminal = Terminal(argv, **how)
    whole = terminal.read_until()
    terminal.close()
    text = terminal.bytes.decode("utf-8", "replace").replace("\r\n", "\n")
    return text if whole else text + "\n(it did not end)"


def piped(argv, environment=UTF8):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=environment_of(environment),
                          timeout=TIMEOUT, check=False)
    return done.stdout, done.stderr


def columns_of(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def judge_lines(what, text, width):
    """No line wider than the terminal, no other escape than colours, and no colour left switched on."""
    problems = []
    for line in text.split("\n"):
        plain = SGR.sub("", line)
        if "\x1b" in plain or "\x07" in plain:
            problems.append(f"{what}: an escape that is no colour: {line!r}")
        if columns_of(plain) > width:
            problems.append(f"{what}: {columns_of(plain)} columns of {width}: {plain}")
        codes = SGR.findall(line)
        if codes and codes[-1] != "\x1b[0m":
            problems.append(f"{what}: a colour stays switched on: {line!r}")
        if plain != plain.rstrip():
            problems.append(f"{what}: blanks at the end: {plain!r}")
    return problems[:6]


# ---- what is looked at ----

class Place:
    """A folder with a certificate whose names are not ASCII."""

    def __init__(self, edgeprobe):
        self.edgeprobe = edgeprobe
        self.folder = tempfile.mkdtemp(prefix="edgeprobe-terminal-")
        self.certificate = os.path.join(self.folder, "umlaut.pem")
        subprocess.run(["openssl", "req", "-x509", "-utf8", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-keyout", os.path.join(self.folder, "key"), "-out", self.certificate, "-days", "30",
                        "-subj", "/O=Zürich/CN=expe1.example.com", "-addext", "subjectAltName=DNS:expe1.example.com"],
                       check=True, capture_output=True)

    def umlaut(self, *more):
        return [self.edgeprobe, "cert", self.certificate, "--role", "expressway-e", "-v", *more]

    def story(self, path, *more):
        return [self.edgeprobe, "capture", path, *more]

    def close(self):
        shutil.rmtree(self.folder)


# ---- tests ----

def test_widths(place):
    problems = []
    for story in STORIES:
        for width in WIDTHS:
            what = f"{os.path.basename(os.path.dirname(story))} at {width}"
            text = seen_at(place.story(story), columns=width)
            problems += judge_lines(what, text, width)
            if not SGR.search(text):
                problems.append(f"{what}: no colour on a terminal")
    return problems if STORIES else ["no story to show"]


def test_widths_of_everything(place):
    """-v, the catalogue, what words lead to, a log line, what a command takes."""
    commands = [place.story(STORIES[0], "-v"), place.umlaut(), [place.edgeprobe, "explain", "chain.zone"],
                [place.edgeprobe, "explain"], [place.edgeprobe, "explain", "No", "SSH", "tunnels", "have", "been", "established"],
                [place.edgeprobe, "explain", "--log", 'Event="Sending HTTP error response" Status="502"']]
    problems = []
    for argv in commands:
        for width in WIDTHS:
            problems += judge_lines(f"{' '.join(argv[1:3])} at {width}", seen_at(argv, columns=width), width)
    return problems + judge_lines("check --help at 80", seen_at([place.edgeprobe, "check", "--help"]), 80)


def test_without_colour(place):
    """Asked for none: by the environment, by option, by a terminal that has none."""
    problems = []
    ways = [([], {**UTF8, "NO_COLOR": "1"}), (["--color", "never"], UTF8), ([], {**UTF8, "TERM": "dumb"})]
    for more, environment in ways:
        for width in WIDTHS:
            text = seen_at(place.story(STORIES[0], *more), columns=width, environment=environment)
            if "\x1b" in text:
                problems.append(f"{more} {environment}: an escape")
            problems += judge_lines(f"{more} at {width}", text, width)
    return problems


def test_colour_wins_where_asked_for(place):
    text = seen_at(place.story(STORIES[0], "--color", "always"), environment={**UTF8, "NO_COLOR": "1"})
    out, _ = piped(place.story(STORIES[0], "--color", "always"))
    return ([] if SGR.search(text) else ["--color always on a terminal: none"]) + \
           ([] if b"\x1b[" in out else ["--color always in a pipe: none"])


def test_colour_changes_no_word(place):
    now = re.compile(r"\d{4}-\d\d-\d\dT[\d:]{8}Z(, [\d.]+ s)?")  # of two runs, which may lie on both sides of a second
    colored = SGR.sub("", seen_at(place.story(STORIES[0])))
    plain = seen_at(place.story(STORIES[0], "--color", "never"))
    return [] if now.sub("", colored) == now.sub("", plain) else ["the words differ"]


def test_pipes(place):
    """80 columns, no escape in either stream, whatever the environment says of terminals."""
    problems = []
    for story in STORIES:
        out, err = piped(place.story(story), {**UTF8, "COLUMNS": "200"})
        if b"\x1b" in out + err or b"\r" in out + err or err:
            problems.append(f"{story}: an escape, or words on standard error: {err!r}")
        problems += judge_lines(story, out.decode(), 80)
    return problems


def test_c_locale(place):
    problems = []
    for width in WIDTHS:
        text = seen_at(place.umlaut(), columns=width, environment=ASCII)
        if not text.isascii() or "Z\\u00fcrich" not in "".join(text.split()):
            problems.append(f"at {width}: not ASCII, or the name is lost")
        problems += judge_lines(f"C locale at {width}", text, width)
    for story in STORIES:
        if not seen_at(place.story(story), environment=ASCII).isascii():
            problems.append(f"{story}: not ASCII")
    return problems


def test_utf8_locale(place):
    problems = []
    for environment in (UTF8, {"TERM": "xterm", "LANG": "de_DE.utf8"}, {"TERM": "xterm", "LC_CTYPE": "en_GB.UTF-8", "LANG": "C"}):
        text = seen_at(place.umlaut(), environment=environment)
        if "Zürich" not in text:
            problems.append(f"{environment}: the name is not shown as it is")
        problems += judge_lines("UTF-8", text, 80)
    out, _ = piped(place.umlaut(), ASCII)  # a file is no terminal: what greps it wants the bytes
    return problems + ([] if "Zürich" in out.decode() else ["a pipe holds other bytes than the certificate"])


def test_quiet_is_never_wrapped(place):
    """One line each, with the target, at any width."""
    problems = []
    for story in STORIES[:6]:
        texts = {seen_at(place.story(story, "-q", "--color", "never"), columns=width) for width in WIDTHS}
        if len(texts) != 1:
            problems.append(f"{story}: the width changes quiet lines")
        problems += [f"{story}: no target in {line!r}" for line in texts.pop().splitlines() if "capture.pcap" not in line]
    return problems


def test_verdict_again_where_it_has_gone(place):
    problems = []
    story = place.story(next(s for s in STORIES if "zone-c-not-trusted" in s), "--color", "never")
    long, short = seen_at(story, lines=1000), seen_at(story, lines=10)
    verdict = long[:long.index("\n      capture, release")]
    if not short.endswith(verdict + "\n"):
        problems.append(f"a report longer than the terminal ends with {short[-200:]!r}")
    if long.count(verdict) != 1:
        problems.append("the verdict is told twice where it can be seen")
    return problems


def silent_port():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(8)
    return server, f"127.0.0.1:{server.getsockname()[1]}"


def test_progress_tells_what_is_waited_for(place):
    server, target = silent_port()
    with server:
        argv = [place.edgeprobe, "check", target, "--timeout", "1", "--vantage", "lab"]
        text = seen_at(argv, columns=60)
        problems = [] if f"waiting for {target} (TLS)" in text else [f"not told: {text[:300]!r}"]
        shown = [SGR.sub("", part) for part in re.split(r"\r\x1b\[K", text)[1:]]
        problems += [f"wider than the terminal: {part!r}" for part in shown if part.startswith("waiting") and len(part) >= 60]
        if not text.split("\r\x1b[K")[-1].startswith("\x1b["):
            problems.append("the line is not wiped before the report")
        if "waiting" in seen_at(argv + ["--no-progress"]) or "waiting" in seen_at(argv + ["-q"]):
            problems.append("told where nobody wants it")
        _, err = piped(argv)
        return problems + ([] if not err else [f"progress in a pipe: {err!r}"])


# ---- completion ----

def test_completion_is_current(place):
    problems = []
    for shell, name in SHELLS.items():
        out, _ = piped([place.edgeprobe, "completion", shell])
        with open(os.path.join(PROJECT, "docs", "completion", name), "rb") as file:
            if file.read() != out:
                problems.append(f"docs/completion/{name} is old: edgeprobe completion {shell} >docs/completion/{name}")
    return problems


# What is typed before Tab, and which words it can become: one stands in the line then, several are listed.
TABS = [("edgeprobe chec", ["check"]), ("edgeprobe check --re", ["--record", "--release", "--resolver"]),
        ("edgeprobe check --symp", ["--symptom"]), ("edgeprobe check --symptom phon", ["phones-not-registering"]),
        ("edgeprobe zone --type=uc", ["--type=uc-traversal"]), ("edgeprobe check --format j", ["json", "junit"]),
        ("edgeprobe check -f dep", ["departed.yaml", "deploy.yaml"]), ("edgeprobe cert --trust uml", ["umlaut.pem"]),
        ("edgeprobe cert uml", ["umlaut.pem"]), ("edgeprobe check a.example --rec", ["--record"]),
        ("edgeprobe help re", ["renew", "replay", "revocation"]), ("edgeprobe explain dns.collab-edge-s", ["dns.collab-edge-srv"]),
        ("edgeprobe --vers", ["--version"]), ("edgeprobe completion fi", ["fish"])]
LOADER = "/usr/share/bash-completion/bash_completion"
NAMES = "bind 'set enable-bracketed-paste off'; bind 'set show-all-if-ambiguous on'; PS1='$ '"


def installed(place):
    """(folder that `make install` filled, with PREFIX /usr; environment of a shell on such a system), once for all shells."""
    root = os.path.join(place.folder, "root")
    if not os.path.isdir(root):
        for name in ("departed.yaml", "deploy.yaml"):
            with open(os.path.join(place.folder, name), "wb"):
                pass
        subprocess.run(["make", "-s", "-C", PROJECT, "-o", "edgeprobe", "install", f"DESTDIR={root}", "PREFIX=/usr"],
                       stdout=subprocess.DEVNULL, check=True, timeout=TIMEOUT)
    return root, {"TERM": "dumb", "LC_ALL": "C.UTF-8", "HOME": place.folder, "XDG_DATA_DIRS": f"{root}/usr/share:/usr/share",
                  "PATH": f"{root}/usr/bin:{os.environ['PATH']}"}


def complete_in(shell, argv, setup, environment):
    """Types each line into a real shell, presses Tab, and looks at what it makes of it."""
    problems = []
    terminal = Terminal(argv, columns=200, environment=environment)
    terminal.type(f"{setup}; echo ready-'to-go'\n")
    if not terminal.read_until(b"ready-to-go\r\n"):
        problems.append(f"{shell} did not come up: {terminal.bytes!r}")
    for typed, words in TABS if not problems else []:
        terminal.bytes = b""
        terminal.type(typed + "\t")
        last = typed.split()[-1]
        for word in words:
            is_listed = len(words) > 1 or "=" in word
            wanted = word.split("=")[-1] if is_listed else typed[:-len(last)] + word
            if not terminal.read_until(wanted.encode()):
                problems.append(f"{shell}: {typed!r} became {terminal.bytes!r}, wanted {wanted!r}")
        terminal.type("\x15")
    terminal.type("exit\n")
    terminal.close()
    return problems


def test_bash_completes_as_installed(place):
    root, environment = installed(place)
    script = LOADER
    if not os.path.exists(LOADER):
        say("    bash-completion is not installed: its loader did not find the file, the test named it")
        script = f"{root}/usr/share/bash-completion/completions/edgeprobe"
    return complete_in("bash", ["bash", "--norc", "--noprofile", "-i"], f"cd {place.folder}; . {script}; {NAMES}", environment)


def test_zsh_completes_as_installed(place):
    if shutil.which("zsh") is None:
        raise Skipped("zsh is not installed")
    root, environment = installed(place)
    setup = (f"cd {place.folder}; fpath=({root}/usr/share/zsh/site-functions $fpath); autoload -U compinit; compinit -D -u; "
             "unset zle_bracketed_paste; PS1='$ '")
    return complete_in("zsh", ["zsh", "-f", "-i"], setup, environment)


def test_fish_completes_as_installed(place):
    """Fish says what it would offer without a terminal."""
    if shutil.which("fish") is None:
        raise Skipped("fish is not installed")
    problems, (_, environment) = [], installed(place)
    rows = TABS + [("edgeprobe check cert --req", [])]  # an option of cert: the command here is check
    for typed, words in rows:
        done = subprocess.run(["fish", "-c", f"complete -C '{typed}'"], capture_output=True, check=False, timeout=TIMEOUT,
                              cwd=place.folder, env=environment_of(environment), text=True)
        offered = sorted(line.split("\t")[0] for line in done.stdout.splitlines())
        if offered != words or done.stderr:
            problems.append(f"fish: {typed!r} offers {offered}, wanted {words} {done.stderr}")
    return problems


def main():
    arguments = command_line("Look at edgeprobe through pseudo-terminals.")
    place = Place(arguments.edgeprobe)
    tests = [(n[5:].replace("_", "-"), lambda t=f: t(place)) for n, f in globals().items() if n.startswith("test_")]
    try:
        return tally(run_each(chosen(arguments, tests)))
    finally:
        place.close()


if __name__ == "__main__":
    run_main(main)
