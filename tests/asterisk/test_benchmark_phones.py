"""The phones that calls are measured with do what is measured: a call of each kind, and one that fails."""

import socket
from pathlib import Path

import pytest

from benchmarks.asterisk_phones import Account, answering, dial, log_in
from tests.asterisk.server import AsteriskServer

ADAM, PIOTR = Account("101", "secret"), Account("102", "secret")


def test_a_call_is_dialled_answered_and_timed(asterisk: AsteriskServer, tmp_path: Path) -> None:
    port, own_port = asterisk.sip[1], asterisk.place.free_port(socket.SOCK_DGRAM)
    log_in(tmp_path, [PIOTR], port, own_port)
    with answering(tmp_path, port, own_port):
        dialled = dial(tmp_path, [(ADAM, PIOTR.number)], port, calls=1, calls_a_second=10)
    assert (dialled.completed, dialled.failed) == (1, 0)
    (until_ringing,), (until_answer,) = dialled.until_ringing, dialled.until_answer
    assert until_ringing < until_answer


def test_a_call_that_nobody_takes_has_failed(asterisk: AsteriskServer, tmp_path: Path) -> None:
    dialled = dial(tmp_path, [(ADAM, "999")], asterisk.sip[1], calls=1, calls_a_second=10)
    assert (dialled.completed, dialled.failed, dialled.until_answer) == (0, 1, ())


def test_a_phone_that_cannot_log_in_ends_the_measurement(asterisk: AsteriskServer, tmp_path: Path) -> None:
    own_port = asterisk.place.free_port(socket.SOCK_DGRAM)
    with pytest.raises(RuntimeError, match="could not log in"):
        log_in(tmp_path, [Account("102", "wrong")], asterisk.sip[1], own_port)
