"""Answers the examiner's questions about the objects of a hand-in, and runs its cells.

All of this runs in the sandbox, next to the hand-in's code, and nothing of it is believed by the examiner.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import io
import marshal
import os
import signal
import sys
import types
from typing import TYPE_CHECKING, Any

from autograder.engine.preload import imported_since
from autograder.engine.protocol import constants
from autograder.engine.protocol.channel import Channel
from autograder.engine.protocol.exceptions import Gone, WireError, text_of
from autograder.engine.protocol.messages import Answer, CallBack, Question, Raised, Refused, Returned, read_question
from autograder.engine.protocol.operations import OPERATIONS
from autograder.engine.protocol.references import (
    NOTEBOOK,
    read_reference,
    reference_to_class,
    reference_to_type,
    resolve,
)
from autograder.engine.protocol.sync.generators import LIBRARIES, own_generator, put, state_of
from autograder.engine.protocol.sync.shared import Shared
from autograder.engine.protocol.wire.reader import Reader
from autograder.engine.protocol.wire.writer import Writer
from autograder.engine.student.for_tests.files import Files
from autograder.engine.student.for_tests.foreign_text import evaluate
from autograder.engine.student.for_tests.inside import branch, run_test
from autograder.engine.student.for_tests.kept import Kept
from autograder.engine.student.for_tests.patches import Patches
from autograder.engine.student.for_tests.streams import StudentStreams
from autograder.engine.student.objects import ObjectTable
from autograder.engine.student.output_capture import CAPTURE, Stream
from autograder.engine.student.proxies import Proxies
from autograder.engine.student.shell import Shell
from autograder.engine.student.tensors import Tensors
from autograder.engine.student.warm_up import FEATURES, PREPARED, warm_up
from autograder.engine.working_folder import enter

if TYPE_CHECKING:
    import socket

    from IPython.core.interactiveshell import InteractiveShell


_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)


def serve(sock: socket.socket) -> None:
    """Answer on one socket until it closes."""
    shell = Shell.instance() if Shell.initialized() else None
    if shell is None:
        warm_up()
        shell = Shell.instance()
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    sys.stdin = io.StringIO()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    enter()
    with contextlib.suppress(Gone, WireError):
        Server(Channel(sock), shell).serve()


class Server:
    """Answers the examiner's questions."""

    def __init__(self, channel: Channel, shell: InteractiveShell) -> None:
        self._channel = channel
        self._shell = shell
        self.objects = ObjectTable()
        self.proxies = Proxies(self)
        self.streams = StudentStreams()
        self.tensors = Tensors(self.objects)
        self.shared = Shared(-1)
        self.patches = Patches(shell.user_ns)
        self._patches: list[Any] = []  # of the question that is being answered
        self._changes: list[Any] = []  # of shared containers, by the question that is being answered
        self._known: dict[str, Any] = dict(shell.user_ns)
        self._kept = Kept(shell.user_ns)
        self._files = Files()
        self._scratch = os.getcwd()  # noqa: PTH109 - a path as text, for a hand-in's process has its own Path

    def serve(self) -> None:
        """Answer until the examiner has gone."""
        while True:
            asked = read_question(self._channel.receive())
            if not isinstance(asked, Question):
                continue
            if asked.name == "branch":
                self._branch(asked.number)
            else:
                self._answer(asked)

    def _branch(self, number: int) -> None:
        try:
            branch(self._channel, number, self._scratch, self._test)
        except OSError as error:
            self._channel.send(self._raised(number, error).packed())

    def _test(self, order: list[Any]) -> list[Any]:
        """In a fork: run the test cell that came, after others, with random numbers from this key."""
        key, before, source = order
        self.streams.new_test(key)
        return run_test(self._shell, before, source)

    def ask_back(self, target: int, operation: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Ask the examiner to do something with an object of its own, answering its questions meanwhile."""
        self.patches.suspend()
        try:
            return self._ask_back(target, operation, args, kwargs)
        finally:
            self.patches.resume()

    def _ask_back(self, target: int, operation: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        self.shared.begin()
        changes = self.shared.changes(self._contents)
        trees = self._contents(args), self._contents(kwargs)
        if None in trees:
            self.shared.abandon()
            raise TypeError("arguments that are nested too deeply or too large")
        news = [changes, []] if changes else []
        self._channel.send(CallBack(target, operation, *trees, self.streams.moved(), news).packed())
        while isinstance(reply := read_question(self._channel.receive()), Question):
            self._answer(reply)
        self.streams.go_on(reply.streams)
        held = self._take_news(reply.news)
        value = self.read(reply.value) if isinstance(reply, Returned) else None
        self.shared.settle(held)
        self.shared.note()
        if isinstance(reply, Refused):
            raise _builtin_exception(reply.kind)(reply.text)
        return value

    def write(self, value: Any) -> Any:
        """A value as a tree."""
        return self._writer().write(value)

    def read(self, tree: Any) -> Any:
        """The value of a tree."""
        return Reader(self._read_foreign, self.shared, believes=True).read(tree)

    def _contents(self, value: Any) -> Any:
        return self._writer().contents(value)

    def _writer(self) -> Writer:
        return Writer(self._write_foreign, self.shared, max_keys=constants.MAX_KEYS)

    def _take_news(self, news: list[Any]) -> list[int]:
        """Do what the examiner has changed, and give the numbers that came along."""
        if not news:
            return []
        self.shared.take(news[0], self.read)
        return list(news[1])

    def _answer(self, asked: Question) -> None:
        for handle, times in asked.freed:
            if handle < 0:
                self.tensors.drop(-handle)
            else:
                self.objects.drop(handle, times)
        self.shared.begin()
        if asked.news:
            self.shared.forget(self._take_news(asked.news))
        self._changes, self._patches = [], asked.patches
        reply: Answer | Raised
        try:
            self.streams.go_on(asked.streams)
            value = getattr(self, f"_do_{asked.name}")(*asked.parts)
        except (Gone, WireError):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever the hand-in raises is the answer
            reply = self._raised(asked.number, error)
        else:
            reply = Answer(asked.number, value, self.tensors.changes(), self.streams.moved())
        changes, self._changes = self._changes, []
        held = self.shared.held()
        if changes or held:
            reply.news.extend([changes, held])
        self._channel.send(reply.packed())

    def _do_run(self, source: str | bytes, limit: int) -> Any:
        CAPTURE.start(limit)
        try:
            if isinstance(source, bytes):  # our own code, whose text is not known here: nothing but Python runs it
                exec(marshal.loads(source), self._shell.user_global_ns, self._shell.user_ns)  # noqa: S102, S302
            elif source in PREPARED and not self._shell.compile.compiler_flags & FEATURES:
                self._run_prepared(source, *PREPARED[source])
            else:
                self._shell.run_cell(source, store_history=True)
            self._close_figures()
        except BaseException as error:  # noqa: BLE001 - an exit or an interrupt that the shell lets through
            CAPTURE.error = f"{type(error).__name__}: {text_of(error)}"
        CAPTURE.stop()
        return [CAPTURE.take(), CAPTURE.error]

    def _run_prepared(self, source: str, statements: types.CodeType, shown: types.CodeType | None) -> None:
        shell = self._shell
        shell.history_manager.store_inputs(shell.execution_count, source)
        with shell.builtin_trap, shell.display_trap:
            try:
                exec(statements, shell.user_global_ns, shell.user_ns)  # noqa: S102 - in the sandbox
                if shown is not None:
                    exec(shown, shell.user_global_ns, shell.user_ns)  # noqa: S102
            except BaseException:  # noqa: BLE001 - shown as any cell's error is
                shell.showtraceback()
        shell.execution_count += 1

    def _do_joined(self) -> None:
        """Asked after each branch: it is answered when that has ended."""

    def _do_modules(self) -> list[str]:
        """The modules that have been imported since the fork server was ready."""
        return imported_since()

    def _do_files(self) -> list[Any]:
        """What has changed in the working folder since the last question of this kind."""
        return self._files.changes()

    def _do_put_files(self, files: list[list[Any]]) -> None:
        """Put there what a test has written."""
        self._files.put(files)

    def _do_name(self, name: str, kept: bool) -> Any:  # noqa: FBT001 - as it crosses
        names: dict[str, Any] = self._kept if kept else self._shell.user_ns
        if name not in names:  # a kept function that is not there is not the hand-in's of the same name
            raise KeyError(name)
        return self.write(names[name])

    def _do_module(self, name: str) -> Any:
        return self.write(importlib.import_module(name))

    def _do_names(self) -> list[str]:
        return [name for name in self._shell.user_ns if isinstance(name, str)]

    def _do_unbind(self, name: str) -> None:
        del self._shell.user_ns[name]

    def _do_tree(self, name: str) -> Any:
        """What a name is bound to, shared with nobody."""
        return Writer(self._write_foreign).write(self._shell.user_ns[name])

    def _do_keep(self, code: bytes) -> None:
        generators = [generator for generator in map(own_generator, LIBRARIES) if generator is not None]
        states = [state_of(generator) for generator in generators]
        try:
            exec(marshal.loads(code), self._kept)  # noqa: S102, S302 - in the sandbox, and written by the grader
        finally:  # what it has drawn was drawn for the second time
            for generator, state in zip(generators, states, strict=True):
                put(generator, state)

    def _do_operation(self, name: str, gradients: bool, arguments: Any) -> Any:  # noqa: FBT001 - as it crosses
        if not gradients and "torch" in sys.modules:
            with sys.modules["torch"].no_grad():
                return self._do_operation(name, True, arguments)  # noqa: FBT003
        values = self.read(arguments)
        if name == "call":
            values = values[0], values[1], dict(values[2])
        with self.proxies.mathematics(self._shell.user_ns):
            result = self._patched(OPERATIONS[name], *values)
        self._changes = self.shared.changes(self._contents)
        if name == "type" or (name == "getattr" and values[1] == "__class__"):
            reference = reference_to_class(result)
            if reference is not None:
                return [constants.REFERENCE, *reference, self.write(result)]
        return self.write(result)

    def _do_evaluate(self, kind: str, arguments: Any) -> Any:
        values = self.read(arguments)
        result = self._patched(evaluate, kind, self._shell.user_ns, *values)
        self._changes = self.shared.changes(self._contents)
        return self.write(result)

    def _patched(self, function: Any, *values: Any) -> Any:
        """Do what runs the hand-in's code, under what the test has patched."""
        patches = [(*place, self.read(tree)) for *place, tree in self._patches]
        if self.shared.known:
            self.shared.note()
        if not patches:
            return function(*values)
        before = self.patches.put(patches)
        try:
            return function(*values)
        finally:
            self.patches.back(before)

    def _do_seed(self, key: bytes) -> None:
        """Asked before each test. A figure that is open now is of the last one, and a notebook would have shown it."""
        self._close_figures()
        self.proxies.new_test()
        self.streams.new_test(key)

    def _do_tensor(self, name: str, arguments: Any) -> Any:
        values = self.read(arguments)
        result = self._patched(getattr(self.tensors, name), *values)
        self._changes = self.shared.changes(self._contents)
        return self.write(result)

    def _do_bound(self) -> Any:
        """The names bound since the last time: modules and imported things by where they come from."""
        fresh = {}
        for name, value in self._shell.user_ns.items():
            if name.startswith("_") or (name in self._known and self._known[name] is value):
                continue
            fresh[name] = _origin(value)
        self._known = dict(self._shell.user_ns)
        return [[name, *origin] for name, origin in fresh.items()]

    def _close_figures(self) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and pyplot.get_fignums():
            pyplot.close("all")

    def _write_foreign(self, value: Any) -> list[Any]:
        proxy = self.proxies.number_of(value)
        if proxy is not None:
            return [constants.EXPORT, proxy]
        number = self.shared.number_of(value)
        if number is not None and not value.requires_grad:  # a tensor: containers of other kinds do not come here
            return [constants.SAME, number]
        tensor = self.tensors.write(value)
        if tensor is not None:
            return tensor
        reference = reference_to_type(value)
        if reference is not None:
            return [constants.REFERENCE, *reference]
        kind = type(value)
        flags = constants.CALLABLE_FLAG if callable(value) else 0
        flags |= constants.CLASS_FLAG if isinstance(value, type) else 0
        flags |= constants.FUNCTION_FLAG if kind in _FUNCTIONS else 0
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
            return self._given(parts[1]) if parts[0] == NOTEBOOK else read_reference(*parts)
        if tag == constants.TENSOR:
            return self.tensors.read(*parts)
        if tag == constants.GENERATOR:
            return self.streams.handed(*parts)
        raise WireError("unknown tag")

    def _given(self, name: str) -> Any:
        """What the hand-in's own namespace has for a function that a given cell defines."""
        try:
            return self._shell.user_ns[name]
        except KeyError:
            raise NameError(f"name {name!r} is not defined", name=name) from None

    def _raised(self, number: int, error: BaseException) -> Raised:
        self._changes = self.shared.changes(self._contents)
        kind = type(error)
        base = next((cls for cls in kind.__mro__ if cls.__module__ == "builtins"), Exception)
        try:
            args = self.write(tuple(error.args))
        except Exception:  # noqa: BLE001 - arguments that refuse to be written
            args = self.write(())
        own = self.write(kind) if kind is not base else None
        instance = self.write(error) if own else None
        changes, streams = self.tensors.changes(), self.streams.moved()
        return Raised(number, base.__name__, text_of(error), own, args, instance, changes, streams)


def _builtin_exception(name: str) -> type[Exception]:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, Exception) else RuntimeError


def _origin(value: Any) -> list[str]:
    """Where a value comes from: ["module", its name], ["from", module, name], or ["own"]."""
    if isinstance(value, types.ModuleType):
        return ["module", value.__name__]
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(module, str) and isinstance(name, str) and module not in (NOTEBOOK, "builtins"):
        with contextlib.suppress(Exception):
            if resolve(module, name) is value:
                return ["from", module, name]
    return ["own"]
