# Needs python3 (3.11 or newer) and a package index; uv is installed where there is none.

UV_VERSION := 0.13.9
PYTHON := .venv/bin/python
NODE_MODULES := tests/browser/node_modules/.package-lock.json
UV := $(or $(shell command -v uv),.venv/bin/uv)

.PHONY: demo test lint bench lighthouse screenshots

# Serve the product with demo data on 127.0.0.1:$PORT.
demo: .venv/demo.stamp
	@exec $(PYTHON) manage.py demo

# Run every test on SQLite and PostgreSQL; ARGS are pytest's, as in ARGS="-k revoke".
test: .venv/dev.stamp $(NODE_MODULES)
	@exec $(PYTHON) -m tests $(ARGS)

lint: .venv/dev.stamp
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	$(PYTHON) -m djlint --quiet --lint templates
	$(PYTHON) -m bandit --quiet --configfile pyproject.toml --recursive \
		apikeys employees hrtoolkit manage.py
	$(PYTHON) -m tests.secret_scan
	DJANGO_SETTINGS_MODULE=tests.settings $(PYTHON) manage.py makemigrations --check --dry-run
	@echo "The locks hold public addresses only"
	@! grep -E '(registry|url|git|path) = "' uv.lock \
		| grep -vE '"https://(pypi\.org/simple"|files\.pythonhosted\.org/)'
	@! grep -E '"resolved": "' tests/browser/package-lock.json \
		| grep -vF '"https://registry.npmjs.org/'

# Measure the external API beside its peers; ARGS=--quick takes under two minutes.
bench: .venv/bench.stamp
	@exec $(PYTHON) -m tests.benchmarks $(ARGS)

# Have Lighthouse look at four pages of the demo, behind the sign-in: 100 of 100 each.
lighthouse: .venv/dev.stamp $(NODE_MODULES)
	@exec $(PYTHON) -m tests.browser.lighthouse

# Take the README's pictures of the demo, light and dark, into .screenshots.
screenshots: .venv/dev.stamp
	@exec $(PYTHON) -m tests.browser.screenshots

.venv/demo.stamp: uv.lock pyproject.toml | $(UV)
	$(UV) sync --quiet --locked --inexact --no-dev
	@touch $@

.venv/dev.stamp: uv.lock pyproject.toml | $(UV)
	$(UV) sync --quiet --locked --inexact
	@touch $@

.venv/bench.stamp: uv.lock pyproject.toml | $(UV)
	$(UV) sync --quiet --locked --inexact --group bench
	@touch $@

# npm writes it last.
$(NODE_MODULES): tests/browser/package-lock.json | .venv/dev.stamp
	.venv/bin/npm ci --prefix=tests/browser --ignore-scripts --no-audit --no-fund

.venv/bin/uv:
	python3 -m venv .venv
	.venv/bin/python -m pip install --quiet uv==$(UV_VERSION)
