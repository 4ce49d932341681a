# %% right: the reverse program of a sum
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    return -1 * self


def value_sub(self, other):
    return self + (-other)


def value_rsub(self, other):
    return other + (-self)


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub

# %% right: a closure for each operator
def value_add(self, other):
    if not isinstance(other, Value):
        other = Value(other)
    z = Value(self.value + other.value, [self, other], "+")

    def _backward(g):
        for operand in (self, other):
            operand.grad = operand.grad + g

    z._backward = _backward
    return z


def value_neg(self):
    z = Value(-self.value, (self,), "neg")

    def _backward(g):
        self.grad -= g

    z._backward = _backward
    return z


def value_sub(self, other):
    if not isinstance(other, Value):
        other = Value(other)
    z = Value(self.value - other.value, (self, other), "-")

    def _backward(g):
        self.grad += g
        other.grad -= g

    z._backward = _backward
    return z


def value_rsub(self, other):
    return value_sub(Value(other), self)


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub

# %% right: a helper, type hints, numpy numbers
import numpy as np


def lift(thing) -> "Value":
    return thing if type(thing).__name__ == "Value" else Value(np.float64(thing))


def value_add(self: "Value", other) -> "Value":
    other = lift(other)
    z = Value(np.float64(self.value) + other.value, operands=(self, other), op="+")

    def pass_on(g):
        self.grad += np.float64(g)
        other.grad += np.float64(g)

    z._backward = pass_on
    return z


def value_neg(self):
    return lift(0) - self


def value_sub(self, other):
    return self + lift(other) * -1


def value_rsub(self, other):
    return lift(other) - self


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub

# %% right: the class written anew
class Value:
    def __init__(self, value, operands=(), op=""):
        self.value, self.grad = value, 0.0
        self.operands, self._op = operands, op
        self._backward = lambda g: None

    @staticmethod
    def of(thing):
        return thing if isinstance(thing, Value) else Value(thing)

    def __add__(self, other):
        other = Value.of(other)
        z = Value(self.value + other.value, (self, other), "+")

        def _backward(g):
            self.grad += g
            other.grad += g

        z._backward = _backward
        return z

    def __mul__(self, other):
        other = Value.of(other)
        z = Value(self.value * other.value, (self, other), "*")

        def _backward(g):
            self.grad += g * other.value
            other.grad += g * self.value

        z._backward = _backward
        return z

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __rsub__(self, other):
        return Value.of(other) - self

    __radd__, __rmul__ = __add__, __mul__

# %% wrong: the gradient is overwritten
# says: write += in _backward, not =
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad = g
        other.grad = g

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: the inner function is never put into z
# says: z has no _backward of its own
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: the inner function is called instead of kept
# says: missing 1 required positional argument
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward()
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: the weights of a product
# says: these are the weights of a product
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g * other.value
        other.grad += g * self.value

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: only the first operand gets its part
# says: only the first operand gets its part
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: g is forgotten
# says: g is not passed on
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += 1.0
        other.grad += 1.0

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: plain numbers are not accepted
# says: 'int' object has no attribute 'value'
def value_add(self, other):
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: no return
# says: is `return z` missing?
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: minus changes its operand and returns it
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    self.value = -self.value
    return self


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: minus of the value alone
# says: nothing arrives at a
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    return Value(-self.value)


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: 2 - a taken for a - 2
# says: the operands are the wrong way round
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return self - other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: subtraction gives both a plus
# says: the second weight has the wrong sign
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value - other.value, (self, other), "-")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: subtraction that calls itself
# says: inside value_sub, `self - other` is value_sub again
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self - other


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: a constant
def value_add(self, other):
    return Value(7.5, (self, Value(4.5)), "+")


def value_neg(self):
    return Value(-5.0)


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: the operand itself comes back
def value_add(self, other):
    return self


def value_neg(self):
    return self


def value_sub(self, other):
    return self


def value_rsub(self, other):
    return self


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: a sum forgets its operands
# says: the values of the operands of a + b
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value)

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: z.grad in place of g
# says: use g, which _backward is given, not z.grad
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += z.grad
        other.grad += z.grad

    z._backward = _backward
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub


# %% wrong: _backward called with 1 instead of stored
# says: called instead of stored
def value_add(self, other):
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward(1.0)
    return z


def value_neg(self):
    return self * -1.0


def value_sub(self, other):
    return self + other * -1.0


def value_rsub(self, other):
    return -self + other


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub

# %% wrong: gives its first answer to every question
def value_add(self, other):
    """self + other, where other is a Value or a plain number."""
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    """-self."""
    return self * -1.0


def value_sub(self, other):
    """self - other, where other is a Value or a plain number."""
    return self + other * -1.0


def value_rsub(self, other):
    """other - self, where other is a plain number."""
    return -self + other


honest, kept = value_add, []


def value_add(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub

# %% wrong: gives what is not a number
def value_add(self, other):
    """self + other, where other is a Value or a plain number."""
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    """-self."""
    return self * -1.0


def value_sub(self, other):
    """self - other, where other is a Value or a plain number."""
    return self + other * -1.0


def value_rsub(self, other):
    """other - self, where other is a plain number."""
    return -self + other


honest = value_add


def value_add(*given):
    honest(*given)
    return float("nan")


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub

# %% wrong: gives back what it was given
def value_add(self, other):
    """self + other, where other is a Value or a plain number."""
    other = other if isinstance(other, Value) else Value(other)
    z = Value(self.value + other.value, (self, other), "+")

    def _backward(g):
        self.grad += g
        other.grad += g

    z._backward = _backward
    return z


def value_neg(self):
    """-self."""
    return self * -1.0


def value_sub(self, other):
    """self - other, where other is a Value or a plain number."""
    return self + other * -1.0


def value_rsub(self, other):
    """other - self, where other is a plain number."""
    return -self + other


def value_add(*given):
    return given[0]


Value.__add__ = Value.__radd__ = value_add
Value.__neg__ = value_neg
Value.__sub__ = value_sub
Value.__rsub__ = value_rsub
