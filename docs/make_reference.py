# ruff: noqa: E402 (the settings come before what needs them)
"""Writes the reference pages that are made from the code: `.venv/bin/python docs/make_reference.py`.

A test fails when a page lags. Each page is one function that returns Markdown; PAGES says where it goes.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import cache, partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citywright.portal.settings")
    import django

    django.setup()

from babel.messages.pofile import read_po
from django.apps import apps
from django.db import models

from citywright.approvals import facts as approvals
from citywright.followup import words as followed
from citywright.followup.rules import alerts as alert_rules
from citywright.followup.rules import letters as letter_rules
from citywright.followup.rules import meetings as meeting_rules
from citywright.followup.rules import tasks as task_rules
from citywright.indicators import catalogue
from citywright.kernel import words as kernel_words
from citywright.kernel.steps import Loop
from citywright.kernel.words import Word
from citywright.portal import publishing
from citywright.projects import facts, words
from citywright.projects.rules import gates, lamps, milestones, presets, problems, reports, years
from citywright.projects.rules import reserve as reserve_rules

RENEW = ".venv/bin/python docs/make_reference.py"
MADE = f"Made from the code (`{RENEW}`); a test fails when it lags.\n"
SRC = ROOT / "src" / "citywright"

GLOSSARY_HEAD = f"""# 词汇 Glossary

{MADE}
Codes are stored and used in the interface; the Chinese is what people read, the English what they read in English.
"""
GATES_HEAD = f"""# 关口 Gates

{MADE}
Version of the rules: {gates.VERSION}, printed on every passage. A claim needs its evidence; the verifier is another
person of another unit. What is missing for the next gate (还缺什么) is one function, `missing_to_enter`, asked by the
page, the interface, the import and the action.

## Order
"""
EVIDENCE_HEAD = """## Evidence

`;` means *and*, `/` means *either will do*. Public-private projects are proved like enterprise money.
"""
CATEGORIES_HEAD = """## Categories laid at the start

Data, not code: a city renames them and adds its own. 未归类 is always there.
"""
LAMPS_HEAD = f"""# 红黄灯 Lamps

{MADE}
`./citywright nightly` judges every project in eight dimensions; rule, inputs and reason are kept with each lamp. 综合
is the worst of the seven that is not 不适用. How to choose: [choose the lamp rules](../how-to/choose-lamp-rules.md).

## Dimensions
"""
PARAMETERS_HEAD = """## Parameters

`ratio`: done over schedule, below `yellow` or below `red`. `points`: shortfall in points of the year, from `yellow`,
above `red`.
"""
LAKE_HEAD = f"""# 数据湖 The lake

{MADE}
`./citywright nightly` publishes these tables as Parquet files under `lake` in the home; dashboards read nothing else.
Money is a whole number of 分 (`…_fen`), a day a whole number of days since 1970-01-01 (`…_day`), so that sums are
exact on every engine. One file a publishing area, of `project_month` one a year, of `lamp_day` one a month. What is
published now, with its day and source: `./citywright lake list`. When a file is missing or broken:
[rebuild the lake](../how-to/rebuild-the-lake.md).

`project_month` has a row for every leaf in every month of each year in which the area plans or reports. The rows of a
year know of gates passed up to 45 days after its end; later ones change them no more.
"""
MODELS_HEAD = f"""# 数据 What is kept

{MADE}
Money is a whole number of 分 in the database and a Decimal in 万元 in Python. Days end in `_on`, moments in `_at`,
people in `_by`. History is appended: database triggers refuse changes of the journal
([decision 10](../decisions/0010-the-journal-is-guarded-twice.md)), and of passages, evidence and facts.
"""



# ---- words


@cache
def english() -> dict[str, str]:
    """Every English entry of every package, by its Chinese."""
    found: dict[str, str] = {}
    for part in sorted(SRC.glob("*/locale/en/LC_MESSAGES/*.po")):
        with part.open("rb") as file:
            for message in read_po(file, locale="en"):
                keys = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                found |= {key: texts[0] for key in keys if key}
    return found


def both(zh: str) -> str:
    """The Chinese and its English."""
    text = english().get(zh, "")
    return f"{zh} {text}" if text else zh


def cell(text: object) -> str:
    """Text that stands in a table."""
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| {' | '.join(cell(c) for c in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def first_sentence(text: str | None) -> str:
    """The whole docstring on one line."""
    return " ".join((text or "").split())


# ---- glossary


def word_classes() -> list[type[Word]]:
    """Every class of words, those of the kernel first."""
    own = [c for c in vars(kernel_words).values() if inspect.isclass(c) and issubclass(c, Word) and c is not Word]
    more = [getattr(words, name) for name in words.__all__]
    return list(dict.fromkeys([*own, *sorted(more, key=lambda c: (c.__module__, source_line(c)))]))


def source_line(found: type[Enum]) -> int:
    """Where in its file a class stands."""
    return inspect.getsourcelines(found)[1]


def glossary() -> str:
    """Stored code, Chinese and English of every word the program uses."""
    parts = [GLOSSARY_HEAD]
    for found in word_classes():
        parts.append(f"## {found.__name__}\n\n{first_sentence(found.__doc__)}\n")
        parts.append(table(("code", "中文", "English"),
                           [(f"`{w.value}`", w.zh, english().get(w.zh, "")) for w in found]))
    return "\n".join(parts)


# ---- gates


def kinds(groups: gates.Groups) -> str:
    """Evidence as people say it: each of these, a slash between what may stand for one another."""
    return "; ".join(" / ".join(kind.zh for kind in group) for group in groups) or "—"


def gates_page() -> str:
    """Gates, their order, evidence, who claims and verifies; stages; categories; templates."""
    order = sorted(gates.RANK, key=gates.RANK.__getitem__)
    parts = [GATES_HEAD, table(("gate", "关口", "needs before", "stage from here", "the day means"), [
                 (g.name, both(g.zh) + (" (optional)" if g in gates.OPTIONAL else ""),
                  ", ".join(b.name for b in gates.NEEDED_BEFORE[g]) or "—", both(gates.stage_of(gates.RANK[g]).zh),
                  both(gates.DAY_MEANS[g])) for g in order]),
             "Nothing waits for an optional gate. A gate that a category lacks is stepped over.\n",
             EVIDENCE_HEAD,
             table(("gate", "government money 政府投资", "enterprise money 企业投资"), [
                 (g.name, kinds(gates.GOVERNMENT_EVIDENCE[g]), kinds(gates.ENTERPRISE_EVIDENCE[g])) for g in order]),
             "## Who\n", table(("gate", "claims", "verifies (核验人员 of)"), [
                 (g.name, "、".join(r.zh for r in kernel_words.Role if r in gates.CLAIMED_BY[g]), gates.VERIFIED_BY[g])
                 for g in order]),
             "## Limits\n",
             f"- 入统 is for projects of at least {gates.STATISTICS_FROM} 万元.\n"
             f"- A site photo of 实质开工 tells when and where it was taken, not before the day of the fact, at most"
             f" {gates.PHOTO_WITHIN_M} m from the project.\n"
             f"- 达效 needs {gates.OPERATED_DAYS} days of operation after 投产投用.\n",
             stages(), categories(), templates()]
    return "\n".join(parts)


def stages() -> str:
    """Stages with their links and their status in the open standard."""
    rows = [(f"`{s.value}`", both(s.zh), both(gates.LINK_OF[s].zh), gates.OC4IDS_STATUS[s]) for s in words.Stage]
    return ("## Stages\n\nDerived from the gates passed, never stored.\n\n"
            + table(("code", "阶段", "环节", "OC4IDS status"), rows))


def categories() -> str:
    """The categories that are laid at the start."""
    rows = [(f"`{code}`", name, template or "—", "all" if own == milestones.ALL_GATES else
             ", ".join(g.name for g in own)) for code, name, template, own in milestones.CATEGORIES]
    return f"{CATEGORIES_HEAD}\n{table(('code', '类别', 'template', 'gates'), rows)}"


def templates() -> str:
    """The milestone templates."""
    parts = ["## Milestone templates\n"]
    for template in milestones.TEMPLATES:
        nodes = " → ".join(n.name + (f" ({n.gate.name})" if n.gate else "") for n in template.nodes)
        parts.append(f"- **{template.name}** (`{template.code}`): {nodes}")
    return "\n".join(parts) + "\n"


# ---- lamps


def lamps_page() -> str:
    """Dimensions, published rule sets, what a city may set, the sentences, the ladder."""
    parts = [LAMPS_HEAD, table(("code", "维度", "what it says"), [
                 (f"`{d.value}`", both(d.zh), first_sentence(lamps.DIMENSIONS[d].__doc__)) for d in lamps.JUDGED]),
             f"## Published rule sets\n\nIn force where an area has adopted none: `{presets.DEFAULT}`.\n",
             table(("code", "version", "name", "parameters", "source"), [
                 (f"`{p.code}`", p.version, both(p.name), settings_of(p), p.source) for p in presets.PRESETS]),
             parameters(),
             "## Ladder\n\nWhat a bad spell of months leads to, highest first.\n",
             table(("alert", "reds in the spell", "yellows in the spell"), [
                 (both(kind.zh), red or "—", yellow or "—") for kind, red, yellow in lamps.LADDER]),
             "## Reasons\n", table(("code", "中文", "English"), [
                 (f"`{code}`", zh, english().get(zh, "")) for code, zh in presets.REASONS.items()])]
    return "\n".join(parts)


def settings_of(preset: presets.Preset) -> str:
    """The parameters of a rule set on one line."""
    return ", ".join(f"{name} {value}" for name, value in preset.parameters.items())


def parameters() -> str:
    """What may be set, with limits and defaults."""
    defaults = {name: field.default for name, field in presets.Parameters.__dataclass_fields__.items()}
    rows = [("`kind`", " or ".join(presets.KINDS), "must be given")]
    for name, (form, least, largest) in presets.SCHEMA.items():
        given = defaults[name]
        shown = "must be given" if given.__class__.__name__ == "_MISSING_TYPE" else str(given)
        rows.append((f"`{name}`", f"{least} to {largest}{', whole' if form is int else ''}", shown))
    return f"{PARAMETERS_HEAD}\n{table(('name', 'values', 'default'), rows)}"


# ---- loops


LOOPS: tuple[tuple[str, Loop, type[Word], type[Word]], ...] = (
    ("关口申报 Claim of a gate", gates.LOOP, words.PassageResult, words.PassageVerb),
    ("月报 Monthly report", reports.REPORT, words.ReportStep, words.ReportVerb),
    ("更正申请 Correction", reports.CORRECTION, words.CorrectionStep, words.CorrectionVerb),
    ("问题 Problem", problems.LOOP, words.ProblemStep, words.ProblemVerb),
    ("年度计划送审 Plan of a year", years.LOOP, words.PlanStep, words.PlanVerb),
    ("储备提报，区县批次 Round of a district", reserve_rules.DISTRICT_LOOP, words.SubmissionStep, words.SubmissionVerb),
    ("储备提报，市级批次 Round of a city", reserve_rules.CITY_LOOP, words.SubmissionStep, words.SubmissionVerb),
    ("提醒 Alert", alert_rules.ALERT, followed.AlertStep, followed.AlertVerb),
    ("会议 Meeting", meeting_rules.MEETING, followed.MeetingStep, followed.MeetingVerb),
    ("督查文书 Letter", letter_rules.LETTER, followed.LetterStep, followed.LetterVerb),
    *((f"{name.zh} Task: {name.value}", loop, followed.TaskStep, followed.TaskVerb)
      for name, loop in task_rules.LOOPS.items()),
)
LIMITS_HEAD = """## Limits of a task

Used when none is set. A proposal has three calendar months; its co-operating units give their opinions within one. An
objection is made within three workdays. Whoever works for the unit that leads, or answered, never moves for the raiser.
"""


def loops() -> str:
    """Every closed loop: steps, moves and who may make them."""
    parts = ["# 闭环 Loops\n", MADE, "A loop is data: steps, moves, and the roles that may make them.\n"]
    for title, loop, steps, verbs in LOOPS:
        ends = "、".join(steps(step).zh for step in sorted(loop.ends))
        parts.append(f"## {title}\n\nBegins as {steps(loop.first).zh}; ends as {ends}.\n")
        parts.append(table(("act", "from", "to", "who", "proof"), [
            (both(verbs(m.verb).zh), "、".join(s.zh for s in steps if s in m.sources), steps(m.target).zh,
             "、".join(r.zh for r in kernel_words.Role if r in m.roles), "、".join(n.zh for n in m.needs))
            for m in loop.moves]))
    parts.append(LIMITS_HEAD)
    parts.append(table(("source", "limit", "counted in"), [
        (both(origin.zh), limit, both(kind.zh)) for origin, (kind, limit) in task_rules.DEFAULT_LIMITS.items()]))
    parts.append(table(("loop", "put off at most"), [
        (both(name.zh), most) for name, most in task_rules.EXTENSIONS.items()]))
    parts.append("## Guards of a monthly report\n")
    parts.append(table(("code", "weight", "中文", "English"), [
        (f"`{code}`", both(weight.zh), zh, english().get(zh, "")) for code, (weight, zh) in reports.GUARDS.items()]))
    return "\n".join(parts)


# ---- models


def models_page() -> str:
    """What is kept: every table of ours with its fields and constraints."""
    parts = [MODELS_HEAD]
    for label in ("kernel", "ui", "followup", "projects", "indicators"):
        parts.append(f"## {label}\n")
        for model in sorted(apps.get_app_config(label).get_models(), key=lambda m: (m.__module__, source_line(m))):
            parts.append(f"### {model.__name__}\n\n{first_sentence(model.__doc__)}\n")
            parts.append(table(("field", "type", "notes"), [field_row(f) for f in own_fields(model)]))
            named = [c.name for c in model._meta.constraints]
            parts.append(f"Constraints: {', '.join(f'`{n}`' for n in named)}\n" if named else "")
    return "\n".join(part for part in parts if part)


def own_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """Its columns; of a person not those every account of Django has."""
    for field in model._meta.local_fields:
        if not (model.__name__ == "Person" and field.name in {"last_login", "is_superuser", "first_name", "last_name",
                                                              "email", "is_staff", "date_joined", "password"}):
            yield field


def field_row(field: models.Field) -> tuple[str, str, str]:
    """Name, type, and what else is to know."""
    kind = type(field).__name__.removesuffix("Field")
    if field.is_relation and field.related_model:
        kind = f"→ {field.related_model.__name__}"
    notes = ["key"] * field.primary_key + ["unique"] * (field.unique and not field.primary_key)
    notes += ["may be empty"] * ((field.null or field.blank) and not field.primary_key)
    notes += [f"at most {field.max_length}"] * bool(field.max_length and not field.choices)
    notes += [", ".join(f"{code} {zh}" for code, zh in field.choices)] if field.choices else []
    return f"`{field.name}`", kind, "; ".join(notes)


# ---- lake


def lake_page() -> str:
    """Every fact table: what a row is, its version and columns."""
    parts = [LAKE_HEAD]
    for fact in publishing.TABLES:
        parts.append(f"## {fact.name}\n\n{fact.row} Version {fact.version}.\n")
        meaning = facts.MEANING | (approvals.MEANING if fact in approvals.TABLES else {})
        parts.append(table(("column", "type", "meaning"), [
            (f"`{field.name}`", field.type, meaning.get(field.name, "")) for field in fact.schema]))
    return "\n".join(parts)


# ---- indicators


INDICATORS_HEAD = f"""# 指标 Indicators

{MADE}
A figure is a sum of whole numbers over a published fact table; a rate is an exact fraction of two sums, "—" where the
denominator is 0. Each has its page here and in the program (`/indicators/<code>/`), with its value, lists and SQL.
Those the ledger counts too carry the same words and give the same value: [the ledger's own](../indicators.md).
"""


def indicators_page() -> str:
    """All indicators by subject."""
    parts = [INDICATORS_HEAD]
    for subject, found in catalogue.SUBJECTS.items():
        parts.append(f"## {both(subject)}\n")
        parts.append(table(("code", "指标", "公式", "unit", "calibre"), [
            (f"[{one.code}]({one.code}.md)", both(one.label), one.formula, one.unit, one.basis.zh) for one in found]))
    return "\n".join(parts)


def indicator_page(one: catalogue.Indicator) -> str:
    """One indicator: words in both languages, and the sums as the engine adds them."""
    rows = [("公式 formula", both(one.formula)),
            ("分子 numerator" if one.bottom else "范围 scope", both(one.top_words))]
    rows += [("分母 denominator", both(one.denominator))] if one.bottom else []
    rows += [("单位 unit", f"{both(one.unit)}, {one.decimals} decimals"), ("口径 calibre", both(one.basis.zh)),
             ("来源 source", both(one.source)), ("截至 cut-off", CUT_OFF), ("方向 direction", both(one.direction.zh)),
             ("下钻 drill-down", ", ".join(both(head) for _, head in one.listed) + "; by unit, category, area"),
             ("事实表 fact table", f"`{one.table}`")]
    rows += [("说明 note", both(one.note))] if one.note else []
    rows += [("整数 whole numbers", f"both sums stand {one.times} times as large")] if one.times > 1 else []
    sums = "\n\n".join(f"-- {part}\n{sum_of(one, listed)}" for part, listed in one.parts.items())
    return (f"# {one.code} {both(one.label)}\n\n{MADE}\n{table(('', ''), rows)}\n## Sums\n\n"
            f"```sql\n{sums}\n```\n\n[All indicators](README.md)\n")


CUT_OFF = "the month's last day, or the day up to which what was published is true, whichever is first"


def sum_of(one: catalogue.Indicator, part: catalogue.Part) -> str:
    """What is added over the rows of the month, for March 2024, as DuckDB reads it."""
    import ibis

    facts = ibis.table(fact_schemas()[one.table], name=one.table)
    when = catalogue.When(19_813, 19_723, 3)
    if one.table == "project_month":
        when = catalogue.When(facts.period_end_day, 19_723, facts.month)
    return str(ibis.to_sql(facts.aggregate(amount=part.column(facts, when).sum()), dialect="duckdb"))


@cache
def fact_schemas() -> dict[str, object]:
    """The columns of every fact table, by its name."""
    import ibis

    from citywright.followup import facts as matters

    return {one.name: ibis.Schema.from_pyarrow(one.schema) for one in (*facts.TABLES, *matters.TABLES)}


PAGES: dict[str, Callable[[], str]] = {
    "docs/glossary.md": glossary,
    "docs/reference/gates.md": gates_page,
    "docs/reference/lake.md": lake_page,
    "docs/reference/lamps.md": lamps_page,
    "docs/reference/loops.md": loops,
    "docs/reference/models.md": models_page,
}


PAGES["docs/reference/indicators/README.md"] = indicators_page
PAGES |= {f"docs/reference/indicators/{one.code}.md": partial(indicator_page, one)
          for one in catalogue.CATALOGUE.values()}


def main() -> None:
    """Every page is that of the code."""
    for place, page in PAGES.items():
        text = page()
        (ROOT / place).parent.mkdir(parents=True, exist_ok=True)
        old = (ROOT / place).read_text(encoding="utf-8") if (ROOT / place).exists() else ""
        (ROOT / place).write_text(text, encoding="utf-8")
        print(f"{'same   ' if old == text else 'renewed'} {place}")


if __name__ == "__main__":
    main()
