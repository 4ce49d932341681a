"""A released notebook as a page to look at, on a phone or before one starts: the lab, with all that is folded folded."""

from __future__ import annotations

import copy
import html
import re
from typing import Any

import nbformat

_TITLE = re.compile(r"#@title\s+(?P<title>.*?)\s*(?:\{.*\})?\s*$")


def preview(notebook: Any, title: str) -> str:
    """The notebook as one HTML page, by nbconvert.

    Cells whose source is hidden (the checker, the checks, what only draws) are folded under their titles, so that the
    page reads as the lab does in Colab. The cells are those that were released: nothing of a hand-in is in them.
    """
    from nbconvert import HTMLExporter

    shown = copy.deepcopy(notebook)
    shown.cells = [_folded(cell) if _is_hidden(cell) else cell for cell in shown.cells]
    shown.metadata["title"] = title
    exporter = HTMLExporter(template_name="lab", exclude_input_prompt=True, exclude_output_prompt=True)
    page, _ = exporter.from_notebook_node(shown)
    return str(page)


def _is_hidden(cell: Any) -> bool:
    return cell.cell_type == "code" and bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def _folded(cell: Any) -> Any:
    first, _, rest = cell.source.partition("\n")
    match = _TITLE.match(first)
    summary = match["title"] if match else first.lstrip("# ")
    code = html.escape((rest if match else cell.source).strip("\n"))
    # one line of HTML a line of code: Markdown ends a block of HTML at an empty line
    lines = "".join(f"{line or ' '}\n" for line in code.split("\n"))
    text = f"<details><summary>{html.escape(summary)}</summary>\n<pre>\n{lines}</pre>\n</details>"
    return nbformat.v4.new_markdown_cell(text)
