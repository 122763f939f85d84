"""May this month be reported so? The guards of a report, and the loops of reports and corrections (PRACTICE 0.12, 4.5).

Amounts in 万元. A warning (数据雷同, 上月未报 …) goes out with an explanation; a refusal does not go out at all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from citywright.kernel.errors import Said
from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role

from ..words import CorrectionStep, CorrectionVerb, Guarding, ReportStep, ReportVerb

Step = ReportStep

#: 月报: the unit fills and reviews (two people), the office locks; either level may return it with a reason.
REPORT = Loop(
    "report", Step.DRAFT, frozenset({Step.LOCKED}),
    (
        Move(ReportVerb.SUBMIT, frozenset({Step.DRAFT, Step.RETURNED}), Step.SUBMITTED,
             frozenset({Role.CLERK, Role.OFFICE})),
        Move(ReportVerb.REVIEW, frozenset({Step.SUBMITTED}), Step.REVIEWED, frozenset({Role.REVIEWER})),
        Move(ReportVerb.RETURN, frozenset({Step.SUBMITTED}), Step.RETURNED, frozenset({Role.REVIEWER, Role.OFFICE})),
        Move(ReportVerb.RETURN, frozenset({Step.REVIEWED}), Step.RETURNED, frozenset({Role.OFFICE})),
        Move(ReportVerb.LOCK, frozenset({Step.REVIEWED}), Step.LOCKED, frozenset({Role.OFFICE})),
    ),
)
#: 更正申请: asked by the unit, decided by the office.
CORRECTION = Loop(
    "correction", CorrectionStep.ASKED, frozenset({CorrectionStep.GRANTED, CorrectionStep.DENIED}),
    (
        Move(CorrectionVerb.GRANT, frozenset({CorrectionStep.ASKED}), CorrectionStep.GRANTED, frozenset({Role.OFFICE})),
        Move(CorrectionVerb.DENY, frozenset({CorrectionStep.ASKED}), CorrectionStep.DENIED, frozenset({Role.OFFICE})),
    ),
)
#: The steps in which the unit may still type.
EDITABLE = frozenset({Step.DRAFT, Step.RETURNED})
#: The fields a correction may change.
MONEY = ("amount_month", "built", "installed", "equipment", "other")
CORRECTABLE = (*MONEY, "physical_percent", "physical_text", "next_step", "problem_text")


@dataclass(frozen=True)
class Amounts:
    """Money of one month; `amount_year` None means January to this month is to be added up."""

    amount_month: Decimal
    amount_year: Decimal | None = None
    amount_total: Decimal | None = None
    built: Decimal | None = None
    installed: Decimal | None = None
    equipment: Decimal | None = None
    other: Decimal | None = None


@dataclass(frozen=True)
class ReportValues:
    """What a unit fills in for one project and one month; None or "" where nothing was typed yet."""

    physical_text: str = ""
    physical_percent: Decimal | None = None
    next_step: str = ""
    problem_text: str = ""
    amount_month: Decimal | None = None
    amount_year: Decimal | None = None
    built: Decimal | None = None
    installed: Decimal | None = None
    equipment: Decimal | None = None
    other: Decimal | None = None


FIELDS = tuple(f.name for f in fields(ReportValues))


@dataclass(frozen=True)
class Before:
    """What is known when a month is reported: the month before, and the year so far.

    `year_before` is the accumulated amount up to the month before; `gaps` are months of the year without a figure;
    `text`, `percent`, `amount` are last month's, None when it has no report. `expected` says whether it ought to have.
    """

    period: date
    year_before: Decimal = Decimal(0)
    gaps: int = 0
    reported: bool = False
    expected: bool = False
    text: str = ""
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Guard:
    """One finding: its code, how grave it is, and the sentence."""

    code: str
    severity: Guarding
    said: Said


#: code -> (how grave, sentence). The rules that find them stand in FINDERS under the same code.
GUARDS: dict[str, tuple[Guarding, str]] = {
    "text_empty": (Guarding.REFUSE, "形象进度没有填写"),
    "amount_empty": (Guarding.REFUSE, "本月完成投资没有填写"),
    "percent_range": (Guarding.REFUSE, "形象进度百分比应在 0 至 100 之间"),
    "year_falls": (Guarding.REFUSE, "自年初累计 %(year)s 万元低于上月累计 %(before)s 万元，只能走更正申请"),
    "year_sum": (Guarding.REFUSE, "自年初累计 %(year)s 万元不等于各月之和 %(sum)s 万元"),
    "parts_sum": (Guarding.REFUSE, "建筑、安装、设备、其他之和 %(parts)s 万元不等于本月完成 %(month)s 万元"),
    "same_text": (Guarding.WARN, "形象进度与上月雷同"),
    "same_amount": (Guarding.WARN, "本月完成投资与上月相同（%(month)s 万元）"),
    "last_missing": (Guarding.WARN, "上个月没有上报"),
    "gap_sum": (Guarding.WARN, "自年初累计含未报月份 %(gap)s 万元"),
    "percent_falls": (Guarding.WARN, "形象进度由 %(before)s%% 降为 %(now)s%%"),
}
#: Findings that count as 雷同.
SAME = frozenset({"same_text", "same_amount"})
Found = dict[str, object] | None


def _plain(text: str) -> str:
    """The text without spaces and punctuation, full-width forms folded: what 雷同 compares."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "PZC")


def _text(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def year_of(values: ReportValues, before: Before) -> Decimal:
    """January to this month: as typed, else the year before this month plus the month."""
    if values.amount_year is not None:
        return values.amount_year
    return before.year_before + (values.amount_month or Decimal(0))


def _text_empty(values: ReportValues, before: Before) -> Found:
    return {} if not values.physical_text.strip() else None


def _amount_empty(values: ReportValues, before: Before) -> Found:
    return {} if values.amount_month is None else None


def _percent_range(values: ReportValues, before: Before) -> Found:
    return {} if values.physical_percent is not None and not 0 <= values.physical_percent <= 100 else None


def _year_falls(values: ReportValues, before: Before) -> Found:
    year = year_of(values, before)
    return {"year": _text(year), "before": _text(before.year_before)} if year < before.year_before else None


def _year_sum(values: ReportValues, before: Before) -> Found:
    summed, year = before.year_before + (values.amount_month or Decimal(0)), year_of(values, before)
    wrong = year < summed or (year > summed and not before.gaps)
    return {"year": _text(year), "sum": _text(summed)} if wrong and year >= before.year_before else None


def _gap_sum(values: ReportValues, before: Before) -> Found:
    more = year_of(values, before) - before.year_before - (values.amount_month or Decimal(0))
    return {"gap": _text(more)} if before.gaps and more > 0 else None


def _parts_sum(values: ReportValues, before: Before) -> Found:
    parts = [p for p in (values.built, values.installed, values.equipment, values.other) if p is not None]
    if not parts or values.amount_month is None or sum(parts, Decimal(0)) == values.amount_month:
        return None
    return {"parts": _text(sum(parts, Decimal(0))), "month": _text(values.amount_month)}


def _same_text(values: ReportValues, before: Before) -> Found:
    now = _plain(values.physical_text)
    return {} if before.reported and now and now == _plain(before.text) else None


def _same_amount(values: ReportValues, before: Before) -> Found:
    same = before.reported and bool(values.amount_month) and values.amount_month == before.amount
    return {"month": _text(values.amount_month or Decimal(0))} if same else None


def _last_missing(values: ReportValues, before: Before) -> Found:
    return {} if before.expected and not before.reported else None


def _percent_falls(values: ReportValues, before: Before) -> Found:
    now = values.physical_percent
    if now is None or before.percent is None or now >= before.percent:
        return None
    return {"before": _text(before.percent), "now": _text(now)}


FINDERS: dict[str, Callable[[ReportValues, Before], Found]] = {
    "text_empty": _text_empty, "amount_empty": _amount_empty, "percent_range": _percent_range,
    "year_falls": _year_falls, "year_sum": _year_sum, "parts_sum": _parts_sum, "same_text": _same_text,
    "same_amount": _same_amount, "last_missing": _last_missing, "gap_sum": _gap_sum, "percent_falls": _percent_falls,
}


def guards(values: ReportValues, before: Before) -> list[Guard]:
    """Everything that speaks against a report, refusals first."""
    return sorted(_found(values, before), key=lambda guard: guard.severity is not Guarding.REFUSE)


def _found(values: ReportValues, before: Before) -> Iterator[Guard]:
    for code, finder in FINDERS.items():
        slots = finder(values, before)
        if slots is not None:
            severity, text = GUARDS[code]
            yield Guard(code, severity, Said(text, dict(slots)))


def sentences(kept: Iterable[Mapping[str, Any]]) -> list[Said]:
    """The warnings of a report as they were kept, said again."""
    return [Said(GUARDS[line["code"]][1], dict(line.get("values") or {})) for line in kept if line["code"] in GUARDS]


def refusals(found: Iterable[Guard]) -> list[Guard]:
    """Those that no explanation heals."""
    return [guard for guard in found if guard.severity is Guarding.REFUSE]


def needs_explanation(found: Iterable[Guard]) -> bool:
    """Whether the report may go out only with a word of explanation."""
    return any(guard.severity is Guarding.WARN for guard in found)


def too_late(*, step: str, at: datetime, lock_at: datetime | None, closed: bool) -> Said | None:
    """Why a report may no longer be submitted: the month is closed, or the cut-off passed and nobody reopened it."""
    if closed:
        return Said("本月已封账，改动请走更正申请")
    if lock_at is not None and at > lock_at and step != Step.RETURNED:
        return Said("已过锁定时间 %(lock)s，请联系项目办延期或退回", {"lock": f"{lock_at:%Y-%m-%d %H:%M}"})
    return None
