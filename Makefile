# The verbs of this project. `make chat` and `make test` do everything on a fresh machine.
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin

.PHONY: chat run index test lint check format clean

$(VENV)/.run: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Verbatim into $(VENV) ..." >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e . >&2
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Verbatim with its test tools into $(VENV) ..." >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test,lint,models]' >&2
	@touch $@ $(VENV)/.run

chat: $(VENV)/.run
	@$(BIN)/python -m bot chat

run: $(VENV)/.run
	@$(BIN)/python -m bot serve

index: $(VENV)/.run
	@$(BIN)/python -m bot index

test: $(VENV)/.test
	$(BIN)/python -m pytest

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
