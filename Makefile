# Two commands for a fresh clone: `make call` rehearses one call, `make test` runs the tests.
PYTHON ?= python3
PY := .venv/bin/python
SEED ?= 33
CALLER ?= python:examples/hasty_bot.py:reply
# Public corpora that the report reads too, where there are any: make judge-report PUBLIC=../shared/data
PUBLIC ?=

.PHONY: setup call test lint bench judge-report train dist clean

setup: .venv/.ready

# What is compiled is part of the set-up: an edit to it would otherwise change nothing.
COMPILED := $(wildcard evaluators/language/learned/table.p* evaluators/language/learned/convolution.p*)

.venv/.ready: pyproject.toml setup.py $(COMPILED)
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@# What Python makes of the sources is made here, so that no call waits for it.
	PYTHONDONTWRITEBYTECODE= $(PY) -c "from waihu import Auditor; Auditor('examples/changjiang.md')"
	touch .venv/.ready

# The bot of the example breaks rules on purpose, and status 1 says so; here that is what is to be seen.
call: setup
	@$(PY) -m waihu call examples/changjiang.md --caller "$(CALLER)" --noise workshop --seed $(SEED) || [ $$? -eq 1 ]

test: setup
	$(PY) -m pytest -q -n auto

lint: setup
	$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pyright

bench: setup
	$(PY) -m tests.benchmarks.overhead
	$(PY) -m tests.benchmarks.judge

judge-report: setup
	@$(PY) -m tests.report $(if $(PUBLIC),--public "$(PUBLIC)")

# The judge's models anew from tests/sets: a quarter of an hour. Their weights are part of the package.
train: setup
	$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[train]"
	PUBLIC="$(PUBLIC)" $(PY) -m tests.training

dist: setup
	$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	$(PY) -m build

clean:
	rm -rf .venv build dist *.egg-info
