#!/usr/bin/python3 -B
"""Do the programs that the formats are for take them? promtool for Prometheus, xmllint for JUnit, Chromium for the
HTML page (at two widths, light, dark and printed), on reports of the lab, with hostile names among them.

    run.py [--edgeprobe PATH] [--jobs N] [TEST…]"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lab"))

import browser  # noqa: E402
import pixels  # noqa: E402
import servers  # noqa: E402
from lab import Lab, keys_for_run, scenario_load  # noqa: E402
from launch import Run  # noqa: E402
from suite import Skipped, chosen, command_line, run_each, run_main, skip_all, tally  # noqa: E402

SCENARIOS = ("healthy", "demo-broken", "hostile-names", "intermediate-missing-in-trust-list", "ciphers-dual")
HOSTILE = ['</script><script>window.pwned=1</script>', '"><img src=x onerror="window.pwned=1">', "]]></failure>&amp;",
           "\u202emoc.elpmaxe", "a|b=9;1;2 'x'=1", 'q"} 1\nedgeprobe_status{target="forged"} 0', "x" * 600, "\ufffe\uffff"]
VIEWS = ((390, True), (390, False), (1280, False), (1280, True))
LOOKED_AT = ("demo-broken", "spoiled")
PAGE_CHECK = os.path.join(HERE, "page.js")


def saves_make(edgeprobe, folder):
    """A save of each scenario, and one in which every name is hostile."""
    keys = keys_for_run()
    saves = {}
    for name in SCENARIOS:
        with Lab(scenario_load(name), keys) as lab:
            saves[name] = os.path.join(folder, name + ".json")
            Run([edgeprobe] + lab.command() + ["--save", saves[name], "--no-progress", "-q"])
    with open(saves["demo-broken"], encoding="utf-8") as text:
        report = json.load(text)
    names = iter(HOSTILE * 1000)

    def spoil(value, key=None):
        if isinstance(value, dict):
            return {k: spoil(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoil(v, key) for v in value]
        return next(names) if isinstance(value, str) and key in ("subject", "issuer", "common_name", "target", "reason",
                                                                  "server", "host", "id", "realm", "alpn") else value

    report["evidence"] = spoil(report["evidence"])
    saves["spoiled"] = os.path.join(folder, "spoiled.json")
    with open(saves["spoiled"], "w", encoding="utf-8") as text:
        json.dump(report, text)
    return saves


def written(edgeprobe, save, form):
    run = Run([edgeprobe, "replay", save, "--format", form])
    return run.out, run.trouble() + ([run.err] if run.err else [])


def fed(program, text):
    done = subprocess.run(program, input=text.encode(), capture_output=True, timeout=60)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


# ---- one function a test: problems, or a text why it was skipped ----

def prometheus(edgeprobe, saves, _):
    if shutil.which("promtool") is None:
        return "no promtool"
    problems = []
    for name, save in saves.items():
        text, trouble = written(edgeprobe, save, "prometheus")
        status, said = fed(["promtool", "check", "metrics"], text)
        problems += trouble + ([f"{name}: {said[:500]}"] if status != 0 or said.strip() else [])
        if 'target="forged"' in re.sub(r'\\.', "", text):
            problems.append(f"{name}: a name wrote a metric of its own")
    return problems


def junit(edgeprobe, saves, _):
    if shutil.which("xmllint") is None:
        return "no xmllint"
    problems = []
    for name, save in saves.items():
        text, trouble = written(edgeprobe, save, "junit")
        status, said = fed(["xmllint", "--noout", "--schema", os.path.join(HERE, "junit.xsd"), "-"], text)
        problems += trouble + ([f"{name}: {said[:500]}"] if status != 0 else [])
    return problems


def same_findings(edgeprobe, saves, _):
    """What the JSON report counts is what each other format counts."""
    problems = []
    for name, save in saves.items():
        report = json.loads(written(edgeprobe, save, "json")[0])
        count = {s: sum(f["status"] == s for f in report["findings"]) for s in ("fail", "warn", "unknown", "skip")}
        line = json.loads(written(edgeprobe, save, "ndjson")[0])
        first = written(edgeprobe, save, "nagios")[0].split("\n")[0]
        suite = written(edgeprobe, save, "junit")[0]
        wanted = {
            "ndjson": line.pop("type") == "report" and line == report,
            "nagios": f" fail={count['fail']};;0;0 warn={count['warn']};0;;0 " in first,
            "junit": f'failures="{count["fail"]}" errors="{count["unknown"]}" skipped="{count["skip"]}"' in suite,
        }
        problems += [f"{name}: {form} tells something else" for form, holds in wanted.items() if not holds]
    return problems


def html(edgeprobe, saves, folder):
    if browser.missing() is not None:
        return f"no {browser.missing()}"
    with open(PAGE_CHECK, encoding="utf-8") as text:
        check = text.read()
    problems = []
    with browser.Browser() as page:
        for name, save in saves.items():
            path = os.path.join(folder, name + ".html")
            with open(path, "w", encoding="utf-8") as out:
                text, trouble = written(edgeprobe, save, "html")
                out.write(text)
                problems += trouble
            for width, dark in VIEWS if name in LOOKED_AT else VIEWS[::3]:
                page.open("file://" + path, width=width, dark=dark)
                where = f"{name} at {width}{' dark' if dark else ''}"
                problems += [f"{where}: {problem}" for problem in page.run(check)]
                asked = [url for url in page.requests() if url != "file://" + path and not url.startswith("data:")]
                problems += [f"{where}: asks for {url}" for url in asked]
                if name in LOOKED_AT:
                    problems += [f"{where}: {problem}" for problem in drawn(page, folder, dark)]
            if name in LOOKED_AT:
                problems += [f"{name} printed: {problem}" for problem in printed(page, folder, name)]
    return problems


def drawn(page, folder, dark):
    """What is on the screen: the page's own colours, and that of the verdict at the top."""
    shot = os.path.join(folder, "shot.png")
    page.screenshot(shot, 0, 160)
    seen = pixels.colours(shot)
    tone, paper = page.run("""
        const style = (e, p) => getComputedStyle(e).getPropertyValue(p);
        return [style(document.querySelector('header.top'), 'border-top-color'), style(document.body, 'background-color')]""")
    problems = [] if len(seen) > 20 else ["the screen is empty"]
    for what, colour in (("verdict", tone), ("paper", paper)):
        rgb = tuple(int(n) for n in re.findall(r"\d+", colour)[:3])
        if what == "verdict" and rgb not in seen:
            problems.append(f"the colour of the {what}, {rgb}, is not to be seen")
        if what == "paper" and (sum(rgb) < 384) != dark:
            problems.append(f"the paper is {rgb}")
    return problems


def printed(page, folder, name):
    if shutil.which("pdftotext") is None:
        return []
    path = os.path.join(folder, name + ".pdf")
    page.pdf(path)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, timeout=60).stdout
    wanted = ["edgeprobe", "What to put right", "What to do", "Finding 1"]
    return [f"lacks {word!r}" for word in wanted if word not in text]


TESTS = {"prometheus": prometheus, "junit": junit, "same-findings": same_findings, "html": html}


def try_one(test, *place):
    problems = test(*place)
    if isinstance(problems, str):
        raise Skipped(problems)
    return problems


def main():
    arguments = command_line("Read every format with a program that it is for.", jobs=1)
    with tempfile.TemporaryDirectory(prefix="edgeprobe-formats-") as folder:
        try:
            saves = saves_make(arguments.edgeprobe, folder)
        except servers.Missing as missing:
            return skip_all(missing)
        tests = [(name, lambda t=test: try_one(t, arguments.edgeprobe, saves, folder)) for name, test in TESTS.items()]
        return tally(run_each(chosen(arguments, tests)))


if __name__ == "__main__":
    run_main(main)
