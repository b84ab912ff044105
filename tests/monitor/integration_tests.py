"""What stands under docs/monitoring is read by the programs that it is for."""

import json
import os
import re
import shutil
import subprocess

from round_tests import PATIENCE, expect, targets_write

DOCS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "docs", "monitoring")


def doc(name):
    with open(os.path.join(DOCS, name), encoding="utf-8") as text:
        return text.read()


def said_by(arguments, **more):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE, **more)
    return done.returncode, done.stdout + done.stderr


def icinga_takes_the_commands(place, folder):
    if shutil.which("icinga2") is None:
        return "no icinga2"
    for name in ("log", "data", "cache", "spool", "run"):
        os.makedirs(os.path.join(folder, name))
    main = targets_write(folder, "include <itl>\ninclude <plugins>\nconst PluginDir = \"/usr/lib/nagios/plugins\"\n"
                         "const NodeName = \"test\"\nconst ZoneName = \"test\"\n"
                         f"include \"{DOCS}/icinga2.conf\"\n", "icinga2.conf")
    status, said = said_by(["icinga2", "daemon", "-C", "-c", main] + [
        f"-D{key}={os.path.join(folder, name)}" for key, name in (("LogDir", "log"), ("DataDir", "data"), ("CacheDir", "cache"),
                                                                    ("SpoolDir", "spool"), ("InitRunDir", "run"))] + [
        f"-DRunAsUser={os.popen('id -un').read().strip()}", f"-DRunAsGroup={os.popen('id -gn').read().strip()}"])
    if "Invalid user specified" in said:
        return "icinga2 will not run as this user"
    return [] if status == 0 and "Instantiated 2 Services" in said and "warning" not in said else [said[-1500:]]


def nagios_takes_the_objects(place, folder):
    nagios = shutil.which("nagios4") or "/usr/sbin/nagios4"
    templates = "/etc/nagios4/objects"
    if not os.path.exists(nagios) or not os.path.isdir(templates):
        return "no nagios4"
    main = targets_write(folder, "".join(f"cfg_file={templates}/{name}.cfg\n" for name in ("commands", "contacts", "timeperiods", "templates"))
                         + f"cfg_file={DOCS}/nagios.cfg\nlog_file={folder}/log\ncheck_result_path={folder}\nillegal_macro_output_chars=`~$&|'\"<>\n"
                         + f"nagios_user={os.getuid()}\nnagios_group={os.getgid()}\n", "nagios.cfg")
    status, said = said_by([nagios, "-v", main])
    return [] if status == 0 and "Total Errors:   0" in said else [said[-1500:]]


def the_plugin_keeps_to_the_conventions(place, folder):
    """As a monitoring system runs it: through a wrapper of the monitoring plugins, with their exit statuses."""
    problems = []
    negate = "/usr/lib/nagios/plugins/negate"
    plugin = [place.edgeprobe, "check", "example.com", "--format", "nagios", "-w", "30:", "-c", "7:", "-t", "20"]
    for lab, status, word in ((place.good, 0, "OK"), (place.broken, 2, "CRITICAL")):
        options = place.options(lab)
        code, said = said_by(plugin + options)
        first = said.splitlines()[0]
        expect(problems, code == status and first.startswith(f"EDGEPROBE {word} - example.com: "), f"{code} {first}")
        match = re.search(r" \| (.*)$", first)
        for datum in match.group(1).split() if match else ["none"]:
            expect(problems, re.fullmatch(r"[a-z_]+=-?[0-9.]+s?;[0-9:]*;[0-9:]*;0", datum), f"odd perfdata {datum!r}")
        if os.path.exists(negate):
            code, said = said_by([negate, "-s", "-o", "CRITICAL", "-c", "OK"] + plugin + options)
            expect(problems, code == {0: 2, 2: 0}[status], f"negate ends with {code}: {said[:200]}")
    code, said = said_by([place.edgeprobe, "check", "--format", "nagios"])
    expect(problems, code == 3 and said.startswith("EDGEPROBE UNKNOWN - "), f"bad usage: {code} {said}")
    return problems


def prometheus_takes_rules_and_configuration(place, folder):
    if shutil.which("promtool") is None:
        return "no promtool"
    problems = []
    for arguments in (["check", "config", "prometheus.yml"], ["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        status, said = said_by(["promtool"] + arguments, cwd=DOCS)
        expect(problems, status == 0 and "SUCCESS" in said, said[-800:])
    return problems


def systemd_takes_the_units(place, folder):
    if shutil.which("systemd-analyze") is None:
        return "no systemd-analyze"
    problems = []
    shutil.copy(place.edgeprobe, os.path.join(folder, "edgeprobe"))
    for name in ("edgeprobe-monitor.service", "edgeprobe-monitor.timer", "edgeprobe-exporter.service"):
        text = doc(name).replace("/usr/bin/edgeprobe", os.path.join(folder, "edgeprobe")).replace("Documentation=man:edgeprobe(1)\n", "")
        path = targets_write(folder, text, name)
        status, said = said_by(["systemd-analyze", "verify", path])
        if "Failed to initialize" in said or "Operation not permitted" in said:
            return "systemd-analyze cannot run here"
        expect(problems, status == 0 and not said.strip(), f"{name}: {said[:600]}")
        if name.endswith(".service"):
            status, said = said_by(["systemd-analyze", "security", "--offline=yes", path])
            exposure = re.search(r"exposure level for \S+: ([0-9.]+)", said)
            expect(problems, exposure and float(exposure.group(1)) < 2.0, f"{name}: {said[-200:]}")
    return problems


def the_cron_line_runs(place, folder):
    """The command of the crontab, with its paths in our folder: silent, then not, and never two at once."""
    problems = []
    line = [text for text in doc("edgeprobe.cron").splitlines() if text.startswith("*/10")][0]
    command = line.split(None, 6)[6]
    path = targets_write(folder, "targets:\n  - {domain: example.com}\n")
    for given, ours in (("/etc/edgeprobe/targets.yaml", path), ("/var/lib/edgeprobe", folder), (" edgeprobe monitor", f" {place.edgeprobe} monitor")):
        expect(problems, given in command, f"no {given} in {command}")
        command = command.replace(given, ours)
    said = [said_by(["sh", "-c", command + " " + " ".join(place.options(lab))])[1] for lab in
            (place.good, place.good, place.broken, place.broken, place.broken)]
    expect(problems, [bool(text) for text in said] == [False, False, False, True, False], f"{said}")
    return problems


def the_list_is_spread(place, folder):
    """spread.sh, with a shell on this machine in place of ssh."""
    domains = [f"d{i}.example" for i in range(9)] + ["example.com"]
    path = targets_write(folder, "\n".join(domains) + "\n", "list")
    shell = targets_write(folder, "#!/bin/sh\nshift 2\nexec " + place.edgeprobe + ' "$@" ' + " ".join(place.options(place.good)) + "\n", "shell")
    os.chmod(shell, 0o755)
    status, said = said_by([os.path.join(DOCS, "spread.sh"), path, "a", "b", "c"], env={**os.environ, "SPREAD_SHELL": shell})
    told = [json.loads(line) for line in said.splitlines()]
    problems = []
    expect(problems, status == 0 and sorted(line["name"] for line in told) == sorted(domains), f"{status} {said[:400]}")
    return problems


def the_examples_are_read(place, folder):
    """The targets file of the documentation: every entry is understood, and the dashboard is JSON with its queries."""
    problems = []
    done = subprocess.run([place.edgeprobe, "monitor", "-f", os.path.join(DOCS, "targets.yaml"), "--format", "ndjson", "--within", "0.001",
                           "--rate", "0.001", "--resolver", "127.0.0.1:9", "-t", "1", "--timeout", "0.2"], capture_output=True, text=True, timeout=PATIENCE)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    expect(problems, len(lines) == 4 and not done.stderr, f"{done.stdout} {done.stderr}")
    board = json.loads(doc("grafana.json"))
    expect(problems, len(board["panels"]) >= 8 and all(t["expr"] for p in board["panels"] for t in p["targets"]), "the dashboard has no queries")
    return problems


TESTS = [("icinga", icinga_takes_the_commands), ("nagios", nagios_takes_the_objects), ("plugin", the_plugin_keeps_to_the_conventions),
         ("prometheus-files", prometheus_takes_rules_and_configuration), ("systemd", systemd_takes_the_units),
         ("cron", the_cron_line_runs), ("spread", the_list_is_spread), ("examples", the_examples_are_read)]
