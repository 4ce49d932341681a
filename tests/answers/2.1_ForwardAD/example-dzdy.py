# %% right: as asked
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0)).dvalue
print(dzdy)

# %% right: with names
x = DualNumber(0.5, 0)
y = DualNumber(4.2, 1)
z2 = x * y + sin(x)
dzdy = z2.dvalue

# %% right: float() around it
dzdy = float(example(DualNumber(0.5, 0), DualNumber(4.2, 1)).dvalue)

# %% right: a seed of 2, divided out
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 2.0)).dvalue / 2.0

# %% right: numpy numbers
import numpy as np

dzdy = np.float64(example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0)).dvalue)

# %% wrong: dz/dx
# says: that is dz/dx
dzdy = example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0)).dvalue

# %% wrong: z itself
# says: that is z, the value
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0)).value

# %% wrong: both seeds 1
# says: both seeds are 1
dzdy = example(DualNumber(0.5, 1.0), DualNumber(4.2, 1.0)).dvalue

# %% wrong: both seeds 0
# says: both seeds are 0
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 0.0)).dvalue

# %% wrong: values exchanged
# says: the values of x and y have changed places
dzdy = example(DualNumber(4.2, 0.0), DualNumber(0.5, 1.0)).dvalue

# %% wrong: the whole dual number
# says: an object with .value and .dvalue
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0))

# %% wrong: a text
dzdy = '0.5'

# %% wrong: true
# says: True or False
dzdy = True

# %% wrong: a seed of 2 left in
# says: the seed of y is 2 and not 1
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 2.0)).dvalue

# %% wrong: a function
# says: should be a plain number
dzdy = lambda x, y: x

# %% wrong: left undone
# says: not done yet
dzdy = ...

# %% wrong: None
# says: None
dzdy = None

# %% wrong: another name
dzdx2 = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0)).dvalue
del dzdy

# %% wrong: y as it came
# says: 0 of 1 point
dzdy = 4.2

# %% wrong: an object that equals everything
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


dzdy = Anything()

# %% wrong: the .dvalue taken too early
dzdy = example(DualNumber(0.5, 0.0).dvalue, DualNumber(4.2, 1.0).dvalue)

# %% wrong: dzdy is not a number
dzdy = ...
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0)).dvalue
print("dzdy =", dzdy)
dzdy = float("nan")

# %% wrong: dzdy is an empty array
import numpy as np

dzdy = ...
dzdy = example(DualNumber(0.5, 0.0), DualNumber(4.2, 1.0)).dvalue
print("dzdy =", dzdy)
dzdy = np.empty((0, 1, 1))
