"""Who may import whom, read from the source."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from django.conf import settings

PACKAGES = ("apikeys", "employees", "hrtoolkit")

LEAVES = {
    "hrtoolkit.access_log",
    "hrtoolkit.client_address",
    "hrtoolkit.lengths",
    "hrtoolkit.outages",
    "hrtoolkit.public_url",
    "hrtoolkit.text",
    "hrtoolkit.when",
}
EVERYTHING = {
    *LEAVES,
    *PACKAGES,
    "apikeys.scopes",
    "employees.api",
    "employees.models",
    "hrtoolkit.api",
    "hrtoolkit.organisations",
}

MAY_IMPORT: dict[str, set[str]] = {
    "hrtoolkit.access_log": {"hrtoolkit.client_address"},
    "hrtoolkit.client_address": set(),
    "hrtoolkit.lengths": set(),
    "hrtoolkit.outages": set(),
    "hrtoolkit.public_url": set(),
    "hrtoolkit.text": set(),
    "hrtoolkit.when": set(),
    "hrtoolkit.organisations": LEAVES,
    "hrtoolkit.api": LEAVES,
    "apikeys.scopes": LEAVES,
    "apikeys": LEAVES | {"apikeys.scopes", "hrtoolkit.api", "hrtoolkit.organisations"},
    "employees.models": LEAVES | {"hrtoolkit.organisations"},
    "employees.api": LEAVES | {"apikeys.scopes", "employees.models", "hrtoolkit.api"},
    "employees": LEAVES | {"employees.models", "hrtoolkit.organisations"},
    "hrtoolkit": LEAVES,
    "hrtoolkit.demo": EVERYTHING,
    "hrtoolkit.settings": EVERYTHING,
    "hrtoolkit.urls": EVERYTHING,
}
"""Each layer, and the other layers that it may import.

A module belongs to the layer whose name its own begins with, the longest.
"""


@cache
def modules() -> dict[str, ast.Module]:
    """Return the product's modules by name."""
    root = Path(settings.BASE_DIR)
    paths = [path for name in PACKAGES for path in (root / name).rglob("*.py")]
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(
            ".__init__"
        ): ast.parse(path.read_text())
        for path in paths
    }


@cache
def imports() -> dict[str, set[str]]:
    """Return, for each module, the modules of the product that it imports."""
    return {name: set(imported(tree)) for name, tree in modules().items()}


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules of the product that are imported anywhere in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [(alias.name, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = node.module or ""
            names = [(f"{package}.{alias.name}", package) for alias in node.names]
        else:
            continue
        for name, package in names:
            if package.split(".")[0] in PACKAGES:
                yield name if name in modules() else package


def layer(module: str) -> str:
    """Return the layer that a module belongs to."""
    return max(
        (name for name in MAY_IMPORT if f"{module}.".startswith(f"{name}.")), key=len
    )


def test_each_layer_imports_only_what_it_may() -> None:
    refused = [
        f"{importer} imports {name}."
        for importer, names in imports().items()
        for name in sorted(names)
        if layer(name) not in {layer(importer)} | MAY_IMPORT[layer(importer)]
    ]
    assert not refused, "\n".join(refused)


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter(imports()).prepare()


def test_no_import_hides_in_a_function() -> None:
    hidden = {
        f"{name}.{function.name}"
        for name, tree in modules().items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(n, ast.Import | ast.ImportFrom) for n in ast.walk(function))
    }
    # An app can import models only when it is ready.
    refused = sorted(name for name in hidden if not name.endswith(".apps.ready"))
    assert not refused, "\n".join(refused)
