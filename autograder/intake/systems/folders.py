"""Folders of students, folders of groups, flat folders: whose a file is where no hand-in system has written.

The first level on which folders differ like people is that of the students, and everything below it is content. A
folder's name says nothing about a person only when all of its siblings' say nothing either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from autograder.intake.archives import Entry, archive_stem
from autograder.intake.systems.claim import Claim, folded
from autograder.intake.systems.level import Level
from autograder.intake.systems.names import is_checkpoint, notebook_like, stem_of
from autograder.intake.systems.system import Hints, Plain
from autograder.text import escaped

GROUP_FOLDER = re.compile(
    r"(group|tutorial|section|class|set|cohort|seminar|tutor|gruppe|groupe|grupo)[\W_]*\w{0,3}", re.IGNORECASE
)
ATTEMPT = re.compile(r"(?:attempt|version|v|versuch|intento|tentative)[\W_]*(?P<number>\d{1,4})", re.IGNORECASE)
NUMBERED = re.compile(r"(?P<stem>.*?)[\W_]*(?P<number>\d+)")
LOGIN_STEM = 2  # letters: `cw12` and `cw13` may be two logins, `lab1` and `lab2` are not
SEVERAL = 2
MARKS = "-.,'\N{RIGHT SINGLE QUOTATION MARK}"
WITHOUT_MARKS = str.maketrans("", "", MARKS)


class Placement(Plain):
    """One level of a pile, or files given by themselves, by where each file stands."""

    system: ClassVar[str] = "folder"

    def __init__(self, hints: Hints) -> None:
        self._names = hints.names
        self._claims: dict[int, Claim] = {}
        self._kept: list[Entry] = []  # so that no id is used twice

    @classmethod
    def of(cls, level: Level, hints: Hints, only: Sequence[Level] | None = None) -> Placement:
        """The claims on everything at a level and below; with `only`, of these folders and the files beside them."""
        placement = cls(hints)
        if only is None:
            placement._place(level, level.stem)
        else:
            placement._people(only, str(level))
            placement._flat(level.files, level.stem, str(level))
        return placement

    @classmethod
    def of_people(cls, levels: Iterable[Level], hints: Hints) -> Placement:
        """The claims where each of several given folders or archives is one student's."""
        placement = cls(hints)
        for level in levels:
            origin = "/".join(level.path[:-1])
            name = level.stem if not hints.names.generic(level.stem) else ""
            if name:
                placement._all(level, Claim(name, origin=origin))
            else:
                placement._place(level, level.stem)
        return placement

    @classmethod
    def of_files(cls, entries: Iterable[Entry], folder: str, hints: Hints) -> Placement:
        """The claims on files that were given by themselves and stand in one folder."""
        placement = cls(hints)
        placement._flat(list(entries), folder, "")
        return placement

    def claims(self, entry: Entry, parts: tuple[str, ...]) -> list[Claim] | None:
        """The claim on a file, if somebody can be named for it."""
        del parts
        claim = self._claims.get(id(entry))
        return [claim] if claim is not None else None

    def _claim(self, entry: Entry, claim: Claim) -> None:
        self._claims[id(entry)] = claim
        self._kept.append(entry)

    def _all(self, level: Level, claim: Claim) -> None:
        for entry, _ in level.walk():
            self._claim(entry, claim)

    def _place(self, level: Level, name: str, group: str = "") -> None:
        """Claims on everything at a level and below. `name` is what its student is called when nobody is named."""
        folders = level.people
        people = [folder for folder in folders if not self._names.generic(folder.stem)]
        if not folders:
            self._flat(level.files, name, str(level), group)
        elif people:
            self._named(level, name, group, people)
        else:
            self._nameless(level, name, group)
        handed = {id(folder) for folder in folders}
        for noise in level.folders.values():
            if id(noise) not in handed:
                self._shared(noise, name, str(level), group)

    def _named(self, level: Level, name: str, group: str, people: list[Level]) -> None:
        """Some of the folders have names of their own."""
        if level.notebooks and not any(folder.bears_notebooks for folder in level.people):
            # one student's notebooks beside folders of data
            self._flat(level.files, name, str(level), group)
            for folder in level.people:
                self._shared(folder, name, str(level), group)
            return
        if not level.notebooks and len(people) == len(level.people):
            if all(GROUP_FOLDER.fullmatch(folder.name) and not folder.notebooks for folder in people):
                for folder in people:
                    self._place(folder, folder.stem, f"{group}/{folder.name}".strip("/"))
                self._flat(level.files, name, str(level), group)
                return
            if len(people) == 1 and self._wraps(people[0]):
                self._place(people[0], people[0].stem, group)
                self._flat(level.files, name, str(level), group)
                return
        self._people(level.people, str(level), group)
        if len(level.people) == 1 and not level.notebooks:
            self._may_be_several(level.people[0], str(level), group)
        self._flat(level.files, name, str(level), group)

    def _may_be_several(self, folder: Level, origin: str, group: str) -> None:
        """A lone folder may be a student's, or hold several people's files: then their answers will differ."""
        for entry in folder.notebooks:
            _, rest = self._names.strip(entry.parts[-1])
            if rest and not self._names.generic(rest):
                self._claim(entry, Claim(folder.stem, origin=origin, group=group, apart=rest))

    def _wraps(self, folder: Level) -> bool:
        """Whether a lone folder is a wrapping around students rather than a student."""
        if folder.notebooks:
            return len({rest for rest in self._rests(folder.notebooks)[0].values() if like_a_person(rest)}) >= SEVERAL
        return sum(not self._names.generic(below.stem) for below in folder.people) >= SEVERAL

    def _people(self, folders: Iterable[Level], origin: str, group: str = "") -> None:
        """Each folder is one student's."""
        for folder in folders:
            generic = self._names.generic(folder.stem)
            if generic and not folder.bears_notebooks and not folder.itself:
                continue  # a folder of data beside students'
            note = f"is {escaped(folder.stem, 60)} a student?" if generic else ""
            claim = Claim(folder.stem, origin=origin, group=group, note=note, doubtful=generic)
            self._all(folder, claim)

    def _nameless(self, level: Level, name: str, group: str) -> None:
        """No folder has a name that says anything about a person, by itself."""
        folders = [folder for folder in level.people if folder.bears_notebooks or folder.itself]
        self._flat(level.files, name, str(level), group)
        if level.notebooks:
            folders = []
        for folder in level.people:
            if folder not in folders:
                self._shared(folder, name, str(level), group)
        if folders:
            self._parts(folders, level, name, group)

    def _parts(self, folders: list[Level], level: Level, name: str, group: str) -> None:
        """Nameless folders that hold something: attempts, classes, logins like other words, or parts of one's work."""
        attempts = [ATTEMPT.fullmatch(folder.stem) for folder in folders]
        if len(folders) == 1:
            self._place(folders[0], name, group)
        elif all(attempts):
            for folder, attempt in zip(folders, attempts, strict=True):
                number = (int(attempt["number"]),) if attempt else ()
                self._shared(folder, name, str(level), group, attempt=number)
        elif any(self._holds_people(folder) for folder in folders):
            for folder in folders:
                self._place(folder, name, group)
        elif like_logins([folder.stem for folder in folders]):
            for folder in folders:
                self._all(folder, Claim(folder.stem, origin=str(level), group=group))
        else:
            for folder in folders:
                self._shared(folder, name, str(level), group, apart=folder.stem)

    def _holds_people(self, folder: Level) -> bool:
        below = Placement(Hints(self._names))
        below._place(folder, folder.stem)
        return len({claim.raw for claim in below._claims.values() if not claim.apart}) >= SEVERAL

    def _shared(
        self, level: Level, name: str, origin: str, group: str, *, attempt: tuple[int, ...] = (), apart: str = ""
    ) -> None:
        for entry, parts in level.walk():
            own = apart or stem_of(parts[-1] if parts else level.name)
            self._claim(entry, self._nobody(name, origin, group, own, attempt))

    def _nobody(self, name: str, origin: str, group: str, apart: str, attempt: tuple[int, ...] = ()) -> Claim:
        """The claim on a file beside which nobody is named."""
        note = f"no student is named; the folder's name is used: {escaped(name, 60)}"
        return Claim(name or "handin", attempt=attempt, origin=origin, group=group, apart=apart, note=note)

    def _rests(self, notebooks: Iterable[Entry]) -> tuple[dict[int, str], bool]:
        """What is left of each file's name without the notebook's, perhaps a person; whether any speaks of one."""
        rests, any_named = {}, False
        for entry in notebooks:
            named, rest = self._names.strip(entry.parts[-1])
            any_named |= named
            rests[id(entry)] = "" if self._names.generic(rest) else rest
        return rests, any_named

    def _flat(self, files: Sequence[Entry], name: str, origin: str, group: str = "") -> None:
        """Files side by side: one student's, or one file or more for each student, named in the file name."""
        unopened = [entry for entry in files if archive_stem(entry.parts[-1]) != entry.parts[-1]]
        broken = {id(entry) for entry in unopened}
        for entry in unopened:  # an archive that could not be opened still says whose it is
            self._claim(entry, Claim(archive_stem(entry.parts[-1]), origin=origin, group=group))
        notebooks = [entry for entry in files if notebook_like(entry.parts[-1]) and id(entry) not in broken]
        rests, any_named = self._rests(notebooks)
        people = {folded(rest) for rest in rests.values() if rest}
        unlike = bool(notebooks) and not any_named
        few = unlike and len(notebooks) <= len(self._names.notebooks) and not all(map(like_a_person, rests.values()))
        one = len(people) < SEVERAL or few
        # a file beside the notebooks that is none, say a list of marks, is nobody's
        for entry in files if one and notebooks else notebooks:
            if id(entry) in broken:
                continue
            rest = rests.get(id(entry), "")
            if one or not rest or is_checkpoint(entry.parts):
                copy = stem_of(entry.parts[-1])
                self._claim(entry, self._nobody(name, origin, group, rest or copy))
            else:
                self._claim(entry, Claim(rest, system="file", origin=origin, group=group))


def like_a_person(text: str) -> bool:
    """Whether a text reads like the name of a person: two words, each of letters and none of them in small ones."""
    words = [word.strip(MARKS) for word in re.split(r"[\s_]+", text) if word.strip(MARKS)]
    letters = all(word.translate(WITHOUT_MARKS).isalpha() for word in words)
    return len(words) >= SEVERAL and letters and any(not word.islower() for word in words)


def like_logins(stems: Sequence[str]) -> bool:
    """Whether names such as `cw123` and `hw321` are logins: of several kinds, of long numbers, of a few letters."""
    found = [NUMBERED.fullmatch(stem) for stem in stems]
    if not all(found) or len(stems) < SEVERAL:
        return False
    kinds = {match["stem"].casefold() for match in found if match}
    return len(kinds) > 1 or all(match is not None and len(match["stem"]) <= LOGIN_STEM for match in found)
