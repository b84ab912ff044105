#!/usr/bin/python3 -B
"""What does the catalogue's generator refuse, and does it say where? refusals.py BUILD-DIR

A catalogue of one family, small and right, is spoilt in one place at a time. Each row: the file, what stands there, what is
put in its place (the line with "@" at its end is the one that must be named; without one the first of it), and what
must be said."""

import os
import subprocess
import sys
import tempfile

RIGHT = {
    "shared": """families: [fam]
phrases:
  doc: A document
  upload:
    - text: Upload it
      on: box
    - Look at it
""",
    "fam": """family: fam
title: A family
checks:
  - check: fam.one
    title: One check
    judges: Something.
    about: [expressway-e, expressway-c]
    source: [$doc]
    causes:
      - cause: broken
        status: fail
        title: It is broken
        why: It broke.
        affects: [Everybody]
        fix:
          - text: "Public DNS or firewall?"
            on: [dns, firewall]
            when: {port: 5061}
            unless: sip-answered
          - text: Trust it
            on: expressway-e
            alert: [unknown_ca, certificate_unknown]
          - options:
              - text: Upgrade
                on: box
              - - $upload
                - Wait
          - Look again
        restart: [Restart it]
        source: [$doc]
""",
    "purposes": """purposes:
  - purpose: tomcat
    name: tomcat
    about: ucm
    multi-server: true
    before: [Save it]
    services:
      - {service: Tomcat, by: cli}
    source: [$doc]
""",
    "plan": """plan:
  - step: window
    action: verify
    on: node
    purposes: [tomcat]
    text: Wait
""",
    "log": """tokens:
  - token: refused
    words: "refused"
    means: It was refused.
    fix: [Ask why]
  - token: broken
    words: "broken"
    check: fam.one
    cause: broken
    means: It is broken.
""",
    "alarms": """alarms:
  - alarm: "100"
    title: An alarm
    means: Something rang.
    fix:
      - text: Silence it
        on: here
      - Look at it
""",
    "words": """words:
  - words: It does not work
    where: somewhere
    check: fam.one
    means: It is broken.
    run: edgeprobe check
""",
}

ROWS = [
    # on
    ("fam", "            on: [dns, firewall]\n", "", '"Public DNS or firewall?..." can be the first step, and no `on` says on which box'),
    ("fam", "            on: expressway-e\n", "", '"Trust it..." can be the first step'),
    ("fam", "                on: box\n", "", '"Upgrade..." can be the first step'),
    ("fam", "            on: [dns, firewall]", "            on: [dns, phone] @", 'on: "phone" is not one of its words'),
    ("fam", "            on: [dns, firewall]", "            on: [dns, dns] @", "on: a box stands twice"),
    ("fam", "            on: [dns, firewall]", "            on: [box, other, judge, ucm, imp, dns, ca] @", "on: at most 6"),
    ("fam", "            on: [dns, firewall]", "            on: [] @", "on must be a list with something in it"),
    ("fam", "            on: [dns, firewall]", "            on: [none, firewall] @", "on: none stands alone"),
    ("fam", "            on: [dns, firewall]", "            on: [dns, balancer] @", "`on` has balancer, which the words do not name",
     '          - text: "Public DNS or firewall?"'),
    ("fam", "          - Look again", '          - "Unified CM: restart it" @', "tells ucm what to do, and `on` does not have it"),
    ("fam", "          - Look again", '          - "Is it up? Yes: load balancer: again" @', "tells balancer what to do"),
    ("fam", "          - Look again", '          - "Expressway-C, every peer: again" @', "tells expressway-c what to do"),
    ("fam", "          - Look again", '          - "Unified CM: is it up? Then wait"', None),  # a look
    ("fam", "          - Look again", '          - "Unified CM: Status > Zones: again"', None),  # a page that only shows
    ("fam", "          - Look again", '          - "Load it as on Unified CM: the root"', None),  # told of, not to
    ("fam", "          - Look again", '          - text: "Unified CM: restart it"\n            on: none', None),
    ("fam", "          - Look again", "          - Look again at step 2 @", "tells another step by its number"),
    ("fam", "        affects: [Everybody]", "        affects: [{text: Everybody, on: box}] @", "`on` is for steps of a fix: affects has none"),
    ("fam", "        restart: [Restart it]", "        restart: [{text: Restart it, on: box}] @", "`on` is for steps of a fix: restart has none"),
    ("purposes", "    before: [Save it]", "    before: [{text: Save it, on: box}] @", "`on` is for steps of a fix: before has none"),
    ("log", "    fix: [Ask why]", "    fix: [{text: Ask why, on: box}] @", "`on` is for steps of a fix: a token has none"),
    ("alarms", "        on: here\n", "", '"Silence it..." can be the first step, and no `on` says on which box'),
    ("alarms", "        on: here", "        on: there @", 'on: "there" is not one of its words'),
    ("shared", "      on: box\n", "", None),  # behind a step that holds for everybody
    # unless
    ("fam", "            unless: sip-answered", "            unless: it-works @", 'unless: "it-works" is not one of its words'),
    ("fam", "            unless: sip-answered", "            unless: [sip-answered] @", "unless must be a text"),
    ("fam", "        restart: [Restart it]", "        restart: [{text: Do, unless: sip-answered}] @", "`unless` is for steps of a fix"),
    # alert
    ("fam", "            alert: [unknown_ca, certificate_unknown]", "            alert: unknown_cat @", 'alert: "unknown_cat" is not one of its words'),
    ("fam", "            alert: [unknown_ca, certificate_unknown]", "            alert: close_notify @", "alert: close_notify refuses nothing"),
    ("fam", "            alert: [unknown_ca, certificate_unknown]",
     "            alert: [unknown_ca, bad_certificate, access_denied, decode_error] @", "alert: at most 3"),
    ("fam", "        affects: [Everybody]", "        affects: [{text: Some, alert: unknown_ca}] @", "`alert` is for steps of a fix"),
    # traits
    ("fam", "    about: [expressway-e, expressway-c]", "    traits: [gate, gait] @\n    about: expressway-e", 'traits: "gait" is not one of its words'),
    ("fam", "        status: fail", "        status: fail\n        traits: [] @", "traits must be a list with something in it"),
    ("fam", "title: A family", "title: A family\ntraits: {gate: yes} @", "traits must be a list with something in it"),
    # options
    ("fam", "              - - $upload\n                - Wait\n", "", "options: one alone is no choice", "              - text: Upgrade"),
    ("fam", "              - - $upload\n", "              - - options: [Go, Stay] @\n", "options within an option"),
    ("fam", "          - options:\n", "          - on: box @\n            options:\n", "options stand alone: on belongs to the lines in them"),
    ("fam", "              - - $upload\n", "              - []  @\n              - - $upload\n", "an option must be a list with something in it"),
    ("fam", "          - Look again", "          - text: Look again\n            option: A @", 'a line has no key "option"'),
    # what any line and row may not be
    ("fam", "          - Look again", "          - on: box @", '"text" is missing'),
    ("fam", "          - Look again", "          - 'Look  again' @", "without blanks at its ends or doubled"),
    ("fam", "          - Look again", "          - Ask {nobody} @", "no placeholder of catalogue/placeholders.h"),
    ("fam", "          - Look again", "          - $nothing @", "there is no phrase $nothing"),
    ("fam", "            when: {port: 5061}", "            when: {prot: 5061} @", 'when has no key "prot"'),
    ("fam", "            when: {port: 5061}", "            when: {role: ucm}", "is for a role that this check is not about",
     '          - text: "Public DNS or firewall?"'),
    ("fam", "        status: fail", "        status: bad @", 'status: "bad" is not one of its words'),
    ("fam", "        title: It is broken\n", "", '"title" is missing', "      - cause: broken"),
    ("fam", "        source: [$doc]\n",
     "        source: [$doc]\n      - cause: silent @\n        status: info\n        title: It hums\n        why: It does.\n        source: [$doc]\n",
     "no judge names CAUSE_FAM_ONE_SILENT"),
    ("shared", "  doc: A document", "  doc: A document\n  idle: Nobody says it @", "nobody uses the phrase idle"),
    ("log", "    cause: broken", "    cause: mended @", "fam.one has no such cause"),
    ("log", '    words: "broken"', '    words: "Broken" @', "words is compared in lower case"),
    ("alarms", "      - Look at it", "      - Look at it\n  - alarm: \"99\" @\n    title: Low", "the numbers of alarms ascend"),
    ("plan", "    purposes: [tomcat]", "    purposes: [dogcat] @", "purposes.yaml has no purpose dogcat"),
]


def generate(build, folder, changes):
    """(exit status, what was said) for the small catalogue, with the changes."""
    for name, text in {**RIGHT, **changes}.items():
        with open(f"{folder}/{name}.yaml", "w", encoding="utf-8") as file:
            file.write(text)
    done = subprocess.run([f"{build}/catalogue/generate", folder, f"{folder}/out", f"{folder}/judge.c"],
                          stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr.strip()


def spoilt(name, old, new, line=None):
    """The file with the change, and the number of the line that has to be named; 0: any."""
    text = RIGHT[name]
    if text.count(old) != 1:
        sys.exit(f'refusals.py: "{old}" must stand once in {name}')
    text = text.replace(old, new)
    at = 1 + next((i for i, l in enumerate(text.split("\n")) if l.endswith("@") or l == line), -1)
    return text.replace(" @", ""), at


def main():
    build, wrong = os.path.abspath(sys.argv[1]), 0
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/out")
        with open(f"{folder}/judge.c", "w", encoding="utf-8") as file:
            file.write("find_cause(to, CAUSE_FAM_ONE_BROKEN, about);\n")
        status, said = generate(build, folder, {})
        if status != 0 or sorted(os.listdir(f"{folder}/out")) != ["causes.h", "table.c"]:
            print(f"the catalogue that is right was refused: {said}")
            wrong += 1
        for name, old, new, wanted, *line in ROWS:
            text, at = spoilt(name, old, new, *line)
            status, said = generate(build, folder, {name: text})
            where = f"{folder}/{name}.yaml:{at or ''}"
            if wanted is None:
                is_good = status == 0 and said == ""
            else:
                is_good = status == 1 and said.startswith(where) and wanted in said and "\n" not in said
            if not is_good:
                print(f"{name}: {new.strip() or 'without ' + old.strip()}: wanted {where}: {wanted}; said: {said or status}")
                wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
