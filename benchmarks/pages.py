"""Measure the built pages in Chromium: what each weighs, and how soon it is painted.

``python benchmarks/pages.py [08…]`` prints, for the landing page and every chapter or for those named, the kilobytes of
all that the page loads, compressed, without fonts, and the first and the largest contentful paint, on this machine and
as on a slow phone; it writes ``_build/bench-pages.json``. Its server compresses what a web host compresses.
"""

import gzip
import json
import os
import shutil
import statistics
import sys
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from measure import machine
from playwright.sync_api import sync_playwright

BUILD = Path(__file__).parent.parent / "_build"
HTML, OUT = BUILD / "html", BUILD / "bench-pages.json"
#: Kilobytes (1,000 bytes) that a chapter may weigh.
MOST = 1000
FONTS = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
ROUNDS = 3
#: What Lighthouse takes for a phone: a line of 1.6 Mbit/s that answers after 150 ms, and a quarter of the processor.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER, PHONE, WIDE = 4, {"width": 390, "height": 844}, {"width": 1400, "height": 1000}
SEEN = """new PerformanceObserver(list => { window.largest = list.getEntries().at(-1).startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });"""
PAINTS = """() => new Promise(done => requestIdleCallback(() => done(
  [performance.getEntriesByName('first-contentful-paint')[0].startTime, window.largest])))"""


@cache
def compressed(path):
    """Return a file's bytes as a web host sends them."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def weight(urls, html=HTML):
    """Return the kilobytes of the built files that a page asked for, compressed, without fonts."""
    names = {unquote(urlsplit(url).path) for url in urls if url.startswith(("file:", "http:"))}
    paths = {Path(name) if Path(name).is_relative_to(html) else html / name.lstrip("/") for name in names}
    return sum(len(compressed(path)) for path in paths if path.suffix not in FONTS) / 1000


class Host(SimpleHTTPRequestHandler):
    """A web host that compresses and says nothing."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        packed = path.suffix not in FONTS
        content = compressed(path) if packed else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(content)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words):
        pass


def load(browser, url, slow):
    """Open a page as for the first time; return what it asked for and its two paints, in milliseconds."""
    context = browser.new_context(viewport=PHONE if slow else WIDE)
    context.add_init_script(SEEN)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    if slow:
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", LINE)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="networkidle", timeout=120_000)
    paints = page.evaluate(PAINTS)
    context.close()
    return asked, paints


def names(wanted):
    """Return the landing page and the chapters, or those of them whose names begin so."""
    found = [HTML / "book" / "index.html", *sorted(HTML.glob("book/[0-9]*.html"))]
    return [f"book/{path.name}" for path in found if path.name.startswith(wanted)]


def main(wanted):
    """Measure, print, write."""
    if not shutil.which("chromium"):
        print("left out: there is no Chromium")
        return
    busy = os.getloadavg()[0]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=HTML))
    Thread(target=server.serve_forever, daemon=True).start()
    rows = {name: {"here": [], "phone": []} for name in names(tuple(wanted) or "")}
    with sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        load(browser, f"http://127.0.0.1:{server.server_port}/book/index.html", False)  # awake
        for turn in range(ROUNDS):  # all take turns, so that a busy moment falls on all
            for name, row in rows.items():
                for where in ("here", "phone") if turn == 0 else ("here",):  # the slow line is the same each time
                    url = f"http://127.0.0.1:{server.server_port}/{name}"
                    asked, paints = load(browser, url, where == "phone")
                    row[where].append(paints)
                row["kB"] = round(weight(asked))
        version = browser.version
        browser.close()
    server.shutdown()
    print("page: kB compressed without fonts; first and largest contentful paint in ms, here, and as on a slow phone")
    for name, row in rows.items():
        for where in ("here", "phone"):
            row[where] = [round(statistics.median(times)) for times in zip(*row[where], strict=True)]
        print(f"  {name:44}{row['kB']:6}" + "".join(f"{time:8}" for time in (*row["here"], *row["phone"])))
    heavy = [name for name, row in rows.items() if row["kB"] > MOST]
    print(f"goal: at most {MOST} kB: {'MISSED by ' + ', '.join(heavy) if heavy else 'met by all'}")
    content = {"preliminary": busy > 0.5, "load before": busy, "machine": machine(), "browser": version, "pages": rows}
    OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT}{' (preliminary: the machine was busy)' if content['preliminary'] else ''}")


if __name__ == "__main__":
    main(sys.argv[1:])
