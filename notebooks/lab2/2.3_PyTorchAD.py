# The text master of a notebook, with solutions and hidden tests: never publish it.

# %% [markdown]
# # 2.3 Automatic differentiation in PyTorch
#
# PyTorch is a very large and very fast version of the `Value` that you wrote at the end of 2.2. In this notebook you find out what
# it does behind your back, break it on purpose and repair it, teach it an operation of your own, and finally do something that
# looks impossible: differentiate through a random number.
#
# **Time:** the core, sections 1 to 9, takes about 75 minutes and carries all 35 points, 2 of them for a short written answer.
# After it comes *Further*: five sections, 91 minutes in all, checked in the same way, but not counted towards your mark.
#
# **How it works.** Run the cells from top to bottom. Where it says *Your task*, replace the line that raises
# `NotImplementedError`; the cell below checks your answer. No section needs an earlier one to be right: if you are stuck, move on.

# %% checker=true

# %% locked="tools" fold="Tools: run this cell. It holds what the checks use to look at tensors; you need not read it."
import contextlib
import math
from unittest import mock

import torch


def unquoted(function):
    """Let no message quote a line of this function: it counts as one of the checker's."""
    function.__code__ = function.__code__.replace(co_filename=task.__enter__.__code__.co_filename)
    return function


@unquoted
def value_and_grads(f, *inputs, constants=(), weights=None):
    """Make a leaf of each input, call f on them and go backwards: the value of f and the gradient for each input.

    Everything comes back as plain numbers or lists. Where no gradient arrives, it is 0.
    """
    leaves = [torch.tensor(entry, dtype=torch.float64, requires_grad=True) for entry in inputs]
    before = [leaf.detach().clone() for leaf in leaves]
    result = f(*leaves, *constants)
    name = getattr(f, "__name__", "the function")
    name = "forward" if name == "apply" else name  # of a Function, whose forward the answer is
    if result is None:
        raise CheckFailed(f"{name} returns None. Is a `return` missing?")
    if not isinstance(result, torch.Tensor):
        raise CheckFailed(
            f"{name} should return a tensor, but returns a {type(result).__name__}: no graph leads through it."
        )
    seeds = torch.tensor(1.0 if weights is None else weights, dtype=result.dtype)
    if result.shape != seeds.shape:
        want, came = (str(tuple(shape)) if shape else "() (a single number)" for shape in (seeds.shape, result.shape))
        raise CheckFailed(f"{name} should return a tensor of shape {want}, but its shape is {came}.")
    given = seeds.clone()
    if result.requires_grad:
        result.backward(seeds)
    if not torch.equal(seeds, given):
        raise CheckFailed(
            f"the gradient that arrives, {given.tolist()}, is changed in place to {seeds.tolist()}, and others may still need it: "
            "return a new tensor."
        )
    for leaf, was in zip(leaves, before):
        if not torch.equal(leaf.detach(), was):
            raise CheckFailed(
                f"{name} changes the tensor that it was given, from {was.tolist()} to {leaf.tolist()}. "
                "The caller's tensor has to stay as it was: work on a copy that is part of the graph."
            )
    grads = [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in leaves]
    return result.tolist(), [grad.tolist() for grad in grads]


@unquoted
def watch(function, *arguments):
    """Call function(*arguments) and say what came, how many passes autograd made, and how often the functions among the
    arguments were called."""
    doors = (torch.autograd, "backward"), (torch.autograd, "grad"), (torch.func, "jvp"), (torch.func, "jacfwd")
    watched = [
        mock.Mock(wraps=part) if callable(part) and not isinstance(part, torch.Tensor) else part for part in arguments
    ]
    with contextlib.ExitStack() as stack:
        passes = [
            stack.enter_context(mock.patch.object(module, name, wraps=getattr(module, name))) for module, name in doors
        ]
        result = untouched(function, *watched)
    calls = [part for part in watched if isinstance(part, mock.Mock)]
    return result, sum(door.call_count for door in passes), sum(part.call_count for part in calls)


@unquoted
def watch_for_matrix(function, *arguments):
    """What watch says, and whether torch was asked for a whole matrix of derivatives."""
    doors = (torch.func, "hessian"), (torch.autograd.functional, "hessian"), (torch.autograd.functional, "jacobian")
    with contextlib.ExitStack() as stack:
        asked = [
            stack.enter_context(mock.patch.object(module, name, wraps=getattr(module, name))) for module, name in doors
        ]
        watched = watch(function, *arguments)
    return *watched, any(door.called for door in asked)


@unquoted
def value_as_one_node(function, *inputs):
    """The value of a torch.autograd.Function at these inputs, where it makes one node of its own right above them."""
    if not (isinstance(function, type) and issubclass(function, torch.autograd.Function)):
        raise CheckFailed("the class is not a torch.autograd.Function: leave its first line as it was.")
    name = function.__name__
    leaves = [torch.tensor(entry, dtype=torch.float64, requires_grad=True) for entry in inputs]
    result = function.apply(*leaves)
    if result is None:
        raise CheckFailed("forward returns None. Is a `return` missing?")
    if not isinstance(result, torch.Tensor):
        raise CheckFailed(f"forward should return a tensor, but returns a {type(result).__name__}.")
    node = type(result.grad_fn).__name__
    if node != f"{name}Backward":
        raise CheckFailed(
            f"the last node of the graph is {node}, expected {name}Backward: the gradients are PyTorch's own, from the operations one "
            "by one, and not your backward's. Keep the apply that the class inherits."
        )
    below = [type(node).__name__ for node, _ in result.grad_fn.next_functions]
    if below != ["AccumulateGrad"] * len(leaves):
        raise CheckFailed(
            f"the node {name}Backward leads to {', '.join(below)}, and not straight to its {len(leaves)} arguments: PyTorch has done a "
            "part of the work. Compute everything in forward, and all gradients in backward."
        )
    return result.tolist()


@unquoted
def backward_of(node, *inputs, upstream):
    """What the backward of a Function returns for an upstream gradient: for each input its shape and entries, or None."""
    leaves = [torch.tensor(entry, dtype=torch.float64, requires_grad=True) for entry in inputs]
    result = node.apply(*leaves)  # kept alive: with it would go what its node has saved
    if result is None:
        raise CheckFailed("forward returns None. Is a `return` missing?")
    returned = untouched(node.backward, result.grad_fn, torch.tensor(upstream, dtype=torch.float64))
    if returned is None and len(inputs) > 1:
        raise CheckFailed("backward returns None. Is a `return` missing?")
    if isinstance(returned, list):
        raise CheckFailed("backward returns a list, which PyTorch counts as one gradient: put commas between the gradients.")
    parts = returned if isinstance(returned, tuple) else (returned,)
    return [None if part is None else (list(part.shape), part.tolist()) for part in parts]


@unquoted
def passes_gradcheck(f, *inputs):
    """Whether torch.autograd.gradcheck agrees with the gradients of f at these inputs."""
    leaves = [torch.tensor(entry, dtype=torch.float64, requires_grad=True) for entry in inputs]
    return torch.autograd.gradcheck(f, leaves, raise_exception=False)


# %% show="drawing" fold="Drawing: run this cell. It draws the figures; you need not read it."
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


def show_with_caption(picture, caption):
    """Show a picture in HTML with its caption below it."""
    style = f"color:{GREY};font-size:90%;max-width:640px;margin:0.4em 0 0.8em"
    display(
        {
            "text/html": f'<figure style="margin:0">{picture}<figcaption style="{style}">{html.escape(caption)}</figcaption></figure>',
            "text/plain": caption,
        },
        raw=True,
    )


def show_figure(figure, alternative, caption):
    """Show a matplotlib figure as SVG, with a text alternative and a caption."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight")
    plt.close(figure)
    data = base64.b64encode(buffer.getvalue()).decode()
    picture = f'<img style="max-width:100%;background:none" alt="{html.escape(alternative)}" src="data:image/svg+xml;base64,{data}">'
    show_with_caption(picture, caption)


def show_graph(nodes, edges, alternative, caption, width=640, height=200):
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
    picture = (
        f'<svg role="img" aria-label="{html.escape(alternative)}" viewBox="0 0 {width} {height}" '
        f'style="max-width:{width}px;width:100%" font-family="sans-serif" font-size="14">{"".join(parts)}</svg>'
    )
    show_with_caption(picture, caption)


# %% [markdown] section="The same example, in tensors" minutes=2
# ## 1. The same example, in tensors (2 minutes)
#
# Here is the running example for the third time: $z = xy + \sin x$ at $x = 0.5$, $y = 4.2$. A tensor that you create with
# `requires_grad=True` is a *leaf*: PyTorch records every operation on it. You write ordinary arithmetic, and the graph
# grows by itself.

# %%
x = torch.tensor(0.5, requires_grad=True)
y = torch.tensor(4.2, requires_grad=True)
z = x * y + torch.sin(x)

print(z)
print("the last node:  ", z.grad_fn)
for node, _ in z.grad_fn.next_functions:
    print("its operands:   ", node)

z.backward()
print("dz/dx:", x.grad.item(), "   y + cos x =", 4.2 + math.cos(0.5))
print("dz/dy:", y.grad.item(), "   x         =", 0.5)

# %% [markdown]
# `grad_fn` is the node that made `z`, an addition; its `next_functions` are the nodes of its operands. The arrows run from each result to its operands, as in your `Value`; those of your `Var` ran the
# other way, to the users. So nothing points *to* `z`: when `z` is dropped, its graph goes with it.
#
# `z.backward()` does what the `backward()` of your `Value` did: it seeds the output with 1, visits the nodes in topological
# order, and leaves the results in `.grad` of the leaves.
#
# Six lines to come back to:
#
# | you write | you get |
# | :--- | :--- |
# | `x = torch.tensor(0.5, requires_grad=True)` | a leaf, made once; give it floats (`0.5`, not `1`) |
# | `z.backward()` | one backward pass; without its brackets, `z.backward` does nothing, and nobody complains |
# | `x.grad` | a tensor, or `None` if no backward pass has reached `x` yet |
# | `x.grad.item()`, `x.grad.tolist()` | a Python float (from a single number); a list (from any tensor) |
# | `x.grad = None` | `x.grad` emptied, at any time; `x.grad.zero_()` fails while it is still `None` |
# | `dtype=torch.float64` | about 16 digits; without it, tensors of floats have 32 bits and about 7 digits |

# %% [markdown] section="A program with a loop" minutes=6
# ## 2. A program with a loop (6 minutes)
#
# The graph is recorded while the program runs. PyTorch therefore does not care about loops, branches or function calls: it
# sees only the operations that were actually carried out. In 2.2 you differentiated this algorithm by hand and with `Var`:
#
# > start with $z = 1$; for $i = 0, 1$ replace $z$ by $(z + i)\,x\,x$.

# %% [markdown]
# **Your task (3 points).** Write `loop_slope(x0, rounds)`. It carries out that many rounds of this loop ($i = 0, 1, \dots,$
# `rounds` $- 1$) in PyTorch, starting from a leaf with the value `x0`, makes one backward pass, and returns $dz/dx$ at
# $x = $ `x0` as a float. The number of rounds decides how long the graph becomes; your code need not know it in advance.


# %% answer="loop-anywhere"
def loop_slope(x0, rounds):
    """The derivative of z after so many rounds of the loop, at x = x0, as a float."""
    ### BEGIN SOLUTION
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    z = 1
    for i in range(rounds):
        z = (z + i) * x * x
    z.backward()
    return x.grad.item()
    ### END SOLUTION


# %% item="loop-anywhere" points=3
#@title Checks of loop_slope
def check_loop_slope(x0, rounds):
    """Compare loop_slope with central differences of the same loop on floats, and of its usual variants."""

    def derivative(loop_rounds, start=0, at=x0, factors=2, stuck=False):
        def loop_on_floats(t):
            total = 1.0
            for k in range(start, start + loop_rounds):
                total = (total + (start if stuck else k)) * t**factors
            return total

        return slope(loop_on_floats, at), loop_on_floats(at)

    got, passes, _ = watch(loop_slope, x0, rounds)
    if got is None:
        raise CheckFailed(
            "loop_slope returns None. Either a `return` is missing, or the .grad that you return is None: because no backward "
            "pass has been made (`z.backward` without brackets calls nothing, `z.backward()` does), or because it is not the leaf's.",
            got="None",
        )
    want, final = derivative(rounds)
    before, last_but_one = derivative(rounds - 1)
    expect(
        got,
        want,
        at=f"x0 = {x0:.4g}, rounds = {rounds}",
        what="loop_slope",
        mistakes={
            "z is returned instead of its derivative": final,
            "rounds is ignored and there are always two": derivative(2)[0],
            "the loop runs one round too many": derivative(rounds + 1)[0],
            "the loop runs one round too few" + ", or the brackets of (z + i) are missing" * (rounds == 2): before,
            "the brackets of (z + i) are missing": 2 * x0 * sum(range(rounds)),
            "i starts at 1, and there is one round too few": derivative(rounds - 1, start=1)[0] if rounds > 1 else want,
            "a new leaf is made in each round (or z is detached there), so that only the last round counts": (
                (last_but_one + rounds - 1) * slope(lambda t: t * t, x0)
            ),
            "x0 is ignored and x is always 0.5": derivative(rounds, at=0.5)[0],
            "i starts at 1": derivative(rounds, start=1)[0] if rounds > 2 else want,
            "backward is called twice and its results have added up" + ", or i starts at 1" * (rounds < 3): 2 * want,
            "backward is called inside the loop, and the gradients of all rounds have added up": sum(
                derivative(count)[0] for count in range(1, rounds + 1)
            ),
            "i does not grow inside the loop": derivative(rounds, stuck=True)[0],
            "each round multiplies by x once instead of twice": derivative(rounds, factors=1)[0],
        },
        tol=2e-5,
    )
    if not passes:
        raise CheckFailed("the number is right, but no backward pass was made: here PyTorch should find it.")


with task("loop-anywhere") as check:
    with check(
        "two rounds at 0.6",
        1,
        hint=("one leaf before the loop, one backward() after it", "x0 goes into the leaf, rounds into the loop's end"),
    ):
        check_loop_slope(0.6, 2)
    with check(
        "four rounds at 0.7",
        0.5,
        hint=("the first number of rounds was 2, this one is 4", "nothing may be fixed to x = 0.5 or to two rounds"),
    ):
        check_loop_slope(0.7, 4)
    ### BEGIN HIDDEN TESTS
    with check(
        "other points and lengths", 1.5, hint="nothing in the function may be fixed to x = 0.5 or to two rounds"
    ):
        for rounds_asked in (2, 4, 1, 3):
            check_loop_slope(random.uniform(0.6, 1.4), rounds_asked)
    ### END HIDDEN TESTS

# %% [markdown] section="What is tracked" minutes=9
# ## 3. What is tracked, and what is not (9 minutes)
#
# Leaves are the tensors that you made; the results computed from them are not leaves. Only leaves get a `.grad`: an intermediate
# result passes its gradient on and forgets it (unless you have called its `retain_grad()`).

# %%
x = torch.tensor(0.5, requires_grad=True)
c = torch.tensor(4.2)
a = x * c
z = a + torch.sin(x)
z.backward()
for name, tensor in {"x": x, "c": c, "a": a, "z": z}.items():
    grad = tensor.grad if tensor.is_leaf else "(not kept)"
    print(f"{name}: is_leaf {tensor.is_leaf!s:<6} requires_grad {tensor.requires_grad!s:<6} grad {grad}")

# %% [markdown]
# `requires_grad` spreads: a result requires a gradient as soon as one of its operands does. And on a leaf it is a *switch* that
# you can turn at any time, with `leaf.requires_grad_(False)` or `leaf.requires_grad = False`. That is how one *freezes* a
# parameter, for instance to train only the last layer of a network: no gradient is computed for it, and its `.grad` stays `None`.

# %% [markdown]
# **Your task (2 points).** Write `freeze(parameters, names)`. `parameters` is a dictionary from names to leaf tensors, `names` is a
# list of some of those names. After the call, the leaves that are named are frozen and *all others can be trained* (even if
# they were frozen before). Change the leaves that you are given, not copies. Return the list of the names that can be trained,
# in the dictionary's order.


# %% answer="frozen"
def freeze(parameters, names):
    """Freeze the leaves that are named, make the others trainable, and return the names of the others."""
    ### BEGIN SOLUTION
    for name, leaf in parameters.items():
        leaf.requires_grad_(name not in names)
    return [name for name in parameters if name not in names]
    ### END SOLUTION


# %% locked="frozen-tools" fold="Tools for the next check: run this cell; you need not read it."
@unquoted
def after_freezing(freeze, values, names, frozen_before):
    """Call freeze on leaves with these values, then go backwards through the sum of their cubes.

    Returns what freeze returned and, for each leaf, what became of it: its gradient, or "None" if it has none.
    """
    leaves = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=name not in frozen_before)
        for name, value in values.items()
    }
    given = dict(leaves)
    returned = freeze(leaves, list(names))
    if any(leaves.get(name) is not leaf for name, leaf in given.items()):
        raise CheckFailed("freeze puts other tensors into the dictionary: switch the leaves that are there.")
    total = sum(leaf**3 for leaf in given.values())
    if total.requires_grad:
        total.backward()
    return returned, ["None" if leaf.grad is None else leaf.grad.item() for leaf in given.values()]


# %% item="frozen" points=2
#@title Checks of freeze
def check_freeze(values, names, frozen_before):
    """Compare the gradients that arrive after freeze, and the names that it returns."""
    before = f", and {' and '.join(frozen_before)} frozen before the call" if frozen_before else ""
    at = f"leaves {', '.join(values)}, names = {names}{before}"
    returned, grads = after_freezing(freeze, values, names, frozen_before)
    for (name, value), grad in zip(values.items(), grads):
        if name in names and grad != "None":
            raise CheckFailed(
                f"{name} should be frozen, but its .grad is {grad:.4g} after a backward pass ({at}).",
                inputs=at,
                got=f"{grad:.4g}",
                expected="None",
            )
        if name not in names and grad == "None":
            why = (
                "it was frozen before the call, and nobody has turned its switch back on"
                if name in frozen_before
                else ("freeze has frozen it as well")
            )
            raise CheckFailed(
                f"{name} should be trainable, but its .grad is None after a backward pass ({at}): {why}.",
                inputs=at,
                got="None",
            )
        if name not in names:
            expect(grad, slope(lambda t: t**3, value), at=at, what=f"the gradient of {name}", tol=1e-5)
    if returned is None:
        raise CheckFailed(
            "freeze returns None: it should return the list of the names that can be trained.", got="None"
        )
    if type(returned) is not list or any(type(name) is not str for name in returned):
        raise CheckFailed("freeze should return a list of names, which are strings.", inputs=at)
    rest = [name for name in values if name not in names]
    if returned != rest:
        mistake = " These are the frozen ones." if sorted(map(str, returned)) == sorted(names) else ""
        raise CheckFailed(f"freeze returns {returned}, expected {rest} ({at}).{mistake}", inputs=at)


with task("frozen") as check:
    with check(
        "one of five",
        0.5,
        hint=(
            "some leaf's switch does not stand as it should",
            "leaf.requires_grad_(True or False) turns the switch of one leaf",
        ),
    ):
        check_freeze({"w": 0.5, "b": 4.2, "c": -1.5, "a": 1.2, "s": 0.8}, ["b"], [])
    with check(
        "one that was frozen before",
        0.5,
        hint=("each leaf ends up in one of two states, whatever it was before", "turn every switch, on or off"),
    ):
        check_freeze({"w": 0.5, "b": 4.2, "c": -1.5}, ["w"], ["c"])
    ### BEGIN HIDDEN TESTS
    with check("others", 1, hint="turn every leaf's switch: off if it is named, on if not"):
        check_freeze({"u": random.uniform(1.5, 3.0), "v": random.uniform(-3.0, -1.5)}, ["u"], [])
        check_freeze({key: random.uniform(1.2, 2.0) for key in "prqtsvu"}, ["s", "q"], ["p", "q"])
        check_freeze({key: random.uniform(1.2, 2.0) for key in ("m", "n")}, [], ["m", "n"])
    ### END HIDDEN TESTS

# %% [markdown]
# Sometimes it is not a leaf but one *use* of a value that should not be differentiated: a target, a baseline, a
# normalising factor. `b.detach()` is a tensor with the value of `b` and without its past. To the graph it is a constant:
# backwards, nothing passes.

# %% show="detach-picture" fold="A figure: the graph with a cut in it"
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
    "The graph of z = x y + sin x, with arrows from z on the right to x and y on the left. One way leads from z through "
    "a = x y, with weight y to x and weight x to y. The other leads from z to the detached copy of b = sin x and ends there: "
    "the arrow from the copy to b is dashed and labelled 'cut'.",
    "Arrows point from results to operands, the way that gradients travel. The detached copy of b has no arrow to b, "
    "so that cos x never reaches x.",
    height=200,
)

# %% [markdown]
# **Your task (2 points).** Write `half_tracked(x, y)`. It is given two tensors and returns $z = xy + \sin x$, with the right value,
# but as if $\sin x$ were a constant: the gradient for `x` is then $y$ alone, and the one for `y` is still $x$.


# %% answer="detach"
def half_tracked(x, y):
    """x y + sin x, with no gradient through the sine."""
    ### BEGIN SOLUTION
    return x * y + torch.sin(x).detach()
    ### END SOLUTION


# %% item="detach" points=2
#@title Checks of half_tracked
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
    through_sine = slope(math.sin, x0)
    expect(
        grads,
        [y0, x0],
        at=at,
        what="the pair dz/dx, dz/dy",
        mistakes={
            "nothing is cut": [y0 + through_sine, x0],
            "everything is cut, so that no gradient arrives at all": [0.0, 0.0],
            "x is detached in the product as well": [0.0, x0],
            "the product is cut instead of the sine": [through_sine, 0.0],
            "x is detached in the product instead of in the sine": [through_sine, x0],
            "y is detached too": [y0, 0.0],
        },
        tol=1e-5,
    )


with task("detach") as check:
    with check(
        "at x = 0.5, y = 4.2",
        1,
        hint=("which of the two ways to x should be cut?", "detach the sine, and only the sine"),
    ):
        check_half_tracked(0.5, 4.2)
    ### BEGIN HIDDEN TESTS
    with check("at other points", 1, hint="detach the sine, and only the sine"):
        for _ in range(2):
            check_half_tracked(random.uniform(0.7, 2.5), random.uniform(-3.5, -1.5))
    ### END HIDDEN TESTS

# %% [markdown] section="Several outputs" minutes=6
# ## 4. Several outputs (6 minutes)
#
# A backward pass answers one question: how does *this number* depend on all inputs? If there are two outputs,
#
# $$f_1 = 2x + \sin x, \qquad f_2 = 4x + \cos x,$$
#
# you have to seed them both, as you did in 2.2. So `backward()` without an argument is for a single number only (here with
# two simpler outputs):

# %%
x = torch.tensor(0.5, requires_grad=True)
f = torch.stack([2 * x, 3 * x])
try:
    f.backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# For a tensor of outputs you hand over the seeds, one *weight* for each output:
#
# $$\texttt{f.backward(u)} \quad\text{adds}\quad u_1 \frac{df_1}{dx} + u_2 \frac{df_2}{dx} \quad\text{to}\quad \texttt{x.grad}.$$
#
# That is a row vector times the Jacobian, a *vector-Jacobian product*. It costs one pass, however many outputs there are,
# and gives one combination of their derivatives.

# %% [markdown]
# **Your task (3 points).**
#
# - `outputs(x)` returns the two outputs $2x + \sin x$ and $4x + \cos x$ as *one* tensor of shape `(2,)`. `torch.stack` puts
#   tensors together and keeps the graph; `torch.tensor([...])` would make a new leaf and lose it.
# - `weighted_slope(x0, u)` returns $u_1\,df_1/dx + u_2\,df_2/dx$ at $x = $ `x0` as a float, from a backward pass; `u` is a list
#   of two floats.


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


# %% item="weighted-outputs" points=3
#@title Checks of outputs and weighted_slope
def two_outputs(t):
    """The two outputs on floats."""
    return 2 * t + math.sin(t), 4 * t + math.cos(t)


def check_outputs(x0, u):
    """Value and weighted gradient of outputs."""
    value, grads = value_and_grads(outputs, x0, weights=u)
    at = f"x = {x0:.4g}"
    first, second = two_outputs(x0)
    swapped = {"the two outputs are in the wrong order": [second, first]}
    expect(value, [first, second], at=at, what="outputs(x)", mistakes=swapped, tol=1e-5)
    parts = [slope(lambda t, k=k: two_outputs(t)[k], x0) for k in (0, 1)]
    expect(
        grads[0],
        u[0] * parts[0] + u[1] * parts[1],
        at=at + f", weights {u[0]:.4g} and {u[1]:.4g}",
        what="the gradient through outputs",
        mistakes={
            "the graph is cut (by torch.tensor([...]), .item() or .detach())": 0.0,
            "no gradient passes through the second output": u[0] * parts[0],
            "no gradient passes through the first output": u[1] * parts[1],
        },
        tol=1e-5,
    )


def check_weighted_slope(x0, u):
    """Compare weighted_slope with central differences of the weighted outputs."""
    got, passes, _ = watch(weighted_slope, x0, u)
    if got is None:
        raise CheckFailed(
            "weighted_slope returns None. Either a `return` is missing, or the .grad that you return is None: because `backward` was "
            "named without being called, or because it is not the leaf's (the outputs, for instance, keep none).",
            got="None",
        )
    parts = [slope(lambda t, k=k: two_outputs(t)[k], x0) for k in (0, 1)]
    want = u[0] * parts[0] + u[1] * parts[1]
    expect(
        got,
        want,
        at=f"x0 = {x0:.4g}, u = [{u[0]:.4g}, {u[1]:.4g}]",
        what="weighted_slope",
        mistakes={
            "both weights are 1": sum(parts),
            "the weights are in the wrong order": u[1] * parts[0] + u[0] * parts[1],
            "only the first output is used": u[0] * parts[0],
            "only the second output is used": u[1] * parts[1],
            "the outputs are weighted, but not differentiated": sum(w * f for w, f in zip(u, two_outputs(x0))),
            "the weights are normalised or averaged": want / 2,
            "backward is called twice": 2 * want,
        },
        tol=1e-5,
    )
    if not passes:
        raise CheckFailed("the number is right, but no backward pass was made: here PyTorch should find it.")


with task("weighted-outputs") as check:
    with check(
        "outputs at 0.5",
        0.5,
        hint=("one tensor, of shape (2,), with a graph behind it", "torch.stack([first, second]) keeps the graph"),
    ):
        check_outputs(0.5, [1.0, 2.0])
    with check(
        "weighted_slope at 0.5",
        1,
        hint=("a new leaf, the outputs, one pass", "backward takes the weights, as a tensor"),
    ):
        check_weighted_slope(0.5, [3.0, -1.0])
    ### BEGIN HIDDEN TESTS
    with check("outputs elsewhere", 0.5, hint="2x + sin x first, 4x + cos x second"):
        check_outputs(random.uniform(0.8, 2.4), [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)])
    with check("weighted_slope elsewhere", 1, hint="hand u to backward as it is"):
        for _ in range(2):
            check_weighted_slope(random.uniform(0.8, 2.4), [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)])
    ### END HIDDEN TESTS

# %% [markdown] section="Going downhill" minutes=7
# ## 5. Going downhill (7 minutes)
#
# In reverse mode a variable that is used twice gets the *sum* of what comes back along both ways. PyTorch takes this
# literally: `backward` never sets `.grad`, it always *adds* to it, even from one call to the next. Predict the three lines:

# %%
x = torch.tensor(0.5, requires_grad=True)
for call in (1, 2, 3):
    z = x * x
    z.backward()
    print(f"after call {call}: x.grad = {x.grad.item()}   (dz/dx is 1.0 each time)")

# %% [markdown]
# For one big sum that is computed in pieces this is just right. For separate questions, `.grad` has to be emptied before
# each new one. That matters for the use that made AD famous: to make a number small, step against its gradient, again and again,
#
# $$x \leftarrow x - \eta\, \nabla f(x).$$
#
# Each step has four parts:
#
# 1. compute `f(x)`, which builds a new graph;
# 2. `backward()`, which *adds* to `x.grad`;
# 3. move `x` without recording the move: inside `with torch.no_grad():`, by `x -= ...`, which keeps the leaf (`x = x - ...` would
#    put a new tensor, without a graph, in its place; older code writes `x.data -= ...`);
# 4. empty `x.grad`.


# %% locked="bowl"
def bowl(x):
    """The sum of the squares of the entries of x."""
    return (x * x).sum()


# %% [markdown]
# **Your task (4 points).** Write `descend(start, rate, steps)`. It makes one leaf from the list `start`, takes that many
# steps of gradient descent on `bowl` with learning rate `rate`, and returns where it ends, as a list of floats
# (`x.tolist()`).


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


# %% item="descent" points=4
#@title Checks of descend
def check_descend(start, rate, steps):
    """Compare with the same number of steps by central differences, and with the usual mistakes."""

    def end(keep=0.0, sign=1.0, scale=1.0, pace=rate, count=steps):
        places, momenta = list(start), [0.0] * len(start)
        for _ in range(count):
            momenta = [keep * m + scale * slope(lambda t: t * t, p) for m, p in zip(momenta, places)]
            places = [p - sign * pace * m for p, m in zip(places, momenta)]
        return places

    at = f"start = [{', '.join(f'{p:.4g}' for p in start)}], rate = {rate:.3g}, steps = {steps}"
    got, passes, _ = watch(descend, start, rate, steps)
    if type(got).__name__ == "Tensor":
        raise CheckFailed(
            f"descend returns a tensor of shape {tuple(got.shape)}, expected a list of {len(start)} floats: "
            "x.tolist() makes one.",
            inputs=at,
        )
    expect(
        got,
        end(),
        at=at,
        what="descend",
        mistakes={
            "the old gradients are still in .grad at each step (it is never emptied)": end(keep=1.0),
            "the step goes uphill": end(sign=-1.0),
            "the factor 2 of the derivative is missing": end(scale=0.5),
            "one step too many is taken": end(count=steps + 1),
            "one step too few is taken": end(count=steps - 1),
            "only one step is taken": end(count=1),
            "x never moves": list(start),
            "the learning rate is ignored": end(pace=1.0),
            "the learning rate is 0.1 whatever is asked for": end(pace=0.1),
            "the gradient is returned instead of the point": [slope(lambda t: t * t, p) for p in end(count=steps - 1)],
        },
        tol=1e-4,
    )
    if passes < steps:
        raise CheckFailed(
            "the numbers are right, but you need one backward pass per step: let PyTorch find the gradient."
        )


with task("descent") as check:
    with check(
        "one step",
        0.5,
        hint=("the step goes against the gradient", "the step is not recorded, and x stays the leaf that it was"),
    ):
        check_descend([2.0, 1.0, 10.0], 0.1, 1)
    with check(
        "ten steps",
        1,
        hint=(
            "what is in x.grad when the next backward() comes?",
            "empty it at the end of each step, with x.grad = None",
        ),
    ):
        check_descend([2.0, 1.0, 10.0], 0.1, 10)
    with check(
        "another start and rate", 0.5, hint=("does every argument matter?", "use start, rate and steps as given")
    ):
        check_descend([-3.0, 0.5, 1.5], 0.25, 4)
    ### BEGIN HIDDEN TESTS
    with check("other starts, rates and lengths", 2, hint="use start, rate and steps; empty .grad after each step"):
        for steps_asked in (1, 3, 7):
            check_descend(
                [random.uniform(1.5, 4.0), random.uniform(-6.0, -2.0), random.uniform(2.0, 9.0)],
                random.uniform(0.12, 0.3),
                steps_asked,
            )
    ### END HIDDEN TESTS

# %% [markdown]
# In practice an *optimiser* does parts 3 and 4: `step()` moves its leaves under `no_grad`, `zero_grad()` empties their `.grad`. It
# ends where your own loop ends (to 7 digits, if your leaf has 32 bits):


# %%
def descend_with_sgd(start, rate, steps):
    leaf = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([leaf], lr=rate)
    for _ in range(steps):
        optimiser.zero_grad()
        bowl(leaf).backward()
        optimiser.step()
    return leaf.tolist()


with attempt():
    print("SGD:    ", descend_with_sgd([2.0, 1.0, 10.0], 0.1, 10))
    print("descend:", descend([2.0, 1.0, 10.0], 0.1, 10))


# %% show="descent-picture" fold="A figure: your descent with three learning rates"
def draw_descent(steps=25):
    rates = ((0.05, BLUE), (0.3, GREEN), (0.9, ORANGE))
    paths = [[descend([2.0, 1.0, 10.0], rate, count) for count in range(steps + 1)] for rate, _ in rates]
    figure, axes = plt.subplots(figsize=(7, 3.2))
    ends = []
    for (rate, colour), path in zip(rates, paths):
        values = [sum(p * p for p in point) for point in path]
        axes.semilogy(values, color=colour, marker="o", markersize=3, label=f"rate {rate}")
        ends.append(f"{values[-1]:.2g} for rate {rate}")
    axes.set_xlabel("steps")
    axes.set_ylabel("f(x)")
    axes.legend()
    words = f"The value of f after each of {steps} steps of your descend, on a logarithmic axis; at the end it is {', '.join(ends)}."
    show_figure(
        figure,
        words,
        words
        + " A step multiplies each entry of x by 1 - 2 rate: at rate 0.9 that is -0.8, and the point leaps across the minimum "
        "and back.",
    )


with attempt():
    draw_descent()

# %% [markdown] section="The error clinic" minutes=14
# ## 6. The error clinic (14 minutes)
#
# Six patients, a few lines each, of the kind that people write every day. Not all of them are ill. *Predict* what happens to
# each, then *see*. There are three possible outcomes:
#
# - `"error"`: Python stops with an exception, when the function runs or when we go backwards;
# - `"wrong"`: no complaint, but the result is wrong, or a gradient is wrong or missing;
# - `"right"`: it works.
#
# One hint: on the way back, a node may need its *inputs* (a product does), its *output* (the derivative of $e^x$ is $e^x$ again), or
# neither (a sum). PyTorch keeps what the node needs, and every tensor has a *version*: it counts the changes in place.


# %% locked="clinic"
def patient_softplus(x):
    """exp, plus one in place: log(1 + exp(x))."""
    e = torch.exp(x)
    e.add_(1)
    return torch.log(e)


def patient_parabola(x):
    """square, plus one in place: x squared plus 1."""
    y = x**2
    y.add_(1)
    return y


def patient_ask_twice(x0, y0):
    """second backward: dz/dx of our example, asked for twice."""
    x = torch.tensor(x0, requires_grad=True)
    z = x * y0 + torch.sin(x)
    z.backward()
    first = x.grad.item()
    z.backward()
    second = x.grad.item()
    return first, second


def patient_pair(x):
    """detached halfway: the two numbers x squared and sin x as one tensor."""
    square = x * x
    sine_of_x = torch.sin(x)
    return torch.tensor([square.item(), sine_of_x.item()], requires_grad=True)


def patient_energy(w):
    """leaf view: the sum of squares, after the first entry has been doubled."""
    w[0] *= 2
    return (w * w).sum()


def patient_cap(x, cap):
    """.data: exp(x), but never more than cap."""
    e = torch.exp(x)
    e.data.clamp_(max=cap)
    return e


# %% [markdown]
# **Your task (1 point, for predicting, whether right or wrong).** Read the six functions, then put `"error"`, `"wrong"` or
# `"right"` in place of each `None`. Do it before you run the cells below: a wrong guess that you have written down teaches more
# than a right answer that you have read.

# %% answer="clinic-predictions"
predictions = {
    "exp, plus one in place": None,
    "square, plus one in place": None,
    "second backward": None,
    "detached halfway": None,
    "leaf view": None,
    ".data": None,
}
### BEGIN SOLUTION
predictions = {
    "exp, plus one in place": "error",
    "square, plus one in place": "right",
    "second backward": "error",
    "detached halfway": "wrong",
    "leaf view": "error",
    ".data": "wrong",
}
### END SOLUTION


# %% item="clinic-predictions" points=1
#@title Checks of predictions (any guess counts)
def check_predictions():
    """Each patient has one of the three words, and not all have the same."""
    if type(predictions) is not dict:
        raise CheckFailed("predictions should be a dictionary, as it was given.")
    patients = (
        "exp, plus one in place",
        "square, plus one in place",
        "second backward",
        "detached halfway",
        "leaf view",
        ".data",
    )
    for patient in patients:
        if patient not in predictions:
            raise CheckFailed(f"there is no prediction for {patient!r}.")
        if predictions[patient] is None:
            raise NotImplementedError(patient)
        if type(predictions[patient]) is not str or predictions[patient] not in ("error", "wrong", "right"):
            word = repr(predictions[patient])[:30] if type(predictions[patient]) is str else "not a string"
            raise CheckFailed(f"the prediction for {patient!r} is {word}; it should be 'error', 'wrong' or 'right'.")
    if all(predictions[patient] == predictions[patients[0]] for patient in patients):
        raise CheckFailed("all six predictions are the same word; the patients are not all alike.")


with task("clinic-predictions") as check:
    with check(
        "a prediction for each of the six", 1, hint="any of the three words counts, whether it comes true or not"
    ):
        check_predictions()


# %% show="clinic-run" fold="Run the six patients, and compare with your predictions"
def reveal(case, experiment, right):
    """Run a patient without stopping the notebook, and set the outcome beside the prediction."""
    guess = globals().get("predictions", {}).get(case)
    if guess not in ("error", "wrong", "right"):
        print(f"{case}: predict first, then run this cell again.\n")
        return
    try:
        got = experiment()
    except RuntimeError as error:
        outcome, text = "error", f"RuntimeError: {str(error).split(' Hint')[0].split(' Specify')[0]}"
    else:
        outcome = "right" if got == right else "wrong"
        text = f"it gives {got}" + ("" if got == right else f", and should give {right}")
    print(f"{case}: you predicted {guess!r}, and it is {outcome!r}.\n    {text}\n")


reveal("exp, plus one in place", lambda: value_and_grads(patient_softplus, 0.5), None)
reveal("square, plus one in place", lambda: value_and_grads(patient_parabola, 3.0), (10.0, [6.0]))
reveal("second backward", lambda: patient_ask_twice(0.5, 4.2), None)
reveal("detached halfway", lambda: [round(value_and_grads(patient_pair, 0.5, weights=[1.0, 1.0])[1][0], 3)], [1.878])
reveal("leaf view", lambda: value_and_grads(patient_energy, [0.5, 4.2, 1.0]), None)
reveal(".data", lambda: value_and_grads(patient_cap, 3.0, constants=(10.0,)), (10.0, [0.0]))

# %% [markdown]
# The diagnoses:
#
# - **Exp, plus one in place.** `exp` keeps its output for the way back, and `add_` overwrites just that. PyTorch finds version 1 of
#   a tensor that it kept at version 0, and stops. That is a kindness.
# - **Square, plus one in place.** Healthy! The derivative of $x^2$ is $2x$: the power keeps its *input*, which nobody has touched.
#   Changing in place is harmless unless a node has kept that value.
# - **Second backward.** On its way back PyTorch throws away what the nodes had kept, to save memory, unless it is told
#   `retain_graph=True`.
# - **Detached halfway.** `.item()` turns a tensor into a number, and `torch.tensor([...])` turns numbers into a new leaf: `backward`
#   runs happily, but no way leads back to `x`. Whenever a gradient is `None` or 0 and should not be, look for `.item()`,
#   `torch.tensor(...)`, `.detach()`, `.data` and `.numpy()` between the input and the loss.
# - **Leaf view.** `w[0]` is not a copy but a *view*, a second name for the same memory. To change it is to change the leaf `w`: is "the
#   gradient with respect to `w`" then meant for the old one or for the new one?
# - **.data.** The same offence as in the first patient, and no error: a change through `.data` is not counted. Above the cap the
#   gradient should be 0; but `exp` finds 10 where it had kept its output, and takes that for its derivative.

# %% [markdown]
# **Your task (2 points).** Repair the first patient: write `softplus(x)`, which returns $\log(1 + e^x)$ with the right gradient, for a
# tensor `x` of any shape.


# %% answer="clinic-in-place"
def softplus(x):
    """log(1 + exp(x)), with its gradient."""
    ### BEGIN SOLUTION
    e = torch.exp(x)
    e = e + 1
    return torch.log(e)
    ### END SOLUTION


# %% item="clinic-in-place" points=2
#@title Checks of softplus
def check_softplus(xs):
    """Values and slopes of softplus, entry by entry."""
    value, grads = value_and_grads(softplus, xs, weights=[1.0] * len(xs))
    at = "x = [" + ", ".join(f"{x0:.4g}" for x0 in xs) + "]"

    def on_floats(t):
        return math.log(1 + math.exp(t))

    expect(value, [on_floats(t) for t in xs], at=at, what="softplus", mistakes={"the 1 is lost": list(xs)}, tol=1e-5)
    expect(
        grads[0],
        [slope(on_floats, t) for t in xs],
        at=at,
        what="the slope of softplus",
        mistakes={
            "the graph is cut on the way": [0.0] * len(xs),
            "the 1 was added behind autograd's back (.data): exp takes the changed output for its derivative": [1.0]
            * len(xs),
        },
        tol=1e-5,
    )


with task("clinic-in-place") as check:
    with check(
        "at 0.5 and -1",
        1,
        hint=("which tensor does exp keep for the way back?", "let the sum be a new tensor instead of changing e"),
    ):
        check_softplus([0.5, -1.0])
    ### BEGIN HIDDEN TESTS
    with check("at other points", 1, hint="let the sum be a new tensor instead of changing e"):
        check_softplus([random.uniform(0.8, 2.0), random.uniform(-2.0, -0.8), random.uniform(-0.5, 0.5)])
        check_softplus([random.uniform(0.8, 2.0)])
    ### END HIDDEN TESTS

# %% [markdown]
# **A question in words (2 points, marked by a person).** Back to the descent of section 5, two or three sentences. What goes wrong if
# its step is simply `x = x - rate * x.grad`, recorded like any other operation? And why is `torch.no_grad()` to be preferred to the
# older `x.data -= rate * x.grad`?

# %% [markdown] written="why-no-grad" points=2
# ### BEGIN SOLUTION
# After `x = x - rate * x.grad` the name `x` stands for the result of a subtraction and no longer for the leaf. Its `.grad` is
# `None` after the next `backward()`, so that the second step stops with "unsupported operand type(s) for *: 'float' and
# 'NoneType'"; and if the gradient were kept (`retain_grad`), the graph would go back through all earlier steps and grow for ever.
# `x -= rate * x.grad` is refused at once: a leaf that requires a gradient must not be changed in place by a recorded operation.
# The step is not part of the function whose gradient we want; it should change the value and nothing else. `.data` gives the bare value
# behind autograd's back: if a value that a backward pass still needs is overwritten, nobody notices, and the gradient is silently
# wrong. `torch.no_grad()` only says "do not record": the tensor's version counter still counts the change, so that the same
# misuse raises an error.
#
# Rubric: 1 point for what goes wrong with a recorded step. Any one of these is enough: x is no longer a leaf and its .grad is None; the
# second step stops with a TypeError about float * NoneType; the graph grows over all steps; the in-place error on a leaf; the
# step is not part of the function. 1 point for no_grad against .data: .data hides the change from autograd's version counter, so that
# wrong gradients go unnoticed, and no_grad keeps that check. Half a point for a right statement without its reason.
# ### END SOLUTION

# %% [markdown] section="A node of your own" minutes=15
# ## 7. A node of your own (15 minutes)
#
# A `torch.autograd.Function` is one node of the graph, with a rule that you write: `forward` computes the value; `backward` is given
# `upstream`, the gradient of the final result with respect to this node's output, and returns one gradient for each argument of
# `forward`: *already multiplied* by `upstream`, and of the shape of that argument. What `backward` needs is kept by
# `ctx.save_for_backward`, not as `ctx.x = x`: only then are changes in place noticed, and the memory freed in time. Here is the
# exponential, which keeps its output:


# %%
class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        e = torch.exp(x)
        ctx.save_for_backward(e)  # keeps tensors for the way back; returns nothing
        return e

    @staticmethod
    def backward(ctx, upstream):
        (e,) = ctx.saved_tensors  # what was saved, as a tuple
        return upstream * e


x = torch.tensor([0.0, 1.0], requires_grad=True)
e = Exp.apply(x)  # apply, not forward: it makes the node
e.backward(torch.tensor([1.0, 10.0]))
print(e.grad_fn, "  x.grad:", x.grad.tolist())

# %% [markdown]
# **Your task (3 points).** Make the whole running example, $z = xy + \sin x$, a single node. `x` and `y` are tensors of the same
# shape, and everything is meant entry by entry.


# %% answer="custom-function"
class ProductPlusSine(torch.autograd.Function):
    """x y + sin x as one node of the graph."""

    @staticmethod
    def forward(ctx, x, y):
        """The value; keeps what the way back needs."""
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


# %% item="custom-function" points=3
#@title Checks of ProductPlusSine
def check_node(xs, ys, u):
    """Value and gradients through ProductPlusSine.apply, weighted by u, against central differences."""
    at = f"x = {xs[0]:.4g}, y = {ys[0]:.4g}, upstream {u[0]:.4g}{f' (first of {len(xs)} entries)' * (len(xs) > 1)}"
    value, grads = value_and_grads(ProductPlusSine.apply, xs, ys, weights=u)
    value_at = [p * q + math.sin(p) for p, q in zip(xs, ys)]
    mistakes = {"sin y is added instead of sin x": [p * q + math.sin(q) for p, q in zip(xs, ys)]}
    expect(value, value_at, at=at, what="the value", mistakes=mistakes, tol=1e-5)

    def partials(f, weights=u):
        pairs = [slopes(f, [p, q]) for p, q in zip(xs, ys)]
        return [[w * pair[k] for w, pair in zip(weights, pairs)] for k in (0, 1)]

    dx, dy = partials(lambda p, q: p * q + math.sin(p))
    bare_dx, bare_dy = partials(lambda p, q: p * q + math.sin(p), [1.0] * len(u))
    mean = [sum(u) / len(u)] * len(u)
    mistakes = {
        "backward leaves out the gradient that arrives from above": [bare_dx, bare_dy],
        "backward returns the two gradients in the wrong order": [dy, dx],
        "the derivative of the sine has the wrong sign": [partials(lambda p, q: p * q - math.sin(p))[0], dy],
        "the derivative of the sine is missing": [partials(lambda p, q: p * q)[0], dy],
        "the product's part is missing": [partials(lambda p, q: math.sin(p))[0], dy],
        "the sine is not differentiated": [partials(lambda p, q: p * q - math.cos(p))[0], dy],
        "upstream multiplies only the first gradient": [dx, bare_dy],
        "upstream multiplies only the second gradient": [bare_dx, dy],
        "upstream is added where it should multiply": [
            [w + k for w, k in zip(u, bare_dx)],
            [w + k for w, k in zip(u, bare_dy)],
        ],
        "upstream has been averaged: every entry has an upstream gradient of its own": partials(
            lambda p, q: p * q + math.sin(p), mean
        ),
        "no gradient is returned for y": [dx, [0.0] * len(u)],
        "backward returns None for x and for y, as their .grad is there: it has to compute the two gradients itself": [
            [0.0] * len(u),
            [0.0] * len(u),
        ],
        "the gradient for y is y": [dx, [w * q for w, q in zip(u, ys)]],
        "the gradient for y is 1": [dx, list(u)],
        "upstream multiplies only one term of the gradient for x": [
            [w * q + a - q for w, q, a in zip(u, ys, bare_dx)],
            dy,
        ],
    }
    expect(grads, [dx, dy], at=at, what="the gradients, first for x, then for y,", mistakes=mistakes, tol=1e-5)
    value_as_one_node(ProductPlusSine, xs, ys)


def check_two_nodes(x, y, u):
    """The gradients where the node occurs twice in one graph: each has to keep what it needs for itself."""

    def twice(p, q):
        return ProductPlusSine.apply(ProductPlusSine.apply(p, q), q)

    def plain(p, q):
        inner = p * q + math.sin(p)
        return inner * q + math.sin(inner)

    _, grads = value_and_grads(twice, x, y, weights=u)
    expect(
        grads,
        [u * part for part in slopes(plain, [x, y])],
        at=f"x = {x:.4g}, y = {y:.4g}, upstream {u:.4g}",
        what="the gradients through apply(apply(x, y), y)",
        tol=1e-5,
    )


with task("custom-function") as check:
    with check(
        "value and gradients at two points",
        1.5,
        hint=(
            "backward returns two gradients, and each is a product of two things",
            "each gradient is upstream times the partial derivative with respect to that argument",
        ),
    ):
        check_node([0.5, 1.2], [4.2, -0.7], [1.0, 2.5])
        check_two_nodes(0.5, 1.2, 2.5)
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 1.5, hint="backward returns one gradient for each argument, each times upstream"):
        check_node(
            [random.uniform(0.6, 2.4) for _ in range(3)],
            [random.uniform(1.5, 3.5) for _ in range(3)],
            [random.uniform(-3.0, -1.5) for _ in range(3)],
        )
        check_node([random.uniform(-2.4, -0.6)], [random.uniform(-3.5, -1.5)], [random.uniform(1.5, 3.0)])
        check_two_nodes(random.uniform(0.6, 1.4), random.uniform(-1.5, -0.6), random.uniform(1.5, 3.0))
    ### END HIDDEN TESTS

# %% [markdown]
# **When shapes matter.** The workhorse of every network is the linear layer. A *batch* of $n$ inputs, the rows of $X$, becomes $n$
# outputs, the rows of
#
# $$Y = XW + b, \qquad X: n \times p, \quad W: p \times q, \quad b: q, \quad Y: n \times q.$$
#
# Written out, $Y_{ij} = \sum_k X_{ik} W_{kj} + b_j$. Let $G$ be the upstream gradient, $G_{ij} = \partial L / \partial Y_{ij}$, of the
# shape of $Y$. By the chain rule, the gradient with respect to any one number is the sum over all $i, j$ of $G_{ij}$ times the
# derivative of $Y_{ij}$ with respect to that number. Take $b_1$: it is added in *every row*, so its gradient is a sum over
# the batch. For $X$ and $W$ do the sums on paper and read them as products of matrices; often the shapes leave only one way
# to write them. (`A.T` is the transpose, `A @ B` the product, `A.sum(0)` the sum over the rows.)

# %% [markdown]
# **Your task (5 points).** Write the node `LinearLayer`. `backward` returns the gradients for `x`, `W` and `b`, *each of the shape
# of its argument*. (PyTorch would sum a gradient of shape $n \times q$ for $b$ without a word. Do not rely on that.)


# %% answer="linear-layer"
class LinearLayer(torch.autograd.Function):
    """x @ W + b as one node: x of shape (n, p), W of shape (p, q), b of shape (q,)."""

    @staticmethod
    def forward(ctx, x, W, b):
        """The outputs, of shape (n, q); keeps what the way back needs."""
        ### BEGIN SOLUTION
        ctx.save_for_backward(x, W)
        return x @ W + b
        ### END SOLUTION

    @staticmethod
    def backward(ctx, upstream):
        """The gradients for x, W and b, given that of the outputs, of shape (n, q)."""
        ### BEGIN SOLUTION
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream.sum(0)
        ### END SOLUTION


# %% item="linear-layer" points=5
#@title Checks of LinearLayer
def random_matrix(rows, columns):
    """Numbers away from 0, of both signs."""
    return [[random.choice((-1, 1)) * random.uniform(0.5, 2.0) for _ in range(columns)] for _ in range(rows)]


def sizes(x, W):
    """The shapes in words."""
    return f"x of shape ({len(x)}, {len(x[0])}) and W of shape ({len(W)}, {len(W[0])})"


def check_layer_value(x, W, b):
    """The outputs of LinearLayer."""
    value = value_as_one_node(LinearLayer, x, W, b)
    plain = [[sum(r * w for r, w in zip(row, column)) for column in zip(*W)] for row in x]
    mistakes = {
        "b is left out": plain,
        "b is subtracted": [[p - c for p, c in zip(row, b)] for row in plain],
    }
    want = [[p + c for p, c in zip(row, b)] for row in plain]
    expect(value, want, at=sizes(x, W), what="the value", mistakes=mistakes, tol=1e-5)


def check_layer_gradients(x, W, b, upstream):
    """What backward returns for x, W and b: first the shapes, then the numbers."""
    names, wanted_shapes = ("x", "W", "b"), ([len(x), len(W)], [len(W), len(b)], [len(b)])
    returned = backward_of(LinearLayer, x, W, b, upstream=upstream)
    at = sizes(x, W)
    if len(returned) != 3:
        raise CheckFailed(
            f"backward should return three gradients, for x, W and b, but returns {len(returned)}.", inputs=at
        )
    for name, shape, part in zip(names, wanted_shapes, returned):
        if part is None:
            raise CheckFailed(f"backward returns None for {name}.", inputs=at)
        if list(part[0]) != shape:
            why = ""
            if name == "b" and list(part[0]) == [len(x), len(b)]:
                why = " b is added in every row, so sum over the batch."
            elif list(part[0]) == shape[::-1]:
                why = " It is transposed."
            raise CheckFailed(
                f"backward returns a gradient of shape {tuple(part[0])} for {name}, which has shape {tuple(shape)} (at {at}).{why}",
                inputs=at,
                got=str(tuple(part[0])),
                expected=str(tuple(shape)),
            )
    shown = f"{at}, upstream of shape ({len(upstream)}, {len(upstream[0])})"

    def gradients(rows, matrix, seeds):
        leaves = [torch.tensor(entries, dtype=torch.float64, requires_grad=True) for entries in (rows, matrix, b)]
        (leaves[0] @ leaves[1] + leaves[2]).backward(torch.tensor(seeds, dtype=torch.float64))
        return [leaf.grad for leaf in leaves]

    wants = gradients(x, W, upstream)
    bare = gradients(x, W, [[1.0] * len(b)] * len(x))
    square, batch_is_wide = len(W) == len(b), len(x) == len(b)
    for k, (name, part) in enumerate(zip(names, returned)):
        mistakes = {
            "upstream is left out": bare[k].tolist(),
            "the mean over the batch is taken instead of the sum": (wants[k] / len(x)).tolist(),
            "it has the wrong sign": (-wants[k]).tolist(),
            "it is the argument itself": [x, W, b][k],
        }
        if square and name == "x":
            mistakes["W is not transposed"] = gradients(x, [list(column) for column in zip(*W)], upstream)[0].tolist()
        if square and name == "W":
            mistakes["it is transposed: upstream and x are in the wrong order"] = wants[1].T.tolist()
        if batch_is_wide and name == "b":
            mistakes["the sum goes over the outputs instead of over the batch"] = [sum(row) for row in upstream]
        expect(part[1], wants[k].tolist(), at=shown, what=f"the gradient for {name}", mistakes=mistakes, tol=1e-5)


def check_layer_of(rows, columns, width):
    """Values and gradients for random matrices, from so many columns to such a width."""
    vector = random_matrix(1, width)[0]
    check_layer_value(random_matrix(rows, columns), random_matrix(columns, width), vector)
    check_layer_gradients(
        random_matrix(rows, columns), random_matrix(columns, width), vector, random_matrix(rows, width)
    )


def check_by_gradcheck(x, W, b):
    """What torch's own check says."""
    check_layer_value(x, W, b)
    if not passes_gradcheck(LinearLayer.apply, x, W, b):
        raise CheckFailed("by finite differences, torch.autograd.gradcheck finds other gradients than your backward.")


with task("linear-layer") as check:
    with check(
        "the value, 4 rows from 2 to 3", 0.5, hint=("one line of matrices and one vector", "x @ W, plus b in each row")
    ):
        check_layer_value(random_matrix(4, 2), random_matrix(2, 3), [0.5, -1.0, 2.0])
    with check(
        "the gradients, 4 rows from 2 to 3",
        1.5,
        hint=(
            "each gradient has the shape of its argument",
            "write one entry as a sum, and read the sum as a product of matrices",
            "which of upstream, x and W can be multiplied, one of them transposed, so that the shape comes out?",
        ),
    ):
        check_layer_gradients(random_matrix(4, 2), random_matrix(2, 3), [0.5, -1.0, 2.0], random_matrix(4, 3))
    with check("gradcheck agrees", 0.5, hint="gradcheck compares apply's gradients with finite differences"):
        check_by_gradcheck(random_matrix(3, 2), random_matrix(2, 4), [0.5, -1.0, 2.0, 1.5])
    ### BEGIN HIDDEN TESTS
    with check("values and gradients of other shapes", 1.5, hint="nothing may depend on the sizes"):
        check_layer_of(5, 3, 2)
        check_layer_of(1, 2, 4)
        check_layer_of(3, 1, 2)
    with check(
        "where everything is square", 1, hint="when all shapes agree, only the sums tell which matrix is transposed"
    ):
        check_layer_of(3, 3, 3)
    ### END HIDDEN TESTS

# %% [markdown]
# PyTorch's own test for a node, `torch.autograd.gradcheck`, compares `backward` with finite differences, in double precision. Use it
# whenever you write a `Function`.


# %%
def gradcheck_nodes():
    def leaf(*shape):
        return torch.randn(*shape, dtype=torch.float64, requires_grad=True)

    for function, arguments in (
        (ProductPlusSine, [leaf(2), leaf(2)]),
        (LinearLayer, [leaf(4, 2), leaf(2, 3), leaf(3)]),
    ):
        with attempt():
            agrees = torch.autograd.gradcheck(function.apply, arguments, raise_exception=False)
            print(f"{function.__name__}: gradcheck {'passes' if agrees else 'fails'}")


gradcheck_nodes()

# %% [markdown] section="Derivatives of derivatives" minutes=6
# ## 8. Derivatives of derivatives (6 minutes)
#
# A backward pass is itself a computation: products and sums of tensors. With `create_graph=True` it is recorded too, and can be
# differentiated again. For this one uses `torch.autograd.grad(result, leaf)`, which *returns* the gradient (in a tuple, one entry
# for each leaf) and leaves `.grad` alone:

# %%
x = torch.tensor(3.0, requires_grad=True)
(first,) = torch.autograd.grad(x**3, x, create_graph=True)
(second,) = torch.autograd.grad(first, x)
print("x cubed at 3:  first derivative", first.item(), "  second derivative", second.item())

# %% [markdown]
# For $f$ of $n$ inputs the second derivatives form the Hessian $H$, with $n^2$ entries: $10^{12}$ of them for a network with a
# million weights, too many even to store. But Newton's method, and every method that asks how the gradient changes *along a direction* $v$,
# needs only the product $Hv$. That costs two passes and no matrix, because
#
# $$Hv = \nabla_x \bigl( \nabla f(x) \cdot v \bigr).$$


# %% locked="valley"
def valley(x):
    """A curved valley: (1 - x0)^2 + 5 (x1 - x0^2)^2, for a tensor of two entries."""
    return (1 - x[0]) ** 2 + 5 * (x[1] - x[0] ** 2) ** 2


def knot(x):
    """sin(x0 x1) + x1 x2^2, for a tensor of three entries."""
    return torch.sin(x[0] * x[1]) + x[1] * x[2] ** 2


# %% [markdown]
# **Your task (3 points).** Write `hessian_vector(f, x, v)`. `f` takes a tensor and returns a single number, `x` and `v` are lists of
# floats. Return $Hv$ at `x` as a list of floats. Call `f` once, and build no matrix.


# %% answer="hessian-vector"
def hessian_vector(f, x, v):
    """The Hessian of f at x times v, as a list of floats."""
    ### BEGIN SOLUTION
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    (product,) = torch.autograd.grad(gradient @ torch.tensor(v, dtype=torch.float64), leaf)
    return product.tolist()
    ### END SOLUTION


# %% item="hessian-vector" points=3
#@title Checks of hessian_vector
def valley_on_floats(p, q):
    """valley on floats."""
    return (1 - p) ** 2 + 5 * (q - p * p) ** 2


def knot_on_floats(p, q, r):
    """knot on floats."""
    return math.sin(p * q) + q * r * r


def check_hessian_vector(f, on_floats, x, v):
    """Compare with differences of gradients, themselves found by central differences."""

    def difference(direction, step):
        ahead = slopes(on_floats, [p + step * d for p, d in zip(x, direction)])
        behind = slopes(on_floats, [p - step * d for p, d in zip(x, direction)])
        return [(a - b) / (2 * step) for a, b in zip(ahead, behind)]

    def along(direction):
        coarse, fine = difference(direction, 4e-3), difference(direction, 2e-3)
        return [(4 * f - c) / 3 for f, c in zip(fine, coarse)]  # Richardson: the errors of order step squared cancel

    gradient, want = slopes(on_floats, x), along(v)
    axes_of_x = [[float(i == j) for j in range(len(x))] for i in range(len(x))]
    diagonal = [along(axis)[i] for i, axis in enumerate(axes_of_x)]
    got, passes, calls, built = watch_for_matrix(hessian_vector, f, x, v)
    at = f"{'valley' if len(x) == 2 else 'knot'}, x = [{', '.join(f'{p:.4g}' for p in x)}], v = [{', '.join(f'{p:.4g}' for p in v)}]"
    if type(got) is tuple and len(got) == 1:
        raise CheckFailed(
            "hessian_vector returns a tuple of one: torch.autograd.grad gives one entry for each leaf. Take it out, and make it a "
            "list with .tolist().",
            inputs=at,
        )
    if type(got).__name__ == "Tensor":
        raise CheckFailed(
            f"hessian_vector returns a tensor, expected a list of {len(x)} floats: .tolist() makes one.", inputs=at
        )
    expect(
        got,
        want,
        at=at,
        what="hessian_vector",
        mistakes={
            "this is the gradient": gradient,
            "this is the gradient times v, entry by entry": [g * p for g, p in zip(gradient, v)],
            "v is left out, as if all its entries were 1": along([1.0] * len(x)),
            "v multiplies only afterwards, entry by entry: the gradient has to be multiplied by v before the second pass": [
                h * p for h, p in zip(along([1.0] * len(x)), v)
            ],
            "only the diagonal of the Hessian is used": [d * p for d, p in zip(diagonal, v)],
            "the first gradient is still in .grad, and the second has been added to it": [
                g + h for g, h in zip(gradient, want)
            ],
            "v multiplies again at the end": [h * p for h, p in zip(want, v)],
            "v is returned": list(v),
        },
        tol=1e-4,
    )
    if calls > 1:
        raise CheckFailed(
            f"the numbers are right, but f was called {calls} times. A difference of two gradients has the error of its step; "
            "differentiate the gradient itself, through its graph.",
            inputs=at,
        )
    if built or passes > 3:  # torch's own hvp makes three
        raise CheckFailed(
            "the numbers are right, but the whole Hessian was built, which takes a pass for each of its rows: multiply the gradient "
            "by v first, and differentiate that single number once.",
            inputs=at,
        )


with task("hessian-vector") as check:
    with check(
        "valley at (0.4, 1.5)",
        1,
        hint=(
            "two passes: one for the gradient, one through the gradient",
            "the first pass needs create_graph=True; from which single number does the second one start?",
        ),
    ):
        check_hessian_vector(valley, valley_on_floats, [0.4, 1.5], [1.0, -2.0])
    with check(
        "knot, with three inputs", 0.5, hint=("f may have any number of inputs", "nothing is fixed to two entries")
    ):
        check_hessian_vector(knot, knot_on_floats, [0.5, 1.2, -0.7], [0.4, -1.0, 2.0])
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 1.5, hint="the gradient, times v, differentiated once more"):
        for _ in range(2):
            check_hessian_vector(
                valley,
                valley_on_floats,
                [random.uniform(-1.5, 1.5) for _ in range(2)],
                [random.uniform(1.2, 3.0), random.uniform(-3.0, -1.2)],
            )
            check_hessian_vector(
                knot,
                knot_on_floats,
                [random.uniform(0.5, 1.5) for _ in range(3)],
                [random.uniform(1.2, 3.0), random.uniform(-3.0, -1.2), random.uniform(0.3, 0.8)],
            )
    ### END HIDDEN TESTS

# %% [markdown] section="Gradients through chance" minutes=10
# ## 9. Gradients through chance (10 minutes)
#
# A program draws $z \sim \mathcal N(\mu, \sigma^2)$ and computes something from it. How does the result change with $\mu$ and
# $\sigma$? Calling a random generator is not an operation with a derivative: the graph ends there. So draw $\zeta \sim \mathcal N(0, 1)$, which depends on nothing, and compute
#
# $$z = \mu + \sigma \zeta .$$
#
# It has the same distribution; but now $z$ is an ordinary function of $\mu$ and $\sigma$. This is the *reparameterisation trick*.

# %% show="reparameterisation-picture" fold="A figure: the graph of a sample"
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
    "The graph of f(z) with z = mu + sigma zeta, with arrows from f(z) on the right to the left: f'(z) to z, from there with "
    "weight 1 to mu and with weight zeta to sigma. The arrow to zeta is dashed and labelled 'not needed'.",
    "The randomness comes in through ζ, where no gradient has to go. The other arrows carry ordinary derivatives.",
    height=220,
)

# %% [markdown]
# Take $\sigma = 1$ and $f(z) = z^2$, with $z = \theta + \zeta$. Then $E[z^2] = \theta^2 + 1$ has the derivative $2\theta$: we know the
# answer, and can watch estimators at work. From one sample it can be estimated in two ways.
#
# - **Pathwise:** differentiate through the sample, $\dfrac{d}{d\theta} f(\theta + \zeta)$.
# - **Score function:** leave $f$ alone and differentiate the probability: $f(z)\,\dfrac{\partial}{\partial\theta}\log p(z;\theta)$,
#   where $z$ is held fixed and $\log p(z; \theta) = -\frac12 (z - \theta)^2 + \text{const}$. Its average is right because
#   $\frac{\partial}{\partial\theta} \int f p\,dz = \int f\,\frac{\partial p}{\partial\theta}\,dz =
#   \int f \, \frac{\partial \log p}{\partial\theta}\, p\,dz$. No derivative of $f$ is needed: $f$ may have jumps.

# %% [markdown]
# **Your task (2 points).** Write `pathwise(theta, zeta)`. It is given a float and a tensor of noise, and returns a tensor of the same
# shape: for each sample *its own* estimate, without taking a mean. (Autograd, or pen and paper, as you like.)


# %% answer="pathwise"
def pathwise(theta, zeta):
    """For each sample the pathwise estimate of the derivative of E[z^2]."""
    ### BEGIN SOLUTION
    theta = torch.full_like(zeta, theta, requires_grad=True)
    z = theta + zeta
    (z * z).sum().backward()
    return theta.grad
    ### END SOLUTION


# %% item="pathwise" points=2
#@title Checks of pathwise
def as_tensor(entries):
    """A tensor in double precision."""
    return torch.tensor(entries, dtype=torch.float64)


def one_each(name, got, parts, at):
    """Refuse None, and a single number where there should be one estimate for each sample."""
    if got is None:
        raise CheckFailed(
            f"{name} returns None. Either a `return` is missing, or the .grad that you return is None: only a leaf gets one, and "
            "only from a backward pass.",
            inputs=at,
            got="None",
        )
    if type(got).__name__ == "Tensor" and got.shape == ():
        found, why = got.tolist(), ""
        if math.isclose(found, sum(parts), rel_tol=1e-4):
            why = " It is the sum of them all: one theta serves every sample. Give each sample a theta of its own."
        elif math.isclose(found, sum(parts) / len(parts), rel_tol=1e-4):
            why = " It is their mean."
        raise CheckFailed(
            f"{name} at {at} is a single number, expected one estimate for each of the {len(parts)} samples.{why}", inputs=at
        )


def check_pathwise(theta, noise):
    """Each estimate is a derivative along the path of one sample, found here by central differences."""
    z = [theta + n for n in noise]
    paths = [slope(lambda t, n=n: (t + n) ** 2, theta) for n in noise]
    at = f"theta = {theta:.4g}, zeta = [{', '.join(f'{n:.4g}' for n in noise)}]"
    got = untouched(pathwise, theta, as_tensor(noise))
    one_each("pathwise", got, paths, at)
    expect(
        got,
        as_tensor(paths),
        at=at,
        what="pathwise",
        mistakes={
            "the factor 2 is missing": as_tensor([p / 2 for p in paths]),
            "f itself is returned instead of its derivative": as_tensor([p * p for p in z]),
            "the noise is left out: every entry is the exact 2 theta": as_tensor([2 * theta] * len(z)),
            "the gradients of all samples have been added up: one theta serves them all": as_tensor(
                [sum(paths)] * len(z)
            ),
            "it is the score-function estimate": as_tensor([p * p * n for p, n in zip(z, noise)]),
            "theta is left out": as_tensor([2 * n for n in noise]),
            "the noise multiplies, as if for sigma": as_tensor([p * n for p, n in zip(paths, noise)]),
            "the loss is a mean over the samples": as_tensor([p / len(z) for p in paths]),
            "the mean of the estimates is taken": as_tensor([sum(paths) / len(z)] * len(z)),
            "it has the wrong sign": as_tensor([-p for p in paths]),
        },
        tol=1e-4,
    )


with task("pathwise") as check:
    with check(
        "three samples",
        1,
        hint=(
            "one estimate for each sample: the shape of zeta",
            "differentiate (theta + zeta)^2 with respect to theta",
        ),
    ):
        check_pathwise(1.0, [0.5, -1.2, 0.8])
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 1, hint="one estimate for each sample, no sum and no mean"):
        check_pathwise(random.uniform(1.3, 2.5), [random.gauss(0.0, 1.0) for _ in range(5)])
        check_pathwise(random.uniform(-2.5, -1.3), [random.gauss(0.0, 1.0) for _ in range(3)])
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (3 points).** Write `score_function(theta, zeta)`, with the same arguments and a result of the same shape. Work the
# derivative of $\log p$ out yourself.


# %% answer="score-function"
def score_function(theta, zeta):
    """For each sample the score-function estimate of the derivative of E[z^2]."""
    ### BEGIN SOLUTION
    z = theta + zeta
    return z**2 * (z - theta)
    ### END SOLUTION


# %% item="score-function" points=3
#@title Checks of score_function
def scores_of(theta, noise):
    """The samples, and for each the derivative of log p with respect to theta, by central differences."""
    z = [theta + n for n in noise]
    return z, [slope(lambda t, p=p: -0.5 * (p - t) ** 2, theta) for p in z]


def check_score(theta, noise):
    """Each estimate is f(z) times the score."""
    z, scores = scores_of(theta, noise)
    want = torch.tensor([p * p * s for p, s in zip(z, scores)], dtype=torch.float64)

    def tensor(entries):
        return torch.tensor(entries, dtype=torch.float64)

    at = f"theta = {theta:.4g}, zeta = [{', '.join(f'{n:.4g}' for n in noise)}]"
    got = untouched(score_function, theta, tensor(noise))
    one_each("score_function", got, want.tolist(), at)
    expect(
        got,
        want,
        at=at,
        what="score_function",
        mistakes={
            "the score has lost a minus": -want,
            "f is left out: this is the score alone": tensor(scores),
            "f'(z) stands where f(z) belongs": tensor([2 * p * s for p, s in zip(z, scores)]),
            "it is the pathwise estimate": tensor([2 * p for p in z]),
            "the score is taken at theta = 0": tensor([p**3 for p in z]),
            "the score is 0: z has moved along with theta, and should be held fixed": tensor([0.0] * len(noise)),
            "the factor 2 of the square is not cancelled by the half": 2 * want,
            "there is a factor 1/2 too many: the 2 of the square cancels it": want / 2,
            "the log-density itself is used instead of its derivative": tensor(
                [-0.5 * s * s * p * p for p, s in zip(z, scores)]
            ),
            "the mean has been taken": tensor([float(want.mean())] * len(noise)),
            "f is applied to the noise instead of to z": tensor([s**3 for s in scores]),
            "f is left at z, without its square": tensor([p * s for p, s in zip(z, scores)]),
            "the density's derivative is used, without dividing by the density": tensor(
                [p * p * s * math.exp(-0.5 * s * s) / math.sqrt(2 * math.pi) for p, s in zip(z, scores)]
            ),
        },
        tol=1e-4,
    )


with task("score-function") as check:
    with check(
        "three samples",
        1.5,
        hint=(
            "two factors: f at the sample, and a derivative of log p",
            "differentiate -(z - theta)^2 / 2 with respect to theta, with z held fixed, and mind the sign",
        ),
    ):
        check_score(1.0, [0.5, -1.2, 0.8])
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 1.5, hint="differentiate -(z - theta)^2 / 2 with respect to theta, and mind the sign"):
        check_score(random.uniform(1.3, 2.5), [random.gauss(0.0, 1.0) for _ in range(5)])
        check_score(random.uniform(-2.5, -1.3), [random.gauss(0.0, 1.0) for _ in range(3)])
    ### END HIDDEN TESTS

# %% [markdown]
# Both are right *on average*. The variance of one pathwise estimate is $4$, whatever
# $\theta$ is; that of one score-function estimate is $\theta^4 + 14\theta^2 + 15$. The figure measures both with your functions.


# %% show="variance-picture" fold="A figure: the variances of your two estimators"
def draw_variances(extra=()):
    """Measured and theoretical variances; extra: more rows of name, colour, estimator and theory."""
    noise = torch.randn(20000, generator=torch.Generator().manual_seed(23), dtype=torch.float64)
    thetas = [k / 4 for k in range(13)]
    rows = [
        ("score function", ORANGE, score_function, lambda t: t**4 + 14 * t**2 + 15),
        *extra,
        ("pathwise", GREEN, pathwise, lambda t: 4.0),
    ]
    measured = [[float(estimate(t, noise).var()) for t in thetas] for _, _, estimate, _ in rows]
    figure, axes = plt.subplots(figsize=(7, 3.6))
    words = []
    for (name, colour, _, theory), variances in zip(rows, measured):
        axes.semilogy(thetas, [theory(t) for t in thetas], color=colour, label=f"{name}: theory")
        axes.semilogy(thetas, variances, color=colour, marker="o", linestyle="none", label=f"{name}: measured")
        off = max(abs(v / theory(t) - 1) for v, t in zip(variances, thetas))
        words.append(
            f"{name} {variances[4]:.3g} at 1, {variances[8]:.3g} at 2, {variances[12]:.3g} at 3 (within {off:.0%} of theory)"
        )
    axes.set_xlabel("θ")
    axes.set_ylabel("variance of one sample")
    axes.legend(fontsize=9, ncols=len(rows), loc="lower center", bbox_to_anchor=(0.5, 1.0))
    caption = (
        "Variance of one estimate against θ, on a logarithmic axis; lines: theory, dots: measured with 20000 samples. "
    )
    show_figure(figure, caption, caption + "Measured: " + "; ".join(words) + ".")


with attempt():
    draw_variances()

# %% [markdown]
# By the formulas it is 87 against 4 at $\theta = 2$: the score function needs some twenty times as many samples for the same accuracy. Where
# there is a path to differentiate along, take it; where there is none, one looks for ways to tame the score function (more about
# that in *Further*).
#
# **This is the end of the core.** PyTorch's autograd is your `Value`, with tensors for numbers, a version counter that watches over
# what the nodes have kept, and a rule for every operation. The last cell of the notebook lists what is done and what is open.

# %% [markdown] section="Further: more repairs" minutes=20 further=true
# ## Further 1. More repairs (20 minutes)
#
# What follows does not count towards your mark. Choose what you like; none of these sections needs another.
#
# Four patients of section 6 are waiting for treatment, and first a seventh, "no zeroing". Nothing complains, and its answer is not
# even absurd: old gradients push on like the momentum of a heavy ball, and $w$ swings about the minimum. In a real training run
# you would see a loss that does not settle, and look for the fault in the data.


# %% locked="clinic-seventh"
def patient_fit_line(xs, ys, rate, steps):
    """no zeroing: the slope w for which w x is nearest to y, by gradient descent from w = 0."""
    w = torch.tensor(0.0, requires_grad=True)
    for _ in range(steps):
        loss = ((w * xs - ys) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return w.item()


line_data = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 6.0])
print("after 10 steps, w should be 2.997, and is", round(patient_fit_line(*line_data, 0.1, 10), 3))

# %% [markdown]
# **Your task (1 further point).** Write `fit_line(xs, ys, rate, steps)` without the mistake of the patient "no zeroing". `xs` and `ys`
# are tensors; it starts from $w = 0$, takes `steps` steps on the mean of $(w x - y)^2$, and returns $w$ as a float.


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


# %% item="clinic-zeroing" further=1
#@title Checks of fit_line
def check_fit_line(xs, ys, rate, steps):
    """The same descent by central differences, with and without zeroing."""
    n = len(xs)

    def end(step_rate=rate, count=steps, keep=0.0, scale=1.0, sign=1.0):
        place, momentum = 0.0, 0.0
        for _ in range(count):
            uphill = slope(lambda t: sum((t * p - q) ** 2 for p, q in zip(xs, ys)) / n, place)
            momentum = keep * momentum + scale * uphill
            place -= sign * step_rate * momentum
        return place

    mistakes = {
        "the old gradients are still there: .grad is never emptied": end(keep=1.0),
        "the sum is taken instead of the mean": end(scale=n),
        "the step goes uphill": end(sign=-1.0),
        "one step too many is taken": end(count=steps + 1),
        "one step too few is taken": end(count=steps - 1),
        "w never moves": 0.0,
        "the factor 2 is missing": end(scale=0.5),
        "the best slope of all is returned, not the one after these steps": (
            sum(p * q for p, q in zip(xs, ys)) / sum(p * p for p in xs)
        ),
        "only one step is taken": end(count=1),
    }
    at = f"{n} points, rate {rate:.3g}, {steps} steps"
    got = untouched(fit_line, torch.tensor(xs), torch.tensor(ys), rate, steps)
    expect(got, end(), at=at, what="fit_line", mistakes=mistakes, tol=1e-4)


with task("clinic-zeroing") as check:
    with check(
        "two points on a line", 0.5, hint=("what is in w.grad at the second step?", "empty w.grad after each step")
    ):
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
# **Your task (1 further point).** For the patient "second backward": write `ask_twice(z, x)`. It is given a leaf `x` and a result `z`
# whose graph is already there, walks that one graph *twice*, and returns the pair `(first, second)` of floats: $dz/dx$ from
# each of the two passes.


# %% answer="clinic-second-backward"
def ask_twice(z, x):
    """dz/dx from each of two backward passes over the same graph, as two floats."""
    ### BEGIN SOLUTION
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad = None
    z.backward()
    second = x.grad.item()
    return first, second
    ### END SOLUTION


# %% locked="turnstile" fold="Tools for the next check: run this cell; you need not read it."
class Turnstile(torch.autograd.Function):
    """A node that changes nothing and counts the backward passes that go through it."""

    passes = 0

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, upstream):
        Turnstile.passes += 1
        return upstream


@unquoted
def walk_twice(ask, x0, y0):
    """Let ask(z, x) walk the graph of z = x y + sin x: what it returned, and how many passes it made."""
    leaf = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    Turnstile.passes = 0
    returned = ask(Turnstile.apply(leaf * y0 + torch.sin(leaf)), leaf)
    return returned, Turnstile.passes


# %% item="clinic-second-backward" further=1
#@title Checks of ask_twice
def check_ask_twice(x0, y0):
    """Both answers are dz/dx, and each is from a pass of its own."""
    got, passes = walk_twice(ask_twice, x0, y0)
    total = x0 * y0 + math.sin(x0)
    want = slope(lambda t: t * y0 + math.sin(t), x0)
    at = f"x = {x0:.4g}, y = {y0:.4g}"
    if got is None:
        raise CheckFailed("ask_twice returns None: it should return a pair of floats.", got="None")
    expect(
        got,
        (want, want),
        at=at,
        what="ask_twice",
        mistakes={
            "the second gradient has been added to the first": [want, 2 * want],
            "both are read after the second pass, without emptying .grad": [2 * want, 2 * want],
            "the values of z are returned": [total, total],
            "the second answer is 0: .grad was emptied after the pass instead of before it": [want, 0.0],
        },
        tol=1e-4,
    )
    if passes != 2:
        raise CheckFailed(
            f"the numbers are right, but the graph was walked {passes} time{'s' * (passes != 1)}: the second should come from a "
            "second pass.",
            inputs=at,
            got=str(passes),
            expected="2",
        )


with task("clinic-second-backward") as check:
    with check(
        "at x = 0.5, y = 4.2",
        0.5,
        hint=(
            "two things stand between the passes: the graph, and .grad",
            "retain_graph=True; x.grad = None in between",
        ),
    ):
        check_ask_twice(0.5, 4.2)
    ### BEGIN HIDDEN TESTS
    with check("at other points", 0.5, hint="keep the graph, and empty .grad between the passes"):
        for _ in range(2):
            check_ask_twice(random.uniform(0.7, 2.0), random.uniform(-3.5, -1.5))
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 further point).** For "detached halfway": write `pair(x)`, the tensor of the two numbers $x^2$ and $\sin x$, through which
# gradients flow.


# %% answer="clinic-detached"
def pair(x):
    """The two numbers x squared and sin x as one tensor of shape (2,)."""
    ### BEGIN SOLUTION
    return torch.stack([x * x, torch.sin(x)])
    ### END SOLUTION


# %% item="clinic-detached" further=1
#@title Checks of pair
def check_pair(x0, u):
    """Values and weighted gradient of pair."""
    value, grads = value_and_grads(pair, x0, weights=u)
    at = f"x = {x0:.4g}"
    swapped = {"the two numbers are in the wrong order": [math.sin(x0), x0 * x0]}
    expect(value, [x0 * x0, math.sin(x0)], at=at, what="pair", mistakes=swapped, tol=1e-5)
    of_square, of_sine = u[0] * slope(lambda t: t * t, x0), u[1] * slope(math.sin, x0)
    expect(
        grads[0],
        of_square + of_sine,
        at=at + f", weights {u[0]:.4g} and {u[1]:.4g}",
        what="the gradient through pair",
        mistakes={
            "no gradient passes at all": 0.0,
            "no gradient passes through the square": of_sine,
            "no gradient passes through the sine": of_square,
            "one factor of the square is detached": of_square / 2 + of_sine,
        },
        tol=1e-5,
    )


with task("clinic-detached") as check:
    with check(
        "at 0.5",
        0.5,
        hint=("one tensor of shape (2,), with a graph", "torch.stack puts tensors together and keeps the graph"),
    ):
        check_pair(0.5, [1.0, 2.0])
    ### BEGIN HIDDEN TESTS
    with check("at other points", 0.5, hint="torch.stack puts tensors together and keeps the graph"):
        for _ in range(2):
            check_pair(random.uniform(0.7, 2.4), [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)])
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 further point).** For "leaf view": write `energy(w)`, the sum of the squares after the first entry has been doubled,
# $(2w_0)^2 + w_1^2 + \dots$, with the right gradient for the `w` that was given. That `w` itself stays as it was.


# %% answer="clinic-leaf-view"
def energy(w):
    """The sum of squares after the first entry has been doubled; w itself stays as it was."""
    ### BEGIN SOLUTION
    doubled = w.clone()
    doubled[0] = 2 * w[0]
    return (doubled * doubled).sum()
    ### END SOLUTION


# %% item="clinic-leaf-view" further=1
#@title Checks of energy
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
    first, rest = slope(lambda t: (2 * t) ** 2, w[0]), [2 * entry for entry in w[1:]]
    mistakes = {
        "the doubling is hidden from autograd (.data or no_grad)": [first / 2, *rest],
        "the graph is cut": [0.0] * len(w),
        "the first entry is detached": [0.0, *rest],
    }
    expect(grads[0], [first, *rest], at=at, what="the gradient of energy", mistakes=mistakes, tol=1e-5)


with task("clinic-leaf-view") as check:
    with check(
        "at (0.5, 4.2, 1)",
        0.5,
        hint=("what may be changed, and what may not?", "work on a copy that is part of the graph: w.clone()"),
    ):
        check_energy([0.5, 4.2, 1.0])
    ### BEGIN HIDDEN TESTS
    with check("at other points, of other lengths", 0.5, hint="only entry 0 is special; w may have any length from 1"):
        check_energy([random.uniform(0.6, 2.0) for _ in range(4)])
        check_energy([random.uniform(0.6, 2.0) for _ in range(3)])
        check_energy([random.uniform(-2.0, -0.6) for _ in range(2)])
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 further point).** For ".data": write `capped(x, cap)`, which is $e^x$ where that is below `cap` and `cap` elsewhere, for a
# tensor `x` of any shape and a float `cap`, with the gradient $e^x$ below the cap and 0 above it. (`e.detach().clamp_(max=cap)` shares
# the memory of `e` as well, but there the change is counted, and PyTorch raises.)


# %% answer="clinic-data"
def capped(x, cap):
    """exp(x), but never more than cap, with its gradient."""
    ### BEGIN SOLUTION
    return torch.exp(x).clamp(max=cap)
    ### END SOLUTION


# %% item="clinic-data" further=1
#@title Checks of capped
def check_capped(xs, cap):
    """Values and gradient of capped, below and above the cap."""
    value, grads = value_and_grads(capped, xs, constants=(cap,), weights=[1.0] * len(xs))
    at = "x = [" + ", ".join(f"{x0:.4g}" for x0 in xs) + f"], cap = {cap:.4g}"
    e = [math.exp(x0) for x0 in xs]
    mistakes = {
        "nothing is capped": e,
        "everything becomes cap": [cap] * len(e),
        "cap is a floor instead of a ceiling": [max(v, cap) for v in e],
        "the value is 0 above the cap": [v if v < cap else 0.0 for v in e],
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
    want = [slope(lambda t: min(math.exp(t), cap), x0) for x0 in xs]
    expect(grads[0], want, at=at, what="the gradient of capped", mistakes=mistakes, tol=1e-5)


with task("clinic-data") as check:
    with check(
        "below and above a cap of 10",
        0.5,
        hint=(
            "above the cap the function is constant",
            "torch.clamp, without the underscore and without .data",
        ),
    ):
        check_capped([0.5, 3.0], 10.0)
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="torch.clamp, without the underscore and without .data"):
        check_capped(
            [random.uniform(-1.0, 0.8), random.uniform(1.6, 2.5), random.uniform(0.1, 0.9)], random.uniform(3.0, 4.0)
        )
        check_capped([random.uniform(1.6, 2.5), random.uniform(-1.0, 0.8)], random.uniform(3.0, 4.0))
    ### END HIDDEN TESTS

# %% [markdown] section="Further: three short ones" minutes=15 further=true
# ## Further 2. Three short ones (15 minutes)

# %% [markdown]
# **Your task (2 further points).** Write `derivatives_at(f, points)`. It is given a function `f` from a tensor to a tensor and a list
# of floats, and returns the list of the derivatives of `f` at these points, as floats, found by backward passes. Use *one* leaf for
# all points if you like a challenge (move it under `torch.no_grad()`, with `x.fill_(point)`), or a new one for each.


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


# %% item="zeroing" further=2
#@title Checks of derivatives_at
def check_derivatives_at(points):
    """Compare derivatives_at(wave, points) with central differences."""

    def wave_on_floats(t):
        return t * math.sin(t)

    want = [slope(wave_on_floats, p) for p in points]
    got, passes, calls = watch(derivatives_at, wave, points)
    at = "the points " + ", ".join(f"{p:.4g}" for p in points)
    if got is None:
        raise CheckFailed("derivatives_at returns None: it should return a list of floats.", got="None")
    if type(got) in (list, tuple) and any(part is None for part in got):
        raise CheckFailed(
            "an entry of the list is None: x.grad was read before a backward pass had reached x. `backward` without brackets "
            "calls nothing.",
            inputs=at,
        )
    expect(
        got,
        want,
        at=at,
        what="derivatives_at(wave, points)",
        mistakes={
            "the gradients of earlier points are still in .grad: empty it before each backward()": [
                sum(want[: k + 1]) for k in range(len(want))
            ],
            ".grad was emptied after the first point only": [
                w if k == 0 else sum(want[1 : k + 1]) for k, w in enumerate(want)
            ],
            ".grad was emptied between backward() and reading it": [0.0] * len(want),
            "the values of f are returned instead of its derivatives": [wave_on_floats(p) for p in points],
            "only the last derivative is kept": [want[-1]] * len(want),
            "only the first point is used": [want[0]] * len(want),
            "the list is in reverse order": want[::-1],
        },
        tol=1e-4,
    )
    if not (passes and calls):
        raise CheckFailed("the numbers are right, but f was not differentiated by a backward pass.", inputs=at)


with task("zeroing") as check:
    with check(
        "three points",
        1,
        hint=("what is in .grad when backward() is called?", "empty it before each backward(), or make a new leaf"),
    ):
        check_derivatives_at([0.5, 1.1, 2.0])
    ### BEGIN HIDDEN TESTS
    with check("other points", 1, hint="each derivative belongs to its own point, however many there are"):
        check_derivatives_at([random.uniform(0.3, 2.8) for _ in range(4)])
        check_derivatives_at([random.uniform(0.3, 2.8) for _ in range(3)])
        check_derivatives_at([random.uniform(0.3, 2.8)])
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 further point).** Work $u_1\,df_1/dx + u_2\,df_2/dx$ of section 4 out on paper, for $f_1 = 2x + \sin x$ and
# $f_2 = 4x + \cos x$, and write it down as an ordinary Python function of floats, with `math.sin` and `math.cos` and without
# tensors: `weighted_slope_by_hand(x0, u)`.


# %% answer="weighted-by-hand"
def weighted_slope_by_hand(x0, u):
    """The derivative of u[0] (2x + sin x) + u[1] (4x + cos x) at x0, worked out."""
    ### BEGIN SOLUTION
    return u[0] * (2 + math.cos(x0)) + u[1] * (4 - math.sin(x0))
    ### END SOLUTION


# %% item="weighted-by-hand" further=1
#@title Checks of weighted_slope_by_hand
def check_by_hand(x0, u):
    """Compare the formula with central differences, and with those of its usual misreadings."""

    def with_parts(first, second, weights=u):
        return weights[0] * slope(first, x0) + weights[1] * slope(second, x0)

    def first(t):
        return 2 * t + math.sin(t)

    def second(t):
        return 4 * t + math.cos(t)

    expect(
        untouched(weighted_slope_by_hand, x0, u),
        with_parts(first, second),
        at=f"x0 = {x0:.4g}, u = [{u[0]:.4g}, {u[1]:.4g}]",
        what="weighted_slope_by_hand",
        mistakes={
            "the derivative of cos has lost its minus": with_parts(first, lambda t: 4 * t - math.cos(t)),
            "the derivative of sin has a minus too many": with_parts(lambda t: 2 * t - math.sin(t), second),
            "sine and cosine are not differentiated": with_parts(
                lambda t: 2 * t - math.cos(t), lambda t: 4 * t + math.sin(t)
            ),
            "the weights are left out": with_parts(first, second, (1.0, 1.0)),
            "the weights are in the wrong order": with_parts(first, second, u[::-1]),
            "the outputs are weighted, but not differentiated": u[0] * first(x0) + u[1] * second(x0),
            "the terms 2x and 4x are forgotten": with_parts(math.sin, math.cos),
            "the x of 2x and 4x is still there": with_parts(
                lambda t: t * t + math.sin(t), lambda t: 2 * t * t + math.cos(t)
            ),
        },
        tol=1e-6,
    )


with task("weighted-by-hand") as check:
    with check(
        "the formula at 0.5",
        0.5,
        hint=("compare with your weighted_slope of section 4", "differentiate each output, then weight and add"),
    ):
        check_by_hand(0.5, [3.0, -1.0])
    ### BEGIN HIDDEN TESTS
    with check("the formula elsewhere", 0.5, hint="differentiate each output, then weight and add"):
        for _ in range(2):
            check_by_hand(random.uniform(0.8, 2.4), [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)])
    ### END HIDDEN TESTS

# %% [markdown]
# A *hook* is a function that you hang on a tensor: `t.register_hook(hook)` calls `hook(gradient)` when the gradient of `t` has been
# computed on the way back; if it returns a tensor, that one is passed on instead. People use hooks to look at gradients in the
# middle of a network, and to tame them.
#
# **Your task (1 further point).** Write `clipped(x, limit)`. It returns a tensor with the same values as `x`, through which gradients flow
# back with every entry cut to between `-limit` and `limit`. *Other uses of `x` are not touched*, so the hook hangs on a new
# tensor, such as `x * 1`.


# %% answer="hook"
def clipped(x, limit):
    """x itself; gradients on their way back are cut to between -limit and limit."""
    ### BEGIN SOLUTION
    result = x * 1
    result.register_hook(lambda gradient: gradient.clamp(-limit, limit))
    return result
    ### END SOLUTION


# %% locked="hook-tools" fold="Tools for the next check: run this cell; you need not read it."
@unquoted
def clipped_and_plain(x, limit):
    """clipped(x, limit), followed by an ordinary use of x."""
    cut = clipped(x, limit)
    if not isinstance(cut, torch.Tensor):
        raise CheckFailed(f"clipped should return a tensor, but returns a {type(cut).__name__}.")
    return torch.cat([cut, x * 1])


# %% item="hook" further=1
#@title Checks of clipped
def check_clipped(xs, u, limit):
    """The values pass, the gradients are cut entry by entry, and another use of x is left alone."""
    value, grads = value_and_grads(clipped, xs, constants=(limit,), weights=u)
    at = f"limit = {limit:.4g}, gradients [{', '.join(f'{w:.4g}' for w in u)}] arriving"
    mistakes = {"the values are cut instead of the gradients": [max(-limit, min(limit, p)) for p in xs]}
    expect(value, xs, at=at, what="the value of clipped", mistakes=mistakes, tol=1e-5)
    norm = math.sqrt(sum(w * w for w in u))
    want = [max(-limit, min(limit, w)) for w in u]
    mistakes = {
        "the hook's result is not returned, or there is no hook on the tensor that is returned": u,
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
    expect(grads[0], want, at=at, what="the gradient that reaches x", mistakes=mistakes, tol=1e-5)
    _, grads = value_and_grads(clipped_and_plain, xs, constants=(limit,), weights=[*u, *u])
    mistakes = {
        "the hook hangs on x itself, and cuts the sum of all gradients that reach it": [
            max(-limit, min(limit, 2 * w)) for w in u
        ],
        "the hook hangs on x itself, and cuts what comes from elsewhere as well": [2 * w for w in want],
    }
    expect(
        grads[0],
        [a + b for a, b in zip(want, u)],
        at=at + ", and the same once more by another use of x",
        what="the gradient that reaches x",
        mistakes=mistakes,
        tol=1e-5,
    )


with task("hook") as check:
    with check(
        "limit 2",
        0.5,
        hint=(
            "what does the hook return, and on which tensor does it hang?",
            "result = x * 1; the hook returns the clamped gradient",
        ),
    ):
        check_clipped([0.5, 4.2, 1.0], [3.0, -2.5, 0.25], 2.0)
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

# %% [markdown] section="Further: the bridge" minutes=15 further=true
# ## Further 3. The bridge: your engines and PyTorch's (15 minutes)
#
# What you wrote in 2.1 and 2.2 has official names:
#
# - a forward run with tangents $v$ gives $Jv$, a *Jacobian-vector product*, **jvp**: your `DualNumber`;
# - a backward pass with output weights $u$ gives $J^\top u$, a *vector-Jacobian product*, **vjp**: your `Var`.
#
# Here is a compact version of each, with just what this section needs. *Bring your own:* if yours work, paste
# them into the free cell below, and everything from there on runs on your engines.


# %% locked="engines" fold="Compact versions of DualNumber and Var: run this cell."
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
# to know what it is given. The third function has a mutant's sine: one whose derivative for `Var` is wrong.


# %% locked="bridge-functions"
def sine(x, var_weight=math.cos):
    """The sine of a tensor, a dual number, a Var or a float."""
    if isinstance(x, torch.Tensor):
        return torch.sin(x)
    if hasattr(x, "dvalue"):
        return type(x)(math.sin(x.value), math.cos(x.value) * x.dvalue)
    if hasattr(x, "children"):
        result = type(x)(math.sin(x.value))
        x.children.append((var_weight(x.value), result))
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


def mutant(inputs):
    """swirl with a mistake: for Var, the derivative of its sine has lost the cosine."""
    x, y = inputs
    return [x * y + sine(x, var_weight=lambda value: 1.0), x * y * y]


# %% [markdown]
# **Your task (1 further point).** Write `dual_jvp(f, x, v)` with `DualNumber`: `f` takes a list of dual numbers and returns a list of dual
# numbers, `x` and `v` are lists of floats. Return the list of the tangents of the outputs, $Jv$, as floats.


# %% answer="bridge-jvp"
def dual_jvp(f, x, v):
    """The Jacobian of f at x times v, by one forward run."""
    ### BEGIN SOLUTION
    results = f([DualNumber(value, dvalue) for value, dvalue in zip(x, v)])
    return [result.dvalue for result in results]
    ### END SOLUTION


# %% item="bridge-jvp" further=1
#@title Checks of dual_jvp
def outputs_on_floats(name, x):
    """The outputs of the given functions on floats."""
    if name == "swirl":
        return [x[0] * x[1] + math.sin(x[0]), x[0] * x[1] ** 2]
    return [x[0] * x[1] * x[2], math.sin(x[1]) - x[0] * x[2]]


def jacobian_of(name, x):
    """Their Jacobians by central differences, one row for each output."""
    return [slopes(lambda *xs, i=i: outputs_on_floats(name, xs)[i], x) for i in (0, 1)]


def forward_check(f, name, x, v):
    """Compare dual_jvp with the Jacobian times v."""
    jacobian = jacobian_of(name, x)
    want = [sum(row[j] * v[j] for j in range(len(v))) for row in jacobian]
    mistakes = {
        "the values of the outputs are returned instead of their tangents": outputs_on_floats(name, x),
        "every input gets the tangent 1, whatever v is": [sum(row) for row in jacobian],
        "only the first input gets its tangent": [row[0] * v[0] for row in jacobian],
        "the sum over the outputs is returned in each place": [sum(want)] * len(want),
        "the Jacobian is transposed": lambda: [sum(jacobian[i][j] * v[i] for i in range(2)) for j in range(2)],
        "the outputs are in the wrong order": want[::-1],
    }
    at = f"{name}, x = [{', '.join(f'{p:.4g}' for p in x)}], v = [{', '.join(f'{p:.4g}' for p in v)}]"
    expect(untouched(dual_jvp, f, x, v), want, at=at, what="dual_jvp", mistakes=mistakes, tol=1e-5)


with task("bridge-jvp") as check:
    with check(
        "swirl at (0.5, 4.2)",
        0.5,
        hint=(
            "one run, with a tangent for every input",
            "input j is DualNumber(x[j], v[j]); read .dvalue of the outputs",
        ),
    ):
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
# **Your task (1 further point).** Write `var_vjp(f, x, u)` with `Var`: give each output its weight as `grad_value`, then ask every input
# for its `grad()`. Return the list $J^\top u$ as floats.


# %% answer="bridge-vjp"
def var_vjp(f, x, u):
    """The transposed Jacobian of f at x times u, by one backward pass."""
    ### BEGIN SOLUTION
    inputs = [Var(value) for value in x]
    for result, weight in zip(f(inputs), u):
        result.grad_value = weight
    return [variable.grad() for variable in inputs]
    ### END SOLUTION


# %% item="bridge-vjp" further=1
#@title Checks of var_vjp
def backward_check(f, name, x, u):
    """Compare var_vjp with the transposed Jacobian times u."""

    def on_floats(k, straight):
        if name == "twist":
            return lambda *xs: (xs[0] * xs[1] * xs[2], math.sin(xs[1]) - xs[0] * xs[2])[k]
        return lambda *xs: (xs[0] * xs[1] + (xs[0] if straight else math.sin(xs[0])), xs[0] * xs[1] ** 2)[k]

    # the mutant's sine has the derivative 1 for a Var, and only for a Var
    jacobian = [slopes(on_floats(k, name == "mutant"), x) for k in (0, 1)]
    honest = [list(column) for column in zip(*[slopes(on_floats(k, False), x) for k in (0, 1)])]
    columns = [list(column) for column in zip(*jacobian)]
    want = [column[0] * u[0] + column[1] * u[1] for column in columns]
    mistakes = {
        "every output gets the weight 1, whatever u is": [sum(column) for column in columns],
        "only the first output gets its weight": [column[0] * u[0] for column in columns],
        "only the last output gets its weight": [column[1] * u[1] for column in columns],
        "the weights are in the wrong order": [column[0] * u[1] + column[1] * u[0] for column in columns],
        "no output gets a weight": [0.0] * len(columns),
        "the Jacobian is not transposed": lambda: (
            [row[0] * u[0] + row[1] * u[1] for row in jacobian] if len(x) == 2 else []
        ),
        "f knows nothing of Var here, as it has been run on tensors or floats": [
            column[0] * u[0] + column[1] * u[1] for column in honest
        ],
        "the inputs are returned": list(x),
        "the outputs' weights are returned": list(u),
    }
    at = f"{name}, x = [{', '.join(f'{p:.4g}' for p in x)}], u = [{', '.join(f'{p:.4g}' for p in u)}]"
    got = untouched(var_vjp, f, x, u)
    if type(got) in (list, tuple) and any(part is None for part in got):
        raise CheckFailed(
            "an entry of the list is None: grad_value is filled in only when grad() is called on that variable.",
            inputs=at,
        )
    expect(got, want, at=at, what="var_vjp", mistakes=mistakes, tol=1e-5)


with task("bridge-vjp") as check:
    with check(
        "swirl and mutant at (0.5, 4.2)",
        0.5,
        hint=(
            "who is seeded, who is asked, and in which order?",
            "output.grad_value = weight for every output, before any grad()",
        ),
    ):
        backward_check(swirl, "swirl", [0.5, 4.2], [1.0, -2.0])
        backward_check(mutant, "mutant", [0.5, 4.2], [1.0, -2.0])
    ### BEGIN HIDDEN TESTS
    with check("other functions and points", 0.5, hint="any number of inputs, any weights"):
        backward_check(
            twist,
            "twist",
            [random.uniform(0.6, 2.0) for _ in range(3)],
            [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)],
        )
        for bridge_function, bridge_name in ((swirl, "swirl"), (mutant, "mutant")):
            backward_check(
                bridge_function,
                bridge_name,
                [random.uniform(0.6, 2.0) for _ in range(2)],
                [random.uniform(-3.0, -1.5), random.uniform(1.5, 3.0)],
            )
    ### END HIDDEN TESTS

# %% [markdown]
# Now the comparison. `torch.func` has both products and two ways to a whole Jacobian: `jacfwd` pushes one tangent for each *input*
# forwards and gets columns, `jacrev` pulls one weight for each *output* backwards and gets rows. Each calls `f` only once and
# works on all its tangents, or weights, as one batch. (The first use of `torch.func` takes a second or two.)


# %% show="bridge-table" fold="Your products beside PyTorch's"
def bridge_table():
    point, v, u = [0.5, 4.2], [1.0, -2.0], [3.0, 0.5]
    p = torch.tensor(point, dtype=torch.float64)

    def swirl_of_tensor(t):
        return torch.stack(swirl(t))

    columns = [dual_jvp(swirl, point, seed) for seed in ([1.0, 0.0], [0.0, 1.0])]
    rows = [var_vjp(swirl, point, seed) for seed in ([1.0, 0.0], [0.0, 1.0])]
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
# The two products are two readings of one matrix, and so, for all $u$ and $v$,
#
# $$\langle u,\; Jv \rangle \;=\; \langle J^\top u,\; v \rangle .$$
#
# This makes a fine test of an AD engine, without any known derivative or step size: it holds forward and reverse mode against each
# other, and random $u$ and $v$ touch every entry. It cannot notice a mistake that both modes share (the same wrong formula for a
# derivative, say), so use it together with a comparison against finite differences.
#
# **Your task (1 further point).** Write `pairing(f, x, u, v)`. It returns the two sides as two floats: the left one from a forward run, with
# `dual_jvp`, the right one from a backward pass, with `var_vjp`. For `swirl` the sides agree; for `mutant` they give it away.


# %% answer="bridge-pairing"
def pairing(f, x, u, v):
    """The numbers <u, Jv> and <J'u, v>, as a pair of floats."""
    ### BEGIN SOLUTION
    left = sum(weight * tangent for weight, tangent in zip(u, dual_jvp(f, x, v)))
    right = sum(gradient * tangent for gradient, tangent in zip(var_vjp(f, x, u), v))
    return left, right
    ### END SOLUTION


# %% item="bridge-pairing" further=1 builds_on=["bridge-jvp", "bridge-vjp"]
#@title Checks of pairing
def pairing_check(f, name, x, u, v):
    """Both sides are u' J v; for the mutant the right one has its wrong sine."""

    def rows(forwards):
        if name == "twist":
            parts = (lambda p, q, r: p * q * r), (lambda p, q, r: math.sin(q) - p * r)
        else:
            straight = name == "mutant" and not forwards  # there the derivative of the sine is 1
            parts = (lambda p, q: p * q + (p if straight else math.sin(p))), (lambda p, q: p * q * q)
        return [slopes(part, x) for part in parts]

    def paired(forwards):
        return sum(u[i] * row[j] * v[j] for i, row in enumerate(rows(forwards)) for j in range(len(v)))

    jv = [sum(row[j] * v[j] for j in range(len(v))) for row in rows(True)]
    ju = [sum(u[i] * row[j] for i, row in enumerate(rows(False))) for j in range(len(v))]
    left, right = paired(True), paired(False)
    mistakes = {
        "both sides come from the forward run": lambda: [left, left],
        "both sides come from the backward pass": lambda: [right, right],
        "the entries are added up without u and v": [sum(jv), sum(ju)],
        "both products are taken with u": lambda: [left, sum(a * b for a, b in zip(ju, u))],
        "u and v have changed places": lambda: (
            [sum(v[i] * row[j] * u[j] for i, row in enumerate(rows(side)) for j in (0, 1)) for side in (True, False)]
            if len(v) == 2
            else []
        ),
        "the sides differ in sign": [left, -left],
        "the sides are in the wrong order": [right, left],
    }
    at = f"{name}, x = [{', '.join(f'{p:.4g}' for p in x)}]"
    expect(untouched(pairing, f, x, u, v), (left, right), at=at, what="pairing", mistakes=mistakes, tol=1e-5)


with task("bridge-pairing") as check:
    with check(
        "swirl and mutant at (0.5, 4.2)",
        0.5,
        hint=("two dot products, each from a run of its own", "u with dual_jvp(f, x, v), and v with var_vjp(f, x, u)"),
    ):
        pairing_check(swirl, "swirl", [0.5, 4.2], [3.0, 0.5], [1.0, -2.0])
        pairing_check(mutant, "mutant", [0.5, 4.2], [3.0, 0.5], [1.0, -2.0])
    ### BEGIN HIDDEN TESTS
    with check("other functions and points", 0.5, hint="u has one entry for each output, v one for each input"):
        pairing_check(
            twist,
            "twist",
            [random.uniform(0.6, 2.0) for _ in range(3)],
            [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)],
            [random.uniform(1.5, 3.0) for _ in range(3)],
        )
        for bridge_function, bridge_name in ((swirl, "swirl"), (mutant, "mutant")):
            pairing_check(
                bridge_function,
                bridge_name,
                [random.uniform(0.6, 2.0) for _ in range(2)],
                [random.uniform(1.5, 3.0), random.uniform(-3.0, -1.5)],
                [random.uniform(1.5, 3.0) for _ in range(2)],
            )
    ### END HIDDEN TESTS

# %% [markdown] section="Further: samplers" minutes=15 further=true
# ## Further 4. Samplers (15 minutes)

# %% [markdown]
# **Your task (1 further point).** Write the sampler `sample(mu, sigma, zeta)` of section 9: given tensors (or numbers) `mu` and `sigma` and a
# tensor `zeta` of standard normal noise, it returns $z$, of the shape of `zeta`, with gradients for `mu` and `sigma`. Here `sigma` is the
# standard deviation, not the variance.


# %% answer="reparameterise"
def sample(mu, sigma, zeta):
    """A sample of N(mu, sigma^2) for each entry of the noise zeta."""
    ### BEGIN SOLUTION
    return mu + sigma * zeta
    ### END SOLUTION


# %% item="reparameterise" further=1
#@title Checks of sample
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
    with check(
        "three samples",
        0.5,
        hint=("entry by entry, with the noise that is given", "the noise is moved and scaled; nothing is drawn anew"),
    ):
        check_sample(2.0, 3.0, [0.5, -1.2, 0.8])
    ### BEGIN HIDDEN TESTS
    with check("other parameters and noise", 0.5, hint="nothing drawn anew, nothing detached"):
        for _ in range(2):
            check_sample(
                random.uniform(-2.0, 2.0), random.uniform(1.3, 2.5), [random.gauss(0.0, 1.0) for _ in range(4)]
            )
    ### END HIDDEN TESTS

# %% [markdown]
# **Your task (1 further point).** Write `sample_gradients(mu, sigma, zeta)` for three floats: it makes leaves of `mu` and `sigma`, draws the one
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


# %% item="sample-gradients" further=1 builds_on=["reparameterise"]
#@title Checks of sample_gradients
def check_sample_gradients(mu, sigma, zeta):
    """Compare with central differences of one sample."""
    want = slopes(lambda m, s: m + s * zeta, [mu, sigma])
    got, passes, _ = watch(sample_gradients, mu, sigma, zeta)
    at = f"mu = {mu:.4g}, sigma = {sigma:.4g}, zeta = {zeta:.4g}"
    if type(got) in (list, tuple) and any(part is None for part in got):
        raise CheckFailed("one of the two is None: no backward pass has reached that leaf.", inputs=at)
    mistakes = {
        "the two are in the wrong order": want[::-1],
        "the second is sigma": [want[0], sigma],
        "the noise is forgotten": [want[0], 1.0],
        "sigma is squared on the way": [want[0], slope(lambda s: s * s * zeta, sigma)],
        "sigma is used as if it were log sigma": [want[0], slope(lambda s: math.exp(s) * zeta, sigma)],
        "sigma is used as if it were the variance": [want[0], slope(lambda s: math.sqrt(s) * zeta, sigma)],
        "the sample is returned": [mu + sigma * zeta] * 2,
        "the sign of the second is wrong": [want[0], -want[1]],
        "backward is called twice": [2 * part for part in want],
        "nothing arrives at sigma": [want[0], 0.0],
    }
    expect(got, tuple(want), at=at, what="sample_gradients", mistakes=mistakes, tol=1e-5)
    if not passes:
        raise CheckFailed("the numbers are right, but no backward pass was made.", inputs=at)


with task("sample-gradients") as check:
    with check(
        "at mu = 2, sigma = 3, zeta = -0.4",
        0.5,
        hint=("two leaves, one sample, one pass", "mu.grad.item() and sigma.grad.item() after z.backward()"),
    ):
        check_sample_gradients(2.0, 3.0, -0.4)
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="use the zeta that is given"):
        for _ in range(2):
            check_sample_gradients(random.uniform(-3.0, -1.5), random.uniform(1.5, 3.0), random.uniform(0.3, 0.8))
            check_sample_gradients(random.uniform(1.5, 3.0), random.uniform(1.5, 3.0), random.uniform(-0.8, -0.3))
    ### END HIDDEN TESTS

# %% [markdown]
# `torch.distributions` knows the trick under the name `rsample`. Its plain `sample` cuts the graph:

# %%
normal = torch.distributions.Normal(torch.tensor(2.0, requires_grad=True), 3.0)
print("rsample:", normal.rsample().grad_fn)
print("sample: ", normal.sample().grad_fn)

# %% [markdown]
# The trick is not tied to the normal. If the cumulative distribution function $F$ can be inverted, then $z = F^{-1}(u)$, with $u$ uniform on
# $(0, 1)$, is a sample, and it is differentiable in the parameters. For the Laplace distribution with centre $\mu$ and scale $b$,
#
# $$F(z) = \tfrac12 e^{(z - \mu)/b} \;\text{ for } z \le \mu, \qquad F(z) = 1 - \tfrac12 e^{-(z - \mu)/b} \;\text{ for } z \ge \mu .$$
#
# **Your task (1 further point).** Write `sample_laplace(mu, b, u)`, with gradients for `mu` and `b`; `u` is a tensor of numbers strictly between 0
# and 1, some below one half and some above.


# %% answer="laplace"
def sample_laplace(mu, b, u):
    """A Laplace sample for each uniform number in u, by the inverse of the distribution function."""
    ### BEGIN SOLUTION
    centred = u - 0.5
    return mu - b * torch.sign(centred) * torch.log(1 - 2 * torch.abs(centred))
    ### END SOLUTION


# %% item="laplace" further=1
#@title Checks of sample_laplace
def check_laplace(mu, b, u):
    """Values and gradients of sample_laplace; the distribution function is inverted here by bisection."""
    weights = [1.0, 2.0, -1.5, 0.7][: len(u)]
    value, grads = value_and_grads(
        sample_laplace, mu, b, constants=(torch.tensor(u, dtype=torch.float64),), weights=weights
    )

    def solve(distribution, p):
        low, high = -50.0, 50.0
        for _ in range(70):
            middle = (low + high) / 2
            low, high = (middle, high) if distribution(middle) < p else (low, middle)
        return low

    def lower(t):
        return 0.5 * math.exp(t)

    def upper(t):
        return 1 - 0.5 * math.exp(-t)

    def both(t):
        return lower(t) if t < 0 else upper(t)

    standard = [solve(both, p) for p in u]
    at = f"mu = {mu:.4g}, b = {b:.4g}, u = [{', '.join(f'{p:.4g}' for p in u)}]"
    mistakes = {
        "it is the mirror image: the sign is wrong": [mu - b * s for s in standard],
        "the lower half is used for all u": [mu + b * solve(lower, p) for p in u],
        "the upper half is used for all u": [mu + b * solve(upper, p) for p in u],
        "the sign of u - 1/2 is left out": [mu + b * abs(s) for s in standard],
        "the sign is wrong above one half": [mu - b * abs(s) for s in standard],
        "u is halved where it should be doubled: F has the factor one half, its inverse the factor 2": [
            mu + b * (math.log(p / 2) if p < 0.5 else -math.log((1 - p) / 2)) for p in u
        ],
        "the factor one half of F is missing": [
            mu + b * solve(lambda t, p=p: math.exp(t) if p < 0.5 else 1 - math.exp(-t), p) for p in u
        ],
        "b divides instead of multiplying": [mu + s / b for s in standard],
        "b is left out": [mu + s for s in standard],
        "mu is left out": [b * s for s in standard],
        "it is the exponential distribution": [mu + b * solve(lambda t: 1 - math.exp(-t), p) for p in u],
        "it is the logistic distribution": [mu + b * solve(lambda t: 1 / (1 + math.exp(-t)), p) for p in u],
        "u is used as if it were the noise: mu + b u": [mu + b * p for p in u],
    }
    expect(value, [mu + b * s for s in standard], at=at, what="sample_laplace", mistakes=mistakes, tol=1e-5)
    mistakes = {"no gradient passes": [0.0, 0.0], "no gradient passes to b": [sum(weights), 0.0]}
    want = [sum(weights), sum(w * s for w, s in zip(weights, standard))]
    expect(
        grads, want, at=at, what="the pair of gradients of a weighted sum, for mu and b,", mistakes=mistakes, tol=1e-5
    )


with task("laplace") as check:
    with check(
        "one below and one above one half",
        0.5,
        hint=(
            "u tells on which side of mu the sample lies",
            "solve F(z) = u for z on each side; torch.where puts the two together",
        ),
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


# %% show="laplace-picture" fold="A figure: your Laplace samples and the density"
def draw_laplace():
    uniform = torch.rand(20000, generator=torch.Generator().manual_seed(29), dtype=torch.float64)
    drawn = sample_laplace(1.0, 2.0, uniform)
    grid = [-9 + 20 * k / 200 for k in range(201)]
    figure, axes = plt.subplots(figsize=(7, 2.8))
    axes.hist(drawn.tolist(), bins=100, range=(-9, 11), density=True, color=BLUE, alpha=0.5, label="your samples")
    axes.plot(grid, [math.exp(-abs(g - 1.0) / 2.0) / 4.0 for g in grid], color=ORANGE, linewidth=2, label="the density")
    axes.set_xlabel("z")
    axes.legend()
    caption = "A histogram of 20000 of your samples, and over it the density of the Laplace distribution with centre 1 and scale 2, "
    caption += f"a tent with a sharp tip. Your samples have the mean {float(drawn.mean()):.2f} and the variance {float(drawn.var()):.2f}; "
    show_figure(figure, caption, caption + "the distribution has 1 and 8.")


with attempt():
    draw_laplace()

# %% [markdown] section="Further: baselines, and a fit" minutes=26 further=true
# ## Further 5. Baselines, and a fit (26 minutes)
#
# The score function can be tamed. Since $E[\partial \log p / \partial\theta] = 0$, you may subtract any constant $\beta$, a *baseline*, from $f$
# without changing the average:
#
# $$\bigl(f(z) - \beta\bigr)\,\frac{\partial}{\partial\theta}\log p(z;\theta).$$
#
# A good constant makes the estimate much steadier. This is what makes policy gradients in reinforcement learning usable at all.

# %% [markdown]
# **Your task (2 further points).**
#
# - `with_baseline(theta, zeta, beta)` returns the score-function estimates of section 9 with baseline `beta`, one for each sample.
# - `best_baseline(theta)` returns the `beta` for which their variance is smallest, as a float, worked out on paper. The average is
#   the same for all `beta`, so you may minimise $E\bigl[(z^2 - \beta)^2 \zeta^2\bigr]$. You need only $E[\zeta^2] = 1$,
#   $E[\zeta^4] = 3$, and the fact that odd powers average to 0.


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


# %% item="baseline" further=2
#@title Checks of with_baseline and best_baseline
def check_with_baseline(theta, noise, beta):
    """Each estimate is f(z), less beta, times the score, which is found here by central differences."""
    z = [theta + n for n in noise]
    scores = [slope(lambda t, p=p: -0.5 * (p - t) ** 2, theta) for p in z]

    def tensor(entries):
        return torch.tensor(entries, dtype=torch.float64)

    want = tensor([(p * p - beta) * s for p, s in zip(z, scores)])
    at = f"theta = {theta:.4g}, beta = {beta:.4g}, zeta = [{', '.join(f'{n:.4g}' for n in noise)}]"
    expect(
        untouched(with_baseline, theta, tensor(noise), beta),
        want,
        at=at,
        what="with_baseline",
        mistakes={
            "the baseline is taken off the whole estimate, after the score": tensor(
                [p * p * s - beta for p, s in zip(z, scores)]
            ),
            "the baseline is left out": tensor([p * p * s for p, s in zip(z, scores)]),
            "the baseline is added": tensor([(p * p + beta) * s for p, s in zip(z, scores)]),
            "the score has lost its minus": -want,
            "the score is left out": tensor([p * p - beta for p in z]),
            "the baseline is taken off z before squaring": tensor([(p - beta) ** 2 * s for p, s in zip(z, scores)]),
            "the baseline divides": tensor([p * p / beta * s for p, s in zip(z, scores)]),
            "the baseline is taken off the score": tensor([p * p * (s - beta) for p, s in zip(z, scores)]),
        },
        tol=1e-4,
    )


def variance_with(beta, theta):
    """The variance of the estimate with a baseline, up to a constant, by summing over a fine grid of noise."""
    grid = [k / 20 for k in range(-160, 161)]
    return sum(((theta + n) ** 2 - beta) ** 2 * n * n * math.exp(-0.5 * n * n) for n in grid)


def check_minimum(theta):
    """A smaller and a larger baseline both give a larger variance than best_baseline(theta)."""
    found, at = best_baseline(theta), f"theta = {theta:.4g}"
    if found is None:
        raise CheckFailed("best_baseline returns None. Is a `return` missing?", inputs=at, got="None")
    if type(found).__module__ == "numpy" and type(found).__name__ != "ndarray":
        found = found.item()
    if type(found) not in (int, float) or not math.isfinite(found):
        raise CheckFailed(f"best_baseline should return a finite float, but returns {str(found)[:40]}.", inputs=at)
    for other, where in ((found - 0.2, "smaller"), (found + 0.2, "larger")):
        if not variance_with(other, theta) > variance_with(found, theta):
            raise CheckFailed(
                f"best_baseline({theta:.4g}) is {found:.4g}, but a {where} one gives a smaller variance.",
                inputs=at,
                diagnosis=f"a {where} baseline gives a smaller variance.",
            )


with task("baseline") as check:
    with check(
        "with_baseline, three samples",
        0.5,
        hint=("where does beta belong?", "take beta off f(z), then multiply by the score"),
    ):
        check_with_baseline(1.0, [0.5, -1.2, 0.8], 2.0)
    with check(
        "best_baseline at theta = 2 and -1",
        0.25,
        hint=("a minimum with respect to beta", "set the derivative with respect to beta to 0, and solve for beta"),
    ):
        check_minimum(2.0)
        check_minimum(-1.0)
    ### BEGIN HIDDEN TESTS
    with check("with_baseline elsewhere", 0.5, hint="take beta off f(z), then multiply by the score"):
        check_with_baseline(
            random.uniform(1.3, 2.5), [random.gauss(0.0, 1.0) for _ in range(5)], random.uniform(2.0, 5.0)
        )
        check_with_baseline(
            random.uniform(-2.5, -1.3), [random.gauss(0.0, 1.0) for _ in range(3)], random.uniform(2.0, 5.0)
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

        check_best_baseline(random.uniform(1.3, 2.5))
        check_best_baseline(random.uniform(-2.5, -1.3))
    ### END HIDDEN TESTS

# %% [markdown]
# With the best baseline the variance is $8\theta^2 + 6$. Measured:

# %% show="baseline-picture" fold="A figure: the variances, with the best baseline"
with attempt():
    draw_variances(
        [
            (
                "with the best baseline",
                BLUE,
                lambda t, noise: with_baseline(t, noise, best_baseline(t)),
                lambda t: 8 * t**2 + 6,
            )
        ]
    )

# %% [markdown]
# To fit one distribution to another we need to say how far apart they are. The usual measure is the Kullback-Leibler divergence,
# $\mathrm{KL}(q \,\|\, p) = E_q[\log q(z) - \log p(z)]$; it is 0 only if the two agree. For two normals,
# $q = \mathcal N(\mu_1, \sigma_1^2)$ and $p = \mathcal N(\mu_2, \sigma_2^2)$, it can be worked out from
#
# $$\log q(z) = -\log\sigma_1 - \frac{(z - \mu_1)^2}{2\sigma_1^2} - \tfrac12\log 2\pi, \qquad
# E_q\bigl[(z - \mu_1)^2\bigr] = \sigma_1^2, \qquad E_q\bigl[(z - \mu_2)^2\bigr] = \sigma_1^2 + (\mu_1 - \mu_2)^2 .$$
#
# **Your task (1 further point).** Work it out, and write it as `kl(mu1, sigma1, mu2, sigma2)`, floats in and a float out.


# %% answer="kl-normals"
def kl(mu1, sigma1, mu2, sigma2):
    """The Kullback-Leibler divergence KL(q || p) of q = N(mu1, sigma1^2) from p = N(mu2, sigma2^2)."""
    ### BEGIN SOLUTION
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    ### END SOLUTION


# %% item="kl-normals" further=1
#@title Checks of kl
def divergence_by_sum(m1, s1, m2, s2):
    """E_q[log q - log p] by a sum over a fine grid."""

    def log_density(t, m, s):
        return -math.log(s) - (t - m) ** 2 / (2 * s * s) - 0.5 * math.log(2 * math.pi)

    grid = [m1 + s1 * k / 50 for k in range(-500, 501)]
    return (
        sum(math.exp(log_density(t, m1, s1)) * (log_density(t, m1, s1) - log_density(t, m2, s2)) for t in grid)
        * s1
        / 50
    )


def check_kl(m1, s1, m2, s2):
    """Compare kl with the average over a grid, and with its usual misreadings."""
    want, logarithm = divergence_by_sum(m1, s1, m2, s2), math.log(s2 / s1)
    rest = want + 0.5 - logarithm
    mistakes = {
        "the two normals have changed places": divergence_by_sum(m2, s2, m1, s1),
        "the -1/2 is missing": want + 0.5,
        "the logarithm is upside down": want - 2 * logarithm,
        "the logarithm is missing": want - logarithm,
        "the logarithm is counted twice, as if of the variances": want + logarithm,
        "the 2 of the denominator is missing": want + rest,
        "sigma 2 is not squared": want - rest + rest * s2,
        "sigma 1 is not squared": want + (s1 - s1 * s1) / (2 * s2 * s2),
        "the difference of the means is not squared": want + (m1 - m2 - (m1 - m2) ** 2) / (2 * s2 * s2),
        "it divides by 2 and then multiplies by sigma 2 squared: brackets": want - rest + rest * s2**4,
        "sigma is taken for log sigma": lambda: divergence_by_sum(m1, math.exp(s1), m2, math.exp(s2)),
        "sigma is taken for the variance": lambda: divergence_by_sum(m1, math.sqrt(s1), m2, math.sqrt(s2)),
    }
    at = f"mu1 = {m1:.4g}, sigma1 = {s1:.4g}, mu2 = {m2:.4g}, sigma2 = {s2:.4g}"
    expect(kl(m1, s1, m2, s2), want, at=at, what="kl", mistakes=mistakes, tol=1e-5)


with task("kl-normals") as check:
    with check(
        "of a normal from another, and from itself",
        0.5,
        hint=(
            "three terms: a logarithm, a quotient, a constant",
            "the average of log q minus that of log p, both over q",
        ),
    ):
        check_kl(0.5, 1.2, 2.0, 3.0)
        check_kl(2.0, 1.5, 2.0, 1.5)
    ### BEGIN HIDDEN TESTS
    with check("elsewhere", 0.5, hint="sigma are standard deviations; q comes first"):
        for _ in range(2):
            check_kl(
                random.uniform(-2.0, 0.5), random.uniform(1.2, 1.8), random.uniform(1.5, 3.0), random.uniform(2.2, 3.0)
            )
        check_kl(1.5, 0.7, 1.5, 0.7)
    ### END HIDDEN TESTS

# %% [markdown]
# **Everything together.** Now forget the formula, as one has to when the target is not a normal. Fit $\mu$ and $\sigma$ of $q$ to a
# target $p$ by drawing from $q$, estimating $E_q[\log q(z) - \log p(z)]$ by the mean over the samples, and going backwards *through the
# samples*. This is the heart of a variational autoencoder.
#
# Two things to watch. The standard deviation must stay positive, so the leaf is $\lambda = \log\sigma$, and $\sigma = e^\lambda$ is
# *computed from it in every step*. And each step needs fresh noise, one number for each sample: here the rows of `noise`.


# %% locked="log-normal"
def log_normal(z, mu, sigma):
    """The logarithm of the density of N(mu, sigma^2) at z; tensors or numbers."""
    sigma = torch.as_tensor(sigma)
    return -0.5 * ((z - mu) / sigma) ** 2 - torch.log(sigma) - 0.5 * math.log(2 * math.pi)


# %% [markdown]
# **Your task (2 further points).** Write `fit_normal(target_mu, target_sigma, noise, rate)`. Start from $\mu = 0$, $\log\sigma = 0$. For each row
# `zeta` of the tensor `noise`: draw `z` from `mu`, `sigma` and `zeta`; the loss is the mean of
# `log_normal(z, mu, sigma) - log_normal(z, target_mu, target_sigma)`; go backwards; move `mu` and `log_sigma` one step of gradient
# descent. Return the path: a list of the pairs `(mu, sigma)` as floats, the start first and one pair after each step, so one pair more
# than there are rows.


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


# %% item="fit-normal" further=2 builds_on=["reparameterise"]
#@title Checks of fit_normal
def loss_at(m, s, row, own=True, sign=1.0, total=False):
    """The loss of one step, as a function of mu and log sigma on floats."""

    def log_density(t, centre, width):
        return -0.5 * ((t - centre) / width) ** 2 - math.log(width)

    def loss(mean, lam):
        drawn = [mean + math.exp(lam) * n for n in row]
        parts = [(log_density(t, mean, math.exp(lam)) if own else 0.0) - log_density(t, m, s) for t in drawn]
        return sign * sum(parts) / (1 if total else len(parts))

    return loss


def check_fit(m, s, rows, rate):
    """Compare each step of fit_normal with one by central differences, from where the answer stood before."""
    got = untouched(fit_normal, m, s, torch.tensor(rows, dtype=torch.float64), rate)
    at = f"target_mu = {m:.4g}, target_sigma = {s:.4g}, rate = {rate:.3g}, {len(rows)} rows of noise"
    if got is None:
        raise CheckFailed("fit_normal returns None: it should return the path.", inputs=at, got="None")
    if type(got) not in (list, tuple) or len(got) != len(rows) + 1:
        raise CheckFailed(
            f"fit_normal at {at} should be a list of {len(rows) + 1} pairs: one more than there are rows, the start first.",
            inputs=at,
        )
    start = {"log sigma is given instead of sigma": [0.0, 0.0]}
    expect(got[0], (0.0, 1.0), at="the start", what="(mu, sigma)", mistakes=start, tol=1e-4)
    mu, lam, pulls = 0.0, 0.0, []
    stuck = all(type(pair) in (list, tuple) and type(pair[-1]) is float and abs(pair[-1] - 1.0) < 1e-9 for pair in got)

    def after(pull, scale=1.0):
        return [mu - scale * rate * pull[0], math.exp(lam - scale * rate * pull[1])]

    for k, (row, point) in enumerate(zip(rows, got[1:]), start=1):
        pulls.append(slopes(loss_at(m, s, row), [mu, lam]))
        kept = [sum(parts) for parts in zip(*pulls)]
        want, before = after(pulls[-1]), [mu, math.exp(lam)]
        mistakes = {
            "the gradients of earlier steps are still in .grad": after(kept),
            "the .grad of mu is never emptied": after([kept[0], pulls[-1][1]]),
            "the .grad of log sigma is never emptied": after([pulls[-1][0], kept[1]]),
            "one noise is used for all samples of a step": after(slopes(loss_at(m, s, [row[0]]), [mu, lam])),
            "the first row of the noise is used in every step": after(slopes(loss_at(m, s, rows[0]), [mu, lam])),
            "sigma has been computed once, before the loop, and keeps its first value": after(
                slopes(loss_at(m, s, row), [mu, 0.0])
            ),
            "log q is left out of the loss": after(slopes(loss_at(m, s, row, own=False), [mu, lam])),
            "the loss has the wrong sign, or the step goes uphill": after(pulls[-1], -1.0),
            "sigma itself is the leaf, not log sigma": [want[0], before[1] - rate * pulls[-1][1] / before[1]],
            "no gradient reaches log sigma": [want[0], before[1]],
            "no gradient passes through the sample: z is detached": lambda: after(
                slopes(
                    lambda mean, lam_now: (
                        sum(-0.5 * ((mu + math.exp(lam) * n - mean) / math.exp(lam_now)) ** 2 - lam_now for n in row)
                        / len(row)
                    ),
                    [mu, lam],
                )
            ),
            "the sum is taken instead of the mean": after(slopes(loss_at(m, s, row, total=True), [mu, lam])),
            "sigma in the pair is the one from before the step: compute it from log sigma again, after the step": [
                want[0],
                before[1],
            ],
            "the pair is the one from before the step: append it after the step": before,
            "log sigma is given instead of sigma": [want[0], math.log(want[1])],
            "the leaves are made anew in each step": lambda: (
                [-rate * part for part in slopes(loss_at(m, s, row), [0.0, 0.0])][:1]
                + [math.exp(-rate * slopes(loss_at(m, s, row), [0.0, 0.0])[1])]
            ),
        }
        if k == 1:  # after one step these look alike: the steps that follow tell them apart
            mistakes.pop("the gradients of earlier steps are still in .grad")
            mistakes.pop("sigma has been computed once, before the loop, and keeps its first value")
            if not stuck:
                mistakes.pop("no gradient reaches log sigma")
        expect(point, tuple(want), at=f"{at}, after step {k}", what="(mu, sigma)", mistakes=mistakes, tol=1e-4)
        mu, lam = want[0], math.log(want[1])


with task("fit-normal") as check:
    with check(
        "three steps",
        1,
        hint=(
            "each step: sigma, z, loss, backward, move, empty",
            "sigma is computed inside the loop; both leaves move under no_grad; both .grad are emptied",
        ),
    ):
        check_fit(3.0, 2.0, [[0.5, -1.2, 0.8], [-0.3, 1.1, -0.6], [1.4, 0.2, -0.9]], 0.1)
    ### BEGIN HIDDEN TESTS
    with check(
        "other targets, rates and noise", 1, hint="start from mu = 0, log sigma = 0; a fresh row of noise for each step"
    ):
        check_fit(
            random.uniform(-2.5, -1.0),
            random.uniform(1.4, 2.2),
            [[random.gauss(0.0, 1.0) for _ in range(4)] for _ in range(8)],
            random.uniform(0.12, 0.25),
        )
    ### END HIDDEN TESTS


# %% show="fit-picture" fold="A figure: the path of your fit"
def draw_fit():
    path = fit_normal(3.0, 2.0, torch.randn(400, 16, generator=torch.Generator().manual_seed(31)), 0.1)
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
    caption = "The plane of μ and σ, with contour lines of the divergence from the target at μ = 3, σ = 2, and on it the path of your fit "
    caption += f"from μ = {means[0]:.2f}, σ = {deviations[0]:.2f} to μ = {means[-1]:.2f}, σ = {deviations[-1]:.2f}. "
    show_figure(
        figure,
        caption,
        caption + "Each step sees only 16 samples, so the path of a right fit ends in a jitter about the target.",
    )


with attempt():
    draw_fit()

# %% [markdown]
# **Choices instead of numbers.** What if the program draws one of three options? A choice does not change smoothly, so there is no path
# to differentiate. The *straight-through Gumbel-softmax* cheats with style: forwards it makes a hard choice (a one-hot vector), backwards
# it pretends that the choice had been soft. The line to admire is `hard - soft.detach() + soft`: its value is `hard`, its gradient that of
# `soft`.


# %%
def straight_through(logits, uniform, temperature):
    """A one-hot choice for each row of uniform noise, with the gradient of the softened choice."""
    gumbel = -torch.log(-torch.log(uniform))
    soft = torch.softmax((logits + gumbel) / temperature, dim=-1)
    hard = torch.nn.functional.one_hot(soft.argmax(dim=-1), logits.shape[-1]).to(soft.dtype)
    return hard - soft.detach() + soft


def gumbel_table():
    reward = torch.tensor([1.0, 2.0, 4.0])
    uniform = torch.rand(20000, 3, generator=torch.Generator().manual_seed(37)).clamp(1e-6, 1 - 1e-6)
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
# The estimates are biased, the more so the higher the temperature; at low temperature single samples are noisier. *Try it:*
# measure the variance over single rows for each temperature, and compare with the score-function estimator for the same reward.

# %%
# A free cell, for your own experiments.

# %% [markdown]
# ## References
#
# - A. Griewank and A. Walther, *Evaluating Derivatives: Principles and Techniques of Algorithmic Differentiation*, second edition, SIAM, 2008.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind, "Automatic differentiation in machine learning: a survey",
#   *Journal of Machine Learning Research* 18 (153), 2018.
# - M. Blondel and V. Roulet, *The Elements of Differentiable Programming*, arXiv:2403.14606, 2024.
# - A. Paszke et al., "PyTorch: an imperative style, high-performance deep learning library", *NeurIPS*, 2019.
# - B. A. Pearlmutter, "Fast exact multiplication by the Hessian", *Neural Computation* 6 (1), 1994: section 8.
# - S. Mohamed, M. Rosca, M. Figurnov and A. Mnih, "Monte Carlo gradient estimation in machine learning", *Journal of Machine Learning
#   Research* 21 (132), 2020: section 9 and *Further* 4 and 5.
# - D. P. Kingma and M. Welling, "Auto-encoding variational Bayes", *ICLR*, 2014: the reparameterisation trick, and the fit.
# - E. Jang, S. Gu and B. Poole, "Categorical reparameterization with Gumbel-softmax", *ICLR*, 2017.
#
# ## Before you hand in
#
# The cell below lists what is done and what is still open.

# %% show="summary"
summary()
