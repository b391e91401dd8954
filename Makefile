# `make` alone lists the verbs. PYTHON names the Python that makes the environment.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench proof-letters letters-month messages lock clean python

help: ## list these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: python ## start the portal with demo data (PORT=8001 make demo for another port)
	@$(PYTHON) -m ops.demo

test: python ## check everything: style, SQLite, PostgreSQL with Redis, browser
	@$(PYTHON) -m ops.environment dev
	@.venv/bin/python -m ops.test

lint: python ## check style, templates, migrations and settings only
	@$(PYTHON) -m ops.environment dev
	@.venv/bin/python -m ops.test lint

format: python ## write the code in the house style
	@$(PYTHON) -m ops.environment dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

bench: python ## measure speed against the limit of this machine (about fifteen minutes; ARGS=--help, DIGESTS=--help)
	@$(PYTHON) -m ops.environment dev
	@.venv/bin/python -m bench.run $(ARGS)
	@.venv/bin/python -m bench.digests $(DIGESTS)

messages: python ## renew the catalogues of translations (needs gettext; docs/languages.md)
	@$(PYTHON) -m ops.environment dev
	@.venv/bin/python -m ops.messages

proof-letters: python ## kill the processes that send letters, on both databases, and count (about ten minutes; ARGS=--help)
	@$(PYTHON) -m ops.environment dev
	@.venv/bin/python -m ops.proof_letters $(ARGS)

letters-month: python ## live four weeks of letters with a moved clock; prints them before and after the limit of a day
	@$(PYTHON) -m ops.environment dev
	@.venv/bin/python -m pytest tests/notifications/test_month.py -q -s

lock: python ## write requirements/*.txt anew from *.in
	@$(PYTHON) -m ops.environment dev
	@.venv/bin/python -m ops.lock $(ARGS)

clean: ## forget the demo data and everything the tools made; keeps .venv
	@rm -rf var build htmlcov .coverage .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "The portal needs Python 3.11 or newer. Name one: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
