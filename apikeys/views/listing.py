"""The list of the organisation's keys."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apikeys import health, listing
from apikeys.forms.listing import FilterForm
from hrtoolkit.organisations.access import OrgAdminRequest, organisation_of


@require_safe
def api_keys(request: OrgAdminRequest) -> HttpResponse:
    """List the organisation's keys in pages, and say which need attention."""
    organisation = organisation_of(request)
    form = FilterForm(request.GET)
    status = 200 if form.is_valid() else 400
    keys = form.narrowed(organisation)
    page = listing.page(keys, form.order, form.position)
    return render(
        request,
        "settings/api_keys/list.html",
        {
            "form": form,
            "page": page,
            # People with one key needn't wonder what they are for.
            "has_filters": form.data or len(page.keys) > 1,
            "summary": health.summary(organisation),
        },
        status=status,
    )
