# Two commands matter: `make run` and `make test`. Each sets up what it needs.
.PHONY: run test setup lint bench lock clean
PYTHON ?= python3
# `make lock UPGRADE=--upgrade` takes newer versions.
UPGRADE ?=
export PYTHON

run: setup
	.venv/bin/infinitypro up --demo

setup:
	@scripts/setup run

test:
	@scripts/setup dev
	@scripts/browser
	.venv/bin/pytest -n auto

lint:
	@scripts/setup dev
	@scripts/lint

bench:
	@scripts/setup dev
	.venv/bin/python -m bench

lock:
	.setup/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE) pyproject.toml -o requirements.lock
	.setup/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE) pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf .venv .setup node_modules .build infinitypro/static/dist
