"""An action is a verb told by whom and when: one transaction, one journal line. Refusals are called by name."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

from citywright.kernel.errors import Fault, Refusal

from . import source

#: Written by nobody's order: they are asked by the program itself when it sets up a home.
JOURNAL = "journal.write"
FLAT = ("words", "rules", "plan", "imports")


def actions() -> list[tuple[Path, source.Function]]:
    """Every function that opens a transaction in an actions module: these are the acts of the product."""
    return [(path, function) for path in source.at_station("actions") for function in source.top_functions(path)
            if "transaction.atomic" in source.decorators(function)]


def calls(function: ast.AST) -> set[str]:
    """What a function calls, as written."""
    return {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}


class TestActions:
    def test_there_are_actions(self) -> None:
        assert len(actions()) > 20

    def test_every_action_takes_keywords_only_and_is_told_by_whom_and_when(self) -> None:
        wrong = []
        for path, function in actions():
            names = {argument.arg for argument in function.args.kwonlyargs}
            faults = [text for text, bad in (
                ("takes arguments by place", bool(function.args.args or function.args.posonlyargs)),
                ("is not told by whom (by)", "by" not in names), ("is not told when (at)", "at" not in names),
            ) if bad]
            wrong += [f"{source.shown(path, function.lineno)} {function.name}: {', '.join(faults)}"] if faults else []
        assert not wrong, "\n".join(wrong)

    def test_every_action_is_annotated_and_says_what_is_true_afterwards(self) -> None:
        wrong = []
        for path, function in actions():
            bare = [a.arg for a in function.args.kwonlyargs if a.annotation is None]
            if bare or function.returns is None or not ast.get_docstring(function):
                wrong.append(f"{source.shown(path, function.lineno)} {function.name}")
        assert not wrong, f"without annotations or docstring: {wrong}"

    def test_every_action_leaves_a_line_in_the_journal(self) -> None:
        known = {f.name: calls(f) for path in source.at_station("actions") for f in source.top_functions(path)}

        def writes(names: set[str], seen: frozenset[str] = frozenset()) -> bool:
            inner = {name.split(".")[-1] for name in names} & set(known) - seen
            return JOURNAL in names or any(writes(known[name], seen | inner) for name in inner)

        wrong = [f"{source.shown(path, f.lineno)} {f.name}" for path, f in actions() if not writes(calls(f))]
        assert not wrong, f"no line in the journal: {wrong}"

    def test_nothing_outside_actions_saves_or_deletes(self) -> None:
        wrong = []
        for path in source.modules():
            if source.package_of(path) == "kernel" or source.station(path) in ("actions", "samples"):
                continue
            for name in ("save", "delete", "create", "bulk_create", "bulk_update", "update_or_create"):
                wrong += [f"{source.shown(path)}: {call}" for call in calls(source.tree(path))
                          if call.endswith(f".{name}") and ("objects" in call or name in ("save", "delete"))]
        allowed = [w for w in wrong if "management/commands" in w or "lake/store" in w or "workbook" in w
                   or "session" in w]
        assert sorted(set(wrong) - set(allowed)) == []


class TestRefusals:
    def test_every_refusal_is_called_cannot(self) -> None:
        for path in source.modules():
            if "management" not in path.parts and source.station(path) not in ("urls", "wsgi", "program"):
                import_module(".".join(path.relative_to(source.SRC.parent).with_suffix("").parts))
        wrong, waiting = [], Refusal.__subclasses__()
        while waiting:
            kind = waiting.pop()
            waiting += kind.__subclasses__()
            if kind.__module__.startswith("citywright") and not kind.__name__.startswith("Cannot"):
                wrong.append(f"{kind.__module__}.{kind.__name__}")
        assert not wrong, wrong
        assert inspect.isclass(Fault)

    def test_pages_catch_refusals_only(self) -> None:
        wrong = []
        for path in source.at_station("views", "api"):
            for node in ast.walk(source.tree(path)):
                if isinstance(node, ast.ExceptHandler):
                    kind = ast.unparse(node.type) if node.type else "everything"
                    names = [name.strip("() ").split(".")[-1] for name in kind.split(",")]
                    wrong += [source.shown(path, node.lineno) + f" catches {n}" for n in names
                              if not (n.startswith("Cannot") or n in ("Refusal", "ValidationError"))]
        assert not wrong, "\n".join(wrong)


class TestTime:
    def test_nobody_asks_for_the_day_but_pages_and_commands(self) -> None:
        asked = ("timezone.now", "date.today", "datetime.now", "datetime.today", "clock.now", "time.time")
        wrong = []
        for path in source.modules():
            if source.station(path) in FLAT or source.station(path) in ("models", "queries", "actions", "facts"):
                wrong += [f"{source.shown(path)}: {call}" for call in calls(source.tree(path)) if call in asked]
        assert not wrong, wrong


class TestFacts:
    def test_every_fact_table_says_what_a_row_is(self) -> None:
        tables = [(path, node) for path in source.at_station("facts") for node in ast.walk(source.tree(path))
                  if isinstance(node, ast.Call) and ast.unparse(node.func) == "store.Table"]
        wrong = [source.shown(path, node.lineno) for path, node in tables
                 if not ast.literal_eval(node.args[1]).startswith("One row per ")]
        assert tables and not wrong, wrong
