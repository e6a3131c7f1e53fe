"""Sessions in the database, found only by a name we could have given."""

import re
from typing import Any

from django.contrib.sessions.backends import db

SESSION_KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(db.SessionStore):
    """Ignores a session cookie that isn't one of ours.

    A quoted cookie can carry a NUL byte, at which PostgreSQL's driver raises.
    """

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and SESSION_KEY.fullmatch(key) is not None
