"""Telephone numbers that ring nowhere.

The Australian Communications and Media Authority keeps these for films, books
and demonstrations.
"""

from random import Random

from employees.models.people import State

MOBILES = (
    "0491 570 006",
    "0491 570 110",
    "0491 570 156",
    "0491 570 157",
    "0491 570 158",
    "0491 570 159",
    "0491 570 313",
    "0491 570 737",
    "0491 571 266",
    "0491 571 491",
    "0491 571 804",
    "0491 572 549",
    "0491 572 665",
    "0491 572 983",
    "0491 573 087",
    "0491 573 770",
    "0491 574 118",
    "0491 574 632",
    "0491 575 254",
    "0491 575 789",
    "0491 576 398",
    "0491 576 801",
    "0491 577 426",
    "0491 577 644",
    "0491 578 148",
    "0491 578 888",
    "0491 578 957",
    "0491 579 212",
    "0491 579 455",
    "0491 579 760",
)
LANDLINE_EXCHANGES = ("5550", "7010")
AREA_CODES = {
    State.ACT: "02",
    State.NSW: "02",
    State.NT: "08",
    State.QLD: "07",
    State.SA: "08",
    State.TAS: "03",
    State.VIC: "03",
    State.WA: "08",
}
MOBILE_SHARE = 0.2


def random_phone(random: Random, state: State) -> str:
    """Return a fictitious number: a mobile, or a landline of the state."""
    if random.random() < MOBILE_SHARE:
        return random.choice(MOBILES)
    exchange = random.choice(LANDLINE_EXCHANGES)
    return f"{AREA_CODES[state]} {exchange} {random.randrange(10_000):04}"
