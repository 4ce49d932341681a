"""Whether a run is at work and how far it is, as another process sees it."""

from __future__ import annotations

from autograder.progress import Progress, at_work, read_progress


def test_at_work(out):
    """A run is at work while it holds OUT, and not before or after."""
    assert not at_work(out)
    with out.locked():
        assert at_work(out)
    assert not at_work(out)


def test_how_far(out):
    """The last notebook is written down at once; where nothing is, nothing is known."""
    assert (0, 0) == read_progress(out)
    out.state.mkdir(parents=True)
    progress = Progress(out, 2)
    assert (0, 2) == read_progress(out)
    progress.one_more()
    progress.one_more()
    assert (2, 2) == read_progress(out)
