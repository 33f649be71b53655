"""How allauth behaves here: operators make the logins, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponseRedirect

from webclient.first_steps import first_page


class ClosedAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        response = super().post_login(request, user, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(first_page(user, response.url))
        return response

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the avatar says who is logged in, the login page that nobody is."""
