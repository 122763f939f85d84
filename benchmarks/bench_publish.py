"""Publishing a night: 2,000 projects x 36 months told to the lake; then nothing new; then statistics that came in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import measure

LIMIT = 5


def main() -> None:
    """The first night writes every year; a night without news writes nothing; one with news the year that runs."""
    measure.ready()
    from benchmarks import district
    from citywright.kernel.models import Area
    from citywright.portal import publishing
    from citywright.projects.actions import lamps, months
    from citywright.projects.actions.months import Amounts
    from citywright.projects.models import Project
    from citywright.projects.words import Source

    office = district.lay(projects=2_000, months=36)
    area, on = Area.objects.get(code="990101"), date(2024, 3, 28)
    at = datetime(2024, 3, 28, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    lamps.lay_presets(by=None, at=at)
    run = lamps.judge(area=area, on=on, by=None, at=at).run
    with measure.cpu("publish a night, 2,000 projects x 36 months", LIMIT):
        written = publishing.publish(area=area, run=run, on=on)
    measure.told("publish: rows written", sum(written.values()), "rows")
    with measure.cpu("publish again, nothing changed", LIMIT):
        written = publishing.publish(area=area, run=run, on=on)
    assert not sum(written.values())
    amounts = Amounts(Decimal(10), Decimal(10))
    months.record_facts(period=date(2024, 3, 1), source=Source.STAT, by=office, at=at,
                        rows=[(project, amounts) for project in Project.objects.all()[:50]])
    with measure.cpu("publish again, statistics of 50 projects came in", LIMIT):
        written = publishing.publish(area=area, run=run, on=on)
    assert written["project_month"] == 2_000 * 3
    measure.told("publish: peak memory of the process", measure.peak_mb(), "MB")


if __name__ == "__main__":
    main()
