"""Every file in a pile of folders, archives and notebooks: what it is called, and its bytes on demand.

Names and contents are hostile. Nothing is unpacked under a name that an archive gives: an archive within an archive is
spooled into a private folder under a number, everything else is read into memory when it is asked for. Links are
reported, never followed. Whatever is read passes a bounded stream, and whatever is listed or spooled is first charged
to the budget of the student and to that of the pile. May import intake.limits and intake.exceptions. Called by
intake.taking, and by intake.systems for names.
"""

from __future__ import annotations

from autograder.intake.archives.entry import Entry, archive_stem, is_archive, name_fault
from autograder.intake.archives.pile import Pile

__all__ = ["Entry", "Pile", "archive_stem", "is_archive", "name_fault"]
