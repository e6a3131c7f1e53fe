"""What a browser finds wrong with a page."""

from http import HTTPStatus

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Request,
    Response,
    WebError,
)

FAILED_TO_LOAD = "Failed to load resource"


def complaints_of(context: BrowserContext, origin: str) -> list[str]:
    """Return the list to which the context's pages will add their complaints.

    Of errors, of the content security policy, of what couldn't be loaded, and
    of requests that leave ``origin``.
    """
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # The browser says it of a page that was meant to be a 404, too.
        if message.type == "error" and not message.text.startswith(FAILED_TO_LOAD):
            complaints.append(f"Console: {message.text}")

    def on_error(error: WebError) -> None:
        complaints.append(f"Error: {error.error}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{origin}/", "data:", "blob:")):
            complaints.append(f"Request to elsewhere: {request.url}")

    def on_response(response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= HTTPStatus.BAD_REQUEST and not is_page:
            complaints.append(f"Answer {response.status}: {response.url}")

    context.on("console", on_console)
    context.on("weberror", on_error)
    context.on("request", on_request)
    context.on("response", on_response)
    return complaints
