"""Everything dashboards read, published for an area: what projects, followup and approvals tell; all of it anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from citywright.approvals import facts as approvals
from citywright.followup import facts as followup
from citywright.indicators.queries import remembered
from citywright.kernel.models import Area
from citywright.lake import store
from citywright.projects import facts as projects
from citywright.projects.models import LampRun
from citywright.projects.queries import judging

#: Every fact table there is.
TABLES: tuple[store.Table, ...] = (*projects.TABLES, *followup.TABLES, *approvals.TABLES)


def publish(*, area: Area, run: LampRun | None, on: date) -> dict[str, int]:
    """All facts of the area lie in the lake; answers how many rows were written, by table."""
    apart = [place.path for place in judging.publishing_areas()
             if place.path != area.path and place.path.startswith(area.path)]
    return {**projects.publish(area=area, run=run, on=on), **followup.publish(area=area, apart=apart, on=on),
            **approvals.publish(area=area, apart=apart, on=on)}


def settle(*, area: Area | None, on: date) -> None:
    """No row is told twice: after a whole night nothing is left of areas that publish no more; after the night of one
    area those above it tell no longer what it now tells itself.
    """
    places = judging.publishing_areas()
    if area is None:
        store.drop_others([place.code for place in places])
        return
    for above in places:
        if above.path != area.path and area.path.startswith(above.path):
            publish(area=above, run=None, on=on)


def count_ahead(*, on: date) -> None:
    """Boards of a province find in the morning the sums of the files this night changed."""
    remembered.keep(on)


def rebuild(*, areas: list[Area], on: date, only: bool) -> Iterator[tuple[str, str]]:
    """Every file of these areas is written anew from the database; what no longer belongs is gone.

    With `only`, files of other areas stay as they are. Answers line by line what was done: a kind and a text.
    A reader meanwhile finds the old files or the new ones, never none; killed half-way it is simply run again.
    """
    codes = [area.code for area in areas] if only else None
    yield from (("broken", name) for name in store.drop_broken(codes))
    store.doubt(codes)
    for area in areas:
        for table, rows in everything(area, on).items():
            yield "written", f"{area.code} {table} {rows}"
    yield from (("removed", name) for name in store.drop_doubted(codes))
    if not only:
        count_ahead(on=on)


def everything(area: Area, on: date) -> dict[str, int]:
    """All facts of an area, with the judgings of every month; answers how many rows were written, by table."""
    runs: dict[tuple[int, int], LampRun] = {
        (run.as_of.year, run.as_of.month): run
        for run in LampRun.objects.filter(area=area, as_of__lte=on).order_by("as_of", "number")}
    lamps = sum(projects.publish_lamps(area=area, run=run) for run in runs.values())
    written = publish(area=area, run=None, on=on)
    return written | {projects.LAMP_DAY.name: lamps}
