"""A released notebook as a page to read, on a phone or before one starts: the lab, with all that is folded folded."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

_TITLE = re.compile(r"#@title\s+(?P<title>.*?)\s*(?:\{.*\})?\s*$")
_TEMPLATES = Path(__file__).parent / "templates"


def preview(notebook: Any, title: str) -> str:
    """The notebook as one HTML page, by nbconvert; the same bytes for the same notebook.

    Cells whose source is hidden (the checker, the checks, what only draws) are folded under their titles, so that the
    page reads as the lab does in Colab. The cells are those that were released: nothing of a hand-in is in them.
    """
    from nbconvert import HTMLExporter

    shown = copy.deepcopy(notebook)
    # without ids nbconvert would draw random ones
    shown.nbformat, shown.nbformat_minor = 4, 5
    for place, cell in enumerate(shown.cells, start=1):
        cell.id = f"cell-{place}"
        if title_of := folded_title(cell):
            cell.metadata["folded"] = title_of
            cell.source = _without_title(cell.source)
    shown.metadata.title = title
    exporter = HTMLExporter(
        template_name="preview",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    exporter.environment.globals["dark_theme"] = _dark_theme(exporter)
    page, _ = exporter.from_notebook_node(shown)
    return "\n".join(line.rstrip() for line in str(page).split("\n")).rstrip("\n") + "\n"


def folded_title(cell: Any) -> str:
    """The title under which a cell's source is folded away; empty for a cell whose source is seen."""
    if not cell.metadata.get("jupyter", {}).get("source_hidden"):
        return ""
    first = str(cell.source).partition("\n")[0]
    match = _TITLE.match(first)
    return match["title"] if match else first.lstrip("# ") or "code"


def _without_title(source: str) -> str:
    first, _, rest = source.partition("\n")
    return rest if _TITLE.match(first) else source


def _dark_theme(exporter: Any) -> str:
    """JupyterLab's dark colours, as nbconvert has them."""
    found = [Path(folder, "static", "theme-dark.css") for folder in exporter.template_paths]
    return next(path for path in found if path.exists()).read_text(encoding="utf-8")
