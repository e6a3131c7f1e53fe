"""Signing in and out."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from hrtoolkit.organisations.access import open_to_everyone_signed_in
from hrtoolkit.organisations.sign_in import views

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", open_to_everyone_signed_in(LogoutView.as_view()), name="logout"),
]
