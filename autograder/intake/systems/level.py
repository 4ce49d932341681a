"""A pile as a tree of names: its folders and archives, and the levels on which a hand-in system may have written."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.intake.archives import Entry, archive_stem, is_archive
from autograder.intake.systems.names import CHECKPOINTS, NOISE_FOLDERS, is_checkpoint, is_noise, notebook_like

PART = re.compile(r"(?P<whole>.+?)(?P<stamp>-\d{8}T\d{6}Z(?:-\d+)?)?-(?P<part>\d{3})")
"""How Google Drive names the parts of what it splits: `Lab 2-20261120T151340Z-001.zip`, `Lab 2-001.zip`."""


@dataclass(eq=False)
class Level:
    """One folder or archive of a pile, and what is directly in it."""

    name: str
    path: tuple[str, ...] = ()
    above: Level | None = field(default=None, repr=False)
    folders: dict[str, Level] = field(default_factory=dict)
    files: list[Entry] = field(default_factory=list)
    itself: list[Entry] = field(default_factory=list)
    """The entry of a folder in which there is nothing."""

    @functools.cached_property
    def stem(self) -> str:
        """Its name without the suffix of an archive."""
        return archive_stem(self.name)

    def below(self, name: str) -> Level:
        """The folder of a name in it, made where there is none."""
        if name not in self.folders:
            self.folders[name] = Level(name, (*self.path, name), self)
        return self.folders[name]

    def walk(self, parts: tuple[str, ...] = ()) -> Iterator[tuple[Entry, tuple[str, ...]]]:
        """Every entry in it and below, with its names from here down."""
        for entry in self.files:
            yield entry, (*parts, entry.parts[-1])
        for entry in self.itself:
            yield entry, parts
        for name, folder in self.folders.items():
            yield from folder.walk((*parts, name))

    @functools.cached_property
    def children(self) -> dict[str, Level | Entry]:
        """What a system, or whoever made it, has put directly into it: folders and files, noise left out."""
        found: dict[str, Level | Entry] = {name: folder for name, folder in self.folders.items() if handed(name)}
        found.update({entry.parts[-1]: entry for entry in self.files if not is_noise(entry.parts[-1:])})
        return found

    @functools.cached_property
    def people(self) -> list[Level]:
        """The folders in which something of somebody may be."""
        return [folder for name, folder in self.folders.items() if handed(name)]

    @functools.cached_property
    def notebooks(self) -> list[Entry]:
        """The files directly in it that may be notebooks, Jupyter's own copies left out."""
        return [entry for entry in self.files if notebook_like(entry.parts[-1]) and not is_checkpoint(entry.parts)]

    @functools.cached_property
    def bears_notebooks(self) -> bool:
        """Whether any file in it or below may be a notebook, or an archive that may hold one."""
        return any(notebook_like(entry.parts[-1]) or is_archive(entry.parts[-1]) for entry, _ in self.walk())

    @property
    def top(self) -> Level:
        """The level that the marker gave."""
        return self if self.above is None else self.above.top

    def __str__(self) -> str:
        return "/".join(self.path)


def handed(folder: str) -> bool:
    """Whether a folder of this name may be anybody's: not one that a system or an editor leaves behind."""
    return folder not in NOISE_FOLDERS and folder != CHECKPOINTS


def tree(entries: Iterable[Entry]) -> tuple[list[Level], list[Entry]]:
    """The pile as one level for each given folder or archive, and the files that were given by themselves."""
    roots: dict[int, Level] = {}
    loose: list[Entry] = []
    for entry in entries:
        if len(entry.parts) == 1 and not entry.folder:
            loose.append(entry)
            continue
        level = roots.setdefault(entry.root, Level(entry.parts[0], (str(entry.root), entry.parts[0])))
        for part in entry.parts[1:] if entry.folder else entry.parts[1:-1]:
            level = level.below(part)
        (level.itself if entry.folder else level.files).append(entry)
    for level in roots.values():
        join_below(level)
    return join_parts(list(roots.values())), loose


def join_below(level: Level) -> None:
    """Make one of the parts of an archive that was split, here and below."""
    joined = join_parts(list(level.folders.values()))
    level.folders = {folder.name: folder for folder in joined}
    for folder in joined:
        join_below(folder)


def join_parts(levels: list[Level]) -> list[Level]:
    """Make one of archives that are the parts of one: two at least, numbered from 001."""
    parts: dict[str, dict[int, Level]] = defaultdict(dict)
    for level in levels:
        match = PART.fullmatch(level.stem)
        if match and is_archive(level.name):
            parts[f"{match['whole']}{match['stamp'] or ''}"].setdefault(int(match["part"]), level)
    gone: set[int] = set()
    for numbered in parts.values():
        if len(numbered) > 1 and sorted(numbered) == list(range(1, len(numbered) + 1)):
            first, *others = (numbered[number] for number in sorted(numbered))
            for other in others:
                merge(first, other)
                gone.add(id(other))
    return [level for level in levels if id(level) not in gone]


def merge(level: Level, other: Level) -> None:
    """Put what is in another level into this one."""
    level.files += other.files
    level.itself += other.itself
    for name, folder in other.folders.items():
        merge(level.below(name), folder)
