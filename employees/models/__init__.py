from employees.models.people import Employee, EmployeeStatus, EmploymentType

__all__ = ["Employee", "EmployeeStatus", "EmploymentType"]
