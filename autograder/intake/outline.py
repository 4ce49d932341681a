"""What a cell defines and uses, from its text alone.

The parser is bounded: long or deeply nested sources, and those that are not Python, fall back to reading line by line.
Nothing is ever run.
"""

from __future__ import annotations

import ast
import functools
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.notebook.parsing import parse

PARSE_CHARS = 40_000
LINE_CHARS = 4_000
# blanks of one line only: a pattern that runs on over blank lines takes the square of their number
MAGIC = re.compile(r"^(?P<indent>[^\S\n]*)(?:%|!|\?).*$|^(?P<help>[^\S\n]*)[\w.]+\?+[^\S\n]*$", re.MULTILINE)
CELL_MAGIC = re.compile(r"\A\s*%%.*")
TOP_DEFINITION = re.compile(r"^(?:async\s+)?(?:def|class)\s+([^\W\d]\w*)", re.MULTILINE)
TOP_ASSIGNMENT = re.compile(r"^([^\W\d][\w.]*)[^\S\n]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """One statement at the top level: its lines (from 1, both ends included), what it defines, binds and reads.

    `keys` are the names that it is known by: functions, classes, `Class.method`, assigned names and attributes.
    `definition` tells functions, classes and imports from the rest; `methods` holds the lines of each method of a
    class.
    """

    first: int
    last: int
    keys: frozenset[str]
    binds: frozenset[str]
    loads: frozenset[str]
    definition: bool
    methods: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Outline:
    """The statements of a cell; `parsed` is false when they were guessed line by line."""

    statements: tuple[Statement, ...]
    parsed: bool = True

    @functools.cached_property
    def keys(self) -> frozenset[str]:
        """Everything that the cell defines."""
        return frozenset().union(*(statement.keys for statement in self.statements))

    @functools.cached_property
    def binds(self) -> frozenset[str]:
        """Every global name that the cell gives a value."""
        return frozenset().union(*(statement.binds for statement in self.statements))

    @functools.cached_property
    def loads(self) -> frozenset[str]:
        """Every name that the cell reads, also inside of its functions."""
        return frozenset().union(*(statement.loads for statement in self.statements))


@functools.lru_cache(maxsize=2048)  # more than a notebook may have cells, ours and a hand-in's
def outline(source: str) -> Outline:
    """The outline of a cell's source. Never raises."""
    if len(source) <= PARSE_CHARS and all(len(line) <= LINE_CHARS for line in source.splitlines()):
        plain = CELL_MAGIC.sub("", source)
        plain = MAGIC.sub(lambda match: f"{match['indent'] or match['help'] or ''}pass", plain)
        try:
            tree = parse(plain)
            return Outline(tuple(read_statement(node) for node in tree.body))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return guess(source)


def guess(source: str) -> Outline:
    """Definitions that start a line, for what the parser does not take."""
    names = frozenset(TOP_DEFINITION.findall(source)) | frozenset(TOP_ASSIGNMENT.findall(source))
    last = source.count("\n") + 1
    plain = frozenset(name for name in names if "." not in name)
    return Outline((Statement(1, last, names, plain, frozenset(), definition=False),), parsed=False)


def read_statement(node: ast.stmt) -> Statement:
    """The outline of one statement."""
    keys: set[str] = set()
    methods = []
    definition = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom))
    loads: set[str] = set()
    stores: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            (stores if isinstance(part.ctx, ast.Store) else loads).add(part.id)
    first = node.lineno
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        keys.add(node.name)
        binds = {node.name}
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    start = min([part.lineno, *(decorator.lineno for decorator in part.decorator_list)])
                    methods.append((part.name, start, part.end_lineno or part.lineno))
                    keys.add(f"{node.name}.{part.name}")
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        binds = {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    else:
        binds = stores
        keys |= stores | attribute_keys(node)
    return Statement(
        first,
        node.end_lineno or node.lineno,
        frozenset(keys),
        frozenset(binds),
        frozenset(loads),
        definition,
        tuple(methods),
    )


def attribute_keys(node: ast.stmt) -> set[str]:
    """`Class.method` for `Class.method = f` and `setattr(Class, "method", f)`."""
    keys = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store) and isinstance(part.value, ast.Name):
            keys.add(f"{part.value.id}.{part.attr}")
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "setattr":
            owner, name = (*part.args, None, None)[:2]
            if isinstance(owner, ast.Name) and isinstance(name, ast.Constant) and isinstance(name.value, str):
                keys.add(f"{owner.id}.{name.value}")
    return keys


def extract(source: str, wanted: frozenset[str], attached: dict[str, str]) -> str:
    """The part of a cell that defines `wanted`, with what it needs of the same cell; empty when that cannot be cut out.

    `attached` gives for `Class.method` the name that the method's function has outside of the class: a method written
    into a class is cut out and attached to the class under that name.
    """
    found = outline(source)
    if not found.parsed:
        return ""
    lines = source.splitlines()
    chosen: dict[int, str] = {}
    needed: set[str] = set()
    for number, statement in enumerate(found.statements):
        owner = next(iter(statement.binds)) if statement.methods else ""
        parts = [
            method_text(lines, first, last, owner, name, attached)
            for name, first, last in statement.methods
            if f"{owner}.{name}" in wanted and owner not in wanted
        ]
        if parts:
            chosen[number] = "\n\n".join(parts)
            needed |= set(statement.loads)
        elif statement.keys & wanted:
            chosen[number] = with_lead(lines, found.statements, number)
            needed |= statement.loads
    if not chosen:
        return ""
    grown = True
    while grown:
        grown = False
        for number, statement in enumerate(found.statements):
            if number not in chosen and statement.binds & needed and not statement.methods:
                chosen[number] = with_lead(lines, found.statements, number)
                needed |= statement.loads
                grown = True
    text = ""
    for number in sorted(chosen):
        # what stood together stays as it stood, blank lines and comments included
        gap = "\n" if number - 1 in chosen and not found.statements[number - 1].methods else "\n\n"
        text += gap + (chosen[number] if gap == "\n" else chosen[number].lstrip("\n"))
    return text.strip("\n")


def segment(lines: list[str], statement: Statement) -> str:
    """The text of a statement."""
    return "\n".join(lines[statement.first - 1 : statement.last])


def with_lead(lines: list[str], statements: tuple[Statement, ...], number: int) -> str:
    """The text of a statement with the comments and blank lines above it."""
    start = statements[number - 1].last if number else 0
    statement = statements[number]
    if start >= statement.first:
        # two statements on one line
        start = statement.first - 1
    return "\n".join(lines[start : statement.last])


def method_text(lines: list[str], first: int, last: int, owner: str, name: str, attached: dict[str, str]) -> str:
    """A method as a function that is attached to its class."""
    text = textwrap.dedent("\n".join(lines[first - 1 : last]))
    function = attached.get(f"{owner}.{name}", name)
    head = rf"^(\s*(?:async\s+)?def\s+){re.escape(name)}\b"
    text = re.sub(head, rf"\g<1>{function}", text, count=1, flags=re.MULTILINE)
    return f"{text}\n\n{owner}.{name} = {function}"


def attachments(source: str) -> dict[str, str]:
    """For each `Class.method = function` in a cell the function's name."""
    return dict(re.findall(r"^([^\W\d]\w*\.[^\W\d]\w*)[^\S\n]*=[^\S\n]*([^\W\d]\w*)[^\S\n]*$", source, re.MULTILINE))


def left_open(source: str) -> frozenset[str]:
    """What a stub leaves to be defined: its functions, classes and attributes, and the names that it sets to None."""
    found: set[str] = set()
    for statement in outline(source).statements:
        if statement.definition:
            found |= statement.keys
        else:
            found |= {key for key in statement.keys if "." in key}
    blanks = re.findall(
        r"^([^\W\d]\w*)[^\S\n]*(?::[^=\n]+)?=[^\S\n]*(?:None|\.\.\.)[^\S\n]*(?:#.*)?$", source, re.MULTILINE
    )
    return frozenset(found | set(blanks))


def keys_of(sources: Iterable[str]) -> frozenset[str]:
    """Everything that some cells define."""
    return frozenset().union(*(outline(source).keys for source in sources))
