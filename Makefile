# Rathauslotse. `make demo` shows it, `make test` checks it; each from a bare clone on Debian 12.

PYTHON ?= python3
ARGS ?=
SECONDS ?= 600
BIN := .venv/bin
# the Node of the environment, not the machine's
NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
PYTEST := $(BIN)/pytest -p every_test_ran
# the tests start our programs some hundred times: each is compiled once
unexport PYTHONDONTWRITEBYTECODE

# Sound and whole visits, in real time: apart from what takes the whole processor; what is listened to one after the
# other, beside it the visits by touch. Every test has a second try: a shared machine that stands still for seconds
# takes away sound and pictures that nobody can bring back. Those that needed it are named at the end.
REAL_TIME := tests/simulator/test_voice.py \
  $(patsubst %,tests/hardware/speech/test_%.py,voice headset hearing barge_in) tests/journeys

.PHONY: demo test setup lint bench fuzz nlu-report pictures clean lock
.DEFAULT_GOAL := demo

demo: setup
	@$(BIN)/lotse demo $(ARGS)

bench: setup
	@$(BIN)/lotse bench $(ARGS)

# Fuzzing, SECONDS for each target (the tests do it for some seconds)
fuzz: setup
	@$(BIN)/python -m tests.fuzz $(ARGS) --seconds $(SECONDS)

# How well sentences are understood: cross-validation and unseen sentences, as build/nlu-report.html
nlu-report: setup
	@$(BIN)/python -m tests.dialogs.nlu_report $(ARGS)

# The pictures in docs/screens: all main screens, the developer's panel, the staff's pages
pictures: setup
	@$(BIN)/python -m tests.kiosk_ui.pictures $(ARGS)
	@$(BIN)/python -m tests.simulator.panel_pictures
	@$(BIN)/python -m tests.kiosk_ui.staff_pictures

setup:
	@$(PYTHON) scripts/setup.py

define CHECKS
$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . && $(BIN)/mypy --no-error-summary \
  && $(BIN)/lint-imports --no-logo --cache-dir build/importlinter && $(BIN)/lotse services check >/dev/null \
  && if [ -f kiosk_ui/package.json ]; then (cd kiosk_ui && $(NODE) npx --no-install tsc --noEmit); fi
endef

lint: setup
	@$(CHECKS)

# The dialogue is trained (one core, a minute) beside what needs no model. Each part runs whatever the ones before
# it found: one run tells everything. Three abreast on two cores: nearly half of their time tests wait for a page, a
# device or Rasa; what is in real time gets a core each
test:
	@$(PYTHON) scripts/setup.py rasa dialogue screen
	@failed=0; $(PYTHON) scripts/setup.py & training=$$!; \
	trap 'kill $$training 2>/dev/null; exit 130' INT TERM; \
	{ $(CHECKS); } || { wait; exit 1; }; \
	if [ -f kiosk_ui/package.json ]; then (cd kiosk_ui && $(NODE) CI=true npx --no-install vitest run \
	  --reporter=default --reporter=json --outputFile.json=../build/vitest.json \
	  && $(PYTHON) ../scripts/vitest_ran.py ../build/vitest.json) || failed=1; fi; \
	wait $$training || exit 1; \
	export PYTHONPATH=scripts; \
	$(if $(ARGS),$(PYTEST) $(ARGS) || failed=1, \
	  $(PYTEST) -n 3 --dist loadscope --reruns 1 $(REAL_TIME:%=--ignore %) || failed=1; \
	  $(PYTEST) -n 2 --dist loadscope --reruns 1 $(REAL_TIME) || failed=1); \
	exit $$failed

# New pins for requirements/*.in: the newest that fit (needs the network)
lock: setup
	@for name in uv robot; do \
	  .venv-tools/bin/uv pip compile -q --upgrade --generate-hashes --no-emit-index-url \
	    --python-platform linux --python-version 3.11 --custom-compile-command "make lock" \
	    requirements/$$name.in -o requirements/$$name.lock || exit 1; done
	@sed -i 's/^atheris==[0-9.]*/& ; platform_machine == "x86_64"/' requirements/robot.lock  # uv drops it

clean:
	@rm -rf .venv .venv-rasa .venv-tools .stamps build run kiosk_ui/node_modules kiosk_ui/dist *.egg-info
