"""What a cell defines and uses is read from its text, whatever that is."""

from __future__ import annotations

import pytest

from autograder.intake.outline import extract, outline


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 5_000 + ")" * 5_000,
        "x = " + "-" * 30_000 + "1",
        "x = 1" + " + 1" * 3_000,
        "x = a" + ".b" * 900,
        "\n".join("(1 +" for _ in range(9_000)),
        "if a: pass\n" + "elif a: pass\n" * 3_000,
        "lambda: " * 400 + "0",
        "x" * 100_000,
        "\0",
    ],
    ids=["brackets", "minus", "plus", "dots", "lines", "elif", "lambda", "long", "null"],
)
def test_no_source_upsets_the_outline(source):
    """Sources that overflow parsers are outlined line by line instead."""
    assert outline(source) is not None


def test_a_function_is_cut_out_with_what_it_needs():
    """A definition comes with the helper, the import and the comment above it, and without the rest of its cell."""
    needed = "def half(n):\n    return n / 2\n\n\n# mine\ndef area(self):\n    return half(math.pi)"
    source = f"import math\nprint('hello')\n\n{needed}"
    part = extract(source, frozenset({"area"}), {})
    assert part == f"import math\n\n{needed}"


def test_blank_lines_take_no_time():
    """A pattern that ran on over blank lines took the square of their number: this would not end today."""
    assert outline("\n" * 39_000 + "x = 1").keys == {"x"}
    assert outline(" \n" * 19_000 + "x = 1").keys == {"x"}


def test_magic_in_the_last_line_and_after_blanks():
    """A magic is taken out of its own line only."""
    assert outline("x = 1\n\n  \nx?\n\n%time\ny = 2").keys == {"x", "y"}
