"""The names under which a night keeps its tables, one schema per kind, one table per declared table (its id is the name).

In the night's staging file: `arrived`, `changes`, `gone`, `facts`, `consents`, `frame`, `verdicts`, `exceptions`, `expected`,
`blame`, `refusals` (who says, in what arrived tonight, that a consent is not given), `unsaid` (consents, with those that were
lost without a word), `orphaned` (rows that name who left on an earlier night), `covered` (rows of persons under a
hold), `suspended` (what holds keep of what has ended), `awaited` (what waits for a disposition review), `actions` (with the keyed
hash of each row's key), `quoted` (texts that quote an identifier erased tonight, masked), and the views `stored` (the current
generation), `before` (the same as yesterday's policy declared it) and `tonight` (what would be stored if nothing were left
behind).
In a generation: a schema per source, and `_facts`, `_withheld`, `_lives`, `_night` for the product's own tables.
"""

from __future__ import annotations

ARRIVED, CHANGES, GONE = "arrived", "changes", "gone"
STORED, TONIGHT, BEFORE = "stored", "tonight", "before"
FACTS, CONSENTS, FRAME = "facts", "consents", "frame"
VERDICTS, EXCEPTIONS, EXPECTED, BLAME, ACTIONS = "verdicts", "exceptions", "expected", "blame", "actions"
COVERED, SUSPENDED, AWAITED, QUOTED = "covered", "suspended", "awaited", "quoted"
REFUSALS, UNSAID, ORPHANED = "refusals", "unsaid", "orphaned"
NEAR = "near"
"""One record's neighbourhood, for who asks about that record alone: the rows that its dates are found over, and no others."""
STORED_FACTS, STORED_CONSENTS, COLLECTED, PRIOR = "stored_facts", "stored_consents", "collected", "prior"
STAGING_SCHEMAS = (
    *(ARRIVED, CHANGES, GONE, STORED, TONIGHT, BEFORE, FACTS, CONSENTS, FRAME),
    *(VERDICTS, EXCEPTIONS, EXPECTED, BLAME, ACTIONS, COVERED, SUSPENDED, AWAITED, QUOTED, REFUSALS, UNSAID, ORPHANED),
    *(STORED_FACTS, STORED_CONSENTS, COLLECTED, PRIOR),
)

CURRENT, NEXT = "cur", "nxt"
"""Catalogs: the current generation, read-only, and the one being written."""

KEPT_FACTS, KEPT_WITHHELD, KEPT_LIVES, NIGHT = "_facts", "_withheld", "_lives", "_night"
BOOKKEEPING = (("_row_hash", "UBIGINT"), ("_first_seen", "DATE"), ("_gone_since", "DATE"), ("_undetermined_since", "DATE"))
"""Columns that every stored row has beside the declared ones; a NULL hash says that the row is stored without something it arrived with."""

FORMAT = 3
"""Of a generation; a higher one was made by a newer version of this product."""

ROW_HASHES_KEY, DEPARTED_KEY, HOLDS_KEY = "row_hashes", "departed", "holds"
"""Names of the store's secrets: of row hashes, of the index of the departed, and of holds on persons."""
