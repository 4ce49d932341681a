"""Solutions, hidden tests and mark schemes in the text of a cell. The one owner of the markers around them.

The rules are those of nbgrader's own steps ClearSolutions, ClearHiddenTests and ClearMarkScheme, which take regions out
line by line: a line that contains the begin delimiter, wherever in it, opens a region, one that contains the end
delimiter closes it, and neither of the two lines is kept. They are written down here because the process that has a
hand-in's cells run does without nbgrader, and because a solution is also to be read, not only to be cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class RegionError(ValueError):
    """A region that nbgrader refuses: it begins inside another of its kind (`nested`), or it never ends.

    `line` is where it begins, counted from 1.
    """

    def __init__(self, markers: Markers, line: int, *, nested: bool) -> None:
        self.line = line
        self.nested = nested
        begin, end = markers.comments
        self.what = f"`{begin}` {'twice' if nested else 'is never closed'}"
        self.remedy = f"close the first with `{end}`" if nested else f"add `{end}`"
        super().__init__(f"line {line}: {self.what}; {self.remedy}")


class Place(Enum):
    """Where a line stands."""

    OUTSIDE = "outside"
    BEGIN = "begin"
    INSIDE = "inside"
    END = "end"


@dataclass(frozen=True)
class Markers:
    """The delimiters of one kind of region. A line is a marker when it contains one of them."""

    begin: str
    end: str

    def lines(self, text: str) -> list[tuple[str, Place]]:
        """Each line of a text with its place. An end without a begin is a marker, too. Raises RegionError."""
        found: list[tuple[str, Place]] = []
        opened = 0
        for number, line in enumerate(text.split("\n"), start=1):
            if self.begin in line:
                if opened:
                    raise RegionError(self, number, nested=True)
                opened = number
                found.append((line, Place.BEGIN))
            elif self.end in line:
                opened = 0
                found.append((line, Place.END))
            else:
                found.append((line, Place.INSIDE if opened else Place.OUTSIDE))
        if opened:
            raise RegionError(self, opened, nested=False)
        return found

    def without(self, text: str, stub: Callable[[int], Sequence[str]] = lambda _: ()) -> str:
        """A text without its regions. Raises RegionError.

        `stub` gives the lines that stand for the region that begins at a line (counted from 1); they get that line's
        indentation.
        """
        kept: list[str] = []
        for number, (line, place) in enumerate(self.lines(text), start=1):
            if place is Place.OUTSIDE:
                kept.append(line)
            elif place is Place.BEGIN:
                margin = line[: len(line) - len(line.lstrip())]
                kept += [margin + stub_line for stub_line in stub(number)]
        return "\n".join(kept)

    def unmarked(self, text: str) -> str:
        """A text with its regions, and without the lines that mark them. Raises RegionError."""
        return "\n".join(line for line, place in self.lines(text) if place in (Place.INSIDE, Place.OUTSIDE))

    def inside(self, text: str) -> list[str]:
        """The text of each region, in order, markers left out. Raises RegionError."""
        regions: list[list[str]] = []
        for line, place in self.lines(text):
            if place is Place.BEGIN:
                regions.append([])
            elif place is Place.INSIDE:
                regions[-1].append(line)
        return ["\n".join(lines) for lines in regions]

    def mark(self, text: str) -> bool:
        """Whether a region of this kind begins in a text."""
        return any(self.begin in line for line in text.split("\n"))

    @property
    def comments(self) -> tuple[str, str]:
        """Both markers as an author would write them into a code cell."""
        begin, end = (mark if mark.startswith("#") else f"### {mark}" for mark in (self.begin, self.end))
        return begin, end


@dataclass(frozen=True)
class Delimiters:
    """How a course marks what students never see; nbgrader's own words where it has set none."""

    solution: Markers = Markers("BEGIN SOLUTION", "END SOLUTION")
    hidden: Markers = Markers("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
    mark_scheme: Markers = Markers("BEGIN MARK SCHEME", "END MARK SCHEME")

    def __iter__(self) -> Iterator[Markers]:
        """The kinds of regions, in the order in which nbgrader takes them out."""
        yield from (self.solution, self.hidden, self.mark_scheme)

    def sorted_lines(self, text: str) -> tuple[list[str], list[str]]:
        """The lines of a text that students see, and those that they never see; markers are neither.

        Raises RegionError.
        """
        public, secret = self._numbered_lines(text)
        return [line for _, line in public], [line for _, line in secret]

    def secret_lines(self, text: str) -> list[int]:
        """The numbers, from 1, of the lines of a text that students never see. Raises RegionError."""
        return [number for number, _ in self._numbered_lines(text)[1]]

    def _numbered_lines(self, text: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        public = list(enumerate(text.split("\n"), start=1))
        secret: list[tuple[int, str]] = []
        for markers in self:
            left = markers.lines("\n".join(line for _, line in public)) if public else []
            placed = list(zip(public, left, strict=True))
            secret += [numbered for numbered, (_, place) in placed if place is Place.INSIDE]
            public = [numbered for numbered, (_, place) in placed if place is Place.OUTSIDE]
        return public, sorted(secret)

    def released(self, text: str) -> str:
        """The part of a text that students see, with nothing in place of what they don't. Raises RegionError."""
        return "\n".join(self.sorted_lines(text)[0])

    def solved(self, text: str) -> str:
        """A text with its solutions, and without hidden tests and mark schemes. Raises RegionError."""
        return self.mark_scheme.without(self.hidden.without(text))

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Delimiters:
        """What `to_json` gave."""
        return cls(**{kind: Markers(**markers) for kind, markers in data.items()})


NBGRADERS_OWN = Delimiters()
"""nbgrader's delimiters where a course has set none."""
