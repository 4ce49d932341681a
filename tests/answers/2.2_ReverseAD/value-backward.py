# %% right: pairs with a flag
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% right: count the users, from the output
def topological(z):
    waiting, found = {z: 0}, [z]
    for v in found:
        for operand in v.operands:
            if operand not in waiting:
                waiting[operand] = 0
                found.append(operand)
            waiting[operand] += 1
    ready, result = [z], []
    while ready:
        v = ready.pop()
        result.append(v)
        for operand in v.operands:
            waiting[operand] -= 1
            if waiting[operand] == 0:
                ready.append(operand)
    result.reverse()
    return result


def value_backward(self):
    order = topological(self)[::-1]
    for v in order:
        if len(v.operands) > 0:
            v.grad = 0
    self.grad = 1
    while order:
        v = order.pop(0)
        v._backward(v.grad)


Value.backward = value_backward


# %% right: a stack of iterators, marks by id
def topological(z):
    seen, finished = {id(z)}, []
    stack = [(z, iter(z.operands))]
    while stack:
        v, rest = stack[-1]
        for operand in rest:
            if id(operand) not in seen:
                seen.add(id(operand))
                stack.append((operand, iter(operand.operands)))
                break
        else:
            finished.append(v)
            stack.pop()
    return finished


def value_backward(self):
    """Adjoints of what is computed are kept apart; leaves collect."""
    listed = topological(self)
    before = {v: v.grad for v in listed if not v.operands}
    for v in listed:
        v.grad = 0.0
    self.grad = 1.0
    for v in reversed(listed):
        v._backward(v.grad)
    for v, grad in before.items():
        v.grad += grad


Value.backward = value_backward


# %% right: deque and a set of finished ones
from collections import deque


def topological(z):
    finished, done = [], set()
    todo = deque([z])
    while todo:
        v = todo[-1]
        if v in done:
            todo.pop()
            continue
        open_ones = [operand for operand in v.operands if operand not in done]
        if open_ones:
            todo.extend(open_ones)
        else:
            todo.pop()
            done.add(v)
            finished.append(v)
    return finished


def value_backward(self):
    order = topological(self)
    [setattr(v, "grad", 0.0) for v in order if v.operands]
    self.grad = 1.0
    for v in order[::-1]:
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: recursive
# says: calls itself too deeply
def topological(z, finished=None):
    finished = [] if finished is None else finished
    if z not in finished:
        for operand in z.operands:
            topological(operand, finished)
        finished.append(z)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: breadth first
# says: was made from
def topological(z):
    found, seen = [z], {z}
    for v in found:
        for operand in v.operands:
            if operand not in seen:
                seen.add(operand)
                found.append(operand)
    return found[::-1]


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: listed when found, not when finished
# says: was made from
def topological(z):
    found, stack = [], [z]
    while stack:
        v = stack.pop()
        if v not in found:
            found.append(v)
            stack.extend(v.operands)
    return found[::-1]


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: results before operands
# says: was made from
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished[::-1]


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: listed once for every path
# says: more than once
def topological(z):
    found = [z]
    for v in found:
        found.extend(v.operands)
    return found[::-1]


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: walks every path
# says: again and again
def topological(z):
    found = [z]
    for v in found:
        found.extend(v.operands)
    last = {v: place for place, v in enumerate(found)}
    return sorted(last, key=last.get, reverse=True)


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: the output is left out
# says: should list each
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished[:-1]


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: no seed
# says: the output is not seeded
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: swept from the front
# says: only z has passed anything on
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in ordered:
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: nothing is set to 0 before
# says: still hold what the first call left
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self):
    self.grad = 1.0
    for v in reversed(topological(self)):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: the leaves are emptied too
# says: nothing accumulates
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: _backward without the adjoint
# says: missing 1 required positional argument
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward()


Value.backward = value_backward


# %% wrong: grad set to 0 inside the sweep
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self):
    self.grad = 1.0
    for v in reversed(topological(self)):
        v.grad = 0.0
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: only z passes anything on
# says: only z has passed
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self):
    self.grad = 1.0
    self._backward(self.grad)


Value.backward = value_backward


# %% wrong: recursive sweep along every path
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)
    return finished


def value_backward(self, g=1.0):
    self.grad += g
    for operand in self.operands:
        before = operand.grad
        operand.grad = 0.0
    self._backward(g)
    for operand in self.operands:
        value_backward(operand, operand.grad)


Value.backward = value_backward


# %% wrong: topological returns nothing
# says: is a `return` missing?
def topological(z):
    finished, seen = [], set()
    stack = [(z, False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((operand, False) for operand in v.operands)


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: a constant
def topological(z):
    return [z]


def value_backward(self):
    return 1.0


Value.backward = value_backward


# %% wrong: what is finished is not visited again, what is found is
# says: again and again
def topological(z):
    finished = []
    stack = [("visit", z)]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            if v not in finished:
                finished.append(v)
        else:
            stack.append(("finish", v))
            stack.extend(("visit", operand) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: everybody passes on the adjoint of z
# says: instead of its own, v.grad
def topological(z):
    finished, seen = [], set()
    stack = [("visit", z)]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", operand) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(self.grad)


Value.backward = value_backward


# %% wrong: the seed is set, and then set back to 0
# says: set back to 0 in step 2
def topological(z):
    finished, seen = [], set()
    stack = [("visit", z)]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", operand) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    self.grad = 1.0
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    for v in reversed(ordered):
        v._backward(v.grad)


Value.backward = value_backward


# %% wrong: the list is reversed in place, and None is swept
# says: reversed(...) gives the list from its end
def topological(z):
    finished, seen = [], set()
    stack = [("visit", z)]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", operand) for operand in v.operands)
    return finished


def value_backward(self):
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in ordered.reverse():
        v._backward(v.grad)


Value.backward = value_backward

# %% wrong: gives its first answer to every question
def topological(z):
    """z and every Value that it was made from, each once and after its operands. No recursion."""
    finished, seen = [], set()
    stack = [("visit", z)]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", operand) for operand in v.operands)
    return finished


def value_backward(self):
    """Add the derivative of self with respect to each leaf to the leaf's grad."""
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


honest, kept = value_backward, []


def value_backward(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]


Value.backward = value_backward
# %% wrong: gives back what it was given
def topological(z):
    """z and every Value that it was made from, each once and after its operands. No recursion."""
    finished, seen = [], set()
    stack = [("visit", z)]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", operand) for operand in v.operands)
    return finished


def value_backward(self):
    """Add the derivative of self with respect to each leaf to the leaf's grad."""
    ordered = topological(self)
    for v in ordered:
        if v.operands:
            v.grad = 0.0
    self.grad = 1.0
    for v in reversed(ordered):
        v._backward(v.grad)


def value_backward(*given):
    return given[0]


Value.backward = value_backward
