"""What the architecture tests read: files, syntax trees, templates, words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "citywright"
#: Packages from the bottom to the top; each may know only those before it.
HEIGHTS = ("kernel", "ui", "lake", "followup", "projects", "approvals", "indicators", "portal")
CHINESE = re.compile(r"[\u3400-\u9fff]")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def height(package: str) -> int:
    """How high a package stands; a package that is not listed fails the test that asks."""
    return HEIGHTS.index(package)


def package_of(path: Path) -> str:
    """The package a file belongs to."""
    return path.relative_to(SRC).parts[0]


def shown(path: Path, line: int = 0) -> str:
    """Where a thing is, as an editor takes it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def modules(*, tests: bool = False) -> list[Path]:
    """Our Python files, without migrations; with or without tests."""
    found = [path for path in sorted(SRC.rglob("*.py")) if "migrations" not in path.parts]
    return [path for path in found if tests or "tests" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def top_functions(path: Path) -> Iterator[Function]:
    """The functions a module shows to others."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def decorators(function: Function) -> set[str]:
    """The decorators' names as written, without arguments."""
    return {ast.unparse(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list}


def templates() -> list[Path]:
    """Our templates."""
    return sorted(path for path in SRC.glob("*/templates/**/*") if path.suffix in {".html", ".txt", ".svg"})


def station(path: Path) -> str:
    """The station of a domain's file: `actions` for actions.py and actions/gates.py."""
    parts = path.relative_to(SRC).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 else ""


def at_station(*names: str) -> list[Path]:
    """Files of these stations in every package."""
    return [path for path in modules() if station(path) in names]
