"""Desk phones by sipp: they log in, ring and answer, dial and hang up. Their messages stand in benchmarks/sipp/."""

import csv
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parent / "sipp"
ADDRESS = "127.0.0.1"
LOGINS_A_SECOND = 100
PATIENCE_SECONDS = 15  # after the last call began, or the last login


@dataclass(frozen=True, slots=True)
class Account:
    """What a desk phone logs in with."""

    number: str
    password: str

    @property
    def login(self) -> str:
        """As sipp fills it in."""
        return f"[authentication username={self.number} password={self.password}]"


@dataclass(frozen=True, slots=True)
class Dialled:
    """What became of one run of calls. Seconds, of the calls that got so far; sipp's clock ticks every 4 ms."""

    completed: int
    failed: int  # or not over in time, or not even begun
    until_ringing: tuple[float, ...]  # from the INVITE with the login to 180
    until_answer: tuple[float, ...]  # from there to 200


def log_in(folder: Path, phones: Sequence[Account], sip_port: int, own_port: int) -> None:
    """Each phone is registered at `own_port` for an hour. RuntimeError where one is refused."""
    lines = _write_lines(folder / "phones.csv", [(phone.number, phone.login) for phone in phones])
    options = ["-inf", str(lines), "-m", str(len(phones)), "-r", str(LOGINS_A_SECOND), "-p", str(own_port)]
    # Asterisk asks each of them whether it is there, which belongs to no login.
    process = _sipp(folder, "register.xml", sip_port, *options, "-oocsf", str(SCENARIOS / "callee.xml"))
    if process.wait(PATIENCE_SECONDS + len(phones) / LOGINS_A_SECOND):
        raise RuntimeError("a phone could not log in at Asterisk")


@contextmanager
def answering(folder: Path, sip_port: int, own_port: int) -> Iterator[None]:
    """All phones that are registered at `own_port` take their calls until the block ends."""
    process = _sipp(folder, "callee.xml", sip_port, "-p", str(own_port))
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def dial(
    folder: Path, pairs: Sequence[tuple[Account, str]], sip_port: int, *, calls: int, calls_a_second: int
) -> Dialled:
    """`calls` calls, each caller of `pairs` in turn to their number."""
    lines = _write_lines(folder / "pairs.csv", [(caller.number, caller.login, number) for caller, number in pairs])
    seconds = round(calls / calls_a_second) + PATIENCE_SECONDS
    options = ["-inf", str(lines), "-m", str(calls), "-r", str(calls_a_second), "-l", str(len(pairs))]
    measured = ["-trace_rtt", "-rtt_freq", "1", "-trace_stat", "-fd", "1"]
    process = _sipp(folder, "caller.xml", sip_port, *options, *measured)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()  # asked to end it would wait for its calls
        process.wait()
    return _dialled(folder, process.pid, calls)


def _sipp(folder: Path, scenario: str, sip_port: int, *options: str) -> "subprocess.Popen[bytes]":
    where = [f"{ADDRESS}:{sip_port}", "-i", ADDRESS, "-sf", str(SCENARIOS / scenario)]
    return subprocess.Popen(
        ["sipp", *where, "-nostdin", "-timer_resol", "1", "-aa", *options],
        cwd=folder,
        env={**os.environ, "TERM": "dumb"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _write_lines(path: Path, lines: Sequence[Sequence[str]]) -> Path:
    path.write_text("\n".join(["SEQUENTIAL", *(";".join(line) for line in lines), ""]))
    return path


def _dialled(folder: Path, pid: int, calls: int) -> Dialled:
    last = _rows(folder / f"caller_{pid}_.csv")[-1]
    completed = int(last["SuccessfulCall(C)"])
    timers: dict[str, list[float]] = {"1": [], "2": []}
    measured = folder / f"caller_{pid}_rtt.csv"
    for row in _rows(measured) if measured.exists() else []:  # it is there once a call has rung
        timers[row["rtd_no"]].append(float(row["response_time_ms"]) / 1000)
    return Dialled(completed, calls - completed, tuple(timers["1"]), tuple(timers["2"]))


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines(), delimiter=";"))
