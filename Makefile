# edgeprobe: `make demo` and `make test` are the two to know; `make help` lists the rest.

BUILD   ?= build
CC      ?= cc
PKGS    := libuv libcares libcurl libosip2 jansson yaml-0.1 libidn2 libssl libcrypto
OPT     ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef -Wvla
CFLAGS  ?= $(OPT)
override CFLAGS += -std=c11 -D_GNU_SOURCE -I. -MMD -MP -fno-common -fstack-protector-strong $(WARN) $(EXTRA)
LDFLAGS ?=
LDLIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null)

DIRS    := facts probe/wire probe config checks report commands
SOURCES := $(foreach d,$(DIRS),$(wildcard $(d)/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libedgeprobe.a
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_HELPERS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(wildcard tests/unit/test_*.c),$(wildcard tests/unit/*.c)))

.PHONY: all help deps deps-test clean units
all: edgeprobe

edgeprobe: $(BUILD)/edgeprobe
	cp -f $< $@

$(BUILD)/edgeprobe: $(BUILD)/edgeprobe.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIBRARY): $(OBJECTS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(UNIT_HELPERS) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

units: $(UNITS)

clean:
	rm -rf build build-* edgeprobe

-include $(OBJECTS:.o=.d) $(BUILD)/edgeprobe.d
.SECONDARY:
