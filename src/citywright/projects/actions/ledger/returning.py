"""A sheet goes back in its sender's own layout, with the figures that stand in the ledger now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from citywright.kernel import clock, journal, money, periods, sheets
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import Lamp

from ... import imports
from ...models import Category, LampSnapshot
from ...queries import batches
from ...queries.ledger import run_in_force, visible_to, within
from ...rules import ledger_checks as checks
from ...rules.ledger import Index, Known, Sheet, SheetRow, matched, written

#: Half of the last place that percentages are shown with.
HALF = Decimal("0.05")


@dataclass(frozen=True)
class Names:
    """What codes are called in a sheet: units, categories, and the lamp shown of each project."""

    units: Mapping[str, str]
    categories: Mapping[str, str]
    lamps: Mapping[str, str]


@transaction.atomic
def give_back(*, source: Path, area: Area, period: date, by: Person, at: datetime, out: Path,
              columns: Mapping[str, Any] | None = None, mapping: imports.MappingFile | None = None) -> dict[str, int]:
    """The file `out` is the sender's sheet with current figures; returns how many cells changed and rows were added.

    Only projects that the person may see are filled in. Projects of the sheet's units that it lacks stand at its end.
    """
    given = mapping or imports.MappingFile()
    table = sheets.read_table(source, lambda header: header in given.columns or imports.known(header),
                              sheet=given.sheet, max_bytes=settings.MAX_UPLOAD)
    found = imports.matches(table, {**given.columns, **(columns or {})})
    sheet, _ = imports.read(table, found, batches.directory(area), period,
                            imports.Options(given.day_first, given.defaults))
    seen = {str(key) for key in within(visible_to(by), area).values_list("pk", flat=True)}
    known = [project for project in batches.snapshot(area, period) if project.id in seen]
    names = names_of(area, period)
    cells, current, met = filled(sheet, known, period, names)
    units = {project.unit for project in met.values()}
    missing = [p for p in known if p.id not in met and p.leaf and not p.left and p.unit in units]
    additions = [sheets.Addition("", row_of(sheet, project, period, names)) for project in missing]
    cells |= sums(sheet, current, missing)
    mark = f"{by.full_name or by.username} {at.astimezone(clock.CITY):%Y-%m-%d %H:%M}"
    sheets.write_back(source, table, cells, out, additions, mark=mark)
    journal.write(verb="ledger.exported", by=by, at=at, area=area, data={
        "file": out.name, "period": periods.label(period), "cells": len(cells), "rows": len(met) + len(missing)})
    return {"cells": len(cells), "rows": len(met), "added": len(missing)}


def names_of(area: Area, period: date) -> Names:
    """The names in force, and the lamps of the last judging up to the month's end."""
    run = run_in_force(area, periods.last_of(period))
    shown = LampSnapshot.objects.filter(run=run).values_list("project_id", "shown") if run else []
    return Names(dict(Organisation.objects.values_list("code", "short_name")),
                 dict(Category.objects.values_list("code", "name")),
                 {str(key): Lamp(lamp).zh for key, lamp in shown})


def filled(sheet: Sheet, known: list[Known], period: date,
           names: Names) -> tuple[dict[tuple[int, int], Any], dict[int, dict[str, Decimal]], dict[str, Known]]:
    """The cells that say something else than the ledger, the amounts of every row now, and the projects met."""
    index, cells, met = Index.of(known), dict[tuple[int, int], Any](), dict[str, Known]()
    current: dict[int, dict[str, Decimal]] = {}
    for row in sheet.rows:
        project, doubts = matched(row, index, str(row.values.get("lead") or ""))
        amounts = {c: v for c, v in row.values.items() if isinstance(v, Decimal)}
        if project is not None and not doubts:
            met[project.id] = project
            for column, value in cells_of(sheet, row, project, period, names).items():
                cells[(row.number, sheet.places[column].index)] = value
            amounts |= {c: Decimal(v) for c in checks.SUMMED if (v := project.values.get(c))}
        current[row.number] = amounts
    return cells, current, met


def cells_of(sheet: Sheet, row: SheetRow, project: Known, period: date, names: Names) -> dict[str, Any]:
    """Column to new cell value, for the columns of a row whose cell does not say what the ledger says."""
    found: dict[str, Any] = {}
    for column, place in sheet.places.items():
        raw = row.raw[place.index] if place.index < len(row.raw) else ""
        if column == "period":
            ends = [project.values.get(part, "") for part in imports.SPAN_PARTS]
            if ends != [written(row.values.get(part, "")) for part in imports.SPAN_PARTS] and any(ends):
                found[column] = span_text(*ends)
            continue
        if column in imports.BY_CODE and not imports.BY_CODE[column].derived and column != "code":
            now = project.values.get(column, "")
            if now != written(row.values.get(column, "")) and not same_month(row.values.get(column), now):
                found[column] = shown(column, now, place.unit, names, raw)
        else:
            value = worked_out(column, project, period, names, raw)
            if value is not None and not says(row.values.get(column), value):
                found[column] = value
    return found


def says(read: Any, value: Any) -> bool:
    """Whether a cell says the worked-out value already, in its own number of places."""
    if isinstance(read, Decimal):
        right = value if isinstance(value, Decimal) else sheets.percent(value)
        return isinstance(right, Decimal) and abs(read - right) <= HALF
    return bool(read == value)


def same_month(value: Any, now: str) -> bool:
    """Whether the sheet says the month in which the ledger's day lies: the sender's way of saying it stays."""
    return isinstance(value, sheets.Day) and not value.exact and value.on.isoformat()[:7] == now[:7]


def span_text(first: str, last: str) -> str:
    """2023.05-2025.12"""
    return f"{first[:7].replace('-', '.')}-{last[:7].replace('-', '.')}"


def shown(column: str, value: str, unit: str, names: Names, raw: Any = "") -> Any:
    """A written value as the sheet's column shows it: money in its unit, codes by name, days as the cell had them."""
    field = imports.BY_CODE[column]
    if value == "":
        return ""
    if field.kind is imports.Kind.MONEY:
        return Decimal(value) / sheets.UNITS.get(unit, Decimal(1))
    if field.kind is imports.Kind.NUMBER:
        return Decimal(value)
    if field.kind is imports.Kind.DAY:
        return date.fromisoformat(value) if isinstance(raw, date) else value
    if field.kind is imports.Kind.WORD and field.word:
        return field.word(value).zh
    if field.kind is imports.Kind.CATEGORY:
        return names.categories.get(value, value)
    if field.kind is imports.Kind.UNITS:
        return "、".join(names.units.get(code, code) for code in value.split("、"))
    return value


def worked_out(column: str, project: Known, period: date, names: Names, raw: Any) -> Any:
    """The value of a column that is worked out (percent, against schedule, lamp), None for the others."""
    if column == "lamp":
        return names.lamps.get(project.id)
    right = batches.derived(project, period).get(column)
    if right is None:
        return None
    if isinstance(raw, float) and column == "rate_year" and 0 < raw <= 1.5 < right:
        return money.rounded(right / 100, 4)
    short = money.rounded(right, 1)
    return f"{short}%" if isinstance(raw, str) and raw.strip().endswith("%") else short


def row_of(sheet: Sheet, project: Known, period: date, names: Names) -> dict[int, Any]:
    """A whole row for a project that the sheet lacks, by column index."""
    values: dict[int, Any] = {}
    for column, place in sheet.places.items():
        if column == "period":
            ends = [project.values.get(part, "") for part in imports.SPAN_PARTS]
            values[place.index] = span_text(*ends) if any(ends) else ""
        elif column == "code":
            values[place.index] = project.code
        elif imports.BY_CODE[column].derived:
            values[place.index] = worked_out(column, project, period, names, "")
        else:
            values[place.index] = shown(column, project.values.get(column, ""), place.unit, names)
    return values


def sums(sheet: Sheet, current: Mapping[int, Mapping[str, Decimal]], added: list[Known]) -> dict[tuple[int, int], Any]:
    """The cells of 合计 and 小计, of the rows as they are now; added rows count to the whole and to the last group."""
    cells: dict[tuple[int, int], Any] = {}
    for row in sheet.sums:
        for column in row.values:
            if column not in checks.SUMMED:
                continue
            block = checks.block_of(sheet, row, column)
            counted = [r.number for r in block if column not in r.carried]
            total = sum((current[number].get(column, Decimal(0)) for number in counted), Decimal(0))
            if row.whole or (block and block[-1] is sheet.rows[-1]):
                total += sum((Decimal(p.values.get(column) or 0) for p in added), Decimal(0))
            if total != row.values[column]:
                place = sheet.places[column]
                cells[(row.number, place.index)] = total / sheets.UNITS.get(place.unit, Decimal(1))
    return cells
