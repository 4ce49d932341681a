"""A new course, or a new lab in one: files that build, are released and grade hand-ins as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import jinja2

from autograder.files import write_atomically
from autograder.model.exceptions import CourseError

NOTEBOOK = "1_First"


def write_new(root: Path, lab: str) -> Iterator[Path]:
    """Write a lab into the course at `root`, and what a course needs where it is not there; give the files written.

    What is there is never changed. Raises CourseError when the lab is there already, or its name cannot be one.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", lab):
        raise CourseError(f"{lab!r} cannot name a lab", remedy="letters, digits, hyphens and underscores can")
    notebooks = root / "notebooks"
    if (notebooks / lab).exists():
        raise CourseError("is there already", file=notebooks / lab, remedy="give another --lab")
    values = {"lab": lab, "course": root.resolve().name, "date": datetime.now(UTC).date().isoformat()}
    for path, template in (
        (root / "nbgrader_config.py", "config.j2"),
        (notebooks / "checker.py", "checker.txt"),
        (notebooks / lab / "lab.toml", "lab.j2"),
        (notebooks / lab / f"{NOTEBOOK}.py", "master.j2"),
        (root / "tests" / "answers" / NOTEBOOK / "mean.py", "answers.j2"),
    ):
        if path.exists():
            continue
        text = resources.files("autograder.release").joinpath(f"templates/new/{template}").read_text(encoding="utf-8")
        if template.endswith(".j2"):
            # plain text, made of the author's own words
            environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)  # noqa: S701
            text = environment.from_string(text).render(values)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
        yield path
