"""Name and password; allauth checks them, limits attempts and starts the session."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _


class PasswordLoginForm(LoginForm):
    """allauth's form with this product's words, and attributes that password managers understand."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("User name")
        login.widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        # A disabled login is not told apart from a wrong password: a guesser learns nothing.
        if self.user is not None and not self.user.is_active:
            raise get_adapter(self.request).validation_error("username_password_mismatch")
        return cleaned
