"""What is no notebook is refused with a reason, what is one in another dress is read."""

from __future__ import annotations

import dataclasses
import json

import pytest

from autograder.intake.exceptions import Refusal
from autograder.intake.limits import DEFAULT_LIMITS
from autograder.intake.reading import read_notebook

CELL = {"cell_type": "code", "metadata": {}, "source": "x = 'ä'", "outputs": []}
NOTEBOOK = {"cells": [CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
GOOD = json.dumps(NOTEBOOK, ensure_ascii=False)

REFUSED = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n ", "the file is empty"),
    "zeros": (b"\0" * 100, "the file is empty"),
    "cut off": (GOOD[:60].encode(), "cut off"),
    "a web page": (b"<!DOCTYPE html>\n<html></html>", "a web page"),
    "text": (b"I did not manage it, sorry", "not JSON"),
    "a list": (b"[1, 2]", "JSON, but of another kind"),
    "no cells": (b'{"a": 1}', "it has no cells"),
    "no cells in it": (b'{"cells": []}', "has no cells"),
    "only broken cells": (b'{"cells": [1, null, {"cell_type": "evil"}]}', "has no cells"),
    "a zip": (b"PK\x03\x04rest", "an archive"),
    "a PDF": (b"%PDF-1.7", "a PDF"),
    "binary": (b"{\x01\x02\0\xff", "binary data"),
    "merge conflict": (GOOD.encode().replace(b'"cells"', b"\n<<<<<<< HEAD\n=======\n>>>>>>> x\n"), "merge conflict"),
    "broken JSON": (GOOD.replace("[]", "[,]").encode(), "not valid JSON"),
    "nested lists": (b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested deeper"),
    "nested objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested deeper"),
    "two million cells": (b'{"cells": [' + b"{}," * 2_000_000 + b"{}]}", "values in it"),
    "too many cells": (b'{"cells": [' + b"{}," * 1_500 + b"{}]}", "1501 cells, more than 1000"),
    "a number without end": (b'{"cells": ' + b"9" * 10_000 + b"}", "not a notebook"),
    "wrong mark": (b"\xff\xfe\x00\xd8", "wrong encoding"),
    "no encoding": (GOOD.encode("latin-1").replace(b"\xe4", b"\x81"), "wrong encoding"),
    "a huge cell": (
        json.dumps({"cells": [CELL | {"source": "x" * 1_000_001}]}).encode(),
        "more than 1000000 characters",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_is_refused_with_a_reason(name):
    """Each broken file is refused, and the reason says what it is."""
    data, reason = REFUSED[name]
    with pytest.raises(Refusal, match=reason):
        read_notebook(data)


def test_a_file_that_is_too_large_is_refused_unread():
    """The size limit comes before everything else."""
    with pytest.raises(Refusal, match="too large"):
        read_notebook(b"{" * 2_000, dataclasses.replace(DEFAULT_LIMITS, notebook_bytes=1_000))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_other_encodings_are_read_when_they_can_be(encoding):
    """A notebook in another encoding is read, and any other than UTF-8 leaves a note."""
    notebook = read_notebook(GOOD.encode(encoding))
    assert notebook.cells[0].source == "x = 'ä'"
    assert bool(notebook.notes) == (encoding != "utf-8")


def test_brackets_in_strings_are_no_nesting():
    """Only structure counts: a source full of brackets and escaped quotes is read."""
    source = "[" * 500 + '\\" \\\\ "' + "{" * 500
    notebook = read_notebook(json.dumps({"cells": [CELL | {"source": source}]}).encode())
    assert notebook.cells[0].source == source


def test_the_old_format_is_upgraded():
    """Format 3, with worksheets, input and headings, is read."""
    old = {
        "worksheets": [
            {"cells": [{"cell_type": "heading", "level": 2, "source": "Hi"}, CELL | {"source": None, "input": "a"}]}
        ]
    }
    old["worksheets"][0]["cells"][1].pop("source")
    notebook = read_notebook(json.dumps(old).encode())
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [("markdown", "## Hi"), ("code", "a")]
    assert "notebook format 3, upgraded" in notebook.notes


def test_duplicate_keys_and_lone_surrogates_are_tolerated():
    """Of a key that is there twice the last counts; what cannot be written as UTF-8 is replaced."""
    notebook = read_notebook(b'{"cells": 1, "cells": [{"cell_type": "code", "source": "a\\ud800b"}]}')
    assert notebook.cells[0].source == "a?b"


@pytest.mark.parametrize(
    ("makers", "note"),
    [
        ({"metadata": {"colab": {}}}, "Colab"),
        ({"metadata": {"vscode": {}}}, "VS Code"),
        ({"cells": [CELL | {"metadata": {"pycharm": {"name": "#%%"}}}]}, "PyCharm"),
        ({"cells": [CELL | {"metadata": {"nbgrader": {"grade_id": "a", "schema_version": 1}}}]}, "schema 1"),
    ],
)
def test_it_is_noted_what_saved_a_notebook(makers, note):
    """Colab, VS Code, PyCharm and an old nbgrader are each told by what they leave."""
    assert any(note in each for each in read_notebook(json.dumps(NOTEBOOK | makers).encode()).notes)
