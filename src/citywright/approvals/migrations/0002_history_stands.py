"""Triggers, so that events stay as they happened and a published catalogue as it was: on both databases."""

from __future__ import annotations

from django.db import migrations

#: (name, table, event, condition on the row or "", words)
RULES = (
    ("approvals_event_kept", "approvals_handlingevent", "UPDATE", "", "an event is never changed"),
    ("approvals_event_stays", "approvals_handlingevent", "DELETE", "", "an event is never deleted"),
    ("approvals_change_kept", "approvals_cataloguechange", "UPDATE", "", "a change of the catalogue is never edited"),
    ("approvals_change_stays", "approvals_cataloguechange", "DELETE", "", "a change of the catalogue is never deleted"),
    ("approvals_version_kept", "approvals_catalogueversion", "UPDATE",
     "OLD.step <> 'draft' AND OLD.digest <> NEW.digest", "a published catalogue is never changed"),
    ("approvals_version_stays", "approvals_catalogueversion", "DELETE", "OLD.step <> 'draft'",
     "a published catalogue is never deleted"),
)


def lay(apps, schema_editor) -> None:
    for name, table, event, when, said in RULES:
        if schema_editor.connection.vendor == "postgresql":
            raising = f"RAISE EXCEPTION '{table}: {said}' USING ERRCODE = 'integrity_constraint_violation';"
            body = f"IF {when} THEN {raising} END IF;" if when else raising
            schema_editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} "
                                  f"RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$")
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            condition = f"WHEN {when} " if when else ""
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition}"
                                  f"BEGIN SELECT RAISE(ABORT, '{table}: {said}'); END")


def lift(apps, schema_editor) -> None:
    for name, table, _, _, _ in RULES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [migrations.RunPython(lay, lift)]
