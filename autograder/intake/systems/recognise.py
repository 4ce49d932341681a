"""Whose each file of a pile is: the mapping's word first, then the level that the hand-in system wrote.

The system and its level are found once for a pile, from the top: the first level of which most is by one system's rule
is that system's. A level below is looked at only where all that stands beside it was written by a system too, as where
a folder holds several downloads; among students' folders nobody can pass for a system.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from autograder.intake.archives import Entry, archive_stem
from autograder.intake.systems.claim import Claim
from autograder.intake.systems.folders import Placement
from autograder.intake.systems.known import LAYOUTS
from autograder.intake.systems.level import Level, tree
from autograder.intake.systems.mapping import Mapping as MappingFile
from autograder.intake.systems.names import notebook_like
from autograder.intake.systems.system import Hints, Layout, OwnFile
from autograder.text import escaped

WRAPPED = 6
"""So many folders or archives may be wrapped around what a system wrote."""


@dataclass(frozen=True)
class Found:
    """A level of the pile and who wrote it."""

    level: Level
    layout: Layout | Placement


class Attribution:
    """Decides for every file of a pile whose it is."""

    def __init__(self, entries: Iterable[Entry], hints: Hints, mapping: MappingFile | None = None) -> None:
        """See the names of the whole pile."""
        self._hints = hints
        self._mapping = mapping
        roots, loose = tree(entries)
        self.doubts: list[str] = []
        """What might have been read otherwise, a sentence each."""
        self._found = [*self._settle_all(roots), *self._loose(loose)]
        self._places: dict[int, tuple[Found, tuple[str, ...]]] = {}
        self._loose_files = {id(entry): entry for entry in loose}
        for found in self._found:
            for entry, parts in found.level.walk():
                self._places.setdefault(id(entry), (found, parts))
        self._rest = self._strays()

    @property
    def systems(self) -> list[tuple[str, str]]:
        """What was recognised: each level and its system, as text."""
        return [("/".join(found.level.path[1:]) or found.level.name, found.layout.system) for found in self._found]

    def own_files(self) -> Mapping[Entry, tuple[Layout | Placement, OwnFile]]:
        """The files that systems wrote themselves, with whose they are."""
        return {entry: (found.layout, own) for found in self._found for entry, own in found.layout.own_files().items()}

    def claims(self, entry: Entry) -> list[Claim] | None:
        """The claims on an entry: none for one that nobody can be named for, an empty list for one that is left out."""
        if self._mapping is not None:
            student = self._mapping.student(entry)
            if student is not None:
                return [Claim(student, system="mapping", system_id=student)] if student else []
        place = self._places.get(id(entry))
        if place is None:
            return None
        found, parts = place
        claims = found.layout.claims(entry, parts)
        if claims is None and id(entry) in self._rest:
            return self._rest[id(entry)].claims(entry, parts)
        if claims is not None and not isinstance(found.layout, Placement):
            level = str(found.level)
            return [replace(claim, origin=level) for claim in claims]
        return claims

    def _strays(self) -> dict[int, Placement]:
        """What stands on a system's level and is not the system's: somebody put it there, so folders' rules hold."""
        rest: dict[int, Placement] = {}
        for found in self._found:
            if isinstance(found.layout, Placement):
                continue
            own = found.layout.own_files()
            stray = [
                (entry, parts)
                for entry, parts in found.level.walk()
                if entry not in own and parts and found.layout.claims(entry, parts) is None
            ]
            tops = {parts[0] for entry, parts in stray if len(parts) > 1 or entry.folder}
            folders = [folder for folder in found.level.people if folder.name in tops]
            only = Level(found.level.name, found.level.path, found.level.above)
            only.files = [entry for entry, parts in stray if len(parts) == 1 and not entry.folder]
            placement = Placement.of(only, self._hints, folders)
            rest.update({id(entry): placement for entry, _ in stray})
        return rest

    def _settle_all(self, roots: list[Level]) -> list[Found]:
        """Several given folders and archives: downloads of systems, or one student's each."""
        if len(roots) < 2:  # noqa: PLR2004 - one is no company
            return [found for root in roots for found in self._settle(root)]
        written = {id(root): found for root in roots if (found := self._written(root))}
        classes = {id(root) for root in roots if id(root) not in written and self._is_class(root)}
        bare = [root for root in roots if id(root) not in written and id(root) not in classes]
        students = list(bare)
        if written and len(bare) > len(written):
            # among students' archives one that looks like a download is a student's too
            students = [root for root in roots if id(root) not in classes]
            self._doubt(written.values())
            written = {}
        settled: list[Found] = []
        people = Placement.of_people(students, self._hints) if len(students) > 1 else None
        for root in roots:
            if id(root) in written:
                settled += written[id(root)]
            elif people is not None and root in students:
                settled.append(Found(root, people))
            else:
                settled.append(Found(root, Placement.of(root, self._hints)))
        return settled

    def _is_class(self, root: Level) -> bool:
        """Whether a folder or archive holds several people's, each under a name of their own."""
        placement = Placement.of(root, self._hints)
        claims = (placement.claims(entry, parts) for entry, parts in root.walk())
        return len({claim.raw for found in claims for claim in found or () if not claim.apart}) > 1

    def _settle(self, level: Level) -> list[Found]:
        return self._written(level) or [Found(level, Placement.of(level, self._hints))]

    def _written(self, level: Level, depth: int = 0) -> list[Found]:
        """What systems wrote of a level; nothing where most of it is by no system's rule."""
        layout = self._layout(level)
        if layout is not None:
            return [Found(level, layout)]
        if depth >= WRAPPED:
            return []
        folders = [folder for folder in level.people if folder.bears_notebooks or folder.people]
        written: dict[int, list[Found]] = {}
        others: list[Level] = []
        for folder in folders:
            below = self._written(folder, depth + 1)
            if below:
                written[id(folder)] = below
            else:
                others.append(folder)
            if (len(others) + len(level.notebooks)) * 2 >= len(folders) + len(level.notebooks):
                break  # most are by no system's rule
        if not written or self._one_of_a_student(folders, written):
            return []
        if len(others) + len(level.notebooks) >= len(written):
            self._doubt(written.values())
            return []
        found = [one for folder in folders for one in written.get(id(folder), ())]
        found += [Found(folder, Placement.of_people([folder], self._hints)) for folder in others]
        beside = [entry for entry in level.files if may_be_handed_in(entry)]
        rest = Level(level.name, level.path, level.above, files=beside)
        return [*found, Found(rest, Placement.of(rest, self._hints))] if beside else found

    def _doubt(self, downloads: Iterable[list[Found]]) -> None:
        """Say of what is read as a student's folder or archive that it looks like a download of several people's."""
        for found in downloads:
            for one in found:
                people = {
                    claim.raw
                    for entry, parts in one.level.walk()
                    for claim in one.layout.claims(entry, parts) or ()
                    if not isinstance(one.layout, Placement)
                }
                if len(people) > 1:
                    where = escaped("/".join(one.level.path[1:]), 200)
                    what = f"{where} looks like a download of {one.layout.system} ({len(people)} people)"
                    self.doubts.append(f"{what} and is read as one student's, as what is beside it; give it by itself")

    def _one_of_a_student(self, folders: list[Level], written: Mapping[int, list[Found]]) -> bool:
        """Whether a lone folder that names one person below, and is named like one itself, is a student's."""
        if len(folders) > 1 or self._hints.names.generic(folders[0].stem):
            return False
        people = {
            claim.raw
            for found in written[id(folders[0])]
            for entry, parts in found.level.walk()
            for claim in found.layout.claims(entry, parts) or ()
        }
        if len(people) > 1:
            return False
        where = escaped("/".join(folders[0].path[1:]), 200)
        self.doubts.append(
            f"{where} is read as one student's, though what is in it names {len(people)} by a system's rule"
        )
        return True

    def _layout(self, level: Level) -> Layout | None:
        """The system of which most of a level is, if there is one."""
        children = level.children
        handins = {name for name, child in children.items() if isinstance(child, Level) or may_be_handed_in(child)}
        best, most = None, 0.5
        for kind in LAYOUTS:
            found = kind.at(level, self._hints)
            if found is None:
                continue
            layout, fits = found
            own = {entry.parts[-1] for entry in layout.own_files()}
            counted = (handins - own) or set(children) - own
            share = len(fits & counted) / len(counted) if counted else float(bool(fits))
            if share > most:
                best, most = layout, share
        return best

    def _loose(self, files: list[Entry]) -> list[Found]:
        """Files given by themselves: those of one folder stand together, as `ann/*.ipynb` gives them."""
        folders: dict[str, list[Entry]] = defaultdict(list)
        for entry in files:
            parent = entry.file.parent if entry.file is not None else None
            folders[str(parent) if parent is not None else ""].append(entry)
        found = []
        for path, entries in folders.items():
            name = path.rpartition("/")[2]
            level = Level(name, ("", name))
            level.files = entries
            layout = self._layout(level)
            found.append(Found(level, layout or Placement.of_files(entries, name, self._hints)))
        return found


def may_be_handed_in(entry: Entry) -> bool:
    """Whether a file says anything about who wrote a level: a list of marks beside hand-ins does not."""
    return notebook_like(entry.parts[-1]) or archive_stem(entry.parts[-1]) != entry.parts[-1]
