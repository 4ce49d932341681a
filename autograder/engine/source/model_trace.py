"""What grading a notebook needs to know of its source: the trace of the model solution, the same for every hand-in.

`trace_source` reads the source notebook, `learn_names` has it run once and notes what its cells bind. Then the model
solution is graded as a hand-in is: `follow_numbers` is told which tests give partial credit, and `learn_from_grading`
adds where the tests met the answers.
"""

from __future__ import annotations

import ast
import copy
import functools
import marshal
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from autograder.engine.protocol.conduct import Conduct
from autograder.engine.protocol.learning import LearnedTest, Patched
from autograder.engine.source import formatting, own_numbers
from autograder.engine.source.bare import bare
from autograder.engine.source.cell_text import empty_lines, hidden_lines, transformed, tree_and_error
from autograder.engine.source.contract import counted
from autograder.engine.source.given import CHECKER_CODE, GIVEN_CODE, GivenCells
from autograder.engine.source.names import bound_by, features_of, imported_by, modules_used, needed_by, read_by, read_late, starred_by
from autograder.model.course import Item
from autograder.notebook.cells import ANSWERS, Role, grade_id_of, role_of
from autograder.notebook.constant_texts import ConstantText, constant_texts
from autograder.notebook.parsing import compiled, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

    from autograder.engine.protocol.learning import Learned
    from autograder.model.course import Notebook
    from autograder.notebook.regions import Delimiters

ANSWER, CHECKER, FREE, GIVEN, SHOW, TEST = (
    role.value for role in (Role.ANSWER, Role.CHECKER, Role.FREE, Role.LOCKED, Role.SHOW, Role.TEST)
)


SHELLS_NAMES = ("In", "Out", "_", "__", "___")
"""Names that IPython binds in every notebook."""


@dataclass
class TracedCell:
    """One code cell of the source notebook.

    `code` and `last` are a test cell's compiled statements and its final expression, if it has one; `number` says that
    this gave a number in the model's run, which is partial credit. `prepared` is a model's answer, compiled: what the
    hand-in's process gets in the place of its text, where it may not know that. `hidden` are the numbers of its lines
    that students never see, `constants` the texts that its author wrote down for a failure. `features` of `__future__`
    are those that this cell or an earlier one has imported. `binds` are the names that the cell binds. Of a given cell,
    `code` is what the examiner runs as well, and binds the `trusted` names, and `kept` what is kept beside the answers.
    `public` is a test cell as students have it, `visible` the same when later cells of the notebook need the names in
    it, otherwise empty. A test cell's own `source` never leaves this side; that of any other is without hidden tests.
    """

    kind: str
    grade_id: str
    source: str
    code: bytes = b""
    last: bytes = b""
    number: bool = False
    hidden: list[int] = field(default_factory=list)
    constants: list[ConstantText] = field(default_factory=list)
    features: int = 0
    binds: list[str] = field(default_factory=list)
    trusted: list[str] = field(default_factory=list)
    kept: bytes = b""
    prepared: bytes = b""
    public: str = ""
    visible: str = ""
    error: str = ""

    @property
    def skipped(self) -> int:
        """The empty lines at the beginning of the cell, which IPython takes off before it compiles the rest."""
        return empty_lines(self.source)


@dataclass
class ModelTrace:
    """A source notebook, ready to grade by.

    `names` says of each name that a run of it binds where its value comes from: ["own"], as `names.imported_by` has it,
    or ["star", the name, modules of which everything was imported]. `call_sites` say where its tests hand something to
    the hand-in's objects (None: to be learned from the run that is graded), `tests` what was learned of each test cell.
    `plain_sources` say where its tests were answered with plain data, `compared` are the places where its hidden checks
    compare, `drawn` those where they expect something else with each key. `distrusted` are the names of given cells that
    have other values beside the answers, `kept` the functions of these that run there; `follows` says that the tests' own
    numbers are followed, because one of them gives partial credit; `read_late` are the names that functions of its cells
    look up when they are called, which a test can have bound to something else by then. The modules are those that the
    model's cells and the tests import at some time: the fork servers import them before they fork.
    """

    name: str
    cells: list[TracedCell]
    items: list[Item]
    names: dict[str, list[str]] = field(default_factory=dict)
    call_sites: list[str] | None = None
    tests: dict[str, LearnedTest] = field(default_factory=dict)
    distrusted: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    follows: bool = False
    read_late: list[str] = field(default_factory=list)
    plain_sources: list[str] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    student_modules: list[str] = field(default_factory=list)
    examiner_modules: list[str] = field(default_factory=list)

    def pack(self) -> bytes:
        """This trace as bytes, for the examiner's process."""
        return msgspec.msgpack.encode(self)

    @property
    def learning(self) -> bool:
        """Whether the run that is graded by this trace is the model's first, from which the rest of it is learned."""
        return self.call_sites is None

    def test(self, item: str) -> LearnedTest:
        """What is known of an item's test cell: where nothing is, that it is decided outside."""
        return self.tests.get(item) or LearnedTest()

    def decided(self, *where: str) -> frozenset[str]:
        """The items that are decided in one of these ways, `outside` only where something is known of them."""
        return frozenset(item for item, test in self.tests.items() if test.decided in where)

    @property
    def conducts(self) -> dict[str, Conduct]:
        """What the test cells did that came to their ends, by item."""
        return {item: test.conduct for item, test in self.tests.items() if test.conduct is not None}

    @property
    def shared_streams(self) -> dict[str, list[str]] | None:
        """Which generators of a test's the answers drew from, by item; None while that is learned."""
        return None if self.learning else {item: test.streams for item, test in self.tests.items()}

    @property
    def evaluates(self) -> list[tuple[str, str]] | None:
        """The items whose tests evaluate texts of the hand-in's, and names; None while that is learned."""
        return None if self.learning else [(item, name) for item, test in self.tests.items() for name in test.evaluates]

    @property
    def patched(self) -> list[Patched] | None:
        """What tests patch; None while that is learned."""
        return None if self.learning else [(item, *place) for item, test in self.tests.items() for place in test.patched]

    @property
    def given_sources(self) -> list[str]:
        """The text of the cells that everybody is given."""
        return [cell.source for cell in self.cells if cell.kind in (GIVEN, CHECKER, FREE)]

    @classmethod
    def unpack(cls, data: bytes) -> ModelTrace:
        """The trace that `pack` wrote."""
        return msgspec.msgpack.decode(data, type=cls)


def trace_source(notebook: Notebook) -> ModelTrace:
    """Read a source notebook. What only a run of it can tell is added later.

    Raises RegionError when a region of hidden tests is not closed: what is not known to be visible stays here.
    """
    cells: list[TracedCell] = []
    for cell in (cell for cell in notebook.source.cells if cell.cell_type == "code"):
        cells.append(_traced(cell, notebook.delimiters, cells[-1].features if cells else 0))
    trace = ModelTrace(notebook.name, cells, list(notebook.items))
    for cell in cells:
        tree = _parse(cell)
        if tree is not None and cell.kind in (TEST, CHECKER):
            _compile(trace, cell)
        if cell.kind != TEST:
            trace.names.update({name: ["own"] for name in cell.binds})
            trace.names.update(imported_by(tree))
    late = {name for cell in cells if cell.kind not in (TEST, CHECKER) for name in read_late(_parse(cell))}
    trace.read_late = sorted(late)
    trace.names = {**dict.fromkeys(SHELLS_NAMES, ["own"]), **trace.names}
    return trace


class Asked(Protocol):
    """A process that runs cells, and what is asked of it to learn their names."""

    deadline: float | None

    def run(self, source: str, limit: int) -> Any:
        """Run a cell."""

    def bound(self) -> list[list[str]]:
        """The names bound since the last question of this kind, and where their values come from."""


def learn_names(trace: ModelTrace, connection: Asked, seconds: float) -> None:
    """Run the source notebook in a process of its own and note which names it binds, to what.

    Raises StudentGone when a cell of the model solution ends or hangs its process.
    """
    connection.deadline = time.monotonic() + seconds
    connection.bound()
    for cell in trace.cells:
        if cell.kind in (TEST, SHOW):
            continue
        connection.deadline = time.monotonic() + seconds
        connection.run(cell.source, 0)
        fresh = {name: origin for name, *origin in connection.bound()}
        tree = _parse(cell)
        imported, starred = imported_by(tree), starred_by(tree)
        for name, origin in fresh.items():
            # an imported constant (`from math import pi`) has lost its origin: the import statement still says it
            lost = ["star", name, *starred] if starred and name not in cell.binds else origin
            trace.names[name] = imported.get(name, lost) if origin[0] == "own" else origin
        cell.binds = sorted({*cell.binds, *fresh})
    _order(trace)


def learn_from_grading(trace: ModelTrace, learned: Learned, again: Learned) -> None:
    """Add what the tests did when the model solution was graded, and graded once more with another key.

    What a hidden check expects with both keys is fixed, and a part of what it expects is enough.
    """
    trace.call_sites = sorted({*learned.call_sites, *again.call_sites})
    trace.plain_sources = sorted(
        {*learned.plain_sources, *again.plain_sources} - {*learned.object_sources, *again.object_sources}
    )
    trace.compared = sorted({*learned.expected, *again.expected})
    trace.drawn = sorted(
        place
        for place, expected in learned.expected.items()
        if expected and not set(expected).intersection(again.expected.get(place, expected))
    )
    nothing = LearnedTest()
    trace.tests = {
        item: trace.test(item).with_runs(learned.tests.get(item, nothing), again.tests.get(item, nothing))
        for item in sorted({*trace.tests, *learned.tests, *again.tests})
    }
    trace.student_modules, trace.examiner_modules = learned.student_modules, learned.examiner_modules


def follow_numbers(trace: ModelTrace, grade_ids: Container[str]) -> bool:
    """Have the tests' own numbers followed, where some of these test cells gave a number in the model's run."""
    for cell in trace.cells:
        if cell.kind == TEST and cell.grade_id in grade_ids:
            cell.number = trace.follows = True
    if trace.follows:
        _compile_tests(trace)
    return trace.follows


def compile_learned(trace: ModelTrace) -> None:
    """Compile anew what is compiled otherwise because of what was learned: tests that are followed, given cells."""
    if trace.follows:
        _compile_tests(trace)
    trust_given(trace, trace.distrusted, trace.kept)


def _compile_tests(trace: ModelTrace) -> None:
    for cell in trace.cells:
        if cell.kind == TEST and _parse(cell) is not None:
            _compile(trace, cell)


def trust_given(trace: ModelTrace, distrusted: Iterable[str], kept: Collection[str]) -> None:
    """Say what of the given cells the examiner runs for itself, and which functions are kept beside the answers."""
    cells = [cell for cell in trace.cells if cell.kind in (GIVEN, FREE)]
    given = _given(trace, distrusted)
    wanted = {name for cell in trace.cells if cell.kind == TEST for name in reads(cell)}
    trace.distrusted, trace.kept = sorted(distrusted), sorted(kept)
    for cell, own, beside in zip(cells, given.own(wanted, kept), given.kept(kept), strict=True):
        cell.code, cell.trusted = b"", sorted(bound_by(ast.Module(own, [])))
        if own:
            _compile(trace, cell, own)
        cell.kept = marshal.dumps(compiled(ast.Module(beside, []), GIVEN_CODE, cell.features)) if beside else b""


def helpers_of(trace: ModelTrace, distrusted: Iterable[str], item: str) -> set[str]:
    """The functions of given cells that the test cell of an item uses, directly or through one another."""
    given = _given(trace, distrusted)
    return {
        name for cell in trace.cells if cell.grade_id == item for name in given.functions_behind(reads(cell))
    }.difference(distrusted)


def _given(trace: ModelTrace, distrusted: Iterable[str]) -> GivenCells:
    cells = [_parse(cell) for cell in trace.cells if cell.kind in (GIVEN, FREE)]
    answers = {name for cell in trace.cells if cell.kind == ANSWER for name in cell.binds}
    return GivenCells(cells, answers.union(distrusted))


def reads(cell: TracedCell) -> set[str]:
    """The names that a cell reads."""
    tree = _parse(cell)
    return set() if tree is None else read_by(tree)


def modules_of(notebooks: Iterable[Notebook]) -> list[str]:
    """The modules that the code of source notebooks imports or reaches through its imports."""
    sources = [cell.source for notebook in notebooks for cell in notebook.source.cells if cell.cell_type == "code"]
    return modules_used(tree for tree, _ in map(tree_and_error, sources) if tree is not None)


def _traced(cell: Any, delimiters: Delimiters, features: int) -> TracedCell:
    role = role_of(cell)
    made = TracedCell(ANSWER if role in ANSWERS else role.value, grade_id_of(cell), cell.source, features=features)
    tree = _parse(made)
    if tree is not None:
        made.features |= features_of(tree)
        made.binds = sorted(bound_by(tree))
    if made.kind == TEST:
        made.public = delimiters.released(cell.source)
        made.hidden = hidden_lines(cell.source, delimiters)
        made.constants = constant_texts(tree) if tree is not None else []
    else:  # the student's process is given its text
        seen = delimiters.solved if made.kind == ANSWER else delimiters.released
        made.source = seen(cell.source)
    if made.kind == ANSWER:
        made.prepared = _prepared(made)
    return made


def _prepared(cell: TracedCell) -> bytes:
    tree, error = tree_and_error(cell.source)
    return b"" if tree is None or error else bare(tree, cell.features)


def _parse(cell: TracedCell) -> ast.Module | None:
    tree, cell.error = tree_and_error(cell.source)
    return tree


def file_name(cell: TracedCell) -> str:
    """What the code that the examiner runs of a cell gives as its file."""
    if cell.kind == TEST:
        return f"<test cell {cell.grade_id}>"
    return CHECKER_CODE if cell.kind == CHECKER else GIVEN_CODE


def _compile(trace: ModelTrace, cell: TracedCell, statements: list[ast.stmt] | None = None) -> None:
    """Compile what the examiner runs of a cell: these statements, or all of it."""
    name = file_name(cell)
    # a tree that may be changed: reading the text once more is much faster than copying a tree
    own = parse(transformed(cell.source)) if statements is None else copy.deepcopy(ast.Module(statements, []))
    tree = formatting.watched(own)
    if trace.follows and not _ends_in_constant(cell, tree):
        tree = own_numbers.followed(tree)
    if cell.kind == TEST:
        tree = counted(tree)
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            value = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
            cell.last = marshal.dumps(compiled(value, name, cell.features))
    cell.code = marshal.dumps(compiled(tree, name, cell.features))


def _ends_in_constant(cell: TracedCell, tree: ast.Module) -> bool:
    """Whether a test cell ends in a number that just stands there: it tells nothing, and is not followed."""
    last = tree.body[-1] if tree.body else None
    return cell.number and isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant)


def _order(trace: ModelTrace) -> None:
    """What follows from the order of the cells: which test cells bind names that later cells need."""
    needed: set[str] = set()
    for cell in reversed(trace.cells):
        if cell.kind == TEST:
            cell.visible = cell.public if needed.intersection(cell.binds) else ""
        elif cell.kind in (GIVEN, ANSWER, FREE) and (tree := _parse(cell)) is not None:
            needed = needed_by(tree, needed)
