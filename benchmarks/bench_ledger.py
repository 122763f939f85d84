"""A ledger of 2,000 rows by 31 columns: planned, applied, planned again."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import measure
import xlsxwriter

ROWS = 2_000
HEADS = (
    "序号 项目名称 项目代码 项目级别 项目类别 建设性质 建设类型 建设单位 建设地点 "
    "建设规模及主要内容 建设起止年限 总投资（亿元） 截至上年底累计完成投资 年度计划投资 "
    "本月完成投资 1-3月累计完成投资 占年度计划% 与时序比 自开工累计完成投资 年度目标 "
    "当前形象进度 手续办理情况 存在问题 下步措施 计划开工时间 计划竣工时间 责任单位 "
    "包联领导 是否纳统 亮灯 备注 "
)
HEAD = [name for name in HEADS.split(" ") if name]


def sheet(place: Path) -> None:
    """The ledger as a sender writes it: title, unit line, head, rows."""
    book = xlsxwriter.Workbook(str(place), {"constant_memory": True})
    page = book.add_worksheet("台账")
    page.write(0, 0, "示例区2024年重点项目台账")
    page.write(1, len(HEAD) - 1, "单位：万元")
    page.write_row(2, 0, HEAD)
    for n in range(ROWS):
        month, before = 120 + n % 400, 3_000 + n
        kind, floors = ("产业", "基础设施", "民生")[n % 3], n % 30 + 1
        page.write_row(3 + n, 0, (
            n + 1, f"示例项目第{n + 1}号", "", "区重点", kind, "新建", "续建", f"示例公司{n % 90}", "示例片区",
            f"建筑面积{floors}万平方米", "2022-2025", (30_000 + n) / 10_000, before, 12_000, month, month * 3,
            month * 3 / 12_000, "", before + month * 3, "主体完成", f"主体施工至{floors}层", "齐全", "", "按计划推进",
            "2022.3", "2025年12月", f"第{n % 60}单位", "示例甲", "是", "绿", ""))
    book.close()


def main() -> None:
    """Plan and apply as the office, on a district that knows the units and nothing else."""
    measure.ready()
    from benchmarks import district
    from citywright.kernel import attachments
    from citywright.kernel.models import Area
    from citywright.projects.actions import ledger, setup

    at = datetime(2024, 3, 27, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    by = district.lay(projects=0, months=1)
    setup.lay_ground(by=None, at=at)
    area = Area.objects.get(code="990101")
    place = Path(os.environ["CITYWRIGHT_HOME"]) / "台账.xlsx"
    sheet(place)
    with place.open("rb") as stream:
        file = attachments.keep(name=place.name, stream=stream, by=by, organisation=None, at=at)
    before = measure.peak_mb()
    with measure.cpu("ledger, 2,000 rows x 31 columns: plan and apply", 4):
        batch = ledger.plan(file=file, area=area, period=date(2024, 3, 1), by=by, at=at)
        assert not batch.faults, batch.faults[:3]
        ledger.apply(batch=batch, by=by, at=at)
    measure.told("ledger: peak memory of the process", measure.peak_mb(), "MB", 400)
    measure.told("ledger: of which before reading", before, "MB")
    with measure.cpu("ledger: the same file planned again (nothing changes)"):
        again = ledger.plan(file=file, area=area, period=date(2024, 3, 1), by=by, at=at)
    assert not again.counts["new"] and not again.counts["changed"], again.counts


if __name__ == "__main__":
    main()
