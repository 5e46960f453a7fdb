# make run    build and serve the demonstration (see README.md)
# make test   every check; RACE=1 adds the race detector
# make ci     the same as CI does it: with the race detector, and what fails beside others gets a second chance alone
GO      ?= go
RACE    ?=
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  = -s -w -X tidegate/cmd/tidegate/cli.build=$(VERSION)

.PHONY: build run test ci tools lint fuzz docs bench soak conformance conformance-table clean

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/tidegate ./cmd/tidegate

run: build
	bin/tidegate run

# A program with the race detector sleeps for a second before it ends, unless it is told not to: that is a second for each case that starts a server.
test: tools lint build
	$(if $(RACE),$(RACETEST)) $(GO) test $(if $(RACE),-race) -timeout 12m ./...

# A test that fails while others load the machine runs once more alone, and is named at the end: it is to be mended. A data race is never
# excused. Without gotestsum (no way to fetch it) there is no second run.
GOTESTSUM = $(GO) run gotest.tools/gotestsum@v1.13.0
RACETEST  = GORACE="$$GORACE atexit_sleep_ms=0"
ci: RACE = 1
ci: tools lint build
	@if $(GOTESTSUM) --version; then \
	  $(RACETEST) $(GOTESTSUM) --no-color --format standard-quiet --packages ./... --rerun-fails=1 --rerun-fails-max-failures 5 \
	    --rerun-fails-abort-on-data-race -- -race -timeout 12m; \
	else \
	  $(RACETEST) $(GO) test -race -timeout 12m ./...; \
	fi

# What tests need beyond Go: luajit, openssl and nginx judge our Lua, our TLS and our checker. They are installed where that is allowed, else named.
tools:
	@sh internal/tools.sh $(if $(RACE),gcc)

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...

# Each fuzz target for a little while; FUZZTIME=10m for longer.
FUZZTIME ?= 20s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

# The reference manual, from the catalogue and the rules.
docs:
	$(GO) run ./internal/docgen

bench: build
	BENCH_TIDEGATE=$(CURDIR)/bin/tidegate $(GO) run ./conformance/bench $(BENCH)

# Load, faults and reloads for as long as is wanted; the tests have a short form of it.
SOAK ?= 5m
soak:
	$(GO) test -count=1 -v -timeout 0 -run TestSoak ./conformance/soak -soak $(SOAK)

# The scores of Test::Nginx cases: our own (go test says whether they may fail), and with SUITE=path/to/stream-lua-nginx-module
# OpenResty's, which must be what the ledger says (CONFORMANCE=--update writes it); without SUITE the ledger's score is shown. HTTP is an
# nginx binary with http and Lua that serves the backends which cases have in their http block.
LEDGERS = conformance/ledger/stream-lua
conformance: build
	-bin/tidegate test --score conformance/cases
ifdef SUITE
	bin/tidegate test --retry 1 --ledger $(LEDGERS)/tidegate.txt --reference $(LEDGERS)/openresty-debug.txt $(if $(HTTP),--http $(HTTP)) $(CONFORMANCE) $(SUITE)/t
else
	@$(GO) run ./conformance/ledger/score $(LEDGERS)/tidegate.txt
endif

# The table of README.md, from the ledgers.
conformance-table:
	$(GO) run ./conformance/ledger/score -readme README.md $(LEDGERS)/tidegate.txt $(LEDGERS)/openresty-debug.txt

clean:
	rm -rf bin
