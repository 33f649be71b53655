"""The login page: allauth's view with our form and, in the demo company, its logins."""

from typing import Any

from allauth.account.views import LoginView

from webclient.access import DEMO_PASSWORD, demo_logins_shown
from webclient.forms.login import PasswordLoginForm

DEMO_LOGINS = ("adam", "piotr", "olga")


class PasswordLoginView(LoginView):
    def get_form_class(self) -> type[PasswordLoginForm]:
        return PasswordLoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if demo_logins_shown():
            context |= {"demo_logins": DEMO_LOGINS, "demo_password": DEMO_PASSWORD}
        return context


login = PasswordLoginView.as_view()
