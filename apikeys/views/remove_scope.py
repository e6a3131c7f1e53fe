"""Taking one scope away, by one click."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apikeys import services
from apikeys.actors import Actor
from apikeys.scopes import Scope
from apikeys.views.keys import key_of_organisation
from hrtoolkit.organisations.access import OrgAdminRequest


@require_POST
def remove_scope(request: OrgAdminRequest, key_id: int) -> HttpResponse:
    """Take the scope that was posted away from a key."""
    key = key_of_organisation(request, key_id)
    scope = request.POST.get("scope")
    if scope not in Scope.values or len(request.POST.getlist("scope")) > 1:
        raise BadRequest("One scope is taken away at a time.")
    try:
        services.remove_scope(key, scope, actor=Actor.from_request(request))
    except services.NotActive:
        messages.info(request, f"“{key.name}” is revoked: it reads nothing any more.")
    except ValidationError:
        messages.warning(
            request,
            f"{scope} is the only scope of “{key.name}”. If nothing needs it, revoke"
            " the key.",
        )
    else:
        messages.success(
            request,
            f"{scope} is taken away from “{key.name}”, which can't use it from its next"
            " request on. It can't be given back: that takes a new key.",
        )
    return redirect(key)
