.DEFAULT_GOAL := help
.PHONY: help run test check setup setup-tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

help: ## Show what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

check: ## Format, lint, types, import contracts, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet templates
