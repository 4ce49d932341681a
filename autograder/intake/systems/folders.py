"""Folders of students, folders of groups, flat folders: whose a file is by where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder.intake.archives import Entry, archive_stem, is_archive
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.names import CHECKPOINTS, Names, notebook_like
from autograder.text import escaped

GROUP_FOLDER = re.compile(
    r"(group|tutorial|section|class|set|cohort|seminar|tutor|gruppe|groupe|grupo)[\W_]*\w{0,3}", re.IGNORECASE
)


@dataclass
class Folder:
    """One folder or archive of a pile, and what is directly in it."""

    folders: dict[str, Folder] = field(default_factory=lambda: defaultdict(Folder))
    files: list[Entry] = field(default_factory=list)

    def all_files(self) -> Iterable[Entry]:
        """Every file in it and below."""
        yield from self.files
        for folder in self.folders.values():
            yield from folder.all_files()

    def notebooks(self) -> list[Entry]:
        """The files directly in it that may be notebooks."""
        return [entry for entry in self.files if notebook_like(entry.parts[-1])]


class Placement:
    """Claims from where files stand: for all that no system has named."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def claims(self, entries: list[Entry]) -> list[tuple[Entry, Claim]]:
        """Claims from folders and file names, one given path after the other."""
        roots: dict[int, Folder] = defaultdict(Folder)
        names: dict[int, str] = {}
        loose: dict[str, Folder] = defaultdict(Folder)
        for entry in entries:
            if len(entry.parts) == 1:
                # single files: those of one folder stand together, as `autograder grade lab2 ann/*.ipynb` gives them
                parent = entry.file.parent.name if entry.file is not None else ""
                (loose[parent] if not is_archive(entry.parts[0]) else roots[entry.root]).files.append(entry)
                names[entry.root] = archive_stem(entry.parts[0])
                continue
            node = roots[entry.root]
            names[entry.root] = archive_stem(entry.parts[0])
            for part in entry.parts[1:-1]:
                if part != CHECKPOINTS:
                    node = node.folders[archive_stem(part)]
            if archive_stem(entry.parts[-1]) != entry.parts[-1]:
                # an archive that could not be opened still says whose it is
                node = node.folders[archive_stem(entry.parts[-1])]
            node.files.append(entry)
        found: list[tuple[Entry, Claim]] = []
        for parent, folder in loose.items():
            found += self._flat(folder, parent, "")
        archives = [root for root, folder in roots.items() if folder.folders or folder.files]
        for root in archives:
            placed = list(self._place(roots[root], names[root], str(root)))
            # several archives, a single student in each: they are named for their students
            single = len(archives) > 1 and len({claim.raw for _, claim in placed}) < 2  # noqa: PLR2004
            if single and not self.names.generic(names[root]):
                claim = Claim(names[root])
                placed = [(entry, claim) for entry in roots[root].all_files()]
            found += placed
        return found

    def _place(self, folder: Folder, name: str, origin: str) -> Iterable[tuple[Entry, Claim]]:
        people = {key: below for key, below in folder.folders.items() if not self.names.generic(key)}
        things = [below for key, below in folder.folders.items() if self.names.generic(key)]
        groups = people and all(GROUP_FOLDER.fullmatch(key) and not below.notebooks() for key, below in people.items())
        if groups:
            for key, below in people.items():
                yield from self._place(below, key, f"{origin}/{key}")
        elif len(people) == 1 and not folder.notebooks() and self._wraps(next(iter(people.values()))):
            key, below = next(iter(people.items()))
            yield from self._place(below, key, origin)
        else:
            for key, below in people.items():
                claim = Claim(key, origin=origin)
                yield from ((entry, claim) for entry in below.all_files())
        if len(things) == 1 and not people and not folder.notebooks():
            yield from self._place(things[0], name, origin)
        else:
            for below in things:
                yield from ((entry, Claim(name, origin=origin)) for entry in below.all_files())
        if folder.files:
            yield from self._flat(folder, name, origin)

    def _wraps(self, folder: Folder) -> bool:
        """Whether a lone folder is a wrapping around students rather than a student."""
        return not folder.notebooks() and any(not self.names.generic(key) for key in folder.folders)

    def _flat(self, folder: Folder, name: str, origin: str) -> Iterable[tuple[Entry, Claim]]:
        """Files side by side: one student's, or one file or more for each student, named in the file name."""
        notebooks = folder.notebooks()
        stripped = {id(entry): self.names.strip(entry.parts[-1]) for entry in notebooks}
        bare = sum(1 for found, rest in stripped.values() if found and not rest)
        unlike = bool(stripped) and not any(found for found, _ in stripped.values())
        one = bare * 2 >= len(notebooks) or (unlike and len(notebooks) <= len(self.names.notebooks))
        shared = Claim(
            name or "handin",
            origin=origin,
            note=f"no student is named; the folder's name is used: {escaped(name, 60)}",
        )
        # a file beside the notebooks that is none, say a list of marks, is nobody's
        for entry in folder.files if one and notebooks else notebooks:
            _, rest = stripped.get(id(entry), (False, ""))
            if one or not rest:
                yield entry, shared
            else:
                yield entry, Claim(rest, system="file", origin=origin)
