# The text master of a notebook, with solutions and hidden tests: never publish it.

# %% [markdown]
# # 2.2 Reverse mode: every derivative in one sweep
#
# *65 minutes, 35 points. You need Python and the chain rule; it helps to have done 2.1, but nothing here depends on it.*
#
# Forward mode answers "what happens to everything if I move this *input*?" and must be run again for the next input. A
# network with a million weights has a million inputs and a single output, its loss. Reverse mode turns the question round:
# "what moves this *output*?", and one sweep answers it for all inputs. You will
#
# * write the reverse program of a small example by hand,
# * build a class `Var` that writes it for you, and see your own graph drawn,
# * differentiate a loop, two outputs, a softmax and a neural network with it,
# * find out why the short version fails (three times), and repair it,
# * write a test that tells a right engine from broken ones.
#
# **How to work.** Run the cells from the top; "Run all" works at any time, unfinished exercises only say so. Write your
# answers where a cell says so; the cell below it checks them. Most sections can be worked on before an earlier one is right, so
# move on when you are stuck. The running example is always
#
# $$ z = x\,y + \sin x \qquad\text{at } x = 0.5,\; y = 4.2 . $$

# %% checker=true

# %% locked="imports"
import math


# %% [markdown] section="The chain rule turned round" minutes=6
# ## 1. The chain rule turned round (6 minutes)
#
# Any program can be cut into steps that do one thing each. Ours has three:
#
# ```python
# a = x * y
# b = sin(x)
# z = a + b
# ```
#
# Forward mode keeps the *bottom* of every fraction fixed, $\partial a/\partial x$, $\partial b/\partial x$,
# $\partial z/\partial x$, and walks down the program. Reverse mode keeps the *top* fixed:
#
# $$ g_w = \frac{\partial z}{\partial w} \qquad \text{for every quantity } w . $$
#
# This $g_w$ is the **adjoint** of $w$; in code we write `gz`, `gb`, `ga`, `gy`, `gx`. The first is free, $g_z = 1$. For the others
# ask: *who uses* $w$? If $w$ moves a little, each of its users $u$ moves by $\partial u/\partial w$ as much, and each
# of these movements reaches $z$ with the strength $g_u$. So
#
# $$ g_w = \sum_{u \text{ uses } w} g_u \, \frac{\partial u}{\partial w} . $$
#
# Two things follow. Every use **adds** its part. And an adjoint can be had only when those of all its users are known,
# so the program runs **backwards**: last line first.
#
# **A small one to read.** With `q = 3 * p`, then `r = p * q`, the quantity $p$ is used twice. Backwards:
#
# ```python
# gr = 1
# gq = gr * p              # q is used once, in r, and dr/dq is p
# gp = gr * q + gq * 3     # p is used in r (dr/dp is q) and in q (dq/dp is 3)
# ```
#
# At $p = 2$ that is $g_p = 6 + 2\cdot 3 = 12$, and indeed $r = 3p^2$ has the slope $6p = 12$.

# %% [markdown]
# ### Task `example-reverse` (2 points)
#
# Write the reverse program of $z = x\,y + \sin x$. The function receives `x`, `y` and the adjoint to start with, `gz` (often 1,
# but not always). Fill in the other four in the order in which they can be known, with `math.sin` and `math.cos` where needed.


# %% answer="example-reverse"
def reverse_program(x, y, gz=1.0):
    """The adjoints of z = x*y + sin(x), as a dictionary with the keys gz, gb, ga, gy, gx."""
    ### BEGIN SOLUTION
    gb = gz * 1.0
    ga = gz * 1.0
    gy = ga * x
    gx = ga * y + gb * math.cos(x)
    ### END SOLUTION
    return {"gz": gz, "gb": gb, "ga": ga, "gy": gy, "gx": gx}


# %% item="example-reverse" points=2
with task("example-reverse") as check:
    with check("the adjoints of a and b", 0.5, hint="z = a + b: how much does z move when only b moves?"):
        got = reverse_program(0.5, 4.2)
        expect(got["gb"], 1.0, at="x = 0.5, y = 4.2", what="gb")
        expect(got["ga"], 1.0, at="x = 0.5, y = 4.2", what="ga")
    with check(
        "the adjoints of the inputs", 0.5, hint="a = x*y is the only user of y; x has two users, and their parts add up"
    ):
        got = reverse_program(0.5, 4.2)
        expect(
            got["gy"],
            0.5,
            at="x = 0.5, y = 4.2",
            what="gy",
            mistakes={"gx and gy have changed places": 4.2 + math.cos(0.5)},
        )
        expect(
            got["gx"],
            4.2 + math.cos(0.5),
            at="x = 0.5, y = 4.2",
            what="gx",
            mistakes={
                "only one use of x is counted, the one in a = x*y": 4.2,
                "only one use of x is counted, the one in b = sin(x)": math.cos(0.5),
                "the derivative of sin is taken to be sin": 4.2 + math.sin(0.5),
                "the derivative of sin has the wrong sign": 4.2 - math.cos(0.5),
                "the two uses of x are multiplied instead of added": 4.2 * math.cos(0.5),
                "gx and gy have changed places": 0.5,
            },
        )
    ### BEGIN HIDDEN TESTS
    p_, q_, s_ = random.uniform(0.7, 1.4), random.uniform(2.0, 3.0), random.uniform(1.5, 2.5)
    where = f"x = {p_:.4g}, y = {q_:.4g}, gz = {s_:.4g}"
    seed_lost = "gz is not passed on: every adjoint is a multiple of it"
    with check("gb and ga with another gz", 0.25, hint="gb and ga start from gz, whatever it is"):
        got = reverse_program(p_, q_, s_)
        expect(got["gb"], s_, at=where, what="gb", mistakes={seed_lost: 1.0})
        expect(got["ga"], s_, at=where, what="ga", mistakes={seed_lost: 1.0})
    with check("gy at another point", 0.25, hint="y is used in a = x*y only"):
        got = reverse_program(p_, q_, s_)
        expect(got["gy"], s_ * p_, at=where, what="gy", mistakes={seed_lost: p_, "x is fixed at 0.5": s_ * 0.5})
    with check("gx at another point", 0.5, hint="x is used in a = x*y and in b = sin(x)"):
        got = reverse_program(p_, q_, s_)
        mistakes = {
            seed_lost: q_ + math.cos(p_),
            "gz is lost in the part that comes through b": s_ * q_ + math.cos(p_),
            "gz is lost in the part that comes through a": q_ + s_ * math.cos(p_),
            "only one use of x is counted, the one in a = x*y": s_ * q_,
            "only one use of x is counted, the one in b = sin(x)": s_ * math.cos(p_),
            "the derivative of sin is taken to be sin": s_ * (q_ + math.sin(p_)),
            "the derivative of sin has the wrong sign": s_ * (q_ - math.cos(p_)),
            "the point is fixed at x = 0.5, y = 4.2": s_ * (4.2 + math.cos(0.5)),
        }
        expect(got["gx"], s_ * (q_ + math.cos(p_)), at=where, what="gx", mistakes=mistakes)
    ### END HIDDEN TESTS

# %% [markdown] section="The dependency graph" minutes=2
# ## 2. The dependency graph (2 minutes)
#
# Draw every quantity as a box, and an arrow from each quantity to its users. Write on every arrow how much the user moves
# when the quantity does, $\partial(\text{user})/\partial(\text{quantity})$: the arrow's **weight**. Values flow along the
# arrows, adjoints against them; and the sum rule of section 1 becomes: *to get a box's adjoint, look at the arrows that leave it.*
#
# The next cell only holds the drawing machinery. Run it and read on.


# %% locked="graph-drawing"
class Picture:
    """Something to look at (HTML) and the same in words (text), for those who cannot see it."""

    def __init__(self, html, text):
        self.html, self.text = html, text

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.text


def short(value):
    """A number as short text; text stays as it is, and nothing known is a question mark."""
    return "?" if value is None else value if isinstance(value, str) else f"{float(value):.4g}"


def between(inputs, z):
    """The Vars on the ways from the inputs to z, as {Var: layer}: every arrow leads to a later layer."""
    layer, users_of, queue = dict.fromkeys(inputs, 0), {}, list(inputs)
    while queue:
        v = queue.pop(0)
        for _, user in v.children:
            users_of.setdefault(user, {})[v] = True
            if layer.get(user, -1) <= layer[v]:
                layer[user] = layer[v] + 1
                queue.append(user)
        if len(layer) > 50_000:
            raise ValueError("this graph is too large to draw")
    kept, queue = {z}, [z]
    while queue:
        for v in users_of.get(queue.pop(), ()):
            if v not in kept:
                kept.add(v)
                queue.append(v)
    layer.setdefault(z, 0)
    return {v: layer[v] for v in sorted(layer, key=layer.get) if v in kept}


def svg(boxes, arrows, title, active=(), thick=()):
    """A drawing: boxes {key: (layer, row, lines of text)}, arrows [(from, to, weight)]; what is active is drawn thick."""
    wide, high, step_x, step_y = 104, 64, 188, 104
    layers = [layer for layer, _, _ in boxes.values()]
    rows = {layer: sum(1 for other in layers if other == layer) for layer in layers}
    below = {key for key, (layer, row, _) in boxes.items() if row > (rows[layer] - 1) / 2}

    def reach(start, end, twin=0):
        """How far the bend of an arrow leaves the boxes; arrows that pass boxes by need room above or below."""
        span = boxes[end][0] - boxes[start][0]
        return 24 + 34 * span + 26 * twin if span > 1 else 0

    room = {
        side: 8 + max([reach(a, b, 1) / 2 for a, b, _ in arrows if (a in below) is side and reach(a, b)], default=8)
        for side in (False, True)
    }
    if len({(a, b) for a, b, _ in arrows}) < len(arrows):  # two arrows between the same boxes: the second bends down
        room[True] = max(room[True], 40)
    middle = room[False] + (max(rows.values()) * step_y - step_y + high) / 2
    height = 2 * middle - room[False] + room[True]
    place = {}
    for key, (layer, row, _) in boxes.items():
        place[key] = (20 + layer * step_x, middle + (row - (rows[layer] - 1) / 2) * step_y - high / 2)
    parts, twins = [], {}
    for index, (start, end, weight) in enumerate(arrows):
        (x1, y1), (x2, y2) = place[start], place[end]
        twin = twins[start, end] = twins.get((start, end), -1) + 1
        heavy = 3 if index in thick else 1.3
        if boxes[end][0] - boxes[start][0] == 1:
            x1, y1, y2 = x1 + wide, y1 + high / 2, y2 + high / 2 + 18 * twin
            bend, back = (0, 16 + 30 * twin)[twin > 0], (9, 0)
            y1 += 18 * twin
            cx, cy = (x1 + x2) / 2, (y1 + y2) / 2 + bend
            tx, ty = (x1 + 2 * cx + x2) / 4, (y1 + 2 * cy + y2) / 4 + (16 if twin else -8)
            if not twin and y2 > y1 + 5:
                tx, anchor = tx + 6, "start"
            elif not twin and y2 < y1 - 5:
                tx, anchor = tx - 6, "end"
            else:
                anchor = "middle"
        else:  # over the boxes in between, or below them
            down = start in below
            side = high if down else 0
            bow = reach(start, end, twin) * (1 if down else -1)
            x1, y1, x2, y2 = x1 + wide / 2, y1 + side, x2 + wide / 2 - 16 * twin, y2 + side
            cx, cy = (x1 + x2) / 2, (min, max)[down](y1, y2) + bow
            tx, ty, anchor = (
                0.04 * x1 + 0.32 * cx + 0.64 * x2 + 6,
                0.04 * y1 + 0.32 * cy + 0.64 * y2 + (10 if down else -3),
                "start",
            )
            back = (0, 0)
        length = math.hypot(x2 - cx, y2 - cy) or 1.0
        ux, uy = (x2 - cx) / length, (y2 - cy) / length
        tip = f"{x2:.1f},{y2:.1f} {x2 - 9 * ux - 4 * uy:.1f},{y2 - 9 * uy + 4 * ux:.1f} {x2 - 9 * ux + 4 * uy:.1f},{y2 - 9 * uy - 4 * ux:.1f}"
        parts.append(
            f'<path d="M{x1:.1f} {y1:.1f} Q{cx:.1f} {cy:.1f} {x2 - 7 * ux:.1f} {y2 - 7 * uy:.1f}" fill="none" '
            f'stroke="currentColor" stroke-width="{heavy}"/><polygon points="{tip}" fill="currentColor"/>'
            f'<text x="{tx:.1f}" y="{ty:.1f}" text-anchor="{anchor}" font-style="italic">{short(weight)}</text>'
        )
    for key, (_, _, lines) in boxes.items():
        left, top = place[key]
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide}" height="{high}" rx="10" fill="none" stroke="currentColor" '
            f'stroke-width="{3.5 if key in active else 1.3}"/>'
        )
        for line, (text, style) in enumerate(
            zip(lines, ('font-weight="bold"', "", 'fill="#c05a00" font-weight="bold"'))
        ):
            offset = top + high / 2 + 5 + (line - (len(lines) - 1) / 2) * 18
            parts.append(f'<text x="{left + wide / 2:.1f}" y="{offset:.1f}" text-anchor="middle" {style}>{text}</text>')
    width = 40 + max(layers) * step_x + wide
    return (
        f'<svg role="img" aria-label="{title}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" '
        f'style="max-width:100%;height:auto" font-family="sans-serif" font-size="14" fill="currentColor">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


def show(z, /, steps=False, **names):
    """Draw the graph that leads to z, with values, weights and adjoints; steps=True adds one picture for every step.

    The inputs are found among the notebook's own variables, or name them: show(z, x=x, y=y). Nothing in the graph is changed:
    the adjoints are worked out here, from the weights alone, with z.grad_value (or 1) as the seed.
    """
    found = names or {name: v for name, v in globals().items() if type(v) is type(z) and not name.startswith("_")}
    layer = between([*dict.fromkeys(v for v in found.values() if v is not z)], z)
    if len(layer) > 40:
        raise ValueError(f"this graph has {len(layer)} boxes: too many to draw")
    order, label = list(layer), {}
    for name, v in sorted(found.items(), key=lambda item: len(item[0])):
        label.setdefault(v, name)
    label.setdefault(z, "z")
    for count, v in enumerate([v for v in order if v not in label], 1):
        label[v] = f"v{count}"
    arrows = [(v, user, weight) for v in order for weight, user in v.children if user in layer]
    row, columns = {}, {}
    for v in order:
        columns.setdefault(layer[v], []).append(v)
    for column in columns.values():  # near the boxes that lead to them, so that few arrows cross
        above = {v: [row[start] for start, user, _ in arrows if user is v and start in row] for v in column}
        ranked = sorted(column, key=lambda v: sum(above[v]) / len(above[v]) if above[v] else 0)
        row.update({v: place for place, v in enumerate(ranked)})
    adjoint = {}
    for v in reversed(order):
        leaving = [weight * adjoint[user] for start, user, weight in arrows if start is v]
        adjoint[v] = sum(leaving) if v is not z else 1.0 if z.grad_value is None else z.grad_value

    def why(v):
        if v is z:
            return f"g{label[z]} = {short(adjoint[z])}, the seed"
        parts = [f"{short(weight)} × g{label[user]}" for start, user, weight in arrows if start is v]
        return f"g{label[v]} = {' + '.join(parts) or '0'} = {short(adjoint[v])}"

    def picture(values, adjoints, title, active=(), thick=()):
        boxes = {}
        for v in order:
            lines = [
                label[v],
                short(v.value) if v in values else "…",
                f"g = {short(adjoint[v])}" if v in adjoints else "",
            ]
            boxes[v] = (layer[v], row[v], lines[: 3 if adjoints else 2])
        return svg(boxes, arrows, title, active, thick)

    table = [("box", "value", "adjoint", "stored grad_value", "arrows to its users (weight)")]
    for v in order:
        users = [f"{label[user]} ({short(weight)})" for start, user, weight in arrows if start is v]
        stored = "none" if v.grad_value is None else short(v.grad_value)
        table.append((label[v], short(v.value), short(adjoint[v]), stored, ", ".join(users) or "none"))
    widths = [max(len(row[column]) for row in table) for column in range(5)]
    text = "\n".join("  ".join(cell.ljust(size) for cell, size in zip(row, widths)).rstrip() for row in table)
    cells = ["".join(f"<td style='text-align:left'>{cell}</td>" for cell in row) for row in table]
    html = [picture(order, order, "Graph of " + label[z] + ". " + "; ".join(why(v) for v in reversed(order)))]
    if steps:
        for count, v in enumerate(order, 1):
            into = [i for i, (_, user, _) in enumerate(arrows) if user is v]
            said = f"Forwards {count}: {label[v]} = {short(v.value)}"
            drawn = picture(order[:count], (), said, (v,), into)
            html.append(f"<details><summary>{said}</summary>{drawn}</details>")
        for count, v in enumerate(reversed(order), 1):
            out = [i for i, (start, _, _) in enumerate(arrows) if start is v]
            said = f"Backwards {count}: {why(v)}"
            drawn = picture(order, order[len(order) - count :], said, (v,), out)
            html.append(f"<details><summary>{said}</summary>{drawn}</details>")
        text += "\n" + "\n".join(why(v) for v in reversed(order))
    html.append(
        f"<details><summary>The same as a table</summary><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></details>"
    )
    return Picture("\n".join(html), text)


# %% show="example-graph"
Picture(
    svg(
        {
            "x": (0, 0, ["x"]),
            "y": (0, 1, ["y"]),
            "b": (1, 0, ["b = sin x"]),
            "a": (1, 1, ["a = x y"]),
            "z": (2, 0, ["z = a + b"]),
        },
        [("x", "b", "cos x"), ("x", "a", "y"), ("y", "a", "x"), ("b", "z", "1"), ("a", "z", "1")],
        "The dependency graph: x leads to b with weight cos x and to a with weight y; y leads to a with weight x; a and b lead to z with weight 1.",
    ),
    "Arrows and their weights: x to b (cos x), x to a (y), y to a (x), b to z (1), a to z (1).",
)

# %% [markdown]
# Two arrows leave $x$: to $b$ with weight $\cos x$ and to $a$ with weight $y$. Hence
# $g_x = \cos x \cdot g_b + y \cdot g_a$, just as in your program. One arrow leaves $y$: $g_y = x \cdot g_a$.

# %% [markdown] section="A class that keeps the graph" minutes=3
# ## 3. A class that keeps the graph (3 minutes)
#
# Nobody wants to draw this by hand for a thousand lines of code. So let every number remember who used it. A `Var` has
#
# * `.value`, a plain number;
# * `.children`, a list of pairs `(weight, child)`, one for each arrow that leaves it: the child is the `Var` that used it;
# * `.grad_value`, its adjoint, `None` as long as nobody has asked;
# * `.grad()`, which works the adjoint out by the sum rule, and keeps it.
#
# An operation makes a new `Var` and leaves a pair in the list **of each of its operands**. For $c = a\,b$ the weights are
# $\partial c/\partial a = b$ and $\partial c/\partial b = a$; you see both in `__mul__`.
#
# (If you run this cell again later, run the cells of sections 4 and 5 again too: a new class has none of your methods.)


# %% locked="var"
class Var:
    """A number that remembers which later numbers were made from it."""

    def __init__(self, value):
        self.value = value
        self.children = []
        self.grad_value = None

    def grad(self):
        """The adjoint: each child's adjoint times the weight of the arrow to it, summed. Asked again, the kept one."""
        if self.grad_value is None:
            self.grad_value = sum(weight * child.grad() for weight, child in self.children)
        return self.grad_value

    def __mul__(self, other):
        z = Var(self.value * other.value)
        self.children.append((other.value, z))
        other.children.append((self.value, z))
        return z

    def __repr__(self):
        return f"Var({self.value:.6g})"


# %% [markdown]
# A first look. Without a **seed** nothing would flow, because the output has no children and its adjoint would be an empty
# sum. So we put the 1 of "$g_z = 1$" into the output ourselves, and only then ask the inputs.

# %%
p, q = Var(2.0), Var(3.0)
r = p * q * q
r.grad_value = 1.0  # the seed: dr/dr
print("r =", r.value, " dr/dp =", p.grad(), " dr/dq =", q.grad())

# %% [markdown]
# Check by hand: $r = p\,q^2$, so $\partial r/\partial p = q^2 = 9$ and $\partial r/\partial q = 2pq = 12$. `q` was used twice,
# and its two pairs were added up.

# %% [markdown] section="The operators" minutes=9
# ## 4. The operators (9 minutes)
#
# Four exercises of the same shape: compute the value, make the new `Var`, leave **one pair `(weight, z)` with each operand**.
# Both operands are always `Var`s here; a constant is written `Var(2.0)`. Each method is an ordinary function that is put
# into the class afterwards, so one that is still missing does not disturb the others.
#
# ### Task `var-addition` (1 point)
#
# $z = a + b$ : what are $\partial z/\partial a$ and $\partial z/\partial b$?


# %% answer="var-addition"
def add(self, other):
    """self + other, with a pair left in the children of both."""
    ### BEGIN SOLUTION
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    other.children.append((1.0, z))
    return z
    ### END SOLUTION


Var.__add__ = add

# %% item="var-addition" points=1
with task("var-addition") as check:
    with check("the value of a sum", 0.25, hint="return a new Var whose value is the sum of the two values"):
        expect((Var(3.0) + Var(4.0)).value, 7.0, at="a = 3, b = 4", what="the value of a + b")
    with check("both weights", 0.25, hint="append the pair (weight, z) to self.children and one to other.children"):
        a_, b_ = Var(3.0), Var(4.0)
        c_ = a_ + b_
        c_.grad_value = 1.0
        expect(
            a_.grad(),
            1.0,
            at="a = 3, b = 4",
            what="the gradient of a + b for a",
            mistakes={"a got no pair (weight, z)": 0.0, "these are the weights of a product": 4.0},
        )
        expect(
            b_.grad(),
            1.0,
            at="a = 3, b = 4",
            what="the gradient of a + b for b",
            mistakes={
                "b got no pair (weight, z)": 0.0,
                "these are the weights of a product": 3.0,
                "this is the weight of a difference": -1.0,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check("sums at random points", 0.25, hint="both weights are the same, wherever the operands are"):
        expect_weights("addition", lambda a, b: a + b, Var, points=1)
    with check(
        "a sum that uses a variable more than once",
        0.25,
        hint="each use leaves a pair of its own: append it, and check the weight",
    ):
        p_, q_, s_ = random.uniform(1.2, 2.6), random.uniform(1.2, 2.6), random.uniform(1.5, 2.5)
        a_, b_ = Var(p_), Var(q_)
        c_ = a_ * b_ + (a_ + a_)
        c_.grad_value = s_
        where = f"a = {p_:.4g}, b = {q_:.4g}, with a*b + (a + a) seeded by {s_:.4g}"
        mistakes = {
            "an earlier use of a was overwritten instead of added to": 2 * s_,
            "a + a counts only once": s_ * (q_ + 1),
            "only the last use of a is kept": s_,
        }
        expect(a_.grad(), s_ * (q_ + 2), at=where, what="the gradient for a", mistakes=mistakes)
        expect(b_.grad(), s_ * p_, at=where, what="the gradient for b")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-subtraction` (1 point)
#
# $z = a - b$ : which of the two weights is different now?


# %% answer="var-subtraction"
def sub(self, other):
    """self - other, with a pair left in the children of both."""
    ### BEGIN SOLUTION
    z = Var(self.value - other.value)
    self.children.append((1.0, z))
    other.children.append((-1.0, z))
    return z
    ### END SOLUTION


Var.__sub__ = sub

# %% item="var-subtraction" points=1 builds_on=["var-addition"]
with task("var-subtraction") as check:
    with check("the value of a difference", 0.25, hint="the value is self.value - other.value, in this order"):
        expect(
            (Var(3.0) - Var(4.5)).value,
            -1.5,
            at="a = 3, b = 4.5",
            what="the value of a - b",
            mistakes={"the operands are the wrong way round": 1.5, "the two values are added": 7.5},
        )
    with check("both weights", 0.25, hint="if b grows, a - b shrinks"):
        a_, b_ = Var(3.0), Var(4.5)
        c_ = a_ - b_
        c_.grad_value = 1.0
        expect(
            a_.grad(),
            1.0,
            at="a = 3, b = 4.5",
            what="the gradient of a - b for a",
            mistakes={
                "a got no pair (weight, z)": 0.0,
                "the two weights have changed places": -1.0,
                "these are the weights of a product": 4.5,
            },
        )
        expect(
            b_.grad(),
            -1.0,
            at="a = 3, b = 4.5",
            what="the gradient of a - b for b",
            mistakes={
                "the second weight has the wrong sign": 1.0,
                "b got no pair (weight, z)": 0.0,
                "these are the weights of a product": 3.0,
            },
        )
    ### BEGIN HIDDEN TESTS
    with check("differences at random points", 0.25, hint="only the second weight differs from that of a sum"):
        expect_weights("subtraction", lambda a, b: a - b, Var, points=1)
    with check(
        "a difference that uses a variable more than once",
        0.25,
        hint="each use leaves a pair of its own: append it, and check the weight",
    ):
        p_, q_, s_ = random.uniform(1.2, 2.6), random.uniform(1.2, 2.6), random.uniform(1.5, 2.5)
        a_, b_ = Var(p_), Var(q_)
        c_ = (a_ * b_ - a_) * b_ - b_
        c_.grad_value = s_
        where = f"a = {p_:.4g}, b = {q_:.4g}, with (a*b - a)*b - b seeded by {s_:.4g}"
        mistakes = {
            "the second weight has the wrong sign": s_ * (2 * p_ * q_ - p_ + 1),
            "an earlier use was overwritten instead of added to": -s_,
        }
        expect(b_.grad(), s_ * (2 * p_ * q_ - p_ - 1), at=where, what="the gradient for b", mistakes=mistakes)
        expect(
            a_.grad(),
            s_ * (q_ * q_ - q_),
            at=where,
            what="the gradient for a",
            mistakes={"the second weight has the wrong sign": s_ * (q_ * q_ + q_)},
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-division` (2 points)
#
# $z = a / b$. Write $a/b = a\,b^{-1}$ if you have forgotten the quotient rule, and differentiate for one operand at a time,
# as if the other were a constant.


# %% answer="var-division"
def truediv(self, other):
    """self / other, with a pair left in the children of both."""
    ### BEGIN SOLUTION
    z = Var(self.value / other.value)
    self.children.append((1.0 / other.value, z))
    other.children.append((-self.value / other.value**2, z))
    return z
    ### END SOLUTION


Var.__truediv__ = truediv

# %% item="var-division" points=2
with task("var-division") as check:
    with check("the value of a quotient", 0.25, hint="the value is self.value / other.value, in this order"):
        expect(
            (Var(3.0) / Var(4.0)).value,
            0.75,
            at="a = 3, b = 4",
            what="the value of a / b",
            mistakes={"the operands are the wrong way round": 4 / 3},
        )
    with check("the first weight", 0.25, hint="for a constant b, a / b is a straight line in a: what is its slope?"):
        a_, b_ = Var(3.0), Var(4.0)
        c_ = a_ / b_
        c_.grad_value = 1.0
        expect(
            a_.grad(),
            0.25,
            at="a = 3, b = 4",
            what="the gradient of a / b for a",
            mistakes={
                "the first weight is b instead of 1/b": 4.0,
                "a got no pair (weight, z)": 0.0,
                "the first weight divides by b squared": 1 / 16,
                "the first weight is 1, as in a sum": 1.0,
            },
        )
    with check("the second weight", 0.5, hint="the derivative of 1/b is -1/b**2"):
        a_, b_ = Var(3.0), Var(4.0)
        c_ = a_ / b_
        c_.grad_value = 1.0
        mistakes = {
            "the second weight has the wrong sign": 3 / 16,
            "the second weight divides by b instead of b squared": -3 / 4,
            "the second weight divides by b instead of b squared, and has the wrong sign": 3 / 4,
            "the second weight multiplies by b after dividing by it: x / b*b is (x / b)*b": -3.0,
            "the second weight does not divide by b squared": 3.0,
            "the second weight multiplies by b squared instead of dividing": -48.0,
            "the second weight lacks the factor a": -1 / 16,
            "the second weight lacks the factor a, and has the wrong sign": 1 / 16,
            "b got no pair (weight, z)": 0.0,
        }
        expect(b_.grad(), -3 / 16, at="a = 3, b = 4", what="the gradient of a / b for b", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check("quotients at random points", 0.5, hint="compare both weights with the quotient rule"):
        expect_weights("division", lambda a, b: a / b, Var, points=2)
    with check(
        "a quotient that uses a variable more than once",
        0.5,
        hint="each use leaves a pair of its own: append it, and check the weight",
    ):
        p_, q_, s_ = random.uniform(1.2, 2.6), random.uniform(1.2, 2.6), random.uniform(1.5, 2.5)
        a_, b_ = Var(p_), Var(q_)
        c_ = (a_ * b_ * b_) / b_ / a_ * b_
        c_.grad_value = s_
        where = f"a = {p_:.4g}, b = {q_:.4g}, with a*b*b/b/a*b seeded by {s_:.4g}"
        expect(a_.grad(), 0.0, at=where, what="the gradient for a (a cancels)")
        expect(b_.grad(), 2 * s_ * q_, at=where, what="the gradient for b (b squared is left)")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-power` (3 points)
#
# $z = a^n$, where the exponent is a `Var` as well (and the base positive). Two different rules are at work: for the base the
# exponent is constant, $a^n$; for the exponent the base is constant, and $a^n = e^{n \log a}$.


# %% answer="var-power"
def power(self, other):
    """self ** other for a positive base, with a pair left in the children of both."""
    ### BEGIN SOLUTION
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value * math.log(self.value), z))
    return z
    ### END SOLUTION


Var.__pow__ = power

# %% item="var-power" points=3
with task("var-power") as check:
    with check("the value of a power", 0.25, hint="the value is self.value ** other.value, in this order"):
        expect(
            (Var(2.5) ** Var(3.0)).value,
            15.625,
            at="a = 2.5, n = 3",
            what="the value of a ** n",
            mistakes={"base and exponent have changed places": 3.0**2.5, "the two values are multiplied": 7.5},
        )
    with check("the base's weight", 0.5, hint="for a constant exponent: n * a**(n - 1)"):
        a_, n_ = Var(2.5), Var(3.0)
        c_ = a_**n_
        c_.grad_value = 1.0
        mistakes = {
            "the exponent is not lowered by one": 46.875,
            "the exponent is missing as a factor": 6.25,
            "the product a*n is raised to the power: check the brackets": 56.25,
            "the base got the exponent's weight": 15.625 * math.log(2.5),
            "the base got no pair (weight, z)": 0.0,
        }
        expect(a_.grad(), 18.75, at="a = 2.5, n = 3", what="the gradient of a ** n for the base a", mistakes=mistakes)
    with check("the exponent's weight", 0.75, hint="for a constant base: the derivative of e**(n*log(a)) for n"):
        a_, n_ = Var(2.5), Var(3.0)
        c_ = a_**n_
        c_.grad_value = 1.0
        mistakes = {
            "the exponent got no pair (weight, z): it can change too": 0.0,
            "the logarithm of the base is missing": 15.625,
            "the logarithm is that of the exponent": 15.625 * math.log(3.0),
            "log1p is taken for log: it is log(1 + a)": 15.625 * math.log1p(2.5),
            "the logarithm is to base 10": 15.625 * math.log10(2.5),
            "the logarithm is to base 2": 15.625 * math.log2(2.5),
            "the logarithm stands alone, without a**n": math.log(2.5),
            "the exponent got the base's weight": 18.75,
            "the exponent is lowered by one here too": 6.25 * math.log(2.5),
        }
        expect(
            n_.grad(),
            15.625 * math.log(2.5),
            at="a = 2.5, n = 3",
            what="the gradient of a ** n for the exponent n",
            mistakes=mistakes,
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "powers at random points",
        1,
        hint="the base follows the power rule, the exponent the exponential rule; neither n nor a is a whole number here",
    ):
        expect_weights("power", lambda a, b: a**b, Var, points=2)
    with check("a power that uses a variable as base and exponent", 0.5, hint="each use leaves its own pair"):
        p_, s_ = random.uniform(1.2, 2.4), random.uniform(1.5, 2.5)
        a_ = Var(p_)
        c_ = a_**a_ * a_
        c_.grad_value = s_
        want = s_ * p_**p_ * (p_ * (math.log(p_) + 1) + 1)
        mistakes = {"the exponent's pair is missing": s_ * p_**p_ * (p_ + 1), "only the last use is kept": s_ * p_**p_}
        expect(
            a_.grad(),
            want,
            at=f"a = {p_:.4g}, with a**a * a seeded by {s_:.4g}",
            what="the gradient for a",
            mistakes=mistakes,
        )
    ### END HIDDEN TESTS

# %% [markdown] section="Functions" minutes=4
# ## 5. Functions (4 minutes)
#
# A function has one operand, so it leaves one pair. `sin` is given.


# %% locked="var-sin"
def sin(x):
    """The sine of a Var."""
    z = Var(math.sin(x.value))
    x.children.append((math.cos(x.value), z))
    return z


# %% [markdown]
# ### Task `var-cos` (1 point)


# %% answer="var-cos"
def cos(x):
    """The cosine of a Var, with a pair left in the children of x."""
    ### BEGIN SOLUTION
    z = Var(math.cos(x.value))
    x.children.append((-math.sin(x.value), z))
    return z
    ### END SOLUTION


# %% item="var-cos" points=1 builds_on=["var-addition"]
with task("var-cos") as check:
    with check("cos at 0.5", 0.5, hint="the cosine falls where the sine is positive"):
        x_ = Var(0.5)
        z_ = cos(x_)
        expect(z_.value, math.cos(0.5), at="x = 0.5", what="the value of cos(x)")
        z_.grad_value = 1.0
        mistakes = {
            "the minus is missing": math.sin(0.5),
            "this is the rule for sin": math.cos(0.5),
            "x got no pair (weight, z)": 0.0,
        }
        expect(x_.grad(), -math.sin(0.5), at="x = 0.5", what="the gradient of cos(x)", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check("cos at random points", 0.25, hint="the weight depends on x.value"):
        expect_weights("cos", cos, Var, plain=math.cos, operands=1, points=1)
    with check(
        "cos of a variable that is used elsewhere too",
        0.25,
        hint="each use leaves a pair of its own: append it, and check the weight",
    ):
        p_, s_ = random.uniform(0.4, 1.3), random.uniform(1.5, 2.5)
        x_ = Var(p_)
        z_ = x_ * x_ * cos(x_)
        z_.grad_value = s_
        mistakes = {
            "the minus is missing": s_ * (2 * p_ * math.cos(p_) + p_ * p_ * math.sin(p_)),
            "another use of x was overwritten": -s_ * p_ * p_ * math.sin(p_),
        }
        want = s_ * (2 * p_ * math.cos(p_) - p_ * p_ * math.sin(p_))
        at = f"x = {p_:.4g}, with x*x*cos(x) seeded by {s_:.4g}"
        expect(x_.grad(), want, at=at, what="the gradient for x", mistakes=mistakes)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-tan` (2 points)
#
# Either look the derivative up and leave one pair, or let the operators that you have do the work: $\tan x = \sin x / \cos x$.


# %% answer="var-tan"
def tan(x):
    """The tangent of a Var."""
    ### BEGIN SOLUTION
    z = Var(math.tan(x.value))
    x.children.append((1.0 / math.cos(x.value) ** 2, z))
    return z
    ### END SOLUTION


# %% item="var-tan" points=2 builds_on=["var-division", "var-cos"]
with task("var-tan") as check:
    with check("the value of tan", 0.25, hint="math.tan of the value"):
        expect(
            tan(Var(0.5)).value,
            math.tan(0.5),
            at="x = 0.5",
            what="the value of tan(x)",
            mistakes={"the quotient is the wrong way round": 1 / math.tan(0.5)},
        )
    with check("the gradient of tan at 0.5", 0.75, hint="it can be written with cos**2 or with tan**2"):
        x_ = Var(0.5)
        z_ = tan(x_)
        z_.grad_value = 1.0
        mistakes = {
            "the sign is wrong": -1 / math.cos(0.5) ** 2,
            "the cosine is taken of 2x instead of being squared": 1 / math.cos(1.0),
            "the cosine is taken of x squared instead of being squared": 1 / math.cos(0.25),
            "the cosine is not squared": 1 / math.cos(0.5),
            "the square of the cosine multiplies instead of dividing": math.cos(0.5) ** 2,
            "the square of tan is subtracted from 1 instead of added": 1 - math.tan(0.5) ** 2,
            "the 1 of 1 + tan**2 is missing": math.tan(0.5) ** 2,
            "x got no pair (weight, z)": 0.0,
        }
        expect(x_.grad(), 1 / math.cos(0.5) ** 2, at="x = 0.5", what="the gradient of tan(x)", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check("tan at random points", 0.5, hint="the slope of tan is never smaller than 1"):
        expect_weights("tan", tan, Var, plain=math.tan, operands=1, domain=(0.2, 1.3), points=1)
    with check(
        "tan inside a longer expression", 0.5, hint="the weight is the slope of tan only; the chain rule does the rest"
    ):
        p_, s_ = random.uniform(0.5, 1.0), random.uniform(1.5, 2.5)
        x_ = Var(p_)
        z_ = x_ * x_ * tan(x_)
        z_.grad_value = s_
        slope_part_ = s_ * p_ * p_ / math.cos(p_) ** 2
        mistakes = {"another use of x was overwritten": slope_part_}
        at = f"x = {p_:.4g}, with x*x*tan(x) seeded by {s_:.4g}"
        expect(x_.grad(), 2 * s_ * p_ * math.tan(p_) + slope_part_, at=at, what="the gradient for x", mistakes=mistakes)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-exp` (1 point)
#
# $z = e^x$, for every $x$, negative ones too.


# %% answer="var-exp"
def exp(x):
    """e to the power of a Var."""
    ### BEGIN SOLUTION
    z = Var(math.exp(x.value))
    x.children.append((z.value, z))
    return z
    ### END SOLUTION


# %% item="var-exp" points=1 builds_on=["var-power"]
with task("var-exp") as check:
    with check("exp at 0.5", 0.5, hint="math.exp of the value; the slope of e**x is e**x itself"):
        x_ = Var(0.5)
        z_ = exp(x_)
        expect(z_.value, math.exp(0.5), at="x = 0.5", what="the value of exp(x)")
        z_.grad_value = 1.0
        mistakes = {
            "there is an extra factor x": 0.5 * math.exp(0.5),
            "e**x is treated like a power of x": 0.5 * math.exp(-0.5),
            "the exponent is lowered by one, as for a power of x": math.exp(-0.5),
            "x got no pair (weight, z)": 0.0,
            "the weight is 1": 1.0,
        }
        expect(x_.grad(), math.exp(0.5), at="x = 0.5", what="the gradient of exp(x)", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check("exp of positive and negative numbers", 0.25, hint="one rule for all x: no case is special"):
        below_ = exp(Var(-random.uniform(0.6, 1.9)))
        if below_ is None:
            raise CheckFailed(
                "exp gives None for a negative x: return the new Var in every case.",
                mistake="exp returns None for x < 0",
            )
        expect_weights("exp", exp, Var, plain=math.exp, operands=1, points=1)
        expect_weights("exp", exp, Var, plain=math.exp, operands=1, points=1, domain=(-1.9, -0.6))
    with check(
        "exp inside a longer expression", 0.25, hint="the weight is the slope of exp only; the chain rule does the rest"
    ):
        p_, s_ = random.uniform(0.5, 1.2), random.uniform(1.5, 2.5)
        x_ = Var(p_)
        z_ = x_ * x_ * exp(x_)
        z_.grad_value = s_
        mistakes = {"another use of x was overwritten": s_ * p_ * p_ * math.exp(p_)}
        at = f"x = {p_:.4g}, with x*x*exp(x) seeded by {s_:.4g}"
        expect(x_.grad(), s_ * (2 * p_ + p_ * p_) * math.exp(p_), at=at, what="the gradient for x", mistakes=mistakes)
    ### END HIDDEN TESTS

# %% [markdown] section="The example, differentiated" minutes=4
# ## 6. The example, differentiated (4 minutes)
#
# ### Task `var-dzdy` (1 point)
#
# Compute $z = x\,y + \sin x$ at $x = 0.5$, $y = 4.2$ with your `Var`, seed the output, and put $\partial z/\partial y$ into `dzdy`,
# as a float. (If it comes out as 0: who puts the first 1 into the graph?)

# %% answer="var-dzdy"
x = Var(0.5)
y = Var(4.2)
dzdy = None  # a float
### BEGIN SOLUTION
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = y.grad()
### END SOLUTION

# %% item="var-dzdy" points=1 builds_on=["var-addition"]
with task("var-dzdy") as check:
    with check("dz/dy", 0.5, hint="z.grad_value = 1.0, then y.grad()"):
        if callable(dzdy):
            raise CheckFailed(
                "dzdy is a function that has not been called: y.grad needs its brackets, y.grad().",
                mistake="grad without the call",
            )
        mistakes = {
            "the output has no seed, so nothing flows back": 0.0,
            "this is dz/dx: ask y, not x": 4.2 + math.cos(0.5),
            "this is the value of z": 2.1 + math.sin(0.5),
            "this is the value of y": 4.2,
            "this is the seed: ask y for its gradient": 1.0,
        }
        expect(dzdy, 0.5, at="x = 0.5, y = 4.2", what="dzdy", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check(
        "dzdy is a plain float", 0.5, hint="a float is asked for: what y.grad() returns, not a text and not a Var"
    ):
        if dzdy is None:
            raise NotImplementedError("dzdy is None")
        if type(dzdy) is not float:
            raise CheckFailed("dzdy should be a float, but is something else.", mistake="not a float")
        expect(dzdy, 0.5, at="x = 0.5, y = 4.2", what="dzdy")
    ### END HIDDEN TESTS

# %% [markdown]
# Here is what your class has built. `show(z)` draws the graph behind any `Var`: value in the middle, adjoint below it,
# weights on the arrows. Open the steps one after the other, and predict each number before you look.


# %% show="your-graph"
def draw_example():
    x, y = Var(0.5), Var(4.2)
    b = sin(x)
    a = x * y
    z = a + b
    z.grad_value = 1.0
    return show(z, steps=True, x=x, y=y, a=a, b=b)


with attempt():
    display(draw_example())

# %% [markdown] section="Differentiating an algorithm" minutes=5
# ## 7. Differentiating an algorithm (5 minutes)
#
# A derivative needs no formula, only a program that runs. This one is a loop:
#
# ```python
# z = 1
# for i in 0, 1:
#     z = (z + i) * x * x
# ```
#
# ### Task `loop-by-hand` (2 points)
#
# First without `Var`. Go through the loop with pencil and paper, write $z$ as a polynomial in $x$, differentiate it, and return both
# as plain numbers for any number `x`. (At $x = 0.5$ you can check yourself: one pass gives $z = 0.25$.)


# %% answer="loop-by-hand"
def by_hand(x):
    """The pair (z, dz/dx) of the loop, for a plain number x."""
    ### BEGIN SOLUTION
    return x**4 + x**2, 4 * x**3 + 2 * x
    ### END SOLUTION


# %% item="loop-by-hand" points=2
with task("loop-by-hand") as check:
    with check("the value at 0.5", 0.5, hint="first pass: (1 + 0)*x*x; second pass: that plus 1, times x*x"):
        got = by_hand(0.5)
        mistakes = {
            "the loop stops after one pass": 0.25,
            "i counts 1, 2 instead of 0, 1": 0.625,
            "a pass too many is made": 0.578125,
            "i is never added": 0.0625,
            "value and derivative have changed places": 1.5,
        }
        expect(got[0], 0.3125, at="x = 0.5", what="the value", mistakes=mistakes)
    with check("the derivative at 0.5", 0.5, hint="differentiate the polynomial term by term"):
        got = by_hand(0.5)
        mistakes = {
            "this is the value": 0.3125,
            "the z of the first pass is treated as a constant": 1.25,
            "the loop stops after one pass": 1.0,
            "only the highest power is differentiated": 0.5,
            "a pass too many is made": 2.6875,
        }
        expect(got[1], 1.5, at="x = 0.5", what="the derivative", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check("the value elsewhere", 0.5, hint="return the polynomial for any x, not its value at 0.5"):
        p_ = random.uniform(1.2, 1.9)
        got = by_hand(p_)
        expect(
            got[0],
            p_**4 + p_**2,
            at=f"x = {p_:.4g}",
            what="the value",
            mistakes={"the point is fixed at x = 0.5": 0.3125},
        )
    with check("the derivative elsewhere", 0.5, hint="return the derivative for any x, not its value at 0.5"):
        p_ = -random.uniform(1.2, 1.9)
        got = by_hand(p_)
        mistakes = {
            "the point is fixed at x = 0.5": 1.5,
            "the z of the first pass is treated as a constant": 2 * p_ * (p_ * p_ + 1),
            "the exponents are not lowered": 4 * p_**4 + 2 * p_**2,
        }
        expect(got[1], 4 * p_**3 + 2 * p_, at=f"x = {p_:.4g}", what="the derivative", mistakes=mistakes)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `loop-grad` (2 points)
#
# Now let `Var` do it. Write `loop(x)`, which takes a `Var` and returns the `Var` z (both operands of an operator are `Var`s, so 1
# is `Var(1.0)` and `i` is `Var(i)`). Then use it at $x = 0.5$ and put the derivative into `grad`, as a float. Where does the seed
# belong, and how often?


# %% answer="loop-grad"
def loop(x):
    """The Var z after the loop, for a Var x."""
    ### BEGIN SOLUTION
    z = Var(1.0)
    for i in 0, 1:
        z = (z + Var(i)) * x * x
    return z
    ### END SOLUTION


grad = None  # a float: dz/dx at x = 0.5
### BEGIN SOLUTION
x = Var(0.5)
z = loop(x)
z.grad_value = 1.0
grad = x.grad()
### END SOLUTION

# %% item="loop-grad" points=2 builds_on=["var-addition"]
with task("loop-grad") as check:
    with check("grad at 0.5", 1, hint="one x, made before the loop; one seed, set after it; then x.grad()"):
        if callable(grad):
            raise CheckFailed(
                "grad is a function that has not been called: x.grad needs its brackets, x.grad().",
                mistake="grad without the call",
            )
        mistakes = {
            "the output has no seed, so nothing flows back": 0.0,
            "this is the value of z, not its derivative": 0.3125,
            "x is made anew inside the loop, so only the last pass knows it": 1.25,
            "the seed is set inside the loop, so that an inner z is seeded as well": 2.25,
            "the loop stops after one pass": 1.0,
            "a pass too many is made": 2.6875,
            "i counts 1, 2 instead of 0, 1": 2.5,
        }
        expect(grad, 1.5, at="x = 0.5", what="grad", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check(
        "the loop at another x, with another seed",
        1,
        hint="loop(x) uses the x that it is given, all the way, and leaves the seed to its caller",
    ):
        p_, s_ = random.uniform(1.1, 1.8), random.uniform(1.5, 2.5)
        x_ = Var(p_)
        z_ = loop(x_)
        expect(
            z_.value,
            p_**4 + p_**2,
            at=f"x = {p_:.4g}",
            what="the value of loop(x)",
            mistakes={"the loop works at 0.5, whatever x it is given": 0.3125},
        )
        z_.grad_value = s_
        mistakes = {
            "x is made anew inside the loop": 0.0,
            "the z of the first pass is treated as a constant": s_ * 2 * p_ * (p_ * p_ + 1),
            "an inner z is seeded as well": 2 * p_ + s_ * 2 * p_ * (p_ * p_ + 1),
            "the gradient had been asked for, and kept, inside loop": 4 * p_**3 + 2 * p_,
        }
        expect(
            x_.grad(),
            s_ * (4 * p_**3 + 2 * p_),
            at=f"x = {p_:.4g}, seed {s_:.4g}",
            what="the gradient",
            mistakes=mistakes,
        )
    ### END HIDDEN TESTS


# %% show="loop-graph"
def draw_loop():
    x = Var(0.5)
    z = loop(x)
    z.grad_value = 1.0
    return show(z, x=x, z=z)


with attempt():
    display(draw_loop())

# %% [markdown]
# The loop is gone: the graph holds what *happened*, pass after pass. Count the arrows that leave $x$: one for each use.
# The constants are not in the picture, because nobody keeps them; what they did is in the weights.

# %% [markdown] section="Two outputs, two seeds" minutes=3
# ## 8. Two outputs, two seeds (3 minutes)
#
# Take $z = 2x + \sin x$ and $v = 4x + \cos x$, both made from the same $x$. Put a seed $g_z$ into $z$ and $g_v$ into $v$, and ask $x$.
# By the sum rule the answer is
#
# $$ g_x = g_z \frac{dz}{dx} + g_v \frac{dv}{dx} , $$
#
# a *mixture*. With seeds (1, 1) there is no way to take it apart again: for both derivatives you need two sweeps, with the
# seeds (1, 0) and (0, 1). Forward mode would do both outputs in one run, and need a second run for a second *input*.
#
# ### Task `two-seeds` (2 points)
#
# Write `seeded(t, gz, gv)`: make a fresh `Var` at `t`, compute z and v from it, seed both, and return $g_x$ as a float.


# %% answer="two-seeds"
def seeded(t, gz, gv):
    """gz * dz/dx + gv * dv/dx at x = t, by one sweep through z = 2x + sin x and v = 4x + cos x."""
    ### BEGIN SOLUTION
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = gz
    v.grad_value = gv
    return x.grad()
    ### END SOLUTION


# %% item="two-seeds" points=2 builds_on=["var-addition", "var-cos"]
with task("two-seeds") as check:
    with check("dz/dx, with the seeds (1, 0)", 0.5, hint="z = 2x + sin x"):
        mistakes = {
            "v is seeded as well": 6 + math.cos(0.5) - math.sin(0.5),
            "this is dv/dx: the seeds have changed places": 4 - math.sin(0.5),
            "the output has no seed": 0.0,
        }
        expect(
            seeded(0.5, 1.0, 0.0), 2 + math.cos(0.5), at="t = 0.5, seeds (1, 0)", what="the gradient", mistakes=mistakes
        )
    with check("dv/dx, with the seeds (0, 1)", 0.5, hint="v = 4x + cos x"):
        mistakes = {
            "z is seeded as well": 6 + math.cos(0.5) - math.sin(0.5),
            "this is dz/dx: the seeds have changed places": 2 + math.cos(0.5),
            "v has no seed": 0.0,
        }
        expect(
            seeded(0.5, 0.0, 1.0), 4 - math.sin(0.5), at="t = 0.5, seeds (0, 1)", what="the gradient", mistakes=mistakes
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "a mixture, at another point", 1, hint="seed both outputs with what the function is given, then ask x once"
    ):
        p_, s_, r_ = random.uniform(0.8, 1.4), random.uniform(1.5, 2.5), -random.uniform(0.5, 1.3)
        dz, dv = 2 + math.cos(p_), 4 - math.sin(p_)
        mistakes = {
            "only z is seeded": s_ * dz,
            "only v is seeded": r_ * dv,
            "both seeds are 1, whatever is given": dz + dv,
            "the seeds have changed places": r_ * dz + s_ * dv,
            "the point is fixed at 0.5": s_ * (2 + math.cos(0.5)) + r_ * (4 - math.sin(0.5)),
            "the sum of the seeds goes into both": (s_ + r_) * (dz + dv),
        }
        expect(
            seeded(p_, s_, r_),
            s_ * dz + r_ * dv,
            at=f"t = {p_:.4g}, seeds ({s_:.4g}, {r_:.4g})",
            what="the gradient",
            mistakes=mistakes,
        )
    ### END HIDDEN TESTS

# %% [markdown]
# **A free cell.** Build something of your own, seed it, look at it with `show(...)`: a polynomial, a product of sines, a loop with
# a condition in it.

# %%
# z = ...
# z.grad_value = 1.0
# show(z)

# %% [markdown] section="Var done right" minutes=8
# ## 9. Var done right (8 minutes)
#
# `Var.grad` is short and pretty, and it fails in three ways. The two helpers below build graphs to try it on: `doubled(y, n)` is
# `y = y + y`, n times; `chain(x, n)` is a multiplication by one, n times. Look at the failures before you read on.


# %% locked="stress-helpers"
def doubled(y, n):
    """y after n times y = y + y (built here by hand, so that it works before your own + does)."""
    for _ in range(n):
        z = Var(2 * y.value)
        y.children += [(1.0, z), (1.0, z)]
        y = z
    return y


def chain(x, n):
    """x after n multiplications by one."""
    one = Var(1.0)
    for _ in range(n):
        x = x * one
    return x


def how_many(find, x):
    """How many Vars find(x) returns."""
    return len(find(x))


# %% show="three-failures"
def visits_without_keeping(v):
    """How many visits it takes when nothing is kept: every way to the output is walked."""
    return 1 + sum(visits_without_keeping(child) for _, child in v.children)


def three_failures():
    x = Var(3.0)
    z = x * x
    z.grad_value = 1.0
    print("1. Stale. z = x*x at 3:                        dz/dx =", x.grad())
    v = x * x * x
    v.grad_value, z.grad_value = 1.0, None
    print("   Then v = x*x*x on the same x, v seeded:     dv/dx =", x.grad(), "(should be 27)")
    print("2. Do not keep it, then?")
    for n in 2, 4, 8, 16:
        x = Var(1.0)
        doubled(x, n)
        print(f"   y = y + y, {n:2} times: {visits_without_keeping(x):7,} visits")
    print(f"              40 times: {2**41 - 1:,} visits")
    x = Var(1.0)
    z = chain(x, 10_000)
    z.grad_value = 1.0
    try:
        print("3. A chain of 10,000:", x.grad())
    except RecursionError as error:
        print("3. A chain of 10,000 operations: RecursionError,", str(error).split(" while")[0])


with attempt():
    three_failures()

# %% [markdown]
# 1. **Stale.** What is kept is right for the graph of that moment. Build a second expression on `x`, and `x.grad()` repeats
#    the old answer.
# 2. **Every path.** Without keeping anything, every way from `x` to the output is walked: they double with each step.
# 3. **Too deep.** One Python call waits inside the other, and Python allows about a thousand of them.
#
# The cure for all three: *first put the graph in order, then sweep it once.* In a **topological order** every `Var` stands
# before all of its children. Go through such a list from the end, and whenever you come to a `Var`, the adjoints of all its
# children are ready; each is visited once, by a plain loop, and nothing needs to be kept from one sweep to the next.
#
# The short way to make the order is recursive again: *a Var is finished when all its children are; list them as they finish,
# and turn the list round.*


# %% locked="order-short"
def order_short(x, finished=None):
    """A topological order from x: right, short, and too deep for a long chain."""
    first = finished is None
    finished = [] if first else finished
    if x not in finished:
        for _, child in x.children:
            order_short(child, finished)
        if x not in finished:
            finished.append(x)
    return finished[::-1] if first else finished


# %% show="order-short-fails"
def order_short_fails():
    p = Var(2.0)
    q = p * p
    r = p * q
    print("p = 2, q = p*p, r = p*q in order:", [v.value for v in order_short(p)], "ending in", r.value)
    x = Var(1.0)
    chain(x, 10_000)
    try:
        order_short(x)
    except RecursionError as error:
        print("A chain of 10,000: RecursionError,", str(error).split(" while")[0])


with attempt():
    order_short_fails()

# %% [markdown]
# ### Task `var-topological` (3 points)
#
# Write `order(*inputs)`: a list of every `Var` that can be reached from the inputs (these included), **each once, each before its
# children**, without recursion, and without looking at the same `Var` again and again: a graph of 40 doublings must take about
# 40 visits, a chain of 10,000 no deeper calls than one of 10.
#
# *One way.* Keep your own stack of things to do. Take the top one off: if it says "visit `v`" and `v` is new, put "finish `v`" on the
# stack and, above it, "visit" for each child. If it says "finish `v`", all that stood above it is done, so append `v` to the
# list. *Another way.* Count for every `Var` how many arrows arrive at it; a `Var` is ready when all of those have been followed.
# A `Var` can be a member of a set and a key of a dictionary.


# %% answer="var-topological"
def order(*inputs):
    """Every Var that depends on the inputs, each once and before its children. No recursion."""
    ### BEGIN SOLUTION
    finished, seen = [], set()
    stack = [("visit", v) for v in inputs]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", child) for _, child in v.children)
    return finished[::-1]
    ### END SOLUTION


# %% item="var-topological" points=3
with task("var-topological") as check:
    with check("a small graph in order", 0.75, hint="every Var before its children, none twice, none left out"):
        a_ = Var(2.0)
        b_ = a_ * a_
        c_ = a_ * b_
        got = order(a_)
        if got is None:
            raise NotImplementedError("order gives None")
        got = [v.value for v in got]
        mistakes = {
            "the list is the wrong way round: the input belongs first": [8.0, 4.0, 2.0],
            "a Var is listed before all of its parents are": [2.0, 8.0, 4.0],
            "the inputs are left out": [4.0, 8.0],
            "the Vars are listed once for each way that leads to them": [2.0, 4.0, 4.0, 8.0, 8.0, 8.0],
        }
        expect(got, [2.0, 4.0, 8.0], at="a = 2, b = a*a, c = a*b", what="the list of values", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check(
        "two inputs and a graph that branches",
        0.75,
        hint="start from all inputs; a Var may come only after everything that leads to it",
    ):
        p_, q_ = random.uniform(1.3, 1.6), random.uniform(1.7, 1.9)
        for turned_ in (False, True):
            a_, b_ = Var(p_), Var(q_)
            u_ = b_ * b_
            v_ = u_ * a_
            w_ = v_ * u_
            t_ = b_ * w_
            listed_ = order(b_, a_) if turned_ else order(a_, b_)
            if listed_ is None:
                raise NotImplementedError("order gives None")
            names_ = {
                p_: "a",
                q_: "b",
                q_ * q_: "u",
                q_ * q_ * p_: "v",
                (q_ * q_ * p_) * (q_ * q_): "w",
                q_ * ((q_ * q_ * p_) * (q_ * q_)): "t",
            }
            got = [names_.get(x.value, "?") for x in listed_]
            where = "u = b*b, v = u*a, w = v*u, t = b*w"
            if len(set(got)) < len(got):
                raise CheckFailed(
                    f"order lists a Var more than once: {' '.join(got)}, at {where}.", mistake="listed more than once"
                )
            if set(got) != set("abuvwt"):
                raise CheckFailed(
                    f"order lists {' '.join(got)}, expected every one of a b u v w t, at {where}.",
                    mistake="a Var is missing",
                )
            for before, after in ("bu", "uv", "av", "vw", "uw", "wt", "bt"):
                if got.index(before) > got.index(after):
                    raise CheckFailed(
                        f"order lists {' '.join(got)}, but {before} leads to {after} and belongs before it, at {where}.",
                        mistake="a Var before its parent",
                    )
    with check(
        "forty doublings in forty visits",
        0.75,
        hint="remember in a set which Vars you have visited, and do not visit them again",
    ):

        class Counted:
            """Looks like a Var, and counts how often its children are looked at."""

            looks = 0

            def __init__(self, value):
                self.value, self.grad_value, self.pairs = value, None, []

            @property
            def children(self):
                Counted.looks += 1
                if Counted.looks > 600:
                    raise CheckFailed(
                        "order looks at the same Var again and again: more than 600 looks for 41 Vars.",
                        mistake="walks every path",
                    )
                return self.pairs

        first_ = last_ = Counted(1.0)
        for _ in range(40):
            new_ = Counted(last_.value + 1.0)
            last_.pairs = [(1.0, new_), (1.0, new_)]
            last_ = new_
        try:
            length_ = how_many(order, first_)
        except Exception:
            if Counted.looks > 600:
                raise CheckFailed(
                    "order looks at the same Var again and again: more than 600 looks for 41 Vars.",
                    mistake="walks every path",
                ) from None
            raise
        if length_ is None:
            raise NotImplementedError("order gives None")
        expect(length_, 41, at="y = y + y, 40 times", what="the number of Vars listed")
    with check("a chain of 10,000", 0.75, hint="no function may call itself: keep your own stack"):
        x_ = Var(1.0)
        chain(x_, 10_000)
        try:
            length_ = how_many(order, x_)
        except Exception as error:
            if isinstance(error, RecursionError):
                raise CheckFailed(
                    "order calls itself too deeply for a chain of 10,000 operations.", mistake="recursion"
                ) from None
            raise
        expect(length_, 10_001, at="a chain of 10,000", what="the number of Vars listed")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-backward` (3 points)
#
# Now the sweep. `backward(z, *inputs, seed=1.0)` goes through `order(*inputs)` from the end and sets `grad_value` of **every** `Var`
# in it: `seed` for z, and for each other one the sum over its own children. Whatever stood in `grad_value` before does not
# matter, so calling it twice gives the same, and a second expression on the same `x` is no trouble (a `Var` that does not lead
# to z gets 0).
#
# `reset(*inputs)` makes the inputs as good as new: `grad_value` is `None` again in every `Var` that depends on them, and
# the inputs have no children any more. Without it `x.children` would hold on to every expression that was ever built on `x`.


# %% answer="var-backward"
def backward(z, *inputs, seed=1.0):
    """Set grad_value of every Var that depends on the inputs to its adjoint, with `seed` at z."""
    ### BEGIN SOLUTION
    for v in reversed(order(*inputs)):
        v.grad_value = sum(weight * child.grad_value for weight, child in v.children)
        if v is z:
            v.grad_value = seed
    ### END SOLUTION


def reset(*inputs):
    """Forget everything that was built on the inputs."""
    ### BEGIN SOLUTION
    for v in order(*inputs):
        v.grad_value = None
    for v in inputs:
        v.children = []
    ### END SOLUTION


# %% item="var-backward" points=3 builds_on=["var-topological"]
with task("var-backward") as check:
    with check(
        "a small graph", 0.5, hint="sweep from the end; each Var sums weight * child.grad_value over its children"
    ):
        a_, b_ = Var(2.0), Var(3.0)
        c_ = a_ * b_
        d_ = c_ * a_
        backward(d_, a_, b_)
        mistakes = {
            "the contributions overwrite each other instead of being summed": [6.0, 4.0],
            "the output is not seeded": [0.0, 0.0],
            "grad_value has not been set for the inputs": [None, None],
        }
        if a_.grad_value is None:
            raise NotImplementedError("backward set nothing")
        expect(
            [a_.grad_value, b_.grad_value],
            [12.0, 4.0],
            at="c = a*b, d = c*a, a = 2, b = 3",
            what="the gradients of d",
            mistakes=mistakes,
        )
    with check("twice is the same as once", 0.5, hint="start every sum at 0, do not add to what is there"):
        for _ in range(2):
            backward(d_, a_, b_)
        mistakes = {
            "each call adds to what the last one left": [24.0, 8.0],
            "each call adds to what the last one left (three calls so far)": [36.0, 12.0],
        }
        if a_.grad_value is None:
            raise NotImplementedError("backward set nothing")
        expect(
            [a_.grad_value, b_.grad_value],
            [12.0, 4.0],
            at="the same graph, backward called again",
            what="the gradients of d",
            mistakes=mistakes,
        )
    ### BEGIN HIDDEN TESTS
    p_, q_, s_ = random.uniform(1.2, 1.9), random.uniform(2.1, 2.6), random.uniform(1.5, 2.5)
    with check(
        "two expressions on one x, with a seed", 0.75, hint="each call is for its own output and forgets the one before"
    ):
        a_, b_ = Var(p_), Var(q_)
        z_ = a_ * b_
        v_ = z_ * a_ * b_
        backward(z_, a_, b_, seed=s_)
        if a_.grad_value is None:
            raise NotImplementedError("backward set nothing")
        mistakes = {"the seed is ignored": [q_, p_]}
        expect(
            [a_.grad_value, b_.grad_value],
            [s_ * q_, s_ * p_],
            at=f"z = a*b, seed {s_:.4g}",
            what="the gradients of z",
            mistakes=mistakes,
        )
        backward(v_, a_, b_, seed=s_)
        both_ = [s_ * 2 * p_ * q_ * q_, s_ * 2 * p_ * p_ * q_]
        mistakes = {
            "the answer is that for the first expression: a stale value was kept": [s_ * q_, s_ * p_],
            "the first expression is still seeded, and the two add up": [both_[0] + s_ * q_, both_[1] + s_ * p_],
            "the seed is ignored": [both_[0] / s_, both_[1] / s_],
        }
        expect(
            [a_.grad_value, b_.grad_value],
            both_,
            at=f"v = (a*b)*a*b, after z = a*b, seed {s_:.4g}",
            what="the gradients of v",
            mistakes=mistakes,
        )
    with check("twelve doublings", 0.25, hint="each Var once: work along the order"):

        class CountedVar:
            """Looks like a Var, and counts how often its children are looked at."""

            looks = 0

            def __init__(self, value):
                self.value, self.grad_value, self.pairs = value, None, []

            @property
            def children(self):
                CountedVar.looks += 1
                if CountedVar.looks > 200:
                    raise CheckFailed("far too many visits")
                return self.pairs

            def grad(self):
                if self.grad_value is None:
                    self.grad_value = sum(weight * child.grad() for weight, child in self.children)
                return self.grad_value

        first_ = last_ = CountedVar(1.0)
        for _ in range(12):
            new_ = CountedVar(2 * last_.value)
            last_.pairs = [(1.0, new_), (1.0, new_)]
            last_ = new_
        try:
            backward(last_, first_, seed=s_)
        except Exception:
            if CountedVar.looks > 200:
                raise CheckFailed(
                    "backward looks at the same Var again and again: more than 200 looks for 13 Vars.",
                    mistake="walks every path",
                ) from None
            raise
        expect(
            first_.grad_value,
            s_ * 2.0**12,
            at="y = y + y, 12 times",
            what="the gradient",
            mistakes={"only one of two arrows between the same Vars counts": s_},
        )
    with check("a chain of 10,000", 0.25, hint="no function may call itself, and v.grad() does"):
        x_ = Var(p_)
        z_ = chain(x_, 10_000)
        try:
            backward(z_, x_, seed=s_)
        except Exception as error:
            if isinstance(error, RecursionError):
                raise CheckFailed(
                    "backward calls itself too deeply for a chain of 10,000 operations (so does v.grad()).",
                    mistake="recursion",
                ) from None
            raise
        expect(x_.grad_value, s_, at="a chain of 10,000", what="the gradient")
    with check(
        "reset", 0.75, hint="grad_value is None for everything that depends on the inputs; the inputs have no children"
    ):
        a_, b_ = Var(p_), Var(q_)
        c_ = a_ * b_
        d_ = c_ * a_
        backward(d_, a_, b_, seed=s_)
        if d_.grad_value is None:
            raise NotImplementedError("backward set nothing")
        reset(a_, b_)
        if len(a_.children) or len(b_.children):
            raise CheckFailed("after reset the inputs still have children.", mistake="reset keeps the children")
        left_ = [name for name, w in (("a", a_), ("b", b_), ("c", c_), ("d", d_)) if w.grad_value is not None]
        if left_:
            raise CheckFailed(
                f"after reset grad_value is not None in {', '.join(left_)} (c = a*b, d = c*a).",
                mistake="reset keeps gradients",
            )
        e_ = a_ * a_
        backward(e_, a_, seed=s_)
        expect(a_.grad_value, s_ * 2 * p_, at="a new expression after reset", what="the gradient")
    ### END HIDDEN TESTS


# %% show="done-right"
def run_done_right():
    x = Var(3.0)
    z = x * x
    backward(z, x)
    print("1. z = x*x at 3:                    dz/dx =", x.grad_value)
    backward(x * x * x, x)
    print("   v = x*x*x on the same x:         dv/dx =", x.grad_value)
    x = Var(1.0)
    y = doubled(x, 40)
    backward(y, x)
    print(f"2. y = y + y, 40 times: {len(order(x))} Vars listed, dy/dx = {x.grad_value:.0f}")
    x = Var(1.0)
    backward(chain(x, 10_000), x)
    print("3. A chain of 10,000:               dz/dx =", x.grad_value)


with attempt():
    run_done_right()

# %% [markdown] section="A tape" minutes=3
# ## 10. A tape, and what it costs (3 minutes)
#
# There is a second way to get an order, and it is free: write every operation down **as it happens**. No number can be used
# before it exists, so the list of creation *is* a topological order. Such a list is called a **tape**, or a **Wengert list** (R. E.
# Wengert described it in 1964); reverse mode plays it backwards. Here each entry keeps its *operands* with their weights, and
# passes its adjoint on to them.


# %% locked="tape-var"
class TapeVar:
    """A Var on a tape: z.grad_value is the seed, x.grad() is always up to date, x.visits counts what it looked at."""

    tape = []

    def __init__(self, value, operands=()):
        self.value, self.operands = value, operands  # operands: pairs (weight, TapeVar)
        self.grad_value, self.visits = None, 0
        self.place = len(TapeVar.tape)
        TapeVar.tape.append(self)

    def collect(self, adjoint, part):
        adjoint[self] = adjoint.get(self, 0.0) + part

    def grad(self):
        """Play the tape backwards, from its end to this entry."""
        adjoint = {self: 0.0}
        self.visits = 0
        for v in reversed(TapeVar.tape[self.place :]):
            if v.grad_value is not None:
                adjoint[v] = adjoint.get(v, 0.0) + v.grad_value
            if v in adjoint:
                self.visits += 1
                for weight, operand in v.operands:
                    operand.collect(adjoint, weight * adjoint[v])
        return adjoint[self]

    def __add__(self, other):
        return type(self)(self.value + other.value, ((1.0, self), (1.0, other)))

    def __sub__(self, other):
        return type(self)(self.value - other.value, ((1.0, self), (-1.0, other)))

    def __mul__(self, other):
        return type(self)(self.value * other.value, ((other.value, self), (self.value, other)))

    def __truediv__(self, other):
        return type(self)(self.value / other.value, ((1 / other.value, self), (-self.value / other.value**2, other)))


# %% [markdown]
# **The price is memory.** A tape grows with every operation and holds all intermediate values, because the weights need them: a
# network's memory while training is mostly its tape. **Checkpointing** trades time for space. Keep only every $k$-th state
# of a long computation; in the backward sweep, take the last kept state, run the $k$ steps after it again (now on a short tape),
# sweep those, throw them away, and go on to the one before. With $n$ steps and $k$ about $\sqrt n$ the memory falls from
# $n$ to about $2\sqrt n$, and every step is computed twice. The stretch at the end measures it.

# %% [markdown] section="Kill the mutants" minutes=7
# ## 11. Kill the mutants (7 minutes)
#
# You have been tested long enough. Now *you* write the test: `test_engine(V)` receives a class `V` and finds out, by using it,
# whether it differentiates correctly. For a right engine it returns without a word; for a broken one it raises an
# `AssertionError`, so plain `assert` statements will do. An engine offers only this:
#
# * `V(number)`; the operators `+`, `-`, `*`, `/` between two of them; `.value`;
# * `z.grad_value = seed` puts a seed into an output, any number; `None` takes it out again;
# * `x.grad()` is the sum of (seed × derivative) over all seeded outputs, always up to date: with another seed, or a second expression
#   on the same `x`, it is worked out anew;
# * after `x.grad()`, `x.visits` says how many `V`s were visited. A right engine visits each at most once, so `y = y + y` ten times
#   takes at most 11 visits.
#
# ### Task `test-engine` (4 points)
#
# Your test is tried on engines that you have not seen. Some are right and made differently from `TapeVar`; it must let them pass.
# The broken ones
#
# 1. **overwrite** the gradient where a variable is used twice, instead of summing,
# 2. **walk every path**: right numbers, far too many visits,
# 3. have a **stale** cache: what `x.grad()` once said, it says for ever,
# 4. have **no seed** of their own: whatever is put into `z.grad_value`, they take 1,
# 5. have a **wrong second weight** in `-`, in `*` or in `/`.
#
# `TapeVar` is a right engine to try your test on, and `Overwriting` is a broken one. Choose your numbers with care: at $a = b$, or at
# 1, or with the seed 1, many mistakes do not show. A few numbers are enough; no expression needs more than about ten operations.


# %% locked="a-broken-engine"
class Overwriting(TapeVar):
    """The first of the broken engines."""

    def collect(self, adjoint, part):
        adjoint[self] = part


# %% answer="test-engine"
def test_engine(V):
    """Return None if V is a right engine, raise AssertionError if it is not."""

    ### BEGIN SOLUTION
    def check_gradients(make, want_a, want_b, seed=2.0):
        a, b = V(3.0), V(5.0)
        z = make(a, b)
        z.grad_value = seed
        assert abs(a.grad() - seed * want_a) < 1e-9, "the gradient for a"
        assert abs(b.grad() - seed * want_b) < 1e-9, "the gradient for b"

    check_gradients(lambda a, b: a - b, 1.0, -1.0)
    check_gradients(lambda a, b: a * b, 5.0, 3.0)
    check_gradients(lambda a, b: a / b, 1 / 5, -3 / 25)
    check_gradients(lambda a, b: a * b + a, 6.0, 3.0)

    x = V(3.0)
    z = x * x
    z.grad_value = 1.0
    assert x.grad() == 6.0
    z.grad_value = 2.0
    assert x.grad() == 12.0, "a stale gradient"

    x = y = V(1.0)
    for _ in range(6):
        y = y + y
    y.grad_value = 1.0
    assert x.grad() == 64.0
    assert x.visits <= 7, "too many visits"
    ### END SOLUTION


# %% item="test-engine" points=4
with task("test-engine") as check:
    with check("TapeVar passes, Overwriting does not", 0.5, hint="with z = x*x the two uses of x must add up"):
        try:
            verdict = test_engine(TapeVar)
        except Exception as error:
            kind = type(error).__name__
            if isinstance(error, NotImplementedError):
                raise
            raise CheckFailed(
                f"test_engine rejects TapeVar, which is right ({kind}: {error}).", mistake="rejects a right engine"
            ) from None
        if verdict is not None:
            raise CheckFailed(
                "test_engine returns something: it should return nothing for a right engine, and raise for a broken one.",
                mistake="returns a verdict",
            )
        try:
            test_engine(Overwriting)
        except Exception:
            caught = True
        else:
            caught = False
        if not caught:
            raise CheckFailed(
                "test_engine lets Overwriting pass, which keeps only the last use of a variable.",
                mistake="lets a broken engine pass",
            )

    ### BEGIN HIDDEN TESTS
    def engine(fault="", sign=1.0):
        """A class with the engine's interface; `fault` says what is wrong with it."""

        class V:
            def __init__(self, value):
                self.value, self.grad_value, self.visits = value, None, 0
                self._users, self._kept = [], None

            def _made(self, other, value, first, second):
                new = V(value)
                self._users.append((first, new))
                other._users.append((second, new))
                return new

            def __add__(self, other):
                return self._made(other, self.value + other.value, 1.0, 1.0)

            def __sub__(self, other):
                return self._made(other, self.value - other.value, 1.0, 1.0 if fault == "-" else -1.0)

            def __mul__(self, other):
                return self._made(
                    other, self.value * other.value, other.value, other.value if fault == "*" else self.value
                )

            def __truediv__(self, other):
                second = -self.value / other.value ** (1 if fault == "/" else 2)
                return self._made(other, self.value / other.value, 1.0 / other.value, second)

            def _seed(self):
                return 0.0 if self.grad_value is None else 1.0 if fault == "no seed" else self.grad_value

            def _walk(self, start):
                start.visits += 1
                if start.visits > 20_000:
                    raise OverflowError("far too many visits")
                return self._seed() + sum(weight * user._walk(start) for weight, user in self._users)

            def grad(self):
                if fault == "stale" and self._kept is not None:
                    return self._kept
                self.visits = 0
                if fault == "every path":
                    return self._walk(self)
                ready, arriving, found = [self], {}, [self]
                for v in found:
                    for _, user in v._users:
                        if user not in arriving:
                            found.append(user)
                        arriving[user] = arriving.get(user, 0) + 1
                ordered = []
                while ready:
                    v = ready.pop()
                    ordered.append(v)
                    for _, user in v._users:
                        arriving[user] -= 1
                        if not arriving[user]:
                            ready.append(user)
                adjoint = {}
                for v in reversed(ordered):
                    self.visits += 1
                    parts = [weight * adjoint[user] for weight, user in v._users]
                    adjoint[v] = v._seed() + (sum(parts[-1:]) if fault == "overwrites" else sum(parts))
                self._kept = adjoint[self]
                return self._kept

        return V

    verdicts = {}

    def rejects(fault):
        """Whether test_engine raises for that engine; worked out once."""
        if fault not in verdicts:
            try:
                verdicts[fault] = ("", test_engine(engine(fault)))
            except Exception as error:
                kind = type(error).__name__
                if isinstance(error, NotImplementedError):
                    raise
                verdicts[fault] = (kind, error)
        return verdicts[fault]

    def kill(fault, words):
        """Fail unless a right engine passes and the broken one does not."""
        kind, error = rejects("")
        if kind:
            raise CheckFailed(
                f"test_engine rejects a right engine ({kind}: {error}), so its verdict on broken ones does not count.",
                mistake="rejects a right engine",
            )
        kind, verdict = rejects(fault)
        if not kind:
            said = " (it returned something; it should raise an AssertionError)" if verdict is not None else ""
            raise CheckFailed(
                f"test_engine lets an engine pass that {words}{said}.", mistake=f"lets a broken engine pass: {fault}"
            )

    with check("kills the one that overwrites", 0.5, hint="use a variable twice in one expression"):
        kill("overwrites", "keeps only one use of a variable instead of summing all")
    with check("kills the one that walks every path", 0.75, hint="build y = y + y a few times and look at x.visits"):
        kill("every path", "walks every path: its numbers are right, its visits are not")
    with check("kills the one with the stale cache", 0.5, hint="ask x.grad() twice, and change something in between"):
        kill("stale", "repeats its first answer when the seed or the expression changes")
    with check("kills the one without a seed", 0.5, hint="use a seed that is not 1"):
        kill("no seed", "takes 1 for a seed, whatever it is given")
    with check("kills a wrong second weight in -", 0.5, hint="ask the second operand for its gradient too"):
        kill("-", "has a wrong second weight in a - b")
    with check("kills a wrong second weight in *", 0.25, hint="take two different numbers for a and b"):
        kill("*", "has a wrong second weight in a * b")
    with check("kills a wrong second weight in /", 0.5, hint="b = 1 hides it"):
        kill("/", "has a wrong second weight in a / b")
    ### END HIDDEN TESTS

# %% [markdown] section="Softmax, row by row" minutes=4
# ## 12. Softmax, row by row (4 minutes)
#
# The function at the end of nearly every classifier turns a list of numbers into probabilities,
# $s_i = e^{x_i} / \sum_k e^{x_k}$. Here it is for a list of `Var`s, with your own `exp`, `+` and `/`; and a second function with
# 3 inputs and 2 outputs.


# %% locked="softmax"
def softmax(xs):
    """The probabilities that belong to the numbers xs (Vars in, Vars out)."""
    powers = [exp(x) for x in xs]
    total = powers[0]
    for power in powers[1:]:
        total = total + power
    return [power / total for power in powers]


def twist(xs):
    """Two outputs made from three inputs."""
    p, q, r = xs
    return [p * q, q * r * r]


# %% [markdown]
# With several outputs the derivative is a table, the **Jacobian** $J_{ij} = \partial s_i/\partial x_j$. Seed output $i$ with 1 and all
# others with nothing: one sweep fills **row** $i$, for all inputs at once. (Forward mode gives a column in each run.)
#
# ### Task `softmax-jacobian` (3 points)
#
# Write `jacobian(f, values)` for any function `f` that takes a list of `Var`s and returns a list of `Var`s; `values` are plain
# numbers. Return a list of rows, one for each output, each a list of floats. Make fresh `Var`s for each row, and no stale
# gradient can spoil it (or use your `backward`).


# %% answer="softmax-jacobian"
def jacobian(f, values):
    """The Jacobian of f at the point given by plain numbers: a list of rows, one for each output."""
    ### BEGIN SOLUTION
    rows = []
    outputs = len(f([Var(value) for value in values]))
    for i in range(outputs):
        xs = [Var(value) for value in values]
        f(xs)[i].grad_value = 1.0
        rows.append([float(x.grad()) for x in xs])
    return rows
    ### END SOLUTION


# %% item="softmax-jacobian" points=3 builds_on=["var-addition", "var-division", "var-exp"]
with task("softmax-jacobian") as check:
    with check(
        "a function with 3 inputs and 2 outputs", 1, hint="one row for each output, in it one number for each input"
    ):
        mistakes = {
            "rows and columns have changed places: a row belongs to an output": [[3.0, 0.0], [2.0, 16.0], [0.0, 24.0]],
            "all outputs were seeded at once, in every row": [[3.0, 18.0, 24.0], [3.0, 18.0, 24.0]],
            "all outputs were seeded at once": [[3.0, 18.0, 24.0]],
            "the first row's gradients were kept for the second: a stale cache": [[3.0, 2.0, 0.0], [3.0, 2.0, 0.0]],
            "the seeds of earlier rows are still there": [[3.0, 2.0, 0.0], [3.0, 18.0, 24.0]],
            "no output was seeded": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        }
        expect(
            jacobian(twist, [2.0, 3.0, 4.0]),
            [[3.0, 2.0, 0.0], [0.0, 16.0, 24.0]],
            at="p = 2, q = 3, r = 4",
            what="the Jacobian of twist",
            mistakes=mistakes,
        )
    ### BEGIN HIDDEN TESTS
    with check("the same function elsewhere", 0.5, hint="nothing may be fixed: neither the point nor the sizes"):
        p_, q_, r_ = (random.uniform(1.3, 2.7) for _ in range(3))
        want = [[q_, p_, 0.0], [0.0, r_ * r_, 2 * q_ * r_]]
        expect(
            jacobian(twist, [p_, q_, r_]),
            want,
            at=f"p = {p_:.4g}, q = {q_:.4g}, r = {r_:.4g}",
            what="the Jacobian of twist",
        )
    with check("softmax", 1.5, hint="the rows of softmax's Jacobian add up to 0: probabilities only move around"):
        values_ = [random.uniform(-1.2, 1.2) for _ in range(4)]
        powers_ = [math.exp(value) for value in values_]
        s_ = [power / sum(powers_) for power in powers_]
        want = [[s_[i] * ((i == j) - s_[j]) for j in range(4)] for i in range(4)]
        mistakes = {
            "off the diagonal the sum below the fraction is treated as a constant": [
                [s_[i] * (1 - s_[i]) if i == j else 0.0 for j in range(4)] for i in range(4)
            ],
            "the sum below the fraction is treated as a constant": [
                [s_[i] if i == j else 0.0 for j in range(4)] for i in range(4)
            ],
            "the sign is wrong": [[-w for w in row] for row in want],
            "all outputs were seeded at once": [[0.0] * 4 for _ in range(4)],
        }
        expect(
            jacobian(softmax, values_),
            want,
            at="four random numbers",
            what="the Jacobian of softmax",
            mistakes=mistakes,
        )
    ### END HIDDEN TESTS


# %% show="softmax-jacobian-table"
def print_jacobian():
    values = [1.0, 2.0, 0.5]
    print("softmax of", values, "is", [round(s.value, 4) for s in softmax([Var(v) for v in values])])
    for i, row in enumerate(jacobian(softmax, values)):
        print(f"row {i}:", "  ".join(f"{g:8.4f}" for g in row), f"   sum {sum(row):8.1e}")


with attempt():
    print_jacobian()

# %% [markdown] section="A network from scratch" minutes=4
# ## 13. A network from scratch (4 minutes)
#
# XOR is the smallest problem that no straight line can solve: the answer is +1 where exactly one of two inputs is on, -1
# otherwise. Our network has two inputs, four hidden units with $\tanh$, and one output: 17 weights, so 17 derivatives of one loss.
# Forward mode would need 17 runs for a single step of training; you need one sweep.

# %% locked="network"
XOR = [(0.0, 0.0, -1.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, -1.0)]  # p, q, target


def tanh(x):
    """The hyperbolic tangent of a Var."""
    z = Var(math.tanh(x.value))
    x.children.append((1.0 - z.value**2, z))
    return z


def network(w, p, q):
    """The output of the 2-4-1 network with the 17 weights w (Vars), for the inputs p and q (Vars)."""
    out = w[16]
    for j in range(4):
        out = out + w[12 + j] * tanh(w[j] * p + w[4 + j] * q + w[8 + j])
    return out


# %% [markdown]
# ### Task `xor-step` (1 point)
#
# Write one step of gradient descent. `step(weights, rate)` takes 17 plain numbers, makes `Var`s of them, and computes the loss: the
# **mean** over the four rows of `XOR` of $(\text{output} - \text{target})^2$. It returns the loss as a float and the list
# of the 17 new weights, $w - \text{rate}\cdot\partial\,\text{loss}/\partial w$, as floats.


# %% answer="xor-step"
def step(weights, rate):
    """One step of gradient descent on XOR: the pair (loss, new weights), all plain numbers."""
    ### BEGIN SOLUTION
    w = [Var(weight) for weight in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    loss = total * Var(0.25)
    loss.grad_value = 1.0
    return loss.value, [v.value - rate * v.grad() for v in w]
    ### END SOLUTION


# %% item="xor-step" points=1 builds_on=["var-addition", "var-subtraction", "var-division"]
def plain_loss(w):
    """The loss of the network, on plain numbers."""
    total = 0.0
    for p, q, target in ((0, 0, -1), (0, 1, 1), (1, 0, 1), (1, 1, -1)):
        out = w[16] + sum(w[12 + j] * math.tanh(w[j] * p + w[4 + j] * q + w[8 + j]) for j in range(4))
        total += (out - target) ** 2 / 4
    return total


with task("xor-step") as check:
    with check("the loss, at weights of 0.1", 0.25, hint="the mean of four squares: their sum times 0.25"):
        weights_ = [0.1] * 17
        result_ = step(weights_, 0.1)
        if result_ is None:
            raise NotImplementedError("step gives None")
        mistakes = {
            "the squares are summed, not averaged": 4 * plain_loss(weights_),
            "the square root is taken": math.sqrt(plain_loss(weights_)),
            "the mean is halved": plain_loss(weights_) / 2,
        }
        expect(result_[0], plain_loss(weights_), at="all weights 0.1", what="the loss", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check(
        "the new weights, at random weights",
        0.75,
        hint="seed the loss with 1, ask every weight, go against the gradient",
    ):
        weights_ = [random.uniform(-1.0, 1.0) for _ in range(17)]
        rate_ = random.uniform(0.05, 0.3)
        result_ = step(weights_, rate_)
        if result_ is None:
            raise NotImplementedError("step gives None")
        uphill_ = slopes(lambda *w: plain_loss(w), weights_)
        want = [w - rate_ * g for w, g in zip(weights_, uphill_)]
        mistakes = {
            "the step goes up the slope: subtract": [w + rate_ * g for w, g in zip(weights_, uphill_)],
            "the weights do not change: is the loss seeded?": weights_,
            "the rate is fixed at 0.1": [w - 0.1 * g for w, g in zip(weights_, uphill_)],
            "the rate is left out": [w - g for w, g in zip(weights_, uphill_)],
            "the gradient is that of the sum, not of the mean": [w - 4 * rate_ * g for w, g in zip(weights_, uphill_)],
            "these are the gradients, not the new weights": uphill_,
        }
        expect(result_[1], want, at="random weights", what="the list of new weights", mistakes=mistakes)
    ### END HIDDEN TESTS


# %% show="xor-training"
def train_xor():
    import random as dice

    import matplotlib.pyplot as plt
    import numpy as np

    dice.seed(5)
    weights, losses = [dice.gauss(0.0, 1.0) for _ in range(17)], []
    for epoch in range(500):
        loss, weights = step(weights, 0.1)
        losses.append(loss)
        if epoch % 100 == 0 or epoch == 499:
            print(f"epoch {epoch:3}: loss {loss:.4f}")
    axis = np.linspace(-0.5, 1.5, 121)
    p, q = np.meshgrid(axis, axis)
    out = weights[16] + sum(
        weights[12 + j] * np.tanh(weights[j] * p + weights[4 + j] * q + weights[8 + j]) for j in range(4)
    )
    grey = "#7a7a7a"
    style = {
        "text.color": grey,
        "axes.edgecolor": grey,
        "axes.labelcolor": grey,
        "xtick.color": grey,
        "ytick.color": grey,
    }
    with plt.rc_context({**style, "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none"}):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
        left.semilogy(losses, color="#3b82c4")
        left.set(xlabel="epoch", ylabel="loss", title="The loss while training")
        right.contourf(p, q, out, levels=[-1e9, 0, 1e9], colors=["#3b82c4", "#c05a00"], alpha=0.35)
        right.contour(p, q, out, levels=[0], colors=[grey], linewidths=2)
        for a, b, target in XOR:
            right.plot(a, b, "s" if target > 0 else "o", color="#c05a00" if target > 0 else "#3b82c4", ms=11, mec=grey)
        right.set(xlabel="p", ylabel="q", title="Squares +1, circles -1", aspect="equal")
        plt.show()
    signs = [
        weights[16]
        + sum(weights[12 + j] * math.tanh(weights[j] * a + weights[4 + j] * b + weights[8 + j]) for j in range(4))
        for a, b, _ in XOR
    ]
    print(
        "In words: the loss falls from",
        f"{losses[0]:.3f} to {losses[-1]:.4f}; the boundary separates (0, 1) and (1, 0) from (0, 0) and (1, 1).",
    )
    print("Outputs:", ", ".join(f"({a:.0f}, {b:.0f}): {sign:+.2f}" for (a, b, _), sign in zip(XOR, signs)))


with attempt():
    train_xor()

# %% [markdown] section="Forward or reverse?" minutes=3
# ## 14. Forward or reverse? (3 minutes)
#
# A sweep in either mode costs a small multiple of the program itself, whatever its size. So count sweeps. The whole Jacobian
# of a program with $n$ inputs and $m$ outputs: how many runs of forward mode, how many sweeps of reverse mode?
#
# ### Task `op-counts` (1 point)
#
# Return both numbers in a dictionary, and under `"cheaper"` which mode needs fewer: `"forward"`, `"reverse"` or `"equal"`.


# %% answer="op-counts"
def sweeps(n, m):
    """For n inputs and m outputs: {"forward": runs, "reverse": sweeps, "cheaper": "forward", "reverse" or "equal"}."""
    ### BEGIN SOLUTION
    cheaper = "equal" if n == m else "forward" if n < m else "reverse"
    return {"forward": n, "reverse": m, "cheaper": cheaper}
    ### END SOLUTION


# %% item="op-counts" points=1
with task("op-counts") as check:
    swapped = "the two modes have changed places"
    with check(
        "a loss of 17 weights",
        0.5,
        hint="forward mode: one run for each input; reverse mode: one sweep for each output",
    ):
        got = sweeps(17, 1)
        if got is None:
            raise NotImplementedError("sweeps gives None")
        expect(
            got["forward"],
            17,
            at="n = 17, m = 1",
            what="the number of forward runs",
            mistakes={swapped: 1, "n and m are multiplied or added": 18},
        )
        expect(got["reverse"], 1, at="n = 17, m = 1", what="the number of reverse sweeps", mistakes={swapped: 17})
        expect(got["cheaper"], "reverse", at="n = 17, m = 1", what="the cheaper mode", mistakes={swapped: "forward"})
    ### BEGIN HIDDEN TESTS
    with check("other sizes", 0.5, hint="few inputs and many outputs, and as many of one as of the other"):
        few_, many_ = random.randint(2, 6), random.randint(20, 90)
        for n_, m_, cheaper in ((few_, many_, "forward"), (many_, few_, "reverse"), (many_, many_, "equal")):
            got = sweeps(n_, m_)
            where = f"n = {n_}, m = {m_}"
            expect(
                got["forward"],
                n_,
                at=where,
                what="the number of forward runs",
                mistakes={swapped: m_, "n and m are multiplied": n_ * m_},
            )
            expect(
                got["reverse"],
                m_,
                at=where,
                what="the number of reverse sweeps",
                mistakes={swapped: n_, "one sweep is taken to be enough for any number of outputs": 1},
            )
            expect(got["cheaper"], cheaper, at=where, what="the cheaper mode")
    ### END HIDDEN TESTS

# %% [markdown]
# And is it true? The next cell counts every single addition and multiplication of plain numbers that either mode makes for
# the whole Jacobian of a program with $n$ inputs and $m$ outputs (a chain of products that all inputs and outputs share).


# %% show="counted-operations"
class Counting(float):
    """A float that counts the additions and multiplications it takes part in."""

    count = 0

    def __add__(self, other):
        Counting.count += 1
        return Counting(float(self) + float(other))

    def __mul__(self, other):
        Counting.count += 1
        return Counting(float(self) * float(other))

    __radd__, __rmul__ = __add__, __mul__


class Dual:
    """A value and its tangent: forward mode in seven lines."""

    def __init__(self, value, tangent):
        self.value, self.tangent = value, tangent

    def __mul__(self, other):
        return Dual(self.value * other.value, self.value * other.tangent + self.tangent * other.value)


def program(xs, m):
    """m outputs from the inputs xs, by one long product that all of them share."""
    shared = xs[0]
    for i in range(40):
        shared = shared * xs[i % len(xs)]
    return [shared * xs[i % len(xs)] for i in range(m)]


def count_forward(n, m):
    Counting.count = 0
    for j in range(n):
        program([Dual(Counting(1.01), Counting(i == j)) for i in range(n)], m)
    return Counting.count


def count_reverse(n, m):
    Counting.count = 0
    xs = [TapeVar(Counting(1.01)) for _ in range(n)]
    outputs = program(xs, m)
    start = xs[0].place
    for output in outputs:
        adjoint = {output: Counting(1.0)}
        for v in reversed(TapeVar.tape[start:]):
            if v in adjoint:
                for weight, operand in v.operands:
                    part = weight * adjoint[v]
                    adjoint[operand] = adjoint[operand] + part if operand in adjoint else part
    del TapeVar.tape[start:]
    return Counting.count


print(" n inputs  m outputs   forward   reverse   fewer")
for n, m in (1, 1), (1, 30), (5, 20), (12, 12), (20, 5), (30, 1):
    forward, reverse = count_forward(n, m), count_reverse(n, m)
    print(f"{n:9} {m:10} {forward:9,} {reverse:9,}   {'forward' if forward < reverse else 'reverse'}")

# %% [markdown]
# Forward grows with $n$, reverse with $m$. A loss has $m = 1$: that is why every deep-learning library is, at heart, what you
# have just built. Notebook 2.3 shows the same things, under the same names, in PyTorch.

# %% [markdown]
# ## Stretch (no marks): checkpointing, measured
#
# The loop $x \leftarrow x - 0.01\,x^3$ is run 2,500 times, and the derivative of its end for its start is wanted. The function
# below keeps every $k$-th state only, and recomputes the rest in pieces. It prints how many values are held at once, $2500/k$ kept states
# and a tape of about $5k$ entries, and how many steps are computed. Which $k$ is best? Predict it, then try it in a cell of your own:
# `checkpointed(1.5, 2500, k)`.


# %% show="checkpointing"
def loop_step(x):
    """One step of the long loop, on a tape."""
    return x - TapeVar(0.01) * x * x * x


def checkpointed(start, n, k):
    """The derivative of the loop's end for its start: (derivative, most values held at once, steps computed)."""
    kept, value, computed = [], start, 0
    for i in range(n):
        if i % k == 0:
            kept.append(value)
        value = value - 0.01 * value**3
        computed += 1
    seed, held = 1.0, 0
    for piece in reversed(range(len(kept))):
        begin = len(TapeVar.tape)
        x = first = TapeVar(kept[piece])
        for _ in range(min(k, n - piece * k)):
            x = loop_step(x)
            computed += 1
        held = max(held, piece + 1 + len(TapeVar.tape) - begin)
        x.grad_value = seed
        seed = first.grad()
        del TapeVar.tape[begin:]
    return seed, held, computed


print("    k   derivative   values held at once   steps computed")
for k in 1, 5, 22, 50, 125, 500, 2500:
    derivative, held, computed = checkpointed(1.5, 2500, k)
    print(f"{k:5}   {derivative:.8f} {held:18,} {computed:18,}")

# %% [markdown]
# The derivative is the same in every row; the memory is smallest in the middle, where both parts of it are about equal;
# and the price is the same everywhere: each step is computed twice. (With checkpoints *inside* the pieces, and again inside
# those, memory can be brought down to the order of $\log n$, for $\log n$ times the work.)

# %% [markdown]
# ## What is open, and how to hand in

# %% locked="summary"
summary()
