"""A real Asterisk for the tests, unpacked once into a cache folder; the machine's own packages stay as they are.

Debian's sid suite has Asterisk 22 and everything it needs, libc included. apt resolves and downloads that closure in
folders of its own, from the mirror that this machine's Debian packages come from, and checks it with Debian's keys.
`asterisk_tree()` says where the tree is; run as a script, this fetches it unless it is there.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("asterisk", "asterisk-core-sounds-en-gsm")
SUITE = "sid"
# Raised when what is unpacked changes, so that older caches are left alone.
RECIPE = 1
COMPLETE = "lampfield-complete"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class FetchError(Exception):
    """Asterisk cannot be had here; the text says why."""


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lampfield"


def asterisk_folder() -> Path:
    return cache_folder() / f"asterisk-{SUITE}-{RECIPE}"


def asterisk_tree() -> Path | None:
    """The root of the unpacked packages, or None when they have not been fetched completely."""
    folder = asterisk_folder()
    return folder if (folder / COMPLETE).exists() else None


def fetch() -> Path:
    """The unpacked tree, fetched first unless it is there. FetchError when this machine cannot have it."""
    if tree := asterisk_tree():
        return tree
    with _alone():
        if tree := asterisk_tree():
            return tree
        print(f"Fetching Asterisk and its libraries from Debian {SUITE} (about 60 MB, once) ...", flush=True)
        with tempfile.TemporaryDirectory(prefix="fetching-", dir=cache_folder()) as name:
            tree = Path(name) / "tree"
            versions = _unpack(_download(Path(name) / "apt"), tree)
            (tree / COMPLETE).write_text("\n".join(versions) + "\n")
            # A reader sees all of it or none: whatever lay here without the mark was nobody's.
            shutil.rmtree(asterisk_folder(), ignore_errors=True)
            tree.rename(asterisk_folder())
    return asterisk_folder()


@contextmanager
def _alone() -> Iterator[None]:
    """One fetch at a time; what an interrupted one left behind is cleared away."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in folder.glob("fetching-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def _download(folder: Path) -> list[Path]:
    """The packages and all they depend on, as files."""
    options = _private_apt(folder, _debian_mirror())
    _run("apt-get", *options, "update")
    _run("apt-get", *options, "--yes", "--no-install-recommends", "--download-only", "install", *PACKAGES)
    return sorted((folder / "archives").glob("*.deb"))


def _debian_mirror() -> str:
    """Where this machine's own Debian packages come from."""
    wanted = "$(COMPONENT) $(REPO_URI)"
    lines = _run("apt-get", "indextargets", "--no-release-info", "--format", wanted, "Created-By: Packages").split("\n")
    for component, _, address in (line.partition(" ") for line in lines):
        if component == "main" and address.rstrip("/").endswith("/debian"):
            return address
    raise FetchError("no Debian archive is among the package sources of this machine")


def _private_apt(folder: Path, mirror: str) -> list[str]:
    """Options that keep apt inside `folder`, where nothing is installed yet, so that it takes libc along too."""
    for name in ("lists/partial", "archives/partial"):
        (folder / name).mkdir(parents=True)
    if not KEYRING.exists():
        raise FetchError(f"{KEYRING} is missing, by which Debian's packages are checked")
    sources, status = folder / "sources.list", folder / "status"
    sources.write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")
    status.touch()
    settings = {
        "Acquire::Check-Valid-Until": "false",  # a mirror that stands still is as good
        "Acquire::Languages": "none",
        "APT::Architectures": "",  # the machine's foreign ones would double the lists
        "APT::Sandbox::User": "root",  # or apt complains of a folder that its own user may not read
        "Dir::Cache": folder,
        "Dir::Cache::Archives": folder / "archives",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State": folder,
        "Dir::State::Lists": folder / "lists",
        "Dir::State::Status": status,
        "DPkg::Pre-Install-Pkgs::": "",
    }
    return [argument for name, value in settings.items() for argument in ("-o", f"{name}={value}")]


def _unpack(packages: list[Path], tree: Path) -> list[str]:
    """Each package's files below `tree`; their names and versions."""
    tree.mkdir()
    # Debian's packages expect these four to be links into usr.
    for name in ("bin", "sbin", "lib", "lib64"):
        (tree / "usr" / name).mkdir(parents=True)
        (tree / name).symlink_to(f"usr/{name}")
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as reading:
            unpacked = subprocess.run(
                ["tar", "--extract", "--keep-directory-symlink", "--no-same-owner", "--directory", tree],
                stdin=reading.stdout,
                check=False,
                capture_output=True,
                text=True,
            )
        if reading.returncode or unpacked.returncode:
            raise FetchError(f"{package.name} could not be unpacked: {unpacked.stderr.strip()}")
    return [package.stem for package in packages]


def _run(*command: str) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    except FileNotFoundError:
        raise FetchError(f"{command[0]} is missing: only Debian and its kin can fetch it") from None
    except subprocess.CalledProcessError as error:
        raise FetchError(f"{command[0]}: {error.stderr.strip()}") from None


if __name__ == "__main__":
    try:
        fetch()
    except FetchError as error:
        sys.exit(f"Asterisk could not be fetched, so its tests will be skipped. {error}")
