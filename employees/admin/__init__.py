"""Employees, their leave and their performance in Django admin."""

from employees.admin.leave import LeaveBalanceAdmin, LeaveRequestAdmin
from employees.admin.people import EmployeeAdmin
from employees.admin.performance import GoalAdmin, PerformanceReviewAdmin

__all__ = [
    "EmployeeAdmin",
    "GoalAdmin",
    "LeaveBalanceAdmin",
    "LeaveRequestAdmin",
    "PerformanceReviewAdmin",
]
