"""Takes the README's picture from the running product: its own demo company, real logins, a real call."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/images"
CHROMIUM = "/usr/bin/chromium"
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
PASSWORD = "lampfield"
SUPERUSER = "chief"  # of `demo_server(superuser=SUPERUSER)`: the demo company has none
LOGGED_IN = ("olga", "anna", "adam", "piotr", "tomasz", "ewa", "jan", "magdalena", "pawel", "zofia", "lukasz")
STATUSES = {"olga": "lunch", "tomasz": "away", "ewa": "dnd", "zofia": "business_trip"}
SHOWN_LAMPS = {"100": "lunch", "102": "talking", "104": "away", "107": "dnd", "111": "ringing", "121": "business_trip"}
START_SECONDS = 60


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, chromium() as browser:
        take_pictures(browser, address)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=BROWSER_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


def take_pictures(browser: Browser, address: str) -> None:
    people = {user: logged_in(browser, address, user) for user in LOGGED_IN}
    for user, code in STATUSES.items():
        switch_status(people[user], code)
    call(people["jan"], "111")
    call(people["adam"], "102")
    people["piotr"].locator('#call-card [data-call-action="answer"]').click()
    picture = people["adam"]
    for number, lamp in SHOWN_LAMPS.items():
        expect(row(picture, number)).to_have_attribute("data-lamp", lamp)
    expect(picture.locator("#call-card")).to_contain_text("Talking")
    picture.mouse.move(0, 0)
    picture.screenshot(path=PICTURES / "people.png", animations="disabled")


def row(page: Page, number: str) -> Locator:
    return page.locator(f'#main [data-extension="{number}"]')


def call(page: Page, number: str) -> None:
    row(page, number).locator('[data-call-action="call"]').click()


def act(page: Page, action: str) -> None:
    """A button of the call card."""
    page.locator(f'#call-card [data-role="buttons"] [data-call-action="{action}"]').click()


def logged_in(browser: Browser, address: str, user: str, **options: Any) -> Page:
    """On People, its lamps live; `options` as Playwright's `new_context` takes them."""
    page = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 800}} | options).new_page()
    log_in(page, f"{address}/login/", user)
    expect(page.locator("html")).to_have_attribute("data-connection", "live")
    return page


def log_in(page: Page, door: str, user: str) -> None:
    page.goto(door)
    page.locator('input[name="login"]').fill(user)
    page.locator('input[name="password"]').fill(PASSWORD)
    page.locator('input[name="password"]').press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def switch_status(page: Page, code: str) -> None:
    page.locator("#status-menu-button").click()
    page.locator(f'[role="menuitemradio"][data-status="{code}"]').click()
    expect(page.locator(f'#main [data-status="{code}"]').first).to_be_visible()


@contextmanager
def demo_server(superuser: str = "") -> Iterator[str]:
    """The address of a demo company of its own; `superuser`: a login beside those of its people."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "DATA_DIR": data}
        command = [sys.executable, "manage.py", "serve", "--demo"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_until_live(address)
            if superuser:
                make_superuser(superuser, environment)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=10)


def make_superuser(name: str, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "manage.py", "createsuperuser", "--noinput", "--username", name, "--email", ""]
    subprocess.run(command, cwd=ROOT, env={**environment, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}, check=True)


def wait_until_live(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{address}/livez", timeout=1).close()
        except (urllib.error.URLError, TimeoutError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
