"""GUARD, free text: where a text that stays quotes an identifier that is erased tonight, the identifier is masked in the copy.

What is known by its pattern is masked on arrival (`scanning`); this is for what only the store knows: a telephone number, an
account, a key, in somebody else's note. It changes no row's fate, so it is no part of the plan; what was masked is counted by the proof.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.erasing import ERASED, erased_identifiers, goes
from privacy_pipelines.collector.identifiers import identifiers, kind_by_category
from privacy_pipelines.collector.linking import clearing_links
from privacy_pipelines.collector.wording import as_quoted, candidates, may_quote, without
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, QUOTED, TONIGHT

MARK = "[erased]"
_WORDS, _QUOTED = exp.to_table("quoted_words"), exp.to_table("quoted_identifiers")


def find_quotes(session: Session, rules: Rules) -> None:
    """Fill `quoted.<table>`, for each table with free text: (key, column, masked) of the texts of rows that stay. Raises StoreError."""
    found = bool(erased_identifiers(session, rules)) and quotes(session, rules, TONIGHT) > 0
    for rule in rules.tables:
        if free_texts(rule) and not found:
            session.create(sql.table(QUOTED, rule.table.id), _none(rule))
        elif free_texts(rule):
            session.create(_WORDS, _words(rule, TONIGHT), temporary=True)
            session.create(sql.table(QUOTED, rule.table.id), _masked(rule, TONIGHT))
            while _mask_again(session, rule):
                pass  # what stood beside a masked word may be one now; each time fewer digits are left


def _none(rule: TableRule) -> exp.Select:
    keys = [col(name) for name in rule.table.key]
    nothing = [sql.named(sql.cast(exp.null(), "VARCHAR"), name) for name in ("_column", "_masked")]
    return sql.select(*keys, *nothing).from_(sql.table(ACTIONS, rule.table.id), copy=False).where(exp.false(), copy=False)


def _mask_again(session: Session, rule: TableRule) -> bool:
    """Mask what is left in the masked texts; whether there was any."""
    session.create(_WORDS, _words(rule, QUOTED), temporary=True)
    if not session.rows(exp.select(exp.convert(1)).from_(_WORDS).limit(1)):
        return False
    same = sql.same_key((*rule.table.key, "_column"), "w", "q")
    found = exp.Exists(this=exp.select(exp.convert(1)).from_(_WORDS.as_("w")).where(same))
    every = exp.Column(this=exp.Star(), table=exp.to_identifier("q"))
    others = sql.select(every).from_(sql.table(QUOTED, rule.table.id, alias="q"), copy=False).where(exp.not_(found), copy=False)
    session.create(sql.table(QUOTED, rule.table.id), exp.union(others, _masked(rule, QUOTED), distinct=False, copy=False))
    return True


def quotes(session: Session, rules: Rules, schema: str) -> int:
    """How many texts in that schema quote an identifier that is erased tonight and that nobody holds any more. Raises StoreError."""
    found = _quoting(session, rules, schema)
    if found:
        _forget_held(session, rules, schema)
        found = _quoting(session, rules, schema)
    return found


def _quoting(session: Session, rules: Rules, schema: str) -> int:
    session.run("CREATE OR REPLACE TEMPORARY TABLE quoted_identifiers (quoted VARCHAR)")
    texts = 0
    for rule in rules.tables:
        if free_texts(rule):
            session.create(_WORDS, _words(rule, schema), temporary=True)
            cells = sql.select(*(col(name) for name in (*rule.table.key, "_column"))).distinct().from_(_WORDS)
            texts += session.one(exp.select(exp.Count(this=exp.Star())).from_(cells.subquery("w")))[0]
            said = sql.select(as_quoted(col("_word"))).distinct().from_(_WORDS)
            session.run(f"INSERT INTO quoted_identifiers {sql.text(said)}")
    return texts


def _forget_held(session: Session, rules: Rules, schema: str) -> None:
    """What a living record holds on a ground of its own is not looked for in texts: two people may have one telephone. A link that may be
    emptied tonight holds nothing."""
    session.run("CREATE OR REPLACE TEMPORARY TABLE held_identifiers (kind VARCHAR, value VARCHAR)")
    quoted = exp.In(this=col("quoted"), query=sql.select(col("quoted")).from_(_QUOTED).subquery())
    for rule in rules.tables:
        emptied = {name for one in clearing_links(rules, rule) for name in one.columns} if schema == TONIGHT else set()
        for column, kind in (one for one in identifiers(rules.policy, rule.table) if one[0] not in emptied):
            erased = sql.select(col("value")).from_(ERASED).where(exp.EQ(this=col("kind"), expression=lit(kind)), quoted.copy())
            value = sql.folded(sql.cast(col(column, "n"), "TEXT"))
            held = sql.select(lit(kind), value).distinct().from_(sql.table(schema, rule.table.id, alias="n"))
            held = held.where(exp.In(this=value.copy(), query=erased.subquery()), exp.not_(exp.Exists(this=_taken(rule, column, "n"))))
            session.run(f"INSERT INTO held_identifiers {sql.text(held)}")
    session.run(
        "DELETE FROM erased_identifiers e WHERE EXISTS (SELECT 1 FROM held_identifiers h WHERE h.kind = e.kind AND h.value = e.value)"
    )


def free_texts(rule: TableRule) -> tuple[str, ...]:
    """The columns in which people write."""
    return tuple(column.name for column in rule.table.columns if column.free_text)


def _words(rule: TableRule, schema: str) -> exp.Query:
    """(key, column, word) of the erased identifiers in a table's texts. The table has a free text."""
    return sql.union_all([_words_in(rule, column, schema) for column in free_texts(rule)])


def _words_in(rule: TableRule, column: str, schema: str) -> exp.Select:
    """What may be in a text lives with it, and shares its fate: it is not looked for."""
    key, text = rule.table.key, col("_text", "n")
    rows = sql.select(*(col(name, "n") for name in key), sql.named(exp.Anonymous(this="UNNEST", expressions=[candidates(text)]), "_word"))
    rows = rows.from_(_texts(rule, column, schema).subquery("n", copy=False), copy=False).where(may_quote(text), copy=False)
    erased = sql.select(col("quoted")).from_(ERASED).where(sql.not_null(col("quoted")))
    for kind in sorted({kind_by_category(category) for category in rule.table.column(column).contains} - {""}):
        erased = erased.where(exp.NEQ(this=col("kind"), expression=lit(kind)))
    found = sql.select(*(col(name, "w") for name in key), sql.named(lit(column), "_column"), col("_word", "w")).distinct()
    found = found.from_(rows.subquery("w", copy=False), copy=False)
    return found.where(exp.In(this=as_quoted(col("_word", "w")), query=erased.subquery()), copy=False)


def _texts(rule: TableRule, column: str, schema: str) -> exp.Select:
    """(key, text): what stays of a column tonight, what was collected of it, or what is masked of it already."""
    rows = sql.select(*(col(name, "t") for name in rule.table.key)).from_(sql.table(schema, rule.table.id, alias="t"), copy=False)
    if schema == QUOTED:
        masked = sql.named(col("_masked", "t"), "_text")
        return rows.select(masked, copy=False).where(exp.EQ(this=col("_column", "t"), expression=lit(column)), copy=False)
    rows = rows.select(sql.named(col(column, "t"), "_text"), copy=False)
    return rows.where(exp.not_(exp.Exists(this=_taken(rule, column, "t"))), copy=False) if schema == TONIGHT else rows


def _masked(rule: TableRule, schema: str) -> exp.Query:
    """(key, column, masked): the texts without the words that were found in them."""
    return sql.union_all([_masked_in(rule, column, schema) for column in free_texts(rule)])


def _masked_in(rule: TableRule, column: str, schema: str) -> exp.Select:
    keys = [col(name, "n") for name in rule.table.key]
    masked = without(col("_text", "n"), col("_word", "w"), MARK)
    rows = sql.select(*keys, sql.named(lit(column), "_column"), sql.named(masked, "_masked"))
    rows = rows.from_(_texts(rule, column, schema).subquery("n", copy=False), copy=False)
    quoted = sql.all_of((sql.same_key(rule.table.key, "n", "w"), exp.EQ(this=col("_column", "w"), expression=lit(column))))
    rows = rows.join(_WORDS.as_("w"), on=quoted, copy=False)
    return rows.group_by(*(key.copy() for key in keys), col("_text", "n"))


def _taken(rule: TableRule, column: str, alias: str) -> exp.Select:
    taken = exp.select(exp.convert(1)).from_(sql.table(ACTIONS, rule.table.id, alias="a"))
    return taken.where(sql.all_of((sql.same_key(rule.table.key, "a", alias), goes(rule, column))))
