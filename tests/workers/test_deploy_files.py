"""The files in deploy/ that nothing here can run: what can be said of them all the same."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.clerk import ROOT

UNITS = ROOT / "deploy/systemd"
EXPOSURE_MAX = 25  # of 100, by systemd's own judgement


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with paths of this computer."""
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/opt/lampfield/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text.replace("/opt/lampfield", str(ROOT)))
    (tmp_path / "lampfield@1.service").symlink_to(tmp_path / "lampfield@.service")
    return tmp_path


def test_systemd_understands_the_units(units: Path) -> None:
    names = ["lampfield.target", "lampfield-prepare.service", "lampfield@1.service"]
    assert systemd_analyze("verify", *(str(units / name) for name in names)) == ""


def test_systemd_finds_the_worker_well_locked_up(units: Path) -> None:
    for name in ("lampfield@1.service", "lampfield-prepare.service"):
        systemd_analyze("security", "--offline=yes", f"--threshold={EXPOSURE_MAX}", str(units / name))


def systemd_analyze(*arguments: str) -> str:
    """What it says; fails where it finds fault."""
    program = shutil.which("systemd-analyze")
    assert program is not None, "systemd is needed: scripts/system_packages.sh test"
    done = subprocess.run([program, "--no-pager", *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr
