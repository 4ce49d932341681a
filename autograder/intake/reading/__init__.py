"""From the bytes of a hand-in to its cells: encoding, JSON, cells; each bounded before anything is built.

May import intake.limits and intake.exceptions. Called by intake.taking, matching and repair.
"""

from __future__ import annotations

from autograder.intake.reading.cells import StudentCell, StudentNotebook, cells_of, normal, read_notebook

__all__ = ["StudentCell", "StudentNotebook", "cells_of", "normal", "read_notebook"]
