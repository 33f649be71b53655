"""What an operator types about departments and new extensions."""

from collections.abc import Iterator
from unicodedata import normalize

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from presence.models import Department, User
from presence.models.extension import number_is_digits
from presence.services.people import holder_of_number
from webclient.forms.rule_destinations import ControlError, allowed_number

_AS_TYPED = {"autocomplete": "off", "spellcheck": "false"}


class DepartmentForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the department"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewExtensionForm(forms.Form):
    """Number, holder and login; rules come from the templates."""

    number = forms.CharField(
        label=gettext_lazy("Number"),
        help_text=gettext_lazy("2 to 10 digits"),
        widget=forms.TextInput(attrs={**_AS_TYPED, "inputmode": "numeric"}),
    )
    name = forms.CharField(
        label=gettext_lazy("First and last name"),
        max_length=120,
        widget=forms.TextInput(attrs=_AS_TYPED),
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=gettext_lazy("No department"),
    )
    username = forms.CharField(
        label=gettext_lazy("User name"),
        help_text=gettext_lazy("What this person logs in with"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={**_AS_TYPED, "autocapitalize": "none"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("The invitation goes there; without one you are given a link to pass on."),
        required=False,
        widget=forms.EmailInput(attrs=_AS_TYPED),
    )
    mobile_number = forms.CharField(
        label=gettext_lazy("Mobile number"),
        required=False,
        widget=forms.TextInput(attrs={**_AS_TYPED, "inputmode": "tel"}),
    )

    def clean_number(self) -> str:
        number = normalize("NFKC", self.cleaned_data["number"]).strip()
        try:
            number_is_digits(number)
        except forms.ValidationError as error:
            raise forms.ValidationError(_("Type 2 to 10 digits, nothing else.")) from error
        if holder := holder_of_number(number):
            raise forms.ValidationError(_("%(holder)s has this number already.") % {"holder": holder})
        return number

    def clean_username(self) -> str:
        username: str = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("Somebody logs in with this name already."))
        return username

    def clean_mobile_number(self) -> str:
        typed = self.cleaned_data["mobile_number"].strip()
        try:
            return allowed_number(typed) if typed else ""
        except ControlError as error:
            raise forms.ValidationError(error.message) from error

    def problems(self) -> Iterator[tuple[str, str]]:
        """(id of the control, what is wrong with it)."""
        for name in self.fields:
            for error in self.errors.get(name, ()):
                yield self[name].id_for_label, f"{self[name].label}: {error}"
