# The course's commands. Each makes the virtual environment by itself; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
LOCK := requirements.txt constraints.txt pyproject.toml
BOOK := $(VENV)/.book
TEST := $(VENV)/.test
PEERS := .venv-conformance
TOOLS := .venv-tools

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

book: $(BOOK) ## execute the notebooks and build _build/html/index.html
	@$(PY) tools/build_book.py

test: $(TEST) machine book ## run every test (installs a browser and a sandbox where it can)
	@$(PY) -m ruff check .
	@OPENBLAS_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist loadfile tests
	@OPENBLAS_NUM_THREADS=1 JITTER_SEED=1 IPYTHONDIR="$(CURDIR)/_build/ipython" PYTHONPATH="$(CURDIR)/tools" \
		$(PY) -m pytest -n 2 --dist loadfile --nbval --nbval-cell-timeout 120 \
		--nbval-sanitize-with tools/nbval.cfg book exercises

notebooks: $(BOOK) ## execute notebooks in place and store their text outputs (NB="book/08_momentum.ipynb")
	@$(PY) tools/run_notebooks.py $(NB)

edition: $(BOOK) ## make the runner's notebooks of notebooks/ from the chapters, without executing them
	@$(PY) tools/edition.py

exercises: $(BOOK) ## make the students' notebooks from exercises/solutions
	@$(PY) tools/exercises.py

lab: $(BOOK) ## open the notebooks in JupyterLab
	@$(PIP) install -c constraints.txt -e '.[lab]'
	@$(VENV)/bin/jupyter lab book

serve: book ## serve the built book at http://localhost:8000
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html 8000

pdf: $(TEST) machine book ## print the built book to _build/book.pdf with Chromium
	@$(PY) tools/print_pdf.py

bench: $(BOOK) ## run the measurements of benchmarks/
	@$(if $(wildcard $(PEERS)/.made),$(PEERS)/bin/python,$(PY)) benchmarks/run.py
	@$(if $(wildcard $(TOOLS)/.made),$(TOOLS)/bin/python benchmarks/grading.py,\
		echo "For the grader beside nbgrader and otter-grader, run 'make extra' first.")

experiments: $(BOOK) ## compute the stored results of the experiments anew (NAME="choosing")
	@$(PY) -m experiments $(NAME)

conformance: $(PEERS)/.made ## compare every algorithm with PyTorch, optax and Keras, live
	@$(PEERS)/bin/python tools/conformance.py --check

extra: $(TOOLS)/.made ## run nbgrader and otter-grader on the assignments exported for them
	@$(TOOLS)/bin/python -m pytest tests/test_grader_exports.py

robust: $(TEST) ## compare the stored outputs as on other processors, with eight seeds of jitter
	@$(PY) tools/robust.py

lock: $(BOOK) ## write constraints.txt anew from what the extras resolve to today
	@$(PY) tools/lock.py

clean: ## remove everything that was built, and the virtual environment
	@rm -rf _build build *.egg-info $(VENV) $(PEERS) $(TOOLS)

# A stamp is older than a file it depends on, or missing: install again.
$(VENV)/.made:
	@tools/make_venv $(VENV)
	@touch $@

$(BOOK): $(VENV)/.made $(LOCK)
	@echo "Installing the book's packages into $(VENV)"
	@$(PIP) install -r requirements.txt -e '.[book,notebooks]'
	@touch $@

$(TEST): $(BOOK)
	@echo "Installing the tests' packages into $(VENV)"
	@$(PIP) install -r requirements.txt -e '.[book,notebooks,test]'
	@touch $@

# The frameworks get an environment of their own: they are large, and the book needs none of them.
$(PEERS)/.made: $(LOCK)
	@tools/make_venv $(PEERS)
	@echo "Installing PyTorch, JAX, optax and Keras into $(PEERS)"
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install -c constraints.txt -e '.[conformance]'
	@touch $@

# Apart from the rest, because they pin what the book's packages pin otherwise.
$(TOOLS)/.made: pyproject.toml
	@tools/make_venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet install -e '.[grading]' \
		nbgrader==0.9.6 otter-grader==7.0.0 pytest==9.2.0 pytest-timeout==2.4.0
	@touch $@

machine: ## install Chromium and bubblewrap where this machine lets us
	@tools/install_programs

.PHONY: help book test notebooks edition exercises lab serve pdf bench experiments conformance extra robust lock clean machine
