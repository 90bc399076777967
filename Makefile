# Two commands do everything: `make run` and `make test`. Both make .venv on first use and leave it alone afterwards.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed
STAMP := $(VENV)/.installed-dev
DOCS_STAMP := $(VENV)/.installed-docs
DATASET := build/sample_data/autospeech/sample_data
BUDGET ?= 120
# Files of tests are shared out to two processes; `make test WORKERS=` runs them one after the other.
WORKERS ?= -n 2 --dist loadfile

.PHONY: run test test-all lint setup docs clean

run: $(RUN_STAMP)
	$(BIN)/python -m autospeech convert sample_data build/sample_data/autospeech --to autospeech --overwrite
	$(BIN)/python -m autospeech run $(DATASET) --budget $(BUDGET)

test: $(STAMP)
	$(BIN)/python -m pytest $(WORKERS)

test-all: $(STAMP) $(DOCS_STAMP)
	$(BIN)/python -m pytest $(WORKERS) -m "slow or not slow"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd ingestion && ../$(BIN)/mypy --config-file ../pyproject.toml .
	cd scoring && ../$(BIN)/mypy --config-file ../pyproject.toml .
	$(BIN)/lint-imports

docs: $(DOCS_STAMP)
	TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/sphinx-build -W --keep-going -n -q -c docs . build/docs
	@echo "open $(CURDIR)/build/docs/index.html"

setup: $(STAMP)

$(RUN_STAMP): requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(STAMP): $(RUN_STAMP) requirements-dev.txt requirements-export.txt requirements-demo.txt requirements-datasets.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

$(DOCS_STAMP): $(RUN_STAMP) requirements-docs.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	touch $@

clean:
	rm -rf build runs $(VENV)
