"""Which tables do projects publish? Money in whole 分 (`…_fen`), days as whole days since 1970-01-01 (`…_day`)."""

from __future__ import annotations

import pyarrow as pa

from citywright.lake import store

from ..words import Gate

TEXT, DATE, FEN, DAY = pa.string(), pa.date32(), pa.int64(), pa.int32()
YES, SMALL, COUNT = pa.bool_(), pa.int16(), pa.int32()
#: What every row says of where it belongs: the project's own area and its path, the area that publishes, the unit.
PLACE = [("area", TEXT), ("area_path", TEXT), ("district", TEXT), ("unit", TEXT)]
#: The gates whose days stand in a row, in the order of its columns.
GATES = (Gate.G1, Gate.G1A, Gate.G1B, Gate.G1C, Gate.G2, Gate.G3, Gate.G4C, Gate.G4P, Gate.G4, Gate.G4S, Gate.G5,
         Gate.G6, Gate.G7)

PROJECT_MONTH = store.Table("project_month", "One row per project and month.", pa.schema([
    ("project", TEXT), ("name", TEXT), *PLACE, ("unit_name", TEXT), ("category", TEXT), ("category_name", TEXT),
    ("funding", TEXT), ("period", DATE), ("period_end_day", DAY), ("year", SMALL), ("month", pa.int8()),
    ("year_kind", TEXT), ("plan_version", SMALL), ("plan_year_fen", FEN), ("next_plan_fen", FEN),
    ("scheduled_fen", FEN), ("done_month_fen", FEN), ("done_year_fen", FEN), ("done_total_fen", FEN),
    ("statistics_year_fen", FEN), ("total_fen", FEN), ("planned_start_day", DAY), ("planned_finish_day", DAY),
    ("planned_production_day", DAY), *[(f"{gate.value}_day", DAY) for gate in GATES], ("g4_claimed", YES),
    ("land0_ok", YES), ("fin0_ok", YES), ("report_step", TEXT), ("report_sent", YES), ("report_on_time", YES),
    ("report_returned", YES), ("physical_percent", pa.float64()), ("stat_gap_listed", YES), ("lamp_shown", TEXT),
    ("agreed_fen", FEN), ("arrived_fen", FEN), ("issues_due", COUNT), ("issues_ok", COUNT), ("issues_closed", COUNT),
    ("issues_reopened", COUNT), ("on_reserve", YES),
]), version=2)
LAMP_DAY = store.Table("lamp_day", "One row per project and judged day.", pa.schema([
    ("project", TEXT), *PLACE, ("as_of", DATE), ("rules", TEXT), ("start", TEXT), ("progress", TEXT),
    ("statistics", TEXT), ("fund", TEXT), ("element", TEXT), ("issue", TEXT), ("report", TEXT), ("overall", TEXT),
    ("shown", TEXT),
]), version=2)
GATE_PASSAGE = store.Table("gate_passage", "One row per gate passage, the superseded and revoked ones too.", pa.schema([
    ("project", TEXT), *PLACE, ("gate", TEXT), ("rank", SMALL), ("sequence", SMALL), ("event_on", DATE),
    ("result", TEXT), ("in_force", YES), ("claimed_on", DATE), ("verified_on", DATE), ("waiver_due_on", DATE),
]), version=2)
PROBLEM = store.Table("problem", "One row per problem.", pa.schema([
    ("project", TEXT), *PLACE, ("kind", TEXT), ("severity", SMALL), ("source", TEXT), ("step", TEXT),
    ("raised_day", DAY), ("due_day", DAY), ("answered_day", DAY), ("closed_day", DAY), ("escalated_level", SMALL),
    ("reopened_count", SMALL),
]))
LIST_ENTRY = store.Table("list_entry", "One row per entry on an issued list.", pa.schema([
    ("project", TEXT), *PLACE, ("list", TEXT), ("list_name", TEXT), ("issued_for", TEXT), ("year", SMALL),
    ("batch", SMALL), ("doc_no", TEXT), ("issued_day", DAY), ("status", TEXT), ("item", TEXT), ("added_day", DAY),
    ("removed_day", DAY), ("reason", TEXT), ("total_fen", FEN),
]))
PLAN_VERSION = store.Table("plan_version", "One row per frozen version of an area's year plan.", pa.schema([
    *PLACE, ("year", SMALL), ("number", SMALL), ("doc_no", TEXT), ("reason", TEXT), ("frozen_day", DAY),
    ("plans", COUNT), ("invest_fen", FEN),
]))
TABLES = (PROJECT_MONTH, LAMP_DAY, GATE_PASSAGE, PROBLEM, LIST_ENTRY, PLAN_VERSION)

#: What a column means where its name does not say it all; the reference page of the lake is made from it.
MEANING = {
    "area": "code of the project's own area", "area_path": "its path: everything below an area starts with its path",
    "district": "code of the area that publishes the row: the nearest at or above it with an office or its own months",
    "unit": "code of the responsible unit (of a problem: of the unit that answers)", "unit_name": "its short name",
    "category": "code of the category", "funding": "code of the kind of money", "period": "first day of the month",
    "period_end_day": "last day of the month",
    "year_kind": "kind in the year's plan in force; empty: not on the plan",
    "plan_version": "number of the area's plan version that froze it; null before the first",
    "plan_year_fen": "planned for the year", "next_plan_fen": "planned for the year after",
    "scheduled_fen": "planned from January to this month; null without months",
    "done_month_fen": "done in the month, dispatch calibre",
    "done_year_fen": "done from January, dispatch calibre; the latest of the year while the month is not reported",
    "done_total_fen": "done since the start of works", "statistics_year_fen": "done from January, statistics calibre",
    "total_fen": "total investment", "planned_start_day": "start by the year's plan",
    "planned_finish_day": "completion by the year's plan", "planned_production_day": "production by the year's plan",
    "g4_claimed": "a start is claimed up to the month's end and not verified",
    "land0_ok": "the permit came within five working days of the land right; null without a land right",
    "fin0_ok": "production began within 30 days of completion; null without completion",
    "report_step": "step of the month's report; empty: none", "report_sent": "the report was sent",
    "report_on_time": "the report is locked and was sent before the area's lock",
    "report_returned": "the report was sent and given back at least once",
    "physical_percent": "physical progress as reported, 0 to 100",
    "stat_gap_listed": "the two calibres differ by more than a fifth",
    "lamp_shown": "the lamp people see, by the last judging up to the month's end; empty: not judged",
    "agreed_fen": "funds agreed; null without a source", "arrived_fen": "funds arrived up to the month's end",
    "issues_due": "problems due from January", "issues_ok": "of these, closed by their day",
    "issues_closed": "problems closed from January", "issues_reopened": "of these, reopened at least once",
    "on_reserve": "stands in the reserve stage by its verified gates",
    "issued_for": "code of the area the list was issued for", "item": "the row where it is no project",
    **{f"{gate.value}_day": f"{gate.zh}: event day, verified or waived" for gate in GATES},
    "g4c_day": "开工仪式: the day as claimed",
}
