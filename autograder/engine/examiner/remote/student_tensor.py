"""The hand-in's tensors as test cells see them: local values, and what is the tensor's own is asked over there.

`grad`, `backward()`, `requires_grad_()`, `grad_fn`, in-place operations and the like are done to the real object.
Gradients cross by vector-Jacobian products: a tensor that was computed from one of ours carries an autograd node whose
backward pass asks the hand-in's process for its own.
"""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Asked(Protocol):
    """What tensors need of the connection that they came over."""

    reason: str
    epoch: int
    freed: list[tuple[int, int]]

    def operation(self, name: str, *values: Any) -> Any:
        """Apply one of the operations in the hand-in's process."""

    def tensor(self, name: str, *values: Any) -> Any:
        """Ask for something that only tensors can do."""


class Crossing(Protocol):
    """The tensors of one connection, as a single one of them knows them."""

    connection: Asked
    mode: str

    def using(self, mode: str) -> AbstractContextManager[None]:
        """How backward passes that cross the wall behave inside."""


class Key:
    """A leaf over there, kept as long as our tensor has these values or a result that was computed from it is here."""

    def __init__(self, connection: Asked, number: int) -> None:
        self.connection = connection
        self.number = number

    def __del__(self) -> None:
        self.connection.freed.append((-self.number, 1))


class Link:
    """Which tensor of the hand-in's a local tensor stands for."""

    def __init__(self, tensors: Crossing, number: int, *, parameter: bool) -> None:
        self.tensors = tensors
        self.number = number
        self.parameter = parameter
        self.keys: list[Key] = []
        self.count = 1
        self.asked = 0

    def __del__(self) -> None:
        self.tensors.connection.freed.append((self.number, self.count))


class Classes:
    """The classes that need torch, made when torch is there."""

    student: Any
    bridge: Any
    anchor: Any


@functools.lru_cache(maxsize=1)
def classes() -> Classes:
    """The classes, made once."""
    import torch

    made = Classes()

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

    student = classes().student
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
    student = classes().student
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

    student = classes().student
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
    """Make the classes and tables before the forks. torch has to be imported."""
    classes()
    _properties()
