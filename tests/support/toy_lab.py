"""A course of one lab with one small notebook, for tests that build, release and break one."""

from __future__ import annotations

from pathlib import Path

from autograder.model.course import Course

CHECKER = '''\
#@title Checker
import os

def plan(*sections):
    """Nothing is planned here."""

class task:
    def __init__(self, item):
        self.item = item

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        examiner = globals().get("__examiner__")
        if examiner:
            examiner.record(self.item, "all", 3, error is None, message=str(error))
            return True
        if error is None or os.environ.get("NBGRADER_EXECUTION"):
            return False
        print(f"{self.item}: {error}")
        return True
'''

LAB = """\
title = "A toy"
repository = "someone/toy"
branch = "main"
summary = "Adding."
learn = ["to add"]
handin = "Send it."
acknowledgements = "Thanks."

[[notebooks]]
name = "sums"
title = "Sums"
about = "Adding two numbers."
minutes = 5
points = 5

[[changes]]
date = 2026-11-21
text = "First version."
"""

MASTER = '''\
# Holds solutions and hidden tests.

# %% [markdown] section="Adding" minutes=5
# # Sums
# Two numbers have a sum.

# %% checker=true

# %%
scale = 2

# %% answer="my-sum"
def my_sum(a, b):
    """The sum."""
    ### BEGIN SOLUTION
    total = a + b
    return total
    ### END SOLUTION

# %% item="my-sum" points=3
with task("my-sum"):
    assert my_sum(1, 2) == 3
    ### BEGIN HIDDEN TESTS
    assert my_sum(11, -4) == 7
    ### END HIDDEN TESTS

# %% show="my-picture"
try:
    print("a picture of", my_sum(1, scale))
except NotImplementedError as open_task:
    print(open_task)

# %% [markdown] written="why-sums" points=2
# Why does the order not matter?
#
# ### BEGIN SOLUTION
# Full marks for naming commutativity.
# ### END SOLUTION
'''

CONFIG = """\
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions

from autograder.release.stubs import NamedStubs

c = get_config()
c.GenerateAssignment.preprocessors = [
    NamedStubs if step is ClearSolutions else step for step in GenerateAssignment.preprocessors.default()
]
"""


def toy_course(root: Path, master: str = MASTER, lab: str = LAB) -> Course:
    """Write the toy course into `root`, with another master or lab.toml if given. Its lab is called `toy`."""
    folder = root / "notebooks" / "toy"
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (folder.parent / "checker.py").write_text(CHECKER, encoding="utf-8")
    (folder / "lab.toml").write_text(lab, encoding="utf-8")
    (folder / "sums.py").write_text(master, encoding="utf-8")
    return Course(root)
