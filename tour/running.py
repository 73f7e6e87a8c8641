"""Starts the application and Chromium for a while."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tour.chromium import CHROMIUM, FLAGS
from tour.server import EMAIL, PASSWORD

PATIENCE = 60
"""Seconds until the server must answer."""


class NotServing(Exception):
    """The application did not start."""


@contextmanager
def application(language: str) -> Iterator[str]:
    """The address of an application that nobody has used, in a folder that goes with it."""
    with TemporaryDirectory() as home, socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("ECRITURE", "DATABASE"))
        }
        command = (sys.executable, "-m", "tour.server", str(port), language)
        root = Path(__file__).parents[1]
        with subprocess.Popen(command, env={**environment, "ECRITURE_HOME": home}, cwd=root) as process:  # noqa: S603
            try:
                _wait(process, port)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(PATIENCE * 5):
        if process.poll() is not None:
            break
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/auth/login/")
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.2)
        else:
            return
        finally:
            connection.close()
    raise NotServing


@contextmanager
def chromium(language: str) -> Iterator[Browser]:
    """A browser whose own words, and the dates in its fields, are of a language."""
    environment: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": f"{language}_CA"}
    with sync_playwright() as playwright:
        arguments = [*FLAGS, f"--lang={language}-CA"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, env=environment)
        try:
            yield browser
        finally:
            browser.close()


def signed_in(browser: Browser, address: str, language: str, size: ViewportSize, scale: float = 1) -> Page:
    """A page of the application, light and without motion of its own, on which the one account is signed in."""
    page = browser.new_context(
        locale=f"{language}-CA",
        viewport=size,
        device_scale_factor=scale,
        color_scheme="light",
        reduced_motion="reduce",
        timezone_id="America/Toronto",
    ).new_page()
    page.goto(f"{address}/auth/login/")
    page.locator("[name=login]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(f"{address}/companies/**")
    return page
