"""The night over 2,000 projects with 36 months each: lamps, alerts, facts to the lake."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import measure


def main() -> None:
    """One nightly run on a large district; then the same again, which changes nothing."""
    measure.ready()
    from benchmarks import district
    from citywright.kernel.models import Area
    from citywright.projects import facts
    from citywright.projects.actions import lamps

    district.lay(projects=2_000, months=36)
    area, on = Area.objects.get(code="990101"), date(2024, 3, 28)
    at = datetime(2024, 3, 28, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    lamps.lay_presets(by=None, at=at)
    with measure.cpu("nightly, 2,000 projects x 36 months", 5):
        judged = lamps.judge(area=area, on=on, by=None, at=at)
        facts.publish(area=area, run=judged.run, on=on)
    with measure.cpu("nightly again on the same inputs"):
        judged = lamps.judge(area=area, on=on, by=None, at=at)
        facts.publish(area=area, run=judged.run, on=on)
    assert not judged.is_new
    measure.told("nightly: peak memory of the process", measure.peak_mb(), "MB")


if __name__ == "__main__":
    main()
