"""Your account: the password and the second factor, for everyone signed in."""

from base64 import b32encode

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe
from django_otp.util import random_hex

from hrtoolkit.organisations.access import (
    SignedInRequest,
    needs_recent_password,
    open_to_everyone_signed_in,
)
from hrtoolkit.organisations.sign_in import second_factor
from hrtoolkit.organisations.sign_in.forms import CodeForm

SECRET = "second_factor_secret"  # noqa: S105  # the name of a session's field
SECRET_BYTES = 20


@open_to_everyone_signed_in
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Show how one signs in."""
    context = {
        "second_factor": second_factor.is_on(request.user),
        "recovery_codes": second_factor.recovery_codes_left(request.user),
    }
    return render(request, "account/index.html", context)


@open_to_everyone_signed_in
@needs_recent_password
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret", "codes")
def set_up_second_factor(request: SignedInRequest) -> HttpResponse:
    """Show the secret, and turn it on when a code proves that the app has it.

    The answer to the right code shows the recovery codes, which nobody can
    show again.
    """
    if second_factor.is_on(request.user):
        return redirect("account")
    # Kept in the session, not in the database of those that are on.
    secret = request.session.setdefault(SECRET, random_hex(SECRET_BYTES))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        codes = second_factor.set_up(request, request.user, secret, code)
        if codes:
            del request.session[SECRET]
            return render(request, "account/recovery_codes.html", {"codes": codes})
        form.add_error(
            "code", "This isn’t the code that the app should show. Is its clock right?"
        )
    app = second_factor.device(request.user, secret)
    context = {
        "form": form,
        "required": second_factor.is_missing(request.user),
        "secret": second_factor.in_groups(b32encode(app.bin_key).decode()),
        "qr_code": qr_code(app.config_url),
    }
    return render(request, "account/set_up_second_factor.html", context)


@open_to_everyone_signed_in
@needs_recent_password
@require_http_methods(["GET", "HEAD", "POST"])
def turn_off_second_factor(request: SignedInRequest) -> HttpResponse:
    """Say what turning it off means, and do it."""
    if not second_factor.is_on(request.user):
        return redirect("account")
    if request.method != "POST":
        return render(request, "account/turn_off_second_factor.html")
    second_factor.turn_off(request, request.user)
    messages.success(
        request, "Your second factor is off. The password alone signs you in."
    )
    return redirect("account")


def qr_code(text: str) -> str:
    """Return a QR code as an SVG to stand in a page."""
    svg = segno.make_qr(text).svg_inline(scale=4, light="#fff", border=4)
    return mark_safe(svg)  # noqa: S308  # squares, whatever the text is
