"""What integrations can read: one declaration an endpoint."""

from employees.api import leave, people, performance

ENDPOINTS = [*people.ENDPOINTS, *leave.ENDPOINTS, *performance.ENDPOINTS]
