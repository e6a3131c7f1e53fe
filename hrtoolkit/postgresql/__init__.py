"""A database backend: Django's for PostgreSQL, but a silent server is given up."""
