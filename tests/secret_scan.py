"""Looks for secrets in the repository: what it holds now, and ever held.

A key of ours is known by its checksum; the others by their shapes.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from apikeys.tokens import is_well_formed
from hrtoolkit.text import KEY_SHAPE

ROOT = Path(__file__).resolve().parent.parent

EXAMPLES = {
    "yhrtk_0123456789ABCDEFGHIJKLMNOPQRSTUV19jDd0",
    "yhrtk_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz2juj4h",
}
"""The documentation's own keys, which were never generated for anyone."""

SHAPES = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub token": r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{50})",
    "GitLab token": r"\bglpat-[\w-]{20}",
    "Google key": r"\bAIza[\w-]{35}",
    "Slack token": r"\bxox[abeoprs]-[\w-]{10}",
    "Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{16}",
    "JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}",
    "secret setting": r"\b(?:SECRET|AUDIT_HMAC)_KEY\s*=\s*[\w+/-]{20}",
}
KNOWN = {what: re.compile(shape) for what, shape in SHAPES.items()}


def found(text: str) -> Iterator[str]:
    """Yield what secrets a text holds, without repeating them."""
    for what, shape in KNOWN.items():
        if shape.search(text):
            yield what
    for value in KEY_SHAPE.findall(text):
        if value not in EXAMPLES and is_well_formed(value):
            yield "API key of ours"


def files() -> Iterator[tuple[str, str]]:
    """Yield every file that is, or could be, committed, and its text."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            yield name, path.read_text(errors="replace")


def commits() -> Iterator[tuple[str, str]]:
    """Yield every commit up to now, and what it changed."""
    log = git("log", "--patch", "--unified=0", "--format=%x00%h %s%n%b")
    for commit in filter(None, log.split("\0")):
        yield f"commit {commit.partition(' ')[0]}", commit


def git(*arguments: str) -> str:
    """Return what git prints. Binary files come out as noise."""
    command = ["git", *arguments]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return printed.stdout.decode(errors="replace")


def main() -> int:
    """Print where a secret is, and return the exit code."""
    findings = [
        f"{where}: {what}"
        for places in (files(), commits())
        for where, text in places
        for what in found(text)
    ]
    print("\n".join(findings) or "No secret is in the repository.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
