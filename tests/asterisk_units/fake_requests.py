"""What the Asterisk in memory does when it is asked, and with which status it refuses, as the real one was seen to."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from presence.calls.asterisk.ari import AriError

if TYPE_CHECKING:
    from tests.asterisk_units.fake_asterisk import FakeAsterisk, FakeChannel, Request

ANSWERABLE_STATES = frozenset(
    {"UNAVAILABLE", "NOT_INUSE", "INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD", "INVALID"}
)


def answer_to(request: "Request", asterisk: "FakeAsterisk") -> Any:
    """Do it. Raises AriError."""
    for beginning, status in asterisk.refusals:
        if str(request).startswith(beginning):
            raise AriError(status, "refused by the test")
    for pattern, do in _ROUTES:
        if match := re.fullmatch(pattern, str(request)):
            return do(asterisk, request, *match.groups())
    raise AriError(404, f"no such resource: {request}")


def _channel(asterisk: "FakeAsterisk", channel_id: str) -> "FakeChannel":
    """One that can be told what to do."""
    channel = asterisk.channels.get(channel_id)
    if channel is None:
        raise AriError(404, "Channel not found")
    if not channel.is_in_app:
        raise AriError(409, "Channel not in Stasis application")
    return channel


def _call(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> dict[str, Any]:
    address = request.query["endpoint"].removeprefix("PJSIP/")
    endpoint = address.partition("/")[0] if "/" in address else address.rpartition("@")[2]
    if any(each.startswith(channel_id) or channel_id.startswith(each) for each in asterisk.channels):
        raise AriError(409, "Channel with given unique ID already exists")
    if asterisk.endpoints.get(endpoint) != "online":
        raise AriError(500, "Allocation failed")
    variables = request.body.get("variables", {})
    headers = {name[18:-1]: value for name, value in variables.items() if name.startswith("PJSIP_HEADER(add,")}
    channel = asterisk.add_channel(channel_id, endpoint, "Down", headers=headers)
    asterisk.emit("Dial", peer=channel.shown(), dialstatus="")
    shown = channel.shown()
    if endpoint.startswith("lf-"):
        asterisk.answers(channel)
    return shown


def _hang_up(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> None:
    channel = asterisk.channels.get(channel_id)
    if channel is None:
        raise AriError(404, "Channel not found")
    cause = int(request.query["reason_code"])
    asterisk.hung_up[channel_id] = cause
    asterisk.emit("ChannelHangupRequest", channel, cause=32, soft=True)
    asterisk.end_channel(channel, cause)


def _ring(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> None:
    _channel(asterisk, channel_id)


def _answer(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> None:
    channel = _channel(asterisk, channel_id)
    if channel.state != "Up":
        channel.state = "Up"
        asterisk.emit("ChannelStateChange", channel)


def _leave(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> None:
    channel = _channel(asterisk, channel_id)
    channel.is_in_app = False
    asterisk.emit("StasisEnd", channel)


def _report_transfer(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> None:
    """The real one says the transfer again, with what we have told of it."""
    channel = _channel(asterisk, channel_id)
    to = {"requested_destination": {"destination": "103"}}
    by = {"source_channel": channel.shown()}
    asterisk.emit("ChannelTransfer", refer_to=to, referred_by=by, state=request.query["states"])


def _variable(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> dict[str, str]:
    _channel(asterisk, channel_id)
    endpoint = request.query["variable"].removeprefix("PJSIP_DIAL_CONTACTS(").removesuffix(")")
    return {"value": "&".join(f"PJSIP/{endpoint}/{uri}" for uri in asterisk.devices.get(endpoint, ()))}


def _start_music(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> None:
    _channel(asterisk, channel_id).has_music = True


def _stop_music(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> None:
    _channel(asterisk, channel_id).has_music = False


def _play(asterisk: "FakeAsterisk", request: "Request", channel_id: str, playback: str) -> dict[str, Any]:
    _channel(asterisk, channel_id)
    asterisk.playbacks[playback] = (channel_id, request.query["media"].split(","))
    asterisk.emit("PlaybackStarted", playback={"id": playback, "state": "playing"})
    return {"id": playback}


def _stop_sound(asterisk: "FakeAsterisk", request: "Request", playback: str) -> None:
    if playback not in asterisk.playbacks:
        raise AriError(404, "Playback not found")
    asterisk.finish_playback(playback)


def _record(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> dict[str, Any]:
    channel = _channel(asterisk, channel_id)
    if any(each.recording == request.query["name"] for each in asterisk.channels.values()):
        raise AriError(409, "Recording already exists")
    channel.recording = request.query["name"]
    asterisk.emit("RecordingStarted", recording={"name": channel.recording})
    return {"name": channel.recording}


def _find_recording(asterisk: "FakeAsterisk", request: "Request", name: str) -> dict[str, Any]:
    if all(each.recording != name for each in asterisk.channels.values()):
        raise AriError(404, "Recording not found")
    return {"name": name, "state": "recording"}


def _stop_recording(asterisk: "FakeAsterisk", request: "Request", name: str) -> None:
    channel = next((each for each in asterisk.channels.values() if each.recording == name), None)
    if channel is None:
        raise AriError(404, "Recording not found")
    asterisk.finish_recording(channel)


def _forget_recording(asterisk: "FakeAsterisk", request: "Request", name: str) -> None:
    if asterisk.stored.pop(name, None) is None:
        raise AriError(404, "Recording not found")


def _make_bridge(asterisk: "FakeAsterisk", request: "Request", name: str) -> dict[str, Any]:
    if name in asterisk.bridges:
        raise AriError(409, f"Bridge with id '{name}' already exists")
    asterisk.bridges[name] = set()
    asterisk.emit("BridgeCreated", bridge={"id": name})
    return {"id": name}


def _end_bridge(asterisk: "FakeAsterisk", request: "Request", name: str) -> None:
    members = asterisk.bridges.pop(name, None)
    if members is None:
        raise AriError(409, "Bridge not in Stasis application")
    for member in members:
        asterisk.channels[member].bridge = ""
    asterisk.emit("BridgeDestroyed", bridge={"id": name})


def _add(asterisk: "FakeAsterisk", request: "Request", name: str) -> None:
    """All of them, or none."""
    for channel in _members(asterisk, request, name):
        asterisk.leave_bridge(channel)
        asterisk.bridges[name].add(channel.id)
        channel.bridge = name
        asterisk.emit("ChannelEnteredBridge", channel, bridge={"id": name})


def _remove(asterisk: "FakeAsterisk", request: "Request", name: str) -> None:
    for channel in _members(asterisk, request, name):
        if channel.bridge != name:
            raise AriError(422, "Channel not in this bridge")
        asterisk.leave_bridge(channel)


def _members(asterisk: "FakeAsterisk", request: "Request", name: str) -> list["FakeChannel"]:
    if name not in asterisk.bridges:
        raise AriError(404, "Bridge not found")
    members = [asterisk.channels.get(each) for each in request.query["channel"].split(",")]
    found = [member for member in members if member is not None]
    if len(found) < len(members):
        raise AriError(400, "Channel not found")
    if not all(member.is_in_app for member in found):
        raise AriError(422, "Channel not in Stasis application")
    return found


def _set_device_state(asterisk: "FakeAsterisk", request: "Request", device: str) -> None:
    state = request.query["deviceState"]
    if state not in ANSWERABLE_STATES:
        raise AriError(500, "Unknown device")
    asterisk.device_states[device] = state


def _list_channels(asterisk: "FakeAsterisk", request: "Request") -> list[dict[str, Any]]:
    return [channel.shown() for channel in asterisk.channels.values()]


def _list_bridges(asterisk: "FakeAsterisk", request: "Request") -> list[dict[str, Any]]:
    return [{"id": name, "channels": sorted(members)} for name, members in asterisk.bridges.items()]


def _list_endpoints(asterisk: "FakeAsterisk", request: "Request") -> list[dict[str, Any]]:
    return [{"technology": "PJSIP", "resource": name, "state": state} for name, state in asterisk.endpoints.items()]


def _accept(asterisk: "FakeAsterisk", request: "Request", channel_id: str) -> None:
    _channel(asterisk, channel_id)


def _subscribe(asterisk: "FakeAsterisk", request: "Request") -> dict[str, Any]:
    """Every event is told anyway."""
    return {"name": "lampfield"}


_ROUTES: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("PUT applications/lampfield/eventFilter", _subscribe),
    ("POST applications/lampfield/subscription", _subscribe),
    ("GET channels", _list_channels),
    ("GET bridges", _list_bridges),
    ("GET endpoints/PJSIP", _list_endpoints),
    ("POST channels/([^/]+)", _call),
    ("DELETE channels/([^/]+)", _hang_up),
    ("POST channels/([^/]+)/ring", _accept),
    ("POST channels/([^/]+)/variable", _accept),
    ("GET channels/([^/]+)/variable", _variable),
    ("POST channels/([^/]+)/answer", _answer),
    ("POST channels/([^/]+)/continue", _leave),
    ("POST channels/([^/]+)/transfer_progress", _report_transfer),
    ("POST channels/([^/]+)/moh", _start_music),
    ("DELETE channels/([^/]+)/moh", _stop_music),
    ("POST channels/([^/]+)/play/([^/]+)", _play),
    ("POST channels/([^/]+)/record", _record),
    ("DELETE playbacks/(.+)", _stop_sound),
    ("GET recordings/live/(.+)", _find_recording),
    ("POST recordings/live/(.+)/stop", _stop_recording),
    ("DELETE recordings/stored/(.+)", _forget_recording),
    ("POST bridges/([^/]+)", _make_bridge),
    ("DELETE bridges/([^/]+)", _end_bridge),
    ("POST bridges/([^/]+)/addChannel", _add),
    ("POST bridges/([^/]+)/removeChannel", _remove),
    ("PUT deviceStates/(.+)", _set_device_state),
)
