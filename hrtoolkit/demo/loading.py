"""Loads the demo data, each part by its own module."""

from django.db import transaction

from hrtoolkit.demo.accounts import load_accounts, load_staff
from hrtoolkit.demo.companies import COMPANIES, HARBOUR
from hrtoolkit.demo.keys import HARBOUR_KEYS, load_keys
from hrtoolkit.demo.leave import load_leave
from hrtoolkit.demo.people import load_people
from hrtoolkit.demo.performance import load_performance
from hrtoolkit.demo.use import HARBOUR_HABITS, load_use
from hrtoolkit.organisations.models import Organisation


@transaction.atomic
def load() -> Organisation:
    """Load the demo organisations, unless they are there; return the larger one."""
    if harbour := Organisation.objects.filter(slug=HARBOUR.slug).first():
        return harbour
    load_staff()
    for company in COMPANIES:
        organisation = Organisation.objects.create(
            name=company.name, slug=company.slug, time_zone=company.time_zone
        )
        load_accounts(company, organisation)
        people = load_people(company, organisation)
        load_leave(organisation, people, seed=company.slug)
        load_performance(organisation, people, seed=company.slug)
    harbour = Organisation.objects.get(slug=HARBOUR.slug)
    load_keys(harbour, HARBOUR_KEYS)
    load_use(harbour, HARBOUR_HABITS)
    return harbour
