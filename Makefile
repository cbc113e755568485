# make try      install and answer a question on the real plan
# make test     install and run all tests
# make web      install, and show the database in a browser: PORT=8001
# make ci       what the continuous integration runs

PYTHON ?= python3
Q ?= 市城管局牵头哪些任务
PORT ?= 8001

PIP = .venv/bin/python -m pip install --disable-pip-version-check --quiet --use-pep517 --require-hashes
# so that the first answer need not
COMPILE = .venv/bin/python -m compileall -q bot.py handlers siwei_bot

.PHONY: try install web test develop ci lock clean

try: install
	.venv/bin/python bot.py ask "$(Q)"

install: .venv/installed

develop: .venv/developing

web: .venv/browsing
	.venv/bin/python bot.py web --port $(PORT)

test: develop
	.venv/bin/python -m pytest

ci:
	.ci/run

.venv/installed: requirements.lock | .venv/bin/python
	$(PIP) -r requirements.lock
	$(COMPILE)
	touch $@

.venv/browsing: requirements-web.lock | .venv/bin/python
	$(PIP) -r requirements-web.lock
	$(COMPILE)
	touch $@ .venv/installed

.venv/developing: requirements-dev.lock | .venv/bin/python
	$(PIP) -r requirements-dev.lock
	$(COMPILE)
	touch $@ .venv/installed .venv/browsing

# Debian keeps what makes virtual environments in a package of its own, python3-venv.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo '需要 Python 3.11 或更新的版本；可以指定：make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo '安装缺少的系统包 python3-venv' && apt-get -qq update && apt-get -qq install -y python3-venv; } \
	  || { echo '缺少系统包 python3-venv；请先运行：sudo apt install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv

# The lock files are made by uv, for Python 3.11 and later and every platform at once.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  pyproject.toml --extra web --constraint requirements.lock --output-file requirements-web.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  pyproject.toml --group dev --constraint requirements-web.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv
