"""Do what Binder does with the committed files, without Docker, and run its notebooks in a browser as a reader would.

    python tools/try_binder.py [FOLDER [PATH ...]]

repo2docker's own detection says what it reads. Its environment is rebuilt from its lock with pip: the same versions,
from PyPI instead of conda. The packages of .binder/ and the last step follow. Then JupyterLab and Notebook 7 open the
paths of the launch links; all cells run, every moving picture's first slider is moved by keyboard, and the times are
printed. FOLDER (_build/binder) keeps the environments and gets pictures of each notebook from top to bottom. Other
visits than the usual ones are PATHs such as notebooks/notebooks/04_cliffs.ipynb.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from io import BytesIO
from pathlib import Path

from paths import ROOT
from playwright.sync_api import sync_playwright

REPO2DOCKER = "jupyter-repo2docker==2026.4.0"
# What the buildpack's environment.yml asks for; the rest follows from its lock.
SERVER = ("jupyterlab", "notebook", "jupyterhub", "ipywidgets", "jupyter-resource-usage", "jupyter-offlinenotebook")
TOKEN, PORT = "reader", 8899
SETTINGS = {
    # Else a cell out of sight is not in the page, and a search would not see it.
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false"}',  # its question would stand in the pictures
}
QUIET = 4  # seconds; a kernel is idle for a moment between two cells
CHAPTERS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
# Where the launch links lead; Notebook 7 shows what Jupyter's server runs too, so a few do there.
VISITS = [f"lab/tree/notebooks/{name}" for name in CHAPTERS]
VISITS += [f"lab/tree/exercises/{name}" for name in CHAPTERS if name[:2] in ("01", "05", "08", "12")]
VISITS += [f"notebooks/notebooks/{name}" for name in CHAPTERS if name[:2] in ("02", "08", "12")]
PROGRAMS = {"lab": "lab", "notebooks": "notebook"}  # which program shows a path that begins so
WIDGET = "application/vnd.jupyter.widget-view+json"
RAW = re.compile(r":::|```\{|\{(doc|eq|numref|ref|term|cite(:\w)?)\}")

DETECT = """
import json, sys
from pathlib import Path
from repo2docker import buildpacks
from repo2docker.app import Repo2Docker
for kind in Repo2Docker().buildpacks:
    pack = kind(base_image="")
    pack.platform = "linux/amd64"
    if pack.detect():
        break
files = pack.get_build_script_files()
lock = Path(buildpacks.__file__).parent / next(f for f in files if f.endswith(".lock"))
print(json.dumps({"buildpack": kind.__name__, "python": pack.python_version, "lock": str(lock),
    "before the repository": [c for _, c in pack.get_preassemble_scripts()],
    "after it": [c for _, c in pack.get_assemble_scripts()], "last": pack.get_post_build_scripts()}))
"""


def run(*command, **options):
    """Run a command; return what it printed."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def make_venv(folder, python, *packages):
    """Make a virtual environment, unless it is there; return its folder of programs."""
    if not (folder / "made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run(python, "-m", "venv", folder)
        run(folder / "bin" / "pip", "install", "--quiet", *packages)
        (folder / "made").touch()
    return folder / "bin"


def pins_of(lock):
    """Return the versions of a conda lock as constraints for pip."""
    urls = re.findall(r"/([a-z0-9][\w.-]*)-([^-/]+)-[^-/]+\.(?:conda|tar\.bz2)", Path(lock).read_text())
    return dict(urls) | {"jupyterhub": dict(urls)["jupyterhub-base"]}


class Server:
    """A running Jupyter server with the committed files."""

    def __init__(self, programs, tree, program, home):
        for name, text in SETTINGS.items():
            path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.start = time.perf_counter()
        options = ["--no-browser", "--allow-root", f"--port={PORT}", "--ServerApp.port_retries=0"]
        self.process = subprocess.Popen(
            [programs / f"jupyter-{program}", *options, f"--IdentityProvider.token={TOKEN}"],
            cwd=tree,
            stderr=(home / "server.log").open("w"),
            env=environment(programs, home) | {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings")},
        )
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"http://localhost:{PORT}/api?token={TOKEN}").close()
                break
            except OSError:
                time.sleep(0.1)
        self.seconds = time.perf_counter() - self.start

    def stop(self):
        self.process.terminate()
        self.process.wait()


def environment(programs, home):
    """Return the environment of a reader on Binder: a home of their own, and one thread as Binder's share allows."""
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"HOME": str(home), "PATH": path, "OPENBLAS_NUM_THREADS": "1"}


def ask(what):
    """Return what the server says of its kernels or of a file."""
    with urllib.request.urlopen(f"http://localhost:{PORT}/api/{what}?token={TOKEN}") as answer:
        return json.load(answer)


def busy():
    """Tell whether a kernel is starting or at work."""
    try:
        kernels = ask("kernels")
    except urllib.error.HTTPError as problem:
        if problem.code == 500:  # so the server answers while it makes a kernel
            return True
        raise
    return not kernels or any(kernel["execution_state"] != "idle" for kernel in kernels)


def stop_kernels():
    """Stop all kernels, as they would wait beside the next visit's."""
    for kernel in ask("kernels"):
        path = f"http://localhost:{PORT}/api/kernels/{kernel['id']}?token={TOKEN}"
        urllib.request.urlopen(urllib.request.Request(path, method="DELETE")).close()


def wait_for_kernels(notebook):
    """Wait until no kernel is busy and no cell waits for a while; return the time when that began."""
    waiting = notebook.locator(".jp-InputPrompt", has_text="[*]")
    since = time.perf_counter()
    while time.perf_counter() - since < QUIET:
        time.sleep(0.2)
        if busy() or waiting.count():
            since = time.perf_counter()
    return since


def choose(page, menu, entry):
    """Choose an entry of a menu, as a reader does."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=re.compile(f"^{entry}")).first.click()


def read(browser, path, shots):
    """Open a path, run all its cells, move a slider; print how it went, and return whether all is well."""
    page = browser.new_page(viewport={"width": 1200, "height": 1500})
    page.set_default_timeout(120_000)
    opened = time.perf_counter()
    page.goto(f"http://localhost:{PORT}/{path}?token={TOKEN}&reset")  # nothing from the visit before
    notebook = page.locator(".jp-Notebook")
    notebook.locator(".jp-RenderedMarkdown h1").first.wait_for()
    shown = time.perf_counter()
    wait_for_kernels(notebook)
    choose(page, "Edit", "Clear Outputs of All Cells")  # so that what appears is new
    start = time.perf_counter()
    choose(page, "Run", "Run All Cells$")
    notebook.locator(".jp-OutputArea-output").first.wait_for()
    first = time.perf_counter()
    done = wait_for_kernels(notebook)
    moved = [move(explorer) for explorer in notebook.locator(".lo").all()]
    photograph(notebook, shots / re.sub(r"\W+", "-", path.removesuffix(".ipynb")))
    text = notebook.inner_text()
    choose(page, "File", "Save Notebook")
    time.sleep(2)
    file = re.sub("^(lab/tree|notebooks)/", "", path)
    cells = ask(f"contents/{file}")["content"]["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    failed = [cell["source"] for cell in code if any(out["output_type"] == "error" for out in cell["outputs"])]
    ran = sum(bool(cell["execution_count"]) for cell in code)
    raw = [match[0] for match in RAW.finditer(text)]
    print(f"{path}: shown after {shown - opened:.1f} s; first result {first - start:.1f} s after the click")
    stayed = [words for words in moved if "STAYED" in words]
    pictures = sum(WIDGET in out.get("data", {}) for cell in code for out in cell["outputs"])
    print(f"  {ran} of {len(code)} cells in {done - start:.1f} s; failed: {failed}; raw: {raw}")
    print(f"  {pictures} moving pictures; sliders: {', '.join(moved) or 'none'}")
    sys.stdout.flush()
    page.close()
    stop_kernels()
    return ran == len(code) and not failed and not raw and not stayed and len(moved) == pictures


def move(explorer):
    """Move an explorer's first slider, or its first point, with the keyboard; return its values, and if it stayed."""
    sliders = explorer.locator("input[type=range]")
    slider = (sliders if sliders.count() else explorer.locator("[role=slider]")).first
    slider.focus()
    picture, value = explorer.inner_html(), place(slider)
    keys = ("ArrowLeft", "ArrowDown") if value == slider.get_attribute("max") else ("ArrowRight", "ArrowUp")
    for key in keys * 3:
        slider.press(key)
    followed = explorer.inner_html() != picture and place(slider) != value
    return f"{value} to {place(slider)}{'' if followed else ' STAYED'}"


def place(slider):
    """Return where a slider stands."""
    return slider.evaluate("one => one.value ?? one.getAttribute('aria-valuenow')")


def photograph(notebook, stem):
    """Take pictures of a notebook from its top to its end."""
    panel = notebook.locator(".jp-WindowedPanel-outer")
    tall, step = panel.evaluate("element => [element.scrollHeight, element.clientHeight - 40]")
    for number, top in enumerate(range(0, tall, step), start=1):
        panel.evaluate("(element, top) => element.scrollTo({top, behavior: 'instant'})", top)
        panel.screenshot(path=f"{stem}-{number:02}.png")


def main(folder=ROOT / "_build" / "binder", *visits):
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    tree, home = folder / "tree", folder / "home"
    for path in (tree, home):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    tarfile.open(fileobj=BytesIO(archive)).extractall(tree, filter="data")

    programs = make_venv(folder / "repo2docker", sys.executable, REPO2DOCKER)
    found = json.loads(run(programs / "python", "-c", DETECT, cwd=tree))
    print("\n".join(f"{key}: {value}" for key, value in found.items()))
    pins = pins_of(found["lock"])
    (folder / "pins.txt").write_text("".join(f"{name}=={version}\n" for name, version in pins.items()))
    python = f"python{found['python']}"
    programs = make_venv(
        folder / "env", python, "-c", folder / "pins.txt", "setuptools", *(f"{name}=={pins[name]}" for name in SERVER)
    )
    before = set(run(programs / "pip", "freeze").splitlines())
    for command in found["before the repository"] + found["after it"] + found["last"]:
        start = time.perf_counter()
        script = command.replace("${KERNEL_PYTHON_PREFIX}", str(programs.parent))
        run("bash", "-c", script, cwd=tree, env=environment(programs, home))
        print(f"{time.perf_counter() - start:.0f} s: {command}")
    gone = sorted(before - set(run(programs / "pip", "freeze").splitlines()))
    print("packages of Binder's own that were replaced:", gone)

    well = not gone
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        visits = visits or VISITS
        for kind in dict.fromkeys(path.partition("/")[0] for path in visits):
            program = PROGRAMS[kind]
            server = Server(programs, tree, program, home)
            print(f"jupyter {program} answers after {server.seconds:.1f} s")
            try:
                for path in (path for path in visits if path.startswith(f"{kind}/")):
                    well &= read(browser, path, folder)
            finally:
                server.stop()
    return int(not well)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
