# Two commands do all the set-up on a fresh machine with Python (3.10 or newer), make and git:
#
#   make perf   measure this repository's own benchmarks, record, judge, print the verdict, build the site
#   make test   the whole test suite with its linters and type checks
#
# Another Python: make test PYTHON=python3.12 VENV=.venv-3.12

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The pure core is tested under coverage, to the last branch; what runs in subprocesses of its own is not.
CORE := tests/core tests/detect tests/judge tests/pipeline tests/report

# Tests start hundreds of processes. Where a container says to keep no bytecode, each would compile all of Lapwing anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: perf test lint types suite servers core rest checks pythons clean setup

setup:
	@.ci/setup $(VENV) $(PYTHON)

# The site is built whatever the verdict; the exit code is the verdict's.
perf: setup
	@status=0; $(BIN)/python -m pytest --perf benchmarks || status=$$?; \
	$(BIN)/lapwing site --out .lapwing/site || exit $$?; exit $$status

# Side by side, since each of them has a processor to spare at times.
test: setup servers
	@.ci/side-by-side "$(MAKE)" rest core checks

suite: setup servers
	@.ci/side-by-side "$(MAKE)" rest core

checks: lint types

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=plugin $(BIN)/lint-imports --no-cache
	.ci/lint-workflows $(BIN)

types: setup
	$(BIN)/mypy

servers:
	@.ci/postgresql
	@.ci/chromium

core: setup
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -q --cov --cov-report=term:skip-covered $(CORE)

# Three at once on two processors: a worker mostly waits for the processes that its test has started.
rest: setup
	$(BIN)/python -m pytest -q -n 3 --dist worksteal --durations=12 --durations-min=5 $(addprefix --ignore=,$(CORE)) tests

# The suite on every supported Python that is here.
pythons:
	@for minor in 10 11 12 13 14; do \
	  if python3.$$minor -c '' 2>/dev/null; then \
	    $(MAKE) suite PYTHON=python3.$$minor VENV=.venv-3.$$minor || exit 1; \
	  else echo "skipped: no python3.$$minor here"; fi; done

clean:
	rm -rf .venv .venv-3.* build dist .coverage* .mypy_cache .ruff_cache .pytest_cache
