"""Torch tensors on the examiner's side of the wall: how they are written and read, and which is which.

A tensor of the hand-in arrives as a real local tensor with the values it has, so that arithmetic and comparisons are
done here; student_tensor.py says what else it does.
"""

from __future__ import annotations

import contextlib
import sys
import weakref
from typing import TYPE_CHECKING, Any

from autograder.engine.examiner.remote.student_tensor import Asked, Key, Link, Reference, classes
from autograder.engine.protocol import constants
from autograder.engine.protocol.exceptions import WireError
from autograder.engine.protocol.wire.arrays import read_tensor, write_tensor

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tensors:
    """The tensors of one connection: those of the hand-in's that are here, and ours that are there."""

    def __init__(self, connection: Asked) -> None:
        self.connection = connection
        self.mode = "accumulate"
        self._live: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._leaves: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._sent: dict[int, tuple[weakref.ref[Any], Key, bytes]] = {}
        self._keys: weakref.WeakValueDictionary[int, Key] = weakref.WeakValueDictionary()
        self._next = 1

    def write(self, value: Any) -> list[Any] | None:
        """A tensor as a tagged list; None for anything else."""
        if type(value) is Reference:
            return [constants.HANDLE, value.link.number]
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(value, torch.Tensor):
            return None
        if type(value) is classes().student and value.link.tensors is self:
            return [constants.HANDLE, value.link.number]
        with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001 - torch names it for subclasses
            parts = write_tensor(torch, value)
            if parts is None:
                raise TypeError("a test can hand over dense tensors only")
            if not value.requires_grad:
                return [constants.TENSOR, "value", *parts]
            grad = value.grad if value.is_leaf else None
            return [
                constants.TENSOR,
                "leaf",
                self._key(value, parts[2]).number,
                parts,
                None if grad is None else write_tensor(torch, grad),
            ]

    def read(self, form: Any, *parts: Any) -> Any:
        """A tensor that the hand-in's process sent."""
        import torch

        if form == "leaf":
            found = self._leaves.get(parts[0])
            if found is None:
                raise WireError("a tensor that was never handed over")
            return found
        if form == "plain":  # the new content of one of ours
            return read_tensor(torch, *parts)
        if form != "value":
            raise WireError("malformed tensor")
        dtype, shape, data, needs, parameter, number, keys = parts
        if type(number) is not int or type(keys) is not list or not all(type(key) is int for key in keys):
            raise WireError("malformed tensor")
        value = read_tensor(torch, dtype, shape, data)
        known = self._live.get(number)
        if known is not None:
            known.link.count += 1
            with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():  # noqa: SLF001
                if known.shape == value.shape and known.dtype == value.dtype and known.requires_grad == bool(needs):
                    if not torch.equal(known, value):
                        known.data.copy_(value)
                    known.link.asked = self.connection.epoch
                    return known
        made_of = classes()
        link = Link(self, number, parameter=bool(parameter))
        leaves = [leaf for leaf in map(self._leaves.get, keys) if leaf is not None]
        link.keys = [self._keys[key] for key in keys if key in self._leaves and key in self._keys]
        if needs:
            with torch.enable_grad():
                made = made_of.bridge.apply(link, value, made_of.anchor, *leaves).as_subclass(made_of.student)
        else:
            made = value.as_subclass(made_of.student)
        made.link = link
        if parameter is True:
            made._is_param = True  # noqa: SLF001 - how torch lets isinstance(_, Parameter) know
        link.asked = self.connection.epoch
        self._live[number] = made
        return made

    def take_changes(self, changes: Any) -> None:
        """Do to our tensors what the hand-in did to its copies of them."""
        import torch

        try:
            for key, value, grad_changed, grad in changes:
                leaf = self._leaves.get(key)
                if leaf is None:
                    continue
                with torch.no_grad():
                    if value is not None:
                        fresh = read_tensor(torch, *value)
                        if fresh.shape == leaf.shape and fresh.dtype == leaf.dtype:
                            leaf.data = fresh
                            self._remember(leaf, self._keys[key], value[2])
                    if grad_changed and leaf.is_leaf:
                        leaf.grad = None if grad is None else read_tensor(torch, *grad)
        except (TypeError, ValueError, RuntimeError):
            raise WireError("malformed changes") from None

    @staticmethod
    def gradients_enabled() -> bool:
        """Whether the test that asks records gradients: the hand-in's operations do as it does."""
        torch = sys.modules.get("torch")
        return torch is None or bool(torch.is_grad_enabled())

    @contextlib.contextmanager
    def using(self, mode: str) -> Iterator[None]:
        """How backward passes that cross the wall behave inside: see `student.tensors.Tensors.vjp`."""
        old, self.mode = self.mode, mode
        try:
            yield
        finally:
            self.mode = old

    def _key(self, value: Any, data: bytes) -> Key:
        """The leaf over there that stands for a tensor with its present values."""
        entry = self._sent.get(id(value))
        if entry is not None and entry[0]() is value and entry[2] == data:
            return entry[1]
        key = Key(self.connection, self._next)
        self._next += 1
        self._keys[key.number] = key
        self._leaves[key.number] = value
        self._remember(value, key, data)
        return key

    def _remember(self, value: Any, key: Key, data: bytes) -> None:
        number = id(value)
        self._sent[number] = (weakref.ref(value, lambda _gone: self._sent.pop(number, None)), key, data)
