"""Rotating a key."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from apikeys import services
from apikeys.actors import Actor
from apikeys.forms.rotate import RotateForm
from apikeys.views.keys import key_of_organisation
from apikeys.views.reveal import reveal
from hrtoolkit.organisations.access import OrgAdminRequest, needs_recent_password


@needs_recent_password
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("generated")
def rotate(request: OrgAdminRequest, key_id: int) -> HttpResponse:
    """Say what rotating will do; do it, and reveal the successor."""
    key = key_of_organisation(request, key_id)
    form = RotateForm(request.POST if request.method == "POST" else None, api_key=key)
    try:
        if form.is_valid():
            generated = services.rotate(
                key, actor=Actor.from_request(request), **form.cleaned_data
            )
            return reveal(request, generated)
        services.check_rotatable(key)
    except services.AlreadyGenerated as error:
        messages.warning(
            request,
            "This form has already generated the key below. Its value was shown once"
            " and can't be shown again. If it wasn't saved, revoke this key and rotate"
            " the old one again.",
        )
        return redirect(error.api_key)
    except services.AlreadyRotated as error:
        messages.info(
            request,
            f"“{key.name}” has already been rotated, by"
            f" {error.successor.created_by_name}. This is its successor.",
        )
        return redirect(error.successor)
    except services.NotActive as error:
        messages.warning(
            request,
            f"“{key.name}” is {error.api_key.status} and can't be rotated. Generate a"
            " new key in its place.",
        )
        return redirect(key)
    except ValidationError as error:
        form.add_error(None, error)
    if form.is_bound:
        form.prepare_to_show_again()
    return render(request, "settings/api_keys/rotate.html", {"form": form, "key": key})
