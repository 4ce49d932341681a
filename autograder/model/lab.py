"""A lab's own settings, notebooks/LAB/lab.toml: what the lab page says and what the release is checked against."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from autograder.model.exceptions import CourseError
from autograder.model.times import TimeError, read_time


@dataclass(frozen=True)
class NotebookSettings:
    """A notebook as the lab page announces it.

    `minutes` are planned for the part that carries the `points`, `further` for what goes on after it.
    """

    name: str
    title: str
    about: str
    minutes: int
    points: float
    further: int = 0


@dataclass(frozen=True)
class Reading:
    """Something to read, and what it is good for. `url` is empty for what is on no web page."""

    title: str
    about: str
    url: str = ""


@dataclass(frozen=True)
class Change:
    """One entry of the lab page's change history."""

    date: str
    text: str


@dataclass(frozen=True)
class Lab:
    """The settings of one lab. `repository` is the public one, as owner/name, from which every link is made.

    `site` is the address at which the folder release/ is served, without a slash at its end; empty when it is nowhere.
    `before` says what to know before the first notebook, `slides` are the course's own, `reading` follows the order of
    the notebooks; each may be empty. `due` is when hand-ins are due, None where lateness is not looked at. `libraries`
    are what notebooks may import beside the standard library, by the names under which they are imported.
    """

    name: str
    title: str
    repository: str
    branch: str
    summary: str
    learn: tuple[str, ...]
    handin: str
    acknowledgements: str
    notebooks: tuple[NotebookSettings, ...]
    changes: tuple[Change, ...]
    before: str = ""
    site: str = ""
    slides: tuple[Reading, ...] = ()
    reading: tuple[Reading, ...] = ()
    due: datetime | None = None
    libraries: tuple[str, ...] = ("numpy", "matplotlib", "torch")

    @property
    def placeholder(self) -> str:
        """What is wrong with a repository that nobody has put in yet, empty where there is one."""
        if not self.repository.lower().startswith(("your-", "owner/")):
            return ""
        return f"repository is still {self.repository!r}: the links of the lab page lead nowhere; put your own in"

    @property
    def points(self) -> float:
        """The points of the whole lab."""
        return sum(notebook.points for notebook in self.notebooks)


def read_lab(folder: Path) -> Lab:
    """Read folder/lab.toml. Raises CourseError, which names the file and the setting, when it cannot be used."""
    path = folder / "lab.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        remedy = "copy the lab.toml of another lab and change its settings"
        raise CourseError("is missing", file=path, remedy=remedy) from error
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot be read: {error}", file=path) from error

    def setting(name: str, kind: type, table: Any = data, where: str = "") -> Any:
        value = table.get(name) if isinstance(table, dict) else None
        if value is None or not isinstance(value, kind) or isinstance(value, bool):
            raise CourseError(f"should be {_KINDS[kind]}, and is {value!r}", file=path, place=f"{where}{name}")
        return value

    def texts(name: str) -> tuple[str, ...]:
        value = setting(name, list)
        if not all(isinstance(text, str) for text in value):
            raise CourseError(f"should be a list of texts, and is {value!r}", file=path, place=name)
        return tuple(value)

    def optional(name: str, kind: type, table: Any = data, where: str = "") -> Any:
        return setting(name, kind, table, where) if isinstance(table, dict) and name in table else kind()

    def readings(name: str) -> tuple[Reading, ...]:
        return tuple(
            Reading(
                title=setting("title", str, table, f"{name} {place}: "),
                about=optional("about", str, table, f"{name} {place}: ").strip(),
                url=optional("url", str, table, f"{name} {place}: "),
            )
            for place, table in enumerate(optional(name, list), start=1)
        )

    repository = setting("repository", str)
    if repository.count("/") != 1 or not all(repository.split("/")):
        raise CourseError(f"should be owner/name, and is {repository!r}", file=path, place="repository")
    site = optional("site", str)
    if site and not re.match(r"https?://[^/\s]+\S*$", site):
        raise CourseError(f'should be an address such as "https://...", and is {site!r}', file=path, place="site")
    return Lab(
        name=folder.name,
        title=setting("title", str),
        repository=repository,
        branch=setting("branch", str),
        summary=setting("summary", str).strip(),
        learn=texts("learn"),
        handin=setting("handin", str).strip(),
        acknowledgements=setting("acknowledgements", str).strip(),
        notebooks=tuple(
            NotebookSettings(
                name=setting("name", str, table, f"notebook {place}: "),
                title=setting("title", str, table, f"notebook {place}: "),
                about=setting("about", str, table, f"notebook {place}: ").strip(),
                minutes=setting("minutes", int, table, f"notebook {place}: "),
                points=_points(table.get("points"), path, place),
                further=optional("further", int, table, f"notebook {place}: "),
            )
            for place, table in enumerate(setting("notebooks", list), start=1)
        ),
        changes=tuple(
            Change(
                date=str(setting("date", object, table, f"change {place}: ")),
                text=setting("text", str, table, f"change {place}: ").strip(),
            )
            for place, table in enumerate(optional("changes", list), start=1)
        ),
        before=optional("before", str).strip(),
        site=site.rstrip("/"),
        slides=readings("slides"),
        reading=readings("reading"),
        due=_due(data, path),
        libraries=texts("libraries") if "libraries" in data else Lab.libraries,
    )


def read_due(folder: Path) -> datetime | None:
    """When hand-ins are due, says folder/lab.toml; None where it says nothing or is not there. Raises CourseError."""
    path = folder / "lab.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot be read: {error}", file=path) from error
    return _due(data, path)


def _points(given: Any, path: Path, place: int) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or given < 0:
        raise CourseError(f"should be a number, and is {given!r}", file=path, place=f"notebook {place}: points")
    return float(given)


def read_title(folder: Path) -> str:
    """The title that folder/lab.toml gives, empty where it gives none."""
    try:
        title = tomllib.loads((folder / "lab.toml").read_text(encoding="utf-8")).get("title")
    except (OSError, ValueError):
        return ""
    return title if isinstance(title, str) else ""


def _due(data: dict[str, Any], path: Path) -> datetime | None:
    given = data.get("due")
    if given is None:
        return None
    try:
        if not isinstance(given, (str, date)):
            raise TimeError(f"{given!r} is not a time")  # noqa: TRY301 - one place says where it stands
        return read_time(given)
    except TimeError as error:
        raise CourseError(f"{error}", file=path, place="due") from error


_KINDS = {str: "a text", int: "a whole number", list: "a list", object: "given"}
