# Every command we run. `make` alone lists them.
SHELL := /bin/bash
CARGO ?= cargo

.DEFAULT_GOAL := help
.PHONY: help run test test-quick test-browser test-faults worlds mutants check bench bless schema docs ci setup

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## build it and start the demo
	@echo "Building in release mode; the first time takes some minutes."
	@$(CARGO) build --release --package vouchsafe-server
	@exec target/release/vouchsafe demo

setup: ## install what the tests need and is missing
	@scripts/setup.sh

test: setup ## install what the tests need, then run all of them, on both databases
	@# Some tests start the server: built while they run, it would keep the machine from them.
	$(CARGO) build --package vouchsafe-server
	$(CARGO) test --workspace
	WORLDS=100 scripts/with-postgres.sh $(CARGO) test --workspace --lib --test it -- --skip worlds::hard
	@scripts/browser.sh

test-browser: ## only the browser tests; pictures of every page go to target/screenshots
	@scripts/browser.sh

test-faults: setup ## the long fault tests on both databases: 200 kills, 10,000 rounds; about an hour
	@scripts/test-faults.sh

test-quick: ## units and SQLite only, in fewer random worlds
	WORLDS=2000 $(CARGO) test --workspace --lib --bins

worlds: ## 100,000 random worlds, in the engine and over the store, against the reference
	WORLDS=100000 $(CARGO) test --release --package vouchsafe-engine --package vouchsafe-store --lib worlds

mutants: ## plant faults in the rule, one by one, and see the tests catch them
	@scripts/mutants.sh

check: ## format, lints, docs, dependencies
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet
	@scripts/check-dependencies.sh

bench: ## measure, and print ratios
	@scripts/bench.sh

bless: ## rewrite the golden files; a person reads the diff
	BLESS=1 $(CARGO) test --package vouchsafe-tests

schema: ## compare the table definitions with the migrations
	$(CARGO) test --package vouchsafe-tests the_schema_is

docs: ## write docs/ERRORS.md from the catalogue
	BLESS=1 $(CARGO) test --package vouchsafe-tests errors_are_documented

ci: check test ## what the CI runs
