"""The runtime that Colab has, as far as it can be had here, in an environment of its own.

Colab's IPython, ipykernel and numpy cannot stand beside those that grade. They get a small environment; torch is that of
the environment that runs this, found behind its own packages, and so is the Python. docs/how-to/colab.md says which
runtime this is and how to follow it.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.release.exceptions import ColabKernelError

RUNTIME = "2026.04"
"""What Colab calls the runtime whose versions these are."""

INSTALLED = {
    "ipython": "7.34.0",
    "ipykernel": "6.17.1",
    "jupyter_client": "7.4.9",
    "numpy": "2.0.2",
    "matplotlib": "3.10.0",
}
"""What the environment gets: these versions, which are Colab's."""

FROM_BEHIND = {"Python": "3.12", "torch": "2.10"}
"""Colab's versions of what is taken as it is here, as far as a version says what may be relied on."""


@dataclass(frozen=True)
class ColabRuntime:
    """A Python whose kernels are Colab's, and the versions that it was found to have, by name."""

    python: Path
    versions: dict[str, str]

    def __str__(self) -> str:
        """What is Colab's and what is another in its place, on one line."""
        wanted = INSTALLED | FROM_BEHIND
        same = [f"{name} {self.versions[name]}" for name in wanted if _is(self.versions[name], wanted[name])]
        other = [
            f"{name} {self.versions[name]} in place of {version}"
            for name, version in wanted.items()
            if not _is(self.versions[name], version)
        ]
        return f"Colab's runtime {RUNTIME}: " + "; ".join([", ".join(same), *other])


def colab_runtime(root: Path) -> ColabRuntime:
    """The Python with Colab's packages. Sets up its environment, root/.venv-colab, when it is not there yet.

    One process sets it up, and others wait. Takes the versions of what these need from root/constraints-colab.txt, if
    there is one. Raises ColabKernelError when it fails, without the package index for instance.
    """
    folder, constraints = root.absolute() / ".venv-colab", root.absolute() / "constraints-colab.txt"
    python = folder / "bin" / "python"
    with folder.with_name(".venv-colab.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _has_installed(_versions(python)):
            _set_up(folder, python, constraints)
    found: dict[str, str] = json.loads(_run(_ask(python)))
    if not _has_installed(found):
        raise ColabKernelError(
            f"{python} has {found}, and should have {INSTALLED}", remedy=f"remove {folder} and try again"
        )
    return ColabRuntime(python, found)


def _set_up(folder: Path, python: Path, constraints: Path) -> None:
    _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
    packages = [*(f"{name}=={version}" for name, version in INSTALLED.items()), "setuptools"]
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
    pins = ["--constraint", str(constraints)] if constraints.exists() else []
    _run([*pip, "install", *pins, *packages])
    # a .pth file is read after the environment's own packages: those win, and torch is found here
    site = Path(_run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
    behind = [path for path in sys.path if Path(path).name == "site-packages"]
    (site / "behind.pth").write_text("".join(f"{path}\n" for path in behind), encoding="utf-8")


def _has_installed(found: dict[str, str]) -> bool:
    return all(found.get(name) == version for name, version in INSTALLED.items())


def _is(found: str, wanted: str) -> bool:
    """Whether a version is the wanted one, which may name its first parts only."""
    return f"{found.partition('+')[0]}.".startswith(f"{wanted}.")


_ASK = """
import json, platform, sys
from importlib import import_module
found = {"Python": platform.python_version()}
for name, module in json.loads(sys.argv[1]).items():
    found[name] = str(import_module(module).__version__)
print(json.dumps(found))
"""


def _versions(python: Path) -> dict[str, str]:
    """What a Python imports, each with its version; nothing when it is not there or cannot import one of them."""
    if not python.exists():
        return {}
    done = subprocess.run(_ask(python), capture_output=True, text=True, check=False)
    found: dict[str, str] = json.loads(done.stdout) if done.returncode == 0 else {}
    return found


def _ask(python: Path) -> list[str]:
    modules = {name: "IPython" if name == "ipython" else name for name in [*INSTALLED, "torch"]}
    return [str(python), "-I", "-c", _ASK, json.dumps(modules)]  # whatever PYTHONPATH says


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ColabKernelError(f"`{' '.join(command)}` failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout
