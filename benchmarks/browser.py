"""The page's engine: a path by the rule in JavaScript, timed in a headless Chromium, beside NumPy's."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from measure import seconds

from lecture_optim import ADAM
from lecture_optim.algorithms import interim
from lecture_optim.descent import descend
from lecture_optim.explorers import Run, explorer, script, translate
from lecture_optim.objectives import Rosenbrock

CASE, STEPS, START, RATE = "a path of 1,000 steps of Adam", 1000, (-1.2, 1.0), 0.01
#: Paths are timed twenty at a time, since a page's clock is coarse.
TIMED = """<!doctype html><meta charset="utf-8"><pre id="out"></pre><script>SCRIPT</script><script>
const { run, interim, objective, start, steps, values } = SPEC, { objectiveOf, runOf, descend } = LectureOptim;
const made = objectiveOf(objective)(values), rule = runOf(run, interim);
const path = () => descend(rule, made, start, steps, rule.settings(values));
for (let k = 0; k < 100; k++) path();
const times = Array.from({ length: 25 }, () => {
  const before = performance.now();
  for (let k = 0; k < 20; k++) path();
  return (performance.now() - before) / 20;
});
document.getElementById("out").textContent = JSON.stringify([times, path().theta.at(-1)]);
</script>"""


def in_chromium(program):
    """Return the milliseconds of a path in each round, and where it ends."""
    spec = {
        "run": Run(ADAM).state({}), "interim": translate(interim), "start": START, "steps": STEPS,
        "objective": explorer.compiled(Rosenbrock(), ("value", "gradient")), "values": {"epsilon": RATE},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "path.html"
        file.write_text(TIMED.replace("SCRIPT", script()).replace("SPEC", json.dumps(spec)), encoding="utf-8")
        flags = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            f"--user-data-dir={folder}/profile",
        )
        ran = subprocess.run(
            [program, *flags, "--dump-dom", file.as_uri()], capture_output=True, text=True, timeout=120
        )
    return json.loads(re.search(r'<pre id="out">(.+?)</pre>', ran.stdout)[1])


def page(book, largest):
    """Time the same path in the page's engine and by ``descend``."""
    program = next(filter(shutil.which, ("chromium", "chromium-browser", "google-chrome")), None)
    if program is None:
        book.say("page", CASE, "left out: there is no Chromium")
        return
    times, end = in_chromium(program)
    surface, here = Rosenbrock(), []

    def numpy():
        here[:] = descend(ADAM, surface.gradient, START, STEPS, epsilon=RATE, value=surface.value).theta[-1]

    ours, calls = seconds({"NumPy, descend": numpy}, book.allowed, "wall")
    np.testing.assert_allclose(end, here, rtol=1e-6)
    book.add("page", CASE, "wall", {"the page, in Chromium": [1e-3 * t for t in times], **ours},
             {"the page, in Chromium": 20, **calls})  # fmt: skip
