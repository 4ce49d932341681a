"""The messages between examiner and student's process, and their layout as lists.

The examiner asks a Question and gets an Answer or what was Raised; while it waits, the hand-in may call one of the
examiner's own objects, a CallBack, which gets Returned or Refused. What the student's process sends is read by
`read_reply`, which raises WireError unless a message is exactly as described here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograder.engine.protocol.exceptions import WireError

_CALL_BACK, _OK, _ERROR = "back", "ok", "error"
_ANSWER_PARTS, _RAISED_PARTS, _CALL_BACK_PARTS = 4, 8, 5


@dataclass(frozen=True)
class Question:
    """What the examiner asks: `name` is one of the student server's questions, `parts` are trees.

    `freed` are numbers of objects of which the examiner has let handles go, or (negative) of tensors, with how many.
    """

    number: int
    name: str
    freed: list[tuple[int, int]]
    parts: list[Any]

    def packed(self) -> list[Any]:
        """This message as a list."""
        return [self.number, self.name, self.freed, *self.parts]


@dataclass(frozen=True)
class Answer:
    """The value of a question as a tree, and what happened meanwhile to tensors that the examiner had handed over."""

    number: int
    value: Any
    changes: list[Any] = field(default_factory=list)

    def packed(self) -> list[Any]:
        """This message as a list."""
        return [self.number, _OK, self.value, self.changes]


@dataclass(frozen=True)
class Raised:
    """An exception that a question ended with.

    `base` names its built-in type, `own` is the tree of the hand-in's class, if it is one, `args` the tree of its
    arguments, `instance` the tree of the exception itself.
    """

    number: int
    base: str
    text: str
    own: Any
    args: Any
    instance: Any
    changes: list[Any] = field(default_factory=list)

    def packed(self) -> list[Any]:
        """This message as a list."""
        return [self.number, _ERROR, self.base, self.text, self.own, self.args, self.instance, self.changes]


@dataclass(frozen=True)
class CallBack:
    """What the hand-in asks of an object of the examiner's that it was handed."""

    target: int
    operation: str
    args: Any
    kwargs: Any

    def packed(self) -> list[Any]:
        """This message as a list."""
        return [_CALL_BACK, self.target, self.operation, self.args, self.kwargs]


@dataclass(frozen=True)
class Returned:
    """The value of a call back, as a tree."""

    value: Any

    def packed(self) -> list[Any]:
        """This message as a list."""
        return [_OK, self.value]


@dataclass(frozen=True)
class Refused:
    """The built-in exception, by name, that a call back ended with."""

    kind: str
    text: str

    def packed(self) -> list[Any]:
        """This message as a list."""
        return [_ERROR, self.kind, self.text]


def read_reply(message: list[Any], number: int) -> Answer | Raised | CallBack:
    """What came in answer to question `number`, from the side that is not trusted. Raises WireError.

    The types of trees are checked when they are read, those of all other parts here.
    """
    if message[0] == _CALL_BACK:
        if len(message) != _CALL_BACK_PARTS:
            raise WireError("malformed question")
        return CallBack(*message[1:])
    if message[0] != number or type(message[0]) is not int or len(message) < _ANSWER_PARTS:
        raise WireError("an answer to another question")
    if message[1] == _OK:
        return Answer(number, message[2], message[-1])
    if message[1] != _ERROR or len(message) != _RAISED_PARTS:
        raise WireError("malformed answer")
    return Raised(number, *message[2:])


def read_question(message: list[Any]) -> Question | Returned | Refused:
    """What the examiner sent, read by the student's side, which trusts it."""
    if message[0] == _OK:
        return Returned(message[1])
    if message[0] == _ERROR:
        return Refused(message[1], message[2])
    number, name, freed, *parts = message
    return Question(number, name, freed, parts)
