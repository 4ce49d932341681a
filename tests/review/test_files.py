"""The mapping file that the pages write, and files of hand-ins as text."""

from __future__ import annotations

import json

import pytest
from support.quick_grader import put, run_quickly

from autograder.intake.systems.mapping import Mapping
from autograder.review.files import mapping_rows, piles_of, preview, say_whose


@pytest.fixture
def graded(toy, out, submission, tmp_path):
    """A pile of two students in OUT."""
    pile = put(tmp_path / "pile", submission("ann", "squares"), submission("bob", "squares"))
    (pile / "bob" / "notes.txt").write_text("<b>hello</b>\x1b[31m", encoding="utf-8")
    (pile / "bob" / "photo.jpg").write_bytes(b"\xff\xd8\x00")
    run_quickly(toy, pile, out)
    return {record.path.rpartition("/")[2] + record.student: record for record in out.file_records()}


def test_the_command_line_understands_it(toy, out, graded, tmp_path):
    """What was said of a file is heeded by the next run, and taking it back takes it out of the mapping file."""
    path = graded["squares.ipynbbob"].path
    say_whose(out, [path], "zoe")
    Mapping.read(out.mapping)
    run_quickly(toy, tmp_path / "pile", out, mapping=out.mapping)
    assert "zoe" in {record.student for record in out.file_records() if record.path == path}
    say_whose(out, [path], None)
    assert [] == mapping_rows(out)


def test_the_last_word_counts(out):
    """Of two words on one file the later one stands, alone."""
    out.root.mkdir()
    say_whose(out, ['a, "b"/x.ipynb', "y.ipynb"], "ann")
    say_whose(out, ['a, "b"/x.ipynb'], "")
    assert [('a, "b"/x.ipynb', ""), ("y.ipynb", "ann")] == mapping_rows(out)


def test_piles_are_remembered(out, graded, tmp_path):
    """What a run was given can be taken in again without asking."""
    start, piles = piles_of(out)
    assert [tmp_path / "pile"] == [start / pile for pile in piles]


def test_previews_are_text(out, graded):
    """A notebook is shown as its cells, a text without what a terminal would heed, anything else not at all."""
    cells = preview(out, graded["squares.ipynbann"].path)
    assert "def square(x):" in "".join(part.text for part in cells.parts)
    assert ["<b>hello</b>"] == [part.text for part in preview(out, graded["notes.txtbob"].path).parts]
    assert "no text" in preview(out, graded["photo.jpgbob"].path).why


def test_only_what_was_taken_in_can_be_seen(out, graded, tmp_path):
    """A path that no pile has shows nothing, wherever it leads."""
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    given = piles_of(out)[1][0]
    for path in (f"{given}/../secret.txt", str(tmp_path / "secret.txt"), "/etc/passwd"):
        assert () == preview(out, path).parts


def test_nested_content_is_no_notebook(out, graded, tmp_path):
    """A file that is JSON but no notebook is shown as its text."""
    (tmp_path / "pile" / "ann" / "odd.json").write_text(json.dumps([1, 2]), encoding="utf-8")
    given = piles_of(out)[1][0]
    assert ["[1, 2]"] == [part.text for part in preview(out, f"{given}/ann/odd.json").parts]
