"""The ledger of a class: everything that OUT knows, as one state of which tables, pages and the screen are views.

May import batch, marking, model, outdir and what is below them; never output, intake or grading. Called by grading,
which records each run in it, by output and the commands, which read it.
"""

from autograder.ledger.entries import Attempt, FileEntry, ItemEntry, Need, NotebookEntry, Run, StudentEntry, Waiting
from autograder.ledger.journal import Journal
from autograder.ledger.read import Ledger, read_ledger

__all__ = [
    "Attempt",
    "FileEntry",
    "ItemEntry",
    "Journal",
    "Ledger",
    "Need",
    "NotebookEntry",
    "Run",
    "StudentEntry",
    "Waiting",
    "read_ledger",
]
