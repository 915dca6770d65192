# The verbs of this project. `make chat` and `make test` do everything on a fresh machine.
VENV ?= .venv
DATA ?= data/training
SHARE ?= 1
SECONDS ?= 60
SEEDS ?= 10000
FIRST ?= 0
LIMIT ?= 0
SAMPLE ?= 150
EXAMPLES ?= 100000
PYTHON ?= python3
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt

.PHONY: help chat run index eval doctor test lint check check-api format mutants fuzz simulate encoder lock release clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

chat: $(VENV)/.run ## ask in the terminal (installs and indexes first)
	@$(BIN)/python -m bot chat

run: $(VENV)/.run ## run the bot: Telegram, WeCom and the web port, as .env says
	@$(BIN)/python -m bot serve

index: $(VENV)/.run ## index the folder of documents
	@$(BIN)/python -m bot index

eval: $(VENV)/.run ## score the questions of the sample corpus
	@$(BIN)/python -m bot index
	@$(BIN)/python -m bot eval corpus/questions.jsonl

doctor: $(VENV)/.run ## check settings, index and channels
	@$(BIN)/python -m bot doctor

test: $(VENV)/.test ## run the tests
	$(BIN)/python -m pytest

lint: $(VENV)/.test ## run the linters
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## what CI runs

check-api: $(VENV)/.test ## hold the HTTP interface to its OpenAPI description with schemathesis, SECONDS=60
	@$(PYTHON) -m venv $(VENV)-api </dev/null
	@$(VENV)-api/bin/python -m pip install -q --disable-pip-version-check 'schemathesis>=4.32,<5' </dev/null >&2
	$(BIN)/python -m tests.check_api $(VENV)-api/bin/schemathesis $(SECONDS)

mutants: $(VENV)/.test ## break a sample of lines; show what no test noticed: make mutants [SAMPLE=150] [ONLY='bot.desk*']
	@$(PIP) -e '.[mutants]' </dev/null >&2
	nice -n 15 $(BIN)/python -m benchmarks.mutants --sample $(SAMPLE) $(if $(ONLY),--only '$(ONLY)')

fuzz: $(VENV)/.test ## feed every reader and decoder with damaged files: make fuzz [EXAMPLES=100000] [ONLY=pdf]
	$(BIN)/python -m tests.fuzz --examples $(EXAMPLES) $(ONLY)

simulate: $(VENV)/.test ## try ten thousand worst days: make simulate [SEEDS=10000] [FIRST=0] [LIMIT=600] [SEED=745]
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) --first $(FIRST) --seconds $(LIMIT) $(if $(SEED),--seed $(SEED))

lock: $(VENV)/.test ## write requirements.lock anew: what runs, with the hashes of its files
	@$(PIP) -e '.[release]' </dev/null >&2
	@sed -n '/^#/p' requirements.lock > requirements.lock.new
	$(BIN)/uv pip compile pyproject.toml -c constraints.txt --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate -q >> requirements.lock.new
	@mv requirements.lock.new requirements.lock

release: $(VENV)/.test ## build wheel and sdist into dist/, with bill of materials, checksums and provenance
	@$(PIP) -e '.[release]' </dev/null >&2
	rm -rf dist
	PIP_CONSTRAINT=$(CURDIR)/constraints.txt SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build -o dist .
	$(BIN)/python -m release dist

format: $(VENV)/.test ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

encoder: $(VENV)/.training ## train all bundled models from a data folder: make encoder DATA=../shared/data [SHARE=0.02]
	$(BIN)/python -m training --data $(DATA) --share $(SHARE)

clean: ## remove the environment and all caches (data/ stays)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache mutants

# Standard input belongs to the chat, so nothing that installs may read it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' </dev/null \
	|| { echo "Verbatim needs Python 3.11, 3.12 or 3.13: make chat PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) </dev/null || { echo "On Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Verbatim into $(VENV) ..." >&2
	@$(PIP) -e . </dev/null >&2
	@touch $@

$(VENV)/.training: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what training needs into $(VENV) ..." >&2
	@$(PIP) -e '.[training]' </dev/null >&2
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Verbatim with its test tools into $(VENV) ..." >&2
	@$(PIP) -e '.[test,lint,models]' </dev/null >&2
	@touch $@ $(VENV)/.run
