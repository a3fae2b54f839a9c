"""What a night remembers of the ones before: each table's newest landed extract, and of an increment every landed day."""

from __future__ import annotations

from privacy_pipelines import sql
from privacy_pipelines.extracts.arrivals import Last
from privacy_pipelines.store.engine import Session, Value
from privacy_pipelines.store.layout import CURRENT, NEXT, NIGHT


def remembered(session: Session) -> dict[str, Last]:
    """Each table's landed extracts, as the attached current generation has them."""
    if not session.columns(CURRENT, NIGHT, "landed"):
        return {}
    rows = session.rows(f'SELECT "table", day, digest, rows FROM {CURRENT}.{NIGHT}.landed')
    found = {table: Last(day, digest, count) for table, day, digest, count in rows}
    if session.columns(CURRENT, NIGHT, "landed_days"):
        days = session.rows(f'SELECT "table", day, digest FROM {CURRENT}.{NIGHT}.landed_days ORDER BY ALL')
        for table, last in found.items():
            found[table] = Last(last.day, last.digest, last.rows, tuple((day, digest) for of, day, digest in days if of == table))
    return found


def keep_landed(session: Session, landed: dict[str, Last]) -> None:
    """Write them into the attached next generation. Raises StoreError."""
    session.run(f'CREATE TABLE {NEXT}.{NIGHT}.landed ("table" VARCHAR, day DATE, digest VARCHAR, rows BIGINT)')
    newest: list[list[Value]] = [[table, last.day, last.digest, last.rows] for table, last in sorted(landed.items())]
    session.insert(sql.table(NIGHT, "landed", catalog=NEXT), newest)
    session.run(f'CREATE TABLE {NEXT}.{NIGHT}.landed_days ("table" VARCHAR, day DATE, digest VARCHAR)')
    days: list[list[Value]] = [[table, day, digest] for table, last in sorted(landed.items()) for day, digest in last.days]
    session.insert(sql.table(NIGHT, "landed_days", catalog=NEXT), days)
