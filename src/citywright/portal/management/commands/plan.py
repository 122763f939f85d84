"""./citywright plan compare [--catalogue FILE]: how long approvals take one after the other, in parallel, in packages.

Working days of six sample projects and of the whole catalogue as one network, and the items that hold the date.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from citywright.approvals.queries import samples as queries
from citywright.kernel.errors import CannotAccept

HEAD = ("项目", "项数", "法定串联", "承诺串联", "并联", "打包并联")


class Command(BaseCommand):
    """审批计划比较. A faulty catalogue is refused with every fault named."""

    help = "审批计划：串联、并联、打包并联各要多少个工作日 / how long the approvals take"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["compare"])
        parser.add_argument("--catalogue", type=Path, help="目录文件（YAML；默认样例目录）/ a catalogue of your own")

    def handle(self, *args: Any, catalogue: Path | None = None, **options: Any) -> None:
        try:
            found = queries.catalogue_of(catalogue) if catalogue else queries.shipped()
        except CannotAccept as refused:
            lines = [f"  {fault.sheet} {fault.cell}：{fault.said}" for fault in refused.faults]
            raise CommandError("\n".join([str(refused), *lines])) from refused
        samples = sum(item.is_sample for item in found.items)
        self.stdout.write(f"目录 {found.version}：{len(found.departments)} 个部门，{len(found.items)} 项，"
                          f"其中 {samples} 项时限为样例；单位：工作日 / working days")
        self.stdout.write("\t".join(HEAD))
        for row in queries.comparison(found):
            days = row.days
            self.stdout.write("\t".join(map(str, (
                f"{row.name} / {row.name_en}", days.items, days.statutory, days.committed, days.parallel,
                days.packages))))
            if days.bundling_costs:
                self.stdout.write(f"    打包反而多 {days.bundling_costs} 天 / bundling costs days here")
            self.stdout.write("    " + " → ".join(row.holds))
            if row.land:
                land = row.land
                self.stdout.write(f"    拿地即开工：{land.now} → {land.then} 天，预审最迟提前 {land.begins_before} 天，"
                                  f"卡在 {' → '.join(land.holds)} / land to permit")
