"""The plan of a sheet: one planned row per row, gone projects behind, and everything that is wrong at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from citywright.kernel.errors import Said
from citywright.kernel.sheets import Day, Mark

from ..words import Gate, RowState
from . import ledger_checks as checks
from .ledger import (
    OF_MONTH,
    OF_PLAN,
    Finding,
    Index,
    Known,
    PlannedRow,
    Scope,
    Sheet,
    SheetRow,
    changes_of,
    disorder,
    fault_at,
    matched,
    name_key,
    near_names,
    written,
)

#: A sender's own code that a new project keeps; running numbers are none.
OWN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{3,31}")
#: What cannot be taken away from a project.
NEVER_EMPTY = frozenset({
    "name", "category", "lead", "funding_type", "nature", "year_type", "total_invest", "plan_year"})


@dataclass
class Plan:
    """Rows in the sheet's order with the gone ones behind; findings, the grave ones first."""

    rows: list[PlannedRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each state, and how many faults and notes."""
        found = {state.value: 0 for state in RowState}
        for row in self.rows:
            found[row.state.value] += 1
        grave = sum(1 for f in self.findings if f.grave)
        return found | {"faults": grave, "notes": len(self.findings) - grave}


@dataclass(frozen=True)
class Wording:
    """What the columns are: which are stored, which tell a gate's day, their Chinese names."""

    stored: Sequence[str]
    gates: Mapping[str, Gate]
    names: Mapping[str, str]


def plan(sheet: Sheet, known: Sequence[Known], scope: Scope, wording: Wording) -> Plan:
    """Every row judged against the ledger. Nothing is repaired: what contradicts is a fault, what may be, a doubt.

    A row without name and code is a fault and no project: it is counted under no state.
    """
    made = Plan()
    index = Index.of(known)
    units = {row.number: str(row.values.get("lead") or "") for row in sheet.rows}
    found = {row.number: matched(row, index, units[row.number] or scope.unit) for row in sheet.rows}
    meant = {project.id for project, _ in found.values() if project}
    free = {name_key(p.name): p for p in known if p.id not in meant and not p.left}
    made.findings += checks.duplicates(sheet, units) + checks.sums(sheet)
    twice = {finding.row for finding in made.findings}
    claimed: dict[str, int] = {}
    for row in sheet.rows:
        project, reasons = found[row.number]
        unit = units[row.number] or (project.unit if project else scope.unit)
        made.findings += checks.shapes(sheet, row, scope) + checks.amounts(sheet, row, project, scope)
        made.findings += _forbidden(sheet, row, project, unit, scope, made.foreign)
        if project is None and not row.values.get("name"):
            continue
        if project and claimed.setdefault(project.id, row.number) != row.number and row.number not in twice:
            said = Said("与第 %(row)s 行指同一个项目（%(code)s）", {"row": claimed[project.id], "code": project.code})
            made.findings.append(fault_at(sheet, row, "name", said, "一个项目一行"))
        made.rows.append(_planned(row, project, unit, reasons, free, wording))
        made.findings += _locked(sheet, row, project, made.rows[-1], scope)
    made.rows += _gone(sheet, known, meant | {r.known for r in made.rows}, units, scope)
    made.findings.sort(key=lambda f: (not f.grave, f.row))
    return made


def _planned(row: SheetRow, project: Known | None, unit: str, reasons: list[Said], free: Mapping[str, Known],
             wording: Wording) -> PlannedRow:
    name = str(row.values.get("name", ""))
    values = {c: written(row.values[c]) for c in wording.stored if c in row.values}
    if project is None and OWN_CODE.fullmatch(str(row.values.get("code", ""))):
        values["code"] = str(row.values["code"])
    made = PlannedRow(row.number, RowState.NEW, name, group=row.group, unit=unit, values=values, reasons=list(reasons))
    if project is None:
        near = near_names(name, free) if free else None
        if near:
            project = near
            made.reasons.append(Said("名称与“%(name)s”（%(code)s）相近", {"name": near.name, "code": near.code}))
    if project is not None:
        made.known = project.id
        made.changes = _allowed(changes_of(row.values, project, wording.stored), row, project, made, wording)
        made.state = RowState.CHANGED if made.changes else RowState.UNCHANGED
    if made.state is not RowState.UNCHANGED:
        made.reasons += _out_of_order(row, wording)
    if made.reasons:
        made.state = RowState.DOUBTFUL
    return made


def _allowed(changes: dict[str, list[str]], row: SheetRow, project: Known, made: PlannedRow,
             wording: Wording) -> dict[str, list[str]]:
    """The changes an import may make: a verified gate's day is never touched, only told."""
    for column, gate in wording.gates.items():
        day = row.values.get(column)
        if column in changes and gate.value in project.passed:
            if isinstance(day, Day):
                made.reasons.append(Said(
                    "“%(gate)s”已核验为 %(day)s，与表中不同；导入不改已核验的日期，请在关口办理更正",
                    {"gate": gate.zh, "day": project.passed[gate.value]}))
            del changes[column]
        elif column in changes and not isinstance(day, Day):
            del changes[column]
    return changes


def _out_of_order(row: SheetRow, wording: Wording) -> list[Said]:
    return [Said("“%(first)s”%(a)s 晚于“%(second)s”%(b)s",
                 {"first": wording.names[a], "a": _told(row.values[a]), "second": wording.names[b],
                  "b": _told(row.values[b])}) for a, b in disorder(row.values, wording.gates)]


def _told(day: Day) -> str:
    return f"{day.on.isoformat()} {day.at:%H:%M}" if day.at else day.on.isoformat()


def _forbidden(sheet: Sheet, row: SheetRow, project: Known | None, unit: str, scope: Scope,
               foreign: list[str]) -> list[Finding]:
    """Rows of a unit that the person may not write, and values that cannot be taken away."""
    found = []
    allowed = scope.units
    theirs = {unit, project.unit} if project else {unit}
    if allowed is not None and not theirs <= allowed:
        foreign.append(str(row.values.get("name", "")))
        found.append(fault_at(sheet, row, "lead" if "lead" in sheet.places else "name",
                              Said("这一行属于其他单位，您只能导入本单位的项目"), "本单位"))
    elif not unit and "lead" not in row.unread:
        found.append(fault_at(sheet, row, "lead" if "lead" in sheet.places else "name",
                              Said("没有写明责任单位"), "责任单位，或导入时指定单位"))
    found += [fault_at(sheet, row, column, Said("这一栏不能清空"), "") for column in NEVER_EMPTY
              if row.values.get(column) is Mark.CLEAR]
    return found


def _locked(sheet: Sheet, row: SheetRow, project: Known | None, planned: PlannedRow, scope: Scope) -> list[Finding]:
    """A locked month and a frozen plan are not changed by whoever has no right to."""
    if project is None:
        return []
    found = []
    if project.locked:
        found += [fault_at(sheet, row, column, Said("本月月报已锁定，改动请走更正申请"), planned.changes[column][0])
                  for column in planned.changes if column in OF_MONTH]
    if project.plan_frozen and not scope.office:
        found += [fault_at(sheet, row, column, Said("年度计划已冻结，只有项目办可以调整"), planned.changes[column][0])
                  for column in planned.changes if column in OF_PLAN]
    return found


def _gone(sheet: Sheet, known: Sequence[Known], meant: set[str], units: Mapping[int, str],
          scope: Scope) -> list[PlannedRow]:
    """Projects of the sheet's units that the sheet lacks; told, never removed."""
    inside = {u for u in units.values() if u} | ({scope.unit} if scope.unit else set())
    return [PlannedRow(0, RowState.GONE, p.name, p.id, unit=p.unit) for p in known
            if p.id not in meant and not p.left and p.leaf and p.unit in inside]


