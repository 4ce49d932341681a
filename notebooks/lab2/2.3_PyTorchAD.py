# The text master of a notebook, with solutions and hidden tests: never publish it.

# %% [markdown]
# # 2.3 Automatic differentiation in PyTorch
#
# In 2.1 you carried derivatives forwards, in 2.2 you pulled them backwards. PyTorch is a very large, very fast version of
# your `Var`. In this notebook you use it on the same example, find out what it does behind your back, break it on purpose
# and repair it, hold your own two engines against it, and finally do something that looks impossible: differentiate
# through a random number.
#
# **Time:** about 65 minutes, with the minutes of each section in its title. **Points:** 35, of which 2 are for a short
# written answer.
#
# **How it works.** Run the cells from top to bottom. Where it says *Your task*, replace the line that raises
# `NotImplementedError`. The cell below each task checks your answer and tells you what it saw. A failed check never stops
# the notebook, and no section needs an earlier one to be right: if you are stuck, go on.

# %% checker=true

# %% locked="tools"
import math

import torch


def value_and_grads(f, *inputs, constants=(), weights=None):
    """Make a leaf tensor of each input, call f on them and go backwards: the value and the gradient for each input.

    Everything comes back as plain numbers or lists. Where no gradient arrives, it is 0.
    """
    leaves = [torch.tensor(entry, dtype=torch.float64, requires_grad=True) for entry in inputs]
    result = f(*leaves, *constants)
    if result is None:
        raise NotImplementedError("the function returns None")
    if not isinstance(result, torch.Tensor):
        raise TypeError(f"a tensor should come back, but it is a {type(result).__name__}: no graph leads through it")
    if result.requires_grad:
        result.backward(None if weights is None else torch.tensor(weights, dtype=result.dtype))
    grads = [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in leaves]
    return result.tolist(), [grad.tolist() for grad in grads]


# %% show="drawing"
import base64
import html
import io

import matplotlib.pyplot as plt

GREY, BLUE, ORANGE, GREEN = "#767c86", "#3b82c4", "#d9701f", "#2f9264"
plt.rcParams.update(
    {
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "legend.frameon": False,
        "text.color": GREY,
        "axes.labelcolor": GREY,
        "axes.edgecolor": GREY,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "font.size": 11,
    }
)


def show_figure(figure, words):
    """Show a matplotlib figure as SVG with a text alternative, which can also be unfolded below it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight")
    plt.close(figure)
    data = base64.b64encode(buffer.getvalue()).decode()
    words = html.escape(words)
    display(
        {
            "text/html": f'<img style="max-width:100%;background:none" alt="{words}" src="data:image/svg+xml;base64,{data}">'
            f"<details><summary>This figure in words</summary>{words}</details>"
        },
        raw=True,
    )


def show_graph(nodes, edges, words, width=640, height=200):
    """Draw a small graph as inline SVG. nodes: name -> (x, y, label, colour); edges: (from, to, label, colour, dashed)."""
    parts = []
    for start, end, label, colour, dashed in edges:
        (x1, y1), (x2, y2) = nodes[start][:2], nodes[end][:2]
        length = math.hypot(x2 - x1, y2 - y1)
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        x1, y1, x2, y2 = x1 + 52 * ux, y1 + 22 * uy, x2 - 56 * ux, y2 - 24 * uy
        dash = ' stroke-dasharray="5 5"' if dashed else ""
        parts.append(
            f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="{colour}" stroke-width="2"{dash}/>'
        )
        parts.append(
            f'<polygon points="0,0 -9,-4.5 -9,4.5" fill="{colour}" transform="translate({x2:.0f} {y2:.0f}) '
            f'rotate({math.degrees(math.atan2(y2 - y1, x2 - x1)):.0f})"/>'
        )
        # beside the arrow: above it, or to the right and below when it falls towards the left
        x, y, anchor = (
            ((x1 + x2) / 2 + 8, (y1 + y2) / 2 + 18, "start")
            if y2 > y1
            else ((x1 + x2) / 2, (y1 + y2) / 2 - 8, "middle")
        )
        parts.append(f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}">{label}</text>')
    for x, y, label, colour in nodes.values():
        parts.append(
            f'<rect x="{x - 50}" y="{y - 17}" width="100" height="34" rx="17" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(f'<text x="{x}" y="{y + 5}" fill="{colour}" text-anchor="middle">{label}</text>')
    words = html.escape(words)
    display(
        {
            "text/html": f'<svg role="img" aria-label="{words}" viewBox="0 0 {width} {height}" style="max-width:{width}px;width:100%" '
            f'font-family="sans-serif" font-size="14">{"".join(parts)}</svg>'
            f"<details><summary>This figure in words</summary>{words}</details>"
        },
        raw=True,
    )


# %% [markdown] section="The same example, in tensors" minutes=3
# ## 1. The same example, in tensors (3 minutes)
#
# Here is the example for the third time: $z = xy + \sin x$ at $x = 0.5$, $y = 4.2$.
#
# A tensor made with `requires_grad=True` is a *leaf*: PyTorch notes down every operation that is done to it, just as
# `Var` appended to `children`. You write ordinary arithmetic; the graph grows by itself.

# %%
x = torch.tensor(0.5, requires_grad=True)
y = torch.tensor(4.2, requires_grad=True)
a = x * y
b = torch.sin(x)
z = a + b
z

# %% [markdown]
# `grad_fn=<AddBackward0>` is the last node of the graph: "I was made by an addition, and I know how to go back through it".
# The operations before it hang on `next_functions`.

# %%
print(z.grad_fn)
for function, _ in z.grad_fn.next_functions:
    print("   ", function)

# %% [markdown]
# In 2.2 you set `z.grad_value = 1.0` and asked `x.grad()` and `y.grad()`. Here one call does both: `z.backward()` seeds the
# output with 1, walks the whole graph once, and leaves the result in `.grad` of each leaf.

# %%
z.backward()
print("dz/dx:", x.grad.item(), "   y + cos x =", 4.2 + math.cos(0.5))
print("dz/dy:", y.grad.item(), "   x         =", 0.5)

# %% [markdown]
# Two habits for the rest of the notebook:
#
# - `x.grad` is a *tensor*; `x.grad.item()` is a Python *float*.
# - `z.backward` is a *method*; only `z.backward()` *calls* it. Without the brackets nothing happens and nobody complains.

# %% [markdown] section="A program with a loop" minutes=5
# ## 2. A program with a loop (5 minutes)
#
# The graph is recorded while the program runs. So PyTorch does not care whether the program has loops, branches or calls:
# it sees only the operations that were really done. In 2.2 you differentiated this algorithm by hand and with `Var`:
#
# > start with $z = 1$; for $i = 0, 1$ replace $z$ by $(z + i)\,x\,x$; at $x = 0.5$.
#
# **Your task (1 point).** Write it as a `while` loop with a counter, go backwards, and put $dz/dx$ into `dzdx`, as a float.

# %% answer="loop-dzdx"
dzdx = None
### BEGIN SOLUTION
x = torch.tensor(0.5, requires_grad=True)
z = 1
i = 0
while i < 2:
    z = (z + i) * x * x
    i = i + 1
z.backward()
dzdx = x.grad.item()
### END SOLUTION

# %% item="loop-dzdx" points=1
with task("loop-dzdx") as check:
    with check(
        "dzdx is the slope of the loop", 0.5, hint="one leaf before the loop, i = 0 and 1 in it, backward after it"
    ):

        def loop_on_floats(x):
            z = 1.0
            for i in (0, 1):
                z = (z + i) * x * x
            return z

        step = 1e-5
        expect(
            dzdx,
            (loop_on_floats(0.5 + step) - loop_on_floats(0.5 - step)) / (2 * step),
            at="x = 0.5",
            what="dzdx",
            mistakes={
                "dzdx holds z itself, not its derivative": 0.3125,
                "x is created again inside the loop, so that only the last round counts": 1.25,
                "the loop runs for i = 0 only": 1.0,
                "the loop runs for i = 1, 2, or backward is called twice": 3.0,
                "the loop runs for i = 0, 1, 2": 2.6875,
                "the loop runs for i = 0, 1, 2, 3": 2.84375,
                "i never grows inside the loop": 0.5,
                "each round multiplies by x once instead of twice": 2.0,
            },
            tol=1e-5,
        )
    ### BEGIN HIDDEN TESTS
    with check("dzdx is the derivative itself, as a float", 0.5, hint="x.grad.item() after one backward()"):
        expect(dzdx, 4 * 0.5**3 + 2 * 0.5, at="x = 0.5", what="dzdx")
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 point).** The same for any start and any length: `loop_slope(x0, rounds)` returns, as a float, the derivative
# of $z$ after `rounds` rounds ($i = 0, \dots,$ `rounds` $- 1$) at $x = $ `x0`. The number of rounds decides how long the
# graph becomes; your code need not know that.


# %% answer="loop-anywhere"
def loop_slope(x0, rounds):
    """The derivative of z after so many rounds of the loop, at x = x0, as a float."""
    ### BEGIN SOLUTION
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    z = 1
    i = 0
    while i < rounds:
        z = (z + i) * x * x
        i = i + 1
    z.backward()
    return x.grad.item()
    ### END SOLUTION


# %% item="loop-anywhere" points=1
def check_loop_slope(x0, rounds):
    """Compare loop_slope with the loop's derivative, carried along by the product rule."""
    z, dz = 1.0, 0.0
    history = []
    for i in range(rounds + 1):
        history.append((z, dz))
        z, dz = (z + i) * x0 * x0, dz * x0 * x0 + (z + i) * 2 * x0
    expect(
        loop_slope(x0, rounds),
        history[rounds][1],
        at=f"x0 = {x0:.4g}, rounds = {rounds}",
        what="loop_slope",
        mistakes={
            "the loop runs one round too many": dz,
            "the loop runs one round too few": history[rounds - 1][1],
            "z is returned instead of its derivative": history[rounds][0],
            "x is created again inside the loop": (history[rounds - 1][0] + rounds - 1) * 2 * x0,
            "x0 is ignored and x is always 0.5": lambda: dict(zip((1, 2, 3, 4), (1.0, 1.5, 2.6875, 2.84375)))[rounds],
            "backward is called twice": 2 * history[rounds][1],
        },
        tol=1e-4,
    )


with task("loop-anywhere") as check:
    with check("two rounds at 0.7", 0.5, hint="use x0 for the leaf and rounds in the condition of the loop"):
        check_loop_slope(0.7, 2)
    ### BEGIN HIDDEN TESTS
    with check("other points and lengths", 0.5, hint="nothing in the function may be fixed to x = 0.5 or two rounds"):
        for rounds in (1, 3, 4):
            check_loop_slope(random.uniform(0.6, 1.4), rounds)
    ### END HIDDEN TESTS

# %% [markdown] section="Gradients add up" minutes=5
# ## 3. Gradients add up (5 minutes)
#
# In reverse mode a variable that is used twice gets the *sum* of what comes back along both ways. PyTorch takes this
# seriously: `backward` never sets `.grad`, it always *adds* to it, even from one call to the next. Watch what two separate
# expressions do to the same leaf:

# %%
x = torch.tensor(0.5, requires_grad=True)
for call in (1, 2, 3):
    z = x * x
    z.backward()
    print(f"after call {call}: x.grad = {x.grad.item()}   (dz/dx is 1.0 each time)")

# %% [markdown]
# For one big sum computed in pieces this is just right. For three separate questions it is not: before each new question
# `.grad` has to be emptied, with `x.grad = None` or `x.grad.zero_()`. (Optimisers have `zero_grad()` for this.)
#
# **Your task (2 points).** Write `derivatives_at(f, points)`. It gets a function `f` from a tensor to a tensor and a list
# of floats, and returns the list of the derivatives of `f` at these points, as floats. Use *one* leaf for all points if you
# like a challenge (move it with `x.data.fill_(point)` or under `torch.no_grad()`), or a new one for each.


# %% locked="wave"
def wave(x):
    """A function to differentiate: x sin x."""
    return x * torch.sin(x)


# %% answer="zeroing"
def derivatives_at(f, points):
    """The derivatives of f at the points, as a list of floats."""
    ### BEGIN SOLUTION
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    found = []
    for point in points:
        with torch.no_grad():
            x.fill_(point)
        x.grad = None
        f(x).backward()
        found.append(x.grad.item())
    return found
    ### END SOLUTION


# %% item="zeroing" points=2
def check_derivatives_at(points):
    """Compare derivatives_at(wave, points) with sin x + x cos x."""
    want = [math.sin(p) + p * math.cos(p) for p in points]
    running = [sum(want[: k + 1]) for k in range(len(want))]
    expect(
        derivatives_at(wave, points),
        want,
        at="the points " + ", ".join(f"{p:.4g}" for p in points),
        what="derivatives_at(wave, points)",
        mistakes={
            "the gradients of earlier points are still in .grad: empty it before each backward()": running,
            "the values of f are returned instead of its derivatives": [p * math.sin(p) for p in points],
            "only the last derivative is kept": [want[-1]] * len(want),
            "only the first point is used": [want[0]] * len(want),
            "the list is in reverse order": want[::-1],
        },
        tol=1e-4,
    )


with task("zeroing") as check:
    with check("three points", 1, hint="what is in .grad before backward() is added to"):
        check_derivatives_at([0.5, 1.1, 2.0])
    ### BEGIN HIDDEN TESTS
    with check("other points", 1, hint="each derivative belongs to its own point, however many there are"):
        check_derivatives_at([random.uniform(0.3, 2.8) for _ in range(4)])
        check_derivatives_at([random.uniform(0.3, 2.8)])
    ### END HIDDEN TESTS

# %% [markdown] section="Cutting the graph" minutes=4
# ## 4. Cutting the graph (4 minutes)
#
# Sometimes a value should be used but not differentiated: a target, a baseline, a normalising factor. `b.detach()` is a
# tensor with the value of `b` and no past: to the graph it is a constant. Backwards, nothing passes.

# %% show="detach-picture"
show_graph(
    {
        "x": (60, 60, "x", GREY),
        "y": (60, 150, "y", GREY),
        "a": (250, 150, "a = x y", BLUE),
        "b": (250, 60, "b = sin x", ORANGE),
        "c": (420, 60, "b.detach()", ORANGE),
        "z": (580, 110, "z = a + b", BLUE),
    },
    [
        ("a", "x", "y", BLUE, False),
        ("a", "y", "x", BLUE, False),
        ("b", "x", "cos x", ORANGE, False),
        ("c", "b", "cut", ORANGE, True),
        ("z", "a", "1", BLUE, False),
        ("z", "c", "1", ORANGE, False),
    ],
    "The graph of z = x y + sin x, gradients running from z on the right to x and y on the left. One way leads from z through "
    "a = x y, with weight y to x and weight x to y. The other leads from z to the detached copy of b = sin x and ends there: "
    "the edge between the copy and b is cut, so that cos x never reaches x.",
    height=200,
)

# %% [markdown]
# **Your task (1 point).** Write `half_tracked(x, y)`. It gets two tensors and returns $z = xy + \sin x$, with the right value,
# but as if $\sin x$ were a constant: the gradient for `x` is then $y$ alone, and the one for `y` is still $x$.


# %% answer="detach"
def half_tracked(x, y):
    """x y + sin x, with no gradient through the sine."""
    ### BEGIN SOLUTION
    return x * y + torch.sin(x).detach()
    ### END SOLUTION


# %% item="detach" points=1
def check_half_tracked(x0, y0):
    """Compare value and gradients of half_tracked with what the task says."""
    at = f"x = {x0:.4g}, y = {y0:.4g}"
    value, grads = value_and_grads(half_tracked, x0, y0)
    expect(
        value,
        x0 * y0 + math.sin(x0),
        at=at,
        what="the value of half_tracked",
        mistakes={"the sine is left out": x0 * y0},
        tol=1e-5,
    )
    expect(
        grads,
        [y0, x0],
        at=at,
        what="the pair dz/dx, dz/dy",
        mistakes={
            "nothing is cut": [y0 + math.cos(x0), x0],
            "everything is cut, so that no gradient arrives at all": [0.0, 0.0],
            "x is detached in the product as well": [0.0, x0],
            "the product is cut instead of the sine": [math.cos(x0), 0.0],
            "x is detached in the product instead of in the sine": [math.cos(x0), x0],
            "y is detached too": [y0, 0.0],
        },
        tol=1e-5,
    )


with task("detach") as check:
    with check("at x = 0.5, y = 4.2", 0.5, hint="detach the sine, and only the sine"):
        check_half_tracked(0.5, 4.2)
    ### BEGIN HIDDEN TESTS
    with check("at other points", 0.5, hint="detach the sine, and only the sine"):
        for _ in range(2):
            check_half_tracked(random.uniform(0.7, 2.5), random.uniform(-3.5, -1.5))
    ### END HIDDEN TESTS

# %% [markdown] section="Several outputs" minutes=5
# ## 5. Several outputs (5 minutes)
#
# Reverse mode answers one question a run: "how does *this number* depend on all inputs?" With two outputs
# $f_1 = 2x + \sin x$ and $f_2 = 4x + \cos x$, in 2.2 you had to choose two seeds. PyTorch wants the same: `backward()`
# without a seed is allowed only for a single number. For a tensor you pass the seeds along, one *weight* for each output:
#
# $$\texttt{f.backward(u)} \quad\text{leaves}\quad u_1 \frac{df_1}{dx} + u_2 \frac{df_2}{dx} \quad\text{in}\quad \texttt{x.grad}.$$
#
# That is a row vector times the Jacobian: one run, whatever the number of outputs, but one *combination* of them.

# %%
x = torch.tensor(0.5, requires_grad=True)
f = torch.stack([2 * x, 3 * x])
try:
    f.backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# **Your task (2 points).**
#
# - `outputs(x)` returns the two outputs $2x + \sin x$ and $4x + \cos x$ as *one* tensor of shape `(2,)`. `torch.stack` puts
#   tensors together and keeps the graph; `torch.tensor([...])` would make a new leaf and lose it.
# - `weighted_slope(x0, u)` returns, as a float, $u_1\,df_1/dx + u_2\,df_2/dx$ at $x = $ `x0`, with one call to `backward`;
#   `u` is a list of two floats.


# %% answer="weighted-outputs"
def outputs(x):
    """The two outputs as one tensor."""
    ### BEGIN SOLUTION
    return torch.stack([2 * x + torch.sin(x), 4 * x + torch.cos(x)])
    ### END SOLUTION


def weighted_slope(x0, u):
    """u[0] times the first derivative plus u[1] times the second, as a float."""
    ### BEGIN SOLUTION
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    outputs(x).backward(torch.tensor(u, dtype=torch.float64))
    return x.grad.item()
    ### END SOLUTION


# %% item="weighted-outputs" points=2
def check_outputs(x0, u):
    """Value and weighted gradient of outputs."""
    value, grads = value_and_grads(outputs, x0, weights=u)
    at = f"x = {x0:.4g}"
    first, second = 2 * x0 + math.sin(x0), 4 * x0 + math.cos(x0)
    expect(
        value,
        [first, second],
        at=at,
        what="outputs(x)",
        mistakes={"the two outputs are the wrong way round": [second, first]},
        tol=1e-5,
    )
    want = u[0] * (2 + math.cos(x0)) + u[1] * (4 - math.sin(x0))
    lost = {"the graph is cut (by torch.tensor([...]), .item() or .detach())": 0.0}
    expect(
        grads[0],
        want,
        at=at + f", weights {u[0]:.4g} and {u[1]:.4g}",
        what="the gradient through outputs",
        mistakes=lost,
        tol=1e-5,
    )


def check_weighted_slope(x0, u):
    """Compare weighted_slope with the combination worked out."""
    d1, d2 = 2 + math.cos(x0), 4 - math.sin(x0)
    expect(
        weighted_slope(x0, u),
        u[0] * d1 + u[1] * d2,
        at=f"x0 = {x0:.4g}, u = [{u[0]:.4g}, {u[1]:.4g}]",
        what="weighted_slope",
        mistakes={
            "both weights are 1": d1 + d2,
            "the weights are the wrong way round": u[1] * d1 + u[0] * d2,
            "only the first output is used": u[0] * d1,
            "only the second output is used": u[1] * d2,
            "the outputs are weighted, but not differentiated": u[0] * (2 * x0 + math.sin(x0))
            + u[1] * (4 * x0 + math.cos(x0)),
            "the weights are normalised or averaged": (u[0] * d1 + u[1] * d2) / 2,
            "backward is called twice": 2 * (u[0] * d1 + u[1] * d2),
        },
        tol=1e-5,
    )


with task("weighted-outputs") as check:
    with check("outputs at 0.5", 0.5, hint="torch.stack keeps the graph"):
        check_outputs(0.5, [1.0, 2.0])
    with check("weighted_slope at 0.5", 0.5, hint="outputs(x).backward(torch.tensor(u))"):
        check_weighted_slope(0.5, [3.0, -1.0])
    ### BEGIN HIDDEN TESTS
    with check("outputs elsewhere", 0.5, hint="2x + sin x first, 4x + cos x second"):
        check_outputs(random.uniform(0.8, 2.4), [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)])
    with check("weighted_slope elsewhere", 0.5, hint="pass u to backward as it is"):
        for _ in range(2):
            check_weighted_slope(random.uniform(0.8, 2.4), [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)])
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 point).** Now work the same out on paper, and write it down as an ordinary Python function of floats, with
# `math.sin` and `math.cos` and no tensors: `weighted_slope_by_hand(x0, u)`.


# %% answer="weighted-by-hand"
def weighted_slope_by_hand(x0, u):
    """The derivative of u[0] (2x + sin x) + u[1] (4x + cos x) at x0, worked out."""
    ### BEGIN SOLUTION
    return u[0] * (2 + math.cos(x0)) + u[1] * (4 - math.sin(x0))
    ### END SOLUTION


# %% item="weighted-by-hand" points=1
def check_by_hand(x0, u):
    """Compare the formula with central differences."""

    def total(x):
        return u[0] * (2 * x + math.sin(x)) + u[1] * (4 * x + math.cos(x))

    step = 1e-5
    expect(
        weighted_slope_by_hand(x0, u),
        (total(x0 + step) - total(x0 - step)) / (2 * step),
        at=f"x0 = {x0:.4g}, u = [{u[0]:.4g}, {u[1]:.4g}]",
        what="weighted_slope_by_hand",
        mistakes={
            "the derivative of cos has lost its minus": u[0] * (2 + math.cos(x0)) + u[1] * (4 + math.sin(x0)),
            "the derivative of sin has a minus too many": u[0] * (2 - math.cos(x0)) + u[1] * (4 - math.sin(x0)),
            "sine and cosine are not differentiated": u[0] * (2 + math.sin(x0)) + u[1] * (4 + math.cos(x0)),
            "the weights are left out": 6 + math.cos(x0) - math.sin(x0),
            "the weights are the wrong way round": u[1] * (2 + math.cos(x0)) + u[0] * (4 - math.sin(x0)),
            "the outputs are weighted, but not differentiated": total(x0),
            "the terms 2x and 4x are forgotten": u[0] * math.cos(x0) - u[1] * math.sin(x0),
            "the x of 2x and 4x is still there": u[0] * (2 * x0 + math.cos(x0)) + u[1] * (4 * x0 - math.sin(x0)),
        },
        tol=1e-6,
    )


with task("weighted-by-hand") as check:
    with check("the formula at 0.5", 0.5, hint="differentiate each output, then weight and add"):
        check_by_hand(0.5, [3.0, -1.0])
    ### BEGIN HIDDEN TESTS
    with check("the formula elsewhere", 0.5, hint="differentiate each output, then weight and add"):
        for _ in range(2):
            check_by_hand(random.uniform(0.8, 2.4), [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)])
    ### END HIDDEN TESTS

# %% [markdown] section="Going downhill" minutes=7
# ## 6. Going downhill (7 minutes)
#
# The use that made AD famous: to make a number small, step against its gradient, again and again,
#
# $$x \leftarrow x - \eta\, \nabla f(x).$$
#
# Our number is $f(x) = x_0^2 + x_1^2 + x_2^2$, our start is $(2, 1, 10)$. One step has four parts, and each has its trap:
#
# 1. compute `f(x)`, which builds a new graph;
# 2. `backward()`, which *adds* to `x.grad`;
# 3. move `x`, without this move becoming part of the graph: inside `with torch.no_grad():` (older code writes `x.data`);
# 4. empty `x.grad`.


# %% locked="bowl"
def bowl(x):
    """The sum of the squares of the entries of x."""
    return (x * x).sum()


# %% [markdown]
# **Your task (2 points).** Write `descend(start, rate, steps)`. It makes one leaf from the list `start`, takes that many
# steps of gradient descent on `bowl` with that rate, and returns where it ends, as a list of floats (`x.tolist()`).


# %% answer="descent"
def descend(start, rate, steps):
    """Where gradient descent on bowl ends after so many steps, as a list of floats."""
    ### BEGIN SOLUTION
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        bowl(x).backward()
        with torch.no_grad():
            x -= rate * x.grad
        x.grad = None
    return x.tolist()
    ### END SOLUTION


# %% item="descent" points=2
def check_descend(start, rate, steps):
    """Each step multiplies each entry by 1 - 2 rate: compare with that, and with the usual mistakes."""
    adding, total = list(start), [0.0] * len(start)
    for _ in range(steps):
        total = [t + 2 * p for t, p in zip(total, adding)]
        adding = [p - rate * t for p, t in zip(adding, total)]

    def after(factor, count=steps):
        return [p * factor**count for p in start]

    at = f"start = [{', '.join(f'{p:.4g}' for p in start)}], rate = {rate:.3g}, steps = {steps}"
    expect(
        descend(start, rate, steps),
        after(1 - 2 * rate),
        at=at,
        what="descend",
        mistakes={
            "the old gradients are still in .grad at each step (it is never emptied)": adding,
            "the step goes uphill": after(1 + 2 * rate),
            "the factor 2 of the derivative is missing": after(1 - rate),
            "one step too many is taken": after(1 - 2 * rate, steps + 1),
            "one step too few is taken": after(1 - 2 * rate, steps - 1),
            "only one step is taken": after(1 - 2 * rate, 1),
            "x never moves": list(start),
            "the rate is ignored": after(1 - 2),
            "the rate is 0.1 whatever is asked": after(0.8),
            "the gradient is returned instead of the point": [2 * p for p in after(1 - 2 * rate, steps - 1)],
        },
        tol=1e-4,
    )


with task("descent") as check:
    with check("one step", 0.5, hint="2x is the gradient of the sum of squares; the step goes against it"):
        check_descend([2.0, 1.0, 10.0], 0.1, 1)
    with check("ten steps", 0.5, hint="what is in .grad when the next backward() comes?"):
        check_descend([2.0, 1.0, 10.0], 0.1, 10)
    ### BEGIN HIDDEN TESTS
    with check("other starts, rates and lengths", 1, hint="use start, rate and steps; empty .grad after each step"):
        for steps in (3, 7):
            check_descend(
                [random.uniform(1.5, 4.0), random.uniform(-6.0, -2.0), random.uniform(2.0, 9.0)],
                random.uniform(0.12, 0.3),
                steps,
            )
    ### END HIDDEN TESTS


# %% show="descent-picture"
def points_of(rate, steps=25):
    return [descend([2.0, 1.0, 10.0], rate, count) for count in range(steps + 1)]


with attempt():
    paths = [(rate, colour, points_of(rate)) for rate, colour in ((0.05, BLUE), (0.3, GREEN), (0.9, ORANGE))]
    figure, axes = plt.subplots(figsize=(7, 3.2))
    for rate, colour, path in paths:
        axes.semilogy(
            [sum(p * p for p in point) for point in path], color=colour, marker="o", markersize=3, label=f"rate {rate}"
        )
    axes.set_xlabel("steps")
    axes.set_ylabel("f(x)")
    axes.legend()
    show_figure(
        figure,
        "The value of f against the number of steps, on a logarithmic axis, for three rates. All three are straight "
        "lines downwards. Rate 0.3 is by far the steepest, 0.05 the flattest. Rate 0.9 lies between: there the point "
        "jumps across the minimum and back, to 0.8 of the distance each time.",
    )

# %% [markdown]
# **A question in words (2 points, marked by a person).** Old tutorials write `x.data -= rate * x.grad`, new ones write the step
# inside `with torch.no_grad():`. What would go wrong if the step were simply `x = x - rate * x.grad` or
# `x -= rate * x.grad`, tracked like any other operation, and why is `torch.no_grad()` to be preferred to `.data`?
# Three to five sentences. Try it out in a free cell if you are not sure.

# %% [markdown] written="why-no-grad" points=2
# ### BEGIN SOLUTION
# With `x = x - rate * x.grad` the name `x` no longer means the leaf but the result of a subtraction: its `.grad` stays `None`
# after the next `backward()`, and were it kept (`retain_grad`), the graph would hang on all earlier steps and grow for ever.
# With `x -= rate * x.grad` PyTorch refuses at once: a leaf that requires a gradient must not be changed in place by a
# tracked operation, as its value at the start of the graph would be gone. The step is not part of the function whose
# derivative we want; it must change the value only. `.data` gives the bare value behind autograd's back: nothing notices if a
# value that the backward pass needs is overwritten, and the gradient is then silently wrong. `torch.no_grad()` says only "do
# not record"; the change is still counted by the tensor's version, so a misuse raises an error.
#
# Rubric: 1 point for what goes wrong with a tracked step (either of: x is no longer a leaf and its .grad is None / the graph
# grows over all steps / the in-place error on a leaf; the update is not part of the function). 1 point for no_grad against .data
# (.data hides the change from autograd's version counter, so that wrong gradients go unnoticed; no_grad keeps that check). Half
# points are allowed for a right statement without its reason.
# ### END SOLUTION

# %% [markdown] section="The error clinic" minutes=11
# ## 7. The error clinic (11 minutes)
#
# Six patients, each a mistake that people make every day. For each: *predict* what happens, *run* it, *repair* it. There are
# three possible outcomes:
#
# - `"error"`: Python stops with an exception, when the function runs or when we go backwards;
# - `"wrong"`: no complaint, but the gradient is wrong or missing;
# - `"right"`: it works after all.


# %% locked="clinic"
def broken_softplus(x):
    """in-place: log(1 + exp(x)), with the 1 added in place."""
    e = torch.exp(x)
    e += 1
    return torch.log(e)


def broken_energy(w):
    """leaf view: the sum of squares, after the first entry has been doubled."""
    w[0] *= 2
    return (w * w).sum()


def broken_ask_twice(x0, y0):
    """second backward: dz/dx of our example, asked for twice."""
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward()
    first = x.grad.item()
    z.backward()
    second = x.grad.item()
    return first, second


def broken_fit_line(xs, ys, rate, steps):
    """no zeroing: the slope w for which w x is nearest to y, by gradient descent from w = 0."""
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return w.item()


def broken_pair(x):
    """detached halfway: the two numbers x squared and sin x as one tensor."""
    square = x * x
    sine = torch.sin(x)
    return torch.tensor([square.item(), sine.item()], requires_grad=True)


def broken_cap(x, cap):
    """.data: exp(x), but never more than cap."""
    e = torch.exp(x)
    e.data.clamp_(max=cap)
    return e


# %% [markdown]
# **Your task (1 point, for predicting, whether right or wrong).** Read the six functions, then put `"error"`, `"wrong"` or `"right"`
# for each in place of `None`. Do it before you run the cells below: a wrong guess that you have written down teaches more
# than a right answer that you have read.

# %% answer="clinic-predictions"
predictions = {
    "in-place": None,
    "leaf view": None,
    "second backward": None,
    "no zeroing": None,
    "detached halfway": None,
    ".data": None,
}
### BEGIN SOLUTION
predictions = {
    "in-place": "error",
    "leaf view": "error",
    "second backward": "error",
    "no zeroing": "wrong",
    "detached halfway": "wrong",
    ".data": "wrong",
}
### END SOLUTION

# %% item="clinic-predictions" points=1
with task("clinic-predictions") as check:
    with check(
        "a prediction for each of the six", 1, hint="any of the three words counts, whether it comes true or not"
    ):
        if type(predictions) is not dict:
            raise CheckFailed("predictions should be a dictionary, as it was given.")
        for case in ("in-place", "leaf view", "second backward", "no zeroing", "detached halfway", ".data"):
            if case not in predictions:
                raise CheckFailed(f"there is no prediction for {case!r}.")
            if predictions[case] is None:
                raise NotImplementedError(case)
            if type(predictions[case]) is not str or predictions[case] not in ("error", "wrong", "right"):
                raise CheckFailed(f"the prediction for {case!r} should be 'error', 'wrong' or 'right'.")


# %% show="clinic-run"
def reveal(case, experiment, right):
    """Run a patient without stopping the notebook, and set the outcome beside the prediction."""
    guess = globals().get("predictions", {}).get(case)
    if guess not in ("error", "wrong", "right"):
        print(f"{case}: predict first, then run this cell again.")
        return
    try:
        got = experiment()
    except RuntimeError as error:
        outcome, text = "error", f"RuntimeError: {str(error).split(' Hint')[0].split(' Specify')[0]}"
    else:
        outcome = "right" if got == right else "wrong"
        text = f"it gives {got}, and should give {right}"
    print(f"{case}: you predicted {guess!r}, and it is {outcome!r}.\n{text}")


# %% [markdown]
# ### 7.1 In-place

# %% show="clinic-in-place-run"
reveal("in-place", lambda: value_and_grads(broken_softplus, 0.5), None)

# %% [markdown]
# The derivative of $e^x$ is $e^x$ itself, so `exp` keeps its *output* for the way back. `e += 1` overwrites just that output.
# Every tensor counts how often it has been changed; on the way back PyTorch finds version 1 where it kept version 0, and
# stops. That is a kindness: the alternative would be a wrong number.
#
# **Your task (1 point).** Write `softplus(x)`, which returns $\log(1 + e^x)$ with the right gradient.


# %% answer="clinic-in-place"
def softplus(x):
    """log(1 + exp(x)), with its gradient."""
    ### BEGIN SOLUTION
    e = torch.exp(x)
    e = e + 1
    return torch.log(e)
    ### END SOLUTION


# %% item="clinic-in-place" points=1
def check_softplus(x0):
    """Value and slope of softplus."""
    value, grads = value_and_grads(softplus, x0)
    expect(
        value, math.log(1 + math.exp(x0)), at=f"x = {x0:.4g}", what="softplus", mistakes={"the 1 is lost": x0}, tol=1e-5
    )
    mistakes = {
        "the graph is cut on the way": 0.0,
        "the 1 was added behind autograd's back (.data): the slope is that of another function": 1.0,
    }
    expect(
        grads[0], 1 / (1 + math.exp(-x0)), at=f"x = {x0:.4g}", what="the slope of softplus", mistakes=mistakes, tol=1e-5
    )


with task("clinic-in-place") as check:
    with check("at 0.5", 0.5, hint="make a new tensor instead of changing e"):
        check_softplus(0.5)
    ### BEGIN HIDDEN TESTS
    with check("at other points", 0.5, hint="make a new tensor instead of changing e"):
        check_softplus(random.uniform(0.8, 2.0))
        check_softplus(random.uniform(-2.0, -0.8))
    ### END HIDDEN TESTS

# %% [markdown]
# ### 7.2 The view of a leaf

# %% show="clinic-leaf-view-run"
reveal("leaf view", lambda: value_and_grads(broken_energy, [0.5, 4.2, 1.0]), None)

# %% [markdown]
# `w[0]` is not a copy. It is a *view*: a second name for the same memory, an alias. To change the view is to change the leaf
# `w`, and then "the gradient with respect to `w`" no longer has a meaning: which `w`, the one before or the one after?
#
# **Your task (1 point).** Write `energy(w)`: the sum of the squares after the first entry has been doubled,
# $(2w_0)^2 + w_1^2 + \dots$, with the right gradient for the `w` that was given. That `w` itself stays as it was.


# %% answer="clinic-leaf-view"
def energy(w):
    """The sum of squares after the first entry has been doubled; w itself stays as it was."""
    ### BEGIN SOLUTION
    doubled = w.clone()
    doubled[0] = 2 * w[0]
    return (doubled * doubled).sum()
    ### END SOLUTION


# %% item="clinic-leaf-view" points=1
def check_energy(w):
    """Value and gradient of energy."""
    value, grads = value_and_grads(energy, w)
    at = "w = [" + ", ".join(f"{entry:.4g}" for entry in w) + "]"
    plain = sum(entry * entry for entry in w)
    mistakes = {
        "nothing is doubled": plain,
        "everything is doubled": 4 * plain,
        "the square is doubled, not the entry": plain + w[0] ** 2,
    }
    expect(value, plain + 3 * w[0] ** 2, at=at, what="energy", mistakes=mistakes, tol=1e-5)
    rest = [2 * entry for entry in w[1:]]
    mistakes = {
        "the doubling is hidden from autograd (.data or no_grad)": [4 * w[0], *rest],
        "the graph is cut": [0.0] * len(w),
        "the first entry is detached": [0.0, *rest],
        "the doubling is a constant to the graph": [2 * w[0], *rest],
    }
    expect(grads[0], [8 * w[0], *rest], at=at, what="the gradient of energy", mistakes=mistakes, tol=1e-5)


with task("clinic-leaf-view") as check:
    with check("at (0.5, 4.2, 1)", 0.5, hint="work on a copy that is part of the graph: w.clone()"):
        check_energy([0.5, 4.2, 1.0])
    ### BEGIN HIDDEN TESTS
    with check("at other points, of other lengths", 0.5, hint="only entry 0 is special; w may have any length from 1"):
        check_energy([random.uniform(0.6, 2.0) for _ in range(4)])
        check_energy([random.uniform(-2.0, -0.6) for _ in range(2)])
    ### END HIDDEN TESTS

# %% [markdown]
# ### 7.3 The second backward

# %% show="clinic-second-backward-run"
reveal("second backward", lambda: broken_ask_twice(0.5, 4.2), None)

# %% [markdown]
# On its way back PyTorch throws away what each node had kept, to save memory. A second run finds nothing left. You can ask for
# the graph to be kept, `z.backward(retain_graph=True)`, or build it anew. Mind what you learnt in section 3, too.
#
# **Your task (1 point).** Write `ask_twice(x0, y0)`: it returns the pair `(first, second)` of floats, both of them equal to
# $dz/dx$ of $z = xy + \sin x$ at $x = $ `x0`, $y = $ `y0`.


# %% answer="clinic-second-backward"
def ask_twice(x0, y0):
    """dz/dx of x y + sin x, from two backward passes, as two floats."""
    ### BEGIN SOLUTION
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad = None
    z.backward()
    second = x.grad.item()
    return first, second
    ### END SOLUTION


# %% item="clinic-second-backward" points=1
def check_ask_twice(x0, y0):
    """Both answers are y + cos x."""
    want = y0 + math.cos(x0)
    mistakes = {
        "the second gradient has been added to the first": [want, 2 * want],
        "both are read after the second pass, without emptying .grad": [2 * want, 2 * want],
        "the product's part is missing": [math.cos(x0)] * 2,
        "the values of z are returned": [x0 * y0 + math.sin(x0)] * 2,
        "the derivative with respect to y is returned": [x0, x0],
        "the second answer is 0: .grad was emptied after the pass instead of before it": [want, 0.0],
        "the sine's part is missing": [y0, y0],
    }
    expect(
        ask_twice(x0, y0),
        (want, want),
        at=f"x0 = {x0:.4g}, y0 = {y0:.4g}",
        what="ask_twice",
        mistakes=mistakes,
        tol=1e-4,
    )


with task("clinic-second-backward") as check:
    with check("at x = 0.5, y = 4.2", 0.5, hint="keep the graph, and empty .grad between the passes"):
        check_ask_twice(0.5, 4.2)
    ### BEGIN HIDDEN TESTS
    with check("at other points", 0.5, hint="keep the graph, and empty .grad between the passes"):
        for _ in range(2):
            check_ask_twice(random.uniform(0.7, 2.0), random.uniform(-3.5, -1.5))
    ### END HIDDEN TESTS

# %% [markdown]
# ### 7.4 The missing zeroing

# %% show="clinic-zeroing-run"
reveal(
    "no zeroing", lambda: round(broken_fit_line(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 6.0]), 0.1, 10), 3), 2.997
)

# %% [markdown]
# Nothing complains, and the answer is not even absurd: the old gradients act like a heavy ball without friction, and the
# point swings about the minimum. In a real training run you would see a loss that does not settle, and look for the fault
# in the data.
#
# **Your task (1 point).** Write `fit_line(xs, ys, rate, steps)` without the mistake. `xs` and `ys` are tensors; it starts from
# $w = 0$, takes `steps` steps on the mean of $(w x - y)^2$, and returns $w$ as a float.


# %% answer="clinic-zeroing"
def fit_line(xs, ys, rate, steps):
    """The slope w after so many steps of gradient descent from w = 0, as a float."""
    ### BEGIN SOLUTION
    w = torch.tensor(0.0, dtype=xs.dtype, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
        w.grad = None
    return w.item()
    ### END SOLUTION


# %% item="clinic-zeroing" points=1
def check_fit_line(xs, ys, rate, steps):
    """The same descent in plain numbers, with and without zeroing."""
    n = len(xs)
    xx, xy = sum(p * p for p in xs) / n, sum(p * q for p, q in zip(xs, ys)) / n

    def descent(step_rate=rate, count=steps, keep=0.0, scale=1.0, sign=1.0):
        w, g = 0.0, 0.0
        for _ in range(count):
            g = keep * g + scale * 2 * (w * xx - xy)
            w -= sign * step_rate * g
        return w

    mistakes = {
        "the old gradients are still there: .grad is never emptied": descent(keep=1.0),
        "the sum is taken instead of the mean": descent(scale=n),
        "the step goes uphill": descent(sign=-1.0),
        "one step too many is taken": descent(count=steps + 1),
        "one step too few is taken": descent(count=steps - 1),
        "w never moves": 0.0,
        "the factor 2 is missing": descent(scale=0.5),
        "the best slope of all is returned, not the one after these steps": xy / xx,
        "only one step is taken": descent(count=1),
    }
    at = f"{n} points, rate {rate:.3g}, {steps} steps"
    got = fit_line(torch.tensor(xs), torch.tensor(ys), rate, steps)
    expect(got, descent(), at=at, what="fit_line", mistakes=mistakes, tol=1e-4)


with task("clinic-zeroing") as check:
    with check("two points on a line", 0.5, hint="empty w.grad after each step"):
        check_fit_line([1.0, 2.0], [3.0, 6.0], 0.05, 5)
    ### BEGIN HIDDEN TESTS
    with check("other points", 0.5, hint="empty w.grad after each step"):
        check_fit_line(
            [random.uniform(0.5, 1.5) for _ in range(3)], [random.uniform(-3.0, -1.0) for _ in range(3)], 0.1, 6
        )
        check_fit_line(
            [random.uniform(0.5, 1.5) for _ in range(5)], [random.uniform(1.0, 3.0) for _ in range(5)], 0.2, 4
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ### 7.5 Detached halfway

# %% show="clinic-detached-run"
reveal("detached halfway", lambda: value_and_grads(broken_pair, 0.5, weights=[1.0, 1.0])[1], [1.878])

# %% [markdown]
# `.item()` turns a tensor into a number, and `torch.tensor([...])` turns numbers into a *new leaf*. With `requires_grad=True` it
# even looks alive: `backward` runs happily, and fills the `.grad` of the new leaf. To `x` no way leads back. Whenever a gradient is
# `None` or 0 and should not be, look for `.item()`, `float(...)`, `torch.tensor(...)`, `.detach()`, `.data` and
# `.numpy()` between the input and the loss.
#
# **Your task (1 point).** Write `pair(x)`: the tensor of the two numbers $x^2$ and $\sin x$, through which gradients flow.


# %% answer="clinic-detached"
def pair(x):
    """The two numbers x squared and sin x as one tensor of shape (2,)."""
    ### BEGIN SOLUTION
    return torch.stack([x * x, torch.sin(x)])
    ### END SOLUTION


# %% item="clinic-detached" points=1
def check_pair(x0, u):
    """Values and weighted gradient of pair."""
    value, grads = value_and_grads(pair, x0, weights=u)
    at = f"x = {x0:.4g}"
    swapped = {"the two numbers are the wrong way round": [math.sin(x0), x0 * x0]}
    expect(value, [x0 * x0, math.sin(x0)], at=at, what="pair", mistakes=swapped, tol=1e-5)
    mistakes = {
        "no gradient passes at all": 0.0,
        "no gradient passes through the square": u[1] * math.cos(x0),
        "no gradient passes through the sine": u[0] * 2 * x0,
        "one factor of the square is detached": u[0] * x0 + u[1] * math.cos(x0),
    }
    want = u[0] * 2 * x0 + u[1] * math.cos(x0)
    expect(
        grads[0],
        want,
        at=at + f", weights {u[0]:.4g} and {u[1]:.4g}",
        what="the gradient through pair",
        mistakes=mistakes,
        tol=1e-5,
    )


with task("clinic-detached") as check:
    with check("at 0.5", 0.5, hint="torch.stack puts tensors together and keeps the graph"):
        check_pair(0.5, [1.0, 1.0])
    ### BEGIN HIDDEN TESTS
    with check("at other points", 0.5, hint="torch.stack puts tensors together and keeps the graph"):
        for _ in range(2):
            check_pair(random.uniform(0.7, 2.4), [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)])
    ### END HIDDEN TESTS

# %% [markdown]
# ### 7.6 Behind autograd's back

# %% show="clinic-data-run"
reveal(".data", lambda: value_and_grads(broken_cap, 3.0, constants=(10.0,))[1], [0.0])

# %% [markdown]
# The same offence as in 7.1, and no error: a change through `.data` is not counted. The value is capped at 10, where the curve is
# flat; the gradient should be 0. But the derivative of `exp` is its kept output, and that output now reads 10. Nobody
# will ever tell you. (`e.detach().clamp_(max=cap)` shares the memory too, but counts the change, and so raises.)
#
# **Your task (1 point).** Write `capped(x, cap)`: $e^x$ where it is below `cap`, otherwise `cap`, for a tensor `x` of any shape
# and a float `cap`, with the gradient $e^x$ below the cap and 0 above it.


# %% answer="clinic-data"
def capped(x, cap):
    """exp(x), but never more than cap, with its gradient."""
    ### BEGIN SOLUTION
    return torch.exp(x).clamp(max=cap)
    ### END SOLUTION


# %% item="clinic-data" points=1
def check_capped(xs, cap):
    """Values and gradient of capped, below and above the cap."""
    value, grads = value_and_grads(capped, xs, constants=(cap,), weights=[1.0] * len(xs))
    at = "x = [" + ", ".join(f"{x0:.4g}" for x0 in xs) + f"], cap = {cap:.4g}"
    e = [math.exp(x0) for x0 in xs]
    below = [v < cap for v in e]
    mistakes = {
        "nothing is capped": e,
        "everything becomes cap": [cap] * len(e),
        "cap is a floor instead of a ceiling": [max(v, cap) for v in e],
        "x is capped instead of exp(x)": [math.exp(min(x0, cap)) for x0 in xs],
    }
    expect(value, [min(v, cap) for v in e], at=at, what="capped", mistakes=mistakes, tol=1e-5)
    mistakes = {
        "the cap is hidden from autograd, and exp finds the capped value where it kept its own": [
            min(v, cap) for v in e
        ],
        "the cap is hidden from autograd": e,
        "the graph is cut": [0.0] * len(e),
    }
    want = [v if small else 0.0 for v, small in zip(e, below)]
    expect(grads[0], want, at=at, what="the gradient of capped", mistakes=mistakes, tol=1e-5)


with task("clinic-data") as check:
    with check("below and above a cap of 10", 0.5, hint="torch.clamp, without the underscore and without .data"):
        check_capped([0.5, 3.0], 10.0)
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="torch.clamp, without the underscore and without .data"):
        check_capped(
            [random.uniform(-1.0, 0.8), random.uniform(1.6, 2.5), random.uniform(0.1, 0.9)], random.uniform(3.0, 4.0)
        )
    ### END HIDDEN TESTS

# %% [markdown] section="The bridge" minutes=12
# ## 8. The bridge: your engines and PyTorch's (12 minutes)
#
# What you wrote in 2.1 and 2.2 has official names:
#
# - a forward run with tangents $v$ gives $Jv$, a *Jacobian-vector product*, **jvp**: your `DualNumber`;
# - a backward run with output weights $u$ gives $J^\top u$, a *vector-Jacobian product*, **vjp**: your `Var`.
#
# Here is a compact version of each, with just what this section needs. *Bring your own:* if yours work, paste
# them into the free cell below and everything from there on runs on your engines.


# %% locked="engines"
class DualNumber:
    """A value and its derivative along one direction."""

    def __init__(self, value, dvalue):
        self.value, self.dvalue = value, dvalue

    def __add__(self, other):
        return DualNumber(self.value + other.value, self.dvalue + other.dvalue)

    def __sub__(self, other):
        return DualNumber(self.value - other.value, self.dvalue - other.dvalue)

    def __mul__(self, other):
        return DualNumber(self.value * other.value, self.dvalue * other.value + self.value * other.dvalue)


class Var:
    """A value that knows who used it: children are pairs of weight and Var."""

    def __init__(self, value):
        self.value, self.children, self.grad_value = value, [], None

    def grad(self):
        """The derivative of the seeded outputs with respect to this variable."""
        if self.grad_value is None:
            self.grad_value = sum(weight * child.grad() for weight, child in self.children)
        return self.grad_value

    def __add__(self, other):
        return self._record(self.value + other.value, (1.0, self), (1.0, other))

    def __sub__(self, other):
        return self._record(self.value - other.value, (1.0, self), (-1.0, other))

    def __mul__(self, other):
        return self._record(self.value * other.value, (other.value, self), (self.value, other))

    def _record(self, value, *uses):
        result = Var(value)
        for weight, operand in uses:
            operand.children.append((weight, result))
        return result


# %%
# Bring your own: paste your DualNumber (2.1) and Var (2.2) here, if you like. They need +, -, * and, for Var, grad().

# %% [markdown]
# The functions to differentiate are written once, for everything that can add, subtract and multiply. Only the sine has
# to know what it is given:


# %% locked="bridge-functions"
def sine(x):
    """The sine of a tensor, a dual number, a Var or a float."""
    if isinstance(x, torch.Tensor):
        return torch.sin(x)
    if hasattr(x, "dvalue"):
        return type(x)(math.sin(x.value), math.cos(x.value) * x.dvalue)
    if hasattr(x, "children"):
        result = type(x)(math.sin(x.value))
        x.children.append((math.cos(x.value), result))
        return result
    return math.sin(x)


def swirl(inputs):
    """Two inputs x and y, two outputs: x y + sin x and x y y."""
    x, y = inputs
    return [x * y + sine(x), x * y * y]


def twist(inputs):
    """Three inputs, two outputs: p q r and sin q - p r."""
    p, q, r = inputs
    return [p * q * r, sine(q) - p * r]


# %% [markdown]
# **Your task (1 point).** Write `dual_jvp(f, x, v)` with `DualNumber`: `f` takes a list of dual numbers and returns a list of dual
# numbers, `x` and `v` are lists of floats. Return the list of the tangents of the outputs, $Jv$, as floats.


# %% answer="bridge-jvp"
def dual_jvp(f, x, v):
    """The Jacobian of f at x times v, by one forward run."""
    ### BEGIN SOLUTION
    outputs = f([DualNumber(value, dvalue) for value, dvalue in zip(x, v)])
    return [output.dvalue for output in outputs]
    ### END SOLUTION


# %% item="bridge-jvp" points=1
def jacobian_of(name, x):
    """The Jacobians of the two given functions, by rows."""
    if name == "swirl":
        return [[x[1] + math.cos(x[0]), x[0]], [x[1] * x[1], 2 * x[0] * x[1]]]
    return [[x[1] * x[2], x[0] * x[2], x[0] * x[1]], [-x[2], math.cos(x[1]), -x[0]]]


def forward_check(f, name, x, v):
    """Compare dual_jvp with the Jacobian times v."""
    jacobian = jacobian_of(name, x)
    values = (
        [x[0] * x[1] + math.sin(x[0]), x[0] * x[1] ** 2]
        if name == "swirl"
        else [x[0] * x[1] * x[2], math.sin(x[1]) - x[0] * x[2]]
    )
    want = [sum(row[j] * v[j] for j in range(len(v))) for row in jacobian]
    mistakes = {
        "the values of the outputs are returned instead of their tangents": values,
        "every input gets the tangent 1, whatever v is": [sum(row) for row in jacobian],
        "only the first input gets its tangent": [row[0] * v[0] for row in jacobian],
        "the sum over the outputs is returned in each place": [sum(want)] * len(want),
        "the Jacobian is transposed": lambda: [sum(jacobian[i][j] * v[i] for i in range(2)) for j in range(2)],
        "the outputs are the wrong way round": want[::-1],
    }
    at = f"{name}, x = [{', '.join(f'{p:.4g}' for p in x)}], v = [{', '.join(f'{p:.4g}' for p in v)}]"
    expect(dual_jvp(f, x, v), want, at=at, what="dual_jvp", mistakes=mistakes, tol=1e-5)


with task("bridge-jvp") as check:
    with check("swirl at (0.5, 4.2)", 0.5, hint="input j is DualNumber(x[j], v[j])"):
        forward_check(swirl, "swirl", [0.5, 4.2], [1.0, -2.0])
    ### BEGIN HIDDEN TESTS
    with check("other functions and points", 0.5, hint="any number of inputs and outputs, any tangents"):
        forward_check(
            twist, "twist", [random.uniform(0.6, 2.0) for _ in range(3)], [random.uniform(1.5, 3.0) for _ in range(3)]
        )
        forward_check(
            swirl, "swirl", [random.uniform(0.6, 2.0) for _ in range(2)], [random.uniform(-3.0, -1.5) for _ in range(2)]
        )
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 point).** Write `var_vjp(f, x, u)` with `Var`: give each output its weight as `grad_value`, then ask every input
# for its `grad()`. Return the list $J^\top u$ as floats.


# %% answer="bridge-vjp"
def var_vjp(f, x, u):
    """The transposed Jacobian of f at x times u, by one backward run."""
    ### BEGIN SOLUTION
    inputs = [Var(value) for value in x]
    for output, weight in zip(f(inputs), u):
        output.grad_value = weight
    return [variable.grad() for variable in inputs]
    ### END SOLUTION


# %% item="bridge-vjp" points=1
def backward_check(f, name, x, u):
    """Compare var_vjp with the transposed Jacobian times u."""
    if name == "swirl":
        jacobian = [[x[1] + math.cos(x[0]), x[0]], [x[1] * x[1], 2 * x[0] * x[1]]]
    else:
        jacobian = [[x[1] * x[2], x[0] * x[2], x[0] * x[1]], [-x[2], math.cos(x[1]), -x[0]]]
    columns = [list(column) for column in zip(*jacobian)]
    want = [column[0] * u[0] + column[1] * u[1] for column in columns]
    mistakes = {
        "every output gets the weight 1, whatever u is": [sum(column) for column in columns],
        "only the first output gets its weight": [column[0] * u[0] for column in columns],
        "only the last output gets its weight": [column[1] * u[1] for column in columns],
        "the weights are the wrong way round": [column[0] * u[1] + column[1] * u[0] for column in columns],
        "no output gets a weight": [0.0] * len(columns),
        "the Jacobian is not transposed": lambda: (
            [row[0] * u[0] + row[1] * u[1] for row in jacobian] if len(x) == 2 else []
        ),
        "the inputs are returned": list(x),
        "the outputs' weights are returned": list(u),
    }
    at = f"{name}, x = [{', '.join(f'{p:.4g}' for p in x)}], u = [{', '.join(f'{p:.4g}' for p in u)}]"
    expect(var_vjp(f, x, u), want, at=at, what="var_vjp", mistakes=mistakes, tol=1e-5)


with task("bridge-vjp") as check:
    with check("swirl at (0.5, 4.2)", 0.5, hint="output.grad_value = weight for every output, before any grad()"):
        backward_check(swirl, "swirl", [0.5, 4.2], [1.0, -2.0])
    ### BEGIN HIDDEN TESTS
    with check("other functions and points", 0.5, hint="any number of inputs, any weights"):
        backward_check(
            twist,
            "twist",
            [random.uniform(0.6, 2.0) for _ in range(3)],
            [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)],
        )
        backward_check(
            swirl,
            "swirl",
            [random.uniform(0.6, 2.0) for _ in range(2)],
            [random.uniform(-3.0, -1.5), random.uniform(1.5, 3.0)],
        )
    ### END HIDDEN TESTS

# %% [markdown]
# Now the comparison. `torch.func` has both products and both ways to a whole Jacobian: `jacfwd` runs forwards once for each
# *input* and gets columns, `jacrev` runs backwards once for each *output* and gets rows. (The first call of `torch.func` takes a
# second or two; later ones do not.)


# %% show="bridge-table"
def bridge_table():
    point, v, u = [0.5, 4.2], [1.0, -2.0], [3.0, 0.5]
    p = torch.tensor(point, dtype=torch.float64)

    def swirl_of_tensor(t):
        return torch.stack(swirl(t))

    columns = [dual_jvp(swirl, point, seed) for seed in ([1.0, 0.0], [0.0, 1.0])]
    rows = [var_vjp(swirl, point, seed) for seed in ([1.0, 0.0], [0.0, 1.0])]
    print("loading torch.func ...")
    pairs = {
        "jvp": (dual_jvp(swirl, point, v), torch.func.jvp(swirl_of_tensor, (p,), (torch.tensor(v, dtype=p.dtype),))[1]),
        "vjp": (var_vjp(swirl, point, u), torch.func.vjp(swirl_of_tensor, p)[1](torch.tensor(u, dtype=p.dtype))[0]),
        "jacfwd": ([list(row) for row in zip(*columns)], torch.func.jacfwd(swirl_of_tensor)(p)),
        "jacrev": (rows, torch.func.jacrev(swirl_of_tensor)(p)),
    }
    for name, (ours, theirs) in pairs.items():
        print(f"{name:<8}yours   {torch.tensor(ours, dtype=p.dtype).tolist()}\n{'':<8}PyTorch {theirs.tolist()}")


with attempt():
    bridge_table()

# %% [markdown]
# The two products are two readings of one matrix, and so for all $u$ and $v$
#
# $$\langle u,\; Jv \rangle \;=\; \langle J^\top u,\; v \rangle .$$
#
# This is the best test of an AD engine that there is: it needs no known derivative, no step size, and it sets forward and
# reverse mode against each other.
#
# **Your task (1 point).** Write `pairing(f, x, u, v)`: it returns the two sides as two floats, the left one from a forward run, the
# right one from a backward run.


# %% answer="bridge-pairing"
def pairing(f, x, u, v):
    """The numbers <u, Jv> and <J'u, v>, as a pair of floats."""
    ### BEGIN SOLUTION
    left = sum(weight * tangent for weight, tangent in zip(u, dual_jvp(f, x, v)))
    right = sum(gradient * tangent for gradient, tangent in zip(var_vjp(f, x, u), v))
    return left, right
    ### END SOLUTION


# %% item="bridge-pairing" points=1 builds_on=["bridge-jvp", "bridge-vjp"]
def pairing_check(f, name, x, u, v):
    """Both sides are u' J v."""
    if name == "swirl":
        jacobian = [[x[1] + math.cos(x[0]), x[0]], [x[1] * x[1], 2 * x[0] * x[1]]]
    else:
        jacobian = [[x[1] * x[2], x[0] * x[2], x[0] * x[1]], [-x[2], math.cos(x[1]), -x[0]]]
    jv = [sum(row[j] * v[j] for j in range(len(v))) for row in jacobian]
    ju = [jacobian[0][j] * u[0] + jacobian[1][j] * u[1] for j in range(len(v))]
    want = u[0] * jv[0] + u[1] * jv[1]
    mistakes = {
        "the entries are added up without u and v": [sum(jv), sum(ju)],
        "both products are taken with u": lambda: [u[0] * jv[0] + u[1] * jv[1], sum(a * b for a, b in zip(ju, u))],
        "u and v have changed places": lambda: (
            [sum(v[i] * jacobian[i][j] * u[j] for i in range(2) for j in range(2))] * 2 if len(v) == 2 else []
        ),
        "the sides differ in sign": [want, -want],
        "the second side is the difference of the two": [want, 0.0],
    }
    at = f"{name}, x = [{', '.join(f'{p:.4g}' for p in x)}]"
    expect(pairing(f, x, u, v), (want, want), at=at, what="pairing", mistakes=mistakes, tol=1e-5)


with task("bridge-pairing") as check:
    with check("swirl at (0.5, 4.2)", 0.5, hint="dot products: u with dual_jvp(f, x, v), v with var_vjp(f, x, u)"):
        pairing_check(swirl, "swirl", [0.5, 4.2], [3.0, 0.5], [1.0, -2.0])
    ### BEGIN HIDDEN TESTS
    with check("other functions and points", 0.5, hint="u has one entry for each output, v one for each input"):
        pairing_check(
            twist,
            "twist",
            [random.uniform(0.6, 2.0) for _ in range(3)],
            [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)],
            [random.uniform(1.5, 3.0) for _ in range(3)],
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ### 8.1 A node of your own
#
# A `torch.autograd.Function` is one node of the graph with a rule written by you: `forward` computes and keeps what it needs with
# `ctx.save_for_backward(...)`; `backward` gets the gradient that arrives from above, `upstream`, and returns one gradient for
# each input, *already multiplied by it*. Just like the weights in `Var`.
#
# **Your task (2 points).** Make the whole running example, $z = xy + \sin x$, a single node.


# %% answer="custom-function"
class ProductPlusSine(torch.autograd.Function):
    """x y + sin x as one node of the graph."""

    @staticmethod
    def forward(ctx, x, y):
        """The value; keeps x and y for the way back."""
        ### BEGIN SOLUTION
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)
        ### END SOLUTION

    @staticmethod
    def backward(ctx, upstream):
        """The gradients for x and for y, given the gradient of the output."""
        ### BEGIN SOLUTION
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), upstream * x
        ### END SOLUTION


# %% item="custom-function" points=2
def check_node(xs, ys, u):
    """Value and gradients through ProductPlusSine.apply, weighted by u."""
    at = f"x = {xs[0]:.4g}, y = {ys[0]:.4g}, upstream {u[0]:.4g}, and {len(xs) - 1} more"
    value, grads = value_and_grads(ProductPlusSine.apply, xs, ys, weights=u)
    expect(value, [p * q + math.sin(p) for p, q in zip(xs, ys)], at=at, what="the value", tol=1e-5)
    dx, dy = [q + math.cos(p) for p, q in zip(xs, ys)], xs

    def times(factors, weights=u):
        return [w * k for w, k in zip(weights, factors)]

    cosines, ones = [math.cos(p) for p in xs], [1.0] * len(u)
    mistakes = {
        "backward leaves out the gradient that arrives from above": [dx, dy],
        "backward returns the two gradients in the wrong order": [times(dy), times(dx)],
        "the cosine has the wrong sign": [times([q - c for q, c in zip(ys, cosines)]), times(dy)],
        "the cosine is missing": [times(ys), times(dy)],
        "the product's part is missing": [times(cosines), times(dy)],
        "sin stands where cos belongs": [times([q + math.sin(p) for p, q in zip(xs, ys)]), times(dy)],
        "the upstream gradient multiplies only the first": [times(dx), dy],
        "the upstream gradient multiplies only the second": [dx, times(dy)],
        "the upstream gradient is added instead of multiplied": [
            [w + k for w, k in zip(u, dx)],
            [w + k for w, k in zip(u, dy)],
        ],
        "no gradient is returned for y": [times(dx), times([0.0] * len(u))],
        "the gradient for y is y": [times(dx), times(ys)],
        "the gradient for y is 1": [times(dx), times(ones)],
    }
    expect(
        grads,
        [times(dx), times(dy)],
        at=at,
        what="the gradients, first for x, then for y,",
        mistakes=mistakes,
        tol=1e-5,
    )


with task("custom-function") as check:
    with check("value and gradients at two points", 1, hint="upstream * (y + cos x) for x, upstream * x for y"):
        check_node([0.5, 1.2], [4.2, -0.7], [1.0, 2.5])
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 1, hint="backward returns one gradient for each input, each times upstream"):
        check_node(
            [random.uniform(0.6, 2.4) for _ in range(3)],
            [random.uniform(1.5, 3.5) for _ in range(3)],
            [random.uniform(-3.0, -1.5) for _ in range(3)],
        )
    ### END HIDDEN TESTS

# %% [markdown]
# PyTorch's own test for such nodes is `torch.autograd.gradcheck`: it compares `backward` with finite differences, in double
# precision, for every input and output. Use it whenever you write a `Function`.

# %% show="gradcheck-run"
with attempt():
    points = [torch.tensor(entries, dtype=torch.float64, requires_grad=True) for entries in ([0.5, 1.2], [4.2, -0.7])]
    try:
        torch.autograd.gradcheck(ProductPlusSine.apply, points)
        print("gradcheck is content")
    except NotImplementedError:
        raise
    except RuntimeError as error:
        print("gradcheck objects:", str(error).splitlines()[0])

# %% [markdown]
# ### 8.2 A hook
#
# A *hook* is a function hung on a tensor: `t.register_hook(hook)` calls `hook(gradient)` when the gradient of `t` has been
# computed on the way back; if it returns a tensor, that one goes on in its place. People use hooks to look at gradients in the
# middle of a net, and to tame them.
#
# **Your task (1 point).** Write `clipped(x, limit)`: it returns a tensor with the same values as `x`, through which gradients flow back
# with every entry cut to between `-limit` and `limit`. (Hang the hook on a new tensor such as `x * 1`, so that other uses of `x` are
# not touched.)


# %% answer="hook"
def clipped(x, limit):
    """x itself; gradients on their way back are cut to between -limit and limit."""
    ### BEGIN SOLUTION
    result = x * 1
    result.register_hook(lambda gradient: gradient.clamp(-limit, limit))
    return result
    ### END SOLUTION


# %% item="hook" points=1
def check_clipped(xs, u, limit):
    """The values pass, the gradients are cut entry by entry."""
    value, grads = value_and_grads(clipped, xs, constants=(limit,), weights=u)
    at = f"limit = {limit:.4g}, gradients [{', '.join(f'{w:.4g}' for w in u)}] arriving"
    mistakes = {"the values are cut instead of the gradients": [max(-limit, min(limit, p)) for p in xs]}
    expect(value, xs, at=at, what="the value of clipped", mistakes=mistakes, tol=1e-5)
    norm = math.sqrt(sum(w * w for w in u))
    mistakes = {
        "the hook's result is not returned, or no hook is hung": u,
        "nothing is cut below": [min(w, limit) for w in u],
        "nothing is cut above": [max(w, -limit) for w in u],
        "negative gradients are lost": [max(0.0, min(limit, w)) for w in u],
        "the whole gradient is scaled by its norm instead of cut entry by entry": [
            w * min(1.0, limit / norm) for w in u
        ],
        "the gradient is replaced by limit": [limit for _ in u],
        "the gradient is multiplied by limit": [w * limit for w in u],
        "only the sign is left": [math.copysign(limit, w) for w in u],
        "the graph is cut": [0.0 for _ in u],
        "gradients outside the limits become 0": [w if abs(w) <= limit else 0.0 for w in u],
        "limit is ignored and 1 is used": [max(-1.0, min(1.0, w)) for w in u],
    }
    want = [max(-limit, min(limit, w)) for w in u]
    expect(grads[0], want, at=at, what="the gradient that reaches x", mistakes=mistakes, tol=1e-5)


with task("hook") as check:
    with check("limit 1", 0.5, hint="the hook must return the clamped gradient"):
        check_clipped([0.5, 4.2, 1.0], [3.0, -2.0, 0.25], 1.0)
    ### BEGIN HIDDEN TESTS
    with check("other limits", 0.5, hint="use limit on both sides"):
        check_clipped(
            [random.uniform(0.6, 3.0) for _ in range(4)],
            [
                random.uniform(2.0, 3.0),
                random.uniform(-3.0, -2.0),
                random.uniform(0.1, 0.3),
                random.uniform(-0.3, -0.1),
            ],
            random.uniform(0.5, 0.9),
        )
    ### END HIDDEN TESTS

# %% [markdown] section="Gradients through chance" minutes=13
# ## 9. Gradients through chance: the reparameterisation laboratory (13 minutes)
#
# A program draws $z \sim \mathcal N(\mu, \sigma^2)$ and computes something from it. How does the result change with $\mu$ and
# $\sigma$? To call a random generator is not an operation with a derivative: the graph ends there. The way out is to move the
# randomness aside. Draw $\zeta \sim \mathcal N(0, 1)$, which depends on nothing, and compute
#
# $$z = \mu + \sigma \zeta .$$
#
# Same distribution; but now $z$ is an ordinary function of $\mu$ and $\sigma$, and $\zeta$ is a constant.

# %% show="reparameterisation-picture"
show_graph(
    {
        "mu": (70, 40, "μ", BLUE),
        "sigma": (70, 110, "σ", BLUE),
        "zeta": (70, 180, "ζ ~ N(0, 1)", ORANGE),
        "z": (320, 110, "z = μ + σζ", BLUE),
        "f": (560, 110, "f(z)", BLUE),
    },
    [
        ("z", "mu", "1", BLUE, False),
        ("z", "sigma", "ζ", BLUE, False),
        ("z", "zeta", "not needed", ORANGE, True),
        ("f", "z", "f ′(z)", BLUE, False),
    ],
    "The graph of f(z) with z = mu + sigma zeta, gradients running from f(z) on the right to the left: f'(z) to z, from there with "
    "weight 1 to mu and with weight zeta to sigma. The edge to zeta, where the randomness comes in, is dashed: no gradient is needed there.",
    height=220,
)

# %% [markdown]
# **Your task (1 point).** Write the sampler `sample(mu, sigma, zeta)`: given tensors (or numbers) `mu` and `sigma` and a tensor `zeta` of
# standard normal noise, it returns $z$, of the shape of `zeta`, with gradients for `mu` and `sigma`. Here `sigma` is the standard
# deviation, not the variance.


# %% answer="reparameterise"
def sample(mu, sigma, zeta):
    """A sample of N(mu, sigma^2) for each entry of the noise zeta."""
    ### BEGIN SOLUTION
    return mu + sigma * zeta
    ### END SOLUTION


# %% item="reparameterise" points=1
def check_sample(mu, sigma, noise):
    """Values and gradients of sample, for noise given as a list."""
    value, grads = value_and_grads(
        sample, mu, sigma, constants=(torch.tensor(noise, dtype=torch.float64),), weights=[1.0] * len(noise)
    )
    at = f"mu = {mu:.4g}, sigma = {sigma:.4g}, zeta = [{', '.join(f'{n:.4g}' for n in noise)}]"
    mistakes = {
        "sigma is used as if it were the variance": [mu + math.sqrt(sigma) * n for n in noise],
        "sigma is squared": [mu + sigma**2 * n for n in noise],
        "sigma is used as if it were log sigma": [mu + math.exp(sigma) * n for n in noise],
        "one noise is used for all samples": [mu + sigma * noise[0]] * len(noise),
        "the noise is left out": [mu + sigma] * len(noise),
        "mu and sigma have changed places": [sigma + mu * n for n in noise],
        "the noise is subtracted": [mu - sigma * n for n in noise],
        "mu is inside the bracket: sigma (mu + zeta)": [sigma * (mu + n) for n in noise],
        "it standardises instead: (zeta - mu) / sigma": [(n - mu) / sigma for n in noise],
    }
    expect(value, [mu + sigma * n for n in noise], at=at, what="sample", mistakes=mistakes, tol=1e-5)
    mistakes = {
        "no gradient passes": [0.0, 0.0],
        "no gradient passes to sigma": [float(len(noise)), 0.0],
        "no gradient passes to mu": [0.0, sum(noise)],
    }
    expect(
        grads,
        [float(len(noise)), sum(noise)],
        at=at,
        what="the pair of gradients of the sum, for mu and sigma,",
        mistakes=mistakes,
        tol=1e-5,
    )


with task("reparameterise") as check:
    with check("three samples", 0.5, hint="z = mu + sigma * zeta, entry by entry"):
        check_sample(2.0, 3.0, [0.5, -1.2, 0.8])
    ### BEGIN HIDDEN TESTS
    with check("other parameters and noise", 0.5, hint="nothing drawn anew, nothing detached"):
        for _ in range(2):
            check_sample(
                random.uniform(-2.0, 2.0), random.uniform(1.3, 2.5), [random.gauss(0.0, 1.0) for _ in range(4)]
            )
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 point).** Write `sample_gradients(mu, sigma, zeta)` for three floats: it makes leaves of `mu` and `sigma`, draws the one
# sample with this noise, goes backwards, and returns the pair of floats $(dz/d\mu,\ dz/d\sigma)$. Before you run it: what will they be?


# %% answer="sample-gradients"
def sample_gradients(mu, sigma, zeta):
    """dz/dmu and dz/dsigma of one sample, as floats."""
    ### BEGIN SOLUTION
    mu = torch.tensor(mu, dtype=torch.float64, requires_grad=True)
    sigma = torch.tensor(sigma, dtype=torch.float64, requires_grad=True)
    z = sample(mu, sigma, zeta)
    z.backward()
    return mu.grad.item(), sigma.grad.item()
    ### END SOLUTION


# %% item="sample-gradients" points=1 builds_on=["reparameterise"]
def check_sample_gradients(mu, sigma, zeta):
    """The gradients are 1 and zeta."""
    mistakes = {
        "the two are the wrong way round": [zeta, 1.0],
        "the second is sigma": [1.0, sigma],
        "the noise is forgotten: dz/dsigma is 1": [1.0, 1.0],
        "sigma is squared on the way": [1.0, 2 * sigma * zeta],
        "sigma is used as if it were log sigma": [1.0, math.exp(sigma) * zeta],
        "sigma is used as if it were the variance": [1.0, 0.5 * zeta / math.sqrt(sigma)],
        "the sample is returned": [mu + sigma * zeta] * 2,
        "the sign of the second is wrong": [1.0, -zeta],
        "backward is called twice": [2.0, 2 * zeta],
        "nothing arrives at sigma": [1.0, 0.0],
    }
    at = f"mu = {mu:.4g}, sigma = {sigma:.4g}, zeta = {zeta:.4g}"
    expect(sample_gradients(mu, sigma, zeta), (1.0, zeta), at=at, what="sample_gradients", mistakes=mistakes, tol=1e-5)


with task("sample-gradients") as check:
    with check("at mu = 2, sigma = 3, zeta = -0.4", 0.5, hint="mu.grad.item() and sigma.grad.item()"):
        check_sample_gradients(2.0, 3.0, -0.4)
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="use the zeta that is given"):
        for _ in range(2):
            check_sample_gradients(random.uniform(-3.0, -1.5), random.uniform(1.5, 3.0), random.uniform(0.3, 0.8))
    ### END HIDDEN TESTS

# %% [markdown]
# `torch.distributions` knows the trick under the name `rsample`. Its plain `sample` cuts the graph:

# %% show="rsample-run"
mu = torch.tensor(2.0, requires_grad=True)
normal = torch.distributions.Normal(mu, 3.0)
print("rsample:", normal.rsample().grad_fn)
print("sample: ", normal.sample().grad_fn)

# %% [markdown]
# ### 9.1 Two estimators of one gradient
#
# Take $\sigma = 1$ and $f(z) = z^2$ with $z = \theta + \zeta$. Then $E[z^2] = \theta^2 + 1$, and its derivative is $2\theta$: we know the
# answer and can watch estimators at work. From one sample you can estimate the derivative in two ways.
#
# - **Pathwise:** differentiate through the sample: $\dfrac{d}{d\theta} f(\theta + \zeta) = f'(z)$.
# - **Score function:** leave $f$ alone and differentiate the probability: $f(z)\,\dfrac{\partial}{\partial\theta}\log p(z;\theta)$. For
#   $\log p = -\frac12 (z - \theta)^2 + \text{const}$ you work the second factor out yourself. It needs no derivative of $f$,
#   so that $f$ may have jumps or be a game that is won or lost.
#
# **Your tasks (1 point each).** Write `pathwise(theta, zeta)` and `score_function(theta, zeta)`. Each gets a float and a tensor of noise and
# returns a tensor of the same shape: for each sample *its own* estimate, no mean taken. (For `pathwise` autograd or pen and paper, as
# you like.)


# %% answer="pathwise"
def pathwise(theta, zeta):
    """For each sample the pathwise estimate of the derivative of E[z^2]."""
    ### BEGIN SOLUTION
    theta = torch.full_like(zeta, theta, requires_grad=True)
    z = theta + zeta
    (z * z).sum().backward()
    return theta.grad
    ### END SOLUTION


# %% item="pathwise" points=1
def check_pathwise(theta, noise):
    """Each estimate is 2 z."""
    z = [theta + n for n in noise]
    zeta = torch.tensor(noise, dtype=torch.float64)
    want = torch.tensor([2 * p for p in z], dtype=torch.float64)

    def tensor(entries):
        return torch.tensor(entries, dtype=torch.float64)

    mistakes = {
        "the factor 2 is missing": tensor(z),
        "f itself is returned instead of its derivative": tensor([p * p for p in z]),
        "the noise is left out: every entry is 2 theta": tensor([2 * theta] * len(z)),
        "the gradients of all samples have been added up": tensor([sum(2 * p for p in z)] * len(z)),
        "it is the score-function estimate": tensor([p * p * n for p, n in zip(z, noise)]),
        "theta is left out": tensor([2 * n for n in noise]),
        "the noise multiplies, as if for sigma": tensor([2 * p * n for p, n in zip(z, noise)]),
        "the mean over the samples has been taken in the loss": tensor([2 * p / len(z) for p in z]),
        "it has the wrong sign": -want,
    }
    at = f"theta = {theta:.4g}, zeta = [{', '.join(f'{n:.4g}' for n in noise)}]"
    expect(pathwise(theta, zeta), want, at=at, what="pathwise", mistakes=mistakes, tol=1e-4)


with task("pathwise") as check:
    with check("three samples", 0.5, hint="f'(z) for each z = theta + zeta"):
        check_pathwise(1.0, [0.5, -1.2, 0.8])
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="one estimate for each sample, no sum and no mean"):
        check_pathwise(random.uniform(1.3, 2.5), [random.gauss(0.0, 1.0) for _ in range(5)])
    ### END HIDDEN TESTS


# %% answer="score-function"
def score_function(theta, zeta):
    """For each sample the score-function estimate of the derivative of E[z^2]."""
    ### BEGIN SOLUTION
    z = theta + zeta
    return z**2 * (z - theta)
    ### END SOLUTION


# %% item="score-function" points=1
def check_score(theta, noise):
    """Each estimate is f(z) times the score, which is found here by central differences."""
    z = [theta + n for n in noise]
    zeta = torch.tensor(noise, dtype=torch.float64)

    def tensor(entries):
        return torch.tensor(entries, dtype=torch.float64)

    def log_density(p, t):
        return -0.5 * (p - t) ** 2

    step = 1e-5
    scores = [(log_density(p, theta + step) - log_density(p, theta - step)) / (2 * step) for p in z]
    want = tensor([p * p * s for p, s in zip(z, scores)])
    mistakes = {
        "the score has lost a minus": -want,
        "f is left out: this is the score alone": tensor(noise),
        "f'(z) stands where f(z) belongs": tensor([2 * p * n for p, n in zip(z, noise)]),
        "it is the pathwise estimate": tensor([2 * p for p in z]),
        "the score is taken at theta = 0": tensor([p**3 for p in z]),
        "the factor 2 of the square is not cancelled by the half": 2 * want,
        "the log-density itself is used instead of its derivative": tensor(
            [-0.5 * n * n * p * p for p, n in zip(z, noise)]
        ),
        "the mean has been taken": tensor([float(want.mean())] * len(noise)),
        "f is applied to the noise instead of to z": tensor([n**3 for n in noise]),
        "the density's derivative is used, without dividing by the density": tensor(
            [p * p * n * math.exp(-0.5 * n * n) / math.sqrt(2 * math.pi) for p, n in zip(z, noise)]
        ),
    }
    at = f"theta = {theta:.4g}, zeta = [{', '.join(f'{n:.4g}' for n in noise)}]"
    expect(score_function(theta, zeta), want, at=at, what="score_function", mistakes=mistakes, tol=1e-4)


with task("score-function") as check:
    with check("three samples", 0.5, hint="f(z) times the derivative of log p with respect to theta"):
        check_score(1.0, [0.5, -1.2, 0.8])
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="differentiate -(z - theta)^2 / 2 with respect to theta, and mind the sign"):
        check_score(random.uniform(1.3, 2.5), [random.gauss(0.0, 1.0) for _ in range(5)])
    ### END HIDDEN TESTS

# %% [markdown]
# Both are right *on average*. They differ in how far a single sample is off. Since $E[\text{score}] = 0$, you may subtract any constant $\beta$,
# a *baseline*, from $f$ without changing the average:
#
# $$\bigl(f(z) - \beta\bigr)\,\frac{\partial}{\partial\theta}\log p(z;\theta),$$
#
# and a good constant makes the estimate much steadier. This is what keeps policy gradients in reinforcement learning alive.
#
# **Your task (2 points).**
#
# - `with_baseline(theta, zeta, beta)` returns the score-function estimates with baseline `beta`, one for each sample.
# - `best_baseline(theta)` returns the `beta` for which their variance is smallest, as a float, worked out on paper. The average is
#   the same for all `beta`, so you may minimise $E\bigl[(z^2 - \beta)^2 \zeta^2\bigr]$. You need only $E[\zeta^2] = 1$,
#   $E[\zeta^4] = 3$, and that odd powers average to 0.


# %% answer="baseline"
def with_baseline(theta, zeta, beta):
    """For each sample the score-function estimate with a constant taken off f."""
    ### BEGIN SOLUTION
    z = theta + zeta
    return (z**2 - beta) * (z - theta)
    ### END SOLUTION


def best_baseline(theta):
    """The constant for which the variance of with_baseline is smallest."""
    ### BEGIN SOLUTION
    return theta**2 + 3.0
    ### END SOLUTION


# %% item="baseline" points=2
def check_with_baseline(theta, noise, beta):
    """Each estimate is (z^2 - beta)(z - theta)."""
    z = [theta + n for n in noise]

    def tensor(entries):
        return torch.tensor(entries, dtype=torch.float64)

    want = tensor([(p * p - beta) * n for p, n in zip(z, noise)])
    mistakes = {
        "the baseline is taken off the whole estimate, after the score": tensor(
            [p * p * n - beta for p, n in zip(z, noise)]
        ),
        "the baseline is left out": tensor([p * p * n for p, n in zip(z, noise)]),
        "the baseline is added": tensor([(p * p + beta) * n for p, n in zip(z, noise)]),
        "the score has lost its minus": -want,
        "the score is left out": tensor([p * p - beta for p in z]),
        "the baseline is taken off z before squaring": tensor([(p - beta) ** 2 * n for p, n in zip(z, noise)]),
        "the baseline divides": tensor([p * p / beta * n for p, n in zip(z, noise)]),
        "the baseline is taken off the score": tensor([p * p * (n - beta) for p, n in zip(z, noise)]),
    }
    at = f"theta = {theta:.4g}, beta = {beta:.4g}, zeta = [{', '.join(f'{n:.4g}' for n in noise)}]"
    expect(with_baseline(theta, tensor(noise), beta), want, at=at, what="with_baseline", mistakes=mistakes, tol=1e-4)


def variance_with(beta, theta):
    """The variance of the estimate with a baseline, up to a constant, by summing over a fine grid of noise."""
    grid = [k / 20 for k in range(-160, 161)]
    return sum(((theta + n) ** 2 - beta) ** 2 * n * n * math.exp(-0.5 * n * n) for n in grid)


with task("baseline") as check:
    with check("with_baseline, three samples", 0.5, hint="take beta off f(z), then multiply by the score"):
        check_with_baseline(1.0, [0.5, -1.2, 0.8], 2.0)
    with check("best_baseline at theta = 2", 0.25, hint="set the derivative with respect to beta to 0"):
        found = best_baseline(2.0)
        if found is None:
            raise NotImplementedError("best_baseline")
        if type(found) not in (int, float):
            raise CheckFailed("best_baseline should give a float.", inputs="theta = 2")
        for beta, where in ((found - 0.2, "smaller"), (found + 0.2, "larger")):
            if variance_with(beta, 2.0) < variance_with(found, 2.0):
                raise CheckFailed(
                    f"best_baseline(2.0) is {found:.4g}, but a {where} one gives a smaller variance.",
                    inputs="theta = 2",
                )
    ### BEGIN HIDDEN TESTS
    with check("with_baseline elsewhere", 0.5, hint="take beta off f(z), then multiply by the score"):
        check_with_baseline(
            random.uniform(1.3, 2.5), [random.gauss(0.0, 1.0) for _ in range(5)], random.uniform(2.0, 5.0)
        )
    with check(
        "best_baseline elsewhere", 0.75, hint="set the derivative with respect to beta to 0, and mind E[zeta^4] = 3"
    ):

        def check_best_baseline(theta):
            """The best constant is E[z^2 zeta^2] = theta^2 + 3."""
            mistakes = {
                "the mean of f is taken: near, but f and the squared score go together": theta**2 + 1,
                "only theta squared is taken": theta**2,
                "the derivative 2 theta is taken": 2 * theta,
                "the value at the mean of |z| is taken": theta,
                "E[zeta^4] is taken as 1": theta**2 + 1,
                "the mixed term 2 theta zeta is squared: 4 theta^2 has come in": 5 * theta**2 + 3,
                "theta is fixed to 1": 4.0,
            }
            expect(
                best_baseline(theta),
                theta**2 + 3,
                at=f"theta = {theta:.4g}",
                what="best_baseline",
                mistakes=mistakes,
                tol=1e-5,
            )

        for _ in range(2):
            check_best_baseline(random.uniform(1.3, 2.5))
    ### END HIDDEN TESTS

# %% [markdown]
# Now measure. The variance of one pathwise estimate is $4$ for every $\theta$; that of one score-function estimate is
# $\theta^4 + 14\theta^2 + 15$; with the best baseline $8\theta^2 + 6$ is left. Twenty times the variance means twenty times the samples for the
# same accuracy.

# %% show="variance-picture"
with attempt():
    generator = torch.Generator().manual_seed(23)
    noise = torch.randn(20000, generator=generator, dtype=torch.float64)
    thetas = [k / 4 for k in range(13)]
    lines = (
        ("score function", ORANGE, lambda t: score_function(t, noise), lambda t: t**4 + 14 * t**2 + 15),
        ("with the best baseline", BLUE, lambda t: with_baseline(t, noise, best_baseline(t)), lambda t: 8 * t**2 + 6),
        ("pathwise", GREEN, lambda t: pathwise(t, noise), lambda t: 4.0),
    )
    measured = [[float(estimate(t).var()) for t in thetas] for _, _, estimate, _ in lines]
    figure, axes = plt.subplots(figsize=(7, 3.6))
    for (name, colour, _, theory), variances in zip(lines, measured):
        axes.semilogy(thetas, [theory(t) for t in thetas], color=colour, label=f"{name}: theory")
        axes.semilogy(thetas, variances, color=colour, marker="o", linestyle="none", label=f"{name}: measured")
    axes.set_xlabel("θ")
    axes.set_ylabel("variance of one sample")
    axes.legend(fontsize=9, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    show_figure(
        figure,
        "The variance of one estimate against theta from 0 to 3, on a logarithmic axis, lines for theory and dots for 20000 "
        "samples, which lie on the lines. Pathwise is flat at 4. The score function rises from 15 over 30 at theta = 1 and 87 at "
        "theta = 2 to 222 at theta = 3. With the best baseline it rises from 6 to 78.",
    )

# %% [markdown]
# ### 9.2 Another distribution
#
# The trick is not tied to the normal. If the cumulative distribution function $F$ can be inverted, $z = F^{-1}(u)$ with $u$ uniform on
# $(0, 1)$ is a sample, and differentiable in the parameters. For the Laplace distribution with centre $\mu$ and scale $b$,
#
# $$F(z) = \tfrac12 e^{(z - \mu)/b} \;\text{ for } z \le \mu, \qquad F(z) = 1 - \tfrac12 e^{-(z - \mu)/b} \;\text{ for } z \ge \mu .$$
#
# **Your task (1 point).** Write `sample_laplace(mu, b, u)`, with gradients for `mu` and `b`; `u` is a tensor of numbers strictly between 0
# and 1, some below one half and some above.


# %% answer="laplace"
def sample_laplace(mu, b, u):
    """A Laplace sample for each uniform number in u, by the inverse of the distribution function."""
    ### BEGIN SOLUTION
    centred = u - 0.5
    return mu - b * torch.sign(centred) * torch.log(1 - 2 * torch.abs(centred))
    ### END SOLUTION


# %% item="laplace" points=1
def check_laplace(mu, b, u):
    """Values and gradients of sample_laplace."""
    weights = [1.0, 2.0, -1.5, 0.7][: len(u)]
    value, grads = value_and_grads(
        sample_laplace, mu, b, constants=(torch.tensor(u, dtype=torch.float64),), weights=weights
    )

    def standard(p):
        low, high = -50.0, 50.0
        for _ in range(70):
            middle = (low + high) / 2
            below = 0.5 * math.exp(middle) if middle < 0 else 1 - 0.5 * math.exp(-middle)
            low, high = (middle, high) if below < p else (low, middle)
        return low

    at = f"mu = {mu:.4g}, b = {b:.4g}, u = [{', '.join(f'{p:.4g}' for p in u)}]"
    mistakes = {
        "it is the mirror image: the sign is wrong": [mu - b * standard(p) for p in u],
        "the lower half is used for all u": [mu + b * math.log(2 * p) for p in u],
        "the upper half is used for all u": [mu - b * math.log(2 * (1 - p)) for p in u],
        "the sign of u - 1/2 is left out": [mu + b * abs(standard(p)) for p in u],
        "the factor 2 inside the logarithm is missing": [
            mu + b * (math.log(p) if p < 0.5 else -math.log(1 - p)) for p in u
        ],
        "b divides instead of multiplying": [mu + standard(p) / b for p in u],
        "b is left out": [mu + standard(p) for p in u],
        "mu is left out": [b * standard(p) for p in u],
        "it is the exponential distribution": [mu - b * math.log(1 - p) for p in u],
        "it is the logistic distribution": [mu + b * math.log(p / (1 - p)) for p in u],
        "u is used as if it were the noise: mu + b u": [mu + b * p for p in u],
    }
    expect(value, [mu + b * standard(p) for p in u], at=at, what="sample_laplace", mistakes=mistakes, tol=1e-5)
    mistakes = {"no gradient passes": [0.0, 0.0], "no gradient passes to b": [sum(weights), 0.0]}
    want = [sum(weights), sum(w * standard(p) for w, p in zip(weights, u))]
    expect(
        grads, want, at=at, what="the pair of gradients of a weighted sum, for mu and b,", mistakes=mistakes, tol=1e-5
    )


with task("laplace") as check:
    with check(
        "one below and one above one half", 0.5, hint="solve F(z) = u for z on each side; torch.where, or sign and abs"
    ):
        check_laplace(1.0, 2.0, [0.2, 0.9])
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="solve F(z) = u for z on each side"):
        check_laplace(
            random.uniform(-2.0, -0.5),
            random.uniform(1.5, 3.0),
            [
                random.uniform(0.05, 0.2),
                random.uniform(0.3, 0.45),
                random.uniform(0.55, 0.7),
                random.uniform(0.8, 0.95),
            ],
        )
    ### END HIDDEN TESTS

# %% show="laplace-picture"
with attempt():
    uniform = torch.rand(20000, generator=torch.Generator().manual_seed(29), dtype=torch.float64)
    drawn = sample_laplace(1.0, 2.0, uniform).tolist()
    grid = [-9 + 20 * k / 200 for k in range(201)]
    figure, axes = plt.subplots(figsize=(7, 2.8))
    axes.hist(drawn, bins=100, range=(-9, 11), density=True, color=BLUE, alpha=0.5, label="your samples")
    axes.plot(grid, [math.exp(-abs(g - 1.0) / 2.0) / 4.0 for g in grid], color=ORANGE, linewidth=2, label="the density")
    axes.set_xlabel("z")
    axes.legend()
    show_figure(
        figure,
        "A histogram of 20000 of your Laplace samples with centre 1 and scale 2, and over it the density, a tent with a sharp tip at 1 "
        "and exponential flanks. When sample_laplace is right, the two agree.",
    )

# %% [markdown]
# ### 9.3 How far apart are two normals?
#
# To fit one distribution to another we need a distance. The usual one is the Kullback-Leibler divergence,
# $\mathrm{KL}(q \,\|\, p) = E_q[\log q(z) - \log p(z)]$; it is 0 only if the two agree. For two normals it can be worked out:
#
# $$\mathrm{KL} = \log\frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2\sigma_2^2} - \frac12
# \quad\text{for } q = \mathcal N(\mu_1, \sigma_1^2),\; p = \mathcal N(\mu_2, \sigma_2^2).$$
#
# **Your task (1 point).** Write it as `kl(mu1, sigma1, mu2, sigma2)`, floats in and a float out. (The formula is there; where does it come
# from? Take the average of the two log-densities with $E_q[(z - \mu_2)^2] = \sigma_1^2 + (\mu_1 - \mu_2)^2$.)


# %% answer="kl-normals"
def kl(mu1, sigma1, mu2, sigma2):
    """The Kullback-Leibler divergence of N(mu1, sigma1^2) from N(mu2, sigma2^2)."""
    ### BEGIN SOLUTION
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    ### END SOLUTION


# %% item="kl-normals" points=1
def check_kl(m1, s1, m2, s2):
    """Compare kl with the formula and its usual misreadings."""

    def formula(m1, s1, m2, s2):
        return math.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5

    quadratic = (s1**2 + (m1 - m2) ** 2) / (2 * s2**2)
    mistakes = {
        "the two normals have changed places": formula(m2, s2, m1, s1),
        "the -1/2 is missing": formula(m1, s1, m2, s2) + 0.5,
        "the logarithm is upside down": -math.log(s2 / s1) + quadratic - 0.5,
        "the logarithm is missing": quadratic - 0.5,
        "the 2 of the denominator is missing": math.log(s2 / s1) + 2 * quadratic - 0.5,
        "sigma 2 is not squared": math.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2) - 0.5,
        "sigma 1 is not squared": math.log(s2 / s1) + (s1 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5,
        "the difference of the means is not squared": math.log(s2 / s1) + (s1**2 + (m1 - m2)) / (2 * s2**2) - 0.5,
        "it divides by 2 and multiplies by sigma 2 squared (x / 2 * s): brackets": math.log(s2 / s1)
        + (s1**2 + (m1 - m2) ** 2) / 2 * s2**2
        - 0.5,
        "the variances' ratio is in the logarithm, without the half": 2 * math.log(s2 / s1) + quadratic - 0.5,
        "sigma is taken for log sigma": lambda: (
            s2 - s1 + (math.exp(2 * s1) + (m1 - m2) ** 2) / (2 * math.exp(2 * s2)) - 0.5
        ),
        "sigma is taken for the variance": lambda: 0.5 * math.log(s2 / s1) + (s1 + (m1 - m2) ** 2) / (2 * s2) - 0.5,
    }
    at = f"mu1 = {m1:.4g}, sigma1 = {s1:.4g}, mu2 = {m2:.4g}, sigma2 = {s2:.4g}"
    expect(kl(m1, s1, m2, s2), formula(m1, s1, m2, s2), at=at, what="kl", mistakes=mistakes, tol=1e-5)


with task("kl-normals") as check:
    with check(
        "of a normal from itself, and of a shifted one",
        0.5,
        hint="one term after the other, brackets round the denominator",
    ):
        check_kl(2.0, 1.5, 2.0, 1.5)
        check_kl(0.0, 1.0, 3.0, 2.0)
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="sigma are standard deviations; q comes first"):
        for _ in range(2):
            check_kl(
                random.uniform(-2.0, 0.5), random.uniform(1.2, 1.8), random.uniform(1.5, 3.0), random.uniform(2.2, 3.0)
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ### 9.4 Everything together: fit a normal through its own samples
#
# Now forget the formula, as one has to when the target is not a normal. Fit $\mu$ and $\sigma$ of $q$ to a target $p$ by drawing from $q$,
# estimating $E_q[\log q(z) - \log p(z)]$ by the mean over the samples, and going backwards *through the samples*. This is the heart of a
# variational autoencoder.
#
# Two things to mind. The standard deviation must stay positive, so the leaf is $\lambda = \log\sigma$ and $\sigma = e^\lambda$. And each step needs fresh
# noise, one number for each sample: here the rows of `noise`.


# %% locked="log-normal"
def log_normal(z, mu, sigma):
    """The logarithm of the density of N(mu, sigma^2) at z; tensors or numbers."""
    sigma = torch.as_tensor(sigma)
    return -0.5 * ((z - mu) / sigma) ** 2 - torch.log(sigma) - 0.5 * math.log(2 * math.pi)


# %% [markdown]
# **Your task (2 points).** Write `fit_normal(target_mu, target_sigma, noise, rate)`. Start from $\mu = 0$, $\log\sigma = 0$. For each row `zeta` of the tensor
# `noise`: draw `z` from `mu`, `sigma` and `zeta`; the loss is the mean of `log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)`; go
# backwards; move `mu` and `log_sigma` one step of gradient descent. Return the path: a list of the pairs `(mu, sigma)` as floats, the start
# first, so one pair more than there are rows.


# %% answer="fit-normal"
def fit_normal(target_mu, target_sigma, noise, rate):
    """The path [(mu, sigma), ...] of gradient descent through the samples, from (0, 1)."""
    ### BEGIN SOLUTION
    mu = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    log_sigma = torch.tensor(0.0, dtype=noise.dtype, requires_grad=True)
    path = [(0.0, 1.0)]
    for zeta in noise:
        sigma = torch.exp(log_sigma)
        z = mu + sigma * zeta
        loss = (log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)).mean()
        loss.backward()
        with torch.no_grad():
            for leaf in (mu, log_sigma):
                leaf -= rate * leaf.grad
                leaf.grad = None
        path.append((mu.item(), math.exp(log_sigma.item())))
    return path
    ### END SOLUTION


# %% item="fit-normal" points=2 builds_on=["reparameterise"]
def descent_path(m, s, rows, rate, variant=""):
    """The same descent in plain numbers; `variant` is a known mistake."""
    mu, lam, g_mu, g_lam = 0.0, 0.0, 0.0, 0.0
    path = [[mu, 1.0]]
    for row in rows:
        sigma = math.exp(lam) if variant != "no-exp" else lam + 1.0
        row = [row[0]] * len(row) if variant == "one-noise" else rows[0] if variant == "same-noise" else row
        z = [mu + sigma * n for n in row]
        d = [(p - m) / s**2 for p in z]
        new_mu = sum(d) / len(d)
        new_lam = sum(e * sigma * n for e, n in zip(d, row)) / len(d) - (0.0 if variant == "no-entropy" else 1.0)
        if variant == "reversed":
            new_mu, new_lam = -new_mu, -new_lam
        if variant == "no-exp":
            new_lam /= sigma
        if variant == "detached-sigma":
            new_lam = 0.0
        if variant == "sum":
            new_mu, new_lam = len(d) * new_mu, len(d) * new_lam
        keep = 1.0 if variant == "kept" else 0.0
        g_mu, g_lam = keep * g_mu + new_mu, keep * g_lam + new_lam
        mu, lam = mu - rate * g_mu, lam - rate * g_lam
        path.append([mu, math.exp(lam) if variant != "no-exp" else lam + 1.0])
    return path


def check_fit(m, s, rows, rate):
    """Compare the path of fit_normal with the one in plain numbers."""
    names = {
        "kept": "the gradients of earlier steps are still in .grad",
        "one-noise": "one noise is used for all samples of a step",
        "same-noise": "the first row of the noise is used in every step",
        "no-entropy": "log q is left out of the loss",
        "reversed": "the loss has the wrong sign, or the step goes uphill",
        "no-exp": "sigma itself is the leaf, not log sigma",
        "detached-sigma": "no gradient reaches log sigma",
        "sum": "the sum is taken instead of the mean",
    }

    def wrong_path(variant):
        return lambda: descent_path(m, s, rows, rate, variant)

    want = descent_path(m, s, rows, rate)
    mistakes = {text: wrong_path(variant) for variant, text in names.items()}
    mistakes["log sigma is returned instead of sigma"] = [[p, math.log(q)] for p, q in want]
    mistakes["nothing moves"] = [[0.0, 1.0]] * len(want)
    got = fit_normal(m, s, torch.tensor(rows, dtype=torch.float64), rate)
    at = f"target_mu = {m:.4g}, target_sigma = {s:.4g}, rate = {rate:.3g}, {len(rows)} rows of noise"
    if got is None:
        raise NotImplementedError("fit-normal")
    if type(got) not in (list, tuple) or len(got) != len(want):
        raise CheckFailed(
            f"fit_normal at {at} should be a list of {len(want)} pairs: one more than there are rows, the start first.",
            inputs=at,
        )
    for k, (point, right) in enumerate(zip(got, want)):
        known = {text: (wrong() if callable(wrong) else wrong)[k] for text, wrong in mistakes.items()}
        expect(point, tuple(right), at=f"{at}, after step {k}", what="(mu, sigma)", mistakes=known, tol=1e-4)


with task("fit-normal") as check:
    with check("three steps", 1, hint="loss, backward, move both leaves under no_grad, empty both .grad"):
        check_fit(3.0, 2.0, [[0.5, -1.2, 0.8], [-0.3, 1.1, -0.6], [1.4, 0.2, -0.9]], 0.1)
    ### BEGIN HIDDEN TESTS
    with check(
        "other targets, rates and noise", 1, hint="start from mu = 0, log sigma = 0; a fresh row of noise for each step"
    ):
        rows = [[random.gauss(0.0, 1.0) for _ in range(4)] for _ in range(8)]
        check_fit(random.uniform(-2.5, -1.0), random.uniform(1.4, 2.2), rows, random.uniform(0.12, 0.25))
    ### END HIDDEN TESTS

# %% show="fit-picture"
with attempt():
    noise = torch.randn(400, 16, generator=torch.Generator().manual_seed(31))
    path = fit_normal(3.0, 2.0, noise, 0.1)
    means, deviations = zip(*path)

    def divergence(m, s):
        return math.log(2.0 / s) + (s**2 + (m - 3.0) ** 2) / 8.0 - 0.5

    columns, rows = [-0.5 + 5 * k / 80 for k in range(81)], [0.5 + 2.5 * k / 60 for k in range(61)]
    figure, axes = plt.subplots(figsize=(7, 3.8))
    axes.contour(
        columns,
        rows,
        [[divergence(m, s) for m in columns] for s in rows],
        levels=[0.01, 0.05, 0.2, 0.5, 1.0, 1.5],
        colors=GREY,
        linewidths=0.8,
    )
    axes.plot(means, deviations, color=BLUE, linewidth=1.3, label="your path")
    axes.plot(means[0], deviations[0], "o", color=ORANGE, label="start")
    axes.plot(3.0, 2.0, "*", color=GREEN, markersize=15, label="target")
    axes.set_xlabel("μ")
    axes.set_ylabel("σ")
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    show_figure(
        figure,
        "The plane of mu and sigma with contour lines of the divergence from the target at mu = 3, sigma = 2, and on it the path of "
        f"gradient descent from mu = 0, sigma = 1 to mu = {means[-1]:.2f}, sigma = {deviations[-1]:.2f}: a curve that runs to the "
        "target and then jitters about it, as each step sees only 16 samples.",
    )

# %% [markdown]
# ### Stretch (no points): choices instead of numbers
#
# What if the program draws one of three options? A choice does not change smoothly, so there is no path to differentiate. The
# *straight-through Gumbel-softmax* cheats with style: forwards it makes a hard choice (a one-hot vector), backwards it pretends that it had been
# soft. The line to admire is `hard - soft.detach() + soft`: its value is `hard`, its gradient that of `soft`.


# %% show="gumbel-run"
def straight_through(logits, uniform, temperature):
    """A one-hot choice for each row of uniform noise, with the gradient of the softened choice."""
    gumbel = -torch.log(-torch.log(uniform))
    soft = torch.softmax((logits + gumbel) / temperature, dim=-1)
    hard = torch.nn.functional.one_hot(soft.argmax(dim=-1), logits.shape[-1]).to(soft.dtype)
    return hard - soft.detach() + soft


def gumbel_table():
    reward = torch.tensor([1.0, 2.0, 4.0])
    generator = torch.Generator().manual_seed(37)
    uniform = torch.rand(20000, 3, generator=generator).clamp(1e-6, 1 - 1e-6)
    start = torch.tensor([0.5, 0.0, -0.5])
    exact = start.clone().requires_grad_()
    (torch.softmax(exact, -1) @ reward).backward()
    print("exact gradient of the mean reward:", [round(g, 3) for g in exact.grad.tolist()])
    for temperature in (0.3, 1.0, 3.0):
        logits = start.clone().requires_grad_()
        (straight_through(logits, uniform, temperature) @ reward).mean().backward()
        print(f"straight-through, temperature {temperature}:  ", [round(g, 3) for g in logits.grad.tolist()])


gumbel_table()

# %% [markdown]
# The estimates are biased, more so at high temperature; at low temperature they are noisier. *Try:* measure the variance over single rows
# for each temperature; compare with the score-function estimator for the same reward.

# %%
# A free cell, for your own experiments.

# %% [markdown]
# ## The end
#
# You have seen what PyTorch's autograd is: your `Var`, with tensors for numbers, a version counter that watches over the values it has kept,
# and a set of rules for every operation. You know how to make it stumble, and how to see that it has. And you can send a gradient through
# a random number. The cell below lists what is done and what is still open. Then save the notebook and hand it in.

# %% show="summary"
summary()
