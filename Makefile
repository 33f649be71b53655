# Everything Python runs from .venv in this checkout; `make` alone lists the targets.
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
# Each of the WORKERS has a server, a browser and a network of its own; tests/one_process_each.py says what each does at a time.
# One for each processor: three on two were quicker by a sixth, but then a browser had to wait for its turn too often.
WORKERS := $(shell nproc)
TOGETHER := -n $(WORKERS) --dist loadscope --no-loadscope-reorder
# These wait for nothing and are over in milliseconds: many at a time.
FAST := -n $(WORKERS)

# Bytecode is kept whatever the environment says: a run starts Python a hundred times, on the same modules.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run prepare-dev prepare-tests prepare-checks test test-postgresql test-fast check format messages lock vendor bench soak screenshots

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

run: ## prepare everything and serve the demo company (PORT, HOST and DATA_DIR change where)
	@scripts/prepare.sh run
	@exec $(PYTHON) manage.py serve --demo

prepare-dev:
	@scripts/prepare.sh dev

prepare-tests: prepare-dev
	@scripts/system_packages.sh test
	@$(PYTHON) scripts/fetch_asterisk.py || test -z "$$CI" # without it its tests are skipped, which CI does not take

prepare-checks: prepare-dev
	@scripts/system_packages.sh check
	@scripts/prepare_node.sh

test: prepare-tests ## prepare everything and run every test
	@$(PYTEST) $(TOGETHER) --cov

test-postgresql: prepare-tests ## run every test on a PostgreSQL that is there for the run only
	@$(PYTHON) -m benchmarks.postgres $(PYTEST) $(TOGETHER)

test-fast: prepare-dev ## run the tests that need no browser, no Asterisk and no patience
	@$(PYTEST) $(FAST) -m "not browser and not asterisk and not slow"

check: prepare-checks ## formats, types, imports, translations, migrations, vendored files
	@scripts/check.sh

format: prepare-checks ## rewrite Python, scripts and styles in the house format
	@$(PYTHON) -m ruff check --quiet --fix-only .
	@$(PYTHON) -m ruff format --quiet .
	@node_modules/.bin/biome check --write --log-level=error

messages: prepare-checks ## bring new strings into locale/
	@$(PYTHON) scripts/translations.py update

lock: prepare-checks ## lock the requirements again, with hashes (UPGRADE=1 moves the pins)
	@scripts/lock.sh

vendor: prepare-checks ## copy the pinned browser files into static/vendor and tests/vendor
	@$(PYTHON) scripts/vendor.py

bench: prepare-tests ## measure decisions, fan-out, calls, pages in the browser and the operator panel
	@scripts/system_packages.sh bench
	@scripts/prepare_node.sh
	@$(PYTHON) -m benchmarks

soak: prepare-tests ## break it in every way of docs/reliability.md at full size: hours (SOAK="storm churn:10" does a part)
	@$(PYTHON) -m benchmarks.soak $(SOAK)
	@test -n "$(SOAK)" || SOCKETS=1000 CHANGES=100 $(PYTEST) tests/workers -n 0 -o log_cli=true -o log_cli_level=INFO

screenshots: prepare-tests ## take the pictures of the README, of the help and of every page from the running product
	@$(PYTHON) -m scripts.screenshots
	@$(PYTHON) -m scripts.help_pictures
	@$(PYTHON) -m scripts.page_pictures
