from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EmployeesConfig(AppConfig):
    name = "employees"

    def ready(self) -> None:
        from employees import stamps

        post_migrate.connect(stamps.install, sender=self, dispatch_uid="stamps")
