"""Whose face stands on a call card: the other's, at an address that only colleagues may open, and never a visitor's."""

import pytest
from channels.db import database_sync_to_async

from presence.domain.picture_crop import Crop
from presence.models import Extension, User
from presence.services.pictures import picture_version, save_picture
from tests.phones import phone
from tests.picture_cast import file_of, halves
from tests.test_calls import dial
from tests.visitors import visitor

pytestmark = pytest.mark.django_db(transaction=True)


@database_sync_to_async
def give_picture(extension: Extension) -> str:
    """The address of the new picture."""
    assert extension.user_id is not None
    user = User.objects.get(pk=extension.user_id)
    save_picture(user=user, sent=file_of(halves()), crop=Crop())
    return f"/people/{extension.number}/picture/64/{picture_version(user)}/"


async def test_both_sides_see_each_others_face_while_it_rings_and_in_the_call(
    adam: Extension, piotr: Extension
) -> None:
    adams_face, piotrs_face = await give_picture(adam), await give_picture(piotr)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        assert (await piotrs.until_card("ringing"))["picture"] == adams_face
        await piotrs.say(type="answer", call=call)
        assert (await adams.until_card("talking"))["picture"] == piotrs_face
        assert (await piotrs.until_card("talking"))["picture"] == adams_face


async def test_who_has_no_picture_has_none_on_the_card(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        await dial(adams, "102")
        assert (await piotrs.until_card("ringing"))["picture"] == ""


async def test_a_visitor_is_shown_no_face_and_has_none(piotr: Extension) -> None:
    await give_picture(piotr)
    async with phone(piotr) as piotrs, visitor(name="Jan") as visitors:
        await visitors.say(type="dial", number="102")
        assert (await piotrs.until_card("ringing"))["picture"] == ""
        await piotrs.say(type="answer", call=piotrs.call)
        assert "picture" not in await visitors.until_card("talking")
