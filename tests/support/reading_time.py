"""The words that a student reads in each section of a released notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

SECTION = re.compile(r"^## (?P<title>.*?) \((?P<minutes>\d+) minutes?\b", re.MULTILINE)
TASK = re.compile(r"\*\*Your task|\*\*A question in words|### (Task|Your turn)\b")
FORMULA_WORDS = 5


def words(markdown: str) -> int:
    """The words of a text: a formula in a line is one, a displayed formula five, a block of code none."""
    text = re.sub(r"^(```|~~~).*?^\1[^\n]*$", " ", markdown, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"<[^>\n]+>", " ", text)
    text = re.sub(r"\$\$.*?\$\$", " formula" * FORMULA_WORDS, text, flags=re.DOTALL)
    text = re.sub(r"\$[^$\n]+\$|`[^`\n]+`", "formula", text)
    text = re.sub(r"\]\([^)\s]*\)", "]", text)
    return sum(1 for word in text.split() if re.search(r"\w", word))


def sections(notebook: Any) -> Iterator[tuple[str, int, int]]:
    """The title, stated minutes and words of each section; first the opening, with no title and no minutes.

    A cell that begins as a task is left out, for the time to read a task is counted apart. A heading of a section
    without minutes, such as the references, ends what is counted.
    """
    title, minutes, count = "", 0, 0
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        if found := SECTION.search(cell.source):
            yield title, minutes, count
            title, minutes, count = found["title"], int(found["minutes"]), 0
        elif re.search(r"^## ", cell.source, re.MULTILINE):
            break
        if not TASK.match(cell.source):
            count += words(cell.source)
    yield title, minutes, count
