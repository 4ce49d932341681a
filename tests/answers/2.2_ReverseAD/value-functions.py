# %% right: the slope worked out first
def tanh(x):
    t = math.tanh(x.value)
    slope = 1 - t * t
    z = Value(t, (x,), "tanh")

    def _backward(g):
        x.grad += g * slope

    z._backward = _backward
    return z


def relu(x):
    positive = x.value > 0
    z = Value(x.value if positive else 0.0, (x,), "relu")

    def _backward(g):
        x.grad += g if positive else 0.0

    z._backward = _backward
    return z


# %% right: cosh, and a comparison as a number
def tanh(x):
    z = Value(math.tanh(x.value), [x], "tanh")

    def _backward(g):
        x.grad = x.grad + g / math.cosh(x.value) ** 2

    z._backward = _backward
    return z


def relu(x):
    z = Value(x.value * (x.value > 0), [x], "relu")

    def _backward(g):
        x.grad = x.grad + (x.value > 0) * g

    z._backward = _backward
    return z


# %% right: numpy
import numpy as np


def tanh(x):
    z = Value(np.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1 - np.tanh(x.value) ** 2)

    z._backward = _backward
    return z


def relu(x):
    z = Value(np.maximum(x.value, 0.0), (x,), "relu")

    def _backward(g):
        x.grad += g * np.heaviside(x.value, 0.0)

    z._backward = _backward
    return z


# %% right: through exponentials, and a helper
def one_operand(x, value, slope, op):
    z = Value(value, (x,), op)

    def _backward(g):
        x.grad += g * slope

    z._backward = _backward
    return z


def tanh(x):
    up, down = math.exp(x.value), math.exp(-x.value)
    return one_operand(x, (up - down) / (up + down), 4 / (up + down) ** 2, "tanh")


def relu(x):
    return one_operand(x, max(0.0, x.value), 1.0 if x.value > 0.0 else 0.0, "relu")


# %% wrong: relu with >=
# says: the slope at 0 is taken to be 1
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value >= 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: relu lets the gradient through everywhere
# says: the slope
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        x.grad += g

    z._backward = _backward
    return z


# %% wrong: tanh without the square
# says: without the square
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: tanh with the rule of tan
# says: as if tanh were tan
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 + z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: 1 - x**2
# says: without the tanh
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = x.value
    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: g is forgotten
# says: g is not passed on
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += 1.0 - z_value**2

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += 1.0

    z._backward = _backward
    return z


# %% wrong: the gradient is overwritten
# says: the gradient is overwritten
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad = g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad = g

    z._backward = _backward
    return z


# %% wrong: _backward is not put into z
# says: as when z._backward is not set
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: math.tanh of the Value itself
# says: must be real number, not Value
def tanh(x):
    z = Value(math.tanh(x), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: relu gives a plain number
# says: 'float' object has no attribute
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    return max(x.value, 0.0)


# %% wrong: relu returns its operand when it is positive
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    return x if x.value > 0 else Value(0.0)


# %% wrong: tanh changes its operand and returns it
# says: the operand itself is changed
def tanh(x):
    x.value = math.tanh(x.value)
    return x


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: constants
def tanh(x):
    return Value(0.46211715726000973, (x,), "tanh")


def relu(x):
    return Value(1.5, (x,), "relu")


# %% wrong: identities
def tanh(x):
    return x


def relu(x):
    return x


# %% wrong: no return
# says: is `return z` missing?
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: a tuple without its comma
# says: A tuple of one has a comma, (x,)
def tanh(x):
    z = Value(math.tanh(x.value), (x), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - math.tanh(x.value) ** 2)

    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: no operands
# says: the operand is left out
def tanh(x):
    z = Value(math.tanh(x.value), (), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - math.tanh(x.value) ** 2)

    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: no operands in relu
# says: the operand is left out
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - math.tanh(x.value) ** 2)

    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: no _op
# says: the name is left out
def tanh(x):
    z = Value(math.tanh(x.value), (x,))

    def _backward(g):
        x.grad += g * (1.0 - math.tanh(x.value) ** 2)

    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,))

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


# %% wrong: z.grad in place of g
# says: use g, which _backward is given
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += z.grad * (1.0 - math.tanh(x.value) ** 2)

    z._backward = _backward
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += z.grad

    z._backward = _backward
    return z


# %% wrong: _backward called instead of stored
# says: called instead of stored
def tanh(x):
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - math.tanh(x.value) ** 2)

    z._backward = _backward(1.0)
    return z


def relu(x):
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward(1.0)
    return z

# %% wrong: gives its first answer to every question
def tanh(x):
    """The hyperbolic tangent of a Value."""
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    """The larger of x and 0, for a Value x; its slope at 0 is 0."""
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


honest, kept = relu, []


def relu(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def tanh(x):
    """The hyperbolic tangent of a Value."""
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    """The larger of x and 0, for a Value x; its slope at 0 is 0."""
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


honest = relu


def relu(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def tanh(x):
    """The hyperbolic tangent of a Value."""
    z = Value(math.tanh(x.value), (x,), "tanh")

    def _backward(g):
        x.grad += g * (1.0 - z_value**2)

    z_value = z.value
    z._backward = _backward
    return z


def relu(x):
    """The larger of x and 0, for a Value x; its slope at 0 is 0."""
    z = Value(max(x.value, 0.0), (x,), "relu")

    def _backward(g):
        if x.value > 0:
            x.grad += g

    z._backward = _backward
    return z


def relu(*given):
    return given[0]
