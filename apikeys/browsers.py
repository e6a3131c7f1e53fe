"""Browsers as people call them: their own names for themselves are riddles.

They all claim to be Mozilla, most to be Safari, and many to be Chrome.
"""

import re

BROWSERS = {
    r"Edg\w*": "Edge",
    "OPR": "Opera",
    "Firefox|FxiOS": "Firefox",
    "(?:Headless)?Chrome|CriOS": "Chrome",
    "Version": "Safari",
}
"""By what stands before the version. The first that is there says the truth."""

SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def browser_name(user_agent: str) -> str:
    """Return "Firefox 140 on Windows"; what isn't a browser's as it is."""
    system = next((SYSTEMS[name] for name in SYSTEMS if name in user_agent), None)
    if not system or not user_agent.startswith("Mozilla/"):
        return user_agent
    for token, browser in BROWSERS.items():
        if version := re.search(rf"\b(?:{token})/(\d+)", user_agent):
            return f"{browser} {version[1]} on {system}"
    return user_agent
