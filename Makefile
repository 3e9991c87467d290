# `make` alone explains itself. Everything is installed into .venv and sandbox/web/node_modules, nothing elsewhere.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export UV_PYTHON_DOWNLOADS := never
# Compiled modules are kept, whatever the machine's habit: each test process would compile them all again.
export PYTHONDONTWRITEBYTECODE :=

UV := $(shell command -v uv || echo .cache/uv/bin/uv)
RUN := .venv/bin
WEB := sandbox/web
CONTRACTS ?= ../shared/contracts
PAYLOADS := .cache/payloads.jsonl
# Tests wait as often as they work: one process more than there are cores.
WORKERS ?= $(shell expr $$(nproc) + 1)
# The suite opens hundreds of databases, each commit of which waits for the disk: in memory, where there is room for them.
TEST_TMP := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 4000000 ] 2>/dev/null && echo TMPDIR=/dev/shm)
PYTEST := $(TEST_TMP) $(RUN)/pytest -n $(WORKERS) --dist worksteal

.PHONY: help setup demo test check lint fix contracts migration bench-ack bench-jobs bench-typeahead bench-duplicates bench-first-load bench-scoring bench-ranking mutation chaos-digest chaos-gitlab chaos-decisions bench-digest bench-conversation bench-top-gaps pictures clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: .venv/.synced $(WEB)/dist/index.html ## Install everything into .venv and build the sandbox's page

demo: setup ## Open a local Slack with the bot in it (http://127.0.0.1:8765)
	@$(RUN)/gapbot sandbox $(ARGS)

test: setup ## Run all tests, in Chromium too; those of storage on SQLite and PostgreSQL, of others half on each
	@mkdir -p .cache
	$(PYTEST) $(ARGS)

check: lint setup ## Check everything that CI checks
	@mkdir -p .cache
	$(PYTEST) --every-database --cov --cov-report=term:skip-covered --cov-fail-under=95
	@$(MAKE) --no-print-directory contracts

lint: setup ## Formatting, types, import contracts, dependencies, spelling
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/deptry .
	$(RUN)/codespell
	@$(NPM) --prefix $(WEB) run --silent check

contracts: ## Judge the payloads of the last test run and the manifest by Slack's schemas, where these are present
	@if [ -d "$(CONTRACTS)" ]; then \
	  $(RUN)/python $(CONTRACTS)/check_payloads.py $(PAYLOADS) && \
	  $(RUN)/python $(CONTRACTS)/check_payloads.py --manifest manifest.yml && \
	  $(RUN)/python $(CONTRACTS)/check_payloads.py --manifest <($(RUN)/gapbot manifest --url https://bot.example); \
	else echo "no contracts at $(CONTRACTS): skipped"; fi

fix: setup ## Format, and mend what can be mended by itself
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

migration: setup ## Write a migration from the models: make migration MESSAGE="add a table"
	@test -n "$(MESSAGE)" || (echo 'Say what it does: make migration MESSAGE="…"' && exit 1)
	$(RUN)/python -m migrations.new "$(MESSAGE)"

bench-ack: setup ## Time a filed request against a bare Bolt listener, side by side
	$(RUN)/python -m bench.ack $(ARGS)

bench-jobs: setup ## Time the job queue against a plain loop
	$(RUN)/python -m bench.jobs $(ARGS)

bench-duplicates: setup ## Time the search for alike gaps among 100,000
	$(RUN)/python -m bench.duplicates $(ARGS)

bench-typeahead: setup ## Time the account's type-ahead at 2,000 and at 200,000 accounts
	$(RUN)/python -m bench.typeahead $(ARGS)

bench-scoring: setup ## Time every ranking model on a million requests for 100,000 gaps
	$(RUN)/python -m bench.ranking_speed $(ARGS)

bench-ranking: setup ## Compare the models on invented books of business: accuracy, attacks, gaps in the data, churn
	$(RUN)/python -m bench.ranking_models $(ARGS)

mutation: setup ## Change scoring/ a thousandfold and count what no test notices (an hour)
	$(RUN)/python -m bench.mutation $(ARGS)

bench-first-load: setup ## Time a first load of 200,000 accounts, on ARGS="--database postgresql" too, and weigh the bot (ten minutes)
	$(RUN)/python -m bench.first_load $(ARGS)

chaos-digest: setup ## Kill the process at every step of a week: proposals, decisions, digest and notices
	$(TEST_TMP) $(RUN)/python -m tests.chaos.weekly_chaos 500

chaos-gitlab: setup ## Fail and die in 315 ways while writing to GitLab; lose, repeat and shuffle webhooks 500 times
	$(TEST_TMP) $(RUN)/python -m tests.chaos.gitlab_chaos
	$(TEST_TMP) $(RUN)/pytest -n 0 --hypothesis-profile=thorough tests/issues/test_any_order.py

chaos-decisions: setup ## Let people decide at the same moment, 1,000 times on each database
	$(TEST_TMP) $(RUN)/python -m tests.chaos.decision_chaos 1000

bench-digest: setup ## Time a digest over a million requests
	$(RUN)/python -m bench.digest $(ARGS)

bench-conversation: setup ## Time a reply in a conversation, from the message to what stands below it
	$(RUN)/python -m bench.conversation $(ARGS)

bench-top-gaps: setup ## Time a page of the list after a request: 3,000 requests, or ARGS="--gaps 100000 --requests 1000000"
	$(RUN)/python -m bench.top_gaps $(ARGS)

pictures: setup ## Take the pictures of the README from the sandbox
	GAPBOT_PICTURES=1 $(RUN)/pytest tests/browser -n 0

clean: ## Remove everything that setup made
	rm -rf .venv .cache $(WEB)/node_modules $(WEB)/dist .sandbox

# uv is fetched into .cache where the machine has none; node comes from PyPI where the machine has none.
.cache/uv/bin/uv:
	@python3 -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv

NODE_GROUP := $(shell command -v npm >/dev/null || echo --group node)
NPM := $(shell command -v npm || echo PATH=$(CURDIR)/.venv/bin:$$PATH npm)

.venv/.synced: pyproject.toml uv.lock | $(if $(filter .cache/%,$(UV)),$(UV))
	@$(UV) sync --quiet --frozen --compile-bytecode $(NODE_GROUP)
	@touch $@

$(WEB)/node_modules/.synced: $(WEB)/package-lock.json .venv/.synced
	@$(NPM) --prefix $(WEB) ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.synced $(shell find $(WEB)/src -type f 2>/dev/null) $(WEB)/build.mjs
	@$(NPM) --prefix $(WEB) run --silent build
	@touch $@
