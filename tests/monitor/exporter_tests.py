"""The exporter: scraped by a real Prometheus, by many at once, by slow and by hostile clients; its page in Chromium."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import browser
from round_tests import DOCS, PATIENCE, doc, expect, targets_write

LIST = """targets:
  - {domain: example.com}
  - {domain: other.example}
  - {domain: example.com, name: 'Bad <b>"name"</b> & more'}
  - {domain: example.com, name: no trust, trust: none.pem}
modules:
  quick: {timeout: 1, no-revocation: true}
  old: {warn-days: 4000}
"""
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Exporter:
    """with Exporter(place, folder) as it: it.get("/probe?…")"""

    def __init__(self, place, folder, text=LIST, lab=None, more=(), **popen):
        self.path = targets_write(folder, text)
        self.process = subprocess.Popen([place.edgeprobe, "monitor", "-f", self.path, "--listen", ":0"] + list(more)
                                        + place.options(lab or place.broken), stderr=subprocess.PIPE, text=True, **popen)
        self.said = []
        for line in self.process.stderr:
            if "http://" in line:
                self.base = line.split()[-1].rstrip("/")
                break
            self.said.append(line)
        self.port = int(self.base.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(timeout=PATIENCE)
        self.process.stderr.close()

    def get(self, path, timeout=None, method="GET", **headers):
        if timeout is not None:
            headers["X-Prometheus-Scrape-Timeout-Seconds"] = str(timeout)
        request = urllib.request.Request(self.base + path, headers=headers, method=method)
        try:
            with OPENER.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def probe(self, target, **more):
        return self.get("/probe?" + urllib.parse.urlencode({"target": target}), **more)

    def value(self, name):
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        return None

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)


def answers(place, folder):
    problems = []
    with Exporter(place, folder) as it:
        for path, status, words in (("/-/healthy", 200, "healthy"), ("/probe", 400, "target"), ("/probe?target=", 400, "target"),
                                    ("/probe?target=example.org", 403, "not among"), ("/probe?target=example.com&module=none", 400, "module"),
                                    ("/probe?target=no+trust", 500, "none.pem"), ("/none", 404, "no such page"), ("/report?target=example.com", 404, "not looked at"),
                                    ("/report?target=evil", 403, "not among"), ("/..%2f..%2fetc/passwd", 404, "no such page")):
            got = it.get(path)
            expect(problems, got[0] == status and words in got[1], f"{path}: {got[0]} {got[1][:100]!r}")
        expect(problems, it.get("/probe?target=example.com", method="POST")[0] == 405, "POST is taken")
        status, text = it.probe("example.com", timeout=30)
        expect(problems, status == 200 and "probe_success 0\n" in text and 'edgeprobe_status{target="example.com"} 2\n' in text
               and "probe_ssl_earliest_cert_expiry " in text and "probe_duration_seconds " in text, f"{status} {text[:300]}")
        expect(problems, it.probe("EXAMPLE.com")[0] == 200, "a domain is not found whatever its case")
        with_module = it.get("/probe?target=example.com&module=old")[1]
        expect(problems, 'cause="expires-soon"' in with_module and 'cause="expires-soon"' not in text, "the module's options count for nothing")
        if shutil.which("promtool"):
            for page in (text, it.get("/metrics")[1]):
                done = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, text=True, timeout=PATIENCE)
                expect(problems, done.returncode == 0 and not done.stderr + done.stdout, done.stderr[:300] + done.stdout[:300])
        status, report = it.get("/report?target=example.com")
        expect(problems, status == 200 and report.startswith("<!DOCTYPE html>") and report.rstrip().endswith("</html>"), f"report: {status}")
        expect(problems, "ended" if it.end() == 0 else "", "it does not end with 0")
    return problems


def a_good_edge(place, folder):
    problems, state = [], os.path.join(folder, "state.db")
    with Exporter(place, folder, lab=place.good, more=("--changes", state)) as it:
        text = it.probe("example.com")[1]
        expect(problems, "probe_success 1\n" in text, text[:200])
        page = it.get("/")[1]
        expect(problems, page.count("<tr ") == 5 and "4 targets" in page and ">pass<" in page, "the list does not show it")
    with Exporter(place, folder, lab=place.good, more=("--changes", state)) as it:  # once more: it remembers
        page = it.get("/")[1]
        expect(problems, page.count(">pass<") == 1 and "1 pass<" in page and ", in " in page, "what was known before is not shown")
        expect(problems, it.get("/report?target=example.com")[0] == 404, "a report of before is there")
    history = subprocess.run([place.edgeprobe, "monitor", "--history", "example.com", "--changes", state], capture_output=True, text=True, timeout=PATIENCE)
    expect(problems, history.returncode == 0 and "pass since" in history.stdout, f"{history.stdout}{history.stderr}")
    return problems


def prometheus_scrapes_it(place, folder):
    """Debian's Prometheus with the configuration of the documentation; every query of alerts and dashboard is answered."""
    if shutil.which("prometheus") is None:
        return "no prometheus"
    problems, elsewhere = [], os.path.join(folder, "elsewhere")
    os.makedirs(elsewhere)
    with Exporter(place, folder) as it, Exporter(place, elsewhere) as other:  # the second is another machine's, by service discovery
        targets_write(folder, json.dumps([
            {"targets": ["example.com"], "labels": {"customer": "x"}},
            {"targets": ["other.example"], "labels": {"customer": "x", "edgeprobe_exporter": f"127.0.0.1:{other.port}"}}]), "targets.json")
        shutil.copy(os.path.join(DOCS, "alerts.yml"), folder)
        config = doc("prometheus.yml").replace("127.0.0.1:9877", f"127.0.0.1:{it.port}").replace("scrape_interval: 5m", "scrape_interval: 1s")
        config = config.replace("scrape_timeout: 60s", "scrape_timeout: 1s").replace("evaluation_interval: 1m", "evaluation_interval: 1s")
        path = targets_write(folder, config, "prometheus.yml")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % free.getsockname()[1]
        prometheus = subprocess.Popen(["prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder}/data",
                                       f"--web.listen-address={address}", "--log.level=error"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def query(words):
            url = f"http://{address}/api/v1/query?" + urllib.parse.urlencode({"query": words})
            try:
                with OPENER.open(url, timeout=PATIENCE) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                return {"status": f"{error.code} {error.read().decode()[:200]}"}
            except OSError:
                return {"status": "not there"}
        try:
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:  # until it has scraped both targets and the exporter itself
                got = query('count(up == 1)')
                if got["status"] == "success" and got["data"]["result"] and got["data"]["result"][0]["value"][1] == "3":
                    break
                time.sleep(0.2)
            states = query("edgeprobe_status")
            found = {(r["metric"]["instance"], r["metric"]["customer"]): r["value"][1] for r in states.get("data", {}).get("result", [])}
            expect(problems, found == {("example.com", "x"): "2", ("other.example", "x"): "2"}, f"{states}")
            for which, looked, never in ((it, "example.com", "other.example"), (other, "other.example", "example.com")):
                pages = [which.get("/report?target=" + name)[0] for name in (looked, never)]
                expect(problems, pages == [200, 404], f"the poller of {looked} answers {pages}")
            expressions = [t["expr"].replace("$target", ".*") for p in json.loads(doc("grafana.json"))["panels"] for t in p["targets"]]
            for words in expressions:
                expect(problems, query(words)["status"] == "success", f"dashboard: {words}: {query(words)['status']}")
            for words in ('edgeprobe_outcome{state="fails"} == 1', "probe_success == 0", 'edgeprobe_certificate_not_after_timestamp_seconds{position="0"}'):
                expect(problems, query(words)["data"]["result"], f"nothing for {words}")
        finally:
            prometheus.terminate()
            prometheus.wait(timeout=PATIENCE)
    return problems


def many_scrapes_at_once(place, folder):
    """Two thousand: each gets an answer; of one target there is one look at a time."""
    problems = []
    with Exporter(place, folder, more=("--jobs", "4")) as it:
        with ThreadPoolExecutor(100) as pool:
            got = list(pool.map(lambda i: it.probe(("example.com", "other.example", 'Bad <b>"name"</b> & more')[i % 3], timeout=30)[0], range(2000)))
        expect(problems, set(got) <= {200, 503} and got.count(200) > 1000, f"{ {s: got.count(s) for s in set(got)} }")
        expect(problems, it.get("/-/healthy")[0] == 200, "it is not healthy any more")
        expect(problems, it.value("edgeprobe_exporter_running") == 0 and it.value("edgeprobe_exporter_waiting") == 0, "something still runs")
        looks = sum(float(line.split()[-1]) for line in it.get("/metrics")[1].splitlines() if line.startswith("edgeprobe_exporter_probes_total"))
        expect(problems, looks < 2000, f"{looks} looks for 2000 scrapes of three targets")
        expect(problems, it.value("process_open_fds") < 60, f"{it.value('process_open_fds')} descriptors are open")
    return problems


def slow_and_hostile_clients(place, folder):
    problems, sockets = [], []
    with Exporter(place, folder) as it:
        for i in range(300):  # half a request, and silence
            s = socket.create_connection(("127.0.0.1", it.port), timeout=PATIENCE)
            s.sendall((b"GET /probe?target=exa", b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 1000)[i % 3])
            sockets.append(s)
        expect(problems, it.probe("example.com")[0] == 200, "slow clients keep others out")
        for s in sockets:
            s.close()
        for request in (b"GET /probe?target=%00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /probe?target=%zz&%&&&=&module HTTP/1.1\r\nHost: x\r\n\r\n",
                        b"GET /probe?target=" + b"a" * 60000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 
                        b"GET /?page=-1 HTTP/1.0\r\n\r\n", b"GET /?page=99999999999999999999 HTTP/1.0\r\n\r\n", b"GET " + b"/" * 5000 + b" HTTP/1.0\r\n\r\n",
                        b"GET /probe?target=example.com%0d%0aX-Evil:%201 HTTP/1.0\r\n\r\n",
                        b"GET /probe?target=example.com HTTP/1.0\r\nX-Prometheus-Scrape-Timeout-Seconds: nan\r\n\r\n",
                        b"GET /probe?target=example.com HTTP/1.0\r\nX-Prometheus-Scrape-Timeout-Seconds: 1e99\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", it.port), timeout=PATIENCE) as s:
                try:
                    s.sendall(request)
                    s.shutdown(socket.SHUT_WR)
                    said = s.recv(65536)
                except OSError:
                    said = b""
                expect(problems, b"X-Evil" not in said.split(b"\r\n\r\n")[0], f"{request[:60]}: a query wrote a header")
        for request in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" * 4000, b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 9000,
                        b"GET /probe?" + b"target=a&" * 3000 + b" HTTP/1.0\r\n\r\n",
                        b"POST /probe HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 100000):
            try:  # nothing that asks for an answer
                with socket.create_connection(("127.0.0.1", it.port), timeout=PATIENCE) as s:
                    s.sendall(request)
            except OSError:
                pass
        for _ in range(30):  # gone before the answer
            with socket.create_connection(("127.0.0.1", it.port), timeout=PATIENCE) as s:
                s.sendall(b"GET /probe?target=example.com HTTP/1.1\r\nHost: x\r\n\r\n")
        expect(problems, it.get("/-/healthy")[0] == 200 and it.process.poll() is None, "it did not survive")
        expect(problems, it.end() == 0, "it does not end with 0")
    return problems


def thousands_at_one_moment(place, folder):
    """Two thousand connections stand before the first is answered; every one is, and none is lost or mixed up."""
    count, kinds, problems = 2000, ("example.com", "other.example"), []
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count + 200:
        return f"only {hard} descriptors"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 200), hard))
    sockets = []
    with Exporter(place, folder) as it:
        try:
            for i in range(count):
                s = socket.create_connection(("127.0.0.1", it.port), timeout=PATIENCE)
                sockets.append(s)
            for i, s in enumerate(sockets):
                s.sendall(f"GET /probe?target={kinds[i % 2]} HTTP/1.0\r\nX-Prometheus-Scrape-Timeout-Seconds: 60\r\n\r\n".encode())
            answers = []
            for s in sockets:
                said = b""
                while got := s.recv(1 << 20):
                    said += got
                answers.append(said)
        finally:
            for s in sockets:
                s.close()
        good = [i for i, said in enumerate(answers) if said.split(b" ")[1:2] == [b"200"]]
        busy = sum(said.split(b" ")[1:2] == [b"503"] for said in answers)
        expect(problems, len(good) + busy == count and len(good) > count / 2, f"{len(good)} good and {busy} busy of {count}")
        expect(problems, all(f'edgeprobe_status{{target="{kinds[i % 2]}"}}'.encode() in answers[i] for i in good), "an answer is another's")
        expect(problems, it.get("/-/healthy")[0] == 200 and it.value("edgeprobe_exporter_waiting") == 0, "it is not itself any more")
    return problems


def clients_that_read_slowly(place, folder):
    """A dozen that ask for much and read nothing: others are served meanwhile, and what they held is given back."""
    problems, sockets = [], []
    text = "targets:\n" + "".join(f"  - {{domain: example.com, name: 'target {i} {'x' * 200}'}}\n" for i in range(3000))
    with Exporter(place, folder, text=text) as it:
        before = it.value("process_open_fds")
        for _ in range(12):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.settimeout(PATIENCE)
            s.connect(("127.0.0.1", it.port))
            s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 4)
            sockets.append(s)
        for _ in range(5):
            expect(problems, it.get("/-/healthy")[0] == 200, "slow readers keep others out")
        expect(problems, it.get("/probe?target=" + urllib.parse.quote(f"target 7 {'x' * 200}"))[0] == 200, "slow readers keep a look out")
        first = sockets[0].recv(4096)
        expect(problems, first.startswith(b"HTTP/1.1 200"), f"the slow one got {first[:40]}")
        expect(problems, it.value("process_resident_memory_bytes") < 120 << 20, f"{it.value('process_resident_memory_bytes')} bytes of memory")
        for s in sockets:
            s.close()
        until = time.monotonic() + PATIENCE
        while it.value("process_open_fds") > before + 4 and time.monotonic() < until:
            time.sleep(0.05)
        expect(problems, it.value("process_open_fds") <= before + 4, f"{it.value('process_open_fds')} descriptors, {before} before")
        expect(problems, it.end() == 0, "it does not end with 0")
    return problems


def the_scrape_timeout_counts(place, folder):
    """A resolver that says nothing: the answer comes within the scrape's time."""
    problems = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = "127.0.0.1:%d" % silent.getsockname()[1]
        text = f"targets:\n  - {{domain: example.com, resolver: '{resolver}', timeout: 60}}\n  - {{domain: example.net, resolver: '{resolver}', timeout: 60}}\n"
        with Exporter(place, folder, text=text, more=("--jobs", "1")) as it:
            began = time.monotonic()
            with ThreadPoolExecutor(2) as pool:
                got = list(pool.map(lambda t: it.probe(t, timeout=2), ("example.com", "example.net")))
            took = time.monotonic() - began
            expect(problems, took < 20, f"two scrapes of two seconds took {took:.1f} s")
            expect(problems, got[0][0] in (200, 503) and {s for s, _ in got} <= {200, 503}, f"{[s for s, _ in got]}")
            expect(problems, any("probe_success 0" in text for _, text in got), "what could not be seen is a success")
    return problems


def the_list_is_read_anew(place, folder):
    problems = []
    with Exporter(place, folder) as it:
        it.probe("example.com")
        targets_write(folder, "targets:\n  - {domain: example.com}\n  - {domain: fresh.example}\n")
        it.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + PATIENCE
        while it.probe("fresh.example")[0] == 403 and time.monotonic() < until:
            time.sleep(0.05)
        expect(problems, it.probe("fresh.example")[0] == 200 and it.probe("other.example")[0] == 403, "the list is the old one")
        expect(problems, it.get("/report?target=example.com")[0] == 200, "the last report is gone")
        targets_write(folder, "targets: [}\n")
        it.process.send_signal(signal.SIGHUP)
        line = it.process.stderr.readline()
        expect(problems, "targets.yaml:1:" in line and "stay as they were" in line, f"a bad list: {line}")
        expect(problems, it.probe("fresh.example")[0] == 200, "a bad list took the good one away")
    return problems


def sixty_four_descriptors(place, folder):
    def few():
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    problems = []
    with Exporter(place, folder, preexec_fn=few) as it:
        with ThreadPoolExecutor(20) as pool:
            got = list(pool.map(lambda i: it.probe("example.com", timeout=30)[0], range(60)))
        expect(problems, set(got) == {200}, f"{set(got)}")
        expect(problems, "probe_success 0" in it.probe("example.com")[1] and 'check="net.connect"' not in it.probe("example.com")[1], "our own limit is told as the edge's fault")
    return problems


def page_of_many(place, folder, targets, page, check):
    """The HTML report of a round: worst first, the good ones folded, and nothing that page.js complains of."""
    problems, path = [], os.path.join(folder, "many.html")
    with open(targets, encoding="utf-8") as text:
        more = text.read().replace("modules:", "  - {domain: example.com, name: another without, trust: none.pem}\nmodules:")
    listed = targets_write(folder, more, "many.yaml")
    subprocess.run([place.edgeprobe, "monitor", "-f", listed, "--format", "html", "-o", path] + place.options(place.broken), capture_output=True, timeout=PATIENCE)
    for width, dark in ((390, True), (1280, False)):
        page.open("file://" + path, width=width, dark=dark)
        problems += [f"a round at {width}: {problem}" for problem in page.run(check)]
    states = page.run("return [...document.querySelectorAll('.target > .tag')].map(e => e.textContent)")
    asked = [url for url in page.requests() if not url.startswith(("file://" + path, "data:"))]
    expect(problems, not asked, f"the page of a round asks for {asked}")
    order = ["fail", "not run", "warn", "unknown", "pass"]
    expect(problems, len(states) == 5 and states == sorted(states, key=order.index), f"order: {states}")
    return problems


def its_page_in_a_browser(place, folder):
    if browser.missing() is not None:
        return f"no {browser.missing()}"
    problems = []
    with open(os.path.join(os.path.dirname(browser.__file__), "page.js"), encoding="utf-8") as text:
        check = text.read()
    with Exporter(place, folder) as it, browser.Browser() as page:
        problems += page_of_many(place, folder, it.path, page, check)
        for name in ("example.com", 'Bad <b>"name"</b> & more'):
            it.probe(name)
        for width, dark in ((390, True), (1280, False)):
            page.open(it.base + "/", width=width, dark=dark)
            problems += [f"at {width}: {problem}" for problem in page.run(check)]
            names = page.run("return [...document.querySelectorAll('tbody th')].map(e => e.textContent)")
            expect(problems, len(names) == 4 and 'Bad <b>"name"</b> & more' in names, f"{names}")
        page.run("[...document.querySelectorAll('tbody a')].find(a => a.textContent.startsWith('Bad')).click()")
        until = time.monotonic() + PATIENCE
        while "report" not in page.run("return location.pathname") and time.monotonic() < until:
            time.sleep(0.05)
        expect(problems, page.run("return document.querySelector('h1').textContent") == 'Bad <b>"name"</b> & more', "the link leads elsewhere")
        problems += page.run(check)
        outside = [url for url in page.requests() if not url.startswith((it.base, "data:"))]
        expect(problems, not outside, f"asks for {outside}")
    return problems


def only_loopback_unless_told(place, folder):
    problems = []
    with Exporter(place, folder) as it:
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [line.split()[1] for line in table if f":{it.port:04X} " in line and line.split()[3] == "0A"]
        expect(problems, rows == [f"0100007F:{it.port:04X}"], f"it listens on {rows}")
        done = subprocess.run([place.edgeprobe, "monitor", "-f", it.path, "--listen", f"127.0.0.1:{it.port}"], capture_output=True, text=True, timeout=PATIENCE)
        expect(problems, done.returncode == 3 and "in use" in done.stderr, f"a port in use: {done.returncode} {done.stderr}")
    for wrong in ("x", "127.0.0.1", "::1:80", "example.com:80", ":99999"):
        done = subprocess.run([place.edgeprobe, "monitor", "-f", it.path, "--listen", wrong], capture_output=True, text=True, timeout=PATIENCE)
        expect(problems, done.returncode == 3 and "--listen" in done.stderr, f"{wrong}: {done.returncode} {done.stderr}")
    return problems


TESTS = [("exporter", answers), ("exporter-good", a_good_edge), ("prometheus", prometheus_scrapes_it), ("many-scrapes", many_scrapes_at_once), ("thousands", thousands_at_one_moment), ("slow-readers", clients_that_read_slowly),
         ("hostile-clients", slow_and_hostile_clients), ("scrape-timeout", the_scrape_timeout_counts), ("reload", the_list_is_read_anew),
         ("exporter-64", sixty_four_descriptors), ("exporter-page", its_page_in_a_browser), ("loopback", only_loopback_unless_told)]
