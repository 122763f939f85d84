"""Which lamp rules are published, which are in force, and what would each show today?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from citywright.kernel.models import Area

from ..models import LampRuleSet
from ..rules import lamps as rules
from ..rules.presets import DEFAULT, Parameters, validate
from ..words import Dimension, Lamp
from . import judging, ledger

#: The colours a rule set is compared by.
SHOWN = (Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.BLUE)


@dataclass(frozen=True)
class Compared:
    """A rule set beside the others: how many projects would show each colour of 进度灯 and of 综合灯 today."""

    rule_set: LampRuleSet
    parameters: Parameters
    in_force: bool
    progress: tuple[int, ...]
    overall: tuple[int, ...]


def presets() -> QuerySet[LampRuleSet]:
    """The published rule sets, open to every area."""
    return LampRuleSet.objects.filter(area__isnull=True).order_by("code", "version")


def adopted(area: Area) -> QuerySet[LampRuleSet]:
    """What the area has adopted, the newest first."""
    return LampRuleSet.objects.filter(area=area).order_by("-valid_from", "-pk")


def rules_in_force(area: Area, on: date) -> LampRuleSet | None:
    """The rule set of a day: the area's own, else that of the nearest area above, else the default preset."""
    over = [area.path[:length] for length in range(2, len(area.path) + 1)]
    dated = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    adopted = (LampRuleSet.objects.filter(dated, Q(valid_to__isnull=True) | Q(valid_to__gte=on), area__path__in=over)
               .select_related("area"))
    nearest = max(adopted, key=lambda row: (len(row.area.path) if row.area else 0, row.valid_from or date.min),
                  default=None)
    return nearest or LampRuleSet.objects.filter(code=DEFAULT, area__isnull=True).order_by("-version").first()


def compared(person: Any, area: Area, on: date, in_force: LampRuleSet | None) -> list[Compared]:
    """The published sets, and the one in force if it is the area's own, each judging the visible projects on a day."""
    visible = set(ledger.visible_to(person).values_list("pk", flat=True))
    seen = [one.seen for one in judging.candidates(area, on) if one.project_id in visible]
    wanted = list(presets())
    if in_force is not None and in_force not in wanted:
        wanted.insert(0, in_force)
    return [_judged(row, seen, row == in_force) for row in wanted]


def _judged(row: LampRuleSet, seen: list[rules.LampInputs], is_in_force: bool) -> Compared:
    parameters = validate(row.parameters)
    found = [rules.judge(one, parameters) for one in seen]
    progress = Counter(verdicts[Dimension.PROGRESS].lamp for verdicts in found)
    overall = Counter(verdicts[Dimension.OVERALL].lamp for verdicts in found)
    return Compared(row, parameters, is_in_force, tuple(progress[lamp] for lamp in SHOWN),
                    tuple(overall[lamp] for lamp in SHOWN))
