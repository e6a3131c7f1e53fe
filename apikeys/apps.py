from django.apps import AppConfig
from django.db.models.signals import post_migrate


class APIKeysConfig(AppConfig):
    name = "apikeys"
    verbose_name = "API keys"

    def ready(self) -> None:
        from apikeys import guards, receivers

        post_migrate.connect(guards.install, sender=self, dispatch_uid="guards")
        receivers.connect()
