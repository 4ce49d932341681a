# %% right: a loop over the outputs
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    for output, weight in zip(f(inputs), u):
        output.grad_value = weight
    return [v.grad() for v in inputs]
# %% right: indices
def var_vjp(f, x, u):
    variables = []
    for value in x:
        variables.append(Var(value))
    outputs = f(variables)
    for k in range(len(outputs)):
        outputs[k].grad_value = u[k]
    gradients = []
    for variable in variables:
        gradients.append(float(variable.grad()))
    return gradients
# %% right: one run for each output
def var_vjp(f, x, u):
    total = [0.0] * len(x)
    for k, weight in enumerate(u):
        variables = [Var(value) for value in x]
        outputs = f(variables)
        for j, output in enumerate(outputs):
            output.grad_value = 1.0 if j == k else 0.0
        total = [t + weight * v.grad() for t, v in zip(total, variables)]
    return total
# %% right: one scalar, the weighted sum
def var_vjp(f, x, u):
    variables = [Var(value) for value in x]
    total = None
    for output, weight in zip(f(variables), u):
        term = output * Var(weight)
        total = term if total is None else total + term
    total.grad_value = 1.0
    return [v.grad() for v in variables]
# %% wrong: torch instead of Var
# says: f knows nothing of Var here
def var_vjp(f, x, u):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    torch.stack(f(leaf)).backward(torch.tensor(u, dtype=torch.float64))
    return leaf.grad.tolist()
# %% wrong: every weight 1
# says: every output gets the weight 1
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    for output in f(inputs):
        output.grad_value = 1.0
    return [v.grad() for v in inputs]
# %% wrong: the first output only
# says: only the first output gets its weight
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    f(inputs)[0].grad_value = u[0]
    return [v.grad() for v in inputs]
# %% wrong: the last output only
# says: only the last output gets its weight
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    f(inputs)[-1].grad_value = u[-1]
    return [v.grad() for v in inputs]
# %% wrong: no seed
# says: no output gets a weight
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    f(inputs)
    return [v.grad() for v in inputs]
# %% wrong: the weights the wrong way round
# says: the weights are in the wrong order
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    for output, weight in zip(f(inputs), reversed(u)):
        output.grad_value = weight
    return [v.grad() for v in inputs]
# %% wrong: grad without the call
# says: each part of var_vjp should be a plain number
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    for output, weight in zip(f(inputs), u):
        output.grad_value = weight
    return [v.grad for v in inputs]
# %% wrong: grad_value read instead of grad() asked
# says: grad_value is filled in only when grad() is called
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    for output, weight in zip(f(inputs), u):
        output.grad_value = weight
    return [v.grad_value for v in inputs]
# %% wrong: the outputs are asked
# says: the outputs' weights are returned
def var_vjp(f, x, u):
    outputs = f([Var(value) for value in x])
    for output, weight in zip(outputs, u):
        output.grad_value = weight
    return [output.grad() for output in outputs]
# %% wrong: asked before the seed
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    outputs = f(inputs)
    gradients = [v.grad() for v in inputs]
    for output, weight in zip(outputs, u):
        output.grad_value = weight
    return gradients
# %% wrong: new Vars are asked, not those that were used
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    for output, weight in zip(f([Var(value) for value in x]), u):
        output.grad_value = weight
    return [v.grad() for v in inputs]
# %% wrong: the sum
# says: should be a list or tuple of 2
def var_vjp(f, x, u):
    inputs = [Var(value) for value in x]
    for output, weight in zip(f(inputs), u):
        output.grad_value = weight
    return sum(v.grad() for v in inputs)
# %% wrong: two inputs only
def var_vjp(f, x, u):
    p, q = Var(x[0]), Var(x[1])
    for output, weight in zip(f([p, q]), u):
        output.grad_value = weight
    return [p.grad(), q.grad()]
# %% wrong: a constant
# says: expected
def var_vjp(f, x, u):
    return [1.0] * len(x)
# %% wrong: the identity
# says: expected
def var_vjp(f, x, u):
    return x

# %% wrong: gives its first answer to every question
def var_vjp(f, x, u):
    """The transposed Jacobian of f at x times u, by one backward pass."""
    inputs = [Var(value) for value in x]
    for result, weight in zip(f(inputs), u):
        result.grad_value = weight
    return [variable.grad() for variable in inputs]


honest, kept = var_vjp, []


def var_vjp(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def var_vjp(f, x, u):
    """The transposed Jacobian of f at x times u, by one backward pass."""
    inputs = [Var(value) for value in x]
    for result, weight in zip(f(inputs), u):
        result.grad_value = weight
    return [variable.grad() for variable in inputs]


honest = var_vjp


def var_vjp(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def var_vjp(*given):
    return given[0]
