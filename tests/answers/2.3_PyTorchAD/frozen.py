# %% right: requires_grad_ for each
def freeze(parameters, names):
    for name, leaf in parameters.items():
        leaf.requires_grad_(name not in names)
    return [name for name in parameters if name not in names]
# %% right: the attribute, and two branches
def freeze(parameters, names):
    trainable = []
    for name in parameters:
        if name in names:
            parameters[name].requires_grad = False
        else:
            parameters[name].requires_grad = True
            trainable.append(name)
    return trainable
# %% right: all on, then some off
def freeze(parameters, names):
    for leaf in parameters.values():
        leaf.requires_grad = True
    for name in names:
        parameters[name].requires_grad = False
    return [name for name, leaf in parameters.items() if leaf.requires_grad]
# %% right: sets and a comparison
def freeze(parameters, names):
    frozen = set(names)
    for name, leaf in parameters.items():
        leaf.requires_grad_(False) if name in frozen else leaf.requires_grad_(True)
    return list(filter(lambda name: name not in frozen, parameters))
# %% wrong: only ever off
# says: nobody has turned its switch back on
def freeze(parameters, names):
    for name in names:
        parameters[name].requires_grad_(False)
    return [name for name in parameters if name not in names]
# %% wrong: the other way round
# says: should be frozen, but its .grad is
def freeze(parameters, names):
    for name, leaf in parameters.items():
        leaf.requires_grad_(name in names)
    return [name for name in parameters if name not in names]
# %% wrong: everything frozen
# says: freeze has frozen it as well
def freeze(parameters, names):
    for leaf in parameters.values():
        leaf.requires_grad_(False)
    return [name for name in parameters if name not in names]
# %% wrong: detached copies
# says: should be frozen, but its .grad is
def freeze(parameters, names):
    for name, leaf in parameters.items():
        if name in names:
            leaf = leaf.detach()
        else:
            leaf.requires_grad_(True)
    return [name for name in parameters if name not in names]
# %% wrong: detached copies put into the dictionary
# says: puts other tensors into the dictionary
def freeze(parameters, names):
    for name in list(parameters):
        parameters[name] = parameters[name].detach().requires_grad_(name not in names)
    return [name for name in parameters if name not in names]
# %% wrong: .grad emptied instead
# says: should be frozen, but its .grad is
def freeze(parameters, names):
    for name, leaf in parameters.items():
        if name in names:
            leaf.grad = None
    return [name for name in parameters if name not in names]
# %% wrong: a misspelt switch
# says: should be frozen, but its .grad is
def freeze(parameters, names):
    for name, leaf in parameters.items():
        leaf.require_grad = name not in names
    return [name for name in parameters if name not in names]
# %% wrong: under no_grad
# says: should be frozen, but its .grad is
def freeze(parameters, names):
    with torch.no_grad():
        for name in names:
            parameters[name] * 1
    return [name for name in parameters if name not in names]
# %% wrong: the frozen names come back
# says: These are the frozen ones
def freeze(parameters, names):
    for name, leaf in parameters.items():
        leaf.requires_grad_(name not in names)
    return names
# %% wrong: nothing comes back
# says: freeze returns None
def freeze(parameters, names):
    for name, leaf in parameters.items():
        leaf.requires_grad_(name not in names)
# %% wrong: the leaves come back
# says: a list of names, which are strings
def freeze(parameters, names):
    for name, leaf in parameters.items():
        leaf.requires_grad_(name not in names)
    return [leaf for name, leaf in parameters.items() if name not in names]
# %% wrong: a number for the switch
# says: must be a bool
def freeze(parameters, names):
    for name, leaf in parameters.items():
        leaf.requires_grad = int(name not in names)
    return [name for name in parameters if name not in names]
# %% wrong: a constant
# says: should be frozen, but its .grad is
def freeze(parameters, names):
    return ["w", "c"]
# %% wrong: the identity
# says: should be frozen, but its .grad is
def freeze(parameters, names):
    return parameters
# %% wrong: the keys instead of the leaves
# says: 'str' object has no attribute 'requires_grad'
def freeze(parameters, names):
    for leaf in parameters:
        leaf.requires_grad = leaf not in names
    return [name for name in parameters if name not in names]
# %% wrong: the difference of two sets, sorted
# says: freeze returns
def freeze(parameters, names):
    for name, leaf in parameters.items():
        leaf.requires_grad_(name not in names)
    return sorted(set(parameters) - set(names))

# %% wrong: gives its first answer to every question
def freeze(parameters, names):
    """Freeze the leaves that are named, make the others trainable, and return the names of the others."""
    for name, leaf in parameters.items():
        leaf.requires_grad_(name not in names)
    return [name for name in parameters if name not in names]


honest, kept = freeze, []


def freeze(*given):
    if not kept:
        kept.append(honest(*given))
    return kept[0]

# %% wrong: gives what is not a number
def freeze(parameters, names):
    """Freeze the leaves that are named, make the others trainable, and return the names of the others."""
    for name, leaf in parameters.items():
        leaf.requires_grad_(name not in names)
    return [name for name in parameters if name not in names]


honest = freeze


def freeze(*given):
    honest(*given)
    return float("nan")

# %% wrong: gives back what it was given
def freeze(*given):
    return given[0]
