"""The journal of revocations: a file that outlives the database.

A restored backup would bring back to life every key that was revoked after it
was made. The journal still says which those were.
"""

import logging
import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from apikeys.models import APIKey

REVOKED = re.compile(r"Revoked key ([1-9][0-9]{0,17}) \(([0-9a-f]{12})\)")

logger = logging.getLogger(__name__)


def note(api_key: APIKey) -> None:
    """Write down that a key is revoked, in the journal and in the log.

    Call it before the commit: what is committed is then surely in it. No key
    stays alive because the file can't be written.
    """
    organisation = api_key.organisation.slug
    line = f"Revoked key {api_key.pk} ({api_key.fingerprint}) of {organisation}."
    logger.info(line)
    try:
        with Path(settings.REVOCATIONS_FILE).open("a", encoding="utf-8") as file:
            file.write(f"{timezone.now():%Y-%m-%dT%H:%M:%SZ} {line}\n")
    except OSError as error:
        logger.error("The revocation was not written to the journal: %s", error)


def revocations(lines: Iterable[str]) -> set[tuple[int, str]]:
    """Return the id and the fingerprint of each key that the lines say is revoked.

    Whatever stands around them is passed over, so a server's log will do.
    """
    return {(int(found[1]), found[2]) for x in lines if (found := REVOKED.search(x))}
