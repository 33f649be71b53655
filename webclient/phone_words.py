"""The words of the call card and the recorders, for the scripts of static/js/phone/, which fetch them once.

Their address names what they say, so that a browser keeps them for good and a page of another release asks anew.
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import Reason
from webclient.call_quality_words import GRADE_LABELS

# Said to the caller, of the person or number the reason speaks of. No sentence needs to know anybody's gender.
_CALLER_IS_TOLD: Mapping[Reason, StrOrPromise] = {
    Reason.AVAILABLE: _("{name} takes no calls now"),
    Reason.AWAY: _("{name} is away"),
    Reason.DND: _("{name} does not want to be disturbed"),
    Reason.LUNCH: _("{name} is at lunch"),
    Reason.BUSINESS_TRIP: _("{name} is on a business trip"),
    Reason.EXCEPTION: _("{name} has a rule for your calls"),
    Reason.NO_ANSWER: _("{name} does not answer"),
    Reason.BUSY: _("{name} is on another call"),
    Reason.DECLINED: _("{name} declined the call"),
    Reason.NOT_REGISTERED: _("{name} has no phone that can ring now"),
    Reason.UNKNOWN_NUMBER: _("There is no number {name}"),
    Reason.DISABLED: _("{name} can't be called"),
    Reason.LOOP: _("The forwarding rules lead back to {name}"),
    Reason.TOO_MANY_FORWARDS: _("The call was forwarded too many times"),
    Reason.NO_MOBILE_NUMBER: _("{name} has no mobile number to forward to"),
    Reason.NO_TRUNK: _("{name} forwards calls to an outside number, which can't be reached from here"),
    Reason.VOICEMAIL_OFF: _("The voicemail is switched off: {name}"),
    Reason.VOICEMAIL_FULL: _("The voicemail is full: {name}"),
    Reason.NOBODY_AVAILABLE: _("{name}: nobody can take calls now"),
    Reason.NOBODY_LOGGED_IN: _("{name}: nobody can take calls now"),
    Reason.QUEUE_FULL: _("{name}: too many callers are waiting. Try again later."),
    Reason.QUEUE_TIMEOUT: _("{name}: nobody was free in time"),
    Reason.CLOSED: _("{name} is closed now"),
    Reason.KEY_PRESSED: _("You chose with a key"),
    Reason.NO_CHOICE: _("{name}: you chose nothing"),
    Reason.TOO_MANY_LEGS: _("The call rang too many phones"),
    Reason.DIALLED: _("Dialled: {name}"),
    Reason.OUTSIDE_NOT_ALLOWED: _("{name}: the outside number may not be called"),
    Reason.OUTSIDE_ALREADY: _("The call was sent outside already"),
    Reason.OUTSIDE_CALLS_MAX: _("{name}: too many outside calls at the same time. Try again later."),
    Reason.OUTSIDE_MINUTES_USED: _("Today's minutes for outside calls are used up"),
    Reason.COMPLETED: _("The call has ended"),
    Reason.CANCELLED: _("You cancelled the call"),
    Reason.ANSWERED_ELSEWHERE: _("Answered in another window"),
    Reason.LOST: _("The connection was lost"),
    Reason.FAILED: _("The call failed. Try again."),
    Reason.VOICEMAIL_LEFT: _("Your message is in the voicemail"),
    Reason.VOICEMAIL_LIMIT: _("Time is up. Your message is in the voicemail."),
    Reason.TRANSFERRED: _("The call was transferred"),
    Reason.PICKED_UP: _("{name} picked up the call"),
    Reason.PARKED: _("The call is parked"),
    Reason.NOT_FETCHED: _("Nobody fetched the parked call"),
    Reason.OWN_PHONE_NOT_ANSWERED: _("Your desk phone was not picked up"),
}

PHONE_WORDS: Mapping[str, StrOrPromise] = {
    **{f"why_{reason.value}": sentence for reason, sentence in _CALLER_IS_TOLD.items()},
    "callee_declined": _("You declined the call"),
    "callee_missed": _("Missed call"),
    "callee_picked_up": _("A colleague picked up the call"),
    "call_dialling": _("Calling…"),
    "call_rings": _("Ringing…"),
    "call_incoming": _("Incoming call"),
    "call_talking": _("Talking"),
    "call_desk_phone": _("Talking on your desk phone"),
    "call_picking_up": _("Pick up your desk phone"),
    "call_on_hold": _("On hold"),
    "call_held": _("On hold by {name}"),
    "call_parked": _("Parked by {name}: wait until somebody fetches the call"),
    "call_in_queue": _("You are number {place} in the queue: {name}"),
    "call_menu": _("{name}: choose with a key"),
    "call_closed": _("{name} is closed now"),
    "call_for": _("for: {name}"),
    "call_sent_by": _("transferred by {name}"),
    "menu_wrong_key": _("That key is not in use."),
    "call_connecting": _("Connecting…"),
    "call_reconnecting": _("Connecting again…"),
    "call_greeting": _("Voicemail of {name}: the greeting is playing"),
    "call_recording": _("Voicemail of {name}: speak now"),
    "call_saving": _("Voicemail of {name}: keeping your message"),
    "call_time_left": _("{time} left"),
    "call_hang_up": _("Hang up"),
    "call_cancel": pgettext_lazy("a call", "Cancel"),
    "call_mute": _("Mute"),
    "call_unmute": _("Unmute"),
    "call_hold": pgettext_lazy("a call", "Hold"),
    "call_resume": pgettext_lazy("a call", "Resume"),
    "line_answer": _("Answer {name}"),
    "line_answer_and_hold": _("Answer {name}, hold {other}"),
    "line_decline": _("Decline {name}"),
    "line_back": _("Back to {name}"),
    "line_hang_up": _("Hang up on {name}"),
    "transfer_nobody": _("Choose a colleague, or type a number."),
    "parked_in": _("Parked in {slot}: {name}. Fetch with *7{slot}."),
    "parked_by": _("parked by {name}"),
    "parked_fetch": _("Fetch {name} from {slot}"),
    "call_again": _("Call again"),
    "call_back": _("Call back"),
    "call_external": _("external"),
    "step_forward": _("{why} · forwarded to {to}"),
    "step_voicemail": _("{why} · voicemail of {to}"),
    "say_incoming": _("Incoming call from {name}, {number}"),
    "say_calling": _("Calling {name}, {number}"),
    "say_muted": _("Microphone off"),
    "say_unmuted": _("Microphone on"),
    "say_talking": _("Talking to {name}"),
    "title_incoming": _("{name} is calling"),
    "notice_answer": _("Answer"),
    "notice_decline": _("Decline"),
    "refused_in_a_call": _("You have too many calls. End one of them first."),
    "refused_own_number": _("This is your own number."),
    "refused_bad_number": _("This can't be called: {name}"),
    "refused_too_many": _("Too many calls in a short time. Wait a minute and try again."),
    "refused_gone": _("This call is over."),
    "refused_other_side": _("The other side has to do that."),
    "refused_not_allowed": _("You may not do that: {name}"),
    "refused_nothing_rings": _("No call rings there any more: {name}"),
    "refused_no_free_slot": _("All parking slots are taken. Fetch a parked call first."),
    "refused_not_talking": _("This works only while you are talking."),
    "refused_not_a_person": _("Only a colleague's extension works here: {name}"),
    "refused_no_connection": _("No connection to the server, so the call can't be made. Try again in a moment."),
    "refused_echo_busy": _("Too many echo tests are running. Try again in a minute."),
    "echo_name": _("Echo test"),
    "echo_context": _("Speak: you hear yourself a moment later. The test ends after a minute and a half."),
    **{f"quality_{grade.value}": label for grade, label in GRADE_LABELS.items()},
    "quality_title": _("Sound: {grade}"),
    "quality_figures": _("Lost {loss}%, jitter {jitter} ms, round trip {round_trip} ms"),
    "quality_figures_one_way": _("Lost {loss}%, jitter {jitter} ms"),
    "quality_graph": _("The last {time}: now {grade}, at worst {worst}"),
    "device_gone": _("{name} is not connected: the call goes on with the default device."),
    "device_back": _("{name} is connected again, and used."),
    "mic_muted_outside": _("The computer has muted your microphone: nobody hears you. Unmute it there."),
    "mic_refused": _(
        "The browser does not let Lampfield use the microphone. Allow it beside the address of this page,"
        " then try again."
    ),
    "mic_missing": _("No microphone was found. Connect one, then try again."),
    "mic_busy": _("The microphone can't be opened. Close the program that uses it, then try again."),
    "mic_insecure": _("The browser gives the microphone to secure pages only. Open this page with https."),
    "sound_blocked": _("The browser holds back the sound. Click anywhere to hear."),
    "recorder_time": _("Recording: {time} of {limit}"),
    "recorder_done": _("Recorded: {time}. Listen, then save or record again."),
}


@cache
def phone_words_json(language: str) -> str:
    with translation.override(language):
        return json.dumps({key: str(text) for key, text in PHONE_WORDS.items()}, ensure_ascii=False)


def phone_words_address() -> str:
    """Of the words in the language that is active."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return reverse("phone-words", args=[language, phone_words_version(language)])


@cache
def phone_words_version(language: str) -> str:
    return sha256(phone_words_json(language).encode()).hexdigest()[:12]
