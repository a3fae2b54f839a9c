"""GUARD, free text: where a text that stays quotes an identifier that is erased tonight, the identifier is masked in the copy.

What is known by its pattern is masked on arrival (`extracts.freetext`); this is for what only the store knows: a telephone number, an
account, a key, in somebody else's note. It changes no row's fate, so it is no part of the plan; what was masked is counted by the proof.
"""

from __future__ import annotations

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.collector.erasing import ERASED, erased_identifiers, goes
from privacy_pipelines.collector.identifiers import identifiers, kind_by_category
from privacy_pipelines.collector.wording import as_quoted, candidates, may_quote, without
from privacy_pipelines.retention.rules import Rules, TableRule
from privacy_pipelines.sql import col, lit
from privacy_pipelines.store.engine import Session
from privacy_pipelines.store.layout import ACTIONS, QUOTED, TONIGHT

MARK = "[erased]"
_WORDS, _QUOTED = exp.to_table("quoted_words"), exp.to_table("quoted_identifiers")


def find_quotes(session: Session, rules: Rules) -> None:
    """Fill `quoted.<table>`, for each table with free text: (key, column, masked) of the texts of rows that stay. Raises StoreError."""
    texts = [rule for rule in rules.tables if free_texts(rule)]
    found = erased_identifiers(session, rules) and quotes(session, rules, TONIGHT)
    for rule in texts:
        words = _words(rule, TONIGHT) if found else _words(rule, TONIGHT).limit(0)
        session.create(_WORDS, words, temporary=True)
        session.create(sql.table(QUOTED, rule.table.id), _masked(rule))


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
    """What a living record holds on a ground of its own is not looked for in texts: two people may have one telephone."""
    session.run("CREATE OR REPLACE TEMPORARY TABLE held_identifiers (kind VARCHAR, value VARCHAR)")
    quoted = exp.In(this=col("quoted"), query=sql.select(col("quoted")).from_(_QUOTED).subquery())
    for rule in rules.tables:
        for column, kind in identifiers(rules.policy, rule.table):
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
    each = [_words_in(rule, column, schema) for column in free_texts(rule)]
    return exp.union(*each, copy=False) if len(each) > 1 else each[0]


def _words_in(rule: TableRule, column: str, schema: str) -> exp.Select:
    """What may be in a text lives with it, and shares its fate: it is not looked for."""
    text, keys = col(column, "n"), [col(name, "n") for name in rule.table.key]
    rows = sql.select(*keys, sql.named(exp.Anonymous(this="UNNEST", expressions=[candidates(text)]), "_word", quoted=True))
    rows = rows.from_(sql.table(schema, rule.table.id, alias="n")).where(may_quote(text))
    erased = sql.select(col("quoted")).from_(ERASED).where(sql.not_null(col("quoted")))
    for kind in sorted({kind_by_category(category) for category in rule.table.column(column).contains} - {""}):
        erased = erased.where(exp.NEQ(this=col("kind"), expression=lit(kind)))
    found = sql.select(*(col(name, "w") for name in rule.table.key), sql.named(lit(column), "_column", quoted=True), col("_word", "w"))
    return found.distinct().from_(rows.subquery("w")).where(exp.In(this=as_quoted(col("_word", "w")), query=erased.subquery()))


def _masked(rule: TableRule) -> exp.Query:
    """The texts without those words, where nothing takes the text itself."""
    each = [_masked_in(rule, column) for column in free_texts(rule)]
    return exp.union(*each, distinct=False, copy=False) if len(each) > 1 else each[0]


def _masked_in(rule: TableRule, column: str) -> exp.Select:
    keys, said = [col(name, "t") for name in rule.table.key], sql.named(lit(column), "_column", quoted=True)
    rows = sql.select(*keys, said, sql.named(without(col(column, "t"), col("_word", "w"), MARK), "_masked", quoted=True))
    rows = rows.from_(sql.table(TONIGHT, rule.table.id, alias="t"))
    quoted = sql.all_of((sql.same_key(rule.table.key, "t", "w"), exp.EQ(this=col("_column", "w"), expression=lit(column))))
    rows = rows.join(_WORDS.as_("w"), on=quoted).where(exp.not_(exp.Exists(this=_taken(rule, column, "t"))))
    return rows.group_by(*(key.copy() for key in keys), col(column, "t"))


def _taken(rule: TableRule, column: str, alias: str) -> exp.Select:
    taken = exp.select(exp.convert(1)).from_(sql.table(ACTIONS, rule.table.id, alias="a"))
    return taken.where(sql.all_of((sql.same_key(rule.table.key, "a", alias), goes(rule, column))))
