# Everything sets itself up: a first `make` makes .venv from the lock file, and a second is there at once.
SHELL := /bin/bash
.DEFAULT_GOAL := nightly
PYTHON := $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
export DAGSTER_HOME ?= $(CURDIR)/var/dagster

.PHONY: nightly demo ui check lint test golden bench lock

nightly: $(READY)          ## tonight: extracts in, a proved generation and a report out
	@$(RUN) -m schedules.shell

demo: $(READY)             ## demo extracts of three nights into the drop folder
	@$(VENV)/bin/privacy-pipelines demo

ui: $(READY)               ## Dagster on http://127.0.0.1:3000
	@$(RUN) -m schedules.home
	@exec $(VENV)/bin/dagster dev -w workspace.yaml -h 127.0.0.1 -p 3000

check: lint test           ## what a change must pass: format, lint, types, contracts, tests

lint: $(READY)             ## all of that but the tests
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

test: $(READY)             ## the tests alone; a file of them stays with one worker, so that its night is run once
	$(VENV)/bin/pytest -q -n auto --dist loadfile --no-loadscope-reorder

golden: $(READY)           ## the golden papers and report anew, after a change that is meant: look at the difference
	$(RUN) -m tests.papers
	$(RUN) -m tests.report.golden

bench: $(READY)            ## the figures of the README
	$(RUN) -m benchmarks

lock: $(READY)             ## requirements.lock anew from pyproject.toml
	$(VENV)/bin/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--no-strip-extras --all-extras --allow-unsafe -o requirements.lock pyproject.toml

# The build backend comes from the lock too, so that nothing is fetched that the lock does not name.
$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) from requirements.lock (once, some minutes) …"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "Python 3.11 is needed; found " + sys.version.split()[0])'
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
