"""Generating a key."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from apikeys import services
from apikeys.actors import Actor
from apikeys.forms.generate import GenerateForm
from apikeys.views.reveal import reveal
from hrtoolkit.organisations.access import (
    OrgAdminRequest,
    needs_recent_password,
    organisation_of,
)


@needs_recent_password
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("generated")
def generate(request: OrgAdminRequest) -> HttpResponse:
    """Generate a key, and reveal it."""
    organisation = organisation_of(request)
    data = request.POST if request.method == "POST" else None
    form = GenerateForm(data, organisation=organisation)
    if form.is_valid():
        try:
            generated = services.generate(
                organisation=organisation,
                actor=Actor.from_request(request),
                **form.cleaned_data,
            )
        except services.AlreadyGenerated as error:
            messages.warning(
                request,
                "This form has already generated the key below. Its value was shown"
                " once and can't be shown again. If it wasn't saved, revoke this key"
                " and generate a new one.",
            )
            return redirect(error.api_key)
        except ValidationError as error:
            # Midnight may pass between the form's check and the service's.
            form.add_error(None, error)
        else:
            return reveal(request, generated)
    if form.is_bound:
        form.prepare_to_show_again()
    return render(request, "settings/api_keys/generate.html", {"form": form})
