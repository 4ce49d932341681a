"""The least that grading a class can cost: the same cells, run one after the other in one process that is warm.

    python benchmarks/bare.py COURSE LAB SUBMITTED

No sandbox, no second process, no database, no marks: a new namespace for each notebook and IPython's own `run_cell`.
Prints the CPU seconds of the cells as JSON. Run by against_stock.py in a process of its own.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from autograder.model.course import Course, Notebook
from autograder.notebook.cells import Role, grade_id_of, is_given, role_of, source_of

CELL_SECONDS = 30


def cells_to_run(notebook: Notebook, submission: dict[str, Any]) -> list[str]:
    """The code of a hand-in with the source's locked and test cells in place, without the cells that only show."""
    ours = {grade_id_of(cell): cell for cell in notebook.source.cells if grade_id_of(cell)}
    texts = []
    for cell in submission["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = ours.get(grade_id_of(cell))
        if role_of(source) is not Role.SHOW:
            texts.append(source_of(source if is_given(source) else cell))
    return texts


def give_up(signum: int, frame: object) -> None:
    """What the alarm of a cell that hangs does."""
    del signum, frame
    raise TimeoutError


def main(course: Path, lab: str, submitted: Path) -> int:
    """Run every notebook of a class and print what that cost."""
    import matplotlib as mpl

    mpl.use("agg")
    import numpy as np  # noqa: F401 - imported so that the process is warm
    import torch
    from IPython.core.interactiveshell import InteractiveShell

    torch.set_num_threads(1)
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    signal.signal(signal.SIGALRM, give_up)
    assignment = Course(course.resolve()).assignment(lab)
    shell = InteractiveShell.instance()
    count, spent = 0, 0.0
    for name, notebook in assignment.notebooks.items():
        for path in sorted(submitted.glob(f"*/{lab}/{name}.ipynb")):
            texts = cells_to_run(notebook, json.loads(path.read_bytes()))
            count += 1
            before = resource.getrusage(resource.RUSAGE_SELF)
            shell.reset(new_session=True)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                for text in texts:
                    signal.alarm(CELL_SECONDS)
                    shell.run_cell(text, store_history=False)
            signal.alarm(0)
            after = resource.getrusage(resource.RUSAGE_SELF)
            spent += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"notebooks": count, "cpu_seconds": spent}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
