"""Approvals: deciding, planning and forecasting the six sample projects as 139 live ones, and the pages over them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from statistics import median

import measure

PROJECTS, TURNS = 139, 5
DAY = date(2024, 3, 27)


def milliseconds(act: Callable[[], object], turns: int = TURNS) -> float:
    """CPU milliseconds of an act, the median of some turns after a first one."""
    act()
    taken = []
    for _ in range(turns):
        begun = time.process_time()
        act()
        taken.append((time.process_time() - begun) * 1000)
    return median(taken)


def main() -> None:
    """Pure first: items, plan, capacity, draws; then the pages over 139 dossiers of which a tenth has begun."""
    measure.ready()
    from citywright.approvals import plan
    from citywright.approvals.plan import Job
    from citywright.approvals.queries import samples
    from citywright.approvals.rules import catalogue as rules

    catalogue, profiles = samples.shipped(), samples.profiles()
    measure.told("115 items decided, one project", milliseconds(
        lambda: [rules.decide(catalogue, one.known) for one in profiles]) / len(profiles), "CPU ms", 0.1)
    codes = [rules.decide(catalogue, one.known).applies for one in profiles]
    tasks = [plan.partly_packed(catalogue, one, row.project_class) for one, row in zip(codes, profiles, strict=True)]
    measure.told("plan of one project", milliseconds(lambda: [
        plan.live(plan.partly_packed(catalogue, one, row.project_class), {}, 0, goals=plan.GOALS)
        for one, row in zip(codes, profiles, strict=True)]) / len(profiles), "CPU ms", 2)
    jobs = [Job(str(n), tuple(tasks[n % len(tasks)]), 1 + n % 3, n % 40) for n in range(PROJECTS)]
    windows = {one.code: 4 for one in catalogue.departments}
    measure.told(f"{PROJECTS} projects share the windows", milliseconds(lambda: plan.share_out(jobs, windows)),
                 "CPU ms", 100)
    factors = plan.fitted([])
    with measure.cpu(f"{PROJECTS} projects drawn {plan.SAMPLES:,} times each", 3):
        for n in range(PROJECTS):
            plan.forecast(plan.simulate(tasks[n % len(tasks)], plan.GOALS, 0, factors, seed=n), 0)
    pages()


def pages() -> None:
    """The list and one plan over 139 dossiers."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from citywright.approvals import samples
    from citywright.approvals.actions import promises
    from citywright.approvals.queries.dossiers import File
    from citywright.approvals.words import ItemVerb
    from citywright.kernel.clock import CITY
    from citywright.projects import samples as people
    from citywright.projects.words import Stage

    settings.ALLOWED_HOSTS, settings.SAMPLE_DAY = ["testserver"], DAY
    rows = [samples.dossier(people.project(f"示例{n}", stage=Stage.COMMITTED), n % 6) for n in range(PROJECTS)]
    for row in rows[::10]:
        first, second = samples.received(row, *File(row).decided.applies[:2])
        samples.moved(first, ItemVerb.ACCEPT)
        samples.moved(first, ItemVerb.PASS, days=1)
        samples.moved(second, ItemVerb.ACCEPT)
    at = datetime(2024, 3, 26, 22, 0, tzinfo=CITY)
    with measure.cpu(f"{PROJECTS} finish days told in a night", 3):
        promises.tell(area=people.district(), on=DAY, by=None, at=at)
    browser = Client()
    browser.force_login(people.office())
    for name, address in (("list of approvals", "/approvals/"), ("plan of a dossier",
                                                                f"/approvals/{rows[0].project.code}/")):
        measure.told(name, milliseconds(lambda address=address: browser.get(address)), "CPU ms", 60)  # type: ignore[misc]
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        measure.told(f"{name}: queries", len(asked), "queries", 15 if "plan" in name else 12)


if __name__ == "__main__":
    main()
