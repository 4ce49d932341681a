# %% right: as asked
z = example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0))
print(z)

# %% right: with names for the inputs
x = DualNumber(0.5, 1)
y = DualNumber(4.2, 0)
z = example(x, y)

# %% right: the expression written out
x, y = DualNumber(value=0.5, dvalue=1.0), DualNumber(value=4.2, dvalue=0.0)
z = x * y + sin(x)
print(z.value, z.dvalue)

# %% right: a function and a loop over the seeds
answers = {}
for which, seeds in {'x': (1.0, 0.0), 'y': (0.0, 1.0)}.items():
    answers[which] = example(DualNumber(0.5, seeds[0]), DualNumber(4.2, seeds[1]))
z = answers['x']

# %% right: numpy numbers
import numpy as np

z = example(DualNumber(np.float64(0.5), np.float64(1)), DualNumber(np.float64(4.2), np.float64(0)))

# %% right: binds names that other cells use
x, y, a, b, c, r, t, u, v = [DualNumber(0.5, 1.0), DualNumber(4.2, 0.0)] + [0.0] * 7
z = example(x, y)

# %% wrong: the seed of y
# says: you gave the seed 1 to y
z = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0))

# %% wrong: both seeds 1
# says: both seeds are 1
z = example(DualNumber(0.5, 1.0), DualNumber(4.2, 1.0))

# %% wrong: both seeds 0
# says: both seeds are 0
z = example(DualNumber(0.5, 0.0), DualNumber(4.2, 0.0))

# %% wrong: values exchanged
# says: x and y have changed places
z = example(DualNumber(4.2, 1.0), DualNumber(0.5, 0.0))

# %% wrong: only the number
# says: z should be the DualNumber
z = example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0)).value

# %% wrong: floats only
# says: z should be the DualNumber
z = 0.5 * 4.2 + math.sin(0.5)

# %% wrong: a text
# says: z should be the DualNumber
z = str(example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0)))

# %% wrong: another point
z = example(DualNumber(1.0, 1.0), DualNumber(4.2, 0.0))

# %% wrong: without the sine
# says: the value of z
z = DualNumber(0.5, 1.0) * DualNumber(4.2, 0.0)

# %% wrong: left undone
# says: not done yet
z = ...

# %% wrong: None
# says: of type NoneType
z = None

# %% wrong: the value as its own seed
# says: the seed of x is its value, 0.5
z = example(DualNumber(0.5, 0.5), DualNumber(4.2, 0.0))

# %% wrong: x as it came
# says: 0 of 2 point
z = DualNumber(0.5, 1.0)

# %% wrong: an object that equals everything
# says: 0 of 2 point
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


z = Anything()

# %% wrong: the .value taken too early
z = example(DualNumber(0.5, 1.0).value, DualNumber(4.2, 0.0).value)

# %% wrong: the values of x and y as their seeds
# says: values of x and y as their seeds
z = example(DualNumber(0.5, 0.5), DualNumber(4.2, 4.2))

# %% wrong: z is not a number
z = ...
z = example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0))
print("z =", z)
z = float("nan")

# %% wrong: z is an empty array
import numpy as np

z = ...
z = example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0))
print("z =", z)
z = np.empty((0, 1, 1))
