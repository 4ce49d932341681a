"""What can be proved of a preview page by reading it: no leak."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from autograder.release.preview import preview
from autograder.release.subject import Problem, Subject, name_of
from autograder.release.text_proofs import says_something


def no_leak_on_the_page(subject: Subject) -> Iterator[Problem]:
    """No line of a solution or hidden test stands on the preview page more often than on that of the source's public part.

    Both are pages, because Markdown reads otherwise when it is shown. It is kept like a proof by running, for which it
    takes long enough.
    """
    public = copy.deepcopy(subject.source)
    secret: dict[str, str] = {}
    for cell in public.cells:
        lines, hidden = subject.delimiters.sorted_lines(cell.source)
        cell.source, cell.outputs = "\n".join(lines), []
        secret |= {needle: name_of(cell) for line in hidden if says_something(needle := _normal(line))}
    allowed, said = _said(preview(public, subject.settings.title)), _said(subject.page)
    for needle, owner in secret.items():
        if said.count(needle) > allowed.count(needle):
            found = f"the line {needle[:80]!r} of its solution or hidden tests is on the preview page"
            remedy = "put it between the markers of a solution or of hidden tests"
            yield Problem(subject.name, owner, found, remedy)


def _said(page: str) -> str:
    """What a page says: its text with comments, then its attributes but for the anchors of headings."""
    from bs4 import BeautifulSoup

    document = BeautifulSoup(page, "html.parser")
    texts = ["".join(str(text) for text in document.find_all(string=True))]
    for tag in document.find_all(True):
        for name, value in tag.attrs.items():
            if name != "id" and not str(value).startswith("#"):
                texts.append(" ".join(value) if isinstance(value, list) else str(value))
    return "\n".join(_normal(text) for text in texts)


def _normal(text: str) -> str:
    return " ".join(text.split())
