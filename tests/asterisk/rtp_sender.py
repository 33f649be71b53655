"""Sends a phone's sound: a packet every 20 ms, a tone or a pressed key (RFC 3550, RFC 4733)."""

import asyncio
import secrets
import struct
from collections import deque
from collections.abc import Callable

from tests.asterisk.tones import PACKET_SAMPLES, PACKET_SECONDS, tone_packets

HEADER = struct.Struct("!BBHII")
EVENT = struct.Struct("!BBH")
MARKER = END = 0x80
DIGITS = "0123456789*#ABCD"

_VERSION = 0x80
_EVENT_VOLUME = 10
_KEY_DOWN_PACKETS, _END_PACKETS, _REST_PACKETS = 5, 3, 3


class RtpSender:
    """Hands finished packets to `send` until it is stopped. `tone` is a frequency in Hz; None: no packets at all."""

    def __init__(self, send: Callable[[bytes], None], tone: int | None) -> None:
        self.tone = tone
        self.is_paused = False
        self._send = send
        self._source = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._tick = 0
        self._keys: deque[tuple[int, int] | None] = deque()
        self._keys_sent = asyncio.Event()
        self._key_began = 0
        self._task: asyncio.Task[None] | None = None

    def start(self, codec: str, payload_type: int, event_type: int | None) -> None:
        """`event_type`: the payload type of keys, None when the other end takes none. Again: with these from now on."""
        self._codec, self._payload_type, self._event_type = codec, payload_type, event_type
        if self._task is None:
            self._task = asyncio.create_task(self._send_for_ever())

    def stop(self) -> None:
        if self._task:
            self._task.cancel()
        self._keys_sent.set()  # whoever still presses one presses no more

    async def press_keys(self, digits: str) -> None:
        """Each for a tenth of a second; returns when the last one has been sent."""
        if self._event_type is None:
            raise AssertionError("the other end takes no telephone events")
        for digit in digits:
            code = DIGITS.index(digit)
            self._keys += [(code, n) for n in range(1, _KEY_DOWN_PACKETS + _END_PACKETS + 1)]
            self._keys += [None] * _REST_PACKETS
        self._keys_sent.clear()
        await self._keys_sent.wait()

    async def _send_for_ever(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self._send_next()
            self._tick += 1
            due += PACKET_SECONDS
            await asyncio.sleep(due - loop.time())

    def _send_next(self) -> None:
        key = self._keys.popleft() if self._keys else None
        if key is not None:
            self._send_key(*key)
        elif self.tone is not None and not self.is_paused:
            packets = tone_packets(self._codec, self.tone)
            self._pack(self._payload_type, self._tick, packets[self._tick % len(packets)])
        if not self._keys:
            self._keys_sent.set()

    def _send_key(self, code: int, n: int) -> None:
        """The n-th packet of a press, counted from 1; all of them have the time at which it began."""
        if n == 1:
            self._key_began = self._tick
        flags = _EVENT_VOLUME | (END if n > _KEY_DOWN_PACKETS else 0)
        event = EVENT.pack(code, flags, min(n, _KEY_DOWN_PACKETS) * PACKET_SAMPLES)
        assert self._event_type is not None
        self._pack(self._event_type | (MARKER if n == 1 else 0), self._key_began, event)

    def _pack(self, kind: int, tick: int, payload: bytes) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._send(HEADER.pack(_VERSION, kind, self._sequence, tick * PACKET_SAMPLES, self._source) + payload)
