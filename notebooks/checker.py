#@title The checker: run this cell first. It runs the checks of every exercise; you need not read it.
import math
import os
import random
import sys
import time
import traceback

# Known wrong rules for c = a op b, whose differential is dc = wa*da + wb*db. The right weights wa and wb are found by
# central differences, never written down here. One table serves both modes: forward asks for the tangent with seeds da
# and db, reverse for each weight alone (the other seed is 0). Each row: the operation (or "one" or "two" operands, or
# "any"), the wrong formula, and what the mistake is, to follow "your ... rule".
_WRONG_RULES = (
    ("two", "da*wa + b*wb", "uses other.value where other.dvalue belongs"),
    ("two", "a*wa + db*wb", "uses self.value where self.dvalue belongs"),
    ("two", "a*wa + b*wb", "uses values where dvalues belong"),
    ("two", "da*(wa + wb)", "uses the first operand's part in both terms"),
    ("two", "db*(wa + wb)", "uses the second operand's part in both terms"),
    ("two", "da*wb + db*wa", "has the two operands the wrong way round"),
    ("two", "-da*wb - db*wa", "has the two operands the wrong way round, and the wrong sign"),
    ("two", "da*wa - db*wb", "has the wrong sign before the second operand's term"),
    ("two", "db*wb - da*wa", "has the wrong sign before the first operand's term"),
    ("power", "da*wa", "has no term for a changing exponent (the one with a logarithm)"),
    ("two", "da*wa", "leaves out the second operand's term"),
    ("two", "db*wb", "leaves out the first operand's term"),
    ("two", "da + db", "is the rule for addition"),
    ("two", "da - db", "is the rule for subtraction"),
    ("two", "a*db + b*da", "is the rule for multiplication"),
    ("two", "da*db", "combines the two tangents as if they were values"),
    ("two", "da/db", "divides the two tangents, as if they were values"),
    ("division", "(da*wa + db*wb)*b", "divides by b instead of b squared"),
    ("division", "(da*wa + db*wb)*b*b",
     "does not divide by b squared (note that x / b*b divides and then multiplies again)"),
    ("division", "-(da*wa + db*wb)*b*b", "does not divide by b squared, and its sign is wrong"),
    ("division", "da*wa/b + db*wb", "has da where b * da belongs"),
    ("division", "da*wa/b/b + db*wb", "has da / b where b * da belongs"),
    ("division", "da*(wa + db*wb)", "multiplies both terms by da: check the brackets"),
    ("division", "da*wa + db*wb*b", "divides the second term by b instead of b squared"),
    ("division", "(da*wa + db*wb)*b*b/a/a", "divides by a squared instead of b squared"),
    ("power", "da*wa + db*wb*log1p(a)/log(a)", "takes log1p, log(1 + a), for log(a)"),
    ("power", "da*wa + db*wb*log10(e)", "takes the logarithm to base 10"),
    ("power", "da*(a*b)**(b - 1) + db*wb", "raises a*b to the power: check the brackets"),
    ("power", "da*(a*b)**(b - 1)", "raises a*b to the power: check the brackets"),
    ("power", "da*wa*a + db*wb", "does not lower the exponent by one"),
    ("power", "da*wa*a", "does not lower the exponent by one"),
    ("power", "da*wa/b + db*wb", "leaves out the exponent as a factor"),
    ("power", "da*wa/b", "leaves out the exponent as a factor"),
    ("power", "da*wa + db*wb/log(a)", "leaves out the logarithm of the base"),
    ("power", "da*wa + db*wb*log(b)/log(a)", "takes the logarithm of the exponent"),
    ("tan", "da/cos(2*a)", "takes the cosine of 2x instead of the square of the cosine"),
    ("tan", "da/cos(a*a)", "takes the cosine of x squared instead of the square of the cosine"),
    ("tan", "da*wa*cos(a)", "has the cosine without its square"),
    ("tan", "da/wa", "multiplies by the square of the cosine instead of dividing by it"),
    ("tan", "da*(2 - wa)", "has the wrong sign inside: sin and cos squared are added, not subtracted"),
    ("exp", "da*wa*a", "has an extra factor x"),
    ("exp", "da*wa/exp(1)", "treats e**x like a power of x: the exponent is not lowered"),
    ("exp", "a*exp(a - 1)*da", "treats e**x like a power of x"),
    ("exp", "exp(da)", "raises e to the dvalue"),
    ("tan", "da/sin(a)**2", "divides by the square of the sine"),
    ("log", "da*a", "multiplies by x instead of dividing by it"),
    ("log", "da/a**2", "divides by x squared"),
    ("log", "da/(1 + a)", "is the rule for log(1 + x)"),
    ("log", "da/log(a)", "divides by the logarithm of x instead of by x"),
    ("sqrt", "da*wa*2", "leaves out the factor one half"),
    ("sqrt", "da*wa*a", "multiplies by the root instead of dividing by it: check the brackets"),
    ("sqrt", "da*wa/sqrt(a)", "divides by 2x instead of by twice the root"),
    ("sqrt", "da*sqrt(a)", "is the root itself, not differentiated"),
    ("sqrt", "da/2", "has the factor one half and nothing of the root"),
    ("one", "da*da*wa", "squares the factor x.dvalue as well"),
    ("one", "wa", "leaves out the factor that arrives from before (the chain rule)"),
    ("one", "-da*wa", "has the wrong sign"),
    ("one", "-wa", "has the wrong sign, and leaves out the factor of the chain rule"),
    ("one", "a*wa", "uses value where dvalue belongs"),
    ("one", "da", "passes the seed on unchanged, as if the slope were 1"),
    ("one", "da*cos(a)", "is the rule for sin"),
    ("one", "da*sin(a)", "is made of sin where another function belongs"),
    ("one", "wa + da", "adds the seed where the chain rule multiplies"),
    ("any", "0.0", "is 0: this operation forgets the derivative"),
    ("any", "-da*wa - db*wb", "has the wrong sign"),
    ("any", "2*(da*wa + db*wb)", "counts everything twice"),
    ("any", "(da*wa + db*wb)**2", "squares the result"),
)


class CheckFailed(Exception):
    """A check did not hold: the message for the student and, when they are known, the texts of its parts."""

    def __init__(self, message, **parts):
        super().__init__(message)
        self.parts = parts


def _show(thing):
    """A short text for a number or a nest of numbers."""
    if _is(thing, float):
        return f"{thing:.6g}"
    if type(thing).__name__ in ("Tensor", "ndarray"):
        return _show(thing.tolist())
    if _is(thing, list, tuple):
        return "[" + ", ".join(_show(part) for part in thing) + "]"
    return repr(thing) if _is(thing, int, str, bool) else _kind(thing)


def _is(thing, *kinds):
    """Whether a thing is exactly of one of these types; no class can pretend to be one of them."""
    return any(type(thing) is kind for kind in kinds)


def _kind(thing):
    """What a thing is that is not what was asked, in words."""
    name = type(thing).__name__
    if name in ("function", "method"):
        return "a function that has not been called"
    if name == "Tensor":
        return "a tensor (its .item() is a number)"
    if type(thing).__module__ in ("builtins", "numpy"):
        words = {"str": "a text (str)", "bool": "True or False", "ndarray": "an array"}
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


def _number(thing, what):
    """`thing` as a float; only real numbers will do, and None means that nothing has been done yet."""
    if thing is None:
        raise NotImplementedError(f"{what} is None")
    if type(thing).__module__ == "numpy" and type(thing).__name__ != "ndarray":
        thing = thing.item()  # one number of numpy's
    if not _is(thing, int, float):
        raise CheckFailed(f"{what} should be a plain number, but is {_kind(thing)}.", got=_kind(thing))
    return float(thing)


def _is_close(got, want, what, tol):
    """Whether got equals want within tol (relative for large numbers); a thing of another kind raises CheckFailed."""
    if type(want).__name__ in ("Tensor", "ndarray"):
        if got is None:
            raise NotImplementedError(f"{what} is None")
        alike = type(got).__name__ == type(want).__name__
        if not alike or got.shape != want.shape:
            came = f"of shape {tuple(got.shape)}" if alike else _kind(got)
            kind = "a tensor" if type(want).__name__ == "Tensor" else "an array"
            raise CheckFailed(f"{what} should be {kind} of shape {tuple(want.shape)}, but is {came}.", got=came)
        return _is_close(got.tolist(), want.tolist(), what, tol)
    if _is(want, list, tuple):
        if type(got).__name__ == "ndarray":
            got = got.tolist()
        if got is None:
            raise NotImplementedError(f"{what} is None")
        if not _is(got, list, tuple):
            raise CheckFailed(f"{what} should be a list or tuple of {len(want)}, but is {_kind(got)}.", got=_kind(got))
        return len(got) == len(want) and all(_is_close(g, w, "each part of " + what, tol) for g, w in zip(got, want))
    if _is(want, str, bool):
        if got is None:
            raise NotImplementedError(f"{what} is None")
        return type(got) is type(want) and got == want
    got = _number(got, what)
    return got == want or abs(got - want) <= tol * max(1.0, abs(want))


def expect(got, want, at="", what="the result", mistakes=None, tol=1e-6):
    """Fail unless `got` is `want` (a number, text, truth value, list, tuple, array or tensor of them).

    `at` says at which inputs; `mistakes` maps the words for a known mistake (they follow "It looks as if ...") to the
    value, or a function without arguments for the value, which that mistake gives.
    """
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
    _fail(what, at, _show(got), _show(want), mistake)


def expect_order(got, want, at="", what="the result", mistakes=None):
    """Fail unless `got` is the positive number `want` to within a factor of ten; the rest as in `expect`."""
    size = _number(got, what)

    def near(other):
        return size > 0 and other / 10.001 <= size <= other * 10.001

    if not near(want):
        mistake = next((text for text, wrong in (mistakes or {}).items() if near(wrong)), "")
        _fail(what, at, _show(size), f"about {_show(want)}, within a factor of ten", mistake)


def _fail(what, at, got, want, mistake):
    message = f"{what}{' at ' + at if at else ''} is {got}, expected {want}."
    if mistake:
        message += f" It looks as if {mistake}."
    raise CheckFailed(message, mistake=mistake, inputs=at, got=got, expected=want)


def slope(f, x):
    """The derivative of a function of one float, by central differences with the step that balances both errors."""
    step = sys.float_info.epsilon ** (1 / 3) * max(1.0, abs(x))
    return (f(x + step) - f(x - step)) / (2 * step)


def slopes(f, xs):
    """The partial derivatives of f(*xs), by central differences."""
    return [slope(lambda t, i=i: f(*xs[:i], t, *xs[i + 1:]), xs[i]) for i in range(len(xs))]


def _the(rule):
    """An operation in a sentence: the addition, but tan."""
    return f"the {rule}" if rule.endswith("ion") or rule == "power" else rule


def _draw(operands, domain):
    """A random point, and seeds that are neither 0 nor 1 nor equal."""
    seeds = random.sample([-2.3, -1.7, -0.6, 0.4, 1.6, 2.7], operands)
    return [random.uniform(*domain) for _ in range(operands)], [s * random.uniform(0.9, 1.1) for s in seeds]


def _mistake(rule, cases, got, mode):
    """Which wrong rule gives `got` (a list for each case of point, seeds and weights), or an empty text."""
    operands = len(cases[0][0])
    if operands > 2 or not rule.isalpha():
        return ""

    def wrong(formula, case):
        xs, seeds, weights = (list(part) + [0.0] * (2 - operands) for part in case[:3])
        names = {"a": xs[0], "b": xs[1], "wa": weights[0], "wb": weights[1], **vars(math)}
        if mode == "forward":
            return [eval(formula, {**names, "da": seeds[0], "db": seeds[1]})]
        alone = [{"da": seeds[0], "db": 0.0}, {"da": 0.0, "db": seeds[1]}][:operands]
        return [eval(formula, {**names, **seed}) for seed in alone]

    for group, formula, text in _WRONG_RULES:
        try:
            if group in (rule, "any", ("one", "two")[operands - 1]) and all(
                _is_close(g, wrong(formula, case), "", 1e-6) for g, case in zip(got, cases)
            ):
                return text
        except (ArithmeticError, ValueError):
            continue
    return ""


def expect_rule(rule, f, make, plain=None, operands=2, domain=(1.2, 2.6), points=2, name="DualNumber"):
    """Fail unless f, applied to dual numbers make(value, dvalue), has the tangent that central differences of f give.

    `rule` names the operation for the table of known mistakes ("division", "power", "cos", ...) and in the message; an
    expression ("a / (b * a)") is only named. `plain` is the same function on floats where f itself cannot take them.
    Points and seeds are random.
    """
    cases, got = [], []
    for _ in range(points):
        xs, seeds = _draw(operands, domain)
        weights = slopes(plain or f, xs)
        cases.append((xs, seeds, weights, [sum(w * s for w, s in zip(weights, seeds))]))
        result = f(*[make(x, s) for x, s in zip(xs, seeds)])
        if result is None:
            raise NotImplementedError(rule)
        try:
            dvalue = result.dvalue
        except AttributeError:
            kind = _kind(result)
            raise CheckFailed(f"{_the(rule)} should give a {name}, but gives {kind}.", got=kind) from None
        got.append([_number(dvalue, f"the dvalue of {_the(rule)}")])
    _compare_cases(rule, f"the dvalue of {_the(rule)}", cases, got, "forward", "dvalue")


def expect_weights(rule, f, make, plain=None, operands=2, domain=(1.2, 2.6), points=2, seed=None):
    """Fail unless f, applied to make(value) for each operand, gives the gradients that central differences of f give.

    The reverse-mode twin of `expect_rule`: the output's grad_value is set to a random seed (or seed(output, g) is
    called), then every operand is asked for grad().
    """
    cases, got = [], []
    for _ in range(points):
        xs, seeds = _draw(operands, domain)
        weights = slopes(plain or f, xs)
        seeds = seeds[:1] * operands
        cases.append((xs, seeds, weights, [w * seeds[0] for w in weights]))
        inputs = [make(x) for x in xs]
        output = f(*inputs)
        if output is None:
            raise NotImplementedError(rule)
        if seed:
            seed(output, seeds[0])
        else:
            output.grad_value = seeds[0]
        got.append([_number(x.grad(), f"the gradient through {_the(rule)}") for x in inputs])
    _compare_cases(rule, f"the gradient through {_the(rule)}", cases, got, "reverse", "gradient of the output")


def _compare_cases(rule, what, cases, got, mode, seed_name):
    """Fail at the first case that is wrong, naming the mistake that explains all of them."""
    for case, g in zip(cases, got):
        if not _is_close(g, case[3], what, 1e-5):
            names = ("x",) if len(case[0]) == 1 else ("a", "b", "c", "d", "e")
            at = ", ".join(f"{n} = {_show(x)}" for n, x in zip(names, case[0]))
            seeds = case[1] if mode == "forward" else case[1][:1]
            at += f" ({seed_name}{'s' * (len(seeds) - 1)} " + " and ".join(_show(s) for s in seeds) + ")"
            mistake = _mistake(rule, cases, got, mode)
            g, want = (g[0], case[3][0]) if len(g) == 1 else (g, case[3])
            _fail(what, at, _show(g), _show(want), mistake and f"your {rule} rule {mistake}")


_PLAN, _STATE, _START = [], {}, time.time()


def plan(*sections):
    """Tell the checker what this notebook asks: for each section its name, its minutes, {item: points}, those of the
    written answers that a person reads and, if its points do not count towards the mark, True for "further"."""
    _PLAN[:] = [(*section, False)[:5] for section in sections]


def _further(item):
    """Whether the points of an item do not count towards the mark."""
    return any(further and item in items for _, _, items, _, further in _PLAN)


class task:
    """The checks of one item: `with task("item") as check:` and in it `with check("name", points, hint="..."):`."""

    def __init__(self, item):
        self.item, self.earned, self.total, self.lines, self.open, self.failed = item, 0, 0, [], False, False
        self.examiner = globals().get("__examiner__")
        self.marking = bool(os.environ.get("NBGRADER_EXECUTION"))

    def __enter__(self):
        return lambda name, points, hint="": _Check(self, name, points, hint)

    def __exit__(self, kind, error, trace):
        if self.examiner is not None:
            return False
        if error is not None:
            if not isinstance(error, Exception):
                return False
            self.note("", error, "")
        done = not (self.open or self.failed)
        state = "done" if done else "open" if not self.failed else "wrong"
        _STATE[self.item] = (state, time.time() - _START)
        if done:
            print(f"{self.item}: visible checks passed; hidden checks use other points.")
        elif not self.failed and not self.earned:
            print(f"{self.item}: not done yet.")
        else:
            print(f"{self.item}: not right yet; {self.earned:g} of the {self.total:g} points of these checks.")
            print("\n".join("  - " + line for line in self.lines))
        if self.marking and not done and not _further(self.item):
            if not self.earned:
                raise AssertionError("\n".join([f"{self.item}: no points", *self.lines])) from None
            sys.displayhook(self.earned)
        return True

    def note(self, name, error, hint):
        """Keep what a failed check says: one line and its parts."""
        parts = getattr(error, "parts", {}) if isinstance(error, CheckFailed) else {}
        if isinstance(error, NotImplementedError):
            self.open = True
            message, hint = "not done yet.", ""
        else:
            self.failed = True
            message = str(error) if isinstance(error, CheckFailed) else self.explain(error)
        line = f"{name}: {message}" if name else message
        self.lines.append(line + (f" Hint: {hint}" if hint else ""))
        return message, parts

    def explain(self, error):
        """What an error that the student's own code raised means."""
        kind = type(error).__name__
        if kind == "HandinError":  # the examiner's words
            return str(error)
        if isinstance(error, NameError):
            return f"{error}: run the cell that defines it, or check the spelling."
        if isinstance(error, RecursionError):
            return "a function calls itself for ever: inside exp, for one, math.exp of the value is meant, not exp."
        message = f"your code stopped with {kind}: {error}"
        if "cannot unpack non-iterable" in message:
            message += " (lists like .children hold pairs (weight, z), not bare numbers)"
        elif "'NoneType'" in message:
            message += " (is a `return` missing?)"
        elif "'float' object has no attribute" in message:
            message += " (a plain number came where an object was meant)"
        where = [f.line for f in traceback.extract_tb(error.__traceback__) if f.line] if self.examiner is None else []
        return message + (f", in the line `{where[-1]}`." if where else ".")


class _Check:
    """One named check: catches what its block raises, so that the next check runs as well."""

    def __init__(self, owner, name, points, hint):
        self.owner, self.name, self.points, self.hint = owner, name, points, hint
        owner.total += points

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and not isinstance(error, Exception):
            return False
        message, parts = ("", {}) if error is None else self.owner.note(self.name, error, self.hint)
        self.owner.earned += self.points if error is None else 0
        if self.owner.examiner is not None:
            self.owner.examiner.record(
                self.owner.item, self.name, self.points, error is None, message=message, hint=self.hint, **parts
            )
        return True


class attempt:
    """Run demonstration lines: what is not done yet, or wrong, becomes one line of text and does not stop "Run all"."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, NotImplementedError):
            print(f"To be seen when this is done: {error}" if str(error) else "To be seen when the exercises are done.")
        elif isinstance(error, Exception):
            print(f"This does not work yet: {type(error).__name__}: {error}")
        return error is None or isinstance(error, Exception)


def summary():
    """Print what is done and what is open, the minutes spent against those planned, and how to hand in."""
    if "__examiner__" in globals():
        return
    words = {"done": "visible checks passed", "wrong": "not right yet", "open": "open", None: "open"}
    for part in (False, True):
        sections = [section for section in _PLAN if section[4] is part]
        if part and sections:
            print("\nFurther: for the pleasure of it. It is checked in the same way and does not count towards your mark.")
        spent = 0
        for section, minutes, items, written, _ in sections:
            spent += minutes
            print(f"{section} (planned: {minutes:g} minutes, until minute {spent:g})")
            for item, points in items.items():
                state, when = _STATE.get(item, (None, 0))
                at = f", at minute {when / 60:.0f}" if state == "done" else ""
                print(f"    {words[state]:<22}  {item} ({points:g} point{'s' * (points != 1)}){at}")
            for item, points in written.items():
                print(f"    {'read by a person':<22}  {item} ({points:g} point{'s' * (points != 1)})")
        names = [item for section in sections for item in section[2]]
        if names:
            done = sum(_STATE.get(item, (None,))[0] == "done" for item in names)
            print(f"{done} of {len(names)} exercises have their visible checks passed; hidden checks use other points.")
            print(f"Planned: {spent:g} minutes.")
    print(f"\nMinutes since the checker ran: {(time.time() - _START) / 60:.0f}.")
    print("To hand in: save (in Colab: File > Download > Download .ipynb) and hand in this one .ipynb file.")
