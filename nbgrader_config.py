"""The course as nbgrader sees it: `nbgrader generate_assignment` and `nbgrader autograde` use what stands here."""

from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions

from autograder.nbgrader_plugin import with_examiner
from autograder.release.stubs import NamedStubs

c = get_config()

c.CourseDirectory.course_id = "autodiff"

# stubs that name their task, in place of nbgrader's step of the same purpose
c.GenerateAssignment.preprocessors = [
    NamedStubs if step is ClearSolutions else step
    for step in GenerateAssignment.preprocessors.default()  # nbgrader's own pipeline
]

# the project's own engine runs the cells and decides the marks, in place of nbgrader's Execute
c.Autograde.autograde_preprocessors = with_examiner(Autograde.autograde_preprocessors.default())
