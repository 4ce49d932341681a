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
    cells: int = 5_000
    values: int = 2_000_000  # strings, numbers, objects and lists of a notebook together
    nesting: int = 64  # of JSON
    source_chars: int = 1_000_000  # of one cell
    archive_depth: int = 3  # archives within archives
    inner_archive_bytes: int = 256 * MEGABYTE  # as it lies packed inside the outer one
    inner_archive_total: int = 1024 * MEGABYTE
    inner_archive_entries: int = 2_000
    outer_archive_total: int = 256 * 1024 * MEGABYTE
    outer_archive_entries: int = 200_000
    ratio: int = 200  # unpacked to packed, for files above `ratio_from`
    ratio_from: int = 4 * MEGABYTE
    folder_depth: int = 24
    path_chars: int = 1_000
    metadata_bytes: int = 64 * MEGABYTE  # Gradescope's list of submissions


DEFAULT_LIMITS = Limits()
