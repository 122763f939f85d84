"""`docs/reference/ledger-columns.md` is printed from the column table: `python -m citywright.projects.imports.page`."""

from __future__ import annotations

from citywright.kernel.words import Word

from .columns import FIELDS, WORD_SYNONYMS, Field, Kind

#: Where the value of a column goes; what is not named here belongs to the project itself.
GOES_TO: dict[str, str] = {
    **dict.fromkeys(("year_type", "plan_year", "done_before", "start_plan", "finish_plan", "production_plan", "goal"),
                    "the year's plan; a frozen plan gets a new version, by the office only"),
    **dict.fromkeys(("done_month", "done_ytd", "done_total", "built", "installed", "equipment", "other"),
                    "the month's money in the dispatch calibre; an earlier figure is revised, never changed"),
    **dict.fromkeys(("image_progress", "problem", "next"), "the month's report, as a draft"),
    **dict.fromkeys(("leader", "chief", "contact", "phone"), "who answers for the project, from this month on"),
    **dict.fromkeys(("start_actual", "finish_actual"), "a claim of the gate, which waits for its verifier"),
}
READ_AS: dict[Kind, str] = {
    Kind.TEXT: "text", Kind.MONEY: "money, kept in 万元", Kind.NUMBER: "number", Kind.PERCENT: "percent",
    Kind.DAY: "day or month", Kind.SPAN: "from and until", Kind.WORD: "one of a list", Kind.YES_NO: "yes or no",
    Kind.CATEGORY: "category of the catalogue", Kind.UNIT: "unit", Kind.UNITS: "units, the first one leads",
}
HEAD = """# 台账的栏 Columns of the ledger

Printed from the column table (`python -m citywright.projects.imports.page`); a test fails when it lags.
A header is recognised without spaces, units, brackets and years: 总投资（亿元）, 2024年计划投资 and 1-3月完成投资
are 总投资, 年度计划投资 and 1-N月完成投资. In a merged header the levels are joined: 投资/年度计划.
How cells are read: [import a ledger](../how-to/import-a-ledger.md).

| code | 栏 | read as | goes to | other names |
|---|---|---|---|---|
"""


def line(field: Field) -> str:
    """One row of the table."""
    goes = "checked at most, not kept" if field.derived else GOES_TO.get(
        field.code, "a claim of the gate" if field.code.startswith("gate_") else "the project")
    return f"| `{field.code}` | {field.zh} | {READ_AS[field.kind]} | {goes} | {'、'.join(field.synonyms) or '—'} |"


def called(member: Word) -> str:
    """A word with the other ways of typing it."""
    also = [word for word, code in WORD_SYNONYMS.items() if code == member]
    return f"{member.zh}（{'、'.join(also)}）" if also else member.zh


def page() -> str:
    """The whole page."""
    words = "\n".join(f"- {field.zh}：{'；'.join(map(called, field.word))}" for field in FIELDS if field.word)
    return HEAD + "\n".join(line(field) for field in FIELDS) + f"\n\n## Words of a list\n\n{words}\n"


if __name__ == "__main__":
    print(page(), end="")
