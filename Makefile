# The two commands of the README are `make run` and `make test`; everything else is for working on Écriture.
# Needs Python 3.11 or later with venv, and the package registries. The tests also need Debian's hledger, Chromium and
# PostgreSQL, which `make test-tools` installs when they are absent.

PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .venv/bin/uv
BIN := .venv/bin
LOCALE := src/ecriture/locale
CATALOGUES := $(wildcard $(LOCALE)/*/LC_MESSAGES/*.po)
SPEAKING := src/ecriture/cli src/ecriture/speech
SHOWING := src/ecriture/web src/ecriture/store src/ecriture/project
OUT := out
AT_ONCE := --numprocesses 4 --dist loadfile --durations 15 --durations-min 5

export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Compiled once, when it is installed: else a system that keeps no compiled files compiles click at every start.
export UV_COMPILE_BYTECODE := 1
# Our own code too: tests start the program some hundred times, in four processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup run test e2e test-postgresql check-code compiled-tests test-tools install tour screenshots film-tools fmt bench messages catalogue build

setup: .venv/.stamp $(CATALOGUES:.po=.mo)

$(UV):
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

.venv/.stamp: $(UV) pyproject.toml uv.lock hatch_build.py
	$(UV) sync --frozen --quiet --all-groups --all-extras
	touch $@

%.mo: %.po .venv/.stamp
	$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# The data of `make run` live in this folder, which is not kept. NO_SERVE=1 stops after the file.
run: export ECRITURE_HOME ?= $(CURDIR)/.ecriture
run: setup
	mkdir -p $(OUT)
	$(BIN)/ecriture convert --company examples/boreal/company.toml --documents examples/boreal/documents.csv \
		--payments examples/boreal/payments.csv --chart examples/boreal/chart.csv --out $(OUT)/boreal.txt
	@echo "$(CURDIR)/$(OUT)/boreal.txt"
	$(BIN)/ecriture demo
	@test -n "$(NO_SERVE)" || exec $(BIN)/ecriture serve --port 8000 --next-free-port

# PostgreSQL first, the store and the pages; then everything on SQLite, so that the last line counts all.
# A file's tests stay together in one of four processes: one waits while the others work.
test: test-tools
	$(MAKE) --no-print-directory --jobs 3 --output-sync=target check-code compiled-tests test-postgresql
	$(BIN)/pytest $(AT_ONCE)

# On PostgreSQL the store, and the pages whose queries are more than a row and its columns.
PAGES := batches books closing control imports lists queries remap taxes transfer
PAGES_TOO := import_races removal texts_at_the_edge uploads

test-postgresql: test-tools
	ECRITURE_STEPS=300 ECRITURE_STANDINGS=8 $(BIN)/python tests/with_postgresql.py $(BIN)/pytest $(AT_ONCE) --hypothesis-profile second-database tests/store \
		$(PAGES:%=tests/web/test_web_%.py) $(PAGES_TOO:%=tests/web/test_%.py)

# The browser alone, with screenshots of the pages in out/screenshots.
e2e: test-tools
	ECRITURE_SCREENSHOTS=1 $(BIN)/pytest $(AT_ONCE) tests/e2e

# Else each of four processes would compile all tests.
compiled-tests: setup
	@$(BIN)/pytest --collect-only --quiet >/dev/null

check-code: setup
	$(UV) lock --check --quiet
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	@ECRITURE_HOME=$$(mktemp -d) DJANGO_SETTINGS_MODULE=ecriture.project.settings \
		$(BIN)/python -m django makemigrations --check --dry-run

# The independent proof: the installed hledger must accept what our writer produces. A browser, and the other database.
test-tools: setup
	@command -v hledger >/dev/null || $(MAKE) --no-print-directory install TOOL=hledger
	@test -x "$${ECRITURE_CHROMIUM:-/usr/bin/chromium}" || $(MAKE) --no-print-directory install TOOL=chromium
	@command -v pg_ctl >/dev/null || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || \
		$(MAKE) --no-print-directory install TOOL=postgresql

install:
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(TOOL)

# The film of the guide with its texts, and the pictures of the guide, from the running application (tour/).
# Chromium's own words and dates come with a package of its languages.
tour: film-tools
	$(BIN)/python -m tour film

screenshots: film-tools
	$(BIN)/python -m tour pictures

film-tools: test-tools
	@command -v ffmpeg >/dev/null || $(MAKE) --no-print-directory install TOOL=ffmpeg
	@test -e /usr/lib/chromium/locales/fr.pak || $(MAKE) --no-print-directory install TOOL=chromium-l10n

fmt: setup
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

bench: setup test-tools
	$(BIN)/python -m compileall -q src
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/lists.py
	$(BIN)/python benchmarks/store.py
	$(BIN)/python benchmarks/proof.py
	$(BIN)/python benchmarks/imports.py
	$(BIN)/python tests/with_postgresql.py $(BIN)/python benchmarks/lists.py
	$(BIN)/python tests/with_postgresql.py $(BIN)/python benchmarks/store.py
	$(BIN)/python tests/with_postgresql.py $(BIN)/python benchmarks/proof.py
	$(BIN)/python tests/with_postgresql.py $(BIN)/python benchmarks/imports.py

# Collects the messages of the code into the catalogues; then translate what is new, and `make setup` compiles them.
# `ecriture` holds what the command and the core say, `django` what the pages say.
messages: setup
	$(MAKE) --no-print-directory catalogue DOMAIN=ecriture FROM="$(SPEAKING)" KEYWORDS="-k speech -k _speech -k N_ -k translate -k plural:1,2"
	$(MAKE) --no-print-directory catalogue DOMAIN=django FROM="$(SHOWING)" KEYWORDS="-k say -k gettext_lazy -k pgettext_lazy:1c,2"

catalogue:
	PYTHONPATH=tests $(BIN)/pybabel --quiet extract -F babel.cfg $(KEYWORDS) --no-location --sort-output --omit-header \
		--output-file=$(LOCALE)/$(DOMAIN).pot $(FROM)
	$(BIN)/pybabel --quiet update --domain=$(DOMAIN) --input-file=$(LOCALE)/$(DOMAIN).pot --output-dir=$(LOCALE) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100
	rm $(LOCALE)/$(DOMAIN).pot

build: setup
	$(UV) build --quiet
