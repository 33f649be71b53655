"""A word to systemd, where it started this process with `Type=notify`: `systemctl restart` waits for it."""

import os
import socket


def say_ready() -> None:
    """The protocol of sd_notify(3); nothing where nobody asked for it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # of the kernel's names, not of a folder's
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.sendto(b"READY=1", address)
