"""What a browser is told of every page, beside what Django tells it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

UNUSED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    # No other site may show an image, a style or a page of ours.
    "Cross-Origin-Resource-Policy": "same-origin",
    # Copying a key is all that our pages ask of a browser.
    "Permissions-Policy": ", ".join(
        [f"{feature}=()" for feature in UNUSED] + ["clipboard-write=(self)"]
    ),
}


class HeadersMiddleware:
    """Adds the headers that neither Django nor django-csp sets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response
