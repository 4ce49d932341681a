"""The grading engine as a step of `nbgrader autograde`, in place of nbgrader's own Execute.

Named in nbgrader_config.py through nbgrader's own setting:

    c.Autograde.autograde_preprocessors = with_examiner(Autograde.autograde_preprocessors.default())

nbgrader then takes in, locks, records and reports as always; only who runs the cells and decides the marks is another.
"""

from __future__ import annotations

import atexit
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import from_dict
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Bool, Enum, Float, Integer, Unicode

from autograder.marking.formgrader_notebook import mark_outputs, text_outputs
from autograder.model.course import Course
from autograder.model.decision import said_at_the_start
from autograder.model.results import Status
from autograder.model.settings import SEED_BITS, DecidePolicy, GradingSettings, SandboxPolicy
from autograder.model.submission import Submission
from autograder.notebook.cells import grade_id_of

# the engine is imported with the first notebook: nbgrader_config.py, which names this step, is read by every command
if TYPE_CHECKING:
    from autograder.engine.grader import Grader

_DEFAULTS = GradingSettings(seed=0)
_GRADERS: dict[tuple[Path, str, GradingSettings], Grader] = {}


class ExaminerError(Exception):
    """The grader itself failed, so that there is no mark; nbgrader says so and goes on with the next student."""


class Examine(NbGraderPreprocessor):
    """Runs a hand-in in the sandbox and its tests in the examiner, and writes outputs that nbgrader takes for marks."""

    seed = Integer(-1, help="Seed of the random inputs, a secret; -1 draws one for each run.").tag(config=True)
    cell_seconds = Float(_DEFAULTS.cell_seconds, help="Wall-clock seconds for each cell.").tag(config=True)
    notebook_seconds = Float(_DEFAULTS.notebook_seconds, help="Wall-clock seconds for each notebook.").tag(config=True)
    memory_mb = Integer(_DEFAULTS.memory_mb, help="Resident memory for each hand-in, in megabytes.").tag(config=True)
    sandbox = Unicode("auto", help="Which sandbox to insist on: auto, strict, none.").tag(config=True)
    show_hidden = Bool(
        default_value=False, help="Let students read what hidden checks on fixed inputs asked and expected."
    ).tag(config=True)

    decide = Enum(
        [policy.value for policy in DecidePolicy],
        default_value=_DEFAULTS.decide.value,
        help="auto, or outside: no mark for what can only be decided inside the hand-in's own process.",
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Grade one notebook. Raises ExaminerError when the grader itself failed for an item."""
        place = resources["nbgrader"]
        root = Path(self.parent.parent.coursedir.root).resolve()
        result = self._grader(root, place["assignment"]).grade(Submission(place["student"], place["notebook"], nb))
        items = {item.item: item for item in result.items}
        failed = [item for item in items.values() if item.status is Status.GRADER_ERROR]
        if failed:
            why = failed[0].for_markers or failed[0].message
            raise ExaminerError(f"{place['notebook']}: no mark for {failed[0].item}: {why}")
        runs = {run.index: run.outputs for run in result.cells}
        for index, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            item = items.get(grade_id_of(cell))
            outputs = text_outputs(runs.get(index, ())) if item is None or item.points is None else mark_outputs(item)
            cell.outputs = [from_dict(output) for output in outputs]
            cell.execution_count = None
        return nb, resources

    def _grader(self, root: Path, assignment: str) -> Grader:
        """The warm grader of an assignment: started for the first notebook, ended with the process."""
        from autograder.engine.grader import Grader

        if self.seed < 0:
            self.seed = _drawn_seed()
            self.log.info("Random inputs from a seed that was drawn; set Examine.seed to have the same ones again")
        settings = GradingSettings(
            self.seed,
            self.cell_seconds,
            self.notebook_seconds,
            self.memory_mb,
            sandbox=SandboxPolicy(self.sandbox),
            show_hidden=self.show_hidden,
            decide=DecidePolicy(self.decide),
        )
        key = root, assignment, settings
        if key not in _GRADERS:
            grader = Grader(Course(root).assignment(assignment), settings)
            grader.__enter__()
            atexit.register(grader.__exit__, None, None, None)
            _GRADERS[key] = grader
            decisions = [decision for name in grader.assignment.notebooks for decision in grader.decisions(name)]
            for line in said_at_the_start(decisions):
                self.log.warning(line)
        return _GRADERS[key]


_SEED: list[int] = []


def _drawn_seed() -> int:
    """One seed for all notebooks of this process: nbgrader makes its steps anew for each."""
    if not _SEED:
        _SEED.append(secrets.randbits(SEED_BITS))
    return _SEED[0]


def with_examiner(steps: list[Any]) -> list[Any]:
    """nbgrader's steps with this one in the place of Execute."""
    return [Examine if step is Execute else step for step in steps]
