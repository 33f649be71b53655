"""Messages that no Asterisk has sent: real ones with values missing, of another kind or huge, and invented ones."""

import copy
from typing import Any

from hypothesis import strategies as st

from tests.asterisk_units.messages import MESSAGES, Message, message

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),  # JSON in Python has infinity, and no number, too
    st.text(max_size=8),
    st.sampled_from(["x" * 1_000, "9" * 4_400, "\x00", "\ud800", "lf-", "PJSIP/", 10**400, -1]),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoilt_messages(draw: st.DrawFn) -> Message:
    """A real message in which values are missing, of another kind, or huge."""
    spoilt = message(draw(st.sampled_from(sorted(MESSAGES))))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path in _paths(spoilt) if path != ("type",)] or [("type",)]))
        _spoil(spoilt, path, draw(st.none() | st.tuples(anything)))
    return spoilt


def _paths(value: Any, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return []
    return [path for key, inner in value.items() for path in [(*above, key), *_paths(inner, (*above, key))]]


def _spoil(spoilt: Message, path: tuple[str, ...], replacement: tuple[Any] | None) -> None:
    *above, key = path
    inner = spoilt
    for each in above:
        inner = inner[each]
    if replacement is None:
        inner.pop(key)
    else:
        inner[key] = copy.deepcopy(replacement[0])


kinds = st.sampled_from(sorted({each["type"] for each in MESSAGES.values()} | {"RecordingFailed"}))
keys = st.sampled_from(sorted({path[-1] for each in MESSAGES.values() for path in _paths(each)}))
invented_messages = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    kinds,
    st.dictionaries(keys, st.dictionaries(keys, anything, max_size=3) | anything, max_size=6),
)
