"""Write constraints.txt: the exact version of every package that any extra brings."""

import json
import subprocess
import sys
import tomllib

from paths import ROOT

HEADER = """\
# The lock: the exact version of every package, direct or not, that any extra brings.
# Written by `make lock`; good for Python 3.11 to 3.13.
"""


def main():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = f".[{','.join(project['optional-dependencies'])}]"
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--quiet", "--report", "-", "-e", wanted]
    # What requirements.txt pins is chosen by hand and stays.
    pins = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line]
    report = subprocess.run(command + pins, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = {
        item["metadata"]["name"].lower().replace("_", "-"): item["metadata"]["version"]
        for item in json.loads(report.stdout)["install"]
    }
    del found[project["name"]]
    # A local build's version ("+cpu") is a version of its own machine.
    lines = [f"{name}=={version.split('+')[0]}\n" for name, version in sorted(found.items())]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines))
    print(f"constraints.txt: {len(lines)} packages")


if __name__ == "__main__":
    sys.exit(main())
