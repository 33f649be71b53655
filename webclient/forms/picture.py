"""A picture and which square of it to keep, as data."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.picture_crop import CENTRE, PLACE_MAX, PLACE_MIN, ZOOM_MAX, ZOOM_MIN, Crop

PICTURE_REFUSALS: Mapping[str, StrOrPromise] = {
    "missing": _("Choose a picture first."),
    "too_large": _("This file is larger than 5 MB. Choose a smaller picture."),
    "too_many_pixels": _("This picture has more than 25 megapixels. Choose a smaller one."),
    "too_small": _("This picture is too small: it needs at least 32 pixels each way."),
    "unreadable": _("This is not a picture that can be used. Choose a PNG, JPEG, WebP or GIF file."),
}
_OUT_OF_RANGE = _("Choose the part of the picture again.")


def _slider(label: StrOrPromise, low: int, high: int, start: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        initial=start,
        required=False,
        error_messages={"invalid": _OUT_OF_RANGE, "min_value": _OUT_OF_RANGE, "max_value": _OUT_OF_RANGE},
        widget=forms.NumberInput(attrs={"type": "range", "autocomplete": "off"}),
    )


class PictureForm(forms.Form):
    picture = forms.FileField(
        label=_("New picture"),
        help_text=_("PNG, JPEG, WebP or GIF, up to 5 MB. Where and when it was taken is not kept."),
        error_messages={
            "required": PICTURE_REFUSALS["missing"],
            "missing": PICTURE_REFUSALS["missing"],
            "invalid": PICTURE_REFUSALS["missing"],
            "empty": PICTURE_REFUSALS["unreadable"],
        },
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    zoom = _slider(pgettext_lazy("of a picture", "Size"), ZOOM_MIN, ZOOM_MAX, ZOOM_MIN)
    x = _slider(_("Left and right"), PLACE_MIN, PLACE_MAX, CENTRE)
    y = _slider(_("Up and down"), PLACE_MIN, PLACE_MAX, CENTRE)

    @property
    def crop(self) -> Crop:
        """What was not sent stays in the middle."""
        chosen = {name: self.cleaned_data[name] for name in ("x", "y", "zoom") if self.cleaned_data[name] is not None}
        return Crop(**chosen)

    @property
    def sliders(self) -> list[forms.BoundField]:
        return [self["zoom"], self["x"], self["y"]]
