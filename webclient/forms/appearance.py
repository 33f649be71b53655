"""The chosen theme and sounds, as data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from presence.domain.vocabulary import Theme
from presence.labels import THEME_LABELS
from presence.models import User
from presence.models.user import RINGING_VOLUME_MAX

_WRONG_VOLUME = _("Choose a volume from 0 to 100.")


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(
        choices=[*((theme.value, THEME_LABELS[theme]) for theme in Theme), ("", _("As the system"))], required=False
    )


class SoundsForm(forms.Form):
    ringing_sound = forms.BooleanField(label=_("A ringing sound for incoming calls"), required=False)
    ringing_volume = forms.IntegerField(
        label=_("Volume of the ringing"),
        min_value=0,
        max_value=RINGING_VOLUME_MAX,
        error_messages={
            "required": _WRONG_VOLUME,
            "invalid": _WRONG_VOLUME,
            "min_value": _WRONG_VOLUME,
            "max_value": _WRONG_VOLUME,
        },
        widget=forms.NumberInput(attrs={"type": "range", "step": "5", "autocomplete": "off"}),
    )
    other_sounds = forms.BooleanField(label=_("Other sounds: a second call, a new voicemail message"), required=False)

    @classmethod
    def of(cls, user: User) -> "SoundsForm":
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})
