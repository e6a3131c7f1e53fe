"""What integrations can read: one declaration an endpoint."""

from employees.api import people

ENDPOINTS = people.ENDPOINTS
