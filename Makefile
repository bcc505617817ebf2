# The two commands of the README: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
EXTRAS_TEST := dev,hf,train,pdf,postgres,web,similarity

.PHONY: demo test setup setup-test server browser lint types layers tests clean

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
setup-test: $(VENV)/.ready-test server browser

# The store's tests run on PostgreSQL too where it is there; as root it is fetched once, and nothing fails without it.
server:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
	  (timeout 120 apt-get -qq update && DEBIAN_FRONTEND=noninteractive timeout 240 apt-get -qq install -y --no-install-recommends postgresql) \
	    >/dev/null 2>&1 || echo "no PostgreSQL: its tests will be skipped"; \
	fi

# The page's tests drive Chromium where it is there; Chinese is drawn with these fonts.
browser:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! [ -x /usr/bin/chromium ]; then \
	  (timeout 120 apt-get -qq update && DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq install -y --no-install-recommends chromium fonts-noto-cjk) \
	    >/dev/null 2>&1 || echo "no Chromium: its tests will be skipped"; \
	fi

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
