#!/usr/bin/python3 -B
"""What would Expressway-C and the Unified CM behind it answer? The far end of the SSH tunnels: edge configuration and
UDS with the documents of field-facts 1.3 and bundle-facts 3.1, changed request by request as a story says.

    say = {"edge-config": {"status": 403, "server": "CE_E"}}       for every edge
    say = {"expe1 user": {"body": "…", "gzip": True}}               for one

Keys of an answer: status, server, realm, body (of the documents below, or text), type, location, cookie (None: no
cookie), cookie_domain, header (more lines), gzip, chunked, times (repeats the body), silence. `asked` keeps every request,
with its credentials: it is here that the tests see what has really been sent."""

import base64
import gzip
import http.server
import threading

PASSWORD, TOKEN, COOKIE = "LabPasswordZq7", "lab.token-Zq7~x", "11111111-2222-3333-4444-55555555Zq77"
DEVICE = "CSFALICE"

SSO = """<?xml version="1.0" encoding="UTF-8"?><SSOResult version="1.0"><Response><SingleSignOn>\
<Status enabled="false"/></SingleSignOn><OAuth><Status enabled="true"/></OAuth></Response></SSOResult>"""
CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<getEdgeConfigResponse version="1.0"><serviceConfig>
<service><name>_cisco-uds</name><server><priority>1</priority><weight>1</weight><port>8443</port>\
<address>{ucm}</address></server></service>
<service><name>_cuplogin</name><error>NameError</error></service>
<service><name>tftpServer</name><address>{ucm}</address><address>cucm2.{domain}</address></service></serviceConfig>
<edgeConfig><sipEdgeServer><server><address>{host}</address><tlsPort>5061</tlsPort></server></sipEdgeServer>
<sipRequest><route>&lt;sip:127.0.0.1:5061;transport=tls;zone-id=1;directed;lr&gt;</route></sipRequest>
<xmppEdgeServer><server><address>{host}</address><tlsPort>5222</tlsPort></server></xmppEdgeServer>
<httpEdgeServer><server><address>{host}</address><tlsPort>8443</tlsPort></server></httpEdgeServer><turnEdgeServer/>
<userUdsServer><server><address>{ucm}</address><tlsPort>8443</tlsPort></server></userUdsServer>
</edgeConfig></getEdgeConfigResponse>
"""
CLUSTER_USER = """<?xml version="1.0" encoding="UTF-8"?><clusterUser version="14.0" uri="https://{ucm}:8443/cucm-uds/clusterUser">\
<result found="true" uri="https://{ucm}:8443/cucm-uds/user/{user}" version="14.0"/>\
<homeCluster serversUri="https://{ucm}:8443/cucm-uds/servers">{ucm}</homeCluster></clusterUser>"""
SERVERS = """<?xml version="1.0" encoding="UTF-8"?><servers version="14.0"><server>{ucm}</server><server>cucm2.{domain}</server></servers>"""
USER = """<?xml version="1.0" encoding="UTF-8"?><user version="14.0" uri="https://{ucm}:8443/cucm-uds/user/{user}"><id>{user}</id>\
<userName>{user}</userName><homeCluster enableImAndPresence="true">true</homeCluster><accountType useLdapAuth="false"/>\
<devices uri="https://{ucm}:8443/cucm-uds/user/{user}/devices"/></user>"""
DEVICES = """<?xml version="1.0" encoding="UTF-8"?><devices version="14.0"><device><id>1</id><name>SEP001122334455</name>\
<type>phone</type><model>Cisco 8845</model></device><device><id>2</id><name>CSFALICE</name><type>phone</type>\
<model>Cisco Unified Client Services Framework</model></device></devices>"""

BODIES = {
    "sso": SSO, "config": CONFIG, "cluster-user": CLUSTER_USER, "servers": SERVERS, "user": USER, "devices": DEVICES,
    "config-no-uds": CONFIG.replace("<server><address>{ucm}</address><tlsPort>8443</tlsPort></server></userUdsServer>",
                                    "<server><address></address></server></userUdsServer>"),
    "config-name-error": CONFIG.replace("<userUdsServer><server><address>{ucm}</address><tlsPort>8443</tlsPort></server>",
                                        "<userUdsServer>")
                               .replace("<name>_cisco-uds</name><server><priority>1</priority><weight>1</weight>"
                                        "<port>8443</port><address>{ucm}</address></server>",
                                        "<name>_cisco-uds</name><error>NameError</error>"),
    "config-hostile-route": CONFIG.replace("zone-id=1;directed;lr&gt;", "lr&gt;&#13;&#10;X-Injected: yes"),
    "config-hostile-uds": CONFIG.replace("<userUdsServer><server><address>{ucm}",
                                         "<userUdsServer><server><address>a b&#10;/../x"),
    "not-found": '<clusterUser version="14.0"><result found="false"/></clusterUser>',
    "devices-none": '<devices version="14.0"/>',
    "entities": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><getEdgeConfigResponse>&b;'
                "</getEdgeConfigResponse>",
    "external": '<!DOCTYPE x SYSTEM "http://{net}.9.9/x.dtd"><getEdgeConfigResponse/>',
    "deep": "<getEdgeConfigResponse>" * 2000,
    "wide": "<getEdgeConfigResponse>" + "<a/>" * 30000 + "</getEdgeConfigResponse>",
    "cut": CONFIG[:400], "html": "<!DOCTYPE html><html><body>Please log in</body></html>", "empty": "",
    "not-utf-8": "<getEdgeConfigResponse><edgeConfig>\udcff\udcfe</edgeConfig></getEdgeConfigResponse>",
}


def unpadded(text):
    return base64.b64encode(text.encode()).decode().rstrip("=")


class Backend:
    """One listener for each edge, so that it is known through which tunnel a request came."""

    def __init__(self, domain, net, places):
        self.domain, self.net, self.ucm = domain, net, "cucm1." + domain
        self.say, self.asked = {}, []
        self.lock = threading.Condition()
        self.stopping = threading.Event()
        self.servers = [self.listen(edge, host, address, port) for edge, host, address, port in places]

    def listen(self, edge, host, address, port):
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                backend.answer(self, edge, host)

            def log_message(self, *unused):
                pass

        server = http.server.ThreadingHTTPServer((address, port), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server

    def stop(self):
        self.stopping.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def forget(self):
        with self.lock:
            self.asked.clear()

    def wait_for(self, step, seconds):
        with self.lock:
            if not self.lock.wait_for(lambda: any(a["step"] == step for a in self.asked), seconds):
                raise RuntimeError(f"nobody asked for {step}")

    # ---- which question is it, and what is its good answer? ----

    def step_of(self, path):
        first, _, rest = path.lstrip("/").partition("/")
        if first == unpadded(self.domain):
            if rest.startswith("get_edge_sso"):
                return "edge-sso"
            if rest.startswith("get_edge_config"):
                return "edge-config"
        if first == unpadded(f"{self.domain}/https/{self.ucm}/8443"):
            kind, _, _ = rest.partition("?")
            if kind == "cucm-uds/clusterUser":
                return "cluster-user"
            if kind == "cucm-uds/servers":
                return "servers"
            if kind.endswith("/devices"):
                return "devices"
            if kind.startswith("cucm-uds/user/"):
                return "user"
        return None

    def knows(self, authorization):
        if authorization is None:
            return None
        kind, _, value = authorization.partition(" ")
        if kind == "Bearer":
            return "alice" if value == TOKEN else None
        user, _, password = base64.b64decode(value).decode().partition(":")
        return user if password == PASSWORD else None

    def usual(self, step, headers):
        has_cookie = f"X-Auth={COOKIE}" in (headers.get("Cookie") or "")
        known = self.knows(headers.get("Authorization"))
        if step is None:
            return {"status": 404, "server": "CE_E"}
        if step == "edge-sso":
            return {"status": 200, "server": "CE_C ECS", "body": "sso"}
        if step == "edge-config":
            return ({"status": 200, "server": "CE_C ECS", "body": "config", "cookie": COOKIE} if known
                    else {"status": 401, "server": "CE_C ECS", "realm": "Cisco-Edge"})
        if not has_cookie:
            return {"status": 401, "server": "CE_E", "realm": "Cisco-Edge"}
        if step in ("user", "devices") and not known:
            return {"status": 401, "server": "", "realm": "Cisco Web Services Realm"}
        return {"status": 200, "server": "", "body": step}

    # ---- the answer on the wire ----

    def answer(self, handler, edge, host):
        step = self.step_of(handler.path)
        sent = {k.lower(): v for k, v in handler.headers.items()}
        with self.lock:
            self.asked.append({"edge": edge, "step": step, "path": handler.path, "headers": sent})
            self.lock.notify_all()
        reply = self.usual(step, handler.headers)
        changed = self.say.get(f"{edge} {step}", self.say.get(step))
        if changed and ("always" in changed or step != "edge-config" or "Authorization" in handler.headers):
            if "status" in changed and changed["status"] != reply["status"]:
                reply = {"server": reply["server"]}
            reply = {**reply, **changed}
        if reply.get("silence"):
            self.stopping.wait(20)
            handler.close_connection = True
            return
        self.write(handler, reply, host, self.user_of(handler))

    @staticmethod
    def user_of(handler):
        kind, _, value = (handler.headers.get("Authorization") or "").partition(" ")
        return base64.b64decode(value).decode().partition(":")[0] if kind == "Basic" else "alice"

    def write(self, handler, reply, host, user):
        name = reply.get("body", "")
        text = BODIES.get(name, name)
        for key, value in (("ucm", self.ucm), ("domain", self.domain), ("host", host), ("user", user), ("net", self.net)):
            text = text.replace("{" + key + "}", value)
        body = text.encode("utf-8", "surrogateescape") * reply.get("times", 1)
        if reply.get("gzip"):
            body = gzip.compress(body)
        lines = [("Server", reply["server"]), ("Content-Type", reply.get("type", "text/xml"))]
        if reply.get("realm"):
            lines.append(("WWW-Authenticate", f'Basic realm="{reply["realm"]}"'))
        if reply.get("location"):
            lines.append(("Location", reply["location"]))
        if reply.get("cookie"):
            domain = reply.get("cookie_domain", "." + self.domain)
            lines.append(("Set-Cookie", f"X-Auth={reply['cookie']}; Expires=Fri, 31 Dec 2049 23:59:59 GMT; "
                                        f"Domain={domain}; Path=/; Secure"))
        lines += [tuple(line) for line in reply.get("header", [])]
        if reply.get("gzip"):
            lines.append(("Content-Encoding", "gzip"))
        lines.append(("Transfer-Encoding", "chunked") if reply.get("chunked") else ("Content-Length", str(len(body))))
        head = f"HTTP/1.1 {reply['status']} Lab\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines) + "\r\n"
        try:
            handler.wfile.write(head.encode("utf-8", "surrogateescape"))
            handler.wfile.write(chunks(body) if reply.get("chunked") else body)
            handler.wfile.flush()
        except OSError:  # whoever asked has seen enough
            handler.close_connection = True


def chunks(body):
    pieces = [body[i:i + 7] for i in range(0, len(body), 7)] if len(body) < 20000 else [body]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
