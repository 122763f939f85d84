"""Writing the rows of a plan in bulk: projects, plans, money, reports, people, claims. No query per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from citywright.kernel.models import Area, Organisation, Person

from ...imports import GATE_OF
from ...models import Category, Project, Responsibility
from ...queries.batches import PEOPLE, PROJECT_FIELDS
from ...rules.ledger import Known
from ...words import FundingType, ResponsibleRole
from ..projects import initials_of, next_code

REASON = "台账导入"
DAYS = frozenset({"build_from", "build_to"})
AMOUNTS = frozenset({"total_invest", "stat_total", "land_mu", "floor_area"})
MAY_LACK = frozenset({"stat_total", "land_mu", "floor_area"})
BATCH = 500


@dataclass(frozen=True)
class Pen:
    """Who writes, where, for which month, in whose name, and when."""

    area: Area
    period: date
    by: Person
    organisation: Organisation | None
    at: datetime
    today: date
    office: bool


@dataclass(slots=True)
class Stroke:
    """One row to be written: `fields` holds written values by column. `known` is None for a new project."""

    name: str
    fields: dict[str, str]
    known: Known | None
    project: Project | None = None

    def now(self, column: str) -> str:
        """The value after this row was written."""
        return self.fields[column] if column in self.fields else (
            self.known.values.get(column, "") if self.known else "")


def amount(text: str) -> Decimal | None:
    """The amount written, None for nothing."""
    return Decimal(text) if text else None


def on(text: str) -> date | None:
    """The day written, None for nothing."""
    return date.fromisoformat(text) if text else None


def write_projects(strokes: Sequence[Stroke], pen: Pen) -> dict[str, int]:
    """New projects are there with codes, changed ones hold the new values; each stroke knows its project."""
    units = dict(Organisation.objects.values_list("code", "pk"))
    categories = dict(Category.objects.values_list("code", "pk"))
    codes = CodeMaker(pen.area, pen.today.year)
    known = Project.objects.in_bulk([s.known.id for s in strokes if s.known])
    by_key = {str(key): project for key, project in known.items()}
    new, changed, touched = [], [], {"changed_at", "changed_by"}
    for stroke in strokes:
        fields = project_fields(stroke.fields, units, categories)
        if stroke.known is None:
            stroke.project = made(stroke, fields, pen, categories, codes)
            new.append(stroke.project)
            continue
        stroke.project = by_key[stroke.known.id]
        if fields:
            for name, value in fields.items():
                setattr(stroke.project, name, value)
            touched |= set(fields)
            changed.append(stroke.project)
    for project in changed:
        project.changed_at, project.changed_by = pen.at, pen.by
    Project.objects.bulk_create(new, batch_size=BATCH)
    if changed:
        rewrite(Project, changed, sorted(f.removesuffix("_id") for f in touched))
    write_helpers(strokes, units)
    return {"new": len(new), "changed": len(changed)}


def rewrite(model: type[models.Model], rows: Sequence[Any], fields: Sequence[str]) -> None:
    """The rows, which are all there, hold the new values of these fields.

    By INSERT … ON CONFLICT DO UPDATE: a tenth of the work of `bulk_update`, which writes a CASE per row and field.
    """
    if rows and fields:
        model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["id"],
                                           update_fields=list(fields), batch_size=BATCH)


class CodeMaker:
    """Free codes of an area and year, one after the other."""

    def __init__(self, area: Area, year: int) -> None:
        self.area, self.year, self.last = area, year, ""

    def next(self) -> str:
        """The next free code; asks the ledger once."""
        if not self.last:
            self.last = next_code(self.area, self.year)
        else:
            start, _, number = self.last.rpartition("-")
            self.last = f"{start}-{int(number) + 1:04d}"
        return self.last


def project_fields(fields: dict[str, str], units: dict[str, int], categories: dict[str, int]) -> dict[str, Any]:
    """Model fields of the columns that belong to the project itself."""
    found: dict[str, Any] = {}
    for column, value in fields.items():
        if column == "category":
            found["category_id"] = categories[value]
        elif column == "lead":
            found["lead_unit_id"] = units[value]
        elif column in DAYS:
            found[column] = on(value)
        elif column in AMOUNTS:
            found[PROJECT_FIELDS[column]] = amount(value) if column in MAY_LACK else amount(value) or Decimal(0)
        elif column in PROJECT_FIELDS:
            found[PROJECT_FIELDS[column]] = value
    if "name" in found:
        found["initials"] = initials_of(found["name"])
    return found


def made(stroke: Stroke, fields: dict[str, Any], pen: Pen, categories: dict[str, int], codes: CodeMaker) -> Project:
    """A new project, not yet saved; what the sheet does not say is 未归类 and 企业投资."""
    base = {"category_id": categories.get("unclassified"), "funding_type": FundingType.ENTERPRISE}
    return Project(code=stroke.fields.get("code") or codes.next(), area=pen.area, created_at=pen.at, created_by=pen.by,
                   changed_at=pen.at, changed_by=pen.by, **{**base, **fields})


def write_helpers(strokes: Sequence[Stroke], units: dict[str, int]) -> None:
    """The cooperating units are those of the sheet, in its order."""
    through: type[models.Model] = Project.cooperating_units.through
    told = [s for s in strokes if "coop" in s.fields and s.project]
    again = [s.project.pk for s in told if s.known and s.project]
    if again:
        through._default_manager.filter(project_id__in=again).delete()
    through._default_manager.bulk_create(
        [through(project_id=s.project.pk, organisation_id=units[code]) for s in told if s.project
         for code in dict.fromkeys(filter(None, s.fields["coop"].split("、")))], batch_size=BATCH)


def write_people(strokes: Sequence[Stroke], pen: Pen) -> int:
    """Who answers in which role from this month on; whoever did before stands until then."""
    new: list[Responsibility] = []
    ended: dict[ResponsibleRole, list[Any]] = {}
    for stroke in strokes:
        for column, role in PEOPLE.items():
            watched = (column, "phone") if role is ResponsibleRole.CONTACT else (column,)
            if not any(c in stroke.fields for c in watched) or stroke.project is None:
                continue
            if stroke.known and any(stroke.known.values.get(c) for c in watched):
                ended.setdefault(role, []).append(stroke.project.pk)
            name, phone = stroke.now(column), stroke.now("phone") if role is ResponsibleRole.CONTACT else ""
            if name or phone:
                new.append(Responsibility(project=stroke.project, role=role, name=name or role.zh, phone=phone,
                                          from_on=pen.period))
    for role, keys in ended.items():
        open_now = Responsibility.objects.filter(project_id__in=keys, role=role, to_on__isnull=True)
        open_now.filter(from_on__gt=pen.period).update(to_on=models.F("from_on"))
        open_now.update(to_on=pen.period)
    Responsibility.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def gate_columns(stroke: Stroke) -> list[str]:
    """The columns of the row that tell a gate's day."""
    return [column for column in GATE_OF if stroke.fields.get(column)]
