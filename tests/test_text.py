"""Text from outside can do nothing where it is shown."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters import markdown2html

from autograder.text import (
    bounded,
    escape_formula,
    escaped,
    for_notebook,
    for_page,
    for_terminal,
    harmless_markdown,
    light_markdown,
    one_line,
    plain_name,
)

BAD = "\N{REPLACEMENT CHARACTER}"
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_page():
    """A page's text has no control characters, terminal colours or writing directions; tabs and lines stay."""
    assert for_page("a\x1b[31mb\x00\u202ec\td\r\ne\ud800", 100) == f"ab{BAD}{BAD}c\td\ne{BAD}"


def test_notebook():
    """A notebook's text keeps the escape of a terminal's colours, and nothing else that a page would not have."""
    assert for_notebook("a\x1b[31mb\x00\u202ec\td", 100) == f"a\x1b[31mb{BAD}{BAD}c\td"


@pytest.mark.parametrize("mark", BIDI)
@pytest.mark.parametrize(
    "safe", [lambda t: for_page(t, 9), lambda t: for_notebook(t, 9), for_terminal, lambda t: one_line(t, 9)]
)
def test_writing_directions(safe, mark):
    """No place lets a text be read otherwise than it is."""
    assert mark not in safe(f"a{mark}b")


def test_long_text_is_cut_and_says_so():
    """An endless text is cut to the limit and its length is told."""
    assert bounded("x" * 50, 10) == for_page("x" * 50, 10) == for_notebook("x" * 50, 10)
    assert bounded("x" * 50, 10) == "x" * 10 + "\n(cut: 50 characters in all)"
    assert bounded("x" * 10, 10) == "x" * 10


def test_terminal():
    """A terminal gets printable characters only: no command, no new line."""
    assert for_terminal("é\x1b[2J\n李") == f"é{BAD}[2J{BAD}李"


def test_escaped():
    """What is not printable is written out, and the text is cut."""
    assert escaped("Jörg\n\u202e\ud800") == r"Jörg\n\u202e\ud800"
    assert escaped("x" * 50, 10) == "x" * 9 + "…"


def test_one_bounded_line():
    """A message stands on one line, without control characters, and ends somewhere."""
    assert one_line("a\nb\x1b[31m\u202e c", 500) == "a b [31m c"
    assert len(one_line("x" * 10_000, 500)) == 500


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1", '"=1"'])
def test_formulas(text):
    """No text is taken for a formula by a spreadsheet program."""
    assert escape_formula(text).startswith(f"'{text[0]}")


@given(
    row=st.lists(st.text(alphabet="a=+-@;|\t\r\n\"', \u00e9", max_size=12), min_size=1, max_size=4),
    separator=st.sampled_from(";|\t,"),
)
def test_formulas_in_every_locale(row, separator):
    """Whatever separates cells where the file is opened, no cell of it starts a formula: an apostrophe is before it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([escape_formula(value) for value in row])
    if separator == ",":
        cells = [cell for line in csv.reader(io.StringIO(text.getvalue(), newline="")) for cell in line]
    else:
        cells = [cell for line in text.getvalue().splitlines() for cell in line.split(separator)]
    for cell in cells:
        start = cell.lstrip(' "')
        assert not start.startswith(("=", "+", "-", "@"))


@given(name=st.text(max_size=40) | st.text(alphabet="<>&\"'`{}/\\ab", max_size=40))
def test_names(name):
    """A name has nothing that a page, a script or a template could take for more than text."""
    assert not set(plain_name(name)) & set("<>&\"'`{}\\\n")


def test_a_name_stays_readable():
    """Letters of every script stay, and an apostrophe is a typographic one."""
    assert plain_name("Se\u00e1n O'Brien \u674e") == "Se\u00e1n O\u2019Brien \u674e"


@pytest.mark.parametrize("text", ["\n" * 90_000, "\\begin{a}" * 10_000, "\\\\[" * 30_000, "*a" * 40_000, "x " * 40_000])
def test_what_is_heavy_to_render_is_shown_as_text(text):
    """What would take a renderer minutes is put between fences, or its blank lines are few."""
    light = light_markdown(f"a\n{text}\nb")
    assert light == "a\n\nb" or (light.startswith("```\n") and light.endswith("\n```"))


def test_a_fence_is_longer_than_those_in_the_text():
    """A text cannot end the fence that it stands in."""
    assert light_markdown("````\n" + "*a" * 40_000).startswith("`````\n````\n")


def test_ordinary_prose_is_not_heavy():
    """A long answer with formulas stays as it is."""
    text = "The **slope** is $f'(x)$, see \\begin{align} a &= b \\end{align}\n\n- one\n- two\n\n" * 50
    assert light_markdown(text) == text


@pytest.mark.parametrize("text", ["Ann", "O'Neil", "1 = 1", "Müller, Jörg", "李小龙", ""])
def test_names_stay(text):
    """Ordinary names and texts are left as they are."""
    assert escape_formula(text) == text


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
