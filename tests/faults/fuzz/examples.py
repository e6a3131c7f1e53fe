"""How many examples are tried, and text that is hard to take.

The examples are made up anew at each change of a test, and the same at each
run of it.
"""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FEW = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
NASTY = st.sampled_from(
    [
        "\0",
        "\ud800",
        "\x85",
        "9" * 30,
        "-1",
        "1e400",
        "NaN",
        "٣",
        "2027-02-30",
        "0001-01-01",
        "9999-12-31T23:59:60+14:00",
        "' OR 1=1 --",
        "%s%n{0}",
        "<script>",
        "::ffff:10.0.0.1/128",
        "a" * 5_000,
    ]
)
TEXT = st.text(st.characters()) | NASTY
