# `make` lists the commands. Each does its own set-up; nothing is installed outside .venv.
PYTHON ?= python3
ARGS ?=
RUN = @$(PYTHON) tools/bootstrap.py run
DEV = @$(PYTHON) tools/bootstrap.py dev
BIN = .venv/bin
INTERNAL = tests/access tests/collect tests/demo/register
# Tests of the internal site; the plugin tests.internal gives them its settings and a data folder of their own.
PYTEST = $(BIN)/pytest -n 2 --dist loadgroup -m "not browser"

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: ## build a synthetic country, publish its results and serve them (ARGS=--no-serve to stop before serving)
	$(RUN)
	@$(BIN)/overgang demo $(ARGS)

run: ## serve what is built already (ARGS="--port 8001")
	$(RUN)
	@$(BIN)/overgang serve $(ARGS)

test: ## all checks and tests that need no browser
	$(DEV)
	@$(MAKE) --no-print-directory check
	$(PYTEST) $(INTERNAL:%=--ignore=%) $(ARGS) || [ $$? -eq 5 ] # 5: nothing asked for is there
	$(PYTEST) -p tests.internal $(INTERNAL) $(ARGS) || [ $$? -eq 5 ]

test-internal: ## tests of the register and the internal site (OVERGANG_TEST_DATABASE=postgresql: there)
	$(DEV)
	$(PYTEST) -p tests.internal $(INTERNAL) $(ARGS)

browser: ## tests in a real browser (Debian's chromium)
	$(DEV)
	$(BIN)/pytest -m browser tests/browser $(ARGS)

check: ## style, types, import contracts
	$(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: ## mend what can be mended mechanically
	$(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

measure: ## our figures beside a peer's and the limit, in one run
	$(DEV)
	$(BIN)/python -m tools.measure $(ARGS)

lock: ## make requirements/*.txt anew from pyproject.toml
	$(DEV)
	tools/lock

clean: ## remove the environment and everything built
	rm -rf .venv var

.PHONY: help demo run test test-internal browser check fix measure lock clean
