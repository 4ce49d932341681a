"""What a test may ask of a hand-in's objects and of its notebook, and gets a plain answer to."""

from __future__ import annotations

import pytest

GIVEN = "import inspect\nimport types\nimport numpy as np\nfrom sklearn.linear_model import LinearRegression"
MODEL = '''
def area(width: float, height: float = 2.0, *more, unit="m") -> float:
    """The area of a rectangle."""
    return width * height
alias = area
class Shape:
    pass
class Square(Shape):
    pass
def fit(x, y):
    return LinearRegression().fit(x, y)
secret = 5
spare = 6
'''
TEST = """
assert area is not None and area != None and not area == None and None != Shape()
assert area and callable(area) and alias == area and area != fit and {area: 1}[alias] == 1
assert type(Square()) == Square and type(Square()) is not Shape and issubclass(Square, Shape)
assert isinstance(area, types.FunctionType) and inspect.isfunction(area) and inspect.isclass(Shape)
assert type(area) == types.FunctionType and not inspect.isgeneratorfunction(area)
signature = inspect.signature(area)
assert list(signature.parameters) == ["width", "height", "more", "unit"]
assert signature.parameters["height"].default == 2.0 and signature.parameters["unit"].default == "m"
assert signature.parameters["more"].kind is inspect.Parameter.VAR_POSITIONAL
assert signature.parameters["width"].default is inspect.Parameter.empty
assert signature.parameters["width"].annotation is float and signature.return_annotation is float
assert inspect.getfullargspec(area).args == ["width", "height"]
assert "return width * height" in inspect.getsource(area)
assert area.__doc__ == inspect.getdoc(area) == "The area of a rectangle." and area.__name__ == "area"
assert area.__code__.co_varnames[:2] == ("width", "height") and area.__code__.co_argcount == 2
assert "LinearRegression" in fit.__code__.co_names and isinstance(area.__code__.co_code, bytes)
assert hasattr(area, "__wrapped__") is False and hasattr(Shape, "__init__")
assert "area" in dir() and "area" in globals() and "secret" in locals() and "other" not in dir()
assert "area" in vars() and globals()["secret"] == 5
x = np.array([[0.0], [1.0], [2.0]])
line = fit(x, np.array([1.0, 3.0, 5.0]))
assert isinstance(line, LinearRegression) and type(line) is LinearRegression
assert abs(line.coef_[0] - 2) < 1e-9 and np.allclose(line.predict(x), [1, 3, 5]) and line.get_params()["fit_intercept"]
del spare
try:
    spare
    assert False
except NameError:
    pass
"""


def test_right(course):
    """Identity, types, signatures, sources, code, names and estimators: questions with plain answers."""
    item = course.one(MODEL, TEST, MODEL, given=GIVEN)
    assert (2.0, "") == (item.points, item.message)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('height: float = 2.0, *more, unit="m"', 'height: float = 3.0, *more, unit="m"'),
        ('unit="m") -> float', 'unit="m")'),
        ("return width * height", "product = width * height\n    return product"),
        ("class Square(Shape)", "class Square"),
        ("LinearRegression().fit(x, y)", "__import__('sklearn.linear_model').linear_model.Ridge().fit(x, y)"),
        ("secret = 5", ""),
    ],
)
def test_wrong(course, old, new):
    """What is asked for and is otherwise earns nothing."""
    answer = MODEL.replace(old, new)
    assert answer != MODEL
    assert course.one(MODEL, TEST, answer, given=GIVEN).points == 0


def test_an_object_has_no_say_about_none(course):
    """An object that says to be equal to None is there all the same."""
    model = "class V:\n    pass\ndef f():\n    return V()"
    liar = "class V:\n    __eq__ = lambda *_: True\n    __ne__ = lambda *_: False\ndef f():\n    return V()"
    assert course.one(model, "assert f() != None and not f() == None", liar).points == 2
    assert course.one("def f():\n    return None", "assert f() == None", liar).points == 0


def test_a_class_of_a_library_that_is_not_here(course):
    """A test may ask for the type of an object of a library that it does not import itself."""
    model = "import jupytext.config\ndef f():\n    return jupytext.config.JupytextConfiguration()"
    test = "assert type(f()).__name__ == 'JupytextConfiguration' and type(f()) is type(f()) is not None"
    assert course.one(model, test, model).points == 2
    model = "import numpy as np\nimport torch\ndef f():\n    return np.poly1d([1, 2]), torch.nn.Linear(1, 1)"
    test = "import numpy, torch\nassert type(f()[0]) is numpy.poly1d and isinstance(f()[1], torch.nn.Module)"
    assert course.one(model, test, model).points == 2


@pytest.mark.parametrize(
    "answer",
    [
        "class T: pass\nT.__module__, T.__qualname__ = 'unittest.mock', '_ANY'\ndef f():\n    return T()",
        "import unittest.mock\ndef f():\n    return unittest.mock.ANY",
    ],
)
def test_an_object_of_a_class_that_equals_everything(course, answer):
    """An object that says to be of some class of the standard library's makes no such object here."""
    item = course.one("def f():\n    return 5", "got = f()\nassert type(got)() == 0 or got == 5", answer)
    assert item.points == 0
