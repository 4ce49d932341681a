"""The walls round an examiner: what a text that a test evaluates, queries or formats can do with its rights."""

from __future__ import annotations

import pytest
from support.confined import WALLED, fork_server, run

from autograder.sandbox import reach
from autograder.sandbox.forkserver import ForkServer

LEVELS = [pytest.param(f"trusted {level.values[0]}", marks=level.marks) for level in WALLED]


@pytest.fixture(scope="module", params=LEVELS)
def server(request):
    with fork_server(request.param) as server:
        yield server


def test_the_probe_finds_no_way_out(server, monkeypatch):
    """An examiner can do nothing of what a hand-in cannot do: the probe of the levels, from inside it."""

    def examiners(*given, **options):
        return ForkServer(*given, **options, trusted=True)

    monkeypatch.setattr(reach, "ForkServer", examiners)
    assert reach.attack(server.level) == {"result": []}


@pytest.mark.parametrize(
    "text",
    [
        "eval(\"open({path!r}, 'w')\")",
        "__import__('sqlite3').connect(':memory:').execute('ATTACH {path!r} AS stolen')",
        "__import__('os').system('touch ' + {path!r}) and refused",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
    ],
    ids=["eval", "ATTACH", "a shell", "the network"],
)
def test_a_text_that_a_test_runs_reaches_nothing(server, tmp_path, text):
    """No file outside is written and no network reached with what an examiner may do."""
    child = server.fork()
    found = str(run(child, f"result = {text.format(path=str(tmp_path / 'written'))}"))
    assert "Error" in found
    assert list(tmp_path.iterdir()) == []
    child.kill()


def test_other_hand_ins_are_not_there(server, tmp_path):
    """What others have handed in, and the course, cannot be read."""
    (tmp_path / "bob.ipynb").write_text("answers", encoding="ascii")
    child = server.fork()
    assert str(run(child, f"result = open({str(tmp_path / 'bob.ipynb')!r}).read()")).startswith(
        ("FileNotFoundError", "PermissionError")
    )
    child.kill()


def test_it_has_limits_of_its_own(server):
    """Memory beyond an examiner's limit is a MemoryError in the test, and files are bounded."""
    child = server.fork()
    assert str(run(child, "result = len(bytearray(5 * 2**30))")).startswith("MemoryError")
    assert str(run(child, "open('f', 'wb').write(bytes(9 * 2**20))")).startswith("OSError")
    assert run(child, "result = 1") == 1
    child.kill()


def test_a_file_beside_the_test_is_its_own(server):
    """A test may write a file where it stands, which goes with its examiner."""
    child = server.fork()
    assert run(child, "open('data.csv', 'w').write('1,2')\nresult = open('data.csv').read()") == "1,2"
    child.kill()
    after = server.fork()
    assert run(after, "import os; result = os.listdir()") == []
    after.kill()
