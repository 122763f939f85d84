"""What can be done with published figures? Freeze them with their lists, so that they can be opened again next year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from citywright.kernel import access, journal, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ..models import Snapshot, SnapshotFigure
from ..queries import behind, boards
from ..queries.behind import Frozen
from ..queries.reading import MONTHLY, Scope, as_of, digest

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
    scope = Scope(area.path)
    found = behind.survey(list(dict.fromkeys(codes)), scope, period)
    if not any(one.value.value is not None for one in found):
        raise CannotFreeze("%(area)s %(month)s 没有已发布的数据可以定格", area=area.name, month=periods.label(period))
    made = Snapshot.objects.create(
        title=title, area=area, period=period, as_of=as_of(MONTHLY, scope, period),
        plan=boards.plan_words(scope, period.year), lake=digest(scope, MONTHLY)[:64], taken_by=by, taken_at=at)
    SnapshotFigure.objects.bulk_create([
        _figure(made, place, one) for place, one in enumerate(found, 1)])
    journal.write(verb="snapshot.taken", by=by, at=at, subject=made, area=area,
                  data={"title": title, "month": periods.label(period), "codes": [one.indicator.code for one in found]})
    return made


def _figure(made: Snapshot, place: int, found: Frozen) -> SnapshotFigure:
    """One figure with its words and its lists."""
    one, value = found.indicator, found.value
    return SnapshotFigure(
        snapshot=made, code=one.code, position=place, label=one.label, unit=one.unit, decimals=one.decimals,
        value="" if value.value is None else str(value.value), numerator=str(value.numerator),
        denominator="" if value.denominator is None else str(value.denominator),
        definition=boards.definition_told(one) | {"scale": str(one.scale), "times": str(one.times),
                                                  "money": "1" if one.money else ""},
        rows={"columns": [head for _, head in one.listed], **found.lists})
