"""How fast free text is scanned: megabytes of text a second of the clock on the wall, over every core, through `scan`, every kind looked
for. At least ten is asked for.

python -m benchmarks.scanning [copies]

The labelled texts are copied, as they are, and with the digits of each copy exchanged for others, so that hardly any candidate is there
twice: that is the worst case, for the exact checks are Python's and each different candidate is checked once.
"""

from __future__ import annotations

import csv
import os
import random
import sys
import time
from pathlib import Path

from privacy_pipelines.policy.documents import SourceDocument
from privacy_pipelines.policy.freeze.tables import freeze_tables
from privacy_pipelines.policy.model import Table
from privacy_pipelines.scanning.scan import scan
from privacy_pipelines.sql import table as named_table
from privacy_pipelines.store.engine import Session, session

TEXTS = Path(__file__).parents[2] / "shared/data/pii_freetext_disjoint/presidio_synth_v2_disjoint.csv"
DIGITS = "0123456789"
WANTED_MB_PER_S = 10


def text_table() -> Table:
    """A table whose one text column declares nothing."""
    document = {
        "source": "crm", "owner": "nobody", "extract": {"path": "{table}-{day}.csv", "keep": "P1D", "freshness": "P1D"},
        "tables": {"notes": {"key": "id", "fields": {"id": {"category": "system.operations"}, "text": {"category": "system.operations"}}}},
    }  # fmt: skip
    (found,) = freeze_tables({"crm": SourceDocument.model_validate(document)})
    return found


def fill(opened: Session, copies: int, *, distinct: bool) -> float:
    """Write the texts so many times; how many megabytes they are."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        texts = [row["full_text"] for row in csv.DictReader(file)]
    draw = random.Random(1)  # noqa: S311  no secret
    others = ["".join(draw.sample(DIGITS, len(DIGITS))) if distinct else DIGITS for _ in range(copies)]
    opened.run("CREATE OR REPLACE TABLE texts (t VARCHAR)")
    opened.insert(named_table("main", "texts"), [[text] for text in texts])
    opened.run("CREATE OR REPLACE TABLE others (d VARCHAR)")
    opened.insert(named_table("main", "others"), [[digits] for digits in others])
    rows = f"SELECT '' AS id, TRANSLATE(t, '{DIGITS}', d) AS text, 'new' AS _arrival, NULL AS _fault FROM texts, others"
    opened.run(f"CREATE OR REPLACE TABLE staged AS {rows}")
    return float(opened.one("SELECT SUM(STRLEN(text)) / 1e6 FROM staged")[0])


def main(copies: int) -> None:
    """Print a line for each kind of copy: the best of three."""
    table = text_table()
    with session(None) as opened:
        for distinct in (False, True):
            size = fill(opened, copies, distinct=distinct)
            best = min((_timed(opened, table) for _ in range(3)), key=lambda one: one[0])
            what = "every copy with other digits" if distinct else "the same texts again"
            wall, cpu, number = best
            met = "met" if size / wall >= WANTED_MB_PER_S else "not met"
            print(f"{what}: {size:.1f} MB, {number} found")
            cores = f"{os.cpu_count()} cores, {cpu / wall:.2f} of them busy"
            print(f"  {size / wall:.1f} MB/s by the wall clock over {cores} (at least {WANTED_MB_PER_S}: {met})")
            print(f"  {size / cpu:.1f} MB a second of CPU")


def _timed(opened: Session, table: Table) -> tuple[float, float, int]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = scan(opened, table, named_table("main", "staged"), "SE")
    return time.perf_counter() - wall, time.process_time() - cpu, sum(one.count for one in found)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 350)
