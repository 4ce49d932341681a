"""Nothing of a hand-in is active in the page that a marker opens in formgrader."""

from __future__ import annotations

from html.parser import HTMLParser

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters import markdown2html
from support.toy_course import write_course

from autograder.marking.formgrader_notebook import autograded_notebook, harmless_markdown, text_outputs, unanswered
from autograder.marking.gradebook import prepared_source
from autograder.model.course import Course
from autograder.model.results import CellRun, NotebookResult

ALLOWED = {
    "p", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "br", "div", "span", "table", "thead", "tbody", "tr", "th", "td", "del", "input", "dl", "dt", "dd",
}  # fmt: skip
"""What markdown itself makes."""


class Active(HTMLParser):
    """Collects everything in a page that could act."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.found.append(tag)
        for name, value in attrs:
            link = (value or "").strip().lower()
            if name.startswith("on") or name in {"style", "srcdoc", "action"}:
                self.found.append(f"{tag} {name}")
            if name in {"href", "src"} and not link.startswith(("http://", "https://", "#")):
                self.found.append(f"{tag} {name} {value}")


def active(text):
    parser = Active()
    parser.feed(markdown2html(text))
    return parser.found


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVa\tScRiPt:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6a;avascript:alert(1))",
    "[x](\\javascript:alert(1))",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[y]\n\n[y]:\n  javascript:alert(1)",
    "<javascript:alert(1)>",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](https://example.org/seen.png)",
    "![x](attachment:x.svg)",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<!-- --><iframe src=//example.org>",
    "</div></div><form action=//example.org><button>",
    '[x](https://example.org "" onmouseover=alert(1) "")',
    "# x {#a onclick=alert(1)}",
    "```html\n<script>alert(1)</script>\n```\n<script>alert(1)</script>",
    "$$</script><script>alert(1)</script>$$",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "[a\\](javascript:alert(1))",
    "|a|\n|-|\n|<img src=x onerror=alert(1)>|",
    "<?php ?><![CDATA[<script>alert(1)</script>]]>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown(text):
    """No script, no handler, no image and no link but to the web comes out of prose that a student wrote."""
    assert active(harmless_markdown(text)) == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*"[]()<>!:\\&;\"'`\n\t $#*|~x/", "&#", "\n\n", "$$", "javascript", "javascript:", "http://", "script",
             "img src=x onerror=y", "106;", "colon;"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_any_markdown(parts):
    """No arrangement of markdown's own marks makes anything active."""
    assert active(harmless_markdown("".join(parts))) == []


@pytest.mark.parametrize(
    "text", ["a < b and c > d", "$x_1 & x_2$", "- one\n- two", "**bold** `x = y`", "[a](https://example.org)"]
)
def test_ordinary_prose(text):
    """Ordinary prose, mathematics and links to the web stay as they are."""
    assert harmless_markdown(text) == text


@pytest.mark.parametrize(
    "command", ["\\href{javascript:alert(1)}{x}", "\\require{action}", "\\style{x}{y}", "\\cssId{a}{b}"]
)
def test_mathematics(command):
    """MathJax commands that make links, styles or load more are not commands any more."""
    assert command not in harmless_markdown(f"${command}$")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    course = Course(write_course(tmp_path_factory.mktemp("course")))
    assignment = course.assignment("toy")
    return prepared_source(course, assignment.notebooks["squares"])


def page(submission, prepared, cells=()):
    made = autograded_notebook(submission, NotebookResult("ann", "squares", (), cells), prepared)
    notebook = nbformat.reads(made.decode(), as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_our_prose_keeps_its_markup(submission, prepared):
    """Prose of the release is shown as it was written."""
    assert "<b>Ours</b>" in page(submission("ann", "squares"), prepared).cells[0].source


def test_changed_prose_and_raw_cells(submission, prepared):
    """Prose that the student changed loses its markup; a raw cell is shown as text."""
    extra = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Squares\n\n<b>Mine</b>"},
        {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": "<script>alert(1)</script>"},
        {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": "why", "grade": True}}, "source": "again"},
    ]
    notebook = page(submission("ann", "squares", extra=[nbformat.from_dict(one) for one in extra]), prepared)
    assert notebook.cells[-3].source == "# Squares\n\n< b>Mine< /b>"
    assert (notebook.cells[-2].cell_type, notebook.cells[-2].metadata) == ("code", {})
    assert notebook.cells[-1].metadata == {}, "a second cell of one id is no graded cell"


def test_metadata_is_ours(submission, prepared):
    """What a hand-in says of points, locks and checksums is not believed."""
    one = submission("ann", "squares")
    for cell in one.content["cells"]:
        cell["metadata"].setdefault("nbgrader", {}).update(points=1000, locked=False, checksum="0")
        cell["metadata"]["x<script>"] = "y"
    by_id = {cell.metadata.nbgrader.grade_id: cell for cell in page(one, prepared).cells if "nbgrader" in cell.metadata}
    assert by_id["square"].metadata.nbgrader.points == 2
    assert by_id["square"].source.startswith("assert square(2) == 4")
    assert all(set(cell.metadata) <= {"nbgrader"} for cell in by_id.values())


def test_missing_graded_cells_are_shown(submission, prepared):
    """A graded cell that the hand-in lacks stands at the end, so that its mark can be seen."""
    one = submission("ann", "squares")
    one.content["cells"] = one.content["cells"][:1]
    assert [cell.metadata.nbgrader.grade_id for cell in page(one, prepared).cells[1:]] == [
        "given", "square-answer", "square", "why",
    ]  # fmt: skip


def test_outputs():
    """Outputs keep their text; control characters and endless text are cut."""
    outputs = [
        {"output_type": "stream", "name": "evil'><script>", "text": "a\x00b"},
        {
            "output_type": "display_data",
            "data": {"text/html": "<b>x</b>", "image/svg+xml": "<svg/>", "text/plain": "x"},
        },
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t" * 200_000]},
        {"output_type": "update_display_data", "data": {"text/html": "x"}},
    ]
    stream, display, error = text_outputs(outputs)
    assert (stream["name"], stream["text"]) == ("stdout", "a\ufffdb")
    assert display["data"] == {"text/plain": "x"}
    assert len(error["traceback"][0]) < 110_000


def test_outputs_stand_at_their_cell(submission, prepared):
    """What a cell printed is shown below that cell."""
    run = CellRun(2, "square-answer", ({"output_type": "stream", "name": "stdout", "text": "hello\n"},))
    assert page(submission("ann", "squares"), prepared, (run,)).cells[2].outputs[0].text == "hello\n"


def test_unanswered(submission, prepared):
    """Only an answer that is the released one, spaces at line ends aside, counts as not written."""
    released = next(
        cell for cell in prepared.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "why"
    ).source
    assert unanswered(submission("ann", "squares", why=f"{released}  \n"), prepared) == {"why"}
    assert unanswered(submission("ann", "squares", why="Because."), prepared) == frozenset()
