"""Addresses that come with a request: whether they are pages of ours, to which somebody may be sent back."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_own_page(request: HttpRequest, address: str) -> bool:
    """A path, or a whole address with our host. The bare name of a view, which `redirect` would look up, is neither."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return False
    try:
        return urlsplit(address).path.startswith("/")
    except ValueError:
        return False
