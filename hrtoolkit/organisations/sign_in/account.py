"""Your account, for everyone signed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hrtoolkit.organisations.access import SignedInRequest, open_to_everyone_signed_in


@open_to_everyone_signed_in
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Show who one is and how one signs in."""
    return render(request, "account/index.html")
