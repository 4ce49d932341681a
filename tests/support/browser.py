"""A real browser and a real Jupyter server, for tests that click."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from support.patience import HANG_MILLISECONDS, HANG_SECONDS
from support.servers import free_port

CHROMIUM_FLAGS = [
    "--no-sandbox",  # the tests may run as root, where Chromium's own sandbox does not start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, driven by Playwright."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with sync_api.sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield instance
        instance.close()


@pytest.fixture
def page(browser):
    """A page that may load from this machine only."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.route(
        lambda url: not url.startswith(("http://127.0.0.1", "file:", "data:", "blob:", "about:")),
        lambda route: route.abort(),
    )
    context.set_default_timeout(HANG_MILLISECONDS)
    fresh = context.new_page()
    yield fresh
    context.close()


@contextlib.contextmanager
def jupyter_server(course: Path):
    """Run Jupyter in a course directory; gives its address. Home and settings are the course's own."""
    port = free_port()
    log = (course / "server.log").open("wb")
    environment = {
        **os.environ,
        "HOME": str(course),
        "JUPYTER_CONFIG_DIR": str(course / ".jupyter"),
        "JUPYTER_DATA_DIR": str(course / ".jupyter-data"),
        "JUPYTER_RUNTIME_DIR": str(course / ".jupyter-runtime"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "lab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ip=127.0.0.1",
    ]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password="]
    server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + HANG_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{address}/api", timeout=HANG_SECONDS):  # noqa: S310
                    break
            except OSError as error:
                if server.poll() is not None or time.monotonic() > deadline:
                    text = (course / "server.log").read_text(encoding="utf-8", errors="replace")[-3000:]
                    raise RuntimeError(f"the Jupyter server did not start: {text}") from error
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()
