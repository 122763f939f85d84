"""What can be done with published figures? Freeze them with their lists, so that they can be opened again next year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, journal, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ..catalogue import Indicator
from ..models import Snapshot, SnapshotFigure
from ..queries import behind, boards, values
from ..queries.reading import MONTHLY, Scope, as_of, digest
from ..queries.values import Value, key, value_of

LONGEST = 120


class CannotFreeze(Refusal):
    """There is nothing to freeze, the title is missing, or the same snapshot was taken before."""


@transaction.atomic
def take(*, area: Area, period: date, title: str, codes: Sequence[str], by: Person, at: datetime) -> Snapshot:
    """These figures of the area and month stand frozen, each with its words and its lists. Taken once under a title.

    Figures and lists come from one read of each fact table, so they fit each other.
    """
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    title, period = title.strip(), periods.first_of(period)
    if not title or len(title) > LONGEST:
        raise CannotFreeze("快照标题须为 1 至 %(most)s 个字", most=LONGEST)
    if Snapshot.objects.select_for_update(of=("self",)).filter(area=area, period=period, title=title).exists():
        raise CannotFreeze("“%(title)s”已经定格过，快照不能重做；请换一个标题", title=title)
    scope, wanted = Scope(area.path), values.indicators(dict.fromkeys(codes))
    lists = behind.survey([one.code for one in wanted], scope, period) if wanted else {}
    if not any(rows for parts in lists.values() for rows in parts.values()):
        raise CannotFreeze("%(area)s %(month)s 没有已发布的数据可以定格", area=area.name, month=periods.label(period))
    made = Snapshot.objects.create(
        title=title, area=area, period=period, as_of=as_of(MONTHLY, scope, period),
        plan=boards.plan_words(scope, period.year), lake=digest(scope, MONTHLY)[:64], taken_by=by, taken_at=at)
    SnapshotFigure.objects.bulk_create([
        _figure(made, place, one, lists[one.code]) for place, one in enumerate(wanted, 1)])
    journal.write(verb="snapshot.taken", by=by, at=at, subject=made, area=area,
                  data={"title": title, "month": periods.label(period), "codes": [one.code for one in wanted]})
    return made


def _figure(made: Snapshot, place: int, one: Indicator, lists: dict[str, list[list[Any]]]) -> SnapshotFigure:
    """One figure from its own lists."""
    sums = {key(one.code, part): sum(row[-1] for row in rows) for part, rows in lists.items()}
    value: Value = value_of(one, sums | {"rows_": 1}, made.as_of)
    return SnapshotFigure(
        snapshot=made, code=one.code, position=place, label=one.label, unit=one.unit, decimals=one.decimals,
        value="" if value.value is None else str(value.value), numerator=str(value.numerator),
        denominator="" if value.denominator is None else str(value.denominator),
        definition=boards.definition_told(one) | {"scale": str(one.scale), "times": str(one.times),
                                                  "money": "1" if one.money else ""},
        rows={"columns": [head for _, head in one.listed], **lists})
