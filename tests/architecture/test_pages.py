"""What the import linter cannot see: foreign keys, addresses and templates point downwards; pages ask who you are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from . import source

NAMESPACES = {"projects": "projects", "followup": "followup", "ui": "ui", "kernel": "kernel", "api": "portal"}
#: Pages that must open before anybody has signed in.
OPEN = re.compile(r"^(accounts/(login|logout|reauthenticate|inactive|signup|password/reset|confirm-email|email|social"
                  r"|2fa/(authenticate|webauthn|reauthenticate))|static/|language/|i18n/|ballots/|p/|healthz?/?$)")
SAMPLES: dict[str, Any] = {"uuid": UUID(int=0), "int": 1, "str": "x", "slug": "x", "path": "x"}


class TestDirections:
    def test_foreign_keys_point_downwards(self) -> None:
        ours = [config for config in apps.get_app_configs() if config.name.startswith("citywright.")]
        wrong = [f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
                 for config in ours for model in config.get_models() for field in model._meta.get_fields()
                 if field.is_relation and not field.auto_created and field.related_model
                 and field.related_model._meta.app_label in source.HEIGHTS
                 and source.height(field.related_model._meta.app_label) > source.height(config.label)]
        assert not wrong, wrong

    def test_templates_include_and_extend_downwards(self) -> None:
        wrong = []
        for path in source.templates():
            for name in re.findall(r'{%\s*(?:include|extends)\s+"([^"]+)"', path.read_text(encoding="utf-8")):
                owner = next((p for p in source.SRC.glob(f"*/templates/{name}")), None)
                if owner is None or source.height(source.package_of(owner)) > source.height(source.package_of(path)):
                    wrong.append(f"{source.shown(path)}: {name}" + ("" if owner else " (not ours)"))
        assert not wrong, wrong

    def test_templates_link_downwards(self) -> None:
        wrong = []
        for path in source.templates():
            for name in re.findall(r'{%\s*url\s+["\']([\w:-]+)["\']', path.read_text(encoding="utf-8")):
                owner = NAMESPACES.get(name.split(":")[0]) if ":" in name else None
                if owner and source.height(owner) > source.height(source.package_of(path)):
                    wrong.append(f"{source.shown(path)}: {name}")
        assert not wrong, wrong


class TestPages:
    def test_pages_ask_queries_and_never_the_tables(self) -> None:
        wrong = []
        for path in source.at_station("views", "api"):
            if source.package_of(path) == "kernel":  # the kernel is the door itself
                continue
            for node in ast.walk(source.tree(path)):
                if isinstance(node, ast.Attribute) and node.attr in ("objects", "save", "bulk_create"):
                    wrong.append(f"{source.shown(path, node.lineno)} {ast.unparse(node)}")
        assert not wrong, "\n".join(wrong)

    def test_pages_call_only_whole_actions(self) -> None:
        shown = {(path.stem, f.name): "transaction.atomic" in source.decorators(f)
                 for path in source.at_station("actions") for f in source.top_functions(path)}
        steps = {name for name, whole in shown.items() if not whole}
        wrong = []
        for path in source.at_station("views", "api"):
            named = dict(imported_actions(path))
            for node in ast.walk(source.tree(path)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(
                        node.func.value, ast.Name) and (named.get(node.func.value.id), node.func.attr) in steps:
                    wrong.append(f"{source.shown(path, node.lineno)} {ast.unparse(node.func)}")
        assert not wrong, f"a step of an action, without its transaction: {wrong}"


def imported_actions(path: Path) -> Iterator[tuple[str, str]]:
    """Local name and module of each actions module a page imports."""
    for node in ast.walk(source.tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[-1] == "actions":
            yield from ((name.asname or name.name, name.name) for name in node.names)


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the program with its name, its parameters filled with something of the right kind."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        elif isinstance(entry, URLPattern):
            filled = re.sub(r"<(?:(\w+):)?\w+>", lambda m: str(SAMPLES[m.group(1) or "str"]), route)
            yield re.sub(r"\(\?P<\w+>[^)]*\)", "x", filled).replace("^", "").replace("$", "").replace("\\Z", ""), (
                entry.name or "")


@pytest.mark.django_db
class TestDoor:
    def test_every_page_asks_who_you_are(self) -> None:
        client, wrong, asked = Client(), [], 0
        for address, name in addresses():
            if OPEN.match(address):
                continue
            asked += 1
            answer = client.get("/" + address)
            away = answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]
            if not away and answer.status_code not in (401, 403):
                wrong.append(f"/{address} ({name}) answered {answer.status_code}")
        assert asked > 20
        assert not wrong, "\n".join(wrong)
