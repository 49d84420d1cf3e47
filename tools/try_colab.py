"""Run the runner's edition as on Colab: with the versions that it brings, and the course installed from this folder.

    python tools/try_colab.py [NOTEBOOK ...]

A stand-in for google.colab tells whether the first cell lets widgets in. Printed are the cells that fail, those that
print something else than what is stored, and whether the installation changed packages of Colab's own. The
environment stays in _build/colab.
"""

import os
import re
import subprocess
import sys

from paths import ROOT

LIST = ROOT / "tools" / "colab.txt"
ENV = ROOT / "_build" / "colab"
NOTEBOOKS = ("02_ill_conditioning", "08_momentum", "12_adadelta_adam")


def outside(names):
    """Make the environment, install the course into it, and run this file there."""
    python = re.search(r"Python (3\.\d+)", LIST.read_text())[1]
    if not (ENV / "made").exists():
        subprocess.run([f"python{python}", "-m", "venv", "--clear", ENV], check=True)
        subprocess.run([ENV / "bin" / "pip", "install", "--quiet", "-r", LIST], check=True)
        (ENV / "made").touch()
    freeze = [ENV / "bin" / "pip", "freeze", "--exclude", "optimization-for-deep-models"]
    before = subprocess.run(freeze, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run([ENV / "bin" / "pip", "install", "--quiet", "--force-reinstall", "--no-deps", ROOT], check=True)
    subprocess.run([ENV / "bin" / "pip", "install", "--quiet", ROOT], check=True)
    same = subprocess.run(freeze, check=True, stdout=subprocess.PIPE).stdout == before
    print("Colab's own packages stay" if same else "Colab's own packages CHANGED")
    settings = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    done = subprocess.run([ENV / "bin" / "python", __file__, "--inside", *names], env=settings)
    return int(not same or bool(done.returncode))


STAND_IN = """
import sys, types
widgets = []
colab = types.ModuleType("google.colab")
colab.output = types.SimpleNamespace(enable_custom_widget_manager=lambda: widgets.append("on"))
sys.modules["google.colab"] = colab
"""


def printed(outputs):
    """Return the words that outputs printed, without the numbers that another machine may print otherwise."""
    text = "".join(out["text"] for out in outputs if out.get("name") == "stdout")
    return re.sub(r"≈ *[^\s)]+", "≈", text).split()


def inside(name):
    """Run one notebook; print how it went and return whether all is well."""
    import nbformat
    from jupyter_client.manager import start_new_kernel

    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    manager, client = start_new_kernel(cwd=str(ROOT / "notebooks"))
    client.execute_interactive(STAND_IN)
    failed, other, live = [], [], 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            messages = []
            reply = client.execute_interactive(cell.source, timeout=600, output_hook=messages.append)
            found = [message["content"] for message in messages]
            if reply["content"]["status"] != "ok":
                failed.append(f"{cell.id}: {reply['content']['evalue']}")
            elif printed(found) != printed(cell.outputs):
                other.append(cell.id)
            live += sum("application/vnd.jupyter.widget-view+json" in content.get("data", {}) for content in found)
    let_in = client.execute_interactive("assert widgets")["content"]["status"] == "ok"
    manager.shutdown_kernel(now=True)
    print(f"{name}: failed {failed}; prints otherwise {other}; {live} live pictures, widgets let in: {let_in}")
    return not failed and let_in


def main(arguments):
    if arguments[:1] == ["--inside"]:
        return int(not all([inside(name) for name in arguments[1:]]))
    return outside(arguments or NOTEBOOKS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
