"""Triggers, so that no statement past the actions rewrites history: refused by the database itself, on both."""

from __future__ import annotations

from django.db import migrations, models

#: table -> (columns that never change, condition on OLD under which they do not ("" always), whether DELETE is refused)
KEPT = {
    "projects_gatepassage": (
        ("project_id", "gate", "rank", "sequence", "event_on", "claimed_by_id", "claimed_unit_id", "claimed_at",
         "supersedes_id", "rule_version"), "", True),
    "projects_evidence": (
        ("passage_id", "milestone_id", "kind", "attachment_id", "doc_no", "issuer", "issued_on", "expires_on", "taken_at",
         "longitude", "latitude", "distance_to_site_m", "note"), "", True),
    "projects_investmentfact": (
        ("project_id", "period", "source", "amount_month", "amount_year", "amount_total", "built", "installed",
         "equipment", "other", "revision_of_id", "reason", "recorded_at", "recorded_by_id"), "", True),
    "projects_annualplan": (
        ("project_id", "year", "version", "kind", "invest_year", "done_before", "planned_start", "planned_finish",
         "planned_production", "goal", "frozen_at", "frozen_by_id", "approved_doc", "previous_id"),
        "OLD.frozen_at IS NOT NULL", True),
    "projects_lampsnapshot": (
        ("run_id", "project_id", "start", "progress", "statistics", "fund", "element", "issue", "report", "overall"),
        "", True),
    "projects_listentry": (("issue_id", "project_id", "added_on", "snapshot"), "", True),
    "projects_project": (("id", "created_at", "created_by_id"), "", True),
}
#: Results that a passage may move between.
MOVES = (("pending", "accepted"), ("pending", "returned"), ("pending", "waived"), ("accepted", "revoked"),
         ("waived", "revoked"))
FROZEN = "EXISTS (SELECT 1 FROM projects_annualplan p WHERE p.id = {row}.plan_id AND p.frozen_at IS NOT NULL)"
BLANK = chr(34)


def differs(columns: tuple[str, ...], vendor: str) -> str:
    sign = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    cast = "::text" if vendor == "postgresql" else ""
    return " OR ".join(f"OLD.{BLANK}{c}{BLANK}{cast} {sign} NEW.{BLANK}{c}{BLANK}{cast}" for c in columns)


def rules(vendor: str) -> list[tuple[str, str, str, str, str]]:
    """(name, table, event, condition, words) of every trigger."""
    found = []
    for table, (columns, when, no_delete) in KEPT.items():
        change = f"({differs(columns, vendor)})"
        found.append((f"{table}_kept", table, "UPDATE", f"{when} AND {change}" if when else change,
                      f"{table}: history is never changed"))
        if no_delete:
            found.append((f"{table}_stays", table, "DELETE", when, f"{table}: history is never deleted"))
    moves = " OR ".join(f"(OLD.result = '{a}' AND NEW.result = '{b}')" for a, b in MOVES)
    found.append(("projects_gatepassage_moves", "projects_gatepassage", "UPDATE",
                  f"OLD.result <> NEW.result AND NOT ({moves})", "projects_gatepassage: no such move"))
    for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        found.append((f"projects_planmonth_{event.lower()}", "projects_planmonth", event, FROZEN.format(row=row),
                      "projects_planmonth: the plan is frozen"))
    return found


def lay(apps, schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for name, table, event, when, said in rules(vendor):
        if vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                + (f"IF {when} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                   if when else
                   f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; ")
                + f"RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$")
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            condition = f"WHEN {when} " if when else ""
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition}"
                                  f"BEGIN SELECT RAISE(ABORT, '{said}'); END")


def lift(apps, schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for name, table, _, _, _ in rules(vendor):
        if vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        migrations.AlterField("evidence", "kind", models.CharField(max_length=20, choices=[
            ('plan_book', '方案书或建议书'),
            ('schedule_book', '计划书'),
            ('drawings', '施工图'),
            ('site_intention', '选址意向'),
            ('estimate', '投资估算'),
            ('funding_idea', '资金筹措设想'),
            ('investor', '投资主体证明'),
            ('intention_letter', '意向书'),
            ('lead_judged', '线索研判意见'),
            ('feasibility', '可研批复'),
            ('project_code', '项目代码'),
            ('filing', '备案证明'),
            ('agreement', '正式协议'),
            ('framework', '框架协议'),
            ('site_opinion', '用地预审与选址意见'),
            ('allocation', '划拨决定书'),
            ('business_licence', '营业执照'),
            ('land_contract', '出让合同、成交确认书或租赁合同'),
            ('first_funds', '首笔到位资金'),
            ('photo', '照片'),
            ('permit', '施工许可证或豁免依据'),
            ('contract', '施工合同'),
            ('commencement', '开工令'),
            ('site_photo', '带时间地点的现场照片'),
            ('verifier_name', '现场核验人'),
            ('statistics_set', '入统材料'),
            ('acceptance', '竣工验收或联合验收意见'),
            ('survey', '竣工测量'),
            ('opening_record', '投用或移交记录'),
            ('first_output', '首张发票或用电曲线'),
            ('service_volume', '服务量对照目标'),
            ('commitment_met', '产值、税收、就业对照承诺'),
            ('other', '其他'),
        ])),
        migrations.RunPython(lay, lift),
    ]
