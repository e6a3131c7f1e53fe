"""The one answer that shows a key's value."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from apikeys import services
from hrtoolkit.organisations.access import OrgAdminRequest
from hrtoolkit.public_url import public_url


@sensitive_variables("generated")
def reveal(request: OrgAdminRequest, generated: services.Generated) -> HttpResponse:
    """Show a new key's value in the answer to the POST that generated it.

    An exception to our pattern of redirecting after a POST: a redirect would
    need a place to keep the value, and there is none.
    """
    return render(
        request,
        "settings/api_keys/reveal.html",
        {
            "key": generated.api_key,
            "value": generated.token.reveal(),
            "base": public_url(request),
        },
    )
