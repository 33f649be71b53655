"""Messages of a real Asterisk 22.10.1, recorded while the phones of tests/asterisk called each other."""

import copy
import json
from pathlib import Path
from typing import Any

Message = dict[str, Any]

_LINES = Path(__file__).with_name("ari_messages.jsonl").read_text(encoding="utf-8").splitlines()
MESSAGES: dict[str, Message] = {each["situation"]: each["message"] for each in map(json.loads, _LINES)}


def message(situation: str, **changed: Any) -> Message:
    """A copy of what was recorded then, with other values at its top."""
    return {**copy.deepcopy(MESSAGES[situation]), **changed}
