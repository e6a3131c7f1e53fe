"""The second factor: an authenticator app's codes, and recovery codes.

django-otp keeps an app's secret as it is, for it has to compute codes with it,
takes no code twice, and makes whoever fails wait ever longer. Of a recovery
code only a digest is kept here, in place of django-otp's plain text.
"""

import base64
import hashlib
import re
import secrets

from django.db import transaction
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.signals import change_begins, second_factor_changed

RECOVERY_CODES = 10
RECOVERY_CODE_BYTES = 10
DIGEST_BYTES = 10
GROUP = 4
TOTP_CODE = re.compile("[0-9]{6}")


def is_on(user: User) -> bool:
    """Whether the person needs a code to sign in."""
    return bool(TOTPDevice.objects.filter(user=user).exists())


def is_missing(user: User) -> bool:
    """Whether the person's organisation asks for a second factor in vain."""
    return bool(
        user.is_org_admin
        and user.organisation
        and user.organisation.second_factor_required
        and not is_on(user)
    )


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes the person hasn't used."""
    return int(StaticToken.objects.filter(device__user=user).count())


def device(user: User, secret: str) -> TOTPDevice:
    """Return the app that would hold a secret, given in hex, unsaved."""
    return TOTPDevice(user=user, name="Authenticator app", key=secret)


@transaction.atomic
def set_up(request: HttpRequest, user: User, secret: str, code: str) -> list[str]:
    """Turn it on if the code proves that the app has the secret.

    Returns the recovery codes, or none if the code is wrong or another request
    was quicker.
    """
    change_begins.send(User, organisations={user.organisation})
    User.objects.select_for_update().get(pk=user.pk)
    code = without_spaces(code)
    if is_on(user) or not TOTP_CODE.fullmatch(code):
        return []
    app = device(user, secret)
    app.save()
    if not app.verify_token(code):
        app.delete()
        return []
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    paper = StaticDevice.objects.create(user=user, name="Recovery codes")
    StaticToken.objects.bulk_create(
        StaticToken(device=paper, token=digest(code)) for code in codes
    )
    announce(request, user, "set up")
    return codes


@transaction.atomic
def turn_off(request: HttpRequest, user: User) -> None:
    """Forget the app and the recovery codes; harmless where there are none."""
    change_begins.send(User, organisations={user.organisation})
    removed, _ = TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    if removed:
        announce(request, user, "turned off")


@transaction.atomic
def accepts(request: HttpRequest, user: User, code: str) -> bool:
    """Whether a code is right at this moment. No code is right twice."""
    code = without_spaces(code)
    if TOTP_CODE.fullmatch(code):
        app = TOTPDevice.objects.select_for_update().filter(user=user).first()
        return app is not None and bool(app.verify_token(code))
    change_begins.send(User, organisations={user.organisation})
    paper = StaticDevice.objects.select_for_update().filter(user=user).first()
    if paper is None or not paper.verify_token(digest(code)):
        return False
    announce(request, user, "recovery code used")
    return True


def announce(request: HttpRequest, user: User, did: str) -> None:
    """Send ``second_factor_changed``."""
    second_factor_changed.send(User, request=request, user=user, did=did)


def new_recovery_code() -> str:
    """Return 80 random bits in groups of letters and digits."""
    code = base64.b32encode(secrets.token_bytes(RECOVERY_CODE_BYTES)).decode()
    return in_groups(code.lower()).replace(" ", "-")


def in_groups(text: str) -> str:
    """Return a secret as people read it off and type it: four letters at a time."""
    return " ".join(re.findall(f".{{{GROUP}}}", text))


def digest(code: str) -> str:
    """Return what is kept of a recovery code, which fits django-otp's column."""
    plain = without_spaces(code).replace("-", "").lower()
    hashed = hashlib.sha256(plain.encode()).digest()
    return base64.b32encode(hashed[:DIGEST_BYTES]).decode()


def without_spaces(code: str) -> str:
    """Return a code as it is, however it was grouped to be read."""
    return "".join(code.split())
