"""Pages of the Excel ledger: what came in, what a sheet would change, its faults, and the way back."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import access, attachments, clock, sheets
from citywright.kernel.errors import CannotReach, Fault, Refusal, Said
from citywright.kernel.http import say, standing
from citywright.kernel.models import Area, Person
from citywright.kernel.words import UNIT_ROLES, Role

from ..actions import ledger as actions
from ..models import ImportBatch, ImportRow
from ..queries import batches
from ..words import BatchStep, RowState

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The tabs of a batch in the order in which they ask for attention.
TABS: tuple[tuple[str, str], ...] = (
    ("faults", "错误"), ("notes", "提示"), ("doubtful", "存疑"), ("new", "新增"), ("changed", "变更"),
    ("unchanged", "不变"), ("gone", "缺少"), ("columns", "列对应"),
)
#: What the table of new rows shows of each.
TOLD_OF_NEW = ("lead", "category", "year_type", "total_invest", "plan_year", "done_ytd", "start_plan")


@dataclass(frozen=True)
class Change:
    """One changed column of a row, for people."""

    name: str
    old: str
    new: str
    amount: bool


@dataclass(frozen=True)
class Line:
    """One planned row, for people."""

    row: ImportRow
    changes: list[Change]
    reasons: list[Said]
    cells: list[tuple[str, str, bool]]


def may_load(person: Person, area: Area) -> bool:
    """Whether the person loads sheets at all, so that the page offers it."""
    return access.holds(person, Role.OFFICE, area=area) or bool(access.roles(person) & UNIT_ROLES)


@require_http_methods(["GET", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """What came in before, and the upload of a sheet; an uploaded one is planned and shown, nothing is written yet."""
    here, by = standing(request), cast(Person, request.user)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return redirect("projects:ledger_batch", received(request, here.area, by).pk)
        except CannotReach:
            raise
        except Refusal as caught:
            refusal = caught
    units = batches.units_of(here.area) if access.holds(by, Role.OFFICE, area=here.area) else []
    return render(request, "projects/ledger_list.html", {
        "here": here, "batches": batches.recent(by, here.area), "units": units, "refusal": refusal,
        "may_load": may_load(by, here.area)}, status=409 if refusal else 200)


def received(request: HttpRequest, area: Area, by: Person) -> ImportBatch:
    """The plan of the uploaded sheet; refuses a post without a file."""
    upload, at = request.FILES.get("file"), clock.now()
    if upload is None:
        raise actions.CannotPlanSheet("请先选择一个表格文件")
    unit = next((u for u in batches.units_of(area) if str(u.pk) == request.POST.get("unit")), None)
    kept = attachments.keep(name=upload.name or "台账", stream=upload, by=by, organisation=unit, at=at,
                            allow=tuple(attachments.SHEETS))
    return actions.plan(file=kept, area=area, period=standing(request).period, by=by, at=at, unit=unit)


@require_safe
def ledger_batch(request: HttpRequest, key: UUID) -> HttpResponse:
    """One batch: its counts as tabs, old beside new, faults with their cells, doubts to decide, columns to say."""
    by = cast(Person, request.user)
    batch = batches.batch(by, key)
    counts = counts_of(batch)
    tabs = [(code, word, counts[code]) for code, word in TABS if counts[code]]
    chosen = request.GET.get("tab", "")
    tab = chosen if chosen in {code for code, _word, _count in tabs} else tabs[0][0] if tabs else "unchanged"
    context: dict[str, Any] = {
        "batch": batch, "tabs": tabs, "tab": tab, "counts": counts, "here": standing(request),
        "waiting": batch.step == BatchStep.PLANNED, "may_load": may_load(by, batch.area),
        "undecided": sum(1 for row in batch.rows.filter(state=RowState.DOUBTFUL)
                         if not row.doubt.get("decision")) if counts["doubtful"] else 0,
    }
    return render(request, "projects/ledger_batch.html", context | tab_context(request, batch, tab))


def counts_of(batch: ImportBatch) -> dict[str, int]:
    """How many lines each tab has; columns count those that nobody knows."""
    columns = batch.layout.get("columns", [])
    return {code: int(batch.counts.get(code, 0)) for code, _word in TABS} | {"columns": len(columns)}


def tab_context(request: HttpRequest, batch: ImportBatch, tab: str) -> dict[str, Any]:
    """What the table of a tab shows, one page of it."""
    if tab == "columns":
        columns = [column | {"money": any(batches.is_money(code) for code in column["field"])}
                   for column in batch.layout.get("columns", [])]
        return {"columns": columns, "fields": batches.choices(), "money": list(sheets.UNITS)}
    if tab in {"faults", "notes"}:
        found = [(kept, actions.fault_from(kept)) for kept in batch.faults if kept["grave"] == (tab == "faults")]
        return {"page": Paginator(found, PER_PAGE).get_page(request.GET.get("page"))}
    rows = batch.rows.filter(state=tab).select_related("project")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    called = batches.names()
    return {"page": page, "lines": [line_of(row, called) for row in page.object_list],
            "heads": [(batches.column_name(c), batches.is_amount(c)) for c in TOLD_OF_NEW]}


def line_of(row: ImportRow, called: batches.Names) -> Line:
    """A planned row with its values as people read them."""
    changes = [Change(batches.column_name(c), batches.label(c, old, called), batches.label(c, new, called),
                      batches.is_amount(c)) for c, (old, new) in row.changes.items()]
    reasons = [Said(text, values) for text, values in row.doubt.get("reasons", [])]
    cells = [(batches.column_name(c), batches.label(c, row.values.get(c, ""), called), batches.is_amount(c))
             for c in TOLD_OF_NEW]
    return Line(row, changes, reasons, cells)


@require_POST
def ledger_columns(request: HttpRequest, key: UUID) -> HttpResponse:
    """The columns as a person said them; the sheet is planned anew, and the sender's headers are remembered."""
    by = cast(Person, request.user)
    batch = batches.batch(by, key)
    columns = {column["header"]: {"field": chosen_fields(request, column), "unit": request.POST.get(
        f"unit-{column['index']}", "")} for column in batch.layout.get("columns", [])}
    return acted(request, batch, lambda at: actions.remap(batch=batch, columns=columns, by=by, at=at),
                 _("已按新的列对应重新比对"))


def chosen_fields(request: HttpRequest, column: dict[str, Any]) -> list[str]:
    """What a column was said to be; one that fills several columns of the ledger stays so unless it was changed."""
    chosen = request.POST.get(f"field-{column['index']}", "")
    kept = list(column.get("field") or [])
    return kept if kept and chosen == kept[0] else [chosen] if chosen else []


@require_POST
def ledger_decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is to become of the doubtful rows of the page."""
    by = cast(Person, request.user)
    batch = batches.batch(by, key)
    decisions = {int(name.removeprefix("row-")): value for name, value in request.POST.items()
                 if name.startswith("row-") and name.removeprefix("row-").isdigit() and isinstance(value, str)}
    return acted(request, batch, lambda at: actions.decide(batch=batch, decisions=decisions, by=by, at=at),
                 _("已记下存疑行的处理"), tab="doubtful")


@require_POST
def ledger_apply(request: HttpRequest, key: UUID) -> HttpResponse:
    """The plan becomes the ledger, all or nothing."""
    by = cast(Person, request.user)
    batch = batches.batch(by, key)
    return acted(request, batch, lambda at: actions.apply(batch=batch, by=by, at=at), _("已应用到台账"))


@require_POST
def ledger_abandon(request: HttpRequest, key: UUID) -> HttpResponse:
    """The plan is laid aside."""
    by = cast(Person, request.user)
    batch = batches.batch(by, key)
    return acted(request, batch, lambda at: actions.abandon(batch=batch, by=by, at=at), _("已放弃这一批，台账没有变化"))


def acted(request: HttpRequest, batch: ImportBatch, act: Any, done: str, *, tab: str = "") -> HttpResponse:
    """Back to the batch with what was done, or with why it was refused."""
    at: datetime = clock.now()
    try:
        act(at)
    except CannotReach:
        raise
    except Refusal as refusal:
        messages.error(request, say(refusal.said))
    else:
        messages.success(request, done)
    response = redirect("projects:ledger_batch", batch.pk)
    if tab:
        response["Location"] += f"?tab={tab}"
    return response


@require_POST
def ledger_export(request: HttpRequest, key: UUID) -> HttpResponse:
    """The sender's own sheet with the figures that stand in the ledger now."""
    by = cast(Person, request.user)
    batch = batches.batch(by, key)
    stem = batch.file.name.rpartition(".")[0] or batch.file.name
    ending = "csv" if batch.layout.get("kind") == "csv" else "xlsx"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"out.{ending}"
        actions.give_back(source=attachments.path_of(batch.file), area=batch.area, period=batch.period, by=by,
                          at=clock.now(), out=out, columns=batch.columns, mapping=actions.mapping_of(batch))
        return download(out.read_bytes(), f"{stem}-{_('现数')}.{ending}", XLSX if ending == "xlsx" else "text/csv")


@require_safe
def ledger_faults(request: HttpRequest, key: UUID) -> HttpResponse:
    """The faults and notes as a sheet, a row each with its cell, to be worked off beside the sender's own."""
    batch = batches.batch(request.user, key)
    rows = [[_("错误") if kept["grave"] else _("提示"), *told(actions.fault_from(kept))] for kept in batch.faults]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "faults.xlsx"
        sheets.write_rows(out, title=_("导入问题清单"), rows=rows, widths=(8, 14, 10, 24, 44, 24, 32), head=[
            _("类别"), _("工作表"), _("单元格"), _("列名"), _("错在哪里"), _("读到"), _("应为")],
            note=f"{batch.file.name}  {request.user}  {clock.now().astimezone(clock.CITY):%Y-%m-%d %H:%M}")
        return download(out.read_bytes(), f"{_('导入问题清单')}.xlsx", XLSX)


def told(fault: Fault) -> list[str]:
    """A fault as the cells of a row."""
    expected = _(fault.expected) if fault.expected else ""
    return [fault.sheet, fault.cell, fault.header, say(fault.said), fault.read, expected]


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """The content as a file to be kept, never opened in the page."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


urlpatterns = [
    path("ledger/", ledger, name="ledger"),
    path("ledger/<uuid:key>/", ledger_batch, name="ledger_batch"),
    path("ledger/<uuid:key>/columns/", ledger_columns, name="ledger_columns"),
    path("ledger/<uuid:key>/decide/", ledger_decide, name="ledger_decide"),
    path("ledger/<uuid:key>/apply/", ledger_apply, name="ledger_apply"),
    path("ledger/<uuid:key>/abandon/", ledger_abandon, name="ledger_abandon"),
    path("ledger/<uuid:key>/export/", ledger_export, name="ledger_export"),
    path("ledger/<uuid:key>/faults/", ledger_faults, name="ledger_faults"),
]
