"""Which names the tests know, and where from: told from the source notebook's text and one run of it."""

from __future__ import annotations

import sys

import pytest
from support.notebooks import cell, notebook

from autograder.engine.model_trace import modules_of, trace_source
from autograder.model.course import Notebook


def test_reading_a_notebook_imports_nothing(monkeypatch):
    """What a source notebook imports is not imported by the process that reads it, whatever it costs there."""
    loaded = ("wsgiref", "wsgiref.util", "xml.sax", "xml.sax.saxutils", "tabnanny")
    for name in loaded:
        monkeypatch.delitem(sys.modules, name, raising=False)
    source = notebook(cell("from wsgiref import util\nfrom xml.sax.saxutils import escape\nfrom tabnanny import *"))
    read = Notebook("toy", (), source)
    trace_source(read)
    assert {"wsgiref.util", "xml.sax.saxutils", "tabnanny"} <= set(modules_of([read]))
    assert [] == [name for name in loaded if name in sys.modules]


@pytest.mark.parametrize(
    ("given", "test", "answer"),
    [
        ("from xml.sax import saxutils", "assert f() == saxutils.escape('<')", "saxutils = None"),
        ("from math import pi", "assert f() == pi", "pi = 3"),
        ("from math import *", "assert f() == pi", "pi = 3"),
        ("from math import *\nfrom random import *", "assert f() == pi and sin(0) == 0", "pi = 3"),
    ],
)
def test_what_the_notebook_imports_is_the_tests_own(course, given, test, answer):
    """What was imported, in whatever way, is the test's own, whatever the hand-in makes of its name."""
    value = "'&lt;'" if "sax" in given else "3.141592653589793"
    model = f"def f():\n    return {value}"
    assert 2 == course.one(model, test, f"{model}\n{answer}", given=given).points


def test_a_module_imported_from_a_package_is_found(course):
    """`from package import module` is known to the tests also where the cell that says so is not run in grading."""
    name = course.notebook(
        cell("from wsgiref import util", "locked", "picture", show=True),
        cell("def f():\n    return 1", "answer", "f-answer"),
        cell("assert util.is_hop_by_hop('te') and f() == 1", "test", "f", 2),
    )
    assert [2] == [item.points for item in course.grade(name).items]
