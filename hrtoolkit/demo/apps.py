from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "hrtoolkit.demo"
