# %% right: the loss as a sum of quarters
def step(weights, rate):
    w = [Var(t) for t in weights]
    loss = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) + Var(-target)
        loss = loss + error * error * Var(1 / len(XOR))
    loss.grad_value = 1.0
    return loss.value, [t - rate * v.grad() for t, v in zip(weights, w)]

# %% right: the seed carries the quarter
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    total.grad_value = 0.25
    return total.value / 4, [v.value - rate * v.grad() for v in w]

# %% right: the seed carries the rate
def step(weights, rate):
    w = [Var(t) for t in weights]
    squares = []
    for p, q, target in XOR:
        error = Var(target) - network(w, Var(p), Var(q))
        squares.append(error * error)
    loss = (squares[0] + squares[1] + squares[2] + squares[3]) * Var(0.25)
    loss.grad_value = -rate
    return loss.value, [v.value + v.grad() for v in w]

# %% right: division by four
def step(weights, rate):
    w = [Var(weight) for weight in weights]
    total = Var(0)
    for row in XOR:
        error = network(w, Var(row[0]), Var(row[1])) - Var(row[2])
        total = total + error * error
    loss = total / Var(4)
    loss.grad_value = 1
    new = []
    for v in w:
        new.append(v.value - rate * v.grad())
    return [loss.value, new]

# %% wrong: up the slope
# says: the step goes up the slope
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    loss = total * Var(0.25)
    loss.grad_value = 1.0
    return loss.value, [v.value + rate * v.grad() for v in w]

# %% wrong: no seed
# says: the weights do not change
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    loss = total * Var(0.25)
    return loss.value, [v.value - rate * v.grad() for v in w]

# %% wrong: the sum instead of the mean
# says: the squares are summed, not averaged
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    total.grad_value = 1.0
    return total.value, [v.value - rate * v.grad() for v in w]

# %% wrong: the rate fixed at 0.1
# says: the rate is fixed at 0.1
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    loss = total * Var(0.25)
    loss.grad_value = 1.0
    return loss.value, [v.value - 0.1 * v.grad() for v in w]

# %% wrong: without the rate
# says: the rate is left out
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    loss = total * Var(0.25)
    loss.grad_value = 1.0
    return loss.value, [v.value - v.grad() for v in w]

# %% wrong: the gradients in place of the weights
# says: these are the gradients
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    loss = total * Var(0.25)
    loss.grad_value = 1.0
    return loss.value, [v.grad() for v in w]

# %% wrong: the gradient of the sum with the loss of the mean
# says: the gradient is that of the sum
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    total.grad_value = 1.0
    return total.value / 4, [v.value - rate * v.grad() for v in w]

# %% wrong: absolute errors instead of squares
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * Var(math.copysign(1.0, error.value))
    loss = total * Var(0.25)
    loss.grad_value = 1.0
    return loss.value, [v.value - rate * v.grad() for v in w]

# %% wrong: only the last row of the table
def step(weights, rate):
    w = [Var(t) for t in weights]
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        loss = error * error
    loss.grad_value = 1.0
    return loss.value, [v.value - rate * v.grad() for v in w]

# %% wrong: Vars are returned
def step(weights, rate):
    w = [Var(t) for t in weights]
    total = Var(0.0)
    for p, q, target in XOR:
        error = network(w, Var(p), Var(q)) - Var(target)
        total = total + error * error
    loss = total * Var(0.25)
    loss.grad_value = 1.0
    return loss, [v - Var(rate * v.grad()) for v in w]
