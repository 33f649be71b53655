"""A grown installation, as deploy/ and docs/operating.md have it: PostgreSQL, Redis, two workers, nginx before them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.postgres import postgres
from tests.browser.clerk import ROOT, Clerk, product_environment
from tests.redis_server import Redis
from tests.workers.free_ports import free_ports
from tests.workers.nginx import Nginx
from tests.workers.worker import Worker

SOCKETS = int(os.environ.get("SOCKETS", "40"))  # `make soak` sets 1000
WORKERS = 2


class Installation:
    """`sessions`: number -> session key of somebody who may log in."""

    def __init__(self, folder: Path, database_url: str, redis: Redis) -> None:
        self.redis = redis
        self.folder = folder
        self._settings = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis.url,
            "BEHIND_PROXY": "on",
            "DRAIN_SECONDS": "30",
            "LOG_LEVEL": "WARNING",
        }
        self.environment = product_environment(folder) | self._settings
        self.port, self.watch_port = free_ports(2)
        self.address = f"http://127.0.0.1:{self.port}"
        self.workers: list[Worker] = []

    @contextmanager
    def running(self) -> Iterator["Installation"]:
        with ExitStack() as stack:
            self.clerk = Clerk(self.folder, self._settings)
            stack.callback(self.clerk.close)
            self.clerk.manage("prepare")
            self.clerk.manage("seed_demo", "--extensions", str(max(SOCKETS, 23)))
            self.workers = [Worker(number, self.folder, self.environment) for number in range(1, WORKERS + 1)]
            stack.callback(self._stop_workers)
            self.nginx = Nginx(self.folder / "nginx", self._site())
            stack.enter_context(self.nginx.running(self.port))
            self.sessions = self.clerk.open_sessions(SOCKETS)
            for worker in self.workers:
                worker.wait_until_ready()
            yield self

    def restart_workers(self) -> str:
        """One by one, as an operator does it; what the command says."""
        restart = f"{sys.executable} -m tests.workers.restart {self.folder}/{{worker}}.pid"
        command = ["rolling_restart", "--sockets", str(self.folder), "--restart", restart]
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _stop_workers(self) -> None:
        for worker in self.workers:
            worker.tell_to_end()
        for worker in self.workers:
            worker.wait_for_end()

    def _site(self) -> str:
        listen = [f"--listen=127.0.0.1:{self.port}", f"--watch-listen=127.0.0.1:{self.watch_port}"]
        return self.clerk.manage("nginx_config", f"--sockets={self.folder}", f"--workers={WORKERS}", *listen)


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    with postgres() as database_url:
        redis = Redis(folder)
        try:
            with Installation(folder, database_url, redis).running() as running:
                yield running
        finally:
            redis.kill()
