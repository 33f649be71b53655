"""One click in the status menu, as data."""

from django import forms

from presence.domain.vocabulary import Status


class StatusForm(forms.Form):
    status = forms.TypedChoiceField(choices=[(status.value, status.value) for status in Status], coerce=Status)
