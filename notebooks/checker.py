#@title The checker: run this cell first. It runs the checks of every exercise; you need not read it.
import contextlib
import io
import json
import math
import operator
import os
import random
import re
import sys
import traceback


class CheckFailed(Exception):
    """A check did not hold: the message for the student and, when they are known, the texts of its parts."""

    def __init__(self, message, **parts):
        super().__init__(message)
        self.parts = parts


# Values: what counts as a number, and how a thing is named that is not what was asked for.


def _is(thing, *kinds):
    """Whether a thing is exactly of one of these types; no class can pretend to be one of them."""
    return any(type(thing) is kind for kind in kinds)


def _plain(thing):
    """numpy's single numbers as Python's own; everything else as it is."""
    if type(thing).__module__ == "numpy" and getattr(thing, "shape", None) == ():
        return thing.item()
    return thing


def _show(thing):
    """A short text for a number or a nest of numbers."""
    thing = _plain(thing)
    if _is(thing, float):
        return f"{thing:.6g}"
    if type(thing).__name__ in ("Tensor", "ndarray"):
        return _show(thing.tolist())
    if _is(thing, list, tuple):
        return "[" + ", ".join(_show(part) for part in thing) + "]"
    return repr(thing) if _is(thing, int, str, bool) else _kind(thing)


def _kind(thing):
    """What a thing is that is not what was asked for, in words."""
    name = type(thing).__name__
    if thing is None:
        return "None"
    if name in ("function", "method", "builtin_function_or_method"):
        return "a function that has not been called (are its brackets missing?)"
    if name == "Tensor":
        size = math.prod(thing.shape)
        return f"a tensor of {size} entries (.tolist() is a list)" if size > 1 else "a tensor (its .item() is a number)"
    if type(thing).__module__ in ("builtins", "numpy"):
        words = {"str": "a string", "bool": "a truth value (True or False)", "ndarray": "an array", "int": "an integer"}
        return words.get(name, f"a {name}")
    fields = [field for field in ("value", "dvalue", "grad_value") if _has(thing, field)]
    return "an object with " + " and ".join("." + field for field in fields) if fields else "an object"


def _has(thing, name):
    """Whether an object has the attribute; whatever goes wrong in the student's code on the way means no."""
    try:
        getattr(thing, name)
    except Exception:
        return False
    return True


def _given(thing, what):
    """Refuse what is no answer at all: `...` stands where nothing has been done yet, None where nothing came back."""
    if thing is ...:
        raise NotImplementedError(what)
    if thing is None:
        words = "nothing was returned. Is a `return` missing?"
        raise CheckFailed(f"{what} is None: {words}", got="None", diagnosis=words, alone=True)


def _unfit(what, wanted, came):
    """The failure of a thing that is of another kind than asked for."""
    words = f"should be {wanted}, but is {came}."
    return CheckFailed(f"{what} {words}", got=came, diagnosis=f"the answer {words}")


def _number(thing, what):
    """`thing` as a float; only real numbers will do."""
    _given(thing, what)
    thing = _plain(thing)
    if not _is(thing, int, float):
        raise _unfit(what, "a plain number", _kind(thing))
    return float(thing)


def _is_close(got, want, what, tol):
    """Whether got equals want within tol (relative for large numbers); a thing of another kind raises CheckFailed."""
    want = _plain(want)
    if type(want).__name__ in ("Tensor", "ndarray"):
        _given(got, what)
        alike = type(got).__name__ == type(want).__name__
        if not alike or got.shape != want.shape:
            came = f"of shape {tuple(got.shape)}" if alike else _kind(got)
            kind = "a tensor" if type(want).__name__ == "Tensor" else "an array"
            raise _unfit(what, f"{kind} of shape {tuple(want.shape)}", came)
        return _is_close(got.tolist(), want.tolist(), what, tol)
    if _is(want, list, tuple):
        if type(got).__name__ == "ndarray":
            got = got.tolist()
        _given(got, what)
        if not _is(got, list, tuple):
            raise _unfit(what, f"a list or tuple of {len(want)}", _kind(got))
        return len(got) == len(want) and all(_is_close(g, w, "each part of " + what, tol) for g, w in zip(got, want))
    if _is(want, str, bool):
        _given(got, what)
        return type(_plain(got)) is type(want) and _plain(got) == want
    got = _number(got, what)
    return got == want or abs(got - want) <= tol * max(1.0, abs(want))


# Comparisons.


def expect(got, want, at="", what="the result", mistakes=None, tol=1e-6, secret=False):
    """Fail unless `got` is `want` (a number, string, truth value, list, tuple, array or tensor of them).

    `at` says at which inputs; `mistakes` maps the words for a known mistake (they follow "It looks as if ...") to the
    value, or a function without arguments for the value, which that mistake gives. Of a `secret` value a student is
    told only whether the answer is too large or too small.
    """
    _compare(want)
    if _is_close(got, want, what, tol):
        return
    mistake = ""
    for text, wrong in (mistakes or {}).items():
        try:
            wrong = wrong() if callable(wrong) else wrong
            if not _is_close(wrong, want, what, tol) and _is_close(got, wrong, what, tol):
                mistake = text
                break
        except (ArithmeticError, ValueError, CheckFailed, NotImplementedError):
            continue
    _fail(what, at, _show(got), _wanted(got, want, _show(want), secret), mistake)


def expect_order(got, want, at="", what="the result", mistakes=None, secret=False):
    """Fail unless `got` is the positive number `want` to within a factor of ten; the rest as in `expect`."""
    _compare(want)
    size = _number(got, what)

    def near(other):
        return size > 0 and other / 10.001 <= size <= other * 10.001

    if not near(want):
        mistake = next((text for text, wrong in (mistakes or {}).items() if near(wrong)), "")
        if not mistake and size < 0:
            mistake = "you gave the exponent: write 1e-3 for ten to the power -3"
        about = f"about {_show(want)}, within a factor of ten"
        _fail(what, at, _show(size), _wanted(size, want, about, secret), mistake)


def _wanted(got, want, text, secret):
    """What is said of the value that was expected."""
    if not secret:
        return f"expected {text}"
    got, want = _plain(got), _plain(want)
    if not (_is(got, int, float) and _is(want, int, float)) or got == want or math.isnan(got):
        return "which is not right"
    return f"which is too {'large' if got > want else 'small'}"


def _compare(want):
    """Tell the examiner, where there is one, what a comparison expects: what is the same for all is shown to nobody."""
    examiner = globals().get("__examiner__")
    if examiner is not None:
        examiner.compares(want)


def _fail(what, at, got, want, mistake, formula="", rule=""):
    """Raise CheckFailed: what differs, then which known mistake gives that and what the code amounts to."""
    message = f"{what}{' at ' + at if at else ''} is {got}, {want}."
    if mistake:
        message += f" It looks as if {mistake}."
    if formula:
        message += f" {formula[0].upper()}{formula[1:]}."
    words = "; ".join(text for text in (mistake, formula) if text)
    expected = want.removeprefix("expected ") if want.startswith("expected ") else ""
    raise CheckFailed(message, mistake=words, inputs=at, got=got, expected=expected, rule=rule)


def untouched(function, *arguments):
    """What function(*arguments) gives. Fail when it has changed a list, an array or a tensor that it was given."""

    def contents():
        return [
            repr(part.tolist() if hasattr(part, "tolist") else part)
            for part in arguments
            if type(part).__name__ in ("list", "ndarray", "Tensor")
        ]

    before = contents()
    result = function(*arguments)
    if contents() != before:
        words = "a list or tensor that was given is changed: make a new one, and leave it as it was."
        raise CheckFailed(words, mistake="a list or tensor that was given is changed", alone=True)
    return result


def slope(f, x):
    """The derivative of a function of one float, by central differences with the step that balances both errors."""
    step = sys.float_info.epsilon ** (1 / 3) * max(1.0, abs(x))
    return (f(x + step) - f(x - step)) / (2 * step)


def slopes(f, xs):
    """The partial derivatives of f(*xs), by central differences."""
    return [slope(lambda t, i=i: f(*xs[:i], t, *xs[i + 1 :]), xs[i]) for i in range(len(xs))]


# Formulas: what the student's code amounts to. It is run on numbers that remember how they were computed.

_STEPS = {name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "pow", "neg", "pos", "abs")}
_SMOOTH = "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp expm1 log log1p log2 log10 sqrt erf radians"
_STEPS.update((name, getattr(math, name)) for name in _SMOOTH.split())
_ALIASES = {"multiply": "mul", "divide": "truediv", "true_divide": "truediv", "subtract": "sub", "power": "pow"}
_ALIASES.update({"float_power": "pow", "negative": "neg", "absolute": "abs", "fabs": "abs"})
_ALIASES.update({f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")})
_CHOICES = {name: getattr(operator, name) for name in ("lt", "le", "eq", "ne", "gt", "ge")}
_CHOICES.update({"less": operator.lt, "less_equal": operator.le, "greater": operator.gt, "greater_equal": operator.ge})
_CHOICES.update({"equal": operator.eq, "not_equal": operator.ne, "bool": bool, "float": float, "int": int})
_CHOICES.update({name: getattr(math, name) for name in ("floor", "ceil", "trunc", "isnan", "isinf", "isfinite")})
_CHOICES.update({"isclose": math.isclose, "round": round, "floordiv": operator.floordiv, "mod": operator.mod})
_MAX_STEPS, _MAX_TEXT = 200, 100


class _Traced:
    """A number that remembers the formula by which it came about; the student's code computes with it as with a float.

    A formula is a name, a number, or a step: (operation, formula, ...). `notes` collects what happened to all numbers
    of a run: whether the code looked at a number and may have chosen its way by it, and which were made plain floats.
    numpy's functions find __array_ufunc__ by themselves; those of math are taught to find __math__.
    """

    def __init__(self, value, formula, notes, steps=0):
        self._value, self._formula, self._notes, self._steps = value, formula, notes, steps

    def __math__(self, name, *parts):
        name = _ALIASES.get(name, name)
        kept = self._notes.setdefault("converted", {})
        parts = [part if type(part) is _Traced else _plain(part) for part in parts]
        if name == "square":
            name, parts = "pow", [*parts, 2]
        parts = [_Traced(p, kept[p], self._notes) if _is(p, float) and p in kept else p for p in parts]
        numbers = [part._value if type(part) is _Traced else part for part in parts]
        if not all(_is(number, int, float) for number in numbers):
            return NotImplemented
        if name in _CHOICES:
            self._notes["chose"] = True
            if name == "float":
                kept[self._value] = self._formula
            return _CHOICES[name](*numbers)
        if name not in _STEPS:
            return NotImplemented
        steps = 1 + sum(part._steps for part in parts if type(part) is _Traced)
        value = _STEPS[name](*numbers)
        if steps > _MAX_STEPS or not _is(value, float):
            raise OverflowError("this formula is too long, or of no real number")
        formulas = [part._formula if type(part) is _Traced else number for part, number in zip(parts, numbers)]
        return _Traced(value, _simple(name, *formulas), self._notes, steps)

    def __array_ufunc__(self, ufunc, method, *parts, **_options):
        return self.__math__(ufunc.__name__, *parts) if method == "__call__" else NotImplemented

    def __format__(self, spec):
        return format(self._value, spec)

    def __repr__(self):
        return repr(self._value)

    def __hash__(self):
        return hash(self._value)

    def is_integer(self):
        return self.__math__("eq", self, float(round(self._value)))


for _name in "add sub mul truediv pow floordiv mod".split():
    setattr(_Traced, f"__{_name}__", lambda self, other, name=_name: self.__math__(name, self, other))
    setattr(_Traced, f"__r{_name}__", lambda self, other, name=_name: self.__math__(name, other, self))
for _name in "neg pos abs lt le eq ne gt ge bool float int floor ceil trunc round".split():
    setattr(_Traced, f"__{_name}__", lambda self, *others, name=_name: self.__math__(name, self, *others))


def _simple(name, *parts):
    """A step as a formula, without the zeros and ones that sums and seeds bring in."""
    first, last = parts[0], parts[-1]
    if name == "add" and _is(first, int, float) and first == 0:
        return last
    if name in ("add", "sub") and _is(last, int, float) and last == 0:
        return first
    if name == "pos":
        return first
    if name == "mul" and _is(first, int, float) and abs(first) == 1:
        return last if first == 1 else _simple("neg", last)
    if name in ("mul", "truediv") and _is(last, int, float) and last == 1:
        return first
    return (name, *parts)


def _value_of(formula, names):
    """The value of a formula, with a number for each name in it."""
    if _is(formula, str):
        return names[formula]
    if not _is(formula, tuple):
        return formula
    return _STEPS[formula[0]](*[_value_of(part, names) for part in formula[1:]])


def _write(formula):
    """A formula as Python, with brackets where Python puts them and wherever a fraction is multiplied or divided."""
    return _written(formula)[0] + ("" if _uses_names(formula) else ", whatever the operands are")


def _uses_names(formula):
    """Whether there is a name in a formula."""
    return _is(formula, str) or (_is(formula, tuple) and any(map(_uses_names, formula[1:])))


def _written(formula):
    """The text of a formula and how tightly it holds together: 1 sum, 2 product, 3 sign, 4 power, 5 anything else."""
    if _is(formula, str):
        return formula, 5
    if not _is(formula, tuple):
        text = {math.pi: "pi", math.e: "e"}.get(formula) or f"{formula:.10g}"
        return text, 3 if text.startswith("-") else 5
    name, *parts = formula

    def part(place, tightness):
        text, found = _written(parts[place])
        inner = parts[place][0] if _is(parts[place], tuple) else ""
        fraction = name in ("mul", "truediv") and inner == "truediv"
        return f"({text})" if found < tightness or fraction or (place and text.startswith("-")) else text

    if name == "add":
        return f"{part(0, 1)} + {part(1, 1)}", 1
    if name == "sub":
        return f"{part(0, 1)} - {part(1, 2)}", 1
    if name == "mul":
        return f"{part(0, 2)}*{part(1, 2)}", 2
    if name == "truediv":
        return f"{part(0, 2)}/{part(1, 3)}", 2
    if name == "neg":
        return f"-{part(0, 2)}", 3
    if name == "pow":
        return f"{part(0, 5)}**{part(1, 5)}", 4
    return f"{name}({', '.join(_written(p)[0] for p in parts)})", 5


@contextlib.contextmanager
def _tracing():
    """While this lasts the functions of math, by whatever names the notebook has them, accept traced numbers."""

    def aware(name, function):
        def call(*args, **options):
            traced = next((arg for arg in args if type(arg) is _Traced), None)
            return function(*args, **options) if traced is None else traced.__math__(name, *args)

        return call

    kept = [(vars(math), name, value) for name, value in vars(math).items() if callable(value)]
    wrapped = {id(value): aware(name, value) for _, name, value in kept}
    own = globals()
    kept += [(own, name, value) for name, value in list(own.items()) if id(value) in wrapped]
    try:
        for where, name, value in kept:
            where[name] = wrapped[id(value)]
        yield
    finally:
        for where, name, value in kept:
            where[name] = value


def _find_formulas(run, starts, domain, names, seed_names):
    """What the numbers that run(values, seeds) gives amount to: formulas, and whether they hold "at these inputs" only.

    None when that cannot be vouched for: each formula is compared with the student's code at fresh points of both
    signs, and where the code looked at its numbers (a branch), at least close to where it was found.
    """
    draw = random.Random(14)
    nearby = None
    for xs, seeds in starts:
        notes = {}
        try:
            with _tracing():
                traced = [
                    [_Traced(number, name, notes) for number, name in zip(numbers, known)]
                    for numbers, known in ((xs, names), (seeds, seed_names))
                ]
                results = run(*traced)
        except Exception:
            continue
        results = [result._formula if type(result) is _Traced else _plain(result) for result in results]
        kept = notes.get("converted", {})
        formulas = [kept.get(result, result) if _is(result, float) else result for result in results]
        if not all(_is(formula, str, tuple, int, float) for formula in formulas):
            continue

        def agrees(points):
            """At how many points formulas and code agree: 0 when they differ at one where the code gives numbers."""
            seen = 0
            for values, sown in points:
                try:
                    real = [_number(number, "") for number in run(values, sown)]
                except Exception:
                    continue
                known = dict(zip(names + seed_names, values + sown))
                try:
                    if not all(_is_close(_value_of(f, known), r, "", 1e-9) for f, r in zip(formulas, real)):
                        return 0
                except Exception:
                    return 0
                seen += 1
            return seen

        far = [
            ([sign * draw.uniform(*domain) for _ in xs], [draw.uniform(0.4, 2.7) * draw.choice((-1, 1)) for _ in seeds])
            for sign in (1, 1, 1, -1, -1)
        ]
        everywhere = agrees([*starts, *far])
        if everywhere > 2:
            return formulas, " at these inputs" if notes.get("chose") and everywhere < len(starts) + len(far) else ""
        near = [[[x * (1 + draw.uniform(-1e-4, 1e-4)) for x in part] for part in (xs, seeds)] for _ in range(3)]
        if notes.get("chose") and xs is starts[0][0] and agrees([(xs, seeds), *near]) > 2:
            nearby = formulas, " at these inputs"
    return nearby


# Rules: an operation on dual numbers or variables against central differences.

# What a formula does not say by itself: mistakes in c = a op b, whose differential is dc = wa*da + wb*db. The right
# weights wa and wb are found by central differences. Each row: the operation (or "one" or "two" operands, or "any"),
# the wrong formula, and what the mistake is, to follow "your ... rule".
_WRONG_RULES = (
    ("two", "da*wa + b*wb", "uses other.value where other.dvalue belongs"),
    ("two", "a*wa + db*wb", "uses self.value where self.dvalue belongs"),
    ("two", "a*wa + b*wb", "uses values where dvalues belong"),
    ("two", "da*wb + db*wa", "has the two operands the wrong way round"),
    ("power", "da*wa", "has no term for a changing exponent (the one with a logarithm)"),
    ("two", "da + db", "is the rule for addition"),
    ("two", "da - db", "is the rule for subtraction"),
    ("two", "a*db + b*da", "is the rule for multiplication"),
    ("two", "da*db", "combines the two tangents as if they were values"),
    ("two", "da/db", "divides the two tangents as if they were values"),
    ("division", "(da*wa + db*wb)*b*b", "does not divide by b squared (note that x / b*b divides and then multiplies)"),
    ("power", "da*wa + db*wb*log1p(a)/log(a)", "takes log1p, which is log(1 + a), for log(a)"),
    ("power", "da*wa + db*wb*log10(e)", "takes the logarithm to base 10"),
    ("power", "da*wa*a + db*wb", "does not lower the exponent by one"),
    ("power", "da*wa*a", "does not lower the exponent by one"),
    ("exp", "da*wa/exp(1)", "treats e**x like a power of x and lowers the exponent"),
    ("exp", "a*exp(a - 1)*da", "treats e**x like a power of x"),
    ("log", "da/(1 + a)", "is the rule for log(1 + x)"),
    ("sqrt", "da/2", "is that of x/2: x ** 1/2 is (x ** 1)/2"),
    ("one", "wa", "leaves out the factor that arrives from before (the chain rule)"),
    ("one", "-wa", "leaves out the factor that arrives from before (the chain rule), and has the wrong sign"),
    ("one", "a*wa", "uses value where dvalue belongs"),
    ("one", "da", "passes the seed on unchanged, as if the slope were 1"),
    ("one", "da*cos(a)", "is the rule for sin"),
    ("any", "0.0", "is 0: this operation forgets the derivative"),
    ("any", "-da*wa - db*wb", "has the wrong sign"),
    ("any", "2*(da*wa + db*wb)", "counts everything twice"),
)

# The rules that the notebooks state: what they are called, the dvalue, and the weight of each operand.
_RULES = {
    "addition": ("the rule for a sum", "da + db", "1", "1"),
    "subtraction": ("the rule for a difference", "da - db", "1", "-1"),
    "multiplication": ("the product rule", "da*b + a*db", "b", "a"),
    "division": ("the quotient rule", "(da*b - a*db)/b**2", "1/b", "-a/b**2"),
    "power": ("the rule for a power", "b*a**(b - 1)*da + a**b*log(a)*db", "b*a**(b - 1)", "a**b*log(a)"),
    "sin": ("the rule for sin", "cos(x)*dx", "cos(x)"),
    "cos": ("the rule for cos", "-sin(x)*dx", "-sin(x)"),
    "tan": ("the rule for tan", "dx/cos(x)**2", "1/cos(x)**2"),
}


def _the(rule):
    """An operation in a sentence: the addition, but tan."""
    return f"the {rule}" if rule.endswith("ion") or rule == "power" else rule


def _draw(operands, domain):
    """A random point, and seeds that are neither 0 nor 1 nor equal."""
    seeds = random.sample([-2.3, -1.7, -0.6, 0.4, 1.6, 2.7], operands)
    return [random.uniform(*domain) for _ in range(operands)], [s * random.uniform(0.9, 1.1) for s in seeds]


def _names(operands):
    """What operands are called in messages."""
    return ["x"] if operands == 1 else list("abcdefgh"[:operands])


def _mistake(rule, cases, got, mode):
    """Which wrong rule gives `got` (a list for each case of point, seeds and weights), or an empty string."""
    operands = len(cases[0][0])
    if operands > 2 or not rule.isalpha():
        return ""
    nothing = not any(any(numbers) for numbers in got)

    def wrong(formula, case):
        xs, seeds, weights = (list(part) + [0.0] * (2 - operands) for part in case[:3])
        names = {"a": xs[0], "b": xs[1], "wa": weights[0], "wb": weights[1], **vars(math)}
        if mode == "tangent":
            return [eval(formula, {**names, "da": seeds[0], "db": seeds[1]})]
        alone = [{"da": seeds[0], "db": 0.0}, {"da": 0.0, "db": seeds[0]}][:operands]
        return [eval(formula, {**names, **seed}) for seed in alone]

    for group, formula, text in _WRONG_RULES:
        if nothing != (formula == "0.0") or (mode == "weights" and re.search("dvalue|tangent", text)):
            continue
        try:
            if group in (rule, "any", ("one", "two")[operands - 1]) and all(
                _is_close(g, wrong(formula, case), "", 1e-6) for g, case in zip(got, cases)
            ):
                return f"your {rule} rule {text}"
        except (ArithmeticError, ValueError):
            continue
    return ""


def _called(rule, f, inputs):
    """What the student's f gives for objects, which have to stay as they are."""

    def fields():
        return [getattr(a, name) if _has(a, name) else None for a in inputs for name in ("value", "dvalue")]

    before = fields()
    result = f(*inputs)
    for place, (was, now) in enumerate(zip(before, fields())):
        if _is(_plain(was), int, float) and not (_is(_plain(now), int, float) and now == was) and was == was:
            name, field = _names(len(inputs))[place // 2], ("value", "dvalue")[place % 2]
            words = f"{_the(rule)} changes its operand {name}: its {field} was {_show(was)} and is now {_show(now)}"
            message = f"{words}. Return a new object and leave the operands as they are."
            raise CheckFailed(message, mistake=words, alone=True)
    _given(result, f"the result of {_the(rule)}")
    return result


def _field(rule, result, field, kind):
    """The .value or .dvalue of what the student's code gives."""
    if not _has(result, field):
        words = f"should give {kind}, but gives {_kind(result)}."
        raise CheckFailed(f"{_the(rule)} {words}", got=_kind(result), diagnosis=f"the operation {words}")
    return getattr(result, field)


def expect_value(rule, f, make, plain=None, operands=2, domain=(1.2, 2.6), points=2):
    """Fail unless f, applied to make(value) for each operand, has the value that the plain function of floats has.

    For dual numbers `make` gives some tangent: `lambda value: DualNumber(value, 0.3)`. The rest as in `expect_rule`.
    """

    def run(xs, _):
        return [_field(rule, _called(rule, f, [make(x) for x in xs]), "value", "an object with .value")]

    def want(xs, *_):
        return [(plain or f)(*xs)]

    _examine(rule, f"the value of {_the(rule)}", "value", run, plain or f, want, operands, domain, points)


def expect_rule(rule, f, make, plain=None, operands=2, domain=(1.2, 2.6), points=2, name="DualNumber"):
    """Fail unless f, applied to dual numbers make(value, dvalue), has the tangent that central differences of f give.

    `rule` names the operation for the tables of rules ("division", "power", "cos", ...) and in the message; an
    expression ("a / (b * a)") is only named. `plain` is the same function on floats where f itself cannot take them.
    Points and seeds are random.
    """

    def run(xs, seeds):
        return [_field(rule, _called(rule, f, [make(x, s) for x, s in zip(xs, seeds)]), "dvalue", f"a {name}")]

    def want(_, seeds, weights):
        return [sum(w * s for w, s in zip(weights, seeds))]

    _examine(rule, f"the dvalue of {_the(rule)}", "tangent", run, plain or f, want, operands, domain, points)


def expect_weights(rule, f, make, plain=None, operands=2, domain=(1.2, 2.6), points=2, seed=None):
    """Fail unless f, applied to make(value) for each operand, gives the gradients that central differences of f give.

    The reverse-mode twin of `expect_rule`: the output's grad_value is set to a random seed (or seed(output, g) is
    called), then every operand is asked for grad().
    """

    def run(xs, seeds):
        inputs = [make(x) for x in xs]
        output = _called(rule, f, inputs)
        if seed:
            seed(output, seeds[0])
        else:
            output.grad_value = seeds[0]
        return [x.grad() for x in inputs]

    def want(_, seeds, weights):
        return [w * seeds[0] for w in weights]

    _examine(rule, f"the gradient through {_the(rule)}", "weights", run, plain or f, want, operands, domain, points)


def _examine(rule, what, mode, run, plain, want, operands, domain, points):
    """Compare what run(values, seeds) gives at random points with what is wanted there, and explain what differs."""
    cases, got = [], []
    for _ in range(points):
        xs, seeds = _draw(operands, domain)
        weights = [] if mode == "value" else slopes(plain, xs)
        cases.append((xs, seeds, weights, want(xs, seeds, weights)))
        _compare(cases[-1][3])
        got.append([_number(number, what) for number in run(xs, seeds)])
    wrong = [(case, g) for case, g in zip(cases, got) if not _is_close(g, case[3], what, 1e-5)]
    if not wrong:
        return
    (xs, seeds, _, wants), g = wrong[0]
    names = _names(operands)
    at = ", ".join(f"{n} = {_show(x)}" for n, x in zip(names, xs))
    if mode == "tangent":
        at += f" (dvalue{'s' * (len(seeds) > 1)} {' and '.join(map(_show, seeds))})"
    elif mode == "weights":
        at += f" (seed {_show(seeds[0])})"
    explain = {"tangent": _explain_tangent, "weights": _explain_weights, "value": _explain_value}[mode]
    with contextlib.redirect_stdout(io.StringIO()):  # what the student's code prints was seen once already
        formula, right = explain(rule, cases, run, domain, [case for case, _ in wrong], names)
    g, wanted = (g[0], wants[0]) if len(g) == 1 else (g, wants)
    mistake = "" if mode == "value" else _mistake(rule, cases, got, mode)
    _fail(what, at, _show(g), f"expected {_show(wanted)}", mistake, formula, right)


def _explain_value(rule, cases, run, domain, wrong, names):
    """What the student's value is, as a formula."""
    found = _find_formulas(lambda xs, _: run(xs, []), [(case[0], []) for case in wrong], domain, names, [])
    text = _write(found[0][0]) if found else ""
    return f"your value is {text}{found[1]}" if text and len(text) <= _MAX_TEXT else "", ""


def _explain_tangent(rule, cases, run, domain, wrong, names):
    """What the student's dvalue is, as a formula, and which factor in it is wrong; and the right rule."""
    seeds = ["d" + name for name in names]
    found = _find_formulas(run, [case[:2] for case in wrong], domain, names, seeds)
    text = found and _write(found[0][0])
    formula = f"your dvalue is {text}{found[1]}" if found and len(text) <= _MAX_TEXT else ""
    off = _wrong_factors(cases, run) if len(names) > 1 else []
    if off is None:
        note = f"each of its terms needs exactly one of {' and '.join(seeds)} as a factor"
    elif 0 < len(off) < len(names):
        note = f"the factor of {' and that of '.join(seeds[place] for place in off)} is wrong"
    else:
        note = ""
    if note:
        formula = f"{formula}; {note}" if formula else note
    called, right = _RULES.get(rule, ("", ""))[:2]
    return formula, f"{called} is {right}" if right else ""


def _wrong_factors(cases, run):
    """The places of the operands whose factor is wrong, by giving one operand a dvalue at a time; None: not linear."""
    try:
        off = set()
        for xs, _, weights, _ in cases:
            alone = [[float(place == other) for other in range(len(xs))] for place in range(len(xs))]
            factors = [_number(run(xs, seeds)[0], "") for seeds in alone]
            both = _number(run(xs, [2.0] * len(xs))[0], "")
            if not _is_close(both, 2 * sum(factors), "", 1e-9):
                return None
            off |= {place for place, pair in enumerate(zip(factors, weights)) if not _is_close(*pair, "", 1e-5)}
        return sorted(off)
    except Exception:
        return []


def _explain_weights(rule, cases, run, domain, wrong, names):
    """What each wrong weight is as a formula, one operand at a time; and the right ones."""
    starts = [(case[0], case[1][:1]) for case in wrong]
    found = _find_formulas(run, starts, domain, names, ["g"])
    unit = _find_formulas(lambda xs, _: run(xs, [1.0]), starts, domain, names, ["g"])
    texts, right = [], []
    rules = _RULES.get(rule, ())[2:]
    for place, name in enumerate(names) if found and unit else ():
        formula, weight = found[0][place], unit[0][place]
        at = [({**dict(zip(names, xs)), "g": seeds[0]}, wants[place]) for xs, seeds, _, wants in cases]
        try:
            if all(_is_close(_value_of(formula, known), want, "", 1e-5) for known, want in at):
                continue
            scaled = all(
                _is_close(_value_of(formula, {**known, "g": g}), g * _value_of(weight, known), "", 1e-9)
                for known, _ in at
                for g in (-1.7, 0.6)
            )
        except Exception:
            continue
        text = _written(weight if scaled else formula)[0]
        if len(text) > _MAX_TEXT:
            continue
        where = f"the {'weight' if scaled else 'gradient'} of {name} is {text}{found[1]} in your code"
        if not scaled and re.search(r"\bg\b", text):
            where = f"with g for the seed, {where}"
        elif not scaled:
            where = f"the seed is not passed on: {where}"
        texts.append(where)
        if rules:
            right.append(f"the weight of {name} should be {rules[place]}")
    return "; ".join(texts), "; ".join(right)


# The exercises of a session.

_PLAN, _STATE, _TRIES = [], {}, {}


def plan(*sections):
    """Tell the checker what this notebook asks: for each section its name, its minutes, {item: points}, those of the
    written answers that a person reads and, if its points do not count towards the mark, True for "further"."""
    _PLAN[:] = [(*section, False)[:5] for section in sections]


def _further(item):
    """Whether the points of an item do not count towards the mark."""
    return any(further and item in items for _, _, items, _, further in _PLAN)


class task:
    """The checks of one item: `with task("item") as check:` and in it `with check("name", points, hint="..."):`.

    Help comes in stages, one more with each failure: what differs, then the hints, of which there may be several:
    hint=("the first", "the second"), and last the rule.
    """

    def __init__(self, item):
        self.item, self.earned, self.total, self.lines, self.open, self.failed = item, 0, 0, [], False, False
        self.examiner = globals().get("__examiner__")
        self.marking = bool(os.environ.get("NBGRADER_EXECUTION"))
        self.said, self.withheld, self.helped = set(), False, False

    def __enter__(self):
        return lambda name, points, hint="": _Check(self, name, points, hint)

    def __exit__(self, kind, error, trace):
        if self.examiner is not None:
            return False
        if error is not None:
            if not isinstance(error, Exception):
                return False
            self.note("", error, ())
        done = not (self.open or self.failed)
        _STATE[self.item] = "done" if done else "open" if not self.failed else "wrong"
        _TRIES[self.item] = _TRIES.get(self.item, 0) + self.failed
        if done:
            print(f"{self.item}: visible checks passed; hidden checks use other numbers.")
        elif not self.failed and not self.earned:
            print(f"{self.item}: not done yet.")
        else:
            count = f"{self.earned:g} of {self.total:g} point{'s' * (self.total != 1)}"
            print(f"{self.item}: not right yet; {count} in these checks.")
            print("\n".join("  - " + line for line in self.lines))
            if self.withheld:
                print(f"  (If the next try fails too, you will get {'another' if self.helped else 'a'} hint.)")
        if self.marking and not done and not _further(self.item):
            if not self.earned:
                raise AssertionError("\n".join([f"{self.item}: no points", *self.lines])) from None
            sys.displayhook(self.earned)
        return True

    def note(self, name, error, hint):
        """Keep what a failed check says: its line for the student; the message and its parts for the examiner."""
        known = type(error).__name__ == "CheckFailed"  # also one that was raised on the student's side of the examiner
        parts = dict(getattr(error, "parts", {})) if isinstance(error, CheckFailed) else {}
        rule = parts.pop("rule", "")
        alone = parts.pop("alone", False)
        helps = [f"{rule[0].upper()}{rule[1:]}."] if rule else []
        if rule and self.examiner is not None:
            parts["mistake"] = f"{parts['mistake']}; {rule}" if parts.get("mistake") else rule
        if isinstance(error, NotImplementedError):
            self.open = True
            message, hint = "not done yet.", ()
            other, _, words = str(error).partition(": ")
            if self.examiner is None and other != self.item and words == "not done yet":
                message = f"waits for {other}, which is not done yet."
        else:
            self.failed = True
            message, parts["diagnosis"] = (
                (str(error), parts.get("diagnosis", "")) if known else self.explain(error)
            )
            if alone or (not known and isinstance(error, (NameError, RecursionError))):
                hint = ()  # the message says what to do; the hints are about other mistakes
        shown = [f"Hint: {words}{'' if words[-1:] in '.?!' else '.'}" for words in hint] + helps
        if self.examiner is None and not self.marking:
            tries = _TRIES.get(self.item, 0)
            self.withheld = self.withheld or len(shown) > tries
            shown = shown[:tries]
            self.helped = self.helped or bool(shown)
        words = " ".join([message, *shown])
        self.lines.append(f"{name}: {'as above.' if words in self.said else words}" if name else words)
        self.said.add(words)
        return " ".join([message, *helps]), parts

    def explain(self, error):
        """What an error that the student's own code raised means; and the same without the error's own text, which may
        hold the numbers that the code was asked with."""
        kind = type(error).__name__
        if getattr(type(error), "about_the_hand_in", False) is True:  # the examiner's own words
            text = str(error)
            return (f"{text[:1].upper()}{text[1:]}.",) * 2
        if isinstance(error, NameError):
            missing = re.search(r"name '(\w+)'", str(error))
            name = _MATH_NAMES.get(missing[1], missing[1]) if missing else ""
            if hasattr(math, name):
                words = f"{error}{self.line_of(error)}. Did you mean math.{name}? If not, run the cell that defines it."
            else:
                words = f"{error}{self.line_of(error)}. Run the cell that defines it, or check the spelling."
            return words, words
        where = "torch " if "torch" in globals() else "dual " if "DualNumber" in globals() else ""
        if isinstance(error, RecursionError):
            numbers = _DUAL_NUMBERS if where == "dual " else "with the .value of the operands, and"
            words = (
                f"your code calls itself for ever{self.line_of(error)}. A rule must not use the operator or function "
                f"that it defines: compute {numbers} with the functions of math."
            )
            return words, words
        text = re.split(r"\n|\.? Hint: |\. Specify | \(or directly", str(error))[0].rstrip(".")
        meaning = next((f" {words}" for pattern, words in _ERRORS if re.search(pattern, f"{where}{error}")), "")
        own = self.own_frames(error)
        called = own[-1][0].f_code.co_name if own else ""
        if "a function of your own" in meaning and callable(getattr(math, called, None)):
            own = own[:-1] or own
            meaning = meaning.replace(
                "a function of your own called in place of the one of math",
                f"your own {called} called in place of math.{called}",
            )
        line = self.line_of(error, own)
        begin = f"your code stopped with {kind}"
        return f"{begin}{': ' + text if text else ''}{line}.{meaning}", f"{begin}{line}.{meaning}"

    def own_frames(self, error):
        """The frames of the student's own cells on the way to an error: not the test's, torch's or the checker's."""
        ours = {task.line_of.__code__.co_filename}
        frames = [] if self.examiner is not None else list(traceback.walk_tb(error.__traceback__))
        if frames:
            ours.add(frames[0][0].f_code.co_filename)
        return [pair for pair in frames if pair[0].f_globals is globals() and pair[0].f_code.co_filename not in ours]

    def line_of(self, error, own=None):
        """The line of the student's own cells that an error is about: the last one on the way to it.

        Where functions call one another for ever, it is the line of the first of them that does so again and again.
        """
        own = self.own_frames(error) if own is None else own
        if isinstance(error, RecursionError):
            codes = [frame.f_code for frame, _ in own]
            rounds = [code for code in codes if codes.count(code) > 2 and code.co_name != "<lambda>"]
            own = [pair for pair in own if pair[0].f_code is rounds[0]][:1] if rounds else own
        lines = traceback.StackSummary.extract(own[-1:])
        return f", in the line `{lines[0].line}`" if lines and lines[0].line else ""


# What students call the functions of math, and how a rule for dual numbers is to compute.
_MATH_NAMES = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
_DUAL_NUMBERS = "with .value and .dvalue, not with the objects, and"

# What an error usually means here: a pattern in its text (after "torch ", where the notebook has that, or "dual ",
# where it has DualNumber), and words that stand in place of the advice it gives.
_ERRORS = """
^dual .*Numerical result out of range =>
    The numbers have grown beyond all bounds. In a rule, compute with .value and .dvalue, not with the objects: their
    operators call the rule again.
^dual .*must be real number, not =>
    The functions of math take plain numbers: write math.sin(x.value), not math.sin(x), or use the function that this
    notebook defines.
^dual .*'(float|int)' object has no attribute =>
    This is a plain number already. Was .value or .dvalue taken too early, or a function of your own called in place of
    the one of math?
^dual .*<lambda>\\(\\) takes 1 positional argument but =>
    f takes one list, and not the numbers one by one: call f(duals), without a star.
module 'math' has no attribute 'ln' =>
    The natural logarithm is math.log.
operand type\\(s\\) for \\^ =>
    In Python a power is **; ^ is something else.
cannot unpack non-iterable NoneType =>
    What stands on the right of = gave None, as ctx.save_for_backward(...) does: backward finds what it kept in
    ctx.saved_tensors.
cannot unpack non-iterable (builtin_function_or_)?method =>
    A method was named here, not called. (save_for_backward keeps tensors and gives nothing back; backward finds them in
    ctx.saved_tensors.)
cannot unpack non-iterable (DualNumber|Var|Value) =>
    One such object was given where a list of them is wanted, one for each input.
cannot unpack non-iterable =>
    Lists such as .children hold pairs (weight, z), not bare numbers.
'NoneType' object has no attribute '(d?value|children|grad.*)'|(Dual|Va[rl]).*NoneType|NoneType.*(Dual|Va[rl]) =>
    None came where an object was meant: is a `return` missing?
'NoneType' object has no attribute '(zero_|fill_)' =>
    Before the first backward() .grad is None, and has nothing to empty: x.grad = None empties it at any time.
^torch .*NoneType =>
    There is a None where a number or tensor should be. A `return` may be missing; .grad is None until backward() has
    been called, with its brackets, and a tensor that is not a leaf never gets one: after x = x - ..., x is no longer a
    leaf.
'NoneType' object is not (iterable|reversible) =>
    None came where a list was meant: is a `return` missing? (.reverse() and .append() change a list and give None;
    reversed(...) gives the list from its end.)
NoneType =>
    None came where a number or an object was meant: is a `return` missing?
through the graph a second time =>
    Each backward() frees the graph that it has walked. In a loop, either backward() belongs after the loop (for one
    result of all rounds), or something computed once before the loop belongs inside it (so that each round builds a
    graph of its own). Do not retain the graph there, whatever torch says: retain_graph=True is for asking one and the
    same graph twice.
does not require grad =>
    No graph leads from this result back to a leaf. Was the leaf made with requires_grad=True? Was something detached on
    the way (.item(), .detach(), .data, torch.no_grad())? Under no_grad, x = x - ... puts a new tensor without a graph
    in the leaf's place, where x -= ... keeps the leaf. For a second derivative, did the first keep its graph
    (create_graph=True)?
differentiated Tensors =>
    The result does not depend on that tensor through a recorded operation: it needs requires_grad=True and has to be
    used itself, not a copy of its value.
implicitly created only for scalar =>
    A backward pass starts from a single number. Make one with .sum() (what arrives at one leaf is then added up), or
    pass one weight for each entry: result.backward(u), with u a tensor.
gradients can be either Tensors =>
    The weights have to be a tensor: torch.tensor(u).
^torch .*('tuple' (and|object has no attribute)|and 'tuple') =>
    torch.autograd.grad returns a tuple, with one entry for each leaf: take the entry out, by (g,) = ... or with [0].
Boolean value of Tensor =>
    An `if` (and min, max, `and`, `or`) decides once, for the whole tensor. Entry by entry it takes torch.where,
    torch.minimum or .clamp(...).
not enough values to unpack \\(expected \\d+, got 0\\) =>
    Nothing has been kept: ctx.saved_tensors is empty unless forward has called ctx.save_for_backward(...).
modified by an inplace operation =>
    Something like += or a method ending in _ has overwritten a value that the way back still needs: make a new tensor
    instead. (If it was the step of a descent, the step is right, and the graph is old: compute the function anew in
    each round, after the step.)
view of a leaf Variable =>
    Indexing gives a view, a second name for the same memory, so this would change the leaf itself: work on a copy,
    .clone().
leaf Variable that requires grad =>
    A leaf must not be changed by a recorded operation. If this is a step of descent, put it inside
    `with torch.no_grad():`; otherwise make a new tensor.
shapes cannot be multiplied =>
    In a product A @ B, A has as many columns as B has rows: should one be transposed (.T), or the order changed?
incorrect number of gradients =>
    backward returns one gradient for each argument of forward after ctx, in the same order, with commas between them:
    a list counts as one gradient, and so does a missing `return`.
invalid gradient at index =>
    The gradient of an argument has the shape of that argument: sum over what was broadcast, transpose where needed.
converted to Scalar|only one element tensors =>
    .item() is for a single number; .tolist() turns a whole tensor into a list.
Only Tensors of floating point =>
    Only tensors of floats have gradients: write 1.0 instead of 1, or give dtype=torch.float64.
expected (scalar type|m1 and m2)|same dtype|Found dtype =>
    Tensors of 32 and of 64 bits have met: make yours with the dtype of what you were given, dtype=other.dtype.
numpy\\(\\) on Tensor that requires grad =>
    Write .detach().numpy(), or .tolist().
'(float|int)' object has no attribute '(value|children|grad_value|grad|operands|_backward)' =>
    This is a plain number. Was it never made into an object, was .value taken too early, or is a function of your own
    called in place of the one of math?
operand type\\(s\\) for (\\*\\*|/).*'Value' =>
    Value has only +, - and *: write a square as d * d, and a mean as 0.25 times the sum.
operand type\\(s\\) for.*'(float|int)' and 'Var' =>
    Var takes no plain numbers: write 2 as Var(2.0).
'(float|int)' object has no attribute =>
    This is a plain number already. Was .value or .dvalue taken too early, or your own exp called in place of math.exp?
must be real number, not =>
    The functions of math take plain numbers: give them x.value, or use the function that this notebook defines.
'(builtin_function_or_)?method'|'function' =>
    A function was named but not called: its brackets () are missing.
"""
_ERRORS = [(row[1], " ".join(row[2].split())) for row in re.finditer(r"(?m)^(\S.*) =>((?:\n    .*)+)", _ERRORS)]


class _Check:
    """One named check: catches what its block raises, so that the next check runs as well."""

    def __init__(self, owner, name, points, hint):
        self.owner, self.name, self.points = owner, name, points
        self.hint = (hint,) if _is(hint, str) and hint else tuple(hint)
        owner.total += points

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and not isinstance(error, Exception):
            return False
        message, parts = ("", {}) if error is None else self.owner.note(self.name, error, self.hint)
        self.owner.earned += self.points if error is None else 0
        if self.owner.examiner is not None:
            hint = re.sub(r"([.?!]);", r"\1", "; ".join(self.hint))
            parts.update(message=message, hint=hint)
            self.owner.examiner.record(self.owner.item, self.name, self.points, error is None, **parts)
        return True


class attempt:
    """Run demonstration lines: what is not done yet, or wrong, becomes one line of text and does not stop "Run all"."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, NotImplementedError):
            print(f"This waits for an exercise ({str(error) or 'not done yet'}).")
        elif isinstance(error, Exception):
            print(f"This does not work yet: {type(error).__name__}: {error}")
        return error is None or isinstance(error, Exception)


def _unanswered():
    """The written questions whose cells still hold the text they came with; None when this notebook cannot be read."""
    try:
        if "google.colab" in sys.modules:
            cells = sys.modules["google.colab"]._message.blocking_request("get_ipynb", timeout_sec=5)["ipynb"]["cells"]
        else:
            path = globals().get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
            with open(path if os.path.exists(path) else os.path.basename(path), encoding="utf-8") as file:
                cells = json.load(file)["cells"]
        found = {cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"]) for cell in cells}
        asked = [item for section in _PLAN for item in section[3]]
        return [item for item in asked if "Your answer here" in found.get(item, "")]
    except Exception:
        return None


def summary():
    """Print what is done and what is open, and how to hand in."""
    if "__examiner__" in globals():
        return
    words = {"done": "visible checks passed", "wrong": "not right yet", "open": "open", None: "open"}
    empty = _unanswered()
    for part in (False, True):
        sections = [section for section in _PLAN if section[4] is part]
        if part and sections:
            print("\nFurther, checked in the same way, but not counted towards your mark:")
        for section, minutes, items, written, _ in sections:
            print(f"{section} ({minutes:g} minute{'s' * (minutes != 1)})")
            for item, points in items.items():
                print(f"    {words[_STATE.get(item)]:<22}  {item} ({points:g} point{'s' * (points != 1)})")
            for item, points in written.items():
                state = "NOT ANSWERED" if item in (empty or ()) else "marked by a person"
                print(f"    {state:<22}  {item} ({points:g} point{'s' * (points != 1)})")
        names = [item for section in sections for item in section[2]]
        if names:
            done = sum(_STATE.get(item) == "done" for item in names)
            minutes = sum(section[1] for section in sections)
            print(f"{done} of {len(names)} exercises pass their visible checks. Planned: {minutes:g} minutes.")
    if empty is None and any(section[3] for section in _PLAN):
        print("\nThe answers to written questions cannot be seen from here: make sure that each question has one.")
    elif empty:
        print(f"\nNot answered when this notebook was last saved: {', '.join(empty)}.")
    print("\nThe hidden checks use other numbers. To hand in, run everything once more from the top and save (in Colab:")
    print("File, Download, Download .ipynb). Hand in this file together with the lab's other notebooks.")
