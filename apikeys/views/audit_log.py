"""The organisation's audit log, to read and to take away."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from apikeys import audit, expiry
from apikeys.actors import Actor
from apikeys.audit_export import csv_of
from apikeys.forms.audit_log import AuditLogForm, AuditPageForm
from apikeys.models import AuditAction
from hrtoolkit.organisations.access import OrgAdminRequest, organisation_of

PAGE = 50


@require_safe
def audit_log(request: OrgAdminRequest) -> HttpResponse:
    """Show a page of the audit log, newest first."""
    form = AuditPageForm(request.GET, organisation=organisation_of(request))
    if not form.is_valid():
        return refused(request, form)
    events = list(form.page()[: PAGE + 1])
    return render(
        request,
        "settings/audit_log/list.html",
        {
            "form": form,
            "events": events[:PAGE],
            "last": events[PAGE - 1] if len(events) > PAGE else None,
        },
    )


@require_POST
def export(request: OrgAdminRequest) -> HttpResponseBase:
    """Send the audit log as a CSV file, and record that it was taken."""
    organisation = organisation_of(request)
    form = AuditLogForm(request.POST, organisation=organisation)
    if not form.is_valid():
        return refused(request, form)
    audit.record(
        AuditAction.EXPORTED,
        organisation=organisation,
        actor=Actor.from_request(request),
        details={"filters": form.filters()},
    )
    name = f"audit-log-{organisation.slug}-{expiry.today(organisation)}.csv"
    return StreamingHttpResponse(
        csv_of(form.events()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def refused(request: OrgAdminRequest, form: AuditLogForm) -> HttpResponse:
    """Say beside each filter what is wrong with it."""
    return render(request, "settings/audit_log/list.html", {"form": form}, status=400)
