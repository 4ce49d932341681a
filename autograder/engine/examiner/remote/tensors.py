"""Torch tensors on the examiner's side of the wall.

A tensor of the hand-in arrives as a real local tensor with the values it has, so that arithmetic and comparisons are
done here. What belongs to the tensor itself (`grad`, `backward()`, `requires_grad_()`, `grad_fn`, in-place operations
and the like) is done to the real object over there. Gradients cross by vector-Jacobian products: a tensor that was
computed from one of ours carries an autograd node whose backward pass asks the hand-in's process for its own.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import weakref
from typing import TYPE_CHECKING, Any, Protocol

from autograder.engine.protocol import constants
from autograder.engine.protocol.arrays import read_tensor, write_tensor
from autograder.engine.protocol.exceptions import WireError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Asked(Protocol):
    """What tensors need of the connection that they came over."""

    reason: str
    epoch: int
    freed: list[tuple[int, int]]

    def operation(self, name: str, *values: Any) -> Any:
        """Apply one of the operations in the hand-in's process."""

    def tensor(self, name: str, *values: Any) -> Any:
        """Ask for something that only tensors can do."""


class Tensors:
    """The tensors of one connection: those of the hand-in's that are here, and ours that are there."""

    def __init__(self, connection: Asked) -> None:
        self.connection = connection
        self.mode = "accumulate"
        self._live: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._leaves: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._sent: dict[int, tuple[weakref.ref[Any], _Key, bytes]] = {}
        self._keys: weakref.WeakValueDictionary[int, _Key] = weakref.WeakValueDictionary()
        self._next = 1

    def write(self, value: Any) -> list[Any] | None:
        """A tensor as a tagged list; None for anything else."""
        if type(value) is Reference:
            return [constants.HANDLE, value.link.number]
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(value, torch.Tensor):
            return None
        if type(value) is _classes().student and value.link.tensors is self:
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
        classes = _classes()
        link = Link(self, number, parameter=bool(parameter))
        leaves = [leaf for leaf in map(self._leaves.get, keys) if leaf is not None]
        link.keys = [self._keys[key] for key in keys if key in self._leaves and key in self._keys]
        if needs:
            with torch.enable_grad():
                made = classes.bridge.apply(link, value, classes.anchor, *leaves).as_subclass(classes.student)
        else:
            made = value.as_subclass(classes.student)
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

    def overwrite(self, target: Any, parts: list[Any]) -> None:
        """Put new values into one of our tensors that the hand-in changed in place."""
        import torch

        if type(target) is torch.Tensor:
            fresh = read_tensor(torch, *parts)
            if fresh.shape == target.shape and fresh.dtype == target.dtype:
                with torch.no_grad():
                    target.copy_(fresh)

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

    def _key(self, value: Any, data: bytes) -> _Key:
        """The leaf over there that stands for a tensor with its present values."""
        entry = self._sent.get(id(value))
        if entry is not None and entry[0]() is value and entry[2] == data:
            return entry[1]
        key = _Key(self.connection, self._next)
        self._next += 1
        self._keys[key.number] = key
        self._leaves[key.number] = value
        self._remember(value, key, data)
        return key

    def _remember(self, value: Any, key: _Key, data: bytes) -> None:
        number = id(value)
        self._sent[number] = (weakref.ref(value, lambda _gone: self._sent.pop(number, None)), key, data)


class _Key:
    """A leaf over there, kept as long as our tensor has these values or a result that was computed from it is here."""

    def __init__(self, connection: Asked, number: int) -> None:
        self.connection = connection
        self.number = number

    def __del__(self) -> None:
        self.connection.freed.append((-self.number, 1))


class Link:
    """Which tensor of the hand-in's a local tensor stands for."""

    def __init__(self, tensors: Tensors, number: int, *, parameter: bool) -> None:
        self.tensors = tensors
        self.number = number
        self.parameter = parameter
        self.keys: list[_Key] = []
        self.count = 1
        self.asked = 0

    def __del__(self) -> None:
        self.tensors.connection.freed.append((self.number, self.count))


class _Classes:
    """The classes that need torch, made when torch is there."""

    student: Any
    bridge: Any
    anchor: Any


@functools.lru_cache(maxsize=1)
def _classes() -> _Classes:
    import torch

    made = _Classes()

    class Bridge(torch.autograd.Function):
        """Values that the hand-in computed; the backward pass asks for its vector-Jacobian product."""

        @staticmethod
        def forward(ctx: Any, link: Link, value: Any, _anchor: Any, *_leaves: Any) -> Any:
            ctx.link = link
            return value

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            link: Link = ctx.link
            mode = "graph" if torch.is_grad_enabled() else link.tensors.mode
            reference = Reference(link)
            gradients = link.tensors.connection.tensor("vjp", reference, grad, [key.number for key in link.keys], mode)
            return (None, None, None, *gradients)

    class StudentTensor(torch.Tensor):
        """A tensor of the hand-in's."""

        link: Link

        @classmethod
        def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return _dispatch(func, args, kwargs or {})

    made.student = StudentTensor
    made.bridge = Bridge
    made.anchor = torch.zeros((), requires_grad=True)
    return made


class Reference:
    """Stands in a question for the tensor over there."""

    def __init__(self, link: Link) -> None:
        self.link = link


_GETTERS = ("grad", "grad_fn", "is_leaf", "requires_grad", "retains_grad", "data", "_version")
_REMOTE = frozenset({"retain_grad", "register_hook", "detach", "requires_grad_", "register_post_accumulate_grad_hook"})
_INPLACE = frozenset(
    f"__i{name}__"
    for name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift"]
)
_SHOWN = frozenset({"__repr__", "__str__", "__format__"})


@functools.lru_cache(maxsize=1)
def _properties() -> dict[Any, tuple[str, str]]:
    """torch's getters and setters of what belongs to the real object."""
    import torch

    found = {}
    for name in _GETTERS:
        attribute = getattr(torch.Tensor, name)
        found[attribute.__get__] = ("get", name)
        if hasattr(attribute, "__set__"):
            found[attribute.__set__] = ("set", name)
        if hasattr(attribute, "__delete__"):
            found[attribute.__delete__] = ("delete", name)
    return found


def _dispatch(func: Any, args: Any, kwargs: Any) -> Any:  # noqa: PLR0911 - one return for each kind of operation
    import torch

    student = _classes().student
    name = getattr(func, "__name__", "")
    first: Any = args[0] if args else None
    own = type(first) is student
    link: Link | None = first.link if own and hasattr(first, "link") else None
    if link is not None:
        access = _properties().get(func) if name in ("__get__", "__set__", "__delete__") else None
        if access is not None:
            return _property(first, *access, *args[1:2])
        if name == "backward":
            return _backward(first, link, args[1:], kwargs)
        if name in _REMOTE:
            result = _method(link, name, args[1:], kwargs)
            if name == "requires_grad_":
                with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001
                    return first.requires_grad_(*args[1:], **kwargs)
            return result
        if name == "__setitem__" or name in _INPLACE or (name.endswith("_") and not name.endswith("__")):
            _method(link, name, args[1:], kwargs)
            _refresh(first, link, force=True)
            return None if name == "__setitem__" else first
        if name in _SHOWN:
            with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001
                return func(first.as_subclass(torch.Tensor), *args[1:], **kwargs)
    if func is torch.autograd.grad:
        return _grad(args, kwargs)
    for value in _tensors(args, kwargs):
        _refresh(value, value.link)
    with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001
        return func(*args, **kwargs)


def _tensors(args: Any, kwargs: Any) -> list[Any]:
    student = _classes().student
    found = [value for value in (*args, *kwargs.values()) if type(value) is student]
    for value in args:
        if type(value) in (list, tuple):
            found += [item for item in value if type(item) is student]
    return [value for value in found if hasattr(value, "link")]


def _method(link: Link, name: str, args: Any, kwargs: Any) -> Any:
    connection = link.tensors.connection
    bound = connection.operation("getattr", Reference(link), name)
    return connection.operation("call", bound, list(args), kwargs)


def _property(tensor: Any, access: str, name: str, *values: Any) -> Any:
    connection = tensor.link.tensors.connection
    reference = Reference(tensor.link)
    if access == "get":
        return connection.operation("getattr", reference, name)
    if access == "set":
        connection.operation("setattr", reference, name, *values)
        if name == "data":
            _refresh(tensor, tensor.link, force=True)
        return None
    return connection.operation("setattr", reference, name, None)


def _refresh(tensor: Any, link: Link, *, force: bool = False) -> None:
    """Fetch the values again when the hand-in's code may have run since they came."""
    import torch

    connection = link.tensors.connection
    if connection.reason or (not force and link.asked == connection.epoch):
        return
    fresh = connection.operation("getattr", Reference(link), "data")
    link.asked = connection.epoch
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():  # noqa: SLF001
        value = fresh.as_subclass(torch.Tensor) if isinstance(fresh, torch.Tensor) else None
        if value is None or value.dtype != tensor.dtype:
            return
        if value.shape != tensor.shape or not torch.equal(value, tensor):
            tensor.data = value.clone()


def _backward(tensor: Any, link: Link, args: Any, kwargs: Any) -> Any:
    """backward() on the real object; through our own graph when the tensor was computed from tensors of ours."""
    import torch

    if not link.keys:
        return _method(link, "backward", args, kwargs)
    names = ("gradient", "retain_graph", "create_graph", "inputs")
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    keep = given.get("retain_graph") or given.get("create_graph")
    with link.tensors.using("accumulate" if keep else "once"), torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001
        return torch.autograd.backward(
            tensor,
            given.get("gradient"),
            given.get("retain_graph"),
            bool(given.get("create_graph")),
            inputs=given.get("inputs"),
        )


def _grad(args: Any, kwargs: Any) -> Any:
    """torch.autograd.grad: over there when it is asked at tensors of the hand-in's, here otherwise."""
    import torch

    student = _classes().student
    inputs = kwargs.get("inputs", args[1] if len(args) > 1 else ())
    outputs = kwargs.get("outputs", args[0] if args else ())
    wanted = [inputs] if isinstance(inputs, torch.Tensor) else list(inputs)
    sources = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
    linked = [value for value in (*wanted, *sources) if type(value) is student and hasattr(value, "link")]
    if wanted and all(type(value) is student for value in (*wanted, *sources)):
        return linked[0].link.tensors.connection.operation("call", torch.autograd.grad, list(args), kwargs)
    with contextlib.ExitStack() as stack:
        for value in linked:
            stack.enter_context(value.link.tensors.using("only"))
        stack.enter_context(torch._C.DisableTorchFunctionSubclass())  # noqa: SLF001
        return torch.autograd.grad(*args, **kwargs)


def warm_up() -> None:
    """Make the classes and tables before the forks."""
    _classes()
    _properties()
