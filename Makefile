.DEFAULT_GOAL := help
.PHONY: help run demo test check bench bench-large setup setup-tests format messages clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export HOST PORT DATABASE_URL WORKERS # empty means not set

help: ## Show what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: setup ## Install what is missing and serve on http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL, WORKERS)
	@exec $(BIN)/python app.py

demo: setup ## Make the sample organisation anew, then serve
	@$(BIN)/flask --app app sample reset
	@exec $(BIN)/python app.py

test: setup-tests ## Run every test: both databases, routes, browser walks
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup-tests ## Format, lint, types, import contracts, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

format: setup-tests ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .


bench: setup-tests ## Measure and write bench/results.json, with the limit beside each figure
	deploy/install_debian.sh bench
	$(BIN)/python -m bench

bench-large: setup-tests ## Measure a hundred thousand people on both databases: most of an hour, 6 GB of disk
	$(BIN)/python -m bench large

messages: setup-tests ## Collect the strings to translate into lms/translations/messages.pot
	$(BIN)/pybabel extract -q -F deploy/babel.ini -o lms/translations/messages.pot .

setup: $(VENV)/ready-to-run static/fonts/fonts.css static/editor/codemirror.js

setup-tests: $(VENV)/ready-to-test static/fonts/fonts.css static/editor/codemirror.js

# A stamp file tells that an installation is whole, so that later runs need no network.
$(VENV)/ready-to-run: requirements.txt deploy/install_debian.sh
	deploy/install_debian.sh run
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/ready-to-test: requirements-dev.txt $(VENV)/ready-to-run
	deploy/install_debian.sh tests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

static/fonts/fonts.css: $(VENV)/ready-to-run deploy/build_fonts.py
	$(BIN)/python deploy/build_fonts.py

EDITOR := deploy/editor/build.sh deploy/editor/package.json deploy/editor/package-lock.json deploy/editor/bundle.js

# Learners need no editor: where npm's registry cannot be reached, the studio goes on with a plain text field.
static/editor/codemirror.js: $(EDITOR) | $(VENV)/ready-to-run
	@deploy/editor/build.sh $(BIN) || echo "The studio's editor was not built; the lines above say why." >&2

clean: ## Remove what was installed and made here; the data folder stays
	rm -rf $(VENV) static/fonts static/editor .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/output
