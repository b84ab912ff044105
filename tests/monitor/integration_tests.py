"""What stands under docs/monitoring is read by the programs that it is for."""

import grp
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import time

import yaml

import exporter_tests
from round_tests import DOCS, PATIENCE, doc, expect, targets_write

def said_by(arguments, **more):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE, **more)
    return done.returncode, done.stdout + done.stderr


def icinga_command(folder, text):
    """icinga2 daemon, as an ordinary user would run it, on this configuration in a folder of its own."""
    for name in ("log", "data", "cache", "spool", "run"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    main = targets_write(folder, "include <itl>\ninclude <plugins>\nconst PluginDir = \"/usr/lib/nagios/plugins\"\n" + text, "icinga2.conf")
    paths = (("LogDir", "log"), ("DataDir", "data"), ("CacheDir", "cache"), ("SpoolDir", "spool"), ("InitRunDir", "run"))
    return ["icinga2", "daemon", "-c", main] + [f"-D{key}={os.path.join(folder, name)}" for key, name in paths] + [
        f"-DRunAsUser={pwd.getpwuid(os.getuid()).pw_name}", f"-DRunAsGroup={grp.getgrgid(os.getgid()).gr_name}"]


ALONE = 'const NodeName = "test"\nconst ZoneName = "test"\n'
SPREAD = 'const NodeName = "master.example.com"\nconst ZoneName = "master"\nobject ApiListener "api" {\n}\n'


def icinga_takes_the_commands(place, folder):
    """Checked with daemon -C: the commands, then with them the satellites."""
    if shutil.which("icinga2") is None:
        return "no icinga2"
    problems = []
    for name, head, files, wanted in (("alone", ALONE, ["icinga2.conf"], "Instantiated 2 Services"),
                                      ("spread", SPREAD, ["icinga2.conf", "icinga2-satellites.conf"], "Instantiated 5 Services")):
        own = os.path.join(folder, name)
        os.makedirs(own)
        if name == "spread":  # the listener's certificate, as `icinga2 pki new-ca` and `node setup` would make it
            certificates = os.path.join(own, "data", "certs")
            os.makedirs(certificates)
            done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                                   "/CN=master.example.com", "-keyout", f"{certificates}/master.example.com.key", "-out",
                                   f"{certificates}/master.example.com.crt"], capture_output=True, timeout=PATIENCE)
            expect(problems, done.returncode == 0, f"openssl: {done.stderr[-200:]}")
            shutil.copy(f"{certificates}/master.example.com.crt", f"{certificates}/ca.crt")
        status, said = said_by(icinga_command(own, head + "".join(f'include "{DOCS}/{file}"\n' for file in files)) + ["-C"])
        if "Invalid user specified" in said:
            return "icinga2 will not run as this user"
        expect(problems, status == 0 and wanted in said and "warning" not in said.replace("warning/ApiListener", ""), f"{name}: {said[-1500:]}")
    return problems


def icinga_runs_the_checks(place, folder):
    """Icinga itself starts the plugin and reads state, text and performance data; an event command writes down what it took."""
    if shutil.which("icinga2") is None:
        return "no icinga2"
    problems, told = [], os.path.join(folder, "told")
    script = targets_write(folder, f'echo "$STATE|$PERFDATA|$OUTPUT" >>{told}\n', "write.sh")
    options = dict(zip(place.options(place.broken)[::2], place.options(place.broken)[1::2]))
    commands = doc("icinga2.conf").replace("/usr/bin/edgeprobe", place.edgeprobe)
    commands = commands[:commands.index("object Host")]
    text = ALONE + 'library "checker"\nobject CheckerComponent "checker" { }\n' + commands + f"""
object EventCommand "write" {{
  command = [ "/bin/sh", "{script}" ]
  env = {{ STATE = "$service.state$", OUTPUT = "$service.output$", PERFDATA = "$service.perfdata$" }}
}}
object Host "edge" {{ check_command = "dummy" }}
object Service "mra" {{
  import "edgeprobe-service"
  host_name = "edge"
  check_interval = 1s
  retry_interval = 1s
  check_command = "edgeprobe"
  event_command = "write"
  vars.edgeprobe_domain = "example.com"
  vars.edgeprobe_vantage = "lab"
  vars.edgeprobe_trust = "{options['--trust']}"
  vars.edgeprobe_resolver = "{options['--resolver']}"
}}
"""
    with open(os.path.join(folder, "said"), "w+", encoding="utf-8") as said:
        daemon = subprocess.Popen(icinga_command(folder, text), stdout=said, stderr=said)
        until = time.monotonic() + PATIENCE
        while not (os.path.exists(told) and os.path.getsize(told)) and daemon.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        daemon.terminate()
        daemon.wait(timeout=PATIENCE)
        said.seek(0)
        log = said.read()
    if "Invalid user specified" in log:
        return "icinga2 will not run as this user"
    lines = open(told, encoding="utf-8").read().splitlines() if os.path.exists(told) else []
    state, perfdata, output = (lines[0].split("|") + ["", ""])[:3] if lines else ("", "", "")
    expect(problems, state == "CRITICAL" and output.startswith("EDGEPROBE CRITICAL - example.com: "), f"{lines[:1]} {log[-800:]}")
    expect(problems, re.search(r"\bdays_left=\d+;\d+:;\d+:;0\b", perfdata) and " fail=" in perfdata and "handshake=" in perfdata, f"performance data: {perfdata} in {lines[:2]}")
    return problems


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
    """The targets file of the documentation: every entry is understood."""
    problems = []
    done = subprocess.run([place.edgeprobe, "monitor", "-f", os.path.join(DOCS, "targets.yaml"), "--format", "ndjson", "--within", "0.001",
                           "--rate", "0.001", "--resolver", "127.0.0.1:9", "-t", "1", "--timeout", "0.2"], capture_output=True, text=True, timeout=PATIENCE)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    expect(problems, len(lines) == 4 and not done.stderr, f"{done.stdout} {done.stderr}")
    return problems


def the_metrics_are_those_documented(place, folder):
    """What alerts, dashboard and documentation name is what a round and the exporter write, and the reverse."""
    problems = []
    path = targets_write(folder, "targets:\n  - {domain: example.com}\n")
    written = said_by([place.edgeprobe, "monitor", "-f", path, "--format", "prometheus"] + place.options(place.broken))[1]
    with exporter_tests.Exporter(place, folder) as it:
        written += it.probe("example.com")[1] + it.get("/metrics")[1]
    series = dict(re.findall(r"^([a-z_]+)(?:\{([^}]*)\})? ", written, re.M))
    have = {name for name in series if not name.startswith("process_")}
    board = json.loads(doc("grafana.json"))
    queries = [t["expr"] for p in board["panels"] for t in p["targets"]] + [str(v["query"]) for v in board["templating"]["list"]]
    rules = yaml.safe_load(doc("alerts.yml"))
    queries += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    named = set(re.findall(r"\b(?:edgeprobe|probe)_[a-z_]+", " ".join(queries)))
    expect(problems, len(board["panels"]) >= 8 and len(queries) > 15, "the dashboard has no queries")
    expect(problems, named and named <= have, f"alerts or dashboard ask for {sorted(named - have)}")
    with open(os.path.join(os.path.dirname(DOCS), "monitoring.md"), encoding="utf-8") as text:
        rows = "".join(line for line in text if line.startswith("|"))
        documented = set(re.findall(r"`((?:edgeprobe|probe)_[a-z_]+)`", rows))
    expect(problems, have == documented, f"not documented: {sorted(have - documented)}; not written: {sorted(documented - have)}")
    for query in queries:
        for name, labels in re.findall(r"\b(edgeprobe_[a-z_]+)\{([^}]*)\}", query):
            asked = set(re.findall(r"(\w+)[=!]", labels))
            has = set(re.findall(r'(\w+)="', series.get(name, "")))
            expect(problems, asked <= has, f"{query}: {name} has no {sorted(asked - has)}")
    return problems


def the_node_exporter_reads_the_file(place, folder):
    """The textfile collector of Debian's node exporter takes what a round writes, every series of it."""
    if shutil.which("prometheus-node-exporter") is None:
        return "no prometheus-node-exporter"
    problems, path = [], targets_write(folder, exporter_tests.LIST)
    own = os.path.join(folder, "textfile")
    os.makedirs(own)
    ran = said_by([place.edgeprobe, "monitor", "-f", path, "--format", "prometheus", "-o", f"{own}/edgeprobe.prom"] + place.options(place.broken))
    expect(problems, ran[0] == 2, f"status {ran}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % free.getsockname()[1]
    node = subprocess.Popen(["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={own}",
                             f"--web.listen-address={address}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page, until = "", time.monotonic() + PATIENCE
        while not page and node.poll() is None and time.monotonic() < until:
            try:
                with exporter_tests.OPENER.open(f"http://{address}/metrics", timeout=PATIENCE) as answer:
                    page = answer.read().decode()
            except OSError:
                time.sleep(0.05)
    finally:
        node.terminate()
        node.wait(timeout=PATIENCE)
    with open(f"{own}/edgeprobe.prom", encoding="utf-8") as text:
        ours = [line.rsplit(" ", 1)[0] for line in text if line.startswith("edgeprobe_")]
    theirs = {frozenset(re.findall(r'\w+="(?:[^"\\\\]|\\\\.)*"', line)) | {line.split("{")[0].split(" ")[0]} for line in page.splitlines()}
    lost = [line for line in ours if frozenset(re.findall(r'\w+="(?:[^"\\\\]|\\\\.)*"', line)) | {line.split("{")[0].split(" ")[0]} not in theirs]
    expect(problems, len(ours) > 20 and not lost, f"{len(lost)} of {len(ours)} series are lost: {lost[:3]}")
    expect(problems, "node_textfile_scrape_error 0" in page, "the collector complains")
    return problems


def xargs_spreads_too(place, folder):
    """The line of the documentation, with this program and this lab in place of its own."""
    with open(os.path.join(os.path.dirname(DOCS), "monitoring.md"), encoding="utf-8") as text:
        line = [row.strip() for row in text if "xargs" in row and row.startswith("    ")]
    problems = []
    expect(problems, len(line) == 1, f"lines with xargs: {line}")
    targets_write(folder, "".join(f"d{i}.example\n" for i in range(9)) + "example.com\n", "domains.txt")
    command = line[0].replace("edgeprobe check", " ".join([place.edgeprobe, "check"] + place.options(place.good)))
    expect(problems, command != line[0], "the line does not run edgeprobe check")
    os.makedirs(os.path.join(folder, "reports"))
    status, said = said_by(["sh", "-c", command], cwd=folder)
    told = []
    for name in os.listdir(os.path.join(folder, "reports")):
        with open(os.path.join(folder, "reports", name), encoding="utf-8") as report:
            told.append(json.load(report))
    expect(problems, status == 123 and len(told) == 10 and {row["target"] for row in told if row["status"] == "pass"} == {"example.com"}, f"{status} {said[:300]}")
    return problems


# ---- the package ----

ROOT = os.path.dirname(os.path.dirname(DOCS))


def installed_by_make(place, folder):
    """make install into a folder: all is there and works from there, and nothing is anywhere else."""
    problems, root = [], os.path.join(folder, "root")
    status, said = said_by(["make", "-s", "install", f"BUILD={os.path.dirname(place.edgeprobe)}", f"DESTDIR={root}", "PREFIX=/usr"], cwd=ROOT)
    expect(problems, status == 0, said[-600:])
    found = {os.path.relpath(os.path.join(base, name), root) for base, _, names in os.walk(root) for name in names}
    wanted = {"usr/bin/edgeprobe", "usr/share/man/man1/edgeprobe.1", "usr/share/zsh/site-functions/_edgeprobe",
              "usr/share/bash-completion/completions/edgeprobe", "usr/share/fish/vendor_completions.d/edgeprobe.fish"}
    wanted |= {f"usr/share/doc/edgeprobe/monitoring/{name}" for name in os.listdir(DOCS)}
    wanted |= {f"usr/share/doc/edgeprobe/{name}" for name in os.listdir(os.path.dirname(DOCS)) if name.endswith((".md", ".schema.json"))}
    expect(problems, found == wanted, f"missing {sorted(wanted - found)}, too much {sorted(found - wanted)}")
    status, said = said_by([f"{root}/usr/bin/edgeprobe", "--version"])
    expect(problems, status == 0 and said.startswith("edgeprobe "), f"{status} {said}")
    problems += completes(f"{root}/usr/share/bash-completion/completions/edgeprobe", f"{root}/usr/bin")
    return problems


def completes(script, programs):
    """What bash offers for a command, an option and a value."""
    problems = []
    for words, offered in ((["mon"], "monitor"), (["monitor", "--per"], "--per-address"), (["check", "--format", "pro"], "prometheus")):
        ask = (f'PATH={programs}:$PATH; . {script}; COMP_WORDS=(edgeprobe {" ".join(words)}); COMP_CWORD={len(words)}; '
               '_edgeprobe; printf "%s\\n" "${COMPREPLY[@]}"')
        status, said = said_by(["bash", "-c", ask])
        expect(problems, status == 0 and said.split() == [offered], f"bash: {words}: {said[:200]}")
    return problems


def the_package_is_clean(place, folder):
    """make deb: nothing that lintian has to say, and what it holds is what runs."""
    if shutil.which("lintian") is None or shutil.which("dpkg-deb") is None:
        return "no lintian"
    problems = []
    os.chmod(folder, 0o755)
    status, said = said_by(["scripts/deb.sh", folder], cwd=ROOT)
    package = [name for name in os.listdir(folder) if name.endswith(".deb")]
    expect(problems, status == 0 and len(package) == 1, said[-400:])
    if problems:
        return problems
    path = os.path.join(folder, package[0])
    status, said = said_by(["lintian", "--allow-root", "--fail-on", "error,warning", path])
    said = "".join(line for line in said.splitlines(True) if "running with root privileges" not in line)
    expect(problems, status == 0 and not said.strip(), f"lintian: {said[:1500]}")
    status, said = said_by(["dpkg-deb", "-x", path, os.path.join(folder, "root")])
    status, said = said_by([os.path.join(folder, "root/usr/bin/edgeprobe"), "--version"])
    expect(problems, status == 0 and said.startswith("edgeprobe "), f"{status} {said}")
    for unit in ("edgeprobe-monitor.service", "edgeprobe-monitor.timer", "edgeprobe-exporter.service"):
        expect(problems, os.path.exists(os.path.join(folder, "root/lib/systemd/system", unit)), f"no {unit}")
    return problems


TESTS = [("icinga", icinga_takes_the_commands), ("icinga-runs", icinga_runs_the_checks), ("nagios", nagios_takes_the_objects),
         ("plugin", the_plugin_keeps_to_the_conventions), ("prometheus-files", prometheus_takes_rules_and_configuration),
         ("systemd", systemd_takes_the_units), ("cron", the_cron_line_runs), ("spread", the_list_is_spread), ("xargs", xargs_spreads_too),
         ("examples", the_examples_are_read), ("metrics", the_metrics_are_those_documented), ("node-exporter", the_node_exporter_reads_the_file),
         ("install", installed_by_make), ("package", the_package_is_clean)]
