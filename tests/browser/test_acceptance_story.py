"""SPEC.md 4's acceptance story, with an onlooker: three browsers, lamps asserted in all three, sound at both ends."""

from tests.browser.person import Enter, Person


def everyone_sees(people: list[Person], number: str, lamp: str) -> None:
    for person in people:
        person.sees_lamp(number, lamp)


def test_adam_reaches_piotr_only_when_piotr_can_be_called(enter: Enter) -> None:
    adam, piotr, onlooker = people = [enter(name, log_in=False) for name in ("adam", "piotr", "olga")]
    for person in people:
        person.log_in()

    piotr.switch_status("away")
    everyone_sees(people, "102", "away")
    adam.call("102")
    adam.sees_end("away", "Piotr Adamiak is away")
    onlooker.sees_lamp("102", "away")

    piotr.switch_status("available")
    everyone_sees(people, "102", "available")
    adam.call("102")
    adam.sees_call("dialling")
    piotr.sees_call("ringing")
    everyone_sees(people, "101", "ringing")
    everyone_sees(people, "102", "ringing")

    piotr.act("answer")
    adam.sees_call("talking")
    piotr.sees_call("talking")
    everyone_sees(people, "101", "talking")
    everyone_sees(people, "102", "talking")
    adam.hears_more_and_more()
    piotr.hears_more_and_more()

    adam.act("hang-up")
    adam.sees_call("ended")
    piotr.sees_call("ended")
    everyone_sees(people, "101", "available")
    everyone_sees(people, "102", "available")
