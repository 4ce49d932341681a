"""`autograder review OUT`: the state of a class in a browser, for instructors and markers.

An extension of Jupyter Server: `app` is the server and its walls, `handlers` what every page has in common, `state`
what the pages know of OUT; the pages are in `screens/`, a module each, with their templates. Every page is a view: what
is changed is changed by the parts that own it (the gradebook by `marking`, runs by `autograder grade`).
May import anything below the commands; imported by `commands.review` and, as an extension, by Jupyter Server.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Where Jupyter Server finds the extension."""
    from autograder.review.app import ReviewApp

    return [{"module": "autograder.review.app", "app": ReviewApp}]
