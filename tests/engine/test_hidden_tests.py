"""No line of a hidden test is ever in the process that runs a hand-in, however a course marks it."""

from __future__ import annotations

import pytest
from support.notebooks import cell

from autograder.engine.source.model_trace import trace_source
from autograder.model.course import Notebook
from autograder.model.results import Status
from autograder.notebook.regions import NBGRADERS_OWN, Delimiters, Markers, RegionError

CONFIGURED = Delimiters(hidden=Markers("%hide", "%show"))

# The words that it looks for are spelled as classes of characters, so that it does not find itself.
SPY = r"""
import gc, glob, inspect, linecache, re
hidden, visible = re.compile("K[R]YPTON_[A-Z]+"), re.compile("Q[U]ARTZ_[A-Z]+")
seen = {"In": In, "_ih": _ih, "linecache": linecache.cache, "frames": [f.frame.f_locals for f in inspect.stack()]}
seen["history"] = list(get_ipython().history_manager.get_range())
texts = {place: repr(value) for place, value in seen.items()}
texts["function"] = inspect.getsource(probe_function)
held = []
for thing in gc.get_objects():
    if type(thing) is dict:
        held += [part for pair in thing.items() for part in pair if type(part) is str and "_" in part]
    elif type(thing) in (list, tuple):
        held += [part for part in thing if type(part) is str and "_" in part]
texts["objects"] = "\n".join(held)
for path in glob.glob("/proc/*/cmdline") + glob.glob("/proc/*/environ"):
    try:
        texts[path] = open(path, errors="replace").read()
    except OSError:
        pass
for place, text in texts.items():
    print(place.rpartition("/")[2], sorted({*hidden.findall(text), *visible.findall(text)}))
pattern, start = re.compile(b"(?:K[R]YPTON|Q[U]ARTZ)_[A-Z]+"), re.compile("([0-9a-f]+)-([0-9a-f]+) r")
try:
    found = set()
    with open("/proc/self/mem", "rb", 0) as memory:
        for match in map(start.match, open("/proc/self/maps")):
            if match:
                try:
                    memory.seek(int(match[1], 16))
                    found |= set(pattern.findall(memory.read(int(match[2], 16) - int(match[1], 16))))
                except (OSError, ValueError, OverflowError):
                    pass
    print("memory", sorted(found))
except OSError as error:
    print("memory:", error)
"""


def notebook_with(course, begin, end, delimiters):
    """A notebook whose test cell binds what later cells need, around a hidden test."""
    test = (
        "probe = f(1)  # QUARTZ_PROBE\n"
        "def probe_function():\n"
        "    return probe\n"
        f"{begin}\n"
        "KRYPTON_NAME = 'KRYPTON_TEXT'  # KRYPTON_COMMENT\n"
        "assert f(3) == 4, KRYPTON_NAME\n"
        f"{end}\n"
        "assert probe == 2"
    )
    return course.notebook(
        cell("def f(x):\n    return x + 1", "answer", "f-answer"),
        cell(test, "test", "f", 2),
        cell("shown = probe_function() + probe", "locked", "shown"),
        delimiters=delimiters,
    )


@pytest.mark.parametrize(
    ("begin", "end", "delimiters"),
    [
        ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS", NBGRADERS_OWN),
        ("# BEGIN HIDDEN TESTS", "# END HIDDEN TESTS", NBGRADERS_OWN),
        ("#BEGIN HIDDEN TESTS (points 1)", "if True: pass  #### END HIDDEN TESTS ####", NBGRADERS_OWN),
        ("# %hide", "# %show", CONFIGURED),
    ],
    ids=["as built", "one hash", "odd", "configured"],
)
@pytest.mark.parametrize("answer", ["def f(x):\n    return x + 1", "def f(x):\n    return 2"], ids=["right", "wrong"])
def test_no_hidden_line_reaches_the_students_process(course, begin, end, delimiters, answer):
    """Where later cells need what a test cell binds, a hand-in sees its released lines, and no hidden one."""
    name = notebook_with(course, begin, end, delimiters)
    result = course.grade(name, {"f-answer": answer}, extra=[SPY])
    printed = "".join(output.get("text", "") for run in result.cells for output in run.outputs)
    assert "QUARTZ_PROBE" in printed.partition("memory")[0], printed  # it sees what there is to see
    assert "KRYPTON" not in printed
    assert "KRYPTON" not in repr(result.cells)
    assert all(run.error == "" for run in result.cells)
    assert result.items[0].status is Status.SCORED
    assert (result.items[0].points == 2) == ("x + 1" in answer)


@pytest.mark.parametrize("kind", ["free", "locked", "answer"])
def test_hidden_lines_elsewhere_stay_here_too(kind):
    """Where a course lets hidden tests stand in other cells, what hand-ins are run with has none of them."""
    source = "a = 1\n# BEGIN HIDDEN TESTS\nKRYPTON = 2\n# END HIDDEN TESTS\nb = 3"
    made = type("Source", (), {"cells": [cell(source, kind, "given")]})
    assert trace_source(Notebook("toy", (), made)).cells[0].source == "a = 1\nb = 3"


def test_a_region_that_is_not_closed_is_never_shown(course):
    """Hidden tests without an end give nobody a mark, and nobody a line of them."""
    name = notebook_with(course, "# BEGIN HIDDEN TESTS", "# END OF HIDDEN TESTS", NBGRADERS_OWN)
    with pytest.raises(RegionError):
        trace_source(course.grader.assignment.notebooks[name])
    result = course.grade(name, extra=[SPY])
    assert [item.status for item in result.items] == [Status.GRADER_ERROR]
    assert "never closed" in result.items[0].message
    assert "KRYPTON" not in repr(result)
