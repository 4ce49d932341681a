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

# %% wrong: the seed of y
# says: the seed is that of y
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
# says: AttributeError
z = example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0)).value

# %% wrong: floats only
# says: AttributeError
z = 0.5 * 4.2 + math.sin(0.5)

# %% wrong: a text
# says: AttributeError
z = str(example(DualNumber(0.5, 1.0), DualNumber(4.2, 0.0)))

# %% wrong: another point
z = example(DualNumber(1.0, 1.0), DualNumber(4.2, 0.0))

# %% wrong: without the sine
# says: the value of z
z = DualNumber(0.5, 1.0) * DualNumber(4.2, 0.0)

# %% wrong: left undone
# says: not done yet
z = None

# %% wrong: the value as its own seed
z = example(DualNumber(0.5, 0.5), DualNumber(4.2, 0.0))
