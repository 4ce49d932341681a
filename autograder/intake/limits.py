"""How much a hand-in may be. Everything that is read from outside passes one of these before it is parsed."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on what is taken in. Sizes in bytes, after unpacking unless it says otherwise.

    The defaults leave a class of some thousands and notebooks full of pictures alone; what exceeds them is refused with
    the bound in the reason.
    """

    notebook_bytes: int = 32 * MEGABYTE
    cells: int = 1_000
    values: int = 4_000_000  # strings, commas and brackets of a notebook together
    nesting: int = 64  # of JSON
    source_chars: int = 1_000_000  # of one cell
    part_bytes: int = 8 * MEGABYTE  # of the metadata of a cell, or of the pictures in it
    sources_chars: int = 1_500_000  # of all cells
    archive_depth: int = 3  # archives within archives
    student_entries: int = 2_000  # files in the archives within archives of one student
    student_names: int = MEGABYTE  # as the archives list them
    student_total: int = 1024 * MEGABYTE
    student_spool: int = 256 * MEGABYTE  # archives within archives, as they lie packed
    student_reads: int = 256 * MEGABYTE  # of different notebooks
    student_notebooks: int = 100  # different ones, of one student
    pile_entries: int = 50_000  # files in all archives
    pile_names: int = 16 * MEGABYTE
    pile_total: int = 256 * 1024 * MEGABYTE
    pile_spool: int = 16 * 1024 * MEGABYTE
    spool_free: int = 512 * MEGABYTE  # of the pile's, whatever was given; the rest in proportion to that
    spool_ratio: int = 16
    ratio: int = 200  # unpacked to packed, for files above `ratio_from`
    ratio_from: int = 4 * MEGABYTE
    folder_depth: int = 24
    path_chars: int = 1_000
    metadata_bytes: int = 64 * MEGABYTE  # Gradescope's list of submissions


DEFAULT_LIMITS = Limits()
