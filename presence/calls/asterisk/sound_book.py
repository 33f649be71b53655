"""Which recordings a caller hears: the box's or receptionist's own greeting, else the one that ships."""

from collections.abc import Sequence

from channels.db import database_sync_to_async

from presence.calls.asterisk import announcements
from presence.calls.asterisk.plan import Menu
from presence.models import Extension, SystemExtension


class RecordedSounds:
    """`sounds.SoundBook` out of the files that `announcements` keeps where Asterisk reads them."""

    async def greeting(self, box: str) -> Sequence[str]:
        return await database_sync_to_async(_greeting)(box)

    async def menu(self, menu: Menu) -> Sequence[str]:
        return await database_sync_to_async(_menu)(menu)

    def place(self, place: int) -> Sequence[str]:
        language = announcements.language_of(None)
        return announcements.sound_uris(announcements.place_in_queue(place), language)


def _greeting(box: str) -> Sequence[str]:
    return [announcements.greeting_uri(Extension.objects.select_related("user").get(number=box))]


def _menu(menu: Menu) -> Sequence[str]:
    system = SystemExtension.objects.get(number=menu.receptionist)
    return announcements.menu_uris(system, menu.keys, is_open=menu.is_open, was_wrong=menu.was_wrong)
