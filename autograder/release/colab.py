"""The kernel that Colab has, in an environment of its own.

Colab runs IPython 7.34 and ipykernel 6, which cannot stand beside the current ones. They get a small environment;
torch, numpy and matplotlib are those of the environment that runs this, found behind its own packages.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

IPYTHON, IPYKERNEL = "7.34.0", "6.17.1"


class ColabKernelError(Exception):
    """The kernel cannot be set up here; the message says why."""


def colab_python(root: Path) -> Path:
    """The Python whose ipykernel is Colab's. Sets up its environment, root/.venv-colab, when it is not there yet.

    Takes the versions of what these two need from root/constraints-colab.txt, if there is one. Raises ColabKernelError
    when it fails, without the package index for instance.
    """
    folder, constraints = root.absolute() / ".venv-colab", root.absolute() / "constraints-colab.txt"
    python = folder / "bin" / "python"
    if _versions(python) != f"{IPYTHON} {IPYKERNEL}":
        _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
        packages = [f"ipython=={IPYTHON}", f"ipykernel=={IPYKERNEL}", "setuptools"]
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
        pins = ["--constraint", str(constraints)] if constraints.exists() else []
        _run([*pip, "install", *pins, *packages])
        # a .pth file is read after the environment's own packages: those win, and torch is found here
        site = Path(_run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
        (site / "behind.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    found = _versions(python)
    if found != f"{IPYTHON} {IPYKERNEL}":
        raise ColabKernelError(f"{python} has IPython and ipykernel {found!r}; remove {folder} and try again")
    return python


def _versions(python: Path) -> str:
    if not python.exists():
        return ""
    code = "import IPython, ipykernel; print(IPython.__version__, ipykernel.__version__)"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ColabKernelError(f"`{' '.join(command)}` failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout
