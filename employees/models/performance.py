"""Performance: what was agreed, and how it went."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from employees.models.people import Employee
from employees.models.records import Record, index, line, lines

LOWEST_RATING, HIGHEST_RATING = 1, 5
COMPLETE = 100


class ReviewStatus(models.TextChoices):
    """How far a review has come, in this order."""

    SELF_ASSESSMENT = "self_assessment", "Self-assessment"
    MANAGER_REVIEW = "manager_review", "Manager review"
    DISCUSSION = "discussion", "Discussion"
    SIGNED_OFF = "signed_off", "Signed off"


class GoalStatus(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


class PerformanceReview(Record):
    """An employee's review of one period, written by both sides."""

    employee = models.ForeignKey(
        Employee,
        on_delete=models.PROTECT,
        related_name="reviews",
        db_index=False,  # The constraint's index serves it.
    )
    reviewer = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="reviews_given"
    )
    period_name = line(50)
    period_start = models.DateField()
    period_end = models.DateField()
    status = models.CharField(
        max_length=20, choices=ReviewStatus, default=ReviewStatus.SELF_ASSESSMENT
    )
    self_assessment = lines()
    manager_assessment = lines()
    rating = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[
            MinValueValidator(LOWEST_RATING),
            MaxValueValidator(HIGHEST_RATING),
        ],
        help_text=f"From {LOWEST_RATING} to {HIGHEST_RATING}, the best.",
    )
    pay_recommendation = lines("Private: for the pay review, and for no integration.")
    signed_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            index("reviews_list", "id"),
            index("reviews_changes", "updated_at", "id"),
            index("reviews_status", "status", "id"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "period_name"],
                name="reviews_one_of_a_period",
                violation_error_message="This person has a review of this period.",
            ),
            models.CheckConstraint(
                name="reviews_period",
                condition=Q(period_end__gte=F("period_start")),
                violation_error_message="The period ends before it starts.",
            ),
            models.CheckConstraint(
                name="reviews_rating",
                condition=Q(rating__isnull=True)
                | Q(rating__range=(LOWEST_RATING, HIGHEST_RATING)),
                violation_error_message=(
                    f"A rating is from {LOWEST_RATING} to {HIGHEST_RATING}."
                ),
            ),
            models.CheckConstraint(
                name="reviews_signed_off",
                condition=Q(status=ReviewStatus.SIGNED_OFF, signed_off_at__isnull=False)
                | (~Q(status=ReviewStatus.SIGNED_OFF) & Q(signed_off_at__isnull=True)),
                violation_error_message=(
                    "A review that is signed off, and no other, says when it was."
                ),
            ),
            models.CheckConstraint(
                name="reviews_by_someone_else",
                condition=~Q(reviewer=F("employee")),
                violation_error_message="Nobody reviews themselves.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_name} of {self.employee}"

    def clean(self) -> None:
        """Refuse people of another organisation."""
        super().clean()
        self.refuse_elsewhere("employee", "reviewer")


class Goal(Record):
    """What an employee wants to reach, on its own or as part of a review."""

    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="goals"
    )
    review = models.ForeignKey(
        PerformanceReview,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="goals",
    )
    title = line(200)
    description = lines()
    status = models.CharField(
        max_length=20, choices=GoalStatus, default=GoalStatus.NOT_STARTED
    )
    progress = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(COMPLETE)],
        help_text="In per cent.",
    )
    due_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            index("goals_list", "id"),
            index("goals_changes", "updated_at", "id"),
            index("goals_status", "status", "id"),
        ]
        constraints = [
            models.CheckConstraint(
                name="goals_progress",
                condition=Q(progress__range=(0, COMPLETE)),
                violation_error_message="Progress is from 0 to 100 per cent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.employee})"

    def clean(self) -> None:
        """Refuse an employee of another organisation, or someone else's review."""
        super().clean()
        self.refuse_elsewhere("employee", "review")
        if self.review and self.review.employee_id != self.employee_id:
            raise ValidationError({"review": "This is the review of someone else."})
