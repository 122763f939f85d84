"""./citywright nightly --on 2024-03-27 [--area CODE]: judge lamps, raise each alert and notice once, publish facts.

Run it as often as you like: the same inputs on the same day make no second run, no second alert, no second notice.
"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from citywright.approvals.actions import obligations, promises
from citywright.followup.actions import letters, notices
from citywright.kernel import areas, clock
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area
from citywright.portal import publishing, upkeep
from citywright.projects.actions import lamps, months, problems
from citywright.projects.queries import judging


class Command(BaseCommand):
    """判灯、提醒、发布数据. Counts are printed area by area; a refusal ends the run with its words."""

    help = "判灯、提醒、发布数据 / judge the lamps, raise alerts, publish facts"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="日期，例如 2024-03-27（默认今天）/ the day")
        parser.add_argument("--area", help="区划代码（默认所有设有项目办的区划）/ area code")

    def handle(self, *args: Any, on: date | None = None, area: str | None = None, **options: Any) -> None:
        day = on or clock.day_of(clock.now())
        try:
            for place in [areas.area_of(area)] if area else judging.publishing_areas():
                self.one(place, day)
            publishing.settle(area=areas.area_of(area) if area else None, on=day)
            upkeep.count_rows()
            if area is None:
                publishing.count_ahead(on=day)
        except Refusal as refused:
            raise CommandError(str(refused)) from refused

    def one(self, area: Area, on: date) -> None:
        """One area: lamps, alerts, facts."""
        judged = lamps.judge(area=area, on=on, by=None, at=clock.now())
        months.stop_chasing(area=area, on=on, by=None, at=clock.now())
        problems.escalate(area=area, on=on, by=None, at=clock.now())
        obligations.withdraw_unmet(area=area, on=on, by=None, at=clock.now())
        obligations.renew_due(area=area, on=on, by=None, at=clock.now())
        obligations.follow_cards(area=area, on=on, by=None, at=clock.now())
        letters.climb_due(area=area, by=None, at=clock.now())
        told = notices.write_day(area=area, on=on, by=None, at=clock.now())
        promises.tell(area=area, on=on, by=None, at=clock.now())
        written = publishing.publish(area=area, run=judged.run, on=on)
        self.stdout.write(
            f"{area.name} {on}：{'判灯' if judged.is_new else '输入未变，沿用判灯'} {judged.projects} 个项目"
            f"（{judged.run.rule_set}，第 {judged.run.number} 次）；提醒 {judged.followed.raised} 条，"
            f"解除 {judged.followed.cleared} 条；通知 {told} 人；发布 "
            + "，".join(f"{name} {n} 行" for name, n in written.items()))
