"""Torch tensors on the hand-in's side of the wall: how they are written, and gradients that cross it."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from autograder.engine.protocol import constants
from autograder.engine.protocol.wire.arrays import read_tensor, write_tensor

MAX_GRAPH = 50_000  # nodes of a graph that are searched for the examiner's leaves


class Numbered(Protocol):
    """What gives objects their numbers."""

    def number(self, value: Any) -> int:
        """The number of an object."""


class Tensors:
    """Writes and reads tensors.

    A tensor that the examiner hands over with requires_grad becomes a leaf here, under a key of the examiner's. A
    tensor that goes out names the keys of the leaves it was computed from, so that the examiner can ask for its
    vector-Jacobian product.
    """

    def __init__(self, objects: Numbered) -> None:
        self._objects = objects
        self._leaves: dict[int, list[Any]] = {}
        self._keys: dict[int, int] = {}

    def write(self, value: Any) -> list[Any] | None:
        """A tensor as a tagged list, None for anything else."""
        torch = sys.modules.get("torch")
        if torch is None or type(value) not in (torch.Tensor, torch.nn.Parameter):
            return None
        key = self._keys.get(id(value))
        if key is not None:
            return [constants.TENSOR, "leaf", key]
        parts = write_tensor(torch, value)
        if parts is None:
            return None
        needs = bool(value.requires_grad)
        return [
            constants.TENSOR,
            "value",
            *parts,
            needs,
            type(value) is torch.nn.Parameter,
            self._objects.number(value),
            self._leaf_keys(value) if needs and self._leaves else [],
        ]

    def read(self, form: str, *parts: Any) -> Any:
        """A tensor from the examiner: a value, or a leaf with its gradient."""
        torch = sys.modules["torch"]
        if form in ("value", "plain"):
            return read_tensor(torch, *parts)
        key, data, grad = parts
        entry = self._leaves.get(key)
        if entry is None:
            leaf = read_tensor(torch, *data).requires_grad_()
            entry = self._leaves[key] = [leaf, leaf.detach().clone(), None]
            self._keys[id(leaf)] = key
        leaf = entry[0]
        leaf.grad = None if grad is None else read_tensor(torch, *grad)
        entry[2] = None if leaf.grad is None else leaf.grad.clone()
        return leaf

    def drop(self, key: int) -> None:
        """The examiner has let go of a leaf."""
        entry = self._leaves.pop(key, None)
        if entry is not None:
            self._keys.pop(id(entry[0]), None)

    def changes(self) -> list[Any]:
        """Leaves whose value or gradient the hand-in has changed since the last answer."""
        if not self._leaves:
            return []
        torch = sys.modules["torch"]
        changed = []
        for key, entry in self._leaves.items():
            leaf, value, grad = entry
            data = leaf.detach()
            now = leaf.grad
            same_grad = (now is None) == (grad is None) and (now is None or torch.equal(now, grad))
            same_value = data.shape == value.shape and torch.equal(data, value)
            if same_grad and same_value:
                continue
            entry[1] = data.clone()
            entry[2] = None if now is None else now.detach().clone()
            changed.append(
                [
                    key,
                    None if same_value else write_tensor(torch, data),
                    not same_grad,
                    None if now is None else write_tensor(torch, now),
                ]
            )
        return changed

    def vjp(self, tensor: Any, grad: Any, keys: list[int], mode: str) -> list[Any]:
        """The gradients at the leaves of `keys`, given that at `tensor`.

        `mode` is "accumulate" (as backward() does, on the hand-in's own leaves too), "once" (the same, freeing the
        graph), "only" (as torch.autograd.grad does) or "graph" (the same, differentiable again).
        """
        torch = sys.modules["torch"]
        leaves = [self._leaves[key][0] for key in keys]
        if mode in ("only", "graph"):
            with torch.enable_grad():
                return list(
                    torch.autograd.grad(
                        [tensor], leaves, [grad], retain_graph=True, create_graph=mode == "graph", allow_unused=True
                    )
                )
        kept = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.grad = None
        try:
            torch.autograd.backward([tensor], [grad], retain_graph=mode == "accumulate")
            return [leaf.grad for leaf in leaves]
        finally:
            for leaf, old in zip(leaves, kept, strict=True):
                leaf.grad = old

    def _leaf_keys(self, tensor: Any) -> list[int]:
        """The keys of the examiner's leaves that a tensor depends on."""
        found: set[int] = set()
        seen: set[Any] = set()
        waiting = [tensor.grad_fn] if tensor.grad_fn is not None else []
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            if len(seen) > MAX_GRAPH:
                return sorted(self._leaves)
            variable = getattr(node, "variable", None)
            if variable is not None and id(variable) in self._keys:
                found.add(self._keys[id(variable)])
            waiting.extend(following for following, _ in node.next_functions if following is not None)
        return sorted(found)
