"""The hand-in's side of the wall: runs its cells in an IPython shell and answers questions about the objects in it.

All of this runs in the sandbox, next to the hand-in's code, and nothing of it is believed by the examiner.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import io
import json
import os
import random
import signal
import subprocess
import sys
import traceback
import types
from typing import TYPE_CHECKING, Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from autograder.engine import wire
from autograder.engine.operations import OPERATIONS, resolve
from autograder.engine.standins import StandIns
from autograder.engine.studenttensors import Tensors
from autograder.engine.warming import import_all, import_optimisers

if TYPE_CHECKING:
    import socket

JOIN_AFTER = 1000  # pieces of text of one stream
MAX_TEXT = 4000  # characters of an exception's text and of a traceback
_CELL = "<ipython-input-"


class Recorder:
    """What a cell shows, in order, up to `limit` characters. What is shown between cells is dropped."""

    def __init__(self) -> None:
        self.events: list[list[str]] = []
        self.left = 0
        self.error = ""

    def start(self, limit: int) -> None:
        """Begin to record a cell."""
        self.events, self.left, self.error = [], limit, ""

    def stop(self) -> None:
        """Record no more."""
        self.left = 0

    def add(self, kind: str, text: str) -> None:
        """Record a piece of text; pieces of one stream are joined."""
        text = text[: max(self.left, 0)]
        self.left -= len(text)
        if not text:
            return
        if self.events and self.events[-1][0] == kind and kind in ("stdout", "stderr"):
            if len(self.events[-1]) > JOIN_AFTER:  # join now and then, so that the list does not grow with each print
                self.events[-1][1:] = ["".join(self.events[-1][1:])]
            self.events[-1].append(text)
        else:
            self.events.append([kind, text])

    def take(self) -> list[list[str]]:
        """What was recorded, each piece as [kind, text]."""
        return [[event[0], "".join(event[1:])] for event in self.events]


RECORDER = Recorder()


class Stream(io.TextIOBase):
    """A text stream that ends in the recorder."""

    encoding = "utf-8"

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def writable(self) -> bool:
        """It can be written."""
        return True

    def write(self, text: str) -> int:
        """Record text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        RECORDER.add(self._kind, text)
        return len(text)


class _Hook(DisplayHook):
    """Records the plain text of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Show no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:  # noqa: ARG002 - IPython's own signature
        """Record the text form."""
        RECORDER.add("result", str(format_dict.get("text/plain", "")))

    def finish_displayhook(self) -> None:
        """Write no newline."""
        self._is_active = False


class _Publisher(DisplayPublisher):
    """Records the plain text of what display() shows."""

    def publish(self, data: dict[str, Any], *_args: Any, **_kwargs: Any) -> None:
        """Record the text form."""
        RECORDER.add("display", str(data.get("text/plain", "")))

    def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002 - IPython's own signature
        """Nothing is cleared."""


class Shell(InteractiveShell):
    """IPython's shell without terminal, sockets, history and figures that nobody sees."""

    def init_history(self) -> None:
        """Keep the history in memory: no database, and no thread that writes it."""
        self.config.HistoryManager.enabled = False
        super().init_history()

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window."""

    def enable_matplotlib(self, gui: Any = None) -> tuple[str, str]:  # noqa: ARG002 - IPython's own signature
        """Whatever backend is asked for, figures are made and not drawn."""
        return "inline", "inline"

    def system(self, cmd: str) -> None:
        """Run a shell line without a terminal, which a sandbox does not have."""
        done = subprocess.run(
            ["/bin/sh", "-c", self.var_expand(cmd, depth=1)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        sys.stdout.write(done.stdout.decode(errors="replace"))
        self.user_ns["_exit_code"] = done.returncode

    system_piped = system_raw = system

    def showtraceback(self, exc_tuple: Any = None, *_args: Any, **_kwargs: Any) -> None:
        """Record the exception with the frames of the hand-in's cells alone."""
        kind, value, trace = exc_tuple or sys.exc_info()
        if kind is None or value is None:
            return
        frames = [frame for frame in traceback.extract_tb(trace) if frame.filename.startswith(_CELL)]
        for frame in frames:
            frame.filename = "cell"
        try:
            lines = traceback.format_exception_only(kind, value)
        except Exception:  # noqa: BLE001 - whatever a hand-in's exception does when it is shown
            lines = [kind.__name__]
        text = "".join(["Traceback (most recent call last):\n", *traceback.format_list(frames), *lines])
        RECORDER.error = f"{kind.__name__}: {_text(value)}"[:MAX_TEXT]
        RECORDER.add("error", text[-MAX_TEXT:])

    def showsyntaxerror(self, *_args: Any, **_kwargs: Any) -> None:
        """Record a syntax error like any other."""
        self.showtraceback()


def warm_up() -> None:
    """Import what notebooks use and make the shell, once, before the forks. Leaves no thread behind."""
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    os.environ.setdefault("MPLBACKEND", "agg")
    # there is no network: `pip install` of what is there says so at once, and of anything else fails at once
    os.environ.update(PIP_NO_INDEX="1", PIP_RETRIES="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    with contextlib.suppress(ImportError):
        import torch
        import torch.nn.functional

        torch.set_num_threads(1)
    with contextlib.suppress(ImportError):
        import matplotlib as mpl

        mpl.use("template")
        import matplotlib.pyplot as plt

        plt.ion()
    shell = Shell.instance(displayhook_class=_Hook, display_pub_class=_Publisher)
    shell.display_formatter.active_types = ["text/plain"]
    shell.run_cell("import math\n1 + 1", store_history=False, silent=True)
    shell.user_ns.pop("math", None)
    _WARM_MODULES.update(sys.modules)
    gc.collect()
    gc.freeze()


_WARM_MODULES: set[str] = set()


def warm_up_with_optimisers() -> None:
    """The same for notebooks that use torch.optim, which imports another second's worth of modules at its first use."""
    import_optimisers()
    warm_up()


def prepare(data: bytes) -> None:
    """Import what the model solution was seen to import, and compile the cells that everybody was given.

    `data` is JSON of our own making: module names under `modules`, texts under `sources`.
    """
    wanted = json.loads(data)
    import_all(wanted["modules"])
    for source in wanted["sources"]:
        with contextlib.suppress(SyntaxError, ValueError):
            PREPARED[source] = _compiled(source)
    gc.collect()
    gc.freeze()


PREPARED: dict[str, tuple[types.CodeType, types.CodeType | None]] = {}
"""The cells that everybody was given, by their text: their statements, and a final expression that is shown."""


def _compiled(source: str) -> tuple[types.CodeType, types.CodeType | None]:
    """A cell as IPython would run it: transformed, kept for tracebacks, its final expression set apart."""
    shell = Shell.instance()
    text = shell.transform_cell(source)
    name = shell.compile.cache(text, 0, raw_code=source)
    tree = ast.parse(text, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown = None if last is None or source.rstrip().endswith(";") else ast.Interactive([last])
    if last is not None and shown is None:
        tree.body.append(last)
    return compile(tree, name, "exec"), None if shown is None else compile(shown, name, "single")


def serve(sock: socket.socket) -> None:
    """Answer on one socket until it closes."""
    shell = Shell.instance() if Shell.initialized() else None
    if shell is None:
        warm_up()
        shell = Shell.instance()
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    sys.stdin = io.StringIO()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with contextlib.suppress(wire.Gone, wire.WireError):
        Student(wire.Channel(sock), shell).serve()


class Table:
    """Objects that the examiner holds handles of. A number stands for one object for as long as it is held."""

    def __init__(self) -> None:
        self._objects: dict[int, list[Any]] = {}
        self._numbers: dict[int, int] = {}
        self._next = 1

    def number(self, value: Any) -> int:
        """The number of an object; each call is one more reason to keep it."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._next
            self._next += 1
            self._numbers[id(value)] = number
            self._objects[number] = [value, 0]
        self._objects[number][1] += 1
        return number

    def get(self, number: int) -> Any:
        """The object of a number."""
        return self._objects[number][0]

    def drop(self, number: int, times: int) -> None:
        """Take back reasons to keep an object."""
        entry = self._objects.get(number)
        if entry is not None:
            entry[1] -= times
            if entry[1] <= 0:
                del self._objects[number]
                del self._numbers[id(entry[0])]


class Student:
    """Answers the examiner's questions."""

    def __init__(self, channel: wire.Channel, shell: InteractiveShell) -> None:
        self._channel = channel
        self._shell = shell
        self.table = Table()
        self.standins = StandIns(self)
        self.tensors = Tensors(self)
        self._known: dict[str, Any] = dict(shell.user_ns)

    def serve(self) -> None:
        """Answer until the examiner has gone."""
        while True:
            self._answer(self._channel.receive())

    def ask_back(self, message: list[Any]) -> Any:
        """Ask the examiner something about an object of its own, answering its questions meanwhile."""
        self._channel.send(["back", *message])
        while True:
            reply = self._channel.receive()
            if reply[0] == "ok":
                return self.read(reply[1])
            if reply[0] == "error":
                raise _builtin_exception(reply[1])(reply[2])
            self._answer(reply)

    def write(self, value: Any) -> Any:
        """A value as a tree."""
        return wire.Writer(self._write_foreign).write(value)

    def read(self, tree: Any) -> Any:
        """The value of a tree."""
        return wire.Reader(self._read_foreign).read(tree)

    def _answer(self, message: list[Any]) -> None:
        number, name, freed, *rest = message
        for handle, times in freed:
            if handle < 0:
                self.tensors.drop(-handle)
            else:
                self.table.drop(handle, times)
        try:
            reply = [number, "ok", getattr(self, f"_do_{name}")(*rest)]
        except (wire.Gone, wire.WireError):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever the hand-in raises is the answer
            reply = [number, "error", *self._describe(error)]
        reply.append(self.tensors.changes())
        self._channel.send(reply)

    def _do_run(self, source: str, limit: int) -> Any:
        RECORDER.start(limit)
        try:
            if source in PREPARED:
                self._run_prepared(*PREPARED[source])
            else:
                self._shell.run_cell(source, store_history=False)
            self._close_figures()
        except BaseException as error:  # noqa: BLE001 - an exit or an interrupt that the shell lets through
            RECORDER.error = f"{type(error).__name__}: {_text(error)}"
        RECORDER.stop()
        return [RECORDER.take(), RECORDER.error]

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
        """The modules that have been imported since the warm process was ready."""
        return sorted(set(sys.modules) - _WARM_MODULES)

    def _do_name(self, name: str) -> Any:
        return self.write(self._shell.user_ns[name])

    def _do_operation(self, name: str, arguments: Any, gradients: bool) -> Any:  # noqa: FBT001 - as it crosses
        if not gradients and "torch" in sys.modules:
            with sys.modules["torch"].no_grad():
                return self._do_operation(name, arguments, gradients=True)
        values = self.read(arguments)
        with self.standins.mathematics(self._shell.user_ns):
            result = self.write(OPERATIONS[name](*values))
        return [result, self._mutated(arguments, values) if name == "call" else []]

    def _do_seed(self, seed: int) -> None:
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002 - what hand-ins use
        if "torch" in sys.modules:
            sys.modules["torch"].default_generator.manual_seed(seed)  # see examiner.mirror_seeding

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
        standin = self.standins.number_of(value)
        if standin is not None:
            return [wire.EXPORT, standin]
        tensor = self.tensors.write(value)
        if tensor is not None:
            return tensor
        reference = _reference(value)
        if reference is not None:
            return [wire.REFERENCE, *reference]
        if type(value) in _VIEWS:
            return [wire.LIST, [self.write(item) for item in value]]
        kind = type(value)
        flags = (1 if callable(value) else 0) | (2 if isinstance(value, type) else 0)
        bases: list[Any] = []
        if kind is type and issubclass(value, BaseException):
            flags |= 4
            bases = [self.write(base) for base in value.__bases__ if issubclass(base, BaseException)]
        name = value.__name__ if flags & 2 else kind.__name__
        return [wire.HANDLE, self.table.number(value), flags, str(name)[:200], bases]

    def _read_foreign(self, tag: int, parts: list[Any]) -> Any:
        if tag == wire.HANDLE:
            return self.table.get(parts[0])
        if tag == wire.EXPORT:
            return self.standins.make(*parts)
        if tag == wire.REFERENCE:
            return _resolve(*parts)
        if tag == wire.TENSOR:
            return self.tensors.read(*parts)
        if tag == wire.GENERATOR:
            return self._generator(*parts)
        raise wire.WireError("unknown tag")

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

    def _describe(self, error: BaseException) -> list[Any]:
        kind = type(error)
        base = next((cls for cls in kind.__mro__ if cls.__module__ == "builtins"), Exception)
        try:
            args = self.write(tuple(error.args))
        except Exception:  # noqa: BLE001 - arguments that refuse to be written
            args = self.write(())
        own = self.write(kind) if kind is not base else None
        return [base.__name__, _text(error), own, args, self.write(error) if own else None]


_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_RESOLVABLE_TYPES = frozenset(value for value in vars(builtins).values() if isinstance(value, type))


def _text(error: BaseException) -> str:
    try:
        return str(error)[:MAX_TEXT]
    except Exception:  # noqa: BLE001 - a hand-in's own __str__
        return ""


def _builtin_exception(name: str) -> type[Exception]:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, Exception) else RuntimeError


def _reference(value: Any) -> list[str] | None:  # noqa: PLR0911 - one return for each kind
    """Types and dtypes that both sides have."""
    if isinstance(value, type):
        if value in _RESOLVABLE_TYPES:
            return ["builtins", value.__name__]
        if value is np.ndarray or (issubclass(value, np.generic) and value.__module__ == "numpy"):
            return ["numpy", value.__name__]
        if value.__module__ == "torch" and value.__name__ == "Tensor":
            return ["torch", "Tensor"]
        return None
    if isinstance(value, np.dtype):
        return ["numpy.dtype", value.str]
    if type(value).__module__ == "torch" and type(value).__name__ == "dtype":
        return ["torch", str(value).removeprefix("torch.")]
    return None


def _resolve(module: str, name: str) -> Any:
    if module == "numpy.dtype":
        return np.dtype(name)
    return resolve(module, name)


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
