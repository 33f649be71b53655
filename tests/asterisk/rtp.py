"""The sound of one call leg: what is sent, and what arrives, measured as it comes."""

import asyncio
import socket
from collections import deque

from tests.asterisk.patience import PATIENCE_SECONDS, News
from tests.asterisk.rtp_sender import DIGITS, END, EVENT, HEADER, MARKER, RtpSender
from tests.asterisk.sdp import EVENTS, AudioOffer
from tests.asterisk.tones import PACKET_SAMPLES, decoding_table, is_silence, loudest, share_at
from tests.asterisk.udp import Address, UdpSocket

# A fifth of a second is enough to tell a tone, and half a second without one to tell that there is none.
_LISTENED_PACKETS = 10
_QUIET_SECONDS = 0.5
# Two people in a mixed conversation have half of the energy each.
_HEARD_SHARE = 0.4


class AudioStream:
    """Silent until `connect`. Its conditions look at what comes after they were asked for, never at older sound."""

    def __init__(self, bound: socket.socket, tone: int | None) -> None:
        self.digits = ""
        self.packets_received = 0
        self._news = News()
        self._heard: deque[bytes] = deque(maxlen=_LISTENED_PACKETS)
        self._codec, self._payload_type, self._event_type = "PCMA", 8, -1
        self._last_key_at: int | None = None
        self._remote: Address | None = None
        self._sender = RtpSender(self._send, tone)
        self._socket = UdpSocket(bound, self._receive)
        self.port = self._socket.address[1]

    def connect(self, description: AudioOffer, codecs: dict[str, int]) -> None:
        """Send to whom the description names, with the first of the codecs; again when a new description came."""
        self._remote = description.address, description.port
        self._codec, self._payload_type = next((name, kind) for name, kind in codecs.items() if name != EVENTS)
        self._event_type = codecs.get(EVENTS, -1)
        self._sender.start(self._codec, self._payload_type, codecs.get(EVENTS))

    def close(self) -> None:
        self._sender.stop()
        self._socket.close()

    def play(self, tone: int | None) -> None:
        """Send this frequency from now on; None: send nothing."""
        self._sender.tone = tone

    def pause(self) -> None:
        """Send nothing until `go_on`."""
        self._sender.is_paused = True

    def go_on(self) -> None:
        self._sender.is_paused = False

    async def press_keys(self, digits: str) -> None:
        await self._sender.press_keys(digits)

    async def hears(self, frequency: int, patience: float = PATIENCE_SECONDS) -> None:
        """A fifth of a second comes that is this tone, alone or mixed with one other."""
        self._heard.clear()
        await self._news.until(
            lambda: self._is_full and share_at(frequency, self._samples) >= _HEARD_SHARE,
            lambda: f"heard {self._described}, not {frequency} Hz",
            patience,
        )

    async def hears_something(self, patience: float = PATIENCE_SECONDS) -> None:
        """A fifth of a second comes that is not silence: a voice, a prompt or music."""
        self._heard.clear()
        await self._news.until(
            lambda: self._is_full and not is_silence(self._samples), lambda: f"heard {self._described}", patience
        )

    async def hears_nothing(self, patience: float = PATIENCE_SECONDS) -> None:
        """Within the patience half a second passes in which no sound comes: no packets, or silent ones."""
        heard: list[int] = []
        try:
            async with asyncio.timeout(patience):
                while await self._hears_sound_within(_QUIET_SECONDS):
                    heard = (heard + self._samples)[-_LISTENED_PACKETS * PACKET_SAMPLES :]
        except TimeoutError:
            raise AssertionError(f"after {patience:g} s: still heard {loudest(heard)}") from None

    async def receives_keys(self, digits: str, patience: float = PATIENCE_SECONDS) -> None:
        """All keys pressed at the other end since the call began are these."""
        await self._news.until(lambda: self.digits == digits, lambda: f"the keys were {self.digits!r}", patience)

    def _receive(self, data: bytes) -> None:
        _, kind, _, timestamp, _ = HEADER.unpack_from(data)
        payload = data[HEADER.size :]
        self.packets_received += 1
        if kind & ~MARKER == self._payload_type:
            self._heard.append(payload)
        elif kind & ~MARKER == self._event_type:
            self._read_key(payload, timestamp)
        self._news.tell()

    def _send(self, packet: bytes) -> None:
        if self._remote is not None:
            self._socket.send(packet, self._remote)

    def _read_key(self, event: bytes, timestamp: int) -> None:
        digit, flags, _ = EVENT.unpack_from(event)
        # The end of a press is sent three times, each with the time at which the press began.
        if flags & END and timestamp != self._last_key_at:
            self._last_key_at = timestamp
            self.digits += DIGITS[digit]

    @property
    def _is_full(self) -> bool:
        return len(self._heard) == _LISTENED_PACKETS

    @property
    def _samples(self) -> list[int]:
        table = decoding_table(self._codec)
        return [table[code] for packet in self._heard for code in packet]

    @property
    def _described(self) -> str:
        return loudest(self._samples) if self._heard else "no packet"

    async def _hears_sound_within(self, seconds: float) -> bool:
        self._heard.clear()
        try:
            await self._news.until(lambda: bool(self._heard) and not is_silence(self._samples), "", seconds)
        except AssertionError:
            return False
        return True
