"""Print the built book to _build/book.pdf: each page by Chromium, one after the other."""

import io
import shutil
import sys

from paths import ROOT, pages
from playwright.sync_api import sync_playwright
from pypdf import PdfWriter

HTML = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "book.pdf"


def main():
    program = shutil.which("chromium")
    if program is None:
        print("make pdf needs Chromium: apt-get install chromium", file=sys.stderr)
        return 1
    book = PdfWriter()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(color_scheme="light")
        for source in pages():
            name = source.relative_to(ROOT).with_suffix(".html")
            page.goto((HTML / name).as_uri())
            page.evaluate("() => window.MathJax?.startup?.promise")
            margin = dict.fromkeys(("top", "bottom", "left", "right"), "18mm")
            book.append(io.BytesIO(page.pdf(format="A4", margin=margin)), outline_item=page.title())
            print(name, flush=True)
        browser.close()
    book.write(TARGET)
    print(f"Printed {len(book.pages)} pages. Open {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
