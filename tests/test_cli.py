"""The command line as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.toy_lab import MASTER, toy_course

from autograder.cli import COMMANDS, cli


def autograder(*arguments, cwd=None):
    command = [sys.executable, "-c", "from autograder.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_help_names_every_command():
    """The help names every command in the order of the flow."""
    shown = CliRunner().invoke(cli, ["--help"]).output
    places = [shown.index(f"\n  {name}") for name in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name):
    """Each command can be imported and explains itself."""
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_help_does_not_import_what_is_heavy():
    """Asking for help imports neither torch nor nbgrader."""
    code = (
        "import sys\nfrom autograder.cli import cli\n"
        "cli(['--help'], standalone_mode=False)\n"
        "print({'torch', 'nbgrader', 'numpy', 'distributed'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("set()")


def test_an_unknown_command_is_wrong_use():
    """An unknown command ends with status 2."""
    assert CliRunner().invoke(cli, ["grades"]).exit_code == 2


def test_a_missing_dependency_is_named(monkeypatch):
    """A command whose dependency is missing says which, and the others still work."""
    monkeypatch.setitem(sys.modules, "autograder.commands.report", None)
    result = CliRunner().invoke(cli, ["report", "lab2"])
    assert result.exit_code == 1
    assert "`autograder report` needs the module autograder.commands.report" in result.output
    assert CliRunner().invoke(cli, ["build", "--help"]).exit_code == 0


def test_a_dependency_that_a_command_misses_on_its_way_is_named():
    """A command that imports something only when it needs it says as well which, without a stack of frames."""
    code = "import sys; sys.modules['rapidfuzz'] = None; from autograder.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "report", "lab2"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: `autograder report` needs the module rapidfuzz, which is not installed")
    assert done.stderr.count("\n") == 1


def test_build_says_what_it_built(tmp_path):
    """`autograder build` builds every lab of the course and names the files."""
    toy_course(tmp_path)
    done = autograder("build", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "built source/toy/sums.ipynb\n")


def test_a_fault_in_a_master_is_one_line_and_status_2(tmp_path):
    """A wrong master ends with status 2 and one line with its place, not with a stack of frames."""
    toy_course(tmp_path, MASTER.replace("points=3", "point=3"))
    done = autograder("build", "toy", "--course", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("autograder: ")
    assert "sums.py:20:" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_that_is_no_course_is_wrong_use(tmp_path):
    """Building in a folder without labs ends with status 2 and says how to name the course."""
    done = autograder("build", cwd=tmp_path)
    assert done.returncode == 2
    assert "--course" in done.stderr


BROKEN_PIPE = """
import os, sys
from autograder import cli
reader, writer = os.pipe()
os.close(reader)
os.dup2(writer, 1)
@cli.cli.command("count")
def count():
    for number in range(100_000):
        cli.click.echo(number)
    cli.click.echo("done", err=True)
cli.LazyGroup.get_command = lambda self, ctx, name: count
sys.argv = ["autograder", "count"]
cli.main()
"""


def test_nobody_reads_the_output():
    """When the reader of the output goes away, the work goes on to its end, without a word."""
    done = subprocess.run([sys.executable, "-c", BROKEN_PIPE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "done\n")


def test_no_room_for_the_output(tmp_path):
    """Output that cannot be written is said, and ends with status 1; the files are there."""
    toy_course(tmp_path)
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", "from autograder.cli import main; main()", "build"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert done.stderr == "autograder: not all of the output could be written (No space left on device)\n"
    assert (tmp_path / "source" / "toy" / "sums.ipynb").exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_output_that_cannot_hold_a_name(tmp_path, encoding):
    """A name that the output's encoding lacks is shown in another way."""
    code = "import sys; from autograder import cli; out, _ = cli.lasting(sys.stdout); out.write('é李\\n'); out.flush()"
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True)
    assert done.stdout.decode(encoding) in ("\\xe9\\u674e\n", "é\\u674e\n")


@pytest.mark.parametrize("arguments", [("grade", "toy", "."), ("feedback", "toy"), ("report", "toy")])
def test_an_out_that_is_a_file(tmp_path, arguments):
    """An OUT that is a file is wrong use."""
    (tmp_path / "out").write_text("")
    done = autograder(*arguments, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "is a file" in done.stderr


def test_verbose(tmp_path):
    """--verbose is an option of the group and of the commands that write into OUT."""
    for arguments in (
        ["--verbose", "--help"],
        *([name, "--help"] for name in ("grade", "feedback", "report", "export")),
    ):
        assert "--verbose" in CliRunner().invoke(cli, arguments).output


@pytest.mark.kernel
@pytest.mark.slow
def test_a_failed_gate_is_status_1_with_place_and_remedy(tmp_path):
    """A release that the gate refuses ends with status 1 and a line for each problem: notebook, cell, remedy."""
    toy_course(tmp_path, MASTER.replace("return total", "return total + 1"))
    assert autograder("build", "toy", cwd=tmp_path).returncode == 0
    done = autograder("release", "toy", "--quiet", cwd=tmp_path)
    assert done.returncode == 1
    assert "toy is not released; nothing was written:" in done.stderr
    assert "sums, cell 'my-sum': the model solution scores 0 of 3" in done.stderr
    assert "correct the solution or the test" in done.stderr


def test_the_version_names_what_marks_depend_on():
    """--version says this package under the name of its distribution, Python, nbgrader and torch."""
    lines = CliRunner().invoke(cli, ["--version"]).output.splitlines()
    assert [line.split()[0].rstrip(":") for line in lines] == ["walled-autograder", "Python", "nbgrader", "torch"]


def test_shell_completion():
    """Completion, as click gives it, knows the commands and their options."""
    asked = {"_AUTOGRADER_COMPLETE": "bash_complete", "COMP_WORDS": "autograder ex", "COMP_CWORD": "1"}
    code = "import sys; sys.argv = ['autograder']; from autograder.cli import main; main()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **asked}, check=False)
    assert done.stdout.strip() == "plain,export"
