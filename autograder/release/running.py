"""Run a notebook in a kernel of its own, as nbgrader does, in an empty folder."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

from autograder.files import temporary_folder

CELL_SECONDS = 120


def run_notebook(notebook: Any, *, grading: bool, python: Path | None = None) -> Any:
    """A copy of the notebook with the outputs of a run from top to bottom; errors are outputs and do not stop it.

    `grading` sets NBGRADER_EXECUTION, as nbgrader does when it grades. `python` is the interpreter whose ipykernel runs
    the cells: by default the one that runs this.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    run = copy.deepcopy(notebook)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NBGRADER_")}
    environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # or debugpy prints a warning for each kernel
    if grading:
        environment["NBGRADER_EXECUTION"] = "autograde"
    with temporary_folder() as folder:
        scratch, specs = Path(folder, "scratch"), Path(folder, "kernels")
        scratch.mkdir()
        if python is None:
            manager = AsyncKernelManager(kernel_name="python3")
        else:
            spec = {
                "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                "display_name": "chosen",
                "language": "python",
            }
            (specs / "chosen").mkdir(parents=True)
            (specs / "chosen" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
            kernels = KernelSpecManager(kernel_dirs=[str(specs)])
            manager = AsyncKernelManager(kernel_name="chosen", kernel_spec_manager=kernels)
        # the kernel's history is kept in memory, so that runs side by side do not wait for one file
        client = NotebookClient(
            run,
            km=manager,
            timeout=CELL_SECONDS,
            allow_errors=True,
            extra_arguments=["--HistoryManager.hist_file=:memory:", "--Application.log_level=40"],
        )
        client.execute(env=environment, cwd=str(scratch))
    return run
