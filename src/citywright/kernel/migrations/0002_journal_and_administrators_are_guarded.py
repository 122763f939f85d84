"""The journal is only ever appended to, and 三员 stay apart, whoever writes to the database and however."""

from django.db import migrations

ADMINISTRATORS = "('system_admin', 'security_admin', 'audit_admin')"
APART = f"""EXISTS (
    SELECT 1 FROM kernel_membership o WHERE o.person_id = NEW.person_id AND o.role <> NEW.role
    AND (o.role IN {ADMINISTRATORS} OR NEW.role IN {ADMINISTRATORS})
    AND (o.valid_to IS NULL OR o.valid_to >= NEW.valid_from)
    AND (NEW.valid_to IS NULL OR NEW.valid_to >= o.valid_from)"""
APART_FROM_OTHERS = APART + " AND o.id <> NEW.id)"
APART_FROM_ALL = APART + ")"  # SQLite does not know the id of a row yet to be inserted
APPENDED = "日志只能追加，不能修改或删除 (the journal is append-only)"
KEPT_APART = "三员互斥，也不兼业务岗位 (administrators exclude one another and working roles)"

#: name, table, event, condition, message
SQLITE = [
    ("journal_no_update", "kernel_journalentry", "UPDATE", "", APPENDED),
    ("journal_no_delete", "kernel_journalentry", "DELETE", "", APPENDED),
    ("journal_no_replace", "kernel_journalentry", "INSERT",
     "WHEN EXISTS (SELECT 1 FROM kernel_journalentry o WHERE o.number = NEW.number OR o.digest = NEW.digest)", APPENDED),
    ("journal_head_no_delete", "kernel_journalhead", "DELETE", "", APPENDED),
    ("journal_head_no_replace", "kernel_journalhead", "INSERT",
     "WHEN EXISTS (SELECT 1 FROM kernel_journalhead)", APPENDED),
    ("journal_head_forward", "kernel_journalhead", "UPDATE", "WHEN NEW.number <> OLD.number + 1", APPENDED),
    ("administrators_apart_on_insert", "kernel_membership", "INSERT", f"WHEN {APART_FROM_ALL}", KEPT_APART),
    ("administrators_apart_on_update", "kernel_membership", "UPDATE", f"WHEN {APART_FROM_OTHERS}", KEPT_APART),
]

POSTGRESQL = f"""
CREATE FUNCTION kernel_refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{APPENDED}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON kernel_journalentry
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_journal_change();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON kernel_journalentry
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_journal_change();
CREATE TRIGGER journal_head_no_delete BEFORE DELETE ON kernel_journalhead
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_journal_change();
CREATE TRIGGER journal_head_no_truncate BEFORE TRUNCATE ON kernel_journalhead
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_journal_change();
CREATE TRIGGER journal_head_forward BEFORE UPDATE ON kernel_journalhead
  FOR EACH ROW WHEN (NEW.number <> OLD.number + 1) EXECUTE FUNCTION kernel_refuse_journal_change();
CREATE FUNCTION kernel_keep_administrators_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {APART_FROM_OTHERS} THEN RAISE EXCEPTION '{KEPT_APART}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER administrators_apart BEFORE INSERT OR UPDATE ON kernel_membership
  FOR EACH ROW EXECUTE FUNCTION kernel_keep_administrators_apart();
"""
POSTGRESQL_UNDO = """
DROP TRIGGER administrators_apart ON kernel_membership;
DROP FUNCTION kernel_keep_administrators_apart();
DROP TRIGGER journal_head_forward ON kernel_journalhead;
DROP TRIGGER journal_head_no_truncate ON kernel_journalhead;
DROP TRIGGER journal_head_no_delete ON kernel_journalhead;
DROP TRIGGER journal_no_truncate ON kernel_journalentry;
DROP TRIGGER journal_no_change ON kernel_journalentry;
DROP FUNCTION kernel_refuse_journal_change();
"""


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
            return
        for name, table, event, condition, message in SQLITE:
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {condition} "
                           f"BEGIN SELECT RAISE(ABORT, '{message}'); END")


def unguard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_UNDO)
            return
        for name, *_ in SQLITE:
            cursor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):

    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard, elidable=False)]
