"""One module for each hand-in system: by which rule it names what it gives out.

Each names in its docstring where the rule stands. May import what `systems` shares: claim, level, names, system.
Called by intake.systems.recognise, which asks them in the order of `LAYOUTS`.
"""

from __future__ import annotations

from autograder.intake.systems.known.autolab import Autolab
from autograder.intake.systems.known.blackboard import Blackboard
from autograder.intake.systems.known.brightspace import Brightspace
from autograder.intake.systems.known.canvas import Canvas
from autograder.intake.systems.known.exchange import Collected, Inbound
from autograder.intake.systems.known.github import GitHub
from autograder.intake.systems.known.gradescope import Gradescope
from autograder.intake.systems.known.ilias import Ilias
from autograder.intake.systems.known.moodle import Moodle
from autograder.intake.systems.known.sakai import Sakai
from autograder.intake.systems.known.submitty import Submitty
from autograder.intake.systems.known.vpl import Vpl
from autograder.intake.systems.system import Layout

LAYOUTS: tuple[type[Layout], ...] = (
    Gradescope,
    Moodle,
    Canvas,
    Blackboard,
    Brightspace,
    Inbound,
    Vpl,
    Sakai,
    Submitty,
    Autolab,
    GitHub,
    Collected,
    Ilias,
)
"""In the order in which they are preferred where several fit equally well: what is most unlike other names first."""

__all__ = ["LAYOUTS"]
