"""What a visitor says of themselves before they call."""

from django import forms
from django.utils.translation import gettext_lazy as _

from presence.services.visits import NAME_LENGTH_MAX, VisitorNameError, visitor_name

_NAME_ERRORS = {
    "no_name": _("Write your name, so that it is clear who calls."),
    "long_name": _("This name is too long. 60 characters are enough."),
    "bad_name": _("This name has a character that can't be shown. Write it with letters and common signs."),
}


class VisitForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        required=False,  # the service says what is missing, as of everything else
        strip=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "name",
                "maxlength": NAME_LENGTH_MAX,
                "required": True,
                "aria-describedby": "name-hint name-error",
            }
        ),
    )

    def clean_name(self) -> str:
        try:
            return visitor_name(self.cleaned_data["name"])
        except VisitorNameError as error:
            raise forms.ValidationError(_NAME_ERRORS[error.code]) from error
