"""Triggers, so that a frozen figure stays as it was: the database itself refuses UPDATE and DELETE, on both."""

from __future__ import annotations

from django.db import migrations

TABLES = ("indicators_snapshot", "indicators_snapshotfigure")
EVENTS = (("UPDATE", "kept", "never changed"), ("DELETE", "stays", "never deleted"))


def rules():
    for table in TABLES:
        for event, name, said in EVENTS:
            yield f"{table}_{name}", table, event, f"{table}: a snapshot is {said}"


def lay(apps, schema_editor) -> None:
    for name, table, event, said in rules():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; "
                f"RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$")
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
                                  f"BEGIN SELECT RAISE(ABORT, '{said}'); END")


def lift(apps, schema_editor) -> None:
    for name, table, _, _ in rules():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]

    operations = [migrations.RunPython(lay, lift)]
