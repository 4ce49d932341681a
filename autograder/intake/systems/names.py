"""What the names of files and folders say: noise, copies of a notebook, words that name nobody."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.intake.archives import archive_stem

NOISE_FOLDERS = frozenset({"__MACOSX", ".git", "__pycache__", ".idea", ".vscode", ".Trash"})
"""What is in these was left behind by a system or an editor."""

CHECKPOINTS = ".ipynb_checkpoints"
"""Where Jupyter keeps its own copies: they may be all that there is of a student's work."""

NOISE_FILES = frozenset(
    {".ds_store", "thumbs.db", "desktop.ini", ".gitignore", ".gitattributes", ".gitkeep", "timestamp.txt"}
)

# folders that say nothing about who it is
GENERIC_WORDS = """
submitted submission submissions handin handins notebook notebooks colabnotebooks source src code work files file
downloads download desktop documents home mydrive drive old older backup final new draft copy output outputs release
released data images pictures figures lab labs assignment assignments coursework homework tmp temp
untitledfolder neuerordner
"""
GENERIC = frozenset(GENERIC_WORDS.split())
# longer numbers are those of logins
GENERIC_NUMBERED = re.compile(
    r"(attempt|version|v|lab|week|assignment|coursework|cw|homework|hw|exercise|part)\d{1,2}"
    # what systems call the folder around their hand-ins
    r"|assignment\d+export|.+submissions|inbound|abgaben"
)
SEPARATORS = " \t-_.,+~()[]"
COPY_MARKS = re.compile(
    r"^(?:copy|kopie|kopia|copie|copia|cópia|kopi|копия|kopya)[ _]+(?:of|von|de|di|da|av|af|z)?[ _]*"
    r"|^(?:副本|コピー)[ _~\-]*"
    r"|[ _]*[-\u2013][ _]*(?:copy|kopie|copie|copia|cópia|kopia|копия|副本|コピー)\d*$|[ _](?:copy|kopie)\d*$"
    r"|(?:的)?副本$|[ _]*\(\d+\)$|-checkpoint$|[_.]ipynb$|\.(?:txt|json)$",
    re.IGNORECASE,
)
SHORTEST_NOTEBOOK_TOKEN = 3


def canonical(text: str) -> str:
    """Only the letters and digits, for comparing names."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def is_noise(parts: Sequence[str]) -> bool:
    """Whether a file is left behind by a system rather than handed in."""
    return bool(NOISE_FOLDERS & set(parts[:-1])) or parts[-1].lower() in NOISE_FILES or parts[-1].startswith("._")


def is_checkpoint(parts: Sequence[str]) -> bool:
    """Whether a file is one of Jupyter's own copies."""
    return CHECKPOINTS in parts[:-1] or "-checkpoint." in parts[-1].lower()


def notebook_like(name: str) -> bool:
    """Whether a file of this name may be a notebook. Browsers save them as .txt or .json too."""
    lower = name.lower()
    return ".ipynb" in lower or lower.endswith((".json", "_ipynb", "_ipynb.txt"))


@dataclass(frozen=True)
class Names:
    """The names that the assignment itself uses, so that they are not taken for students."""

    assignment: str
    notebooks: tuple[str, ...]

    def generic(self, folder: str) -> bool:
        """Whether a folder's name says nothing about a person."""
        plain = canonical(strip_copy_marks(folder))
        return (
            plain in GENERIC
            or plain == canonical(self.assignment)
            or plain in {canonical(name) for name in self.notebooks}
            or bool(GENERIC_NUMBERED.fullmatch(plain))
            or not plain
        )

    def guess(self, file: str) -> str:
        """Which notebook a file name speaks of, or an empty text."""
        plain = canonical(strip_copy_marks(stem_of(file)))
        whole = [name for name in self.notebooks if canonical(name) in plain]
        if len(whole) == 1:
            return whole[0]
        lower = file.casefold()
        tokens = [name for name in self.notebooks if any(token in lower for token in distinct_tokens(name))]
        return tokens[0] if len(tokens) == 1 else ""

    def strip(self, file: str) -> tuple[bool, str]:
        """Whether a file name speaks of a notebook, and what is left of it without: perhaps a student."""
        whole = re.sub(r"(?i)\.ipynb(?=$|[^\w.])", " ", stem_of(file)).strip()
        found, rest = self._without(strip_copy_marks(whole))
        return found, strip_copy_marks(rest).strip(SEPARATORS)

    def without_notebook(self, stem: str) -> str:
        """What a file's name says beside the notebook's, marks of a copy included."""
        return self._without(stem)[1]

    def _without(self, rest: str) -> tuple[bool, str]:
        found = False
        for pattern in self._patterns:
            shorter = pattern.sub(" ", rest, count=1)
            if shorter != rest:
                found, rest = True, shorter
        return found, rest

    @functools.cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        """The assignment's own names, as files may spell them, the longest first."""
        names = sorted(self.notebooks, key=len, reverse=True)
        texts = [*names, *(token for name in names for token in distinct_tokens(name)), self.assignment]
        spelled = (
            r"[\s_\-.]*".join(re.escape(part) for part in re.split(r"[\s_\-.]+", text) if part) for text in texts
        )
        return tuple(re.compile(rf"(?<![^\W_]){one}(?![^\W_])", re.IGNORECASE) for one in spelled if one)


def distinct_tokens(name: str) -> list[str]:
    """The parts of a notebook's name that can stand for it alone: `2.1`, `ForwardAD`."""
    parts = re.split(r"[\s_\-]+", name)
    return [part.casefold() for part in parts if len(part) >= SHORTEST_NOTEBOOK_TOKEN] if len(parts) > 1 else []


def stem_of(file: str) -> str:
    """A file name without the suffixes of a notebook."""
    return re.sub(r"(?i)(\.ipynb|\.json|\.txt)+$", "", archive_stem(file)) or file


def strip_copy_marks(stem: str) -> str:
    """A name without what makes it a copy: `Copy of`, `(1)`, `_ipynb`, in several languages, repeated or not."""
    text = unicodedata.normalize("NFC", stem).strip().strip('"')
    while True:
        shorter = COPY_MARKS.sub("", text).strip().strip('"')
        if shorter == text or not shorter:
            return text
        text = shorter
