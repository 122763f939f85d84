"""Which relation is declared? Terms, what is to be reckoned, and the conditions under which it means anything. Pure.

A declaration never holds its verdict: `rules.judging` reckons it from the terms. Every fault of a declaration is named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from citywright.kernel.errors import Said

from ..words import Qualifier, RelationKind
from . import expressions, published, units

#: Hostile sizes: a relation, its texts, a file.
MOST_TERMS, MOST_CHECKS, LONGEST_TEXT, MOST_RELATIONS = 200, 50, 600, 100_000
RELATION_KEYS = frozenset({
    "id", "kind", "zh", "en", "terms", "checks", "pairs", "keys", "scale", "readings", "part", "whole", "rate", "sets",
    "definition", "claim", "question", "question_en", "plausible", "note", "note_en"})
TERM_KEYS = frozenset({
    "figure", "value", "value_max", "unit", "qualifier", "date", "state", "derive", "indicator", "side", "source",
    "subject", "metric", "period", "nature", "list", "base", "of", "at", "zh", "en", "places"})
#: What a number may be by nature; two natures do not compare unless one is a part of the other (`judging.PART_OF`).
NATURES = frozenset({"stock", "flow", "turnover", "value_added", "revenue", "expenditure", "annual", "total", "name",
                     "count", "capacity"})
TEXTS_OF = ("zh", "en", "part", "whole", "rate", "sets", "definition", "claim", "question", "question_en", "note",
            "note_en")
#: How far along a work is; 开工 and 在建 are one.
STATES = {"谋划": 1, "储备": 2, "签约": 3, "开工": 4, "在建": 4, "竣工": 5, "投产": 6}
#: What of an indicator: its value, a part of its fraction, or the sum of its parts by category or unit.
SIDES = ("value", "numerator", "denominator", "by_category", "by_unit")
SOURCES = ("figure", "value", "date", "state", "derive", "indicator")


@dataclass(slots=True, eq=False)
class Term:
    """One quantity of a relation: a loaded figure, a number said here with its source, a day, a state, or derived."""

    name: str
    figure: str = ""
    value: Decimal | None = None
    value_max: Decimal | None = None
    unit: str = ""
    qualifier: str = Qualifier.EQUAL.value
    day: date | None = None
    state: str = ""
    derive: str = ""
    indicator: str = ""
    side: str = "value"
    source: str = ""
    subject: str = ""
    metric: str = ""
    period: str = ""
    nature: str = ""
    list: str = ""
    base: str = ""
    of: str = ""
    at: str = ""
    zh: str = ""
    en: str = ""
    places: int = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a statement that can be read in several."""

    zh: str
    en: str
    derive: str


@dataclass(slots=True, eq=False)
class Relation:
    """A relation as declared."""

    id: str
    kind: RelationKind
    zh: str
    en: str
    terms: Mapping[str, Term]
    checks: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    scale: tuple[str, str] | None = None
    readings: tuple[Reading, ...] = ()
    part: str = ""
    whole: str = ""
    rate: str = ""
    sets: str = ""
    definition: str = ""
    claim: str = ""
    question: str = ""
    question_en: str = ""
    plausible: tuple[Fraction, Fraction] | None = None
    note: str = ""
    note_en: str = ""
    line: int = 0

    @property
    def figures(self) -> tuple[str, ...]:
        """The codes of the figures it names."""
        return tuple(dict.fromkeys(term.figure for term in self.terms.values() if term.figure))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault of a declaration: line of the file, relation, what is wrong and how to put it right."""

    line: int
    id: str
    said: Said


@dataclass
class Readers:
    """What a declaration is read against: codes and keys that are there (None: not asked), and the faults found."""

    codes: Collection[str] | None = None
    keys: Collection[str] | None = None
    indicators: Collection[str] | None = None
    faults: list[Wrong] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)


def read(raw: Any, line: int, readers: Readers) -> Relation | None:
    """The relation that a mapping declares, or None after naming every fault of it."""
    wrong: list[Said] = []
    if not isinstance(raw, dict):
        readers.faults.append(Wrong(line, "", Said("这里应是一条关系（键和值），不是别的")))
        return None
    key = raw.get("id")
    name = key if isinstance(key, str) else ""
    _head(raw, name, line, readers, wrong)
    terms = _terms(raw.get("terms", {}), readers, wrong)
    made = _built(raw, terms, line, wrong)
    if made is not None:
        given = raw["terms"] if isinstance(raw.get("terms"), dict) else {}
        wrong += _names(made, readers, made.terms.keys() | given.keys())
    readers.faults += [Wrong(line, name[:40], said) for said in wrong]
    return None if wrong else made


def _head(raw: dict[str, Any], name: str, line: int, readers: Readers, wrong: list[Said]) -> None:
    """Number, kind, known keys, lengths of texts."""
    if not published.CODE.fullmatch(name):
        wrong.append(Said("编号“%(id)s”不对：用字母、数字、连字符，至多 20 位", {"id": str(raw.get("id"))[:40]}))
    elif name in readers.seen:
        wrong.append(Said("编号 %(id)s 与第 %(line)s 行重复：每条关系编号不同",
                          {"id": name, "line": readers.seen[name]}))
    else:
        readers.seen[name] = line
    if raw.get("kind") not in KINDS:
        wrong.append(Said("关系种类“%(kind)s”不认识，可用：%(kinds)s",
                          {"kind": str(raw.get("kind"))[:40], "kinds": list(KINDS)}))
    unknown = [str(key)[:40] for key in raw if key not in RELATION_KEYS]
    if unknown:
        wrong.append(Said("不认识的项：%(keys)s", {"keys": unknown[:10]}))
    for text in ("zh", "en", "question", "question_en", "note", "note_en"):
        if not isinstance(raw.get(text, ""), str) or len(raw.get(text, "")) > LONGEST_TEXT:
            wrong.append(Said("“%(key)s”应是不超过 %(most)s 字的文字", {"key": text, "most": LONGEST_TEXT}))
    if not raw.get("zh"):
        wrong.append(Said("缺少“zh”：用一句话写明这条关系"))


def _terms(raw: Any, readers: Readers, wrong: list[Said]) -> dict[str, Term]:
    if not isinstance(raw, dict) or len(raw) > MOST_TERMS:
        wrong.append(Said("“terms”应是名称到数的对照，至多 %(most)s 个", {"most": MOST_TERMS}))
        return {}
    found = {}
    for name, given in raw.items():
        made = _term(str(name), given, readers, wrong)
        if made is not None:
            found[made.name] = made
    return found


def _term(name: str, raw: Any, readers: Readers, wrong: list[Said]) -> Term | None:
    """One term; a bare text is a figure's code."""
    if isinstance(raw, str) and is_name(name) and published.CODE.fullmatch(raw):
        made = Term(name, figure=raw)
        _look_up(made, readers, wrong)
        return made
    given = {"figure": raw} if isinstance(raw, str) else raw
    if not is_name(name) or not isinstance(given, dict) or sum(key in given for key in SOURCES) != 1:
        wrong.append(Said("“%(name)s”应写明且只写明一个来源：%(sources)s；名称用小写字母",
                          {"name": name[:40], "sources": list(SOURCES)}))
        return None
    unknown = [str(key)[:40] for key in given if key not in TERM_KEYS]
    if unknown:
        wrong.append(Said("“%(name)s”里不认识的项：%(keys)s", {"name": name, "keys": unknown[:10]}))
        return None
    before = len(wrong)
    converted = _converted(name, given, wrong)
    if converted is None or len(wrong) > before:
        return None
    _look_up(converted, readers, wrong)
    return converted


def _converted(name: str, given: dict[str, Any], wrong: list[Said]) -> Term | None:
    """Texts, numbers and days of a term in their types."""
    kept: dict[str, Any] = {"name": name}
    for key, value in given.items():
        if key in ("value", "value_max"):
            if not published.NUMBER.fullmatch(str(value)):
                wrong.append(Said("“%(name)s”的数“%(value)s”不对：至多 12 位整数、4 位小数",
                                  {"name": name, "value": str(value)[:40]}))
                continue
            kept[key] = Decimal(str(value))
        elif key == "date":
            kept["day"] = _day(value)
            if kept["day"] is None:
                wrong.append(Said("“%(name)s”的日期“%(value)s”不对，应写成 2024-03-01",
                                  {"name": name, "value": str(value)[:40]}))
        elif key == "places":
            kept[key] = value if isinstance(value, int) and 0 <= value <= 6 else 2
        elif not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
            wrong.append(Said("“%(name)s”的“%(key)s”应是文字", {"name": name, "key": key}))
        else:
            kept[key] = value
    return None if wrong and "value" in given and "value" not in kept else Term(**kept)


def _look_up(term: Term, readers: Readers, wrong: list[Said]) -> None:
    """Codes, units, hedges, natures and states that are known."""
    if term.figure and readers.codes is not None and term.figure not in readers.codes:
        wrong.append(Said("没有编号 %(code)s 的已公布数据：先装入，或改用 value 写明数和出处",
                          {"code": term.figure[:40]}))
    if term.indicator and readers.indicators is not None and term.indicator not in readers.indicators:
        wrong.append(Said("没有指标 %(code)s", {"code": term.indicator[:40]}))
    if term.unit and units.measured(term.unit) is None:
        wrong.append(Said("单位“%(unit)s”不认识", {"unit": term.unit[:40]}))
    if term.qualifier not in QUALIFIERS:
        wrong.append(Said("约数“%(qualifier)s”不认识，可用：%(known)s",
                          {"qualifier": term.qualifier[:40], "known": list(QUALIFIERS)}))
    for key, value in (("nature", term.nature), ("base", term.base), ("of", term.of)):
        if value and value not in NATURES:
            wrong.append(Said("“%(key)s”的“%(value)s”不认识，可用：%(known)s",
                              {"key": key, "value": value[:40], "known": sorted(NATURES)}))
    if term.state and term.state not in STATES:
        wrong.append(Said("进度“%(state)s”不认识，可用：%(known)s", {"state": term.state[:40], "known": list(STATES)}))
    if term.value is not None and not term.source:
        wrong.append(Said("“%(name)s”写的是数：须用 source 写明出处", {"name": term.name}))
    if term.side not in SIDES:
        wrong.append(Said("“%(key)s”的“%(value)s”不认识，可用：%(known)s", {
            "key": "side", "value": term.side[:40], "known": list(SIDES)}))


def _built(raw: dict[str, Any], terms: dict[str, Term], line: int, wrong: list[Said]) -> Relation | None:
    """The relation with lists and numbers in their types; a wrong shape is one fault each."""
    texts: dict[str, Any] = {key: raw[key] for key in TEXTS_OF if key in raw}
    before = len(wrong)
    if any(not isinstance(value, str) for value in texts.values()):
        wrong.append(Said("part、whole、rate、sets、definition、claim 应是文字"))
    shapes: dict[str, Any] = {}
    for key, shape in SHAPES.items():
        if key in raw:
            try:
                shapes[key] = shape(raw[key])
            except (TypeError, ValueError, KeyError, ArithmeticError):
                wrong.append(Said("“%(key)s”的写法不对，见关系文件说明", {"key": key}))
    if len(wrong) > before:
        return None
    kind = KINDS.get(str(raw.get("kind")), RelationKind.QUESTION)
    return Relation(id=str(raw.get("id")), kind=kind, terms=terms, line=line,
                    **({"zh": "", "en": ""} | texts | shapes))


def _names(made: Relation, readers: Readers, known: Collection[str]) -> list[Said]:
    """Expressions that can be read, names that are terms, keys that are there, derivations that end."""
    wrong: list[Said] = []
    asked: list[str] = [*(n for pair in made.pairs for n in pair), *(made.scale or ()),
                        *(n for n in (made.part, made.whole, made.rate) if n)]
    uses: dict[str, tuple[str, ...]] = {}
    texts = [*((name, t.derive) for name, t in made.terms.items() if t.derive), *(("", c) for c in made.checks),
             *(("", r.derive) for r in made.readings)]
    for name, text in texts:
        try:
            parsed = expressions.parse(text)
        except expressions.CannotParse as error:
            wrong.append(Said("算式“%(text)s”读不懂，停在“%(at)s”：只用名称、数、+ − * / 括号和一串比较",
                              {"text": text[:60], "at": str(error)[:20]}))
            continue
        asked += parsed.names
        uses[name or text] = parsed.names
        if name and parsed.signs:
            wrong.append(Said("“%(name)s”是推算的数，不能含比较", {"name": name}))
    lost = sorted({name for name in asked if name not in known})
    if lost:
        wrong.append(Said("没有名为%(names)s的数：在 terms 里写明", {"names": [n[:40] for n in lost[:10]]}))
    derived = {name: uses[name] for name in made.terms if name in uses}
    circle = _circle(derived) if any(name in derived for names in derived.values() for name in names) else []
    if circle:
        wrong.append(Said("推算成环：%(names)s 互相引用，没有起点", {"names": circle}))
    if readers.keys is not None:
        lacking = [key for key in made.keys if key not in readers.keys]
        wrong += [Said("没有重复标记 %(key)s 的已公布数据", {"key": key[:40]}) for key in lacking]
    if not (made.checks or made.pairs or made.keys or made.scale or made.readings or uses):
        wrong.append(Said("没有可算的内容：至少写一个 checks、derive、pairs、keys、scale 或 readings"))
    return wrong


def _circle(uses: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Names that derive from one another, or [] when every derivation comes to an end."""
    left = dict(uses)
    while left:
        free = [name for name, needed in left.items() if not any(other in left for other in needed)]
        if not free:
            return sorted(left)[:10]
        for name in free:
            del left[name]
    return []


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _listed(most: int) -> Callable[[Any], tuple[str, ...]]:
    def read_list(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > most or any(not isinstance(v, str) or "\0" in v for v in value):
            raise ValueError
        return tuple(value)

    return read_list


def _pair(value: Any) -> tuple[str, str]:
    first, second = _listed(2)(value)
    return first, second


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or len(value) > MOST_CHECKS:
        raise ValueError
    return tuple(_pair(part) for part in value)


def _band(value: Any) -> tuple[Fraction, Fraction]:
    low, high = value
    made = Fraction(str(low)[:20]), Fraction(str(high)[:20])
    if made[0] > made[1]:
        raise ValueError
    return made


def _readings(value: Any) -> tuple[Reading, ...]:
    if not isinstance(value, list) or len(value) > 10:
        raise ValueError
    return tuple(Reading(str(r["zh"])[:LONGEST_TEXT], str(r.get("en", ""))[:LONGEST_TEXT], str(r["derive"]))
                 for r in value)


@lru_cache(maxsize=4096)
def is_name(text: str) -> bool:
    """Whether a text can be a name in an expression."""
    match = expressions.TOKEN.fullmatch(text)
    return match is not None and match.group("name") is not None


SHAPES: dict[str, Callable[[Any], Any]] = {
    "checks": _listed(MOST_CHECKS), "keys": _listed(MOST_TERMS), "pairs": _pairs, "scale": _pair, "plausible": _band,
    "readings": _readings}
KINDS = {kind.value: kind for kind in RelationKind}
QUALIFIERS = tuple(q.value for q in Qualifier)
