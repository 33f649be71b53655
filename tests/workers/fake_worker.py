"""A worker of which nginx knows no better: at its socket it answers with what it was asked, or breaks in the middle."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any


class FakeWorker(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), _Handler)
        self.path, self.name = path, path.stem
        self.asked: list[str] = []
        self.breaks = False  # it takes a request and closes without a word

    def get_request(self) -> tuple[Any, Any]:
        request, _ = super().get_request()
        return request, ("nginx", 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeWorker

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(f"{self.command} {self.path}")
        self.close_connection = True
        if self.server.breaks:
            return
        told = {"worker": self.server.name, "path": self.path, "headers": dict(self.headers), "size": len(body)}
        text = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer  # noqa: N815 - the library's names

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def fake_worker(path: Path) -> Iterator[FakeWorker]:
    with FakeWorker(path) as worker:
        thread = threading.Thread(target=worker.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield worker
        finally:
            worker.shutdown()
            thread.join()
