"""What the options take, and what they refuse."""

from __future__ import annotations

import click
import pytest

from autograder.commands.options import Address, Seconds


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "0", "-1", "86401", "1e400", "x", ""])
def test_no_time(text):
    """What is no time that a cell could take is refused, with the bounds."""
    with pytest.raises(click.BadParameter, match="seconds between 0 and 86400"):
        Seconds().convert(text, None, None)


@pytest.mark.parametrize(("text", "seconds"), [("30", 30.0), ("0.5", 0.5), ("86400", 86400.0), (2.0, 2.0)])
def test_times(text, seconds):
    """Times are numbers of seconds."""
    assert Seconds().convert(text, None, None) == seconds


@pytest.mark.parametrize(
    "text", ["", "here", "tcp://host", "host:0", "host:65536", "ftp://host:1", "tcp://:1", "a b:1", "tcp://[::1:8786"]
)
def test_no_address(text):
    """What cannot be a scheduler's address is refused, with an example."""
    with pytest.raises(click.BadParameter, match=r"not an address such as tcp://192\.0\.2\.1:8786"):
        Address().convert(text, None, None)


@pytest.mark.parametrize(
    "text", ["localhost:8786", "tcp://192.0.2.1:8786", "tls://node-1.example.org:1", "tcp://[::1]:8786"]
)
def test_addresses(text):
    """An address is taken as it is."""
    assert Address().convert(text, None, None) == text
