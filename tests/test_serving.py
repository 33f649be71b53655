"""How a worker listens, says that it serves, and is restarted."""

import socket
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.workers.fake_worker import fake_worker
from webclient.listening import clear_name
from webclient.service_manager import say_ready


def test_the_name_that_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    name = tmp_path / "1.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(name))
    clear_name(name)
    assert not name.exists()
    clear_name(name)


def test_a_name_at_which_somebody_listens_is_left_alone(tmp_path: Path) -> None:
    name = tmp_path / "1.sock"
    with fake_worker(name), pytest.raises(FileExistsError):
        clear_name(name)
    assert name.exists()


def test_the_service_manager_hears_that_the_process_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        say_ready()
        assert manager.recv(100) == b"READY=1"


def test_nothing_is_restarted_while_a_worker_is_missing(tmp_path: Path) -> None:
    done = tmp_path / "restarted"
    with fake_worker(tmp_path / "1.sock"), pytest.raises(CommandError, match=r"2\.sock: no answer"):
        call_command("rolling_restart", sockets=tmp_path, restart=f"touch {done}")
    assert not done.exists()


def test_the_others_are_left_alone_when_a_worker_does_not_come_back(tmp_path: Path) -> None:
    restart = f"{sys.executable} -c 'import os, sys; os.unlink(sys.argv[1])' {tmp_path}/{{worker}}.sock"
    with fake_worker(tmp_path / "1.sock"), fake_worker(tmp_path / "2.sock") as other:
        with pytest.raises(CommandError, match="not ready"):
            call_command("rolling_restart", sockets=tmp_path, restart=restart, patience=0.1)
        assert other.path.exists()


def test_a_worker_is_restarted_only_while_every_other_is_there(tmp_path: Path) -> None:
    """The third goes away while the first is restarted."""
    restart = f"sh -c 'rm -f {tmp_path}/3.sock; echo {{worker}} >>{tmp_path}/restarted'"
    with (
        fake_worker(tmp_path / "1.sock"),
        fake_worker(tmp_path / "2.sock"),
        fake_worker(tmp_path / "3.sock"),
        pytest.raises(CommandError, match=r"3\.sock is not ready"),
    ):
        call_command("rolling_restart", sockets=tmp_path, workers=3, restart=restart, patience=0.1)
    assert (tmp_path / "restarted").read_text() == "1\n"


def test_a_restart_that_fails_is_the_last(tmp_path: Path) -> None:
    with (
        fake_worker(tmp_path / "1.sock"),
        fake_worker(tmp_path / "2.sock"),
        pytest.raises(CommandError, match="failed"),
    ):
        call_command("rolling_restart", sockets=tmp_path, restart="false")
