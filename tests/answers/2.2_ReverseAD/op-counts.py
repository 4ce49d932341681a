# %% right: if and elif
def sweeps(n, m):
    if n < m:
        cheaper = "forward"
    elif n > m:
        cheaper = "reverse"
    else:
        cheaper = "equal"
    return {"forward": n, "reverse": m, "cheaper": cheaper}

# %% right: a dictionary filled bit by bit
def sweeps(n, m):
    result = dict(forward=n, reverse=m)
    result["cheaper"] = "equal"
    if n != m:
        result["cheaper"] = min(("forward", "reverse"), key=result.get)
    return result

# %% right: a sign as an index
def sweeps(n, m):
    sign = (n > m) - (n < m)
    return {"cheaper": ["equal", "reverse", "forward"][sign], "reverse": m, "forward": n}

# %% right: floats
def sweeps(n, m):
    runs, back = float(n), float(m)
    return {"forward": runs, "reverse": back, "cheaper": "equal" if runs == back else "reverse" if runs > back else "forward"}

# %% wrong: the two modes exchanged
# says: the two modes have changed places
def sweeps(n, m):
    return {"forward": m, "reverse": n, "cheaper": "equal" if n == m else "forward" if m < n else "reverse"}

# %% wrong: reverse is always cheaper
def sweeps(n, m):
    return {"forward": n, "reverse": m, "cheaper": "reverse"}

# %% wrong: one sweep for any number of outputs
# says: one sweep is taken to be enough
def sweeps(n, m):
    return {"forward": n, "reverse": 1, "cheaper": "reverse" if n > 1 else "equal"}

# %% wrong: products
def sweeps(n, m):
    return {"forward": n * m, "reverse": m, "cheaper": "reverse" if n > 1 else "equal"}

# %% wrong: never equal
def sweeps(n, m):
    return {"forward": n, "reverse": m, "cheaper": "forward" if n < m else "reverse"}

# %% wrong: the larger one is called cheaper
def sweeps(n, m):
    return {"forward": n, "reverse": m, "cheaper": "equal" if n == m else "forward" if n > m else "reverse"}

# %% wrong: a list
def sweeps(n, m):
    return [n, m, "forward" if n < m else "reverse"]

# %% wrong: the numbers of the example
def sweeps(n, m):
    return {"forward": 17, "reverse": 1, "cheaper": "reverse"}

# %% wrong: one run more, for the value
def sweeps(n, m):
    return {"forward": n + 1, "reverse": m + 1, "cheaper": "equal" if n == m else "forward" if n < m else "reverse"}

# %% wrong: n and m as they are, whatever is cheaper
def sweeps(n, m):
    return {"forward": m, "reverse": n, "cheaper": "reverse"}

# %% wrong: gives its first answer to every question
def sweeps(n, m):
    """For n inputs and m outputs: {"forward": runs, "reverse": sweeps, "cheaper": "forward", "reverse" or "equal"}."""
    cheaper = "equal" if n == m else "forward" if n < m else "reverse"
    return {"forward": n, "reverse": m, "cheaper": cheaper}


honest, kept = sweeps, []


def sweeps(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def sweeps(n, m):
    """For n inputs and m outputs: {"forward": runs, "reverse": sweeps, "cheaper": "forward", "reverse" or "equal"}."""
    cheaper = "equal" if n == m else "forward" if n < m else "reverse"
    return {"forward": n, "reverse": m, "cheaper": cheaper}


honest = sweeps


def sweeps(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def sweeps(*given):
    return given[0]
