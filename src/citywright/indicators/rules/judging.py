"""Does it hold? Verdicts over declared relations, reckoned from the terms alone; nothing is corrected. Pure.

In this order: numbers that do not compare (TRAP), statements that do not say enough (UNDECIDABLE), arithmetic (FAILS,
or SUSPECT where the definition is not stated), sizes and claims that ask for a look (SUSPECT), else HOLDS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from citywright.kernel.errors import Said

from ..words import RelationKind, Verdict
from . import expressions, intervals, published, units
from .bound import Bound, Step, bind, equal, shown, shown_unit, written
from .intervals import Exact, Quantity
from .published import Figure
from .relations import Relation

#: A nature that is a part of another: comparable with it, of the same subject, as part to whole.
PART_OF = frozenset({("annual", "total")})
#: Two sizes of one unit in one statement that differ by about a power of ten: within this part of it.
NEAR_TEN = (Fraction(95, 100), Fraction(105, 100))
STRICT = frozenset({RelationKind.SUM, RelationKind.SUBSET, RelationKind.NESTED, RelationKind.BOUND,
                    RelationKind.REPEAT, RelationKind.GROWTH, RelationKind.TREND, RelationKind.SCALE})
ONE_SUBJECT = frozenset({RelationKind.GROWTH, RelationKind.TREND, RelationKind.REPEAT})
ONE_LIST = frozenset({RelationKind.SUM, RelationKind.SUBSET, RelationKind.NESTED})


@dataclass(slots=True, eq=False)
class Judgement:
    """A verdict with its arithmetic, the reasons in words, and the numbers derived on the way."""

    relation: Relation
    verdict: Verdict
    steps: tuple[Step, ...]
    reasons: tuple[Said, ...]
    derived: Mapping[str, Quantity]
    figures: Mapping[str, Figure]


def judge(relation: Relation, figures: Mapping[str, Figure],
          repeats: Mapping[str, list[Figure]] | None = None,
          values: Mapping[tuple[str, str], Fraction] | None = None) -> Judgement:
    """The verdict over a relation; `repeats` are figures by their mark of repetition, `values` those of indicators."""
    traps: list[Said] = []
    made = Bound(relation)
    try:
        made = bind(relation, figures, values)
        traps += not_comparable(made)
        found = _arithmetic(made, repeats or {})
    except intervals.CannotBeReckoned as error:
        traps.append(Said("单位不同，不能相加或相比：%(first)s 与 %(second)s",
                          {"first": error.first or "无单位", "second": error.second or "无单位"}))
        found = []
    open_questions = made.missing + not_said(made)
    verdict, reasons = _verdict(traps, open_questions, found)
    if verdict is Verdict.TRAP:
        made.steps = [replace(step, holds=None) for step in made.steps]
    return Judgement(relation, verdict, tuple(made.steps), tuple(reasons), made.derived, made.figures)


@dataclass(slots=True, eq=False)
class Found:
    """What a rule found: the verdict it speaks for and the reason."""

    verdict: Verdict
    said: Said


def _verdict(traps: list[Said], open_questions: list[Said],
             found: list[Found]) -> tuple[Verdict, list[Said]]:
    """The gravest verdict in the order told above, with its reasons."""
    if traps:
        return Verdict.TRAP, traps
    if open_questions:
        return Verdict.UNDECIDABLE, open_questions
    for verdict in (Verdict.FAILS, Verdict.SUSPECT, Verdict.UNDECIDABLE):
        reasons = [one.said for one in found if one.verdict is verdict]
        if reasons:
            return verdict, reasons
    return Verdict.HOLDS, [one.said for one in found]


# --- numbers that do not compare

def not_comparable(made: Bound) -> list[Said]:
    """Why the terms must not be reckoned with one another: names, natures, bases of rates, subjects."""
    terms = made.relation.terms
    named = [t for t in terms.values() if t.nature == "name"]
    if named:
        return [Said("%(what)s是名称里的数字，不是数量", {"what": [t.zh or t.name for t in named]})]
    wrong = _natures(made) + _rate(made)
    if made.relation.kind in ONE_SUBJECT:
        wrong += _differing(made, made.subject, "不是同一主体：%(all)s")
    return wrong


def _natures(made: Bound) -> list[Said]:
    """Natures of terms that are compared or added: equal, or part and whole of one subject."""
    if made.relation.kind not in STRICT:
        return []
    relation = made.relation
    groups = [expressions.parse(text).names for text in relation.checks] + list(relation.pairs)
    groups += [relation.scale] if relation.scale else []
    for group in groups:
        for a, b in combinations([t for name in group if (t := relation.terms[name]).nature], 2):
            related = (a.nature, b.nature) in PART_OF or (b.nature, a.nature) in PART_OF
            if a.nature != b.nature and not (related and made.subject(a.name) == made.subject(b.name)):
                return [Said("口径不同：%(first)s是%(one)s，%(second)s是%(two)s", {
                    "first": label(made, a.name), "one": NATURE_LABELS[a.nature], "second": label(made, b.name),
                    "two": NATURE_LABELS[b.nature]})]
    return []


def _rate(made: Bound) -> list[Said]:
    """A rate holds for its own part and base: another's cannot be put in their place."""
    relation = made.relation
    if not relation.rate:
        return []
    rate, wrong = relation.terms[relation.rate], []
    for name, wanted in ((relation.whole, rate.base), (relation.part, rate.of)):
        nature = relation.terms[name].nature if name else ""
        if nature and wanted and nature != wanted:
            wrong.append(Said("%(rate)s按%(wanted)s计算，%(what)s是%(nature)s", {
                "rate": label(made, rate.name), "wanted": NATURE_LABELS[wanted], "what": label(made, name),
                "nature": NATURE_LABELS[nature]}))
    return wrong


def _differing(made: Bound, read: Callable[[str], str], text: str) -> list[Said]:
    found = dict.fromkeys(read(name) for name in made.known if name not in made.derived and read(name))
    return [Said(text, {"all": list(found)})] if len(found) > 1 else []


# --- statements that do not say enough

def not_said(made: Bound) -> list[Said]:
    """What the published words leave open: lists of different names, sets whose relation is not stated, readings."""
    relation = made.relation
    lists = dict.fromkeys(t.list for t in relation.terms.values() if t.list)
    found = []
    if relation.kind in ONE_LIST and len(lists) > 1:
        found.append(Said("名单不同，包含关系没有写明：%(all)s", {"all": list(lists)}))
    if relation.sets == "unstated":
        found.append(Said("没有写明这些数是不是同一集合、有无重叠"))
    if relation.readings and not made.missing:
        found += _readings(made)
    return found


def _readings(made: Bound) -> list[Said]:
    """Readings of one statement that come to different numbers."""
    results: dict[str, str] = {}
    for reading in made.relation.readings:
        side = expressions.parse(reading.derive).sides[0]
        found = expressions.value(side, made.known)
        results[reading.zh] = shown(found, shown_unit(found), 0)
        reach = Said("%(reading)s；计及四舍五入，在 %(low)s–%(high)s 之间", {
            "reading": reading.zh, "low": units.rounded(found.low or found.mid, 0),
            "high": units.rounded(found.high or found.mid, 0)})
        made.steps.append(Step(f"{written(side, made)} {equal(results[reading.zh])}", shown_unit(found), said=reach))
    if len(set(results.values())) < 2:
        return []
    return [Said("写法有两种读法，结果不同：%(all)s", {"all": [f"{k} {v}" for k, v in results.items()]})]


# --- arithmetic

def _arithmetic(made: Bound, repeats: Mapping[str, list[Figure]]) -> list[Found]:
    """Everything declared is reckoned; each line that does not hold, or asks for a look, is a finding."""
    relation, found = made.relation, []
    for text in relation.checks:
        parsed = expressions.parse(text)
        if all(name in made.known for name in parsed.names):
            found += _chain(parsed, made)
    for first, second in relation.pairs:
        if first in made.known and second in made.known:
            found += _trend(first, second, made)
    for key in relation.keys:
        found += _repeat(key, repeats.get(key, []), made)
    if relation.scale:
        found += _scale(*relation.scale, made)
    found += _plausible(made)
    if relation.claim == "causal":
        found.append(Found(Verdict.SUSPECT, Said("“带动”是因果说法：倍数算得出，因果算不出；只可连同原词引用")))
    return found


def _chain(parsed: expressions.Parsed, made: Bound) -> list[Found]:
    """One chain of comparisons: a line of arithmetic for each sign."""
    found: list[Found] = []
    try:
        values = [expressions.value(side, made.known) for side in parsed.sides]
    except intervals.NoDenominator:
        made.missing.append(Said("分母为零，没有比率"))
        return []
    for i, sign in enumerate(parsed.signs):
        left, right = values[i], values[i + 1].within(values[i].unit)
        verdict, said = compare(left, sign, right)
        made.steps.append(_line(parsed, i, values, verdict, said, made))
        if verdict is Verdict.FAILS and made.relation.definition == "unstated":
            verdict = Verdict.SUSPECT
        if said is not None:
            found.append(Found(verdict, said))
    return found


def _line(parsed: expressions.Parsed, i: int, values: list[Quantity], verdict: Verdict, said: Said | None,
          made: Bound) -> Step:
    """a + b = 3470.6: the left side with its result where it was reckoned, the sign, the right side likewise."""
    left, right, sign = values[i], values[i + 1], expressions.SHOWN[parsed.signs[i]]
    first, second = (_side(parsed.sides[i + k], values[i + k], made) for k in (0, 1))
    holds = verdict is Verdict.HOLDS
    told, mark = second, right.mark
    if holds and mark in ("≥", "≤") and not isinstance(parsed.sides[i + 1], tuple):
        told, sign = told.removeprefix(mark), mark if sign == "=" else sign
    if sign == "=" and not holds:
        sign = "≠"
    unit = shown_unit(left) if left.unit else ""
    if left.unit != right.unit and unit:
        first, told, unit = f"{first} [[{left.unit}]]", f"{told} [[{right.unit}]]", ""
    if sign == "=" and left.mid == right.mid and isinstance(parsed.sides[i], tuple):
        first = written(parsed.sides[i], made)
    text = f"{first} {sign} {told}"
    return Step(text, unit, holds if verdict in (Verdict.HOLDS, Verdict.FAILS) else None, said)


def _side(node: expressions.Node, value: Quantity, made: Bound) -> str:
    text = written(node, made)
    return f"{text} {equal(shown(value, shown_unit(value)))}" if isinstance(node, tuple) else text


def compare(left: Quantity, sign: str, right: Quantity) -> tuple[Verdict, Said | None]:
    """Two ranges by a sign: HOLDS when nothing speaks against it, FAILS when no numbers within them fit."""
    if sign == "=":
        return _equal(left, right)
    small, large = (left, right) if sign in ("<=", "<") else (right, left)
    strict = sign in ("<", ">")
    if small.high is not None and large.low is not None and (
            small.high < large.low or (not strict and small.high == large.low)):
        return Verdict.HOLDS, None
    fits = small.mid < large.mid or (not strict and small.mid == large.mid)
    if fits and small.exact and large.exact:
        return Verdict.HOLDS, None
    if fits:
        both = small.high is None and large.high is None
        return Verdict.HOLDS, Said("两边都是下限，只能比方向") if both else None
    if small.low is not None and large.high is not None and (
            small.low > large.high or (strict and small.low == large.high)):
        return Verdict.FAILS, gap(small.mid - large.mid, small.unit)
    return Verdict.UNDECIDABLE, Said("约数的范围重叠，分不出大小")


def _equal(left: Quantity, right: Quantity) -> tuple[Verdict, Said | None]:
    if left.mid == right.mid:
        return Verdict.HOLDS, None
    apart = (left.high is not None and right.low is not None and left.high < right.low) or (
        right.high is not None and left.low is not None and right.high < left.low)
    if apart:
        return Verdict.FAILS, gap(right.mid - left.mid, left.unit)
    hedged = left.mark or right.mark
    return Verdict.HOLDS, Said("与约数不矛盾") if hedged else Said("差额在四舍五入之内")


def gap(by: Exact, unit: str) -> Said:
    """How far two numbers are apart."""
    if not unit:
        return Said("相差 %(gap)s 个百分点", {"gap": units.rounded(max(by, -by) * 100)})
    return Said("相差 %(gap)s %(unit)s", {"gap": units.rounded(max(by, -by)), "unit": unit})


def _trend(first: str, second: str, made: Bound) -> list[Found]:
    """A target beside the result before it: lower, level or higher; told, never wrong. Periods must follow."""
    metrics, periods = ([read(first), read(second)] for read in (made.metric, made.period))
    if metrics[0] != metrics[1]:
        return [Found(Verdict.SUSPECT, Said("不是同一指标：%(all)s", {"all": metrics}))]
    days = [published.days_of(period) for period in periods]
    if days[0] and days[1] and days[0][0] >= days[1][0]:
        return [Found(Verdict.SUSPECT, Said("时间次序不对：%(all)s", {"all": periods}))]
    a, b = made.known[first], made.known[second].within(made.known[first].unit)
    sign = "<" if b.mid < a.mid else ">" if b.mid > a.mid else "="
    word = {"<": Said("低于上年实绩"), ">": Said("高于上年实绩"), "=": Said("与上年实绩持平")}[sign]
    unit = shown_unit(a)
    made.steps.append(Step(f"{made.metric(second)} {shown(b, unit)} {sign} {shown(a, unit)}", a.unit, None, word))
    return []


def _repeat(key: str, group: list[Figure], made: Bound) -> list[Found]:
    """The same statement in several places: value, unit and hedge must be one."""
    made.figures.update({figure.code: figure for figure in group})
    if len({figure.source for figure in group}) < 2:
        return [Found(Verdict.UNDECIDABLE, Said("重复标记 %(key)s 只有一处出处，无从对照", {"key": key}))]
    forms = dict.fromkeys((f.value, f.unit, f.qualifier, f.period, f.kind) for f in group)
    ones = list({f.source: f for f in group}.values())
    texts, holds = [published.chinese(figure) for figure in ones], len(forms) == 1
    line = (" = " if holds else " ≠ ").join(units.plain(f.value) if f.value is not None else f.due for f in ones)
    made.steps.append(Step(f"{group[0].metric} {group[0].period}: {line}", group[0].unit, holds))
    if holds:
        return []
    return [Found(Verdict.FAILS, Said("%(metric)s几处写法不同：%(all)s", {"metric": group[0].metric, "all": texts}))]


def _scale(first: str, second: str, made: Bound) -> list[Found]:
    """Two amounts of one unit in one statement: about a power of ten apart asks for a look."""
    if first not in made.known or second not in made.known:
        return []
    small, large = sorted((made.known[first], made.known[second].within(made.known[first].unit)), key=lambda q: q.mid)
    if not small.mid:
        return []
    ratio = Fraction(large.mid) / small.mid
    power = 10
    while power * NEAR_TEN[1] < ratio:
        power *= 10
    near = power * NEAR_TEN[0] <= ratio <= power * NEAR_TEN[1]
    made.steps.append(Step(f"{shown(large, large.unit)} ÷ {shown(small, small.unit)} = {units.rounded(ratio)}", "倍",
                           not near or None))
    if not near:
        return []
    return [Found(Verdict.SUSPECT, Said("同一句里两个数相差 %(ratio)s 倍，近 %(power)s 倍：口径不同，或漏了一位", {
        "ratio": units.rounded(ratio), "power": power}))]


def _plausible(made: Bound) -> list[Found]:
    """Shares beyond the whole, and derived numbers outside a declared band."""
    relation, found = made.relation, []
    if relation.plausible is not None:
        low, high = relation.plausible
        for quantity in made.derived.values():
            if not low <= quantity.mid <= high:
                found.append(Found(Verdict.SUSPECT, Said("%(value)s不在合理范围 %(low)s–%(high)s 内", {
                    "value": shown(quantity, shown_unit(quantity)), "low": units.rounded(low),
                    "high": units.rounded(high)})))
    if relation.part and relation.whole and {relation.part, relation.whole} <= set(made.known):
        part, whole = made.known[relation.part], made.known[relation.whole]
        verdict, said = compare(part, "<=", whole.within(part.unit))
        if verdict is Verdict.FAILS and said is not None:
            found.append(Found(Verdict.FAILS, Said("部分大于整体：%(why)s", {"why": str(said)})))
    return found


def label(made: Bound, name: str) -> str:
    """A term as people call it."""
    term = made.relation.terms[name]
    return term.zh or made.metric(name) or name


NATURE_LABELS = {
    "stock": "存量", "flow": "流量", "turnover": "规模（营业额）", "value_added": "增加值", "revenue": "收入",
    "expenditure": "支出", "annual": "年度投资", "total": "总投资", "name": "名称", "count": "个数", "capacity": "能力"}
