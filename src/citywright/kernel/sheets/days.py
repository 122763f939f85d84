"""Days and spans as people type them. Pure: no Django."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from .texts import DAY_EXPECTED, FIRST_SERIAL, LAST_SERIAL, CannotReadText, Day, Mark, Span, clean, mark_of, shown

EPOCH = date(1899, 12, 30)
SPAN_EXPECTED = "起止年限，例如 2023-2025、2023.05-2025.12"
_YEAR_FIRST = re.compile(
    r"(?P<y>(?:19|20)\d\d)[年./-](?P<m>\d{1,2})(?:[月./-](?:(?P<d>\d{1,2})[日号]?)?)?(?:底|末|初|份|上旬|中旬|下旬|前)?")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)?")
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>(?:19|20)\d\d)")
_CLOCK = re.compile(r"[\sT]*(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?\s*(?P<half>[AaPp][Mm])?\s*$")
_YEAR_END = re.compile(r"(?P<y>(?:19|20)\d\d)年?(?:年?底|末)")
_YEAR = re.compile(r"(?P<y>(?:19|20)\d\d)年?")
_MONTH_ONLY = re.compile(r"(?P<m>\d{1,2})月")


def day(value: Any, *, day_first: bool = False) -> Day | Mark:
    """The day a cell names: 2024.3.5, 2024年3月5日, 20240305, a serial number, a real date; 2024年3月 is a month.

    5/02/2016 is read only with `day_first`, never guessed.
    """
    mark = mark_of(value)
    if mark is not None:
        return mark
    if isinstance(value, datetime):
        return Day(value.date(), True, value.time())
    if isinstance(value, date):
        return Day(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _numeric(Decimal(value) if isinstance(value, Decimal) else shown(value))
    if not isinstance(value, str):
        raise CannotReadText("读不出日期", expected=DAY_EXPECTED)
    return _typed(value, day_first)


def _numeric(number: Decimal) -> Day:
    """A number in a day's column: 20240305, 202403, a serial, or 2024.3 as it is shown."""
    if number == number.to_integral_value() and FIRST_SERIAL <= number <= LAST_SERIAL:
        return Day(EPOCH + timedelta(days=int(number)))
    if number != number.to_integral_value() and FIRST_SERIAL <= number <= LAST_SERIAL:
        minutes = min(int(number % 1 * 1440), 1439)
        return Day(EPOCH + timedelta(days=int(number)), True, time(minutes // 60, minutes % 60))
    return _typed(str(number), False)


def _typed(raw: str, day_first: bool) -> Day:
    clock = _CLOCK.search(raw)
    text = clean(raw[:clock.start()] if clock else raw)
    at = _time_of(clock) if clock else None
    for pattern in (_YEAR_FIRST, _COMPACT, *([_DAY_FIRST] if day_first else [])):
        found = pattern.fullmatch(text)
        if found:
            return _made(found["y"], found["m"], found["d"], at)
    ended = _YEAR_END.fullmatch(text)
    if ended:
        return _made(ended["y"], "12", None, None)
    if text.isdigit() and len(text) == 5 and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return Day(EPOCH + timedelta(days=int(text)))
    raise CannotReadText("读不出日期", expected=DAY_EXPECTED)


def _time_of(found: re.Match[str]) -> time:
    hour, half = int(found["h"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise CannotReadText("读不出日期", expected=DAY_EXPECTED)
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    try:
        return time(hour, int(found["mi"]), int(found["s"] or 0))
    except ValueError as error:
        raise CannotReadText("读不出日期", expected=DAY_EXPECTED) from error


def _made(year: str, month: str, day_text: str | None, at: time | None) -> Day:
    try:
        return Day(date(int(year), int(month), int(day_text or 1)), day_text is not None, at if day_text else None)
    except ValueError as error:
        raise CannotReadText("没有这一天", expected=DAY_EXPECTED) from error


def span(value: Any) -> Span | Mark:
    """From and until: 2023-2025 is January 2023 until December 2025, 2023.05-2025.12 as written; one day is a start."""
    mark = mark_of(value)
    if mark is not None:
        return mark
    if not isinstance(value, str):
        number = shown(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        if number is not None and _YEAR.fullmatch(str(number)):
            return _ordered(_edge(str(number), first=True), _edge(str(number), first=False))
        found = day(value)
        return found if isinstance(found, Mark) else Span(found, None)
    text = clean(value).replace("−", "-")
    for first, last in _halves(text):
        if last is None:
            start = _edge(first, first=True)
            return _ordered(start, _edge(first, first=False) if _YEAR.fullmatch(first) else None)
        try:
            return _ordered(_edge(first, first=True), _edge(last, first=False, of=first))
        except CannotReadText:
            continue
    raise CannotReadText("读不出起止年限", expected=SPAN_EXPECTED)


def _halves(text: str) -> list[tuple[str, str | None]]:
    """Every way to cut the text into two points, the surest first; uncut when there is nothing to cut at."""
    for sign in ("至", "到", "~", "——", "—", "–"):
        if sign in text:
            first, _, last = text.partition(sign)
            return [(first, last)]
    cuts = [i for i, c in enumerate(text)
            if c == "-" and (re.match(r"(?:19|20)\d\d", text[i + 1:]) or "月" in text[i:])]
    return [(text[:i], text[i + 1:]) for i in cuts] or [(text.rstrip("-"), None)]


def _edge(text: str, *, first: bool, of: str = "") -> Day | None:
    """One end of a span; a bare year is its first or last month, a bare month takes the year of the other end."""
    if text in {"", "今", "至今"}:
        return None
    year = _YEAR.fullmatch(text)
    if year:
        return Day(date(int(year["y"]), 1 if first else 12, 1), False)
    month, other = _MONTH_ONLY.fullmatch(text), re.match(r"(?:19|20)\d\d", of)
    if month and other:
        return _made(other[0], month["m"], None, None)
    return _typed(text, False)


def _ordered(first: Day | None, last: Day | None) -> Span:
    if first and last and first.on > last.on:
        raise CannotReadText("起止年限前后颠倒", expected=SPAN_EXPECTED)
    return Span(first, last)
