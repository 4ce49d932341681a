# %% right: the loss as a sum of quarters
def step(weights, rate):
    w = [Value(t) for t in weights]
    loss = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        loss = loss + error * error * (1 / len(XOR))
    loss.backward()
    return loss.value, [t - rate * v.grad for t, v in zip(weights, w)]

# %% right: one sweep for each row, the leaves collect
def step(weights, rate):
    w = [Value(t) for t in weights]
    loss = 0.0
    for p, q, target in XOR:
        error = target - network(w, p, q)
        quarter = 0.25 * error * error
        quarter.backward()
        loss += quarter.value
    return loss, [v.value - rate * v.grad for v in w]

# %% right: the sum of a list, numpy numbers
import numpy as np


def step(weights, rate):
    w = [Value(float(t)) for t in weights]
    errors = [network(w, p, q) + -target for p, q, target in XOR]
    loss = sum(error * error for error in errors) * (1 / 4)
    loss.backward()
    return loss.value, np.array([v.value for v in w]) - rate * np.array([v.grad for v in w])

# %% right: the gradient in a function of its own
def loss_of(w):
    total = Value(0)
    for row in XOR:
        error = network(w, row[0], row[1]) - Value(row[2])
        total = total + error * error
    return total * 0.25


def step(weights, rate):
    w = []
    for weight in weights:
        w.append(Value(weight))
    loss = loss_of(w)
    loss.backward()
    new = []
    for v in w:
        new.append(v.value - rate * v.grad)
    return [loss.value, new]

# %% wrong: up the slope
# says: the step goes up the slope
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value + rate * v.grad for v in w]

# %% wrong: no seed
# says: the weights do not change
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    return loss.value, [v.value - rate * v.grad for v in w]

# %% wrong: the sum instead of the mean
# says: the squares are summed, not averaged
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    total.backward()
    return total.value, [v.value - rate * v.grad for v in w]

# %% wrong: the rate fixed at 0.1
# says: the rate is fixed at 0.1
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value - 0.1 * v.grad for v in w]

# %% wrong: without the rate
# says: the rate is left out
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value - v.grad for v in w]

# %% wrong: the gradients in place of the weights
# says: these are the gradients
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.grad for v in w]

# %% wrong: the gradient of the sum with the loss of the mean
# says: the gradient is that of the sum
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    total.backward()
    return total.value / 4, [v.value - rate * v.grad for v in w]

# %% wrong: absolute errors instead of squares
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * math.copysign(1.0, error.value)
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value - rate * v.grad for v in w]

# %% wrong: only the last row of the table
def step(weights, rate):
    w = [Value(t) for t in weights]
    for p, q, target in XOR:
        error = network(w, p, q) - target
        loss = error * error
    loss.backward()
    return loss.value, [v.value - rate * v.grad for v in w]

# %% wrong: Vars are returned
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss, [v - rate * v.grad for v in w]

# %% wrong: finite differences
# says: as finite differences do
def loss_of(weights):
    w = [Value(t) for t in weights]
    total = 0.0
    for p, q, target in XOR:
        total += (network(w, p, q).value - target) ** 2
    return total / 4


def step(weights, rate):
    h, new = 1e-6, []
    for i, weight in enumerate(weights):
        up = loss_of(weights[:i] + [weight + h] + weights[i + 1 :])
        down = loss_of(weights[:i] + [weight - h] + weights[i + 1 :])
        new.append(weight - rate * (up - down) / (2 * h))
    return loss_of(weights), new

# %% wrong: the gradients are read before the sweep
# says: the weights do not change
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    new = [v.value - rate * v.grad for v in w]
    loss.backward()
    return loss.value, new

# %% wrong: backward inside the loop, on the sum so far
# says: backward is called inside the loop
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
        (total * 0.25).backward()
    return total.value / 4, [v.value - rate * v.grad for v in w]

# %% wrong: a constant
def step(weights, rate):
    return 1.25, [0.0] * 16 + [0.3]

# %% wrong: the weights as they came
def step(weights, rate):
    return 0.0, weights

# %% wrong: only the weights are returned
# says: the loss
def step(weights, rate):
    w = [Value(t) for t in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    (total * 0.25).backward()
    return [v.value - rate * v.grad for v in w]


# %% wrong: only the last weight is changed
# says: only the last weight is changed
def step(weights, rate):
    w = [Value(weight) for weight in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value for v in w[:16]] + [w[16].value - rate * w[16].grad]


# %% wrong: a square with **
# says: write a square as d * d
def step(weights, rate):
    w = [Value(weight) for weight in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        total = total + (network(w, p, q) - target) ** 2
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value - rate * v.grad for v in w]

# %% wrong: writes the new weights into the list that it was given
# says: a list or tensor that was given is changed
def step(weights, rate):
    w = [Value(weight) for weight in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    weights[:] = [v.value - rate * v.grad for v in w]
    return loss.value, list(weights)

# %% wrong: gives its first answer to every question
def step(weights, rate):
    """One step of gradient descent on XOR: the pair (loss, new weights), all plain numbers."""
    w = [Value(weight) for weight in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value - rate * v.grad for v in w]


honest, kept = step, []


def step(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def step(weights, rate):
    """One step of gradient descent on XOR: the pair (loss, new weights), all plain numbers."""
    w = [Value(weight) for weight in weights]
    total = Value(0.0)
    for p, q, target in XOR:
        error = network(w, p, q) - target
        total = total + error * error
    loss = total * 0.25
    loss.backward()
    return loss.value, [v.value - rate * v.grad for v in w]


honest = step


def step(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def step(*given):
    return given[0]
