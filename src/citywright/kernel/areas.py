"""Areas: the code table of the country, and an area found by a code of today or of before a merger."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from . import journal
from .errors import Refusal
from .models import Area, AreaChange, Person

FIXTURES = Path(__file__).resolve().parent / "fixtures"
#: Length of a path and of the path it hangs under: province, city, county, street, community.
ABOVE = {2: 0, 4: 2, 6: 4, 9: 6, 12: 9}


class CannotFindArea(Refusal):
    """No area has this code, and none took it over."""


def path_of(code: str) -> str:
    """The code without the zeros that only fill up: "370000" is "37", "370115001000" is "370115001"."""
    for whole, part in ((12, 9), (9, 6), (6, 4), (4, 2)):
        if len(code) == whole and code.endswith("0" * (whole - part)):
            code = code[:part]
    return code


@transaction.atomic
def load_areas(*, at: datetime, by: Person | None = None, within: str = "") -> int:
    """The code table is in the database; answers how many areas and changes are new or renamed.

    `within` (a code or path) loads only that part and what lies above it. Loading again changes nothing.
    """
    path = path_of(within)
    wanted = [row for row in _table("areas.csv") if _on_the_way(path_of(row["code"]), path)]
    touched = _keep_areas(wanted) + _keep_changes()
    if touched:
        journal.write(verb="areas.loaded", by=by, at=at, data={"within": within, "touched": touched})
    return touched


def area_of(code: str, on: date | None = None) -> Area:
    """The area with a code of 6, 9 or 12 digits, or the one that took it over since.

    Below a merged county every code leads to the district that took the county over: streets were numbered anew.
    `on` is the day the code was written, which decides where a code was given out twice.
    """
    text = unicodedata.normalize("NFKC", code).strip()
    official = text.isascii() and text.isdigit() and len(text) in {6, 9, 12}
    path = path_of(text) if official else text
    changes = AreaChange.objects.filter(old_code=path[:6].ljust(6, "0")).select_related("area")
    earlier = sorted(changes, key=lambda change: change.changed_on or date.min, reverse=True) if official else []
    for change in earlier:
        if on and change.changed_on and on < change.changed_on:
            return change.area
    found = Area.objects.filter(Q(code=text) | Q(path=path) if official else Q(code=text)).first()
    if found is not None:
        return found
    if earlier:
        return earlier[0].area
    raise CannotFindArea("没有区划代码“%(code)s”：应为6、9或12位的现行或曾用代码，请核对", code=code)


def _table(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _on_the_way(path: str, within: str) -> bool:
    return path.startswith(within) or within.startswith(path)


def _keep_areas(rows: list[dict[str, str]]) -> int:
    """Insert what is missing, level by level so that parents come first; rename what has another name."""
    known = {area.path: area for area in Area.objects.all()}
    touched = 0
    for length, above in ABOVE.items():
        fresh, renamed = [], []
        for row in rows:
            path = path_of(row["code"])
            if len(path) != length:
                continue
            there = known.get(path)
            if there is None:
                parent = known[path[:above]] if above else None
                fresh.append(Area(code=row["code"], path=path, name=row["name"], level=row["level"], parent=parent))
            elif (there.name, there.level) != (row["name"], row["level"]):
                there.name, there.level = row["name"], row["level"]
                renamed.append(there)
        known.update((area.path, area) for area in Area.objects.bulk_create(fresh))
        Area.objects.bulk_update(renamed, ["name", "level"])
        touched += len(fresh) + len(renamed)
    return touched


def _keep_changes() -> int:
    """Insert the changes that are missing and lead to an area that is here."""
    here = dict(Area.objects.values_list("code", "pk"))
    known = set(AreaChange.objects.values_list("old_code", "area__code"))
    fresh = [
        AreaChange(old_code=row["old_code"], old_name=row["old_name"], area_id=here[row["code"]], source=row["source"],
                   changed_on=date.fromisoformat(row["changed_on"]) if row["changed_on"] else None)
        for row in _table("area_changes.csv")
        if row["code"] in here and (row["old_code"], row["code"]) not in known
    ]
    return len(AreaChange.objects.bulk_create(fresh))
