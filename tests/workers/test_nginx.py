"""nginx by the configuration that is shipped, before two workers that only tell what they were asked."""

import gzip
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from pytest_django import Settings

from tests.workers.certificate import write_certificate
from tests.workers.fake_worker import FakeWorker, fake_worker
from tests.workers.free_ports import free_ports
from tests.workers.nginx import Nginx
from webclient.nginx import Site

pytestmark = pytest.mark.slow  # servers of their own

HASHED = "js/app.0123456789ab.js"


class Front:
    """nginx and what stands behind it."""

    def __init__(self, nginx: Nginx, workers: list[FakeWorker], browser: httpx.Client, watcher: httpx.Client) -> None:
        self.nginx, self.workers, self.browser, self.watcher = nginx, workers, browser, watcher


@pytest.fixture
def front(settings: Settings) -> Iterator[Front]:
    with ExitStack() as stack:
        # A folder with a short name: a socket's may have 108 letters at most.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lampfield-nginx-")))
        settings.STATIC_ROOT = folder / "static"
        for name, data in {HASHED: b"1", f"{HASHED}.gz": gzip.compress(b"1"), "icon.svg": b"<svg/>"}.items():
            (settings.STATIC_ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (settings.STATIC_ROOT / name).write_bytes(data)
        (folder / "secret_key").write_text("secret")
        port, watch_port = free_ports(2)
        site = Site(2, folder, "phone.example.com", f"127.0.0.1:{port}", f"127.0.0.1:{watch_port}")
        workers = [stack.enter_context(fake_worker(path)) for path in site.paths()]
        nginx = Nginx(folder / "nginx", site.text())
        stack.enter_context(nginx.running(port))
        browser = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}"))
        watcher = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{watch_port}"))
        yield Front(nginx, workers, browser, watcher)


def test_nginx_takes_the_configuration_without_a_doubt(front: Front) -> None:
    assert "[warn]" not in front.nginx.check()


def test_nginx_takes_the_configuration_with_a_certificate_too(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    site = Site(3, tmp_path, "phone.example.com", "443", certificate=certificate)
    assert "[warn]" not in Nginx(tmp_path / "nginx", site.text()).check()


def test_static_files_with_a_hash_are_compressed_and_kept_for_good(front: Front) -> None:
    answer = front.browser.get(f"/static/{HASHED}", headers={"Accept-Encoding": "gzip"})
    assert answer.text == "1"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=315360000, immutable"
    assert "javascript" in answer.headers["Content-Type"]


def test_static_files_without_a_hash_are_asked_for_again(front: Front) -> None:
    assert front.browser.get("/static/icon.svg").headers["Cache-Control"] == "public, max-age=60"


def test_no_file_beside_the_static_ones_is_served(front: Front) -> None:
    for path in ("/static/../secret_key", "/static/%2e%2e/secret_key", "/static../secret_key"):
        assert front.browser.get(path).text != "secret"


def test_what_a_browser_claims_of_itself_is_overwritten(front: Front) -> None:
    claims = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "Forwarded": "for=192.0.2.1",
        "Daphne-Root-Path": "/evil",
        "X-Request-ID": "an-id-of-somebody",
    }
    seen = front.browser.get("/", headers={**claims, "Host": "phone.example.com"}).json()["headers"]
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Forwarded-Proto"] == "http"
    assert seen["Host"] == "phone.example.com"
    assert re.fullmatch("[0-9a-f]{32}", seen["X-Request-ID"])
    assert not {"X-Forwarded-Host", "X-Forwarded-Port", "Forwarded", "Daphne-Root-Path"} & set(seen)


def test_sockets_are_upgraded_and_pages_are_not(front: Front) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    seen = front.browser.get("/ws/presence/", headers=upgrade).json()["headers"]
    assert (seen["Connection"], seen["Upgrade"]) == ("upgrade", "websocket")
    assert front.browser.get("/").json()["headers"]["Connection"] == "close"


def test_a_form_of_6_mb_passes_and_a_larger_one_is_refused(front: Front) -> None:
    assert front.browser.post("/", content=bytes(6_000_000)).json()["size"] == 6_000_000
    assert front.browser.post("/", content=bytes(7_000_000)).status_code == 413


def test_how_a_worker_feels_is_told_inside_only_and_one_by_one(front: Front) -> None:
    for path in ("/metrics", "/readyz", "/livez"):
        assert front.browser.get(path).status_code == 404
        for number in ("1", "2"):
            told = front.watcher.get(f"/workers/{number}{path}").json()
            assert (told["worker"], told["path"]) == (number, path)
            # Or a worker would take whoever watches for somebody outside.
            assert not {"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} & set(told["headers"])
    assert front.watcher.get("/workers/1/login/").status_code == 404


def test_nobody_notices_that_one_worker_is_gone(front: Front) -> None:
    front.workers[0].path.unlink()
    answers = [front.browser.post("/status/") for _ in range(20)]
    assert {answer.json()["worker"] for answer in answers} == {"2"}


def test_a_question_that_broke_is_asked_of_another_worker(front: Front) -> None:
    front.workers[0].breaks = True
    assert {front.browser.get("/people/").json()["worker"] for _ in range(20)} == {"2"}


def test_the_only_worker_left_is_asked_on_whatever_it_refused(front: Front) -> None:
    front.workers[1].path.unlink()
    front.workers[0].breaks = True
    assert {front.browser.get("/ws/presence/").status_code for _ in range(10)} == {502}
    front.workers[0].breaks = False
    assert front.browser.post("/status/").json()["worker"] == "1"


def test_a_form_that_broke_is_never_sent_twice(front: Front) -> None:
    for worker in front.workers:
        worker.breaks = True
    assert front.browser.post("/status/").status_code == 502
    assert sum(len(worker.asked) for worker in front.workers) == 1


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """One that nobody trusts, and its key."""
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    write_certificate(*paths)
    return paths
