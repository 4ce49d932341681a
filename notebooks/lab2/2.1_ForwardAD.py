# The text master of a notebook, with solutions and hidden tests: never publish it.

# %% [markdown]
# # 2.1 Forward mode: numbers that carry their derivative
#
# You know how to differentiate a *formula*. In this notebook you teach Python to differentiate a *program*: ordinary
# code, with variables, loops and branches. The program runs once and gives its result together with the derivative of
# that result, exact but for rounding.
#
# You will write about thirty lines. After that, `z = x*y + sin(x)` is still an ordinary line of Python, but the `z`
# that it computes knows its own slope.
#
# **How to work.** Run the cells from top to bottom, starting with the checker below. Where you are asked for an
# answer, replace `raise NotImplementedError(...)` with your own code; the folded cell after it checks the answer and,
# where it can, tells you *which* mistake it has found. If you get stuck, move on and come back later: the exercises
# hardly depend on one another. The visible checks are worth half of each exercise's points; the other half comes from
# hidden checks of the same kind at other numbers. The core takes about 60 minutes and carries all the points; every
# section states its own time. *Further*, at the end, is checked in the same way but does not count.
#
# In Colab, first choose *File*, *Save a copy in Drive*, so that your work is kept.

# %% checker=true

# %%
import math

# %% [markdown] section="Three ways to differentiate" minutes=3
# ## Three ways to differentiate (3 minutes, with the introduction)
#
# **Symbolic differentiation** applies the rules of calculus to a formula and returns another formula. The result is
# exact, but formulas have a weakness: a program stores an intermediate result in a variable and uses it as often as it
# likes, whereas a formula must write that result out in full at every use. Take a program that starts from `f = x` and
# repeats `f = f * sin(f)`. Run the next cell: the left half of its table counts the operations of the program, without
# and with its derivative; the right half measures the formula for the same function and the derivative of that formula.

# %% fold="Operations of a program, characters of its formula"
formula, derivative_formula = "x", "1"
print("repeats | operations  with derivative | characters  of the derivative  ratio")
for repeats in range(1, 8):
    # the product rule and the chain rule for f*sin(f), applied to strings
    derivative_formula = f"({derivative_formula})*sin({formula}) + ({formula})*cos({formula})*({derivative_formula})"
    formula = f"({formula})*sin({formula})"
    # each repeat computes sin(f) and f*sin(f); for the derivative also cos(f), three products and a sum
    print(
        f"{repeats:>7} | {2 * repeats:>10}  {7 * repeats:>15} | {len(formula):>10}  "
        f"{len(derivative_formula):>17}  {len(derivative_formula) / len(formula):>5.1f}"
    )

# %% [markdown]
# Each repeat adds two operations to the program, or seven with its derivative. The formula at least doubles its length
# each time, and the formula of the derivative grows faster still: after seven repeats it is ten times as long. This is
# called *expression swell*.
#
# **Finite differences** need nothing but the program: choose a small step $h$, run the program at $x$ and at $x+h$, and
# take $\dfrac{f(x+h)-f(x)}{h}$. But how small is small? If $h$ is too large, you get the slope of a chord and not that
# of the curve. If it is too small, the two results agree in nearly all their digits, and the subtraction leaves little
# but rounding error. Take $f(x) = \sin x$ at $x = 0.5$, where the true slope is $\cos 0.5 = 0.87758256\ldots$, and
# count the correct digits:

# %%
for exponent in (1, 4, 8, 12, 16):
    h = 10.0**-exponent
    quotient = (math.sin(0.5 + h) - math.sin(0.5)) / h
    print(f"h = 1e-{exponent:02}: {quotient:.12f}   error {abs(quotient - math.cos(0.5)):.0e}")

# %% [markdown]
# **Automatic differentiation** (AD) uses the fact that every program, whatever it does, carries out a sequence of
# elementary steps: a product here, a sine there. The derivative of each step is known. AD computes it as a *number*
# beside the step, and the chain rule combines these numbers. No formula can swell, and there is no $h$ to choose.

# %% [markdown] section="A program and its differential" minutes=8
# ## A program and its differential (8 minutes)
#
# We use one example in all three notebooks:
#
# $$z = x\,y + \sin x \qquad\text{at}\quad x = 0.5,\; y = 4.2 .$$
#
# Here it is as a computer executes it, one elementary step to a line:
#
#     a = x * y
#     b = math.sin(x)
#     z = a + b
#
# Now change the inputs a little, $x$ by $dx$ and $y$ by $dy$. By how much does each line change, to first order?
# Differentiate the lines one at a time, using the result of each line in the next:
#
# | line | its differential |
# | --- | --- |
# | $a = x\,y$ | $da = y\,dx + x\,dy$ |
# | $b = \sin x$ | $db = \cos x\;dx$ |
# | $z = a + b$ | $dz = da + db$ |
#
# Every row is an instance of the **chain rule**. In its general form: if a step computes $u = g(u_1, \ldots, u_k)$
# from numbers that may all depend on the inputs, then
#
# $$du = \sum_{i=1}^{k} \frac{\partial g}{\partial u_i}\,du_i .$$
#
# Each change that comes in is multiplied by a local derivative, and the products are added. Here $x$ acts on $z$ in two
# ways, through $a$ and through $b$, and the two effects meet in the sum $da + db$.
#
# The right-hand column is itself a program. It starts from numbers chosen for $dx$ and $dy$, called *seeds*. With the
# seeds $(dx, dy) = (1, 0)$, "only $x$ moves, at unit speed", the number that comes out as $dz$ is $\partial z/\partial
# x$; with $(0, 1)$ it is $\partial z/\partial y$. The numbers $dx$, $da$, $dz$ are called *tangents*; the values that
# they belong to, $x$, $a$, $z$, are the *primals*.


# %% locked="differential-example"
def differential_example(x, y, dx, dy):
    """Print the steps of z = x*y + sin(x), each with its tangent."""
    a = x * y
    da = y * dx + x * dy
    b = math.sin(x)
    db = math.cos(x) * dx
    z = a + b
    dz = da + db
    print(f"seeds dx = {dx}, dy = {dy}:")
    print(f"    a = {a:.3f}, da = {da:.3f}    b = {b:.3f}, db = {db:.3f}    z = {z:.3f}, dz = {dz:.3f}")


differential_example(0.5, 4.2, 1.0, 0.0)
differential_example(0.5, 4.2, 0.0, 1.0)

# %% show="differential-picture" fold="The same as a picture"
display(
    {
        "text/html": """
<figure style="margin:0;max-width:760px">
<svg viewBox="0 30 760 202" width="100%" role="img" aria-labelledby="flow-title"
 font-family="sans-serif" font-size="15">
<title id="flow-title">Primals and tangents flow from x and y through a and b to z</title>
<rect y="30" width="760" height="202" rx="10" fill="#fbfaf5"/>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
<path d="M0 0 L8 4 L0 8 z" fill="#44546a"/></marker></defs>
<g stroke="#44546a" stroke-width="2" fill="none" marker-end="url(#tip)">
<path d="M150 75 L308 75"/><path d="M150 92 L308 172"/><path d="M150 182 L308 92"/>
<path d="M462 75 L612 116"/><path d="M462 182 L612 138"/></g>
<g fill="#44546a" font-size="13" text-anchor="middle"
 stroke="#fbfaf5" stroke-width="10" stroke-linejoin="round" paint-order="stroke">
<text x="228" y="79">times y</text><text x="268" y="157">times cos x</text><text x="185" y="166">times x</text>
<text x="537" y="100">times 1</text><text x="537" y="165">times 1</text></g>
<g stroke="#1f4e79" stroke-width="2" fill="#e3eefb">
<rect x="20" y="48" width="130" height="54" rx="8"/><rect x="20" y="158" width="130" height="54" rx="8"/>
<rect x="312" y="48" width="150" height="54" rx="8"/><rect x="312" y="158" width="150" height="54" rx="8"/>
<rect x="616" y="100" width="130" height="54" rx="8"/></g>
<g text-anchor="middle" fill="#16324f">
<text x="85" y="71">x = 0.5</text><text x="85" y="181">y = 4.2</text><text x="387" y="71">a = x*y = 2.1</text>
<text x="387" y="181">b = sin x = 0.479</text><text x="681" y="123">z = 2.579</text></g>
<g text-anchor="middle" fill="#9c3a00" font-weight="bold">
<text x="85" y="92">dx = 1</text><text x="85" y="202">dy = 0</text><text x="387" y="92">da = 4.2</text>
<text x="387" y="202">db = 0.878</text><text x="681" y="144">dz = 5.078</text></g>
</svg>
<figcaption>The program with the seeds (1, 0). Each box shows a primal in blue and, below it in brown, its tangent.
Along every arrow the tangent is multiplied by the local derivative; where arrows meet, the products are added.
Primals and tangents travel in the same direction, at the same time.</figcaption></figure>"""
    },
    raw=True,
)

# %% [markdown]
# ### Your turn: a differential program by hand
#
# Here is the function $w = x^2 y + \cos y$ as a program:
#
#     a = x * x
#     b = a * y
#     c = math.cos(y)
#     w = b + c
#
# Write its differential program, one new line for each of these four, and return `dw`. All arguments are floats, and
# the seeds `dx` and `dy` may be any numbers, not only 0 and 1.


# %% answer="differential-program"
def differential(x, y, dx, dy):
    """The change dw of w = x*x*y + cos(y) when x and y change by dx and dy, to first order."""
    ### BEGIN SOLUTION
    a = x * x
    da = 2 * x * dx
    db = da * y + a * dy
    dc = -math.sin(y) * dy
    return db + dc
    ### END SOLUTION


# %% item="differential-program" points=3
#@title Checks: dw for several points and seeds
with task("differential-program") as check:
    with check(
        "dw for one seed at a time",
        1,
        hint=(
            "x occurs twice in x*x, and y acts on w in two ways.",
            "Write one line each for da, db, dc and dw, in this order, and use da in the line for db.",
        ),
    ):
        expect(
            differential(1.5, 4.2, 1.0, 0.0),
            slope(lambda t: t * t * 4.2 + math.cos(4.2), 1.5),
            at="x = 1.5, y = 4.2 with the seeds (1, 0)",
            what="dw",
            mistakes={
                "you took d(x*x) to be dx": 4.2,
                "you took d(x*x) to be x*dx, but both factors move": 6.3,
                "your da is 2*a*dx, but it is x, and not a, whose square is taken: da = 2*x*dx": 18.9,
                "the term da*y is missing: b = a*y is a product, and the product rule gives db two terms": 0.0,
                "there is a term that depends on y but is not multiplied by dy": 12.6 - math.sin(4.2),
                "you returned w, the primal": 9.45 + math.cos(4.2),
                "the seeds are not used": 12.6 + 2.25 - math.sin(4.2),
            },
        )
        expect(
            differential(1.5, 4.2, 0.0, 1.0),
            slope(lambda t: 2.25 * t + math.cos(t), 4.2),
            at="x = 1.5, y = 4.2 with the seeds (0, 1)",
            what="dw",
            mistakes={
                "the differential of the cosine has the wrong sign": 2.25 + math.sin(4.2),
                "the term from the cosine is missing": 2.25,
                "the term a*dy is missing: b = a*y is a product, and its db has two terms": -math.sin(4.2),
                "you left the cosine undifferentiated": 2.25 + math.cos(4.2),
                "you took the sine of x, but c depends on y": 2.25 - math.sin(1.5),
                "there is a term that depends on x but is not multiplied by dx": 12.6 + 2.25 - math.sin(4.2),
            },
        )
    with check(
        "dw when both inputs move",
        0.5,
        hint=("Each term of dw has exactly one of dx and dy as a factor.", "da is a multiple of dx, and dc of dy."),
    ):
        expect(
            differential(0.8, 1.7, 3.0, -2.0),
            3.0 * slope(lambda t: t * t * 1.7, 0.8) - 2.0 * slope(lambda t: 0.64 * t + math.cos(t), 1.7),
            at="x = 0.8, y = 1.7 with the seeds (3, -2)",
            what="dw",
            mistakes={
                "your db is da*dy: each term of db is a value times a change, da*y + a*dy": 2.0 * math.sin(1.7) - 9.6
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "dw at other points",
        1.5,
        hint=("Each term of dw has exactly one of dx and dy as a factor.", "da is a multiple of dx, and dc of dy."),
    ):
        for _ in range(3):
            checked_point = [random.uniform(1.1, 2.9) for _ in range(2)]
            checked_seeds = [random.choice([-1, 1]) * random.uniform(1.2, 2.8) for _ in range(2)]
            checked_parts = slopes(lambda p, q: p * p * q + math.cos(q), checked_point)
            expect(
                differential(*checked_point, *checked_seeds),
                checked_parts[0] * checked_seeds[0] + checked_parts[1] * checked_seeds[1],
                at=f"x = {checked_point[0]:.4f}, y = {checked_point[1]:.4f} "
                f"with the seeds ({checked_seeds[0]:.4f}, {checked_seeds[1]:.4f})",
                what="dw",
                mistakes={
                    "not every term that depends on y is multiplied by dy": checked_parts[0] * checked_seeds[0]
                    + checked_parts[1],
                    "not every term that depends on x is multiplied by dx": checked_parts[0]
                    + checked_parts[1] * checked_seeds[1],
                    "the seeds are not used": checked_parts[0] + checked_parts[1],
                },
            )
    ### END HIDDEN TESTS

# %% [markdown] section="Dual numbers" minutes=22
# ## Dual numbers (22 minutes)
#
# The differential program has one line for each line of the original, so the two can be interleaved: first $a$, then
# $da$; first $b$, then $db$; and so on. Go one step further and keep each primal and its tangent in *one object* whose
# operators do both lines at once. Then nobody has to write the differential program: it is carried out while the
# original runs.
#
# Such a pair is called a **dual number**, written $v + \dot v\,\varepsilon$ with $\varepsilon^2 = 0$. Calculate as
# usual, but drop every $\varepsilon^2$; the coefficient of $\varepsilon$ is then the tangent. For a product,
#
# $$(a + \dot a\,\varepsilon)(b + \dot b\,\varepsilon) =
# ab + (\dot a\, b + a\, \dot b)\,\varepsilon + \dot a\,\dot b\,\varepsilon^2 .$$
#
# The last term vanishes, and the coefficient of $\varepsilon$ is the product rule. These are the rules that you will
# need:
#
# | step | its differential |
# | --- | --- |
# | $c = a + b$ | $dc = da + db$ |
# | $c = a - b$ | $dc = da - db$ |
# | $c = a\,b$ | $dc = b\,da + a\,db$ |
# | $c = a / b$ | $dc = \dfrac{b\,da - a\,db}{b^2}$ |
# | $c = a^b$ | $dc = b\,a^{b-1}\,da + a^b \ln(a)\,db$ |
# | $c = \sin a$ | $dc = \cos(a)\,da$ |
# | $c = \cos a$ | $dc = -\sin(a)\,da$ |
# | $c = \tan a$ | $dc = \dfrac{da}{\cos^2 a}$ |
# | $c = e^a$ | $dc = e^a\,da$ |
#
# Here is the class: `value` is the primal $v$ and `dvalue` the tangent $\dot v$. The unary minus and the comparisons
# `<` and `>` are complete. Each of the operators `+ - * / **` calls a function of two dual numbers: `multiply` is
# given, and you will write `add`, `subtract`, `divide` and `power`.


# %% locked="dual-number"
class DualNumber:
    """A value together with its derivative along the chosen direction."""

    def __init__(self, value, dvalue):
        self.value = value
        self.dvalue = dvalue

    def __str__(self):
        return f"{self.value} + {self.dvalue} eps"


def multiply(self, other):
    return DualNumber(
        self.value * other.value,
        self.dvalue * other.value + self.value * other.dvalue,
    )


def operand(number):
    """The operand of an operator as a DualNumber; for plain numbers it asks as_dual, your first exercise."""
    return number if hasattr(number, "dvalue") else as_dual(number)


# For x * 3 Python calls x.__mul__(3), and for 3 * x, since 3 knows nothing of dual numbers, x.__rmul__(3).
DualNumber.__mul__ = lambda x, other: multiply(x, operand(other))
DualNumber.__rmul__ = lambda x, other: multiply(operand(other), x)
DualNumber.__add__ = lambda x, other: add(x, operand(other))
DualNumber.__radd__ = lambda x, other: add(operand(other), x)
DualNumber.__sub__ = lambda x, other: subtract(x, operand(other))
DualNumber.__rsub__ = lambda x, other: subtract(operand(other), x)
DualNumber.__truediv__ = lambda x, other: divide(x, operand(other))
DualNumber.__rtruediv__ = lambda x, other: divide(operand(other), x)
DualNumber.__pow__ = lambda x, other: power(x, operand(other))
DualNumber.__rpow__ = lambda x, other: power(operand(other), x)
DualNumber.__neg__ = lambda x: DualNumber(-x.value, -x.dvalue)

# if, while, max and min compare values
DualNumber.__lt__ = lambda x, other: x.value < operand(other).value
DualNumber.__gt__ = lambda x, other: x.value > operand(other).value

# a = x*y with the seeds (1, 0): the 4.2 before eps is da
print(DualNumber(0.5, 1.0) * DualNumber(4.2, 0.0))

# %% [markdown]
# ### Constants
#
# Programs also contain plain numbers, as in `3 * x`. A constant is a number that does not move. Write `as_dual`, which
# turns a plain number, an `int` or a `float`, into a `DualNumber` and returns a `DualNumber` as it is. Then operators
# accept a plain number on either side: `*` at once, and every other operator as soon as you have written it.


# %% answer="dual-constants"
def as_dual(number):
    """A plain number as a DualNumber that does not move; a DualNumber as it is."""
    ### BEGIN SOLUTION
    if isinstance(number, DualNumber):
        return number
    return DualNumber(float(number), 0.0)
    ### END SOLUTION


# %% item="dual-constants" points=2
#@title Checks: as_dual, x * 3 and 3 * x
with task("dual-constants") as check:
    with check(
        "as_dual of a number and of a DualNumber",
        1,
        hint=("How fast does a constant change?", "isinstance(number, DualNumber) tells the two cases apart."),
    ):
        expect_value("as_dual(x)", as_dual, lambda value: value, plain=lambda value: value, operands=1)
        expect(as_dual(3.0).value, 3.0, what="as_dual(3.0).value")
        expect(
            as_dual(3.0).dvalue,
            0.0,
            what="as_dual(3.0).dvalue",
            mistakes={
                "you gave a constant the seed of a variable": 1.0,
                "you put the value in the place of the dvalue": 3.0,
            },
        )
        expect_value("as_dual(3)", lambda x: as_dual(3), lambda value: value, plain=lambda x: 3.0, operands=1)
        expect(as_dual(3).dvalue, 0.0, what="as_dual(3).dvalue")
        expect(as_dual(0.25).value, 0.25, what="as_dual(0.25).value")
        expect(as_dual(DualNumber(0.5, 2.0)).value, 0.5, what="as_dual(DualNumber(0.5, 2.0)).value")
        expect(
            as_dual(DualNumber(0.5, 2.0)).dvalue,
            2.0,
            what="as_dual(DualNumber(0.5, 2.0)).dvalue",
            mistakes={
                "you treat every number as a constant": 0.0,
                "you give every variable the seed 1": 1.0,
            },
        )
        expect_rule("x * 3", lambda x: x * 3, DualNumber, operands=1)
        expect_rule("3 * x", lambda x: 3 * x, DualNumber, operands=1)
    ### BEGIN HIDDEN TESTS
    with check(
        "as_dual and constants in expressions",
        1,
        hint=("A constant has the dvalue 0, and a DualNumber keeps its own.", "Try as_dual(-2) and as_dual(0.25)."),
    ):
        expect_value("as_dual(x)", as_dual, lambda value: value, plain=lambda value: value, operands=1)
        expect_value("as_dual(-2)", lambda x: as_dual(-2), lambda value: value, plain=lambda x: -2.0, operands=1)
        for checked_number in (4, -random.uniform(1.2, 2.4), random.uniform(0.1, 0.4)):
            expect(as_dual(checked_number).value, float(checked_number), what=f"as_dual({checked_number:.4g}).value")
            expect(as_dual(checked_number).dvalue, 0.0, what=f"as_dual({checked_number:.4g}).dvalue")
        checked_parts = [random.uniform(1.2, 2.4), random.uniform(-2.4, -1.2)]
        expect(as_dual(DualNumber(*checked_parts)).value, checked_parts[0], what="as_dual(x).value for a DualNumber x")
        expect(
            as_dual(DualNumber(*checked_parts)).dvalue, checked_parts[1], what="as_dual(x).dvalue for a DualNumber x"
        )
        expect_rule("x * 3.5", lambda x: x * 3.5, DualNumber, operands=1)
        expect_rule("x * -2", lambda x: x * -2, DualNumber, operands=1)
        expect_rule("5 * x * x", lambda x: 5 * x * x, DualNumber, operands=1)
        expect_rule("-0.5 * x * x", lambda x: -0.5 * x * x, DualNumber, operands=1)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Operators
#
# Now write the missing operators, each as a function of two `DualNumber`s, *both* of which may carry a tangent. Return
# a *new* `DualNumber` and leave the operands unchanged, since the program may use them again.


# %% answer="dual-addition"
def add(self, other):
    """self + other for two DualNumbers."""
    ### BEGIN SOLUTION
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)
    ### END SOLUTION


# %% item="dual-addition" points=2
#@title Checks: a + b
with task("dual-addition") as check:
    with check(
        "the sum",
        1,
        hint=("The table above has a rule for a + b.", "Add the values for one part and the dvalues for the other."),
    ):
        expect_value("addition", lambda a, b: a + b, lambda value: DualNumber(value, 0.3))
        expect_rule("addition", lambda a, b: a + b, DualNumber)
    ### BEGIN HIDDEN TESTS
    with check(
        "a sum in which a variable occurs twice",
        1,
        hint=("Each operand contributes its own dvalue.", "Work through a + b + a by hand, with da = 2 and db = 5."),
    ):
        expect_value("addition", lambda a, b: a + b, lambda value: DualNumber(value, 0.3), domain=(-2.5, -0.5))
        expect_rule("addition", lambda a, b: a + b, DualNumber, domain=(-2.5, -0.5))
        expect_rule("a + b + a", lambda a, b: a + b + a, DualNumber, domain=(-2.5, -0.5))
    ### END HIDDEN TESTS


# %% answer="dual-subtraction"
def subtract(self, other):
    """self - other for two DualNumbers."""
    ### BEGIN SOLUTION
    return DualNumber(self.value - other.value, self.dvalue - other.dvalue)
    ### END SOLUTION


# %% item="dual-subtraction" points=2
#@title Checks: a - b
with task("dual-subtraction") as check:
    with check(
        "the difference",
        1,
        hint=("The table above has a rule for a - b.", "Which of the two dvalues changes its sign?"),
    ):
        expect_value(
            "subtraction", lambda a, b: a - b, lambda value: DualNumber(value, 0.3), domain=(-2.6, 2.6), points=4
        )
        expect_rule("subtraction", lambda a, b: a - b, DualNumber)
    ### BEGIN HIDDEN TESTS
    with check(
        "a difference in which a variable occurs twice",
        1,
        hint=("Which of the two dvalues changes its sign?", "Work through a - b*a by hand, with da = 2 and db = 5."),
    ):
        expect_value(
            "subtraction", lambda a, b: a - b, lambda value: DualNumber(value, 0.3), domain=(-2.6, 2.6), points=4
        )
        expect_rule("subtraction", lambda a, b: a - b, DualNumber, domain=(-2.5, -0.5))
        expect_rule("a - b*a", lambda a, b: a - b * a, DualNumber, domain=(-2.5, -0.5))
    ### END HIDDEN TESTS

# %% [markdown]
# Most mistakes happen in division and powers, for two reasons: in Python `p / b*b` means `(p / b) * b`, and a power has
# *two* inputs, so the exponent may move as well as the base. In this exercise the base is always positive, so that its
# logarithm, `math.log`, exists.


# %% answer="dual-division"
def divide(self, other):
    """self / other for two DualNumbers."""
    ### BEGIN SOLUTION
    return DualNumber(
        self.value / other.value,
        (self.dvalue * other.value - self.value * other.dvalue) / other.value**2,
    )
    ### END SOLUTION


# %% item="dual-division" points=4
#@title Checks: a / b
with task("dual-division") as check:
    with check("the quotient's value", 1, hint="The value does not depend on the dvalues."):
        expect(
            (DualNumber(7.0, 0.3) / DualNumber(2.0, 0.3)).value,
            3.5,
            at="a = 7, b = 2",
            what="the value of the division",
            mistakes={"you used //, which rounds down": 3.0, "you computed b / a": 2 / 7, "you multiplied": 14.0},
        )
        expect_value("division", lambda a, b: a / b, lambda value: DualNumber(value, 0.3))
    with check(
        "the quotient's dvalue",
        1,
        hint="The whole difference is divided, and its divisor is the square of b: check the brackets.",
    ):
        expect_rule("division", lambda a, b: a / b, DualNumber)
    ### BEGIN HIDDEN TESTS
    with check(
        "quotients at other points",
        1,
        hint=("Check the brackets and the divisor.", "Try negative values as well."),
    ):
        expect_value("division", lambda a, b: a / b, lambda value: DualNumber(value, 0.3), domain=(-2.5, -0.6))
        expect_rule("division", lambda a, b: a / b, DualNumber, domain=(-2.5, -0.6))
    with check(
        "a quotient in which a variable occurs twice",
        1,
        hint="Both operands carry a dvalue here.",
    ):
        expect_value("a / (b*a*a)", lambda a, b: a / (b * a * a), lambda value: DualNumber(value, 0.3))
        expect_rule("a / (b*a*a)", lambda a, b: a / (b * a * a), DualNumber, domain=(1.2, 2.2))
    ### END HIDDEN TESTS


# %% answer="dual-power"
def power(self, other):
    """self ** other for two DualNumbers, of which self has a positive value."""
    ### BEGIN SOLUTION
    value = self.value**other.value
    from_base = other.value * self.value ** (other.value - 1) * self.dvalue
    from_exponent = value * math.log(self.value) * other.dvalue
    return DualNumber(value, from_base + from_exponent)
    ### END SOLUTION


# %% item="dual-power" points=4 builds_on=["dual-constants"]
#@title Checks: a ** b
with task("dual-power") as check:
    with check("the power's value", 1, hint="The value does not depend on the dvalues."):
        expect_value("power", lambda a, b: a**b, lambda value: DualNumber(value, 0.3))
    with check(
        "the power's dvalue",
        1,
        hint=(
            "The dvalue has two terms: one for a moving base and one for a moving exponent.",
            "Each term is multiplied by the dvalue of the operand that moves.",
        ),
    ):
        expect_rule("power", lambda a, b: a**b, DualNumber)
        for checked_exponent in (2.0, 3.0):
            expect_rule(
                f"x ** {checked_exponent:g}",
                lambda x: x ** DualNumber(checked_exponent, 0.0),
                DualNumber,
                plain=lambda x: x**checked_exponent,
                operands=1,
            )
        expect(
            (DualNumber(1.7, 2.0) ** DualNumber(3.0, 0.5)).dvalue,
            2.0 * slope(lambda t: t**3, 1.7) + 0.5 * slope(lambda t: 1.7**t, 3.0),
            at="a = 1.7, b = 3 (dvalues 2 and 0.5)",
            what="the dvalue of the power",
            mistakes={
                "the exponent's term is left out where b is a whole number, but b moves": 2.0
                * slope(lambda t: t**3, 1.7)
            },
        )
        expect_rule("x ** 3 with the plain number 3", lambda x: x**3, DualNumber, operands=1)
    ### BEGIN HIDDEN TESTS
    with check(
        "a power with a constant exponent",
        1,
        hint="The exponent becomes a factor and is lowered by one.",
    ):
        expect_value("power", lambda a, b: a**b, lambda value: DualNumber(value, 0.3), domain=(0.3, 0.9))
        for checked_exponent in (1.0, 2.0, 3.0, 5.0):
            expect_rule(
                f"x ** {checked_exponent:g}",
                lambda x: x ** DualNumber(checked_exponent, 0.0),
                DualNumber,
                plain=lambda x: x**checked_exponent,
                operands=1,
            )
        expect_rule("x ** 4 with the plain number 4", lambda x: x**4, DualNumber, operands=1)
        expect_rule("x ** -1.5", lambda x: x ** DualNumber(-1.5, 0.0), DualNumber, plain=lambda x: x**-1.5, operands=1)
    with check(
        "a power whose base and exponent both move",
        1,
        hint="The second term contains the logarithm of the base, and is multiplied by other.dvalue.",
    ):
        expect_rule("power", lambda a, b: a**b, DualNumber, domain=(0.3, 0.9))
        for checked_exponent in (1.0, 2.0, 4.0):
            checked_base, checked_seed = random.uniform(1.3, 2.4), random.choice([-1, 1]) * random.uniform(1.2, 2.6)
            expect(
                (DualNumber(checked_base, 1.5) ** DualNumber(checked_exponent, checked_seed)).dvalue,
                1.5 * slope(lambda t: t**checked_exponent, checked_base)
                + checked_seed * slope(lambda t: checked_base**t, checked_exponent),
                at=f"a = {checked_base:.4f}, b = {checked_exponent:g} (dvalues 1.5 and {checked_seed:.4f})",
                what="the dvalue of the power",
                mistakes={
                    "the exponent's term is left out where b is a whole number, but b moves": 1.5
                    * slope(lambda t: t**checked_exponent, checked_base)
                },
            )
        expect_rule("a ** (b*a)", lambda a, b: a ** (b * a), DualNumber, domain=(1.2, 2.1))
    ### END HIDDEN TESTS

# %% [markdown] section="Functions of dual numbers" minutes=9
# ## Functions of dual numbers (9 minutes)
#
# `math.sin` accepts plain numbers only. Our own `sin` takes a `DualNumber`, calls `math.sin` on its value and applies
# the chain rule to its tangent:


# %% locked="dual-sin"
def sin(x):
    """The sine of a DualNumber."""
    return DualNumber(math.sin(x.value), math.cos(x.value) * x.dvalue)


# %% [markdown]
# Write `cos`, `tan` and `exp` in the same way. Each of them multiplies by the tangent that *comes in*, `x.dvalue`. If
# you forget it, the chain is broken, and as long as the seed is 1 and the argument is an input, you will not notice.


# %% answer="dual-cos"
def cos(x):
    """The cosine of a DualNumber."""
    ### BEGIN SOLUTION
    return DualNumber(math.cos(x.value), -math.sin(x.value) * x.dvalue)
    ### END SOLUTION


# %% item="dual-cos" points=2
#@title Checks: cos
with task("dual-cos") as check:
    with check(
        "cos",
        1,
        hint=("The cosine falls where the sine is positive.", "The derivative is multiplied by x.dvalue."),
    ):
        expect_value("cos", cos, lambda value: DualNumber(value, 0.3), plain=math.cos, operands=1, domain=(0.3, 1.3))
        expect_rule("cos", cos, DualNumber, plain=math.cos, operands=1, domain=(0.3, 1.3))
        expect_rule("cos", cos, DualNumber, plain=math.cos, operands=1, domain=(-1.3, -0.3))
    ### BEGIN HIDDEN TESTS
    with check(
        "cos at other points and of an expression",
        1,
        hint=("Check the sign and the factor x.dvalue.", "x may be any number, and x.dvalue need not be 1."),
    ):
        expect_value("cos", cos, lambda value: DualNumber(value, 0.3), plain=math.cos, operands=1, domain=(2.0, 6.0))
        expect_rule("cos", cos, DualNumber, plain=math.cos, operands=1, domain=(2.0, 6.0), points=3)
        expect_rule("cos", cos, DualNumber, plain=math.cos, operands=1, domain=(-2.9, -0.3), points=3)
        expect_rule(
            "cos(a*b*a)",
            lambda a, b: cos(a * b * a),
            DualNumber,
            plain=lambda a, b: math.cos(a * b * a),
        )
    ### END HIDDEN TESTS


# %% answer="dual-tan"
def tan(x):
    """The tangent function of a DualNumber."""
    ### BEGIN SOLUTION
    return DualNumber(math.tan(x.value), x.dvalue / math.cos(x.value) ** 2)
    ### END SOLUTION


# %% item="dual-tan" points=3 builds_on=["dual-division", "dual-cos"]
#@title Checks: tan
with task("dual-tan") as check:
    with check("tan's value", 0.5, hint="math.tan gives the value."):
        expect_value("tan", tan, lambda value: DualNumber(value, 0.3), plain=math.tan, operands=1, domain=(0.3, 1.2))
    with check(
        "tan's dvalue",
        1,
        hint=("tan rises wherever it is defined.", "Square the cosine, not its argument, and divide by it."),
    ):
        try:
            expect_rule("tan", tan, DualNumber, plain=math.tan, operands=1, domain=(0.3, 1.2))
        except CheckFailed as checked_failure:
            try:
                expect_rule("cos", cos, DualNumber, plain=math.cos, operands=1, domain=(0.3, 1.2))
            except CheckFailed:
                raise CheckFailed(
                    f"{checked_failure} Your cos is not right either: if your tan uses it, mend cos first.",
                    **checked_failure.parts,
                ) from None
            raise
    ### BEGIN HIDDEN TESTS
    with check(
        "tan at other points and of an expression",
        1.5,
        hint=(
            "Check the square, the sign and the factor x.dvalue.",
            "x may be any number, and x.dvalue need not be 1.",
        ),
    ):
        expect_value("tan", tan, lambda value: DualNumber(value, 0.3), plain=math.tan, operands=1, domain=(2.0, 4.2))
        expect_rule("tan", tan, DualNumber, plain=math.tan, operands=1, domain=(2.0, 4.2))
        expect_rule(
            "tan(a*b*a)",
            lambda a, b: tan(a * b * a),
            DualNumber,
            plain=lambda a, b: math.tan(a * b * a),
            domain=(0.5, 1.0),
        )
    ### END HIDDEN TESTS


# %% answer="dual-exp"
def exp(x):
    """The exponential of a DualNumber."""
    ### BEGIN SOLUTION
    value = math.exp(x.value)
    return DualNumber(value, value * x.dvalue)
    ### END SOLUTION


# %% item="dual-exp" points=2
#@title Checks: exp
with task("dual-exp") as check:
    with check(
        "exp",
        1,
        hint=("exp is its own derivative; then comes the chain rule.", "math.exp works on x.value."),
    ):
        expect_value("exp", exp, lambda value: DualNumber(value, 0.3), plain=math.exp, operands=1, domain=(-1.5, -0.3))
        expect_rule("exp", exp, DualNumber, plain=math.exp, operands=1, domain=(0.3, 1.3))
    ### BEGIN HIDDEN TESTS
    with check(
        "exp at other points and of an expression",
        1,
        hint=("Check the factor x.dvalue.", "x may be negative as well."),
    ):
        expect_value("exp", exp, lambda value: DualNumber(value, 0.3), plain=math.exp, operands=1, domain=(-2.5, -0.3))
        expect_rule("exp", exp, DualNumber, plain=math.exp, operands=1, domain=(-2.5, -0.3))
        expect_rule(
            "exp(a*b*a)",
            lambda a, b: exp(a * b * a),
            DualNumber,
            plain=lambda a, b: math.exp(a * b * a),
            domain=(0.4, 1.1),
        )
    ### END HIDDEN TESTS

# %% [markdown] section="The example, twice" minutes=7
# ## The example, twice (7 minutes)
#
# You now have all you need for the example. It is an ordinary function, and nothing in it mentions derivatives:


# %% locked="example"
def example(x, y):
    """z = x*y + sin(x) for two DualNumbers."""
    return x * y + sin(x)


# %% [markdown]
# **First** $\partial z/\partial x$: build the two dual numbers $x = 0.5$ and $y = 4.2$ with the right seeds, call
# `example`, and assign the `DualNumber` that it returns to `z`. **Then** $\partial z/\partial y$ at the same point,
# again with dual numbers: keep it as a plain `float` in `dzdy`.

# %% answer="example-dual"
z = ...
### BEGIN SOLUTION
z = example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0))
### END SOLUTION
print("z =", z)

# %% item="example-dual" points=2 builds_on=["dual-addition"]
#@title Checks: z and its tangent for the seed of x
with task("example-dual") as check:
    with check(
        "z and dz/dx",
        1,
        hint=(
            "x is a DualNumber whose value is 0.5, and y one whose value is 4.2.",
            "Only x moves: which of the two seeds is 1, and which is 0?",
        ),
    ):
        if type(z) in (int, float, str, type(None)):
            raise CheckFailed(f"z should be the DualNumber that example returns, but is of type {type(z).__name__}.")
        expect(
            z if z is ... else z.value,
            0.5 * 4.2 + math.sin(0.5),
            at="x = 0.5, y = 4.2",
            what="the value of z",
            mistakes={
                "x and y have changed places": 4.2 * 0.5 + math.sin(4.2),
                "the sine is missing": 2.1,
            },
        )
        expect(
            z.dvalue,
            slope(lambda t: t * 4.2 + math.sin(t), 0.5),
            at="x = 0.5, y = 4.2",
            what="the dvalue of z",
            mistakes={
                "you gave the seed 1 to y, not to x": 0.5,
                "both seeds are 1: the two derivatives are added": slope(lambda t: t * 4.2 + math.sin(t), 0.5) + 0.5,
                "both seeds are 0: nothing moves": 0.0,
                "you used the values of x and y as their seeds": 0.5 * slope(lambda t: t * 4.2 + math.sin(t), 0.5)
                + 4.2 * 0.5,
                "the seed of x is its value, 0.5": 0.5 * slope(lambda t: t * 4.2 + math.sin(t), 0.5),
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "z and dz/dx once more",
        1,
        hint=("x is a DualNumber whose value is 0.5, and y one whose value is 4.2.", "Only x moves."),
    ):
        if type(z) in (int, float, str, type(None)):
            raise CheckFailed(f"z should be the DualNumber that example returns, but is of type {type(z).__name__}.")
        expect(
            [z if z is ... else z.value, z if z is ... else z.dvalue],
            [0.5 * 4.2 + math.sin(0.5), slope(lambda t: t * 4.2 + math.sin(t), 0.5)],
            at="x = 0.5, y = 4.2",
            what="the pair of z.value and z.dvalue",
        )
    ### END HIDDEN TESTS

# %% answer="example-dzdy"
dzdy = ...
### BEGIN SOLUTION
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0)).dvalue
### END SOLUTION
print("dzdy =", dzdy)

# %% item="example-dzdy" points=1 builds_on=["dual-addition"]
#@title Checks: dz/dy
with task("example-dzdy") as check:
    with check(
        "dzdy",
        0.5,
        hint=("Which input moves now?", "dzdy is the .dvalue of the result, a float."),
    ):
        expect(
            dzdy,
            slope(lambda t: 0.5 * t + math.sin(0.5), 4.2),
            at="x = 0.5, y = 4.2",
            what="dzdy",
            mistakes={
                "that is dz/dx: you gave the seed 1 to x, not to y": slope(lambda t: t * 4.2 + math.sin(t), 0.5),
                "that is z, the value": 2.1 + math.sin(0.5),
                "both seeds are 1: the two derivatives are added": slope(lambda t: t * 4.2 + math.sin(t), 0.5) + 0.5,
                "both seeds are 0: nothing moves": 0.0,
                "the values of x and y have changed places": 4.2,
                "the seed of y is 2 and not 1": 1.0,
                "the seed of y is its value, 4.2": 2.1,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "dzdy once more",
        0.5,
        hint=("Which input moves now?", "dzdy is the .dvalue of the result, a float."),
    ):
        expect(dzdy, slope(lambda t: 0.5 * t + math.sin(0.5), 4.2), at="x = 0.5, y = 4.2", what="dzdy")
    ### END HIDDEN TESTS

# %% [markdown]
# By hand: $\partial z/\partial x = y + \cos x = 5.0775\ldots$ and $\partial z/\partial y = x = 0.5$.
#
# This cell is for play and is not marked. Change the expression to whatever you like, plain numbers included:

# %%
with attempt():
    t = DualNumber(1.3, 1.0)
    print(3 * exp(-t) / (1 + sin(t) ** 2))

# %% [markdown] section="Loops, branches and recursion" minutes=3
# ## Loops, branches and recursion (3 minutes)
#
# A dual number goes wherever the program goes, so nothing has to be rewritten: a loop is just more lines, and a branch
# is the lines that were taken. An `if` compares values; the tangents take no part in the decision.
#
# **Recursion.** The function below computes $x^n$ by repeated squaring. It was written for plain numbers and uses only
# products. Run it on a dual number; for comparison, the last line prints $x^n$ and $n\,x^{n-1}$.


# %%
def repeated_squaring(x, n):
    if n == 1:
        return x
    half = repeated_squaring(x * x, n // 2)
    return half * x if n % 2 else half


print(repeated_squaring(DualNumber(1.5, 1.0), 5))
print(1.5**5, "and", 5 * 1.5**4)

# %% [markdown]
# **A loop.** Newton's iteration for $\sqrt{c}$ starts anywhere and repeats $r \leftarrow (r + c/r)/2$. How does the
# root change with $c$? Run the same loop on a dual $c$; the slope should approach $1/(2\sqrt{c})$.

# %%
with attempt():
    c = DualNumber(2.0, 1.0)
    r = c
    for step in range(1, 6):
        r = (r + c / r) / 2
        print(
            f"step {step}: error of the root {abs(r.value - math.sqrt(2)):.1e}, "
            f"of the slope {abs(r.dvalue - 0.5 / math.sqrt(2)):.1e}"
        )

# %% [markdown]
# The slope converges at the same rate as the root: both errors are roughly squared at each step, until only rounding is
# left. On the way, the slope's error is up to about twelve times that of the root. AD needs no formula for what the
# loop computes.
#
# **A branch.** AD sees only the side that was taken. Both functions below compute $x^2$ for every number. Predict the
# two slopes at $x = 2$, then run the cell.


# %%
def square(x):
    return x * x


def square_with_a_shortcut(x):
    if x.value == 2.0:
        return DualNumber(4.0, 0.0)  # "we know this one": a constant
    return x * x


print("square:              ", square(DualNumber(2.0, 1.0)).dvalue)
print("with a shortcut at 2:", square_with_a_shortcut(DualNumber(2.0, 1.0)).dvalue)

# %% [markdown]
# The second number is the slope of the *branch*, a constant, and not that of the function. AD differentiates the
# program that ran.

# %% [markdown] section="Many inputs, many outputs" minutes=8
# ## Many inputs, many outputs (8 minutes)
#
# Let $f$ take a list of $n$ numbers and return a list of $m$. The seeds now form a vector $v$, the direction in which
# the input moves, and a single run tells how fast every output moves. By the chain rule this is $J\,v$, the product
# of the $m \times n$ Jacobian matrix and $v$, called the *Jacobian-vector product* (JVP). The matrix itself is never
# built.
#
# Write `jvp(f, x, v)`. `x` and `v` are lists of floats of the same length, which you leave as they are; `f` takes a
# list of `DualNumber`s and returns a list of `DualNumber`s. Call `f` once and return the list of the outputs' tangents.


# %% answer="jvp"
def jvp(f, x, v):
    """The derivative of f at x in the direction v: a list with one float for each output."""
    ### BEGIN SOLUTION
    outputs = f([DualNumber(value, seed) for value, seed in zip(x, v)])
    return [output.dvalue for output in outputs]
    ### END SOLUTION


# %% item="jvp" points=3
#@title Checks: jvp
with task("jvp") as check:
    with check(
        "two functions, each called once",
        1.5,
        hint=(
            "Each input has its own entry of v as its seed.",
            "Make a list of DualNumbers from x and v, give it to f, and collect the dvalues of the outputs.",
        ),
    ):
        checked_runs, checked_lists = [], ([3.0, 5.0], [2.0, 7.0])
        expect(
            jvp(lambda u: checked_runs.append(1) or [u[0] * u[1] * u[1], u[0] * u[0]], *checked_lists),
            [260.0, 12.0],
            at="f = [x0*x1*x1, x0*x0], x = [3, 5], v = [2, 7]",
            what="jvp",
            mistakes={
                "every seed is 1": [55.0, 6.0],
                "you returned the values and not the tangents": [75.0, 9.0],
                "every seed is v[0]": [110.0, 12.0],
                "v and x have changed places": [287.0, 12.0],
                "only the first input moves": [50.0, 12.0],
                "you gave f the plain numbers of v: was .dvalue taken too early": [98.0, 4.0],
                "every seed is 1, and v multiplies the outputs: it belongs in the seeds": [110.0, 42.0],
                "v is used twice, as the seeds and once more on the outputs": [520.0, 84.0],
            },
        )
        for checked_name, checked_list, checked_copy in zip("xv", checked_lists, ([3.0, 5.0], [2.0, 7.0])):
            if not all(type(entry) is float for entry in checked_list) or checked_list != checked_copy:
                raise CheckFailed(f"jvp changes the list {checked_name} that it was given: make a new list instead.")
        expect(
            jvp(lambda u: [u[0] * sin(u[1]) * u[2]], [3.0, 0.5, 2.0], [0.0, 1.0, 0.0]),
            [slope(lambda t: 6.0 * math.sin(t), 0.5)],
            at="f = [x0*sin(x1)*x2], x = [3, 0.5, 2], v = [0, 1, 0]",
            what="jvp",
            mistakes={"every seed is 1": [slope(lambda t: 6.0 * math.sin(t), 0.5) + 5.0 * math.sin(0.5)]},
        )
        expect(len(checked_runs), 1, what="the number of times that f was called")
    ### BEGIN HIDDEN TESTS
    with check(
        "three inputs, two outputs, one call",
        1.5,
        hint=("The lists may have any length.", "Call f once, and take all the tangents from its result."),
    ):
        checked_runs = []
        checked_point = [random.uniform(1.2, 2.4) for _ in range(3)]
        checked_direction = [random.uniform(-2.4, -1.2) for _ in range(3)]
        checked_lists = (list(checked_point), list(checked_direction))
        checked_rows = [
            slopes(lambda p, q, r: p * math.sin(q) * r, checked_point),
            slopes(lambda p, q, r: r * r * p, checked_point),
        ]
        expect(
            jvp(
                lambda u: checked_runs.append(1) or [u[0] * sin(u[1]) * u[2], u[2] * u[2] * u[0]],
                *checked_lists,
            ),
            [sum(p * q for p, q in zip(row, checked_direction)) for row in checked_rows],
            what="jvp",
            tol=1e-5,
            at="f = [x0*sin(x1)*x2, x2*x2*x0] at a random point in a random direction",
            mistakes={
                "every seed is 1": [sum(row) for row in checked_rows],
                "only the first entry of v is used": [row[0] * checked_direction[0] for row in checked_rows],
            },
        )
        for checked_list, checked_copy in zip(checked_lists, (checked_point, checked_direction)):
            if not all(type(entry) is float for entry in checked_list) or checked_list != checked_copy:
                raise CheckFailed("jvp changes a list that it was given: make a new list instead.")
        expect(len(checked_runs), 1, what="the number of times that f was called")
    ### END HIDDEN TESTS

# %% [markdown]
# One run answers one question: how do the outputs move when the input moves *in this direction*? It answers it for
# all $m$ outputs at once. But another input is another direction, and that is another run. Count the runs for all the
# partial derivatives of one output, a product of a hundred inputs:


# %%
def count_runs(n):
    """How often a product of n inputs has to run for all of its partial derivatives."""
    runs = 0

    def product(inputs):
        nonlocal runs
        runs += 1
        result = inputs[0]
        for factor in inputs[1:]:
            result = result * factor
        return [result]

    for j in range(n):
        jvp(product, [1.0] * n, [1.0 if i == j else 0.0 for i in range(n)])
    return runs


with attempt():
    print("100 partial derivatives took", count_runs(100), "runs")

# %% [markdown]
# Here is what each method needs for all the partial derivatives of *one* output with respect to $n$ inputs. Training a
# neural network is this case: one output, the loss, and a million inputs or more, its parameters.
#
# | method | accuracy | runs of the program | for $n = 10^6$ |
# | --- | --- | --- | --- |
# | finite differences, one-sided | about half of the digits | $n + 1$ | 1,000,001 |
# | finite differences, central | about two thirds of the digits | $2n$ | 2,000,000 |
# | AD, forward mode | exact but for rounding | $n$ | 1,000,000 |
# | AD, reverse mode | exact but for rounding | $1$ | 1 |
#
# A run with derivatives costs a small constant factor more than one without; in reverse mode it also has to remember
# the intermediate results. Forward mode is the right choice for few inputs and many outputs, and its memory does not
# grow with the length of the program. For learning there is reverse mode: it reads the chain rule from the other end,
# and is the subject of the next notebook.
#
# **The core ends here.** If you stop now, run the very last cell of the notebook: it lists what is done.

# %% [markdown] section="Further: edges" minutes=17 further=true
# # Further
#
# The rest is optional: checked in the same way, outside your mark. The sections are independent of one another.
#
# ## Edges (17 minutes)
#
# ### Powers without a logarithm
#
# $(-2)^3$ is a perfectly good number, and $x^3$ has a perfectly good slope at $-2$; yet the rule for powers asks for
# $\ln(-2)$. At $0^2$ it asks for $\ln 0$. The logarithm belongs to the term of a *moving* exponent, and here the
# exponent does not move. Its tangent is 0, so the term should be left out rather than computed and multiplied by
# zero.
#
# Write `any_power` for two `DualNumber`s. Where the exponent's `dvalue` is 0, only the term of the base counts, and
# the base may be any number at which the power and its slope exist. ($x^0$ is the constant 1, even at $x = 0$, so its
# `dvalue` is 0.) Where the exponent moves, the base is positive and both terms count, as before.


# %% answer="edges-power"
def any_power(self, other):
    """self ** other for two DualNumbers; self may be zero or negative if other does not move."""
    ### BEGIN SOLUTION
    value = self.value**other.value
    dvalue = 0.0
    if other.value != 0:
        dvalue += other.value * self.value ** (other.value - 1) * self.dvalue
    if other.dvalue != 0:
        dvalue += value * math.log(self.value) * other.dvalue
    return DualNumber(value, dvalue)
    ### END SOLUTION


# %% item="edges-power" further=3 builds_on=["dual-power"]
#@title Checks: powers of any base
with task("edges-power") as check:
    with check(
        "powers with a constant exponent",
        1,
        hint=(
            "Ask whether the exponent moves before you take a logarithm.",
            "The term of the base is b * a**(b - 1) * da, and b need not be a whole number.",
            "At 0 as well, x ** 1 is x itself and x ** 0 is the constant 1.",
        ),
    ):
        expect_value(
            "x ** 3",
            lambda x: any_power(x, DualNumber(3, 0.0)),
            lambda value: DualNumber(value, 0.3),
            plain=lambda x: x**3,
            operands=1,
            domain=(-2.6, -1.2),
        )
        expect_rule(
            "x ** 3",
            lambda x: any_power(x, DualNumber(3, 0.0)),
            DualNumber,
            plain=lambda x: x**3,
            operands=1,
            domain=(-2.6, -1.2),
        )
        expect_value(
            "x ** 2.5",
            lambda x: any_power(x, DualNumber(2.5, 0.0)),
            lambda value: DualNumber(value, 0.3),
            plain=lambda x: x**2.5,
            operands=1,
            domain=(1.2, 2.6),
        )
        expect_rule(
            "x ** 2.5",
            lambda x: any_power(x, DualNumber(2.5, 0.0)),
            DualNumber,
            plain=lambda x: x**2.5,
            operands=1,
            domain=(1.2, 2.6),
        )
        expect(any_power(DualNumber(0.0, 2.0), DualNumber(2, 0.0)).dvalue, 0.0, at="x = 0", what="the dvalue of x ** 2")
        expect(
            any_power(DualNumber(0.0, 2.0), DualNumber(1, 0.0)).dvalue,
            2.0,
            at="x = 0 (dvalue 2)",
            what="the dvalue of x ** 1",
            mistakes={"every power is flat at 0, but x ** 1 is x": 0.0},
        )
        expect(any_power(DualNumber(0.0, 2.0), DualNumber(0, 0.0)).value, 1.0, at="x = 0", what="the value of x ** 0")
        expect(
            any_power(DualNumber(0.0, 2.0), DualNumber(0, 0.0)).dvalue,
            0.0,
            at="x = 0 (dvalue 2)",
            what="the dvalue of x ** 0",
        )
    with check(
        "a power whose exponent moves",
        0.5,
        hint="For a moving exponent nothing has changed: any_power may call your power.",
    ):
        expect_rule("power", lambda a, b: any_power(a, b), DualNumber, plain=lambda a, b: a**b)
    ### BEGIN HIDDEN TESTS
    with check(
        "other bases and exponents",
        0.5,
        hint=("Try negative exponents, and exponents that are not whole.", "The slope of x ** 2 at 0 is 0."),
    ):
        expect_value(
            "x ** 2",
            lambda x: any_power(x, DualNumber(2, 0.0)),
            lambda value: DualNumber(value, 0.3),
            plain=lambda x: x**2,
            operands=1,
            domain=(-2.4, -1.1),
        )
        expect_rule(
            "x ** 2",
            lambda x: any_power(x, DualNumber(2, 0.0)),
            DualNumber,
            plain=lambda x: x**2,
            operands=1,
            domain=(-2.4, -1.1),
        )
        expect_value(
            "x ** 5",
            lambda x: any_power(x, DualNumber(5, 0.0)),
            lambda value: DualNumber(value, 0.3),
            plain=lambda x: x**5,
            operands=1,
            domain=(-2.4, -1.1),
        )
        expect_rule(
            "x ** 5",
            lambda x: any_power(x, DualNumber(5, 0.0)),
            DualNumber,
            plain=lambda x: x**5,
            operands=1,
            domain=(-2.4, -1.1),
        )
        expect_value(
            "x ** -2",
            lambda x: any_power(x, DualNumber(-2, 0.0)),
            lambda value: DualNumber(value, 0.3),
            plain=lambda x: x**-2,
            operands=1,
            domain=(-2.4, -1.1),
        )
        expect_rule(
            "x ** -2",
            lambda x: any_power(x, DualNumber(-2, 0.0)),
            DualNumber,
            plain=lambda x: x**-2,
            operands=1,
            domain=(-2.4, -1.1),
        )
        expect_value(
            "x ** -1.5",
            lambda x: any_power(x, DualNumber(-1.5, 0.0)),
            lambda value: DualNumber(value, 0.3),
            plain=lambda x: x**-1.5,
            operands=1,
            domain=(1.1, 2.4),
        )
        expect_rule(
            "x ** -1.5",
            lambda x: any_power(x, DualNumber(-1.5, 0.0)),
            DualNumber,
            plain=lambda x: x**-1.5,
            operands=1,
            domain=(1.1, 2.4),
        )
        expect_value(
            "x ** 0.5",
            lambda x: any_power(x, DualNumber(0.5, 0.0)),
            lambda value: DualNumber(value, 0.3),
            plain=lambda x: x**0.5,
            operands=1,
            domain=(1.1, 2.4),
        )
        expect_rule(
            "x ** 0.5",
            lambda x: any_power(x, DualNumber(0.5, 0.0)),
            DualNumber,
            plain=lambda x: x**0.5,
            operands=1,
            domain=(1.1, 2.4),
        )
        expect(any_power(DualNumber(0.0, 1.7), DualNumber(2, 0.0)).dvalue, 0.0, at="x = 0", what="the dvalue of x ** 2")
        expect(
            any_power(DualNumber(0.0, 1.7), DualNumber(1, 0.0)).dvalue,
            1.7,
            at="x = 0 (dvalue 1.7)",
            what="the dvalue of x ** 1",
        )
        expect_rule("power", lambda a, b: any_power(a, b), DualNumber, plain=lambda a, b: a**b, domain=(0.3, 0.9))
    with check(
        "a power whose exponent is 0",
        1,
        hint=("x ** 0 is a constant, even at 0.", "Where the exponent is 0, the term of the base is 0 as well."),
    ):
        for checked_base in (0.0, random.uniform(1.2, 2.4), -1.5):
            expect(
                any_power(DualNumber(checked_base, 1.7), DualNumber(0, 0.0)).value,
                1.0,
                at=f"x = {checked_base:g}",
                what="the value of x ** 0",
            )
            expect(
                any_power(DualNumber(checked_base, 1.7), DualNumber(0, 0.0)).dvalue,
                0.0,
                at=f"x = {checked_base:g} (dvalue 1.7)",
                what="the dvalue of x ** 0",
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Logarithm, square root and a corner
#
# Three more functions. `log` and `sqrt` will only be called with positive values. $\operatorname{relu}(x) = \max(x, 0)$
# has a corner: at 0, every slope from 0 to 1 is defensible, so one has to choose and to say what one chose. **Our
# convention, which is also PyTorch's: at exactly 0 the slope of relu is 0.**


# %% answer="edges-log"
def log(x):
    """The natural logarithm of a DualNumber with a positive value."""
    ### BEGIN SOLUTION
    return DualNumber(math.log(x.value), x.dvalue / x.value)
    ### END SOLUTION


# %% item="edges-log" further=1
#@title Checks: log
with task("edges-log") as check:
    with check(
        "log",
        0.5,
        hint=("How steep is the logarithm at x?", "Its slope is 1/x; then comes the chain rule."),
    ):
        expect_value("log", log, lambda value: DualNumber(value, 0.3), plain=math.log, operands=1, domain=(1.2, 2.6))
        expect_rule("log", log, DualNumber, plain=math.log, operands=1, domain=(1.2, 2.6))
    ### BEGIN HIDDEN TESTS
    with check(
        "log at other points and of an expression",
        0.5,
        hint="Check the factor x.dvalue.",
    ):
        expect_value("log", log, lambda value: DualNumber(value, 0.3), plain=math.log, operands=1, domain=(0.1, 0.6))
        expect_rule("log", log, DualNumber, plain=math.log, operands=1, domain=(0.1, 0.6))
        expect_rule(
            "log(a*b*a)",
            lambda a, b: log(a * b * a),
            DualNumber,
            plain=lambda a, b: math.log(a * b * a),
        )
    ### END HIDDEN TESTS


# %% answer="edges-sqrt"
def sqrt(x):
    """The square root of a DualNumber with a positive value."""
    ### BEGIN SOLUTION
    root = math.sqrt(x.value)
    return DualNumber(root, x.dvalue / (2 * root))
    ### END SOLUTION


# %% item="edges-sqrt" further=1 builds_on=["dual-power", "dual-constants", "edges-power"]
#@title Checks: sqrt
with task("edges-sqrt") as check:
    with check(
        "sqrt",
        0.5,
        hint=("The square root is the power 1/2.", "Its slope is 1 / (2 * root); then comes the chain rule."),
    ):
        expect(
            sqrt(DualNumber(2.5, 2.0)).value,
            math.sqrt(2.5),
            what="sqrt(DualNumber(2.5, 2.0)).value",
            mistakes={"you wrote x ** 1/2, which Python reads as (x ** 1) / 2: put brackets around 1/2": 1.25},
        )
        expect_value("sqrt", sqrt, lambda value: DualNumber(value, 0.3), plain=math.sqrt, operands=1)
        expect_rule("sqrt", sqrt, DualNumber, plain=math.sqrt, operands=1)
    ### BEGIN HIDDEN TESTS
    with check("sqrt at other points and of an expression", 0.5, hint="Check the factor x.dvalue."):
        expect_value("sqrt", sqrt, lambda value: DualNumber(value, 0.3), plain=math.sqrt, operands=1, domain=(0.1, 0.6))
        expect_rule("sqrt", sqrt, DualNumber, plain=math.sqrt, operands=1, domain=(0.1, 0.6))
        expect_rule(
            "sqrt(a*b*a)",
            lambda a, b: sqrt(a * b * a),
            DualNumber,
            plain=lambda a, b: math.sqrt(a * b * a),
        )
    ### END HIDDEN TESTS


# %% answer="edges-relu"
def relu(x):
    """max(x, 0) of a DualNumber; at exactly 0 the slope is 0."""
    ### BEGIN SOLUTION
    if x.value > 0:
        return DualNumber(x.value, x.dvalue)
    return DualNumber(0.0, 0.0)
    ### END SOLUTION


# %% item="edges-relu" further=1
#@title Checks: relu on both sides of 0 and at 0
with task("edges-relu") as check:
    with check(
        "relu on both sides of 0 and at 0",
        0.5,
        hint=(
            "To the right of 0 relu is x itself; to the left it is constant.",
            "Return a DualNumber on both sides; the text above says what holds at exactly 0.",
        ),
    ):
        expect_value(
            "relu",
            relu,
            lambda value: DualNumber(value, 0.3),
            plain=lambda t: max(t, 0.0),
            operands=1,
            domain=(-0.9, -0.2),
        )
        for checked_number in (1.5, -1.5, 0.0):
            if relu(DualNumber(checked_number, 2.0)) is None:
                raise CheckFailed(
                    f"relu gives None at x = {checked_number:g}: nothing was returned. Every case needs a `return`."
                )
        expect(relu(DualNumber(1.5, 2.0)).value, 1.5, what="relu(DualNumber(1.5, 2.0)).value")
        expect(relu(DualNumber(-1.5, 2.0)).value, 0.0, what="relu(DualNumber(-1.5, 2.0)).value")
        expect(
            relu(DualNumber(1.5, 2.0)).dvalue,
            2.0,
            what="relu(DualNumber(1.5, 2.0)).dvalue",
            mistakes={"dx is missing: the slope is 1, but it is multiplied by dx": 1.0},
        )
        expect(relu(DualNumber(1.5, -3.0)).dvalue, -3.0, what="relu(DualNumber(1.5, -3.0)).dvalue")
        expect(
            relu(DualNumber(-1.5, 2.0)).dvalue,
            0.0,
            what="relu(DualNumber(-1.5, 2.0)).dvalue",
            mistakes={"the tangent passes through where relu is flat": 2.0},
        )
        expect(relu(DualNumber(0.0, 2.0)).value, 0.0, what="relu(DualNumber(0.0, 2.0)).value")
        expect(
            relu(DualNumber(0.0, 2.0)).dvalue,
            0.0,
            what="relu(DualNumber(0.0, 2.0)).dvalue",
            mistakes={"you chose the slope 1 at 0": 2.0, "you chose the slope 1/2 at 0": 1.0},
        )
        expect_rule("relu", relu, DualNumber, plain=lambda t: max(t, 0.0), operands=1, domain=(0.2, 0.9))
    ### BEGIN HIDDEN TESTS
    with check(
        "relu at 0 and at other points",
        0.5,
        hint=("At exactly 0 the slope is 0.", "It does not matter which sign dx has."),
    ):
        checked_seed = random.choice([-1, 1]) * random.uniform(1.3, 2.6)
        for checked_number in (0.0, random.uniform(0.2, 0.9), -random.uniform(0.2, 0.9)):
            if relu(DualNumber(checked_number, checked_seed)) is None:
                raise CheckFailed("relu gives None: nothing was returned. Every case needs a `return`.")
        expect(relu(DualNumber(0.0, checked_seed)).value, 0.0, at="x = 0", what="the value of relu")
        expect(
            relu(DualNumber(0.0, checked_seed)).dvalue,
            0.0,
            at=f"x = 0 (dvalue {checked_seed:.4f})",
            what="the dvalue of relu",
            mistakes={
                "you chose the slope 1 at 0": checked_seed,
                "you chose the slope 1/2 at 0": checked_seed / 2,
            },
        )
        expect_value(
            "relu",
            relu,
            lambda value: DualNumber(value, 0.3),
            plain=lambda t: max(t, 0.0),
            operands=1,
            domain=(0.2, 0.9),
        )
        expect_value(
            "relu",
            relu,
            lambda value: DualNumber(value, 0.3),
            plain=lambda t: max(t, 0.0),
            operands=1,
            domain=(-0.9, -0.2),
        )
        expect_rule("relu", relu, DualNumber, plain=lambda t: max(t, 0.0), operands=1, domain=(0.2, 0.9), points=4)
        expect_rule("relu", relu, DualNumber, plain=lambda t: max(t, 0.0), operands=1, domain=(-0.9, -0.2), points=4)
    ### END HIDDEN TESTS

# %% [markdown] section="Further: the whole Jacobian" minutes=8
# ## The whole Jacobian (8 minutes)
#
# Sometimes the matrix itself is wanted. Its $j$-th column says how the outputs move when only input $j$ moves: it is
# the JVP with a $v$ that has 1 in place $j$ and 0 everywhere else. Write `jacobian(f, x)`. It returns the $m \times
# n$ matrix as a list of *rows*, so that `jacobian(f, x)[i][j]` is $\partial f_i/\partial x_j$, and runs `f` exactly
# once for each input. It may use `jvp`.


# %% answer="jacobian"
def jacobian(f, x):
    """The Jacobian of f at x: a list of rows, one for each output, each with one float for each input."""
    ### BEGIN SOLUTION
    units = [[1.0 if i == j else 0.0 for i in range(len(x))] for j in range(len(x))]
    columns = [jvp(f, x, unit) for unit in units]
    return [list(row) for row in zip(*columns)]
    ### END SOLUTION


# %% item="jacobian" further=2 builds_on=["jvp"]
#@title Checks: the Jacobian
with task("jacobian") as check:
    with check(
        "as many outputs as inputs, fewer, and more",
        1,
        hint=(
            "jvp gives columns, but the matrix is returned as a list of rows.",
            "For f from n inputs to m outputs there are n columns, and m rows of length n.",
        ),
    ):
        checked_runs = []
        expect(
            jacobian(lambda u: [u[0] * u[1], u[0] * u[0]], [3.0, 5.0]),
            [[5.0, 3.0], [6.0, 0.0]],
            at="f = [x0*x1, x0*x0], x = [3, 5]",
            what="the Jacobian",
            mistakes={
                "you returned a list of columns": [[5.0, 6.0], [3.0, 0.0]],
                "all the seeds are 1 in every run": [[8.0, 8.0], [6.0, 6.0]],
                "the seed of an input is its value and not 1": [[15.0, 15.0], [18.0, 0.0]],
            },
        )
        expect(
            jacobian(lambda u: checked_runs.append(1) or [u[0] * sin(u[1]), u[1] * u[2]], [3.0, 0.5, 2.0]),
            [[math.sin(0.5), slope(lambda t: 3.0 * math.sin(t), 0.5), 0.0], [0.0, 2.0, 0.5]],
            at="f = [x0*sin(x1), x1*x2], x = [3, 0.5, 2]",
            what="the Jacobian",
            mistakes={
                "you returned a list of columns": [
                    [math.sin(0.5), 0.0],
                    [slope(lambda t: 3.0 * math.sin(t), 0.5), 2.0],
                    [0.0, 0.5],
                ]
            },
        )
        checked_count, checked_list = len(checked_runs), [3.0, 5.0]
        expect(
            jacobian(lambda u: [u[0] * u[1], u[1] * u[1], u[0] * u[0]], checked_list),
            [[5.0, 3.0], [0.0, 10.0], [6.0, 0.0]],
            at="f = [x0*x1, x1*x1, x0*x0], x = [3, 5]",
            what="the Jacobian",
            mistakes={"you returned a list of columns": [[5.0, 0.0, 6.0], [3.0, 10.0, 0.0]]},
        )
        if not all(type(entry) is float for entry in checked_list) or checked_list != [3.0, 5.0]:
            raise CheckFailed("jacobian changes the list x that it was given: make a new list instead.")
        expect(
            checked_count,
            3,
            at="3 inputs and 2 outputs",
            what="the number of runs of f",
            mistakes={
                "you run f once more to count its outputs": 4,
                "f runs once for each entry of the matrix": 6,
                "f runs once for each output": 2,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "more inputs than outputs, more outputs than inputs",
        0.5,
        hint=("The matrix has m rows and n columns.", "m is the length of the list that f returns."),
    ):
        checked_point = [random.uniform(1.2, 2.4) for _ in range(3)]
        checked_rows = [
            slopes(lambda p, q, r: p * math.sin(q) * r, checked_point),
            slopes(lambda p, q, r: r * r * p, checked_point),
        ]
        expect(
            jacobian(lambda u: [u[0] * sin(u[1]) * u[2], u[2] * u[2] * u[0]], checked_point),
            checked_rows,
            what="the Jacobian of a function of 3 inputs with 2 outputs",
            tol=1e-5,
            mistakes={"you returned a list of columns": [list(column) for column in zip(*checked_rows)]},
        )
        checked_point = [random.uniform(1.2, 2.4) for _ in range(2)]
        checked_list = list(checked_point)
        checked_rows = [
            slopes(lambda p, q: p * q, checked_point),
            slopes(lambda p, q: q * q, checked_point),
            slopes(lambda p, q: math.sin(p) * p * q, checked_point),
        ]
        expect(
            jacobian(lambda u: [u[0] * u[1], u[1] * u[1], sin(u[0]) * u[0] * u[1]], checked_list),
            checked_rows,
            what="the Jacobian of a function of 2 inputs with 3 outputs",
            tol=1e-5,
            mistakes={"you returned a list of columns": [list(column) for column in zip(*checked_rows)]},
        )
        if checked_list != checked_point:
            raise CheckFailed("jacobian changes the list x that it was given: make a new list instead.")
    with check("one run of f for each input", 0.5, hint=("n inputs take n runs.", "Each run gives a whole column.")):
        checked_runs = []
        expect(
            len(
                jacobian(
                    lambda u: checked_runs.append(1) or [u[0] * u[1], u[2] * sin(u[3])],
                    [1.5, 2.5, 3.5, 4.5],
                )
            ),
            2,
            at="4 inputs and 2 outputs",
            what="the number of rows",
        )
        expect(
            len(checked_runs),
            4,
            at="4 inputs and 2 outputs",
            what="the number of runs",
            mistakes={
                "f runs once for each entry of the matrix": 8,
                "f runs once for each output": 2,
                "you run f once more to count its outputs": 5,
            },
        )
    ### END HIDDEN TESTS

# %% [markdown] section="Further: how good are finite differences?" minutes=13
# ## How good are finite differences? (13 minutes)
#
# Back to $h$. Two errors pull in opposite directions. The error of the *chord* shrinks with $h$; the *rounding* error
# grows as $h$ shrinks, because values of size 1 are known only to $\epsilon = 2.2\cdot10^{-16}$ and their difference is
# divided by $h$. For a function whose value and derivatives are all about 1 in size, the two add up to roughly
#
# | rule | formula | error |
# | --- | --- | --- |
# | one-sided | $\dfrac{f(x+h)-f(x)}{h}$ | $\dfrac{h}{2} + \dfrac{\epsilon}{h}$ |
# | central | $\dfrac{f(x+h)-f(x-h)}{2h}$ | $\dfrac{h^2}{6} + \dfrac{\epsilon}{h}$ |
#
# Write both rules for a function of one float.


# %% answer="finite-differences"
def one_sided(f, x, h):
    """The slope of f at x by the one-sided rule with the step h."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x)) / h
    ### END SOLUTION


def central(f, x, h):
    """The slope of f at x by the central rule with the step h."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% item="finite-differences" further=1
#@title Checks: both rules with a large step
with task("finite-differences") as check:
    with check(
        "both rules with a large h",
        0.5,
        hint=("With so large an h every slip shows.", "How far apart are the two points? Check the brackets."),
    ):
        expect(
            one_sided(lambda t: t * t, 3.0, 0.5),
            6.5,
            at="f = t*t, x = 3, h = 0.5",
            what="one_sided",
            mistakes={
                "you stepped to the left": 5.5,
                "you used the central rule": 6.0,
                "you divided by 2h": 3.25,
                "the brackets around the difference are missing": 12.25 - 18.0,
            },
        )
        expect(one_sided(lambda t: t * t, 2.0, 0.25), 4.25, at="f = t*t, x = 2, h = 0.25", what="one_sided")
        expect(
            central(lambda t: t**3, 3.0, 0.25),
            27.0625,
            at="f = t**3, x = 3, h = 0.25",
            what="central",
            mistakes={
                "you divided by h, but the two points are 2h apart": 54.125,
                "you used the one-sided rule": 29.3125,
                "you wrote / 2*h, which divides by 2 and then multiplies by h": 27.0625 * 0.0625,
                "the brackets around the difference are missing": 3.25**3 - 2.75**3 / 0.5,
                "the brackets around the difference and around 2*h are missing": 3.25**3 - 2.75**3 / 2 * 0.25,
                "the sign is wrong": -27.0625,
            },
        )
        expect(central(lambda t: t**3, 2.0, 0.5), 12.25, at="f = t**3, x = 2, h = 0.5", what="central")
    ### BEGIN HIDDEN TESTS
    with check(
        "both rules at other points",
        0.5,
        hint=("The points are h apart in one rule and 2h apart in the other.", "Check the brackets."),
    ):
        for _ in range(2):
            checked_value, checked_step = random.uniform(1.2, 2.4), random.uniform(0.2, 0.4)
            expect(
                one_sided(lambda t: t * t, checked_value, checked_step),
                2 * checked_value + checked_step,
                what="one_sided",
                at=f"f = t*t, x = {checked_value:.4f}, h = {checked_step:.4f}",
            )
            expect(
                central(lambda t: t * t * t, checked_value, checked_step),
                3 * checked_value * checked_value + checked_step * checked_step,
                what="central",
                at=f"f = t*t*t, x = {checked_value:.4f}, h = {checked_step:.4f}",
            )
    ### END HIDDEN TESTS

# %% [markdown]
# Now **predict**: at which $h$ is the error of each rule smallest? Put both values into the dictionary; within a factor
# of ten is good enough. (With a pencil: set the derivative of the error with respect to $h$ to zero.)

# %% answer="best-step"
best_step = {"one-sided": ..., "central": ...}
### BEGIN SOLUTION
epsilon = 2.2e-16
best_step = {"one-sided": (2 * epsilon) ** (1 / 2), "central": (3 * epsilon) ** (1 / 3)}
### END SOLUTION

# %% item="best-step" further=1
#@title Checks: your prediction of the best step
with task("best-step") as check:
    with check(
        "the one-sided rule",
        0.5,
        hint=(
            "At the best h the chord's error and the rounding error are of the same size.",
            "Differentiate the error with respect to h and set the derivative to zero.",
        ),
    ):
        expect_order(
            best_step["one-sided"],
            math.sqrt(2 * 2.2e-16),
            what="the best h of the one-sided rule",
            secret=True,
            mistakes={
                "you took h as small as possible, where the difference is all noise": 1e-16,
                "that is the best h of the other rule": 8.7e-6,
                "you left out the rounding error": 0.01,
            },
        )
    with check(
        "the central rule",
        0.5,
        hint=(
            "The chord's error is smaller here: should h be larger or smaller than before?",
            "Differentiate the error with respect to h and set the derivative to zero.",
        ),
    ):
        expect_order(
            best_step["central"],
            (3 * 2.2e-16) ** (1 / 3),
            what="the best h of the central rule",
            secret=True,
            mistakes={
                "you took h as small as possible, where the difference is all noise": 1e-16,
                "that is the best h of the other rule": 2.1e-8,
                "you left out the rounding error": 0.01,
            },
        )

# %% [markdown]
# Now **look**. The picture applies your `one_sided` and `central` to $t\,\sin(t^2)$ at $t = 0.9$, with your predictions
# as dotted vertical lines. AD has no $h$, so its error is a horizontal line.

# %% show="error-curve" fold="Draws the error of each rule against the step h"
import base64
import io

import matplotlib.pyplot as plt


def draw_errors():
    """The errors of both difference rules against the step, beside that of dual numbers, as HTML."""

    def curve(t, sine):
        return sine(t * t) * t

    at, steps = 0.9, [10.0 ** (-k / 8) for k in range(8, 129)]
    true_slope = math.sin(at * at) + 2 * at * at * math.cos(at * at)
    by_ad = abs(curve(DualNumber(at, 1.0), sin).dvalue - true_slope)
    rules = {"one-sided": one_sided, "central": central}
    errors = {
        name: [max(abs(rule(lambda t: curve(t, math.sin), at, h) - true_slope), 1e-17) for h in steps]
        for name, rule in rules.items()
    }
    found = {name: steps[errors[name].index(min(errors[name]))] for name in rules}
    figure, axes = plt.subplots(figsize=(8, 4.5), facecolor="white")
    for name, colour, style in (("one-sided", "#c0504d", "-"), ("central", "#1f6fb4", "--")):
        axes.loglog(steps, errors[name], style, color=colour, label=f"{name} difference")
        if best_step[name] is not ...:
            axes.axvline(best_step[name], color=colour, linestyle=":", label=f"your best h, {name}")
    axes.axhline(max(by_ad, 1e-17), color="#3a7d34", linewidth=2.5, label="automatic differentiation")
    axes.set(xlabel="step h", ylabel="absolute error of the slope", ylim=(3e-18, 10))
    axes.legend(loc="upper center", ncol=2, fontsize=8)
    axes.grid(alpha=0.3)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110, bbox_inches="tight")
    plt.close(figure)
    words = (
        "The error of the slope against the step h, both on logarithmic axes. Each difference rule traces a V: "
        f"rounding noise on the left, the error of the chord on the right. The smallest errors drawn are at h = "
        f"{found['one-sided']:.1e} (one-sided) and h = {found['central']:.1e} (central). The error of automatic "
        f"differentiation is {by_ad:.1g}" + (" (drawn at 1e-17)." if by_ad < 1e-17 else ".")
    )
    image = base64.b64encode(picture.getvalue()).decode()
    return (
        f'<figure style="margin:0"><img alt="{words}" style="max-width:100%" '
        f'src="data:image/png;base64,{image}"><figcaption>{words}</figcaption></figure>'
    )


with attempt():
    display({"text/html": draw_errors()}, raw=True)

# %% [markdown]
# To the left of its smallest error each curve is ragged: that is rounding, and it changes from one $h$ to the next.
# To its right the curve is nearly straight, with slope 1 for the one-sided rule and slope 2 for the central one; only
# at the largest $h$ does the one-sided curve bend away, where $h/2$ is no longer the whole error of the chord.
# Single points may be lucky; as a whole, neither curve comes down to the line of AD. Differences are still worth
# having, as a *test*: they know nothing of your rules and so do not share their mistakes. The checks of this notebook
# rely on them.

# %% [markdown] section="Further: duals of duals" minutes=5
# ## Duals of duals (5 minutes)
#
# ### Higher derivatives
#
# Nothing says that the two parts of a `DualNumber` must be floats. Let them be `DualNumber`s themselves. The outer
# number then holds $f$ and $f'$. Each of these two is itself a dual number, so each carries its own derivative along:
# $f$ carries $f'$ once more, and $f'$ carries $f''$. For $f(x) = x^3$ at $x = 5$ we expect $f = 125$, $f' = 75$ twice
# (once from each level) and $f'' = 30$.

# %%
with attempt():
    nested = DualNumber(DualNumber(5.0, 1.0), DualNumber(1.0, 0.0))  # both levels have the seed 1
    cube = nested * nested * nested
    print("f   =", cube.value.value)
    print("f'  =", cube.value.dvalue, "and", cube.dvalue.value)
    print("f'' =", cube.dvalue.dvalue)

# %% [markdown]
# This has its price: two levels make a number of four parts, and $k$ levels one of $2^k$. If many derivatives are
# needed, one carries the coefficients of a Taylor series instead.
#
# ### Perturbation confusion
#
# A derivative operator that can be used inside another looks like three easy lines:


# %%
def slope_of(f, at):
    """The derivative of a function of one number."""
    return f(DualNumber(at, 1.0)).dvalue


# %% [markdown]
# Now differentiate $x \cdot \dfrac{d}{dy}(x + y)$ with respect to $x$ at $x = 1$, taking the inner derivative at $y =
# 1$. **Predict** the result on paper first: what is the inner derivative, and what remains to be differentiated?

# %%
with attempt():
    print(slope_of(lambda x: x * slope_of(lambda y: x + y, 1.0), 1.0))

# %% [markdown]
# The inner derivative is 1 whatever $x$ is, so the function is $x \cdot 1$ and its slope is **1**. The program says
# **2**. For the inner operator $x$ is a constant; but it arrives with the tangent of the *outer* operator, in the very
# place where the inner operator keeps its own, and $x + y$ adds two tangents that answer different questions. This is
# *perturbation confusion*, and published AD systems have had it.
#
# The cure: every call of the operator draws a new *tag*, and a number carries the tag of the perturbation that its
# tangent belongs to. To an operation of another tag, it is a constant. Where two tags meet, the newer one, which
# belongs to the inner operator, becomes the outer layer of the number:


# %% fold="A dual number with a tag"
class Tagged:
    """A dual number that knows whose perturbation its tangent belongs to."""

    def __init__(self, value, dvalue, tag):
        self.value, self.dvalue, self.tag = value, dvalue, tag

    def __add__(self, other):
        tag, a, b = at_newest_tag(self, other)
        return Tagged(a.value + b.value, a.dvalue + b.dvalue, tag)

    def __mul__(self, other):
        tag, a, b = at_newest_tag(self, other)
        return Tagged(a.value * b.value, a.dvalue * b.value + a.value * b.dvalue, tag)

    __radd__, __rmul__ = __add__, __mul__  # in both operations the order of the operands is free


def at_newest_tag(*numbers):
    """The newest tag among some numbers, and each number at that tag: a constant if it has another."""
    tag = max(number.tag for number in numbers if isinstance(number, Tagged))
    return tag, *(n if isinstance(n, Tagged) and n.tag == tag else Tagged(n, 0.0, tag) for n in numbers)


tags = 0


def tagged_slope_of(f, at):
    """The derivative of a function of one number, with a perturbation that cannot be mistaken for another."""
    global tags
    tags += 1
    tag = tags
    result = f(Tagged(at, 1.0, tag))
    return result.dvalue if isinstance(result, Tagged) and result.tag == tag else 0.0


print("d/dx of x * d/dy (x + y):  ", tagged_slope_of(lambda x: x * tagged_slope_of(lambda y: x + y, 1.0), 1.0))
print("second derivative of y**3 at 5:", tagged_slope_of(lambda x: tagged_slope_of(lambda y: y * y * y, x), 5.0))

# %% [markdown]
# The first is now 1, and nesting still works: $(y^3)'' = 6y = 30$ at $y = 5$.
#
# **To go further:** give `Tagged` a sine and find the third derivative of $x \sin x$; or find out where the tags are
# kept in a library that you use (`torch.func` calls them *levels*).
#
# ## References
#
# - A. Griewank and A. Walther, *Evaluating Derivatives: Principles and Techniques of Algorithmic Differentiation*, 2nd
#   edition, SIAM 2008. The standard work; chapters 2 and 3 cover this notebook.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind, [Automatic differentiation in machine learning: a
#   survey](https://www.jmlr.org/papers/v18/17-468.html), *Journal of Machine Learning Research* 18 (2018). Forward and
#   reverse mode, and what AD is not, in forty pages.
# - M. Blondel and V. Roulet, [The Elements of Differentiable Programming](https://arxiv.org/abs/2403.14606), 2024. A
#   textbook with JVPs and VJPs from the start.
#
# ## What is done, and what is still open
#
# Save your work after the list below has been printed. An exercise that is still open costs only its own points.

# %% show="summary"
summary()
