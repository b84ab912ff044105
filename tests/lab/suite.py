#!/usr/bin/python3 -B
"""What has every suite of tests/? A command line, tests that are told one by one, and a last line that counts.

    arguments = command_line("Hold … to its contract.", jobs=2)
    return tally(run_each(chosen(arguments, tests), arguments.jobs))

A test is (name, function): the function returns what is wrong, one text each, and an empty list when all is well. What
cannot run here raises Skipped, or servers.Missing. One test's trouble is never the others'."""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from lab import edgeprobe_path, terminate_on_signal
from servers import Missing

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MOST = 40  # lines that are told of one test
# Options that several suites have, for command_line(more=…).
UPDATE = (("--update",), {"action": "store_true", "help": "write the files instead"})
VERBOSE = (("-v", "--verbose"), {"action": "store_true", "help": "how long each took"})


class Skipped(Exception):
    """Why a test cannot run here."""


DATA = os.environ.get("EDGEPROBE_DATA") or os.path.join(PROJECT, os.pardir, "shared", "data")  # files that nobody here wrote


def shared_data(*parts):
    """The path of a file or folder of the shared data. Where there are none the test is skipped; where there are, and this is
    not, it fails: what has moved is not to be skipped for ever."""
    if not os.path.isdir(DATA):
        raise Skipped("no shared data")
    path = os.path.join(DATA, *parts)
    if not os.path.exists(path):
        raise FileNotFoundError(f"the shared data are there, and {os.path.join(*parts)} is not")
    return path


def say(text):
    """One write, so that lines of several threads do not mix."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def indented(problems):
    return "\n".join("    " + line for p in problems for line in p.split("\n"))


# ---- the command line ----

def command_line(about, jobs=None, known=None, more=()):
    """What was asked for: .edgeprobe (its whole path), .names (empty: every test), .jobs where there are any. `known`: the
    names there are. `more`: further options, as add_argument() takes them: [(("--all",), {"action": "store_true"})]."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--edgeprobe")
    if jobs is not None:
        parser.add_argument("--jobs", type=int, default=jobs)
    for words, how in more:
        parser.add_argument(*words, **how)
    parser.add_argument("names", nargs="*", metavar="name")
    arguments = parser.parse_args()
    terminate_on_signal()
    arguments.edgeprobe = edgeprobe_path(arguments.edgeprobe)
    if not os.access(arguments.edgeprobe, os.X_OK):
        parser.error(f"{arguments.edgeprobe} is not there: build it first (make)")
    if known is not None:
        names_check(arguments.names, known)
    return arguments


def names_check(names, known):
    unknown = sorted(set(names) - set(known))
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, 6, 0.4) if len(known) > 20 else list(known)
        sys.exit(f"no test '{unknown[0]}'" + (f"; there are {', '.join(near)}" if near else ""))


def chosen(arguments, tests):
    """Those that were asked for, in their order."""
    names_check(arguments.names, [test[0] for test in tests])
    return [test for test in tests if not arguments.names or test[0] in arguments.names]


# ---- the tests ----

def told(name, problems, note=""):
    """Says how it went: "passed" or "failed"."""
    say(f"FAILED {name}\n" + indented(problems[:MOST]) if problems else f"ok {name}{note}")
    return "failed" if problems else "passed"


def skipped(name, why):
    say(f"skipped {name}: {why}")
    return "skipped"


def attempt(name, test, verbose=False):
    """Runs one test and says how it went: "passed", "failed" or "skipped"."""
    began = time.monotonic()
    try:
        problems = test()
    except (Skipped, Missing) as why:
        return skipped(name, why)
    except subprocess.TimeoutExpired:
        problems = ["did not end"]
    except Exception as error:  # one test's trouble is not the others'
        problems = [f"{type(error).__name__}: {error}"]
    return told(name, problems, f" ({time.monotonic() - began:.1f} s)" if verbose else "")


def run_each(tests, jobs=1, verbose=False):
    """One after the other in the thread of the caller: servers that a test starts end with the thread that started them."""
    if jobs <= 1:
        return [attempt(*test, verbose=verbose) for test in tests]
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda test: attempt(*test, verbose=verbose), tests))


def tally(results):
    """The last line, and the exit status."""
    count = {k: results.count(k) for k in ("passed", "failed", "skipped")}
    say(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if count["failed"] else 0


def skip_all(why, count=1):
    """Nothing can run here."""
    say(f"skipped all: {why}")
    return tally(["skipped"] * count)


# ---- a suite that is nothing but functions ----

def run_tests(suite, about, tests, prepare):
    """{name: function of the context}, one after the other; None where the namespaces that it needs cannot be had.
    prepare(path of edgeprobe, folder) gives the context; the folder goes with the run."""
    arguments = command_line(about, jobs=1, known=tests)
    top = tempfile.mkdtemp(prefix=f"edgeprobe-{suite}-")

    def one(name):
        problems = tests[name](context)
        if problems is None:
            raise Skipped("without namespaces")
        return problems

    try:
        context = prepare(arguments.edgeprobe, top)
        return tally([attempt(name, lambda n=name: one(n)) for name in arguments.names or tests])
    finally:
        shutil.rmtree(top, ignore_errors=True)


def run_main(main):
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(141)
