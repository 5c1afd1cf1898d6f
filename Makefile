# One command each, from a fresh machine: `make demo`, `make demo-matrix`, `make test`, `make check`, `make bench`.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# One more than the two cores: many tests wait for a server.
WORKERS ?= 3

# Many tests start processes of ours: each would compile all of us again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: install demo demo-matrix test check bench fuzz soak servers clean

install: $(STAMP)
	@:

# Made again whenever the dependencies change; otherwise it costs nothing.
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or later is needed, as $(PYTHON) (or: make PYTHON=/path/to/python3)." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || $(MAKE) --no-print-directory venv-module
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# Debian ships Python without the module that makes virtual environments.
.PHONY: venv-module
venv-module:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get -o DPkg::Lock::Timeout=300 update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq python3-venv; \
	else \
	    echo "Python's venv module is missing; as root: apt-get install python3-venv" >&2; exit 1; \
	fi

demo: install
	@$(BIN)/navette demo $(ARGS)

# On a Matrix server of its own, which is gone at the end.
demo-matrix: install
	@[ -e .venv-synapse/bin/synapse_homeserver ] || sh tests/servers/install.sh synapse
	@$(BIN)/python -m tests.demo_matrix $(ARGS)

# Says which server is missing and what that costs; with CI=true a missing one is a failure.
servers:
	@sh tests/servers/install.sh

test: install servers
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install servers
	@$(BIN)/python -m tests.bench $(ARGS)

# Long: for the night.  What breaks something is kept below build/fuzz, as it was and minimised.
fuzz: install
	@$(BIN)/python -m tests.fuzz $(ARGS)

# Half an hour among people who come and go: memory stays, and each command has its answer.
soak: install servers
	@$(BIN)/python -m tests.soak $(ARGS)

clean:
	rm -rf $(VENV) .venv-synapse tests/servers/element-client/node_modules
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
