"""A text encoded once for every socket that gets it: for ASGI as text, for a ready-frame writer as a frame."""

from functools import cached_property

FINAL_TEXT = 0x81
LENGTH_IN_TWO_BYTES = 126
LENGTH_IN_EIGHT_BYTES = 127


class Frame:
    """One message on its way to many sockets."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def wire(self) -> bytes:
        """The unmasked, uncompressed server frame of RFC 6455."""
        payload = self.text.encode()
        size = len(payload)
        if size < LENGTH_IN_TWO_BYTES:
            return bytes((FINAL_TEXT, size)) + payload
        if size < 1 << 16:
            return bytes((FINAL_TEXT, LENGTH_IN_TWO_BYTES)) + size.to_bytes(2, "big") + payload
        return bytes((FINAL_TEXT, LENGTH_IN_EIGHT_BYTES)) + size.to_bytes(8, "big") + payload
