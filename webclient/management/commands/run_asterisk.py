"""`manage.py run_asterisk`: the link to Asterisk in a process of its own, beside the ones that serve pages.

`make run` needs no such process: there the server holds the link itself. Where several do, one owns it at a time.
"""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from presence.calls.asterisk import link


class Command(BaseCommand):
    help = "Links Lampfield to the Asterisk at ASTERISK_URL until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ASTERISK_URL:
            raise CommandError("ASTERISK_URL is empty: there is no Asterisk to link to (docs/asterisk.md).")
        if not settings.REDIS_URL:
            warning = "WARNING: without REDIS_URL the servers' news arrive here some seconds late."
            self.stderr.write(self.style.WARNING(warning))
        # Only now: it builds the pages' middleware, and gives the hub of this process its regular work.
        from webclient import asgi  # noqa: F401

        asyncio.run(_until_stopped())


async def _until_stopped() -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopped.set)
    link.start()
    await stopped.wait()
    await link.stop()
