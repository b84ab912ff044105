"""A page in real Chromium, by chromedriver and its DevTools commands: no library, three kinds of HTTP request.

    with Browser() as browser:
        browser.open("file:///…/report.html", width=390, dark=True)
        browser.run("return document.title")"""

import base64
import json
import re
import shutil
import subprocess
import tempfile
import urllib.request

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-dev-shm-usage", "--hide-scrollbars"]
PATIENCE = 60


def missing():
    """Which program is not there; None when all are."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return program
    return None


class Browser:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="edgeprobe-chromium-")
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        self.session = None
        try:
            for line in self.driver.stdout:
                found = re.search(r"started successfully on port (\d+)", line)
                if found:
                    break
            self.base = f"http://127.0.0.1:{found.group(1)}"
            options = {"args": ARGUMENTS + [f"--user-data-dir={self.home}"]}
            made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL"}}}})
            self.session = made["sessionId"]
            self.ask("POST", f"/session/{self.session}/url", {"url": "about:blank"})
            self.requests()  # of the page that Chromium begins with
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.session is not None:
            try:
                self.ask("DELETE", f"/session/{self.session}")
            except OSError:
                pass
        self.driver.terminate()
        self.driver.wait(timeout=PATIENCE)
        shutil.rmtree(self.home, ignore_errors=True)

    def ask(self, method, path, body=None):
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def devtools(self, command, **params):
        return self.ask("POST", f"/session/{self.session}/goog/cdp/execute", {"cmd": command, "params": params})

    def open(self, url, width=1280, height=900, dark=False, media="screen"):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                      mobile=width < 600)
        self.devtools("Emulation.setEmulatedMedia", media=media,
                      features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.ask("POST", f"/session/{self.session}/url", {"url": url})

    def run(self, script):
        return self.ask("POST", f"/session/{self.session}/execute/sync", {"script": script, "args": []})

    def requests(self):
        """URLs that the page asked for since the last call."""
        urls = []
        for entry in self.ask("POST", f"/session/{self.session}/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls

    def screenshot(self, path, top=0, height=None):
        width, whole = self.run("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": top, "width": width, "height": min(height or whole, whole - top), "scale": 1}
        got = self.devtools("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        with open(path, "wb") as out:
            out.write(base64.b64decode(got["data"]))

    def pdf(self, path):
        self.devtools("Emulation.setEmulatedMedia", media="print")
        self.devtools("Emulation.clearDeviceMetricsOverride")
        got = self.ask("POST", f"/session/{self.session}/print", {"page": {"width": 21.0, "height": 29.7}, "background": True})
        with open(path, "wb") as out:
            out.write(base64.b64decode(got))
