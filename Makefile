# `make grade` and `make test` need Python 3.11 to 3.14, make and git, and nothing else: they set up .venv by themselves.
# Another Python is chosen with `make grade PYTHON=python3.12`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
LAB ?= lab2
HANDINS ?= examples/handins
OUT ?= out
TESTERS ?= 2
MINUTES ?= 60

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install build release grade test test-quick fuzz lint check-built clean

help:  ## what one can make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(READY)  ## set up .venv (the other targets do it by themselves)

$(READY): pyproject.toml constraints.txt
	@echo "== Setting up $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
	  || { echo "Python 3.11 to 3.14 is needed; choose one: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "this Python has no venv; on Debian: apt-get install python3-venv"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "== Installing torch (the largest part; a CPU build serves)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 --constraint constraints.txt
	@echo "== Installing everything else from constraints.txt"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@
	@echo "== $(VENV) is ready; it is not installed again until pyproject.toml or constraints.txt change"

build: $(READY)  ## text masters -> source/
	$(BIN)/autograder build $(LAB)

release: build  ## source/ -> release/, through the gate
	$(BIN)/autograder release $(LAB)

grade: release  ## build, release, and mark the example hand-ins
	@echo "== Marking the hand-ins in $(HANDINS)"
	$(BIN)/autograder grade $(LAB) $(HANDINS) --out $(OUT)
	$(BIN)/autograder feedback $(LAB) --out $(OUT)
	$(BIN)/autograder report $(LAB) --out $(OUT)
	@echo
	@echo "== The marks are in $(OUT)/marks.csv, what was taken in and repaired in $(OUT)/intake.csv,"
	@echo "   the students' pages in $(OUT)/feedback/, the class report in $(OUT)/report/index.html."

test: $(READY)  ## every test: the quick ones first
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile $(PYTEST_ARGS)

test-quick: $(READY)  ## the tests that take no more than a few seconds each
	$(BIN)/python -m pytest -m "not slow" $(PYTEST_ARGS)

fuzz: $(READY)  ## generators of hostile hand-ins and faults of the machine, for MINUTES (60)
	$(BIN)/python -m pytest -m "fuzz or long" -q --fuzz-minutes $(MINUTES) $(PYTEST_ARGS)

lint: $(READY)  ## ruff, mypy, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

check-built: $(READY)  ## fail when source/ or release/ is not what the text masters build
	$(BIN)/python -m pytest -q -k "is_what or are_what or holds_nothing_else" tests/test_build.py tests/release/test_lab2.py

clean:  ## take away what grading and testing left; keeps .venv
	rm -rf $(OUT) .pytest_cache .mypy_cache .ruff_cache .hypothesis
