"""The server: Jupyter Server on the loopback interface, with its token, and nothing of it but this extension's pages.

A hand-in's notebook is one click away from whoever marks it. So the server that shows the pages can neither open nor
run one: it offers no files, no kernels and no terminals, and heeds no configuration that would open it to others.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import Any as AnyTrait
from traitlets.config import Config

from autograder.review.handlers import StyleHandler
from autograder.review.screens import ROUTES
from autograder.review.state import Review

LOOPBACK = "127.0.0.1"


class ReviewServer(ServerApp):
    """Jupyter Server without its services: what it serves is the extension alone."""

    name = "autograder-review"
    default_services = ()

    def load_config_file(self, suppress_errors: bool = True) -> None:  # noqa: FBT001, FBT002 - Jupyter's signature
        """Read no configuration: one that a user has for JupyterLab may open a server to the world."""


class ReviewApp(ExtensionApp):
    """The extension. `review` is the OUT that it shows."""

    name = "autograder.review"
    extension_url = "/review/"
    load_other_extensions = False
    serverapp_class = ReviewServer
    review: Any = AnyTrait()

    @classmethod
    def get_extension_package(cls) -> str:
        """The package that Jupyter Server asks for its extension points."""
        return "autograder.review"

    def initialize_settings(self) -> None:
        """Let the handlers have what they show."""
        self.settings["autograder_review"] = self.review or type(self).review_to_show

    def initialize_handlers(self) -> None:
        """Add the pages."""
        self.handlers.extend([(r"/review/static/(\w+\.(?:css|js))", StyleHandler), *ROUTES])

    review_to_show: Any = None


def serve(review: Review, *, port: int, open_browser: bool, token: str | None = None) -> None:
    """Serve the pages until the process is ended. Without `port` (0) a free one is taken."""
    ReviewApp.review_to_show = review
    settings = Config()
    settings.ServerApp.ip = LOOPBACK
    settings.ServerApp.port = port
    settings.ServerApp.port_retries = 0 if port else 50
    settings.ServerApp.open_browser = open_browser
    settings.ServerApp.allow_root = True  # it runs nothing for anybody
    settings.ServerApp.root_dir = str(Path(__file__).parent / "static")
    settings.ServerApp.log_level = logging.WARNING
    settings.ContentsManager.files_handler_class = None
    if token is not None:
        settings.IdentityProvider.token = token
    server = ReviewServer.instance(jpserver_extensions={"autograder.review": True}, config=settings)
    server.initialize(argv=[], find_extensions=False, starter_extension=ReviewApp.name)
    review.warm_up()
    server.start()
