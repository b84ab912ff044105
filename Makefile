# edgeprobe: `make demo` and `make test` are the two to know; `make help` lists the rest.

BUILD   ?= build
CC      ?= cc
# libcurl, libarchive, SQLite and libmicrohttpd are loaded when they are needed (facts/library.h), so they are not linked.
PKGS    := libuv libcares libosip2 jansson yaml-0.1 libidn2 expat zlib libssl libcrypto
OPT     ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef -Wvla
CFLAGS  ?= $(OPT)
override CFLAGS += -std=c11 -D_GNU_SOURCE -I. -I$(BUILD) -MMD -MP -fno-common -fstack-protector-strong $(WARN) $(EXTRA)
LDFLAGS ?=
LDLIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null)

DIRS    := facts wire probe probe/tls probe/ciphers probe/revocation config catalogue expressway checks outcomes report monitor commands
SOURCES := $(foreach d,$(DIRS),$(wildcard $(d)/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/catalogue/table.o $(BUILD)/report/html_css.o
ROWS    := $(wildcard catalogue/*.yaml)
JUDGES  := $(wildcard checks/*.c expressway/*.c) catalogue/log_tokens.c catalogue/alarms.c
LIBRARY := $(BUILD)/libedgeprobe.a
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_HELPERS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(wildcard tests/unit/test_*.c),$(wildcard tests/unit/*.c)))

.PHONY: all deb help deps deps-test demo test bench check-build units clean format man install
all: deps
	@$(MAKE) --no-print-directory edgeprobe

edgeprobe: $(BUILD)/edgeprobe
	cp -f $< $@

$(BUILD)/edgeprobe: $(BUILD)/edgeprobe.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIBRARY): $(OBJECTS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c | $(BUILD)/catalogue/causes.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

# The catalogue: rows in YAML become a table and two enumerations. The generator runs here and now, so it is built
# for this machine and without sanitizers; what it would not change it leaves alone, and nothing is built anew.
HOSTCC  ?= cc
GENERATOR := $(wildcard catalogue/generate/*.c)
$(BUILD)/catalogue/generate: $(GENERATOR) catalogue/generate/generate.h catalogue/placeholders.h
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -D_GNU_SOURCE -I. -O1 $(WARN) -o $@ $(GENERATOR) $(shell pkg-config --cflags --libs yaml-0.1)

$(BUILD)/catalogue/made: $(BUILD)/catalogue/generate $(ROWS) $(JUDGES)
	$< catalogue $(@D) $(JUDGES)
	@touch $@

$(BUILD)/catalogue/causes.h $(BUILD)/catalogue/table.c: $(BUILD)/catalogue/made ;

$(BUILD)/catalogue/table.o: $(BUILD)/catalogue/table.c
	$(CC) $(CFLAGS) -c -o $@ $<

# The style sheet stands in the program as one text: lines become string literals.
$(BUILD)/report/html_css.c: report/html.css
	@mkdir -p $(@D)
	sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' -e '1s/^/extern const char html_css[];\nconst char html_css[] =\n/' $< >$@.new
	echo ';' >>$@.new && mv $@.new $@

$(BUILD)/report/html_css.o: $(BUILD)/report/html_css.c
	$(CC) $(CFLAGS) -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(UNIT_HELPERS) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka -larchive

units: $(UNITS)

help:
	@echo "make demo [SCENARIO=name]  install what is needed, build, start the lab, diagnose a broken edge, then a healthy one"
	@echo "make test                  install what is needed, build, run every test"
	@echo "make                       build ./edgeprobe"
	@echo "make bench                 speed beside other tools, as ratios"
	@echo "make install [PREFIX=]     the program, its man page, completions, examples for monitoring"
	@echo "make deb                   a Debian package of that, in build/"
	@echo "make format | clean"

deps:
	@scripts/deps.sh build

deps-test:
	@scripts/deps.sh build lab

demo: deps-test
	@$(MAKE) --no-print-directory edgeprobe
	@tests/lab/demo.py --edgeprobe ./edgeprobe $(SCENARIO)

test: deps-test
	@$(MAKE) --no-print-directory edgeprobe units
	@tests/run.sh $(BUILD)

bench: deps-test
	@$(MAKE) --no-print-directory edgeprobe
	@tests/bench/run.py --edgeprobe ./edgeprobe

PREFIX ?= /usr/local
install: all
	install -D -m 755 edgeprobe $(DESTDIR)$(PREFIX)/bin/edgeprobe
	install -D -m 644 docs/edgeprobe.1 $(DESTDIR)$(PREFIX)/share/man/man1/edgeprobe.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/edgeprobe docs/monitoring.md
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/edgeprobe/monitoring docs/monitoring/*
	install -D -m 644 docs/completion/edgeprobe.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/edgeprobe
	install -D -m 644 docs/completion/_edgeprobe $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_edgeprobe

deb: all
	@scripts/deb.sh $(BUILD)

format:
	clang-format -i $$(git ls-files "*.c" "*.h")

clean:
	rm -rf build build-* edgeprobe

-include $(OBJECTS:.o=.d) $(BUILD)/edgeprobe.d $(patsubst %.c,$(BUILD)/%.d,$(wildcard tests/unit/*.c))
.SECONDARY:
