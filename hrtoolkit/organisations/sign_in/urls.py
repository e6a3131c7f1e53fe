"""Signing in and out, and how people look after it."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import (
    LogoutView,
    PasswordResetDoneView,
)
from django.urls import path

from hrtoolkit.organisations.access import open_to_everyone_signed_in
from hrtoolkit.organisations.sign_in import account, passwords, views

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("login/code/", views.login_code, name="login_code"),
    path(
        "login/forgotten/",
        passwords.ForgottenPasswordView.as_view(),
        name="forgotten_password",
    ),
    path(
        "login/forgotten/sent/",
        PasswordResetDoneView.as_view(
            template_name="login/forgotten_sent.html",
            extra_context={"minutes": passwords.LINK_MINUTES},
        ),
        name="forgotten_password_sent",
    ),
    path(
        "login/new-password/<uidb64>/<token>/",
        passwords.NewPasswordView.as_view(),
        name="new_password",
    ),
    path("logout/", login_not_required(LogoutView.as_view()), name="logout"),
    path("account/", account.account, name="account"),
    path(
        "account/password/",
        open_to_everyone_signed_in(passwords.ChangePasswordView.as_view()),
        name="change_password",
    ),
    path(
        "account/second-factor/",
        account.set_up_second_factor,
        name="set_up_second_factor",
    ),
    path(
        "account/second-factor/turn-off/",
        account.turn_off_second_factor,
        name="turn_off_second_factor",
    ),
]
