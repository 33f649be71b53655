"""An Asterisk with the product's configuration for a seeded company; its dialplan knows the same rules as well."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.asterisk_phones import Account, Dialled, answering, dial, log_in
from benchmarks.servers import ROOT, Company
from presence.calls.asterisk import configuration
from tests.asterisk.server import AsteriskServer

PASSWORD = "benchmark"
RTP_PORTS = "20000-28000"
BY_DIALPLAN = "9"  # dialled before a number
NUMBER_LENGTH = 4  # of the seeded crowd; the demo company's named people have three digits
EMPTY_SECONDS = 15

# What the status "available" does without rules of one's own: ring for 20 s, then voicemail, whatever the reason.
RULES = f"""
[lampfield](+)
exten => _{BY_DIALPLAN}XXXX,1,Dial(PJSIP/${{EXTEN:1}},20)
 same => n,GotoIf($["${{DIALSTATUS}}" = "BUSY"]?busy)
 same => n,VoiceMail(${{EXTEN:1}}@lampfield,u)
 same => n,Hangup()
 same => n(busy),VoiceMail(${{EXTEN:1}}@lampfield,b)
 same => n,Hangup()
"""


@dataclass(frozen=True, slots=True)
class AsteriskOffice:
    """It runs; one half of its phones has logged in and answers the other half. `environment` leads Lampfield to it."""

    server: AsteriskServer
    environment: dict[str, str]
    pairs: list[tuple[Account, str]]

    def dial(self, *, calls: int, calls_a_second: int, prefix: str = "") -> Dialled:
        """Calls through Lampfield, or with `BY_DIALPLAN` as the prefix by Asterisk alone; none is left afterwards."""
        pairs = [(caller, f"{prefix}{number}") for caller, number in self.pairs]
        folder = self.server.folder / "run"
        dialled = dial(folder, pairs, self.server.sip[1], calls=calls, calls_a_second=calls_a_second)
        self.server.command("channel request hangup all")
        patient_until = time.monotonic() + EMPTY_SECONDS
        while "\n0 active channels" not in f"\n{self.server.command('core show channels count')}":
            if time.monotonic() > patient_until:
                raise RuntimeError("a call is left in Asterisk")
            time.sleep(0.1)
        return dialled

    def cpu_seconds(self) -> float:
        """Processor time that Asterisk has used so far."""
        pid = (self.server.folder / "run/asterisk.pid").read_text().strip()
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def asterisk_office(company: Company) -> Iterator[AsteriskOffice]:
    """Of the seeded crowd of a company. RuntimeError where there is no Asterisk."""
    with tempfile.TemporaryDirectory(prefix="lampfield-bench-asterisk-") as name:
        server = AsteriskServer(Path(name), [])
        environment = {
            **company.environment,
            "ASTERISK_URL": f"http://{server.http[0]}:{server.http[1]}",
            "ASTERISK_PASSWORD": PASSWORD,
        }
        phones = _configure(server, environment)
        callers, callees = phones[::2], phones[1::2]
        pairs = [(caller, callee.number) for caller, callee in zip(callers, callees, strict=False)]
        own_port = server.place.free_port(socket.SOCK_DGRAM)
        server.start()
        try:
            log_in(server.folder / "run", callees, server.sip[1], own_port)
            with answering(server.folder / "run", server.sip[1], own_port):
                yield AsteriskOffice(server, environment, pairs)
        finally:
            server.stop()


def _configure(server: AsteriskServer, environment: dict[str, str]) -> list[Account]:
    """As `manage.py asterisk_config` does, and the rules; the phones of the crowd."""
    folder = server.folder / "etc"
    places = ["--address", server.sip[0], "--sip-port", str(server.sip[1]), "--http-port", str(server.http[1])]
    trunk = ["--trunk-host", f"{server.sip[0]}:{server.trunk_port}", "--trunk-header", "X-Trunk: benchmark"]
    subprocess.run(
        [sys.executable, "manage.py", "asterisk_config", "--output", str(folder), "--rtp", RTP_PORTS, *places, *trunk],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for file, more in {"modules.conf": "load = app_dial.so\n", "extensions.conf": RULES}.items():
        with (folder / file).open("a") as text:
            text.write(more)
    main = folder / "asterisk.conf"
    main.write_text(main.read_text().replace("verbose = 3", "verbose = 0"))
    known = configuration.passwords_in((folder / configuration.PHONES).read_text())
    return [Account(*each) for each in known.items() if len(each[0]) == NUMBER_LENGTH]
