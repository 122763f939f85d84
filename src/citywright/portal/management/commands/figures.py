"""./citywright figures load|check|board …: published figures, relations between figures, the board of an area.

Ends with 0 when all is done, 1 when a file has faults, is refused, or states another verdict than the one reckoned,
2 when it cannot be read.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from citywright.indicators.actions import published
from citywright.indicators.queries import boards, checking, files
from citywright.indicators.queries.checking import Checked
from citywright.indicators.queries.reading import Scope
from citywright.kernel import clock, periods
from citywright.kernel.errors import CannotAccept, Fault, Refusal
from citywright.kernel.http import say
from citywright.kernel.models import Area, Person

SHOWN = 40


class CannotDo(Refusal):
    """An argument names nothing that is there."""


class Command(BaseCommand):
    """Loads published figures, judges relations between them, prints an area's board."""

    help = "已公布数据：装入、核对关系、打印看板。Published figures: load, check relations; print an area's board."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        load = acts.add_parser("load", help="装入 CSV 或 JSON 行 / load CSV or JSON lines")
        load.add_argument("files", nargs="+", type=Path, help="文件 / files")
        load.add_argument("--replace", action="store_true", help="更正已装入的数，日志留痕 / correct known figures")
        load.add_argument("--by", default="", help="登录名；不写即以安装者名义 / sign-in name")
        check = acts.add_parser("check", help="核对关系：0 已核对，1 文件有错或所写结论不同，2 读不了 / judge: "
                                              "0 judged, 1 faults or another verdict, 2 not readable")
        check.add_argument("file", type=Path, help="关系文件 TOML、JSON 行 / relations file")
        check.add_argument("--json", action="store_true", help="按 JSON 行输出 / JSON lines")
        check.add_argument("--area", default="", help="区划代码，台账指标的关系用 / area, for the ledger's own")
        check.add_argument("--month", default="", help="月份，如 2024-03 / month")
        board = acts.add_parser("board", help="打印区划的看板 / print the board of an area")
        board.add_argument("--area", required=True, help="区划代码，如 990101 / area code")
        board.add_argument("--month", required=True, help="月份，如 2024-03 / month")
        board.add_argument("--json", action="store_true")
        for sub in (load, check, board):
            sub.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the act in the language asked for."""
        with translation.override(options["language"]):
            try:
                code = getattr(self, f"_{options['act']}")(options)
            except CannotAccept as refusal:
                self.stderr.write(say(refusal.said))
                self._tell_faults(refusal.faults)
                code = 1
            except Refusal as refusal:
                self.stderr.write(say(refusal.said))
                code = 2
            except OSError as error:
                self.stderr.write(_("文件打不开：%(name)s") % {"name": error.filename})
                code = 2
        if code:
            sys.exit(code)

    def _load(self, options: dict[str, Any]) -> int:
        by = self._person(options["by"]) if options["by"] else None
        for path in options["files"]:
            rows, faults = files.figure_rows(files.text_of(path))
            done = published.load(rows=rows, faults=faults, by=by, at=clock.now(), replace=options["replace"])
            self.stdout.write(_("%(file)s：新装入 %(new)s 条，未变 %(same)s 条，更正 %(changed)s 处") % {
                "file": path.name, "new": done.new, "same": done.same, "changed": len(done.changes)})
            for change in done.changes:
                self.stdout.write(f"  {change.code} {change.column}: {change.before} → {change.after}")
        return 0

    def _check(self, options: dict[str, Any]) -> int:
        text, scope, period = files.text_of(options["file"]), None, None
        if options["area"] and options["month"]:
            scope, period = Scope(self._area(options["area"]).path), periods.month_of(options["month"])
        found = checking.check(text, scope, period)
        if options["json"]:
            for one in found:
                self.stdout.write(json.dumps(checking.told(one), ensure_ascii=False))
        else:
            self._tell_checked(found)
        return 1 if any(one.differs for one in found) else 0

    def _board(self, options: dict[str, Any]) -> int:
        told = boards.told(self._area(options["area"]), periods.month_of(options["month"]))
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1, default=str))
            return 0
        for one in told["figures"]:
            self.stdout.write(f"{one['code']:<14} {one['shown']:>14} {_(one['unit'])}  {_(one['label'])}")
        return 0

    def _tell_checked(self, found: Sequence[Checked]) -> None:
        for one in found:
            differs = _("（文件写的是 %(verdict)s）") % {"verdict": one.expected} if one.differs else ""
            self.stdout.write(f"{one.judgement.relation.id:<6} {one.judgement.verdict.value:<12} {one.title}{differs}")
            for line in one.lines:
                self.stdout.write(f"       {line}")
            for said in one.judgement.reasons:
                self.stdout.write(f"       · {say(said)}")
            if one.question:
                self.stdout.write(f"       ? {one.question}")
        counts = Counter(one.judgement.verdict.value for one in found)
        self.stdout.write("  ".join(f"{name} {count}" for name, count in sorted(counts.items())))

    def _area(self, code: str) -> Area:
        found = Area.objects.filter(code=code).first()
        if found is None:
            raise CannotDo("没有区划 %(code)s", code=code)
        return found

    def _person(self, username: str) -> Person:
        found = Person.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise CannotDo("没有登录名 %(name)s", name=username)
        return found

    def _tell_faults(self, faults: Iterable[Fault]) -> None:
        told = list(faults)
        for fault in told[:SHOWN]:
            place = " ".join(part for part in (_("第 %(line)s 行") % {"line": fault.cell}, fault.header) if part)
            read = f"  “{fault.read}”" if fault.read else ""
            self.stderr.write(f"  {place}  {say(fault.said)}{read}")
        if len(told) > SHOWN:
            self.stderr.write(_("  还有 %(count)s 处") % {"count": len(told) - SHOWN})
