# Edicola. `make help` lists the commands; each sets up what it needs the first time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
Q ?=
CASES ?= 100000
SEED ?= 0

.DEFAULT_GOAL := help
.PHONY: help ask chat bot index sources test check lint types imports coverage evaluate fuzz

help:  ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

ask: $(VENV)/installed  ## answer one question: make ask Q="Quando scade il contratto di Ancelotti?"
	@test -n '$(subst ','\'',$(value Q))' || { echo 'Write the question: make ask Q="Quando scade il contratto di Ancelotti?"'; exit 2; }
	@$(BIN)/edicola ask '$(subst ','\'',$(value Q))'

chat: $(VENV)/installed  ## talk to Edicola in the terminal
	@$(BIN)/edicola chat

bot: $(VENV)/installed  ## run the Telegram bot (TELEGRAM_TOKEN in .env)
	@$(BIN)/edicola bot

index: $(VENV)/installed  ## bring the index in step with ARTICLES_DIR
	@$(BIN)/edicola index

sources: $(VENV)/installed  ## list the articles, newest first
	@$(BIN)/edicola sources

test: $(VENV)/installed-dev  ## run the tests
	$(BIN)/python -m pytest

coverage: $(VENV)/installed-dev  ## run the tests and measure what they reach
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered --cov-fail-under=90

check: lint types imports coverage  ## all that CI runs, with coverage

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

imports: $(VENV)/installed-dev
	$(BIN)/lint-imports

evaluate: $(VENV)/installed  ## measure the answers on the gold questions
	@$(BIN)/edicola evaluate --articles articles --gold evaluation/gold/visible.jsonl --as-of 2025-12-31 --predictions data/predictions.jsonl

fuzz: $(VENV)/installed-dev  ## damage 100,000 inputs of the readers: make fuzz CASES=1000 SEED=7
	$(BIN)/python -m tests.fuzz --cases $(CASES) --seed $(SEED)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Edicola needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@echo "Creating $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade pip

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing Edicola and what it needs: one to five minutes, most of it PyTorch …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --progress-bar off -e .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "Installing Edicola with its test tools: one to five minutes, most of it PyTorch …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --progress-bar off -e ".[dev]"
	@touch $@ $(VENV)/installed
