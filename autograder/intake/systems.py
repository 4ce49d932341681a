"""Whose file it is: the naming of Moodle, Canvas, Blackboard, Gradescope and nbgrader, folders of users, flat folders.

A claim says which student a file belongs to and which attempt it is; it rests on names alone, never on what is inside a
notebook. A mapping file comes before everything else.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from autograder.intake.archives import Entry, archive_stem, is_archive, printable
from autograder.intake.records import Student

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?")
# two digits at least: `ann_2_1_ForwardAD.ipynb` is not from Canvas
CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d{2,})_(?P<attempt>\d{2,})_(?P<file>.+)")
CANVAS_ANONYMOUS = re.compile(r"anon_(?P<late>LATE_)?(?P<id>[A-Za-z0-9]{5})_(?P<attempt>\d+)_(?P<file>.+)")
BLACKBOARD = re.compile(r"(?P<front>.+)_attempt_(?P<time>\d{4}(?:-\d{2}){5})(?:_(?P<file>.+)|\.txt)")
BLACKBOARD_NAME = re.compile(r"^Name:\s*(?P<name>.+?)\s*\((?P<id>[^()]+)\)\s*$", re.MULTILINE)
GRADESCOPE_FOLDER = re.compile(r"submission_\d+")
GRADESCOPE_LIST = "submission_metadata.yml"
EXCHANGE = re.compile(
    r"(?P<id>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d[:_]\d\d[:_]\d\d)[^+]*(?:\+.*)?"
)

NOISE = {"__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__", ".idea", ".vscode", "Icon\r", ".Trash"}
NOISE_FILES = {".ds_store", "thumbs.db", "desktop.ini", ".gitignore", ".gitattributes", ".gitkeep", "timestamp.txt"}
# folders that say nothing about who it is
GENERIC_WORDS = """
submitted submission submissions handin handins notebook notebooks colabnotebooks source src code work files file
downloads download desktop documents home mydrive drive old older backup final new draft copy output outputs release
released lab labs assignment assignments coursework homework tmp temp untitledfolder neuerordner
"""
GENERIC = frozenset(GENERIC_WORDS.split())
GENERIC_NUMBERED = re.compile(r"(attempt|version|v|lab|week|assignment|coursework|cw|homework|hw|exercise|part)\d+")
GROUP_FOLDER = re.compile(
    r"(group|tutorial|section|class|set|cohort|seminar|tutor|gruppe|groupe|grupo)[\W_]*\w{0,3}", re.IGNORECASE
)
SEPARATORS = " \t-_.,+~()[]"
COPY_MARKS = re.compile(
    r"^(?:copy|kopie|kopia|copie|copia|cópia|kopi|копия|kopya)[ _]+(?:of|von|de|di|da|av|af|z)?[ _]*"
    r"|^(?:副本|コピー)[ _~\-]*"
    r"|[ _]*[-\u2013][ _]*(?:copy|kopie|copie|copia|cópia|kopia|копия|副本|コピー)\d*$|[ _](?:copy|kopie)\d*$"
    r"|(?:的)?副本$|[ _]*\(\d+\)$|-checkpoint$|[_.]ipynb$|\.(?:txt|json)$",
    re.IGNORECASE,
)
MAX_ID_BYTES = 120
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
SHORTEST_NOTEBOOK_TOKEN = 3


class MappingError(Exception):
    """The mapping file cannot be used; the message says the line and the remedy."""


@dataclass(frozen=True)
class Claim:
    """Whose a file is, by its name: `raw` identifies the student, before it is made safe for a folder.

    `attempt` orders the attempts of one student, the greatest is the newest; `origin` is where in the pile the
    student was found, for telling two students of one id apart; `note` is one sentence for the record, or empty.
    """

    raw: str
    name: str = ""
    system: str = "folder"
    system_id: str = ""
    attempt: tuple[int, ...] = ()
    origin: str = ""
    note: str = ""

    @property
    def student(self) -> Student:
        """The student, with an id that is safe as a file name."""
        return Student(safe_id(self.raw, unique=bool(self.system_id)), self.name, self.system, self.system_id)


def safe_id(raw: str, *, unique: bool = False) -> str:
    """A folder name for a student: letters of every script, digits, `.`, `_`, `-`, `@` and `'`.

    Two different ids get different names: where more than spaces had to be replaced, a short hash of the original is
    put behind, unless the id is known to be `unique` anyway.
    """
    text = "_".join(unicodedata.normalize("NFC", raw).split())
    kept = "".join(c if c in "._-@'" or unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    safe = kept.lstrip(".-").rstrip(".")
    encoded = safe.encode("utf-8")
    if len(encoded) > MAX_ID_BYTES:
        safe = encoded[:MAX_ID_BYTES].decode("utf-8", "ignore")
    if (safe != text and not unique) or len(encoded) > MAX_ID_BYTES or RESERVED.fullmatch(safe) or not safe:
        safe = f"{safe or 'student'}-{hashlib.sha256(raw.encode('utf-8', 'replace')).hexdigest()[:6]}"
    return safe


def canonical(text: str) -> str:
    """Only the letters and digits, for comparing names."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def is_noise(parts: Sequence[str]) -> bool:
    """Whether a file is left behind by a system rather than handed in."""
    hidden = {"__MACOSX", ".git", "__pycache__", ".idea", ".vscode", ".Trash"}
    return bool(hidden & set(parts[:-1])) or parts[-1].lower() in NOISE_FILES or parts[-1].startswith("._")


def is_checkpoint(parts: Sequence[str]) -> bool:
    """Whether a file is one of Jupyter's own copies."""
    return ".ipynb_checkpoints" in parts[:-1] or "-checkpoint." in parts[-1].lower()


def notebook_like(name: str) -> bool:
    """Whether a file of this name may be a notebook. Browsers save them as .txt or .json too."""
    lower = name.lower()
    return ".ipynb" in lower or lower.endswith((".json", "_ipynb", "_ipynb.txt"))


@dataclass(frozen=True)
class Names:
    """The names that the assignment itself uses, so that they are not taken for students."""

    assignment: str
    notebooks: tuple[str, ...]

    def generic(self, folder: str) -> bool:
        """Whether a folder's name says nothing about a person."""
        plain = canonical(strip_copy_marks(folder))
        return (
            plain in GENERIC
            or plain == canonical(self.assignment)
            or plain in {canonical(name) for name in self.notebooks}
            or bool(GENERIC_NUMBERED.fullmatch(plain))
            or not plain
        )

    def guess(self, file: str) -> str:
        """Which notebook a file name speaks of, or an empty text."""
        plain = canonical(strip_copy_marks(stem_of(file)))
        whole = [name for name in self.notebooks if canonical(name) in plain]
        if len(whole) == 1:
            return whole[0]
        lower = file.casefold()
        tokens = [name for name in self.notebooks if any(token in lower for token in distinct_tokens(name))]
        return tokens[0] if len(tokens) == 1 else ""

    def strip(self, file: str) -> tuple[bool, str]:
        """Whether a file name speaks of a notebook, and what is left of it without: perhaps a student."""
        rest = strip_copy_marks(stem_of(file))
        found = False
        names = sorted(self.notebooks, key=len, reverse=True)
        for text in [*names, *(token for name in names for token in distinct_tokens(name)), self.assignment]:
            pattern = r"[\s_\-.]*".join(re.escape(part) for part in re.split(r"[\s_\-.]+", text) if part)
            shorter = re.sub(rf"(?<![^\W_]){pattern}(?![^\W_])", " ", rest, count=1, flags=re.IGNORECASE)
            if pattern and shorter != rest:
                found, rest = True, shorter
        return found, strip_copy_marks(rest).strip(SEPARATORS)


def distinct_tokens(name: str) -> list[str]:
    """The parts of a notebook's name that can stand for it alone: `2.1`, `ForwardAD`."""
    parts = re.split(r"[\s_\-]+", name)
    return [part.casefold() for part in parts if len(part) >= SHORTEST_NOTEBOOK_TOKEN] if len(parts) > 1 else []


def stem_of(file: str) -> str:
    """A file name without the suffixes of a notebook."""
    return re.sub(r"(?i)(\.ipynb|\.json|\.txt)+$", "", archive_stem(file)) or file


def strip_copy_marks(stem: str) -> str:
    """A name without what makes it a copy: `Copy of`, `(1)`, `_ipynb`, in several languages, repeated or not."""
    text = unicodedata.normalize("NFC", stem).strip().strip('"')
    while True:
        shorter = COPY_MARKS.sub("", text).strip().strip('"')
        if shorter == text or not shorter:
            return text
        text = shorter


class Mapping:
    """The mapping file: which student a file belongs to, for hand-ins whose names do not say."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        """`rows` are pairs of a pattern and a student; an empty student leaves the file out."""
        self._rows = rows

    @classmethod
    def read(cls, path: Path) -> Mapping:
        """Read a CSV file with the columns pattern and student. Raises MappingError."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                lines = list(csv.reader(stream))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise MappingError(f"{path} cannot be read as a CSV file in UTF-8: {error}") from error
        rows = []
        for number, line in enumerate(lines, start=1):
            cells = [cell.strip() for cell in line]
            if not any(cells):
                continue
            if number == 1 and [cell.lower() for cell in cells[:2]] in (["pattern", "student"], ["file", "student"]):
                continue
            if len(cells) < 2 or not cells[0]:  # noqa: PLR2004
                raise MappingError(f"{path}, line {number}: two columns are needed, `pattern,student`")
            rows.append((cells[0], cells[1]))
        return cls(rows)

    def student(self, entry: Entry) -> str | None:
        """The student of a file, an empty text when it is to be left out, None when the mapping says nothing."""
        inside = "/".join(entry.parts[1:])
        whole = "/".join(entry.parts)
        for pattern, student in self._rows:
            if pattern in (entry.parts[-1], inside, whole, entry.path):
                return student
            if any(fnmatchcase(text, pattern) for text in (entry.parts[-1], inside, whole, entry.path)):
                return student
        return None


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


class Claims:
    """Decides for every file of a pile whose it is."""

    def __init__(self, names: Names, mapping: Mapping | None = None) -> None:
        self.names = names
        self.mapping = mapping
        # Gradescope's list by the folder that it stands in; Blackboard's own notes by the front of their names
        self.gradescope: dict[tuple[int, tuple[str, ...]], dict[str, list[Claim]]] = {}
        self.blackboard: dict[str, tuple[str, str]] = {}

    def assign(self, entries: list[Entry]) -> dict[int, list[Claim]]:
        """The claims on each entry, by its place in `entries`; a group's hand-in has one for each member.

        A file that nobody can be named for has none.
        """
        claims: dict[int, list[Claim]] = {}
        rest = []
        fronts = self._blackboard_fronts(entries)
        for number, entry in enumerate(entries):
            found = self._by_name(entry, fronts)
            if found is None:
                rest.append((number, entry))
            else:
                claims[number] = found
        by_path = {id(entry): number for number, entry in rest}
        for entry, claim in self._by_place([entry for _, entry in rest]):
            claims[by_path[id(entry)]] = [claim]
        return claims

    def _by_name(self, entry: Entry, fronts: dict[str, str]) -> list[Claim] | None:
        if self.mapping is not None:
            student = self.mapping.student(entry)
            if student is not None:
                return [Claim(student, system="mapping", system_id=student)] if student else []
        for depth, part in enumerate(entry.parts):
            known = self.gradescope.get((entry.root, entry.parts[:depth]), {})
            if part in known or archive_stem(part) in known:
                return known.get(part) or known[archive_stem(part)]
            claim = system_claim(part, fronts, self.blackboard)
            if claim is not None:
                return [claim]
        return None

    def _blackboard_fronts(self, entries: Iterable[Entry]) -> dict[str, str]:
        """For each `assignment_student` the student: what is left without the words that all of them start with."""
        fronts = {match["front"] for entry in entries for part in entry.parts if (match := BLACKBOARD.fullmatch(part))}
        words = [front.split("_") for front in sorted(fronts)]
        common = 0
        while len(words) > 1 and all(len(word) > common + 1 and word[common] == words[0][common] for word in words):
            common += 1
        return {"_".join(word): "_".join(word[common:] if len(words) > 1 else word[-1:]) for word in words}

    def _by_place(self, entries: list[Entry]) -> list[tuple[Entry, Claim]]:
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
                if part not in NOISE:
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
            note=f"no student is named; the folder's name is used: {printable(name, 60)}",
        )
        # a file beside the notebooks that is none, say a list of marks, is nobody's
        for entry in folder.files if one and notebooks else notebooks:
            _, rest = stripped.get(id(entry), (False, ""))
            if one or not rest:
                yield entry, shared
            else:
                yield entry, Claim(rest, system="file", origin=origin)


def system_claim(part: str, fronts: dict[str, str], notes: dict[str, tuple[str, str]]) -> Claim | None:
    """The claim in one name of a path, when it is named as a learning system names it."""
    stem = archive_stem(part)
    if match := MOODLE.fullmatch(stem):
        name = match["name"]
        return Claim(f"{name}_{match['id']}", name, "moodle", match["id"])
    if match := BLACKBOARD.fullmatch(part):
        front = match["front"]
        name, login = notes.get(front, ("", fronts.get(front, front)))
        time = tuple(int(number) for number in match["time"].split("-"))
        return Claim(login, name, "blackboard", login, time)
    if match := CANVAS_ANONYMOUS.fullmatch(part) or CANVAS.fullmatch(part):
        name = match["name"] if "name" in match.re.groupindex else "anonymous"
        note = "handed in late, says Canvas" if match["late"] else ""
        return Claim(f"{name}_{match['id']}", name, "canvas", match["id"], (int(match["attempt"]),), note=note)
    if match := EXCHANGE.fullmatch(part):
        time = tuple(int(number) for number in re.findall(r"\d+", match["time"]))
        return Claim(match["id"], "", "nbgrader", match["id"], time)
    return None


def read_blackboard_note(data: bytes) -> tuple[str, str] | None:
    """The full name and the login in the text file that Blackboard puts beside each attempt."""
    match = BLACKBOARD_NAME.search(data[:4096].decode("utf-8", "replace"))
    return (match["name"], match["id"]) if match else None


def read_gradescope_list(data: bytes) -> dict[str, list[Claim]]:
    """The submitters of each folder in Gradescope's submission_metadata.yml. Raises ValueError when it is none.

    Only scalars are looked at, as events: nothing is constructed, and aliases are not expanded.
    """
    found: dict[str, list[dict[str, str]]] = {}
    created: dict[str, str] = {}
    path: list[str | None] = []  # the keys of the open mappings; None for a list
    key: str | None = None
    expects_key: list[bool] = []
    try:
        for event in yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                path.append(key)
                expects_key.append(isinstance(event, yaml.MappingStartEvent))
                if isinstance(event, yaml.MappingStartEvent) and len(path) == 4 and path[2] == ":submitters":  # noqa: PLR2004
                    found.setdefault(str(path[1]), []).append({})
                key = None
                continue
            if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                path.pop()
                expects_key.pop()
                key = None
                continue
            if not isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
                continue
            value = event.value if isinstance(event, yaml.ScalarEvent) else ""
            if expects_key and expects_key[-1] and key is None:
                key = value
                continue
            if len(path) == 4 and path[2] == ":submitters" and key and found.get(str(path[1])):  # noqa: PLR2004
                found[str(path[1])][-1][key] = value
            elif len(path) == 2 and key == ":created_at":  # noqa: PLR2004
                created[str(path[1])] = value
            key = None
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        raise ValueError(f"{GRADESCOPE_LIST} cannot be read: {error}") from error
    return {folder: gradescope_claims(people, created.get(folder, "")) for folder, people in found.items()}


def gradescope_claims(people: list[dict[str, str]], created: str) -> list[Claim]:
    """One claim for each member of the group that handed in."""
    others = ", ".join(printable(person.get(":name", ""), 60) for person in people)
    note = f"handed in as a group: {others}" if len(people) > 1 else ""
    claims = []
    for person in people:
        raw = person.get(":sid") or person.get(":email") or person.get(":name") or ""
        if raw:
            claims.append(Claim(raw, person.get(":name", ""), "gradescope", raw, attempt_of(created), note=note))
    return claims


def attempt_of(created: str) -> tuple[int, ...]:
    """A time as numbers that sort."""
    try:
        plain = created.strip().replace(" UTC", "+00:00").replace("Z", "+00:00")
        return (int(datetime.fromisoformat(plain).timestamp()),)
    except (ValueError, OverflowError, OSError):
        return tuple(int(number) for number in re.findall(r"\d{1,9}", created)[:6])


def conflicts(claims: Iterable[Claim]) -> dict[str, str]:
    """For each safe id that two different students would share, why neither can be taken."""
    names: dict[str, dict[str, str]] = defaultdict(dict)  # folder -> what the student is called -> safe id
    origins: dict[str, dict[str, str]] = defaultdict(dict)  # folder -> group -> safe id
    numbers: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)  # number in a system -> name -> safe id
    for claim in claims:
        student = claim.student
        # file systems that ignore case would mix them up
        folder = student.id.casefold()
        names[folder][unicodedata.normalize("NFC", claim.raw)] = student.id
        group = claim.origin.partition("/")[2]
        if group:
            origins[folder][group] = student.id
        if claim.system_id and claim.name:
            numbers[claim.system, claim.system_id][canonical(claim.name)] = student.id
    found: dict[str, str] = {}
    for known in (*names.values(), *origins.values(), *numbers.values()):
        if len(known) > 1:
            shown = " and ".join(sorted(printable(name, 60) for name in known))
            reason = f"two students with one id: {shown}; rename one, or give --mapping"
            found.update(dict.fromkeys(known.values(), reason))
    return found
