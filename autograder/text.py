"""Text from outside made safe for where it goes: a terminal, a line, a CSV file, an HTML page, Markdown.

Hand-ins, file names and messages are hostile. What each place can be made to do is known here and nowhere else. HTML
itself is escaped by the templates.
"""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks and overrides of the writing direction: with them a text reads otherwise than it is."""

_CONTROLS = rf"\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\ud800-\udfff{BIDI}"
"""Control characters but tab, line feed, carriage return and escape; halves of surrogate pairs."""

_UNSAFE_ON_PAGE = re.compile(rf"[{_CONTROLS}\r\x1b]")
_UNSAFE_IN_NOTEBOOK = re.compile(rf"[{_CONTROLS}]")
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORMULA_IN_A_CELL = re.compile(r"""([;|\t\r\n][ "']*)(?=[=+\-@])""")

_MARKUP = str.maketrans(
    {"<": "\u2039", ">": "\u203a", "&": "+", '"': "\u201d", "'": "\u2019", "`": "\u2019", "\\": "/", "{": "(", "}": ")"}
)
"""What can begin markup, a string of a script or a template, and what stands for it in a name."""


def bounded(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, and a line that says so when it was cut."""
    return text if len(text) <= limit else f"{text[:limit]}\n(cut: {len(text)} characters in all)"


def for_page(text: str, limit: int) -> str:
    """`text` as a page may hold it once it is escaped: without controls, colours and writing directions, bounded."""
    clean = _COLOURS.sub("", text[: 2 * limit].replace("\r\n", "\n"))
    clean = _UNSAFE_ON_PAGE.sub(REPLACEMENT, clean)
    return clean if len(clean) <= limit else f"{clean[:limit]}\n(cut: {len(text)} characters in all)"


def for_notebook(text: str, limit: int) -> str:
    """`text` as a notebook may hold it: as `for_page`, but nbconvert turns a terminal's colours into a page's."""
    return _UNSAFE_IN_NOTEBOOK.sub(REPLACEMENT, bounded(text, limit))


def for_terminal(text: str) -> str:
    """`text` as a terminal may show it: printable characters only."""
    return "".join(c if c.isprintable() else REPLACEMENT for c in text)


def escaped(text: str, limit: int = 400) -> str:
    """`text` on one line, cut to `limit` characters; what is not printable is written as Python writes it in texts."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[: limit + 1])
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def counted(number: float, thing: str) -> str:
    """So many things, in the plural unless it is one: `1 row`, `2 rows`, `0.5 points`."""
    return f"{number:g} {thing}{'' if number == 1 else 's'}"


def one_line(text: str, limit: int) -> str:
    """`text` on one line: printable, blanks joined, at most `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def plain_name(text: str, limit: int = 200) -> str:
    """`text` on one line as a name that no page can take for markup, whether the page escapes it or not."""
    return one_line(text, limit).translate(_MARKUP)


def escape_formula(text: str) -> str:
    """`text` as no spreadsheet program takes it for a formula: an apostrophe stands before what would start one.

    Programs look past quotes and blanks, so these do not hide a formula's start. Where the locale has a decimal comma
    they begin a cell after each semicolon of a line, and heed quotes at a cell's start only: so a formula may not stand
    after anything that separates cells or lines anywhere in the world.
    """
    starts = text.lstrip("\"' ").startswith(_FORMULA) or text.startswith(_FORMULA)
    inner = _FORMULA_IN_A_CELL.sub(r"\1'", text)
    return f"'{inner}" if starts else inner


# What makes Markdown more than text: the start of a tag, of an entity, of an image, a link's target, a definition of
# one. A link's target must start with http:// or https:// as it stands, so that no escape, entity or blank can spell
# another. MathJax has commands that make links, styles and further commands.
_ACTIVE_MARKDOWN = (
    (re.compile(r"<(?=[a-zA-Z/!?])"), "< "),
    (re.compile(r"&(?=[#a-zA-Z])"), "& "),
    (re.compile(r"!(?=\[)"), "! "),
    (re.compile(r"\](?=\s*\((?!https?://))"), "] "),
    (re.compile(r"\](?=\s*:(?!\s*https?://))"), "] "),
    (
        re.compile(
            r"\\(?=(?:href|url|style|class|cssId|html|data|require|csname|mmlToken|includegraphics)(?![a-zA-Z]))"
        ),
        r"\\ ",
    ),
)


_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_OPENERS = re.compile(r"\\begin|\\[\[(]|\$\$|[*_~|]|^[^\S\n]*(?:[-+>]|\d+[.)])", re.MULTILINE)
_FENCES = re.compile(r"`{3,}")
MARKDOWN_LIMIT = 20_000
OPENERS_LIMIT = 1_000


def light_markdown(text: str) -> str:
    """The same text, cheap to render: few blank lines in a row, and what is long or full of markup shown as text.

    A renderer of Markdown looks from each thing that may open something for its end, so that time grows with the
    product of their number and the length.
    """
    text = _BLANK_LINES.sub("\n\n", text)
    openers = sum(1 for _ in zip(_OPENERS.finditer(text), range(OPENERS_LIMIT + 1), strict=False))
    if len(text) <= MARKDOWN_LIMIT and openers <= OPENERS_LIMIT:
        return text
    fence = "`" * (1 + max((len(found) for found in _FENCES.findall(text)), default=2))
    return f"{fence}\n{text}\n{fence}"


def harmless_markdown(text: str) -> str:
    """The same text with a blank where Markdown would otherwise make HTML, an image, or a link that is not to the web.

    `a < b` and `$x_1 & x_2$` stay as they are; a tag is shown as the text that it is, in code as in prose.
    """
    for pattern, instead in _ACTIVE_MARKDOWN:
        text = pattern.sub(instead, text)
    return text
