"""A number for each room, raised by the database itself with every change of that room's tables.

Triggers do it, so no door, workflow, admin page, bulk update or hand at the database can forget it, and
a rolled-back change leaves no trace. Whoever keeps an answer keeps it under the numbers that were read
*before* the answer was computed: when they still hold, nothing that the answer shows has changed.
"""

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from core.models import Stamp

# Tables that no kept answer shows, and that change with the mere use of the portal.
UNWATCHED = {"core.FormKey", "core.Heartbeat", "core.Stamp", "partners.ApiToken", "partners.FeedToken"}

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION core_raise_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine integer := 0;
BEGIN
  -- A slot that no open transaction holds: writers never wait for each other here, so they cannot lock up.
  WHILE NOT pg_try_advisory_xact_lock(20260, mine) LOOP mine := mine + 1; END LOOP;
  INSERT INTO core_stamp (room, slot, number) VALUES (TG_ARGV[0], mine, floor(random() * 1e12)::bigint + 1)
  ON CONFLICT (room, slot) DO UPDATE SET number = core_stamp.number + 1 + floor(random() * 1e6)::bigint;
  RETURN NULL;
END $$
"""
_POSTGRESQL_TRIGGER = """
CREATE TRIGGER core_raise_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION core_raise_stamp('{room}')
"""
_SQLITE_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS "core_raise_stamp_{table}_{event}" AFTER {event} ON "{table}" BEGIN
UPDATE core_stamp SET number = number + 1 + abs(random() % 1000000) WHERE room = '{room}'; END
"""
_SQLITE_SEED = """
INSERT INTO core_stamp (room, slot, number) SELECT %s, 0, abs(random() %% 1000000000000) + 1
WHERE NOT EXISTS (SELECT 1 FROM core_stamp WHERE room = %s)
"""


def rooms_up_to(room):
    """Return the rooms that an answer of ``room`` may show: itself and all below it on the ladder."""
    return settings.KEPT_ROOMS[: settings.KEPT_ROOMS.index(room) + 1]


def read(room):
    """Return the numbers of ``room`` and all rooms below as a text; None when one has no number yet."""
    wanted = set(rooms_up_to(room))
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT room, SUM(number) FROM core_stamp GROUP BY room")
        found = dict(cursor.fetchall())
    return ".".join(str(found[name]) for name in sorted(wanted)) if wanted <= set(found) else None


def watched():
    """Yield (room, table) of each table whose changes count."""
    for room in settings.KEPT_ROOMS:
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            if model._meta.label not in UNWATCHED and model._meta.managed:
                yield room, model._meta.db_table


def install(using="default", **_kwargs):
    """Make the triggers that are missing; runs after every ``migrate`` and ``flush``."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if Stamp._meta.db_table not in tables:
            return
        found = [(room, table) for room, table in watched() if table in tables]
        (_install_sqlite if connection.vendor == "sqlite" else _install_postgresql)(cursor, found)


def _install_sqlite(cursor, found):
    for room, table in found:
        for event in ("INSERT", "UPDATE", "DELETE"):
            cursor.execute(_SQLITE_TRIGGER.format(table=table, event=event, room=room))
    for room in settings.KEPT_ROOMS:
        cursor.execute(_SQLITE_SEED, [room, room])


def _install_postgresql(cursor, found):
    cursor.execute(_POSTGRESQL_FUNCTION)
    cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'core_raise_stamp'")
    known = {row[0].strip('"') for row in cursor.fetchall()}
    for room, table in found:
        if table not in known:
            cursor.execute(_POSTGRESQL_TRIGGER.format(table=table, room=room))
    for room in settings.KEPT_ROOMS:
        cursor.execute(
            "INSERT INTO core_stamp (room, slot, number) VALUES (%s, 0, floor(random() * 1e12)::bigint + 1) "
            "ON CONFLICT (room, slot) DO NOTHING",
            [room],
        )


def remove(schema_editor):
    """Take all triggers away: the way back of the migration."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS core_raise_stamp() CASCADE")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'core_raise_stamp_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
