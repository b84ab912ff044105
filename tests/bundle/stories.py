"""What happened to the pairs of boxes, and which diagnosis that must end with.

finds: (check, cause, part of the subject, words of summary or evidence). Without it the pair must be silent."""
from maker import Pair

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
    "c-without-client-use": {"make": lambda pki: Pair(pki, c_leaf={"eku": ["server"]}), "status": 2,
                             "finds": [("cert.eku", "missing-client", "expc1", [])]},
}
