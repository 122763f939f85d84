"""The sample's problems: open in time, overdue, answered and waiting, closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from citywright.projects.actions import problems
from citywright.projects.models import Problem
from citywright.projects.words import ProblemKind, ProblemSource

from .diary import Act, Diary
from .figures import Row, rows
from .way import at_nine

#: What goes wrong: title, kind.
TROUBLES: tuple[tuple[str, ProblemKind], ...] = (
    ("红线内高压线未迁改", ProblemKind.PIPES),
    ("二期用地指标未落实", ProblemKind.LAND),
    ("征迁尾留3户未签约", ProblemKind.RELOCATION),
    ("临时用电容量不足", ProblemKind.UTILITIES),
    ("进场道路被占用", ProblemKind.ROADS),
    ("环评批复未取得", ProblemKind.ENVIRONMENT),
    ("施工图审查意见未闭合", ProblemKind.PERMITS),
    ("农忙季劳务不足", ProblemKind.LABOUR),
    ("夜间施工扰民投诉", ProblemKind.SITE),
    ("规划条件变更待批", ProblemKind.PLANNING),
    ("配套雨污管网未接通", ProblemKind.PIPES),
    ("能评验收延后", ProblemKind.ENERGY),
)
#: Raised on, due on, severity, what became of it; told again and again over the projects that have one.
FATES: tuple[tuple[date, date, int, str], ...] = (
    (date(2024, 3, 11), date(2024, 4, 12), 3, "open"),
    (date(2024, 2, 20), date(2024, 3, 15), 2, "open"),
    (date(2024, 1, 22), date(2024, 2, 28), 3, "closed"),
    (date(2024, 2, 26), date(2024, 3, 29), 2, "answered"),
    (date(2024, 2, 5), date(2024, 3, 20), 3, "closed"),
    (date(2024, 3, 18), date(2024, 4, 30), 3, "open"),
    (date(2023, 12, 4), date(2024, 1, 19), 3, "closed"),
    (date(2024, 1, 15), date(2024, 2, 23), 2, "reopened"),
    (date(2024, 1, 9), date(2024, 2, 9), 3, "closed"),
    (date(2024, 3, 20), date(2024, 4, 20), 3, "open"),
    (date(2024, 2, 7), date(2024, 2, 29), 3, "open"),
    (date(2024, 3, 4), date(2024, 3, 25), 2, "closed"),
    (date(2024, 3, 13), date(2024, 4, 3), 3, "open"),
    (date(2024, 2, 1), date(2024, 3, 10), 3, "closed"),
    (date(2024, 3, 14), date(2024, 4, 18), 3, "answered"),
    (date(2024, 2, 28), date(2024, 4, 8), 1, "open"),
)


def note_problems(diary: Diary) -> None:
    """Every third project has one problem, of its own kind and fate."""
    for n, row in enumerate(row for row in rows() if row.number % 3 == 1):
        title, kind = TROUBLES[n % len(TROUBLES)]
        raised, due, severity, fate = FATES[(n * 5) % len(FATES)]
        severity = 2 if severity == 1 and n > 20 else severity
        kept: list[Problem] = []
        diary.note(at_nine(raised, n), raising(diary, row, title, kind, due, severity, kept))
        if fate != "open":
            diary.note(at_nine(raised + timedelta(days=9), n), answering(diary, row, kept))
        if fate in ("closed", "reopened"):
            diary.note(at_nine(raised + timedelta(days=13), n), deciding(diary, fate, due, kept))


def raising(diary: Diary, row: Row, title: str, kind: ProblemKind, due: date, severity: int,
            kept: list[Problem]) -> Act:
    """The office raises it on a visit; the leading unit is to solve it."""
    def act(at: datetime) -> None:
        kept.append(problems.raise_problem(
            project=diary.projects[row.number], title=title, kind=kind, unit=diary.ground.units[row.unit.code],
            due_on=due, severity=severity, source=ProblemSource.VISIT, by=diary.ground.office, at=at))
    return act


def answering(diary: Diary, row: Row, kept: list[Problem]) -> Act:
    """The unit says how it was solved."""
    def act(at: datetime) -> None:
        kept[0] = problems.answer(problem=kept[0], answer="已会同相关单位现场协调解决", at=at,
                                  by=diary.ground.clerks[row.unit.code])
    return act


def deciding(diary: Diary, fate: str, due: date, kept: list[Problem]) -> Act:
    """The office closes it, or is not satisfied."""
    def act(at: datetime) -> None:
        if fate == "closed":
            problems.accept(problem=kept[0], by=diary.ground.office, at=at)
        else:
            problems.reopen(problem=kept[0], reason="现场复核未见整改", due_on=due, by=diary.ground.office, at=at)
    return act
