# The text master of a notebook, with solutions and hidden tests: never publish it.

# %% [markdown]
# # 2.2 Reverse mode: every derivative in one sweep
#
# *Core: 75 minutes, 35 points. Further: 65 minutes, with points of its own that do not count towards the mark. You need
# Python and the chain rule; it helps to have done 2.1.*
#
# Forward mode asks what happens to every quantity when one *input* moves, and has to be run again for the next input. A
# network with a million weights has a million inputs and one output, its loss. Reverse mode asks how strongly every
# quantity moves that one *output*, and a single sweep answers for all the inputs. You will
#
# * write the reverse program of a small example by hand,
# * build a class, `Var`, that writes it for you, and see your own graph drawn,
# * write a test that tells a correct engine from broken ones,
# * build a second engine, `Value`, that works the way PyTorch does, and train a neural network with it.
#
# **How to work.** Run the cells from the top. *Run all* is safe at any time: an exercise that is not done yet only says
# so. Your code takes the place of the line `raise NotImplementedError`: as long as that line is there, the exercise is
# not done. The folded cell below each answer checks it. If you are stuck, move on: only sections 4 and 5 need section
# 3, and section 11 needs 8 to 10. The running example is the one of all three notebooks:
#
# $$ z = x\,y + \sin x \qquad\text{at } x = 0.5,\; y = 4.2 . $$

# %% checker=true

# %% locked="imports"
import math


# %% [markdown] section="From paths to adjoints" minutes=7
# ## 1. From paths to adjoints (7 minutes)
#
# Any program can be cut into steps that do one thing each. Take $f = (x_1 + x_2)(x_1 x_2)$ at $(2, 3)$:
#
# ```python
# a = x1 + x2     # 5
# b = x1 * x2     # 6
# f = a * b       # 30
# ```
#
# A small change of $x_1$ reaches $f$ along two **paths**, one through $a$ and one through $b$. Slopes multiply along a
# path, and the paths add up:
#
# $$ \frac{\partial f}{\partial x_1} = \underbrace{b \cdot 1}_{\text{through } a} + \underbrace{a \cdot x_2}_{\text{through } b}
# = 6 + 15 = 21, \qquad
# \frac{\partial f}{\partial x_2} = b \cdot 1 + a \cdot x_1 = 6 + 10 = 16 . $$
#
# Could a program simply list all the paths? Not for long. If every step uses the result of the one before twice, as
# `y = y * y` does, then $n$ steps have $2^n$ paths: a million for $n = 20$. But the paths share their endings. So for
# each quantity $w$ work out, *once*, how strongly it moves the output $z$:
#
# $$ g_w = \frac{\partial z}{\partial w} . $$
#
# This number is the **adjoint** of $w$. The adjoint of the output is $g_z = 1$. For any other $w$, ask which steps
# *use* it. If $w$ moves a little, each of its **users** $u$ moves $\partial u/\partial w$ times as much, and each of
# these movements reaches $z$ with strength $g_u$. So
#
# $$ g_w = \sum_{u \text{ uses } w} g_u \, \frac{\partial u}{\partial w} . $$
#
# Every use *adds* a term: twenty steps `y = y * y` have forty terms, not a million paths. And an adjoint is known only
# when those of all its users are, so the program runs **backwards**, last line first.
#
# **A small one to read.** With `q = 3 * p` and then `r = p * q`, the quantity $p$ is used twice. In code, `gp` stands
# for $g_p$:
#
# ```python
# gr = 1
# gq = gr * p              # q is used once, in r, and dr/dq is p
# gp = gr * q + gq * 3     # p is used in r (dr/dp is q) and in q (dq/dp is 3)
# ```
#
# At $p = 2$ this gives $g_p = 6 + 2\cdot 3 = 12$, and indeed $r = 3p^2$ has slope $6p = 12$.

# %% [markdown]
# ### Task `example-reverse` (3 points)
#
# Write the reverse program of the running example:
#
# ```python
# a = x * y
# b = sin(x)
# z = a + b
# ```
#
# The function receives `x`, `y` and the adjoint of z, `gz` (often 1, but not always). Fill in the other four in an
# order in which they can be known, with `math.sin` and `math.cos` where you need them.


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


# %% item="example-reverse" points=3
#@title Checks the adjoints of the example, at two points and with two values of gz
def check_adjoint_(name, p, q, s, want, mistakes):
    """Compare one adjoint at x = p, y = q, gz = s."""
    at = f"x = {p:.4g}, y = {q:.4g}, gz = {s:.4g}"
    expect(reverse_program(p, q, s)[name], want, at=at, what=name, mistakes=mistakes)


def check_inputs_(p, q, s):
    """Compare gy and gx at x = p, y = q, gz = s, with the mistakes that are known."""
    by_product, by_sine = s * slope(lambda x: x * q, p), s * slope(math.sin, p)
    swapped = "gx and gy have changed places"
    check_adjoint_(
        "gy", p, q, s, s * p, {swapped: by_product + by_sine, "gz is not passed on": p, "x is fixed at 0.5": 0.5 * s}
    )
    mistakes = {
        "only one use of x is counted, the one in a = x*y": by_product,
        "only one use of x is counted, the one in b = sin(x)": by_sine,
        "the derivative of sin is taken to be sin": by_product + s * math.sin(p),
        "the derivative of sin has the wrong sign": by_product - by_sine,
        "the two uses of x are multiplied instead of added": by_product * by_sine,
        "gz is not passed on": (by_product + by_sine) / s,
        "gz is lost in the part that comes through b": by_product + by_sine / s,
        "gz is lost in the part that comes through a": by_product / s + by_sine,
        swapped: s * p,
        "the point is fixed at x = 0.5, y = 4.2": s * slope(lambda x: 4.2 * x + math.sin(x), 0.5),
    }
    check_adjoint_("gx", p, q, s, by_product + by_sine, mistakes)


with task("example-reverse") as check:
    with check(
        "the adjoints of a and b",
        0.5,
        hint=("who uses a, and who uses b?", "in z = a + b, z moves exactly as much as a does, or as b does"),
    ):
        for s_ in (1.0, 2.0):
            check_adjoint_("gb", 0.5, 4.2, s_, s_, {"gz is not passed on": 1.0})
            check_adjoint_("ga", 0.5, 4.2, s_, s_, {"gz is not passed on": 1.0})
    with check(
        "the adjoints of the inputs",
        1,
        hint=(
            "count the uses: y has one, x has two",
            "gy = ga * dz/dy of a = x*y; gx adds what comes through a and through b",
        ),
    ):
        check_inputs_(0.5, 4.2, 1.0)
        check_inputs_(1.5, 0.5, 2.0)
    ### BEGIN HIDDEN TESTS
    p_, q_, s_ = random.uniform(0.7, 1.4), random.uniform(2.0, 3.0), random.uniform(1.5, 2.5)
    with check("gb and ga with another gz", 0.5, hint="gb and ga start from gz, whatever it is"):
        check_adjoint_("gb", p_, q_, s_, s_, {"gz is not passed on": 1.0})
        check_adjoint_("ga", p_, q_, s_, s_, {"gz is not passed on": 1.0})
    with check("gy and gx at another point", 1, hint="y is used in a = x*y only, x in a = x*y and in b = sin(x)"):
        check_inputs_(p_, q_, s_)
        check_inputs_(-p_, q_, -s_)
    ### END HIDDEN TESTS

# %% [markdown] section="The dependency graph" minutes=1
# ## 2. The dependency graph (1 minute)
#
# Draw each quantity as a box, with an arrow to each of its users. Beside the arrow write how much the user moves when
# the quantity does, $\partial(\text{user})/\partial(\text{quantity})$: the arrow's **weight**. Values flow along the
# arrows, adjoints against them, and the sum of section 1 becomes a rule for reading: *to find the adjoint of a box,
# look at the arrows that leave it.*


# %% locked="graph-drawing" fold="Draws graphs: run it and read on"
class GraphPicture:
    """Something to look at (HTML) and the same in words (text), for those who cannot see it."""

    def __init__(self, html, text):
        self.html, self.text = html, text

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.text


def graph_short(value):
    """A number as short text; text stays as it is, and nothing known is a question mark."""
    return "?" if value is None else value if isinstance(value, str) else f"{float(value):.4g}"


def graph_of_vars(inputs, z):
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


def graph_of_values(z):
    """The Values that z was made from, as {Value: layer}, by following the operands."""
    height, depth, queue = {z: 0}, {}, [z]
    while queue:
        v = queue.pop(0)
        for operand in v.operands:
            if height.get(operand, -1) <= height[v]:
                height[operand] = height[v] + 1
                queue.append(operand)
        if len(height) > 5_000:
            raise ValueError("this graph is too large to draw")
    for v in sorted(height, key=height.get, reverse=True):  # as far to the left as the operands allow
        depth[v] = 1 + max((depth[operand] for operand in v.operands), default=-1)
    for v in depth:  # an input stands next to its first user
        if not v.operands and v is not z:
            depth[v] = min(depth[user] for user in depth if v in user.operands) - 1
    return {v: depth[v] for v in sorted(depth, key=depth.get)}


def graph_svg(boxes, arrows, title, active=(), thick=(), turned=False):
    """A drawing: boxes {key: (layer, row, lines of text)}, arrows [(from, to, label)]; what is active is drawn thick.

    Boxes run from left to right. `turned` puts the head of each arrow at its left end.
    """
    wide, high, step_x, step_y = 104, 64, 188, 104
    layers = [layer for layer, _, _ in boxes.values()]
    rows = {layer: sum(1 for other in layers if other == layer) for layer in layers}
    below = {key for key, (layer, row, _) in boxes.items() if row > (rows[layer] - 1) / 2}

    def reach(start, end, twin=0):
        """How far the bend of an arrow leaves the boxes; arrows that pass boxes by need room above or below."""
        span = boxes[end][0] - boxes[start][0]
        return 24 + 34 * span + 44 * twin if span > 1 else 0

    room = {
        side: 14 + max([reach(a, b, 1) / 2 for a, b, _ in arrows if (a in below) is side and reach(a, b)], default=8)
        for side in (False, True)
    }
    if len({(a, b) for a, b, _ in arrows}) < len(arrows):  # two arrows between the same boxes: the second bends down
        room[True] = max(room[True], 48)
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
            x1, y1, y2 = x1 + wide, y1 + high / 2 + 20 * twin, y2 + high / 2 + 20 * twin
            cx, cy = (x1 + x2) / 2, (y1 + y2) / 2 + 34 * twin
            tx, ty = (x1 + 2 * cx + x2) / 4, (y1 + 2 * cy + y2) / 4 + (18 if twin else -8)
            anchor = "middle"
            if not twin and abs(y2 - y1) > 5:
                tx, anchor = (tx + 6, "start") if y2 > y1 else (tx - 6, "end")
        else:  # over the boxes in between, or below them
            down = start in below
            side = high if down else 0
            bow = reach(start, end, twin) * (1 if down else -1)
            x1, y1, x2, y2 = x1 + wide / 2 - 18 * twin, y1 + side, x2 + wide / 2 + 18 * twin, y2 + side
            cx, cy = (x1 + x2) / 2, (min, max)[down](y1, y2) + bow
            near = 0.5 if twin else 0.75  # twins have their labels at different places
            tx = (1 - near) ** 2 * x1 + 2 * near * (1 - near) * cx + near**2 * x2 + 6
            ty = (1 - near) ** 2 * y1 + 2 * near * (1 - near) * cy + near**2 * y2 + (14 if down else -5)
            anchor = "middle" if twin else "start"
        if turned:
            x1, y1, x2, y2 = x2, y2, x1, y1
        length = math.hypot(x2 - cx, y2 - cy) or 1.0
        ux, uy = (x2 - cx) / length, (y2 - cy) / length
        tip = f"{x2:.1f},{y2:.1f} {x2 - 9 * ux - 4 * uy:.1f},{y2 - 9 * uy + 4 * ux:.1f} {x2 - 9 * ux + 4 * uy:.1f},{y2 - 9 * uy - 4 * ux:.1f}"
        parts.append(
            f'<path d="M{x1:.1f} {y1:.1f} Q{cx:.1f} {cy:.1f} {x2 - 7 * ux:.1f} {y2 - 7 * uy:.1f}" fill="none" '
            f'stroke="currentColor" stroke-width="{heavy}"/><polygon points="{tip}" fill="currentColor"/>'
            f'<text x="{tx:.1f}" y="{ty:.1f}" text-anchor="{anchor}" font-style="italic">{graph_short(weight)}</text>'
        )
    for key, (_, _, lines) in boxes.items():
        left, top = place[key]
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide}" height="{high}" rx="10" fill="none" stroke="currentColor" '
            f'stroke-width="{3.5 if key in active else 1.3}"/>'
        )
        for line, (text, style) in enumerate(
            zip(lines, ('font-weight="bold"', "", 'fill="#d2691e" font-weight="bold"'))
        ):
            offset = top + high / 2 + 5 + (line - (len(lines) - 1) / 2) * 18
            parts.append(f'<text x="{left + wide / 2:.1f}" y="{offset:.1f}" text-anchor="middle" {style}>{text}</text>')
    width = 40 + max(layers) * step_x + wide
    return (
        f'<svg role="img" aria-label="{title}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" '
        f'style="max-width:100%;height:auto" font-family="sans-serif" font-size="14" fill="currentColor">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


def graph_figure(drawing, caption):
    """A drawing with its caption below it."""
    return f'<figure style="margin:0.5em 0">{drawing}<figcaption>{caption}</figcaption></figure>'


def graph_rows(order, layer, arrows):
    """The row of each box in its layer, near the boxes that lead to it, so that few arrows cross."""
    row, columns = {}, {}
    for v in order:
        columns.setdefault(layer[v], []).append(v)
    for column in columns.values():
        above = {v: [row[start] for start, end, _ in arrows if end is v and start in row] for v in column}
        ranked = sorted(column, key=lambda v: sum(above[v]) / len(above[v]) if above[v] else 0)
        row.update({v: place for place, v in enumerate(ranked)})
    return row


def show(z, /, steps=False, **names):
    """Draw the graph behind z, a Var or a Value, with values and adjoints; steps=True adds a picture for every step.

    The names are found among the notebook's own variables, or given: show(z, x=x, y=y). Nothing in the graph is changed: the
    adjoints of Vars are worked out here, from the weights alone, with z.grad_value (or 1) as the seed.
    """
    found = names or {name: v for name, v in globals().items() if type(v) is type(z) and not name.startswith("_")}
    turned = hasattr(z, "operands")
    layer = (
        graph_of_values(z) if turned else graph_of_vars([*dict.fromkeys(v for v in found.values() if v is not z)], z)
    )
    if len(layer) > 40:
        raise ValueError(f"this graph has {len(layer)} boxes: too many to draw")
    order, label = list(layer), {}
    for name, v in sorted(found.items(), key=lambda item: len(item[0])):
        label.setdefault(v, name)
    label.setdefault(z, "z")
    if turned:
        arrows = [(operand, v, "") for v in order for operand in v.operands]
        row = graph_rows(order, layer, arrows)
        boxes = {}
        for v in order:
            head = ": ".join(part for part in (label.get(v, ""), v._op) if part)
            boxes[v] = (layer[v], row[v], [head or "constant", graph_short(v.value), f"g = {graph_short(v.grad)}"])
        words = []
        for v in reversed(order):
            made = (
                f" = {v._op} of " + ", ".join(label.get(o) or o._op or graph_short(o.value) for o in v.operands)
                if v.operands
                else ""
            )
            words.append(
                f"{label.get(v, '')}{made}: value {graph_short(v.value)}, grad {graph_short(v.grad)}".strip(" :=")
            )
        drawing = graph_svg(boxes, arrows, f"Graph of {label[z]}. " + "; ".join(words), turned=True)
        caption = f"The graph of {label[z]}. Each arrow leads from a result to one of its operands; g is the adjoint collected so far."
        return GraphPicture(graph_figure(drawing, caption), "\n".join(words))
    for count, v in enumerate([v for v in order if v not in label], 1):
        label[v] = f"v{count}"
    arrows = [(v, user, weight) for v in order for weight, user in v.children if user in layer]
    row = graph_rows(order, layer, arrows)
    adjoint = {}
    for v in reversed(order):
        leaving = [weight * adjoint[user] for start, user, weight in arrows if start is v]
        adjoint[v] = sum(leaving) if v is not z else 1.0 if z.grad_value is None else z.grad_value

    def why(v):
        if v is z:
            return f"g{label[z]} = {graph_short(adjoint[z])}, the seed"
        parts = [f"{graph_short(weight)} × g{label[user]}" for start, user, weight in arrows if start is v]
        return f"g{label[v]} = {' + '.join(parts) or '0'} = {graph_short(adjoint[v])}"

    def picture(values, adjoints, title, active=(), thick=()):
        boxes = {}
        for v in order:
            lines = [
                label[v],
                graph_short(v.value) if v in values else "…",
                f"g = {graph_short(adjoint[v])}" if v in adjoints else "",
            ]
            boxes[v] = (layer[v], row[v], lines[: 3 if adjoints else 2])
        return graph_svg(boxes, arrows, title, active, thick)

    table = [("box", "value", "adjoint", "stored grad_value", "arrows to its users (weight)")]
    for v in order:
        users = [f"{label[user]} ({graph_short(weight)})" for start, user, weight in arrows if start is v]
        stored = "none" if v.grad_value is None else graph_short(v.grad_value)
        table.append((label[v], graph_short(v.value), graph_short(adjoint[v]), stored, ", ".join(users) or "none"))
    widths = [max(len(row[column]) for row in table) for column in range(5)]
    text = "\n".join("  ".join(cell.ljust(size) for cell, size in zip(row, widths)).rstrip() for row in table)
    cells = ["".join(f"<td style='text-align:left'>{cell}</td>" for cell in row) for row in table]
    whole = picture(order, order, "Graph of " + label[z] + ". " + "; ".join(why(v) for v in reversed(order)))
    caption = f"The graph of {label[z]}. Each arrow leads from a Var to one of its users and bears its weight; g is the adjoint."
    html = []
    if steps:  # what is asked is in sight, the answer is folded away
        for count, v in enumerate(order, 1):
            into = [i for i, (_, user, _) in enumerate(arrows) if user is v]
            said = f"Forwards {count}: {label[v]} = {graph_short(v.value)}"
            drawn = graph_figure(picture(order[:count], (), said, (v,), into), said)
            html.append(f"<details><summary>Forwards {count}: the value of {label[v]}</summary>{drawn}</details>")
        for count, v in enumerate(reversed(order), 1):
            out = [i for i, (start, _, _) in enumerate(arrows) if start is v]
            said = f"Backwards {count}: {why(v)}"
            drawn = graph_figure(picture(order, order[len(order) - count :], said, (v,), out), said)
            html.append(f"<details><summary>Backwards {count}: the adjoint of {label[v]}</summary>{drawn}</details>")
        html.append(f"<details><summary>The whole graph</summary>{graph_figure(whole, caption)}</details>")
        text += "\n" + "\n".join(why(v) for v in reversed(order))
    else:
        html.append(graph_figure(whole, caption))
    html.append(
        f"<details><summary>The same as a table</summary><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></details>"
    )
    return GraphPicture("\n".join(html), text)


# %% show="example-graph" fold="Draws the graph of the running example"
GraphPicture(
    graph_svg(
        {
            "x": (0, 0, ["x"]),
            "y": (0, 1, ["y"]),
            "b": (1, 0, ["b = sin x"]),
            "a": (1, 1, ["a = x y"]),
            "z": (2, 0, ["z = a + b"]),
        },
        [("x", "b", "cos x"), ("x", "a", "y"), ("y", "a", "x"), ("b", "z", "1"), ("a", "z", "1")],
        "The dependency graph of z = xy + sin x: arrows lead from x to b (weight cos x) and to a (weight y), from y to a (weight x), "
        "from b to z and from a to z (weight 1 each).",
    ),
    "Arrows and their weights: x to b (cos x), x to a (y), y to a (x), b to z (1), a to z (1).",
)

# %% [markdown]
# Two arrows leave $x$: one to $b$ with weight $\cos x$, one to $a$ with weight $y$. Hence
# $g_x = \cos x \cdot g_b + y \cdot g_a$, as in your program. One arrow leaves $y$: $g_y = x \cdot g_a$.

# %% [markdown] section="A class that keeps the graph" minutes=6
# ## 3. A class that keeps the graph (6 minutes)
#
# Nobody wants to draw this for a thousand lines of code, so let every number remember who used it. A `Var` has
#
# * `.value`, a plain number;
# * `.children`, a list of pairs `(weight, child)`, one for each arrow that leaves it; the child is the `Var` that used
#   it;
# * `.grad_value`, its adjoint, which is `None` until somebody asks;
# * `.grad()`, which works out the adjoint by the sum rule and keeps it.
#
# An operation makes a new `Var` and leaves a pair in the list **of each of its operands**. For $c = a\,b$ the weights
# are $\partial c/\partial a = b$ and $\partial c/\partial b = a$, as you can see in `__mul__`.


# %% locked="var"
class Var:
    """A number that remembers which later numbers were made from it."""

    def __init__(self, value):
        self.value = value
        self.children = []
        self.grad_value = None

    def grad(self):
        """The adjoint: weight times adjoint, summed over the children. It is worked out once and then kept."""
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


# If you run this cell again, the new class gets the operators that you have written by then.
for _method, _function in {"__add__": "add", "__truediv__": "truediv", "__sub__": "sub", "__pow__": "power"}.items():
    if callable(globals().get(_function)):
        setattr(Var, _method, globals()[_function])


# %% [markdown]
# Adjoints need a start, a **seed**. The output has no children, so its own sum would be empty and all the others would
# be 0. So we put the 1 of $g_z = 1$ into the output ourselves, and only then ask the inputs.

# %%
p, q = Var(2.0), Var(3.0)
r = p * q * q
r.grad_value = 1.0  # the seed: dr/dr
print("r =", r.value, " dr/dp =", p.grad(), " dr/dq =", q.grad())

# %% [markdown]
# By hand: $r = p\,q^2$, so $\partial r/\partial p = q^2 = 9$ and $\partial r/\partial q = 2pq = 12$. `q` was used
# twice, and its two pairs were added up.
#
# Now addition; the other operators are in Further 1. Operands are always `Var`s here; a constant is written `Var(2.0)`.
# An operator is an ordinary function that is put into the class afterwards.
#
# ### Task `var-addition` (3 points)
#
# $z = a + b$. What are $\partial z/\partial a$ and $\partial z/\partial b$?


# %% answer="var-addition"
def add(self, other):
    """self + other, with a pair (weight, z) left in the children of both."""
    ### BEGIN SOLUTION
    z = Var(self.value + other.value)
    self.children.append((1.0, z))
    other.children.append((1.0, z))
    return z
    ### END SOLUTION


Var.__add__ = add


# %% item="var-addition" points=3
#@title Checks the value and both weights of a sum, and a sum that uses a variable twice
def pairs_of_(*operands):
    """Fail if a pair in the operands' children holds something else than a plain number and a new Var."""
    for operand in operands:
        for weight, child in operand.children:
            if not isinstance(weight, (int, float)):
                raise CheckFailed(
                    "a weight in .children is not a plain number. A pair is (weight, z): the weight is made from the .value of "
                    "the operands, and only the second part is a Var.",
                    mistake="a Var for a weight",
                )
            if any(child is other for other in operands):
                raise CheckFailed(
                    "a pair in .children holds an operand where the result belongs, so the children point in a circle. A pair is "
                    "(weight, z), with z for the new Var.",
                    mistake="an operand in place of z in a pair",
                    alone=True,
                )


with task("var-addition") as check:
    with check(
        "the value of a sum",
        0.5,
        hint=("the value is the sum of the two values", "make z = Var(...) with that value, and return z"),
    ):
        expect_value("addition", lambda a, b: a + b, Var, points=2, domain=(-2.6, 2.6))
    with check(
        "both weights",
        0.5,
        hint=(
            "if a grows by a little, by how much does a + b grow?",
            "append the pair (weight, z) to self.children and another one to other.children",
        ),
    ):
        a_, b_ = Var(3.0), Var(4.0)
        c_ = a_ + b_
        pairs_of_(a_, b_)
        expect_weights("addition", lambda a, b: a + b, Var, points=1)
    with check(
        "a variable that is used more than once",
        0.5,
        hint=("each use leaves a pair of its own", "append to the list of children; never replace the list"),
    ):
        a_, b_ = Var(3.0), Var(4.0)
        c_ = a_ * b_ + (a_ + a_)
        pairs_of_(a_, b_)
        c_.grad_value = 1.0
        mistakes = {
            "an earlier use of a was overwritten instead of added to": 2.0,
            "a + a counts only once": 5.0,
            "only the last use of a is kept": 1.0,
        }
        expect(
            a_.grad(), 6.0, at="a = 3, b = 4", what="the gradient of a*b + (a + a) with respect to a", mistakes=mistakes
        )
    ### BEGIN HIDDEN TESTS
    with check("sums at random points", 0.75, hint="both weights are the same, wherever the operands are"):
        a_, b_ = Var(3.0), Var(4.0)
        c_ = a_ + b_
        pairs_of_(a_, b_)
        expect_weights("addition", lambda a, b: a + b, Var, points=1, domain=(-2.6, -1.2))
    with check(
        "a variable used more than once, at another point",
        0.75,
        hint="each use leaves a pair of its own: append it, and check the weight",
    ):
        p_, q_, s_ = random.uniform(1.2, 2.6), random.uniform(1.2, 2.6), random.uniform(1.5, 2.5)
        a_, b_ = Var(p_), Var(q_)
        c_ = a_ * b_ + (a_ + a_)
        pairs_of_(a_, b_)
        c_.grad_value = s_
        where = f"a = {p_:.4g}, b = {q_:.4g}, with a*b + (a + a) seeded by {s_:.4g}"
        mistakes = {
            "an earlier use of a was overwritten instead of added to": 2 * s_,
            "a + a counts only once": s_ * (q_ + 1),
            "only the last use of a is kept": s_,
        }
        expect(a_.grad(), s_ * (q_ + 2), at=where, what="the gradient with respect to a", mistakes=mistakes)
        expect(b_.grad(), s_ * p_, at=where, what="the gradient with respect to b")
    ### END HIDDEN TESTS

# %% [markdown] section="The example, differentiated" minutes=4
# ## 4. The example, differentiated (4 minutes)
#
# A function has one operand, so it leaves one pair. `sin` is given. Note what is plain and what is not: `math.sin`
# takes a number, so it gets `x.value`; `sin` takes a `Var` and returns one.


# %% locked="var-sin"
def sin(x):
    """The sine of a Var."""
    z = Var(math.sin(x.value))
    x.children.append((math.cos(x.value), z))
    return z


# %% [markdown]
# ### Task `var-dzdy` (1 point)
#
# Compute $z = x\,y + \sin x$ at $x = 0.5$, $y = 4.2$ with your `Var`, seed the output, and put $\partial z/\partial y$
# into `dzdy`, as a float.

# %% answer="var-dzdy"
x = Var(0.5)
y = Var(4.2)
dzdy = ...  # a float
### BEGIN SOLUTION
z = x * y + sin(x)
z.grad_value = 1.0
dzdy = y.grad()
### END SOLUTION


# %% item="var-dzdy" points=1 builds_on=["var-addition"]
#@title Checks that dzdy is the derivative, as a float
def look_at_dzdy_(found):
    """Say what is wrong where dzdy is no number at all."""
    if callable(found):
        raise CheckFailed(
            "dzdy is a function that has not been called: y.grad needs its brackets, y.grad().",
            mistake="grad without the call",
        )
    if found is None:
        raise CheckFailed(
            "dzdy is None. y.grad_value stays None until y itself is asked, with y.grad(); z.grad() asks z only.",
            mistake="grad_value read before y was asked",
        )


with task("var-dzdy") as check:
    with check(
        "dz/dy",
        0.5,
        hint=("the output needs a seed; then ask y, not z", "z.grad_value = 1.0, and after it dzdy = y.grad()"),
    ):
        look_at_dzdy_(dzdy)
        mistakes = {
            "the output has no seed, so nothing flows back": 0.0,
            "this is dz/dx: ask y, not x": 4.2 + math.cos(0.5),
            "this is the value of z": 2.1 + math.sin(0.5),
            "this is the value of y": 4.2,
            "this is the seed, the gradient of z with respect to itself: ask y": 1.0,
            "the seed is the value of z; it should be 1": 0.5 * (2.1 + math.sin(0.5)),
        }
        expect(dzdy, 0.5, at="x = 0.5, y = 4.2", what="dzdy", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check("dzdy is a plain number", 0.5, hint="dzdy is what y.grad() returns, not a string and not a Var"):
        look_at_dzdy_(dzdy)
        expect(dzdy, 0.5, at="x = 0.5, y = 4.2", what="dzdy")
    ### END HIDDEN TESTS

# %% [markdown]
# Here is what your class has built. `show(z)` draws the graph behind any `Var`: its value in the middle of the box, its
# adjoint below, the weights on the arrows. (`show(z, x=x, y=y)` says which names to write.) Then unfold the steps one
# by one, and say each number before you look.


# %% show="your-graph" fold="Draws the example as your Var has built it, step by step"
def draw_example():
    x, y = Var(0.5), Var(4.2)
    b = sin(x)
    a = x * y
    z = a + b
    z.grad_value = 1.0
    return show(z, steps=True, x=x, y=y, a=a, b=b)


with attempt():
    display(draw_example())

# %% [markdown] section="Differentiating an algorithm" minutes=7
# ## 5. Differentiating an algorithm (7 minutes)
#
# A derivative needs no formula, only a program that runs. This one is a loop:
#
# ```python
# z = 1
# for i in 0, 1:
#     z = (z + i) * x * x
# ```
#
# ### Task `loop-grad` (3 points)
#
# Write `loop(x)`, which takes a `Var` and returns the `Var` z (both operands of an operator are `Var`s, so 1 is
# `Var(1.0)` and `i` is `Var(i)`). Then use it at $x = 0.5$ and put $dz/dx$ into `grad`, as a float. Where does the seed
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


grad = ...  # a float: dz/dx at x = 0.5
### BEGIN SOLUTION
x = Var(0.5)
z = loop(x)
z.grad_value = 1.0
grad = x.grad()
### END SOLUTION

# %% item="loop-grad" points=3 builds_on=["var-addition"]
#@title Checks the loop's value, grad, and the loop at other points
with task("loop-grad") as check:
    with check(
        "the value of the loop",
        0.5,
        hint=(
            "first pass: (1 + 0)*x*x; second pass: that plus 1, times x*x",
            "start with z = Var(1.0), and return z after the loop",
        ),
    ):
        for p_ in (0.5, 2.0):
            mistakes = {
                "the loop stops after one pass": p_**2,
                "i counts 1, 2 instead of 0, 1": 2 * (p_**4 + p_**2),
                "a pass too many is made": (p_**4 + p_**2 + 2) * p_**2,
                "i is never added": p_**4,
                "each pass multiplies by x once instead of twice": (p_ + 1) * p_,
                "the loop works at 0.5, whatever x it is given": 0.3125,
            }
            expect(loop(Var(p_)).value, p_**4 + p_**2, at=f"x = {p_:g}", what="the value of loop(x)", mistakes=mistakes)
    with check(
        "grad at 0.5",
        1,
        hint=(
            "one x, made before the loop; one seed, set after it",
            "seed what loop(x) returns, once, after the call; then ask the x that you gave it",
        ),
    ):
        expect(loop(Var(0.5)).value, 0.3125, at="x = 0.5", what="the value of loop(x)")
        if callable(grad):
            raise CheckFailed(
                "grad is a function that has not been called: x.grad needs its brackets, x.grad().",
                mistake="grad without the call",
            )
        if grad is None:
            raise CheckFailed(
                "grad is None. grad_value stays None until a Var has been asked, with grad(). Keep the Var that loop(x) returns, "
                "seed it, and ask x: x.grad().",
                mistake="grad_value read before x was asked",
            )
        mistakes = {
            "x still has the children of section 4: make a new one, x = Var(0.5)": 1.5 + 4.2 + math.cos(0.5),
            "x still keeps the gradient of section 4: make a new one, x = Var(0.5)": 4.2 + math.cos(0.5),
            "the output has no seed, so nothing flows back": 0.0,
            "this is the value of z, not its derivative": 0.3125,
            "this is the seed, the gradient of z with respect to itself: ask x": 1.0,
            "x is made anew inside the loop, so only the last pass knows it": 1.25,
            "the seed is set inside the loop, so that an inner z is seeded as well": 2.25,
            "a pass too many is made": 2.6875,
            "i counts 1, 2 instead of 0, 1": 3.0,
        }
        expect(grad, 1.5, at="x = 0.5", what="grad", mistakes=mistakes)
    ### BEGIN HIDDEN TESTS
    with check(
        "the loop at another x, with another seed",
        1.5,
        hint="loop(x) uses the x that it is given, all the way, and leaves the seed to its caller",
    ):
        for p_ in (random.uniform(1.1, 1.8), -random.uniform(0.3, 0.9)):
            s_ = random.uniform(1.5, 2.5)
            x_ = Var(p_)
            z_ = loop(x_)
            expect(
                z_.value,
                p_**4 + p_**2,
                at=f"x = {p_:.4g}",
                what="the value of loop(x)",
                mistakes={"the loop works at 0.5, whatever x it is given": 0.3125},
            )
            expect(x_.value, p_, at=f"x = {p_:.4g}", what="the value of x after loop(x)")
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


# %% show="loop-graph" fold="Draws the graph that your loop has built"
def draw_loop():
    x = Var(0.5)
    z = loop(x)
    z.grad_value = 1.0
    return show(z, x=x, z=z)


with attempt():
    display(draw_loop())

# %% [markdown]
# By hand, $z = x^4 + x^2$, so $dz/dx = 4x^3 + 2x = 1.5$. The graph knows nothing of the loop: it holds what *happened*,
# pass after pass. Count the arrows that leave $x$: one for each use. The constants are not in the picture, because
# nothing points at them; what they did is in the values and the weights.
#
# **A free cell.** Build something of your own, seed it and look at it with `show(...)`: a polynomial, a product of
# sines, a loop with a condition in it.

# %%
# z = ...
# z.grad_value = 1.0
# show(z)

# %% [markdown] section="Where Var breaks" minutes=2
# ## 6. Where `Var` breaks (2 minutes)
#
# `Var.grad` is short and pretty, but it breaks on a second expression and on a long chain. The next cells show both,
# and why the obvious cure for the first, to keep nothing, fails. Two helpers build the graphs: `doubled(y, n)` does
# `y = y + y` n times, `chain(x, n)` multiplies by one n times.


# %% locked="stress-helpers"
def doubled(y, n):
    """y after n times y = y + y (built by hand, so that it works before your own + does)."""
    for _ in range(n):
        z = Var(2 * y.value)
        y.children += [(1.0, z), (1.0, z)]
        y = z
    return y


def chain(x, n):
    """x, a Var or a Value, after n multiplications by one."""
    one = type(x)(1.0)
    for _ in range(n):
        x = x * one
    return x


def how_many(find, x):
    """How many things find(x) returns."""
    return len(find(x))


# %% show="three-failures" fold="Runs Var into its limits"
def visits_without_keeping(v):
    """How many visits it takes when nothing is kept: every path to the output is walked."""
    return 1 + sum(visits_without_keeping(child) for _, child in v.children)


def show_failures():
    x = Var(3.0)
    z = x * x
    z.grad_value = 1.0
    print("Stale.       z = x*x at 3:                     dz/dx =", x.grad(), " (correct: 6)")
    v = x * x * x
    v.grad_value, z.grad_value = 1.0, None
    print("             v = x*x*x on the same x, seeded:  dv/dx =", x.grad(), " (correct: 27)")
    for n in 2, 4, 8, 16:
        x = Var(1.0)
        doubled(x, n)
        print(f"Every path.  y = y + y, {n:2} times, nothing kept: {visits_without_keeping(x):7,} visits")
    print(f"             40 times it would be {2**41 - 1:,}")
    x = Var(1.0)
    z = chain(x, 10_000)
    z.grad_value = 1.0
    try:
        print("Too deep.    A chain of 10,000 operations: dz/dx =", x.grad())
    except RecursionError as error:
        print("Too deep.    A chain of 10,000 operations: RecursionError,", str(error).split(" while")[0])


with attempt():
    show_failures()

# %% [markdown]
# * **Stale.** What `x.grad()` has kept was right for one graph. Build a second expression on `x`, and it repeats the
#   old answer.
# * **Every path.** So keep nothing? Then every path from `x` to the output is walked, and each doubling doubles their
#   number.
# * **Too deep.** One call of `grad` waits inside another, and Python allows about a thousand of them.
#
# One cure helps against all three: *first put the graph in order, then sweep through it once.* In a **topological
# order** each quantity stands before all of its users. Go through the list from the end, and the adjoints of a
# quantity's users are always ready when you come to it. Each is visited once, by a plain loop, and nothing is kept from
# one sweep to the next.
#
# **A tape** gets this order for free: write every operation down *as it happens*. Nothing can be used before it exists,
# so the order of creation is topological. The tape, also called a **Wengert list** (R. E. Wengert described it in
# 1964), is then played backwards. The price is memory: all intermediate values are held, because the weights need them.
# In training, they often take more room than the network's own weights.
#
# **Source transformation** builds no graph at all. It does what you did in section 1: it reads the text of a program
# and writes the text of the reverse program, before anything has run. *Tapenade* does so for Fortran and C, *Enzyme*
# for the intermediate code of the LLVM compilers. The compiler can then optimise the derivative like any other code;
# but the tool has to understand the whole language.


# %% locked="tape-var" fold="TapeVar: an engine with a tape"
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


# %% [markdown] section="Kill the mutants" minutes=11
# ## 7. Kill the mutants (11 minutes)
#
# You have been tested long enough. Now *you* write the test. `test_engine(V)` receives a class `V` and finds out, by
# using it, whether it differentiates correctly. If it does, `test_engine` returns without a word; if not, it raises an
# `AssertionError`, so plain `assert` statements will do. An engine offers only this:
#
# * `V(number)`; the operators `+`, `-`, `*`, `/` between two of them; `.value`;
# * `z.grad_value = seed`, which puts any number as a seed into an output (`None` takes it out again);
# * `x.grad()`, the sum of (seed × derivative) over all seeded outputs, always up to date: after another seed, or a
#   second expression on the same `x`, it is worked out anew;
# * `x.visits`, which says after `x.grad()` how many `V`s it visited. A correct engine visits each at most once, so
#   `y = y + y` ten times takes at most 11 visits. (Ask for `x.grad()` first: until then it is 0.)
#
# ### Task `test-engine` (6 points)
#
# Your test is tried, in random order, on engines that you have not seen. Some are correct though made differently from
# `TapeVar`, and it must let them pass. The broken ones
#
# 1. **overwrite** the gradient where a variable is used twice, instead of summing,
# 2. **walk every path**: right numbers, far too many visits,
# 3. are **stale**: whatever `x.grad()` said the first time, it says for ever,
# 4. **ignore the seed**: whatever is put into `z.grad_value`, they take 1,
# 5. have a **wrong second weight** in `-`, in `*` or in `/`.
#
# `TapeVar` and `Renamed` are correct engines to try your test on; `Overwriting`, `Stale` and `WrongMinus` are broken.
# You can write more broken ones of your own, in the manner of `WrongMinus`. Choose your numbers with care: at $a = b$,
# at 1, or with the seed 1, many mistakes do not show. No expression needs more than about ten operations.


# %% locked="a-broken-engine"
class Renamed(TapeVar):
    """A correct engine: TapeVar by another name."""


class Stale(TapeVar):
    """A broken engine: grad() repeats its first answer."""

    kept = None

    def grad(self):
        if self.kept is None:
            self.kept = super().grad()
        return self.kept


class Overwriting(TapeVar):
    """A broken engine: only one use of a variable counts."""

    def collect(self, adjoint, part):
        adjoint[self] = part


class WrongMinus(TapeVar):
    """A broken engine: the second weight of a - b is that of a sum."""

    def __sub__(self, other):
        return type(self)(self.value - other.value, ((1.0, self), (1.0, other)))


# %% answer="test-engine"
def test_engine(V):
    """Return None if V is a correct engine, raise AssertionError if it is not."""

    ### BEGIN SOLUTION
    def check_gradients(make, want_a, want_b, seed=2.0):
        a, b = V(3.0), V(5.0)
        z = make(a, b)
        z.grad_value = seed
        assert abs(a.grad() - seed * want_a) < 1e-9, "the gradient with respect to a"
        assert abs(b.grad() - seed * want_b) < 1e-9, "the gradient with respect to b"

    check_gradients(lambda a, b: a - b, 1.0, -1.0)
    check_gradients(lambda a, b: a * b, 5.0, 3.0)
    check_gradients(lambda a, b: a / b, 1 / 5, -3 / 25)
    check_gradients(lambda a, b: a * b + a, 6.0, 3.0)

    x = V(3.0)
    z = x * x
    z.grad_value = 1.0
    assert abs(x.grad() - 6.0) < 1e-9
    z.grad_value = 2.0
    assert abs(x.grad() - 12.0) < 1e-9, "a stale gradient"

    x = y = V(1.0)
    for _ in range(6):
        y = y + y
    y.grad_value = 1.0
    assert abs(x.grad() - 64.0) < 1e-9
    assert x.visits <= 7, "too many visits"
    ### END SOLUTION


# %% item="test-engine" points=6
#@title Checks your test, on correct engines and on broken ones
def verdict_(V):
    """What test_engine says about V: "" when it lets it pass, or the name of the error it raises, and its text and line."""
    try:
        said = test_engine(V)
    except NotImplementedError:
        raise
    except Exception as error:
        name = type(error).__name__
        return name, f"{name}{': ' * bool(str(error))}{error}{task('test-engine').line_of(error)}"
    if said is not None:
        raise CheckFailed(
            "test_engine returns something. It should return nothing for a correct engine and raise an AssertionError for a "
            "broken one.",
            mistake="returns a verdict",
        )
    return "", ""


def verdicts_of_(right, broken):
    """The verdicts on correct engines (under the key "") and on broken ones, which are given with their faults as keys.

    Each is asked about at least once, in a random order and a random number of times: a test that counts how often it is
    called learns nothing from that.
    """
    asked = [("", V) for V in [*right, *random.choices(right, k=random.randint(1, 4))]]
    for fault, V in broken.items():
        asked += [(fault, V)] * random.randint(1, 2)
    random.shuffle(asked)
    verdicts = {}
    for fault, V in asked:
        verdicts.setdefault(fault, []).append(verdict_(V))
    return verdicts


def judge_(verdicts, broken, words):
    """Fail unless every correct engine (under the key "") passed and the broken one met an AssertionError each time."""
    for kind, text in verdicts[""]:
        if kind:
            raise CheckFailed(
                f"test_engine rejects a correct engine ({text}), so its verdict on broken ones does not count.",
                mistake="rejects a correct engine",
            )
    kinds = dict(verdicts[broken])
    if "" in kinds:
        raise CheckFailed(
            f"test_engine lets an engine pass that {words}.", mistake=f"test_engine lets an engine pass that {words}"
        )
    others = [text for kind, text in kinds.items() if kind != "AssertionError"]
    if others:
        raise CheckFailed(
            f"on an engine that {words}, test_engine stops with {others[0]}; it should notice and raise an AssertionError.",
            mistake="another error than AssertionError",
        )


def hints_(*hints):
    """The hints of a check; where correct engines are rejected, those that help with that."""
    try:
        fair = not (verdict_(TapeVar)[0] or verdict_(Renamed)[0])
    except Exception:
        return hints
    rejected = (
        "call test_engine(TapeVar) in a cell of your own: which assert fails?",
        "print both sides of that assert, work the number out by hand, and compare floats within 1e-9",
    )
    return hints if fair else rejected


with task("test-engine") as check:
    with check(
        "TapeVar passes, Overwriting does not",
        0.5,
        hint=hints_(
            "in z = x*x the two uses of x add up", "assert that the gradient of z = x*x at 3 is 6 (within 1e-9)"
        ),
    ):
        seen_ = verdicts_of_([TapeVar, Renamed], {"overwrites": Overwriting})
        judge_(seen_, "overwrites", "keeps only one use of a variable instead of summing all (Overwriting)")
    with check(
        "WrongMinus does not pass",
        0.5,
        hint=hints_(
            "a - b has two operands",
            "take a - b with two different numbers, and ask the second operand for its gradient as well",
        ),
    ):
        seen_ = verdicts_of_([TapeVar, Renamed], {"-": WrongMinus})
        judge_(seen_, "-", "has a wrong second weight in a - b (WrongMinus)")
    with check(
        "Stale does not pass",
        0.5,
        hint=hints_(
            "the first answer of this engine is right", "ask x.grad() twice, with another seed in the output in between"
        ),
    ):
        seen_ = verdicts_of_([TapeVar, Renamed], {"stale": Stale})
        judge_(seen_, "stale", "repeats its first answer when the seed or the expression changes (Stale)")

    ### BEGIN HIDDEN TESTS
    def engine_(fault=""):
        """A class with the engine's interface; `fault` says what is wrong with it ("" and "few" are correct)."""

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

            def grad(self):
                if fault == "stale" and self._kept is not None:
                    return self._kept
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
                adjoint, walks = {}, {}
                for v in reversed(ordered):
                    parts = [weight * adjoint[user] for weight, user in v._users]
                    adjoint[v] = v._seed() + (sum(parts[-1:]) if fault == "overwrites" else sum(parts))
                    walks[v] = 1 + sum(walks[user] for _, user in v._users)
                # the one that walks every path is only said to do so: it would take too long
                self.visits = walks[self] if fault == "every path" else len(ordered) - (fault == "few")
                self._kept = adjoint[self]
                return self._kept

        return V

    verdicts_ = {}

    def kill_(fault, words):
        """Fail unless the correct engines pass and the broken one does not; all are tried at the first call."""
        if not verdicts_:
            faults = ["overwrites", "every path", "stale", "no seed", "-", "*", "/"]
            verdicts_.update(verdicts_of_([engine_(), engine_("few")], {each: engine_(each) for each in faults}))
        judge_(verdicts_, fault, words)

    with check("kills the one that overwrites", 0.5, hint="use a variable twice in one expression"):
        kill_("overwrites", "keeps only one use of a variable instead of summing all")
    with check("kills the one that walks every path", 1, hint="build y = y + y a few times and look at x.visits"):
        kill_("every path", "walks every path: its numbers are right, its visits are not")
    with check("kills the stale one", 0.5, hint="ask x.grad() twice, and change something in between"):
        kill_("stale", "repeats its first answer when the seed or the expression changes")
    with check("kills the one that ignores the seed", 0.75, hint="use a seed that is not 1"):
        kill_("no seed", "takes 1 for the seed, whatever it is given")
    with check("kills a wrong second weight in -", 0.5, hint="ask the second operand for its gradient too"):
        kill_("-", "has a wrong second weight in a - b")
    with check("kills a wrong second weight in *", 0.5, hint="take two different numbers for a and b"):
        kill_("*", "has a wrong second weight in a * b")
    with check("kills a wrong second weight in /", 0.75, hint="b = 1 hides it"):
        kill_("/", "has a wrong second weight in a / b")
    ### END HIDDEN TESTS

# %% [markdown] section="Value: the arrows turned" minutes=10
# ## 8. `Value`: the arrows turned (10 minutes)
#
# The arrows of `Var` lead from a number to its users. Those of PyTorch lead the other way, from a result back to the
# numbers that it was made from, its **operands**. So do those of our second class. A `Value` has
#
# * `.value`, a plain number, and `.grad`, its adjoint, also a plain number, 0.0 at first;
# * `.operands`, the `Value`s that it was made from, and `._op`, a string that says how (for the drawing). An input has
#   no operands: it is a **leaf**;
# * `._backward`, a function. `z._backward(g)` is told the adjoint `g` of z and **adds** to the `.grad` of each operand
#   the part that comes through z. This is the sum rule from the other end: a number no longer collects from its users;
#   each user hands it its part.
#
# Read `__mul__` closely: a plain number may stand on either side, and the inner function is the reverse program of one
# line.


# %% locked="value"
class Value:
    """A number that remembers which numbers it was made from."""

    def __init__(self, value, operands=(), op=""):
        self.value = value
        self.grad = 0.0
        self.operands = operands
        self._op = op
        self._backward = lambda g: None  # a leaf has no operands to pass anything to

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        z = Value(self.value * other.value, (self, other), "*")

        def _backward(g):
            self.grad += g * other.value
            other.grad += g * self.value

        z._backward = _backward
        return z

    __rmul__ = __mul__  # 2 * x is x * 2

    def __repr__(self):
        return f"Value({self.value:.6g}, grad={self.grad:.6g})"


# If you run this cell again, the new class gets the methods that you have written by then.
for _method, _function in {
    "__add__": "value_add",
    "__radd__": "value_add",
    "__neg__": "value_neg",
    "__sub__": "value_sub",
    "__rsub__": "value_rsub",
    "backward": "value_backward",
}.items():
    if callable(globals().get(_function)):
        setattr(Value, _method, globals()[_function])

# %% [markdown]
# **Why turn the arrows?** A Python object lives as long as something points at it. `x.children` points at everything
# that was ever computed from a `Var`, and a network's weights live as long as the training. So every graph built on
# them stays in memory, and its pairs are counted in the next sum too, until somebody empties the lists. Nothing that
# stays alive points at a computed `Value`: let go of the output, and the graph behind it is freed, except for its
# leaves. (`_backward` is *given* g. If it looked up `z.grad` itself, z and its function would point at each other, and
# both would stay until Python's garbage collector found the cycle.) In return, a `Value` does not know its users: it
# cannot be asked for its adjoint, and a sweep has to start from the output.


# %% show="who-stays" fold="Looks whether a result is freed"
def who_stays():
    import weakref

    for kind in Var, Value:
        x = kind(3.0)
        z = x * x
        watch = weakref.ref(z)
        del z
        print(
            f"x = {kind.__name__}(3.0); z = x * x; del z:  the result is", "gone" if watch() is None else "still there"
        )


with attempt():
    who_stays()

# %% [markdown]
# ### Task `value-operators` (4 points)
#
# Write addition, unary minus and subtraction. The second operand may be a `Value` or a plain number. Python calls
# `value_rsub` for `2 - x`: the number on the left does not know what to do, so `x` is asked (`2 + x` calls `value_add`
# in the same way). Give a sum the `_op` `"+"`. Only the sum needs a `_backward` of its own, since the others can be
# made from `+` and `*`.


# %% answer="value-operators"
def value_add(self, other):
    """self + other, where other is a Value or a plain number."""
    ### BEGIN SOLUTION
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z
    ### END SOLUTION


def value_neg(self):
    """-self."""
    ### BEGIN SOLUTION
    return self * -1.0
    ### END SOLUTION


def value_sub(self, other):
    """self - other, where other is a Value or a plain number."""
    ### BEGIN SOLUTION
    return self + other * -1.0
    ### END SOLUTION


def value_rsub(self, other):
    """other - self, where other is a plain number."""
    ### BEGIN SOLUTION
    return -self + other
    ### END SOLUTION


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% item="value-operators" points=4
#@title Checks sums, differences and unary minus, with plain numbers on both sides
def stored_(z):
    """Fail if z has no function in _backward."""
    if z._backward is None:
        raise CheckFailed(
            "z._backward is None: the inner function was called instead of stored. Write z._backward = _backward, without "
            "brackets.",
            mistake="_backward called instead of stored",
            alone=True,
        )


def made_(f, *values):
    """f(*values), for an operator that may call itself for ever."""
    try:
        return f(*values)
    except Exception as error:
        if isinstance(error, RecursionError):
            raise CheckFailed(
                "an operator calls itself for ever: inside value_sub, `self - other` is value_sub again. Make a difference "
                "from + and *, as the task says.",
                mistake="an operator that calls itself",
                alone=True,
            ) from None
        raise


def push_(v, g):
    """Go back from v with the adjoint g, for a graph in which only leaves are used more than once."""
    stored_(v)
    v._backward(g)
    for operand in v.operands:
        if len(operand.operands):
            push_(operand, operand.grad)


class Leaf_:
    """A Value as expect_weights wants its operands: with grad() for the gradient."""

    def __init__(self, number):
        self.v, self.value = Value(number), number

    def grad(self):
        return self.v.grad


def gradients_(f, *numbers, g=1.0):
    """The value of f and the gradients of its operands, for one adjoint g."""
    leaves = [Value(number) for number in numbers]
    z = made_(f, *leaves)
    if z is None:
        raise CheckFailed("the operator returns nothing: is a `return` missing?", mistake="a missing return")
    push_(z, g)
    if [leaf.value for leaf in leaves] != list(numbers):
        words = "an operator changes the value of an operand: make a new Value, and leave the operands as they are."
        raise CheckFailed(words, mistake="the value of an operand is changed", alone=True)
    return [z.value, *[leaf.grad for leaf in leaves]]


with task("value-operators") as check:
    with check(
        "a sum of two Values",
        0.75,
        hint=(
            "follow __mul__, with the weights of a sum",
            "z = Value(..., (self, other), '+'), then z._backward = _backward, then return z",
        ),
    ):
        a_, b_ = Value(3.0), Value(4.5)
        c_ = a_ + b_
        if c_ is None:
            raise CheckFailed("a + b returns nothing: is `return z` missing?", mistake="a missing return")
        expect(c_.value, 7.5, at="a = 3, b = 4.5", what="the value of a + b")
        expect(
            [v.value for v in c_.operands], [3.0, 4.5], at="a = 3, b = 4.5", what="the values of the operands of a + b"
        )
        expect(c_._op, "+", what="_op of a + b")
        stored_(c_)
        c_.grad = 7.0
        c_._backward(2.0)
        mistakes = {
            "z has no _backward of its own: write z._backward = _backward": [0.0, 0.0],
            "z.grad is passed on: use g, which _backward is given, not z.grad": [7.0, 7.0],
            "g is not passed on": [1.0, 1.0],
            "these are the weights of a product": [9.0, 6.0],
            "only the first operand gets its part": [2.0, 0.0],
            "only the second operand gets its part": [0.0, 2.0],
            "the second weight is that of a difference": [2.0, -2.0],
        }
        expect([a_.grad, b_.grad], [2.0, 2.0], at="g = 2", what="a.grad and b.grad after c = a + b", mistakes=mistakes)
        expect([a_.value, b_.value], [3.0, 4.5], what="the values of a and b after a + b")
    with check(
        "a sum that uses a Value twice",
        0.5,
        hint=("every use adds a term", "_backward adds to .grad, with +=; it never sets it"),
    ):
        a_ = Value(5.0)
        a_.grad = 10.0
        c_ = a_ + a_
        stored_(c_)
        c_._backward(3.0)
        mistakes = {
            "the gradient is overwritten: write += in _backward, not =": 3.0,
            "a + a counts only once": 13.0,
            "the gradient that was there is overwritten": 6.0,
            "g is not passed on": 12.0,
        }
        expect(a_.grad, 16.0, at="a.grad = 10 before, g = 3", what="a.grad after c = a + a", mistakes=mistakes)
    with check(
        "plain numbers on both sides, and the minus",
        0.75,
        hint=(
            "make a Value of a plain number first, as __mul__ does",
            "-a is a * -1.0, a - b is a + (-b), and 2 - a is (-a) + 2",
        ),
    ):
        for name_, f_, want in (
            ("a + 2", lambda a: a + 2, [7.0, 1.0]),
            ("2 + a", lambda a: 2 + a, [7.0, 1.0]),
            ("-a", lambda a: -a, [-5.0, -1.0]),
            ("a - 2", lambda a: a - 2, [3.0, 1.0]),
            ("2 - a", lambda a: 2 - a, [-3.0, -1.0]),
        ):
            mistakes = {
                "the operands are the wrong way round": [-want[0], -want[1]],
                "the minus is lost on the way back": [want[0], 1.0],
                "nothing arrives at a: no _backward leads to it, or it passes on z.grad instead of g": [want[0], 0.0],
                "a itself is returned": [5.0, 0.0],
            }
            expect(
                gradients_(f_, 5.0), want, at="a = 5", what=f"the value and the gradient of {name_}", mistakes=mistakes
            )
        mistakes = {
            "the operands are the wrong way round": [-3.0, -1.0, 1.0],
            "the second weight has the wrong sign": [3.0, 1.0, 1.0],
        }
        what = "the value and the gradients of a - b"
        expect(
            gradients_(lambda a, b: a - b, 5.0, 2.0), [3.0, 1.0, -1.0], at="a = 5, b = 2", what=what, mistakes=mistakes
        )
    ### BEGIN HIDDEN TESTS
    with check(
        "sums and differences at random points", 1, hint="the weights of a sum are 1 and 1, of a difference 1 and -1"
    ):
        expect_weights("addition", lambda a, b: a.v + b.v, Leaf_, plain=lambda a, b: a + b, points=1, seed=push_)
        expect_weights(
            "subtraction",
            lambda a, b: made_(lambda: a.v - b.v),
            Leaf_,
            plain=lambda a, b: a - b,
            points=1,
            seed=push_,
        )
    with check("an expression with plain numbers", 1, hint="each operator takes a Value or a number, on either side"):
        p_, q_, g_ = random.uniform(1.2, 2.6), random.uniform(-2.6, -1.2), random.uniform(1.5, 2.5)
        want = [(1.5 - p_) * (q_ + 3) - (p_ - 0.5) + -q_, g_ * (-(q_ + 3) - 1), g_ * ((1.5 - p_) - 1)]
        expect(
            gradients_(lambda a, b: (1.5 - a) * (3 + b) - (a - 0.5) + -b, p_, q_, g=g_),
            want,
            at=f"a = {p_:.4g}, b = {q_:.4g}, g = {g_:.4g}",
            what="the value and the gradients of (1.5 - a)*(3 + b) - (a - 0.5) + -b",
        )
    ### END HIDDEN TESTS

# %% [markdown] section="Backward" minutes=12
# ## 9. Backward (12 minutes)
#
# What is missing is the sweep, `z.backward()`:
#
# 1. List z and everything that it was made from in a topological order: **operands before results**, each `Value` once.
# 2. Set `.grad` to 0 in every `Value` of the list *that has operands*, and to 1, the seed, in z. The leaves keep what
#    they have, so their gradients **accumulate** from one call to the next, as PyTorch's do. (`x.grad = 0.0` is a fresh
#    start.)
# 3. Go through the list from the end, and let each `Value` pass its adjoint on with `_backward`.
#
# The short way to the order is recursive: *first finish all operands of v, then list v.* But recursion fails on a long
# chain, as you have seen.
#
# ### Task `value-backward` (7 points)
#
# Write `topological(z)`, without recursion and without visiting the same `Value` again and again, and then
# `value_backward(self)`. *One way to the order.* Keep a stack of things to do, with "visit z" on it. Take the top one
# off. If it says "visit v" and v is new, put "finish v" on the stack and, above it, "visit" for each operand. If it
# says "finish v", then all that stood above it is done: append v to the list. (`Value`s can be members of a set and
# keys of a dictionary.)


# %% answer="value-backward"
def topological(z):
    """z and every Value that it was made from, each once and after its operands. No recursion."""
    ### BEGIN SOLUTION
    finished, seen = [], set()
    stack = [("visit", z)]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", operand) for operand in v.operands)
    return finished
    ### END SOLUTION


def value_backward(self):
    """Add the derivative of self with respect to each leaf to the leaf's grad."""
    ### BEGIN SOLUTION
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)
    ### END SOLUTION


Value.backward = value_backward


# %% item="value-backward" points=7
#@title Checks the order, the gradients of small graphs, accumulation, and a long chain
def check_topological_(z, names, edges, where):
    """Fail unless topological(z) lists what `names` has (a dictionary from value to name), each once, operands first."""
    got = topological(z)
    if got is None:
        raise CheckFailed("topological returns nothing: is a `return` missing?", mistake="a missing return")
    listed = [names.get(v.value, "?") for v in got]
    text = " ".join(listed)
    if len(set(listed)) < len(listed):
        raise CheckFailed(
            f"topological lists a Value more than once: {text}, at {where}.", mistake="listed more than once"
        )
    if set(listed) != set(names.values()):
        raise CheckFailed(
            f"topological lists {text}, but should list each of {' '.join(names.values())}, at {where}.",
            mistake="a Value is missing",
        )
    for first, then in edges:
        if listed.index(first) > listed.index(then):
            raise CheckFailed(
                f"topological lists {text}, but {then} was made from {first}, which belongs before it, at {where}.",
                mistake="a Value before its operand",
            )


def sweep_(z, *leaves):
    """The gradients that z.backward() leaves in the leaves."""
    before = [v.value for v in (z, *leaves)]
    z.backward()
    if [v.value for v in (z, *leaves)] != before:
        words = "backward changes a .value: it fills in .grad, and leaves everything else as it is."
        raise CheckFailed(words, mistake="backward changes a .value", alone=True)
    return [leaf.grad for leaf in leaves]


class Counted_:
    """Looks like a Value, and counts how often its operands are looked at."""

    looks, most = 0, 0

    def __init__(self, value, operands):
        self.value, self.grad, self.pairs, self._op = value, 0.0, operands, ""

    @property
    def operands(self):
        Counted_.looks += 1
        if Counted_.looks > Counted_.most:
            raise CheckFailed("too many looks")
        return self.pairs

    def _backward(self, g):
        for operand in self.pairs:
            operand.grad += g


def check_looks_(steps):
    """Fail unless topological looks at each Value of y = y * y, that many times, a few times only."""
    Counted_.looks, Counted_.most = 0, 15 * (steps + 1)
    y = Counted_(1.0, ())
    for n in range(steps):
        y = Counted_(n + 2.0, (y, y))
    try:
        length = how_many(topological, y)
    except Exception:
        if Counted_.looks > Counted_.most:
            raise CheckFailed(
                f"topological looks at the same Value again and again: more than {Counted_.most} looks for {steps + 1} Values.",
                mistake="walks every path",
            ) from None
        raise
    expect(length, steps + 1, at=f"y = y * y, {steps} times", what="the number of Values listed")


with task("value-backward") as check:
    with check(
        "operands before results",
        1,
        hint=(
            "a Value may be listed only after everything that it was made from",
            "append a Value when it is finished, not when it is found",
        ),
    ):
        a_ = Value(2.0)
        b_ = a_ * a_
        c_ = b_ * b_
        d_ = c_ * a_
        check_topological_(
            d_, {2.0: "a", 4.0: "b", 16.0: "c", 32.0: "d"}, ("ab", "bc", "cd", "ad"), "b = a*a, c = b*b, d = c*a"
        )
        a_ = Value(3.0)
        b_ = a_ * 2.0
        c_ = a_ * b_
        check_topological_(c_, {3.0: "a", 2.0: "2", 6.0: "b", 18.0: "c"}, ("ab", "2b", "ac", "bc"), "b = a*2, c = a*b")
    with check(
        "the gradients of small graphs",
        1,
        hint=(
            "seed z with 1, then go through the list from the end",
            "z.grad = 1 first; then each v of the list, last one first, passes on its v.grad",
        ),
    ):
        a_, b_ = Value(2.0), Value(3.0)
        c_ = a_ * b_
        d_ = c_ * a_
        mistakes = {
            "the output is not seeded, or its seed is set back to 0 in step 2": [0.0, 0.0],
            "only z has passed anything on, as when the list is swept from the front": [6.0, 0.0],
            "each Value passes on the adjoint of z, or 1, instead of its own, v.grad": [9.0, 2.0],
        }
        expect(
            sweep_(d_, a_, b_),
            [12.0, 4.0],
            at="c = a*b, d = c*a, a = 2, b = 3",
            what="the gradients of d",
            mistakes=mistakes,
        )
        a_ = Value(2.0)
        b_ = a_ * a_
        c_ = b_ * b_
        e_ = c_ * (a_ * b_)
        mistakes = {"a Value passes its adjoint on before it is complete": [208.0]}
        expect(
            sweep_(e_, a_),
            [448.0],
            at="b = a*a, c = b*b, e = c*(a*b), a = 2",
            what="the gradient of e",
            mistakes=mistakes,
        )
        expect([e_.grad, c_.grad, b_.grad], [1.0, 8.0, 96.0], at="the same graph", what="grad of e, c and b")
    with check(
        "leaves accumulate, the rest starts at 0",
        1,
        hint=(
            "calling backward twice gives a leaf exactly twice its derivative",
            "first set grad to 0 in all Values that have operands",
        ),
    ):
        a_ = Value(2.0)
        c_ = a_ * a_ * a_
        mistakes = {
            "the Values in between still hold what the first call left": 24.0 + 8.0,
            "backward empties the leaves as well, so that nothing accumulates": 12.0,
        }
        got = [sweep_(c_, a_)[0], sweep_(c_, a_)[0]]
        expect(got[0], 12.0, at="c = a*a*a, a = 2", what="a.grad after one call")
        expect(got[1], 24.0, at="c = a*a*a, a = 2", what="a.grad after two calls", mistakes=mistakes)
    with check(
        "a chain of 3,500",
        0.5,
        hint=("one function call inside another is too deep for Python", "keep your own stack, as the task describes"),
    ):
        x_ = Value(1.0)
        try:
            got = sweep_(chain(x_, 3_500), x_)
        except Exception as error:
            if isinstance(error, RecursionError):
                raise CheckFailed(
                    "your code calls itself too deeply for a chain of 3,500 operations.", mistake="recursion"
                ) from None
            raise
        expect(got, [1.0], at="a chain of 3,500", what="the gradient")
    with check(
        "twenty squarings, each Value once",
        0.5,
        hint=("y = y * y has two ways back to the same y", "remember which Values you have visited, in a set"),
    ):
        check_looks_(20)
    ### BEGIN HIDDEN TESTS
    p_, q_ = random.uniform(1.3, 1.6), random.uniform(1.7, 1.9)
    with check("the order of a graph that branches", 1, hint="every operand before its results, each Value once"):
        a_, b_ = Value(p_), Value(q_)
        u_ = b_ * b_
        v_ = a_ * u_
        w_ = u_ * v_
        t_ = w_ * b_
        names_ = {p_: "a", q_: "b", u_.value: "u", v_.value: "v", w_.value: "w", t_.value: "t"}
        edges_ = ("bu", "uv", "av", "vw", "uw", "wt", "bt")
        check_topological_(t_, names_, edges_, "u = b*b, v = a*u, w = u*v, t = w*b")
        t_ = b_ * w_
        check_topological_(t_, {**names_, t_.value: "t"}, edges_, "u = b*b, v = a*u, w = u*v, t = b*w")
        check_topological_(b_, {q_: "b"}, (), "b alone")
    with check(
        "gradients at random points", 1, hint="each Value passes its adjoint on once, when it is complete"
    ):
        want = [q_**5, 5 * p_ * q_**4]
        where = f"u = b*b, v = a*u, w = u*v, t = w*b, a = {p_:.4g}, b = {q_:.4g}"
        for order_ in (False, True):
            a_, b_ = Value(p_), Value(q_)
            u_ = b_ * b_
            w_ = u_ * (a_ * u_)
            expect(sweep_(b_ * w_ if order_ else w_ * b_, a_, b_), want, at=where, what="the gradients of t")
        s_ = a_ * b_
        expect(
            sweep_(s_, a_, b_),
            [want[0] + q_, want[1] + p_],
            at="a second output on the same leaves",
            what="the gradients, added up",
            mistakes={"backward empties the leaves": [q_, p_], "backward empties everything but z": [q_, p_]},
        )
    with check("forty squarings, each Value once", 1, hint="remember which Values you have visited, in a set"):
        check_looks_(40)
    ### END HIDDEN TESTS

# %% [markdown] section="A neuron" minutes=7
# ## 10. A neuron (7 minutes)
#
# A neuron multiplies each input by a weight, adds up the products and a bias, and sends the sum $s$ through a function
# that is not a straight line. Two such functions are common: $\tanh s$, whose slope is $1 - \tanh^2 s$, and
# $\mathrm{relu}(s) = \max(s, 0)$, whose slope is 1 for $s > 0$ and 0 for $s < 0$. At 0 relu has a corner; take the
# slope there to be 0, as PyTorch does.
#
# ### Task `value-functions` (4 points)
#
# Write both for a `Value`, with `_op` `"tanh"` and `"relu"`: one operand each (a tuple of one is `(x,)`, with a comma).


# %% answer="value-functions"
def tanh(x):
    """The hyperbolic tangent of a Value."""
    ### BEGIN SOLUTION
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z
    ### END SOLUTION


def relu(x):
    """The larger of x and 0, for a Value x; its slope at 0 is 0."""
    ### BEGIN SOLUTION
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z
    ### END SOLUTION


# %% item="value-functions" points=4
#@title Checks values and slopes of tanh and relu
def through_(f, number, g=1.0, before=0.0):
    """The value of f at a Value, and what its _backward(g) leaves in the operand's grad."""
    x = Value(number)
    x.grad = before
    z = f(x)
    if z is None:
        raise CheckFailed("the function returns nothing: is `return z` missing?", mistake="a missing return")
    expect(x.value, number, what="the operand's value afterwards", mistakes={"the operand itself is changed": z.value})
    if z._backward is None:
        raise CheckFailed(
            "z._backward is None: the inner function was called instead of stored. Write z._backward = _backward, without "
            "brackets.",
            mistake="_backward called instead of stored",
            alone=True,
        )
    z.grad = 7.0
    z._backward(g)
    return [z.value, x.grad]


def made_from_(f, number, name):
    """Fail unless f, at a Value, has this Value for its operand."""
    z = f(Value(number))
    if z is None:
        raise CheckFailed("the function returns nothing: is `return z` missing?", mistake="a missing return")
    try:
        operands = [v.value for v in z.operands]
    except Exception as error:
        if isinstance(error, TypeError):
            raise CheckFailed(
                f"the operands of {name}(x) are no tuple: (x) is only x in brackets. A tuple of one has a comma, (x,).",
                mistake="(x) in place of (x,)",
                alone=True,
            ) from None
        raise
    mistakes = {"the operand is left out: write Value(..., (x,), ...)": []}
    expect(
        operands, [number], at=f"x = {number:.4g}", what=f"the values of the operands of {name}(x)", mistakes=mistakes
    )
    return z


with task("value-functions") as check:
    with check(
        "tanh",
        0.75,
        hint=(
            "the slope of tanh is 1 - tanh**2",
            "math.tanh takes a plain number: x.value; multiply the slope by g, and add it to x.grad",
        ),
    ):
        for p_ in (0.5, -1.0):
            value_ = math.tanh(p_)
            mistakes = {
                "nothing arrives at x, as when z._backward is not set": [value_, 3.0],
                "g is not passed on": [value_, 3.0 + 1 - value_**2],
                "z.grad is passed on: use g, which _backward is given": [value_, 3.0 + 7 * (1 - value_**2)],
                "the gradient is overwritten: write +=": [value_, 2 * (1 - value_**2)],
                "the slope is taken at tanh(x) instead of x": [value_, 3.0 + 2 * (1 - math.tanh(value_) ** 2)],
                "the slope is 1 - x**2, without the tanh": [value_, 3.0 + 2 * (1 - p_**2)],
                "the slope is 1 - tanh, without the square": [value_, 3.0 + 2 * (1 - value_)],
                "the slope is 1 + tanh**2, as if tanh were tan": [value_, 3.0 + 2 * (1 + value_**2)],
            }
            expect(
                through_(tanh, p_, 2.0, 3.0),
                [value_, 3.0 + 2 * (1 - value_**2)],
                at=f"x = {p_:g}, x.grad = 3 before, g = 2",
                what="the value of tanh(x) and x.grad",
                mistakes=mistakes,
            )
    with check(
        "relu, also at 0",
        0.75,
        hint=("the slope is 1 above 0, and 0 below 0 and at 0", "in _backward, add g to x.grad only if x.value > 0"),
    ):
        for p_, want in ((1.5, [1.5, 5.0]), (-2.0, [0.0, 3.0]), (0.0, [0.0, 3.0])):
            mistakes = {
                "the slope at 0 is taken to be 1; it should be 0": [0.0, 5.0] if p_ == 0 else None,
                "nothing arrives at x, as when z._backward is not set": [want[0], 3.0],
                "g is not passed on": [want[0], 4.0],
                "z.grad is passed on: use g, which _backward is given": [want[0], 10.0],
                "the gradient is overwritten: write +=": [want[0], 2.0 if p_ > 0 else 0.0],
                "the slope is 1 everywhere": [want[0], 5.0],
                "relu lets negative numbers through": [p_, 5.0],
            }
            mistakes = {words: wrong for words, wrong in mistakes.items() if wrong}
            expect(
                through_(relu, p_, 2.0, 3.0),
                want,
                at=f"x = {p_:g}, x.grad = 3 before, g = 2",
                what="the value of relu(x) and x.grad",
                mistakes=mistakes,
            )
    with check(
        "what they were made from",
        0.5,
        hint=(
            "backward() finds its way by z.operands, and the drawing takes its words from z._op",
            "Value(number, (x,), name): the operands are a tuple, the name is a string",
        ),
    ):
        for f_, name_ in ((tanh, "tanh"), (relu, "relu")):
            z_ = made_from_(f_, 0.5, name_)
            expect(z_._op, name_, what=f"_op of {name_}(x)", mistakes={"the name is left out": ""})
    ### BEGIN HIDDEN TESTS
    with check("tanh elsewhere", 1, hint="the slope depends on x.value, and g multiplies it"):
        for p_ in (random.uniform(0.7, 1.6), -random.uniform(0.2, 0.6)):
            made_from_(tanh, p_, "tanh")
            g_ = random.uniform(1.5, 2.5)
            want = [math.tanh(p_), 0.5 + g_ * slope(math.tanh, p_)]
            expect(
                through_(tanh, p_, g_, 0.5),
                want,
                at=f"x = {p_:.4g}, g = {g_:.4g}",
                what="the value of tanh(x) and x.grad",
            )
    with check("relu elsewhere", 1, hint="1 above 0, and 0 elsewhere, at 0 too"):
        for p_ in (random.uniform(0.01, 0.2), random.uniform(2.0, 9.0), -random.uniform(0.01, 0.2), 0.0):
            made_from_(relu, p_, "relu")
            g_ = -random.uniform(1.5, 2.5)
            want = [max(p_, 0.0), 0.5 + (g_ if p_ > 0 else 0.0)]
            expect(
                through_(relu, p_, g_, 0.5),
                want,
                at=f"x = {p_:.4g}, g = {g_:.4g}",
                what="the value of relu(x) and x.grad",
            )
    ### END HIDDEN TESTS


# %% show="neuron" fold="Draws a neuron with relu, and prints its gradients with tanh"
def run_neuron():
    for function in relu, tanh:
        p, q = Value(2.0), Value(-1.0)
        w1, w2, bias = Value(0.5), Value(1.5), Value(0.1)
        out = function(w1 * p + w2 * q + bias)
        out.backward()
        print(
            f"{function.__name__}: sum s = {out.operands[0].value:.2f}, output {out.value:.4f}, "
            f"gradients of w1, w2, bias: {w1.grad:.4f}, {w2.grad:.4f}, {bias.grad:.4f}"
        )
        if function is relu:
            display(show(out, p=p, q=q, w1=w1, w2=w2, bias=bias, out=out))


with attempt():
    run_neuron()

# %% [markdown]
# The sum is $s = -0.4$. With relu the slope there is 0, and this one zero multiplies everything further back: the
# neuron's output is 0, *all* its gradients are 0, and a step of gradient descent leaves its weights where they are. For
# one input this is harmless. But if the sum is negative for **every** row of the data, the unit is **dead**: it says 0
# whatever comes, and no training will wake it. With tanh the slope is small where $|s|$ is large, but never 0.
#
# (In the drawing the arrows have turned: each leads from a result to an operand, the way the adjoints go. The arrows of
# PyTorch's graphs in 2.3 lead this way too.)

# %% [markdown] section="A network from scratch" minutes=8
# ## 11. A network from scratch (8 minutes)
#
# XOR is the smallest problem that no straight line can solve: the answer is +1 where exactly one of two inputs is on,
# and -1 otherwise. Our network has two inputs, four hidden units with tanh, and one output: 17 weights, hence 17
# derivatives of one loss. Forward mode would need 17 runs for a single step of training. You need one sweep.


# %% locked="network"
XOR = [(0.0, 0.0, -1.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, -1.0)]  # p, q, target


def network(w, p, q):
    """The output of the 2-4-1 network with the 17 weights w (Values), for the plain numbers p and q."""
    out = w[16]
    for j in range(4):
        out = out + w[12 + j] * tanh(w[j] * p + w[4 + j] * q + w[8 + j])
    return out


# %% [markdown]
# ### Task `xor-step` (4 points)
#
# Write one step of gradient descent. `step(weights, rate)` takes 17 plain numbers, makes `Value`s of them, and computes
# the loss: the **mean** over the four rows of `XOR` of $(\text{output} - \text{target})^2$. It returns the loss, a
# plain number, and the list of the 17 new weights, $w - \text{rate}\cdot\partial\,\text{loss}/\partial w$, plain
# numbers too. `Value` has only `+`, `-` and `*`: write a square as `d * d`, and multiply the sum by 0.25.


# %% answer="xor-step"
def step(weights, rate):
    """One step of gradient descent on XOR: the pair (loss, new weights), all plain numbers."""
    ### BEGIN SOLUTION
    w = [Value(weight) for weight in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value - rate * v.grad for v in w]
    ### END SOLUTION


# %% item="xor-step" points=4 builds_on=["value-operators", "value-backward", "value-functions"]
#@title Checks the loss and the step
def check_step_(weights, rate, loss, gradient, running, at):
    """Compare step(weights, rate) with the loss and the gradient; `running` is that of all the sums so far, added up."""
    got = untouched(step, weights, rate)
    if got is None:
        raise CheckFailed(
            "step returns nothing: return the loss and the list of new weights.", mistake="a missing return"
        )
    mistakes = {
        "the squares are summed, not averaged": 4 * loss,
        "the square root is taken": math.sqrt(loss),
        "the mean is halved": loss / 2,
    }
    expect(got[0], loss, at=at, what="the loss", mistakes=mistakes)

    def moved(factor):
        return [w - factor * g for w, g in zip(weights, gradient)]

    mistakes = {
        "the step goes up the slope: subtract": moved(-rate),
        "the weights do not change, as when backward() is missing or w.grad is read too early": weights,
        "the rate is fixed at 0.1": moved(0.1),
        "the rate is left out": moved(1.0),
        "the gradient is that of the sum, not of the mean": moved(4 * rate),
        "backward is called inside the loop, on each sum so far; call it once, after the loop": [
            w - rate * g for w, g in zip(weights, running)
        ],
        "these are the gradients, not the new weights": gradient,
    }
    want, new = moved(rate), got[1]
    if type(new).__name__ not in ("list", "tuple", "ndarray") or len(new) != 17:
        expect(new, want, at=at, what="the list of new weights")
    for w in new:
        expect(w, w if isinstance(w, (int, float)) else 0.0, what="each of the new weights")
    wrong = [j for j in range(17) if abs(new[j] - want[j]) > 1e-5]
    if wrong:
        known = (words for words, other in mistakes.items() if all(abs(a - b) < 1e-6 for a, b in zip(new, other)))
        mistake = next(known, "")
        raise CheckFailed(
            f"{len(wrong)} of the 17 new weights are wrong at {at}: w[{wrong[0]}] is {new[wrong[0]]:.6g}, expected "
            f"{want[wrong[0]]:.6g}." + (f" It looks as if {mistake}." if mistake else ""),
            mistake=mistake,
            inputs=at,
            got=f"{new[wrong[0]]:.6g}",
            expected=f"{want[wrong[0]]:.6g}",
        )
    if max(abs(a - b) for a, b in zip(new, want)) > 1e-11:
        raise CheckFailed(
            f"the new weights at {at} agree to a few digits only, as finite differences do. One sweep gives every gradient to "
            "the last digits: call backward() on the loss, and read w.grad.",
            mistake="finite differences",
        )


with task("xor-step") as check:
    flat_ = [0.0] * 16
    with check(
        "a step that only the last weight takes",
        0.5,
        hint=(
            "the loss is the mean of four squares; go against the gradient",
            "one loss.backward(), then w.value - rate * w.grad for each w",
        ),
    ):
        check_step_(
            [*flat_, 0.5], 0.2, 1.25, [*flat_, 1.0], [*flat_, 2.5], "weights 0 but for the last, 0.5, and rate 0.2"
        )
        check_step_(
            [*flat_, -1.0], 0.1, 2.0, [*flat_, -2.0], [*flat_, -5.0], "weights 0 but for the last, -1, and rate 0.1"
        )
    with check(
        "a step that every weight takes",
        0.5,
        hint=("each of the 17 weights has a gradient of its own", "w.value - rate * w.grad, for every w of the list"),
    ):
        weights_ = [(-1) ** j * (0.2 + 0.05 * j) for j in range(17)]
        gradient_ = slopes(lambda *w: step(list(w), 0.2)[0], weights_)
        moved_, up_ = ([w - rate * g for w, g in zip(weights_, gradient_)] for rate in (0.2, -0.2))
        seen_ = (0, 4, 8, 12, 16)
        mistakes_ = {
            "only the last weight is changed": [*weights_[:16], moved_[16]],
            "the step goes up the slope: subtract": up_,
            "the weights do not change, as when backward() is missing or w.grad is read too early": weights_,
        }
        new_ = step(weights_, 0.2)[1]
        expect(
            [new_[j] for j in seen_],
            [moved_[j] for j in seen_],
            at="17 different weights and rate 0.2",
            what="the list of the new w[0], w[4], w[8], w[12] and w[16]",
            mistakes={words: [wrong[j] for j in seen_] for words, wrong in mistakes_.items()},
            tol=1e-5,
        )

    ### BEGIN HIDDEN TESTS
    def by_formula_(w):
        """The loss, its gradient, and the gradients of all the sums so far added up, by the network's reverse program."""
        loss, gradient, running = 0.0, [0.0] * 17, [0.0] * 17
        for row, (p, q, target) in enumerate(((0, 0, -1), (0, 1, 1), (1, 0, 1), (1, 1, -1))):
            hidden = [math.tanh(w[j] * p + w[4 + j] * q + w[8 + j]) for j in range(4)]
            error = w[16] + sum(w[12 + j] * h for j, h in enumerate(hidden)) - target
            loss += error**2 / 4
            inner = [error / 2 * w[12 + j] * (1 - h * h) for j, h in enumerate(hidden)]
            part = (
                [i * p for i in inner] + [i * q for i in inner] + inner + [error / 2 * h for h in hidden] + [error / 2]
            )
            gradient = [g + more for g, more in zip(gradient, part)]
            running = [g + (4 - row) * more for g, more in zip(running, part)]
        return loss, gradient, running

    for count_ in (1, 2):
        with check(
            f"a step at random weights, {'one' if count_ == 1 else 'another'}",
            1.5,
            hint="send the mean loss backward, read each w.grad, go against the gradient",
        ):
            weights_ = [random.uniform(-1.0, 1.0) for _ in range(17)]
            rate_ = random.uniform(0.15, 0.3)
            check_step_(weights_, rate_, *by_formula_(weights_), f"random weights and rate {rate_:.4g}")
    ### END HIDDEN TESTS


# %% show="xor-training" fold="Trains the network and draws what it has learned"
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
            print(f"epoch {epoch:3}: loss {loss:.1e}")
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
        right.contourf(p, q, out, levels=[-1e9, 0, 1e9], colors=["#3b82c4", "#d2691e"], alpha=0.35)
        if out.min() < 0 < out.max():
            right.contour(p, q, out, levels=[0], colors=[grey], linewidths=2)
        for a, b, target in XOR:
            right.plot(a, b, "s" if target > 0 else "o", color="#d2691e" if target > 0 else "#3b82c4", ms=11, mec=grey)
        right.set(xlabel="p", ylabel="q", title="Squares +1, circles -1", aspect="equal")
        plt.show()
    outputs = [
        weights[16]
        + sum(weights[12 + j] * math.tanh(weights[j] * a + weights[4 + j] * b + weights[8 + j]) for j in range(4))
        for a, b, _ in XOR
    ]
    right_signs = sum(output * target > 0 for output, (_, _, target) in zip(outputs, XOR))
    print("Outputs:", ", ".join(f"({a:.0f}, {b:.0f}): {output:+.2f}" for (a, b, _), output in zip(XOR, outputs)))
    print(
        f"In words: the loss goes from {losses[0]:.1e} to {losses[-1]:.1e}, and {right_signs} of the 4 points get the right sign."
    )


with attempt():
    train_xor()

# %% [markdown]
# And the same network in PyTorch: the weights are one tensor that requires gradients, `loss.backward()` is the method
# you have written, and `w.grad` holds all 17 derivatives. Are they yours?


# %% show="xor-in-torch" fold="Compares your gradients with PyTorch's"
def compare_with_torch():
    import random as dice

    import torch

    dice.seed(5)
    weights = [dice.gauss(0.0, 1.0) for _ in range(17)]
    w = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    rows = torch.tensor(XOR, dtype=torch.float64)
    hidden = torch.tanh(rows[:, :1] * w[0:4] + rows[:, 1:2] * w[4:8] + w[8:12])
    loss = ((hidden @ w[12:16] + w[16] - rows[:, 2]) ** 2).mean()
    loss.backward()
    own_loss, moved = step(weights, 1.0)  # with rate 1, a step is minus the gradient
    own = [before - after for before, after in zip(weights, moved)]
    print(f"loss: yours {own_loss:.12f}, PyTorch's {loss.item():.12f}")
    for name, j in ("first", 0), ("second", 1), ("last", 16):
        print(f"{name + ' weight:':15} yours {own[j]: .12f}, PyTorch's {w.grad[j].item(): .12f}")
    print(f"largest difference over all 17: {max(abs(a - b.item()) for a, b in zip(own, w.grad)):.1e}")


with attempt():
    compare_with_torch()

# %% [markdown]
# That is what is inside `loss.backward()`: arrows to operands, a small function for each operation, a topological
# order, one sweep. PyTorch does it for arrays instead of single numbers, and in C++. Notebook 2.3 shows the same
# things, under the same names, in PyTorch.
#
# **The core ends here.** What follows is for those who have the time.

# %% [markdown] section="Further: the other rules of Var" minutes=28 further=true
# ## Further 1. The other rules of `Var` (28 minutes)
#
# The rest of the operators and functions, by one recipe: write down the differential of the result, as in
# $d(ab) = b\,da + a\,db$; what stands before $da$ is the weight of $a$, and what stands before $db$ the weight of $b$.
# (If you have done 2.1, these are your rules for tangents.)
#
# ### Task `var-subtraction` (1 point)


# %% answer="var-subtraction"
def sub(self, other):
    """self - other, with a pair (weight, z) left in the children of both."""
    ### BEGIN SOLUTION
    z = Var(self.value - other.value)
    self.children.append((1.0, z))
    other.children.append((-1.0, z))
    return z
    ### END SOLUTION


Var.__sub__ = sub

# %% item="var-subtraction" further=1 builds_on=["var-addition"]
#@title Checks the value and both weights of a difference
with task("var-subtraction") as check:
    with check(
        "the value of a difference", 0.25, hint="the value is self.value - other.value, in this order, in a new Var"
    ):
        expect_value("subtraction", lambda a, b: a - b, Var, domain=(-2.6, 2.6))
    with check(
        "both weights", 0.25, hint=("if b grows, a - b shrinks", "only the second weight differs from that of a sum")
    ):
        expect_weights("subtraction", lambda a, b: a - b, Var, points=1)
    ### BEGIN HIDDEN TESTS
    with check("differences at random points", 0.25, hint="only the second weight differs from that of a sum"):
        expect_weights("subtraction", lambda a, b: a - b, Var, points=1, domain=(-2.6, -1.2))
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
        expect(
            b_.grad(), s_ * (2 * p_ * q_ - p_ - 1), at=where, what="the gradient with respect to b", mistakes=mistakes
        )
        expect(
            a_.grad(),
            s_ * (q_ * q_ - q_),
            at=where,
            what="the gradient with respect to a",
            mistakes={"the second weight has the wrong sign": s_ * (q_ * q_ + q_)},
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-division` (3 points)
#
# The differential of the quotient is
#
# $$ d\!\left(\frac{a}{b}\right) = \frac{1}{b}\,da - \frac{a}{b^2}\,db . $$
#
# So what are the two weights?


# %% answer="var-division"
def truediv(self, other):
    """self / other, with a pair (weight, z) left in the children of both."""
    ### BEGIN SOLUTION
    z = Var(self.value / other.value)
    self.children.append((1.0 / other.value, z))
    other.children.append((-self.value / other.value**2, z))
    return z
    ### END SOLUTION


Var.__truediv__ = truediv


# %% item="var-division" further=3
#@title Checks the value and both weights of a quotient
def pairs_of_(*operands):
    """Fail if a pair in the operands' children holds something else than a plain number and a new Var."""
    for operand in operands:
        for weight, child in operand.children:
            if not isinstance(weight, (int, float)):
                raise CheckFailed(
                    "a weight in .children is not a plain number. A pair is (weight, z): the weight is made from the .value of "
                    "the operands, and only the second part is a Var.",
                    mistake="a Var for a weight",
                )
            if any(child is other for other in operands):
                raise CheckFailed(
                    "a pair in .children holds an operand where the result belongs, so the children point in a circle. A pair is "
                    "(weight, z), with z for the new Var.",
                    mistake="an operand in place of z in a pair",
                    alone=True,
                )


with task("var-division") as check:
    with check(
        "the value of a quotient", 0.5, hint="the value is self.value / other.value, in this order, in a new Var"
    ):
        expect_value("division", lambda a, b: a / b, Var, points=2, domain=(-2.6, -1.2))
    with check(
        "the first weight",
        0.5,
        hint=(
            "for a constant b, a / b is a straight line in a",
            "its slope is 1 / b: what stands before da in the rule",
        ),
    ):
        for p_, q_ in ((3.0, 4.0), (5.0, -2.0)):
            a_, b_ = Var(p_), Var(q_)
            c_ = a_ / b_
            pairs_of_(a_, b_)
            c_.grad_value = 1.0
            mistakes = {
                "the first weight is b instead of 1/b": q_,
                "a got no pair (weight, z)": 0.0,
                "the first weight divides by b squared": 1 / q_**2,
                "the first weight is 1, as in a sum": 1.0,
                "the two weights have changed places": slope(lambda b: p_ / b, q_),
            }
            expect(
                a_.grad(),
                slope(lambda a: a / q_, p_),
                at=f"a = {p_:g}, b = {q_:g}",
                what="the gradient of a / b with respect to a",
                mistakes=mistakes,
            )
    with check(
        "both weights",
        0.75,
        hint=(
            "if b grows, a / b shrinks: there is a minus in the second weight",
            "it is what stands before db in the rule; mind the brackets round b**2",
        ),
    ):
        expect_weights("division", lambda a, b: a / b, Var, points=1)
    ### BEGIN HIDDEN TESTS
    with check("quotients at random points", 0.75, hint="compare both weights with the rule of the quotient"):
        expect_weights("division", lambda a, b: a / b, Var, points=2, domain=(-2.6, -1.2))
    with check(
        "a variable that is used more than once",
        0.5,
        hint="each use leaves a pair of its own: append it, and check the weight",
    ):
        p_, q_, s_ = random.uniform(1.2, 2.6), random.uniform(1.2, 2.6), random.uniform(1.5, 2.5)
        a_, b_ = Var(p_), Var(q_)
        c_ = (a_ * b_ * b_) / b_ / a_ * b_
        c_.grad_value = s_
        where = f"a = {p_:.4g}, b = {q_:.4g}, with a*b*b/b/a*b seeded by {s_:.4g}"
        expect(a_.grad(), 0.0, at=where, what="the gradient with respect to a (which cancels)")
        expect(b_.grad(), 2 * s_ * q_, at=where, what="the gradient with respect to b (b squared is left)")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-power` (3 points)
#
# $z = a^n$, where the exponent is a `Var` as well, and the base positive. Two different rules are at work: for the base
# the exponent is constant, $a^n$; for the exponent the base is constant, and $a^n = e^{n \log a}$.


# %% answer="var-power"
def power(self, other):
    """self ** other for a positive base, with a pair (weight, z) left in the children of both."""
    ### BEGIN SOLUTION
    z = Var(self.value**other.value)
    self.children.append((other.value * self.value ** (other.value - 1), z))
    other.children.append((z.value * math.log(self.value), z))
    return z
    ### END SOLUTION


Var.__pow__ = power

# %% item="var-power" further=3
#@title Checks the value and both weights of a power
with task("var-power") as check:
    with check(
        "the value of a power", 0.25, hint="the value is self.value ** other.value, in this order, in a new Var"
    ):
        expect_value("power", lambda a, b: a**b, Var)
    with check("the base's weight", 0.5, hint=("the exponent is constant here", "the power rule: n * a**(n - 1)")):
        for n_ in (3.0, 0.5):
            expect_weights(
                f"a**{n_:g}", lambda a, n=n_: a ** Var(n), Var, plain=lambda a, n=n_: a**n, operands=1, points=1
            )
    with check(
        "both weights",
        0.75,
        hint=("for the exponent, the base is constant", "differentiate e**(n*log(a)) with respect to n"),
    ):
        expect_weights("power", lambda a, b: a**b, Var, points=1)
    ### BEGIN HIDDEN TESTS
    with check(
        "powers at random points",
        1,
        hint="the base follows the power rule, the exponent the exponential rule; neither of them is a whole number here",
    ):
        expect_weights("power", lambda a, b: a**b, Var, points=1)
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
            what="the gradient with respect to a",
            mistakes=mistakes,
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-cos` (1 point)


# %% answer="var-cos"
def cos(x):
    """The cosine of a Var, with a pair (weight, z) left in the children of x."""
    ### BEGIN SOLUTION
    z = Var(math.cos(x.value))
    x.children.append((-math.sin(x.value), z))
    return z
    ### END SOLUTION


# %% item="var-cos" further=1 builds_on=["var-addition"]
#@title Checks the value and the weight of cos
def pair_of_(x):
    """Fail if a pair in x.children holds something else than a plain number and a Var."""
    for weight, _ in x.children:
        if not isinstance(weight, (int, float)):
            raise CheckFailed(
                "the weight in x.children is not a plain number. A pair is (weight, z): the weight is made from x.value or "
                "z.value, and only the second part is a Var.",
                mistake="a Var for a weight",
            )


with task("var-cos") as check:
    with check(
        "the value and the weight",
        0.5,
        hint=("the cosine falls where the sine is positive", "the weight is -math.sin(x.value)"),
    ):
        expect_value("cos", cos, Var, plain=math.cos, operands=1)
        x_ = Var(0.5)
        cos(x_)
        pair_of_(x_)
        expect_weights("cos", cos, Var, plain=math.cos, operands=1, points=2, domain=(-1.9, 1.9))
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
        expect(x_.grad(), want, at=at, what="the gradient with respect to x", mistakes=mistakes)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-tan` (2 points)
#
# Either find the derivative and leave one pair, or let the operators that you have do the work:
# $\tan x = \sin x / \cos x$.


# %% answer="var-tan"
def tan(x):
    """The tangent of a Var."""
    ### BEGIN SOLUTION
    z = Var(math.tan(x.value))
    x.children.append((1.0 / math.cos(x.value) ** 2, z))
    return z
    ### END SOLUTION


# %% item="var-tan" further=2 builds_on=["var-division", "var-cos"]
#@title Checks the value and the weight of tan
def look_at_cos_(p):
    """Where tan is made with the notebook's cos, and only cos is wrong, say so."""
    x, y = Var(p), Var(p)
    try:
        z, w = cos(x), tan(y)
        z.grad_value, w.grad_value = 1.0, 1.0
        value, slope_of_cos, slope_of_tan = z.value, x.grad(), y.grad()
        # the quotient rule for sin / cos, with the cosine's value and slope as they are
        through = (math.cos(p) * value - math.sin(p) * slope_of_cos) / value**2
        blame = abs(slope_of_cos + math.sin(p)) > 1e-9 and abs(slope_of_tan - through) < 1e-9
    except Exception:
        return
    if blame:
        raise CheckFailed(
            f"the gradient of tan(x) at x = {p:g} is {slope_of_tan:.6g}, expected {1 / math.cos(p) ** 2:.6g}. Your tan is right, but "
            "it is made with your cos, and the weight of that is wrong: put cos right first.",
            mistake="tan through a wrong cos",
        )


with task("var-tan") as check:
    with check("the value of tan", 0.25, hint="math.tan of x.value, or sin(x) / cos(x)"):
        expect_value("tan", tan, Var, plain=math.tan, operands=1, domain=(0.2, 1.3))
    with check(
        "the weight of tan",
        0.75,
        hint=("it can be written with cos**2 or with tan**2", "1 / cos(x)**2, or 1 + tan(x)**2"),
    ):
        look_at_cos_(0.5)
        expect_weights("tan", tan, Var, plain=math.tan, operands=1, points=1, domain=(0.2, 1.3))
    ### BEGIN HIDDEN TESTS
    with check("tan at random points", 0.5, hint="the slope of tan is never smaller than 1"):
        expect_weights("tan", tan, Var, plain=math.tan, operands=1, domain=(-1.3, -0.2), points=1)
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
        want = 2 * s_ * p_ * math.tan(p_) + slope_part_
        expect(x_.grad(), want, at=at, what="the gradient with respect to x", mistakes=mistakes)
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


# %% item="var-exp" further=1 builds_on=["var-power"]
#@title Checks the value and the weight of exp
def weights_are_numbers_(x):
    """Fail if a pair in x.children holds something else than a plain number and a Var."""
    for weight, _ in x.children:
        if not isinstance(weight, (int, float)):
            raise CheckFailed(
                "the weight in x.children is not a plain number. A pair is (weight, z): the weight is made from x.value or "
                "z.value, and only the second part is a Var.",
                mistake="a Var for a weight",
            )


with task("var-exp") as check:
    with check(
        "the value and the weight",
        0.5,
        hint=("the slope of e**x is e**x itself", "the weight is z.value, which is math.exp(x.value)"),
    ):
        for domain_ in ((0.4, 1.6), (-1.9, -0.6)):
            expect_value("exp", exp, Var, plain=math.exp, operands=1, points=1, domain=domain_)
        x_ = Var(0.5)
        exp(x_)
        weights_are_numbers_(x_)
        expect_weights("exp", exp, Var, plain=math.exp, operands=1, points=1)
    ### BEGIN HIDDEN TESTS
    with check("exp of positive and negative numbers", 0.25, hint="one rule for all x: no case is special"):
        expect_weights("exp", exp, Var, plain=math.exp, operands=1, points=2, domain=(-1.9, 1.9))
    with check(
        "exp inside a longer expression", 0.25, hint="the weight is the slope of exp only; the chain rule does the rest"
    ):
        p_, s_ = random.uniform(0.5, 1.2), random.uniform(1.5, 2.5)
        x_ = Var(p_)
        z_ = x_ * x_ * exp(x_)
        z_.grad_value = s_
        mistakes = {"another use of x was overwritten": s_ * p_ * p_ * math.exp(p_)}
        at = f"x = {p_:.4g}, with x*x*exp(x) seeded by {s_:.4g}"
        want = s_ * (2 * p_ + p_ * p_) * math.exp(p_)
        expect(x_.grad(), want, at=at, what="the gradient with respect to x", mistakes=mistakes)
    ### END HIDDEN TESTS

# %% [markdown] section="Further: Var done right" minutes=15 further=true
# ## Further 2. `Var` done right (15 minutes)
#
# The cure of section 6, for `Var`. Its arrows lead to the users, so the order starts from the inputs, and every one of
# them has to be named.
#
# ### Task `var-topological` (3 points)
#
# Write `order(*inputs)`: a list of every `Var` that can be reached from the inputs (these included), **each once, each
# before its children**, without recursion and without looking at the same `Var` again and again. The stack of section 9
# works here too, with children in the place of operands; but what is finished first now belongs at the end. *Another
# way.* Count for every `Var` how many arrows arrive at it; a `Var` is ready when all of those have been followed.


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


# %% item="var-topological" further=3
#@title Checks the order of small graphs, and a long chain
def check_order_(listed, names, edges, where):
    """Fail unless `listed` has each of `names` (a dictionary from value to name) once, and no Var before its parent."""
    if listed is None:
        raise CheckFailed("order returns nothing: is a `return` missing?", mistake="a missing return")
    got = [names.get(v.value, "?") for v in listed]
    text = " ".join(got)
    if len(set(got)) < len(got):
        raise CheckFailed(f"order lists a Var more than once: {text}, at {where}.", mistake="listed more than once")
    if set(got) != set(names.values()):
        raise CheckFailed(
            f"order lists {text}, expected every one of {' '.join(names.values())}, at {where}.",
            mistake="a Var is missing",
        )
    if all(got.index(before) > got.index(after) for before, after in edges):
        raise CheckFailed(
            f"order lists {text}, the wrong way round: the inputs belong first, at {where}.",
            mistake="the wrong way round",
        )
    for before, after in edges:
        if got.index(before) > got.index(after):
            raise CheckFailed(
                f"order lists {text}, but {before} leads to {after} and belongs before it, at {where}.",
                mistake="a Var before its parent",
            )


class CountedVar_:
    """Looks like a Var, and counts how often its children are looked at."""

    looks, most = 0, 0

    def __init__(self, value):
        self.value, self.grad_value, self.pairs = value, None, []

    @property
    def children(self):
        CountedVar_.looks += 1
        if CountedVar_.looks > CountedVar_.most:
            raise CheckFailed("too many looks")
        return self.pairs


def check_looks_(steps):
    """Fail unless order looks at each Var of y = y + y, that many times, a few times only."""
    CountedVar_.looks, CountedVar_.most = 0, 15 * (steps + 1)
    first = last = CountedVar_(1.0)
    for _ in range(steps):
        new = CountedVar_(last.value + 1.0)
        last.pairs = [(1.0, new), (1.0, new)]
        last = new
    try:
        length = how_many(order, first)
    except Exception:
        if CountedVar_.looks > CountedVar_.most:
            raise CheckFailed(
                f"order looks at the same Var again and again: more than {CountedVar_.most} looks for {steps + 1} Vars.",
                mistake="walks every path",
            ) from None
        raise
    expect(length, steps + 1, at=f"y = y + y, {steps} times", what="the number of Vars listed")


with task("var-topological") as check:
    with check(
        "a small graph in order",
        0.75,
        hint=(
            "every Var before its children, none twice, none left out",
            "list a Var when it is finished, and reverse the list at the end",
        ),
    ):
        a_ = Var(2.0)
        b_ = a_ * a_
        c_ = b_ * b_
        d_ = a_ * c_
        check_order_(
            order(a_), {2.0: "a", 4.0: "b", 16.0: "c", 32.0: "d"}, ("ab", "bc", "ad", "cd"), "b = a*a, c = b*b, d = a*c"
        )
        a_ = Var(2.0)
        b_ = a_ * a_
        d_ = a_ * (b_ * b_) * b_
        names_ = {2.0: "a", 4.0: "b", 16.0: "c", 32.0: "d", 128.0: "e"}
        check_order_(order(a_), names_, ("ab", "bc", "ad", "cd", "be", "de"), "b = a*a, c = b*b, d = a*c, e = d*b")
    with check(
        "two inputs, and a chain of 3,500",
        0.5,
        hint=("start from all the inputs; no function may call itself", "the stack starts with a visit to each input"),
    ):
        a_, b_ = Var(2.0), Var(3.0)
        u_ = b_ * b_
        v_ = u_ * a_
        check_order_(order(a_, b_), {2.0: "a", 3.0: "b", 9.0: "u", 18.0: "v"}, ("bu", "uv", "av"), "u = b*b, v = u*a")
        check_order_(order(b_, a_), {2.0: "a", 3.0: "b", 9.0: "u", 18.0: "v"}, ("bu", "uv", "av"), "u = b*b, v = u*a")
        x_ = Var(1.0)
        chain(x_, 3_500)
        try:
            length_ = how_many(order, x_)
        except Exception as error:
            if isinstance(error, RecursionError):
                raise CheckFailed(
                    "order calls itself too deeply for a chain of 3,500 operations.", mistake="recursion"
                ) from None
            raise
        expect(length_, 3_501, at="a chain of 3,500", what="the number of Vars listed")
    with check(
        "twenty doublings, each Var once",
        0.25,
        hint=("y = y + y has two arrows to the same Var", "remember which Vars you have visited, in a set"),
    ):
        check_looks_(20)
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
            names_ = {p_: "a", q_: "b", u_.value: "u", v_.value: "v", w_.value: "w", t_.value: "t"}
            edges_ = ("bu", "uv", "av", "vw", "uw", "wt", "bt")
            listed_ = order(b_, a_) if turned_ else order(a_, b_)
            check_order_(listed_, names_, edges_, "u = b*b, v = u*a, w = v*u, t = b*w")
    with check("forty doublings, each Var once", 0.75, hint="remember which Vars you have visited, in a set"):
        check_looks_(40)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Task `var-backward` (3 points)
#
# `backward(z, *inputs, seed=1.0)` goes through `order(*inputs)` from the end and sets `grad_value` of **every** `Var`
# in it: `seed` for z, and for every other one the sum over its own children. What stood in `grad_value` before does not
# matter, so calling it twice gives the same, and a second expression on the same `x` does no harm (a `Var` that does
# not lead to z gets 0).
#
# `reset(*inputs)` makes the inputs as good as new: `grad_value` is `None` again in every `Var` that depends on them,
# and the inputs have no children any more. Without it, `x.children` would hold on to every expression that was ever
# built on `x`.


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


# %% item="var-backward" further=3 builds_on=["var-topological"]
#@title Checks the gradients, twice and for two expressions, and reset
def look_(at, mistakes=None, **wanted):
    """Compare grad_value of Vars, given as name=(Var, wanted number)."""
    got, want = [v.grad_value for v, _ in wanted.values()], [number for _, number in wanted.values()]
    names = ", ".join(wanted)
    unset = [name for name, found in zip(wanted, got) if found is None]
    if unset:
        raise CheckFailed(
            f"at {at}, backward leaves grad_value at None in {', '.join(unset)}: every Var that depends on the inputs gets a number.",
            mistake="grad_value is not set everywhere",
        )
    expect(got, want, at=at, what=f"grad_value of {names}", mistakes=mistakes)


def reset_and_look_(inputs, **all_vars):
    """Fail unless reset(*inputs) leaves no children at the inputs and no gradient anywhere."""
    reset(*inputs)
    if any(len(v.children) for v in inputs):
        raise CheckFailed("after reset the inputs still have children.", mistake="reset keeps the children")
    left = [name for name, v in all_vars.items() if v.grad_value is not None]
    if left:
        raise CheckFailed(
            f"after reset grad_value is not None in {', '.join(left)} (c = a*b, d = c*a).",
            mistake="reset keeps gradients",
        )


with task("var-backward") as check:
    with check(
        "a small graph",
        0.5,
        hint=(
            "sweep from the end; each Var sums weight * child.grad_value over its children",
            "z gets the seed when its turn comes",
        ),
    ):
        a_, b_ = Var(2.0), Var(3.0)
        c_ = a_ * b_
        d_ = c_ * a_
        backward(d_, a_, b_)
        if d_.grad_value == 0:
            raise CheckFailed(
                "after backward, grad_value of z itself is 0. Either z gets no seed, or the sweep sets it to 0 again (as "
                "v.grad_value = 0.0 does when v is z). Then everything else is 0 as well.",
                mistake="the seed is missing or lost in the sweep",
            )
        mistakes = {"the contributions overwrite each other instead of being summed": [6.0, 4.0, 2.0, 1.0]}
        look_("c = a*b, d = c*a, a = 2, b = 3", mistakes, a=(a_, 12.0), b=(b_, 4.0), c=(c_, 2.0), d=(d_, 1.0))
        backward(d_, a_, b_, seed=2.5)
        mistakes = {"the seed is ignored": [12.0, 4.0], "each call adds to what the last one left": [42.0, 14.0]}
        look_("c = a*b, d = c*a, a = 2, b = 3, seed 2.5", mistakes, a=(a_, 30.0), b=(b_, 10.0))
        expect([v.value for v in (a_, b_, c_, d_)], [2.0, 3.0, 6.0, 12.0], what="the values of a, b, c and d afterwards")
    with check(
        "twice, and for an earlier expression",
        0.5,
        hint=(
            "every sum starts at 0; nothing from the last call may join in",
            "set grad_value anew in every Var of the order, also in those beyond z",
        ),
    ):
        backward(d_, a_, b_)
        mistakes = {"each call adds to what the last one left": [24.0, 8.0]}
        look_("the same graph, backward(d, a, b) again", mistakes, a=(a_, 12.0), b=(b_, 4.0))
        backward(c_, a_, b_)
        mistakes = {
            "stale values stay beyond z and join in": [9.0, 2.0, 1.0, 1.0],
            "d, beyond z, keeps its old value": [3.0, 2.0, 1.0, 1.0],
        }
        look_("c = a*b, after d = c*a", mistakes, a=(a_, 3.0), b=(b_, 2.0), c=(c_, 1.0), d=(d_, 0.0))
    with check(
        "reset",
        0.25,
        hint=(
            "no gradients anywhere, no children at the inputs",
            "take the order first; afterwards the children are gone",
        ),
    ):
        reset_and_look_([a_, b_], a=a_, b=b_, c=c_, d=d_)
    ### BEGIN HIDDEN TESTS
    p_, q_, s_ = random.uniform(1.2, 1.9), random.uniform(2.1, 2.6), random.uniform(1.5, 2.5)
    with check(
        "two expressions on one x, with a seed", 0.75, hint="each call is for its own output and forgets the one before"
    ):
        a_, b_ = Var(p_), Var(q_)
        z_ = a_ * b_
        v_ = z_ * a_ * b_
        backward(z_, a_, b_, seed=s_)
        mistakes = {"the seed is ignored": [q_, p_, 1.0, 0.0]}
        look_(f"z = a*b, seed {s_:.4g}", mistakes, a=(a_, s_ * q_), b=(b_, s_ * p_), z=(z_, s_), v=(v_, 0.0))
        backward(v_, a_, b_, seed=s_)
        both_ = [s_ * 2 * p_ * q_ * q_, s_ * 2 * p_ * p_ * q_]
        mistakes = {
            "the answer is that for the first expression: a stale value was kept": [s_ * q_, s_ * p_],
            "the first expression is still seeded, and the two add up": [both_[0] + s_ * q_, both_[1] + s_ * p_],
            "the seed is ignored": [both_[0] / s_, both_[1] / s_],
        }
        look_(f"v = (a*b)*a*b, after z = a*b, seed {s_:.4g}", mistakes, a=(a_, both_[0]), b=(b_, both_[1]))
        look_(f"v = (a*b)*a*b, after z = a*b, seed {s_:.4g}", z=(z_, s_ * p_ * q_), v=(v_, s_))
        expect([a_.value, b_.value], [p_, q_], what="the values of a and b afterwards")
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
        mistakes = {"only one of two arrows between the same Vars counts": [s_]}
        look_("y = y + y, 12 times", mistakes, x=(first_, s_ * 2.0**12))
    with check("a chain of 3,500", 0.25, hint="no function may call itself, and v.grad() does"):
        x_ = Var(p_)
        z_ = chain(x_, 3_500)
        try:
            backward(z_, x_, seed=s_)
        except Exception as error:
            if isinstance(error, RecursionError):
                raise CheckFailed(
                    "backward calls itself too deeply for a chain of 3,500 operations (so does v.grad()).",
                    mistake="recursion",
                ) from None
            raise
        look_("a chain of 3,500", x=(x_, s_))
    with check(
        "reset, at other points",
        0.5,
        hint="grad_value is None for everything that depends on the inputs; the inputs have no children",
    ):
        a_, b_ = Var(p_), Var(q_)
        c_ = a_ * b_
        d_ = c_ * a_
        for v_ in (a_, b_, c_, d_):
            v_.grad_value = 7.0
        reset_and_look_([a_, b_], a=a_, b=b_, c=c_, d=d_)
        e_ = a_ * a_
        backward(e_, a_, seed=s_)
        look_("a new expression after reset", a=(a_, s_ * 2 * p_))
    ### END HIDDEN TESTS


# %% show="done-right" fold="Runs your backward where Var.grad failed"
def run_done_right():
    x = Var(3.0)
    z = x * x
    backward(z, x)
    print("z = x*x at 3:                    dz/dx =", x.grad_value)
    backward(x * x * x, x)
    print("v = x*x*x on the same x:         dv/dx =", x.grad_value)
    x = Var(1.0)
    y = doubled(x, 40)
    backward(y, x)
    print(f"y = y + y, 40 times: {len(order(x))} Vars listed, dy/dx = {x.grad_value:.0f}")
    x = Var(1.0)
    backward(chain(x, 10_000), x)
    print("A chain of 10,000 operations:    dz/dx =", x.grad_value)


with attempt():
    run_done_right()

# %% [markdown] section="Further: several outputs" minutes=18 further=true
# ## Further 3. Several outputs (18 minutes)
#
# Take $z = 2x + \sin x$ and $v = 4x + \cos x$, both made from the same $x$. Put a seed $g_z$ into $z$ and $g_v$ into
# $v$, and ask $x$. By the sum rule the answer is
#
# $$ g_x = g_z \frac{dz}{dx} + g_v \frac{dv}{dx} , $$
#
# a *mixture*. With the seeds (1, 1) there is no way to take it apart again: both derivatives need two sweeps, with the
# seeds (1, 0) and (0, 1). Forward mode would do both outputs in one run, and need a second run for a second *input*.
#
# ### Task `two-seeds` (2 points)
#
# Write `seeded(t, gz, gv)`: make a fresh `Var` at `t`, compute z and v from it, seed both, and return $g_x$ as a plain
# number. (`Var` takes no plain numbers: write 2 as `Var(2.0)`.)


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


# %% item="two-seeds" further=2 builds_on=["var-addition", "var-cos"]
#@title Checks both derivatives and mixtures of them
def check_seeded_(t, gz, gv):
    """Compare seeded(t, gz, gv) with the derivatives, to the last digits."""
    dz, dv = 2 + math.cos(t), 4 - math.sin(t)
    mistakes = {
        "only z is seeded": gz * dz,
        "only v is seeded": gv * dv,
        "both seeds are 1, whatever is given": dz + dv,
        "the seeds have changed places": gv * dz + gz * dv,
        "the point is fixed at 0.5": gz * (2 + math.cos(0.5)) + gv * (4 - math.sin(0.5)),
        "the sum of the seeds goes into both": (gz + gv) * (dz + dv),
        "no output is seeded": 0.0,
    }
    at = f"t = {t:.4g}, seeds ({gz:.4g}, {gv:.4g})"
    got, want = seeded(t, gz, gv), gz * dz + gv * dv
    expect(got, want, at=at, what="the gradient", mistakes=mistakes)
    if abs(got - want) > 1e-12 * max(1.0, abs(want)):
        raise CheckFailed(
            f"the gradient at {at} agrees to a few digits only, as finite differences do. Seed z and v, and ask x.grad().",
            mistake="finite differences",
        )


with task("two-seeds") as check:
    with check(
        "dz/dx, with the seeds (1, 0)", 0.5, hint=("z = 2x + sin x", "z.grad_value = gz, and v.grad_value = gv")
    ):
        check_seeded_(0.5, 1.0, 0.0)
        check_seeded_(1.3, 1.0, 0.0)
    with check(
        "dv/dx, with the seeds (0, 1)", 0.5, hint=("v = 4x + cos x", "z.grad_value = gz, and v.grad_value = gv")
    ):
        check_seeded_(0.5, 0.0, 1.0)
        check_seeded_(1.3, 0.0, 1.0)
    ### BEGIN HIDDEN TESTS
    with check(
        "mixtures, at other points", 1, hint="seed both outputs with what the function is given, then ask x once"
    ):
        for _ in range(3):
            check_seeded_(random.uniform(0.8, 1.4), random.uniform(1.5, 2.5), -random.uniform(0.5, 1.3))
    ### END HIDDEN TESTS

# %% [markdown]
# **Softmax.** The function at the end of nearly every classifier turns a list of numbers into probabilities,
#
# $$ s_i = \frac{e^{x_i}}{\sum_k e^{x_k}} . $$
#
# With several outputs the derivative is a table, the **Jacobian** $J_{ij} = \partial s_i/\partial x_j$. Seed output $i$
# with 1 and the others with nothing: one sweep fills **row** $i$, for all the inputs at once. (Forward mode gives a
# column in each run.) Here is softmax for a list of `Var`s, with your own `exp`, `+` and `/`, and beside it a function
# with 3 inputs and 2 outputs.


# %% locked="softmax"
def softmax(xs):
    """The probabilities that belong to the numbers xs (Vars in, Vars out)."""
    powers = [exp(x) for x in xs]
    total = powers[0]
    for other in powers[1:]:
        total = total + other
    return [each / total for each in powers]


def twist(xs):
    """Two outputs made from three inputs."""
    p, q, r = xs
    return [p * q, q * r * r]


# %% [markdown]
# ### Task `softmax-jacobian` (3 points)
#
# Write `jacobian(f, values)` for any function `f` that takes a list of `Var`s and returns a list of `Var`s; `values`
# are plain numbers. Return a list of rows, one for each output, each a list of plain numbers. If you make fresh `Var`s
# for each row, no stale gradient can spoil it.


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


# %% item="softmax-jacobian" further=3 builds_on=["var-addition", "var-division", "var-exp"]
#@title Checks Jacobians with more inputs than outputs, more outputs than inputs, and softmax's
def check_jacobian_(f, values, want, at, what, mistakes=None):
    """Compare jacobian(f, values) with the rows wanted, to the last digits."""
    got = untouched(jacobian, f, values)
    expect(got, want, at=at, what=what, mistakes=mistakes)
    if any(abs(g - w) > 1e-12 * max(1.0, abs(w)) for row, wanted in zip(got, want) for g, w in zip(row, wanted)):
        raise CheckFailed(
            f"{what} at {at} agrees to a few digits only, as finite differences do. Seed an output, and ask each input for grad().",
            mistake="finite differences",
        )


with task("softmax-jacobian") as check:
    with check(
        "a function with 3 inputs and 2 outputs",
        1,
        hint=(
            "one row for each output, in it one number for each input",
            "for each output i: fresh Vars, f(xs)[i].grad_value = 1.0, then x.grad() for each x",
        ),
    ):
        mistakes = {
            "rows and columns have changed places: a row belongs to an output": [[3.0, 0.0], [2.0, 16.0], [0.0, 24.0]],
            "all outputs were seeded at once, in every row": [[3.0, 18.0, 24.0], [3.0, 18.0, 24.0]],
            "all outputs were seeded at once": [[3.0, 18.0, 24.0]],
            "the first row's gradients were kept for the second: a stale cache": [[3.0, 2.0, 0.0], [3.0, 2.0, 0.0]],
            "the seeds of earlier rows are still there": [[3.0, 2.0, 0.0], [3.0, 18.0, 24.0]],
            "no output was seeded": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        }
        want = [[3.0, 2.0, 0.0], [0.0, 16.0, 24.0]]
        check_jacobian_(twist, [2.0, 3.0, 4.0], want, "p = 2, q = 3, r = 4", "the Jacobian of twist", mistakes)
        want = [[-1.0, 0.5, 0.0], [0.0, 9.0, -6.0]]
        check_jacobian_(twist, [0.5, -1.0, 3.0], want, "p = 0.5, q = -1, r = 3", "the Jacobian of twist")
    ### BEGIN HIDDEN TESTS
    with check("other functions, elsewhere", 0.5, hint="nothing may be fixed: neither the point nor the sizes"):
        p_, q_, r_ = (random.uniform(1.3, 2.7) for _ in range(3))
        want = [[q_, p_, 0.0], [0.0, r_ * r_, 2 * q_ * r_]]
        check_jacobian_(twist, [p_, q_, r_], want, f"p = {p_:.4g}, q = {q_:.4g}, r = {r_:.4g}", "the Jacobian of twist")

        def powers_of_(xs):
            return [xs[0] * xs[0], xs[0] * xs[0] * xs[0], xs[0] * xs[0] * xs[0] * xs[0]]

        want = [[2 * p_], [3 * p_**2], [4 * p_**3]]
        check_jacobian_(powers_of_, [p_], want, f"x = {p_:.4g}", "the Jacobian of x*x, x*x*x, x*x*x*x")
    with check("softmax", 1.5, hint="the rows of softmax's Jacobian add up to 0: probabilities only move around"):
        values_ = [random.uniform(-1.2, 1.2) for _ in range(4)]
        powers_ = [math.exp(value) for value in values_]
        s_ = [each / sum(powers_) for each in powers_]
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
        check_jacobian_(softmax, values_, want, "four random numbers", "the Jacobian of softmax", mistakes)
    ### END HIDDEN TESTS

# %% [markdown]
# **By formula.** Let $S = \sum_k e^{x_k}$, so $\partial S/\partial x_j = e^{x_j}$, and write $\delta_{ij}$ for 1 if
# $i = j$ and 0 otherwise. The quotient rule gives
#
# $$ \frac{\partial s_i}{\partial x_j} = \frac{\delta_{ij}\, e^{x_i}\, S - e^{x_i} e^{x_j}}{S^2} = s_i\,(\delta_{ij} - s_j) . $$
#
# **Softmax minus one-hot.** A classifier's loss is $L = -\log s_t$, where $t$ is the right class. Its derivative is
# $-1/s_t$ times row $t$ of the Jacobian, in which $s_t$ cancels:
#
# $$ \frac{\partial L}{\partial x_j} = -\frac{1}{s_t}\, s_t\,(\delta_{tj} - s_j) = s_j - \delta_{tj} , $$
#
# the probabilities, minus a list with a 1 at the right class. A whole table of derivatives has become one subtraction.
#
# **Overflow.** $e^{1000}$ is too large for a float, although the probabilities are harmless. Subtracting the same
# number $m$ from all $x_k$ changes nothing, for $e^{-m}$ cancels; with $m = \max_k x_k$ every exponent is at most 0.
# And since $m$ changes nothing, it may be treated as a constant, whichever of the $x_k$ it came from.


# %% show="softmax-jacobian-table" fold="Compares your Jacobian with the formula, and tries 1000"
def compare_softmax():
    values, t = [1.0, 2.0, 0.5], 1
    s = [each.value for each in softmax([Var(v) for v in values])]
    rows = jacobian(softmax, values)
    print("softmax of", values, "is", [round(each, 4) for each in s])
    for i, row in enumerate(rows):
        print(f"row {i}:", "  ".join(f"{g:8.4f}" for g in row), f"   sum {sum(row):8.1e}")
    formula = [[s[i] * ((i == j) - s[j]) for j in range(3)] for i in range(3)]
    gap = max(abs(a - b) for row, other in zip(rows, formula) for a, b in zip(row, other))
    print(f"largest difference from s_i (delta_ij - s_j): {gap:.1e}")
    print("-1/s_t times row t:   ", "  ".join(f"{-g / s[t]:8.4f}" for g in rows[t]))
    print("softmax minus one-hot:", "  ".join(f"{s[j] - (j == t):8.4f}" for j in range(3)))
    large = [1000.0, 1001.0, 999.5]
    try:
        print("softmax of", large, "is", [each.value for each in softmax([Var(v) for v in large])])
    except OverflowError as error:
        print("softmax of", large, "stops with OverflowError:", error)
    shifted = softmax([Var(v - max(large)) for v in large])
    print("after subtracting the maximum it is", [round(each.value, 4) for each in shifted])


with attempt():
    compare_softmax()

# %% [markdown]
# **Forward or reverse?** A sweep in either mode costs a small multiple of the program itself, so count sweeps. The
# whole Jacobian of a program with $n$ inputs and $m$ outputs: how many runs of forward mode, how many sweeps of reverse
# mode?
#
# ### Task `op-counts` (1 point)
#
# Return both numbers in a dictionary, and under `"cheaper"` the mode that needs fewer: `"forward"`, `"reverse"` or
# `"equal"`.


# %% answer="op-counts"
def sweeps(n, m):
    """For n inputs and m outputs: {"forward": runs, "reverse": sweeps, "cheaper": "forward", "reverse" or "equal"}."""
    ### BEGIN SOLUTION
    cheaper = "equal" if n == m else "forward" if n < m else "reverse"
    return {"forward": n, "reverse": m, "cheaper": cheaper}
    ### END SOLUTION


# %% item="op-counts" further=1
#@title Checks the numbers of runs and sweeps
def check_sweeps_(n, m, runs, backward_sweeps, cheaper):
    """Compare sweeps(n, m)."""
    got, at, swapped = sweeps(n, m), f"n = {n}, m = {m}", "the two modes have changed places"
    if got is None:
        raise CheckFailed("sweeps returns nothing: is a `return` missing?", mistake="a missing return")
    mistakes = {swapped: backward_sweeps, "n and m are multiplied": n * m, "n and m are added": n + m}
    expect(got["forward"], runs, at=at, what="the number of forward runs", mistakes=mistakes)
    mistakes = {
        swapped: runs,
        "n and m are multiplied": n * m,
        "one sweep is taken to be enough for any number of outputs": 1,
    }
    expect(got["reverse"], backward_sweeps, at=at, what="the number of reverse sweeps", mistakes=mistakes)
    other = {"forward": "reverse", "reverse": "forward", "equal": "none"}[cheaper]
    expect(got["cheaper"], cheaper, at=at, what="the cheaper mode", mistakes={swapped: other})


with task("op-counts") as check:
    with check(
        "three sizes",
        0.5,
        hint=("forward mode does one input at a time", "one run for each input; one sweep for each output"),
    ):
        check_sweeps_(17, 1, 17, 1, "reverse")
        check_sweeps_(2, 30, 2, 30, "forward")
        check_sweeps_(5, 5, 5, 5, "equal")
    ### BEGIN HIDDEN TESTS
    with check("other sizes", 0.5, hint="few inputs and many outputs, and as many of one as of the other"):
        few_, many_ = random.randint(2, 6), random.randint(20, 90)
        check_sweeps_(few_, many_, few_, many_, "forward")
        check_sweeps_(many_, few_, many_, few_, "reverse")
        check_sweeps_(many_, many_, many_, many_, "equal")
        check_sweeps_(1, 1, 1, 1, "equal")
    ### END HIDDEN TESTS

# %% [markdown]
# And is it true? The next cell counts every addition and multiplication of plain numbers that either mode makes for the
# whole Jacobian of a program with $n$ inputs and $m$ outputs (a chain of products that all of them share).


# %% show="counted-operations" fold="Counts the operations of both modes"
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
    fewer = "equal" if forward == reverse else "forward" if forward < reverse else "reverse"
    print(f"{n:9} {m:10} {forward:9,} {reverse:9,}   {fewer}")

# %% [markdown]
# Forward grows with $n$, reverse with $m$; compare the rows with a 30 in them. (Twelve inputs and twelve outputs are no
# tie here. Each forward run works out all the values again, and spends three operations on a tangent; the reverse
# sweeps share one computation of the values, and spend between two and three operations on a product.) A loss has
# $m = 1$, and that is why deep-learning libraries are built on reverse mode.

# %% [markdown] section="Further: checkpointing" minutes=4 further=true
# ## Further 4. Checkpointing (4 minutes)
#
# Reverse mode has to remember what forward mode forgets. Take the loop $x \leftarrow x - 0.01\,x^3$, run 2,500 times,
# and the derivative of its end with respect to its start. A full tape of it has some 12,500 entries. **Checkpointing**
# trades time for memory: keep only some of the states, the checkpoints; in the backward sweep start again from the last
# of them, put the few steps that follow on a short tape, sweep those, throw them away, and go on to the checkpoint
# before.
#
# * **Every k-th state.** With $n$ steps there are $n/k$ checkpoints, and a tape of $5k$ entries, since a step makes
#   five. The sum is smallest when both parts are about equal, at $k = \sqrt{n/5}$, here 22, and is of the order of
#   $\sqrt n$. Each step is computed twice.
# * **Griewank's logarithmic scheme** (1992) puts checkpoints between the checkpoints. Halve the distance to the end
#   again and again, keep a state at each halving, and sweep the steps singly, from the end. When step $j$ is swept, the
#   states at hand are those whose numbers come from $j - 1$, written in binary, by turning its 1s into 0s, from the
#   right, one after another: at most $1 + \log_2 n$ of them. If $j$ ends in $t$ zeros (CTZ, count trailing zeros),
#   $2^t - 1$ steps have to be computed again, altogether roughly $\tfrac12 n \log_2 n$; the table counts the $n$ steps
#   that are swept as well.


# %% show="checkpointing" fold="Measures memory and work with checkpoints and without"
def loop_step(x):
    """One step of the long loop, on a tape."""
    return x - TapeVar(0.01) * x * x * x


def sweep_steps(value, steps, seed):
    """Put some steps from a state on a tape and sweep them: (adjoint of the state, entries on the tape)."""
    begin = len(TapeVar.tape)
    x = first = TapeVar(value)
    for _ in range(steps):
        x = loop_step(x)
    x.grad_value = seed
    found, entries = first.grad(), len(TapeVar.tape) - begin
    del TapeVar.tape[begin:]
    return found, entries


def every_kth(start, n, k):
    """(derivative, most values held at once, steps computed) when every k-th state is kept."""
    kept, value, computed = [], start, 0
    for i in range(n):
        if i % k == 0:
            kept.append(value)
        value = value - 0.01 * value**3
        computed += 1
    seed, held = 1.0, 0
    for piece in reversed(range(len(kept))):
        steps = min(k, n - piece * k)
        seed, entries = sweep_steps(kept[piece], steps, seed)
        computed += steps
        held = max(held, piece + 1 + entries)
    return seed, held, computed


def logarithmic(start, n):
    """(derivative, most values held at once, steps computed) by Griewank's scheme."""
    kept, seed, held, computed = {0: start}, 1.0, 0, 0
    for j in range(n, 0, -1):  # sweep step j, which leads from state j - 1 to state j
        place = max(kept)
        value = kept[place]
        while place < j - 1:
            value, place, computed = value - 0.01 * value**3, place + 1, computed + 1
            if place & (j - 1) == place and (j - 1) - place < (place & -place):  # j - 1 without its last ones
                kept[place] = value
        seed, entries = sweep_steps(value, 1, seed)
        computed += 1
        held = max(held, len(kept) + entries)
        kept.pop(j - 1, None)
    return seed, held, computed


def compare_checkpoints(n=2500):
    print("checkpoints          derivative   values held at once   steps computed")
    seed, entries = sweep_steps(1.5, n, 1.0)
    print(f"{'none, a full tape':18} {seed:.10f} {entries:21,} {n:16,}")
    for k in 500, 125, 50, 22, 5, 1:
        seed, held, computed = every_kth(1.5, n, k)
        print(f"{f'every {k}':18} {seed:.10f} {held:21,} {computed:16,}")
    seed, held, computed = logarithmic(1.5, n)
    print(f"{'logarithmic':18} {seed:.10f} {held:21,} {computed:16,}")


compare_checkpoints()

# %% [markdown]
# The derivative is the same in every row. What changes is the price: with a good $k$, one more computation of each step
# brings memory down to a small part of the full tape, and the logarithmic scheme, for several more, to next to nothing.
# With $k$ too large the tape is long, and with $k$ too small there are too many checkpoints. PyTorch has the first kind
# as `torch.utils.checkpoint`.

# %% [markdown]
# ## To read on
#
# * A. Griewank and A. Walther, *Evaluating Derivatives: Principles and Techniques of Algorithmic Differentiation*, 2nd
#   edition, SIAM 2008: the standard book, with checkpointing in full.
# * A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind, "Automatic differentiation in machine learning: a
#   survey", *Journal of Machine Learning Research* 18 (2018): what there is, and what is often confused with it.
# * M. Blondel and V. Roulet, *The Elements of Differentiable Programming*, arXiv 2403.14606 (2024): from the chain rule
#   to learning.
# * A. Griewank, "Achieving logarithmic growth of temporal and spatial complexity in reverse automatic differentiation",
#   *Optimization Methods and Software* 1 (1992).
# * R. E. Wengert, "A simple automatic derivative evaluation program", *Communications of the ACM* 7 (1964): the list,
#   in two pages.
#
# ## What is open, and how to hand in

# %% locked="summary"
summary()
