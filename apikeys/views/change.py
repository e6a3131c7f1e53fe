"""Changing what may change of a key."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apikeys import services
from apikeys.actors import Actor
from apikeys.forms.change import ChangeForm
from apikeys.views.keys import key_of_organisation
from hrtoolkit.organisations.access import OrgAdminRequest


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: OrgAdminRequest, key_id: int) -> HttpResponse:
    """Change a key's name, note and allowed networks, and take scopes away."""
    key = key_of_organisation(request, key_id)
    form = ChangeForm(request.POST if request.method == "POST" else None, api_key=key)
    if form.is_valid():
        try:
            key = services.change(
                key, actor=Actor.from_request(request), **form.cleaned_data
            )
        except services.ChangedMeanwhile:
            form.warn()
        else:
            messages.success(request, f"“{key.name}” is saved.")
            return redirect(key)
    return render(request, "settings/api_keys/change.html", {"form": form, "key": key})
