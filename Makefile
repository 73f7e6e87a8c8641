# The two commands of the README are `make run` and `make test`; everything else is for working on Écriture.
# Needs Python 3.11 or later with venv, and the package registries; the tests also Debian's `hledger`, installed when absent.

PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .venv/bin/uv
BIN := .venv/bin
LOCALE := src/ecriture/locale
CATALOGUES := $(wildcard $(LOCALE)/*/LC_MESSAGES/*.po)
SPEAKING := src/ecriture/cli src/ecriture/sentences.py src/ecriture/findings.py
OUT := out

export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Compiled once, when it is installed: else a system that keeps no compiled files compiles click at every start.
export UV_COMPILE_BYTECODE := 1

.PHONY: setup run test check-code test-tools fmt bench messages build

setup: .venv/.stamp $(CATALOGUES:.po=.mo)

$(UV):
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

.venv/.stamp: $(UV) pyproject.toml uv.lock hatch_build.py
	$(UV) sync --frozen --quiet --all-groups
	touch $@

%.mo: %.po .venv/.stamp
	$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

run: setup
	mkdir -p $(OUT)
	$(BIN)/ecriture convert --company examples/boreal/company.toml --documents examples/boreal/documents.csv \
		--payments examples/boreal/payments.csv --chart examples/boreal/chart.csv --out $(OUT)/boreal.txt
	@echo "$(CURDIR)/$(OUT)/boreal.txt"

test: check-code test-tools
	$(BIN)/pytest

check-code: setup
	$(UV) lock --check --quiet
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy

# The independent proof: the installed hledger must accept what our writer produces.
test-tools: setup
	@command -v hledger >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends hledger; }

fmt: setup
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

bench: setup test-tools
	$(BIN)/python -m compileall -q src
	$(BIN)/python benchmarks/books.py

# Collects the messages of the code into the catalogues; then translate what is new, and `make setup` compiles them.
messages: setup
	$(BIN)/pybabel --quiet extract -F babel.cfg -k speech -k _speech -k N_ -k translate -k plural:1,2 --no-location --sort-output --omit-header \
		--output-file=$(LOCALE)/ecriture.pot $(SPEAKING)
	$(BIN)/pybabel --quiet update --domain=ecriture --input-file=$(LOCALE)/ecriture.pot --output-dir=$(LOCALE) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100
	rm $(LOCALE)/ecriture.pot

build: setup
	$(UV) build --quiet
