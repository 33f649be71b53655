"""The load generator sends what a browser would send of a form, and reckons percentiles of what it was given."""

import pytest

from benchmarks.form_controls import controls_of
from benchmarks.page_load import Act

PAGE = """
<form id="other"><input name="no" value="1"></form>
<form id="rules" class="card wide">
  <input type="hidden" name="token" value="a&amp;b"><input name="seconds" value="20"><input name="note">
  <input type="checkbox" name="same"><input type="checkbox" name="second" checked>
  <select name="kind"><option value="voicemail">V</option><option value="extension" selected>E</option></select>
  <select name="system"><option value="">Choose</option><option value="800">800</option></select>
  <button name="save" value="1">Save</button>
</form>
<input name="outside" value="1">
"""


def test_what_a_browser_would_send_of_a_form_is_read_from_the_page() -> None:
    sent = {"token": "a&b", "seconds": "20", "note": "", "second": "on", "kind": "extension", "system": ""}
    assert controls_of(PAGE, "rules") == sent
    assert controls_of(PAGE, "wide") == sent


def test_a_page_without_the_form_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(LookupError, match="no form missing"):
        controls_of(PAGE, "missing")


def test_an_act_is_told_by_its_middle_and_its_slowest() -> None:
    act = Act.of([each / 1000 for each in range(1, 201)], elapsed=10.0, cpu=4.0)
    assert (act.count, act.p50, act.p99, act.rate, act.cpu) == (200, 100.5, 199, 20, 20)


def test_an_act_that_nobody_did_is_no_figure() -> None:
    with pytest.raises(RuntimeError):
        Act.of([], elapsed=10.0)
