# %% right: count the arrows that arrive
def order(*inputs):
    found, arriving = list(inputs), {v: 0 for v in inputs}
    for v in found:
        for _, child in v.children:
            if child not in arriving:
                arriving[child] = 0
                found.append(child)
            arriving[child] += 1
    ready = [v for v in inputs if arriving[v] == 0]
    result = []
    while ready:
        v = ready.pop()
        result.append(v)
        for _, child in v.children:
            arriving[child] -= 1
            if arriving[child] == 0:
                ready.append(child)
    return result

# %% right: a stack of iterators
def order(*inputs):
    seen, finished = set(), []
    for start in inputs:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(start.children))]
        while stack:
            v, children = stack[-1]
            for _, child in children:
                if child not in seen:
                    seen.add(child)
                    stack.append((child, iter(child.children)))
                    break
            else:
                finished.append(v)
                stack.pop()
    finished.reverse()
    return finished

# %% right: marks by id
def order(*inputs):
    state, result = {}, []
    todo = list(inputs)
    while todo:
        v = todo[-1]
        if id(v) not in state:
            state[id(v)] = "open"
            for pair in v.children:
                if id(pair[1]) not in state:
                    todo.append(pair[1])
        else:
            todo.pop()
            if state[id(v)] == "open":
                state[id(v)] = "done"
                result.insert(0, v)
    return result

# %% right: pairs with a flag, deque
from collections import deque


def order(*inputs):
    """Depth first; deque keeps the finished ones from the left."""
    finished, seen = deque(), set()
    stack = [(v, False) for v in reversed(inputs)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.appendleft(v)
            continue
        if v in seen:
            continue
        seen.add(v)
        stack.append((v, True))
        for weight, child in v.children:
            if child not in seen:
                stack.append((child, False))
    return list(finished)

# %% wrong: recursive
# says: calls itself too deeply
def order(*inputs):
    finished, seen = [], set()

    def visit(v):
        if v not in seen:
            seen.add(v)
            for _, child in v.children:
                visit(child)
            finished.append(v)

    for v in inputs:
        visit(v)
    return finished[::-1]

# %% wrong: breadth first, children too early
# says: before
def order(*inputs):
    found = list(inputs)
    seen = set(inputs)
    for v in found:
        for _, child in v.children:
            if child not in seen:
                seen.add(child)
                found.append(child)
    return found

# %% wrong: the wrong way round
# says: the wrong way round
def order(*inputs):
    finished, seen = [], set()
    stack = [(v, False) for v in inputs]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((child, False) for _, child in v.children)
    return finished

# %% wrong: walks every path, keeps the last place of each
# says: again and again
def order(*inputs):
    found = list(inputs)
    for v in found:
        found.extend(child for _, child in v.children)
    last = {v: place for place, v in enumerate(found)}
    return sorted(last, key=last.get)

# %% wrong: listed once for every way
# says: more than once
def order(*inputs):
    found = list(inputs)
    for v in found:
        found.extend(child for _, child in v.children)
    return found

# %% wrong: the inputs are left out
# says: expected every one of
def order(*inputs):
    finished, seen = [], set()
    stack = [(v, False) for v in inputs]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((child, False) for _, child in v.children)
    return [v for v in finished[::-1] if v not in inputs]

# %% wrong: only the first input
# says: expected every one of
def order(*inputs):
    finished, seen = [], set()
    stack = [(inputs[0], False)]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((child, False) for _, child in v.children)
    return finished[::-1]

# %% wrong: follows the first child only
def order(*inputs):
    found = {}
    for v in inputs:
        while v not in found:
            found[v] = True
            if not v.children:
                break
            v = v.children[0][1]
    return list(found)

# %% wrong: listed when found, not when finished
# says: belongs before it
def order(*inputs):
    found, stack = {}, list(inputs)
    while stack:
        v = stack.pop()
        if v not in found:
            found[v] = True
            stack.extend(child for _, child in v.children)
    return list(found)

# %% wrong: the values instead of the Vars
def order(*inputs):
    finished, seen = [], set()
    stack = [(v, False) for v in inputs]
    while stack:
        v, done = stack.pop()
        if done:
            finished.append(v.value)
        elif v not in seen:
            seen.add(v)
            stack.append((v, True))
            stack.extend((child, False) for _, child in v.children)
    return finished[::-1]

# %% wrong: sorted by value
def order(*inputs):
    found = list(inputs)
    seen = set(inputs)
    for v in found:
        for _, child in v.children:
            if child not in seen:
                seen.add(child)
                found.append(child)
    return sorted(found, key=lambda v: -v.value)

# %% wrong: the inputs come back
# says: expected every one of
def order(*inputs):
    return list(inputs)

# %% wrong: nothing is returned
# says: is a `return` missing?
def order(*inputs):
    finished = list(inputs)


# %% wrong: what is finished is not listed again, what is found is visited again
# says: again and again
def order(*inputs):
    finished = []
    stack = [("visit", v) for v in inputs]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            if v not in finished:
                finished.append(v)
        else:
            stack.append(("finish", v))
            stack.extend(("visit", child) for _, child in v.children)
    return finished[::-1]

# %% wrong: gives its first answer to every question
def order(*inputs):
    """Every Var that depends on the inputs, each once and before its children. No recursion."""
    finished, seen = [], set()
    stack = [("visit", v) for v in inputs]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", child) for _, child in v.children)
    return finished[::-1]


honest, kept = order, []


def order(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def order(*inputs):
    """Every Var that depends on the inputs, each once and before its children. No recursion."""
    finished, seen = [], set()
    stack = [("visit", v) for v in inputs]
    while stack:
        what, v = stack.pop()
        if what == "finish":
            finished.append(v)
        elif v not in seen:
            seen.add(v)
            stack.append(("finish", v))
            stack.extend(("visit", child) for _, child in v.children)
    return finished[::-1]


honest = order


def order(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def order(*given):
    return given[0]
