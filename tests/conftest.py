"""What the tests share: the programs they need, the built book, a browser with no network, and a Dask cluster."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

NOT_RUN = "not run here, for want of "
BOOKS = {"built", "one_page_book", "courses"}  # fixtures that build a book, or need one that is built


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark as slow what needs a book."""
    for item in items:
        if BOOKS & set(item.fixturenames):
            item.add_marker("slow")


def pytest_runtest_setup(item):
    """Skip, or under CI=true fail, a test whose programs are missing: `@pytest.mark.needs(...)`."""
    programs = [name for mark in item.iter_markers("needs") for name in mark.args]
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(NOT_RUN + ", ".join(missing))


def pytest_terminal_summary(terminalreporter):
    """Name at the end what was not run."""
    reasons = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else ""
        if NOT_RUN in reason:
            reasons.setdefault(reason.partition(NOT_RUN)[2], []).append(report.nodeid)
    for program, tests in sorted(reasons.items()):
        terminalreporter.section("NOT RUN", sep="!")
        terminalreporter.line(f"{len(tests)} tests need {program}, which this machine lacks:")
        for name in sorted({test.partition("::")[0] for test in tests}):
            terminalreporter.line(f"  {name}")


@pytest.fixture(scope="session")
def root():
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def built():
    """The folder of the built book, which must be there: `make book` makes it."""
    html = ROOT / "_build" / "html"
    assert (html / "index.html").is_file(), "the book is not built: run `make book` first"
    return html


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


class Visit:
    """One page open in the browser, the network closed, with a record of what went wrong."""

    def __init__(self, browser, path, **context):
        self.problems, self.asked = [], []
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.context.route(lambda url: not url.startswith(("file:", "data:", "blob:")), self._stop)
        self.page.goto(path.as_uri())
        self.page.wait_for_function("!window.MathJax || window.MathJax.startup?.promise")
        self.page.evaluate("() => window.MathJax?.startup?.promise")

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text}")

    def _failed(self, request):
        # A page that is left, as by a reload, breaks off what it was loading.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url}")

    def _stop(self, route):
        self.problems.append(f"asked the network for {route.request.url}")
        route.abort()


@pytest.fixture
def visit(browser):
    """Open a page from its file: `visit(path, viewport=..., color_scheme=...)`."""
    visits = []

    def open_page(path, **context):
        visits.append(Visit(browser, path, **context))
        return visits[-1]

    yield open_page
    for done in visits:
        done.context.close()


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, each a process of its own; gives the address and the workers."""
    from distributed import Client

    begun = []

    def begin(*arguments):
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:], "--no-dashboard"]
        with open(tmp_path / f"log{len(begun)}", "w") as log:
            begun.append(subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log))
        return begun[-1]

    where = tmp_path / "scheduler.json"
    begin("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(where))
    deadline = time.monotonic() + 60
    while not (where.exists() and where.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    options = ["--scheduler-file", str(where), "--nthreads", "1", "--no-nanny", "--memory-limit", "0"]
    workers = [begin("dask_worker", *options, "--host", "127.0.0.1") for _ in range(2)]
    address = json.loads(where.read_text())["address"]
    with Client(address) as client:
        client.wait_for_workers(2, timeout=60)
    yield address, workers
    for process in reversed(begun):
        process.kill()
        process.wait()
