"""Answers the examiner's questions about the objects of a hand-in, and runs its cells.

All of this runs in the sandbox, next to the hand-in's code, and nothing of it is believed by the examiner.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import random
import signal
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.engine.preload import imported_since
from autograder.engine.protocol import constants
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.exceptions import Gone, WireError
from autograder.engine.protocol.messages import Answer, CallBack, Question, Raised, Refused, Returned, read_question
from autograder.engine.protocol.operations import OPERATIONS
from autograder.engine.protocol.references import read_reference, reference_to_type, resolve
from autograder.engine.protocol.wire import Reader, Writer
from autograder.engine.student.objects import ObjectTable
from autograder.engine.student.output_capture import CAPTURE, Stream
from autograder.engine.student.proxies import Proxies
from autograder.engine.student.shell import Shell, text_of
from autograder.engine.student.tensors import Tensors
from autograder.engine.student.warm_up import FEATURES, PREPARED, warm_up

if TYPE_CHECKING:
    import socket

    from IPython.core.interactiveshell import InteractiveShell


def serve(sock: socket.socket) -> None:
    """Answer on one socket until it closes."""
    shell = Shell.instance() if Shell.initialized() else None
    if shell is None:
        warm_up()
        shell = Shell.instance()
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    sys.stdin = io.StringIO()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with contextlib.suppress(Gone, WireError):
        Server(Channel(sock), shell).serve()


class Server:
    """Answers the examiner's questions."""

    def __init__(self, channel: Channel, shell: InteractiveShell) -> None:
        self._channel = channel
        self._shell = shell
        self.objects = ObjectTable()
        self.proxies = Proxies(self)
        self.tensors = Tensors(self.objects)
        self._known: dict[str, Any] = dict(shell.user_ns)

    def serve(self) -> None:
        """Answer until the examiner has gone."""
        while True:
            asked = read_question(self._channel.receive())
            if isinstance(asked, Question):
                self._answer(asked)

    def ask_back(self, target: int, operation: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Ask the examiner to do something with an object of its own, answering its questions meanwhile."""
        self._channel.send(CallBack(target, operation, self.write(args), self.write(kwargs)).packed())
        while True:
            reply = read_question(self._channel.receive())
            if isinstance(reply, Returned):
                return self.read(reply.value)
            if isinstance(reply, Refused):
                raise _builtin_exception(reply.kind)(reply.text)
            self._answer(reply)

    def write(self, value: Any) -> Any:
        """A value as a tree."""
        return Writer(self._write_foreign).write(value)

    def read(self, tree: Any) -> Any:
        """The value of a tree."""
        return Reader(self._read_foreign).read(tree)

    def _answer(self, asked: Question) -> None:
        for handle, times in asked.freed:
            if handle < 0:
                self.tensors.drop(-handle)
            else:
                self.objects.drop(handle, times)
        reply: Answer | Raised
        try:
            value = getattr(self, f"_do_{asked.name}")(*asked.parts)
        except (Gone, WireError):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever the hand-in raises is the answer
            reply = self._raised(asked.number, error)
        else:
            reply = Answer(asked.number, value, self.tensors.changes())
        self._channel.send(reply.packed())

    def _do_run(self, source: str, limit: int) -> Any:
        CAPTURE.start(limit)
        try:
            if source in PREPARED and not self._shell.compile.compiler_flags & FEATURES:
                self._run_prepared(*PREPARED[source])
            else:
                self._shell.run_cell(source, store_history=False)
            self._close_figures()
        except BaseException as error:  # noqa: BLE001 - an exit or an interrupt that the shell lets through
            CAPTURE.error = f"{type(error).__name__}: {text_of(error)}"
        CAPTURE.stop()
        return [CAPTURE.take(), CAPTURE.error]

    def _run_prepared(self, statements: types.CodeType, shown: types.CodeType | None) -> None:
        shell = self._shell
        with shell.builtin_trap, shell.display_trap:
            try:
                exec(statements, shell.user_global_ns, shell.user_ns)  # noqa: S102 - in the sandbox
                if shown is not None:
                    exec(shown, shell.user_global_ns, shell.user_ns)  # noqa: S102
            except BaseException:  # noqa: BLE001 - shown as any cell's error is
                shell.showtraceback()

    def _do_modules(self) -> list[str]:
        """The modules that have been imported since the fork server was ready."""
        return imported_since()

    def _do_name(self, name: str) -> Any:
        return self.write(self._shell.user_ns[name])

    def _do_operation(self, name: str, arguments: Any, gradients: bool) -> Any:  # noqa: FBT001 - as it crosses
        if not gradients and "torch" in sys.modules:
            with sys.modules["torch"].no_grad():
                return self._do_operation(name, arguments, gradients=True)
        values = self.read(arguments)
        with self.proxies.mathematics(self._shell.user_ns):
            result = self.write(OPERATIONS[name](*values))
        return [result, self._mutated(arguments, values) if name == "call" else []]

    def _do_seed(self, seed: int) -> None:
        """Asked before each test."""
        self.proxies.new_test()
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002 - what hand-ins use
        if "torch" in sys.modules:
            sys.modules["torch"].default_generator.manual_seed(seed)  # see examiner.seeding

    def _do_tensor(self, name: str, arguments: Any) -> Any:
        return self.write(getattr(self.tensors, name)(*self.read(arguments)))

    def _do_library_seed(self, name: str, seed: Any) -> None:
        module, function = {
            "random": (random, "seed"),
            "numpy": (np.random, "seed"),
            "torch": (sys.modules.get("torch"), "manual_seed"),
        }[name]
        getattr(module, function)(self.read(seed))

    def _do_bound(self) -> Any:
        """The names bound since the last time: modules and imported things by where they come from."""
        fresh = {}
        for name, value in self._shell.user_ns.items():
            if name.startswith("_") or (name in self._known and self._known[name] is value):
                continue
            fresh[name] = _origin(value)
        self._known = dict(self._shell.user_ns)
        return [[name, *origin] for name, origin in fresh.items()]

    def _mutated(self, tree: Any, values: Any) -> list[Any]:
        """New contents of the lists, dictionaries and arrays that a call was given and has changed, by their place."""
        changed = []
        for place, before, value in _containers(tree, values):
            after = self.write(value)
            if after != before:
                changed.append([place, after])
        return changed + self.tensors.mutated(values)

    def _close_figures(self) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and pyplot.get_fignums():
            pyplot.close("all")

    def _write_foreign(self, value: Any) -> list[Any]:
        proxy = self.proxies.number_of(value)
        if proxy is not None:
            return [constants.EXPORT, proxy]
        tensor = self.tensors.write(value)
        if tensor is not None:
            return tensor
        reference = reference_to_type(value)
        if reference is not None:
            return [constants.REFERENCE, *reference]
        if type(value) in _VIEWS:
            return [constants.LIST, [self.write(item) for item in value]]
        kind = type(value)
        flags = constants.CALLABLE_FLAG if callable(value) else 0
        flags |= constants.CLASS_FLAG if isinstance(value, type) else 0
        bases: list[Any] = []
        if kind is type and issubclass(value, BaseException):
            flags |= constants.EXCEPTION_FLAG
            bases = [self.write(base) for base in value.__bases__ if issubclass(base, BaseException)]
        name = value.__name__ if flags & constants.CLASS_FLAG else kind.__name__
        return [constants.HANDLE, self.objects.number(value), flags, str(name)[:200], bases]

    def _read_foreign(self, tag: int, parts: list[Any]) -> Any:
        if tag == constants.HANDLE:
            return self.objects.get(parts[0])
        if tag == constants.EXPORT:
            return self.proxies.make(*parts)
        if tag == constants.REFERENCE:
            return read_reference(*parts)
        if tag == constants.TENSOR:
            return self.tensors.read(*parts)
        if tag == constants.GENERATOR:
            return self._generator(*parts)
        raise WireError("unknown tag")

    def _generator(self, kind: str, state: Any) -> Any:
        state = self.read(state)
        if kind == "random":
            made = random.Random()  # noqa: S311 - for sampling
            made.setstate(state)
            return made
        if kind == "torch":
            made = sys.modules["torch"].Generator()
            made.set_state(state)
            return made
        bits = getattr(np.random, state["bit_generator"])()
        bits.state = state
        return np.random.Generator(bits) if kind == "numpy" else np.random.RandomState(bits)

    def _raised(self, number: int, error: BaseException) -> Raised:
        kind = type(error)
        base = next((cls for cls in kind.__mro__ if cls.__module__ == "builtins"), Exception)
        try:
            args = self.write(tuple(error.args))
        except Exception:  # noqa: BLE001 - arguments that refuse to be written
            args = self.write(())
        own = self.write(kind) if kind is not base else None
        instance = self.write(error) if own else None
        return Raised(number, base.__name__, text_of(error), own, args, instance, self.tensors.changes())


_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))


def _builtin_exception(name: str) -> type[Exception]:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, Exception) else RuntimeError


def _origin(value: Any) -> list[str]:
    """Where a value comes from: ["module", its name], ["from", module, name], or ["own"]."""
    if isinstance(value, types.ModuleType):
        return ["module", value.__name__]
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(module, str) and isinstance(name, str) and module not in ("__main__", "builtins"):
        with contextlib.suppress(Exception):
            if resolve(module, name) is value:
                return ["from", module, name]
    return ["own"]


def _containers(tree: Any, values: Any) -> list[tuple[list[Any], Any, Any]]:
    """The mutable arguments of a call with their places, and how the examiner wrote them."""
    _, (_function, positional, keywords) = tree
    _called, args, kwargs = values
    found = [(["args", place], positional[1][place], item) for place, item in enumerate(args)]
    found += [(["kwargs", name], keywords[1][2 * place + 1], item) for place, (name, item) in enumerate(kwargs.items())]
    return [entry for entry in found if type(entry[2]) in _MUTABLE]


_MUTABLE = frozenset({list, dict, set, bytearray, np.ndarray})
