"""Grade one hand-in with otter-grader and write down the marks. Run by hostile_on_stock.py with otter's own Python.

    python benchmarks/otter_grading.py NOTEBOOK AUTOGRADER_ZIP RESULT_JSON

Nothing of this project is imported here: otter lives in an environment of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from otter.api import grade_submission


def main(notebook: str, autograder: str, result: str) -> int:
    """Grade, and write the points of each question and the cells as they were run."""
    found = grade_submission(notebook, autograder, quiet=True)
    marks = {name: float(test.score) for name, test in found.results.items()}
    cells = [
        {"source": cell.source, "outputs": cell.outputs} for cell in found.notebook.cells if cell.cell_type == "code"
    ]
    Path(result).write_text(json.dumps({"marks": marks, "cells": cells}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
