"""Text masters to source notebooks."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from support.toy_lab import MASTER, toy_course

from autograder.build import build
from autograder.masters import BuildError
from autograder.model.course import items_of


def built(root: Path, master: str = MASTER):
    [path] = build(toy_course(root, master), "toy")
    return nbformat.read(path, as_version=4)


def cell(notebook, grade_id: str):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_two_builds_are_the_same_bytes(tmp_path):
    """A build repeated gives the same bytes."""
    course = toy_course(tmp_path)
    [path] = build(course, "toy")
    first = path.read_bytes()
    build(course, "toy")
    assert path.read_bytes() == first


def test_build_leaves_only_notebooks(tmp_path):
    """A build leaves nothing beside the notebooks, and takes away those of earlier builds."""
    course = toy_course(tmp_path)
    stale = tmp_path / "source" / "toy" / "old.ipynb"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}")
    build(course, "toy")
    assert [path.name for path in (tmp_path / "source").rglob("*") if path.is_file()] == ["sums.ipynb"]


def test_metadata_is_complete_nbgrader_schema_3(tmp_path):
    """A test cell's short header becomes complete nbgrader metadata of schema 3."""
    assert cell(built(tmp_path), "my-sum").metadata["nbgrader"] == {
        "cell_type": "code",
        "grade": True,
        "grade_id": "my-sum",
        "locked": True,
        "points": 3,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }


@pytest.mark.parametrize(
    ("grade_id", "kind", "grade", "solution", "locked"),
    [
        ("my-sum-answer", "code", False, True, False),
        ("my-sum", "code", True, False, True),
        ("my-picture", "code", False, False, True),
        ("why-sums", "markdown", True, True, False),
        ("checker", "code", False, False, True),
        ("plan", "code", False, False, True),
    ],
)
def test_each_role_has_its_flags(tmp_path, grade_id, kind, grade, solution, locked):
    """Each role of a cell has nbgrader's flags for it."""
    found = cell(built(tmp_path), grade_id)
    meta = found.metadata["nbgrader"]
    assert (found.cell_type, meta["grade"], meta["solution"], meta["locked"]) == (kind, grade, solution, locked)


def test_nbgrader_accepts_the_source(tmp_path):
    """nbgrader's own validation accepts what the build writes."""
    from nbgrader.nbgraderformat import MetadataValidator

    MetadataValidator().validate_nb(built(tmp_path))


def test_cell_ids_are_grade_ids_and_valid(tmp_path):
    """A source notebook is valid nbformat 4.5, and a cell with a grade id has it for its id."""
    notebook = built(tmp_path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert cell(notebook, "my-sum").id == "my-sum"


def test_prose_ids_stay_when_other_cells_come(tmp_path):
    """The id of a prose cell does not change when a cell is put before it, and equal cells get different ids."""
    before = built(tmp_path / "before").cells[0].id
    more = MASTER.replace(
        '# %% [markdown] section="Adding"', '# %%\nx = 1\n\n# %%\nx = 1\n\n# %% [markdown] section="Adding"'
    )
    after = [cell.id for cell in built(tmp_path / "after", more).cells]
    assert before == after[2]
    assert len(set(after)) == len(after)


def test_plan_tells_the_checker_what_is_asked(tmp_path):
    """The plan cell names each section with its minutes, items and written answers."""
    assert '("Adding", 5, {"my-sum": 3}, {"why-sums": 2}),' in cell(built(tmp_path), "plan").source


def test_items_read_back(tmp_path):
    """What the build wrote reads back as the items with their points, and a written answer waits for a person."""
    items = items_of(built(tmp_path))
    assert [(item.grade_id, item.points, item.manual, item.answers) for item in items] == [
        ("my-sum", 3, False, ("my-sum-answer",)),
        ("why-sums", 2, True, ("why-sums",)),
    ]


def test_builds_on_is_kept_for_the_grader(tmp_path):
    """builds_on stands in the source's metadata."""
    second = (
        '\n# %% answer="twice"\ndef twice(a):\n    ### BEGIN SOLUTION\n    return my_sum(a, a)\n    ### END SOLUTION\n'
        '\n# %% item="twice" points=1 builds_on=["my-sum"]\nassert twice(2) == 4\n'
    )
    assert items_of(built(tmp_path, MASTER + second))[-1].builds_on == ("my-sum",)


FURTHER = """
# %% [markdown] section="More" minutes=4
# ## More

# %% answer="twice"
def twice(a):
    ### BEGIN SOLUTION
    return my_sum(a, a)
    ### END SOLUTION

# %% item="twice" further=2
#@title Twice a number
assert twice(2) == 4

# %% fold="Draws a line"
line = "-" * 20
"""


def test_a_further_task_has_no_points(tmp_path):
    """A further task is an item of no points for nbgrader, and the source says what its checks count."""
    notebook = built(tmp_path, MASTER + FURTHER)
    found = cell(notebook, "twice")
    assert (found.metadata["nbgrader"]["points"], found.metadata["nbgrader"]["grade"]) == (0, True)
    assert found.metadata["autograder"] == {"further": 2}
    assert [(item.points, item.further) for item in items_of(notebook)] == [(3, 0), (2, 0), (0, 2)]


def test_the_plan_tells_further_sections_apart(tmp_path):
    """The plan marks a further section, and what follows it, with True."""
    lines = cell(
        built(tmp_path, MASTER + FURTHER + '\n# %% [markdown] section="Books" minutes=1\n# ## Books\n'), "plan"
    )
    assert '("Adding", 5, {"my-sum": 3}, {"why-sums": 2}),' in lines.source
    assert '("More", 4, {"twice": 2}, {}, True),' in lines.source
    assert '("Books", 1, {}, {}, True),' in lines.source


def test_tests_and_folded_cells_are_folded_with_a_title(tmp_path):
    """Test cells, and given cells that ask for it, are folded in Colab and JupyterLab, and begin with a title."""
    notebook = built(tmp_path, MASTER + FURTHER)
    line = next(cell for cell in notebook.cells if "line =" in cell.source)
    tests = [cell(notebook, "my-sum"), cell(notebook, "twice")]
    for found in (*tests, line):
        assert (found.metadata["cellView"], found.metadata["jupyter"]) == ("form", {"source_hidden": True})
    assert [found.source.split("\n")[0] for found in (*tests, line)] == [
        "#@title Checks: my sum",
        "#@title Twice a number",
        "#@title Draws a line",
    ]
    assert "cellView" not in cell(notebook, "my-sum-answer").metadata


def test_a_check_without_the_checker_says_what_to_run(tmp_path):
    """A test cell that is run before the first cell says to run that, and not that a name is missing."""
    with pytest.raises(AssertionError, match="Run the first code cell"):
        exec(cell(built(tmp_path), "my-sum").source, {})  # noqa: S102 - a cell of ours, as a notebook runs it


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("further=2", "further=0", '# %% item="twice"', "further should be a number above 0"),
        ("further=2", "further=2 points=2", '# %% item="twice"', "keep one of them"),
        ("points=3", "further=3", '# %% [markdown] written="why-sums"', "points in or after a further section"),
        ("points=2", "further=2", '# %% [markdown] written="why-sums"', "points should be a number above 0"),
        ('answer="twice"', 'answer="twice" further=2', '# %% answer="twice"', "further=3 is for test cells"),
        ('answer="twice"', 'answer="twice" fold="Twice"', '# %% answer="twice"', "take fold away"),
        ('fold="Draws a line"', "fold=true", "# %% fold=true", 'write fold="Draws the graph"'),
    ],
)
def test_a_wrong_use_of_further_and_fold_is_refused(tmp_path, old, new, at, says):
    """Further tasks come last and stand apart from marks; folding is for given cells."""
    master = (MASTER + FURTHER).replace(old, new, 1)
    line = master[: master.index(at)].count("\n") + 1
    with pytest.raises(BuildError) as error:
        built(tmp_path, master)
    assert f"sums.py:{line}:" in str(error.value)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("points=3", "point=3", "# %% item=", "unknown header key 'point'"),
        (" points=3", "", "# %% item=", "points should be a number above 0"),
        ("points=3", "points=-1", "# %% item=", "points should be a number above 0"),
        ("points=3", 'points="3"', "# %% item=", "points should be a number above 0"),
        ('item="my-sum"', 'item="other"', "# %% answer=", "no test cell"),
        ('answer="my-sum"', 'answer="other"', "# %% answer=", "no test cell"),
        ('answer="my-sum"', 'answer="My sum"', "# %% answer=", "words with hyphens"),
        ('answer="my-sum"', 'answer="my-sum" item="my-sum"', "# %% answer=", "one role"),
        ('answer="my-sum"', 'answer="my-sum" points=2', "# %% answer=", "take points away"),
        ('show="my-picture"', 'show="my-sum"', "# %% show=", "taken by line 20"),
        ('show="my-picture"', 'show="plan"', "# %% show=", "belongs to the checker"),
        ('show="my-picture"', 'show="my-picture" builds_on=["my-sum"]', "# %% show=", "take builds_on away"),
        ("points=3", 'points=3 builds_on="my-sum"', "# %% item=", "should be a list"),
        ("points=3", 'points=3 builds_on=["division"]', "# %% item=", "no other item"),
        ("    ### END SOLUTION\n", "", "    ### BEGIN SOLUTION", "never closed"),
        ("    ### BEGIN SOLUTION\n", "", "    ### END SOLUTION", "without"),
        ("    ### BEGIN SOLUTION\n", "    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION #2\n", "SOLUTION #2", "twice"),
        ("    ### END HIDDEN TESTS\n", "", "    ### BEGIN HIDDEN", "never closed"),
        (
            "    assert my_sum(1, 2) == 3\n",
            "    ### BEGIN SOLUTION\n    ### END SOLUTION\n",
            "# %% item=",
            "outside an answer cell",
        ),
        ("scale = 2", "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS", "# %%\n", "outside a test cell"),
        ("scale = 2", "scale = = 2", "scale = =", "not Python"),
        ("# %% checker=true\n", "", "# %% item=", "above the checker"),
        (
            "# %% checker=true\n",
            "# %% checker=true\n\n# %% checker=true \n",
            "# %% checker=true \n",
            "a second checker",
        ),
        ("# %% checker=true\n", "# %% checker=true\nprint(1)\n", "# %% checker", "empty code cell"),
        ("# Holds solutions and hidden tests.", "import math", "import math", "code before the first cell"),
        ("minutes=5", 'minutes="5"', "# %% [markdown] section", "minutes should be a number"),
        ('[markdown] written="why-sums"', 'written="why-sums"', "# %% written=", "for markdown cells"),
        (
            "    assert my_sum(11, -4) == 7\n    ### END HIDDEN TESTS\n",
            "    ### END HIDDEN TESTS\nmy_sum(1, 2)\n",
            "# %% item=",
            "ends in a statement",
        ),
    ],
)
def test_a_wrong_master_names_its_line_and_remedy(tmp_path, old, new, at, says):
    """Whatever is wrong in a master is refused with file, line and reason, and nothing is written."""
    assert old in MASTER
    master = MASTER.replace(old, new, 1)
    line = master[: master.index(at)].count("\n") + 1
    with pytest.raises(BuildError) as error:
        built(tmp_path, master)
    assert f"sums.py:{line}:" in str(error.value)
    assert says in str(error.value)
    assert not (tmp_path / "source").exists()


def test_a_master_is_marked_in_the_courses_words(tmp_path):
    """A course that marks solutions in words of its own has its masters checked by these."""
    course = toy_course(tmp_path, MASTER.replace("### BEGIN SOLUTION", "# answer {").replace("### END SOLUTION", "# }"))
    with (tmp_path / "nbgrader_config.py").open("a") as file:
        file.write("c.ClearSolutions.begin_solution_delimeter = 'answer {'\n")
        file.write("c.ClearSolutions.end_solution_delimeter = '# }'\n")
    with pytest.raises(BuildError, match=r"no solution; put it between `### BEGIN SOLUTION`"):
        build(toy_course(tmp_path / "other", (tmp_path / "notebooks" / "toy" / "sums.py").read_text()), "toy")
    assert len(build(course, "toy")) == 1


def test_an_item_without_answer_is_refused(tmp_path):
    """An item whose answer cell is missing is refused."""
    start, end = MASTER.index('# %% answer="my-sum"'), MASTER.index('# %% item="my-sum"')
    with pytest.raises(BuildError, match=r"sums.py:12: cell 'my-sum': no answer cell"):
        built(tmp_path, MASTER[:start] + MASTER[end:])


def test_a_master_that_lab_toml_does_not_list_is_refused(tmp_path):
    """A master that lab.toml does not list is a mistake, not a file to pass over."""
    course = toy_course(tmp_path)
    (tmp_path / "notebooks" / "toy" / "extra.py").write_text("# %%\n")
    with pytest.raises(BuildError, match=r"extra\.py is not in"):
        build(course, "toy")


def test_a_missing_master_is_refused(tmp_path):
    """A notebook that lab.toml lists and nobody wrote is refused."""
    course = toy_course(tmp_path)
    (tmp_path / "notebooks" / "toy" / "sums.py").unlink()
    with pytest.raises(BuildError, match=r"sums\.py is missing"):
        build(course, "toy")


def test_a_failed_build_leaves_the_old_notebooks(tmp_path):
    """When one master is wrong, the source folder stays as it was."""
    course = toy_course(tmp_path)
    [path] = build(course, "toy")
    before = path.read_bytes()
    (tmp_path / "notebooks" / "toy" / "sums.py").write_text(MASTER.replace("points=3", "point=3"))
    with pytest.raises(BuildError):
        build(course, "toy")
    assert path.read_bytes() == before


@pytest.mark.parametrize("lab", ["lab2"])
def test_source_is_what_the_masters_build(tmp_path, repository, lab):
    """The committed source notebooks are byte for byte what the masters build."""
    import shutil

    shutil.copytree(repository / "notebooks", tmp_path / "notebooks")
    shutil.copy(repository / "nbgrader_config.py", tmp_path)
    from autograder.model.course import Course

    fresh = {path.name: path.read_bytes() for path in build(Course(tmp_path), lab)}
    committed = {path.name: path.read_bytes() for path in (repository / "source" / lab).glob("*.ipynb")}
    changed = sorted(name for name in {*committed, *fresh} if committed.get(name) != fresh.get(name))
    assert changed == [], "run `make release` and commit what it wrote"
