"""Identifying a key that was found somewhere."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apikeys import audit
from apikeys.actors import Actor
from apikeys.forms.identify import IdentifyForm
from apikeys.models import AuditAction
from hrtoolkit.organisations.access import OrgAdminRequest, organisation_of


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("key")
def identify(request: OrgAdminRequest) -> HttpResponse:
    """Say which of the organisation's keys was pasted.

    The answer to the POST says it: a redirect would need a place to keep it.
    Another organisation's key is as unknown as one that was never generated.
    """
    organisation = organisation_of(request)
    form = IdentifyForm(request.POST if request.method == "POST" else None)
    asked = form.is_valid()
    key = None
    if asked:
        digest = form.cleaned_data["key"]
        key = organisation.api_keys.filter(digest=digest).first()
    if key:
        audit.record(
            AuditAction.IDENTIFIED,
            organisation=organisation,
            actor=Actor.from_request(request),
            api_key=key,
        )
    return render(
        request,
        "settings/api_keys/identify.html",
        {"form": form, "asked": asked, "key": key},
    )
