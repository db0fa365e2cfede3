# `make demo` and `make test` work on a fresh machine that has Python 3.11 or 3.12 and a C compiler.
# The first that really runs: version managers leave names behind that do not.
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do $$p -c '' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.PHONY: setup demo test lint check-slow bench lock

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@$(or $(PYTHON),python3) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 12) else "需要 Python 3.11 或 3.12:请安装后重试,或 make PYTHON=路径")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# Where Python may not write bytecode (PYTHONDONTWRITEBYTECODE), every start of the program would compile it anew.
	@$(BIN)/python -m compileall -q cases rules engine review cli
	@touch $@

demo: setup
	$(BIN)/clues demo clues-demo

test: setup
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-slow: setup
	$(BIN)/python -m pytest -q -m slow -n auto --maxprocesses 4
	$(BIN)/python -m benchmarks.mutate_rules
	$(BIN)/python -m benchmarks.kill_runs 200

# Sizes and options: make bench BENCH='10000 100000 1000000 --runs 1'.
bench: setup
	$(BIN)/python -m benchmarks.run $(BENCH)

# After a change of dependencies in pyproject.toml.
lock: setup
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --extra dev \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.lock pyproject.toml
