"""Regions are what nbgrader's own steps take them for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

from autograder.notebook.regions import Delimiters, Markers, Place, RegionError

NBGRADERS = Delimiters()
ODD = Delimiters(
    Markers("[[answer", "answer]]"), Markers("HIDE", "HIDE END"), Markers("BEGIN SOLUTION MARKS", "END SOLUTION MARKS")
)
STUB = ["# the stub", "raise NotImplementedError"]

delimiters = st.sampled_from([NBGRADERS, ODD])


@st.composite
def texts(draw, chosen):
    """Texts full of markers: indented, spelled in odd ways, nested, unclosed, of another course."""
    words = [mark for which in (NBGRADERS, ODD, chosen) for pair in which for mark in (pair.begin, pair.end)]
    mark = st.sampled_from(words)
    spelled = st.sampled_from(["### {}", "    ### {}", "#{}", "\t# {} of 3", "x = 1  # {}", "'{}'", "## {} #"])
    marker = st.builds(lambda form, word: form.format(word), spelled, mark)
    near = mark.map(str.lower)  # no marker: case counts
    line = st.one_of(marker, marker, near, st.sampled_from(["x = 1", "    return y", "", "\u2003", "\x1cz"]), st.text())
    return "\n".join(draw(st.lists(line, max_size=8)))


def outcome(function):
    """What a function gives, or which of the two errors it raises."""
    try:
        return function()
    except RegionError as error:
        return "nested" if error.nested else "not closed"
    except RuntimeError as error:
        return "nested" if "nested" in str(error) else "not closed"


def nbgraders(step, method, text, *arguments):
    cell = new_code_cell(text)
    getattr(step, method)(cell, *arguments)
    return cell.source


@settings(max_examples=400, deadline=None)
@given(delimiters.flatmap(lambda chosen: st.tuples(st.just(chosen), texts(chosen))))
def test_what_is_left_is_what_nbgrader_leaves(case):
    """Each kind of region is taken out as nbgrader's own step does it: the same text, or the same error."""
    chosen, text = case
    solutions = ClearSolutions(
        code_stub={"python": "\n".join(STUB)},
        begin_solution_delimeter=chosen.solution.begin,
        end_solution_delimeter=chosen.solution.end,
    )
    solutions.log.disabled = True
    hidden = ClearHiddenTests(begin_test_delimeter=chosen.hidden.begin, end_test_delimeter=chosen.hidden.end)
    scheme = ClearMarkScheme(
        begin_mark_scheme_delimeter=chosen.mark_scheme.begin,
        end_mark_scheme_delimeter=chosen.mark_scheme.end,
        check_attachment_leakage=False,
    )
    pairs = [
        (
            lambda: chosen.solution.without(text, lambda _: STUB),
            lambda: nbgraders(solutions, "_replace_solution_region", text, "python"),
        ),
        (lambda: chosen.hidden.without(text), lambda: nbgraders(hidden, "_remove_hidden_test_region", text)),
        (lambda: chosen.mark_scheme.without(text), lambda: nbgraders(scheme, "_remove_mark_scheme_region", text)),
    ]
    for ours, theirs in pairs:
        assert outcome(ours) == outcome(theirs)


@settings(max_examples=400, deadline=None)
@given(delimiters.flatmap(lambda chosen: st.tuples(st.just(chosen), texts(chosen))))
def test_the_released_text_is_what_all_three_steps_leave(case):
    """What is released is the text after the three steps in nbgrader's order, and every line is sorted once."""
    chosen, text = case

    def one_after_another():
        left = text
        for markers in chosen:
            if left is not None:
                kept = [line for line, place in markers.lines(left) if place is Place.OUTSIDE]
                left = "\n".join(kept) if kept else None
        return left or ""

    assert outcome(lambda: chosen.released(text)) == outcome(one_after_another)
    try:
        public, secret = chosen.sorted_lines(text)
    except RegionError:
        return
    kept = {line for line in [*public, *secret] if line.strip()}
    assert kept <= set(text.split("\n"))
    assert len(public) + len(secret) <= len(text.split("\n"))


def test_regions_are_read_in_order():
    """The text of every region is given, indentation kept, markers left out."""
    text = "a\n  # BEGIN SOLUTION\n  b\n  c\n# END SOLUTION\nd\n#BEGIN SOLUTION\n### END SOLUTION"
    assert NBGRADERS.solution.inside(text) == ["  b\n  c", ""]
    assert NBGRADERS.solution.unmarked(text) == "a\n  b\n  c\nd"


def test_public_and_secret_lines():
    """Lines are public or secret, whichever kind of region they are in; markers are neither."""
    text = "a\n# BEGIN HIDDEN TESTS\nb\n# END HIDDEN TESTS\nc\n# BEGIN SOLUTION\nd\n# END SOLUTION"
    assert NBGRADERS.sorted_lines(text) == (["a", "c"], ["b", "d"])
    assert NBGRADERS.released(text) == "a\nc"


@pytest.mark.parametrize(
    ("text", "line", "nested"),
    [("a\n# BEGIN SOLUTION\nb", 2, False), ("# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION", 2, True)],
)
def test_a_wrong_region_says_where(text, line, nested):
    """A region that nbgrader refuses is refused with its line, what is wrong and what to do."""
    with pytest.raises(RegionError) as error:
        NBGRADERS.solution.inside(text)
    assert (error.value.line, error.value.nested) == (line, nested)
    assert "END SOLUTION" in error.value.remedy


def test_delimiters_travel_as_plain_data():
    """Delimiters come back from JSON data as they were."""
    assert Delimiters.from_json(ODD.to_json()) == ODD
