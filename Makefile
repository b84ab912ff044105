# edgeprobe: `make demo` and `make test` are the two to know; `make help` lists the rest. V=1 shows whole commands.

BUILD   ?= build
CC      ?= cc
# What most runs do not need is loaded when it is (facts/library.h), so it is not linked: libcurl, libarchive, SQLite,
# libmicrohttpd, libyaml, libosip2, expat, libidn2.
# libcrypto first: the loader looks for each of libssl's 3,000 names in this order.
PKGS    := libcrypto libssl libuv libcares jansson zlib
OPT     ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef -Wvla
CFLAGS  ?= $(OPT)
LDFLAGS ?=
# A program that reads what strangers send: checked string functions, no fixed addresses, nothing writable that need
# not be. Sanitizers have checks of their own, which fortified functions would hide.
SANE    := $(if $(findstring -fsanitize,$(OPT) $(EXTRA) $(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
override CFLAGS += -std=c11 -D_GNU_SOURCE -I. -I$(BUILD) -MMD -MP -fno-common -fstack-protector-strong -fPIE $(SANE) \
                   $(WARN) $(EXTRA)
override LDFLAGS += -pie -Wl,-z,relro -Wl,-z,now
LDLIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null)

# A new room costs one word; folders inside a room belong to it.
ROOMS   := facts wire probe capture config catalogue expressway bundle redact checks outcomes report monitor commands
SOURCES := $(filter-out catalogue/generate/%,$(foreach r,$(ROOMS),$(wildcard $(r)/*.c $(r)/*/*.c)))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/catalogue/table.o $(BUILD)/report/html_css.o
ROWS    := $(wildcard catalogue/*.yaml)
JUDGES  := $(wildcard checks/*.c expressway/*.c) outcomes/renewal.c outcomes/verdict.c
LIBRARY := $(BUILD)/libedgeprobe.a
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_HELPERS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(wildcard tests/unit/test_*.c),$(wildcard tests/unit/*.c)))

# What is told of a command: its line with V=1, else what is made; nothing with -s. TELL=line: one line that is written over,
# and nothing where nobody watches.
TELL    ?= lines
lines    = printf '  %-5s %s\n' $(1) $@ &&
line     = if [ -t 1 ]; then printf '\r\033[K  %-5s %s' $(1) $@; fi &&
ifdef V
run = $(2)
else
run = @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,$(call $(TELL),$(1))) $(2)
endif

.PHONY: all units deb help deps deps-test demo test facts check asan siege fuzz coverage mutants lint bench completion install uninstall format clean
all: edgeprobe

edgeprobe: $(BUILD)/edgeprobe
	@cp -f $< $@

$(BUILD)/edgeprobe: $(BUILD)/edgeprobe.o $(LIBRARY)
	$(call run,LINK,$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS))

$(LIBRARY): $(OBJECTS)
	$(call run,AR,rm -f $@ && ar rcs $@ $^)

$(BUILD)/%.o: %.c | $(BUILD)/catalogue/causes.h
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(CFLAGS) -c -o $@ $<)

# The catalogue: rows in YAML become a table and two enumerations. The generator runs here and now, so it is built
# for this machine and without sanitizers; what it would not change it leaves alone, and nothing is built anew.
HOSTCC  ?= cc
GENERATOR := $(wildcard catalogue/generate/*.c)
$(BUILD)/catalogue/generate: $(GENERATOR) catalogue/generate/generate.h catalogue/placeholders.h catalogue/plan_words.h catalogue/log_words.h catalogue/step_words.h catalogue/traits.h facts/alerts.h
	@mkdir -p $(@D)
	$(call run,CC,$(HOSTCC) -std=c11 -D_GNU_SOURCE -I. -O1 $(WARN) -o $@ $(GENERATOR) $(shell pkg-config --cflags --libs yaml-0.1))

$(BUILD)/catalogue/made: $(BUILD)/catalogue/generate $(ROWS) $(JUDGES)
	$(call run,MAKE,$< catalogue $(@D) $(JUDGES))
	@touch $@

$(BUILD)/catalogue/causes.h $(BUILD)/catalogue/table.c: $(BUILD)/catalogue/made ;

$(BUILD)/catalogue/table.o: $(BUILD)/catalogue/table.c
	$(call run,CC,$(CC) $(CFLAGS) -c -o $@ $<)

# The style sheet stands in the program as one text: lines become string literals.
$(BUILD)/report/html_css.c: report/html.css
	@mkdir -p $(@D)
	@sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' -e '1s/^/extern const char html_css[];\nconst char html_css[] =\n/' $< >$@.new
	@echo ';' >>$@.new && mv $@.new $@

$(BUILD)/report/html_css.o: $(BUILD)/report/html_css.c
	$(call run,CC,$(CC) $(CFLAGS) -c -o $@ $<)

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(UNIT_HELPERS) $(LIBRARY)
	@mkdir -p $(@D)
	$(call run,LINK,$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka -larchive)

units: $(UNITS)

help:
	@echo "make                       build ./edgeprobe; installs nothing"
	@echo "make deps                  install the libraries that it needs (Debian 12)"
	@echo "make demo [SCENARIO=name]  install what is needed, build, start the lab, diagnose edges; the broken one last"
	@echo "make test                  install what is needed, build, run every test"
	@echo "make check TEST=name       one test: a unit, a scenario of the lab, a script of a peer, or a suite"
	@echo "make facts                 run the suites and write what unit tests begin from, and what runs have shown"
	@echo "make asan [SUITES=...]     build with sanitizers, run the suites that are hostile to it (or SUITES)"
	@echo "make siege                 all attacks of tests/siege, of which make test runs a sample"
	@echo "make fuzz [MINUTES=n] [TARGET=x]   fuzz every reader, or one"
	@echo "make coverage              which lines do unit tests, command line, peers and lab reach?"
	@echo "make mutants [COUNT=100] [SEED=1]  change what decides verdicts, one place at a time; the unit tests must notice"
	@echo "make lint                  cppcheck over all C files"
	@echo "make bench                 speed beside other tools, as ratios"
	@echo "make completion            docs/completion/ anew, after an option was added"
	@echo "make install [PREFIX=] [DESTDIR=]       the program, its man page, completions, examples for monitoring"
	@echo "make uninstall [PREFIX=] [DESTDIR=]     takes that away again"
	@echo "make deb                   a Debian package of that, in build/"
	@echo "make format | clean        V=1 shows whole commands"

deps:
	@scripts/deps.sh build

deps-test:
	@scripts/deps.sh build lab

again = $(MAKE) --no-print-directory

demo: deps-test
	@echo "building edgeprobe; V=1 shows how"
	@$(again) TELL=line edgeprobe
	@if [ -t 1 ]; then printf '\r\033[K'; fi
	@tests/lab/demo.py --edgeprobe ./edgeprobe $(SCENARIO)

test: deps-test
	@$(again) edgeprobe units
	@tests/run.sh $(BUILD)

facts: deps-test
	@$(again) edgeprobe units
	@tests/run.sh $(BUILD) --facts

check:
	@tests/check.sh $(BUILD) $(TEST)

SUITES  ?= unit peers listen zone lab pki cli revocation login bundle ciphers siege
ASAN    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -DLIST_UNTAKEN=0xa5
asan: deps-test
	@$(again) BUILD=build-asan OPT="$(ASAN)" build-asan/edgeprobe units
	@tests/run.sh build-asan $(SUITES)

siege: deps-test
	@$(again) edgeprobe
	@tests/siege/run.py --edgeprobe ./edgeprobe --all

MINUTES ?= 1
fuzz:
	@scripts/deps.sh build ci
	@tests/fuzz/run.sh $$(( $(MINUTES) * 60 )) $(TARGET)

coverage: deps-test
	@scripts/deps.sh ci
	@$(again) edgeprobe
	@$(again) BUILD=build-coverage OPT="-O0 -g --coverage" build-coverage/edgeprobe units
	@EDGEPROBE_CONFINE=no tests/run.sh build-coverage unit cli peers lab || true
	@gcovr --root . --filter '($(subst $() $(),|,$(ROOMS)))/' --html-details build-coverage/index.html --txt - build-coverage | tail -n 400
	@echo "build-coverage/index.html shows each line"

COUNT   ?= 100
SEED    ?= 1
mutants: deps-test
	@scripts/mutants.py --count $(COUNT) --seed $(SEED)

lint:
	@scripts/deps.sh ci
	@$(again) $(BUILD)/catalogue/causes.h
	@cppcheck --quiet --std=c11 --language=c -D_GNU_SOURCE -I. -I$(BUILD) --enable=warning,performance,portability \
	    --inline-suppr --error-exitcode=1 -j2 --suppressions-list=scripts/cppcheck.txt --library=scripts/cppcheck.cfg edgeprobe.c $(ROOMS)

bench: deps-test
	@$(again) edgeprobe
	@tests/bench/run.py --edgeprobe ./edgeprobe

completion: edgeprobe
	@./edgeprobe completion bash >docs/completion/edgeprobe.bash
	@./edgeprobe completion zsh >docs/completion/_edgeprobe
	@./edgeprobe completion fish >docs/completion/edgeprobe.fish

PREFIX ?= /usr/local
install: edgeprobe
	install -D -m 755 edgeprobe $(DESTDIR)$(PREFIX)/bin/edgeprobe
	install -D -m 644 docs/edgeprobe.1 $(DESTDIR)$(PREFIX)/share/man/man1/edgeprobe.1
	sed -i 's,^\.Pa docs/,.Pa $(PREFIX)/share/doc/edgeprobe/,' $(DESTDIR)$(PREFIX)/share/man/man1/edgeprobe.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/edgeprobe docs/*.md docs/*.schema.json
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/edgeprobe/monitoring docs/monitoring/*
	sed -i 's,/usr/bin/edgeprobe,$(PREFIX)/bin/edgeprobe,' $(DESTDIR)$(PREFIX)/share/doc/edgeprobe/monitoring/*
	chmod 755 $(DESTDIR)$(PREFIX)/share/doc/edgeprobe/monitoring/spread.sh
	install -D -m 644 docs/completion/edgeprobe.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/edgeprobe
	install -D -m 644 docs/completion/_edgeprobe $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_edgeprobe
	install -D -m 644 docs/completion/edgeprobe.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/edgeprobe.fish

# Where `make install` put them, with the same PREFIX and DESTDIR; folders that others use stay.
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/edgeprobe $(DESTDIR)$(PREFIX)/share/man/man1/edgeprobe.1 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/edgeprobe $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_edgeprobe \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/edgeprobe.fish
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/edgeprobe

deb: all
	@scripts/deb.sh $(BUILD)

format:
	clang-format -i $$(git ls-files "*.c" "*.h")

clean:
	rm -rf build build-* edgeprobe

-include $(OBJECTS:.o=.d) $(BUILD)/edgeprobe.d $(patsubst %.c,$(BUILD)/%.d,$(wildcard tests/unit/*.c))
.SECONDARY:
