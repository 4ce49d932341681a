# %% right: powers of ten
best_step = {"one-sided": 1e-8, "central": 1e-5}

# %% right: the exact minimum
eps = 2.2e-16
best_step = {"one-sided": math.sqrt(2 * eps), "central": (3 * eps) ** (1 / 3)}

# %% right: found by trying
import sys

candidates = [10.0 ** (-k / 4) for k in range(4, 60)]
eps = sys.float_info.epsilon
best_step = {"one-sided": min(candidates, key=lambda h: h / 2 + eps / h), "central": min(candidates, key=lambda h: h * h / 6 + eps / h)}

# %% right: rounded, filled in later
best_step = {"one-sided": None, "central": None}
best_step['one-sided'] = 2e-8
best_step['central'] = 6e-6

# %% right: numpy numbers
import numpy as np

best_step = {"one-sided": np.sqrt(2 * np.finfo(float).eps), "central": np.cbrt(3 * np.finfo(float).eps)}

# %% wrong: the smallest number for both
# says: you took h as small as possible, where the difference is all noise
best_step = {"one-sided": 1e-16, "central": 1e-16}

# %% wrong: the two exchanged
# says: that is the best h of the other rule
best_step = {"one-sided": 1e-5, "central": 1e-8}

# %% wrong: the same for both
# says: that is the best h of the other rule
best_step = {"one-sided": 1e-8, "central": 1e-8}

# %% wrong: large steps
# says: you left out the rounding error
best_step = {"one-sided": 0.01, "central": 0.01}

# %% wrong: zero
best_step = {"one-sided": 0.0, "central": 0.0}

# %% wrong: texts
# says: should be a plain number
best_step = {"one-sided": '1e-8', "central": '1e-5'}

# %% wrong: exponents only
# says: you gave the exponent
best_step = {"one-sided": -8, "central": -5}

# %% wrong: only one done
# says: not done yet
best_step = {"one-sided": 1e-8, "central": ...}

# %% wrong: the central one too small
best_step = {"one-sided": 1e-8, "central": 1e-10}

# %% wrong: numbers without names
# says: TypeError
best_step = [1e-8, 1e-5]

# %% wrong: other keys
# says: KeyError
best_step = {"one_sided": 1e-8, "two_sided": 1e-5}

# %% wrong: functions
# says: should be a plain number
best_step = {"one-sided": lambda eps: eps ** 0.5, "central": lambda eps: eps ** (1 / 3)}

# %% wrong: objects that equal everything
# says: 0 of 1 point
class Anything:
    """Equal to everything, and to itself whatever is asked of it."""

    __hash__ = None
    value = dvalue = property(lambda self: self)

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return self

    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __pow__ = __sub__

    def __abs__(self):
        return 0.0

    def __le__(self, other):
        return True


best_step = {"one-sided": Anything(), "central": Anything()}

# %% wrong: best_step is not a number
best_step = {"one-sided": ..., "central": ...}
epsilon = 2.2e-16
best_step = {"one-sided": (2 * epsilon) ** (1 / 2), "central": (3 * epsilon) ** (1 / 3)}
best_step = float("nan")

# %% wrong: best_step is an empty array
import numpy as np

best_step = {"one-sided": ..., "central": ...}
epsilon = 2.2e-16
best_step = {"one-sided": (2 * epsilon) ** (1 / 2), "central": (3 * epsilon) ** (1 / 3)}
best_step = np.empty((0, 1, 1))
