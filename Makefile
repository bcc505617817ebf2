# The two commands of the README: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
EXTRAS_TEST := dev,hf,train,pdf

.PHONY: demo test setup setup-test lint types layers tests bench clean

demo: $(VENV)/.ready
	$(BIN)/zhengming translate corpus/demo/rare-earth-japan.md -o out/demo --date 2026-01-06 --report out/demo/report.html
	@echo "The translation: out/demo/rare-earth-japan.en.md   The report: out/demo/report.html"

test: setup-test lint types layers tests

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -U pip "setuptools>=82"

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e ".[$(EXTRAS_TEST)]"
	@touch $@ $(VENV)/.ready

setup: $(VENV)/.ready
setup-test: $(VENV)/.ready-test

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

tests:
	$(BIN)/pytest -q

clean:
	rm -rf $(VENV) out dist build
