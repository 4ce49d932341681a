"""What can be proved of a release by reading it: no leak, names and points, self-contained, the right format."""

from __future__ import annotations

import ast
import base64
import copy
import keyword
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from autograder.masters import CHECKER_ID, PLAN_ID
from autograder.model.course import items_of
from autograder.notebook.cells import Role, grade_id_of, role_of
from autograder.release.preview import preview
from autograder.release.proofs.subject import LabSubject, Problem, Subject, name_of

"""What Colab has and the notebooks may use, beside the standard library."""

NETWORK_MODULES = {"ftplib", "http", "imaplib", "poplib", "smtplib", "socket", "ssl", "telnetlib", "urllib", "xmlrpc"}
CELL_METADATA = {"nbgrader", "cellView", "jupyter", "deletable", "editable"}
NOTEBOOK_METADATA = {"kernelspec", "language_info"}

_PICTURE = re.compile(
    r"!\[[^\]]*\]\(\s*<?(?!data:|attachment:)([^)\s>]+)|<img[^>]+src=[\"']?(?!data:|attachment:)([^\"'\s>]+)"
)
_MIN_NEEDLE = 4


def no_leak(subject: Subject) -> Iterator[Problem]:
    """No line of a solution or hidden test stands in the release more often than in the public part of the source.

    Every text of the released file is searched: sources, metadata, outputs, attachments (decoded).
    """
    public, secret = _sorted_source(subject)
    shown = [_normal(cell.source) for cell in public.cells]
    texts = list(_texts_of(subject.released))
    for needle, owner in secret.items():
        allowed = sum(text.count(needle) for text in shown)
        found = [(where, text.count(needle)) for where, text in texts if needle in text]
        if sum(count for _, count in found) > allowed:
            places = ", ".join(sorted({where for where, _ in found}))
            yield Problem(
                subject.name,
                owner,
                f"the line {needle[:80]!r} of its solution or hidden tests is in the release, in {places}",
                "put it between the markers of a solution or of hidden tests, or clear the output or metadata it is in",
            )


def no_leak_on_the_page(subject: Subject) -> Iterator[Problem]:
    """No line of a solution or hidden test stands on the preview more often than on that of the source's public part.

    Both are pages, because Markdown reads otherwise when it is shown. It is kept like a proof by running, for which it
    takes long enough.
    """
    public, secret = _sorted_source(subject)
    allowed, said = _said_by(preview(public, subject.settings.title)), _said_by(subject.page)
    for needle, owner in secret.items():
        if said.count(needle) > allowed.count(needle):
            found = f"the line {needle[:80]!r} of its solution or hidden tests is on the preview page"
            remedy = "put it between the markers of a solution or of hidden tests"
            yield Problem(subject.name, owner, found, remedy)


def nothing_attached(subject: Subject) -> Iterator[Problem]:
    """No outputs, no attachments in cells of exercises, no metadata beyond what the release needs."""
    for key in sorted(set(subject.released.metadata) - NOTEBOOK_METADATA):
        yield subject.problem(None, f"the notebook has the metadata {key!r}", "take it out of the master")
    for cell in subject.released.cells:
        if cell.get("outputs") or cell.get("execution_count"):
            yield subject.problem(cell, "it has outputs or an execution count", "clear the outputs of the source")
        if cell.get("attachments") and grade_id_of(cell):
            yield subject.problem(cell, "a cell of an exercise has attachments", "move the picture to a prose cell")
        for key in sorted(set(cell.metadata) - CELL_METADATA):
            yield subject.problem(cell, f"it has the metadata {key!r}", "take it out of the master's header")


def self_contained(subject: Subject) -> Iterator[Problem]:
    """One file, no download, no installation, no import beyond the standard library and lab.toml's."""
    for cell in subject.released.cells:
        if cell.cell_type == "markdown":
            for match in _PICTURE.finditer(cell.source):
                picture = match[1] or match[2]
                yield subject.problem(cell, f"it shows {picture!r} from elsewhere", "draw it in a code cell as SVG")
            continue
        for line in cell.source.split("\n"):
            if re.match(r"\s*(!|%%?(pip|conda|mamba|uv|bash|sh|script|run|load|writefile)\b)", line):
                yield subject.problem(cell, f"it runs {line.strip()!r}", "write it in Python: nothing is installed")
        for module in sorted(_imports(cell.source)):
            if module in NETWORK_MODULES:
                yield subject.problem(cell, f"it imports {module}, which reaches the network", "do without")
            elif module not in subject.libraries and module not in sys.stdlib_module_names:
                listed = ", ".join(subject.libraries)
                remedy = f"add it to libraries in lab.toml, or use the standard library and {listed} only"
                yield subject.problem(cell, f"it imports {module}", remedy)


def colab_format(subject: Subject) -> Iterator[Problem]:
    """nbformat 4.4 without cell ids, which is what Colab reads and writes."""
    released = subject.released
    if (released.nbformat, released.nbformat_minor) != (4, 4):
        found = f"the format is {released.nbformat}.{released.nbformat_minor}"
        yield subject.problem(None, found, "the release is written as nbformat 4.4")
    for cell in released.cells:
        if "id" in cell:
            yield subject.problem(cell, "it has a cell id", "nbformat 4.4 has none; take it out")


def same_cells(subject: Subject) -> Iterator[Problem]:
    """Every exercise of the source is in the release, with the same points."""
    source = {item.grade_id: item.points for item in items_of(subject.source)}
    released = {item.grade_id: item.points for item in items_of(subject.released)}
    for grade_id, points in source.items():
        if released.get(grade_id) != points:
            found = f"it has {points:g} points in the source and {released.get(grade_id)} in the release"
            yield Problem(subject.name, grade_id, found, "let nbgrader's generate step keep its metadata")


def tests_are_folded(subject: Subject) -> Iterator[Problem]:
    """Test cells and the checker are folded away in Colab, where their title is seen, and in JupyterLab."""
    checkers = {CHECKER_ID, PLAN_ID}
    for cell in subject.released.cells:
        if grade_id_of(cell) not in checkers and role_of(cell) is not Role.TEST:
            continue
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
        if not (cell.source.startswith("#@title ") and cell.metadata.get("cellView") == "form" and hidden):
            yield subject.problem(cell, "it is not folded away", "build it with `autograder build`")


def names_and_points(lab: LabSubject) -> Iterator[Problem]:
    """Grade ids are unique in the lab, and points add up to what the lab page says."""
    owners: dict[str, str] = {}
    for subject in lab.notebooks:
        graded = [grade_id for cell in subject.source.cells if (grade_id := grade_id_of(cell))]
        for grade_id, count in Counter(graded).items():
            if count > 1:
                yield Problem(subject.name, grade_id, f"{count} cells have this grade id", "give each its own name")
        for item in items_of(subject.source):
            if item.grade_id in owners:
                found = f"the notebook {owners[item.grade_id]} has an item of the same name"
                yield Problem(subject.name, item.grade_id, found, "rename one; hand-ins are recognised by these names")
            owners.setdefault(item.grade_id, subject.name)
        points = sum(item.points for item in items_of(subject.source))
        if points != subject.settings.points:
            found = f"its items have {points:g} points and lab.toml says {subject.settings.points:g}"
            yield Problem(subject.name, "", found, "change lab.toml or the points of the items")


def says_something(line: str) -> bool:
    """Whether a line, found elsewhere, would give something away: it has a name or a number, not only keywords."""
    words = re.findall(r"\w+", line)
    return len(line) >= _MIN_NEEDLE and any(not keyword.iskeyword(word) for word in words)


def _sorted_source(subject: Subject) -> tuple[Any, dict[str, str]]:
    """The source with its public lines and without outputs; and each hidden line that says something, with its cell."""
    public = copy.deepcopy(subject.source)
    secret: dict[str, str] = {}
    for cell in public.cells:
        lines, hidden = subject.delimiters.sorted_lines(cell.source)
        for line in hidden:
            if says_something(needle := _normal(line)):
                secret.setdefault(needle, name_of(cell))
        cell.source, cell.outputs = "\n".join(lines), []
    return public, secret


def _normal(text: str) -> str:
    """Text with every run of white space made one space, so that indentation and wrapping hide nothing."""
    return " ".join(text.split())


def _said_by(page: str) -> str:
    """What a page says: its text with comments, then its attributes but for the anchors of headings."""
    from bs4 import BeautifulSoup

    document = BeautifulSoup(page, "html.parser")
    texts = ["".join(str(text) for text in document.find_all(string=True))]
    for tag in document.find_all(True):
        for name, value in tag.attrs.items():
            if name != "id" and not str(value).startswith("#"):
                texts.append(" ".join(value) if isinstance(value, list) else str(value))
    return "\n".join(_normal(text) for text in texts)


def _texts_of(notebook: Any) -> Iterator[tuple[str, str]]:
    """Every text in a notebook, normalised, with the place where it stands."""
    for text in _strings(notebook.metadata):
        yield "the notebook's metadata", _normal(text)
    for cell in notebook.cells:
        place = f"cell {name_of(cell)!r}"
        for part, value in cell.items():
            for text in _strings(value):
                yield (place if part == "source" else f"the {part} of {place}"), _normal(text)
        for files in cell.get("attachments", {}).values():
            for data in files.values():
                decoded = base64.b64decode(data, validate=False).decode("utf-8", errors="replace")
                yield f"an attachment of {place}", _normal(decoded)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        # the lines of an output may be kept as a list
        if value and all(isinstance(inner, str) for inner in value):
            yield "".join(value)
        else:
            for inner in value:
                yield from _strings(inner)


def _imports(source: str) -> set[str]:
    from IPython.core.inputtransformer2 import TransformerManager

    modules: set[str] = set()
    for node in ast.walk(ast.parse(TransformerManager().transform_cell(source))):
        if isinstance(node, ast.Import):
            modules.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add((node.module or ".").partition(".")[0])
    return modules
