"""The pages over 2,000 projects with 36 months each: queries, and CPU time of one view of the page.

The list keeps its rows until the journal grows: "after a write" reads them afresh each time, "again" does not.
"""

from __future__ import annotations

import time
from statistics import median

import measure

TURNS = 15
#: Page, what it is asked, most queries, most CPU milliseconds.
PAGES = (
    ("project list", "/projects/", 12, 60),
    ("project list, red and yellow", "/projects/?lamp=red,yellow", 12, 60),
    ("project list, one unit", "/projects/?unit=bench-07", 12, 60),
    ("project list, by unit, page 3", "/projects/?group=unit&page=3", 12, 60),
    ("project list behind a figure", "/projects/?measure=START_DUE&part=denominator", 12, 60),
    ("project list, reports missing", "/projects/?report=missing", 12, 60),
    ("month", "/month/", 12, 60),
    ("lamp board", "/lamps/", 12, 60),
    ("problems", "/problems/", 12, 60),
    ("today", "/", None, None),
    ("one project", "/projects/BENCH-00007/", 20, 80),
    ("one project's sheet", "/projects/BENCH-00007/sheet/", 20, 80),
)


def main() -> None:
    """Each page once to warm up, once with its queries counted, then some turns; the medians are told."""
    measure.ready()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks import district
    from citywright.projects.queries import leaves

    client = Client()
    client.force_login(district.lay(projects=2_000, months=36))
    assert client.get("/projects/?month=2024-03").status_code == 200
    def view(path: str) -> float:
        begun = time.process_time()
        assert client.get(path).status_code == 200, path
        return (time.process_time() - begun) * 1000

    def fresh(path: str) -> float:
        leaves.forget()
        return view(path)

    for name, path, queries, milliseconds in PAGES:
        fresh(path)
        leaves.forget()
        with CaptureQueriesContext(connection) as made:
            client.get(path)
        measure.told(f"{name}: queries", len(made), "queries", queries)
        measure.told(f"{name}: after a write", median(fresh(path) for _ in range(TURNS)), "CPU ms", milliseconds)
        measure.told(f"{name}: again", median(view(path) for _ in range(TURNS)), "CPU ms", milliseconds)


if __name__ == "__main__":
    main()
