"""What use and history tell of keys, as conditions over them."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, StrIndex, Substr
from django.utils import timezone

from apikeys import expiry
from apikeys.models import AuditAction, AuditEvent, KeyUse, Outcome
from apikeys.models.api_key import holds
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation, User

RECENTLY = timedelta(days=30)
IDLE = timedelta(days=90)
OLD = timedelta(days=365)
SOON = timedelta(days=14)


class Evidence:
    """What there is to know of an organisation's active keys, as of now."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.now = timezone.now()
        self.today = expiry.today(organisation, self.now)

    def answers(self, within: timedelta | None = None) -> QuerySet[KeyUse]:
        """Return what was answered, of late or ever.

        Of late goes by the day: the index of the uses' constraint has it all.
        """
        uses = KeyUse.objects.filter(outcome=Outcome.ANSWERED).order_by()
        return uses.filter(day__gt=self.today - within) if within else uses

    def used(self, within: timedelta | None = None) -> Q:
        return Q(Exists(self.answers(within).filter(api_key=OuterRef("pk"))))

    def never_used(self) -> Q:
        return ~self.used()

    def idle(self) -> Q:
        return self.used() & ~self.used(IDLE)

    def without_expiry(self) -> Q:
        return Q(expires_at__isnull=True)

    def old(self) -> Q:
        return Q(created_at__lte=self.now - OLD)

    def expiring(self) -> Q:
        return Q(expires_at__lte=self.now + SOON)

    def with_unused_scopes(self) -> Q:
        """Whether a key has had the time to use a scope it holds, and hasn't."""
        answers = self.answers(RECENTLY).filter(api_key=OuterRef("pk"))
        unused = [
            Q(holds(scope)) & ~Q(Exists(answers.filter(scope=scope))) for scope in Scope
        ]
        return Q(created_at__lte=self.now - RECENTLY) & reduce(or_, unused)

    def with_several_callers(self) -> Q:
        """Whether programs of different names use a key.

        A program's name is its User-Agent up to the slash: neither another
        version of it nor another address makes it another caller.
        """
        slash = StrIndex(Concat("client", Value("/")), Value("/"))
        program = Substr("client", 1, slash - 1)
        answers = self.answers(RECENTLY).filter(api_key__organisation=self.organisation)
        programs = answers.values("api_key").annotate(n=Count(program, distinct=True))
        return Q(pk__in=programs.filter(n__gt=1).values("api_key"))

    def of_someone_who_left(self) -> Q:
        """Whether a person generated a key who isn't in the organisation any more.

        Once a person's account is gone, the event alone tells their key from one
        that was generated on the command line.
        """
        by_a_person = AuditEvent.objects.filter(
            api_key=OuterRef("pk"),
            action=AuditAction.GENERATED,
            actor_id__isnull=False,
        )
        still_here = User.objects.filter(
            pk=OuterRef("created_by"), organisation=self.organisation, is_active=True
        )
        return Q(Exists(by_a_person)) & ~Q(Exists(still_here))
