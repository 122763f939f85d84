"""./citywright process FILE.xes.gz | --area CODE [--json] [--write OUT.xes.gz]: what an event log of approvals tells.

Cases, events, variants, who directly follows whom and after how long, the steps, what ended later than planned. With an
area the log is that of its own handlings, one case each.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from citywright.approvals.queries import process as own
from citywright.approvals.queries import samples as queries
from citywright.kernel import areas
from citywright.kernel.errors import Refusal

DAY = 86_400
LINES = 20


class Command(BaseCommand):
    """过程分析. A damaged log is refused; dates that are none are counted and said."""

    help = "事件日志（XES）的过程分析 / what an event log tells"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--area", help="区划代码：本区自己的办件 / the handlings of an area")
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--write", type=Path, help="另存为 XES / write it again as XES")

    def handle(self, *args: Any, file: Path | None = None, area: str | None = None, as_json: bool = False,
               write: Path | None = None, **options: Any) -> None:
        if (file is None) == (area is None):
            raise CommandError("请给出事件日志文件，或用 --area 指定区划，二者选一。Name a file, or an area, not both.")
        try:
            log = own.of_area_named(areas.area_of(area)) if area else queries.log_of(file or Path())
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
        found = queries.told(log)
        if write:
            queries.write_log(log, write)
        if as_json:
            self.stdout.write(json.dumps(asdict(found) | {"faulty_dates": log.faulty}, ensure_ascii=False, indent=1))
            return
        if log.faulty:
            self.stdout.write(f"有 {log.faulty} 个日期读不懂（例如 {log.first_faulty}），未计入 / left out")
        self.stdout.write(f"案件 {found.cases}，事件 {found.events}，环节 {found.activities}，人员 {found.resources}，"
                          f"路径 {found.variants} / cases, events, activities, resources, variants")
        self.stdout.write(f"已结束 {found.ended}，晚于计划 {found.late}，超过期限 {found.after_deadline}，"
                          f"在办 {found.open} / ended, later than planned, past the deadline, open")
        self.stdout.write(f"历时 平均 {found.mean or 0:,.3f} 秒，中位 {(found.median or 0) / DAY:.1f} 天，"
                          f"九成不超过 {(found.p90 or 0) / DAY:.1f} 天 / duration: mean, median, p90")
        for step in found.steps[:LINES]:
            self.stdout.write(f"  {step.activity}\t{step.events}\t{step.cases}\t{step.median / DAY:.2f} 天")
        self.stdout.write("先后关系（次数，中位天数）/ directly follows (count, median days)")
        for edge in found.edges[:LINES]:
            self.stdout.write(f"  {edge.before} → {edge.after}\t{edge.times}\t{edge.median / DAY:.2f}")
