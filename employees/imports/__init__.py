"""Employees from a CSV file: what an organisation's own system exports, read as it is.

``columns`` says which heading holds which field, ``files`` reads the file,
``cells`` reads one cell, ``roster`` knows who is who, ``resource`` turns rows
into employees, and ``forms`` carries the file from the preview to the import.
"""
