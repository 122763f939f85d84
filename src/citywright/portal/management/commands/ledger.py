"""./citywright ledger check|load|export …: the Excel ledger from the command line.

Ends with 0 when all is well, 1 when the sheet has faults (nothing is loaded then), 2 when it cannot be read or done.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from citywright.kernel import attachments, clock, journal, periods
from citywright.kernel.errors import CannotReach, Fault, Refusal, Said
from citywright.kernel.http import say
from citywright.kernel.models import Area, Organisation, Person
from citywright.projects.actions import ledger
from citywright.projects.models import ImportBatch
from citywright.projects.queries import batches
from citywright.projects.words import RowState

SHOWN = 40
#: State, row number, name, changes and reasons of a planned row.
Told = tuple[str, int, str, dict[str, Any], Sequence[Said]]


class CannotDo(Refusal):
    """An argument names nothing that is there."""


class Command(BaseCommand):
    """Looks at a sheet, loads it, or gives it back with current figures."""

    help = "Excel 台账：检查、导入、按原格式导出。The Excel ledger: check, load, export in the sender's layout."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        for act in ("check", "load", "export"):
            sub = acts.add_parser(act)
            if act != "export":
                sub.add_argument("file", type=Path, help="Excel 或 CSV 文件 / the sheet")
            sub.add_argument("--area", required=True, help="区划代码，如 990101 / area code")
            sub.add_argument("--month", required=True, help="月份，如 2024-03 / month")
            sub.add_argument("--mapping", type=Path, help="列对应文件 .toml / mapping file")
            sub.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])
            if act != "check":
                sub.add_argument("--by", required=act == "load", default="", help="登录名 / sign-in name")
            if act != "export":
                sub.add_argument("--unit", default="", help="单位代码或简称：表里没有责任单位时用 / unit")
            if act == "load":
                sub.add_argument("--doubtful", default="skip", choices=["skip", "accept"],
                                 help="存疑的行：不导入，或按表导入 / rows in doubt: leave out, or take as they are")
            if act == "export":
                sub.add_argument("--layout", type=Path, help="发送方的表 / the sender's sheet")
                sub.add_argument("--batch", default="", help="导入批次 / import batch")
                sub.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the act in the language asked for; a refusal is told and ends with 2."""
        with translation.override(options["language"]):
            try:
                code = getattr(self, f"_{options['act']}")(options)
            except Refusal as refusal:
                self._keep_attempt(refusal, options)
                self.stderr.write(say(refusal.said))
                self._tell_faults(getattr(refusal, "faults", ()))
                code = 2
            except OSError as error:
                self.stderr.write(_("文件打不开：%(name)s") % {"name": error.filename})
                code = 2
        if code:
            sys.exit(code)

    def _check(self, options: dict[str, Any]) -> int:
        area, period, unit = self._where(options)
        at = clock.now()
        looked = ledger.look(options["file"], area=area, scope=ledger.open_scope(period, at, unit),
                             mapping=self._mapping(options), organisation=unit)
        self._tell_columns(looked)
        rows = [(r.state, r.number, r.name, r.changes, r.reasons) for r in looked.plan.rows]
        self._tell_plan(looked.plan.counts, rows)
        self._tell_faults([f.fault for f in looked.plan.findings])
        return 1 if looked.plan.counts["faults"] else 0

    def _load(self, options: dict[str, Any]) -> int:
        area, period, unit = self._where(options)
        at, by = clock.now(), self._person(options["by"])
        ledger.scope_of(by, area, period, at, unit)
        with options["file"].open("rb") as stream:
            kept = attachments.keep(name=options["file"].name, stream=stream, by=by, organisation=unit, at=at,
                                    allow=tuple(attachments.SHEETS))
        batch = ledger.plan(file=kept, area=area, period=period, by=by, at=at, unit=unit,
                            mapping=self._mapping(options))
        rows = [(r.state, r.row_number, r.name, r.changes, [Said(*said) for said in r.doubt.get("reasons", [])])
                for r in batch.rows.all()]
        self._tell_plan(batch.counts, rows)
        if batch.faults:
            self._tell_faults([ledger.fault_from(kept_fault) for kept_fault in batch.faults])
        if batch.counts["faults"]:
            told = _("有 %(count)s 处错误，没有导入任何内容。改好表格后再导入。")
            self.stderr.write(told % {"count": batch.counts["faults"]})
            return 1
        if options["doubtful"] == "accept":
            doubtful = batch.rows.filter(state=RowState.DOUBTFUL)
            batch = ledger.decide(batch=batch, by=by, at=at, decisions={
                row.row_number: "match" if row.project_id else "new" for row in doubtful})
        batch = ledger.apply(batch=batch, by=by, at=at)
        self.stdout.write(_("已导入：新增 %(new)s 个，变更 %(changed)s 个。批次 %(batch)s") % {
            "new": batch.counts["written"]["new"], "changed": batch.counts["written"]["changed"], "batch": batch.pk})
        return 0

    def _export(self, options: dict[str, Any]) -> int:
        area, period, _unit = self._where(options | {"unit": ""})
        by = self._person(options["by"]) if options["by"] else None
        if by is None:
            raise CannotDo("导出要写明以谁的名义：--by 登录名")
        source, columns, mapping = options["layout"], None, self._mapping(options)
        if options["batch"]:
            batch: ImportBatch = batches.batch(by, options["batch"])
            source, columns, mapping = attachments.path_of(batch.file), batch.columns, ledger.mapping_of(batch)
        if source is None:
            raise CannotDo("请用 --layout 给出发送方的表，或用 --batch 给出导入批次")
        counts = ledger.give_back(source=source, area=area, period=period, by=by, at=clock.now(), out=options["out"],
                                  columns=columns, mapping=mapping)
        self.stdout.write(_("已写入 %(file)s：%(rows)s 行，改动 %(cells)s 格，补 %(added)s 行") % {
            **counts, "file": options["out"]})
        return 0

    def _where(self, options: dict[str, Any]) -> tuple[Area, date, Organisation | None]:
        area = Area.objects.filter(code=options["area"]).first()
        if area is None:
            raise CannotDo("没有区划 %(code)s", code=options["area"])
        text = options.get("unit") or ""
        inside = Organisation.objects.filter(area__path__startswith=area.path).select_related("area")
        unit = (inside.filter(code=text).first() or inside.filter(short_name=text).first()
                or inside.filter(name=text).first()) if text else None
        if text and unit is None:
            raise CannotDo("没有单位“%(name)s”", name=text)
        return area, periods.month_of(options["month"]), unit

    def _person(self, username: str) -> Person:
        found = Person.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise CannotDo("没有登录名 %(name)s", name=username)
        return found

    def _mapping(self, options: dict[str, Any]) -> Any:
        return ledger.load_mapping(options["mapping"]) if options.get("mapping") else None

    def _keep_attempt(self, refusal: Refusal, options: dict[str, Any]) -> None:
        """An attempt out of reach leaves a line in the journal, as it does on a page."""
        if isinstance(refusal, CannotReach):
            by = Person.objects.filter(username=options.get("by") or "").first()
            journal.write(verb="access.refused", by=by, at=clock.now(),
                          data={"command": f"ledger {options['act']}", "text": str(refusal)})

    def _tell_columns(self, looked: ledger.Looked) -> None:
        unread = [c.header for c, m in zip(looked.table.columns, looked.found, strict=True) if not m.fields]
        self.stdout.write(f"{looked.table.title or looked.table.sheet}  {looked.table.sheet}")
        if unread:
            self.stdout.write(_("不认识、未读入的列：%(columns)s") % {"columns": "、".join(unread)})

    def _tell_plan(self, counts: dict[str, Any], rows: Iterable[Told]) -> None:
        self.stdout.write("  ".join(f"{_(state.zh)} {counts.get(state.value, 0)}" for state in RowState)
                          + f"  {_('错误')} {counts['faults']}  {_('提示')} {counts['notes']}")
        telling = [r for r in rows if r[0] != RowState.UNCHANGED]
        for state, number, name, changes, reasons in telling[:SHOWN]:
            said = "；".join(say(reason) for reason in reasons) or "；".join(
                f"{_(batches.column_name(column))} {old or '—'} → {new or '—'}"
                for column, (old, new) in list(changes.items())[:4])
            self.stdout.write(f"{padded(_(RowState(state).zh), 10)}{number or '':>6}  {padded(name, 40)}  {said}")
        if len(telling) > SHOWN:
            self.stdout.write(_("……另有 %(count)s 行") % {"count": len(telling) - SHOWN})

    def _tell_faults(self, faults: Sequence[Fault]) -> None:
        for fault in faults[:SHOWN]:
            place = " ".join(filter(None, (fault.sheet, fault.cell, fault.header)))
            read = _("读到“%(read)s”") % {"read": fault.read} if fault.read else ""
            expected = _("应为 %(expected)s") % {"expected": _(fault.expected)} if fault.expected else ""
            self.stderr.write("  ".join(filter(None, (place, say(fault.said), read, expected))))
        if len(faults) > SHOWN:
            self.stderr.write(_("……另有 %(count)s 处") % {"count": len(faults) - SHOWN})


def padded(text: str, width: int) -> str:
    """The text filled up or cut to so many places; a Chinese character takes two."""
    taken, kept = 0, ""
    for sign in text:
        wide = 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if taken + wide > width:
            break
        taken, kept = taken + wide, kept + sign
    return kept + " " * (width - taken)
