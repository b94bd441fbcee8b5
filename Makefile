# Everything a person runs; each step says what it does and about how long it takes.
.DEFAULT_GOAL := help
SHELL := /bin/sh
ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x64,$(shell uname -m)))
# The tools of node_modules/.bin run on the pinned Node, whatever the machine has.
export PATH := $(CURDIR)/node_modules/node-linux-$(ARCH)/bin:$(PATH)
BIN := node_modules/.bin
INSTALLED := node_modules/.package-lock.json
TEST := tools/node --test
# By default Node leaves a core free.
CORES := $(shell nproc)

.PHONY: help demo test check bench servers images release release-check build clean quick-start soak fuzz test-unit test-simulation test-contract test-integration test-faults e2e

help: ## Say what there is to run
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## Watch pods get their Vault tokens, on embedded servers (REAL=1: on real ones; ELECTION=raft), in seconds
	@tools/node demo/main.ts

test: check test-unit test-simulation test-contract test-integration ## Check, and run every test below e2e (installs what it needs)

check: build ## Format, lint, types, import direction, unused code (about 20 s)
	@echo '== check: format, lint and import direction (biome)'
	@$(BIN)/biome check --error-on-warnings
	@echo '== check: promises (oxlint)'
	@$(BIN)/oxlint --type-aware --deny-warnings
	@echo '== check: types (tsc)'
	@$(BIN)/tsc --noEmit
	@echo '== check: unused code (knip)'
	@$(BIN)/knip

bench: build servers images ## Measure on real servers beside a floor, and write docs/benchmarks.md (about 50 minutes; root; ARGS=--help)
	@tools/node tools/servers/obtain.ts e2e
	@tools/node bench/main.ts $(ARGS)

servers: $(INSTALLED) ## Obtain OpenBao, Prometheus, etcd, kube-apiserver, kubectl, Helm, serf and servers of Raft (about 12 min the first time, then nothing)
	@tools/node tools/servers/obtain.ts

images: build ## Build the container images and their SBOMs into dist/images/ (half a minute; ENGINE=, BASE=, PLATFORM=)
	@tools/node tools/images/images.ts

release: build ## Make in dist/release what an air-gapped cluster needs (1 to 2 minutes; PLATFORM=linux/amd64: one architecture)
	@tools/node tools/release/release.ts

release-check: build ## Make it twice, in two folders, and see that it is the same (about 3 minutes)
	@tools/node tools/release/check.ts

build: $(INSTALLED) ## Bundle the three programs into dist/ (a second)
	@tools/node tools/build.ts

test-unit: $(INSTALLED) ## Unit and property tests of each part
	@echo '== unit and property tests (about a minute)'
	@$(TEST) --test-concurrency=$(CORES) 'test/unit/**/*.test.ts'

test-simulation: $(INSTALLED) ## Whole controllers on virtual time, with seeded faults
	@echo '== simulation: whole controllers on virtual time (about 2 minutes)'
	@$(TEST) --test-concurrency=$(CORES) 'test/simulation/**/*.test.ts'

# Each test file is a process of its own; what it loads is taken apart once, and kept.
test-unit test-simulation: export NODE_COMPILE_CACHE := $(CURDIR)/node_modules/.cache/node

fuzz: $(INSTALLED) ## A million damaged packets to what reads gossip, more than the unit tests send (FUZZ=, SEED=)
	@echo '== fuzz: damaged packets of gossip, to its codec and to a member (about 2 minutes)'
	@FUZZ=$(or $(FUZZ),1000000) $(TEST) --test-concurrency=$(CORES) 'test/unit/gossip/**/fuzz.test.ts'

test-contract: $(INSTALLED) servers ## The same assertions on the embedded and the real servers
	@echo '== contract: the embedded servers beside the real ones (about half a minute)'
	@$(TEST) --test-concurrency=2 'test/contract/**/*.test.ts'

test-integration: build servers ## Real processes on real servers
	@echo '== integration: real processes on real servers (about 5 minutes)'
	@$(TEST) --test-concurrency=3 'test/integration/**/*.test.ts'

test-faults: build servers ## Several controllers, each on a machine of its own, and faults of all kinds (ELECTION=lease or raft: one engine)
	@[ "$(ELECTION)" = raft ] || $(call faults,lease,6)
	@[ "$(ELECTION)" = lease ] || $(call faults,raft,9,'test/faults/raft/*.test.ts')

define faults
{ echo '== faults: controllers that elect by $(1), and are killed, stopped, cut off (about $(2) minutes; takes root or user namespaces)'; \
  ELECTION=$(1) tools/in-own-network $(TEST) --test-force-exit --test-concurrency=1 'test/faults/*.test.ts' $(3); }
endef

e2e: build images ## The whole way on a real cluster of one node (root), or on E2E_KUBECONFIG's: e2e/README.md
	@echo '== end-to-end: a real cluster (its programs take about 20 minutes to build the first time, then nothing)'
	@[ -n "$(E2E_KUBECONFIG)" ] || tools/node tools/servers/obtain.ts e2e
	@tools/node e2e/cluster/main.ts test $(FILES)

quick-start: $(INSTALLED) ## A Vault, the controllers and five apps in a cluster of yours (ARGS=up, status, down; --help)
	@tools/node quick-start/quick-start.mjs $(or $(ARGS),up)

soak: build servers ## Faults in random order for SOAK_HOURS (1), or SEEDS=FIRST-LAST
	@tools/in-own-network tools/node test/faults/soak.ts

clean: ## Remove what was built (the servers stay in their cache)
	@rm -rf dist node_modules

$(INSTALLED): package.json package-lock.json
	@tools/preflight
	@echo '== npm ci: the pinned Node and the libraries (about 20 s)'
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

ifdef REAL
demo: servers
endif
