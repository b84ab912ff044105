"""What must docs/CHECKS.md hold? Reads `edgeprobe explain --format json`, writes the page."""
import json
import re
import sys


def plain(text):
    """Markdown's own signs lose their meaning."""
    return re.sub(r"([\\`*_<\[\]|])", r"\\\1", text)


def listed(label, texts, numbered=False):
    if not texts:
        return []
    marks = [f"{i}. " if numbered else "- " for i in range(1, len(texts) + 1)]
    return [f"{label}:", ""] + [mark + plain(text) for mark, text in zip(marks, texts)] + [""]


def sources(row):
    return ["Source: " + plain("; ".join(row["source"])), ""]


def cause_lines(cause):
    return ([f"#### `{cause['cause']}` ({cause['status']}): {plain(cause['title'])}", "", plain(cause["why"]), ""]
            + listed("Affects", cause["affects"]) + listed("Fix", cause["fix"], numbered=True)
            + listed("Restart", cause["restart"]) + sources(cause))


def check_lines(check):
    lines = [f"### `{check['check']}`: {plain(check['title'])}", "", plain(check["judges"]), ""] + sources(check)
    for cause in check["causes"]:
        lines += cause_lines(cause)
    return lines


def purpose_lines(purpose):
    ports = ", ".join(str(port) for port in purpose["ports"]) or "none"
    return ([f"### `{purpose['name']}`", "",
             plain(f"{purpose['nodes']}. Shown on: {ports}. Trust store: {purpose['store'] or 'none'}. "
                   f"One certificate for all nodes: {'possible' if purpose['multi_server'] else 'no'}."), ""]
            + listed("Plan", purpose["plan"], numbered=True) + sources(purpose))


def page(catalogue):
    lines = ["# Checks", "",
             "What edgeprobe judges, the causes it tells apart, and what it advises. Generated from the catalogue",
             "by `scripts/checks-md.sh`; do not edit. `edgeprobe explain CHECK/CAUSE` prints the same.", ""]
    family = None
    for check in catalogue["checks"]:
        if check["family"] != family:
            family = check["family"]
            lines += [f"## {family}", ""]
        lines += check_lines(check)
    lines += ["## Certificates of Unified CM and IM and Presence", "",
              "What a new certificate of each purpose asks for, in the order in which to renew several of them;",
              "`edgeprobe explain purposes` prints the same.", ""]
    for purpose in catalogue["purposes"]:
        lines += purpose_lines(purpose)
    return "\n".join(lines)


catalogue = json.load(sys.stdin)
assert catalogue["schema"] == "edgeprobe.catalogue/1", catalogue["schema"]
sys.stdout.write(page(catalogue))
