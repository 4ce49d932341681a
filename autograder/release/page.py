"""The pages beside the released notebooks: the lab page, and what the public repository needs at its top."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import jinja2

from autograder.model.lab import Lab, NotebookSettings


@dataclass(frozen=True)
class Links:
    """Where a notebook of the public repository is found, made from two settings in lab.toml: repository and site."""

    lab: Lab

    def _path(self, notebook: NotebookSettings) -> str:
        return quote(f"{self.lab.branch}/{self.lab.name}/{notebook.name}.ipynb")

    def colab(self, notebook: NotebookSettings) -> str:
        """Opens the notebook in Colab."""
        return f"https://colab.research.google.com/github/{self.lab.repository}/blob/{self._path(notebook)}"

    def preview(self, notebook: NotebookSettings) -> str:
        """Shows the notebook, to read only: on the lab's own site, or on nbviewer when it has none."""
        if self.lab.site:
            return f"{self.lab.site}/{quote(f'{self.lab.name}/{notebook.name}.html')}"
        return f"https://nbviewer.org/github/{self.lab.repository}/blob/{self._path(notebook)}"

    def download(self, notebook: NotebookSettings) -> str:
        """The notebook's file."""
        return f"https://github.com/{self.lab.repository}/raw/{self._path(notebook)}"


def lab_page(lab: Lab) -> str:
    """The lab's README.md."""
    return _render("lab.md.j2", lab=lab, links=Links(lab))


def public_files(labs: list[Lab], licences: Path) -> dict[str, str]:
    """The files at the top of the public repository, by name. `licences` is the folder that holds the two licences."""
    libraries = sorted({library for lab in labs for library in lab.libraries} | {"jupyter"}, key=str.lower)
    files = {
        "README.md": _render("public.md.j2", labs=labs),
        "requirements.txt": _render("requirements.txt.j2", libraries=[_PACKAGES.get(one, one) for one in libraries]),
    }
    for name in ("LICENSE", "LICENSE-TEXT"):
        path = licences / name
        if path.exists():
            files[name] = path.read_text(encoding="utf-8")
    return files


_PACKAGES = {"sklearn": "scikit-learn", "PIL": "pillow", "cv2": "opencv-python", "skimage": "scikit-image", "yaml": "pyyaml"}
"""The packages of what is imported under another name."""


def _render(template: str, **values: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.release"),
        autoescape=False,  # noqa: S701  # Markdown and plain text, made of the instructor's own settings
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(**values)
