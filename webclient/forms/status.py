"""One click in the status menu, as data."""

from django import forms

from presence.domain.vocabulary import Status, Surface


class StatusForm(forms.Form):
    status = forms.TypedChoiceField(choices=[(status.value, status.value) for status in Status], coerce=Status)
    surface = forms.TypedChoiceField(
        choices=[(surface.value, surface.value) for surface in (Surface.WEB_CLIENT, Surface.DESKTOP_APP)],
        coerce=Surface,
        required=False,
        empty_value=Surface.WEB_CLIENT,
    )
