"""What people write in performance reviews, and what they set out to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal, before somebody has it."""

    title: str
    description: str = ""


SELF_ASSESSMENTS = (
    (
        "A good year overall. I am most proud of how the team handled the peak before"
        " Christmas.\n\nNext year I would like to learn more about planning."
    ),
    (
        "I met most of my goals. The new system took longer to learn than I expected,"
        " but I now help others with it."
    ),
    (
        "Busy! Two colleagues left in autumn and I covered for both. I would like the"
        " workload to settle before I take on anything new."
    ),
    (
        "I kept my error rate low and had no safety incidents.\n\nWhat I need: the"
        " training that was postponed in March."
    ),
    (
        "I think I have grown into the role. Feedback from other sites was positive,"
        " and I enjoyed showing the two new starters around."
    ),
    (
        "Mixed. The first half went well; after the roster change I struggled to finish"
        " things on time. We have talked about it and it is improving."
    ),
    (
        "My main piece of work was the move to the new process. It is done, documented"
        " and nobody misses the old one."
    ),
    "Steady year. I would like to step up as a deputy when the chance comes.",
)

MANAGER_ASSESSMENTS = {
    1: (
        (
            "{name} missed most of the goals we agreed on, and the plan from February"
            " has not been followed. We meet every fortnight until September."
        ),
    ),
    2: (
        (
            "Some good work, but deadlines slipped too often. We agreed on fewer goals"
            " and a check-in each month."
        ),
        (
            "{name} knows the job, yet quality varied this year. A refresher course is"
            " booked."
        ),
    ),
    3: (
        (
            "{name} is reliable and well liked. All goals met, one of them late for"
            " reasons outside their control."
        ),
        "Solid year. Next step: speak up earlier when something is in the way.",
        (
            "{name} does what was agreed, and does it well. I would like to see more"
            " initiative in the team meetings."
        ),
    ),
    4: (
        (
            "A strong year. {name} took the lead when we were short of people, and new"
            " starters learn a lot from watching."
        ),
        (
            "{name} exceeded two goals. Colleagues at other sites ask for advice,"
            " which says it all."
        ),
    ),
    5: (
        (
            "Outstanding. {name} changed how we work for the better and brought all"
            " along."
        ),
    ),
}

PAY_RECOMMENDATIONS = {
    1: ("No increase beyond the award this year.",),
    2: ("Award increase only. Look again in six months.",),
    3: (
        "Increase of 3.0 per cent from 1 October, in line with the budget.",
        "Increase of 3.2 per cent. Already in the upper half of the band.",
    ),
    4: (
        "Increase of 4.5 per cent: below the median of the market at present.",
        "Increase of 4.0 per cent and the retention bonus.",
    ),
    5: ("Increase of 6 per cent and a move to the next band.",),
}

GENERAL_AIMS = (
    Aim("Complete the safety refresher", "Online modules and the half day on site."),
    Aim("Cross-train in a second role", "So that two people can cover for each other."),
    Aim("Hand over clearly at the end of a shift"),
    Aim("Renew first aid certificate"),
    Aim("Mentor a new starter", "Through the first three months."),
    Aim(
        "Write down how we do things",
        "One page for each of our five most common tasks.",
    ),
)

AIMS = {
    "Transport": (
        Aim("No breaches of fatigue rules", "Work diary complete every day."),
        Aim("Cut idling time by 10 per cent", "Measured by the telematics."),
        Aim("Deliver in full and on time: 97 per cent"),
    ),
    "Warehousing": (
        Aim("Pick accuracy of 99.7 per cent"),
        Aim("Stocktake variance below 0.3 per cent"),
        Aim(
            "Halve the waiting time at the dock",
            "From 40 minutes to 20, measured at the gate.",
        ),
    ),
    "Fleet Maintenance": (
        Aim("All services within 500 km of due"),
        Aim("Parts on hand for the ten most common repairs"),
    ),
    "Freight Forwarding": (
        Aim("Quotes out within four working hours"),
        Aim("Move bookings to the new portal", "Phone and email bookings below 5 %."),
    ),
    "Customs and Compliance": (
        Aim("No penalties for late entries"),
        Aim("Review tariff advice for the top 50 products"),
    ),
    "Customer Service": (
        Aim("Answer 80 per cent of calls in 30 seconds"),
        Aim("Close claims within ten working days"),
    ),
    "Sales": (
        Aim("Three new accounts above $250,000 a year"),
        Aim("Keep the pipeline up to date", "Every Friday, without a reminder."),
    ),
    "Finance": (
        Aim("Month end in five working days"),
        Aim("Debtors over 60 days below 4 per cent"),
    ),
    "People and Culture": (
        Aim("Time to hire below 35 days"),
        Aim("Bring reviews and goals into one system"),
    ),
    "Information Technology": (
        Aim("Retire the old roster database"),
        Aim("Nine in ten tickets solved in a day"),
    ),
    "Safety and Quality": (
        Aim("Close corrective actions within 30 days"),
        Aim("Chain of Responsibility audit without major findings"),
    ),
    "Dentistry": (
        Aim("Recall rate of 75 per cent"),
        Aim("60 hours of continuing education", "Within the three-year cycle."),
    ),
    "Dental Assisting": (
        Aim("Sterilisation log complete every day"),
        Aim("Certificate IV in Dental Assisting"),
    ),
    "Reception": (
        Aim("Fail-to-attend rate below 5 per cent", "Reminders two days ahead."),
        Aim("Health fund claims lodged on the day"),
    ),
}
