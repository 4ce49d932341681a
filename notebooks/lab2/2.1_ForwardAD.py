# The text master of a notebook, with solutions and hidden tests: never publish it.

# %% [markdown]
# # 2.1 Forward mode: numbers that carry their derivative
#
# You know how to differentiate a *formula*. In this notebook you teach Python to differentiate a *program*: ordinary
# code, with its variables, loops and branches, run once, giving its result and the exact derivative of its result
# together.
#
# You will write about thirty lines. When they are done, `z = x*y + sin(x)` will be an everyday line of Python that
# also knows its own slope.
#
# **How to work.** Run the cells from the top. Where an answer is asked, replace `raise NotImplementedError(...)` by
# your own code; the cell after it checks the answer and tells you, as well as it can, *which* mistake it sees. The
# exercises hardly depend on each other: if one will not come right, go on and return to it. Marks come from the same
# kind of check at other numbers, so a visible check that passes is a very good sign, not a promise. Everything takes
# about 50 minutes; each section says how long it should last.
#
# In Colab, first choose *File*, *Save a copy in Drive*, so that your work is kept.

# %% checker=true

# %%
import math

# %% [markdown] section="Three ways to get a derivative" minutes=5
# ## Three ways to get a derivative (5 minutes)
#
# **By symbols.** Write the function as a formula, apply the rules of calculus, obtain another formula. Exact, and
# readable while it is small. But every product doubles its terms, and a formula knows nothing of loops and branches.
# Watch what happens to the *length* of the derivative of a function that is nested a few times:

# %%
formula, derivative_formula = "x", "1"
for depth in range(1, 8):
    # the product rule and the chain rule for f*sin(f), applied to texts
    derivative_formula = (
        f"({derivative_formula})*sin({formula}) + ({formula})*cos({formula})*({derivative_formula})"
    )
    formula = f"({formula})*sin({formula})"
    print(
        f"nested {depth} times: formula of {len(formula):>6} characters, derivative of {len(derivative_formula):>7}"
    )

# %% [markdown]
# **By differences.** Choose a small $h$, run the program twice, take $\dfrac{f(x+h)-f(x)}{h}$. It needs nothing but
# the program. But what is "small"? If $h$ is too large, the slope is that of a chord and not of the curve; if it is
# too small, the two results agree in nearly all their digits and the subtraction leaves only noise. Here the true
# slope is $\cos 0.5 = 0.87758256\ldots$ Count the right digits:

# %%
for exponent in (1, 4, 8, 12, 16):
    h = 10.0**-exponent
    quotient = (math.sin(0.5 + h) - math.sin(0.5)) / h
    print(f"h = 1e-{exponent:02}: {quotient:.12f}   wrong by {abs(quotient - math.cos(0.5)):.0e}")

# %% [markdown]
# **Automatically.** A program, whatever it does, runs through a list of elementary steps: a product here, a sine
# there. Each step has a derivative that everybody knows. *Automatic differentiation* (AD) computes that number beside
# each step and lets the chain rule join them. There is no formula that could grow and no $h$ to choose.
#
# | way | exact? | price of the slope in one input |
# | --- | --- | --- |
# | symbols | yes | a formula that may grow exponentially |
# | differences | no, at best about half of the digits (one-sided) | one or two more runs of the program |
# | AD, forwards | yes, up to rounding | one run, a small factor longer |

# %% [markdown] section="A program and its differential" minutes=7
# ## A program and its differential (7 minutes)
#
# One example will stay with us through all three notebooks:
#
# $$z = x\,y + \sin x \qquad\text{at}\quad x = 0.5,\; y = 4.2 .$$
#
# Written out as a computer executes it, one elementary step a line:

# %%
x = 0.5
y = 4.2

a = x * y
b = math.sin(x)
z = a + b
print(f"a = {a}, b = {b:.6f}, z = {z:.6f}")

# %% [markdown]
# Now nudge the inputs a little, $x$ by $dx$ and $y$ by $dy$. To first order, how far does each line move?
# Differentiate the lines one by one; the chain rule is nothing more than using the result of one line in the next:
#
# | line | its differential |
# | --- | --- |
# | $a = x\,y$ | $da = y\,dx + x\,dy$ |
# | $b = \sin x$ | $db = \cos x\;dx$ |
# | $z = a + b$ | $dz = da + db$ |
#
# The right-hand column is a program as well. It starts from *seeds* for $dx$ and $dy$. Choose $(dx, dy) = (1, 0)$,
# "let only $x$ move, at unit speed", and the number that arrives in $dz$ is $\partial z/\partial x$. The other
# seed, $(0, 1)$, gives $\partial z/\partial y$.

# %%
for dx, dy in [(1.0, 0.0), (0.0, 1.0)]:
    da = y * dx + x * dy
    db = math.cos(x) * dx
    dz = da + db
    print(f"seed dx = {dx}, dy = {dy}:   da = {da:.4f}   db = {db:.4f}   dz = {dz:.4f}")

# %% show="differential-picture"
display(
    {
        "text/html": """
<figure style="margin:0;max-width:760px">
<svg viewBox="0 0 760 250" width="100%" role="img" aria-labelledby="flow-title" font-family="sans-serif" font-size="15">
<title id="flow-title">Values and tangents flow from x and y through a and b to z</title>
<rect width="760" height="250" rx="10" fill="#fbfaf5"/>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
<path d="M0 0 L8 4 L0 8 z" fill="#44546a"/></marker></defs>
<g stroke="#44546a" stroke-width="2" fill="none" marker-end="url(#tip)">
<path d="M150 75 L308 75"/><path d="M150 92 L308 172"/><path d="M150 182 L308 92"/>
<path d="M462 75 L612 116"/><path d="M462 182 L612 138"/></g>
<g fill="#44546a" font-size="13" text-anchor="middle">
<text x="228" y="66">times y</text><text x="232" y="178">times cos x</text><text x="170" y="147">times x</text>
<text x="548" y="84">times 1</text><text x="548" y="180">times 1</text></g>
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
<figcaption>The program with the seed (1, 0). Above, in blue, the value of each variable; below it, in brown, its
tangent. Along every arrow the tangent is multiplied by the local derivative; where arrows meet, the products are
added. Both travel in the same direction, at the same time.</figcaption></figure>"""
    },
    raw=True,
)

# %% [markdown]
# ### Your turn: a differential program by hand
#
# The function $w = x^2 y + \cos y$ as a program:
#
#     a = x * x
#     b = a * y
#     c = math.cos(y)
#     w = b + c
#
# Write its differential program, four more lines, one for each of these, and return `dw`. All arguments are floats.
# The seeds `dx` and `dy` may be any numbers, not only 0 and 1.


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


# %% item="differential-program" points=1
with task("differential-program") as check:
    with check(
        "dw for the seeds (1, 0) and (0, 1)",
        0.5,
        hint="write da, db, dc, dw in the order of the lines above them",
    ):
        expect(
            differential(1.5, 4.2, 1.0, 0.0),
            slope(lambda t: t * t * 4.2 + math.cos(4.2), 1.5),
            at="x = 1.5, y = 4.2, seed (1, 0)",
            what="dw",
            mistakes={
                "you took d(x*x) to be dx": 4.2,
                "you took d(x*x) to be x*dx: x moves in both factors": 6.3,
                "the seed dy is not used everywhere it belongs": 12.6 - math.sin(4.2),
                "you returned w, the value": 9.45 + math.cos(4.2),
            },
        )
        expect(
            differential(1.5, 4.2, 0.0, 1.0),
            slope(lambda t: 2.25 * t + math.cos(t), 4.2),
            at="x = 1.5, y = 4.2, seed (0, 1)",
            what="dw",
            mistakes={
                "the sign of the differential of cos is wrong": 2.25 + math.sin(4.2),
                "the term with cos is missing": 2.25,
                "the term a*dy is missing": -math.sin(4.2),
                "you differentiated cos to cos": 2.25 + math.cos(4.2),
                "the sine is that of x": 2.25 - math.sin(1.5),
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "dw at other points, with both inputs moving",
        0.5,
        hint="dw has one part from dx and two from dy",
    ):
        for _ in range(3):
            point, seeds = (
                [random.uniform(1.1, 2.9) for _ in range(2)],
                [random.uniform(1.2, 2.8) for _ in range(2)],
            )
            parts = slopes(lambda p, q: p * p * q + math.cos(q), point)
            expect(
                differential(*point, *seeds),
                parts[0] * seeds[0] + parts[1] * seeds[1],
                at=f"x, y = {point[0]:.4f}, {point[1]:.4f}, seeds {seeds[0]:.4f}, {seeds[1]:.4f}",
                what="dw",
                mistakes={
                    "the seed dy is not used everywhere it belongs": parts[0] * seeds[0] + parts[1],
                    "the seed dx is not used everywhere it belongs": parts[0] + parts[1] * seeds[1],
                    "the seeds are not used": parts[0] + parts[1],
                },
            )
    ### END HIDDEN TESTS

# %% [markdown] section="Dual numbers" minutes=10
# ## Dual numbers (10 minutes)
#
# The differential program has a line for each line of the program, so the two can be interleaved: compute $a$, then
# $da$; $b$, then $db$; and so on. Each variable now travels with its tangent. Put the pair into *one object*, let the
# operators of that object do both lines at once, and the differential program need never be written: Python writes it
# while the program runs.
#
# Such a pair is called a **dual number**, $v + \dot v\,\varepsilon$ with $\varepsilon^2 = 0$: calculate with it as
# usual, drop every $\varepsilon^2$, and what is left beside $\varepsilon$ is the derivative. Try it on a product:
#
# $$(a + \dot a\,\varepsilon)(b + \dot b\,\varepsilon) =
# ab + (\dot a\, b + a\, \dot b)\,\varepsilon + \dot a\,\dot b\,\varepsilon^2 ,$$
#
# and the last term vanishes. That is the product rule. For two variables $a$ and $b$ the other rules are
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
#
# Here is the class, with one rule filled in. `value` is $v$ and `dvalue` is $\dot v$.


# %% locked="dual-number"
class DualNumber:
    """A value together with its derivative along the chosen direction."""

    def __init__(self, value, dvalue):
        self.value = value
        self.dvalue = dvalue

    def __str__(self):
        return f"{self.value} + {self.dvalue} eps"

    def __mul__(self, other):
        return DualNumber(
            self.value * other.value, self.dvalue * other.value + self.value * other.dvalue
        )


# %%
print(
    DualNumber(0.5, 1.0) * DualNumber(4.2, 0.0)
)  # a = x*y with the seed (1, 0): da is in the second place

# %% [markdown]
# Now four exercises, one for each missing operator. You write a function of two dual numbers; the last line of the
# cell hands it to the class, so that Python calls it for `+`, `-`, `/` or `**`. Both arguments are `DualNumber`s
# (plain numbers come later), and *both* may carry a tangent.


# %% answer="dual-addition"
def add(self, other):
    ### BEGIN SOLUTION
    return DualNumber(self.value + other.value, self.dvalue + other.dvalue)
    ### END SOLUTION


DualNumber.__add__ = add

# %% item="dual-addition" points=1
with task("dual-addition") as check:
    with check(
        "the sum", 0.5, hint="one line of the table of rules for the value, one for the dvalue"
    ):
        expect(
            (DualNumber(3.0, 2.0) + DualNumber(4.0, 5.0)).value,
            7.0,
            at="a = 3, b = 4",
            what="the value",
        )
        expect_rule("addition", lambda a, b: a + b, DualNumber)
    ### BEGIN HIDDEN TESTS
    with check(
        "a sum in which a variable occurs twice", 0.5, hint="each operand gives its own dvalue"
    ):
        expect_rule("a + b + a", lambda a, b: a + b + a, DualNumber, domain=(-2.5, -0.5))
        point = random.uniform(1.1, 2.9)
        expect(
            (DualNumber(point, 0.3) + DualNumber(-0.4, 0.6)).value,
            point - 0.4,
            what="the value of a sum",
        )
    ### END HIDDEN TESTS


# %% answer="dual-subtraction"
def subtract(self, other):
    ### BEGIN SOLUTION
    return DualNumber(self.value - other.value, self.dvalue - other.dvalue)
    ### END SOLUTION


DualNumber.__sub__ = subtract

# %% item="dual-subtraction" points=1
with task("dual-subtraction") as check:
    with check(
        "the difference",
        0.5,
        hint="one line of the table of rules for the value, one for the dvalue",
    ):
        expect(
            (DualNumber(3.0, 2.0) - DualNumber(4.0, 5.0)).value,
            -1.0,
            at="a = 3, b = 4",
            what="the value",
            mistakes={"you added": 7.0, "you computed b - a": 1.0},
        )
        expect_rule("subtraction", lambda a, b: a - b, DualNumber)
    ### BEGIN HIDDEN TESTS
    with check(
        "a difference in which a variable occurs twice",
        0.5,
        hint="which of the two dvalues changes its sign?",
    ):
        expect_rule("a - b*a", lambda a, b: a - b * a, DualNumber, domain=(-2.5, -0.5))
        point = random.uniform(1.1, 2.9)
        expect(
            (DualNumber(point, 0.3) - DualNumber(-0.4, 0.6)).value,
            point + 0.4,
            what="the value of a difference",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# Division and powers are where most mistakes happen. Two warnings from experience: in Python, `p / b*b` is
# `(p / b) * b`, and a power has *two* inputs: the exponent may change as well as the base.


# %% answer="dual-division"
def divide(self, other):
    ### BEGIN SOLUTION
    return DualNumber(
        self.value / other.value,
        (self.dvalue * other.value - self.value * other.dvalue) / other.value**2,
    )
    ### END SOLUTION


DualNumber.__truediv__ = divide

# %% item="dual-division" points=3
with task("dual-division") as check:
    with check("the quotient's value", 0.5, hint="the value knows nothing of the dvalues"):
        expect(
            (DualNumber(3.0, 2.0) / DualNumber(4.0, 5.0)).value,
            0.75,
            at="a = 3, b = 4",
            what="the value",
            mistakes={
                "you computed b / a": 4.0 / 3.0,
                "you multiplied": 12.0,
                "you rounded down, as // does": 0.0,
            },
        )
    with check(
        "the quotient's dvalue",
        0.5,
        hint="look at the brackets, and at what the whole difference is divided by",
    ):
        expect_rule("division", lambda a, b: a / b, DualNumber)
    ### BEGIN HIDDEN TESTS
    with check(
        "the quotient's dvalue at other points", 1, hint="look at the brackets, and at the divisor"
    ):
        expect_rule("division", lambda a, b: a / b, DualNumber, domain=(-2.5, -0.6))
    with check(
        "a quotient in which a variable occurs twice", 1, hint="both operands carry a dvalue here"
    ):
        expect_rule("a / (b*a*a)", lambda a, b: a / (b * a * a), DualNumber, domain=(1.2, 2.2))
    ### END HIDDEN TESTS

# %% [markdown]
# For the power, the base is a positive number throughout this exercise, so its logarithm (`math.log`) exists. Zero
# and negative bases come in a later section.


# %% answer="dual-power"
def power(self, other):
    ### BEGIN SOLUTION
    value = self.value**other.value
    from_base = other.value * self.value ** (other.value - 1) * self.dvalue
    from_exponent = value * math.log(self.value) * other.dvalue
    return DualNumber(value, from_base + from_exponent)
    ### END SOLUTION


DualNumber.__pow__ = power

# %% item="dual-power" points=3
with task("dual-power") as check:
    with check("the power's value", 0.5, hint="the value knows nothing of the dvalues"):
        expect(
            (DualNumber(3.0, 2.0) ** DualNumber(4.0, 5.0)).value,
            81.0,
            at="a = 3, b = 4",
            what="the value",
            mistakes={"you computed b ** a": 64.0, "you multiplied": 12.0},
        )
    with check(
        "the power's dvalue",
        0.5,
        hint="two terms: one for the change of the base, one for that of the exponent",
    ):
        expect_rule("power", lambda a, b: a**b, DualNumber)
    ### BEGIN HIDDEN TESTS
    with check(
        "a power of a changing base",
        1,
        hint="the exponent is lowered by one, and comes down as a factor",
    ):
        for exponent in (2.0, 3.0, -1.5):
            base, seed = random.uniform(1.1, 2.4), random.uniform(1.3, 2.4)
            expect(
                (DualNumber(base, seed) ** DualNumber(exponent, 0.0)).dvalue,
                seed * slope(lambda t, n=exponent: t**n, base),
                at=f"a = {base:.4f}, da = {seed:.4f}, b = {exponent:g}, db = 0",
                what="the dvalue of a ** b",
                tol=1e-5,
                mistakes={
                    "da is missing as a factor": slope(lambda t, n=exponent: t**n, base),
                    "the exponent is not lowered by one": seed * exponent * base**exponent,
                    "the exponent is missing as a factor": seed * base ** (exponent - 1),
                },
            )
    with check(
        "a power whose base and exponent change",
        1,
        hint="the second term has the logarithm of the base",
    ):
        expect_rule("a ** (b*a)", lambda a, b: a ** (b * a), DualNumber, domain=(1.2, 2.1))
    ### END HIDDEN TESTS

# %% [markdown] section="Functions" minutes=5
# ## Functions of dual numbers (5 minutes)
#
# `math.sin` accepts only plain numbers. Our own `sin` takes a `DualNumber`, calls `math.sin` on the value and applies
# the chain rule to the tangent:


# %% locked="dual-sin"
def sin(x):
    """The sine of a DualNumber."""
    return DualNumber(math.sin(x.value), math.cos(x.value) * x.dvalue)


# %% [markdown]
# Write `cos`, `tan` and `exp` in the same way. Every one of them multiplies by the tangent that *arrives*,
# `x.dvalue`: without it the chain is broken, and with a seed of 1 you would not even notice.


# %% answer="dual-cos"
def cos(x):
    """The cosine of a DualNumber."""
    ### BEGIN SOLUTION
    return DualNumber(math.cos(x.value), -math.sin(x.value) * x.dvalue)
    ### END SOLUTION


# %% item="dual-cos" points=1
with task("dual-cos") as check:
    with check("cos", 0.5, hint="the cosine falls where the sine is positive"):
        expect(
            cos(DualNumber(0.5, 2.0)).value,
            math.cos(0.5),
            at="x = 0.5",
            what="the value",
            mistakes={"you took the sine": math.sin(0.5)},
        )
        expect_rule("cos", cos, DualNumber, plain=math.cos, operands=1, domain=(0.3, 1.3))
    ### BEGIN HIDDEN TESTS
    with check(
        "cos at other points, and of an expression", 0.5, hint="sign, and the factor x.dvalue"
    ):
        expect_rule("cos", cos, DualNumber, plain=math.cos, operands=1, domain=(2.0, 6.0))
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


# %% item="dual-tan" points=2 builds_on=["dual-division", "dual-cos"]
with task("dual-tan") as check:
    with check("tan's value", 0.5, hint="math.tan of the value"):
        expect(tan(DualNumber(0.5, 2.0)).value, math.tan(0.5), at="x = 0.5", what="the value")
    with check(
        "tan's dvalue",
        0.5,
        hint="tan never falls; the square is that of the cosine, not of its argument",
    ):
        expect_rule("tan", tan, DualNumber, plain=math.tan, operands=1, domain=(0.3, 1.2))
    ### BEGIN HIDDEN TESTS
    with check(
        "tan's dvalue at other points, and of an expression",
        1,
        hint="square, sign, and the factor x.dvalue",
    ):
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


# %% item="dual-exp" points=1
with task("dual-exp") as check:
    with check("exp", 0.5, hint="the slope of exp is its own value; then comes the chain rule"):
        expect(exp(DualNumber(0.5, 2.0)).value, math.exp(0.5), at="x = 0.5", what="the value")
        expect_rule("exp", exp, DualNumber, plain=math.exp, operands=1, domain=(0.3, 1.3))
    ### BEGIN HIDDEN TESTS
    with check(
        "exp at other points, and of an expression",
        0.5,
        hint="the factor x.dvalue; negative x as well",
    ):
        expect_rule("exp", exp, DualNumber, plain=math.exp, operands=1, domain=(-2.5, -0.3))
        expect_rule(
            "exp(a*b*a)",
            lambda a, b: exp(a * b * a),
            DualNumber,
            plain=lambda a, b: math.exp(a * b * a),
            domain=(0.4, 1.1),
        )
    ### END HIDDEN TESTS

# %% [markdown] section="The example, three times" minutes=5
# ## The example, three times (5 minutes)
#
# Everything is there for the example. It is an ordinary function, and nothing in it speaks of derivatives:


# %% locked="example"
def example(x, y):
    """z = x*y + sin(x) for two dual numbers."""
    return x * y + sin(x)


# %% [markdown]
# **First**, run it. Build the two dual numbers $x = 0.5$ and $y = 4.2$ with the seed that asks for $\partial
# z/\partial x$, call `example`, and keep the `DualNumber` that it returns in `z`.

# %% answer="example-dual"
z = None
### BEGIN SOLUTION
z = example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0))
### END SOLUTION
print(z)

# %% item="example-dual" points=1 builds_on=["dual-addition"]
with task("example-dual") as check:
    with check("z", 0.5, hint="x is a DualNumber whose value is 0.5, and y one whose value is 4.2"):
        expect(
            None if z is None else z.value,
            0.5 * 4.2 + math.sin(0.5),
            at="x = 0.5, y = 4.2",
            what="the value of z",
            mistakes={"x and y have changed places": 4.2 * 0.5 + math.sin(4.2)},
        )
    ### BEGIN HIDDEN TESTS
    with check("dz/dx", 0.5, hint="which of the two seeds is 1 when only x moves?"):
        wanted = slopes(lambda p, q: p * q + math.sin(p), [0.5, 4.2])
        expect(
            None if z is None else z.dvalue,
            wanted[0],
            at="x = 0.5, y = 4.2",
            what="the dvalue of z",
            mistakes={
                "the seed is that of y": wanted[1],
                "both seeds are 1": wanted[0] + wanted[1],
                "both seeds are 0": 0.0,
            },
        )
    ### END HIDDEN TESTS

# %% [markdown]
# **Second**, with pencil and paper. Differentiate $z = x\,y + \sin x$ with respect to $x$ and write the result down
# as a Python function of two floats. (No dual numbers here: this is what they are to be compared with.)


# %% answer="example-derivative"
def derivative(x, y):
    """dz/dx of z = x*y + sin(x), by the rules of calculus, for floats x and y."""
    ### BEGIN SOLUTION
    return y + math.cos(x)
    ### END SOLUTION


# %% item="example-derivative" points=2
with task("example-derivative") as check:
    with check("dz/dx at the example's point", 1, hint="y stays where it is; only x moves"):
        wanted = slopes(lambda p, q: p * q + math.sin(p), [0.5, 4.2])
        expect(
            derivative(0.5, 4.2),
            wanted[0],
            at="x = 0.5, y = 4.2",
            what="dz/dx",
            mistakes={
                "that is dz/dy": wanted[1],
                "the sign of the second term is wrong": 4.2 - math.cos(0.5),
                "sin was not differentiated": 4.2 + math.sin(0.5),
                "the second term is missing": 4.2,
                "the first term is missing": math.cos(0.5),
                "x*y was not differentiated": 2.1 + math.cos(0.5),
                "x*y became x instead of y": 0.5 + math.cos(0.5),
                "the cosine is that of y": 4.2 + math.cos(4.2),
                "both partial derivatives were added": wanted[0] + wanted[1],
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "dz/dx at other points", 1, hint="a function of x and y, not a number for one point"
    ):
        for _ in range(3):
            point = [random.uniform(-2.5, -0.5), random.uniform(1.5, 3.5)]
            expect(
                derivative(*point),
                slopes(lambda p, q: p * q + math.sin(p), point)[0],
                at=f"x = {point[0]:.4f}, y = {point[1]:.4f}",
                what="dz/dx",
                mistakes={
                    "the function returns the number for x = 0.5, y = 4.2": 4.2 + math.cos(0.5)
                },
            )
    ### END HIDDEN TESTS

# %%
with attempt():
    print("by dual numbers:", z.dvalue if z else None)
    print("by calculus:    ", derivative(0.5, 4.2))

# %% [markdown]
# **Third**, the other input. Find $\partial z/\partial y$ at the same point by dual numbers, and keep it as a plain
# `float` in `dzdy`.

# %% answer="example-dzdy"
dzdy = None
### BEGIN SOLUTION
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0)).dvalue
### END SOLUTION
print(dzdy)

# %% item="example-dzdy" points=1 builds_on=["dual-addition"]
with task("example-dzdy") as check:
    with check(
        "dzdy", 0.5, hint="give the seed 1 to y and 0 to x, and take the .dvalue of the result"
    ):
        wanted = slopes(lambda p, q: p * q + math.sin(p), [0.5, 4.2])
        expect(
            dzdy,
            wanted[1],
            at="x = 0.5, y = 4.2",
            what="dzdy",
            mistakes={
                "that is dz/dx: give the seed 1 to y": wanted[0],
                "that is z itself": 2.1 + math.sin(0.5),
                "both seeds are 1": wanted[0] + wanted[1],
                "both seeds are 0": 0.0,
                "the values of x and y have changed places": 4.2,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check("dzdy once more", 0.5, hint="give the seed 1 to y and 0 to x"):
        expect(
            dzdy,
            slopes(lambda p, q: p * q + math.sin(p), [0.5, 4.2])[1],
            at="x = 0.5, y = 4.2",
            what="dzdy",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# A cell to play in: any expression you like, of the functions you have. (It is not marked.)

# %%
with attempt():
    u = DualNumber(1.3, 1.0)
    print(exp(sin(u)) / u)

# %% [markdown] section="Constants and edges" minutes=9
# ## Constants and edges (9 minutes)
#
# Real programs say `3 * x` and not `DualNumber(3.0, 0.0) * x`; they divide by zero if one lets them; they have
# branches and loops. Let us meet these one by one.
#
# ### Constants
#
# A constant is a number that does not move. Write `as_dual`, which gives a `DualNumber` for a plain number, and gives
# a `DualNumber` back as it is.


# %% answer="edges-constants"
def as_dual(number):
    """A plain number as a DualNumber that does not depend on anything; a DualNumber unchanged."""
    ### BEGIN SOLUTION
    if isinstance(number, DualNumber):
        return number
    return DualNumber(float(number), 0.0)
    ### END SOLUTION


# %% [markdown]
# With it, every operator can take a plain number on either side. When Python meets `3 * x` it first asks the number
# 3, which knows nothing of dual numbers, and then looks for `__rmul__`, "multiply from the right", in `x`. The next
# cell adds these to your operators.


# %% locked="accept-constants"
def lifted(operation):
    """The operation, with a plain number allowed as its second operand."""

    def accepts_numbers(self, other):
        return operation(self, other if isinstance(other, DualNumber) else as_dual(other))

    return accepts_numbers


def reflected(operation):
    """The operation for a plain number as its first operand, as in 2 - x."""

    def number_first(self, other):
        return operation(as_dual(other), self)

    return number_first


for name in ("add", "sub", "mul", "truediv", "pow"):
    operation = getattr(DualNumber, f"__{name}__", None)
    if operation is not None:
        setattr(DualNumber, f"__{name}__", lifted(operation))
        setattr(DualNumber, f"__r{name}__", reflected(operation))

# %% item="edges-constants" points=2 builds_on=["dual-addition", "dual-subtraction", "dual-power"]
with task("edges-constants") as check:
    with check("as_dual", 0.5, hint="how fast does a constant change?"):
        expect(as_dual(3.0).value, 3.0, at="the number 3", what="the value")
        expect(
            as_dual(3.0).dvalue,
            0.0,
            at="the number 3",
            what="the dvalue",
            mistakes={
                "you gave the constant the seed of a variable": 1.0,
                "you took the value for the dvalue": 3.0,
            },
        )
    with check("x * 3 and 3 * x", 0.5, hint="the derivative of 3x is 3"):
        expect(
            (DualNumber(0.5, 2.0) * 3).dvalue, 6.0, at="x = 0.5, dx = 2", what="the dvalue of x * 3"
        )
        expect(
            (3 * DualNumber(0.5, 2.0)).dvalue, 6.0, at="x = 0.5, dx = 2", what="the dvalue of 3 * x"
        )
    ### BEGIN HIDDEN TESTS
    with check("a DualNumber stays as it is", 0.5, hint="as_dual of a DualNumber keeps its dvalue"):
        value, tangent = random.uniform(1.2, 2.4), random.uniform(1.2, 2.4)
        expect(as_dual(DualNumber(value, tangent)).value, value, what="the value of as_dual(x)")
        expect(
            as_dual(DualNumber(value, tangent)).dvalue,
            tangent,
            what="the dvalue of as_dual(x)",
            mistakes={
                "you take every number for a constant": 0.0,
                "you start every variable with the seed 1": 1.0,
            },
        )
    with check(
        "2 - x, 2 ** x and a constant in an expression", 0.5, hint="a constant has the dvalue 0"
    ):
        expect_rule("x * c", lambda x: x * 3.5, DualNumber, operands=1)
        expect_rule("2 - x", lambda x: 2 - x, DualNumber, operands=1)
        expect_rule("2 ** x", lambda x: 2**x, DualNumber, operands=1)
        expect_rule("x + 0.7 * x", lambda x: x + 0.7 * x, DualNumber, operands=1)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Powers where the logarithm fails
#
# $(-2)^3$ is a perfectly good number and $x^3$ has a perfectly good slope at $-2$, but the rule for powers asks for
# $\ln(-2)$. The same at $0^2$. The logarithm belongs to the term of a *changing exponent*, and here the exponent does
# not change: its tangent is 0, so that term is to be left out, not to be computed and multiplied by zero.
#
# Write `any_power` for two `DualNumber`s. Where the exponent's `dvalue` is 0, only the base's term counts, for any
# base for which Python has a value. (`x ** 0` is the constant 1, also at $x = 0$: its `dvalue` is 0.) Where the
# exponent moves, the base is positive, and both terms count, as before.


# %% answer="edges-power"
def any_power(self, other):
    ### BEGIN SOLUTION
    value = self.value**other.value
    dvalue = 0.0
    if other.value != 0:
        dvalue += other.value * self.value ** (other.value - 1) * self.dvalue
    if other.dvalue != 0:
        dvalue += value * math.log(self.value) * other.dvalue
    return DualNumber(value, dvalue)
    ### END SOLUTION


DualNumber.__pow__ = lifted(any_power)

# %% item="edges-power" points=2 builds_on=["dual-power"]
with task("edges-power") as check:
    with check("(-2) ** 3", 0.5, hint="ask whether the exponent moves before you take a logarithm"):
        cube = any_power(DualNumber(-2.0, 2.0), DualNumber(3, 0.0))
        expect(cube.value, -8.0, at="a = -2, b = 3", what="the value")
        expect(
            cube.dvalue,
            24.0,
            at="a = -2, da = 2, b = 3",
            what="the dvalue",
            mistakes={
                "da is missing as a factor": 12.0,
                "the sign of the base was taken away": -24.0,
                "the exponent is not lowered by one": -48.0,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "0 ** 2, and other bases that are not positive", 0.5, hint="the slope of x ** 2 at 0 is 0"
    ):
        expect(
            any_power(DualNumber(0.0, 1.7), DualNumber(2, 0.0)).dvalue,
            0.0,
            at="a = 0, b = 2",
            what="the dvalue",
        )
        for exponent in (2, 5):
            base, seed = random.uniform(-2.4, -1.1), random.uniform(1.3, 2.4)
            expect(
                any_power(DualNumber(base, seed), DualNumber(exponent, 0.0)).dvalue,
                seed * slope(lambda t, n=exponent: t**n, base),
                tol=1e-5,
                at=f"a = {base:.4f}, da = {seed:.4f}, b = {exponent}",
                what="the dvalue",
                mistakes={
                    "da is missing as a factor": slope(lambda t, n=exponent: t**n, base),
                    "the sign of the base was taken away": -seed
                    * slope(lambda t, n=exponent: t**n, base),
                },
            )
    with check("a power whose exponent is 0", 0.5, hint="x ** 0 is a constant, also at 0"):
        for base in (0.0, random.uniform(1.2, 2.4)):
            flat = any_power(DualNumber(base, 1.7), DualNumber(0, 0.0))
            expect(flat.value, 1.0, at=f"a = {base:g}, b = 0", what="the value")
            expect(flat.dvalue, 0.0, at=f"a = {base:g}, b = 0", what="the dvalue")
    with check(
        "a power whose exponent moves", 0.5, hint="for a moving exponent nothing has changed"
    ):
        expect_rule("power", lambda a, b: any_power(a, b), DualNumber, plain=lambda a, b: a**b)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Logarithm, square root, and a corner
#
# Three more functions. `log` and `sqrt` will be asked only at positive values. $\operatorname{relu}(x) = \max(x, 0)$
# has a corner: at 0 every slope from 0 to 1 would do. One must choose, and say what one chose. **Our convention,
# which is also PyTorch's: at exactly 0 the slope of relu is 0.**


# %% answer="edges-log"
def log(x):
    """The natural logarithm of a DualNumber."""
    ### BEGIN SOLUTION
    return DualNumber(math.log(x.value), x.dvalue / x.value)
    ### END SOLUTION


# %% item="edges-log" points=1
with task("edges-log") as check:
    with check("log", 0.5, hint="the slope of log at x is 1/x"):
        expect(
            log(DualNumber(2.5, 2.0)).value,
            math.log(2.5),
            at="x = 2.5",
            what="the value",
            mistakes={
                "you took the logarithm to base 10": math.log10(2.5),
                "you took log1p": math.log1p(2.5),
            },
        )
        expect_rule("log", log, DualNumber, plain=math.log, operands=1)
    ### BEGIN HIDDEN TESTS
    with check("log at other points, and of an expression", 0.5, hint="the factor x.dvalue"):
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
    """The square root of a DualNumber."""
    ### BEGIN SOLUTION
    root = math.sqrt(x.value)
    return DualNumber(root, x.dvalue / (2 * root))
    ### END SOLUTION


# %% item="edges-sqrt" points=1 builds_on=["dual-power", "edges-constants", "edges-power"]
with task("edges-sqrt") as check:
    with check("sqrt", 0.5, hint="the square root is the power 1/2"):
        expect(sqrt(DualNumber(2.5, 2.0)).value, math.sqrt(2.5), at="x = 2.5", what="the value")
        expect_rule("sqrt", sqrt, DualNumber, plain=math.sqrt, operands=1)
    ### BEGIN HIDDEN TESTS
    with check("sqrt at other points, and of an expression", 0.5, hint="the factor x.dvalue"):
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


# %% item="edges-relu" points=1
with task("edges-relu") as check:
    with check(
        "relu on both sides of 0",
        0.5,
        hint="on the right relu is x itself, on the left it is constant",
    ):
        expect(relu(DualNumber(1.5, 2.0)).value, 1.5, at="x = 1.5", what="the value")
        expect(relu(DualNumber(-1.5, 2.0)).value, 0.0, at="x = -1.5", what="the value")
        expect(
            relu(DualNumber(1.5, 2.0)).dvalue,
            2.0,
            at="x = 1.5, dx = 2",
            what="the dvalue",
            mistakes={"dx is missing: the slope 1 is still to be multiplied by it": 1.0},
        )
        expect(
            relu(DualNumber(-1.5, 2.0)).dvalue,
            0.0,
            at="x = -1.5, dx = 2",
            what="the dvalue",
            mistakes={"the tangent passes where relu is flat": 2.0},
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "relu at 0, and at other points", 0.5, hint="the convention stands in the text above"
    ):
        tangent = random.choice([-1, 1]) * random.uniform(1.3, 2.6)
        expect(relu(DualNumber(0.0, tangent)).value, 0.0, at="x = 0", what="the value")
        expect(
            relu(DualNumber(0.0, tangent)).dvalue,
            0.0,
            at=f"x = 0, dx = {tangent:.4f}",
            what="the dvalue",
            mistakes={
                "you chose the slope 1 at 0": tangent,
                "you chose the slope 1/2 at 0": tangent / 2,
            },
        )
        expect_rule(
            "relu", relu, DualNumber, plain=lambda t: max(t, 0.0), operands=1, domain=(0.2, 0.9)
        )
        expect_rule(
            "relu", relu, DualNumber, plain=lambda t: max(t, 0.0), operands=1, domain=(-0.9, -0.2)
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Branches, loops, recursion: as they are
#
# A dual number passes through whatever the program does. Nothing has to be rewritten; a loop is just more lines, a
# branch is the lines that were taken. For `if`, dual numbers must be comparable, and it is the values that are
# compared:


# %% locked="comparisons"
def value_of(number):
    return number.value if isinstance(number, DualNumber) else number


DualNumber.__lt__ = lambda self, other: self.value < value_of(other)
DualNumber.__gt__ = lambda self, other: self.value > value_of(other)

# %% [markdown]
# A **recursive** function: $x^n$ by repeated squaring. It was written for numbers, and only multiplies. Before you
# run the cell, predict both numbers for $x = 1.5$, $n = 5$.


# %%
def repeated_squaring(x, n):
    if n == 1:
        return x
    half = repeated_squaring(x * x, n // 2)
    return half * x if n % 2 else half


print(repeated_squaring(DualNumber(1.5, 1.0), 5))
print(1.5**5, "and", 5 * 1.5**4)

# %% [markdown]
# A **Newton iteration** for the square root of $c$: start anywhere, repeat $r \leftarrow (r + c/r)/2$. How does the
# root change with $c$? Run the same loop with a dual $c$. Note how the derivative converges as well, one step behind
# the value:

# %%
with attempt():
    c = DualNumber(2.0, 1.0)
    r = c
    for step in range(1, 7):
        r = (r + c / r) * 0.5
        print(
            f"step {step}: root wrong by {abs(r.value - math.sqrt(2)):.1e}, "
            f"slope wrong by {abs(r.dvalue - 0.5 / math.sqrt(2)):.1e}"
        )

# %% [markdown]
# A **branch** is differentiated on the side that was taken, and that is all AD can see. Both functions below compute
# $x^2$ for every number. Predict the two slopes at $x = 2$, then run the cell.


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
# The second is the slope of the *branch*, a constant, and not of the function. AD differentiates the program that
# ran.

# %% [markdown] section="Many inputs, many outputs" minutes=5
# ## Many inputs, many outputs (5 minutes)
#
# Let $f$ take a list of $n$ numbers and return a list of $m$. The seeds are now a vector $v$, the direction in which
# the input moves, and one run gives how fast every output moves: $J v$, the Jacobian matrix times $v$. It is called
# the *Jacobian-vector product*, jvp. The matrix is never built.
#
# Write `jvp(f, x, v)`. `x` and `v` are lists of floats of the same length; `f` takes a list of `DualNumber`s and
# returns a list of `DualNumber`s. Call `f` once, and return the list of the outputs' tangents.


# %% answer="jvp"
def jvp(f, x, v):
    """The derivative of f at x in the direction v: a list with one float for each output."""
    ### BEGIN SOLUTION
    outputs = f([DualNumber(value, seed) for value, seed in zip(x, v)])
    return [output.dvalue for output in outputs]
    ### END SOLUTION


# %% item="jvp" points=2
with task("jvp") as check:
    with check(
        "two outputs of two inputs", 1, hint="each input with its own part of v as its seed"
    ):
        expect(
            jvp(lambda u: [u[0] * u[1] * u[1], u[0] * u[0]], [3.0, 5.0], [2.0, 7.0]),
            [260.0, 12.0],
            at="f = [x0*x1*x1, x0*x0], x = [3, 5], v = [2, 7]",
            what="jvp",
            mistakes={
                "every seed is 1": [55.0, 6.0],
                "these are the values and not the tangents": [75.0, 9.0],
                "all the seeds are v[0]": [110.0, 12.0],
                "v and x have changed places": [287.0, 12.0],
                "only the first input moves": [50.0, 12.0],
                "all outputs were added": 272.0,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "three inputs, two outputs, one run",
        1,
        hint="any number of inputs and outputs; one call of f",
    ):
        calls = []

        def mixed(u):
            calls.append(1)
            return [u[0] * u[1] * u[2], u[2] * u[2] * u[0]]

        point, direction = ([random.uniform(1.2, 2.4) for _ in range(3)] for _ in range(2))
        got = jvp(mixed, point, direction)
        runs = len(calls)
        rows = [slopes(lambda *u, i=i: mixed(u)[i], point) for i in range(2)]
        expect(
            got,
            [sum(p * q for p, q in zip(row, direction)) for row in rows],
            what="jvp",
            tol=1e-5,
            at="f = [x0*x1*x2, x2*x2*x0] at a random point in a random direction",
            mistakes={
                "every seed is 1": [sum(row) for row in rows],
                "only the first part of v is used": [row[0] * direction[0] for row in rows],
            },
        )
        expect(runs, 1, what="the number of times that f was called")
    ### END HIDDEN TESTS

# %% [markdown]
# The $j$-th column of the Jacobian says how the outputs move when only input $j$ moves: it is the jvp with a $v$ that
# has a 1 in place $j$ and 0 elsewhere. Write `jacobian(f, x)`, which returns the matrix as a list of *rows*, so that
# `jacobian(f, x)[i][j]` is $\partial f_i/\partial x_j$, and which runs `f` exactly once for each input.


# %% answer="jacobian"
def jacobian(f, x):
    """The Jacobian of f at x, a list of rows, one column for each run of f."""
    ### BEGIN SOLUTION
    units = [[1.0 if i == j else 0.0 for i in range(len(x))] for j in range(len(x))]
    columns = [jvp(f, x, unit) for unit in units]
    return [list(row) for row in zip(*columns)]
    ### END SOLUTION


# %% item="jacobian" points=2 builds_on=["jvp"]
with task("jacobian") as check:
    with check(
        "two outputs of two inputs",
        1,
        hint="jvp gives columns; the matrix is asked as a list of rows",
    ):
        expect(
            jacobian(lambda u: [u[0] * u[1], u[0] * u[0]], [3.0, 5.0]),
            [[5.0, 3.0], [6.0, 0.0]],
            at="f = [x0*x1, x0*x0], x = [3, 5]",
            what="the Jacobian",
            mistakes={
                "the columns stand where the rows belong": [[5.0, 6.0], [3.0, 0.0]],
                "all the seeds are 1 in every run": [[8.0, 8.0], [6.0, 6.0]],
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "more inputs than outputs, and the reverse", 0.5, hint="the matrix has m rows and n columns"
    ):

        def wide(u):
            return [u[0] * u[1] * u[2], u[2] * u[2] * u[0]]

        def tall(u):
            return [u[0] * u[1], u[1] * u[1], u[0] * u[0] * u[1]]

        for function, inputs, outputs in ((wide, 3, 2), (tall, 2, 3)):
            point = [random.uniform(1.2, 2.4) for _ in range(inputs)]
            rows = [slopes(lambda *u, i=i, g=function: g(u)[i], point) for i in range(outputs)]
            expect(
                jacobian(function, point),
                rows,
                what="the Jacobian",
                tol=1e-5,
                at=f"a function of {inputs} inputs with {outputs} outputs",
                mistakes={
                    "the columns stand where the rows belong": [
                        list(column) for column in zip(*rows)
                    ]
                },
            )
    with check("one run of f for each input", 0.5, hint="n inputs, n runs"):
        calls = []

        def counted(u):
            calls.append(1)
            return [u[0] * u[1], u[2] * u[3]]

        expect(
            len(jacobian(counted, [1.5, 2.5, 3.5, 4.5])),
            2,
            at="2 outputs",
            what="the number of rows",
        )
        expect(
            len(calls),
            4,
            at="4 inputs and 2 outputs",
            what="the number of runs",
            mistakes={
                "f runs once for each entry of the matrix": 8,
                "f runs once for each output": 2,
            },
        )
    ### END HIDDEN TESTS

# %% [markdown]
# Count what that costs. A model with a hundred parameters and one loss has a Jacobian of one row and a hundred
# columns:

# %%
runs = 0


def loss(u):
    global runs
    runs += 1
    total = DualNumber(1.0, 0.0)
    for part in u:
        total = total * part
    return [total]


with attempt():
    gradient = jacobian(loss, [1.0] * 100)
    print(f"{len(gradient[0])} partial derivatives took {runs} runs of the loss")

# %% [markdown]
# **Why one run for each input?** A run carries *one* tangent beside each value, and that tangent answers one question
# only: "what if the input moved in this direction?" Another input is another direction, hence another run. All $m$
# outputs, on the other hand, come for nothing: they are moved by the same nudge. So forward mode is cheap for few
# inputs and many outputs. Learning is the opposite case: millions of inputs, one output. In the next notebook the
# chain rule is read from the other end, and a single run will give all the hundred.

# %% [markdown] section="How good are finite differences?" minutes=4
# ## How good are finite differences? (4 minutes)
#
# Back to $h$. Two errors pull in opposite directions. The *chord* error shrinks with $h$; the *rounding* error grows
# as $h$ shrinks, since values of size 1 are known only to $\epsilon = 2.2\cdot10^{-16}$ and their difference is
# divided by $h$. For a function whose value and derivatives are all about 1, roughly:
#
# | rule | formula | error |
# | --- | --- | --- |
# | one-sided | $\dfrac{f(x+h)-f(x)}{h}$ | $\dfrac{h}{2} + \dfrac{\epsilon}{h}$ |
# | central | $\dfrac{f(x+h)-f(x-h)}{2h}$ | $\dfrac{h^2}{6} + \dfrac{\epsilon}{h}$ |
#
# Write both rules, for functions of one float.


# %% answer="finite-differences"
def one_sided(f, x, h):
    ### BEGIN SOLUTION
    return (f(x + h) - f(x)) / h
    ### END SOLUTION


def central(f, x, h):
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% item="finite-differences" points=1
with task("finite-differences") as check:
    with check("both rules with a large h", 0.5, hint="with h this large every slip can be seen"):
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
        expect(
            central(lambda t: t**3, 3.0, 0.5),
            27.25,
            at="f = t**3, x = 3, h = 0.5",
            what="central",
            mistakes={
                "you divided by h: the two points are 2h apart": 54.5,
                "you used the one-sided rule": 31.75,
                "the bracket around 2*h is missing": 27.25 * 0.25,
                "the sign is wrong": -27.25,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "both rules at other points", 0.5, hint="two points a distance of h, or of 2h, apart"
    ):
        point, width = random.uniform(1.2, 2.4), random.uniform(0.2, 0.4)
        expect(
            one_sided(lambda t: t * t, point, width),
            2 * point + width,
            what="one_sided",
            at=f"f = t*t, x = {point:.4f}, h = {width:.4f}",
        )
        expect(
            central(lambda t: t * t * t, point, width),
            3 * point * point + width * width,
            what="central",
            at=f"f = t*t*t, x = {point:.4f}, h = {width:.4f}",
        )
    ### END HIDDEN TESTS

# %% [markdown]
# Now **predict**, before you look: where are the two error terms of each rule in balance? Put the best $h$ of each,
# to within a factor of ten, into the dictionary. (Pencil: set the derivative of the error with respect to $h$ to
# zero.)

# %% answer="best-step"
best_step = {"one-sided": None, "central": None}
### BEGIN SOLUTION
epsilon = 2.2e-16
best_step = {"one-sided": (2 * epsilon) ** (1 / 2), "central": (3 * epsilon) ** (1 / 3)}
### END SOLUTION

# %% item="best-step" points=1
with task("best-step") as check:
    with check(
        "the one-sided rule",
        0.5,
        hint="h/2 + eps/h is least where its derivative 1/2 - eps/h**2 is zero",
    ):
        expect_order(
            best_step["one-sided"],
            1.5e-8,
            what="the best h of the one-sided rule",
            mistakes={
                "you took h as small as can be: then the difference is all noise": 1e-16,
                "that is the best h of the central rule": 6e-6,
                "you left out the rounding error": 0.01,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "the central rule",
        0.5,
        hint="h**2/6 + eps/h is least where its derivative h/3 - eps/h**2 is zero",
    ):
        expect_order(
            best_step["central"],
            6e-6,
            what="the best h of the central rule",
            mistakes={
                "you took h as small as can be: then the difference is all noise": 1e-16,
                "that is the best h of the one-sided rule": 1.5e-8,
                "you left out the rounding error": 0.01,
            },
        )
    ### END HIDDEN TESTS

# %% [markdown]
# And now **look**. The picture uses your `one_sided` and `central` on $t\,\sin(t^2)$ at $t = 0.9$, with your
# predictions as vertical lines. AD has no $h$, hence its error is one horizontal line.

# %% show="error-curve"
import base64
import io

import matplotlib.pyplot as plt


def curve(t, sine):
    return sine(t * t) * t


with attempt():
    at, steps = 0.9, [10.0 ** (-k / 8) for k in range(8, 129)]
    true_slope = math.sin(at * at) + 2 * at * at * math.cos(at * at)
    by_ad = abs(curve(DualNumber(at, 1.0), sin).dvalue - true_slope)
    rules = {"one-sided": one_sided, "central": central}
    errors = {
        which: [
            max(abs(rule(lambda t: curve(t, math.sin), at, h) - true_slope), 1e-17) for h in steps
        ]
        for which, rule in rules.items()
    }
    found = {which: steps[errors[which].index(min(errors[which]))] for which in rules}
    figure, axes = plt.subplots(figsize=(8, 4.5), facecolor="white")
    for which, colour, style in (("one-sided", "#c0504d", "-"), ("central", "#1f6fb4", "--")):
        axes.loglog(steps, errors[which], style, color=colour, label=f"{which} difference")
        if best_step[which]:
            axes.axvline(
                best_step[which], color=colour, linestyle=":", label=f"best h predicted, {which}"
            )
    axes.axhline(
        max(by_ad, 1e-17), color="#3a7d34", linewidth=2.5, label="automatic differentiation"
    )
    axes.set(xlabel="step h", ylabel="absolute error of the slope", ylim=(3e-18, 10))
    axes.legend(loc="upper center", ncol=2, fontsize=8)
    axes.grid(alpha=0.3)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110, bbox_inches="tight")
    plt.close(figure)
    words = (
        "Error of the slope against the step h, both axes logarithmic. Each difference rule gives a V: noise on the "
        f"left, the chord's error on the right. The least errors are at h = {found['one-sided']:.1e} (one-sided) "
        f"and h = {found['central']:.1e} (central). The error of automatic differentiation is {by_ad:.1g}, whatever h "
        "(0 is drawn at 1e-17)."
    )
    image = base64.b64encode(picture.getvalue()).decode()
    figure_html = (
        f'<figure style="margin:0"><img alt="{words}" style="max-width:100%" '
        f'src="data:image/png;base64,{image}"><figcaption>{words}</figcaption></figure>'
    )
    display({"text/html": figure_html}, raw=True)

# %% [markdown]
# Left of its best step each curve is ragged: that is rounding, and it changes from one $h$ to the next. On the right
# it is a straight line, of slope 1 for the one-sided rule and 2 for the central one. Neither gets near the line of
# AD. Differences are still worth having, as a *test*: they know nothing of your rules, so they make no mistake in
# common with them. The checks of this notebook use them in just that way.

# %% [markdown]
# ## Stretch: duals in duals (no marks)
#
# What follows goes further than the hour. It uses your `+` and the given `*`.
#
# ### Higher derivatives
#
# Nothing says that the two parts of a `DualNumber` must be floats. Let them be `DualNumber`s themselves: the inner
# ones carry the derivative of everything the outer ones compute, the outer derivative included. The derivative of a
# derivative is the second derivative. For $f(x) = x^3$ at $x = 2$ we expect $f = 8$, $f' = 12$ twice (once from each
# level), and $f'' = 12$.

# %%
with attempt():
    nested = DualNumber(DualNumber(2.0, 1.0), DualNumber(1.0, 0.0))  # both levels have the seed 1
    cube = nested * nested * nested
    print("f   =", cube.value.value)
    print("f'  =", cube.value.dvalue, "and", cube.dvalue.value)
    print("f'' =", cube.dvalue.dvalue)

# %% [markdown]
# The price: two levels make a number of four parts, $k$ levels one of $2^k$. (Those who need many derivatives carry
# the coefficients of a Taylor series instead.)
#
# ### Perturbation confusion
#
# A derivative operator that can be used inside another looks like three easy lines:


# %%
def slope_of(f, at):
    """The derivative of a function of one number."""
    return f(DualNumber(at, 1.0)).dvalue


# %% [markdown]
# Now differentiate $x \cdot \dfrac{d}{dy}(x + y)$ with respect to $x$ at $x = 1$, the inner derivative taken at $y =
# 1$. **Predict** the result on paper first: what is the inner derivative, and what is left to differentiate?

# %%
with attempt():
    print(slope_of(lambda x: x * DualNumber(slope_of(lambda y: x + y, 1.0), 0.0), 1.0))

# %% [markdown]
# The inner derivative is 1 whatever $x$ is, so the function is $x \cdot 1$ and its slope is **1**. The program says
# **2**. Inside the inner operator, $x$ is a constant; but it arrives there with the tangent of the *outer* operator,
# in the very slot in which the inner operator keeps its own. $x + y$ adds up the two tangents, of two different
# questions. This is *perturbation confusion*, and real systems have had it.
#
# The repair: every call of the operator gets a new *tag*, a number carries the tag of the nudge it belongs to, and a
# number with another tag is a constant, of its own kind. Where two tags meet, the newer one stands outside:


# %%
class Tagged:
    """A dual number that knows whose nudge its tangent belongs to."""

    def __init__(self, value, dvalue, tag):
        self.value, self.dvalue, self.tag = value, dvalue, tag

    def __add__(self, other):
        tag, a, b = level(self, other)
        return Tagged(a.value + b.value, a.dvalue + b.dvalue, tag)

    def __mul__(self, other):
        tag, a, b = level(self, other)
        return Tagged(a.value * b.value, a.dvalue * b.value + a.value * b.dvalue, tag)

    __radd__, __rmul__ = __add__, __mul__  # both operations may change the order of their operands


def level(*numbers):
    """The newest tag among some numbers, and each number with that tag: a constant if its own is another."""
    tag = max(number.tag for number in numbers if isinstance(number, Tagged))
    return tag, *(
        n if isinstance(n, Tagged) and n.tag == tag else Tagged(n, 0.0, tag) for n in numbers
    )


tags = 0


def tagged_slope_of(f, at):
    """The derivative of a function of one number, with a nudge that nobody else can mistake for theirs."""
    global tags
    tags += 1
    mine = tags
    result = f(Tagged(at, 1.0, mine))
    return result.dvalue if isinstance(result, Tagged) and result.tag == mine else 0.0


print(tagged_slope_of(lambda x: x * tagged_slope_of(lambda y: x + y, 1.0), 1.0))

# %% [markdown]
# One. Does it still nest? The second derivative of $x^3$ at 2 is 12:

# %%
print(tagged_slope_of(lambda x: tagged_slope_of(lambda y: y * y * y, x), 2.0))

# %% [markdown]
# **To go on:** give `Tagged` a sine and find the third derivative of $\sin(x)\,x$; or find out where the tags live in
# a library that you use (`torch.func` calls them *levels*).
#
# ## What is done, what is open
#
# Save your work after the list below has been printed. A section that is open costs its own points only.

# %% show="summary"
summary()
