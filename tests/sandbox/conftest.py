"""A fork server for all tests of a module, and a child for each of them, at each level with walls."""

from __future__ import annotations

import pytest
from support.confined import WALLED, fork_server


@pytest.fixture(scope="module", params=WALLED)
def server(request):
    with fork_server(request.param) as server:
        yield server


@pytest.fixture
def child(server):
    child = server.fork()
    yield child
    child.kill()
