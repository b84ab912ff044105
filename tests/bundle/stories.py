"""What happened to the pairs of boxes, and which diagnosis that must end with.

finds: (check, cause, part of the subject, words of summary or evidence). Without it the pair must be silent."""
from maker import Box, dump_text, dump_xml, E, Pair, pem_of, TIME, zone

STORIES = {
    "healthy": {"make": lambda pki: Pair(pki), "status": 0,
                "outcomes": {"traversal-zone": "works", "ssh-tunnel": "works"}},
    "healthy-x12-x14": {"make": lambda pki: Pair(pki, release_e="X12.6.4", release_c="X14.0.1"), "status": 0},
    "ssh-down": {"make": lambda pki: Pair(pki, c_trust=["public-root", "inside-root", "inside"]), "status": 2,
                 "outcomes": {"traversal-zone": "works", "ssh-tunnel": "fails"},
                 "finds": [("chain.ssh-tunnel", "missing-intermediate", "expressway-e:expe1.example.com",
                            ["Lab Public Issuing", "expc1.example.local"])]},
    "zone-down-e-lacks-ca": {"make": lambda pki: Pair(pki, e_trust=["public-root", "public"]), "status": 2,
                             "outcomes": {"traversal-zone": "fails"},
                             "finds": [("chain.zone", None, "expressway-c:expc1.example.local",
                                        ["Lab Inside", "expe1.example.com"])]},
    "peer-name-wrong": {"make": lambda pki: Pair(pki, peer="edge.example.com"), "status": 2,
                        "outcomes": {"traversal-zone": "fails"},
                        "finds": [("name.peer-address", "no-match", "expressway-e:edge.example.com",
                                   ["edge.example.com", "expe1.example.com"])]},
    "peer-is-address": {"make": lambda pki: Pair(pki, peer="192.0.2.10"), "status": 2,
                        "finds": [("name.peer-address", "ip-address", "192.0.2.10", ["expe1.example.com"])]},
    "verify-name-wrong": {"make": lambda pki: Pair(pki, verify="expc.example.local"), "status": 2,
                          "finds": [("name.tls-verify", None, "expressway-c:expc1.example.local",
                                     ["expc.example.local", "expc1.example.local"])]},
    "e-serves-only-before-x15.4": {"make": lambda pki: Pair(pki, release_e="X14.3.1", release_c="X15.5.1", e_leaf={"eku": ["server"]}),
                                   "status": 2, "finds": [("cert.eku", "missing-client", "expe1", ["X14.3"])]},
    "e-serves-only-x15.5": {"make": lambda pki: Pair(pki, release_e="X15.5.1", release_c="X14.3.1", e_leaf={"eku": ["server"]}),
                            "status": 0},
    "c-without-client-use": {"make": lambda pki: Pair(pki, c_leaf={"eku": ["server"]}), "status": 2,
                             "finds": [("cert.eku", "missing-client", "expc1", [])]},
}


# ---- what logs tell: ten stories of TAC notes, in the vendor's forms, with names and addresses of our own ----

def tvcs(text, host="expe1", second=0, process="tvcs"):
    stamp = f"2026-11-27T10:00:{second:02d}.018+00:00"
    return f"{stamp} {host} {process}: {text}".replace("@UTC", f'UTCTime="2026-11-27 10:00:{second:02d},018"')


def traffic(text, second=0):
    return f"2026-11-27T10:00:{second:02d}.016+00:00 expc1 traffic_server[18242]: {text}"


def xcp(text, second=0):
    return (f'2026-11-27T10:00:{second:02d}.847+00:00 expc1 XCP_JABBERD[23843]: UTCTime="2026-11-27 10:00:{second:02d},847" '
            f'ThreadID="139747212576512" Module="Jabber" {text}')


def ssl_failed(reason, server, local, remote, second=0, error="1"):
    return tvcs('@UTC Module="developer.ssl" Level="ERROR" CodeLocation="ppcmains/ssl/ttssl/ttssl_openssl.cpp(68)" '
                'Method="::TTSSLErrorOutput" Thread="0x7f29ddefa700": TTSSL_continueHandshake: Failed to establish SSL '
                f'connection iResult="-1" error="{error}" bServer="{server}" localAddress="[\'IPv4\'\'TCP\'\'{local}\']" '
                f'remoteAddress="[\'IPv4\'\'TCP\'\'{remote}\']" ssl_error_reason="{reason}"', second=second)


def with_log(e=(), c=(), more=None, **how):
    def make(pki):
        pair = Pair(pki, **how)
        pair.e.log += e
        pair.c.log += c
        if more:
            more(pair)
        return pair
    return make


def dns_zone(pair):
    pair.e.settings.update(zone(6, "DNS", "Hybrid Call Services DNS", {
        "SIP Default Transport": "TLS", "SIP TLS Verify Mode": "On", "SIP TLS Verify InboundClassification": "On",
        "SIP TLS Verify Subject Name": "calllservice.ciscospark.com"}))


def alarm(number, detail, severity="warning", second=0, event="Raised"):
    return tvcs(f'Level="WARN" Event="Alarm {event}" Id="{number}" UUID="0f96695e-d954-4f6f-85c1-2ef1eae6f764" '
                f'Severity="{severity}" Detail="{detail}" @UTC', "expc1", second, "alarm")


UCM = "cucm.example.lab"
STORIES.update({
    "ucm-self-signed-6972": {
        "make": with_log(c=[
            traffic(f"[ET_NET 0] WARNING: Core server certificate verification failed for ({UCM}). Action=Terminate "
                    f"Error=self signed certificate server={UCM}(192.0.2.215) depth=0"),
            traffic(f"[ET_NET 0] ERROR: SSL connection failed for '{UCM}': error:1416F086:SSL routines:"
                    "tls_process_server_certificate:certificate verify failed"),
            traffic('UTCTime="2026-11-27 10:00:00,024" Module="network.http.trafficserver" Level="INFO": Detail="Sending '
                    'Response" Txn-id="191" TrackingID="" Dst-ip="127.0.0.1" Dst-port="35766" Msg="HTTP/1.1 502 connect failed "')]),
        "status": 2, "outcomes": {"ucm-connection": "fails", "traversal-zone": "works"},
        "finds": [("chain.ucm-trust", "not-in-expressway-c", f"expc1.example.local to {UCM}", ['"count": 1'])]},
    "ucm-known-by-address": {
        "make": with_log(c=[traffic("[ET_NET 2] WARNING: SNI (192.0.2.215) not in certificate. Action=Terminate "
                                    "server=192.0.2.215(192.0.2.215)", s) for s in (1, 9, 30)]),
        "status": 2, "outcomes": {"ucm-connection": "fails"},
        "finds": [("name.ucm-node", "ip-address", "192.0.2.215", ['"count": 3', "10:00:01Z", "10:00:30Z"])]},
    "ucm-refuses-c": {
        "make": with_log(c=[traffic(f"[ET_NET 1]ERROR:SSL connection failed for '{UCM}':error:14094418: SSL routines:"
                                    "ssl3_read_bytes:tlsv1 alert unknown ca")]),
        "status": 2, "outcomes": {"ucm-connection": "fails"},
        "finds": [("chain.ucm-trust", "not-in-tomcat-trust", UCM, [])]},
    "peer-is-address-and-logged": {
        "make": with_log(c=[tvcs('Event="Outbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.161" Src-port="25697" '
                                 'Dst-ip="192.0.2.10" Dst-port="7001" Detail="Peer\'s TLS certificate identity was '
                                 'unacceptable" Protocol="TLS" Common-name="192.0.2.10" Level="1" @UTC', "expc1", s)
                            for s in (2, 32)], peer="192.0.2.10"),
        "status": 2, "outcomes": {"traversal-zone": "fails"},
        "finds": [("name.peer-address", "ip-address", "192.0.2.10", ["log of expc1.example.local has it 2 times", '"count": 2'])]},
    "zone-password": {
        "make": with_log(e=[
            tvcs('@UTC Module="developer.nomodule" Level="WARN" CodeLocation="ppcmains/sip/sipproxy/SipProxyAuthentication.cpp(686)" '
                 'Method="SipProxyAuthentication::checkDigestSAResponse" Thread="0x7f2485cb0700": calculated response does '
                 'not match supplied response, calculatedResponse=1, response=2'),
            tvcs('Event="Authentication Failed" Service="SIP" Src-ip="192.0.2.161" Src-port="25723" Detail="Incorrect '
                 'authentication credential for user" Protocol="TLS" Method="OPTIONS" Level="1" @UTC')]),
        "status": 2, "outcomes": {"traversal-zone": "fails"},
        "finds": [("zone.authentication", "wrong-password", "zone:To Expressway-E", ["expe1.example.com"])]},
    "reverse-dns-missing": {
        "make": with_log(c=[xcp('Level="WARN " CodeLocation="cvsservice.cpp:409" Detail="caught exception: exception in '
                                'reverseDNSLookup: reverse DNS lookup failed for address=192.0.2.10"')]),
        "status": 2, "outcomes": {"xmpp-messaging": "fails", "sip-registration": "unknown"},
        "finds": [("host.reverse-dns", "missing", "192.0.2.10", [])]},
    "reverse-dns-other-name": {
        "make": with_log(c=[xcp('Level="WARN " CodeLocation="cvsservice.cpp:601" Detail="Certificate verification failed for '
                                'host=192.0.2.10, additional info: Invalid Hostname"')]),
        "status": 2, "finds": [("host.reverse-dns", "not-in-san", "192.0.2.10", [])]},
    "xcp-refused": {
        "make": with_log(c=[xcp('Level="ERROR" CodeLocation="mio.c:1121" Detail="Unable to connect to host \'192.0.2.10\', '
                                'port 7400:(111) Connection refused"'),
                            xcp('Level="ERROR" CodeLocation="base_connection.cpp:104" Detail="Failed to connect to component '
                                'jabberd-port-1.expc1-example-local"')]),
        "status": 2, "finds": [("net.xcp", "refused", "192.0.2.10", [])]},
    "xcp-silent": {
        "make": with_log(c=[xcp('Level="ERROR" CodeLocation="mio.c:1121" Detail="Unable to connect to host \'192.0.2.10\', '
                                'port 7400:(110) Connection timed out"')]),
        "status": 2, "finds": [("net.xcp", "timeout", "192.0.2.10", [])]},
    "webex-root-missing": {
        "make": with_log(e=[
            tvcs('Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="203.0.113.73" Src-port="58531" Dst-ip="198.51.100.10" '
                 'Dst-port="5062" Detail="self signed certificate in certificate chain" Protocol="TLS" Level="1" @UTC'),
            ssl_failed("error:14089086:SSL routines:ssl3_get_client_certificate:certificate verify failed", "true",
                       "198.51.100.10:5062", "203.0.113.73:58531")]),
        "status": 2, "finds": [("chain.zone", None, "expe1.example.com from 203.0.113.73", ["5062"])]},
    "webex-verify-name-typo": {
        "make": with_log(e=[tvcs('Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="203.0.113.45" Src-port="46049" '
                                 'Dst-ip="198.51.100.10" Dst-port="5062" Detail="Peer\'s TLS certificate identity was '
                                 'unacceptable" Protocol="TLS" Level="1" @UTC')], more=dns_zone),
        "status": 2,
        "finds": [("name.tls-verify", "no-match", "203.0.113.45", ["calllservice.ciscospark.com", "Hybrid Call Services DNS"])]},
    "caller-without-client-use": {
        "make": with_log(e=[tvcs('@UTC Module="network.tcp" Level="DEBUG": Src-ip="203.0.113.16" Src-port="45215" '
                                 f'Dst-ip="198.51.100.10" Dst-port="5061" Detail="{words}', second=1)
                            for words in ('TCP Connecting"', 'TCP Connection Established"',
                                          'TCP Connection Closed" Reason="no certificate returned"')]),
        "status": 2, "finds": [("tls.client-auth", "presented-none", "203.0.113.16", [])]},

    # ---- alarms ----
    "ssh-down-with-alarm": {
        "make": with_log(c=[alarm(35013, "Unified Communications SSH tunnel failure: This system cannot communicate with one or "
                                  "more remote hosts: expe1.example.com", second=s) for s in (3, 13)],
                         c_trust=["public-root", "inside-root", "inside"]),
        "status": 2, "outcomes": {"traversal-zone": "works", "ssh-tunnel": "fails"},
        "faults": ["chain.ssh-tunnel"],
        "finds": [("chain.ssh-tunnel", "missing-intermediate", "expressway-e:expe1.example.com", ["Lab Public Issuing"]),
                  ("host.alarm", "raised", "expc1.example.local/35013",
                   ["chain.ssh-tunnel expressway-e:expe1.example.com", '"count": 2'])]},
    "clocks-differ": {
        "make": with_log(c=[alarm(25022, "Time not synchronized over traversal zone: The system time of this server is different "
                                  "from that on a server on the other side of a SIP traversal zone")]),
        "status": 2, "faults": ["host.clock"], "finds": [("host.clock", "differs", "expc1.example.local", []),
                               ("host.alarm", "raised", "expc1.example.local/25022", ["host.clock"])]},
    "alarm-lowered": {
        "make": with_log(c=[alarm(20006, "Cluster database communication failure", second=1),
                            alarm(20006, "Cluster database communication failure", second=2, event="Lowered")]), "status": 0},

    # ---- what the settings of both ends tell ----
    "ports-differ": {"make": lambda pki: Pair(pki, port="7002"), "status": 2, "outcomes": {"traversal-zone": "fails"},
                     "finds": [("zone.pairing", "port-differs", "zone:To Expressway-E", ["7001", "7002"])]},
    "verify-off": {"make": with_log(more=lambda pair: pair.e.settings.update(
        {"Zones Zone 1 TraversalServer SIP TLS Verify Mode": "Off"})), "status": 2,
        "finds": [("zone.verify-mode", "off", "zone:From Expressway-C", ["expe1.example.com"])]},
    "users-differ": {"make": with_log(more=lambda pair: pair.e.settings.update(
        {"Zones Zone 1 TraversalServer Authentication UserName": "other-account-name"})), "status": 2,
        "finds": [("zone.authentication", "user-differs", "zone:To Expressway-E", [])]},
    "no-ntp": {"make": with_log(more=lambda pair: pair.c.settings.update({"NTP Server 1 Address": ""})), "status": 2,
               "finds": [("host.clock", "not-synchronised", "expc1.example.local", [])]},
})


# ---- what is set of TLS ----

DEFAULT_STRING = "EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH"
NEW_STRING = ("HIGH:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH:-AES256+SHA:-RSA+AESCCM:-DHE+AESCCM:-DHE+CHACHA20")
SERVICES = {"SIPTLS": None, "HTTPS": "HTTPS", "ReverseProxyTLS": "ReverseProxyTLS", "UcClientTLS": "UcClientTLS", "XCPTLS": "XCPTLS",
            "SMTPTLS": "SMTPTLS"}


def tls_set(string, least="minTLSv1.2", sip="TLSv1.2:TLSv1.3"):
    out = {f"Ciphers {name}Ciphers Value": string for name in SERVICES}
    out.update({f"Ciphers {name}Protocol Value": least for name in SERVICES.values() if name})
    out["SIP Advanced SipTlsVersions"] = sip
    return out


def with_tls(e, c, **how):
    def make(pki):
        pair = Pair(pki, **how)
        pair.e.settings.update(e)
        pair.c.settings.update(c)
        return pair
    return make


def neighbor(box, peer):
    box.settings.update(zone(9, "Neighbor", "Partner", {"Peer 1 Address": peer, "SIP Port": "5061", "SIP Transport": "TLS",
                                                        "SIP TLS Verify Mode": "On"}))


STORIES.update({
    "tls-defaults-of-two-releases": {
        "make": with_tls(tls_set(DEFAULT_STRING, sip="TLSv1:TLSv1.1:TLSv1.2"), tls_set(NEW_STRING), release_e="X14.3.1"), "status": 0,
        "passes": [("cipher.overlap", "zone:To Expressway-E", "TLSv1.2"), ("cipher.overlap", "expe1.example.com:7400", "X"),
                   ("cipher.string", "expc1.example.local/sip", "selects")]},
    "tls-versions-apart": {
        "make": with_tls(tls_set(DEFAULT_STRING, sip="TLSv1.2"), tls_set(DEFAULT_STRING, sip="TLSv1.3")), "status": 2,
        "outcomes": {"traversal-zone": "fails"}, "faults": ["cipher.overlap"],
        "finds": [("cipher.overlap", "no-common-version", "zone:To Expressway-E", ["expc1.example.local SIP", "expe1.example.com SIP"])]},
    "tls-suites-apart": {
        "make": with_tls(tls_set("ECDHE-RSA-AES256-GCM-SHA384", sip="TLSv1.2"), tls_set("ECDHE-RSA-AES128-GCM-SHA256", sip="TLSv1.2")),
        "status": 2, "finds": [("cipher.overlap", "no-common-suite", "zone:To Expressway-E", [])]},
    "cipher-string-slip": {
        "make": with_tls({}, tls_set("EECDH:HIHG:!aNULL")), "status": 2,
        "finds": [("cipher.string", "unknown-name", "expc1.example.local/sip", ["HIHG"])]},
    "unified-cm-too-old-for-tls13-only": {
        "make": with_tls({}, tls_set(NEW_STRING, sip="TLSv1.1")), "status": 2,
        "finds": [("cipher.overlap", "no-common-version", "ucm1.example.local:5061", [])]},
    "neighbor-unknown": {"make": with_log(more=lambda pair: neighbor(pair.e, "203.0.113.99")), "status": 0},
    "neighbor-is-other-box": {"make": with_log(more=lambda pair: neighbor(pair.c, "expe1.example.com")), "status": 0,
                              "passes": [("name.peer-address", "expressway-e:expe1.example.com", "expe1.example.com")],
                              "outcomes": {"neighbor-zone": "works"}},
})

STORIES.update({
    "changed-after-the-dump": {
        "make": with_log(e=[tvcs('Event="Certificate Management" Detail="Server certificate uploaded" Level="1" @UTC', second=7, process="web"),
                            tvcs('Event="System Configuration Changed" Detail="xconfiguration zones" Level="1" @UTC', second=9, process="web")],
                         c=[tvcs('Event="Outbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.161" Src-port="25697" Dst-ip="192.0.2.10" '
                                 'Dst-port="7001" Detail="certificate has expired" Protocol="TLS" Level="1" @UTC', "expc1", 12)],
                         more=lambda pair: setattr(pair.c, "status", '*s Zones: \n  Zone 1: \n    Name: "To Expressway-E"\n    Status: Active\n'
                                                   '    Type: TraversalClient\n*s/end\n')),
        "status": 2, "finds": [("host.bundle", "changed-since", "expe1.example.com", ["2026-11-27T10:00:07Z Certificate Management", "and 1 more"]),
                               ("host.bundle", "changed-since", "expc1.example.local", ["was Active when logging began"]),
                               ("cert.validity", "expired-logged", "expc1.example.local to", [])]},
    "nothing-changed-after-the-dump": {
        "make": with_log(e=["2026-11-27T09:59:01.018+00:00 expe1 web: Event=\"System Configuration Changed\" Level=\"1\" "
                            "UTCTime=\"2026-11-27 09:59:01,018\""]), "status": 0, "lacks": [("host.bundle", "changed-since")]},
})


# ---- what the boxes say of themselves, and settings that no zone for MRA may have ----

AT_E, AT_C = "Zones Zone 1 TraversalServer ", "Zones Zone 1 TraversalClient "


def state(box, name, word, more=""):
    box.status += f'*s Zones: \n  Zone 1: \n    Name: "{name}"\n    Status: {word}\n{more}*s/end\n'


def change(**how):
    """e={path: value}, c={path: value}; None: the line is not there."""
    def more(pair):
        for box, settings in ((pair.e, how.get("e", {})), (pair.c, how.get("c", {}))):
            box.settings.update(settings)
            box.settings = {path: value for path, value in box.settings.items() if value is not None}
    return with_log(more=more)


def cut(form):
    """The settings of Expressway-E end early."""
    def more(pair):
        text, name = dump_text("X15.2.1", pair.e.settings), f"xconf_dump_expe1_{TIME}"
        if form == "xml":
            whole = dump_xml(pair.e.settings)
            pair.e.more = {f"{name}.txt": None, f"{name}.xml": whole[:whole.index("<Name>expc1")]}
        elif form == "line":
            pair.e.more = {f"{name}.txt": text[:text.index("SIP TLS Verify Subject Name")]}
        else:
            lines = text.splitlines(keepends=True)
            pair.e.more = {f"{name}.txt": "".join(line for line in lines if "Verify Subject Name" not in line)}
    return with_log(more=more)


def cluster(change_e2):
    """A second peer of Expressway-E, in one cluster with the first."""
    def make(pki):
        names = ["example.com", "collab-edge.example.com", "expe.example.com"]
        pair = Pair(pki, e_leaf={"names": [E, *names]})
        peers = [E, "expe2.example.com"]
        leaf = pair.pki.leaf(peers[1], {"issuer": "public", "names": [peers[1], *names]})
        own = dict(pair.e.settings)
        both = {"Alternates Cluster Name": "expe.example.com", "Alternates Peer 1 Address": peers[0], "Alternates Peer 2 Address": peers[1]}
        pair.e.settings.update(both)
        own.update({**both, "SystemUnit Name": "expe2", "IP DNS Hostname": "expe2", "Ethernet 1 IP V4 Address": "192.0.2.11",
                    "Ethernet 2 IP V4 Address": "198.51.100.11", **change_e2})
        pair.c.settings[AT_C + "Peer 2 Address"] = peers[1]
        pair.others.append(Box("expe2", "example.com", "X15.2.1", own, leaf, pair.e.trust, True))
        return pair
    return make


def dumps_differ(pair):
    other = {**pair.e.settings, AT_E + "SIP TLS Verify Subject Name": "wrong.example.local"}
    pair.e.more[f"xconf_dump_expe1_{TIME}.xml"] = dump_xml(other)


def newer_dump(pair):
    other = {**pair.e.settings, AT_E + "SIP TLS Verify Subject Name": "wrong.example.local"}
    pair.e.more["xconf_dump_expe1_2026-11-27_11_00_00.xml"] = dump_xml(other)


def tcp_failed(second, port="7001", host="192.0.2.10"):
    return tvcs(f'@UTC Module="network.tcp" Level="DEBUG": Src-ip="192.0.2.161" Src-port="25700" Dst-ip="{host}" Dst-port="{port}" '
                'Detail="TCP Connection Failed"', "expc1", second)


UNKNOWN_BOTH = {"traversal-zone": "unknown", "ssh-tunnel": "unknown"}
DOWN_BOTH = {"traversal-zone": "fails", "ssh-tunnel": "fails"}
STORIES.update({
    "cut-xml": {"make": cut("xml"), "status": 3, "outcomes": UNKNOWN_BOTH,
                "finds": [("host.bundle", "incomplete", "expe1", ["TLS verify subject name of the zone From Expressway-C"])]},
    "cut-text": {"make": cut("line"), "status": 3, "outcomes": UNKNOWN_BOTH,
                 "finds": [("host.bundle", "incomplete", "expe1", ["the end of its settings"])]},
    "cut-between-lines": {"make": cut("between"), "status": 3, "outcomes": UNKNOWN_BOTH,
                          "finds": [("host.bundle", "incomplete", "expe1", ["TLS verify subject name of the zone"])]},
    "no-settings-of-e": {"make": with_log(more=lambda pair: pair.e.more.update({f"xconf_dump_expe1_{TIME}.txt": None})), "status": 3,
                         "outcomes": UNKNOWN_BOTH, "finds": [("host.bundle", "incomplete", "expe1", ["xconf_dump"])],
                         "lacks": [("zone.pairing", "no-partner")]},
    "whole-xml": {"make": with_log(more=lambda pair: pair.e.more.update({
        f"xconf_dump_expe1_{TIME}.txt": None, f"xconf_dump_expe1_{TIME}.xml": dump_xml(pair.e.settings)})), "status": 0},
    "text-against-xml": {"make": with_log(more=dumps_differ), "status": 1, "outcomes": {"traversal-zone": "works"},
                         "finds": [("host.bundle", "contradictory", "expe1", ["tls verify subject name", "wrong.example.local", "text"])]},
    "newer-xml": {"make": with_log(more=newer_dump), "status": 2, "outcomes": DOWN_BOTH,
                  "finds": [("host.bundle", "contradictory", "expe1", ["20261127110000, which counts"]),
                            ("name.tls-verify", "no-match", "expc1", ["wrong.example.local"])]},
    "alarm-of-tunnels-alone": {
        "make": with_log(c=[alarm(35013, "Unified Communications SSH tunnel failure: This system cannot communicate with one or more "
                                  "remote hosts: expe1.example.com")]),
        "status": 2, "outcomes": {"traversal-zone": "works", "ssh-tunnel": "fails"}, "faults": ["zone.status"],
        "finds": [("zone.status", "tunnels-down", "zone:To Expressway-E", ["35013"]),
                  ("host.alarm", "raised", "expc1.example.local/35013", ["zone.status"])]},
    "alarm-in-status": {
        "make": with_log(more=lambda pair: setattr(pair.c, "status", '*s Alarm 1: \n  ID: "35013"\n  Severity: "error"\n'
                                                   '  Title: "SSH tunnel failure"\n*s/end\n')),
        "status": 2, "outcomes": {"traversal-zone": "works", "ssh-tunnel": "fails"}, "faults": ["zone.status"],
        "finds": [("zone.status", "tunnels-down", "zone:To Expressway-E", [])]},
    "port-not-reached": {
        "make": with_log(c=[tcp_failed(s) for s in range(50)]), "status": 2, "outcomes": DOWN_BOTH, "faults": ["zone.status"],
        "finds": [("zone.status", "not-reached", "192.0.2.10:7001", ["50 times"])]},
    "zone-failed": {"make": with_log(more=lambda pair: state(pair.c, "To Expressway-E", "Failed")), "status": 2, "outcomes": DOWN_BOTH,
                    "faults": ["zone.status"], "finds": [("zone.status", "failed", "zone:To Expressway-E", ["2026-11-27T09:59:58Z"])]},
    "zone-failed-and-why": {
        "make": with_log(e_trust=["public-root", "public"], more=lambda pair: state(pair.c, "To Expressway-E", "Failed")), "status": 2,
        "outcomes": DOWN_BOTH, "faults": ["chain.zone"], "finds": [("zone.status", "failed", "zone:To Expressway-E", ["chain.zone"])]},
    "peer-failed": {
        "make": with_log(more=lambda pair: state(
            pair.c, "To Expressway-E", "Active", "    TraversalClient: \n      Peer 1: \n        SIP: \n          Status: Failed\n"
            '          Address: "192.0.2.10"\n')), "status": 1, "outcomes": {"traversal-zone": "at-risk"},
        "finds": [("zone.status", "peer-down", "zone:To Expressway-E", ["192.0.2.10"])]},
    "zone-active": {"make": with_log(more=lambda pair: state(pair.c, "To Expressway-E", "Active")), "status": 0,
                    "outcomes": {"traversal-zone": "works"}, "passes": [("zone.status", "zone:To Expressway-E", "Active")]},
    "tunnels-failed": {
        "make": with_log(more=lambda pair: setattr(pair.c, "status", '*s Tunnels: \n  Tunnel 1: \n    Name: "expe1.example.com"\n'
                                                   "    Status: Failed\n*s/end\n")), "status": 2,
        "outcomes": {"traversal-zone": "works", "ssh-tunnel": "fails"},
        "finds": [("zone.status", "tunnels-down", "zone:To Expressway-E", ["expe1.example.com"])]},
    "zone-of-unified-cm-failed": {
        "make": with_log(more=lambda pair: pair.c.__setattr__("status", '*s Zones: \n  Zone 2: \n    Name: "CEtcp-ucm1.example.local"\n'
                                                              "    Status: Failed\n*s/end\n")), "status": 2,
        "outcomes": {"traversal-zone": "works", "ucm-connection": "fails"},
        "finds": [("zone.status", "ucm-failed", "zone:CEtcp-ucm1.example.local", [])]},
    "transport-tcp": {"make": change(c={AT_C + "SIP Transport": "TCP"}), "status": 2, "outcomes": DOWN_BOTH, "faults": ["zone.settings"],
                      "finds": [("zone.settings", "not-tls", "zone:To Expressway-E", ["TCP"])]},
    "no-peer-address": {"make": change(c={AT_C + "Peer 1 Address": ""}), "status": 2, "outcomes": DOWN_BOTH,
                        "faults": ["zone.settings"], "finds": [("zone.settings", "no-peer", "zone:To Expressway-E", [])]},
    "no-verify-name": {"make": change(e={AT_E + "SIP TLS Verify Subject Name": ""}), "status": 2, "outcomes": DOWN_BOTH,
                       "faults": ["zone.settings"], "finds": [("zone.settings", "no-verify-name", "zone:From Expressway-C", [])]},
    "services-off-on-e": {"make": change(e={AT_E + "Collaboration Edge": "Off"}), "status": 2,
                          "outcomes": {"traversal-zone": "works", "ssh-tunnel": "fails"}, "faults": ["zone.settings"],
                          "finds": [("zone.settings", "services-off", "zone:From Expressway-C", [])]},
    "no-zone-for-mra": {"make": change(e={AT_E + "Collaboration Edge": "Off"}, c={AT_C + "Collaboration Edge": "Off"}), "status": 2,
                        "outcomes": {"jabber-login": "fails"}, "faults": ["zone.settings"],
                        "finds": [("zone.settings", "none-for-mra", "expc1.example.local", [])]},
    "mra-off-on-e": {"make": change(e={"CollaborationEdge Enabled": "Off"}), "status": 2, "outcomes": {"ssh-tunnel": "fails"},
                     "faults": ["host.settings"], "finds": [("host.settings", "mra-off", "expe1.example.com", [])]},
    "sip-tls-off": {"make": change(c={"SIP TLS Mode": "Off"}), "status": 2, "outcomes": DOWN_BOTH, "faults": ["host.settings"],
                    "finds": [("host.settings", "sip-tls-off", "expc1.example.local", [])]},
    "sip-tls-port": {"make": change(e={"SIP TLS Port": "5065"}), "status": 1,
                     "finds": [("host.settings", "sip-tls-port", "expe1.example.com", ["5065"])]},
    "cluster-alike": {"make": cluster({}), "status": 0, "outcomes": {"traversal-zone": "works", "ssh-tunnel": "works"},
                      "passes": [("zone.cluster", "zone:From Expressway-C", "expe1.example.com")]},
    "cluster-verify-name": {
        "make": cluster({AT_E + "SIP TLS Verify Subject Name": "wrong.example.local"}), "status": 2,
        "outcome_of": [("traversal-zone", "expe1.example.com", "works"), ("traversal-zone", "expe2.example.com", "fails")],
        "finds": [("zone.cluster", "verify-name-not-in-certificate", "zone:From Expressway-C", ["expe2.example.com", "wrong.example.local"]),
                  ("zone.cluster", "differs", "zone:From Expressway-C", ["TLS verify subject name"])]},
    "cluster-port": {"make": cluster({AT_E + "SIP Port": "7002"}), "status": 2,
                     "outcome_of": [("traversal-zone", "expe1.example.com", "works"), ("traversal-zone", "expe2.example.com", "fails")],
                     "finds": [("zone.pairing", "peer-port-differs", "zone:From Expressway-C", ["7001", "7002"])]},
    "cluster-verify-off": {"make": cluster({AT_E + "SIP TLS Verify Mode": "Off"}), "status": 2,
                           "outcome_of": [("ssh-tunnel", "expe1.example.com", "works"), ("ssh-tunnel", "expe2.example.com", "fails")],
                           "finds": [("zone.verify-mode", "off", "zone:From Expressway-C", ["expe2.example.com"])]},
    "cluster-user": {"make": cluster({AT_E + "Authentication UserName": "another-account"}), "status": 2,
                     "outcome_of": [("traversal-zone", "expe1.example.com", "works"), ("traversal-zone", "expe2.example.com", "fails")],
                     "finds": [("zone.authentication", "peer-user-differs", "zone:From Expressway-C", [])]},
})


# ---- after a renewal or an upgrade: what an engineer meets, besides the stories of the notes ----

def e_alarm(number, detail, severity="warning"):
    return alarm(number, detail, severity).replace(" expc1 ", " expe1 ", 1)


def cut_file(name, share):
    """That file of Expressway-E ends early."""
    def more(pair):
        whole = pair.e.files()[f"{name}_expe1_{TIME}.pem"]
        pair.e.more[f"{name}_expe1_{TIME}.pem"] = whole[:int(len(whole) * share)]
    return with_log(more=more)


def older_certificate(pair):
    """Beside the live certificate the one of before, of another host, under two names."""
    for name in ("server_expc1_2025-01-01_10_00_00.pem", "server_old.pem"):
        pair.c.more[name] = pem_of(pair.e.leaf.certificate)


def second_zone(verify):
    """Beside the zone for MRA one for hybrid calls, on a port of its own."""
    def more(pair):
        pair.c.settings.update(zone(3, "TraversalClient", "Hybrid", {
            "Peer 1 Address": E, "SIP Port": "7003", "SIP Transport": "TLS", "SIP TLS Verify Mode": "On", "Collaboration Edge": "Off"}))
        pair.e.settings.update(zone(3, "TraversalServer", "From hybrid", {
            "SIP Port": "7003", "SIP Transport": "TLS", "SIP TLS Verify Mode": "On", "SIP TLS Verify Subject Name": verify,
            "Collaboration Edge": "Off"}))
    return with_log(more=more)


STORIES.update({
    "renewed-by-another-public-ca": {"make": with_log(c_trust=["inside-root", "inside"]), "status": 2, "outcomes": DOWN_BOTH,
                                     "faults": ["chain.zone"],
                                     "finds": [("chain.zone", None, "expressway-e:expe1", ["Lab Public Root", "expc1.example.local"])]},
    "uploaded-and-not-restarted": {"make": with_log(e=[e_alarm(15028, "Server certificate changed")]), "status": 1,
                                   "outcomes": UNKNOWN_BOTH, "faults": ["zone.status"],
                                   "finds": [("zone.status", "alarm-against", "zone:From Expressway-C", ["15028"])]},
    "expired-by-alarm-alone": {"make": with_log(e=[e_alarm(40068, "Server certificate expired", "critical")]), "status": 2,
                               "outcomes": UNKNOWN_BOTH, "finds": [("zone.status", "alarm-against", "zone:From Expressway-C", ["40068"])]},
    "certificate-of-c-expired": {"make": lambda pki: Pair(pki, c_leaf={"not_before": "-400d", "not_after": "-1d"}), "status": 2,
                                 "outcomes": DOWN_BOTH, "faults": ["cert.validity"],
                                 "finds": [("cert.validity", "expired", "expc1.example.local", [])]},
    "certificate-of-e-not-yet-valid": {"make": lambda pki: Pair(pki, e_leaf={"not_before": "2d", "not_after": "300d"}), "status": 2,
                                       "outcomes": DOWN_BOTH, "finds": [("cert.validity", "not-yet-valid", "expe1.example.com", [])]},
    "renewed-without-own-name": {"make": lambda pki: Pair(pki, e_leaf={"names": ["example.com", "collab-edge.example.com"]}), "status": 2,
                                 "outcomes": DOWN_BOTH, "finds": [("name.peer-address", "cn-only", "expe1.example.com", [])]},
    "trust-list-cut": {"make": cut_file("ca", 0.6), "status": 3, "outcomes": UNKNOWN_BOTH,
                       "finds": [("host.bundle", "incomplete", "expe1.example.com", ["trust list"])]},
    "certificate-cut": {"make": cut_file("server", 0.3), "status": 3, "outcomes": UNKNOWN_BOTH,
                        "finds": [("host.bundle", "incomplete", "expe1.example.com", ["server certificate"])]},
    "older-certificates-beside": {"make": with_log(more=older_certificate), "status": 0,
                                  "outcomes": {"traversal-zone": "works", "ssh-tunnel": "works"}},
    "hybrid-zone-fits": {"make": second_zone("expc1.example.local"), "status": 0, "outcomes": {"traversal-zone": "works"}},
    "hybrid-zone-verify-name": {"make": second_zone("other.example.local"), "status": 2, "faults": ["name.tls-verify"],
                                "outcomes": {"ssh-tunnel": "works"},
                                "finds": [("name.tls-verify", "no-match", "expressway-c:expc1", ["other.example.local"])]},
    "tunnel-port-not-reached": {"make": with_log(c=[tcp_failed(s, "2222") for s in range(5)]), "status": 2,
                                "outcomes": {"traversal-zone": "works", "ssh-tunnel": "fails"}, "faults": ["zone.status"],
                                "finds": [("zone.status", "tunnels-down", "192.0.2.10:2222", [])]},
    "ports-differ-and-zone-failed": {"make": with_log(more=lambda pair: state(pair.c, "To Expressway-E", "Failed"), port="7002"),
                                     "status": 2, "outcomes": DOWN_BOTH, "faults": ["zone.pairing"],
                                     "finds": [("zone.status", "failed", "zone:To Expressway-E", ["zone.pairing"])]},
    "sip-tls-off-and-not-reached": {"make": with_log(c=[tcp_failed(s) for s in range(9)],
                                                     more=lambda pair: pair.e.settings.update({"SIP TLS Mode": "Off"})), "status": 2,
                                    "outcomes": DOWN_BOTH, "faults": ["host.settings"],
                                    "finds": [("zone.status", "not-reached", "192.0.2.10:7001", ["host.settings"])]},
    "tunnels-down-since-mra-is-off": {
        "make": with_log(c=[alarm(35013, "Unified Communications SSH tunnel failure: hosts: expe1.example.com")],
                         more=lambda pair: pair.e.settings.update({"CollaborationEdge Enabled": "Off"})), "status": 2,
        "outcomes": {"ssh-tunnel": "fails"}, "faults": ["host.settings"],
        "finds": [("zone.status", "tunnels-down", "zone:To Expressway-E", ["host.settings"])]},
    "alarm-of-tunnels-that-is-gone": {
        "make": with_log(c=[alarm(35013, "Unified Communications SSH tunnel failure", second=1),
                            alarm(35013, "Unified Communications SSH tunnel failure", second=2, event="Lowered")]), "status": 0,
        "outcomes": {"ssh-tunnel": "works"}},
})


def other_pair(verify, own_ca=False):
    """A second E and a second C, no cluster with the first, on the same port: peer addresses tell who belongs together."""
    def make(pki):
        pair = Pair(pki)
        e2, c2 = "edge2.example.com", "core2.example.local"
        e_cert = pair.pki.leaf(e2, {"issuer": "inside" if own_ca else "public", "names": [e2, "example.com", "collab-edge.example.com"]})
        e_trust, c_trust = [pair.pki.bundle(["inside-root", "inside"])] * 2 if own_ca else [pair.e.trust, pair.c.trust]
        c_cert = pair.pki.leaf(c2, {"issuer": "inside", "names": [c2]})
        e = {**pair.e.settings, "SystemUnit Name": "edge2", "IP DNS Hostname": "edge2", "Ethernet 1 IP V4 Address": "192.0.2.20",
             "Ethernet 2 IP V4 Address": "198.51.100.20", AT_E + "SIP TLS Verify Subject Name": verify, "Zones Zone 1 Name": "From core2"}
        c = {**pair.c.settings, "SystemUnit Name": "core2", "IP DNS Hostname": "core2", AT_C + "Peer 1 Address": e2,
             "Zones Zone 1 Name": "To edge2"}
        pair.others += [Box("edge2", "example.com", "X15.2.1", e, e_cert, e_trust, True),
                        Box("core2", "example.local", "X15.2.1", c, c_cert, c_trust, False)]
        return pair
    return make


STORIES.update({
    "two-pairs-fit": {"make": other_pair("core2.example.local"), "status": 0,
                      "passes": [("zone.pairing", "zone:To Expressway-E", "expe1.example.com/From Expressway-C"),
                                 ("zone.pairing", "zone:To edge2", "edge2.example.com/From core2")]},
    "two-pairs-of-different-cas": {"make": other_pair("core2.example.local", own_ca=True), "status": 0,
                                   "outcomes": {"traversal-zone": "works", "ssh-tunnel": "works"}},
    "zone-without-partner": {
        "make": with_log(more=lambda pair: pair.e.settings.update(zone(7, "TraversalServer", "left over", {
            "SIP Port": "7009", "SIP Transport": "TLS", "SIP TLS Verify Mode": "On", "SIP TLS Verify Subject Name": "gone.example.local",
            "Collaboration Edge": "Off"}))), "status": 1,
        "finds": [("zone.pairing", "no-partner", "zone:left over", ["7009"])]},
})


def succeeded(second, port="7001"):
    return tvcs('@UTC Module="developer.ssl" Level="INFO" CodeLocation="ppcmains/ssl/ttssl/ttssl_openssl.cpp(78)" '
                'Method="::TTSSLErrorOutput" Thread="0x7f29ddefa700": TTSSL_continueHandshake: Handshake succeeded bServer="false" '
                f'localAddress="[\'IPv4\'\'TCP\'\'192.0.2.161:25700\']" remoteAddress="[\'IPv4\'\'TCP\'\'192.0.2.10:{port}\']"',
                "expc1", second)


STORIES.update({
    "port-reached-later": {"make": with_log(c=[tcp_failed(1), tcp_failed(2), succeeded(40)]), "status": 1,
                           "outcomes": {"traversal-zone": "unknown"},
                           "finds": [("zone.status", "not-reached-then", "192.0.2.10:7001", ["2 times"])]},
    "tunnel-failed-at-e": {"make": with_log(e=[tcp_failed(1, "2222", "192.0.2.161").replace(" expc1 ", " expe1 ", 1)]), "status": 1,
                           "outcomes": {"traversal-zone": "works", "ssh-tunnel": "unknown"},
                           "finds": [("zone.status", "tunnel-failure-logged", "192.0.2.161:2222", [])]},
})
