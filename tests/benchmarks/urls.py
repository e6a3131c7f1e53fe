"""The peers and the floor; the product's own API needs no address here."""

from django.urls import include, path

from tests.benchmarks.peers import floor, ninja_api, rest

urlpatterns = [
    path("peers/", include(rest.urlpatterns)),
    path("peers/ninja/", ninja_api.api.urls),
    path("peers/constant/", include(floor.urlpatterns)),
    path("bare/", include(floor.urlpatterns)),
    path("", include("hrtoolkit.urls")),
]
