# %% right: line by line, as the text has it
def differential(x, y, dx, dy):
    a = x * x
    b = a * y
    c = math.cos(y)
    da = 2 * x * dx
    db = da * y + a * dy
    dc = -math.sin(y) * dy
    dw = db + dc
    return dw

# %% right: in one expression
def differential(x, y, dx, dy):
    return 2 * x * y * dx + (x * x - math.sin(y)) * dy

# %% right: the square as a product
def differential(x, y, dx, dy):
    da = x * dx + x * dx
    return da * y + (x * x) * dy - math.sin(y) * dy

# %% right: with dual numbers, written out here
class Pair:
    def __init__(self, v, d):
        self.v, self.d = v, d

    def __mul__(self, o):
        return Pair(self.v * o.v, self.d * o.v + self.v * o.d)


def differential(x, y, dx, dy):
    x, y = Pair(x, dx), Pair(y, dy)
    return (x * x * y).d - math.sin(y.v) * y.d

# %% right: with prints and a helper
def square_differential(x, dx):
    return 2 * x * dx


def differential(x, y, dx, dy):
    dw = square_differential(x, dx) * y + x ** 2 * dy + dy * -math.sin(y)
    print('dw =', dw)
    return dw

# %% wrong: square differentiated as if only one factor moved
# says: x moves in both factors
def differential(x, y, dx, dy):
    da = x * dx
    return da * y + x * x * dy - math.sin(y) * dy

# %% wrong: the square's differential without x
# says: d(x*x) to be dx
def differential(x, y, dx, dy):
    return dx * y + x * x * dy - math.sin(y) * dy

# %% wrong: sign of the cosine's differential
# says: sign of the differential of cos
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy + math.sin(y) * dy

# %% wrong: cosine not differentiated
# says: differentiated cos to cos
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy + math.cos(y) * dy

# %% wrong: no term of the cosine
# says: the term with cos is missing
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy

# %% wrong: no term a*dy
# says: the term a*dy is missing
def differential(x, y, dx, dy):
    return 2 * x * y * dx - math.sin(y) * dy

# %% wrong: the chain rule's factor dy forgotten on the sine
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy - math.sin(y)

# %% wrong: seeds not used
def differential(x, y, dx, dy):
    return 2 * x * y + x * x - math.sin(y)

# %% wrong: the sine of x
def differential(x, y, dx, dy):
    return 2 * x * y * dx + x * x * dy - math.sin(x) * dy

# %% wrong: the value of w instead of dw
def differential(x, y, dx, dy):
    return x * x * y + math.cos(y)

# %% wrong: returns a pair of two numbers
# says: should be a plain number
def differential(x, y, dx, dy):
    return 2 * x * y * dx, (x * x - math.sin(y)) * dy

# %% wrong: no return
# says: not done yet
def differential(x, y, dx, dy):
    dw = 2 * x * y * dx + (x * x - math.sin(y)) * dy
