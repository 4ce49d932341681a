# %% right: products with constants
def seeded(t, gz, gv):
    x = Var(t)
    z = x * Var(2) + sin(x)
    v = x * Var(4) + cos(x)
    z.grad_value, v.grad_value = gz, gv
    return float(x.grad())

# %% right: sums in place of products
def seeded(t, gz, gv):
    x = Var(t)
    twice = x + x
    z = twice + sin(x)
    v = twice + twice + cos(x)
    v.grad_value = gv
    z.grad_value = gz
    return x.grad()

# %% right: one output that is the mixture
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    w = z * Var(gz) + v * Var(gv)
    w.grad_value = 1.0
    return x.grad()

# %% right: two sweeps, one for each output
def one(t, factor, function, seed):
    x = Var(t)
    out = Var(factor) * x + function(x)
    out.grad_value = seed
    return x.grad()


def seeded(t, gz, gv):
    return one(t, 2.0, sin, gz) + one(t, 4.0, cos, gv)

# %% wrong: only z is seeded
# says: only z is seeded
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = gz
    return x.grad()

# %% wrong: only v is seeded
# says: only v is seeded
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    v.grad_value = gv
    return x.grad()

# %% wrong: both seeds are 1
# says: It looks as if
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = v.grad_value = 1.0
    return x.grad()

# %% wrong: the seeds exchanged
# says: the seeds have changed places
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = gv
    v.grad_value = gz
    return x.grad()

# %% wrong: the point fixed at 0.5
# says: the point is fixed at 0.5
def seeded(t, gz, gv):
    x = Var(0.5)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = gz
    v.grad_value = gv
    return x.grad()

# %% wrong: a stale gradient, asked before v is seeded
# says: only z is seeded
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    z.grad_value = gz
    total = x.grad()
    v = Var(4.0) * x + cos(x)
    v.grad_value = gv
    return x.grad()

# %% wrong: the sum of the seeds goes into both
# says: It looks as if
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = v.grad_value = gz + gv
    return x.grad()

# %% wrong: sin in both outputs
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + sin(x)
    z.grad_value = gz
    v.grad_value = gv
    return x.grad()

# %% wrong: the value instead of the gradient
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    return gz * z.value + gv * v.value

# %% wrong: seeds 1 and 0 whatever is asked
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = 1.0 if gz else 0.0
    v.grad_value = 1.0 if gv else 0.0
    return x.grad()

# %% wrong: finite differences
# says: as finite differences do
def seeded(t, gz, gv):
    h = 1e-5

    def mixture(t):
        return gz * (2 * t + math.sin(t)) + gv * (4 * t + math.cos(t))

    return (mixture(t + h) - mixture(t - h)) / (2 * h)

# %% wrong: math.sin of the Var
# says: must be real number, not Var
def seeded(t, gz, gv):
    x = Var(t)
    z = Var(2.0) * x + math.sin(x)
    v = Var(4.0) * x + math.cos(x)
    z.grad_value = gz
    v.grad_value = gv
    return x.grad()

# %% wrong: a constant
def seeded(t, gz, gv):
    return 2.8775825618903728


# %% wrong: a plain number times a Var
# says: write 2 as Var(2.0)
def seeded(t, gz, gv):
    x = Var(t)
    z = 2 * x + sin(x)
    v = 4 * x + cos(x)
    z.grad_value = gz
    v.grad_value = gv
    return x.grad()

# %% wrong: gives its first answer to every question
def seeded(t, gz, gv):
    """gz * dz/dx + gv * dv/dx at x = t, by one sweep through z = 2x + sin x and v = 4x + cos x."""
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = gz
    v.grad_value = gv
    return x.grad()


honest, kept = seeded, []


def seeded(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def seeded(t, gz, gv):
    """gz * dz/dx + gv * dv/dx at x = t, by one sweep through z = 2x + sin x and v = 4x + cos x."""
    x = Var(t)
    z = Var(2.0) * x + sin(x)
    v = Var(4.0) * x + cos(x)
    z.grad_value = gz
    v.grad_value = gv
    return x.grad()


honest = seeded


def seeded(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def seeded(*given):
    return given[0]
