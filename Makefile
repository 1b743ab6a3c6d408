# Every target makes the environment it needs, in .venv; nothing outside the project is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test thorough slow check check-evidence lint docs links bench soak figures explorer clean

demo: $(VENV)/installed
	$(BIN)/resetsim run blockade_duration

test: $(VENV)/installed-for-tests
	$(BIN)/python -m pytest -n auto --dist worksteal

# Kills, full disks, a machine without a compiler, every theme and width of the explorer's page.
thorough: $(VENV)/installed-for-tests
	$(BIN)/python -m pytest -n auto --dist worksteal -m thorough

# What continuous integration runs: all but slow tests, and the linters.
check: test thorough lint

# Every verdict of every hypothesis against those that are committed: minutes, where tests take a part.
check-evidence: $(VENV)/installed-for-analysis
	$(BIN)/resetsim validate
	$(BIN)/python analysis/check_evidence.py

# What takes an hour the first time: direct simulation at many points (docs/explanation/closure_points.md).
slow: $(VENV)/installed-for-tests $(VENV)/installed-for-docs
	$(BIN)/python -m pytest -m slow

# Kills, damage, full disks, other people's files: docs/explanation/reliability.md. It takes an hour.
soak: $(VENV)/installed-for-tests
	$(BIN)/python -m tests.soak

lint: $(VENV)/installed-for-tests
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# Pages into docs/_build/html, with every lesson executed (DOCS_LESSONS=123: with these; empty: with none).
# A lesson takes minutes the first time; its outputs are kept until its text changes.
docs: $(VENV)/installed-for-docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

# Whether the other sites that pages link to still answer: it needs the network.
links: $(VENV)/installed-for-docs
	DOCS_LESSONS= $(BIN)/python -m sphinx -q -b linkcheck docs docs/_build/links

bench: $(VENV)/installed
	$(BIN)/python benchmarks/run.py

# What the documentation shows: experiments, verdicts and, from the results, pages and figures.
figures: $(VENV)/installed-for-analysis
	$(BIN)/python analysis/make_figures.py

# The page of `resetsim explore`: it needs Node, and clang with lld and C++ libraries for WebAssembly.
explorer: $(VENV)/installed
	npm ci --no-audit --no-fund --prefix src/resetsim/views/explorer/source
	$(BIN)/python analysis/make_explorer.py

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

# The validator of RO-Crates wants another rich: it has an environment of its own.
$(VENV)/crate/installed: $(VENV)/installed
	$(PYTHON) -m venv $(VENV)/crate
	$(VENV)/crate/bin/python -m pip install --quiet --disable-pip-version-check "roc-validator>=0.13" "rocrate<0.16"
	touch $@

$(VENV)/installed-for-tests: $(VENV)/installed $(VENV)/crate/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,lint,nwb,browser]"
	touch $@

$(VENV)/installed-for-analysis: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[analysis]"
	touch $@

$(VENV)/installed-for-docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[docs]"
	touch $@

clean:
	rm -rf $(VENV) results docs/_build
