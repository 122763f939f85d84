"""What is wrong inside a sheet? Sums, year to date, parts, percent, codes, days, duplicates. Pure; amounts in 万元."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from citywright.kernel import codes
from citywright.kernel.errors import Said
from citywright.kernel.money import rounded
from citywright.kernel.sheets import UNITS, Day

from .ledger import Finding, Known, Scope, Sheet, SheetRow, SumRow, fault_at, later, name_key

PARTS = ("built", "installed", "equipment", "other")
SUMMED = ("total_invest", "done_before", "plan_year", "done_month", *PARTS, "done_ytd", "done_total", "stat_total")
#: What rounding to two places of a column's unit explains.
PLACE = Decimal("0.01")
#: A printed percentage may be off by this many points (two roundings).
POINTS = Decimal("0.15")


def plain(amount: Decimal) -> str:
    """An amount for people: at most two places, no trailing zeros."""
    short = rounded(amount)
    return format(short.normalize(), "f") if short else "0"


def tolerance(sheet: Sheet, *columns: str) -> Decimal:
    """What rounding explains between single values of these columns, 万元."""
    return max((PLACE * UNITS.get(sheet.places[c].unit, Decimal(1)) for c in columns if c in sheet.places),
               default=PLACE)


def money(row: SheetRow, column: str) -> Decimal | None:
    """The amount a row states, None when it says nothing."""
    value = row.values.get(column)
    return value if isinstance(value, Decimal) else None


def sums(sheet: Sheet) -> list[Finding]:
    """合计 and 小计 that are not the sum of their rows; the fault names the gap. A 小计 may stand above or below.

    A sum with an unreadable row cannot be judged: the fault of that row stands for it.
    """
    found = []
    for row in sheet.sums:
        for column in SUMMED:
            said = row.values.get(column)
            if said is None:
                continue
            block = block_of(sheet, row, column)
            if any(column in r.unread for r in block):
                continue
            total = _sum(block, column)
            gap = said - total
            if gap and block:
                bound = PLACE / 2 * len(block) * UNITS.get(sheet.places[column].unit, Decimal(1))
                found.append(_wrong_sum(sheet, row, column, gap, total, grave=abs(gap) > bound))
    return found


def _wrong_sum(sheet: Sheet, row: SumRow, column: str, gap: Decimal, total: Decimal, *, grave: bool) -> Finding:
    text = ("%(label)s与各行之和相差 %(gap)s 万元" if grave
            else "%(label)s与各行之和相差 %(gap)s 万元，可能是四舍五入")
    said = Said(text, {"label": row.label, "gap": plain(gap).replace("-", "−")})
    unit = sheet.places[column].unit or "万元"
    return fault_at(sheet, row, column, said, f"{plain(total / UNITS.get(unit, Decimal(1)))}", grave=grave)


def _sum(rows: Iterable[SheetRow], column: str) -> Decimal:
    return sum((money(r, column) or Decimal(0) for r in rows if column not in r.carried), Decimal(0))


def block_of(sheet: Sheet, row: SumRow, column: str) -> list[SheetRow]:
    """The rows that a sum is of: of those it may be, the ones whose sum is nearest to what it says."""
    said = row.values.get(column, Decimal(0))
    blocks = [rows for rows in _blocks(sheet, row) if rows]
    return min(blocks, key=lambda rows: abs(_sum(rows, column) - said), default=[])


def _blocks(sheet: Sheet, row: SumRow) -> list[list[SheetRow]]:
    """The rows a sum may be of: all; or those of its group, those since the last sum, those until the next one."""
    if row.whole:
        return [sheet.rows]
    others = [s.above for s in sheet.sums if s is not row]
    before = max((a for a in others if a < row.above), default=0)
    after = min((a for a in others if a > row.above), default=len(sheet.rows))
    blocks = [sheet.rows[before:row.above], sheet.rows[row.above:after]]
    if row.group:
        blocks.append([r for r in sheet.rows if r.group == row.group])
    return blocks


def amounts(sheet: Sheet, row: SheetRow, known: Known | None, scope: Scope) -> list[Finding]:
    """Year to date = before + month; since start = until last year + this year; parts = month; percent fits."""
    found = []
    month, ytd, total = money(row, "done_month"), money(row, "done_ytd"), money(row, "done_total")
    before = Decimal(0) if scope.period.month == 1 else (known.ytd_before if known else None)
    if month is not None and ytd is not None and before is not None:
        found += _unequal(sheet, row, "done_ytd", ytd, before + month,
                          "年初累计应为上月累计 %(a)s 加本月 %(b)s 万元", before, month)
    until = money(row, "done_before")
    if until is not None and ytd is not None and total is not None:
        found += _unequal(sheet, row, "done_total", total, until + ytd,
                          "自开工累计应为上年底累计 %(a)s 加本年累计 %(b)s 万元", until, ytd)
    parts = [money(row, part) for part in PARTS if part in sheet.places]
    if month is not None and len(parts) == len(PARTS) and any(p is not None for p in parts):
        whole = sum((p or Decimal(0) for p in parts), Decimal(0))
        found += _unequal(sheet, row, "done_month", month, whole, "本月完成应为四项之和 %(a)s 万元", whole, whole)
    found += [fault_at(sheet, row, c, Said("金额不能为负数"), "0 或正数") for c in SUMMED
              if (money(row, c) or 0) < 0 and c in ("total_invest", "plan_year", "stat_total")]
    found += unlikely(sheet, row, known)
    return found + percents(sheet, row, scope)


def unlikely(sheet: Sheet, row: SheetRow, known: Known | None) -> list[Finding]:
    """What may be right and is often a slip: a negative month, a total that is suddenly half or double."""
    found = []
    if (money(row, "done_month") or 0) < 0:
        found.append(fault_at(sheet, row, "done_month", Said("本月完成为负数，请核对"), grave=False))
    found += [fault_at(sheet, row, column, Said("金额来自合并的单元格，与上一行相同，请核对"), grave=False)
              for column in SUMMED if column in row.carried]
    total, before = money(row, "total_invest"), Decimal((known.values.get("total_invest") or "0") if known else "0")
    if total and before and not Decimal("0.5") <= total / before <= 2:
        place = sheet.places.get("total_invest")
        unit = UNITS.get(place.unit if place else "", Decimal(1))
        found.append(fault_at(sheet, row, "total_invest", Said("总投资与台账相差一倍以上，请核对单位"),
                              plain(before / unit), grave=False))
    return found


def _unequal(sheet: Sheet, row: SheetRow, column: str, read: Decimal, right: Decimal, text: str, a: Decimal,
             b: Decimal) -> list[Finding]:
    if abs(read - right) <= tolerance(sheet, column, "done_month", "done_ytd"):
        return []
    unit = sheet.places[column].unit if column in sheet.places else ""
    return [fault_at(sheet, row, column, Said(text, {"a": plain(a), "b": plain(b)}),
                     plain(right / UNITS.get(unit, Decimal(1))))]


def percents(sheet: Sheet, row: SheetRow, scope: Scope) -> list[Finding]:
    """占年度计划% is done / plan, and 与时序比 that less the elapsed months; a fraction (0.139) is understood too."""
    plan, ytd = money(row, "plan_year"), money(row, "done_ytd")
    if not plan or ytd is None:
        return []
    rate = ytd / plan * 100
    elapsed = Fraction(scope.period.month * 100, 12)
    right = {"rate_year": rate, "lead_pp": rate - Decimal(elapsed.numerator) / Decimal(elapsed.denominator)}
    found = []
    for column, value in right.items():
        read = money(row, column)
        if read is not None and min(abs(read - value), abs(read * 100 - value)) > POINTS:
            found.append(fault_at(sheet, row, column, Said("百分比与金额不符"), f"{rounded(value, 1)}"))
    return found


def shapes(sheet: Sheet, row: SheetRow, scope: Scope) -> list[Finding]:
    """Codes of the right form; days that follow one another; what has happened does not lie ahead."""
    found = []
    national, uscc = row.values.get("project_code"), row.values.get("owner_uscc")
    if isinstance(national, str) and national and not codes.project_code_valid(national):
        found.append(fault_at(sheet, row, "project_code", Said("项目代码应为 24 位"), "2403-370115-04-01-123456"))
    if isinstance(uscc, str) and uscc and not codes.uscc_valid(uscc):
        found.append(fault_at(sheet, row, "owner_uscc", Said("统一社会信用代码校验不通过"), "18 位代码"))
    for first, second, text in (("start_plan", "finish_plan", "计划竣工早于计划开工"),
                                ("finish_plan", "production_plan", "计划投产早于计划竣工")):
        a, b = row.values.get(first), row.values.get(second)
        if isinstance(a, Day) and isinstance(b, Day) and later(a, b):
            found.append(fault_at(sheet, row, second, Said(text), f"≥ {a.on.isoformat()}"))
    for column in ("start_actual", "finish_actual"):
        day = row.values.get(column)
        if isinstance(day, Day) and day.on > scope.today and not scope.forecasts:
            found.append(fault_at(sheet, row, column, Said("实际日期晚于今天"), f"≤ {scope.today.isoformat()}"))
    return found


def duplicates(sheet: Sheet, units: Mapping[int, str]) -> list[Finding]:
    """A project twice in one sheet: the same code, or the same name in the same unit with no other code."""
    found = []
    seen: dict[tuple[str, str], SheetRow] = {}
    for row in sheet.rows:
        national = str(row.values.get("project_code", ""))
        keys = [("project_code", national)] if national else []
        keys.append(("name", f"{name_key(str(row.values.get('name', '')))}\n{units.get(row.number, '')}"))
        for kind, key in keys:
            first = seen.setdefault((kind, key), row)
            other = str(first.values.get("project_code", ""))
            if first is not row and (kind == "project_code" or not (national and other and national != other)):
                said = Said("与第 %(row)s 行重复", {"row": first.number})
                found.append(fault_at(sheet, row, kind, said, "一个项目一行"))
                break
    return found
