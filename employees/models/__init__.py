from employees.models.leave import (
    LeaveBalance,
    LeaveRequest,
    LeaveStatus,
    LeaveType,
    available_hours,
)
from employees.models.people import Employee, EmployeeStatus, EmploymentType
from employees.models.performance import (
    Goal,
    GoalStatus,
    PerformanceReview,
    ReviewStatus,
)
from employees.models.records import Record

__all__ = [
    "Employee",
    "EmployeeStatus",
    "EmploymentType",
    "Goal",
    "GoalStatus",
    "LeaveBalance",
    "LeaveRequest",
    "LeaveStatus",
    "LeaveType",
    "PerformanceReview",
    "Record",
    "ReviewStatus",
    "available_hours",
]
