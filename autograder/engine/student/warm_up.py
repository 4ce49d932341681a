"""What is done once before the forks: imports, the shell, and the cells that everybody is given, compiled."""

from __future__ import annotations
import __future__

import ast
import contextlib
import json
import os
import types

from autograder.engine.preload import import_all, keep_in_mind
from autograder.engine.student.shell import CapturingHook, CapturingPublisher, Shell


def warm_up() -> None:
    """Make the shell, once, before the forks; `prepare` imports what notebooks use. Leaves no thread behind."""
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    os.environ["MPLBACKEND"] = "template"  # figures are made, and drawn nowhere
    # there is no network: `pip install` of what is there says so at once, and of anything else fails at once
    os.environ.update(PIP_NO_INDEX="1", PIP_RETRIES="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    shell = Shell.instance(displayhook_class=CapturingHook, display_pub_class=CapturingPublisher)
    shell.display_formatter.active_types = ["text/plain"]
    shell.run_cell("import math\n1 + 1", store_history=False, silent=True)
    shell.user_ns.pop("math", None)
    keep_in_mind()


def prepare(data: bytes) -> None:
    """Import what the model solution was seen to import, and compile the cells that everybody was given.

    `data` is JSON of our own making: module names under `modules`, texts under `sources`.
    """
    wanted = json.loads(data)
    for source in wanted["sources"]:
        with contextlib.suppress(SyntaxError, ValueError):
            statements, shown = _compiled(source)
            if not statements.co_flags & FEATURES:
                PREPARED[source] = statements, shown
    import_all(wanted["modules"])


PREPARED: dict[str, tuple[types.CodeType, types.CodeType | None]] = {}
"""The cells that everybody was given, by their text: their statements, and a final expression that is shown."""

FEATURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
"""What a cell may import from `__future__`: for the cells that follow as well, so none of them is compiled ahead."""


def _compiled(source: str) -> tuple[types.CodeType, types.CodeType | None]:
    """A cell as IPython would run it: transformed, kept for tracebacks, its final expression set apart."""
    shell = Shell.instance()
    text = shell.transform_cell(source)
    name = shell.compile.cache(text, 0, raw_code=source)
    tree = ast.parse(text, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown = None if last is None or source.rstrip().endswith(";") else ast.Interactive([last])
    if last is not None and shown is None:
        tree.body.append(last)
    # not under what this file itself imports from __future__
    statements = compile(tree, name, "exec", dont_inherit=True)
    return statements, None if shown is None else compile(shown, name, "single", dont_inherit=True)
