# Everything from a fresh clone: `make demo`, `make test`, `make check`. Needs Python 3.11 to 3.13 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Nothing phones home, whoever runs it.
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo up test torture bench check lint types contracts format lock clean

help:  ## what you can do here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Returnworks needs Python 3.11 to 3.13; say which with: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies (about a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY)  ## install into ./.venv

demo: $(READY)  ## a day in the life of a shop, against the sandbox, through a real Prefect server
	@$(BIN)/returnworks demo

up: $(READY)  ## sandbox, Prefect server and all deployments, for browsing (ctrl-c stops them)
	@$(BIN)/returnworks up

test: $(READY)  ## all tests
	@$(BIN)/pytest -n 2 --dist loadgroup

torture: $(READY)  ## the attack on "exactly once" at full length, with its figures (about half an hour)
	@$(BIN)/python -m tests.torture

RIVALS := $(VENV)/bench

$(RIVALS)/bin/python: $(READY)
	@$(BIN)/python -m venv $(RIVALS)
	@$(RIVALS)/bin/python -m pip install --quiet --upgrade pip
	@$(RIVALS)/bin/python -m pip install --quiet --group bench

bench: $(RIVALS)/bin/python  ## planted breaks: what the comparison finds and costs, beside pandas, datacompy and polars
	@$(BIN)/python -m bench --rivals-python $(RIVALS)/bin/python

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

contracts: $(READY)
	@$(BIN)/lint-imports

check: lint types contracts test  ## lint, types, import contracts and tests

format: $(READY)  ## let ruff mend what it can
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

lock: $(READY)  ## pin the dependencies of pyproject.toml anew
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header \
		--group dev pyproject.toml --output-file requirements.lock

clean:  ## forget the environment and what runs left behind
	rm -rf $(VENV) .returnworks
