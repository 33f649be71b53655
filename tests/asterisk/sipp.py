"""sipp, another maker's idea of SIP: it calls in over the trunk, or answers what is dialled out, and counts."""

import csv
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.asterisk.server import AsteriskServer

_SCENARIOS = Path(__file__).parent / "sipp"
_SPARE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the calls; `setup_ms`: from each INVITE to its answer, in the order of the answers."""

    successful: int
    failed: int
    setup_ms: list[float]


def call_in(
    server: AsteriskServer, folder: Path, number: str, *, calls: int, per_second: float, talk_seconds: float = 1.0
) -> Tally:
    """The trunk dials `number` again and again; each call is hung up after `talk_seconds`. Notes are left in `folder`.

    RuntimeError with what sipp said when it could not do its work; refused calls are counted, not raised.
    """
    statistics = folder / "statistics.csv"
    program = server.place.command(
        *("sipp", f"{server.sip[0]}:{server.sip[1]}", "-sf", str(_SCENARIOS / "call_in.xml"), "-s", number),
        *("-i", server.place.address, "-mi", server.place.address, "-m", str(calls), "-r", f"{per_second:g}"),
        *("-d", f"{talk_seconds * 1000:.0f}", "-trace_stat", "-stf", str(statistics), "-trace_rtt", "-rtt_freq", "1"),
        *("-nostdin", "-timer_resol", "1", "-timeout", f"{calls / per_second + talk_seconds + _SPARE_SECONDS:.0f}s"),
    )
    done = subprocess.run(program, cwd=folder, check=False, capture_output=True, text=True)
    # 1 is its word for "some calls failed"; higher codes are its own troubles.
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"sipp ended with {done.returncode}: {done.stderr or done.stdout[-2000:]}")
    last = _rows(statistics)[-1]
    return Tally(int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]), _setup_times(folder))


@contextmanager
def answering(server: AsteriskServer, folder: Path) -> Iterator[None]:
    """Meanwhile sipp stands where the trunk's calls go, and answers each at once; nothing else may be there."""
    own = ("-i", server.place.address, "-mi", server.place.address, "-p", str(server.trunk_port))
    program = server.place.command("sipp", "-sn", "uas", *own, "-nostdin")
    with subprocess.Popen(program, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        yield
        running.kill()


def _setup_times(folder: Path) -> list[float]:
    """The file is there once a call has been answered."""
    return [float(row["response_time_ms"]) for path in folder.glob("*_rtt.csv") for row in _rows(path)]


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines(), delimiter=";"))
